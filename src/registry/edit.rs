//! Editing `ports.yaml`: one entry at a time, everything else byte for byte as it was.
//!
//! Edits are byte ranges on the text. Each result is read again and must say exactly
//! what was asked for; otherwise nothing changes and the error says what to do by hand.

use std::ops::Range;

use super::{Form, Group, Registered, Registry, RegistryError, RegistryProblem};
use crate::change::{Edit, apply_edits};
use crate::workspace::nearest;

/// A name, port and family as they are compared before and after an edit.
type Fact = (Option<String>, String, u16);

impl Registry {
    /// This registry and one more service; in the grouped form, under its family.
    pub fn insert(&self, name: &str, family: &str, port: u16) -> Result<Self, RegistryError> {
        if let Some(known) = self.get(name) {
            let (name, port) = (known.name.clone(), known.port);
            return Err(Self::error(known.line, RegistryProblem::Taken { name, port }));
        }
        if let Some(owner) = self.owner(port) {
            let name = owner.name.clone();
            return Err(Self::error(owner.line, RegistryProblem::PortTaken { name, port }));
        }
        let edit = match self.form {
            Form::Flat => self.insert_flat(name, port),
            Form::Grouped => self.insert_grouped(name, family, port),
        };
        let family = Some(family.to_owned()).filter(|_| self.form == Form::Grouped);
        let mut expected = self.facts();
        expected.push((family, name.to_owned(), port));
        self.edited(&edit, expected, || format!("add `{name}: {port}`"))
    }

    /// This registry with another port for a service.
    pub fn set_port(&self, name: &str, port: u16) -> Result<Self, RegistryError> {
        let entry = self.known(name)?;
        if let Some(owner) = self.owner(port).filter(|owner| owner.name != name) {
            let name = owner.name.clone();
            return Err(Self::error(owner.line, RegistryProblem::PortTaken { name, port }));
        }
        self.set_port_of(entry, port)
    }

    /// This registry with another port for one entry, also one of several with its name.
    pub fn set_port_of(&self, entry: &Registered, port: u16) -> Result<Self, RegistryError> {
        let edit = Edit::replace(entry.span.1.clone(), port.to_string());
        let facts = self.entries.iter().map(|other| {
            let port = if other == entry { port } else { other.port };
            (other.family.clone(), other.name.clone(), port)
        });
        let name = &entry.name;
        self.edited(&edit, facts.collect(), || format!("change `{name}` to {port}"))
    }

    /// This registry without a service (without each of its entries, if there are several).
    pub fn release(&self, name: &str) -> Result<Self, RegistryError> {
        self.known(name)?;
        let mut result = self.clone();
        while let Some(entry) = result.get(name).cloned() {
            result = result.release_entry(&entry)?;
        }
        Ok(result)
    }

    /// This registry without one entry.
    pub fn release_entry(&self, entry: &Registered) -> Result<Self, RegistryError> {
        let others = self.entries.iter().filter(|other| *other != entry);
        let facts = others.map(fact).collect();
        let edit = self.removal(entry);
        self.edited(&edit, facts, || format!("remove `{}`", entry.name))
    }

    fn known(&self, name: &str) -> Result<&Registered, RegistryError> {
        self.get(name).ok_or_else(|| {
            let names = self.entries.iter().map(|entry| entry.name.as_str());
            let nearest = nearest(name, names);
            let name = name.to_owned();
            Self::error(0, RegistryProblem::Unknown { name, nearest })
        })
    }

    fn facts(&self) -> Vec<Fact> {
        self.entries.iter().map(fact).collect()
    }

    fn edited(
        &self,
        edit: &Edit,
        mut expected: Vec<Fact>,
        by_hand: impl Fn() -> String,
    ) -> Result<Self, RegistryError> {
        let refused = || Self::error(0, RegistryProblem::NotEditable(by_hand()));
        let text = apply_edits(&self.text, std::slice::from_ref(edit)).ok();
        let result = text.and_then(|text| Self::parse(&text).ok());
        let result = result.ok_or_else(refused)?;
        let mut found = result.facts();
        found.sort();
        expected.sort();
        if found == expected && result.ranges == self.ranges { Ok(result) } else { Err(refused()) }
    }

