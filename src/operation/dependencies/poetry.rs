//! A project that Poetry describes, in the words of PEP 621 and PEP 735.
//!
//! What only Poetry can say (another index, a constraint per platform, a plug-in) refuses the
//! whole conversion. What its build backend reads and PEP 621 does not know stays in its table.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Key, Table, TableLike, Value};

use super::list::{Wanted, join};
use crate::workspace::versions::specifier;

/// Words that mean the same in both tables.
const SAME: [&str; 6] = ["name", "version", "description", "readme", "keywords", "classifiers"];
const LINKS: [&str; 3] = ["homepage", "repository", "documentation"];

/// Gives a document its `[project]`; fails with the reason why it stays Poetry's.
pub(super) fn convert(document: &mut DocumentMut, name: &str) -> Result<(), String> {
    let tool = document.get_mut("tool").and_then(Item::as_table_like_mut);
    let poetry = tool.and_then(|tool| tool.get_mut("poetry")).and_then(Item::as_table_like_mut);
    let poetry = poetry.ok_or("there is no [tool.poetry]")?;
    let mut sorted = Sorted::default();
    let mut project = Table::new();
    describe(poetry, &mut project, name)?;
    let mut groups = Table::new();
    if let Some(item) = poetry.remove("dependencies") {
        let own = sorted.take(&item, "")?;
        project.insert("requires-python", toml_edit::value(sorted.python()));
        join(&mut project, "dependencies", &own).map_err(first)?;
    }
    extras(poetry, &mut project, &sorted)?;
    if let Some(item) = poetry.remove("dev-dependencies") {
        let own = sorted.take(&item, "dev")?;
        join(&mut groups, "dev", &own).map_err(first)?;
    }
    if let Some(item) = poetry.remove("group") {
        for (name, group) in item.as_table_like().into_iter().flat_map(TableLike::iter) {
            let Some(list) = group.get("dependencies") else { continue };
            let own = sorted.take(list, name)?;
            join(&mut groups, name, &own).map_err(first)?;
        }
    }
    let keeps = poetry.iter().next().is_some();
    if let Some(tool) = document.get_mut("tool").and_then(Item::as_table_like_mut) {
        if !keeps {
            tool.remove("poetry");
        } else if let Some(poetry) = tool.get_mut("poetry").and_then(Item::as_table_mut) {
            poetry.decor_mut().set_prefix("\n");
        }
    }
    finish(document, (project, groups), sorted)
}

fn first(conflicts: Vec<(usize, String)>) -> String {
    conflicts.into_iter().map(|(_, why)| why).next().unwrap_or_default()
}

/// What is no dependency: names, people, links, commands.
fn describe(poetry: &mut dyn TableLike, project: &mut Table, name: &str) -> Result<(), String> {
    if poetry.contains_key("plugins") || poetry.contains_key("source") {
        return Err("it names plug-ins or another index, which is Poetry's alone".to_owned());
    }
    for key in SAME {
        if let Some(item) = poetry.remove(key) {
            project.insert(key, bare(item));
        }
    }
    for (key, value) in [("name", name), ("version", "0.1.0")] {
        if !project.contains_key(key) {
            project.insert(key, toml_edit::value(value));
        }
    }
    if let Some(license) = poetry.remove("license").as_ref().and_then(Item::as_str) {
        let mut text = InlineTable::new();
        text.insert("text", license.into());
        project.insert("license", toml_edit::value(text));
    }
    for key in ["authors", "maintainers"] {
        let Some(item) = poetry.remove(key) else { continue };
        let people = item.as_array().into_iter().flatten().filter_map(Value::as_str).map(person);
        project.insert(key, toml_edit::value(people.collect::<Array>()));
    }
    let mut links = InlineTable::new();
    for key in LINKS {
        if let Some(link) = poetry.remove(key).as_ref().and_then(Item::as_str) {
            links.insert(key, link.into());
        }
    }
    for (name, link) in poetry.remove("urls").iter().flat_map(pairs) {
        links.insert(&name, link.into());
    }
    if !links.is_empty() {
        project.insert("urls", toml_edit::value(links));
    }
    if let Some(scripts) = poetry.remove("scripts") {
        let all = scripts.as_table_like().map_or(0, |table| table.iter().count());
        let plain = pairs(&scripts);
        if plain.len() != all {
            return Err("a script of it is no plain `module:function`".to_owned());
        }
        let mut table = InlineTable::new();
        for (name, target) in plain {
            table.insert(&name, target.into());
        }
        project.insert("scripts", toml_edit::value(table));
    }
    Ok(())
}

