//! The place of one more Alembic migration: its revision and the one that it follows.

use super::error::AddError;
use crate::change::RelPath;
use crate::python::assigned_text;
use crate::workspace::Tree;

/// Where a migration stands in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its own revision.
    pub(super) revision: String,
    /// The one before; empty for the first.
    pub(super) down_revision: String,
}

/// One migration that is there.
struct Known {
    path: RelPath,
    revision: String,
    down_revision: String,
}

/// The place of the migration called `slug`: the one that it has, or the one after the last.
pub(super) fn place(tree: &Tree, versions: &RelPath, slug: &str) -> Result<Place, AddError> {
    let known: Vec<Known> = tree
        .below(versions)
        .filter(|(path, _)| path.extension() == "py")
        .filter_map(|(path, entry)| {
            let text = entry.text()?;
            let revision = assigned_text(text, "revision")?;
            let down_revision = assigned_text(text, "down_revision").unwrap_or_default();
            Some(Known { path: path.clone(), revision, down_revision })
        })
        .collect();
    let is_it = |known: &&Known| known.path.stem() == format!("{}_{slug}", known.revision);
    if let Some(own) = known.iter().find(is_it) {
        let (revision, down_revision) = (own.revision.clone(), own.down_revision.clone());
        return Ok(Place { revision, down_revision });
    }
    let is_head = |one: &&Known| known.iter().all(|other| other.down_revision != one.revision);
    let heads: Vec<&Known> = known.iter().filter(is_head).collect();
    match heads.as_slice() {
        [] => Ok(Place { revision: "0001".into(), down_revision: String::new() }),
        [head] => Ok(Place { revision: next(&known), down_revision: head.revision.clone() }),
        [one, other, ..] => Err(AddError::Layout {
            folder: versions.clone(),
            why: format!(
                "has more than one last migration: {} and {}",
                one.path.name(),
                other.path.name()
            ),
            advice: "join them with `uv run alembic merge heads`".into(),
        }),
    }
}

/// The number after the highest one that a revision is.
fn next(known: &[Known]) -> String {
    let numbers = known.iter().filter_map(|known| known.revision.parse::<u32>().ok());
    let next = numbers.max().unwrap_or(0).max(u32::try_from(known.len()).unwrap_or(u32::MAX));
    format!("{:04}", next.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Entry;

    fn tree(files: &[(&str, &str, &str)]) -> Tree {
        let entry = |(name, revision, down): &(&str, &str, &str)| {
            let path = RelPath::new(format!("v/{name}.py")).unwrap();
            let text = format!("revision = \"{revision}\"\ndown_revision = {down}\n");
            (path, Entry::file(text))
        };
        files.iter().map(entry).collect()
    }

    fn place_in(files: &[(&str, &str, &str)], slug: &str) -> Result<(String, String), String> {
        let found = place(&tree(files), &RelPath::new("v").unwrap(), slug);
        let found = found.map_err(|error| error.to_string())?;
        Ok((found.revision, found.down_revision))
    }

    #[test]
    fn a_migration_follows_the_last_one_and_keeps_its_place() {
        let one = ("0001_create_a", "0001", "None");
        let two = ("0002_create_b", "0002", "\"0001\"");
        let odd = ("ab12_more", "ab12", "\"0002\"");

        assert_eq!(place_in(&[], "create_b").unwrap(), ("0001".into(), String::new()));
        assert_eq!(place_in(&[one], "create_b").unwrap(), ("0002".into(), "0001".into()));
        assert_eq!(place_in(&[one, two, odd], "create_b").unwrap(), ("0002".into(), "0001".into()));
        assert_eq!(place_in(&[one, two, odd], "create_c").unwrap(), ("0004".into(), "ab12".into()));
    }

    #[test]
    fn two_last_migrations_are_refused() {
        let files = [("a_x", "a", "None"), ("b_y", "b", "None")];

        assert!(place_in(&files, "create_c").unwrap_err().contains("a_x.py and b_y.py"));
    }
}
