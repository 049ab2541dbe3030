//! How tools write versions, and how a file says that it follows another one.

/// What stands at the head of a requirement file that follows `pyproject.toml`.
pub(crate) const DERIVED: &str = "# Derived from pyproject.toml";

/// A package's name as indexes compare it.
pub(crate) fn normal(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

/// Poetry's `^1.2` and `~1.2` as PEP 440 bounds; `None` for any version.
pub(crate) fn specifier(version: &str) -> Option<String> {
    let bounds: Option<Vec<String>> = version
        .split(',')
        .map(str::trim)
        .filter(|bound| !bound.is_empty() && *bound != "*")
        .map(bound)
        .collect();
    bounds.filter(|bounds| !bounds.is_empty()).map(|bounds| bounds.join(","))
}

fn bound(text: &str) -> Option<String> {
    if let Some(version) = text.strip_prefix('^') {
        return Some(format!(">={version},<{}", next(version, caret_position(version))?));
    }
    match text.strip_prefix('~') {
        Some(version) if !version.starts_with('=') => {
            let position = version.split('.').count().saturating_sub(1).min(1);
            Some(format!(">={version},<{}", next(version, position)?))
        }
        _ if text.starts_with(|first: char| first.is_ascii_digit()) => Some(format!("=={text}")),
        _ => Some(text.to_owned()),
    }
}

/// The first number that is not zero: `^0.3` allows `0.3.x` only.
fn caret_position(version: &str) -> usize {
    let numbers = version.split('.');
    let first = numbers.clone().position(|number| number != "0");
    first.unwrap_or(numbers.count().saturating_sub(1))
}

/// The version with the number at `position` raised by one and nothing behind it.
fn next(version: &str, position: usize) -> Option<String> {
    let numbers: Vec<&str> = version.split('.').collect();
    let digits = numbers.get(position)?.chars().take_while(char::is_ascii_digit);
    let raised = digits.collect::<String>().parse::<u64>().ok()? + 1;
    let kept = numbers[..position].iter().map(ToString::to_string);
    Some(kept.chain([raised.to_string()]).collect::<Vec<_>>().join("."))
}
