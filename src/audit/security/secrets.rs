//! Secrets in code, and secrets with defaults.

use crate::audit::file::FileFacts;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::Value;

/// Whether a name is that of a secret.
pub(in crate::audit) fn is_secret_name(name: &str) -> bool {
    const ENDS: [&str; 15] = [
        "password",
        "pass",
        "pwd",
        "passwd",
        "secret",
        "secret_key",
        "api_key",
        "apikey",
        "private_key",
        "access_key",
        "auth_token",
        "access_token",
        "jwt_secret",
        "secretkey",
        "encryption_key",
    ];
    let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    let by_end = ENDS.iter().any(|end| {
        name == *end
            || name.ends_with(&format!("_{end}"))
            || name.ends_with(&format!("{end}_default"))
    });
    by_end
        && !["header", "field", "name", "url", "path", "file", "prefix", "param"]
            .iter()
            .any(|word| name.starts_with(&format!("{word}_")))
}

/// Whether a text can be a secret: no name of a field, no placeholder, no path, no prose.
pub(in crate::audit) fn is_secret_value(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let placeholders = [
        "<",
        "${",
        "{{",
        "xxx",
        "your-",
        "your_",
        "...",
        "todo",
        "placeholder",
        "example",
        "redacted",
        "***",
        "none",
        "null",
        "{}",
    ];
    text.len() >= 6
        && !text.contains([' ', '\n', '/'])
        && !placeholders.iter().any(|part| lower.contains(part))
        && !is_word(&lower)
}

/// A word for the thing and not the thing: `api_key`, `password`, `Authorization`.
fn is_word(lower: &str) -> bool {
    matches!(
        lower,
        "password"
            | "secret"
            | "api_key"
            | "apikey"
            | "api-key"
            | "token"
            | "authorization"
            | "bearer"
            | "x-api-key"
            | "access_token"
            | "refresh_token"
            | "private_key"
            | "secret_key"
            | "password_hash"
    )
}

pub(super) fn literal(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for found in &file.outline.assignments {
        let Some(text) = found.value.as_ref().and_then(Value::text) else { continue };
        let in_enum = found.context.class.is_some_and(|class| {
            file.outline.classes.get(class as usize).is_some_and(|class| {
                class.bases.iter().any(|base| base.contains("Enum"))
                    || crate::audit::environment::is_settings_class(class)
            })
        });
        let target = found.target.trim_end_matches("[]");
        if is_secret_name(target)
            && (is_secret_value(text) || signs_with(target, text))
            && !in_enum
            && !found.target.ends_with("[]")
        {
            let message = format!("`{target}` is written in the code");
            sink.add(file.draft(found.start as usize, message).anchored(target));
        }
    }
    for (name, start) in entries(file) {
        sink.add(file.draft(start as usize, format!("`{name}` is written in the code")));
    }
    for call in &file.outline.calls {
        let is_exempt = matches!(
            call.what.name(),
            "Field" | "Header" | "Query" | "Form" | "getenv" | "get" | "APIKeyHeader"
        );
        for (name, value) in &call.what.keywords {
            let Some(text) = value.text() else { continue };
            if !is_exempt && is_secret_name(name) && is_secret_value(text) {
                let message = format!("`{name}` of `{}` is written in the code", call.what.name());
                sink.add(file.draft(call.what.start as usize, message));
            }
        }
    }
}

/// The key that a service itself signs with works, however much its text looks like a placeholder.
fn signs_with(name: &str, text: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let own = ["secret_key", "jwt_secret", "signing_key"].iter().any(|end| name.ends_with(end));
    own && text.to_ascii_lowercase().starts_with("your") && !text.contains(' ')
}

/// Entries of dictionaries that are assigned, returned or passed: the name and where its value is.
fn entries(file: &FileFacts) -> Vec<(String, u32)> {
    let outline = &file.outline;
    let assigned =
        outline.assignments.iter().filter_map(|found| Some((found.value.as_ref()?, found.start)));
    let returned = outline.returns.iter().map(|found| (&found.value, found.start));
    let passed = outline
        .calls
        .iter()
        .flat_map(|call| call.what.keywords.iter().map(move |(_, value)| (value, call.what.start)));
    let mut found = Vec::new();
    for (value, start) in assigned.chain(returned).chain(passed) {
        value.walk(&mut |inner| {
            let Value::Dict(items) = inner else { return };
            for (key, value) in items {
                let (Some(name), Some(text)) = (key.text(), value.text()) else { continue };
                if is_secret_name(name) && is_secret_value(text) {
                    found.push((name.to_owned(), at_entry(file, start, name)));
                }
            }
        });
    }
    found.sort();
    found.dedup();
    found
}

/// Where the key of an entry stands, from the beginning of what holds it.
fn at_entry(file: &FileFacts, start: u32, name: &str) -> u32 {
    let rest = &file.text()[start as usize..];
    let at = rest.find(&format!("\"{name}\"")).or_else(|| rest.find(&format!("'{name}'")));
    start + at.and_then(|at| u32::try_from(at).ok()).unwrap_or_default()
}

/// Environment reads and settings fields of secrets with a literal default, and addresses
/// with a password in them.
pub(super) fn default(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for file in service.code() {
        for function in &file.outline.functions {
            for parameter in &function.parameters {
                let text = parameter.default.as_ref().and_then(Value::text);
                let known = text.is_some_and(|text| text.len() >= 3 && !text.contains([' ', '/']));
                if known && is_secret_name(&parameter.name) {
                    let message = format!(
                        "`{}` of `{}` has a default that everybody can read",
                        parameter.name, function.name
                    );
                    sink.add(file.draft(function.start as usize, message));
                }
            }
        }
    }
    for read in &service.environment {
        let Some(text) = read.default.as_ref().and_then(Value::text) else { continue };
        let by_name = is_secret_name(&read.name)
            && text.len() >= 3
            && !text.contains(['<', ' '])
            && !text.starts_with('/');
        let placeholder = text.to_ascii_lowercase().starts_with("your");
        let by_name = by_name && !placeholder;
        let by_url = password_in_url(text).is_some();
        if by_name || by_url {
            let what = if by_name {
                "has a default that everybody can read"
            } else {
                "has a default with a password in it"
            };
            let file = &service.files[read.file];
            sink.add(file.draft(read.start, format!("`{}` {what}", read.name)));
        }
    }
}

/// The password of a URL, unless it is a placeholder.
pub(in crate::audit) fn password_in_url(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    let is_open = password.contains(['$', '{', '<', '%', '*']) || password.is_empty();
    (!is_open).then_some(password)
}
