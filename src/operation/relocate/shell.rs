//! Command lines in scripts, Makefiles, Procfiles and workflows.
//!
//! Such a line runs where the code lies and not in the image, so a program that is started by its
//! new name has to be told where the package is found: `uvicorn` by `--app-dir`, every other by
//! `PYTHONPATH`. A file outside of the service names it by its folder: in `cd FOLDER && …`, by a
//! path, or by a dotted name that begins above it.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::deploy::{commands, regex};
use super::names::Names;
use crate::python::parent;

static UVICORN: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"\buvicorn\s(?:[^\n;&|]*\s)?["']?([A-Za-z_][\w.]*:[A-Za-z_]\w*)(?:[\s)"';}]|$)"#)
});
static PROGRAM: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:^|[\s(;&|@])((?:gunicorn|hypercorn|celery|flower|arq|dramatiq|python[0-9.]*)\s[^\n;&|)]*)",
    )
});
/// Programs that find the package by their own settings, or by the path that they are given.
static TOOL: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?:^|[\s;&|$])(?:fastapi|pytest|coverage|mypy|ruff|black|isort|flake8|pylint)\s")
});
/// A command from its first word on: where it runs, what is set for it, the program.
static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?x)^\s* (?:[$>]\s+)? (?:cd\s+[\w./-]+\s*&&\s*)? (?:\w+=\S*\s+)*
        (?:(?:exec|env|nohup|time|(?:uv|poetry|pdm|hatch|pipenv)\s+run)\s+)?
        (?:uvicorn|gunicorn|hypercorn|celery|flower|arq|dramatiq|python[0-9.]*|fastapi|pytest
            |coverage|mypy|ruff|black|isort|flake8|pylint)\s",
    )
});
static SEARCH_PATH: LazyLock<Regex> = LazyLock::new(|| regex(r#"\bPYTHONPATH=["']?"#));
static CHANGED_FOLDER: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"\b(?:cd|pushd)\s+["']?(?:\$\([^)]*\)/|\$[^/\s"']*/)?([\w./-]+?)/?["']?\s*(?:&&|;)"#)
});
static FOLDER_LINE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"^\s*(?:cd|pushd)\s+["']?(?:\$\([^)]*\)/|\$[^/\s"']*/)?([\w./-]+?)/?["']?\s*(?:(?:\|\||;).*)?$"#,
    )
});
static DOTTED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(python[0-9.]*\s+-m\s+)([A-Za-z_][\w.]*)"));
static SCRIPT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(python[0-9.]*\s+)(?:\./)?([\w./-]+\.py)\b"));

/// Rewrites a file of the service; in a script (`is_script`) a changed folder stays changed in the
/// lines that follow.
pub(super) fn inside(names: &Names<'_>, text: &str, is_script: bool) -> Option<String> {
    let mut shell = Shell::new(names);
    each_line(text, |line| shell.line(line, is_script))
}

/// Commands that follow each other, and the folder of the service in which they run, where that is
/// gone afterwards.
struct Shell<'n, 'a> {
    names: &'n Names<'a>,
    left: Option<Names<'a>>,
}

impl<'n, 'a> Shell<'n, 'a> {
    fn new(names: &'n Names<'a>) -> Self {
        Self { names, left: None }
    }