    fn insert_flat(&self, name: &str, port: u16) -> Edit {
        let siblings: Vec<_> = self.entries.iter().collect();
        match neighbour(&siblings, name, port) {
            Some(place) => self.insert_at(place, name, port),
            None => self.append(&format!("{}: {port}", key_text(name))),
        }
    }

    fn insert_grouped(&self, name: &str, family: &str, port: u16) -> Edit {
        let group = self.groups.iter().find(|group| group.family == family);
        let Some(group) = group else {
            let line_break = self.line_break();
            let (group, name) = (key_text(family), key_text(name));
            let gap = if self.text.is_empty() { "" } else { line_break };
            return self.append(&format!("{gap}{group}:{line_break}  {name}: {port}"));
        };
        let in_group = |entry: &&Registered| entry.family.as_deref() == Some(family);
        let siblings: Vec<_> = self.entries.iter().filter(in_group).collect();
        match neighbour(&siblings, name, port) {
            Some(place) => self.insert_at(place, name, port),
            None => self.fill_empty(group, name, port),
        }
    }

    /// On a line of its own, or behind a comma in a flow mapping.
    fn insert_at(&self, place: Place<'_>, name: &str, port: u16) -> Edit {
        let entry = format!("{}: {port}", key_text(name));
        let (Place::Before(other) | Place::After(other)) = place;
        let (key, value) = &other.span;
        let is_after = matches!(place, Place::After(_));
        if self.is_in_flow(other) {
            return if is_after {
                Edit::insert(value.end, format!(", {entry}"))
            } else {
                Edit::insert(key.start, format!("{entry}, "))
            };
        }
        let start = self.line_start(key.start);
        let indent = &self.text[start..key.start];
        let line_break = self.line_break();
        if is_after {
            Edit::insert(self.line_end(value.end), format!("{line_break}{indent}{entry}"))
        } else {
            Edit::insert(start, format!("{indent}{entry}{line_break}"))
        }
    }

    /// The first entry of a family whose mapping is `{}` or missing.
    fn fill_empty(&self, group: &Group, name: &str, port: u16) -> Edit {
        let entry = format!("{}: {port}", key_text(name));
        let indent = " ".repeat(group.key.start - self.line_start(group.key.start) + 2);
        let block = format!("{}{indent}{entry}", self.line_break());
        match &group.value {
            Some(braces) => {
                let colon = group.key.end + self.text[group.key.end..].find(':').unwrap_or(0) + 1;
                Edit::replace(colon..braces.end, block)
            }
            None => Edit::insert(self.line_end(group.key.end), block),
        }
    }

    fn append(&self, entry: &str) -> Edit {
        let line_break = self.line_break();
        let text = if self.text.is_empty() || self.text.ends_with('\n') {
            format!("{entry}{line_break}")
        } else {
            format!("{line_break}{entry}")
        };
        Edit::insert(self.text.len(), text)
    }

    /// The whole lines of an entry; the last of a family leaves `{}`.
    fn removal(&self, entry: &Registered) -> Edit {
        let (key, value) = &entry.span;
        let same_group = |other: &&Registered| other.family == entry.family;
        let siblings: Vec<_> = self.entries.iter().filter(same_group).collect();
        let group = entry.family.as_ref().and_then(|family| {
            let holds = |group: &&Group| {
                let value = group.value.as_ref();
                group.family == *family && value.is_some_and(|value| value.contains(&key.start))
            };
            self.groups.iter().find(holds)
        });
        if self.is_in_flow(entry) {
            return Edit::delete(self.with_comma(key.start..value.end));
        }
        let start = self.line_start(key.start);
        let end = self.line_end(value.end);
        let lines = match self.text[end..].find('\n') {
            Some(length) => start..end + length + 1,
            None => self.text[..start].trim_end_matches(['\r', '\n']).len()..end,
        };
        match group {
            Some(group) if siblings.len() == 1 => {
                let colon = group.key.end + self.text[group.key.end..].find(':').unwrap_or(0) + 1;
                let between = &self.text[colon..lines.start.max(colon)];
                Edit::replace(colon..lines.end, format!(" {{}}{between}{}", self.tail(&lines)))
            }
            _ => Edit::delete(lines),
        }
    }

