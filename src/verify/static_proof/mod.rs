//! What can be proved without running Python: the service before against the service after.
//!
//! Files are paired first (by the moves of a run, or by content). Then every file that parsed
//! still parses, every import leads to the same definition, no name is unbound that was bound,
//! dotted strings and computed paths lead where they led, no circle of imports is new, and
//! definitions, comments and other files are all still there.

mod beside;
mod conserved;
mod cycles;
mod embedded;
mod factory;
mod leads;
mod order;
mod packages;
mod pairs;
mod port;
mod references;
mod shape;
mod spans;
mod starts;
mod tools;
mod uses;
pub(super) mod wraps;

use std::collections::BTreeMap;

use super::{Aspect, Declared, Item, Verdict};
use crate::change::RelPath;
use crate::python::{Module, PythonService};
use crate::workspace::Tree;
pub use order::import_failures;
use pairs::Pairs;
use port::Port;
use spans::Spans;

/// Both sides of a comparison.
struct Sides<'a> {
    before: &'a PythonService,
    after: &'a PythonService,
    pairs: Pairs,
    spans: Spans,
    port: Port,
    wraps: wraps::Wraps,
}

/// A service in a tree, with the files around it that use it.
pub(super) struct Side<'a> {
    tree: &'a Tree,
    folder: Option<&'a RelPath>,
    service: PythonService,
}

impl<'a> Side<'a> {
    /// Reads the service in `folder` (`None` for the root), which is called `name`.
    pub(super) fn read(tree: &'a Tree, (folder, name): (Option<&'a RelPath>, &str)) -> Self {
        Self { tree, folder, service: PythonService::read_with_dependents(tree, folder, name) }
    }
}

/// Compares a service in two trees.
///
/// `folder` is the service's folder (the same in both trees; `None` for the root) with its name.
/// `moves` maps new paths to old ones; without it files are paired by path and content.
pub fn static_proofs(
    before: &Tree,
    after: &Tree,
    place: (Option<&RelPath>, &str),
    moves: Option<&BTreeMap<RelPath, RelPath>>,
) -> Vec<Item> {
    let (before, after) = rayon::join(|| Side::read(before, place), || Side::read(after, place));
    compare((&before, &after), moves, Declared::Keeps)
}

/// Compares two sides that are read; see [`static_proofs`].
pub(super) fn compare(
    (before, after): (&Side<'_>, &Side<'_>),
    moves: Option<&BTreeMap<RelPath, RelPath>>,
    declares: Declared,
) -> Vec<Item> {
    // What used the service on one side is looked at on both.
    let old = before.service.clone().with_dependents_of(before.tree, &after.service);
    let mut new = after.service.clone().with_dependents_of(after.tree, &old);
    let both = (before, after);
    let (before, after, folder) = (before.tree, after.tree, before.folder);
    let pairs = Pairs::new((before, &old), (after, &new), moves);
    let folded = factory::unfold(&old, &mut new, &pairs);
    let in_factories = folded.iter().map(factory::Folded::module).collect();
    let spans = Spans::new(&old, &new, &pairs, &in_factories);
    let port = Port::changed(before, after, folder);
    let wraps = if declares == Declared::Wraps {
        wrapped_values((&old, &new), &pairs)
    } else {
        wraps::Wraps::new()
    };
    let sides = Sides { before: &old, after: &new, pairs, spans, port, wraps };
    let mut items = syntax(&sides);
    items.extend(references::imports(&sides));
    items.extend(references::strings(&sides));
    items.extend(embedded::code(&sides));
    items.extend(references::lists(&sides));
    items.extend(references::paths(&sides));
    items.extend(references::computed(&sides));
    items.extend(uses::uses(&sides));
    items.extend(uses::routers(&sides));
    items.extend(uses::lookups(&sides));
    items.extend(factory::wiring(&sides, &folded));
    items.extend(beside::imports(&sides));
    items.extend(starts::starts(&sides, (before, after), folder));
    items.extend(tools::settings(&sides, both));
    items.extend(names(&sides));
    items.extend(cycles::import_cycles(&sides));
    items.extend(order::import_order(&sides));
    items.extend(cycles::layers(&sides));
    let same = conserved::Untouched::of(&sides);
    items.extend(conserved::definitions(&sides, &same));
    items.extend(conserved::comments(&sides, &same));
    items.extend(conserved::files((before, after), folder, &sides.pairs));
    never_ran(&sides, &mut items);
    items
}

