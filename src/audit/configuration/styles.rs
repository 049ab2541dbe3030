//! The five styles of configuration.

use std::collections::BTreeMap;

use crate::audit::environment::is_settings_class;
use crate::audit::file::FileFacts;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::Value;
use crate::python::{is_config_dict, names_setting};
use crate::workspace::Place;

/// Where settings come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Style {
    /// `PORT = 8000`.
    Constant,
    /// A settings class of Pydantic.
    Settings,
    /// `CONFIG = {"port": 8005}`.
    Dictionary,
    /// `load_dotenv()`.
    Dotenv,
    /// `os.getenv`, `os.environ`.
    Environment,
}

/// Every style.
pub(crate) const STYLES: [Style; 5] =
    [Style::Constant, Style::Settings, Style::Dictionary, Style::Dotenv, Style::Environment];

impl Style {
    /// What it is called in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Constant => "hard-coded constant",
            Self::Settings => "settings class",
            Self::Dictionary => "dictionary",
            Self::Dotenv => "dotenv",
            Self::Environment => "environment reads",
        }
    }
}

/// The styles of a service, each with where it is seen first.
pub(crate) fn styles(service: &ServiceFacts) -> BTreeMap<Style, Place> {
    let mut found: BTreeMap<Style, Place> = BTreeMap::new();
    for file in service.code() {
        for (style, start) in of_file(file) {
            found.entry(style).or_insert_with(|| file.place(start));
        }
    }
    if let Some(read) = service.environment.iter().find(|read| !read.field) {
        found.insert(Style::Environment, service.files[read.file].place(read.start));
    }
    found
}

fn of_file(file: &FileFacts) -> Vec<(Style, usize)> {
    let mut found = Vec::new();
    if let Some(class) = file.outline.classes.iter().find(|class| is_settings_class(class)) {
        found.push((Style::Settings, class.start as usize));
    }
    if let Some(call) = file.calls_of(&["load_dotenv", "dotenv_values"]).next() {
        found.push((Style::Dotenv, call.what.start as usize));
    }
    for assignment in &file.outline.assignments {
        let context = assignment.context;
        if context.function.is_some() || context.class.is_some() {
            continue;
        }
        let start = assignment.start as usize;
        match &assignment.value {
            Some(Value::Dict(items))
                if is_config_dict(&assignment.target) && holds_literal(items) =>
            {
                found.push((Style::Dictionary, start));
            }
            Some(value) if is_setting(&assignment.target, value) => {
                found.push((Style::Constant, start));
            }
            _ => {}
        }
    }
    let run = file.calls_named("run").find(|call| {
        file.full(&call.what.callee) == "uvicorn.run"
            && matches!(call.what.keyword("port"), Some(Value::Int(_)))
    });
    found.extend(run.map(|call| (Style::Constant, call.what.start as usize)));
    found
}

/// A module constant that an operator would want to set: an address, a port, a credential.
fn is_setting(target: &str, value: &Value) -> bool {
    match value {
        Value::Int(number) => (1..65_536).contains(number) && names_setting(target, None),
        Value::Str(text) => names_setting(target, Some(text)),
        _ => false,
    }
}

/// Whether a dictionary says a value itself, here or in one inside.
fn holds_literal(items: &[(Value, Value)]) -> bool {
    items.iter().any(|(_, value)| match value {
        Value::Dict(items) => holds_literal(items),
        value => matches!(value, Value::Int(_) | Value::Number | Value::Str(_) | Value::Bool(_)),
    })
}

pub(super) fn mixed(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let found = styles(service);
    if found.len() < 2 {
        return;
    }
    let names: Vec<&str> = found.keys().map(|style| style.name()).collect();
    let mut draft =
        service.draft(format!("{} styles of configuration: {}", names.len(), names.join(", ")));
    for (style, place) in found {
        draft = draft.because(place, style.name());
    }
    sink.add(draft);
}
