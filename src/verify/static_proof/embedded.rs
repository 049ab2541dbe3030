//! Code that stands in strings.

use super::Sides;
use super::leads;
use super::references::Both;
use crate::python::{Embedded, StringUse, embedded};
use crate::verify::{Aspect, Item, Verdict};

/// What code in strings imports is what it imported.
pub(super) fn code(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for span in &sides.spans.list {
        let (old, new) = (span.old, span.new);
        let is_test = sides.before.modules()[old].is_test;
        let Some(both) = Both::of(sides, span) else { continue };
        for (before, after) in both.strings() {
            let Some(was) = embedded(both.was, before, is_test) else { continue };
            let imported = was.all(sides.before, old);
            let is = embedded(both.is, after, is_test).map(|code| code.all(sides.after, new));
            let is = is.unwrap_or_default();
            for one in imported {
                let same = is.iter().filter(|two| two.bound == one.bound).any(|two| {
                    let modules = (one.module, two.module);
                    if matches!(one.name.as_str(), "" | "*")
                        || matches!(two.name.as_str(), "" | "*")
                    {
                        one.name == two.name && is_same_module(sides, modules, (&was, &one.bound))
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
pub(super) fn has_other_imports(both: &Both<'_>, one: &StringUse, two: &StringUse) -> bool {
    let (Some(one), Some(two)) = (embedded(both.was, one, true), embedded(both.is, two, true))
    else {
        return false;
    };
    one.without_imports() == two.without_imports()
}

/// Whether a module is the same, or all that the code reads from it is.
fn is_same_module(
    sides: &Sides<'_>,
    (old, new): (usize, usize),
    (code, bound): (&Embedded, &str),
) -> bool {
    let uses = code.module.facts.references.iter().filter(|found| found.name == bound);
    let reads: Option<Vec<&str>> =
        uses.map(|found| found.chain.first().map(|part| part.name.as_str())).collect();
    let is_read = |name: &&str| leads::same_definition(sides, (old, new), name).is_ok();
    leads::same_module(sides, old, new).is_ok()
        || reads.is_some_and(|reads| !reads.is_empty() && reads.iter().all(is_read))
}
