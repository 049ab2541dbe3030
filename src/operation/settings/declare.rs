//! Whether a service and its image have pydantic-settings, and where it can be named.

use std::str::FromStr;

use pep508_rs::pep440_rs::{Version, VersionSpecifiers};
use toml_edit::{DocumentMut, Item};

use crate::change::RelPath;
use crate::operation::files::located;
use crate::operation::libraries;
use crate::workspace::{Config, Tree, is_dockerfile};

/// The distribution.
const PACKAGE: &str = "pydantic-settings";
/// What is written where it is missing.
const LINE: &str = "pydantic-settings>=2";
/// Files in which a program wrote what is installed.
const LOCKS: [&str; 4] = ["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"];

/// A list of dependencies that does not have the package.
enum Lacking {
    /// `[project] dependencies`.
    Project,
    /// A requirement file that people wrote.
    Requirements,
    /// One that cannot be edited by itself, and what to do.
    Closed(String),
}

/// Names the package in every list of the service that lacks it, or says why that fails.
pub(super) fn declare(
    tree: &mut Tree,
    folder: Option<&RelPath>,
    config: Option<&Config>,
) -> Result<(), String> {
    let is_installed = comes_with_library(tree, folder, config);
    let project = located(folder, &path("pyproject.toml")?)?;
    let requirements = located(folder, &path("requirements.txt")?)?;
    let (found, mut lacking) = lists(tree, folder)?;
    if is_installed {
        // What is imported is named, but only where a name is enough.
        lacking.retain(|one| matches!(one, Lacking::Project));
    }
    let closed = lacking.iter().find_map(|one| match one {
        Lacking::Closed(why) => Some(why.clone()),
        _ => None,
    });
    if let Some(why) = closed {
        return Err(why);
    }
    if found == 0 && lacking.is_empty() && !is_installed {
        return Err(format!("no list of dependencies is there that could name {PACKAGE}"));
    }
    // Whoever has installed the service would have to install it again before it starts.
    if found == 0 && !is_installed {
        return Err(format!(
            "no list of dependencies names {PACKAGE}; add `{LINE}`, install it, then run this step"
        ));
    }
    for one in lacking {
        let (file, text) = if matches!(one, Lacking::Project) {
            let text = tree.text(&project).unwrap_or_default();
            (&project, libraries::listing(text, LINE)?)
        } else {
            let text = tree.text(&requirements).unwrap_or_default();
            (&requirements, appended(text))
        };
        if let Some(entry) = tree.get(file).map(|entry| entry.with_bytes(text)) {
            tree.set(file.clone(), entry);
        }
    }
    Ok(())
}

/// Whether a list of the service admits the second Pydantic alone, or why that is not sure.
pub(super) fn rules_out_first(tree: &Tree, folder: Option<&RelPath>) -> Result<(), String> {
    let text_of = |name: &str| Ok::<_, String>(tree.text(&located(folder, &path(name)?)?));
    let project = text_of("pyproject.toml")?.and_then(|text| DocumentMut::from_str(text).ok());
    let listed = project.as_ref().and_then(|project| item(project, &["project", "dependencies"]));
    let listed = listed.and_then(Item::as_array).into_iter().flatten();
    let listed: Vec<&str> = listed.filter_map(|line| line.as_str()).collect();
    let required = text_of("requirements.txt")?.unwrap_or_default();
    let of_pydantic = |line: &&str| name_in(line) == "pydantic";
    let mut lines = listed.into_iter().chain(required.lines()).filter(of_pydantic);
    let is_second = |line: &str| {
        let Some(wanted) = specifiers(line) else { return false };
        let mut first = (0..11).flat_map(|minor| (0..30u64).map(move |patch| [1, minor, patch]));
        !first.any(|version| wanted.contains(&Version::new(version)))
    };
    if lines.any(is_second) {
        return Ok(());
    }
    Err("no list of dependencies rules out Pydantic 1; say `pydantic>=2`".to_owned())
}

fn closed(file: &str) -> Lacking {
    Lacking::Closed(format!(
        "{file} does not have {PACKAGE}; add it (`uv add {PACKAGE}`, and compile again what is \
         compiled), then run this step"
    ))
}

/// The package does not work with the first Pydantic.
fn too_old(file: &str) -> Lacking {
    Lacking::Closed(format!("{file} asks for a Pydantic below 2, or for something that needs one"))
}

fn path(text: &str) -> Result<RelPath, String> {
    RelPath::new(text).map_err(|error| error.to_string())
}

/// Whether the workspace's library, which needs the package, is there wherever the service is.
fn comes_with_library(tree: &Tree, folder: Option<&RelPath>, config: Option<&Config>) -> bool {
    let (Some(folder), Some(config)) = (folder, config) else { return false };
    libraries::unusable(tree, folder, config, &format!("{}_core", config.prefix)).is_empty()
}

/// How many lists have the package, and those that do not.
fn lists(tree: &Tree, folder: Option<&RelPath>) -> Result<(usize, Vec<Lacking>), String> {
    let text_of = |name: &str| Ok::<_, String>(tree.text(&located(folder, &path(name)?)?));
    let project = text_of("pyproject.toml")?.and_then(|text| DocumentMut::from_str(text).ok());
    let mut judged: Vec<Option<Lacking>> = Vec::new();
    judged.extend(project.iter().flat_map(of_project));
    judged.extend(text_of("requirements.txt")?.map(of_requirements));
    for lock in LOCKS {
        if let Some(text) = text_of(lock)? {
            judged.push((!text.contains(PACKAGE)).then(|| closed(lock)));
        }
    }
    let beside = tree.iter().filter(|(file, _)| file.parent().as_ref() == folder);
    let images = beside.filter(|(file, _)| is_dockerfile(file));
    let names_packages = |line: &str| {
        line.contains("install") && line.contains("fastapi") && !line.contains(PACKAGE)
    };
    for (file, entry) in images {
        if entry.text().unwrap_or_default().lines().any(names_packages) {
            judged.push(Some(closed(file.name())));
        }
    }
    let found = judged.iter().filter(|one| one.is_none()).count();
    Ok((found, judged.into_iter().flatten().collect()))
}

