//! What tools are told of the code follows: their settings, and the folders that a command hands to
//! them. One name becomes several where code is taken apart.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use globset::Glob;
use regex::Regex;

use super::Note;
use super::deploy::regex;
use super::names::{Names, relative};
use crate::change::{Edit, RelPath, apply_edits};
use crate::python::{join, parent};
use crate::workspace::tools::{Naming, Setting, is_tool_file, settings};

/// Programs that are told which files and folders to read.
static PROGRAM: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?:^|[\s"'/@(;&|])(?:ruff|mypy|dmypy|black|isort|flake8|pylint|bandit|pyright|basedpyright|vulture|radon|xenon|interrogate|pydocstyle|pycodestyle|pyflakes|autoflake|docformatter|pyupgrade|ty)\s"#,
    )
});

/// How many names take the place of one before the package is named instead.
const MANY: usize = 4;

/// Rewrites the settings in a file of the service, or of a folder around it.
pub(super) fn rewrite(names: &Names<'_>, path: &RelPath, text: &str) -> Option<String> {
    if !is_tool_file(path.name()) {
        return None;
    }
    let here = parent(path.as_str());
    let seen = names.seen_from(here.to_owned());
    // From outside, a dotted name may begin anywhere.
    let is_outside = here.len() < names.service.root().len();
    let is_path = |setting: &Setting| matches!(setting.naming, Naming::Paths | Naming::Patterns);
    let counts = |setting: &Setting| !is_outside || is_path(setting);
    let found = settings(path.name(), text).into_iter().filter(counts);
    let edits: Vec<Edit> = found.flat_map(|setting| edits(&seen, &setting, text)).collect();
    let new = apply_edits(text, &edits).ok()?;
    (new != text).then_some(new)
}

fn edits(names: &Names<'_>, setting: &Setting, text: &str) -> Vec<Edit> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut edits = Vec::new();
    for (at, value) in setting.values.iter().enumerate() {
        let Some(all) = replacements(names, setting, &value.text) else {
            known.insert(value.text.clone());
            continue;
        };
        let mut new: Vec<String> =
            all.iter().filter(|name| known.insert((*name).clone())).cloned().collect();
        if new.len() > 1 && setting.key.ends_with(".layers") {
            // They may import each other as they did inside of the one.
            new = vec![new.join(" : ")];
        }
        if new.len() > 1 && setting.may_be_list {
            let quoted: Vec<String> =
                new.iter().map(|name| format!("{0}{name}{0}", value.quote)).collect();
            edits.push(Edit::replace(value.range.clone(), format!("[{}]", quoted.join(", "))));
            continue;
        }
        if new.len() > 1 && setting.separator.is_none() {
            new = vec![one_of_all(names, setting, &new)];
        }
        if new.is_empty() {
            // Said already: it goes with what separates it from the one above, unless that is more.
            let above = at.checked_sub(1).map(|above| setting.values[above].range.end);
            let gap = above.filter(|end| !text[*end..value.range.start].contains('#'));
            if let Some(start) = gap {
                edits.push(Edit::delete(start..value.range.end));
                continue;
            }
            new = all;
        }
        // A key in TOML needs quotes, unless it is a plain word.
        let is_bare = |name: &str| name.chars().all(|it| it.is_alphanumeric() || "_-".contains(it));
        let is_key = setting.separator.is_none() && value.quote.is_empty();
        let quoted = new.iter().map(|name| match value.quote {
            "" if is_key && !is_bare(name) => format!("\"{name}\""),
            quote => format!("{quote}{name}{quote}"),
        });
        let separator = setting.separator.as_deref().unwrap_or_default();
        edits.push(Edit::replace(value.range.clone(), quoted.collect::<Vec<_>>().join(separator)));
    }
    edits
}

/// A value that stands for several where only one can stand.
fn one_of_all(names: &Names<'_>, setting: &Setting, several: &[String]) -> String {
    match setting.naming {
        Naming::Paths | Naming::Patterns => format!("{{{}}}", several.join(",")),
        _ => names.package.clone(),
    }
}

