//! What tools are told of the code reaches the code that it reached.

use std::collections::BTreeSet;

use globset::Glob;

use super::{Side, Sides};
use crate::change::RelPath;
use crate::python::{PythonService, join, parent};
use crate::verify::{Aspect, Item, Verdict};
use crate::workspace::tools::{self, Naming, Setting};

/// Every module that a setting of a tool named, by itself or with its folder, is named afterwards.
///
/// It may name more: a list of folders can become the package around them.
pub(super) fn settings(sides: &Sides<'_>, (before, after): (&Side<'_>, &Side<'_>)) -> Vec<Item> {
    let mut items = Vec::new();
    let mut kept = 0;
    for (path, text) in files(before) {
        let Some(now) = after.tree.text(sides.pairs.new_path(&path)) else { continue };
        let here = parent(path.as_str());
        let new = tools::settings(path.name(), now);
        for setting in tools::settings(path.name(), text) {
            let was = reached(sides.before, here, [&setting]);
            // Keys of a table have one setting each, and mypy a section for each list of modules.
            let same = new.iter().filter(|found| found.key == setting.key);
            let is = reached(sides.after, here, same);
            let lost = was.iter().find(|old| {
                let new = sides.pairs.new_index(**old);
                new.is_some_and(|new| !is.contains(&new))
            });
            match lost {
                Some(lost) => {
                    let name = format!("{path} {}", setting.key);
                    let why = format!("{} is not named any more", sides.before.below(*lost));
                    items.push(Item::new(Aspect::References, name, Verdict::Broken).because(why));
                }
                None => kept += usize::from(!was.is_empty()),
            }
        }
    }
    if kept > 0 {
        let name = format!("{kept} settings of tools");
        items.push(Item::new(Aspect::References, name, Verdict::Equal));
    }
    items
}

/// The files of tools in the service's folder.
fn files<'t>(side: &Side<'t>) -> Vec<(RelPath, &'t str)> {
    let named = |name| RelPath::new(join(side.service.root(), name)).ok();
    let paths = tools::FILES.into_iter().filter_map(named);
    paths.filter_map(|path| Some((path.clone(), side.tree.text(&path)?))).collect()
}

/// The modules that settings name, tests left out.
fn reached<'s>(
    service: &PythonService,
    here: &str,
    settings: impl IntoIterator<Item = &'s Setting>,
) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for setting in settings {
        for value in &setting.values {
            let is_mypy = setting.key == "mypy.overrides";
            match setting.naming {
                // An import between two packages that are taken apart is no import any more.
                Naming::Modules if value.text.contains("->") => {}
                Naming::Modules => {
                    for name in value.text.split([':', '|']).map(str::trim) {
                        found.extend(modules(service, here, name, !is_mypy));
                    }
                }
                Naming::Packages => {
                    let first = value.text.split('.').next().unwrap_or_default();
                    found.extend(modules(service, here, first, true));
                }
                Naming::Patterns if !value.text.contains('/') => {}
                Naming::Paths | Naming::Patterns => found.extend(paths(service, here, &value.text)),
                Naming::ModulesOrPaths => {
                    found.extend(modules(service, here, &value.text, true));
                    found.extend(paths(service, here, &value.text));
                }
                Naming::Warnings => {
                    for field in value.text.split(':').skip(2).take(2) {
                        found.extend(class_or_module(service, here, &field.replace("\\.", ".")));
                    }
                }
            }
        }
    }
    // A package that holds nothing itself is reached with what is in it.
    let is_code = |index: &usize| {
        let record = &service.modules()[*index];
        !record.is_test && (!record.is_package() || record.has_statements())
    };
    found.retain(is_code);
    found
}

/// The module of a dotted name, and those below it where it stands for all of a package.
fn modules(service: &PythonService, here: &str, written: &str, is_whole: bool) -> Vec<usize> {
    let dotted = written.trim_end_matches('*').trim_end_matches('.');
    if dotted.is_empty() {
        return Vec::new();
    }
    let own = service.resolve_in(here, dotted);
    let mut found: Vec<usize> = own.into_iter().collect();
    if is_whole || dotted != written {
        let below = dotted.replace('.', "/");
        for folder in [join(here, &below), join(here, &format!("src/{below}"))] {
            found.extend(inside(service, &folder));
        }
    }
    found
}

/// The module of a dotted name, or the one whose class it names.
fn class_or_module(service: &PythonService, here: &str, dotted: &str) -> Option<usize> {
    let own = || {
        let (module, name) = dotted.rsplit_once('.')?;
        let found = service.resolve_in(here, module)?;
        let defines = service.modules()[found].module()?.facts.defines(name);
        defines.then_some(found)
    };
    service.resolve_in(here, dotted).or_else(own)
}

/// The modules of a file, of a folder or of a glob; one that begins with a star reaches what it
/// reached wherever that lies.
fn paths(service: &PythonService, here: &str, written: &str) -> Vec<usize> {
    let plain = written.trim_start_matches("./").trim_end_matches('/');
    if plain.is_empty() || plain.starts_with(['.', '*']) {
        return Vec::new();
    }
    let whole = join(here, plain);
    if !plain.contains(['*', '?', '[', '{']) {
        return service.index_of(&whole).into_iter().chain(inside(service, &whole)).collect();
    }
    let Ok(glob) = Glob::new(&whole) else { return Vec::new() };
    let glob = glob.compile_matcher();
    let modules = service.modules().iter().enumerate();
    modules.filter(|(_, module)| glob.is_match(module.path.as_str())).map(|(at, _)| at).collect()
}

fn inside(service: &PythonService, folder: &str) -> Vec<usize> {
    let is_inside = |path: &RelPath| {
        path.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let modules = service.modules().iter().enumerate();
    modules.filter(|(_, module)| is_inside(&module.path)).map(|(at, _)| at).collect()
}
