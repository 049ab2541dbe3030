//! `[audit]` of `scaffold.toml`: thresholds, ignored paths, severities.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::rule::Severity;

/// What a workspace may say about its audits.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct AuditSettings {
    /// Patterns of paths (below the root) that are not read.
    pub ignore: Vec<String>,
    /// The severity of single rules; `off` leaves one out.
    pub severity: BTreeMap<String, Level>,
    /// Where a number decides.
    pub thresholds: Thresholds,
}

/// A severity, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The rule is not used.
    Off,
    /// See [`Severity::Note`].
    Note,
    /// See [`Severity::Warning`].
    Warning,
    /// See [`Severity::Error`].
    Error,
}

impl Level {
    /// The severity; none for `off`.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// Where a number decides whether something is a finding.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Thresholds {
    /// Logical lines that a clone has at least.
    pub clone_lines: usize,
    /// Whether clones may differ in names and literals.
    pub clone_masked: bool,
    /// Statements that a route may have.
    pub route_statements: u32,
    /// Modules from which on a service should have layers.
    pub layered_from: usize,
    /// Top-level packages from which on a service is a monolith.
    pub monolith_packages: usize,
    /// Lines of code from which on a service is a monolith.
    pub monolith_lines: usize,
    /// Connections that one process may open.
    pub pool_limit: i64,
    /// The share of common lines (percent) from which on two services are nearly the same.
    pub similar_percent: usize,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            clone_lines: 6,
            clone_masked: false,
            route_statements: 25,
            layered_from: 5,
            monolith_packages: 15,
            monolith_lines: 20_000,
            pool_limit: 100,
            similar_percent: 60,
        }
    }
}

/// Why the `[audit]` table cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuditSettingsError {
    /// It is not understood.
    #[error("scaffold.toml: {0}")]
    Syntax(String),
    /// A rule that does not exist.
    #[error("scaffold.toml: [audit.severity] names the unknown rule `{0}`")]
    UnknownRule(String),
    /// A pattern that is none.
    #[error("scaffold.toml: [audit] ignore: {0}")]
    Pattern(#[from] globset::Error),
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    audit: AuditSettings,
}

impl AuditSettings {
    /// Reads the `[audit]` table of a `scaffold.toml`.
    pub fn parse(text: &str) -> Result<Self, AuditSettingsError> {
        let file: File = toml_edit::de::from_str(text)
            .map_err(|error| AuditSettingsError::Syntax(error.message().to_owned()))?;
        let unknown = file.audit.severity.keys().find(|id| super::rule(id).is_none());
        match unknown {
            Some(id) => Err(AuditSettingsError::UnknownRule(id.clone())),
            None => Ok(file.audit),
        }
    }

    /// The ignored paths as one matcher.
    pub fn ignored(&self) -> Result<globset::GlobSet, AuditSettingsError> {
        let mut set = globset::GlobSetBuilder::new();
        for pattern in &self.ignore {
            set.add(globset::Glob::new(pattern)?);
        }
        Ok(set.build()?)
    }
}
