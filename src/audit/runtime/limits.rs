//! Queues, caches and memory without limits.

use crate::audit::file::FileFacts;
use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::Value;
use crate::workspace::yaml;

/// Queues of the standard library without a size that live as long as a module or an object.
pub(super) fn queue(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for found in &file.outline.assignments {
        let Some(call) = found.value.as_ref().and_then(Value::call) else { continue };
        let full = file.full(&call.callee);
        let is_queue = matches!(
            full.as_str(),
            "asyncio.Queue"
                | "asyncio.PriorityQueue"
                | "asyncio.LifoQueue"
                | "queue.Queue"
                | "queue.PriorityQueue"
                | "queue.LifoQueue"
        );
        let sized = match call.argument(0, "maxsize") {
            None | Some(Value::Int(0)) => false,
            Some(_) => true,
        };
        let lasts = found.context.function.is_none() || found.target.starts_with("self.");
        if is_queue && !sized && lasts {
            let message = format!(
                "`{}` has no size: it grows as long as it is filled faster than emptied",
                found.target
            );
            sink.add(file.draft(found.start as usize, message));
        }
    }
}

/// `lru_cache(maxsize=None)` and `functools.cache` of functions with arguments.
pub(super) fn cache(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    filled_for_ever(file, sink);
    for function in &file.outline.functions {
        let parameters = function
            .parameters
            .iter()
            .filter(|parameter| !matches!(&*parameter.name, "self" | "cls"));
        if parameters.count() == 0 {
            continue;
        }
        for decorator in &function.decorators {
            let full = decorator.dotted().map(|name| file.full(name)).unwrap_or_default();
            let unbounded = match decorator {
                Value::Call(call) => {
                    full == "functools.lru_cache"
                        && call.argument(0, "maxsize") == Some(&Value::None)
                }
                _ => full == "functools.cache",
            };
            if unbounded {
                let message =
                    format!("the cache of `{}` keeps an entry for every argument", function.name);
                sink.add(file.draft(function.start as usize, message));
            }
        }
    }
}

/// Dictionaries called a cache that live as long as a module or an object, are filled by key and
/// never emptied in the same file.
fn filled_for_ever(file: &FileFacts, sink: &mut Sink) {
    for found in &file.outline.assignments {
        let name = &*found.target;
        let lower = name.to_ascii_lowercase();
        let is_cache = lower.contains("cache") || lower.contains("memo_");
        let is_own = name.starts_with("self.");
        let lasts = is_own || found.context.function.is_none() && found.context.class.is_none();
        if !is_cache || !lasts || !found.value.as_ref().is_some_and(is_empty_dictionary) {
            continue;
        }
        let item = format!("{name}[]");
        let filled = file.outline.assignments.iter().any(|other| {
            *other.target == *item
                && other.context.function.is_some()
                && (!is_own || other.context.class == found.context.class)
        });
        if filled && !is_emptied(file, name, found.start) {
            let message = format!("`{name}` is filled and never emptied");
            sink.add(file.draft(found.start as usize, message));
        }
    }
}

fn is_empty_dictionary(value: &Value) -> bool {
    match value {
        Value::Dict(items) => items.is_empty(),
        Value::Call(call) => {
            matches!(call.name(), "dict" | "OrderedDict" | "defaultdict")
                && !call.arguments.iter().any(|value| matches!(value, Value::Dict(_)))
        }
        _ => false,
    }
}

/// Whether entries of a dictionary are taken out, counted, or the dictionary is made anew.
fn is_emptied(file: &FileFacts, name: &str, first: u32) -> bool {
    let text = file.text();
    let anew =
        file.outline.assignments.iter().any(|other| *other.target == *name && other.start != first);
    let removed =
        file.calls_of(&["pop", "popitem", "clear"]).any(|call| call.what.receiver() == name);
    anew || removed
        || text.contains(&format!("del {name}["))
        || text.contains(&format!("len({name})"))
}

/// Entries that build a service and have neither `mem_limit` nor a limit under `deploy`.
pub(super) fn memory(fleet: &Fleet, sink: &mut Sink) {
    for file in fleet.every_compose.iter() {
        let Some(root) = fleet.backend.tree.text(&file.path).and_then(|text| yaml::read(text).ok())
        else {
            continue;
        };
        let Some(services) = root.get("services") else { continue };
        for entry in &file.entries {
            let (Some(node), Some(service)) = (services.get(&entry.name), fleet.run_by(entry))
            else {
                continue;
            };
            let limits = node.get("deploy").and_then(|deploy| deploy.get("resources"));
            let limits = limits.and_then(|resources| resources.get("limits"));
            let limited = limits.is_some_and(|limits| limits.get("memory").is_some())
                || node.get("mem_limit").is_some();
            if !limited {
                let message = format!("`{}` may take all memory of the host", entry.name);
                sink.add(Draft::new(&file.path, entry.line, message).of(service.name()));
            }
        }
    }
}
