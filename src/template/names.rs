//! Which names a service and its entity may have, and the nearest one that is free.
//!
//! A name is refused when Python, the generated code or a dependency of it would read it as
//! something else. Whether a folder or a port entry has it already is the planner's question.

use ruff_python_stdlib::{builtins, identifiers, keyword, sys};

use super::words;
use crate::change::RelPath;

/// The Python version that is generated for (3.`MINOR`).
const MINOR: u8 = 11;

/// Longest name: a slug has to fit a DNS label.
const LONGEST: usize = 63;

/// Words at the end of a service's name that say what it is, not what it is about.
const KINDS: [&str; 7] = ["service", "services", "svc", "api", "app", "server", "worker"];

/// Import names of what generated code depends on: a package of that name would hide it.
pub(super) const DEPENDENCIES: &[&str] = &[
    "_pytest",
    "aio_pika",
    "aiokafka",
    "aiormq",
    "aiosqlite",
    "alembic",
    "annotated_types",
    "anyio",
    "apscheduler",
    "async_timeout",
    "asyncpg",
    "certifi",
    "cffi",
    "click",
    "coverage",
    "cryptography",
    "deprecated",
    "dotenv",
    "fakeredis",
    "fastapi",
    "google",
    "greenlet",
    "grimp",
    "grpc",
    "h11",
    "h2",
    "hatchling",
    "httpcore",
    "httptools",
    "httpx",
    "httpx2",
    "idna",
    "importlinter",
    "iniconfig",
    "itsdangerous",
    "jwt",
    "limits",
    "mako",
    "markupsafe",
    "mypy",
    "mypy_extensions",
    "nats",
    "opentelemetry",
    "packaging",
    "pamqp",
    "pip",
    "pluggy",
    "prometheus_client",
    "pydantic",
    "pydantic_core",
    "pydantic_settings",
    "pygments",
    "pytest",
    "pytest_asyncio",
    "pytest_cov",
    "redis",
    "requests",
    "rich",
    "ruff",
    "setuptools",
    "sniffio",
    "sortedcontainers",
    "sqlalchemy",
    "starlette",
    "structlog",
    "tenacity",
    "typing_extensions",
    "typing_inspection",
    "tzlocal",
    "uv",
    "uv_build",
    "uvicorn",
    "uvloop",
    "watchfiles",
    "websockets",
    "wheel",
    "wrapt",
    "yarl",
];

/// Names that the layout of a workspace or a service uses itself.
const LAYOUT: [&str; 14] = [
    "application",
    "conftest",
    "docs",
    "domain",
    "infrastructure",
    "libs",
    "main",
    "migrations",
    "presentation",
    "scripts",
    "services",
    "src",
    "test",
    "tests",
];

