//! The shape of a definition: its text without what a move may rewrite.

use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::python::{Module, PythonService, Statement};

/// A hash of a statement in which names of modules, import statements and computed paths do not
/// count: equal before and after a move, different after any other edit.
///
/// `is_divided` says that the module was taken apart. `rewritten` are the ranges of the file's strings and paths that a move rewrote and that lead
/// where they led.
pub(super) fn of(
    service: &PythonService,
    index: usize,
    statement: &Statement,
    rewritten: &[Range<usize>],
    is_divided: bool,
) -> u64 {
    let Some(module) = service.modules()[index].module() else { return 0 };
    let mut cuts = rewritable(service, index, module, &statement.range);
    if is_divided {
        cuts.extend(globals(module, &statement.range));
    }
    let inside = |range: &&Range<usize>| {
        statement.range.start <= range.start && range.end <= statement.range.end
    };
    cuts.extend(spelled_out(module, &statement.range));
    if service.modules()[index].path.name() == "setup.py" {
        cuts.extend(packages(module, &statement.range));
    }
    cuts.extend(rewritten.iter().filter(inside).map(|range| (range.clone(), "\u{0}name")));
    cuts.sort_by_key(|(range, _)| (range.start, range.end));
    let mut position = statement.range.start;
    let mut text = String::with_capacity(statement.range.len());
    for (range, stands_for) in cuts {
        if range.start < position {
            continue;
        }
        text.push_str(module.slice(&(position..range.start)));
        text.push_str(stands_for);
        position = range.end.min(statement.range.end);
    }
    text.push_str(module.slice(&(position..statement.range.end)));
    let mut hasher = rustc_hash::FxHasher::default();
    for line in text.lines() {
        line.trim_end().hash(&mut hasher);
    }
    hasher.finish()
}

/// `global` statements of a module that was taken apart: what they declare shows in what is
/// rebound, which the proof of uses compares.
fn globals<'a>(module: &Module, within: &Range<usize>) -> Vec<(Range<usize>, &'a str)> {
    let inside = |range: &Range<usize>| within.start <= range.start && range.end <= within.end;
    let globals = module.facts.globals.iter().filter(|global| inside(&global.range));
    globals.map(|global| (whole_line(module, &global.range), "")).collect()
}

/// `{name=}` counts as `name={name!r}`, which says and does the same.
fn spelled_out<'a>(module: &'a Module, within: &Range<usize>) -> Vec<(Range<usize>, &'a str)> {
    let inside = |range: &Range<usize>| within.start <= range.start && range.end <= within.end;
    let shown = module.facts.shown.iter().filter(|shown| inside(&shown.range));
    let spelled = shown.filter_map(|shown| {
        let literal = shown.literal.as_deref()?;
        let start = shown.range.start;
        Some([(start..start, literal), (shown.sign.clone(), shown.conversion)])
    });
    spelled.flatten().collect()
}

#[expect(clippy::expect_used, reason = "the pattern is a constant")]
static PACKAGES: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"\s*\b(?:packages|py_modules|package_dir)\s*=\s*(?:\[[^\]]*\]|\{[^}]*\}|[\w.]+\([^)]*\))[ \t]*,?[ \t]*";
    Regex::new(pattern).expect("a constant pattern")
});

/// Where the code lies that a build script packs: that is another place after a move.
fn packages<'a>(module: &Module, within: &Range<usize>) -> Vec<(Range<usize>, &'a str)> {
    let found = PACKAGES.find_iter(module.slice(within));
    found.map(|found| (within.start + found.start()..within.start + found.end(), "")).collect()
}

/// Ranges that a move may rewrite, each with what counts instead.
fn rewritable<'a>(
    service: &PythonService,
    index: usize,
    module: &Module,
    within: &Range<usize>,
) -> Vec<(Range<usize>, &'a str)> {
    let inside = |range: &Range<usize>| within.start <= range.start && range.end <= within.end;
    let mut cuts = Vec::new();
    for import in module.facts.imports.iter().filter(|import| inside(&import.range)) {
        let text = module.text();
        let mut end = import.range.end;
        // A statement that was split off follows on the next lines or after a semicolon.
        while let Some(next) = module.facts.imports.iter().find(|other| {
            other.range.start > end
                && inside(&other.range)
                && text[end..other.range.start].chars().all(|gap| gap.is_whitespace() || gap == ';')
        }) {
            end = next.range.end;
        }
        cuts.push((import.range.start..end, "\u{0}import"));
    }
    for reference in module.facts.references.iter().filter(|found| inside(&found.range)) {
        if super::uses::is_router(module, reference) {
            cuts.push((reference.range.clone(), "\u{0}router"));
        } else if let Some(cut) = dotted_use(service, index, reference) {
            cuts.push(cut);
        }
    }
    cuts
}

/// What a `global` declares shows in what is rebound; the statement itself may go, a comment behind
/// it stays.
fn whole_line(module: &Module, range: &Range<usize>) -> Range<usize> {
    let line = module.source.line_range(range.start);
    let text = module.text();
    let behind = &text[range.end..line.end];
    let is_first = text[line.start..range.start].trim().is_empty();
    if is_first && behind.trim().is_empty() {
        line
    } else if is_first && behind.trim_start().starts_with('#') {
        range.start..range.end + (behind.len() - behind.trim_start().len())
    } else {
        range.clone()
    }
}

/// `a.b.c` after `import a.b` counts as what follows the module: `b.c` of a module `b` as `c`.
fn dotted_use(
    service: &PythonService,
    index: usize,
    reference: &crate::python::Reference,
) -> Option<(Range<usize>, &'static str)> {
    let reached = service.reached(index, reference)?;
    let start = reference.range.start;
    if let Some(attribute) = reference.chain.get(reached.consumed) {
        return Some((start..attribute.range.start, ""));
    }
    let end = match reached.consumed.checked_sub(1) {
        Some(last) => reference.chain[last].range.end,
        None => reference.range.end,
    };
    Some((start..end, "\u{0}module"))
}