    /// A line as it has to be afterwards. One that changes to a folder which is gone changes to the
    /// source folder, from which everything is found by its new name.
    fn line(&mut self, line: &str, keeps_folder: bool) -> Option<String> {
        // Who comes back with `popd`, or leaves a condition, cannot be followed.
        let is_plain = keeps_folder && line.starts_with("cd");
        let found = FOLDER_LINE.captures(line.trim_end()).filter(|_| is_plain);
        if let Some(folder) = found.as_ref().and_then(|found| found.get(1)) {
            self.left = left_folder(self.names, folder.as_str());
            return self.left.is_some().then(|| to_source(line, folder.range()));
        }
        if let Some(names) = &self.left {
            return commands(names, line);
        }
        let left = CHANGED_FOLDER.captures_iter(line).find_map(|found| {
            let (whole, folder) = (found.get(0)?, found.get(1)?);
            Some((left_folder(self.names, folder.as_str())?, whole.end(), folder.range()))
        });
        match left {
            Some((inside, end, folder)) => {
                let (before, rest) = line.split_at(end);
                // A subshell ends, or the folder is left again.
                let ends = [")", "cd ", "popd"].iter().filter_map(|word| rest.find(word));
                let (here, behind) = rest.split_at(ends.min().unwrap_or(rest.len()));
                let starts =
                    UVICORN.is_match(here) || PROGRAM.is_match(here) || here.contains("pytest");
                let here = commands(&inside, here).filter(|_| starts)?;
                let behind = started_here(self.names, behind)?;
                Some(format!("{}{here}{behind}", to_source(before, folder)))
            }
            None => started_here(self.names, line),
        }
    }
}

/// Names as they are seen from a folder of the service that is gone afterwards, as all of its code
/// moves.
fn left_folder<'a>(names: &Names<'a>, written: &str) -> Option<Names<'a>> {
    let path = written.trim_start_matches("./").trim_end_matches('/');
    if !names.gets_source {
        return None;
    }
    // From a deeper folder other ways lead back than from the source folder.
    if path.is_empty() || path.starts_with(['/', '.']) || path.contains('/') {
        return None;
    }
    let folder = crate::python::join(names.service.root(), path);
    let modules = names.service.modules().iter().enumerate();
    let mut code = modules
        .filter(|(_, module)| {
            let below = module.path.as_str().strip_prefix(&folder);
            below.is_some_and(|rest| rest.starts_with('/'))
        })
        .peekable();
    code.peek()?;
    code.all(|(index, _)| names.moves_module(index)).then(|| names.seen_from(folder.clone()))
}

fn to_source(line: &str, folder: Range<usize>) -> String {
    let rest = &line[folder.end..];
    format!("{}src{}", &line[..folder.start], rest.strip_prefix('/').unwrap_or(rest))
}

/// A line that is run in the service's folder.
fn started_here(names: &Names<'_>, line: &str) -> Option<String> {
    let new = commands(names, line)?;
    Some(if names.gets_source { reaching(line, &new, "src") } else { new })
}

/// Rewrites a block of code in a page of the service: lines that start a program or change the
/// folder.
pub(super) fn listing(names: &Names<'_>, code: &str) -> Option<String> {
    let mut shell = Shell::new(names);
    each_line(code, |line| {
        if UVICORN.is_match(line) || PROGRAM.is_match(line) || FOLDER_LINE.is_match(line.trim_end())
        {
            return shell.line(line, true);
        }
        let told = TOOL.is_match(line).then(|| commands(names, line)).flatten();
        told.filter(|new| new != line)
    })
}

/// Rewrites code in a sentence of a page, when it is a whole command.
pub(super) fn command(names: &Names<'_>, code: &str) -> Option<String> {
    COMMAND.is_match(code).then(|| Shell::new(names).line(code, false)).flatten()
}

/// Whether a text tells anyone to type something that a move may change.
pub(super) fn tells(text: &str) -> bool {
    UVICORN.is_match(text) || PROGRAM.is_match(text) || TOOL.is_match(text)
}

/// Rewrites the lines of a file outside of the service that start something of it; in a script
/// (`is_script`) a changed folder stays changed in the lines that follow.
pub(super) fn outside(names: &Names<'_>, text: &str, is_script: bool) -> Option<String> {
    let root = names.service.root();
    let name = root.rsplit('/').next().unwrap_or(root);
    if !text.contains(name) {
        return None;
    }
    let mut in_folder = false;
    each_line(text, |line| {
        if is_script && let Some(found) = FOLDER_LINE.captures(line.trim_end()) {
            in_folder = is_folder(root, &found[1]);
            return None;
        }
        if in_folder {
            return started_here(names, line);
        }
        if !line.contains(name) {
            return None;
        }
        let change = CHANGED_FOLDER.captures_iter(line).find(|found| is_folder(root, &found[1]));
        match change.and_then(|found| found.get(0)) {
            Some(change) => {
                let (before, rest) = line.split_at(change.end());
                let end = rest.find(')').unwrap_or(rest.len());
                let new = started_here(names, &rest[..end])?;
                Some(format!("{before}{new}{}", &rest[end..]))
            }
            None => from_above(names, line),
        }
    })
}

