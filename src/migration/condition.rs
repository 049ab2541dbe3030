//! When a step applies to a service, and what has to be true after it.

use std::str::FromStr;

use pep508_rs::pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::{Requirement, VerbatimUrl, VersionOrUrl};
use serde::Deserialize;

use super::target::ServiceTarget;
use crate::change::RelPath;
use crate::operation::files::located;
use crate::python::{Pattern, SyntaxTree};
use crate::verify::environment::Requirements;
use crate::workspace::Tree;

/// What a service has to be for a step to apply; every one has to hold.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Precondition {
    /// Every declared version of a package is at least this one: `pydantic>=2`.
    Requires(String),
    /// A file is there, below the service's folder.
    File(RelPath),
    /// A file is not there.
    NoFile(RelPath),
    /// A Python file has this word.
    Word(String),
}

/// What has to be true after a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Check {
    /// A pattern fits nowhere in the service any more.
    Absent(String),
    /// A file is there, below the service's folder.
    File(RelPath),
}

/// Whether a precondition holds; `Err` says why it cannot be shown.
pub(super) fn holds(
    tree: &Tree,
    target: &ServiceTarget,
    condition: &Precondition,
) -> Result<bool, String> {
    let folder = target.folder.as_ref();
    match condition {
        Precondition::File(file) => Ok(tree.get(&located(folder, file)?).is_some()),
        Precondition::NoFile(file) => Ok(tree.get(&located(folder, file)?).is_none()),
        Precondition::Word(word) => Ok(python(tree, folder).any(|(_, text)| text.contains(word))),
        Precondition::Requires(wanted) => requires(tree, folder, wanted),
    }
}

/// Whether a check holds.
pub(super) fn passes(tree: &Tree, target: &ServiceTarget, check: &Check) -> Result<(), String> {
    let folder = target.folder.as_ref();
    match check {
        Check::File(file) => match tree.get(&located(folder, file)?) {
            Some(_) => Ok(()),
            None => Err(format!("{file} is not there afterwards")),
        },
        Check::Absent(text) => {
            let pattern = Pattern::parse(text).map_err(|error| error.to_string())?;
            let fits = |text: &str| {
                pattern.literals().iter().all(|word| text.contains(word))
                    && !pattern.find(&SyntaxTree::parse(text)).is_empty()
            };
            match python(tree, folder).find(|(_, text)| fits(text)) {
                Some((path, _)) => Err(format!("{path} still has {text}")),
                None => Ok(()),
            }
        }
    }
}

fn python<'a>(
    tree: &'a Tree,
    folder: Option<&'a RelPath>,
) -> impl Iterator<Item = (&'a RelPath, &'a str)> {
    tree.within(folder)
        .filter(|(path, _)| path.extension() == "py")
        .filter_map(|(path, entry)| Some((path, entry.text()?)))
}

/// Whether every declared version of a package is at least the wanted one.
fn requires(tree: &Tree, folder: Option<&RelPath>, wanted: &str) -> Result<bool, String> {
    let (name, least) =
        wanted.split_once(">=").ok_or(format!("{wanted:?} is not name>=version"))?;
    let least = Version::from_str(least.trim()).map_err(|error| error.to_string())?;
    let name = name.trim();
    let declared = declared(tree, folder)?;
    let Some(lines) = declared.lines.get(name) else {
        let module = name.replace('-', "_");
        let is_used = python(tree, folder).any(|(_, text)| text.contains(&module));
        return if is_used { Err(format!("no version of {name} is declared")) } else { Ok(false) };
    };
    for line in lines {
        let admitted =
            Requirement::<VerbatimUrl>::from_str(line).ok().and_then(
                |requirement| match requirement.version_or_url {
                    Some(VersionOrUrl::VersionSpecifier(specifiers)) => {
                        Some(admits_less(&specifiers, &least))
                    }
                    _ => None,
                },
            );
        match admitted {
            Some(false) => {}
            Some(true) => return Err(format!("`{line}` admits {name} below {least}")),
            None => return Err(format!("`{line}` does not say which {name}")),
        }
    }
    Ok(true)
}

/// What a service declares; one that is the tree's root is read as if it lay in a folder.
fn declared(tree: &Tree, folder: Option<&RelPath>) -> Result<Requirements, String> {
    if let Some(folder) = folder {
        return Ok(Requirements::read(tree, folder));
    }
    let inner = |path: &RelPath| RelPath::new(format!("service/{path}")).ok();
    let files = tree.iter().filter(|(path, _)| matches!(path.extension(), "toml" | "txt" | "in"));
    let copy: Tree =
        files.filter_map(|(path, entry)| Some((inner(path)?, entry.clone()))).collect();
    let folder = RelPath::new("service").map_err(|error| error.to_string())?;
    Ok(Requirements::read(&copy, &folder))
}

/// Whether specifiers admit a version below `least`; asked of the versions that they name and of
/// a grid of earlier ones.
fn admits_less(specifiers: &VersionSpecifiers, least: &Version) -> bool {
    let major = least.release().first().copied().unwrap_or_default();
    let grid = (0..=major).flat_map(|major| {
        (0..40u64).flat_map(move |minor| (0..25u64).map(move |patch| [major, minor, patch]))
    });
    let named = specifiers.iter().map(|specifier| specifier.version().clone());
    named
        .chain(grid.map(Version::new))
        .any(|version| version < *least && specifiers.contains(&version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Entry;

    fn judge(requirements: &str) -> Result<bool, String> {
        let tree: Tree = [
            (RelPath::new("requirements.txt").unwrap(), Entry::file(requirements)),
            (RelPath::new("a.py").unwrap(), Entry::file("import pydantic\n")),
        ]
        .into_iter()
        .collect();
        requires(&tree, None, "pydantic>=2")
    }

    #[test]
    fn a_version_that_may_be_older_cannot_be_shown_to_be_new() {
        assert!(judge("pydantic>=1.8\n").is_err());
        assert!(judge("pydantic==1.10.7\n").is_err());
        assert!(judge("pydantic\n").is_err());
        assert!(judge("httpx\n").is_err());
        assert!(judge("pydantic<3\n").is_err());
    }

    #[test]
    fn every_declared_version_has_to_be_new_enough() {
        assert_eq!(judge("pydantic==2.5.0\n"), Ok(true));
        assert_eq!(judge("pydantic[email]>=2.4,<3\n"), Ok(true));
        assert_eq!(judge("pydantic~=2.1\n"), Ok(true));
    }
}
