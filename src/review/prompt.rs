//! Questions to a person at a terminal.
//!
//! Asks on standard error, so that standard output stays clean. Ctrl-C or Escape at any
//! question ends with [`PromptError::Interrupted`]. The cursor is never hidden, so that no end
//! at any moment can leave it hidden; nothing is written here, so nothing is left behind.

use std::io::{self, Write};

use console::{Key, Term};
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, FuzzySelect, Input, MultiSelect};

use crate::error::CommandError;
use crate::process::interrupt;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// Ctrl-C, Escape, or the end of the input.
    #[error("interrupted")]
    Interrupted,
    /// The terminal failed.
    #[error("cannot ask on this terminal: {0}")]
    Terminal(String),
}

impl From<PromptError> for CommandError {
    fn from(error: PromptError) -> Self {
        match error {
            PromptError::Interrupted => Self::interrupted(),
            PromptError::Terminal(_) => Self::internal(error),
        }
    }
}

/// Asks for a text until `check` accepts it.
pub fn text(
    question: &str,
    proposal: Option<String>,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<String, PromptError> {
    let _hold = interrupt::hold();
    let theme = ColorfulTheme::default();
    let mut input = Input::<String>::with_theme(&theme).with_prompt(question);
    if let Some(proposal) = proposal {
        input = input.default(proposal);
    }
    let checked = input.validate_with(|text: &String| check(text.trim()));
    answered(checked.interact_text_on(&terminal())).map(|text| text.trim().to_owned())
}

/// Asks for one of some items; `proposal` is the index that is chosen first.
pub fn one_of(question: &str, items: &[String], proposal: usize) -> Result<usize, PromptError> {
    let _hold = interrupt::hold();
    let theme = ColorfulTheme::default();
    let select = FuzzySelect::with_theme(&theme).with_prompt(question).items(items);
    let answer = answered(select.default(proposal).interact_on_opt(&terminal()))?;
    answer.ok_or(PromptError::Interrupted)
}

/// Asks for any of some items; the flag says which are chosen first.
pub fn any_of(question: &str, items: &[(String, bool)]) -> Result<Vec<usize>, PromptError> {
    let _hold = interrupt::hold();
    let theme = ColorfulTheme::default();
    let question = format!("{question} (space: choose, return: go on)");
    let select = MultiSelect::with_theme(&theme).with_prompt(question);
    let select = select.items_checked(items.iter().map(|(item, chosen)| (item, *chosen)));
    let answer = answered(select.interact_on_opt(&terminal()))?;
    answer.ok_or(PromptError::Interrupted)
}

/// Asks for yes or no.
pub fn confirm(question: &str, proposal: bool) -> Result<bool, PromptError> {
    let _hold = interrupt::hold();
    let theme = ColorfulTheme::default();
    let confirm = Confirm::with_theme(&theme).with_prompt(question).default(proposal);
    let answer = answered(confirm.interact_on_opt(&terminal()))?;
    answer.ok_or(PromptError::Interrupted)
}

/// Waits for one key.
pub(super) fn key(terminal: &Term) -> Result<Key, PromptError> {
    let _hold = interrupt::hold();
    match terminal.read_key() {
        Ok(Key::CtrlC) => Err(PromptError::Interrupted),
        Ok(key) => Ok(key),
        Err(error) => Err(failed(&error)),
    }
}

/// Standard error as a terminal on which the cursor stays visible.
#[cfg(unix)]
pub(super) fn terminal() -> Term {
    Term::read_write_pair(io::stdin(), Visible(io::stderr()))
}

#[cfg(not(unix))]
pub(super) fn terminal() -> Term {
    Term::stderr()
}

/// What hides the cursor.
#[cfg(unix)]
const HIDE: &[u8] = b"\x1b[?25l";

/// Standard error without the sequence that hides the cursor.
#[cfg(unix)]
#[derive(Debug)]
struct Visible(io::Stderr);

#[cfg(unix)]
impl Write for Visible {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let kept = match memchr::memmem::find(bytes, HIDE) {
            Some(start) => [&bytes[..start], &bytes[start + HIDE.len()..]].concat(),
            None => bytes.to_vec(),
        };
        self.0.write_all(&kept)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(unix)]
impl std::os::fd::AsRawFd for Visible {
    fn as_raw_fd(&self) -> std::os::fd::RawFd {
        self.0.as_raw_fd()
    }
}

fn answered<T>(result: dialoguer::Result<T>) -> Result<T, PromptError> {
    result.map_err(|dialoguer::Error::IO(error)| failed(&error))
}

/// Tells an interruption from a failure.
pub(super) fn failed(error: &io::Error) -> PromptError {
    match error.kind() {
        io::ErrorKind::Interrupted | io::ErrorKind::UnexpectedEof => PromptError::Interrupted,
        _ => PromptError::Terminal(error.to_string()),
    }
}
