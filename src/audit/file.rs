//! One Python file with everything that rules ask of it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::finding::Draft;
use crate::change::RelPath;
use crate::python::outline::{Call, Function, Outline};
use crate::python::{ImportKind, Module};
use crate::workspace::Place;
use crate::workspace::yaml::LineStarts;

/// One Python file.
#[derive(Debug)]
pub struct FileFacts {
    /// Below the root.
    pub path: RelPath,
    /// Below the service's folder.
    pub below: String,
    /// Whether it belongs to the tests.
    pub is_test: bool,
    /// Whether it is an example, a script or a benchmark: run by hand, not by the service.
    pub is_aside: bool,
    /// Text and names.
    pub module: Arc<Module>,
    /// What the code does.
    pub outline: Outline,
    starts: LineStarts,
    calls: FxHashMap<Box<str>, Vec<u32>>,
    aliases: FxHashMap<Box<str>, Box<str>>,
}

/// Folders of files that people run by hand.
const ASIDE: [&str; 15] = [
    "scripts",
    "examples",
    "example",
    "demo",
    "demos",
    "docs",
    "benchmarks",
    "benchmark",
    "benchmarking",
    "alembic",
    "migrations",
    "tools",
    "old",
    "legacy",
    "backup",
];

impl FileFacts {
    /// Gathers what can be asked of a file.
    pub fn new(
        path: RelPath,
        below: &str,
        is_test: bool,
        module: Arc<Module>,
        outline: Outline,
    ) -> Self {
        let starts = LineStarts::new(module.text());
        let mut calls: FxHashMap<Box<str>, Vec<u32>> = FxHashMap::default();
        for (index, call) in (0..).zip(&outline.calls) {
            match calls.get_mut(call.what.name()) {
                Some(known) => known.push(index),
                None => {
                    calls.insert(call.what.name().into(), vec![index]);
                }
            }
        }
        let aliases = aliases(&module);
        let is_aside = is_aside(below);
        let below = below.to_owned();
        Self { path, below, is_test, is_aside, module, outline, starts, calls, aliases }
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.module.text()
    }

    /// The line of an offset, from 1.
    pub fn line(&self, offset: impl TryInto<usize>) -> usize {
        self.starts.line(offset.try_into().unwrap_or_default())
    }

    /// How many lines the file has.
    pub fn lines(&self) -> usize {
        self.starts.line(self.text().len())
    }

    /// A place in this file.
    pub fn place(&self, offset: impl TryInto<usize>) -> Place {
        Place { file: self.path.clone(), line: self.line(offset) }
    }

    /// A finding in this file.
    pub fn draft(&self, offset: impl TryInto<usize>, message: impl Into<String>) -> Draft {
        Draft::new(&self.path, self.line(offset), message)
    }

    /// Whether the file runs in production.
    pub fn is_code(&self) -> bool {
        !self.is_test && !self.is_aside
    }

    /// The calls whose last part is `name`.
    pub fn calls_named<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Call> {
        let found = self.calls.get(name).map_or(&[][..], Vec::as_slice);
        found.iter().map(|index| &self.outline.calls[*index as usize])
    }

    /// The calls whose last part is one of `names`.
    pub fn calls_of<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a Call> {
        names.iter().flat_map(|name| self.calls_named(name))
    }

    /// A dotted text with its first part replaced by what was imported under that name.
    pub fn full(&self, dotted: &str) -> String {
        let end = dotted.find(['.', '(', '[']).unwrap_or(dotted.len());
        match self.aliases.get(&dotted[..end]) {
            Some(known) => format!("{known}{}", &dotted[end..]),
            None => dotted.to_owned(),
        }
    }

    /// Whether anything below a top-level package is imported, at any level.
    pub fn imports(&self, package: &str) -> bool {
        let is_it = |name: &str| {
            name == package || name.strip_prefix(package).is_some_and(|rest| rest.starts_with('.'))
        };
        self.module.facts.imports.iter().any(|import| match import.kind {
            ImportKind::From => import.level == 0 && is_it(&import.module),
            ImportKind::Import => import.names.iter().any(|name| is_it(&name.name)),
        })
    }

    /// The function with that index.
    pub fn function(&self, index: Option<u32>) -> Option<&Function> {
        self.outline.functions.get(index? as usize)
    }

    /// The text of the line that holds an offset, squeezed.
    pub fn line_text(&self, offset: usize) -> String {
        let range = self.module.source.line_range(offset.min(self.text().len()));
        super::finding::squeezed(&self.text()[range])
    }
}

fn is_aside(below: &str) -> bool {
    let mut folders = below.split('/').rev();
    let name = folders.next().unwrap_or(below);
    let by_name =
        ["demo_", "example_", "benchmark_", "demo.py", "validate_", "run_tests", "setup.py"];
    folders.any(|folder| ASIDE.contains(&folder))
        || by_name.iter().any(|start| name.starts_with(start))
}

/// What each imported name stands for, in full; relative imports keep their dots.
fn aliases(module: &Module) -> FxHashMap<Box<str>, Box<str>> {
    let mut known = FxHashMap::default();
    for import in &module.facts.imports {
        for name in &import.names {
            match import.kind {
                ImportKind::Import => {
                    if let Some(alias) = &name.alias {
                        known.insert(alias.as_str().into(), name.name.as_str().into());
                    }
                }
                ImportKind::From => {
                    let dots = ".".repeat(import.level as usize);
                    let gap = if import.module.is_empty() { "" } else { "." };
                    let full = format!("{dots}{}{gap}{}", import.module, name.name);
                    known.insert(name.bound().into(), full.into());
                }
            }
        }
    }
    known
}