/// Whether a path, seen from wherever the file is started, is that of the service.
fn is_folder(root: &str, path: &str) -> bool {
    let path = path.trim_start_matches("./").trim_start_matches("../");
    path == root || (!path.is_empty() && root.ends_with(&format!("/{path}")))
}

/// A line that starts a module by a dotted name or a path that begins above the service.
fn from_above(names: &Names<'_>, line: &str) -> Option<String> {
    if !names.gets_source {
        return None;
    }
    let service = names.service;
    let mut source = None;
    let mut started = |index: Option<usize>, path: &str| {
        let index = index.filter(|index| names.moves_module(*index))?;
        let (folder, name) = (above(names, index, path)?, names.new_name(index)?);
        source = Some(folder);
        Some(name)
    };
    let new = DOTTED.replace_all(line, |found: &regex::Captures<'_>| {
        match started(service.resolve_at_root(&found[2]), &found[2].replace('.', "/")) {
            Some(name) => format!("{}{name}", &found[1]),
            None => found[0].to_owned(),
        }
    });
    let new = SCRIPT.replace_all(&new, |found: &regex::Captures<'_>| {
        let stem = found[2].strip_suffix(".py").unwrap_or(&found[2]);
        let roots = std::iter::successors(Some(service.root()), |folder| {
            (!folder.is_empty()).then(|| parent(folder))
        });
        let mut paths = roots.skip(1).map(|folder| crate::python::join(folder, &found[2]));
        match started(paths.find_map(|path| service.index_of(&path)), stem) {
            Some(name) => format!("{}-m {name}", &found[1]),
            None => found[0].to_owned(),
        }
    });
    Some(reaching(line, &new, &source?))
}

/// The service's source folder as seen from the folder from which a module is called `path`
/// (without ending) today.
fn above(names: &Names<'_>, index: usize, path: &str) -> Option<String> {
    let whole = names.service.modules()[index].path.as_str();
    let stem = whole.strip_suffix("/__init__.py").or_else(|| whole.strip_suffix(".py"))?;
    let start = stem.strip_suffix(path)?;
    let below = names.import_root.strip_prefix(start)?;
    names.service.root().starts_with(start).then(|| below.to_owned())
}

/// A line that was rewritten, with the way to the package.
fn reaching(old: &str, new: &str, source: &str) -> String {
    if old == new {
        return new.to_owned();
    }
    if let Some(path) = SEARCH_PATH.find(new) {
        return format!("{}{source}:{}", &new[..path.end()], &new[path.end()..]);
    }
    let mut text = new.to_owned();
    for found in UVICORN.captures_iter(new).collect::<Vec<_>>().into_iter().rev() {
        let Some(app) = found.get(1) else { continue };
        if !old.contains(app.as_str()) && !new.contains("--app-dir") {
            // A name in quotes of its own ends behind them.
            let before = text[..app.start()].chars().next_back();
            let quote = before.filter(|letter| matches!(letter, '"' | '\''));
            let is_quoted = quote.is_some_and(|quote| text[app.end()..].starts_with(quote));
            let end = app.end() + usize::from(is_quoted);
            text.insert_str(end, &format!(" --app-dir {source}"));
        }
    }
    let programs: Vec<Range<usize>> = PROGRAM
        .captures_iter(&text)
        .filter_map(|found| found.get(1))
        .filter(|program| !old.contains(program.as_str().trim_end()))
        .map(|program| program.range())
        .collect();
    for program in programs.into_iter().rev() {
        let starts_by_name =
            text[program.clone()].contains(" -m ") || !text[program.clone()].starts_with("python");
        let tools = ["uvicorn ", " -m pytest", " -m pip", " -m coverage", " -m mypy", " -m ruff"];
        if starts_by_name && !tools.iter().any(|tool| text[program.clone()].contains(tool)) {
            text.insert_str(program.start, &format!("env PYTHONPATH={source} "));
        }
    }
    text
}

