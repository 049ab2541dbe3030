//! Lists of requirements as values: read from TOML, joined, written back.

use std::str::FromStr;

use pep508_rs::pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};
use pep508_rs::{Requirement, VerbatimUrl, VersionOrUrl};
use toml_edit::{Array, Item, TableLike, Value};

/// One requirement with the remarks that stand at it.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The requirement.
    pub(super) requirement: Requirement<VerbatimUrl>,
    /// As it is written.
    pub(super) text: String,
    /// Comments, `#` included.
    pub(super) remarks: Vec<String>,
    /// Its line in its file, from 1.
    pub(super) line: usize,
}

impl Wanted {
    /// Reads a requirement.
    pub(super) fn parse(text: &str, line: usize) -> Option<Self> {
        let requirement = Requirement::from_str(text).ok()?;
        Some(Self { requirement, text: text.to_owned(), remarks: Vec::new(), line })
    }
}

/// Joins wanted requirements into the list of a table; every conflict is a sentence, and then
/// nothing has changed.
pub(super) fn join(
    table: &mut dyn TableLike,
    key: &str,
    wanted: &[Wanted],
) -> Result<(), Vec<(usize, String)>> {
    let mut list = match table.get(key) {
        None => Array::new(),
        Some(Item::Value(Value::Array(list))) => list.clone(),
        Some(_) => return Err(vec![(0, format!("{key} is no list"))]),
    };
    let known = list.len();
    let mut conflicts = Vec::new();
    let mut added: Vec<&Wanted> = Vec::new();
    for one in wanted {
        let same = (0..known).filter_map(|at| {
            let text = list.get(at)?.as_str()?;
            let old = Requirement::<VerbatimUrl>::from_str(text).ok()?;
            (old.name == one.requirement.name).then_some((at, old))
        });
        let same: Vec<_> = same.collect();
        let Some((at, old)) =
            same.iter().find(|(_, old)| old.marker == one.requirement.marker).or(same.first())
        else {
            added.push(one);
            continue;
        };
        match joined(old, &one.requirement) {
            Ok(None) => {}
            Ok(Some(new)) => replace(&mut list, *at, &new.to_string()),
            Err(why) => conflicts.push((one.line, why)),
        }
    }
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    for one in added {
        push(&mut list, one);
    }
    table.insert(key, Item::Value(Value::Array(list)));
    Ok(())
}

fn replace(list: &mut Array, at: usize, text: &str) {
    if let Some(old) = list.get_mut(at) {
        let mut new = Value::from(text);
        *new.decor_mut() = old.decor().clone();
        *old = new;
    }
}

/// Adds an item on a line of its own, below its remarks.
fn push(list: &mut Array, one: &Wanted) {
    let first = list.iter().next().map(|item| item.decor().prefix().and_then(|raw| raw.as_str()));
    if first.is_some_and(|prefix| !prefix.unwrap_or_default().contains('\n')) {
        list.push(one.text.as_str());
        return;
    }
    let behind = list.trailing().as_str().unwrap_or_default().trim_end().to_owned();
    let mut prefix = behind;
    for remark in &one.remarks {
        prefix.push_str(&format!("\n    {remark}"));
    }
    let mut value = Value::from(one.text.as_str());
    value.decor_mut().set_prefix(format!("{prefix}\n    "));
    list.push_formatted(value);
    list.set_trailing("\n");
    list.set_trailing_comma(true);
}

type Line = Requirement<VerbatimUrl>;

/// Both at once: nothing when the first says it all, or why no version is right for both.
fn joined(old: &Line, new: &Line) -> Result<Option<Line>, String> {
    if old.marker != new.marker {
        return Err(format!("`{new}` and `{old}` are wanted under different conditions"));
    }
    let mut both = old.clone();
    both.extras.extend(new.extras.iter().filter(|extra| !old.extras.contains(extra)).cloned());
    both.version_or_url = match (&old.version_or_url, &new.version_or_url) {
        (left, None) => left.clone(),
        (None, right) => right.clone(),
        (
            Some(VersionOrUrl::VersionSpecifier(left)),
            Some(VersionOrUrl::VersionSpecifier(right)),
        ) => {
            let specifiers = narrowed(left, right)
                .ok_or_else(|| format!("no version is right for both `{old}` and `{new}`"))?;
            Some(VersionOrUrl::VersionSpecifier(specifiers))
        }
        (left, right) if left == right => left.clone(),
        _ => return Err(format!("`{old}` and `{new}` come from different places")),
    };
    Ok((both != *old).then_some(both))
}

/// What both admit, if a version that one of them names is right for both.
fn narrowed(left: &VersionSpecifiers, right: &VersionSpecifiers) -> Option<VersionSpecifiers> {
    let mut named = left.iter().chain(right.iter()).map(|one| one.version().clone());
    let admits = |version: &Version| left.contains(version) && right.contains(version);
    if !named.any(|version| admits(&version)) {
        return None;
    }
    let is_exact = |one: &VersionSpecifiers| {
        one.iter().any(|one| matches!(one.operator(), Operator::Equal | Operator::ExactEqual))
    };
    if is_exact(left) || left == right {
        return Some(left.clone());
    }
    if is_exact(right) {
        return Some(right.clone());
    }
    let all: Vec<&VersionSpecifier> = left.iter().chain(right.iter()).collect();
    let least = |one: &VersionSpecifier| *one.operator() == Operator::GreaterThanEqual;
    let highest = all.iter().filter(|one| least(one)).map(|one| one.version()).max();
    let mut kept: Vec<VersionSpecifier> = Vec::new();
    for one in all {
        let is_lower = least(one) && Some(one.version()) != highest;
        if !is_lower && !kept.contains(one) {
            kept.push(one.clone());
        }
    }
    Some(kept.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use toml_edit::Table;

    use super::*;

    fn both(old: &str, new: &str) -> Result<String, String> {
        let line = |text| Line::from_str(text).unwrap();
        let found = joined(&line(old), &line(new))?;
        Ok(found.map_or_else(|| "as it is".to_owned(), |line| line.to_string()))
    }

    #[test]
    fn versions_that_cannot_meet_are_a_conflict() {
        assert!(both("a>=0.118", "a==0.104.1").is_err());
        assert!(both("a ; python_version < '3.12'", "a").is_err());
        assert!(both("a<2", "a>=2").is_err());
    }

    #[test]
    fn the_narrower_one_of_two_is_kept() {
        assert_eq!(both("a>=1", "a==1.5").unwrap(), "a==1.5");
        assert_eq!(both("a==1.5", "a").unwrap(), "as it is");
        assert_eq!(both("a>=1.2", "a>=1").unwrap(), "as it is");
        assert_eq!(both("a>=1", "a[x]>=1.2,<2").unwrap(), "a[x]>=1.2,<2");
    }

    #[test]
    fn a_conflict_leaves_the_list_and_what_is_new_is_added_below_it() {
        let mut table: Table = "list = [\n    \"a>=1\", # one\n]\n"
            .parse::<toml_edit::DocumentMut>()
            .unwrap()
            .as_table()
            .clone();
        let wanted = |text: &str| Wanted::parse(text, 1).unwrap();

        let conflict = join(&mut table, "list", &[wanted("b"), wanted("a<1")]);
        assert_eq!(conflict.unwrap_err().len(), 1);
        join(&mut table, "list", &[Wanted { remarks: vec!["# why".into()], ..wanted("b==2") }])
            .unwrap();

        let expected = "list = [\n    \"a>=1\", # one\n    # why\n    \"b==2\",\n]\n";
        assert_eq!(table.to_string(), expected);
    }
}
