//! What starts the service still finds the module that it names.

use std::collections::BTreeMap;

use super::Sides;
use crate::change::RelPath;
use crate::python::PythonService;
use crate::verify::{Aspect, Item, Verdict};
use crate::workspace::{EntryPoint, StartSource, Tree};

/// One start by the file and the entry in it that says so.
type Key = (RelPath, Option<String>);

/// Every compose entry and image that started a module of the tree still starts one.
///
/// It may be another one: a step that merges entry points changes what is started, and says so.
pub(super) fn starts(
    sides: &Sides<'_>,
    (before, after): (&Tree, &Tree),
    folder: Option<&RelPath>,
) -> Vec<Item> {
    let (was, is) = (declared(before, folder), declared(after, folder));
    let mut items = Vec::new();
    let mut kept = 0;
    for ((file, entry), start) in was.iter().filter(|(_, start)| works(sides.before, start)) {
        let Some(now) = is.get(&(file.clone(), entry.clone())) else { continue };
        if now.module_file.is_some() || now.app.is_none() {
            kept += 1;
            continue;
        }
        let app = now.app.as_deref().unwrap_or_default();
        let why = format!("{} was started", start.app.as_deref().unwrap_or("a module"));
        let name = format!("{} {app:?}", now.place);
        items.push(Item::new(Aspect::References, name, Verdict::Broken).because(why));
    }
    if kept > 0 {
        items.push(Item::new(Aspect::References, format!("{kept} starts"), Verdict::Equal));
    }
    items
}

/// Whether a start found its application: the module, which no package of its name hides, and the
/// name in it.
fn works(service: &PythonService, start: &EntryPoint) -> bool {
    let file = start.module_file.as_ref();
    let Some(index) = file.and_then(|file| service.index_of(file.as_str())) else { return false };
    let name = start.app.as_deref().and_then(|app| app.split_once(':')).map(|(_, name)| name);
    let stem = service.modules()[index].path.as_str().trim_end_matches(".py");
    let is_hidden = service.index_of(&crate::python::join(stem, "__init__.py")).is_some();
    let module = service.modules()[index].module().filter(|_| !is_hidden);
    module.is_some_and(|module| name.is_none_or(|name| module.facts.defines(name)))
}

/// What compose and images start, the first command of each.
fn declared(tree: &Tree, folder: Option<&RelPath>) -> BTreeMap<Key, EntryPoint> {
    let mut found = BTreeMap::new();
    for start in crate::workspace::starts(tree, folder) {
        if matches!(start.source, StartSource::Compose | StartSource::Dockerfile) {
            let key = (start.place.file.clone(), start.entry.clone());
            found.entry(key).or_insert(start);
        }
    }
    found
}
