//! Paths of routes: what a value says of one, and which requests it answers.

use regex::Regex;

use crate::python::outline::Value;

/// Stands for a part of a path that cannot be read, and fits everything.
pub(super) const HOLE: &str = "{*}";

/// The path that a value says; `known` looks a name up.
pub(super) fn path_of(value: Option<&Value>, known: &dyn Fn(&str) -> Option<String>) -> String {
    match value {
        None | Some(Value::None) => String::new(),
        Some(Value::Str(text)) => text.to_string(),
        Some(Value::Format(text, _)) => text.replace("{}", HOLE),
        Some(Value::Name(name)) => known(name).unwrap_or_else(|| HOLE.to_owned()),
        Some(Value::Binary("+", pair)) => {
            format!("{}{}", path_of(Some(&pair.0), known), path_of(Some(&pair.1), known))
        }
        Some(_) => HOLE.to_owned(),
    }
}

/// Whether a path has a part that cannot be read.
pub(in crate::operation) fn has_hole(path: &str) -> bool {
    path.contains(HOLE)
}

/// Whether a path with parameters and holes answers a request for `path`.
pub(crate) fn fits(pattern: &str, path: &str) -> bool {
    let mut text = String::from("^");
    let mut rest = pattern;
    while let Some((literal, after)) = rest.split_once('{') {
        text.push_str(&regex::escape(literal));
        let Some((parameter, behind)) = after.split_once('}') else { return true };
        text.push_str(match parameter.rsplit_once(':').map_or(parameter, |(_, kind)| kind) {
            "*" | "path" => ".*",
            "int" if parameter.contains(':') => "[0-9]+",
            "float" if parameter.contains(':') => r"[0-9]+(\.[0-9]+)?",
            "uuid" if parameter.contains(':') => "[0-9a-fA-F-]{32,36}",
            _ => "[^/]+",
        });
        rest = behind;
    }
    text.push_str(&regex::escape(rest));
    text.push('$');
    Regex::new(&text).is_ok_and(|pattern| pattern.is_match(path))
}

/// Whether a path belongs to running the service and not to its purpose: its root, health,
/// metrics, documentation.
pub(crate) fn is_operational(path: &str) -> bool {
    const WORDS: [&str; 18] = [
        "live",
        "liveness",
        "livez",
        "ready",
        "readiness",
        "readyz",
        "startup",
        "startupz",
        "heartbeat",
        "metrics",
        "docs",
        "redoc",
        "openapi.json",
        "ping",
        "version",
        "info",
        "status",
        "favicon.ico",
    ];
    let trimmed = path.trim_end_matches('/');
    let mut parts = trimmed.split('/').filter(|part| !part.is_empty());
    let Some(first) = parts.next() else { return true };
    let is_single = parts.next().is_none();
    first.starts_with("health") || (is_single && WORDS.contains(&first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_one_segment_and_a_path_or_a_hole_any_number() {
        assert!(fits("/health/{part}", "/health/live"));
        assert!(!fits("/{part}", "/health/live"));
        assert!(fits("/{rest:path}", "/health/live"));
        assert!(fits("/api{*}", "/api/v1/orders"));
        assert!(!fits("/{number:int}/live", "/health/live"));
        assert!(!fits("/healthy.live", "/healthy-live"));
    }

    #[test]
    fn what_cannot_be_read_of_a_path_fits_everything() {
        let known = |name: &str| (name == "PREFIX").then(|| "/api".to_owned());
        let joined = Value::Binary(
            "+",
            Box::new((Value::Name("PREFIX".into()), Value::Str("/orders".into()))),
        );

        assert_eq!(path_of(Some(&joined), &known), "/api/orders");
        assert_eq!(path_of(Some(&Value::Name("OTHER".into())), &known), HOLE);
        assert!(fits(&path_of(Some(&Value::Other), &known), "/health/live"));
    }

    #[test]
    fn only_what_runs_the_service_is_operational() {
        let operational = ["/", "", "/health", "/health/live", "/healthz", "/metrics", "/status/"];
        let business = ["/orders", "/status/orders", "/api/health", "/infos"];

        assert!(operational.into_iter().all(is_operational));
        assert!(!business.into_iter().any(is_operational));
    }
}