/// Classes that generated code imports or defines under fixed names.
const CLASSES: &[&str] = &[
    "AccessLogMiddleware",
    "Annotated",
    "Any",
    "ApiSettings",
    "AsyncExitStack",
    "AsyncIOScheduler",
    "AsyncIterator",
    "AsyncSession",
    "Authentication",
    "Awaitable",
    "AwareDatetime",
    "Base",
    "BaseModel",
    "BigInteger",
    "Boolean",
    "BreakerCollector",
    "CORSMiddleware",
    "Callable",
    "CircuitBreakers",
    "Clock",
    "ClosedBroker",
    "CloudEvent",
    "CollectorRegistry",
    "Command",
    "CommandLine",
    "Commands",
    "Condition",
    "Config",
    "ConfigDict",
    "ConfigurationError",
    "ConflictError",
    "Container",
    "Context",
    "Contract",
    "CorrelationIdMiddleware",
    "Criteria",
    "CronTrigger",
    "CrudClient",
    "CrudContract",
    "Cursor",
    "CursorCodec",
    "CursorPage",
    "Cursors",
    "Database",
    "Date",
    "Decimal",
    "DeclarativeBase",
    "Dependency",
    "DependencyUnavailableError",
    "Depends",
    "Dialect",
    "Double",
    "Engine",
    "ErrorBoundaryMiddleware",
    "Event",
    "EventLog",
    "EventMetrics",
    "EventSource",
    "ExactDecimal",
    "ExpectedVersion",
    "FastAPI",
    "Field",
    "GatewayOptions",
    "HTTPStatus",
    "Handler",
    "Header",
    "Health",
    "HealthCheck",
    "HealthMonitor",
    "Histogram",
    "HttpMetrics",
    "IdempotencyMiddleware",
    "InboxEvent",
    "InboxMixin",
    "Index",
    "InvalidCursorError",
    "InvalidInputError",
    "Iterator",
    "Job",
    "Kept",
    "ListPosition",
    "ListedFields",
    "Mapped",
    "Mapping",
    "MemoryBroker",
    "Message",
    "MetaData",
    "MetricsMiddleware",
    "Middleware",
    "Migrations",
    "Model",
    "NotFoundError",
    "NotInProduction",
    "Numeric",
    "Outbox",
    "OutboxEvent",
    "OutboxMixin",
    "OutboxRelay",
    "Page",
    "PageCursor",
    "PageLimit",
    "Path",
    "PoolCollector",
    "Position",
    "PreconditionFailedError",
    "Problem",
    "Protocol",
    "Publisher",
    "Queries",
    "Query",
    "RecordMixin",
    "Repository",
    "Request",
    "Resilience",
    "Resources",
    "Response",
    "RetryPolicy",
    "Router",
    "SQLAlchemyError",
    "Schedule",
    "SecretStr",
    "Select",
    "Self",
    "Sequence",
    "Service",
    "ServiceClient",
    "ServiceSettings",
    "Session",
    "Setting",
    "Settings",
    "SettingsConfigDict",
    "SqlRepository",
    "SqlUnitOfWork",
    "StrEnum",
    "String",
    "Subscriber",
    "Telemetry",
    "Tell",
    "Test",
    "Text",
    "TracebackType",
    "Tracer",
    "TryLock",
    "TypeAdapter",
    "TypeDecorator",
    "TypeEngine",
    "UUID",
    "UnitOfWork",
    "UtcDateTime",
    "Uuid",
    "ValidationError",
    "Verdict",
];

/// Why a name cannot be used, with the nearest one that can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {name:?} {reason}")]
pub struct NameError {
    /// What was being named: `service name`, `entity` ….
    pub what: &'static str,
    /// The name as given.
    pub name: String,
    /// Why not.
    pub reason: String,
    /// The nearest name that would be accepted.
    pub proposal: Option<String>,
}

/// A checked service name with all its spellings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceName(String);

impl ServiceName {
    /// Checks a name for a package below `services/` next to libraries called `prefix_*`.
    pub fn new(name: &str, prefix: &str) -> Result<Self, NameError> {
        let Some(reason) = refusal(name, prefix) else {
            return Ok(Self(name.to_owned()));
        };
        Err(NameError {
            what: "service name",
            name: name.to_owned(),
            reason,
            proposal: proposal(name, prefix),
        })
    }

    /// The package name, `osint_service`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `osint-service`.
    pub fn slug(&self) -> String {
        words::kebab(&words::words(&self.0))
    }

    /// `Osint Service`.
    pub fn title(&self) -> String {
        words::title(&words::words(&self.0))
    }

    /// `OSINT_SERVICE_`.
    pub fn env_prefix(&self) -> String {
        format!("{}_", self.0.to_ascii_uppercase())
    }

    /// The first of `name_2`, `name_3` … that `taken` does not know.
    pub fn free(&self, taken: impl Fn(&str) -> bool) -> String {
        let numbered = (2u32..).map(|number| format!("{}_{number}", self.0));
        numbered.into_iter().find(|name| !taken(name)).unwrap_or_default()
    }
}

/// A checked class name for the example aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityName(Vec<String>);

impl EntityName {
    /// Checks a class name in Pascal case.
    pub fn new(name: &str) -> Result<Self, NameError> {
        let found = words::words(name);
        let Some(reason) = entity_refusal(name, &found) else {
            return Ok(Self(found));
        };
        let mut proposal = words::pascal(&found);
        if entity_refusal(&proposal, &found).is_some() {
            proposal = format!("{proposal}Record");
        }
        let proposed = words::words(&proposal);
        Err(NameError {
            what: "entity",
            name: name.to_owned(),
            reason,
            proposal: Some(proposal).filter(|name| entity_refusal(name, &proposed).is_none()),
        })
    }

    /// The entity that a service of this name is most likely about.
    pub fn of_service(service: &ServiceName) -> Self {
        let mut found = words::words(service.as_str());
        while found.len() > 1 && found.last().is_some_and(|last| KINDS.contains(&last.as_str())) {
            found.pop();
        }
        let name = words::pascal(&found);
        match Self::new(&name) {
            Ok(entity) => entity,
            Err(error) => Self(words::words(error.proposal.as_deref().unwrap_or("Item"))),
        }
    }