/// The values of the service that functions give back afterwards.
fn wrapped_values((old, new): (&PythonService, &PythonService), pairs: &Pairs) -> wraps::Wraps {
    let mut found = wraps::Wraps::new();
    for (after, before) in pairs.both() {
        let modules = (old.modules()[before].module(), new.modules()[after].module());
        let (Some(was), Some(is)) = modules else { continue };
        for (name, function) in wraps::wrapped(was, is) {
            found.insert((before, name), (after, function));
        }
    }
    found
}

/// What a file names that did not parse before leads nowhere: it cannot be broken by us, and is
/// listed for whoever mends the file. What it defines is there if its text is, but for imports.
fn never_ran(sides: &Sides<'_>, items: &mut [Item]) {
    for (index, record) in sides.after.modules().iter().enumerate() {
        let old = sides.pairs.old(index).map(|old| &sides.before.modules()[old]);
        let Some(old) = old.filter(|old| !old.is_sound() && !record.is_sound()) else { continue };
        let is_kept = old.module().map(without_imports) == record.module().map(without_imports);
        let (at, defined) = (format!("{}", record.path), format!(" ({}:", old.path));
        for item in items.iter_mut().filter(|item| item.verdict == Verdict::Broken) {
            let rest = item.name.strip_prefix(&at);
            let is_named = rest.is_some_and(|rest| rest.starts_with([':', ' ']));
            item.verdict = match item.aspect {
                Aspect::References | Aspect::Names if is_named => Verdict::Unjudged,
                Aspect::Definitions if is_kept && item.name.contains(&defined) => Verdict::Equal,
                _ => continue,
            };
            let said = item.detail.take().unwrap_or_default();
            item.detail = Some(format!("the file did not parse before either; {said}"));
        }
    }
}

/// The text of a file without its imports and all white space.
fn without_imports(module: &Module) -> String {
    let mut kept = String::new();
    let mut at = 0;
    for import in &module.facts.imports {
        if import.range.start >= at {
            kept.push_str(&module.text()[at..import.range.start]);
            at = import.range.end;
        }
    }
    kept.push_str(&module.text()[at..]);
    kept.retain(|letter| !letter.is_whitespace() && letter != ';');
    kept
}

/// Every file that parsed still parses.
fn syntax(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for (index, module) in sides.after.modules().iter().enumerate() {
        let was_sound = match sides.pairs.old(index) {
            Some(old) => sides.before.modules()[old].is_sound(),
            None => true,
        };
        let item = |verdict| Item::new(Aspect::Syntax, module.path.as_str(), verdict);
        items.push(match (was_sound, module.is_sound()) {
            (_, true) if sides.pairs.old(index).is_none() => item(Verdict::Added),
            (true, true) => item(Verdict::Equal),
            (false, true) => item(Verdict::Fixed),
            (true, false) => item(Verdict::Broken).because(first_error(module)),
            (false, false) => item(Verdict::Unjudged).because("it did not parse before either"),
        });
    }
    items
}

fn first_error(module: &crate::python::ServiceModule) -> String {
    match &module.parsed {
        Err(error) => error.to_string(),
        Ok(parsed) => match parsed.errors.first() {
            Some(error) => {
                format!("line {}: {}", parsed.source.line_of(error.range.start), error.message)
            }
            None => "unknown".to_owned(),
        },
    }
}

/// No name is unbound that was bound.
fn names(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for (new, record) in sides.after.modules().iter().enumerate() {
        let known: Vec<String> = match sides.pairs.old(new) {
            Some(old) => unbound(sides.before, old).into_iter().map(|(name, _)| name).collect(),
            None => unbound_anywhere(sides.before),
        };
        for name in sides.pairs.old(new).into_iter().flat_map(|old| lost_exports(sides, old, new)) {
            let item = Item::new(Aspect::Names, format!("{} {name}", record.path), Verdict::Broken);
            items.push(item.because("`__all__` lists it, and nothing binds it any more"));
        }
        for (name, line) in unbound(sides.after, new) {
            if !known.contains(&name) {
                let path = &record.path;
                items.push(
                    Item::new(Aspect::Names, format!("{path}:{line} {name}"), Verdict::Broken)
                        .because("the name is not bound any more"),
                );
            }
        }
    }
    if items.is_empty() {
        let count = sides.after.modules().len();
        items.push(Item::new(Aspect::Names, format!("{count} files"), Verdict::Equal));
    }
    items
}

