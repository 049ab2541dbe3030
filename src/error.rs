//! What can go wrong, as the user meets it: a kind (which decides the exit
//! status), a lower-case sentence, and hints that say what to do next.
//!
//! Modules below the commands define their own `thiserror` types; the command
//! that calls them adds kind and hint here. Nothing in this file prints.

use std::error::Error;
use std::fmt;

/// How a command ended, one documented table for every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitStatus {
    /// 0: done; single refused definitions are listed.
    Success,
    /// 1: findings, pending changes or a breakage found.
    Findings,
    /// 2: bad usage or input, a dirty tree, a plan that no longer fits.
    Input,
    /// 3: a conflict, an aborted run, a refused step, nothing could be judged.
    Unresolved,
    /// 4: our own failure.
    Internal,
    /// 130: interrupted by the user.
    Interrupted,
}

impl ExitStatus {
    /// The number handed to the operating system.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Findings => 1,
            Self::Input => 2,
            Self::Unresolved => 3,
            Self::Internal => 4,
            Self::Interrupted => 130,
        }
    }
}

/// An error at the edge of a command.
#[derive(Debug)]
pub struct CommandError {
    /// Decides the exit status.
    pub status: ExitStatus,
    /// The cause, with its own chain of sources.
    pub error: Box<dyn Error + Send + Sync>,
    /// What the user can do next, one sentence each.
    pub hints: Vec<String>,
}

/// What every command returns.
pub type CommandResult = Result<ExitStatus, CommandError>;

impl CommandError {
    /// Bad usage or input: the user can mend it.
    pub fn input(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(ExitStatus::Input, error)
    }

    /// Something is left in a state that needs a decision.
    pub fn unresolved(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(ExitStatus::Unresolved, error)
    }

    /// Our own failure.
    pub fn internal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(ExitStatus::Internal, error)
    }

    /// The user stopped at a prompt or with Ctrl-C.
    pub fn interrupted() -> Self {
        Self::new(ExitStatus::Interrupted, "interrupted")
    }

    /// An error of any status.
    pub fn new(status: ExitStatus, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { status, error: error.into(), hints: Vec::new() }
    }

    /// Adds one sentence that says what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.error)?;
        let mut source = self.error.source();
        while let Some(cause) = source {
            write!(formatter, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

impl Error for CommandError {}
