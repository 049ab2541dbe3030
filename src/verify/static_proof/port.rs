//! The service's own port: where it changed, its digits in code changed with it.

use std::ops::Range;

use super::Sides;
use super::spans::Span;
use crate::change::RelPath;
use crate::python::Module;
use crate::workspace::{Tree, starts};

/// The port at which the service is started before and after, when it is another one.
pub(super) struct Port {
    digits: Option<(String, String)>,
}

impl Port {
    pub(super) fn changed(before: &Tree, after: &Tree, folder: Option<&RelPath>) -> Self {
        let port = |tree: &Tree| starts(tree, folder).into_iter().find_map(|start| start.port);
        let digits = match (port(before), port(after)) {
            (Some(was), Some(is)) if was.port != is.port => {
                Some((was.port.to_string(), is.port.to_string()))
            }
            _ => None,
        };
        Self { digits }
    }

    pub(super) fn before(&self) -> Option<&str> {
        self.digits.as_ref().map(|(was, _)| was.as_str())
    }

    pub(super) fn after(&self) -> Option<&str> {
        self.digits.as_ref().map(|(_, is)| is.as_str())
    }

    /// The digits of the port in one span, when both sides say it equally often.
    pub(super) fn rewritten(
        &self,
        sides: &Sides<'_>,
        span: &Span,
    ) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
        let nothing = (Vec::new(), Vec::new());
        let Some((was, is)) = &self.digits else { return nothing };
        let (before, after) = (&sides.before.modules()[span.old], &sides.after.modules()[span.new]);
        let (Some(before), Some(after)) = (before.module(), after.module()) else {
            return nothing;
        };
        let (before, after) = (numbers(before, &span.was, was), numbers(after, &span.is, is));
        if before.len() == after.len() { (before, after) } else { nothing }
    }
}

/// Every place of a stretch where the digits stand for themselves.
fn numbers(module: &Module, within: &Range<usize>, digits: &str) -> Vec<Range<usize>> {
    let text = module.text();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let found = text.match_indices(digits).filter(|(at, _)| {
        let before = text[..*at].chars().next_back().is_some_and(is_word);
        let after = text[at + digits.len()..].chars().next().is_some_and(is_word);
        !before && !after
    });
    let ranges = found.map(|(at, digits)| at..at + digits.len());
    ranges.filter(|range| within.start <= range.start && range.end <= within.end).collect()
}