/// What the list of a project lacks, if anything; empty where there is no list.
fn of_project(document: &DocumentMut) -> Vec<Option<Lacking>> {
    let listed = item(document, &["project", "dependencies"]).and_then(Item::as_array);
    let poetry = item(document, &["tool", "poetry", "dependencies"]);
    if let Some(list) = listed.filter(|list| !list.is_empty()) {
        let lines = || list.iter().filter_map(|line| line.as_str());
        let is_new = admits_second(lines());
        let open = if is_new { Lacking::Project } else { too_old("pyproject.toml") };
        return vec![(!lines().any(names_it)).then_some(open)];
    }
    let poetry = poetry.and_then(Item::as_table_like);
    let lacks = |table: &dyn toml_edit::TableLike| !table.iter().any(|(name, _)| names_it(name));
    poetry.into_iter().map(|table| lacks(table).then(|| closed("pyproject.toml"))).collect()
}

/// What a requirement file lacks.
fn of_requirements(text: &str) -> Option<Lacking> {
    let is_compiled = text.contains("autogenerated") || text.contains("--hash");
    let open = match (is_compiled, admits_second(text.lines())) {
        (true, _) => closed("requirements.txt"),
        (false, false) => too_old("requirements.txt"),
        (false, true) => Lacking::Requirements,
    };
    (!text.lines().any(names_it)).then_some(open)
}

fn item<'a>(document: &'a DocumentMut, keys: &[&str]) -> Option<&'a Item> {
    keys.iter().try_fold(document.as_item(), |item, key| item.get(key))
}

/// The name at the beginning of a line of requirements.
fn name_in(line: &str) -> String {
    let name = line.trim().split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    name.take(1).collect::<String>().to_ascii_lowercase().replace(['_', '.'], "-")
}

fn names_it(line: &str) -> bool {
    name_in(line) == PACKAGE
}

/// The first versions that work with the second Pydantic, as major and minor number and patch,
/// and the last ones to ask about. Their older ones refuse it, so that nothing could be installed.
const SECOND: [(&str, [u64; 3], [u64; 3]); 3] = [
    ("pydantic", [2, 0, 0], [2, 40, 25]),
    ("fastapi", [0, 100, 0], [0, 300, 20]),
    ("sqlmodel", [0, 0, 14], [0, 10, 60]),
];

/// Whether no line asks for the first Pydantic, or for something that needs it.
fn admits_second<'a>(mut lines: impl Iterator<Item = &'a str>) -> bool {
    lines.all(|line| {
        let name = name_in(line);
        let Some((_, from, to)) = SECOND.into_iter().find(|(known, ..)| *known == name) else {
            return true;
        };
        let Some(specifiers) = specifiers(line) else { return false };
        let mut grid = (from[1]..=to[1])
            .flat_map(|minor| (0..=to[2]).map(move |patch| [from[0], minor, patch]));
        grid.any(|version| version >= from && specifiers.contains(&Version::new(version)))
    })
}

/// What a line of requirements says of versions; none for what cannot be read.
fn specifiers(line: &str) -> Option<VersionSpecifiers> {
    let wanted = line.split(['#', ';']).next().unwrap_or_default().trim();
    let wanted =
        wanted.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let wanted = wanted.trim();
    let wanted = wanted
        .strip_prefix('[')
        .map_or(wanted, |rest| rest.split_once(']').map_or(rest, |(_, wanted)| wanted));
    VersionSpecifiers::from_str(wanted.trim()).ok()
}

/// One more line of a requirement file.
fn appended(text: &str) -> String {
    let newline = crate::operation::text::LineEnding::of(text).as_str();
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
    format!("{text}{gap}{LINE}{newline}")
}

/// Whether every Python that the project admits knows `int | str`.
pub(super) fn is_modern(tree: &Tree, folder: Option<&RelPath>) -> bool {
    let wanted = || {
        let text = tree.text(&located(folder, &path("pyproject.toml").ok()?).ok()?)?;
        let document = DocumentMut::from_str(text).ok()?;
        let wanted = item(&document, &["project", "requires-python"])?.as_str()?.to_owned();
        VersionSpecifiers::from_str(&wanted).ok()
    };
    let old = || (0..10u64).flat_map(|minor| (0..25u64).map(move |patch| [3, minor, patch]));
    wanted().is_some_and(|wanted| !old().any(|old| wanted.contains(&Version::new(old))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_pydantic_is_told_from_a_second_one() {
        for line in [
            "pydantic==1.10.2",
            "pydantic<2",
            "pydantic[email]~=1.10  # old",
            "fastapi==0.95.0",
            "fastapi[all]<0.100",
            "sqlmodel==0.0.8",
        ] {
            assert!(!admits_second([line].into_iter()), "{line}");
        }
        for line in [
            "pydantic",
            "pydantic[email]==2.5.0",
            "Pydantic>=1.8",
            "pydantic-core==1.0",
            "fastapi==0.100.1",
            "fastapi>=0.95",
            "sqlmodel",
        ] {
            assert!(admits_second([line].into_iter()), "{line}");
        }
    }

    #[test]
    fn the_package_is_known_in_every_spelling() {
        assert!(names_it("Pydantic_Settings[yaml]>=2  # why"));
        assert!(!names_it("pydantic-settings-extra"));
        assert!(!names_it("    # via pydantic-settings"));
    }
}