    /// `OsintTarget`.
    pub fn class(&self) -> String {
        words::pascal(&self.0)
    }

    /// `osint_target`.
    pub fn snake(&self) -> String {
        words::snake(&self.0)
    }

    /// `osint_targets`.
    pub fn plural(&self) -> String {
        words::snake(&words::plural(&self.0))
    }

    /// `Osint Target`.
    pub fn title(&self) -> String {
        words::title(&self.0)
    }

    /// `Osint Targets`.
    pub fn plural_title(&self) -> String {
        words::title(&words::plural(&self.0))
    }
}

fn refusal(name: &str, prefix: &str) -> Option<String> {
    if name.is_empty() {
        return Some("is empty".into());
    }
    if name.len() > LONGEST {
        return Some(format!("is longer than {LONGEST} characters"));
    }
    if keyword::is_keyword(name) {
        return Some("is a Python keyword".into());
    }
    if is_soft_keyword(name) {
        return Some("is a soft keyword of Python".into());
    }
    if !identifiers::is_identifier(name) {
        return Some("is not a Python identifier".into());
    }
    if !well_formed(name) {
        return Some("is not a package name: small letters, digits and single underscores".into());
    }
    if RelPath::portable(name).is_err() {
        return Some("is the name of a device on Windows".into());
    }
    if sys::is_known_standard_library(MINOR, name) {
        return Some("is a module of Python's standard library".into());
    }
    if builtins::is_python_builtin(name, MINOR, false) {
        return Some("is a builtin of Python".into());
    }
    if DEPENDENCIES.contains(&name) {
        return Some("is the import name of a package that services depend on".into());
    }
    if LAYOUT.contains(&name) {
        return Some("is a name that the layout of a service uses itself".into());
    }
    let library = name == prefix || name.starts_with(&format!("{prefix}_"));
    library.then(|| format!("is kept for the shared libraries ({prefix}_*)"))
}

fn proposal(name: &str, prefix: &str) -> Option<String> {
    let mut found = words::words(name);
    let digits = |word: &String| word.chars().all(|character| character.is_ascii_digit());
    if found.first().is_some_and(digits) {
        found.rotate_left(1);
    }
    let leading = |character: char| character.is_ascii_digit();
    if let Some(first) = found.first_mut() {
        *first = first.trim_start_matches(leading).to_owned();
    }
    found.retain(|word| !word.is_empty());
    if found.first().is_some_and(|word| word == prefix) && found.len() > 1 {
        found.remove(0);
    }
    let mut plain = words::snake(&found);
    plain.truncate(LONGEST);
    let plain = plain.trim_end_matches('_').to_owned();
    let candidates = [plain.clone(), format!("{plain}_service")];
    candidates.into_iter().find(|candidate| refusal(candidate, prefix).is_none())
}

fn entity_refusal(name: &str, found: &[String]) -> Option<String> {
    let pascal = words::pascal(found);
    if name.is_empty() || found.is_empty() {
        return Some("is empty".into());
    }
    if name.len() > LONGEST {
        return Some(format!("is longer than {LONGEST} characters"));
    }
    let starts_well = name.starts_with(|character: char| character.is_ascii_uppercase());
    if !identifiers::is_identifier(name) || !starts_well || pascal.len() != name.len() {
        return Some("is not a class name in Pascal case".into());
    }
    let snake = words::snake(found);
    let plural = words::snake(&words::plural(found));
    let spellings = [pascal.as_str(), snake.as_str(), plural.as_str()];
    let clash = spellings.into_iter().find(|spelling| is_reserved(spelling));
    let clash = clash.map(|spelling| {
        format!("would hide {spelling:?}, which Python or the generated code uses")
    });
    clash.or_else(|| (name != pascal).then(|| "is not a class name in Pascal case".into()))
}

fn is_reserved(spelling: &str) -> bool {
    keyword::is_keyword(spelling)
        || is_soft_keyword(spelling)
        || builtins::is_python_builtin(spelling, MINOR, false)
        || CLASSES.contains(&spelling)
        || DEPENDENCIES.contains(&spelling)
        || sys::is_known_standard_library(MINOR, spelling)
}

fn is_soft_keyword(name: &str) -> bool {
    matches!(name, "_" | "case" | "match" | "type")
}

