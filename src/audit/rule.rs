//! What a rule is: an identity, a default severity, the step that mends what it finds, a check.
//!
//! Rules are data; [`super::run`] decides what they are shown. A rule never prints and
//! never changes anything.

use super::file::FileFacts;
use super::finding::Draft;
use super::fleet::Fleet;
use super::service::ServiceFacts;

/// How serious a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Costs the team time, or will.
    Warning,
    /// Broken, or dangerous as it is.
    Error,
}

impl Severity {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// What one rule of this severity takes from a service; see [`super::score`].
    pub const fn weight(self) -> f64 {
        match self {
            Self::Note => 0.25,
            Self::Warning => 1.0,
            Self::Error => 3.0,
        }
    }
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Ports and who has them.
    Ports,
    /// What is really started.
    Start,
    /// Modules, layers, imports.
    Structure,
    /// Where settings come from.
    Configuration,
    /// The same code in several places.
    Duplication,
    /// Packages and versions.
    Dependencies,
    /// Routes and their shape.
    Api,
    /// Logs, metrics, traces, health.
    Observability,
    /// Access to stored data.
    Database,
    /// What happens when something fails.
    Errors,
    /// Middleware and its order.
    Middleware,
    /// Secrets, transport, injection, access.
    Security,
    /// What is configured or promised and not there.
    Fantasy,
    /// Tests.
    Tests,
    /// Behaviour while running.
    Runtime,
    /// The services together.
    Fleet,
    /// The comments that allow findings.
    Allow,
}

impl Group {
    /// Every group, in the order of reports.
    pub const ALL: [Self; 17] = [
        Self::Ports,
        Self::Start,
        Self::Structure,
        Self::Configuration,
        Self::Duplication,
        Self::Dependencies,
        Self::Api,
        Self::Observability,
        Self::Database,
        Self::Errors,
        Self::Middleware,
        Self::Security,
        Self::Fantasy,
        Self::Tests,
        Self::Runtime,
        Self::Fleet,
        Self::Allow,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ports => "ports",
            Self::Start => "start",
            Self::Structure => "structure",
            Self::Configuration => "configuration",
            Self::Duplication => "duplication",
            Self::Dependencies => "dependencies",
            Self::Api => "api",
            Self::Observability => "observability",
            Self::Database => "database",
            Self::Errors => "errors",
            Self::Middleware => "middleware",
            Self::Security => "security",
            Self::Fantasy => "fantasy",
            Self::Tests => "tests",
            Self::Runtime => "runtime",
            Self::Fleet => "fleet",
            Self::Allow => "allow",
        }
    }
}

/// Where checks put what they find.
#[derive(Debug, Default)]
pub struct Sink {
    /// What was found so far.
    pub drafts: Vec<Draft>,
}

impl Sink {
    /// Adds one finding.
    pub fn add(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// Each file of code of each service; tests only when the first field says so.
    File(Files, fn(&ServiceFacts, &FileFacts, &mut Sink)),
    /// Each service.
    Service(fn(&Fleet, &ServiceFacts, &mut Sink)),
    /// All services together.
    Fleet(fn(&Fleet, &mut Sink)),
    /// Nothing: another part of the audit reports under this rule.
    Elsewhere,
}

/// Which files a rule is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// Code that runs in production: no tests, examples, scripts, benchmarks.
    Code,
    /// Tests.
    Tests,
    /// All of them.
    All,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name, in words with hyphens.
    pub id: &'static str,
    /// What it is about.
    pub group: Group,
    /// How serious its findings are unless the workspace says otherwise.
    pub severity: Severity,
    /// One sentence.
    pub summary: &'static str,
    /// The migration step that mends it; none when it takes a person.
    pub step: Option<&'static str>,
    /// How it looks.
    pub check: Check,
}
