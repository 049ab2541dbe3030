//! Rules about middleware: twice, in which order, open to everybody.

use std::collections::BTreeMap;

use super::file::FileFacts;
use super::rule::{Check, Files, Group, Rule, Severity, Sink};
use super::service::ServiceFacts;
use crate::python::outline::{Call, Value};

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] = &[&TWICE, &ORDER, &CREDENTIALS, &WILDCARD];

static TWICE: Rule = Rule {
    id: "middleware-twice",
    group: Group::Middleware,
    severity: Severity::Error,
    summary: "the same middleware is added twice to one application",
    step: Some("middleware"),
    check: Check::File(Files::Code, twice),
};

static ORDER: Rule = Rule {
    id: "middleware-order",
    group: Group::Middleware,
    severity: Severity::Warning,
    summary: "middleware runs in an order that defeats its purpose",
    step: None,
    check: Check::File(Files::Code, order),
};

static CREDENTIALS: Rule = Rule {
    id: "cors-any-origin-with-credentials",
    group: Group::Middleware,
    severity: Severity::Error,
    summary: "any web page may call with the user's credentials",
    step: Some("middleware"),
    check: Check::File(Files::Code, credentials),
};

static WILDCARD: Rule = Rule {
    id: "cors-any-origin",
    group: Group::Middleware,
    severity: Severity::Note,
    summary: "any web page may call",
    step: None,
    check: Check::File(Files::Code, wildcard),
};

/// The class that an `add_middleware` adds, as its last part.
fn class_of(call: &Call) -> Option<&str> {
    let name = call.what.argument(0, "middleware_class")?.dotted()?;
    Some(name.rsplit('.').next().unwrap_or(name))
}

/// Additions with their classes, by function and application.
type Stacks<'f> = BTreeMap<(Option<u32>, &'f str), Vec<(&'f str, &'f Call)>>;

/// Additions by application and function, in the order of the file.
fn stacks(file: &FileFacts) -> Stacks<'_> {
    let mut stacks = Stacks::new();
    for call in file.calls_named("add_middleware") {
        if let Some(class) = class_of(call) {
            let key = (call.context.function, call.what.receiver());
            stacks.entry(key).or_default().push((class, call));
        }
    }
    stacks
}

fn twice(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for stack in stacks(file).into_values() {
        let mut seen: BTreeMap<&str, &Call> = BTreeMap::new();
        for (class, call) in stack {
            if class == "BaseHTTPMiddleware" || call.context.branches > 0 {
                continue;
            }
            match seen.get(class) {
                Some(first) => {
                    let message =
                        format!("`{class}` is added a second time: every request passes it twice");
                    let place = file.place(first.what.start as usize);
                    sink.add(
                        file.draft(call.what.start as usize, message).because(place, "first here"),
                    );
                }
                None => {
                    seen.insert(class, call);
                }
            }
        }
    }
}

/// What a middleware is for, by the name of its class.
fn purpose(class: &str) -> Option<&'static str> {
    let name = class.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let known: [(&str, &[&str]); 4] = [
        ("CORS", &["cors"]),
        ("security headers", &["securityheader", "secureheader", "helmet"]),
        ("rate limit", &["ratelimit", "slowapi", "throttl"]),
        ("authentication", &["auth"]),
    ];
    known.into_iter().find(|(_, words)| has(words)).map(|(purpose, _)| purpose)
}

/// What is added last runs first. A rate limit that others were added after runs behind them;
/// what is added after CORS may answer without its headers.
fn order(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for stack in stacks(file).into_values() {
        for (index, (class, call)) in stack.iter().enumerate() {
            let later = &stack[index + 1..];
            let after = |wanted: &[&str]| {
                later
                    .iter()
                    .find(|(other, _)| purpose(other).is_some_and(|found| wanted.contains(&found)))
            };
            let (found, message) = match purpose(class) {
                Some("CORS") => {
                    let found = after(&["rate limit", "authentication"]);
                    (found, "runs behind `{}`, whose refusals carry no CORS headers")
                }
                Some("security headers") => {
                    let found = after(&["CORS", "rate limit", "authentication"]);
                    (found, "runs behind `{}`, whose own answers carry no security headers")
                }
                Some("rate limit") => {
                    let found = after(&["authentication"]);
                    (
                        found,
                        "runs behind `{}`, which does its work for requests that are refused then",
                    )
                }
                _ => (None, ""),
            };
            if let Some((other, later)) = found {
                let message = format!("`{class}` {}", message.replace("{}", other));
                let place = file.place(later.what.start as usize);
                sink.add(
                    file.draft(call.what.start as usize, message)
                        .because(place, "added later, so it runs first"),
                );
            }
        }
    }
}

/// CORS additions with their origins and whether credentials are allowed.
fn cors(file: &FileFacts) -> Vec<(&Call, bool)> {
    let additions =
        file.calls_of(&["add_middleware", "Middleware", "CORSMiddleware"]).filter(|call| {
            call.what.name() == "CORSMiddleware" || class_of(call) == Some("CORSMiddleware")
        });
    let open = additions.filter_map(|call| {
        let any = match call.what.keyword("allow_origins")? {
            Value::Sequence(items) => items.iter().any(|item| item.text() == Some("*")),
            Value::Name(name) => is_star(file, name),
            _ => false,
        };
        let with = matches!(call.what.keyword("allow_credentials"), Some(Value::Bool(true)));
        any.then_some((call, with))
    });
    let regex = file.calls_named("add_middleware").filter_map(|call| {
        let any = call.what.keyword("allow_origin_regex").and_then(Value::text) == Some(".*");
        let with = matches!(call.what.keyword("allow_credentials"), Some(Value::Bool(true)));
        any.then_some((call, with))
    });
    let by_default = file.calls_named("add_middleware").filter_map(|call| {
        let with = matches!(call.what.keyword("allow_credentials"), Some(Value::Bool(true)));
        is_star_by_default(file, call).then_some((call, with))
    });
    open.chain(regex).chain(by_default).collect()
}

/// `allow_origins=os.getenv("ORIGINS", "*").split(",")`: the origin that nobody sets is any.
fn is_star_by_default(file: &FileFacts, call: &Call) -> bool {
    let Some(Value::Call(value)) = call.what.keyword("allow_origins") else { return false };
    let text = &file.text()[value.start as usize..value.end as usize];
    text.contains("getenv") && (text.contains("\"*\"") || text.contains("'*'"))
}

/// A name of the module that is assigned `["*"]`.
fn is_star(file: &FileFacts, name: &str) -> bool {
    file.outline.assignments.iter().any(|found| {
        let is_it = *found.target == *name;
        match found.value.as_ref().filter(|_| is_it) {
            Some(Value::Sequence(items)) => items.iter().any(|item| item.text() == Some("*")),
            _ => false,
        }
    })
}

fn credentials(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for (call, _) in cors(file).into_iter().filter(|(_, with)| *with) {
        let message = "every origin is allowed, with credentials: any page acts as the user";
        sink.add(file.draft(call.what.start as usize, message));
    }
}

fn wildcard(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for (call, _) in cors(file).into_iter().filter(|(_, with)| !*with) {
        sink.add(file.draft(call.what.start as usize, "every origin is allowed"));
    }
}
