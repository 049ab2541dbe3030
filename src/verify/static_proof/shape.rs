//! The shape of a definition: its text without what a move may rewrite.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use crate::python::{
    BindingKind, ImportKind, Imported, Module, PythonService, Resolution, Statement, Target,
};

/// A hash of a statement in which names of modules, import statements and computed paths do not
/// count: equal before and after a move, different after any other edit.
///
/// `rewritten` are the ranges of the file's strings and paths that a move rewrote and that lead
/// where they led.
pub(super) fn of(
    service: &PythonService,
    index: usize,
    statement: &Statement,
    rewritten: &[Range<usize>],
) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    let Some(module) = service.modules()[index].module() else { return 0 };
    let mut cuts = rewritable(service, index, module, &statement.range);
    let inside = |range: &&Range<usize>| {
        statement.range.start <= range.start && range.end <= statement.range.end
    };
    cuts.extend(rewritten.iter().filter(inside).map(|range| (range.clone(), "name")));
    cuts.sort_by_key(|(range, _)| (range.start, range.end));
    let mut position = statement.range.start;
    for (range, stands_for) in cuts {
        if range.start < position {
            continue;
        }
        hash_text(&mut hasher, module.slice(&(position..range.start)));
        stands_for.hash(&mut hasher);
        position = range.end;
    }
    hash_text(&mut hasher, module.slice(&(position..statement.range.end)));
    hasher.finish()
}

fn hash_text(hasher: &mut impl Hasher, text: &str) {
    for line in text.lines() {
        line.trim_end().hash(hasher);
    }
}

/// Ranges that a move may rewrite, each with what counts instead.
fn rewritable(
    service: &PythonService,
    index: usize,
    module: &Module,
    within: &Range<usize>,
) -> Vec<(Range<usize>, &'static str)> {
    let inside = |range: &Range<usize>| within.start <= range.start && range.end <= within.end;
    let mut cuts = Vec::new();
    for import in module.facts.imports.iter().filter(|import| inside(&import.range)) {
        let text = module.text();
        let mut end = import.range.end;
        // A statement that was split off follows on the next lines or after a semicolon.
        while let Some(next) = module.facts.imports.iter().find(|other| {
            other.range.start > end
                && text[end..other.range.start].chars().all(|gap| gap.is_whitespace() || gap == ';')
        }) {
            end = next.range.end;
        }
        cuts.push((import.range.start..end, "import"));
    }
    for reference in module.facts.references.iter().filter(|found| inside(&found.range)) {
        if let Some(cut) = dotted_use(service, index, module, reference) {
            cuts.push(cut);
        }
    }
    cuts
}

/// `a.b.c` after `import a.b` counts as what follows the module.
fn dotted_use(
    service: &PythonService,
    index: usize,
    module: &Module,
    reference: &crate::python::Reference,
) -> Option<(Range<usize>, &'static str)> {
    let Resolution::Scope(scope) = reference.resolution else { return None };
    let binding = module.facts.bindings_of(&reference.name, scope).next()?;
    let BindingKind::Import(at, position) = binding.kind else { return None };
    let import = &module.facts.imports[at];
    if import.kind == ImportKind::From {
        let imported = service.resolve_name(index, import, &import.names[position]);
        let Imported::Module(found) = imported else { return None };
        let end = end_of_module(service, found, reference);
        return Some((reference.range.start..end, "module"));
    }
    let mut dotted = reference.name.clone();
    let is_module = |dotted: &str| matches!(service.resolve(index, dotted), Target::Module(_));
    let mut end = is_module(&dotted).then_some(reference.range.end);
    for attribute in &reference.chain {
        dotted = format!("{dotted}.{}", attribute.name);
        if is_module(&dotted) {
            end = Some(attribute.range.end);
        }
    }
    Some((reference.range.start..end?, "module"))
}

/// Where the longest part of `package.module.name` ends that is a module.
fn end_of_module(
    service: &PythonService,
    package: usize,
    reference: &crate::python::Reference,
) -> usize {
    let mut owner = package;
    let mut end = reference.range.end;
    for attribute in &reference.chain {
        let Imported::Module(found) = service.attribute_or_submodule(owner, &attribute.name) else {
            break;
        };
        owner = found;
        end = attribute.range.end;
    }
    end
}
