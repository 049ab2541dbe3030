//! A conservative look at Python text: which applications it makes, which it runs, and
//! at which ports.
//!
//! Patterns on text in which comments and triple-quoted strings are blanked; what is not
//! written in a plain way is not seen. Name resolution belongs to `python`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::yaml::LineStarts;

/// An application object or a factory at the top level of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppObject {
    /// Its name.
    pub name: String,
    /// Whether it has to be called first.
    pub factory: bool,
    /// Line, from 1.
    pub line: usize,
}

/// A call of `uvicorn.run`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunCall {
    /// What it runs.
    pub target: RunTarget,
    /// Its `port` argument.
    pub port: Option<PortValue>,
    /// Line, from 1.
    pub line: usize,
}

/// The first argument of `uvicorn.run`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunTarget {
    /// `"main:app"`.
    Path(String),
    /// `app`.
    Name(String),
}

/// A port as Python code gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortValue {
    /// A number, perhaps the default of an environment variable.
    Number(NumberAt),
    /// A name, or the last part of an attribute such as `settings.port` or `Settings().port`.
    Name(String),
}

/// A port number in Python code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberAt {
    /// The port.
    pub port: u16,
    /// The environment variable it is the default of.
    pub variable: Option<String>,
    /// Its digits.
    pub range: Range<usize>,
    /// Line, from 1.
    pub line: usize,
}

/// A port with a name: `PORT = 8000`, `port: int = Field(default=8000)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPort {
    /// The name it is bound to.
    pub name: String,
    /// The class it stands in, if it is indented below one.
    pub class: Option<String>,
    /// The number.
    pub value: NumberAt,
}

static APP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?m)^([A-Za-z_]\w*)(?:\s*:\s*[\w.]+)?\s*=\s*(?:fastapi\.)?(?:FastAPI|create_\w*app|make_app|get_app|build_app)\(",
    )
});
static FACTORY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^def\s+((?:create|make|build|get)_\w*app\w*)\s*\("));
static RUN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\buvicorn\.run\s*\("));
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?m)^([ \t]*)([A-Za-z_]\w*)[ \t]*(?::[ \t]*[\w.\[\] |]+)?=[ \t]*([^\n]*\d[^\n]*|[\w.]+\([^\n]*)",
    )
});
static ALIAS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?m)^[ \t]*([A-Za-z_]\w*)[^=\n]*=[ \t]*(?:int\()?(?:\w+\.)*([A-Za-z_]\w*)\)?[ \t]*$")
});
static CLASS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^class\s+([A-Za-z_]\w*)"));
static ENVIRON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?:getenv|environ\.get|env(?:\.int)?|config)\s*\(\s*["'](\w+)["']\s*,\s*(?:default\s*=\s*)?["']?(\d{2,5})["']?"#,
    )
});
static DEFAULT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^(?:int\(\s*)?["']?(\d{2,5})["']?\s*\)?\s*,?\s*$|\bField\(\s*(?:default\s*=\s*)?["']?(\d{2,5})\b"#,
    )
});
static FIELD_ENV: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\b(?:env|alias|validation_alias)\s*=\s*["'](\w+)["']"#));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns of this file are fixed and tested")
}

/// The text with comments and triple-quoted strings blanked, byte for byte as long.
pub fn blanked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut result = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'#' => line_end(bytes, at),
            b'"' | b'\'' => {
                let quote = bytes[at];
                let triple = bytes[at..].starts_with(&[quote; 3]);
                let end = if triple { triple_end(bytes, at) } else { string_end(bytes, at) };
                if !triple {
                    at = end;
                    continue;
                }
                end
            }
            _ => {
                at += 1;
                continue;
            }
        };
        let blank =
            |byte: &mut u8| *byte = if matches!(*byte, b'\n' | b'\r') { *byte } else { b' ' };
        result[at..end].iter_mut().for_each(blank);
        at = end;
    }
    String::from_utf8(result).unwrap_or_default()
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length)
}

