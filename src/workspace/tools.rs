//! Settings of tools that name modules, files or folders of a project: linters, type checkers,
//! coverage, pytest, import contracts.
//!
//! Read from `pyproject.toml` and from INI files, each value with its place, so that whoever rewrites
//! one leaves everything around it as it is.

mod ini;
mod json;
mod toml;

use std::ops::Range;

/// What the values of a setting name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Modules and packages by their dotted names, perhaps with `.*` behind.
    Modules,
    /// Packages by the first part of their dotted names.
    Packages,
    /// Files and folders, perhaps with a glob behind.
    Paths,
    /// Files and folders by patterns, of which one without a folder fits a name anywhere.
    Patterns,
    /// Modules, or else folders.
    ModulesOrPaths,
    /// Filters of warnings: `action:message:category:module:line`.
    Warnings,
}

/// One value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The text without quotes.
    pub text: String,
    /// Where it stands in the file, with its quotes.
    pub range: Range<usize>,
    /// What stands before and behind it there.
    pub quote: &'static str,
}

/// One setting whose values name something of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The tool and its key: `mypy.files`.
    pub key: String,
    /// What the values name.
    pub naming: Naming,
    /// The values.
    pub values: Vec<Value>,
    /// What separates values that are added; none where there can be one only.
    pub separator: Option<String>,
    /// Whether a list can take the place of the one value.
    pub may_be_list: bool,
}

/// Keys of a tool, by what their values name; `*` stands for the keys themselves.
type Known = (&'static str, &'static [&'static str], Naming);

/// What is known of tools, by their names in `pyproject.toml` without `tool.`.
///
/// Sources: the configuration references of mypy, coverage.py, pytest, isort, Ruff, Flake8, Pyright,
/// Bandit, Vulture, interrogate, deptry, import-linter and Aerich.
const KNOWN: [Known; 29] = [
    ("mypy", &["files"], Naming::Paths),
    ("mypy", &["packages", "modules"], Naming::Modules),
    ("mypy.overrides", &["module"], Naming::Modules),
    ("coverage.run", &["source"], Naming::ModulesOrPaths),
    ("coverage.run", &["source_pkgs"], Naming::Modules),
    ("coverage.run", &["include", "omit"], Naming::Paths),
    ("coverage.report", &["include", "omit"], Naming::Paths),
    ("pytest", &["filterwarnings"], Naming::Warnings),
    ("isort", &["known_first_party", "known_local_folder"], Naming::Packages),
    ("isort", &["src_paths"], Naming::Paths),
    ("isort", &["skip", "extend_skip", "skip_glob"], Naming::Patterns),
    ("ruff", &["include", "extend-include", "exclude", "extend-exclude"], Naming::Patterns),
    ("ruff.lint", &["exclude"], Naming::Patterns),
    ("ruff.format", &["exclude"], Naming::Patterns),
    ("ruff.isort", &["known-first-party", "known-local-folder"], Naming::Packages),
    ("ruff.lint.isort", &["known-first-party", "known-local-folder"], Naming::Packages),
    ("ruff.lint.per-file-ignores", &["*"], Naming::Patterns),
    ("ruff.lint.extend-per-file-ignores", &["*"], Naming::Patterns),
    ("ruff.per-file-ignores", &["*"], Naming::Patterns),
    ("flake8", &["exclude", "extend-exclude"], Naming::Patterns),
    ("pyright", &["include", "exclude", "ignore", "strict"], Naming::Paths),
    ("bandit", &["targets"], Naming::Paths),
    ("bandit", &["exclude_dirs"], Naming::Patterns),
    ("vulture", &["paths"], Naming::Paths),
    ("vulture", &["exclude"], Naming::Patterns),
    ("interrogate", &["exclude"], Naming::Patterns),
    ("importlinter", &["root_package", "root_packages"], Naming::Packages),
    (
        "importlinter.contracts",
        &[
            "source_modules",
            "forbidden_modules",
            "modules",
            "containers",
            "layers",
            "ignore_imports",
        ],
        Naming::Modules,
    ),
    ("aerich", &["tortoise_orm"], Naming::Modules),
];

/// What the values of a key of a tool name.
fn naming(tool: &str, key: &str) -> Option<Naming> {
    let found = KNOWN.iter().find(|(name, keys, _)| *name == tool && keys.contains(&key));
    found.map(|(_, _, naming)| *naming)
}

/// The settings of a file that name something, in their order; none for a file that is no tool's.
pub fn settings(file: &str, text: &str) -> Vec<Setting> {
    match file {
        "pyproject.toml" => toml::settings("tool", text),
        "ruff.toml" | ".ruff.toml" => toml::settings("ruff", text),
        "pyrightconfig.json" => json::settings("pyright", text),
        _ => ini::settings(file, text),
    }
}

/// The names of the files that have such settings.
pub const FILES: [&str; 13] = [
    "pyproject.toml",
    "ruff.toml",
    ".ruff.toml",
    "pyrightconfig.json",
    "setup.cfg",
    "tox.ini",
    "pytest.ini",
    ".coveragerc",
    "mypy.ini",
    ".mypy.ini",
    ".flake8",
    ".isort.cfg",
    ".importlinter",
];

/// Whether a file is one of those that have such settings, by its name.
pub fn is_tool_file(file: &str) -> bool {
    FILES.contains(&file)
}