/// `[a-z][a-z0-9]*(_[a-z0-9]+)*`
fn well_formed(name: &str) -> bool {
    let fits = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    name.starts_with(|character: char| character.is_ascii_lowercase())
        && name.split('_').all(|word| !word.is_empty() && word.chars().all(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str) -> (String, Option<String>) {
        let error = ServiceName::new(name, "vertice").unwrap_err();
        (error.reason, error.proposal)
    }

    #[test]
    fn a_good_name_has_every_spelling() {
        let name = ServiceName::new("osint_service", "vertice").unwrap();

        let spellings = [name.slug(), name.title(), name.env_prefix()];

        assert_eq!(spellings, ["osint-service", "Osint Service", "OSINT_SERVICE_"]);
    }

    #[test]
    fn every_bad_name_gets_the_nearest_good_one() {
        let cases = [
            ("osint-service", "not a Python identifier", "osint_service"),
            ("OsintService", "not a package name", "osint_service"),
            ("9lives", "not a Python identifier", "lives"),
            ("class", "keyword", "class_service"),
            ("match", "soft keyword", "match_service"),
            ("json", "standard library", "json_service"),
            ("aux", "device", "aux_service"),
            ("print", "builtin", "print_service"),
            ("fastapi", "depend on", "fastapi_service"),
            ("tests", "layout", "tests_service"),
            ("vertice_core", "shared libraries", "core"),
            ("_osint", "not a package name", "osint"),
            ("müller", "not a package name", "mueller"),
        ];

        for (name, reason, proposal) in cases {
            let (found, proposed) = refused(name);
            assert!(found.contains(reason), "{name}: {found}");
            assert_eq!(proposed.as_deref(), Some(proposal), "{name}");
        }
    }

    #[test]
    fn a_name_without_any_letter_gets_no_proposal() {
        assert_eq!(refused("123").1, None);
    }

    #[test]
    fn the_entity_is_what_the_service_is_about() {
        let cases = [
            ("osint_service", "Osint"),
            ("order_api", "Order"),
            ("service", "ServiceRecord"),
            ("type_service", "TypeRecord"),
            ("parcel_tracking", "ParcelTracking"),
        ];

        for (service, entity) in cases {
            let service = ServiceName::new(service, "vertice").unwrap();
            assert_eq!(EntityName::of_service(&service).class(), entity);
        }
    }

    #[test]
    fn an_entity_that_hides_a_name_of_the_generated_code_is_refused() {
        for (entity, proposal) in [
            ("Settings", "SettingsRecord"),
            ("osint", "Osint"),
            ("List", "ListRecord"),
            ("Osint_Target", "OsintTarget"),
        ] {
            let error = EntityName::new(entity).unwrap_err();
            assert_eq!(error.proposal.as_deref(), Some(proposal), "{}", error.reason);
        }
    }

    /// The distributions that a template's project file asks for, by their import names.
    fn dependencies(text: &str) -> Vec<String> {
        let requirement =
            regex::Regex::new(r#"(?m)^ *"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?[><=~]"#).unwrap();
        let found = requirement.captures_iter(text).map(|found| found[1].to_lowercase());
        found.map(|name| name.replace('-', "_")).collect()
    }

    #[test]
    fn no_service_can_hide_what_the_templates_depend_on() {
        let renamed = [
            ("import_linter", "importlinter"),
            ("nats_py", "nats"),
            ("pyjwt", "jwt"),
            ("python_dotenv", "dotenv"),
        ];
        let import = |name: String| {
            let other = renamed.iter().find(|(known, _)| *known == name);
            other.map_or(name.clone(), |(_, import)| (*import).to_owned())
        };
        let libraries = ["core", "api", "clients", "gateway", "db", "messaging"];
        let libraries = libraries.map(|lib| format!("libs/{lib}"));
        let kinds = ["workspace", "service", "gateway", "worker", "scheduler"];
        for template in kinds.map(str::to_owned).into_iter().chain(libraries) {
            let path = format!("templates/{template}/files/pyproject.toml.tera");
            let text = std::fs::read_to_string(path).unwrap();
            let found = dependencies(&text);
            assert!(!found.is_empty(), "{template}");
            for name in found.into_iter().map(import) {
                let known =
                    name.starts_with("opentelemetry") || DEPENDENCIES.contains(&name.as_str());
                assert!(known, "{template} depends on {name}");
            }
        }
    }
}
