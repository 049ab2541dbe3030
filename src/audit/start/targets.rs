//! What images, compose and scripts start, against what the source has.

use std::collections::BTreeSet;

use super::names::unbound;
use crate::audit::dependencies::{brought, undeclared};
use crate::audit::file::FileFacts;
use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::audit::web::{Holder, Owner};
use crate::change::RelPath;
use crate::python::Moment;
use crate::python::distributions::provided;
use crate::workspace::{EntryPoint, Folder, Place, StartSource};

/// The index of the file that an entry point starts.
fn started(service: &ServiceFacts, point: &EntryPoint) -> Option<usize> {
    service.python.index_of(point.module_file.as_ref()?.as_str())
}

/// Entry points that somebody runs: by compose, image or script.
fn deployed(service: &ServiceFacts) -> impl Iterator<Item = &EntryPoint> {
    service.points.iter().filter(|point| point.source <= StartSource::Script)
}

/// The application that an entry point serves, re-exports followed.
pub(super) fn served_app<'a>(service: &'a ServiceFacts, point: &EntryPoint) -> Option<&'a Holder> {
    let file = started(service, point)?;
    let name = point.app.as_deref()?.split_once(':')?.1;
    let (file, name) = crate::audit::web::locate(&service.python, &service.files, file, name)?;
    service.web.apps.iter().find(|app| app.file == file && app.name == name)
}

/// How many routes an application serves, its operational ones left out.
fn routes_of(service: &ServiceFacts, app: &Holder) -> usize {
    let owner: Owner = (app.file, app.name.clone());
    let mut owners: BTreeSet<Owner> = BTreeSet::from([owner]);
    for _ in 0..8 {
        let more = service.web.includes.iter().filter(|include| owners.contains(&include.into));
        let more: Vec<Owner> = more.filter_map(|include| include.what.clone()).collect();
        owners.extend(more);
    }
    let own = service.web.routes.iter().filter(|route| owners.contains(&route.owner));
    own.filter(|route| !route.is_operational()).count()
}

/// An application is started that has none of the routes that another one of the service has.
pub(super) fn placeholder(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let apps = service.web.apps.iter().filter(|app| app.context.function.is_none());
    let Some((best, most)) =
        apps.map(|app| (app, routes_of(service, app))).max_by_key(|(_, routes)| *routes)
    else {
        return;
    };
    for point in deployed(service) {
        let Some(app) = served_app(service, point) else { continue };
        let routes = routes_of(service, app);
        let is_other = (app.file, &app.name) != (best.file, &best.name);
        if !is_other || most == 0 || routes * 2 >= most {
            continue;
        }
        let message = format!(
            "{} starts `{}` with {routes} of the routes; `{}` has {most}",
            point.place.file.name(),
            service.files[app.file].below,
            service.files[best.file].below,
        );
        let draft = Draft::new(&point.place.file, point.place.line, message)
            .because(service.files[app.file].place(app.start), "what is started")
            .because(service.files[best.file].place(best.start), "what has the routes");
        sink.add(draft);
    }
}

/// The module of a start target is not there, or has no such name.
pub(super) fn missing(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for point in deployed(service) {
        let Some((module, name)) = point.app.as_deref().and_then(|app| app.split_once(':')) else {
            continue;
        };
        if module.contains(['$', '{']) || name.contains(['$', '{']) {
            continue;
        }
        let at = |message: String| Draft::new(&point.place.file, point.place.line, message);
        let Some(file) = started(service, point) else {
            if point.module_file.is_none() {
                sink.add(at(format!(
                    "`{module}:{name}` is started, and there is no module `{module}`"
                )));
            }
            continue;
        };
        let facts = &service.files[file].module.facts;
        let first = name.split('.').next().unwrap_or(name);
        let open = facts.star_imports().next().is_some() || !facts.dynamic.is_empty();
        if !open && !facts.defines(first) && service.files[file].module.errors.is_empty() {
            let place = Place { file: service.files[file].path.clone(), line: 1 };
            sink.add(
                at(format!("`{module}:{name}` is started, and `{module}` defines no `{first}`"))
                    .because(place, "the module"),
            );
        }
    }
}

