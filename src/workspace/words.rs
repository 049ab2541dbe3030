//! Command lines split into words that know their bytes.
//!
//! Understands what Dockerfiles, compose files and start scripts write: JSON lists,
//! quotes, escapes and control operators. Runs nothing and expands only `${NAME:-default}`.

use std::collections::BTreeMap;
use std::ops::Range;

/// One word of a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word without quotes and escapes.
    pub text: String,
    /// Its bytes in the file, quotes included.
    pub range: Range<usize>,
    /// Whether it is `&&`, `||`, `;`, `|` or `&`.
    pub operator: bool,
}

/// Characters of a logical line with their places in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source(pub(super) Vec<(usize, char)>);

impl Source {
    /// A text that begins at `offset` of its file.
    pub fn new(text: &str, offset: usize) -> Self {
        Self(text.char_indices().map(|(at, character)| (offset + at, character)).collect())
    }

    /// The characters as text.
    pub fn text(&self) -> String {
        self.0.iter().map(|(_, character)| character).collect()
    }

    /// From the character at `index` on.
    #[must_use]
    pub fn skip(&self, index: usize) -> Self {
        Self(self.0[index.min(self.0.len())..].to_vec())
    }

    /// Its bytes in the file.
    pub fn range(&self) -> Range<usize> {
        let start = self.0.first().map_or(0, |(at, _)| *at);
        let end = self.0.last().map_or(start, |(at, character)| at + character.len_utf8());
        start..end
    }
}

/// A JSON list of strings, as in the exec form; `None` when it is something else.
pub fn exec_words(source: &Source) -> Option<Vec<Word>> {
    let text = source.text();
    let items: Vec<String> = serde_json::from_str(text.trim()).ok()?;
    let mut words = Vec::with_capacity(items.len());
    let mut index = 0;
    for text in items {
        let open = index + source.0[index..].iter().position(|(_, c)| *c == '"')?;
        let mut close = open + 1;
        while source.0.get(close)?.1 != '"' {
            close += if source.0[close].1 == '\\' { 2 } else { 1 };
        }
        let range = source.0[open].0..source.0[close].0 + 1;
        words.push(Word { text, range, operator: false });
        index = close + 1;
    }
    Some(words)
}

/// Words as a shell splits them.
pub fn shell_words(source: &Source) -> Vec<Word> {
    let mut words = Vec::new();
    let mut open: Option<Word> = None;
    let mut quote: Option<char> = None;
    let characters = &source.0;
    let mut index = 0;
    while let Some(&(at, character)) = characters.get(index) {
        index += 1;
        let end = at + character.len_utf8();
        let escapes = character == '\\' && quote != Some('\'');
        if quote == Some(character) || (quote.is_none() && matches!(character, '\'' | '"')) {
            quote = if quote.is_some() { None } else { Some(character) };
            extend(&mut open, at..end, None);
        } else if escapes && index < characters.len() {
            let (_, next) = characters[index];
            index += 1;
            extend(&mut open, at..end + next.len_utf8(), Some(next));
        } else if quote.is_none() && (character.is_whitespace() || "&|;".contains(character)) {
            words.extend(open.take());
            if !character.is_whitespace() {
                push_operator(&mut words, at, character);
            }
        } else if quote.is_none() && character == '#' && open.is_none() {
            break;
        } else {
            extend(&mut open, at..end, Some(character));
        }
    }
    words.extend(open);
    words
}

fn extend(open: &mut Option<Word>, range: Range<usize>, character: Option<char>) {
    let word = open.get_or_insert_with(|| Word {
        text: String::new(),
        range: range.clone(),
        operator: false,
    });
    word.range.end = range.end;
    word.text.extend(character);
}

fn push_operator(words: &mut Vec<Word>, at: usize, character: char) {
    if let Some(last) = words.last_mut()
        && last.operator
        && last.range.end == at
    {
        last.text.push(character);
        last.range.end = at + 1;
        return;
    }
    words.push(Word { text: character.to_string(), range: at..at + 1, operator: true });
}

/// `${NAME}`, `$NAME` and `${NAME:-default}` replaced; unknown names without default stay.
pub fn expand(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        result.push_str(&rest[..dollar]);
        let after = &rest[dollar + 1..];
        let Some((name, default, length)) = variable(after) else {
            result.push('$');
            rest = after;
            continue;
        };
        let value = variables.get(name).map(String::as_str).filter(|value| !value.is_empty());
        match value.or(default) {
            Some(value) => result.push_str(value),
            None => result.push_str(&rest[dollar..dollar + 1 + length]),
        }
        rest = &after[length..];
    }
    result.push_str(rest);
    result
}

/// The name and default of the variable behind a `$`, and how many bytes they take.
fn variable(after: &str) -> Option<(&str, Option<&str>, usize)> {
    if let Some(inner) = after.strip_prefix('{') {
        let close = inner.find('}')?;
        let (name, default) = split_default(&inner[..close]);
        return Some((name, default, close + 2));
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = after.find(|c: char| !is_name(c)).unwrap_or(after.len());
    Some((&after[..end], None, end))
}

fn split_default(inner: &str) -> (&str, Option<&str>) {
    let split = inner.split_once(":-").or_else(|| inner.split_once('-'));
    split.map_or((inner, None), |(name, default)| (name, Some(default)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[Word]) -> Vec<&str> {
        words.iter().map(|word| word.text.as_str()).collect()
    }

    #[test]
    fn shell_words_keep_their_bytes_through_quotes_and_operators() {
        let text = "cd 'my app'&& exec uvicorn main:app --port \"80\"00 # local";

        let words = shell_words(&Source::new(text, 10));

        let expected = ["cd", "my app", "&&", "exec", "uvicorn", "main:app", "--port", "8000"];
        assert_eq!(texts(&words), expected);
        let port = &words[7].range;
        assert_eq!(&text[port.start - 10..port.end - 10], "\"80\"00");
    }

    #[test]
    fn the_exec_form_is_a_json_list_and_nothing_else() {
        let text = "[\"uvicorn\", \"a\\\"b\",\"8000\"]";

        let words = exec_words(&Source::new(text, 0)).unwrap();

        assert_eq!(texts(&words), ["uvicorn", "a\"b", "8000"]);
        assert_eq!(&text[words[2].range.clone()], "\"8000\"");
        assert_eq!(exec_words(&Source::new("[uvicorn]", 0)), None);
    }

    #[test]
    fn variables_are_expanded_with_their_defaults() {
        let known = BTreeMap::from([("PORT".to_owned(), "8007".to_owned())]);

        let result = expand("$PORT ${PORT} ${HOST:-any} ${X} a$", &known);

        assert_eq!(result, "8007 8007 any ${X} a$");
    }
}
