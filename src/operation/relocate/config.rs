//! Tool configuration that names modules: coverage sources, script entry points, pytest's
//! search path.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::deploy::commands;
use super::names::Names;
use super::tests_named;

#[expect(clippy::expect_used, reason = "the pattern is a constant")]
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(["'])([A-Za-z_][\w./]*?)(\.\*|:[A-Za-z_]\w*)?(["'])"#)
        .expect("a constant pattern")
});

/// Tables whose strings name modules, packages or folders.
const TABLES: [&str; 8] = [
    "[tool.coverage",
    "[tool.mypy",
    "[[tool.mypy",
    "[project.scripts",
    "[tool.isort",
    "[tool.poetry.scripts",
    "[tool.fastapi",
    "[tool.aerich",
];

/// Rewrites one configuration file.
pub(super) fn rewrite(names: &Names<'_>, text: &str) -> Option<String> {
    let with_commands = commands(names, text)?;
    let with_commands = tests_named::in_settings(names, &with_commands).unwrap_or(with_commands);
    let mut output = String::with_capacity(with_commands.len());
    let mut in_table = false;
    for line in with_commands.split_inclusive('\n') {
        if line.trim_start().starts_with('[') {
            in_table = TABLES.iter().any(|table| line.trim_start().starts_with(table));
        }
        if in_table && !line.trim_start().starts_with('[') {
            output.push_str(&quoted(names, line));
        } else {
            output.push_str(line);
        }
    }
    Some(output)
}

fn quoted(names: &Names<'_>, line: &str) -> String {
    let rewritten = QUOTED.replace_all(line, |found: &Captures<'_>| {
        let rest = found.get(3).map(|rest| rest.as_str()).unwrap_or_default();
        let dotted = found[2].trim_end_matches('/').replace('/', ".");
        let new = match rest.strip_prefix(':') {
            Some(name) => names.new_import_string(&dotted, name),
            None if found[2].contains('/') => names.new_name_at_root(&dotted),
            None => names.new_dotted_at_root(&dotted),
        };
        match new {
            Some(new) if found[2].contains('/') => {
                format!("{0}src/{1}{rest}{0}", &found[1], new.replace('.', "/"))
            }
            Some(new) => format!("{0}{new}{rest}{0}", &found[1]),
            None => found[0].to_owned(),
        }
    });
    rewritten.into_owned()
}
