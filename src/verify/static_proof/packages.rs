//! Lists of packages that a library looks into: `WiringConfiguration(packages=["app"])`.

use std::ops::Range;

use super::Sides;
use super::references::named;
use crate::change::RelPath;
use crate::python::{Argument, Module, PythonService, StringUse, lists_packages};

/// One such list.
pub(super) struct PackageList<'a> {
    /// From the first string to the last one.
    pub(super) range: Range<usize>,
    strings: Vec<&'a StringUse>,
}

impl PackageList<'_> {
    /// What stands in it.
    pub(super) fn names(&self) -> Vec<&str> {
        self.strings.iter().map(|string| string.value.as_str()).collect()
    }

    /// The folders of the packages of the service that it names.
    fn folders(&self, service: &PythonService, index: usize) -> Vec<RelPath> {
        let folders = self.strings.iter().filter_map(|string| {
            let (found, rest) = named(service, index, &string.value)?;
            let record = &service.modules()[found];
            (rest == ":" && record.is_package()).then(|| record.path.parent())?
        });
        folders.collect()
    }
}

/// Whether a string stands in such a list.
pub(super) fn is_listed(module: &Module, string: &StringUse) -> bool {
    let Some((callee, Argument::Nested)) = &string.call else { return false };
    let is_wiring = matches!(callee.rsplit('.').next(), Some("WiringConfiguration" | "wire"));
    is_wiring
        && string.call_range.as_ref().is_some_and(|call| {
            let before = module.slice(&(call.start..string.range.start));
            lists_packages(before)
        })
}

/// The lists of a module, in the order of the text.
pub(super) fn lists(module: &Module) -> Vec<PackageList<'_>> {
    let mut lists: Vec<PackageList<'_>> = Vec::new();
    for string in module.facts.strings.iter().filter(|string| is_listed(module, string)) {
        let call = |string: &StringUse| string.call_range.clone();
        match lists.last_mut().filter(|list| call(list.strings[0]) == call(string)) {
            Some(list) => {
                list.range.end = string.range.end;
                list.strings.push(string);
            }
            None => lists.push(PackageList { range: string.range.clone(), strings: vec![string] }),
        }
    }
    lists
}

/// A module that one list holds and the other one does not, each on its side.
pub(super) fn left_out(
    sides: &Sides<'_>,
    (old, before): (usize, &PackageList<'_>),
    (new, after): (usize, &PackageList<'_>),
) -> Option<RelPath> {
    let (was, is) = (before.folders(sides.before, old), after.folders(sides.after, new));
    let held =
        |path: &RelPath, folders: &[RelPath]| folders.iter().any(|one| path.starts_with(one));
    // What lies in the service's package itself and asks for nothing, such as settings and what is
    // started, needs no wiring.
    let is_idle = |path: &RelPath, module: Option<&Module>| {
        let source = path.parent().and_then(|package| package.parent());
        source.is_some_and(|source| source.name() == "src")
            && module.is_some_and(|module| !module.text().contains("dependency_injector"))
    };
    let mut modules = sides.before.modules().iter().enumerate();
    let left = modules.find(|(index, record)| {
        let now = sides.pairs.new_index(*index).map(|new| &sides.after.modules()[new]);
        let is_left =
            now.is_some_and(|now| !held(&now.path, &is) && !is_idle(&now.path, now.module()));
        !record.is_test && held(&record.path, &was) && is_left
    });
    left.map(|(_, record)| record.path.clone())
}