/// Names that `__all__` lists afterwards and that were bound before only.
fn lost_exports(sides: &Sides<'_>, old: usize, new: usize) -> Vec<String> {
    let modules = (sides.before.modules()[old].module(), sides.after.modules()[new].module());
    let (Some(was), Some(is)) = modules else { return Vec::new() };
    let is_open = is.facts.star_imports().next().is_some()
        || !is.errors.is_empty()
        || is.facts.defines("__getattr__");
    let listed = is.facts.exported.iter().flatten().filter(|_| !is_open);
    listed.filter(|name| was.facts.defines(name) && !is.facts.defines(name)).cloned().collect()
}

/// Names of a module that nothing binds, with their lines.
fn unbound(service: &PythonService, index: usize) -> Vec<(String, usize)> {
    let Some(module) = service.modules()[index].module() else { return Vec::new() };
    if module.facts.star_imports().next().is_some() {
        return Vec::new();
    }
    let references = module.facts.references.iter();
    references
        .filter(|reference| reference.resolution == crate::python::Resolution::Unbound)
        .map(|reference| (reference.name.clone(), module.source.line_of(reference.range.start)))
        .collect()
}

fn unbound_anywhere(service: &PythonService) -> Vec<String> {
    let modules = 0..service.modules().len();
    modules.flat_map(|index| unbound(service, index)).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Entry;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let entry = |(path, text): &(&str, &str)| {
            (RelPath::new(path).unwrap(), Entry::file(text.as_bytes()))
        };
        files.iter().map(entry).collect()
    }

    fn broken(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
        let items = static_proofs(&tree(before), &tree(after), (None, "svc"), None);
        let broken = items.into_iter().filter(|item| item.verdict == Verdict::Broken);
        broken.map(|item| format!("{} {}", item.aspect, item.name)).collect()
    }

    #[test]
    fn a_package_file_that_comes_between_a_module_and_what_it_imports_breaks() {
        let found = broken(
            &[
                ("units/__init__.py", "from units.length import metres\n"),
                (
                    "units/length.py",
                    "from units.factors import FOOT\ndef metres(n):\n    return n * FOOT\n",
                ),
                ("units/factors.py", "FOOT = 3\n"),
            ],
            &[
                ("src/svc/infra/units/__init__.py", "from svc.domain.units.length import metres\n"),
                (
                    "src/svc/domain/units/length.py",
                    "from svc.infra.units.factors import FOOT\ndef metres(n):\n    return n * FOOT\n",
                ),
                ("src/svc/infra/units/factors.py", "FOOT = 3\n"),
            ],
        );

        assert!(found.iter().any(|item| item.contains("length.py")), "{found:?}");
    }

    const TEST: &str = "import sys\nfrom pathlib import Path\nfrom unittest.mock import patch\n\n\
        root = Path(__file__).parent.parent\nsys.path.insert(0, str(root))\n\n\
        def test_x():\n    patch(\"kk.pub.B\")\n";

    #[test]
    fn a_rewritten_patch_beside_a_rewritten_search_path_is_no_loss() {
        let after = TEST
            .replace("str(root)", "str(root) + \"/src\"")
            .replace("kk.pub.B", "svc.domain.kk.pub.B");

        let found = broken(
            &[("kk/pub.py", "B = 1\n"), ("tests/test_a.py", TEST)],
            &[("src/svc/domain/kk/pub.py", "B = 1\n"), ("tests/test_a.py", &after)],
        );

        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn a_patch_that_hits_nothing_any_more_is_found() {
        let found = broken(
            &[("kk/pub.py", "B = 1\n"), ("tests/test_a.py", TEST)],
            &[("src/svc/domain/kk/pub.py", "B = 1\n"), ("tests/test_a.py", TEST)],
        );

        assert_eq!(found, ["references tests/test_a.py:9 \"kk.pub.B\""]);
    }
}
