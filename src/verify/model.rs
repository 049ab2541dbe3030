//! What a verification says: items with a verdict each, grouped by aspect.
//!
//! Values only; they are made by the proofs and printed by `report`.

use std::fmt;

use serde::Serialize;

use crate::error::ExitStatus;

/// What is being compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Static: every file that parsed still parses.
    Syntax,
    /// Static: every internal import and every reference by text finds its definition.
    References,
    /// Static: no name is unbound that was bound.
    Names,
    /// Static: no circle of imports that was not there.
    Cycles,
    /// Static: the definition bodies are all still there.
    Definitions,
    /// Static: the other files are all still there.
    Files,
    /// Static: inner layers do not know outer ones.
    Layers,
    /// The application can be imported.
    Import,
    /// The OpenAPI document.
    OpenApi,
    /// The routes, also those that the document leaves out.
    Routes,
    /// The middleware and its options.
    Middleware,
    /// The application starts.
    Startup,
    /// What GET requests without parameters are answered.
    Answers,
    /// The service's own tests.
    Tests,
}

impl Aspect {
    /// Whether it is judged without running Python.
    pub fn is_static(self) -> bool {
        self <= Self::Layers
    }

    /// The word for a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::References => "references",
            Self::Names => "names",
            Self::Cycles => "cycles",
            Self::Definitions => "definitions",
            Self::Files => "files",
            Self::Layers => "layers",
            Self::Import => "import",
            Self::OpenApi => "openapi",
            Self::Routes => "routes",
            Self::Middleware => "middleware",
            Self::Startup => "startup",
            Self::Answers => "answers",
            Self::Tests => "tests",
        }
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// What became of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As before.
    Equal,
    /// It worked before and does not any more, or it is another thing now.
    Broken,
    /// It did not work before and does now.
    Fixed,
    /// It was not there before.
    Added,
    /// Nothing can be said, and the detail says why.
    Unjudged,
}

impl Verdict {
    /// Every verdict, in the order of a table's columns.
    pub const ALL: [Self; 5] =
        [Self::Equal, Self::Broken, Self::Fixed, Self::Added, Self::Unjudged];

    /// The word for a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Broken => "broken",
            Self::Fixed => "fixed",
            Self::Added => "added",
            Self::Unjudged => "unjudged",
        }
    }
}

/// One thing that was compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What kind of thing.
    pub aspect: Aspect,
    /// Which one: a test, a route, a schema, a file.
    pub name: String,
    /// What became of it.
    pub verdict: Verdict,
    /// What differs, or why nothing can be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Item {
    /// An item without detail.
    pub fn new(aspect: Aspect, name: impl Into<String>, verdict: Verdict) -> Self {
        Self { aspect, name: name.into(), verdict, detail: None }
    }

    /// The same item with what differs, or why nothing can be said.
    #[must_use]
    pub fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

/// Everything that was compared for one service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What was compared, in the order of the aspects.
    pub items: Vec<Item>,
    /// What the reader should know about how it was compared.
    pub remarks: Vec<String>,
}

impl Report {
    /// The aspects that have items, in their order.
    pub fn aspects(&self) -> Vec<Aspect> {
        let mut aspects: Vec<_> = self.items.iter().map(|item| item.aspect).collect();
        aspects.sort_unstable();
        aspects.dedup();
        aspects
    }

    /// How many items of `aspect` have `verdict`.
    pub fn count(&self, aspect: Aspect, verdict: Verdict) -> usize {
        self.of(verdict).filter(|item| item.aspect == aspect).count()
    }

    /// The items with `verdict`.
    pub fn of(&self, verdict: Verdict) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.verdict == verdict)
    }

    /// How the command ends: breakage, nothing judged among what was asked for, or done.
    pub fn status(&self) -> ExitStatus {
        if self.of(Verdict::Broken).next().is_some() {
            return ExitStatus::Findings;
        }
        let asked_for_dynamic = self.items.iter().any(|item| !item.aspect.is_static());
        let judged = self
            .items
            .iter()
            .any(|item| says_something(item) && (!asked_for_dynamic || !item.aspect.is_static()));
        if judged { ExitStatus::Success } else { ExitStatus::Unresolved }
    }
}

fn says_something(item: &Item) -> bool {
    matches!(item.verdict, Verdict::Equal | Verdict::Fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(items: &[(Aspect, Verdict)]) -> Report {
        let items = items.iter();
        Report {
            items: items.map(|(aspect, verdict)| Item::new(*aspect, "x", *verdict)).collect(),
            remarks: Vec::new(),
        }
    }

    #[test]
    fn one_breakage_is_a_finding_whatever_else_is_equal() {
        let report = report(&[(Aspect::Import, Verdict::Equal), (Aspect::Tests, Verdict::Broken)]);

        assert_eq!(report.status(), ExitStatus::Findings);
    }

    #[test]
    fn static_proofs_alone_do_not_make_an_unjudged_behaviour_judged() {
        let mixed =
            report(&[(Aspect::Syntax, Verdict::Equal), (Aspect::Import, Verdict::Unjudged)]);
        let only_static = report(&[(Aspect::Syntax, Verdict::Equal)]);

        assert_eq!(mixed.status(), ExitStatus::Unresolved);
        assert_eq!(only_static.status(), ExitStatus::Success);
        assert_eq!(report(&[]).status(), ExitStatus::Unresolved);
    }
}
