//! Names under which a module cannot be imported, though it is found.
//!
//! `from .config import settings` in a `main.py` that is imported as `main` fails: there is no
//! package to look in. Where code tries that and goes on without it, the import has never
//! succeeded, and leading it to the module's new place would bring code to life that never ran.

use rustc_hash::FxHashMap;

use super::super::facts::{ImportKind, ImportStatement, Moment};
use super::{Imported, PythonService};

/// What code of a service tries to import by such names, and does without.
#[derive(Debug, Clone, Default)]
pub(super) struct DeadNames {
    /// Module → how many parts a name of it must have more than, to be one that it can be
    /// imported by.
    parts: FxHashMap<usize, usize>,
    /// Where that is tried: the file and the offset of the import, and the module.
    pub(super) tried: Vec<(usize, usize, usize)>,
}

impl DeadNames {
    /// Whether a module cannot be imported by a name.
    pub(super) fn contain(&self, module: usize, dotted: &str) -> bool {
        self.parts.get(&module).is_some_and(|parts| parts_of(dotted) <= *parts)
    }
}

/// The modules that code of the service tries to import by such a name, and does without.
pub(super) fn dead_names(service: &PythonService) -> DeadNames {
    let climbing: FxHashMap<usize, usize> = (0..service.modules.len())
        .filter(|index| !service.modules[*index].is_test)
        .filter_map(|index| Some((index, climbs(service, index)?)))
        .collect();
    let mut dead = DeadNames::default();
    if climbing.is_empty() {
        return dead;
    }
    for (index, record) in service.modules.iter().enumerate().filter(|(_, found)| !found.is_test) {
        let Some(module) = record.module() else { continue };
        let guarded = module.facts.imports.iter().filter(|found| found.guarded && found.level == 0);
        for import in guarded {
            for (name, found) in named(service, index, import) {
                let parts = climbing.get(&found).filter(|parts| parts_of(&name) <= **parts);
                if let Some(parts) = parts {
                    dead.parts.insert(found, *parts);
                    dead.tried.push((index, import.range.start, found));
                }
            }
        }
    }
    dead
}

/// How many parts a dotted name has.
fn parts_of(dotted: &str) -> usize {
    dotted.split('.').count()
}

/// How far the imports of a module climb that run when it is imported, above itself.
fn climbs(service: &PythonService, index: usize) -> Option<usize> {
    let record = &service.modules[index];
    let imports = record.module()?.facts.imports.iter();
    let at_once = imports.filter(|import| import.moment == Moment::Import && !import.guarded);
    let level = usize::try_from(at_once.map(|import| import.level).max()?).ok()?;
    let above = level.checked_sub(usize::from(record.is_package()))?;
    (above > 0).then_some(above)
}

/// The modules that an import statement names, each with the name that it uses.
fn named(service: &PythonService, index: usize, import: &ImportStatement) -> Vec<(String, usize)> {
    let found = import.names.iter().filter_map(|name| match import.kind {
        ImportKind::Import => {
            service.imported_by(index, import).last().map(|found| (name.name.clone(), *found))
        }
        ImportKind::From => match service.resolve_name(index, import, name) {
            Imported::Attribute(found) => Some((import.module.clone(), found)),
            Imported::Module(found) => Some((format!("{}.{}", import.module, name.name), found)),
            _ => None,
        },
    });
    found.collect()
}
