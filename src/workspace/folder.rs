//! A folder of a tree, the root included.

use std::fmt;

use crate::change::RelPath;

/// A folder of a tree; unlike a [`RelPath`] it can be the tree's root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Folder(Option<RelPath>);

impl Folder {
    /// The tree's root.
    pub const ROOT: Self = Self(None);

    /// The path below the root; `None` for the root itself.
    pub fn path(&self) -> Option<&RelPath> {
        self.0.as_ref()
    }

    /// What `tail` names in this folder, if it stays in the tree and is not the root.
    pub fn file(&self, tail: &str) -> Option<RelPath> {
        match &self.0 {
            Some(folder) => folder.join(tail).ok(),
            None => RelPath::new(tail).ok(),
        }
    }

    /// The folder that `tail` names in this one, if it stays in the tree.
    pub fn folder(&self, tail: &str) -> Option<Self> {
        let is_here = tail.split('/').all(|part| part.is_empty() || part == ".");
        if is_here {
            return Some(self.clone());
        }
        match (self.file(tail), &self.0) {
            (Some(path), _) => Some(Self(Some(path))),
            (None, Some(folder)) => {
                let full = format!("{folder}/{tail}");
                let error = RelPath::new(full).err()?;
                (error == crate::change::PathError::Empty).then_some(Self::ROOT)
            }
            (None, None) => {
                let error = RelPath::new(tail).err()?;
                (error == crate::change::PathError::Empty).then_some(Self::ROOT)
            }
        }
    }

    /// The folder that holds `path`.
    pub fn of(path: &RelPath) -> Self {
        Self(path.parent())
    }
}

impl From<RelPath> for Folder {
    fn from(path: RelPath) -> Self {
        Self(Some(path))
    }
}

impl From<Option<RelPath>> for Folder {
    fn from(path: Option<RelPath>) -> Self {
        Self(path)
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_ref().map_or(".", RelPath::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_may_go_up_to_the_root_and_not_beyond() {
        let folder = Folder::from(RelPath::new("deploy").unwrap());

        assert_eq!(folder.folder(".."), Some(Folder::ROOT));
        assert_eq!(folder.folder("./"), Some(folder.clone()));
        assert_eq!(folder.folder("../.."), None);
        assert_eq!(Folder::ROOT.folder("a/..").unwrap().to_string(), ".");
    }
}
