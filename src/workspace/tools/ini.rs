//! Settings of tools in INI files.

use super::{Naming, Setting, Value, naming};
use crate::workspace::ini::{self, Section};

/// The settings of a file by its name.
pub(super) fn settings(file: &str, text: &str) -> Vec<Setting> {
    let mut found = Vec::new();
    for section in ini::sections(text) {
        found.extend(modules_of_head(&section));
        let Some(tool) = tool(file, section.name) else { continue };
        for own in &section.settings {
            found.extend(naming(tool, own.key).map(|naming| read(tool, own, naming)));
        }
    }
    found
}

/// The modules that mypy names in the head of a section.
fn modules_of_head(section: &Section<'_>) -> Option<Setting> {
    let modules = section.name.strip_prefix("mypy-")?;
    let start = section.start + section.name.len() - modules.len();
    Some(Setting {
        key: "mypy.overrides".to_owned(),
        naming: Naming::Modules,
        values: words(start, modules, |letter| letter == ',').collect(),
        separator: Some(",".to_owned()),
        may_be_list: false,
    })
}

/// The tool that a section sets up.
fn tool<'t>(file: &str, section: &'t str) -> Option<&'t str> {
    let is_coverage = file == ".coveragerc";
    Some(match section {
        "run" if is_coverage => "coverage.run",
        "report" if is_coverage => "coverage.report",
        "coverage:run" => "coverage.run",
        "coverage:report" => "coverage.report",
        "tool:pytest" => "pytest",
        "settings" if file == ".isort.cfg" => "isort",
        "pytest" | "mypy" | "flake8" | "isort" | "importlinter" | "bandit" => section,
        _ if section.starts_with("importlinter:contract") => "importlinter.contracts",
        _ => return None,
    })
}

fn read(tool: &str, own: &ini::Setting<'_>, naming: Naming) -> Setting {
    let is_by_line = naming == Naming::Warnings;
    let separates = |letter: char| {
        letter == '\n' || !is_by_line && (letter.is_whitespace() || ",|()".contains(letter))
    };
    let values = own.lines.iter().flat_map(|(start, line)| words(*start, line, separates));
    let values: Vec<Value> = values.collect();
    let indent = own.lines.get(1).map(|(_, line)| &line[..line.len() - line.trim_start().len()]);
    let has_commas = own.lines.iter().any(|(_, line)| line.contains(','));
    let separator = match indent {
        Some(indent) if has_commas && !is_by_line => format!(",\n{indent}"),
        Some(indent) => format!("\n{indent}"),
        None if is_by_line || tool.starts_with("importlinter") => "\n    ".to_owned(),
        None => ", ".to_owned(),
    };
    let (key, separator) = (format!("{tool}.{}", own.key), Some(separator));
    Setting { key, naming, values, separator, may_be_list: false }
}

/// The parts of a text between separators, without white space around them.
fn words<'t>(
    start: usize,
    text: &'t str,
    separates: impl Fn(char) -> bool + Copy + 't,
) -> impl Iterator<Item = Value> + 't {
    let mut at = start;
    text.split_inclusive(separates).filter_map(move |part| {
        let from = at + (part.len() - part.trim_start().len());
        at += part.len();
        let word = part.trim_end_matches(separates).trim();
        (!word.is_empty()).then(|| Value {
            text: word.to_owned(),
            range: from..from + word.len(),
            quote: "",
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str, text: &str) -> Vec<(String, Vec<String>)> {
        let found = settings(file, text).into_iter();
        found
            .map(|setting| {
                let shown = setting.values.iter().map(|value| {
                    assert_eq!(&text[value.range.clone()], value.text);
                    value.text.clone()
                });
                (setting.key, shown.collect())
            })
            .collect()
    }

    #[test]
    fn values_are_read_from_lines_and_lists() {
        let text = "[mypy]\nfiles = main.py, core\n[mypy-core.*,util]\nstrict = true\n\n\
            [coverage:run]\nomit =\n    # why\n    a/*.py\n    b.py\nsource=x\n[other]\nfiles = y\n";

        let found = read("setup.cfg", text);

        let expected = [
            ("mypy.files", vec!["main.py", "core"]),
            ("mypy.overrides", vec!["core.*", "util"]),
            ("coverage.run.omit", vec!["a/*.py", "b.py"]),
            ("coverage.run.source", vec!["x"]),
        ];
        let expected = expected.map(|(key, values)| {
            (key.to_owned(), values.into_iter().map(str::to_owned).collect::<Vec<_>>())
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn a_filter_of_warnings_is_one_value() {
        let text = "[pytest]\nfilterwarnings =\n    error\n    ignore:a, b:core.Old\n";

        let found = read("pytest.ini", text);

        assert_eq!(
            found,
            [(
                "pytest.filterwarnings".to_owned(),
                vec!["error".to_owned(), "ignore:a, b:core.Old".to_owned()]
            )]
        );
    }
}
