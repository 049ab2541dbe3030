//! Circles of imports, and inner layers that know outer ones.

use std::collections::BTreeSet;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::Sides;
use crate::layering::Layer;
use crate::python::{Moment, PythonService};
use crate::verify::{Aspect, Item, Verdict};

/// No two modules import each other in a circle, while being imported, that did not before.
pub(super) fn import_cycles(sides: &Sides<'_>) -> Vec<Item> {
    let known: BTreeSet<(usize, usize)> = pairs_in_cycles(sides.before)
        .into_iter()
        .filter_map(|(one, two)| Some((sides.pairs.new_index(one)?, sides.pairs.new_index(two)?)))
        .collect();
    let mut items = Vec::new();
    for (one, two) in pairs_in_cycles(sides.after) {
        if one < two && !known.contains(&(one, two)) {
            let modules = sides.after.modules();
            let name = format!("{} ↔ {}", modules[one].path, modules[two].path);
            items.push(
                Item::new(Aspect::Cycles, name, Verdict::Broken)
                    .because("they import each other while being imported"),
            );
        }
    }
    if items.is_empty() {
        items.push(Item::new(Aspect::Cycles, "import-time circles", Verdict::Equal));
    }
    items
}

/// Ordered pairs of modules in one circle.
fn pairs_in_cycles(service: &PythonService) -> BTreeSet<(usize, usize)> {
    let mut graph = DiGraph::<usize, ()>::new();
    let nodes: Vec<NodeIndex> =
        (0..service.modules().len()).map(|index| graph.add_node(index)).collect();
    for (importer, imported, _) in service.import_edges(Moment::Import) {
        graph.update_edge(nodes[importer], nodes[imported], ());
    }
    let mut pairs = BTreeSet::new();
    for component in tarjan_scc(&graph) {
        for one in &component {
            for two in component.iter().filter(|two| *two != one) {
                pairs.insert((graph[*one], graph[*two]));
            }
        }
    }
    pairs
}

/// The layer contract: each import of an outer layer by an inner one is listed.
pub(super) fn layers(sides: &Sides<'_>) -> Vec<Item> {
    let layer = |index: usize| {
        let below = sides.after.below(index);
        let rest = below.strip_prefix("src/")?.split_once('/')?.1;
        Layer::from_folder(rest.split('/').next()?)
    };
    let mut items = Vec::new();
    let mut seen = BTreeSet::new();
    for (importer, imported, line) in sides.after.import_edges(Moment::Call) {
        let (Some(inner), Some(outer)) = (layer(importer), layer(imported)) else { continue };
        if inner < outer && seen.insert((importer, imported)) {
            let modules = sides.after.modules();
            let name = format!("{}:{line} → {}", modules[importer].path, modules[imported].path);
            let why = format!("the {} knows the {}", inner.folder(), outer.folder());
            items.push(Item::new(Aspect::Layers, name, Verdict::Added).because(why));
        }
    }
    items
}
