//! A program to be started: arguments, folder, environment and limits, all explicit.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::isolation::{Network, wrap};
use super::{Output, Running, interrupt};
use crate::settings::environment;

/// What every program gets from our own environment, if it is set.
const PASSED: [&str; 10] =
    ["PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SYSTEMROOT", "TEMP"];
/// How long a program may take unless told otherwise.
const LIMIT: Duration = Duration::from_mins(2);
/// How much of each stream is kept unless told otherwise (bytes).
const KEPT: usize = 8 << 20;

/// A program to be started.
#[derive(Debug, Clone)]
pub struct Command {
    program: OsString,
    arguments: Vec<OsString>,
    folder: Option<Utf8PathBuf>,
    environment: BTreeMap<String, OsString>,
    input: Vec<u8>,
    limit: Duration,
    kept: usize,
    network: Network,
}

/// Why a program did not run.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// It is not there or cannot be executed.
    #[error("cannot start {program}")]
    Start {
        /// Which program.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// Its end could not be waited for.
    #[error("cannot wait for {program}")]
    Wait {
        /// Which program.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// This system has no way to cut a program off from the network.
    #[error("cannot run {program} without network: `unshare` does not work here")]
    NotIsolated {
        /// Which program.
        program: String,
    },
    /// The user pressed Ctrl-C before it was started.
    #[error("interrupted")]
    Interrupted,
}

impl Command {
    /// A program by name (looked up in `PATH`) or path, never a shell line.
    pub fn new(program: impl Into<OsString>) -> Self {
        let passed = PASSED.iter().map(|name| (*name).to_owned());
        Self {
            program: program.into(),
            arguments: Vec::new(),
            folder: None,
            environment: passed.filter_map(inherited).collect(),
            input: Vec::new(),
            limit: LIMIT,
            kept: KEPT,
            network: Network::Shared,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// The folder in which it runs.
    #[must_use]
    pub fn cwd(mut self, folder: &Utf8Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Sets one environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.to_owned(), value.into());
        self
    }

    /// Takes one variable away that would be passed.
    #[must_use]
    pub fn without_env(mut self, name: &str) -> Self {
        self.environment.remove(name);
        self
    }

    /// Passes more variables of our own environment on, if they are set.
    #[must_use]
    pub fn pass_env(mut self, names: &[&str]) -> Self {
        let names = names.iter().map(|name| (*name).to_owned());
        self.environment.extend(names.filter_map(inherited));
        self
    }

    /// What it can read on standard input; nothing by default.
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = bytes.into();
        self
    }

    /// After this long it is stopped, with everything that it started (default: 2 minutes).
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// How many bytes of each stream are kept (default: 8 MiB).
    #[must_use]
    pub fn keep_output(mut self, bytes: usize) -> Self {
        self.kept = bytes;
        self
    }

    /// Which network it sees.
    #[must_use]
    pub fn network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// Runs it to its end or its time limit.
    pub fn run(&self) -> Result<Output, ProcessError> {
        self.start()?.wait()
    }

    /// Starts it; it is stopped when the result is dropped.
    pub fn start(&self) -> Result<Running, ProcessError> {
        if interrupt::requested() {
            return Err(ProcessError::Interrupted);
        }
        let name = self.program.display().to_string();
        let Some((prefix, isolated)) = wrap(self.network) else {
            return Err(ProcessError::NotIsolated { program: name });
        };
        let mut words = prefix.iter().map(OsString::from).chain([self.program.clone()]);
        let mut command = spawnable(words.next().unwrap_or_default());
        command.args(words).args(&self.arguments).env_clear().envs(&self.environment);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        let hold = interrupt::hold();
        let child = command
            .spawn()
            .map_err(|source| ProcessError::Start { program: name.clone(), source })?;
        let running = Running::new(name, child, self.limit, self.kept, hold);
        Ok(running.isolated(isolated).feed(self.input.clone()))
    }
}

/// A program in a process group of its own, so that it can be stopped with its children.
#[expect(clippy::disallowed_methods, reason = "this is the one place that starts programs")]
pub(super) fn spawnable(program: OsString) -> std::process::Command {
    let mut command = std::process::Command::new(program);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.stdin(Stdio::null());
    command
}

fn inherited(name: String) -> Option<(String, OsString)> {
    let value = environment(&name)?;
    Some((name, value.into()))
}
