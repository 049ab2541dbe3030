//! Folders of tests that a command or a setting of pytest names.

use std::collections::BTreeSet;

use super::names::{Names, relative};
use crate::change::RelPath;
use crate::python::{is_test_path, join, parent};

/// Rewrites the folders that a command hands to pytest, where all tests in them move.
pub(super) fn in_command(names: &Names<'_>, text: &str) -> Option<String> {
    let lines = text.split_inclusive('\n').map(|line| {
        let start = line.find("pytest").filter(|_| !line.trim_start().starts_with('#'));
        match start {
            Some(start) => format!("{}{}", &line[..start], words(names, &line[start..])),
            None => line.to_owned(),
        }
    });
    let new: String = lines.collect();
    (new != text).then_some(new)
}

/// Rewrites the folders that pytest's own settings name as those of the tests.
pub(super) fn in_settings(names: &Names<'_>, text: &str) -> Option<String> {
    let (mut is_pytest, mut is_list) = (false, false);
    let lines = text.split_inclusive('\n').map(|line| {
        let trimmed = line.trim();
        if line.starts_with('[') {
            let section = trimmed.trim_matches(['[', ']']);
            is_pytest =
                matches!(section, "pytest" | "tool:pytest") || section.starts_with("tool.pytest");
            is_list = false;
        } else if let Some((key, _)) =
            line.split_once('=').filter(|_| !line.starts_with([' ', '\t', '#']))
        {
            is_list = is_pytest && matches!(key.trim(), "testpaths" | "addopts");
        }
        if is_list { words(names, line) } else { line.to_owned() }
    });
    let new: String = lines.collect();
    (new != text).then_some(new)
}

/// Replaces each word that is such a folder.
fn words(names: &Names<'_>, text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let word = &rest[start..];
        let end = word.find(|letter| !is_part(letter)).unwrap_or(word.len());
        let (word, behind) = word.split_at(end);
        let before = &rest[..start];
        // `--cov=app` names a package.
        let is_value = before.ends_with('=') && output.ends_with(|letter: char| letter != ' ');
        output.push_str(before);
        let new =
            if is_value && !output.ends_with("testpaths=") { None } else { moved(names, word) };
        output.push_str(new.as_deref().unwrap_or(word));
        rest = behind;
    }
    output.push_str(rest);
    output
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/')
}

/// Where the tests below a folder lie afterwards, if all of them move.
fn moved(names: &Names<'_>, word: &str) -> Option<String> {
    let trimmed = word.trim_start_matches("./").trim_end_matches('/');
    if trimmed.is_empty() || trimmed.starts_with(['.', '/', '-']) {
        return None;
    }
    let folder = RelPath::new(join(&names.here, trimmed)).ok()?;
    let root = names.service.root();
    let is_test = |path: &RelPath| {
        let below = path.as_str().strip_prefix(root).unwrap_or(path.as_str());
        path.extension() == "py" && is_test_path(below.trim_start_matches('/'))
    };
    let mut targets = BTreeSet::new();
    for (path, _) in names.tree.below(&folder).filter(|(path, _)| is_test(path)) {
        targets.insert(parent(names.moves.get(path)?.as_str()).to_owned());
    }
    let mut common = targets.first()?.as_str();
    while !targets
        .iter()
        .all(|target| target == common || target.starts_with(&format!("{common}/")))
    {
        common = parent(common);
    }
    let is_below = common.len() > root.len();
    is_below.then(|| relative(&names.here, common))
}
