//! An image that was built from the service's folder is built from the workspace's root, where
//! the shared libraries are, and installs them; all else in it stays as it is.
//!
//! Whoever builds the image has to name the other folder, so every build that is written in the
//! tree changes with it; where one cannot be read for certain, the image keeps its context.

mod builds;
mod ignore;
mod image;

use pep508_rs::{Requirement, VerbatimUrl};

use super::Note;
use super::libraries::{image_obstacles, images_without_libraries};
use crate::change::RelPath;
use crate::workspace::{Config, Folder, Tree};

/// A reason why an image keeps its context: a file, a line and what stands there.
type Refusal = (RelPath, usize, String);

/// An image while it is rewritten.
struct Image<'a> {
    path: &'a RelPath,
    /// The service's folder.
    service: &'a RelPath,
    /// The folder that it is built from so far.
    context: Folder,
    config: &'a Config,
    /// Import names of the libraries that it gets, innermost first.
    packages: &'a [String],
}

/// Builds the images of the service in `folder` from the workspace's root, each or a reason.
///
/// `tree` has the libraries already. Whether anything changed is the first part of the answer.
pub fn build_from_root(
    tree: &mut Tree,
    folder: &RelPath,
    config: &Config,
    packages: &[String],
) -> (bool, Vec<Note>) {
    let mut notes = Vec::new();
    let mut changed = false;
    let without = images_without_libraries(tree, folder, config);
    if without.is_empty() {
        return (false, notes);
    }
    if let Some(obstacle) = image_obstacles(tree, folder, config, packages).into_iter().next() {
        let place = Note::new(&obstacle.path, obstacle.line, stays(&obstacle.message));
        return (false, vec![place]);
    }
    for path in without {
        let mut next = tree.clone();
        match one(&mut next, (&path, folder), config, packages) {
            Ok(found) => {
                notes.extend(found);
                *tree = next;
                changed = true;
            }
            Err((place, line, why)) => notes.push(Note::new(&place, line, stays(&why))),
        }
    }
    (changed, notes)
}

fn stays(why: &str) -> String {
    format!("the image keeps its build context: {why}")
}

fn one(
    tree: &mut Tree,
    (path, service): (&RelPath, &RelPath),
    config: &Config,
    packages: &[String],
) -> Result<Vec<Note>, Refusal> {
    let text = tree.text(path).unwrap_or_default().to_owned();
    let refuse = |(line, why)| (path.clone(), line, why);
    let contexts = builds::contexts(tree, path);
    let context = image::context(tree, (&text, service), &contexts).map_err(refuse)?;
    let image = Image { path, service, context, config, packages };
    pins(tree, &image, &text)?;
    let new = image::rewrite(tree, &image, &text).map_err(refuse)?;
    let notes = builds::follow(tree, &image)?;
    ignore::write(tree, &image).map_err(|why| (path.clone(), 0, why))?;
    if let Some(entry) = tree.get(path).map(|entry| entry.with_bytes(new)) {
        tree.set(path.clone(), entry);
    }
    Ok(notes)
}

/// What the image installs must not exclude what the libraries need.
fn pins(tree: &Tree, image: &Image<'_>, text: &str) -> Result<(), Refusal> {
    for file in image::requirement_files(text) {
        let name = file.rsplit('/').next().unwrap_or(&file);
        let Ok(path) = image.service.join(name) else { continue };
        let Some(lines) = tree.text(&path) else { continue };
        let known: Vec<Requirement<VerbatimUrl>> = lines
            .lines()
            .map(|line| line.split(" #").next().unwrap_or_default())
            .map(|line| line.trim_end_matches('\\').trim())
            .filter_map(|line| line.parse().ok())
            .collect();
        let conflicts = super::libraries::conflicting(tree, image.config, image.packages, &known);
        if let Some((pinned, library)) = conflicts.into_iter().next() {
            return Err((path, 0, format!("it pins {pinned}, and {library}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
