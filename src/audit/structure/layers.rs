//! Layers: whether there are any, whether they are kept, whether routes do the work.

use std::collections::BTreeSet;

use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::{ServiceFacts, inside_package};
use crate::layering::Layer;

/// Folders that other conventions use for layers.
const OTHERS: [(&str, Layer); 15] = [
    ("core", Layer::Domain),
    ("entities", Layer::Domain),
    ("usecase", Layer::Application),
    ("use_cases", Layer::Application),
    ("usecases", Layer::Application),
    ("services", Layer::Application),
    ("adapters", Layer::Infrastructure),
    ("repositories", Layer::Infrastructure),
    ("persistence", Layer::Infrastructure),
    ("db", Layer::Infrastructure),
    ("database", Layer::Infrastructure),
    ("api", Layer::Presentation),
    ("routers", Layer::Presentation),
    ("routes", Layer::Presentation),
    ("endpoints", Layer::Presentation),
];

/// The layer of a file by its folders, by the four names only.
fn layer_of(below: &str) -> Option<Layer> {
    let inner = inside_package(below);
    let (folders, _) = inner.rsplit_once('/')?;
    folders.split('/').find_map(Layer::from_folder)
}

/// No two folders that say what layer they are.
pub(super) fn none(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let is_module = |below: &str| !below.ends_with("__init__.py");
    let modules = service.code().filter(|file| is_module(&file.below)).count();
    if modules < fleet.thresholds.layered_from || !service.is_web() {
        return;
    }
    let mut layers: Vec<Layer> = Vec::new();
    for name in &package_names(service) {
        let other = || OTHERS.iter().find(|(known, _)| known == name).map(|(_, layer)| *layer);
        layers.extend(Layer::from_folder(name).or_else(other));
    }
    layers.sort_unstable();
    layers.dedup();
    if layers.len() < 2 {
        sink.add(
            service.draft(format!("`{}` has {modules} modules and no layers", service.name())),
        );
    }
}

/// The packages of a service; of one that holds nearly everything also what lies in it.
fn package_names(service: &ServiceFacts) -> BTreeSet<String> {
    let packages = service.packages();
    let all: usize = packages.values().map(|(files, _)| files).sum();
    let main = packages.iter().find(|(_, (files, _))| files * 10 >= all * 7);
    let mut names: BTreeSet<String> = packages.keys().cloned().collect();
    if let Some((main, _)) = main {
        let inner = service.code().filter_map(|file| {
            let rest =
                inside_package(&file.below).strip_prefix(main.as_str())?.strip_prefix('/')?;
            Some(rest.split_once('/')?.0.to_owned())
        });
        names.extend(inner);
    }
    names
}

/// Import lines that lead from an inner layer to an outer one.
pub(super) fn violation(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for edge in &service.imports.edges {
        let (from, to) = (&service.files[edge.from], &service.files[edge.to]);
        if from.is_test || to.is_test {
            continue;
        }
        let layers = (layer_of(&from.below), layer_of(&to.below));
        let (Some(inner), Some(outer)) = layers else { continue };
        if inner < outer {
            let message = format!(
                "the {} layer imports `{}` of the {} layer",
                inner.folder(),
                to.below,
                outer.folder()
            );
            sink.add(from.draft(edge.start, message));
        }
    }
}

/// Routes with more statements than the threshold.
pub(super) fn logic(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut last = None;
    for route in &service.web.routes {
        let key = (route.file, route.handler);
        let Some(handler) = route.handler_in(&service.files) else { continue };
        if last == Some(key) || handler.statements <= fleet.thresholds.route_statements {
            continue;
        }
        last = Some(key);
        let message = format!(
            "`{} {}` has {} statements and {} decisions in `{}`",
            route.method,
            route.shown(),
            handler.statements,
            handler.branches,
            handler.name
        );
        sink.add(service.files[route.file].draft(handler.start as usize, message));
    }
}
