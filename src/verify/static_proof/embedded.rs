//! Code that stands in strings.

use super::Sides;
use super::leads;
use super::references::Both;
use crate::python::{StringUse, embedded};
use crate::verify::{Aspect, Item, Verdict};

/// What code in strings imports is what it imported.
pub(super) fn code(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for span in &sides.spans.list {
        let (old, new) = (span.old, span.new);
        let is_test = sides.before.modules()[old].is_test;
        let pairs = Both::of(sides, span).map(|both| both.strings()).unwrap_or_default();
        for (before, after) in pairs {
            let Some(was) = embedded(before, is_test) else { continue };
            let was = was.all(sides.before, old);
            let is = embedded(after, is_test).map(|code| code.all(sides.after, new));
            let is = is.unwrap_or_default();
            for one in was {
                let same = is.iter().filter(|two| two.bound == one.bound).any(|two| {
                    let modules = (one.module, two.module);
                    if one.name.is_empty() || two.name.is_empty() {
                        one.name == two.name
                            && leads::same_module(sides, modules.0, modules.1).is_ok()
                    } else {
                        one.name == two.name
                            && leads::same_definition(sides, modules, &one.name).is_ok()
                    }
                });
                let module = &sides.after.modules()[new];
                let line = module
                    .module()
                    .map(|module| module.source.line_of(after.range.start))
                    .unwrap_or_default();
                let name = format!("{}:{line} code in a string: {}", module.path, one.bound);
                items.push(if same {
                    Item::new(Aspect::References, name, Verdict::Equal)
                } else {
                    Item::new(Aspect::References, name, Verdict::Broken)
                        .because("it imported something of the service, and does not any more")
                });
            }
        }
    }
    items
}

/// Whether two strings are the same code but for what it imports, which is compared by itself.
pub(super) fn has_other_imports(one: &StringUse, two: &StringUse) -> bool {
    let (Some(one), Some(two)) = (embedded(one, true), embedded(two, true)) else { return false };
    one.without_imports() == two.without_imports()
}