/// A value without the remarks and blanks around it.
fn bare(item: Item) -> Item {
    match item {
        Item::Value(mut value) => {
            value.decor_mut().clear();
            Item::Value(value)
        }
        other => other,
    }
}

fn pairs(item: &Item) -> Vec<(String, String)> {
    let entries = item.as_table_like().into_iter().flat_map(TableLike::iter);
    entries
        .filter_map(|(name, value)| Some((name.to_owned(), value.as_str()?.to_owned())))
        .collect()
}

/// `Name <address>` as PEP 621 has it.
fn person(text: &str) -> InlineTable {
    let mut table = InlineTable::new();
    let (name, address) = text.split_once('<').unwrap_or((text, ""));
    let address = address.trim().trim_end_matches('>');
    for (key, value) in [("name", name.trim()), ("email", address)] {
        if !value.is_empty() {
            table.insert(key, value.into());
        }
    }
    table
}

/// Dependencies by what becomes of them.
#[derive(Default)]
struct Sorted {
    python: Option<String>,
    optional: Vec<Wanted>,
    sources: Vec<(String, InlineTable)>,
}

impl Sorted {
    fn python(&self) -> &str {
        self.python.as_deref().unwrap_or(">=3.11")
    }

    /// The dependencies of a table; optional ones, sources and Python are kept aside.
    fn take(&mut self, item: &Item, group: &str) -> Result<Vec<Wanted>, String> {
        let table = item.as_table_like().ok_or("its dependencies are no table")?;
        let mut found = Vec::new();
        for (name, value) in table.iter() {
            if name == "python" && group.is_empty() {
                let version = value.as_str().ok_or("its Python is no version")?;
                self.python = bounds(version)?;
                continue;
            }
            let (text, is_optional) = self.line(name, value)?;
            let mut wanted = Wanted::parse(&text, 0)
                .ok_or_else(|| format!("`{name}` cannot be said in one line"))?;
            wanted.remarks = remarks(table.key(name), value);
            if is_optional { self.optional.push(wanted) } else { found.push(wanted) }
        }
        Ok(found)
    }

    fn line(&mut self, name: &str, value: &Item) -> Result<(String, bool), String> {
        if let Some(version) = value.as_str() {
            return Ok((format!("{name}{}", bounds(version)?.unwrap_or_default()), false));
        }
        let own = |what: &str| format!("`{name}` has {what}, which is Poetry's alone");
        let table = value.as_table_like().ok_or_else(|| own("a constraint per platform"))?;
        let mut text = name.to_owned();
        let mut source = InlineTable::new();
        let mut tail = String::new();
        let mut is_optional = false;
        for (key, value) in table.iter() {
            match (key, value.as_str(), value.as_bool()) {
                ("version", Some(version), _) => tail = bounds(version)?.unwrap_or_default(),
                ("extras", ..) => {
                    let names = value.as_array().into_iter().flatten().filter_map(Value::as_str);
                    text.push_str(&format!("[{}]", names.collect::<Vec<_>>().join(",")));
                }
                ("optional", _, Some(flag)) => is_optional = flag,
                ("markers", Some(_), _) => {}
                ("path" | "git" | "branch" | "tag" | "rev", Some(word), _) => {
                    source.insert(key, word.into());
                }
                ("develop", _, Some(flag)) => drop(source.insert("editable", flag.into())),
                _ => return Err(own(&format!("`{key}`"))),
            }
        }
        text.push_str(&tail);
        if let Some(markers) = table.get("markers").and_then(Item::as_str) {
            text.push_str(&format!(" ; {markers}"));
        }
        if !source.is_empty() {
            self.sources.push((name.to_owned(), source));
        }
        Ok((text, is_optional))
    }
}

