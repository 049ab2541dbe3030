//! Tera behind our rules: own delimiters, an undefined variable is an error, bounded time
//! and output.
//!
//! The only file that names tera. It sees texts and plain values, never a path or a disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::mpsc;
use std::time::Duration;

use regex::Regex;
use tera::{Context, Delimiters, ErrorKind, Tera};

use super::value::Value;

/// What rendering may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most files in a template.
    pub files: usize,
    /// Largest template file (bytes).
    pub file_bytes: u64,
    /// Largest total of what is rendered (bytes).
    pub output_bytes: usize,
    /// Longest time for all files together.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            files: 2_000,
            file_bytes: 4 << 20,
            output_bytes: 64 << 20,
            time: Duration::from_secs(20),
        }
    }
}

/// Everything that expressions can see.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Variables by name.
    pub values: BTreeMap<String, Value>,
    /// Features by name, below `features.`.
    pub features: BTreeMap<String, bool>,
    /// Lists of records that loops go through, by name; given by the program, never asked.
    pub records: BTreeMap<String, serde_json::Value>,
}

/// Why a text cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// An error in the template, with its place.
    #[error("{file}:{line}: {message}")]
    Template {
        /// The file below the template's folder.
        file: String,
        /// The line, from 1.
        line: usize,
        /// A lower-case sentence.
        message: String,
    },
    /// An error without a place.
    #[error("{0}")]
    Plain(String),
    /// More output than allowed.
    #[error("the rendered files are larger than {0} bytes")]
    TooLarge(usize),
    /// Longer than allowed.
    #[error("rendering took longer than {0:?}")]
    TooSlow(Duration),
}

/// Renders named texts, all of them or none; they may include each other.
pub(super) fn render(
    texts: Vec<(String, String)>,
    scope: &Scope,
    limits: Limits,
) -> Result<BTreeMap<String, Vec<u8>>, EngineError> {
    let (sender, receiver) = mpsc::channel();
    let scope = scope.clone();
    // The thread cannot be stopped from outside; past its time it is left behind, and the
    // command ends with an error before anything is written.
    std::thread::spawn(move || {
        let _ = sender.send(render_now(&texts, &scope, limits.output_bytes));
    });
    let result = receiver.recv_timeout(limits.time);
    result.map_err(|error| match error {
        mpsc::RecvTimeoutError::Timeout => EngineError::TooSlow(limits.time),
        mpsc::RecvTimeoutError::Disconnected => EngineError::Plain("the renderer stopped".into()),
    })?
}

/// Renders one short text, such as a default.
pub(super) fn render_line(name: &str, text: &str, scope: &Scope) -> Result<String, EngineError> {
    let texts = vec![(name.to_owned(), text.to_owned())];
    let mut rendered = render(texts, scope, Limits::default())?;
    let bytes = rendered.remove(name).unwrap_or_default();
    String::from_utf8(bytes).map_err(|error| EngineError::Plain(error.to_string()))
}

fn render_now(
    texts: &[(String, String)],
    scope: &Scope,
    limit: usize,
) -> Result<BTreeMap<String, Vec<u8>>, EngineError> {
    let mut tera = Tera::new();
    tera.autoescape_on(Vec::<&str>::new());
    tera.set_delimiters(delimiters()).map_err(located)?;
    tera.add_raw_templates(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))
        .map_err(located)?;
    for (name, text) in texts {
        check_names(&tera, name, text, scope)?;
    }
    let mut context = Context::new();
    for (name, value) in &scope.values {
        context.insert(name.clone(), value);
    }
    context.insert("features", &scope.features);
    for (name, records) in &scope.records {
        context.insert(name.clone(), records);
    }
    let mut left = limit;
    let mut outputs = BTreeMap::new();
    for (name, _) in texts {
        let mut output = Bounded { bytes: Vec::new(), left };
        let result = tera.render_to(name, &context, &mut output);
        if output.left == 0 {
            return Err(EngineError::TooLarge(limit));
        }
        result.map_err(located)?;
        left = output.left;
        outputs.insert(name.clone(), output.bytes);
    }
    Ok(outputs)
}

fn delimiters() -> Delimiters {
    Delimiters {
        block_start: "<%".into(),
        block_end: "%>".into(),
        variable_start: "<<".into(),
        variable_end: ">>".into(),
        comment_start: "<#".into(),
        comment_end: "#>".into(),
    }
}

