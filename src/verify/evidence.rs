//! What a probe saw, as values: of each application, and of the test suite.
//!
//! Read from the probe's result lines and masked, so that two runs of the same service are
//! equal. It compares nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything one side of a comparison showed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Evidence {
    /// The applications that something starts, the one that counts first.
    pub applications: Vec<Application>,
    /// The service's tests; `None` when it has none or they were not asked for.
    pub suite: Option<Suite>,
}

/// One application of a service.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Application {
    /// `module:attribute`.
    pub app: String,
    /// Who starts it: files with their lines, or a flag of the command line.
    pub sources: Vec<String>,
    /// Whether a file that runs the service starts it, and not only a convention.
    pub declared: bool,
    /// Why it cannot be imported; `None` when it can.
    pub failure: Option<Failure>,
    /// The OpenAPI document, or why there is none.
    pub openapi: Option<Result<Value, Failure>>,
    /// Its routes in order.
    pub routes: Vec<Route>,
    /// Its middleware in order.
    pub middleware: Vec<Middleware>,
    /// Why it does not start: `None` when it was not tried, `Some(None)` when it does.
    pub startup: Option<Option<String>>,
    /// What it answers, by path; a path that was not reached has no status.
    pub answers: BTreeMap<String, Answer>,
}

/// Why something failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Kind and message of the exception.
    pub error: String,
    /// The module that was missing, if that is what failed.
    pub missing: Option<String>,
    /// The last lines of the traceback.
    #[serde(default)]
    pub trace: String,
}

/// One route.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The path with its parameters.
    pub path: String,
    /// The methods, sorted.
    pub methods: Vec<String>,
    /// `APIRoute`, `Route`, `Mount`, `APIWebSocketRoute` …
    pub kind: String,
    /// The name that `url_for` finds it by.
    pub name: Option<String>,
    /// The status code that it declares.
    pub status: Option<u16>,
    /// The response class that it declares.
    pub response: Option<String>,
    /// Whether the OpenAPI document has it.
    pub in_schema: bool,
}

/// One middleware.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Middleware {
    /// The name of its class.
    pub class: String,
    /// Its options by name.
    pub options: Value,
    /// Its positional arguments.
    pub arguments: Value,
}

/// What a GET request was answered, masked.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Answer {
    /// The status; `None` when there was no answer.
    pub status: Option<u16>,
    /// The headers that count, with their values; others with `null`.
    pub headers: BTreeMap<String, Value>,
    /// The body: JSON as JSON, metrics as their families, anything else as text.
    pub body: Value,
    /// Why there was no answer or not all of it.
    pub error: Option<String>,
}

/// How one test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It failed, as its author expects.
    ExpectedFailure,
    /// It passed although its author expects a failure.
    UnexpectedPass,
    /// It was skipped.
    Skipped,
    /// It failed.
    Failed,
    /// Its set-up or its clean-up failed.
    Errored,
    /// It reached its time limit.
    TimedOut,
    /// It was collected and never ran.
    NotRun,
}

/// The service's tests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Suite {
    /// The outcomes by name; tests of the same name are a multiset, sorted.
    pub outcomes: BTreeMap<String, Vec<Outcome>>,
    /// The message of a test that did not pass.
    pub messages: BTreeMap<String, String>,
    /// The files that cannot be collected, by name, and why.
    pub uncollected: BTreeMap<String, String>,
    /// Why pytest as a whole did not come to its end; `None` when it did.
    pub cut: Option<Cut>,
}

/// Why a run of the tests did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cut {
    /// It reached the limit of the whole run: what is missing may well work.
    TimeLimit,
    /// It could not run or ended by itself, with the reason.
    Failed(String),
}

impl Cut {
    /// The reason as half a sentence.
    pub fn reason(&self) -> &str {
        match self {
            Self::TimeLimit => "the time limit of the whole run was reached",
            Self::Failed(reason) => reason,
        }
    }
}

impl Suite {
    /// Whether there is anything to compare.
    pub fn is_empty(&self) -> bool {
        self.outcomes.is_empty() && self.uncollected.is_empty()
    }
}