    /// The line break that must follow `{}` when the lines up to the next one went away.
    fn tail(&self, lines: &Range<usize>) -> &'static str {
        let before = self.text[..lines.start].ends_with('\n');
        let removed_break = self.text[lines.clone()].ends_with('\n');
        if removed_break && !before { self.line_break() } else { "" }
    }

    /// An entry of a flow mapping with the comma that goes with it.
    fn with_comma(&self, range: Range<usize>) -> Range<usize> {
        let before = self.text[..range.start].trim_end();
        let after = &self.text[range.end..];
        let blank = after.len() - after.trim_start().len();
        if before.ends_with(',') {
            before.len() - 1..range.end
        } else if after.trim_start().starts_with(',') {
            let rest = &after[blank + 1..];
            let gap = rest.len() - rest.trim_start_matches(' ').len();
            range.start..range.end + blank + 1 + gap
        } else {
            range
        }
    }

    fn is_in_flow(&self, entry: &Registered) -> bool {
        let start = self.line_start(entry.span.0.start);
        !self.text[start..entry.span.0.start].trim().is_empty() || {
            let group = self.groups.iter().find(|group| {
                let value = group.value.as_ref();
                value.is_some_and(|value| value.contains(&entry.span.0.start))
            });
            let opening = group.and_then(|group| group.value.as_ref()).map(|value| value.start);
            opening.is_some_and(|offset| self.text[offset..].starts_with('{'))
                || self.text.trim_start().starts_with('{')
        }
    }

    fn line_start(&self, offset: usize) -> usize {
        self.text[..offset].rfind('\n').map_or(0, |found| found + 1)
    }

    /// Where the line ends, before its line break.
    fn line_end(&self, offset: usize) -> usize {
        let end = self.text[offset..].find('\n').map_or(self.text.len(), |length| offset + length);
        if self.text[..end].ends_with('\r') { end - 1 } else { end }
    }

    fn line_break(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }
}

fn fact(entry: &Registered) -> Fact {
    (entry.family.clone(), entry.name.clone(), entry.port)
}

/// Where a new entry goes.
#[derive(Clone, Copy)]
enum Place<'a> {
    Before(&'a Registered),
    After(&'a Registered),
}

/// The place of a new entry: siblings that are sorted, by port or by name, stay sorted;
/// otherwise it becomes the last.
fn neighbour<'a>(siblings: &[&'a Registered], name: &str, port: u16) -> Option<Place<'a>> {
    let (first, last) = (siblings.first().copied()?, siblings.last().copied()?);
    let found = if siblings.is_sorted_by_key(|entry| entry.port) {
        siblings.iter().rfind(|entry| entry.port < port)
    } else if siblings.is_sorted_by_key(|entry| entry.name.as_str()) {
        siblings.iter().rfind(|entry| entry.name.as_str() < name)
    } else {
        return Some(Place::After(last));
    };
    Some(found.map_or(Place::Before(first), |entry| Place::After(entry)))
}

/// A mapping key, quoted when YAML would read it as something else.
pub(super) fn key_text(name: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
    let is_word = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(plain);
    let reserved = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    if is_word && !reserved.contains(&name.to_ascii_lowercase().as_str()) {
        name.to_owned()
    } else {
        format!("{name:?}")
    }
}
