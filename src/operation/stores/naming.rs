//! What a repository is called, by what the store was called.

/// Words that say how something is kept, not what.
const HOW: [&str; 22] = [
    "all",
    "cache",
    "cached",
    "data",
    "database",
    "db",
    "dict",
    "dictionary",
    "fake",
    "global",
    "in",
    "list",
    "lookup",
    "map",
    "mapping",
    "memory",
    "mock",
    "registry",
    "repo",
    "repository",
    "storage",
    "store",
];

/// The names around one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    /// The port.
    pub(super) port: String,
    /// The class that keeps in memory.
    pub(super) class: String,
    /// The one instance.
    pub(super) instance: String,
    /// What is kept, as words.
    pub(super) kept: String,
}

impl Names {
    /// The names for a store; `kind` is the class of what is kept, for a store that is only called
    /// `db`.
    pub(super) fn of(store: &str, kind: Option<&str>) -> Self {
        let words: Vec<String> =
            store.split('_').filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect();
        let words = words.split(|word| word == "by" || word == "per").next().unwrap_or_default();
        let mut words: Vec<String> =
            words.iter().filter(|word| !HOW.contains(&word.as_str())).cloned().collect();
        if words.is_empty() {
            words = kind.map_or_else(|| vec!["records".to_owned()], |kind| plural(words_of(kind)));
        }
        let kept = words.join(" ");
        if let Some(last) = words.last_mut() {
            *last = singular(last);
        }
        let camel: String = words.iter().map(|word| capitalised(word)).collect();
        Self {
            port: format!("{camel}Repository"),
            class: format!("InMemory{camel}Repository"),
            instance: format!("{}_repository", words.join("_")),
            kept,
        }
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `ScanResult` → `scan`, `result`.
fn words_of(class: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    for letter in class.chars() {
        if words.is_empty() || (letter.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = !letter.is_uppercase();
        if let Some(last) = words.last_mut() {
            last.extend(letter.to_lowercase());
        }
    }
    words
}

fn plural(mut words: Vec<String>) -> Vec<String> {
    if let Some(last) = words.last_mut() {
        *last = match last.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
            _ if last.ends_with(['s', 'x']) => format!("{last}es"),
            _ => format!("{last}s"),
        };
    }
    words
}

fn singular(word: &str) -> String {
    const KEPT: [&str; 4] = ["ss", "us", "is", "news"];
    if KEPT.iter().any(|end| word.ends_with(end)) {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    if let Some(stem) = word.strip_suffix("yses") {
        return format!("{stem}ysis");
    }
    let hissing = ["sses", "xes", "ches", "shes", "uses"];
    if hissing.iter().any(|end| word.ends_with(end)) {
        return word[..word.len() - 2].to_owned();
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(store: &str) -> String {
        Names::of(store, None).port
    }

    #[test]
    fn a_store_names_what_it_keeps() {
        assert_eq!(port("loans_db"), "LoanRepository");
        assert_eq!(port("_tasks_store"), "TaskRepository");
        assert_eq!(port("fake_users_db"), "UserRepository");
        assert_eq!(port("scan_results_by_id"), "ScanResultRepository");
        assert_eq!(port("ANALYSES"), "AnalysisRepository");
        assert_eq!(port("policies"), "PolicyRepository");
        assert_eq!(port("status"), "StatusRepository");
        assert_eq!(port("db"), "RecordRepository");
    }

    #[test]
    fn a_store_without_a_name_of_its_own_is_called_by_what_it_keeps() {
        let names = Names::of("_db", Some("ScanResult"));

        assert_eq!(names.port, "ScanResultRepository");
        assert_eq!(names.instance, "scan_result_repository");
        assert_eq!(names.kept, "scan results");
    }
}
