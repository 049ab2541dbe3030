//! A root that may have to be made before anything can be written below it.
//!
//! What was made here goes again unless it is kept, so that a refused plan leaves nothing.

use camino::{Utf8Path, Utf8PathBuf};

use super::ApplyError;

/// A root folder; the folders made for it are removed when it is dropped without
/// [`NewRoot::keep`], as far as they are empty.
#[derive(Debug)]
pub struct NewRoot {
    made: Vec<Utf8PathBuf>,
}

impl NewRoot {
    /// Makes `path` and its parents, as far as they are missing.
    #[expect(clippy::disallowed_methods, reason = "this folder is the one that writes")]
    pub fn make(path: &Utf8Path) -> Result<Self, ApplyError> {
        let missing = path.ancestors().take_while(|folder| !folder.exists());
        let made = missing.map(Utf8Path::to_owned).collect();
        let failed = |source| ApplyError::Open { path: path.to_owned(), source };
        std::fs::create_dir_all(path).map_err(failed)?;
        Ok(Self { made })
    }

    /// Something has been written below it.
    pub fn keep(mut self) {
        self.made.clear();
    }
}

impl Drop for NewRoot {
    #[expect(clippy::disallowed_methods, reason = "this folder is the one that writes")]
    fn drop(&mut self) {
        for folder in &self.made {
            // A folder that somebody has put something into stays.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_goes_again_unless_it_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let base = Utf8Path::from_path(folder.path()).unwrap();

        drop(NewRoot::make(&base.join("a/b")).unwrap());
        NewRoot::make(&base.join("c/d")).unwrap().keep();

        assert!(base.exists() && !base.join("a").exists() && base.join("c/d").is_dir());
    }
}
