//! What a service says it needs: `pyproject.toml` in all its dialects, requirement files.
//!
//! Names that a workspace or a folder provides are left out and never looked for in a package
//! index, where somebody else may have taken them.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use pep508_rs::{Requirement, VerbatimUrl, VersionOrUrl};
use toml_edit::{DocumentMut, Item, TableLike};

use crate::change::RelPath;
use crate::workspace::Tree;
use crate::workspace::versions::specifier;

/// What a service needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requirements {
    /// PEP 508 lines by normalised name; several when several places name one.
    pub lines: BTreeMap<String, BTreeSet<String>>,
    /// The versions of Python that it declares.
    pub python: Option<String>,
    /// Names that a folder provides.
    local: BTreeSet<String>,
}

impl Requirements {
    /// Reads what the service in `folder`, and the libraries beside it, declare.
    pub fn read(tree: &Tree, folder: &RelPath) -> Self {
        let mut found = Self::default();
        for (path, _) in tree.below(folder) {
            let Some(inner) = path.below(folder) else {
                continue;
            };
            match (inner.as_str(), tree.text(path)) {
                ("pyproject.toml", Some(text)) => found.add_project(text),
                (_, Some(text)) if is_requirements_file(&inner) => found.add_file(text),
                _ => {}
            }
        }
        found.add_libraries(tree, folder);
        found.drop_local();
        found
    }

    /// Both together: an environment that serves before and after.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        for (name, lines) in &other.lines {
            self.lines.entry(name.clone()).or_default().extend(lines.iter().cloned());
        }
        self.local.extend(other.local.iter().cloned());
        self.python = self.python.or_else(|| other.python.clone());
        self.drop_local();
        self
    }

    /// Adds a package without a version unless one is named already.
    pub fn or_any(&mut self, name: &str) {
        let lines = self.lines.entry(name.to_owned()).or_default();
        if lines.is_empty() {
            lines.insert(name.to_owned());
        }
    }

    /// The shared libraries of the workspace are on the path: what they need is needed.
    fn add_libraries(&mut self, tree: &Tree, folder: &RelPath) {
        let mut above = Some(folder.clone());
        while let Some(here) = above {
            above = here.parent();
            let libs = match &above {
                Some(parent) => parent.join("libs"),
                None => RelPath::new("libs"),
            };
            let Ok(libs) = libs else { continue };
            let files = tree.below(&libs).map(|(path, _)| path);
            let projects = files.filter(|path| {
                path.name() == "pyproject.toml"
                    && path.parent().and_then(|parent| parent.parent()).as_ref() == Some(&libs)
            });
            for text in projects.filter_map(|path| tree.text(path)) {
                let name = project_name(text);
                self.local.extend(name);
                self.add_project(text);
            }
        }
    }

    fn drop_local(&mut self) {
        let local = &self.local;
        self.lines.retain(|name, _| !local.contains(name));
    }

    fn add_line(&mut self, line: &str) {
        let Ok(requirement) = Requirement::<VerbatimUrl>::from_str(line) else {
            return;
        };
        if matches!(&requirement.version_or_url, Some(VersionOrUrl::Url(url)) if url.to_string().starts_with("file:"))
        {
            self.local.insert(requirement.name.to_string());
            return;
        }
        self.lines.entry(requirement.name.to_string()).or_default().insert(line.to_owned());
    }

    fn add_file(&mut self, text: &str) {
        let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
        for line in joined.lines() {
            let line = line.split(" #").next().unwrap_or_default().trim();
            let line = line.split(" --hash").next().unwrap_or_default().trim();
            if !(line.is_empty() || line.starts_with(['#', '-', '.', '/'])) {
                self.add_line(line);
            }
        }
    }

    fn add_project(&mut self, text: &str) {
        let Ok(document) = text.trim_start_matches('\u{feff}').parse::<DocumentMut>() else {
            return;
        };
        let root = document.as_table();
        if let Some(project) = table(root, &["project"]) {
            self.add_list(project.get("dependencies"));
            self.add_groups(table(project, &["optional-dependencies"]));
            let python = project.get("requires-python").and_then(Item::as_str);
            self.python = self.python.take().or(python.map(str::to_owned));
        }
        self.add_groups(table(root, &["dependency-groups"]));
        self.add_groups(table(root, &["tool", "pdm", "dev-dependencies"]));
        if let Some(uv) = table(root, &["tool", "uv"]) {
            self.add_list(uv.get("dev-dependencies"));
            self.add_sources(table(uv, &["sources"]));
        }
        if let Some(poetry) = table(root, &["tool", "poetry"]) {
            self.add_poetry(table(poetry, &["dependencies"]));
            self.add_poetry(table(poetry, &["dev-dependencies"]));
            let groups = table(poetry, &["group"]);
            for (_, group) in groups.into_iter().flat_map(TableLike::iter) {
                let group = group.as_table_like();
                self.add_poetry(group.and_then(|group| table(group, &["dependencies"])));
            }
        }
    }

    fn add_list(&mut self, list: Option<&Item>) {
        let values = list.and_then(Item::as_array).into_iter().flatten();
        for line in values.filter_map(toml_edit::Value::as_str) {
            self.add_line(line);
        }
    }

    fn add_groups(&mut self, groups: Option<&dyn TableLike>) {
        for (_, list) in groups.into_iter().flat_map(TableLike::iter) {
            self.add_list(Some(list));
        }
    }

    /// `[tool.uv.sources]`: what a workspace, a folder or a repository provides.
    fn add_sources(&mut self, sources: Option<&dyn TableLike>) {
        for (name, source) in sources.into_iter().flat_map(TableLike::iter) {
            let elsewhere = source.as_table_like().is_some_and(|source| {
                ["path", "workspace", "git"].iter().any(|key| source.contains_key(key))
            });
            if elsewhere {
                self.local.insert(normalised(name));
            }
        }
    }

    fn add_poetry(&mut self, dependencies: Option<&dyn TableLike>) {
        for (name, value) in dependencies.into_iter().flat_map(TableLike::iter) {
            let details = value.as_table_like();
            let version = match details {
                Some(details) => details.get("version").and_then(Item::as_str),
                None => value.as_str(),
            };
            match version {
                Some(version) if name == "python" => {
                    self.python = self.python.take().or_else(|| specifier(version));
                }
                Some(version) => {
                    let extras = details.map(extras).unwrap_or_default();
                    let bounds = specifier(version).unwrap_or_default();
                    self.add_line(&format!("{name}{extras}{bounds}"));
                }
                None => {
                    self.local.insert(normalised(name));
                }
            }
        }
    }
}

