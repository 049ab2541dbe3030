//! Arguments, environment and terminal facts, resolved once into words.
//!
//! The only file that reads the environment. Everything below receives a
//! [`Settings`] and never asks the process again.

use std::io::IsTerminal;
use std::num::ParseIntError;
use std::str::FromStr;

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
pub struct GlobalArgs {
    /// Workspace root (default: the nearest folder upwards with a scaffold.toml)
    #[arg(long, global = true, value_name = "DIR")]
    pub root: Option<Utf8PathBuf>,
    /// Output for people or for programs
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
    /// Accept every proposal; never ask
    #[arg(long, short, global = true)]
    pub yes: bool,
    /// Print only what was asked for and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The form of the output on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Readable text.
    Text,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0 (audit only).
    Sarif,
    /// `JUnit` XML (audit only).
    Junit,
    /// Markdown for a pull request (audit only).
    Markdown,
    /// One self-contained page (audit, migrate --explain).
    Html,
    /// A picture (migrate --explain only).
    Svg,
}

impl Format {
    /// Whether every command can write it.
    pub const fn is_common(self) -> bool {
        matches!(self, Self::Text | Self::Json)
    }

    /// Whether a placement can be shown in it as a picture.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Html | Self::Svg)
    }
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Whether questions may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interaction {
    /// A person is at a terminal: ask.
    Ask,
    /// `--yes`: take every proposal.
    AcceptAll,
    /// No terminal and no `--yes`: never wait for input.
    Never,
}

/// Everything that commands know about how they were called.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The current directory, absolute.
    pub cwd: Utf8PathBuf,
    /// `--root`, made absolute.
    pub root: Option<Utf8PathBuf>,
    /// The form of the output.
    pub format: Format,
    /// Whether colour is written to standard output.
    pub colour: Colour,
    /// Whether questions may be asked.
    pub interaction: Interaction,
    /// Whether progress and remarks are left out.
    pub quiet: bool,
    /// Whether standard error is a terminal (progress bars).
    pub progress: bool,
    /// A crash point for fault-injection tests (`SCAFFOLD_FAULT`).
    pub fault: Option<Fault>,
}

/// Where writing fails, for fault-injection tests: before the n-th effect of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The number of the effect before which it happens, from 1.
    pub before: u64,
    /// What happens there.
    pub kind: FaultKind,
}

/// How writing fails at a [`Fault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The process stops dead, without cleaning up (`SCAFFOLD_FAULT=12`).
    Abort,
    /// The system reports an error once (`SCAFFOLD_FAULT=12:error`).
    Error,
}

impl FromStr for Fault {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let (number, kind) = match text.strip_suffix(":error") {
            Some(number) => (number, FaultKind::Error),
            None => (text, FaultKind::Abort),
        };
        let before = number.parse()?;
        Ok(Self { before, kind })
    }
}

impl Settings {
    /// Resolves arguments against the process environment.
    ///
    /// Fails when the current directory is gone or its path is not UTF-8.
    pub fn resolve(args: GlobalArgs) -> std::io::Result<Self> {
        let cwd = Utf8PathBuf::try_from(std::env::current_dir()?)
            .map_err(camino::FromPathBufError::into_io_error)?;
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let interaction = match (args.yes, terminal) {
            (true, _) => Interaction::AcceptAll,
            (false, true) => Interaction::Ask,
            (false, false) => Interaction::Never,
        };
        let root = args.root.map(|root| absolute(&cwd, &root));
        let fault = environment("SCAFFOLD_FAULT").and_then(|text| text.parse().ok());
        Ok(Self {
            root,
            format: args.format,
            colour: resolve_colour(args.color),
            interaction,
            quiet: args.quiet,
            progress: std::io::stderr().is_terminal() && !args.quiet,
            fault,
            cwd,
        })
    }

    /// Makes a path given by the user absolute, without touching the disk.
    pub fn absolute(&self, path: &Utf8Path) -> Utf8PathBuf {
        absolute(&self.cwd, path)
    }
}

fn absolute(cwd: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let mut result = Utf8PathBuf::new();
    for component in cwd.join(path).components() {
        match component {
            camino::Utf8Component::ParentDir => {
                result.pop();
            }
            camino::Utf8Component::CurDir => {}
            other => result.push(other),
        }
    }
    result
}

fn resolve_colour(asked: Colour) -> Colour {
    match asked {
        Colour::Auto if environment("NO_COLOR").is_some_and(|value| !value.is_empty()) => {
            Colour::Never
        }
        Colour::Auto if std::io::stdout().is_terminal() => Colour::Always,
        Colour::Auto => Colour::Never,
        explicit => explicit,
    }
}

/// One environment variable, if it is set and is UTF-8.
#[expect(clippy::disallowed_methods, reason = "this file is the one place that reads it")]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_lose_dots_without_touching_the_disk() {
        let result = absolute(Utf8Path::new("/a/b"), Utf8Path::new("./c/../../d"));

        assert_eq!(result, "/a/d");
    }

    #[test]
    fn a_fault_is_a_number_and_how_it_fails() {
        let stop = "12".parse::<Fault>().unwrap();
        let error = "3:error".parse::<Fault>().unwrap();

        assert_eq!((stop.before, stop.kind), (12, FaultKind::Abort));
        assert_eq!((error.before, error.kind), (3, FaultKind::Error));
        assert!("soon".parse::<Fault>().is_err());
    }
}
