//! Imports in circles, to nothing, and into other services.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;

use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::imports::Edge;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::change::RelPath;
use crate::python::Moment;

/// Groups of files that import each other in a circle, over the edges that `keep` keeps.
fn cycles(service: &ServiceFacts, keep: impl Fn(&Edge) -> bool) -> Vec<Vec<usize>> {
    let mut graph: DiGraph<usize, ()> = DiGraph::new();
    let nodes: Vec<_> = (0..service.files.len()).map(|index| graph.add_node(index)).collect();
    for edge in service.imports.edges.iter().filter(|edge| keep(edge)) {
        graph.update_edge(nodes[edge.from], nodes[edge.to], ());
    }
    let groups = tarjan_scc(&graph).into_iter().filter(|group| group.len() > 1);
    let mut groups: Vec<Vec<usize>> = groups
        .map(|group| {
            let mut files: Vec<usize> = group.into_iter().map(|node| graph[node]).collect();
            files.sort_unstable();
            files
        })
        .collect();
    groups.sort();
    groups
}

fn at_import(edge: &Edge) -> bool {
    edge.moment == Moment::Import && !edge.guarded
}

/// A package that imports its own modules in `__init__.py` is no defect by itself: a circle
/// counts when a module of it imports names *from* a package that is still being loaded.
fn takes_names(service: &ServiceFacts, group: &[usize]) -> bool {
    let inside = |index: usize| group.contains(&index);
    let edges = service.imports.edges.iter();
    let edges = edges.filter(|edge| inside(edge.from) && inside(edge.to) && at_import(edge));
    let modules: BTreeSet<usize> = edges
        .filter(|edge| !service.files[edge.from].below.ends_with("__init__.py"))
        .map(|edge| edge.from)
        .collect();
    !modules.is_empty()
}

pub(super) fn circular(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for group in cycles(service, at_import) {
        if group.iter().any(|index| service.files[*index].is_test) || !takes_names(service, &group)
        {
            continue;
        }
        sink.add(describe(service, &group, "while they are loaded", at_import));
    }
}

pub(super) fn circular_at_call(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let hard: BTreeSet<usize> = cycles(service, at_import).into_iter().flatten().collect();
    let keep = |edge: &Edge| edge.moment != Moment::Never;
    for group in cycles(service, keep) {
        let known = group.iter().all(|index| hard.contains(index));
        if known || group.iter().any(|index| !service.files[*index].is_code()) {
            continue;
        }
        sink.add(describe(service, &group, "when they run", keep));
    }
}

fn describe(
    service: &ServiceFacts,
    group: &[usize],
    when: &str,
    keep: impl Fn(&Edge) -> bool,
) -> Draft {
    let names: Vec<&str> = group.iter().map(|index| service.files[*index].below.as_str()).collect();
    let first = &service.files[group[0]];
    let inside = |index: &usize| group.contains(index);
    let edges: Vec<&Edge> = service
        .imports
        .edges
        .iter()
        .filter(|edge| inside(&edge.from) && inside(&edge.to) && keep(edge))
        .collect();
    let start = edges.iter().find(|edge| edge.from == group[0]).map_or(0, |edge| edge.start);
    let message =
        format!("{} modules need each other {when}: {}", names.len(), super::size::list(&names));
    let mut draft = first.draft(start, message).anchored(names.join(" "));
    for edge in edges.into_iter().take(12) {
        let (from, to) = (&service.files[edge.from], &service.files[edge.to]);
        draft = draft.because(from.place(edge.start), format!("imports `{}`", to.below));
    }
    draft
}

pub(super) fn unresolved(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for missing in service.imports.missing.iter().filter(|missing| !missing.guarded) {
        let file = &service.files[missing.file];
        if missing.moment == Moment::Never || file.is_aside {
            continue;
        }
        let message = if missing.attribute {
            format!("`{}` is imported, and the module defines no such name", missing.name)
        } else {
            format!("`{}` is imported, and there is no such module", missing.name)
        };
        sink.add(file.draft(missing.start, message));
    }
}

/// The other service in whose folder a name is looked up first, as the file puts that on `sys.path`.
fn found_by_path<'f>(
    fleet: &'f Fleet,
    service: &ServiceFacts,
    file: usize,
    top: &str,
) -> Option<&'f str> {
    let tree = &fleet.backend.tree;
    let record = &service.python.modules()[file];
    let mut folders = record.search_path(service.service.folder.as_str());
    folders.find_map(|folder| {
        let folder = RelPath::new(&folder).ok()?;
        let other = fleet.services.iter().find(|other| {
            other.name() != service.name() && folder.starts_with(&other.service.folder)
        })?;
        let module = folder.join(format!("{top}.py")).ok()?;
        let package = folder.join(top).ok()?;
        (tree.get(&module).is_some() || tree.has_folder(&package)).then(|| other.name())
    })
}

/// Imports whose dotted name leads into the folder of another service.
pub(super) fn across(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let others: BTreeMap<String, &str> = fleet
        .services
        .iter()
        .filter(|other| other.name() != service.name())
        .map(|other| (other.service.folder.name().replace('-', "_"), other.name()))
        .collect();
    let own = service.service.folder.name().replace('-', "_");
    for import in &service.imports.external {
        let mut parts = import.name.split('.').peekable();
        let first = parts.peek().copied().unwrap_or_default();
        let through_folder = matches!(first, "services" | "backend" | "src" | "apps");
        let file = &service.files[import.file];
        if let Some(name) = found_by_path(fleet, service, import.file, first) {
            let message = format!(
                "`{}` is the code of the service `{name}`, which `sys.path` leads to",
                import.name
            );
            sink.add(file.draft(import.start, message));
            continue;
        }
        let hit = parts.clone().take(4).find_map(|part| others.get_key_value(part));
        let Some((folder, name)) = hit else { continue };
        let declared = service.manifests.declares(first);
        let direct = first == folder;
        if declared || !(direct || through_folder) || parts.any(|part| part == own) {
            continue;
        }
        let message = format!("`{}` is the code of the service `{name}`", import.name);
        sink.add(file.draft(import.start, message));
    }
}
