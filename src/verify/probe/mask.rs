//! Taking out of an answer what differs from run to run by its nature: times, random identities,
//! addresses, measurements, the folder in which the probe ran.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

/// What a masked number is replaced by.
const MEASURED: &str = "<measured>";

/// Seconds since 1970 between 2017 and 2039: what a timestamp of today looks like.
const EPOCH: std::ops::Range<f64> = 1.5e9..2.2e9;

/// Texts by what they look like, in this order.
static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let patterns = [
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([.,]\d+)?(Z|[+-]\d\d:?\d\d)?", "<time>"),
        (r"\b\d{8}[_T-]?\d{6}\b", "<time>"),
        (r"\b\d{4}-\d\d-\d\d\b", "<date>"),
        (r"\b\d\d:\d\d:\d\d(\.\d+)?\b", "<time>"),
        (r"\b[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b", "<uuid>"),
        (r"\b0x[0-9a-f]{6,}\b", "<address>"),
        (r"\b[0-9a-f]{16,128}\b", "<hex>"),
        (r"\b1[5-9]\d{8}(\.\d+)?\b", "<epoch>"),
    ];
    let compiled = patterns
        .into_iter()
        .filter_map(|(pattern, mask)| Regex::new(pattern).ok().map(|regex| (regex, mask)));
    compiled.collect()
});

/// Keys whose numbers are measurements of this run or of this machine.
static MEASUREMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "time|timestamp|uptime|elapsed|duration|latency|date|pid|ts|epoch|seconds?|secs?|ms|\
        hostname|cpu|mem|memory|disk|load|swap|rss";
    Regex::new(&format!("(?i:(^|_)({words})($|_)|_at$)|[a-z](Time|At|Ms)$")).ok()
});

/// Masks texts, given the folders that stand for the service and its surroundings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mask {
    folders: Vec<(String, &'static str)>,
}

impl Mask {
    /// Replaces these folders by their names, the first match first.
    pub(crate) fn new(folders: Vec<(String, &'static str)>) -> Self {
        Self { folders }
    }

    /// The text with everything that differs from run to run replaced; of a traceback what was
    /// raised is left, as where the code stands is what a migration changes.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut text = self.folders(raised(text));
        for (pattern, mask) in PATTERNS.iter() {
            if pattern.is_match(&text) {
                text = pattern.replace_all(&text, *mask).into_owned();
            }
        }
        text
    }

    /// The text with the folders replaced and nothing else.
    pub(crate) fn folders(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (folder, name) in &self.folders {
            text = text.replace(folder.as_str(), name);
        }
        text
    }

    /// The value with everything that differs from run to run replaced.
    pub(crate) fn value(&self, value: &Value) -> Value {
        self.keyed("", value)
    }

    /// The value with the folders in its texts replaced and nothing else: for documents, in which
    /// dates and identities are examples that somebody wrote.
    pub(crate) fn document(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.folders(text)),
            Value::Array(values) => values.iter().map(|inner| self.document(inner)).collect(),
            Value::Object(fields) => {
                let pairs = fields.iter();
                pairs.map(|(key, inner)| (key.clone(), self.document(inner))).collect()
            }
            other => other.clone(),
        }
    }

    fn keyed(&self, key: &str, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Number(number) => {
                let seconds = number.as_f64().is_some_and(|found| EPOCH.contains(&found));
                if seconds || is_measurement(key) { Value::from(MEASURED) } else { value.clone() }
            }
            Value::Array(values) => values.iter().map(|inner| self.keyed(key, inner)).collect(),
            Value::Object(fields) => Value::Object(self.fields(fields)),
            other => other.clone(),
        }
    }

    fn fields(&self, fields: &Map<String, Value>) -> Map<String, Value> {
        let pairs = fields.iter();
        pairs.map(|(key, inner)| (self.text(key), self.keyed(key, inner))).collect()
    }
}

/// The last line of a text that is a traceback of Python.
fn raised(text: &str) -> &str {
    let is_traceback = text.trim_start().starts_with("Traceback (most recent call last):");
    let last = text.trim_end().rsplit('\n').find(|line| !line.trim().is_empty());
    last.filter(|_| is_traceback).unwrap_or(text)
}

fn is_measurement(key: &str) -> bool {
    !key.is_empty() && MEASUREMENT.as_ref().is_some_and(|pattern| pattern.is_match(key))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(PATTERNS.len(), 8);
        assert!(MEASUREMENT.is_some());
    }

    #[test]
    fn times_identities_and_folders_are_masked_and_words_are_not() {
        let mask = Mask::new(vec![("/tmp/x/svc".into(), "<service>")]);

        let text = mask.text(
            "at 2026-01-02T03:04:05.678Z in /tmp/x/svc/data: \
             6f1c1b1e-7d3c-4a86-9b0f-0c7d8a1b2c3d, 0x7f00deadbeef, 42 items, 1760000000",
        );

        assert_eq!(text, "at <time> in <service>/data: <uuid>, <address>, 42 items, <epoch>");
    }

    #[test]
    fn numbers_are_masked_by_their_key_and_by_looking_like_a_time() {
        let mask = Mask::default();

        let value = mask.value(&json!({
            "uptime_seconds": 3, "count": 3, "load": [0.1, 0.2], "since": 1_760_000_000, "loaded": 2,
            "items": [1, 2], "elapsedMs": 4, "flat": 5
        }));

        assert_eq!(
            value,
            json!({
                "uptime_seconds": MEASURED, "count": 3, "load": [MEASURED, MEASURED],
                "since": MEASURED, "loaded": 2, "items": [1, 2], "elapsedMs": MEASURED, "flat": 5
            })
        );
    }

    #[test]
    fn of_a_traceback_only_what_was_raised_counts() {
        let text =
            "Traceback (most recent call last):\n  File \"main.py\", line 3, in x\nKeyError: 'a'\n";

        assert_eq!(Mask::default().text(text), "KeyError: 'a'");
        assert_eq!(Mask::default().text("a Traceback\nb"), "a Traceback\nb");
    }

    #[test]
    fn an_example_date_in_a_document_stays() {
        let mask = Mask::default();
        let document = json!({"example": "2026-01-02"});

        assert_eq!(mask.document(&document), document);
    }
}
