//! Cloned blocks over all services.
//!
//! Windows of logical lines are hashed, sorted and grown to maximal blocks; a family is the
//! set of places that hold one block.

mod family;
mod find;

use super::finding::Draft;
use super::fleet::Fleet;
use super::rule::{Check, Group, Rule, Severity, Sink};
use crate::workspace::Place;

pub(crate) use find::{Clones, Copy};

/// The page of this rule.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] = &[&CLONE];

static CLONE: Rule = Rule {
    id: "cloned-block",
    group: Group::Duplication,
    severity: Severity::Warning,
    summary: "the same block of code stands in several places",
    step: None,
    check: Check::Fleet(clones),
};

/// One finding per family, at its first copy.
fn clones(fleet: &Fleet, sink: &mut Sink) {
    for family in &fleet.clones.families {
        let Some((first, rest)) = family.copies.split_first() else { continue };
        let message = format!(
            "{} lines ({}) stand in {} places of {} service{}; {}",
            family.lines,
            family.kind.name(),
            family.copies.len(),
            family.services,
            if family.services == 1 { "" } else { "s" },
            family.kind.replacement(),
        );
        let place = |copy: &Copy| {
            let file = &fleet.services[copy.service].files[copy.file];
            Place { file: file.path.clone(), line: copy.first_line }
        };
        let at = place(first);
        let mut draft = Draft::new(&at.file, at.line, message)
            .of(fleet.services[first.service].name())
            .anchored(format!("{:016x}", family.fingerprint));
        for copy in rest.iter().take(20) {
            draft =
                draft.because(place(copy), format!("lines {}–{}", copy.first_line, copy.last_line));
        }
        sink.add(draft);
    }
}