/// `requirements.txt`, `requirements-dev.txt`, `dev-requirements.txt`, `requirements/test.txt`.
fn is_requirements_file(path: &RelPath) -> bool {
    let in_folder = path.parent().is_some_and(|parent| parent.as_str() == "requirements");
    let at_root = path.segments().count() == 1 && path.name().contains("requirements");
    path.extension() == "txt" && (in_folder || at_root)
}

fn table<'a>(from: &'a dyn TableLike, keys: &[&str]) -> Option<&'a dyn TableLike> {
    keys.iter().try_fold(from, |table, key| table.get(key)?.as_table_like())
}

fn project_name(text: &str) -> Option<String> {
    let document = text.parse::<DocumentMut>().ok()?;
    let name = table(document.as_table(), &["project"])?.get("name")?.as_str()?;
    Some(normalised(name))
}

fn extras(details: &dyn TableLike) -> String {
    let list = details.get("extras").and_then(Item::as_array).into_iter().flatten();
    let names: Vec<_> = list.filter_map(toml_edit::Value::as_str).collect();
    if names.is_empty() { String::new() } else { format!("[{}]", names.join(",")) }
}

/// The name as package indexes compare it.
fn normalised(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Entry;

    fn read(files: &[(&str, &str)]) -> Requirements {
        let path = |text: &str| RelPath::new(text).unwrap();
        let tree: Tree =
            files.iter().map(|(name, text)| (path(name), Entry::file(*text))).collect();
        Requirements::read(&tree, &path("services/x"))
    }

    fn lines(requirements: &Requirements) -> Vec<&str> {
        requirements.lines.values().flatten().map(String::as_str).collect()
    }

    #[test]
    fn requirement_files_are_read_without_options_hashes_and_comments() {
        let found = read(&[
            (
                "services/x/requirements.txt",
                "# top\nfastapi==0.118.0 \\\n  --hash=sha256:aa\nuvicorn[standard]>=0.30  # server\n-r other.txt\n-e .\n./local\n",
            ),
            ("services/x/requirements/test.txt", "pytest<9\n"),
            ("services/x/requirements.txt.old", "flask\n"),
            ("services/x/data/notes-requirements.txt", "django\n"),
        ]);

        assert_eq!(lines(&found), ["fastapi==0.118.0", "pytest<9", "uvicorn[standard]>=0.30"]);
    }

    #[test]
    fn every_group_of_a_project_counts_and_workspace_names_do_not() {
        let found = read(&[
            (
                "services/x/pyproject.toml",
                "[project]\nname = \"x\"\nrequires-python = \">=3.11\"\ndependencies = [\"fastapi\", \"acme-core\"]\n\
                 [project.optional-dependencies]\ntest = [\"pytest\"]\n[dependency-groups]\ndev = [\"httpx<0.28\", {include-group = \"y\"}]\n\
                 [tool.uv.sources]\nacme_core = { workspace = true }\n",
            ),
            (
                "libs/acme_core/pyproject.toml",
                "[project]\nname = \"acme-core\"\ndependencies = [\"structlog\"]\n",
            ),
        ]);

        assert_eq!(lines(&found), ["fastapi", "httpx<0.28", "pytest", "structlog"]);
        assert_eq!(found.python.as_deref(), Some(">=3.11"));
    }

    #[test]
    fn poetry_versions_become_bounds() {
        let found = read(&[(
            "services/x/pyproject.toml",
            "[tool.poetry.dependencies]\npython = \"^3.11\"\nfastapi = \"^0.110.1\"\nuvicorn = { version = \"~0.30\", extras = [\"standard\"] }\n\
             orjson = \"*\"\nshared = { path = \"../shared\" }\n[tool.poetry.group.dev.dependencies]\npytest = \"8.1\"\n",
        )]);

        assert_eq!(
            lines(&found),
            ["fastapi>=0.110.1,<0.111", "orjson", "pytest==8.1", "uvicorn[standard]>=0.30,<0.31"]
        );
        assert_eq!(found.python.as_deref(), Some(">=3.11,<4"));
    }

    #[test]
    fn a_union_has_the_lines_of_both_and_no_local_name_of_either() {
        let before = read(&[("services/x/requirements.txt", "fastapi==0.118.0\nacme-core\n")]);
        let after = read(&[(
            "services/x/pyproject.toml",
            "[project]\ndependencies = [\"fastapi>=0.100\", \"acme-core\"]\n[tool.uv.sources]\nacme-core = { path = \"../../libs/core\" }\n",
        )]);

        let mut both = before.union(&after);
        both.or_any("pytest");
        both.or_any("fastapi");

        assert_eq!(lines(&both), ["fastapi==0.118.0", "fastapi>=0.100", "pytest"]);
    }
}
