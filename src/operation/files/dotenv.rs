//! One variable of an env file.

use super::EnvEdit;
use crate::operation::text::LineEnding;

/// The text with the variable set or removed; every line that sets it is changed.
pub(super) fn edit(text: &str, edit: &EnvEdit) -> String {
    let sets = |line: &str| {
        let line = line.trim_start().strip_prefix("export ").unwrap_or(line.trim_start());
        line.split_once('=').is_some_and(|(name, _)| name.trim() == edit.name)
    };
    let is_there = text.lines().any(sets);
    if !edit.only.allows(is_there) {
        return text.to_owned();
    }
    let newline = LineEnding::of(text).as_str();
    let mut result = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match (&edit.value, sets(line)) {
            (_, false) => result.push_str(line),
            (None, true) => {}
            (Some(value), true) => {
                let body = line.trim_end_matches(['\r', '\n']);
                let (name, _) = body.split_once('=').unwrap_or((body, ""));
                result.push_str(&format!("{name}={value}{}", &line[body.len()..]));
            }
        }
    }
    if let (Some(value), false) = (&edit.value, is_there) {
        if !result.is_empty() && !result.ends_with('\n') {
            result.push_str(newline);
        }
        result.push_str(&format!("{}={value}{newline}", edit.name));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::super::Only;
    use super::*;
    use crate::change::RelPath;

    fn set(name: &str, value: Option<&str>, only: Only) -> EnvEdit {
        let (file, name) = (RelPath::new(".env").unwrap(), name.to_owned());
        EnvEdit { file, name, value: value.map(str::to_owned), only }
    }

    #[test]
    fn a_variable_with_a_longer_name_is_another_one() {
        assert_eq!(edit("PORTS=1\n", &set("PORT", None, Only::Always)), "PORTS=1\n");
        assert_eq!(edit("# PORT=1\n", &set("PORT", Some("2"), Only::Present)), "# PORT=1\n");
    }

    #[test]
    fn a_variable_is_changed_added_and_removed() {
        let text = "A=1\r\nexport PORT=8000\r\n";

        assert_eq!(edit(text, &set("PORT", Some("1"), Only::Always)), "A=1\r\nexport PORT=1\r\n");
        assert_eq!(edit("A=1", &set("B", Some("x"), Only::Missing)), "A=1\nB=x\n");
        assert_eq!(edit(text, &set("A", None, Only::Always)), "export PORT=8000\r\n");
    }
}