/// What a value becomes; none where it stays.
fn replacements(names: &Names<'_>, setting: &Setting, value: &str) -> Option<Vec<String>> {
    match setting.naming {
        Naming::Modules if value.contains("->") => {
            let sides = value.split("->").map(str::trim);
            let new = sides.map(|side| match replaced_module(names, side)?.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            });
            let new: Option<Vec<String>> = new.collect();
            Some(vec![new?.join(" -> ")])
        }
        Naming::Modules if value.contains(['|', ':']) => {
            siblings(names, value).map(|new| vec![new])
        }
        // For mypy a package is its `__init__.py`, unless `.*` follows.
        Naming::Modules if setting.key == "mypy.overrides" && !value.ends_with('*') => {
            homes(names, names.service.resolve_in(&names.here, value)?)
        }
        Naming::Modules => replaced_module(names, value),
        Naming::Packages => {
            let first = value.split('.').next().unwrap_or(value);
            replaced_module(names, first).map(|_| vec![names.package.clone()])
        }
        // Without a folder it is a name that any file can have.
        Naming::Patterns if !value.trim_end_matches('/').contains('/') => None,
        Naming::Paths | Naming::Patterns => replaced_path(names, value),
        Naming::ModulesOrPaths if value.contains('/') => replaced_path(names, value),
        Naming::ModulesOrPaths => {
            replaced_module(names, value).or_else(|| replaced_path(names, value))
        }
        Naming::Warnings => replaced_filter(names, value).map(|new| vec![new]),
    }
}

/// Layers of one height, `a | b` or `a : b`.
fn siblings(names: &Names<'_>, value: &str) -> Option<String> {
    let sign = if value.contains('|') { " | " } else { " : " };
    let parts = value.split(['|', ':']).map(str::trim);
    let all = parts.map(|part| replaced_module(names, part).unwrap_or_else(|| vec![part.into()]));
    let new = all.flatten().collect::<Vec<_>>().join(sign);
    (new != value).then_some(new)
}

/// What a dotted name becomes: of a module, of all of a package, or of a name in a module.
fn replaced_module(names: &Names<'_>, written: &str) -> Option<Vec<String>> {
    let dotted = written.trim_end_matches('*').trim_end_matches('.');
    let tail = &written[dotted.len()..];
    let folder = join(&names.here, &dotted.replace('.', "/"));
    if let Some(spread) = names.spread(&folder) {
        let new = spread.iter().map(|path| {
            if path.extension() == "py" {
                return names.dotted(path);
            }
            Some(format!("{}{tail}", names.package_of(path.as_str())?))
        });
        return new.collect();
    }
    if let Some(module) = names.service.resolve_in(&names.here, dotted) {
        return homes(names, module);
    }
    let new = names.new_dotted_at_root(dotted)?;
    Some(vec![format!("{new}{tail}")])
}

/// The dotted names of what becomes of a module, where it moves or is taken apart.
fn homes(names: &Names<'_>, module: usize) -> Option<Vec<String>> {
    let found: Vec<String> = names.homes(module).filter_map(|path| names.dotted(path)).collect();
    let stays = !names.moves_module(module) && found.len() < 2;
    (!stays).then_some(found)
}

/// What a path becomes, with the glob behind it.
fn replaced_path(names: &Names<'_>, written: &str) -> Option<Vec<String>> {
    let plain = written.trim_start_matches("./");
    let is_glob = |part: &&str| part.contains(['*', '?', '[', '{']);
    let head: Vec<&str> = plain.split('/').take_while(|part| !is_glob(part)).collect();
    let head = head.join("/");
    let tail = plain[head.len()..].to_owned();
    let path = join(&names.here, head.trim_end_matches('/'));
    if head.is_empty() || head.starts_with(['.', '/']) {
        return None;
    }
    let shown = |path: &str| relative(&names.here, path);
    if let Some(module) = names.service.index_of(&path) {
        let found: Vec<String> = names.homes(module).map(|path| shown(path.as_str())).collect();
        let stays = !names.moves_module(module) && found.len() < 2;
        return (!stays).then_some(found);
    }
    let reaches_all = matches!(tail.as_str(), "/*" | "/**" | "/**/*" | "/*.py" | "/**/*.py");
    let is_whole = tail.is_empty() || tail == "/";
    if !is_whole
        && !reaches_all
        && let Some(files) = matched_files(names, &join(&names.here, plain))
    {
        return Some(files.iter().map(|path| shown(path)).collect());
    }
    let new = names.spread(&path)?.into_iter().filter_map(|path| {
        let new = shown(path.as_str());
        if path.extension() == "py" {
            return (is_whole || reaches_all).then_some(new);
        }
        Some(format!("{new}{tail}"))
    });
    Some(new.collect::<Vec<_>>()).filter(|new| !new.is_empty())
}

