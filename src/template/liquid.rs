//! Third-party cargo-generate templates (Liquid), run in a child process of ours.
//!
//! The child gets a scrubbed environment and a scratch folder; what it leaves there is read
//! under the same limits as any template and then written like everything else. The
//! template's hooks run only with consent to exactly these bytes, and never system commands.

use std::fmt::Write as _;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;

use super::engine::{Limits, Scope};
use super::fetch::Fetched;
use super::manifest::Manifest;
use super::source::{self, LIQUID_FILE, SourceError};
use super::value::Value;
use crate::change::{Entry, Hash};
use crate::process::Command;
use crate::workspace::Tree;

/// The hidden subcommand that the child runs.
pub const CHILD: &str = "__liquid";

/// How long the child may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A foreign template in a folder.
#[derive(Debug)]
pub struct LiquidTemplate {
    /// Name and version only: variables and features are its own business.
    pub manifest: Manifest,
    /// The scripts that it wants to run.
    pub hooks: Option<Hooks>,
    folder: Utf8PathBuf,
    _scratch: Option<TempDir>,
}

/// Scripts of a template, shown and agreed to as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hooks {
    /// Hash over names and contents: consent is given to this.
    pub hash: Hash,
    /// Each script with its lines.
    pub scripts: Vec<(String, String)>,
}

/// Why a foreign template gives nothing.
#[derive(Debug, thiserror::Error)]
pub enum LiquidError {
    /// Its scripts were not agreed to.
    #[error("the template has hooks that have not been agreed to:\n{0}")]
    NoConsent(Hooks),
    /// The child failed.
    #[error("the template failed: {0}")]
    Failed(String),
    /// What it left cannot be used.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// What the child is told, as its arguments.
#[derive(Debug, Clone, clap::Args)]
pub struct ChildArgs {
    /// The template's folder
    folder: Utf8PathBuf,
    /// The scratch folder
    destination: Utf8PathBuf,
    /// The service
    name: String,
    /// Values
    #[arg(long)]
    define: Vec<String>,
}

impl LiquidError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoConsent(hooks) => {
                let hash = hooks.hash;
                Some(format!("read every line; --trust-hooks {hash} lets exactly these run"))
            }
            _ => None,
        }
    }
}

impl std::fmt::Display for Hooks {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        for (name, script) in &self.scripts {
            writeln!(text, "  {name}")?;
            for (index, line) in script.lines().enumerate() {
                writeln!(text, "  {:>4} | {}", index + 1, visible(line))?;
            }
        }
        formatter.write_str(text.trim_end())
    }
}

/// A line without control characters, which could hide others on a terminal.
fn visible(line: &str) -> String {
    let show = |character: char| match character {
        '\t' => "\t".to_owned(),
        other if other.is_control() => other.escape_unicode().to_string(),
        other => other.to_string(),
    };
    line.chars().map(show).collect()
}

impl LiquidTemplate {
    /// Reads a fetched folder; nothing of it runs.
    pub(super) fn load(fetched: Fetched) -> Result<Self, SourceError> {
        let limits = Limits::default();
        let path = fetched.folder.join(LIQUID_FILE);
        let config = source::read(&path, limits.file_bytes)?;
        let mut scripts = Vec::new();
        for (path, full) in source::walk(&fetched.folder, limits)? {
            if path.extension() == "rhai" {
                let bytes = source::read(&full, limits.file_bytes)?;
                scripts.push((path.to_string(), String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        let config = String::from_utf8_lossy(&config).into_owned();
        let has_hooks = toml_edit::Document::parse(config.as_str())
            .is_ok_and(|document| document.get("hooks").is_some());
        let hooks = (has_hooks || !scripts.is_empty()).then(|| {
            scripts.push((LIQUID_FILE.to_owned(), config));
            let bytes = scripts
                .iter()
                .flat_map(|(name, text)| [name.as_bytes(), b"\0", text.as_bytes(), b"\0"]);
            Hooks { hash: Hash::of(&bytes.collect::<Vec<_>>().concat()), scripts }
        });
        let name = fetched.folder.file_name().unwrap_or("template").to_owned();
        Ok(Self {
            manifest: Manifest::foreign(name),
            hooks,
            folder: fetched.folder,
            _scratch: fetched.scratch,
        })
    }

    /// Runs the template in a child and reads what it leaves.
    pub(super) fn render(&self, scope: &Scope) -> Result<Tree, LiquidError> {
        let failed = |message: String| LiquidError::Failed(message);
        let scratch = tempfile::tempdir().map_err(|error| failed(error.to_string()))?;
        let path = Utf8Path::from_path(scratch.path());
        let path = path.ok_or_else(|| failed("the temporary folder has no UTF-8 name".into()))?;
        let name = scope.values.get("name").map(Value::to_string).unwrap_or_default();
        self.run_child(path, &name, scope)?;
        let limits = Limits::default();
        let mut tree = Tree::new();
        for (below, full) in source::walk(&path.join(&name), limits)? {
            let mode = if source::is_executable(&full) { 0o755 } else { 0o644 };
            let bytes = source::read(&full, limits.file_bytes)?;
            tree.set(below, Entry::file_with_mode(bytes, mode));
        }
        Ok(tree)
    }

    fn run_child(&self, scratch: &Utf8Path, name: &str, scope: &Scope) -> Result<(), LiquidError> {
        let failed = |message: String| LiquidError::Failed(message);
        let program = std::env::current_exe().map_err(|error| failed(error.to_string()))?;
        let values = scope.values.iter().filter(|(_, value)| !matches!(value, Value::List(_)));
        let defines =
            values.flat_map(|(key, value)| ["--define".to_owned(), format!("{key}={value}")]);
        let command = Command::new(program)
            .args([CHILD, self.folder.as_str(), scratch.as_str(), name])
            .args(defines)
            .without_env("PATH")
            .env("HOME", scratch.as_str())
            .env("USER", "scaffold")
            .cwd(scratch)
            .time_limit(PATIENCE);
        let output = command.run().map_err(|error| failed(error.to_string()))?;
        if output.success() {
            return Ok(());
        }
        let errors = console::strip_ansi_codes(&output.errors()).into_owned();
        let lines: Vec<_> = errors.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let last = lines.len().saturating_sub(3);
        Err(failed(lines[last..].join("; ")))
    }
}

/// What the child does: cargo-generate as a library, silent, without commands.
#[cfg(feature = "liquid")]
pub fn run_child(args: ChildArgs) -> Result<(), String> {
    use cargo_generate::{GenerateArgs, TemplatePath, Vcs, generate};

    let path = Some(args.folder.into_string());
    let arguments = GenerateArgs {
        template_path: TemplatePath { path, ..TemplatePath::default() },
        name: Some(args.name),
        destination: Some(args.destination.into_std_path_buf()),
        define: args.define,
        silent: true,
        force: true,
        vcs: Some(Vcs::None),
        no_workspace: true,
        no_fmt: true,
        allow_commands: false,
        overwrite: false,
        config: Some("/dev/null".into()),
        ..GenerateArgs::default()
    };
    generate(arguments).map(drop).map_err(|error| format!("{error:#}"))
}

/// Without the feature there is nothing to run.
#[cfg(not(feature = "liquid"))]
pub fn run_child(_args: ChildArgs) -> Result<(), String> {
    Err("this build of scaffold cannot run cargo-generate templates (feature `liquid`)".into())
}
