//! The interpreter that both sides run in: one environment for before and after.
//!
//! Given by the user, or built with uv in a temporary folder from what both sides declare. A
//! package that cannot be installed costs what needs it and nothing else.

mod requirements;

use std::collections::BTreeMap;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;

pub use requirements::Requirements;

use super::compare::shorten;
use super::probe::both_streams;
use crate::process::{Command, Ending, Output, ProcessError};
use crate::settings::environment;

/// How long one call of uv may take.
const LIMIT: Duration = Duration::from_mins(10);

/// What uv is told of the user's environment: where its index, cache and interpreters are.
const PASSED_ON: [&str; 20] = [
    "USERPROFILE",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "UV_CACHE_DIR",
    "UV_CONFIG_FILE",
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_OFFLINE",
    "UV_PYTHON_INSTALL_DIR",
];

/// An interpreter with the service's dependencies.
#[derive(Debug)]
pub struct Environment {
    /// The interpreter.
    pub python: Utf8PathBuf,
    /// Requirements that cannot be installed, with the reason.
    pub unavailable: BTreeMap<String, String>,
    /// Removes what was built when dropped.
    _folder: Option<TempDir>,
}

/// Why there is no interpreter.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    /// Neither an interpreter nor uv.
    #[error("uv is not on the PATH, and it is needed to build an environment for the service")]
    NoUv,
    /// The given interpreter is not there.
    #[error("there is no interpreter at {0}")]
    NoInterpreter(Utf8PathBuf),
    /// A temporary folder cannot be made.
    #[error("cannot make a temporary folder: {0}")]
    Folder(#[from] std::io::Error),
    /// uv cannot be started, or the user stopped it.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// uv failed.
    #[error("uv cannot make an environment: {0}")]
    Uv(String),
}

impl Environment {
    /// Uses an interpreter as it is: a file, or the folder of a virtual environment.
    pub fn given(path: &Utf8Path) -> Result<Self, EnvironmentError> {
        let inside = ["bin/python", "Scripts/python.exe"];
        let mut candidates = inside.iter().map(|name| path.join(name));
        let python = if path.is_dir() {
            candidates.find(|candidate| candidate.is_file())
        } else {
            Some(path.to_owned()).filter(|path| path.is_file())
        };
        Ok(Self {
            python: python.ok_or_else(|| EnvironmentError::NoInterpreter(path.to_owned()))?,
            unavailable: BTreeMap::new(),
            _folder: None,
        })
    }

    /// Builds a virtual environment with `uv` that has all of `requirements`.
    pub fn build(
        uv: &Utf8Path,
        requirements: &Requirements,
        progress: &dyn Fn(&str),
    ) -> Result<Self, EnvironmentError> {
        let folder = tempfile::Builder::new().prefix("scaffold-environment-").tempdir()?;
        let path = Utf8PathBuf::try_from(folder.path().canonicalize()?)
            .map_err(camino::FromPathBufError::into_io_error)?;
        let builder = Builder { uv, path: &path };
        progress("make a virtual environment");
        let python = builder.make(requirements.python.as_deref())?;
        let lines: Vec<_> = requirements.lines.values().flatten().collect();
        progress(&format!("install {} requirements", lines.len()));
        let unavailable = builder.install(&python, &lines, progress)?;
        Ok(Self { python, unavailable, _folder: Some(folder) })
    }
}

/// The first `uv` on the user's search path.
pub fn find_uv() -> Result<Utf8PathBuf, EnvironmentError> {
    let path = environment("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path);
    let candidates = folders.flat_map(|folder| [folder.join("uv"), folder.join("uv.exe")]);
    candidates
        .filter(|candidate| candidate.is_file())
        .find_map(|candidate| Utf8PathBuf::try_from(candidate).ok())
        .ok_or(EnvironmentError::NoUv)
}

struct Builder<'a> {
    uv: &'a Utf8Path,
    path: &'a Utf8Path,
}

impl Builder<'_> {
    fn make(&self, version: Option<&str>) -> Result<Utf8PathBuf, EnvironmentError> {
        let folder = self.path.join("venv");
        let mut arguments = vec!["venv", "--quiet", folder.as_str()];
        arguments.extend(version.map(|version| ["--python", version]).into_iter().flatten());
        let finished = self.run(&arguments)?;
        if !finished.success() {
            return Err(EnvironmentError::Uv(shorten(&both_streams(&finished), 400)));
        }
        Environment::given(&folder).map(|environment| environment.python)
    }

    /// Installs everything at once, which gives one consistent set; else line by line.
    fn install(
        &self,
        python: &Utf8Path,
        lines: &[&String],
        progress: &dyn Fn(&str),
    ) -> Result<BTreeMap<String, String>, EnvironmentError> {
        let mut unavailable = BTreeMap::new();
        if lines.is_empty() || self.install_lines(python, lines)?.success() {
            return Ok(unavailable);
        }
        for line in lines {
            progress(&format!("install {line}"));
            let finished = self.install_lines(python, &[*line])?;
            if !finished.success() {
                unavailable.insert((*line).clone(), shorten(&both_streams(&finished), 240));
            }
        }
        Ok(unavailable)
    }

    fn install_lines(
        &self,
        python: &Utf8Path,
        lines: &[&String],
    ) -> Result<Output, EnvironmentError> {
        let mut arguments = vec!["pip", "install", "--quiet", "--python", python.as_str(), "--"];
        arguments.extend(lines.iter().map(|line| line.as_str()));
        self.run(&arguments)
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, EnvironmentError> {
        let command = Command::new(self.uv.as_str())
            .args(arguments)
            .cwd(self.path)
            .pass_env(&PASSED_ON)
            .time_limit(LIMIT);
        let output = command.run()?;
        if output.ending == Ending::Interrupted {
            return Err(ProcessError::Interrupted.into());
        }
        Ok(output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interpreter_that_is_not_there_is_named() {
        let error = Environment::given(Utf8Path::new("/nowhere/python")).unwrap_err();

        assert_eq!(error.to_string(), "there is no interpreter at /nowhere/python");
    }
}