/// Where the files lie that a glob names, when it names some and none of them is still there; tests
/// have their own ways.
fn matched_files(names: &Names<'_>, glob: &str) -> Option<Vec<String>> {
    let glob = Glob::new(glob).ok()?.compile_matcher();
    let modules = names.service.modules().iter().enumerate();
    let matched: Vec<usize> = modules
        .filter(|(_, module)| !module.is_test && glob.is_match(module.path.as_str()))
        .map(|(index, _)| index)
        .collect();
    let moves = |index: &usize| names.moves_module(*index);
    if matched.is_empty() || !matched.iter().all(moves) {
        return None;
    }
    let homes = matched.iter().flat_map(|index| names.homes(*index));
    let homes: BTreeSet<String> = homes.map(|path| path.as_str().to_owned()).collect();
    Some(homes.into_iter().collect())
}

/// `action:message:category:module:line`, with the category's class and the module by their new
/// names.
pub(super) fn replaced_filter(names: &Names<'_>, written: &str) -> Option<String> {
    let mut fields: Vec<String> = written.split(':').map(str::to_owned).collect();
    let mut is_new = false;
    for (at, field) in fields.iter_mut().enumerate().skip(2).take(2) {
        // The module is a regular expression.
        let plain = field.replace("\\.", ".");
        let new = match at {
            2 => names.new_dotted_at_root(&plain),
            _ => replaced_module(names, &plain).and_then(|mut new| new.pop()),
        };
        if let Some(new) = new {
            *field = if *field == plain { new } else { new.replace('.', "\\.") };
            is_new = true;
        }
    }
    is_new.then(|| fields.join(":"))
}

/// Lists patterns of pre-commit that reached files of the service and do not reach them where they
/// lie now: what such a pattern should say is for people.
pub(super) fn patterns(names: &Names<'_>, path: &RelPath, text: &str) -> Vec<Note> {
    if path.name() != ".pre-commit-config.yaml" {
        return Vec::new();
    }
    let here = parent(path.as_str());
    let lines = text.lines().zip(1..).filter_map(|(line, number)| {
        let (key, written) = line.trim_start_matches([' ', '-']).split_once(':')?;
        let written = written.trim().trim_matches(['"', '\'']);
        let pattern = matches!(key, "files" | "exclude").then(|| Regex::new(written).ok())??;
        let reaches = |path: &str| pattern.is_match(&relative(here, path));
        let modules =
            names.service.modules().iter().enumerate().filter(|(_, found)| !found.is_test);
        let lost = modules.filter(|(index, module)| {
            reaches(module.path.as_str()) && !reaches(names.new_path(*index).as_str())
        });
        let count = lost.count();
        let message = format!("this pattern reaches {count} file(s) fewer than before");
        (count > 0).then(|| Note::new(path, number, message))
    });
    lines.collect()
}

/// Rewrites folders that a command hands to a linter or a type checker, where their code has left
/// them.
pub(super) fn in_command(names: &Names<'_>, text: &str) -> Option<String> {
    let mut edits = Vec::new();
    for program in PROGRAM.find_iter(text) {
        let rest = &text[program.end()..];
        let end = rest.find(['\n', ';', '|', '&', ')']).unwrap_or(rest.len());
        let mut option = "";
        for word in words(&rest[..end]) {
            let written = &rest[word.clone()];
            let new = match option {
                "-p" | "--package" | "-m" | "--module" => {
                    replaced_module(names, written).map(|new| new.join(&format!(" {option} ")))
                }
                _ => folders(names, written).map(|new| new.join(" ")),
            };
            option = written;
            let range = program.end() + word.start..program.end() + word.end;
            edits.extend(new.map(|new| Edit::replace(range, new)));
        }
    }
    apply_edits(text, &edits).ok().filter(|new| new != text)
}

/// What a folder among the words of a command becomes.
fn folders(names: &Names<'_>, written: &str) -> Option<Vec<String>> {
    let is_file = written.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if written.starts_with('-') || is_file {
        return None;
    }
    let new = replaced_path(names, written)?;
    let package = join(&names.import_root, &names.package);
    let is_many = new.len() > MANY;
    Some(if is_many { vec![relative(&names.here, &package)] } else { new })
}

/// The words of a command, without quotes.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let is_part = |letter: char| letter.is_alphanumeric() || "_-./".contains(letter);
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_part)?;
        let rest = &text[start..];
        at = start + rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        Some(start..at)
    })
}