/// Something that is reached while the started module is imported cannot be.
pub(super) fn cannot_import(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut seen = BTreeSet::new();
    let undeclared = undeclared(fleet, service);
    let brought = brought(fleet, service);
    let brought: Vec<&str> = brought.iter().map(String::as_str).collect();
    for point in deployed(service) {
        let Some(start) = started(service, point).filter(|start| seen.insert(*start)) else {
            continue;
        };
        let is_alone = holds_service_alone(fleet, service, point);
        for file in service.imports.reached(start) {
            beyond_the_root(service, point, file, sink);
            let facts = &service.files[file];
            let around = service.imports.external.iter().filter(|import| {
                let is_reached = import.file == file && import.moment == Moment::Import;
                is_alone && is_reached && !import.guarded && is_in_repository(fleet, &import.name)
            });
            for import in around {
                let what = format!(
                    "`{}` is code of the repository, which the image does not hold",
                    import.name
                );
                let message = format!("{what}; `{}` is imported by what is started", facts.below);
                let draft = facts.draft(import.start, message);
                sink.add(draft.because(point.place.clone(), "started here"));
            }
            let packages = undeclared.iter().filter(|import| {
                let is_reached = import.file == file && import.moment == Moment::Import;
                is_reached && !provided(&brought, &import.name)
            });
            let packages = packages
                .map(|import| (import.start, format!("no manifest declares `{}`", import.name)));
            for (offset, what) in failures(service, file).into_iter().chain(packages) {
                let facts = &service.files[file];
                let message = format!("{what}; `{}` is imported by what is started", facts.below);
                sink.add(facts.draft(offset, message).because(point.place.clone(), "started here"));
            }
        }
    }
}

fn failures(service: &ServiceFacts, index: usize) -> Vec<(usize, String)> {
    let file: &FileFacts = &service.files[index];
    let mut found = Vec::new();
    let first = unbound(file).find(|found| found.moment == Moment::Import);
    found.extend(
        first.map(|reference| {
            (reference.range.start, format!("`{}` is not defined", reference.name))
        }),
    );
    let missing = service.imports.missing.iter().filter(|missing| {
        missing.file == index && missing.moment == Moment::Import && !missing.guarded
    });
    for missing in missing {
        found.push((missing.start, format!("`{}` leads to nothing", missing.name)));
    }
    if let Some(error) = file.module.errors.first() {
        found.push((error.range.start, "it is not valid Python".to_owned()));
    }
    found
}

/// Whether all that runs in the place of an entry point is the folder of its service: what
/// compose builds and mounts for it lies in there.
fn holds_service_alone(fleet: &Fleet, service: &ServiceFacts, point: &EntryPoint) -> bool {
    let folder = &service.service.folder;
    let inside = |found: &Folder| found.path().is_some_and(|path| path.starts_with(folder));
    let mut entries = fleet
        .every_entry()
        .map(|(_, entry)| entry)
        .filter(|entry| entry.runs(folder))
        .filter(|entry| point.entry.as_ref().is_none_or(|name| *name == entry.name))
        .peekable();
    entries.peek().is_some()
        && entries.all(|entry| {
            let builds = entry.build.as_ref().is_some_and(|build| inside(&build.context));
            builds && entry.mounts.iter().all(|(found, _)| inside(found))
        })
}

/// Whether a dotted name is that of a module or a folder of the repository, from its root.
fn is_in_repository(fleet: &Fleet, dotted: &str) -> bool {
    let tree = &fleet.backend.tree;
    let path = dotted.replace('.', "/");
    let module = RelPath::new(format!("{path}.py"));
    let folder = RelPath::new(&path);
    module.is_ok_and(|module| tree.get(&module).is_some())
        || folder.is_ok_and(|folder| tree.has_folder(&folder))
}

/// A relative import that climbs out of the folder in which something is started: there is no
/// package around it.
fn beyond_the_root(service: &ServiceFacts, point: &EntryPoint, index: usize, sink: &mut Sink) {
    let Some((module, _)) = point.app.as_deref().and_then(|app| app.split_once(':')) else {
        return;
    };
    let file = &service.files[index];
    let Some(below) = point.cwd.path().map_or(Some(file.path.clone()), |cwd| file.path.below(cwd))
    else {
        return;
    };
    let depth = below.segments().count() - 1;
    let climbs = file.module.facts.imports.iter().find(|import| {
        import.level as usize > depth && import.moment == Moment::Import && !import.guarded
    });
    if let Some(import) = climbs {
        let message = format!(
            "`{below}` imports relatively out of the folder in which `{module}` is started"
        );
        sink.add(
            file.draft(import.range.start, message).because(point.place.clone(), "started here"),
        );
    }
}

/// Routers with routes that no application reaches.
pub(super) fn not_included(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    if service.web.dynamic || service.web.apps.is_empty() {
        return;
    }
    for router in &service.web.routers {
        let owner: Owner = (router.file, router.name.clone());
        let routes = service.web.routes.iter().filter(|route| route.owner == owner).count();
        let included =
            service.web.includes.iter().any(|include| include.what.as_ref() == Some(&owner));
        let is_plain = router.context.function.is_none() && router.context.class.is_none();
        if routes == 0 || included || !is_plain {
            continue;
        }
        let file = &service.files[router.file];
        let message = format!("nobody includes `{}`, which has {routes} routes", router.name);
        sink.add(file.draft(router.start, message));
    }
}