/// Poetry's version as PEP 440; none for any.
fn bounds(version: &str) -> Result<Option<String>, String> {
    let version = version.trim();
    if version == "*" {
        return Ok(None);
    }
    let found = specifier(version).filter(|_| !version.contains('|'));
    found.map(Some).ok_or_else(|| format!("`{version}` cannot be said in PEP 440"))
}

/// The comments above and behind an entry.
fn remarks(key: Option<&Key>, value: &Item) -> Vec<String> {
    let above = key.and_then(|key| key.leaf_decor().prefix()?.as_str()).unwrap_or_default();
    let behind = value.as_value().and_then(|value| value.decor().suffix()?.as_str());
    let lines = above.lines().chain(behind).map(str::trim);
    lines.filter(|line| line.starts_with('#')).map(str::to_owned).collect()
}

fn extras(poetry: &mut dyn TableLike, project: &mut Table, sorted: &Sorted) -> Result<(), String> {
    let mut table = Table::new();
    let mut placed = 0;
    if let Some(item) = poetry.remove("extras") {
        for (extra, names) in item.as_table_like().into_iter().flat_map(TableLike::iter) {
            let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
            let is_one = |name: &str, one: &Wanted| {
                super::normal(one.requirement.name.as_ref()) == super::normal(name)
            };
            let mut own = Vec::new();
            for name in names {
                let found = sorted.optional.iter().find(|one| is_one(name, one));
                own.push(
                    found
                        .ok_or_else(|| format!("extra `{extra}` names no optional {name}"))?
                        .clone(),
                );
            }
            placed += own.len();
            join(&mut table, extra, &own).map_err(first)?;
        }
    }
    if placed < sorted.optional.len() {
        return Err("an optional dependency of it belongs to no extra".to_owned());
    }
    if !table.is_empty() {
        project.insert("optional-dependencies", Item::Table(table));
    }
    Ok(())
}

fn finish(
    document: &mut DocumentMut,
    (project, groups): (Table, Table),
    sorted: Sorted,
) -> Result<(), String> {
    if let Some(build) = document.get_mut("build-system").and_then(Item::as_table_like_mut) {
        let backend = build.get("build-backend").and_then(Item::as_str).unwrap_or_default();
        if backend.starts_with("poetry") {
            build.insert("requires", toml_edit::value(Array::from_iter(["poetry-core>=2.0"])));
            build.insert("build-backend", toml_edit::value("poetry.core.masonry.api"));
        }
    }
    let mut project = project;
    project.set_position(Some(0));
    document.insert("project", Item::Table(project));
    if !groups.is_empty() {
        document.insert("dependency-groups", Item::Table(groups));
    }
    if sorted.sources.is_empty() {
        return Ok(());
    }
    let implicit = || {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    };
    let tool = document.entry("tool").or_insert_with(implicit).as_table_like_mut();
    let uv = tool.ok_or("[tool] is no table")?.entry("uv").or_insert_with(implicit);
    let uv = uv.as_table_like_mut().ok_or("[tool.uv] is no table")?;
    let sources = uv.entry("sources").or_insert(Item::Table(Table::new())).as_table_like_mut();
    let sources = sources.ok_or("[tool.uv.sources] is no table")?;
    for (name, source) in sorted.sources {
        sources.insert(&name, toml_edit::value(source));
    }
    Ok(())
}