/// Tera lets an undefined name in a condition count as false; here every name must exist,
/// also in branches that are not taken.
fn check_names(tera: &Tera, name: &str, text: &str, scope: &Scope) -> Result<(), EngineError> {
    let used: BTreeSet<&str> =
        tera.get_template_variables(name).map_err(located)?.into_iter().collect();
    for variable in used {
        let is_known = scope.values.contains_key(variable) || scope.records.contains_key(variable);
        if variable != "features" && !is_known {
            return Err(unknown(name, text, "variable", variable));
        }
    }
    let Ok(pattern) = Regex::new(r"\bfeatures\.([A-Za-z_][A-Za-z0-9_]*)") else {
        return Ok(());
    };
    let mentioned = pattern.captures_iter(text).filter_map(|found| found.get(1));
    for feature in mentioned.filter(|found| is_expression(text, found.start())) {
        if !scope.features.contains_key(feature.as_str()) {
            return Err(unknown(name, text, "feature", feature.as_str()));
        }
    }
    Ok(())
}

/// Whether an offset lies between the delimiters of a block or an expression.
fn is_expression(text: &str, offset: usize) -> bool {
    let before = &text[..offset];
    let last = |marks: [&str; 2]| marks.iter().filter_map(|mark| before.rfind(mark)).max();
    last(["<%", "<<"]) > last(["%>", ">>"])
}

fn unknown(file: &str, text: &str, what: &str, name: &str) -> EngineError {
    let word = Regex::new(&format!(r"\b{}\b", regex::escape(name))).ok();
    let offsets = word.iter().flat_map(|word| word.find_iter(text));
    let mut places = offsets.map(|found| found.start());
    let place = places.find(|offset| is_expression(text, *offset)).unwrap_or(0);
    EngineError::Template {
        file: file.to_owned(),
        line: 1 + text[..place].matches('\n').count(),
        message: format!("undefined {what} {name:?}"),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function in map_err")]
fn located(error: tera::Error) -> EngineError {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            EngineError::Template {
                file: report.filename().to_owned(),
                line: report.span().start_line,
                message: lower_first(report.message()),
            }
        }
        _ => EngineError::Plain(lower_first(error.to_string().trim())),
    }
}

fn lower_first(message: &str) -> String {
    let mut characters = message.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().to_string() + characters.as_str())
}

/// A buffer that refuses to grow beyond what is left.
struct Bounded {
    bytes: Vec<u8>,
    left: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if bytes.len() >= self.left {
            self.left = 0;
            return Err(std::io::Error::other("too large"));
        }
        self.left -= bytes.len();
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        Scope {
            values: BTreeMap::from([("name".to_owned(), Value::from("osint"))]),
            features: BTreeMap::from([("database".to_owned(), true)]),
            ..Scope::default()
        }
    }

    fn one(text: &str) -> Result<String, EngineError> {
        render_line("a.py", text, &scope())
    }

    #[test]
    fn own_delimiters_leave_python_and_workflows_alone() {
        let text = "f'{{x}} {y}' ${{ env }} {% raw %} << name >>\n";

        assert_eq!(one(text).unwrap(), "f'{{x}} {y}' ${{ env }} {% raw %} osint\n");
    }

    #[test]
    fn markup_is_not_escaped() {
        let values = BTreeMap::from([("name".to_owned(), Value::from("<&\">"))]);
        let scope = Scope { values, ..Scope::default() };

        assert_eq!(render_line("a.html", "<< name >>", &scope).unwrap(), "<&\">");
    }

    #[test]
    fn an_undefined_name_is_an_error_also_where_it_would_not_be_reached() {
        let cases = [
            ("\n<< nme >>", "a.py:2: undefined variable \"nme\""),
            ("<% if nme %>x<% endif %>", "a.py:1: undefined variable \"nme\""),
            ("x\n\n<% if features.databse %>x<% endif %>", "a.py:3: undefined feature \"databse\""),
            ("<< name.x >>", "a.py:1: "),
        ];

        for (text, expected) in cases {
            let found = one(text).unwrap_err().to_string();
            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn a_syntax_error_names_its_line() {
        let found = one("a\nb\n<% if name %>").unwrap_err().to_string();

        assert!(found.starts_with("a.py:3: "), "{found}");
    }

    #[test]
    fn output_without_end_is_stopped() {
        let text = "<% for a in range(end=90000) %>01234567890123456789<% endfor %>";
        let limits = Limits { output_bytes: 1 << 20, ..Limits::default() };

        let found = render(vec![("a".into(), text.into())], &scope(), limits).unwrap_err();

        assert_eq!(found, EngineError::TooLarge(1 << 20));
    }

    #[test]
    fn a_loop_without_end_is_stopped() {
        let outer = "<% for a in range(end=9000) %><% for b in range(end=90000) %>";
        let text = format!("{outer}<% endfor %><% endfor %>");
        let limits = Limits { time: Duration::from_millis(50), ..Limits::default() };

        let found = render(vec![("a".into(), text)], &scope(), limits).unwrap_err();

        assert_eq!(found, EngineError::TooSlow(limits.time));
    }

    #[test]
    fn a_component_that_calls_itself_is_stopped() {
        let text = "<% component a() %><<< <a/> >>><% endcomponent %>";

        assert!(one(text).is_err());
    }
}