/// Applies `new` to every line; one that ends in a backslash goes on in the next.
fn each_line(text: &str, mut new: impl FnMut(&str) -> Option<String>) -> Option<String> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = 0;
        loop {
            let line = rest[end..].find('\n').map_or(rest.len(), |at| end + at + 1);
            let is_open = rest[end..line].trim_end_matches(['\r', '\n']).ends_with('\\');
            end = line;
            if !is_open || end == rest.len() {
                break;
            }
        }
        let (line, after) = rest.split_at(end);
        match new(line) {
            Some(changed) => result.push_str(&changed),
            None => result.push_str(line),
        }
        rest = after;
    }
    (result != text).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_program_is_told_where_the_package_is() {
        let cases = [
            ("uvicorn main:app --reload\n", "uvicorn shop.main:app --reload\n"),
            ("exec gunicorn -w 2 main:app", "exec gunicorn -w 2 shop.main:app"),
            ("(cd x && python -m main)", "(cd x && python -m shop.main)"),
            ("PYTHONPATH=. python -m main", "PYTHONPATH=. python -m shop.main"),
            ("uvicorn \"main:app\" --reload", "uvicorn \"shop.main:app\" --reload"),
            ("sh -c \"uvicorn main:app\"", "sh -c \"uvicorn shop.main:app\""),
            ("\t@python -m main", "\t@python -m shop.main"),
            ("python -m pytest --cov main", "python -m pytest --cov shop.main"),
            ("CMD: [\"uvicorn\", \"main:app\"]", "CMD: [\"uvicorn\", \"shop.main:app\"]"),
        ];

        let found: Vec<_> = cases.iter().map(|(old, new)| reaching(old, new, "src")).collect();

        assert_eq!(
            found,
            [
                "uvicorn shop.main:app --app-dir src --reload\n",
                "exec env PYTHONPATH=src gunicorn -w 2 shop.main:app",
                "(cd x && env PYTHONPATH=src python -m shop.main)",
                "PYTHONPATH=src:. python -m shop.main",
                "uvicorn \"shop.main:app\" --app-dir src --reload",
                "sh -c \"uvicorn shop.main:app --app-dir src\"",
                "\t@env PYTHONPATH=src python -m shop.main",
                "python -m pytest --cov shop.main",
                "CMD: [\"uvicorn\", \"shop.main:app\"]",
            ]
        );
    }

    #[test]
    fn a_line_goes_on_behind_a_backslash() {
        let mut lines = Vec::new();
        each_line("a \\\n b\nc", |line| {
            lines.push(line.to_owned());
            None
        });

        assert_eq!(lines, ["a \\\n b\n", "c"]);
    }

    #[test]
    fn a_line_that_only_changes_the_folder_names_it() {
        let folder = |line: &str| FOLDER_LINE.captures(line).map(|found| found[1].to_owned());

        assert_eq!(folder("cd services/shop"), Some("services/shop".to_owned()));
        assert_eq!(folder("cd services/shop || exit 1"), Some("services/shop".to_owned()));
        assert_eq!(folder("cd \"$ROOT/services/shop\""), Some("services/shop".to_owned()));
        assert_eq!(folder("cd ../.."), Some("../..".to_owned()));
        assert_eq!(folder("cd services/shop && uvicorn main:app"), None);
        assert_eq!(folder("uvicorn main:app"), None);
    }

    #[test]
    fn the_service_is_known_by_the_end_of_its_path() {
        assert!(is_folder("backend/services/shop", "services/shop"));
        assert!(is_folder("backend/services/shop", "../services/shop"));
        assert!(!is_folder("backend/services/shop", "op"));
    }
}
