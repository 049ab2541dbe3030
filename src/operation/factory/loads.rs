//! What imports load, and whether what they load comes back to the module that imports.

use std::collections::BTreeSet;

use crate::python::{ImportKind, ImportStatement, Module, Moment, PythonService, StatementKind};

/// Whether an import statement loads a module of the service that no earlier one has loaded.
pub(super) fn loads_more(
    service: &PythonService,
    (index, module): (usize, &Module),
    import: &ImportStatement,
) -> bool {
    let own = service.imported_by(index, import);
    if own.is_empty() {
        return import.kind == ImportKind::From && import.level > 0;
    }
    let edges = service.import_edges(Moment::Import);
    let earlier = module.facts.imports.iter().filter(|other| {
        other.statement < import.statement
            && other.moment == Moment::Import
            && module.facts.statements[other.statement].kind == StatementKind::Import
    });
    let earlier = earlier.flat_map(|other| service.imported_by(index, other)).collect();
    !reached(&edges, own).is_subset(&reached(&edges, earlier))
}

/// Whether a module that this one imports, directly or not, imports this one.
pub(super) fn is_reached_back(service: &PythonService, index: usize) -> bool {
    let edges = service.import_edges(Moment::Call);
    let own = edges.iter().filter(|edge| edge.0 == index).map(|edge| edge.1).collect();
    reached(&edges, own).contains(&index)
}

/// Everything that is imported from some modules on, they included.
fn reached(edges: &[(usize, usize, usize)], from: Vec<usize>) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut open = from;
    while let Some(next) = open.pop() {
        if seen.insert(next) {
            open.extend(edges.iter().filter(|edge| edge.0 == next).map(|edge| edge.1));
        }
    }
    seen
}
