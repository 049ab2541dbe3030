//! Questions to a person at a terminal.
//!
//! Asks on standard error, so that standard output stays clean. Ctrl-C or Escape at any
//! question ends with [`PromptError::Interrupted`] and a visible cursor; nothing is written
//! here, so nothing is left behind.

use console::Term;
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, FuzzySelect, Input, MultiSelect};

use crate::error::CommandError;

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
    let theme = ColorfulTheme::default();
    let mut input = Input::<String>::with_theme(&theme).with_prompt(question);
    if let Some(proposal) = proposal {
        input = input.default(proposal);
    }
    let checked = input.validate_with(|text: &String| check(text.trim()));
    answered(checked.interact_text_on(&Term::stderr())).map(|text| text.trim().to_owned())
}

/// Asks for one of some items; `proposal` is the index that is chosen first.
pub fn one_of(question: &str, items: &[String], proposal: usize) -> Result<usize, PromptError> {
    let theme = ColorfulTheme::default();
    let select = FuzzySelect::with_theme(&theme).with_prompt(question).items(items);
    let answer = answered(select.default(proposal).interact_on_opt(&Term::stderr()))?;
    answer.ok_or(PromptError::Interrupted)
}

/// Asks for any of some items; the flag says which are chosen first.
pub fn any_of(question: &str, items: &[(String, bool)]) -> Result<Vec<usize>, PromptError> {
    let theme = ColorfulTheme::default();
    let question = format!("{question} (space: choose, return: go on)");
    let select = MultiSelect::with_theme(&theme).with_prompt(question);
    let select = select.items_checked(items.iter().map(|(item, chosen)| (item, *chosen)));
    let answer = answered(select.interact_on_opt(&Term::stderr()))?;
    answer.ok_or(PromptError::Interrupted)
}

/// Asks for yes or no.
pub fn confirm(question: &str, proposal: bool) -> Result<bool, PromptError> {
    let theme = ColorfulTheme::default();
    let confirm = Confirm::with_theme(&theme).with_prompt(question).default(proposal);
    let answer = answered(confirm.interact_on_opt(&Term::stderr()))?;
    answer.ok_or(PromptError::Interrupted)
}

/// Shows the cursor again, whatever happened, and tells an interruption from a failure.
fn answered<T>(result: dialoguer::Result<T>) -> Result<T, PromptError> {
    let _ = Term::stderr().show_cursor();
    result.map_err(|error| {
        let dialoguer::Error::IO(error) = error;
        match error.kind() {
            std::io::ErrorKind::Interrupted | std::io::ErrorKind::UnexpectedEof => {
                PromptError::Interrupted
            }
            _ => PromptError::Terminal(error.to_string()),
        }
    })
}
