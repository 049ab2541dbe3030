//! The `.env.example` of a service: every variable of its settings, none of its secrets.

use super::reads::Variable;
use crate::operation::text::LineEnding;

/// How the file begins when there is none.
const HEAD: &str =
    "# Copy to .env and uncomment what should differ from the default that is shown.\n";
/// The ends of names whose values are nobody's business.
const SECRETS: [&str; 8] =
    ["PASSWORD", "PASSWD", "PASS", "SECRET", "TOKEN", "KEY", "CREDENTIALS", "DSN"];

/// The text with a line for each variable that it does not name yet.
pub(super) fn extended(known: Option<&str>, variables: &[Variable]) -> Option<String> {
    let names: Vec<&str> = known.unwrap_or_default().lines().filter_map(name_of).collect();
    let missing: Vec<&Variable> =
        variables.iter().filter(|one| !names.contains(&one.name.as_str())).collect();
    if missing.is_empty() {
        return None;
    }
    let mut text = known.unwrap_or(HEAD).to_owned();
    let newline = LineEnding::of(&text).as_str();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(newline);
    }
    if !text.is_empty() {
        text.push_str(newline);
    }
    for variable in missing {
        text.push_str(&format!("# {}={}{newline}", variable.name, shown(variable)));
    }
    Some(text)
}

/// The text in which these variables are no remarks any more: they have to be set.
pub(super) fn required(text: &str, names: &[&str]) -> String {
    let line = |line: &str| match name_of(line) {
        Some(name) if names.contains(&name) && line.trim_start().starts_with('#') => {
            line.trim_start().trim_start_matches('#').trim_start().to_owned()
        }
        _ => line.to_owned(),
    };
    text.split_inclusive('\n').map(line).collect()
}

/// The variable that a line sets, or shows as a remark.
fn name_of(line: &str) -> Option<&str> {
    let line = line.trim_start().trim_start_matches('#').trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line);
    line.split_once('=').map(|(name, _)| name.trim())
}

fn shown(variable: &Variable) -> String {
    let value = variable.plain.as_str();
    if is_secret(&variable.name) || holds_password(value) {
        return String::new();
    }
    let is_plain =
        !value.contains(['#', '"', '\'', '\\', '\n', '\r', '$']) && value.trim() == value;
    if is_plain {
        return value.to_owned();
    }
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    SECRETS.iter().any(|word| name == *word || name.ends_with(&format!("_{word}")))
}

/// `scheme://user:password@host`.
fn holds_password(value: &str) -> bool {
    let rest = value.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
    let owner = rest.split('/').next().and_then(|place| place.rsplit_once('@'));
    owner.is_some_and(|(user, _)| user.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::settings::reads::Kind;

    fn variable(name: &str, plain: &str) -> Variable {
        let (name, plain) = (name.to_owned(), plain.to_owned());
        let field = name.to_ascii_lowercase();
        Variable { name, field, default: String::new(), kind: Kind::Text, plain }
    }

    #[test]
    fn secrets_are_empty_and_what_is_named_is_not_named_again() {
        let variables = [
            variable("A", "1"),
            variable("API_KEY", "changeme"),
            variable("DATABASE_URL", "postgresql://me:pw@db/x"),
            variable("BANNER", "a # b"),
        ];

        let text = extended(Some("# A=2\r\n"), &variables).unwrap();

        assert_eq!(text, "# A=2\r\n\r\n# API_KEY=\r\n# DATABASE_URL=\r\n# BANNER=\"a # b\"\r\n");
        assert_eq!(extended(Some(&text), &variables), None);
    }
}