fn triple_end(bytes: &[u8], at: usize) -> usize {
    let closing = [bytes[at]; 3];
    let mut index = at + 3;
    while index < bytes.len() {
        if bytes[index] == b'\\' {
            index += 2;
        } else if bytes[index..].starts_with(&closing) {
            return index + 3;
        } else {
            index += 1;
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut index = at + 1;
    while index < bytes.len() {
        match bytes[index] {
            b'\\' => index += 2,
            b'\n' => return index,
            byte if byte == bytes[at] => return index + 1,
            _ => index += 1,
        }
    }
    bytes.len()
}

/// The applications and factories of a module.
pub fn apps(text: &str) -> Vec<AppObject> {
    let blanked = blanked(text);
    let lines = LineStarts::new(text);
    let find = |pattern: &Regex, factory: bool| {
        let objects = pattern.captures_iter(&blanked).filter_map(|found| {
            let name = found.get(1)?;
            let line = lines.line(name.start());
            Some(AppObject { name: name.as_str().to_owned(), factory, line })
        });
        objects.collect::<Vec<_>>()
    };
    let mut objects = find(&APP, false);
    objects.extend(find(&FACTORY, true));
    objects
}

/// The calls of `uvicorn.run` in a module.
pub fn runs(text: &str) -> Vec<RunCall> {
    let blanked = blanked(text);
    let lines = LineStarts::new(text);
    let calls = RUN.find_iter(&blanked).filter_map(|found| {
        let arguments = arguments(&blanked, found.end());
        let first = arguments.first()?;
        let (at, text) = (first.start, &blanked[first.clone()]);
        let text = text
            .strip_prefix("app")
            .map_or(text, |rest| rest.trim_start().strip_prefix('=').map_or(text, str::trim_start));
        let quoted = text.trim_start_matches('f').trim_matches(['"', '\'']);
        let target = if quoted.len() < text.len() {
            RunTarget::Path(quoted.to_owned())
        } else {
            RunTarget::Name(text.trim().to_owned())
        };
        let port = arguments.iter().find_map(|range| {
            let text = &blanked[range.clone()];
            let value = text.strip_prefix("port")?.trim_start().strip_prefix('=')?;
            let start = range.end - value.len() + (value.len() - value.trim_start().len());
            port_value(&blanked, start..range.end, &lines)
        });
        Some(RunCall { target, port, line: lines.line(at) })
    });
    calls.collect()
}

/// The trimmed arguments of a call whose parenthesis was opened before `start`.
fn arguments(text: &str, start: usize) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let (mut depth, mut from, mut at) = (0_usize, start, start);
    while at < bytes.len() {
        match bytes[at] {
            b'"' | b'\'' => {
                at = string_end(bytes, at);
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            b')' => {
                parts.push(from..at);
                break;
            }
            b',' if depth == 0 => {
                parts.push(from..at);
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    let trimmed = parts.into_iter().map(|range| {
        let part = &text[range.clone()];
        let start = range.start + part.len() - part.trim_start().len();
        start..start + part.trim().len()
    });
    trimmed.filter(|range| !range.is_empty()).collect()
}

fn port_value(text: &str, range: Range<usize>, lines: &LineStarts) -> Option<PortValue> {
    if let Some(number) = number(text, range.clone(), lines) {
        return Some(PortValue::Number(number));
    }
    let value = text[range].trim();
    let value = value.strip_prefix("int(").map_or(value, |inner| inner.trim_end_matches(')'));
    let value = value.replacen("().", ".", 1);
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let name = value.rsplit('.').next()?;
    (value.chars().all(is_name) && !name.is_empty()).then(|| PortValue::Name(name.to_owned()))
}

/// The port number that an expression is, or falls back to.
fn number(text: &str, range: Range<usize>, lines: &LineStarts) -> Option<NumberAt> {
    let value = &text[range.clone()];
    let (digits, variable) = if let Some(found) = ENVIRON.captures(value) {
        (found.get(2)?, Some(found[1].to_owned()))
    } else {
        let found = DEFAULT.captures(value)?;
        let variable = FIELD_ENV.captures(value).map(|found| found[1].to_owned());
        (found.get(1).or_else(|| found.get(2))?, variable)
    };
    let start = range.start + digits.start();
    Some(NumberAt {
        port: digits.as_str().parse().ok()?,
        variable,
        range: start..start + digits.len(),
        line: lines.line(start),
    })
}

/// Every name that is bound to a port number and has `port` in it.
pub fn named_ports(text: &str) -> Vec<NamedPort> {
    let blanked = blanked(text);
    let lines = LineStarts::new(text);
    let ports = NAMED.captures_iter(&blanked).filter_map(|found| {
        let name = found.get(2)?.as_str();
        if !name.to_ascii_lowercase().ends_with("port") {
            return None;
        }
        let start = found.get(3)?.start();
        let opens = found[3].matches('(').count() > found[3].matches(')').count();
        let end = if opens { call_end(&blanked, start) } else { found.get(3)?.end() };
        let indented = !found[1].is_empty();
        let class = CLASS.captures_iter(&blanked[..found.get(0)?.start()]).last();
        Some(NamedPort {
            name: name.to_owned(),
            class: class.filter(|_| indented).map(|class| class[1].to_owned()),
            value: number(&blanked, start..end, &lines)?,
        })
    });
    ports.collect()
}

/// The name that `name` is another word for: `port` for `bound` in `bound = int(settings.port)`.
pub fn other_name(text: &str, name: &str) -> Option<String> {
    let blanked = blanked(text);
    let mut aliases = ALIAS.captures_iter(&blanked);
    let found = aliases.find(|found| &found[1] == name && found[2] != found[1])?;
    Some(found[2].to_owned())
}

/// The end of a call that goes on over several lines.
fn call_end(text: &str, start: usize) -> usize {
    let Some(open) = text[start..].find('(') else {
        return start;
    };
    let last = arguments(text, start + open + 1).last().map(|range| range.end);
    last.unwrap_or(start)
}

#[cfg(test)]
mod tests;
