//! Long texts, a screenful at a time.
//!
//! Writes to standard error, as every question does; a text that fits is shown at once.

use console::{Key, Term};

use super::prompt::{self, PromptError};

/// Lines of the screen that are kept for the question.
const KEPT: usize = 2;

/// Shows a text; after each screenful any key goes on and `q` or Escape ends it.
pub(super) fn page(text: &str) -> Result<(), PromptError> {
    let terminal = prompt::terminal();
    let height = usize::from(terminal.size().0).max(KEPT + 4) - KEPT;
    let lines: Vec<&str> = text.lines().collect();
    let mut screens = lines.chunks(height).peekable();
    while let Some(screen) = screens.next() {
        write(&terminal, &screen.join("\n"))?;
        if screens.peek().is_some() && !goes_on(&terminal)? {
            break;
        }
    }
    Ok(())
}

fn goes_on(terminal: &Term) -> Result<bool, PromptError> {
    write(terminal, "-- more: any key, q: enough --")?;
    let key = prompt::key(terminal)?;
    terminal.clear_last_lines(1).map_err(|error| prompt::failed(&error))?;
    Ok(!matches!(key, Key::Char('q' | 'Q') | Key::Escape))
}

fn write(terminal: &Term, text: &str) -> Result<(), PromptError> {
    terminal.write_line(text).map_err(|error| prompt::failed(&error))
}
