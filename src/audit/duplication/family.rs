//! What a cloned block is, by what stands in it.

/// What a block of code does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A health endpoint.
    Health,
    /// CORS middleware.
    Cors,
    /// Logging.
    Logging,
    /// Error handlers.
    ErrorHandler,
    /// A database connection.
    Database,
    /// Metrics.
    Metrics,
    /// Tracing.
    Tracing,
    /// Start and stop of the application.
    Lifespan,
    /// Running the server.
    Server,
    /// Authentication.
    Authentication,
    /// Request and response models.
    Models,
    /// Settings.
    Settings,
    /// Routes.
    Routes,
    /// Anything else.
    Logic,
}

/// What each kind is recognised by, the most telling first.
const SIGNS: [(Kind, &[&str]); 13] = [
    (Kind::Cors, &["CORSMiddleware"]),
    (Kind::Tracing, &["TracerProvider", "opentelemetry", "set_tracer_provider"]),
    (Kind::ErrorHandler, &["exception_handler", "add_exception_handler"]),
    (Kind::Health, &["/health", "health_check", "healthz", "/ready"]),
    (Kind::Authentication, &["jwt.decode", "OAuth2PasswordBearer", "HTTPBearer", "verify_token"]),
    (
        Kind::Database,
        &["create_engine", "create_async_engine", "create_pool", "sessionmaker", "asyncpg.connect"],
    ),
    (Kind::Metrics, &["generate_latest", "Counter(", "Histogram(", "Gauge("]),
    (Kind::Logging, &["basicConfig", "getLogger", "addHandler", "structlog.configure"]),
    (Kind::Server, &["uvicorn.run"]),
    (Kind::Lifespan, &["lifespan", "on_event"]),
    (Kind::Settings, &["BaseSettings", "getenv", "os.environ"]),
    (Kind::Routes, &["@app.", "@router."]),
    (Kind::Models, &["BaseModel", "Field("]),
];

/// The kind of a block by its text.
pub(super) fn kind_of(text: &str) -> Kind {
    let found = SIGNS.iter().find(|(_, signs)| signs.iter().any(|sign| text.contains(sign)));
    found.map_or(Kind::Logic, |(kind, _)| *kind)
}

impl Kind {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Health => "health endpoint",
            Self::Cors => "CORS set-up",
            Self::Logging => "logging set-up",
            Self::ErrorHandler => "error handler",
            Self::Database => "database connection",
            Self::Metrics => "metrics",
            Self::Tracing => "tracing set-up",
            Self::Lifespan => "start and stop",
            Self::Server => "server start",
            Self::Authentication => "authentication",
            Self::Models => "models",
            Self::Settings => "settings",
            Self::Routes => "routes",
            Self::Logic => "logic",
        }
    }

    /// The module of the shared libraries that replaces it.
    pub const fn library(self) -> Option<&'static str> {
        match self {
            Self::Health => Some("<prefix>_api.health"),
            Self::Cors => Some("<prefix>_api middleware"),
            Self::Logging => Some("<prefix>_core.logging"),
            Self::ErrorHandler => Some("<prefix>_core.exceptions"),
            Self::Database => Some("<prefix>_db.session"),
            Self::Tracing => Some("<prefix>_core.tracing"),
            Self::Settings => Some("<prefix>_core.config"),
            Self::Metrics
            | Self::Lifespan
            | Self::Server
            | Self::Authentication
            | Self::Models
            | Self::Routes
            | Self::Logic => None,
        }
    }

    /// What to do about it, half a sentence.
    pub const fn replacement(self) -> &'static str {
        match self.library() {
            Some(_) => "the shared libraries have it",
            None => "write it once, in a shared library or in one of them",
        }
    }
}
