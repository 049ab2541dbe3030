//! What a build is told of a service's code, once that lies below `src`.
//!
//! A list of modules and packages that are gone becomes the one package, in the words of the build
//! system: setuptools (`pyproject.toml`, `setup.cfg`, `setup.py`), Hatch, Poetry, PDM, Flit, uv.

use std::str::FromStr;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use toml_edit::{Array, DocumentMut, InlineTable, Item, RawString, Table, TableLike, Value};

use super::Note;
use super::text::{LineEnding, restore};
use crate::change::{Edit, RelPath, apply_edits};
use crate::python::{SyntaxTree, join};
use crate::workspace::{Tree, ini};

/// Lets the build find `src/<package>`. Gives notes on what it cannot be told.
pub fn build_from_source_folder(tree: &mut Tree, root: &str, package: &str) -> Vec<Note> {
    let project = Project { tree, root, package };
    let new = [
        project.file("pyproject.toml", |text| project.pyproject(text)),
        project.file("setup.cfg", |text| project.config(text)),
        project.file("setup.py", |text| project.script(text)),
    ];
    let mut notes = Vec::new();
    if let Some((path, text)) = project.read("setup.py")
        && new[2].is_none()
        && text.contains("setup(")
        && text.contains("packages")
        && !text.contains("package_dir")
    {
        let message = "does not say where the package is now: package_dir={\"\": \"src\"}, \
            packages=find_packages(\"src\")";
        notes.push(Note::new(&path, 0, message));
    }
    for (path, text) in new.into_iter().flatten() {
        if let Some(entry) = tree.get(&path).map(|entry| entry.with_bytes(text)) {
            tree.set(path, entry);
        }
    }
    notes
}

/// A service whose code has moved.
struct Project<'a> {
    tree: &'a Tree,
    root: &'a str,
    package: &'a str,
}

impl<'a> Project<'a> {
    fn read(&self, name: &str) -> Option<(RelPath, &'a str)> {
        let path = RelPath::new(join(self.root, name)).ok()?;
        let text = self.tree.text(&path)?;
        Some((path, text))
    }

    fn file(
        &self,
        name: &str,
        change: impl Fn(&str) -> Option<String>,
    ) -> Option<(RelPath, String)> {
        let (path, text) = self.read(name)?;
        let new = change(text).filter(|new| new != text)?;
        Some((path, new))
    }

    /// Whether nothing has this dotted name any more, as seen from the service's folder.
    fn is_gone(&self, dotted: &str) -> bool {
        let path = join(self.root, &dotted.replace('.', "/"));
        let is_file =
            |path: String| RelPath::new(path).is_ok_and(|path| self.tree.get(&path).is_some());
        let has_code = |path: &str| {
            let folder = RelPath::new(path);
            folder.is_ok_and(|folder| {
                self.tree.below(&folder).any(|(path, _)| path.extension() == "py")
            })
        };
        !is_file(format!("{path}.py")) && !has_code(&path)
    }

    /// Whether a list of names, or of globs below them, has only such that are gone.
    fn all_gone(&self, item: &Item) -> bool {
        let names = item.as_array().into_iter().flatten().map(Value::as_str);
        let mut names = names.peekable();
        names.peek().is_some() && names.all(|name| name.is_some_and(|name| self.is_left(name)))
    }

    /// The same of one name, which may be a path, and perhaps that of the new place.
    fn is_left(&self, written: &str) -> bool {
        let plain = written.trim_start_matches(['.', '/']).trim_end_matches(['*', '.', '/']);
        if plain.starts_with("src/") {
            return true;
        }
        let plain = plain.strip_suffix(".py").unwrap_or(plain);
        !plain.is_empty() && self.is_gone(plain)
    }

    /// Puts the package in the place of what is gone in a list of paths; false where nothing is.
    fn replaced(&self, listed: &mut Array) -> bool {
        let is_left = |value: &Value| value.as_str().is_some_and(|name| self.is_left(name));
        let Some(first) = listed.iter().position(is_left) else { return false };
        let package = format!("src/{}", self.package);
        listed.replace(first, package.as_str());
        let mut at = 0;
        listed.retain(|value| {
            at += 1;
            at == first + 1 || !is_left(value)
        });
        true
    }

    fn pyproject(&self, text: &str) -> Option<String> {
        let mut document = DocumentMut::from_str(text).ok()?;
        self.found_by_name(&mut document);
        let Some(tool) = document.get_mut("tool").and_then(Item::as_table_like_mut) else {
            return Some(restore(text, &document.to_string()));
        };
        if let Some(setuptools) = table(tool, &["setuptools"]) {
            self.setuptools(setuptools);
        }
        if let Some(setuptools) = tool.get_mut("setuptools").and_then(Item::as_table_mut) {
            // A head above nothing but other tables says nothing, unless a remark stands there.
            let above = setuptools.decor().prefix().and_then(RawString::as_str).unwrap_or_default();
            let is_needed = above.contains('#') || !setuptools.iter().all(|(_, it)| it.is_table());
            setuptools.set_implicit(!is_needed);
        }
        for name in ["wheel", "sdist"] {
            let target = table(tool, &["hatch", "build", "targets", name]);
            let Some(target) = target else { continue };
            for key in ["packages", "only-include", "include"] {
                if let Some(listed) = target.get_mut(key).and_then(Item::as_array_mut) {
                    self.replaced(listed);
                }
            }
        }
        if let Some(poetry) = table(tool, &["poetry"]) {
            self.poetry(poetry);
        }
        if let Some(pdm) = table(tool, &["pdm", "build"])
            && let Some(listed) = pdm.get_mut("includes").and_then(Item::as_array_mut)
            && self.replaced(listed)
        {
            pdm.insert("package-dir", toml_edit::value("src"));
        }
        for (path, key, below) in [
            (&["flit", "module"][..], "name", None),
            (&["uv", "build-backend"][..], "module-name", Some("module-root")),
        ] {
            let Some(module) = table(tool, path) else { continue };
            if module.get(key).and_then(Item::as_str).is_some_and(|name| self.is_gone(name)) {
                module.insert(key, toml_edit::value(self.package));
                below.and_then(|below| module.remove(below));
            }
        }
        Some(restore(text, &document.to_string()))
    }

    fn setuptools(&self, setuptools: &mut dyn TableLike) {
        let gone = ["packages", "py-modules"].map(|key| {
            setuptools.get(key).is_some_and(|listed| self.all_gone(listed)).then_some(key)
        });
        for key in gone.into_iter().flatten() {
            setuptools.remove(key);
        }
        let names_all =
            setuptools.get("packages").is_none() && setuptools.get("py-modules").is_none();
        if gone.iter().any(Option::is_some) && names_all {
            let mut find = Table::new();
            find.insert("where", list(&["src"]));
            let mut packages = Table::new();
            packages.set_implicit(true);
            packages.insert("find", Item::Table(find));
            setuptools.insert("packages", Item::Table(packages));
            let searched = setuptools.get_mut("package-dir").and_then(Item::as_table_like_mut);
            if let Some(searched) = searched {
                searched.insert("", toml_edit::value("src"));
            }
        }
        for key in ["package-data", "exclude-package-data"] {
            if let Some(data) = table(setuptools, &[key]) {
                self.data(data);
            }
        }
        let Some(find) = table(setuptools, &["packages", "find"]) else { return };
        let is_here = find.get("where").and_then(Item::as_array).is_none_or(|folders| {
            let mut folders = folders.iter().filter_map(Value::as_str);
            folders.next().is_none_or(|folder| matches!(folder, "." | ""))
                && folders.next().is_none()
        });
        if is_here {
            find.insert("where", list(&["src"]));
        }
        if find.get("include").is_some_and(|included| self.all_gone(included)) {
            find.insert("include", list(&[&format!("{}*", self.package)]));
        }
    }

    /// Files beside code that is in one package now, at any depth.
    fn data(&self, data: &mut dyn TableLike) {
        let gone: Vec<String> =
            data.iter().map(|(key, _)| key.to_owned()).filter(|key| self.is_left(key)).collect();
        let mut patterns: Vec<String> = Vec::new();
        for key in &gone {
            let listed = data.remove(key);
            let listed = listed.as_ref().and_then(Item::as_array).into_iter().flatten();
            patterns.extend(listed.filter_map(Value::as_str).map(|one| format!("**/{one}")));
        }
        patterns.dedup();
        if !patterns.is_empty() {
            let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
            data.insert(self.package, list(&patterns));
        }
    }

    fn poetry(&self, poetry: &mut dyn TableLike) {
        let Some(packages) = poetry.get_mut("packages").and_then(Item::as_array_mut) else {
            return;
        };
        let is_left = |value: &Value| {
            let table = value.as_inline_table();
            let name = table.and_then(|table| table.get("include")?.as_str());
            let from = table.and_then(|table| table.get("from")?.as_str());
            from.is_none_or(|from| from == ".") && name.is_some_and(|name| self.is_left(name))
        };
        if packages.iter().any(is_left) {
            packages.retain(|value| !is_left(value));
            let mut package = InlineTable::new();
            package.insert("include", self.package.into());
            package.insert("from", "src".into());
            packages.insert(0, package);
        }
    }

    /// A build that looks for a package of the project's name is told the one that there is.
    fn found_by_name(&self, document: &mut DocumentMut) {
        let text = |keys: [&str; 2]| {
            let table = document.get(keys[0])?.as_table_like()?;
            Some(table.get(keys[1])?.as_str()?.to_owned())
        };
        let backend = text(["build-system", "build-backend"]).unwrap_or_default();
        let Some(name) = text(["project", "name"]) else { return };
        let name = name.to_lowercase().replace(['-', '.'], "_");
        if name == self.package || !self.is_gone(&name) {
            return;
        }
        let has = |document: &DocumentMut, keys: &[&str]| {
            let mut item = document.get("tool");
            for key in keys {
                item = item.and_then(|item| item.get(key));
            }
            item.is_some()
        };
        let source = format!("src/{}", self.package);
        let (keys, key, value): (&[&str], _, _) = match backend.split('.').next().unwrap_or("") {
            "hatchling" if !has(document, &["hatch", "build"]) => {
                (&["hatch", "build", "targets", "wheel"], "packages", list(&[&source]))
            }
            "flit_core" if !has(document, &["flit", "module"]) => {
                (&["flit", "module"], "name", toml_edit::value(self.package))
            }
            "uv_build" if !has(document, &["uv", "build-backend", "module-name"]) => {
                (&["uv", "build-backend"], "module-name", toml_edit::value(self.package))
            }
            _ => return,
        };
        let mut table = document.as_table_mut();
        for key in ["tool"].iter().chain(keys) {
            let below = table.entry(key).or_insert_with(|| {
                let mut made = Table::new();
                made.set_implicit(true);
                Item::Table(made)
            });
            let Some(below) = below.as_table_mut() else { return };
            table = below;
        }
        table.remove("module-root");
        table.insert(key, value);
    }

    /// `setup.cfg`.
    fn config(&self, text: &str) -> Option<String> {
        let newline = LineEnding::of(text).as_str();
        let sections = ini::sections(text);
        let own = |section: &str, key: &str| {
            let section = sections.iter().find(|found| found.name == section)?;
            section.settings.iter().find(|found| found.key == key)
        };
        let all_gone = |found: &&ini::Setting<'_>| found.words().all(|name| self.is_gone(name));
        let packages = own("options", "packages");
        let modules = own("options", "py_modules").filter(all_gone);
        let is_searched = packages.and_then(|found| found.words().next()) == Some("find:");
        let packages = packages.filter(|found| is_searched || all_gone(found));
        let first = packages.or(modules)?;
        if own("options", "package_dir").is_some() {
            return None;
        }
        let found = format!("packages = find:{newline}package_dir ={newline}    = src{newline}");
        let mut edits = vec![Edit::replace(first.range.clone(), found)];
        let others = modules.filter(|modules| modules.range != first.range);
        edits.extend(others.map(|modules| Edit::delete(modules.range.clone())));
        let included = own("options.packages.find", "include");
        if let Some(included) =
            included.filter(|found| found.words().all(|name| self.is_left(name)))
        {
            let new = format!("include = {}*{newline}", self.package);
            edits.push(Edit::replace(included.range.clone(), new));
        }
        let searched = sections.iter().find(|found| found.name == "options.packages.find");
        match searched {
            Some(_) if own("options.packages.find", "where").is_some() => {}
            Some(section) => {
                edits.push(Edit::insert(section.end, format!("where = src{newline}")));
            }
            None => {
                let gap = if text.ends_with('\n') { "" } else { newline };
                let head = "[options.packages.find]";
                let new = format!("{gap}{newline}{head}{newline}where = src{newline}");
                edits.push(Edit::insert(text.len(), new));
            }
        }
        apply_edits(text, &edits).ok()
    }

    /// `setup.py`, where it is written in a plain way.
    fn script(&self, text: &str) -> Option<String> {
        // What it does not say may be said elsewhere, or be found.
        let says = ["packages", "py_modules"].iter().any(|key| text.contains(key));
        if !says || text.contains("package_dir") {
            return None;
        }
        let mut new = text.to_owned();
        for (pattern, value) in [(&*PACKAGES, "packages=find_packages(\"src\")"), (&*MODULES, "")] {
            let Some(found) = pattern.captures(&new) else { continue };
            let mut names = QUOTED.find_iter(&found[2]).map(|name| name.as_str());
            if !names.all(|name| self.is_gone(name.trim_matches(['"', '\'']))) {
                return None;
            }
            let value =
                if value.is_empty() { String::new() } else { format!("{}{value},", &found[1]) };
            let range = found.get(0)?.range();
            new.replace_range(range, &value);
        }
        let searched = FOUND.replace_all(&new, |found: &Captures<'_>| match &found[1] {
            end @ (")" | ",") => format!("find_packages(\"src\"{end}"),
            option => format!("find_packages(\"src\", {option}"),
        });
        new = searched.into_owned();
        let call = SETUP.find(&new)?.end();
        let is_broken = new[call..].starts_with(['\n', '\r']);
        let (gap, behind) = if is_broken { ("\n    ", ",") } else { ("", ", ") };
        let is_found = new.contains("find_packages(\"src\"");
        if !is_found && new.contains("packages=") {
            return None;
        }
        let found = if is_found {
            String::new()
        } else {
            format!("{gap}packages=find_packages(\"src\"){behind}")
        };
        new.insert_str(call, &format!("{gap}package_dir={{\"\": \"src\"}}{behind}{found}"));
        if !IMPORTED.is_match(&new) && new.contains("import setuptools\n") {
            new = new.replace("=find_packages(", "=setuptools.find_packages(");
        } else if !IMPORTED.is_match(&new) {
            new = IMPORT.replace(&new, "${1}find_packages, ${2}").into_owned();
        }
        let is_sound = IMPORTED.is_match(&new) && SyntaxTree::parse(&new).errors.is_empty();
        is_sound.then(|| restore(text, &new))
    }
}

static SETUP: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^[ \t]*(?:setuptools\.)?setup\("));
static PACKAGES: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(\s*)\bpackages\s*=\s*\[([^\]]*)\](?:[ \t]*,)?"));
static MODULES: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(\s*)\bpy_modules\s*=\s*\[([^\]]*)\](?:[ \t]*,)?"));
static QUOTED: LazyLock<Regex> = LazyLock::new(|| regex(r#"["'][^"']*["']"#));
static FOUND: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"\bfind_packages\((?:where\s*=\s*)?(?:["']\.?["'])?\s*(?:include\s*=\s*\[[^\]]*\]\s*,?\s*)?(\)|,|exclude)"#,
    )
});
static IMPORT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?m)^(from setuptools import (?:\()?)(\w)"));
static IMPORTED: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"from setuptools import [^\n]*\bfind_packages\b|setuptools\.find_packages")
});

#[expect(clippy::expect_used, reason = "the patterns are constants, tested below")]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

fn table<'t>(table: &'t mut dyn TableLike, path: &[&str]) -> Option<&'t mut dyn TableLike> {
    let mut table = table;
    for key in path {
        table = table.get_mut(key)?.as_table_like_mut()?;
    }
    Some(table)
}

fn list(names: &[&str]) -> Item {
    Item::Value(Value::Array(names.iter().copied().collect::<Array>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Entry;

    /// A file of a service whose `main.py` and `core/` are in `src/shop/` now.
    fn built(name: &str, text: &str) -> String {
        let files = [("src/shop/main.py", ""), ("tools/x.py", ""), (name, text)];
        let files = files.map(|(path, text)| (RelPath::new(path).unwrap(), Entry::file(text)));
        let mut tree: Tree = files.into_iter().collect();
        build_from_source_folder(&mut tree, "", "shop");
        tree.text(&RelPath::new(name).unwrap()).unwrap().to_owned()
    }

    #[test]
    fn setuptools_searches_the_source_folder_instead_of_everything() {
        let text = "[tool.setuptools.packages.find]\nwhere = [\".\"] # all\ninclude = [\"*\"]\n";

        let new = built("pyproject.toml", text);

        assert!(new.contains("where = [\"src\"]"), "{new}");
        assert!(new.contains("include = [\"*\"]"));
        assert_eq!(built("pyproject.toml", &new), new);
    }

    #[test]
    fn a_list_of_what_is_gone_becomes_a_search() {
        let text = "[tool.setuptools]\npy-modules = [\"main\"]\npackages = [\"core\", \"core.a\"]\n\n[tool.x]\ny = 1\n";

        let new = built("pyproject.toml", text);

        assert_eq!(new, "[tool.setuptools.packages.find]\nwhere = [\"src\"]\n\n[tool.x]\ny = 1\n");
    }

    #[test]
    fn a_list_with_something_that_is_still_there_stays() {
        let text = "[tool.setuptools]\npackages = [\"core\", \"tools\"]\n";

        assert_eq!(built("pyproject.toml", text), text);
    }

    #[test]
    fn every_build_system_is_told_in_its_own_words() {
        let cases = [
            (
                "[tool.hatch.build.targets.wheel]\npackages = [\"core\"]\n",
                "[tool.hatch.build.targets.wheel]\npackages = [\"src/shop\"]\n",
            ),
            (
                "[tool.poetry]\npackages = [{include = \"core\"}, {include = \"main.py\"}]\n",
                "[tool.poetry]\npackages = [{ include = \"shop\", from = \"src\" }]\n",
            ),
            (
                "[tool.pdm.build]\nincludes = [\"core\"]\n",
                "[tool.pdm.build]\nincludes = [\"src/shop\"]\npackage-dir = \"src\"\n",
            ),
            (
                "[tool.hatch.build.targets.wheel]\ninclude = [\"/core\", \"src/shop/main.py\", \"tools\"]\n",
                "[tool.hatch.build.targets.wheel]\ninclude = [\"src/shop\", \"tools\"]\n",
            ),
            (
                "[tool.poetry]\npackages = [{ include = \"core\", from = \".\" }, { include = \"tools\" }]\n",
                "[tool.poetry]\npackages = [{ include = \"shop\", from = \"src\" }, { include = \"tools\" }]\n",
            ),
            (
                "[build-system]\nbuild-backend = \"hatchling.build\"\n[project]\nname = \"core\"\n",
                "[build-system]\nbuild-backend = \"hatchling.build\"\n[project]\nname = \"core\"\n\n\
                 [tool.hatch.build.targets.wheel]\npackages = [\"src/shop\"]\n",
            ),
            (
                "[tool.setuptools.package-data]\ncore = [\"data/*.txt\"]\nmain = [\"*.json\"]\n",
                "[tool.setuptools.package-data]\nshop = [\"**/data/*.txt\", \"**/*.json\"]\n",
            ),
            ("[tool.hatch.envs.x]\ny = 1\n", "[tool.hatch.envs.x]\ny = 1\n"),
            ("[tool.flit.module]\nname = \"core\"\n", "[tool.flit.module]\nname = \"shop\"\n"),
            (
                "[tool.uv.build-backend]\nmodule-name = \"core\"\nmodule-root = \"\"\n",
                "[tool.uv.build-backend]\nmodule-name = \"shop\"\n",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(built("pyproject.toml", text), expected);
        }
    }

    #[test]
    fn setup_cfg_finds_the_package() {
        let text = "[metadata]\nname = shop\n\n[options]\npy_modules = main\npackages =\n    core\n    core.a\ninstall_requires =\n    fastapi\n";

        let new = built("setup.cfg", text);

        assert_eq!(
            new,
            "[metadata]\nname = shop\n\n[options]\npackages = find:\npackage_dir =\n    = src\n\
             install_requires =\n    fastapi\n\n[options.packages.find]\nwhere = src\n"
        );
        assert_eq!(built("setup.cfg", &new), new);
    }

    #[test]
    fn setup_cfg_includes_the_package_that_there_is() {
        let text = "[options]\npackages = find:\n\n[options.packages.find]\ninclude = core*\n";

        let new = built("setup.cfg", text);

        let expected = "[options.packages.find]\nwhere = src\ninclude = shop*\n";
        assert!(new.ends_with(expected), "{new}");
    }

    #[test]
    fn setup_py_finds_the_package() {
        let cases = [
            (
                "import setuptools\n\nsetuptools.setup(name=\"x\", packages=[\"core\"])\n",
                "import setuptools\n\nsetuptools.setup(package_dir={\"\": \"src\"}, name=\"x\", packages=setuptools.find_packages(\"src\"),)\n",
            ),
            (
                "from setuptools import setup, find_packages\nsetup(name=\"x\", packages=find_packages(include=[\"core\", \"core.*\"]))\n",
                "from setuptools import setup, find_packages\nsetup(package_dir={\"\": \"src\"}, name=\"x\", packages=find_packages(\"src\"))\n",
            ),
            (
                "from setuptools import setup\n\nsetup(\n    name=\"x\",\n    py_modules=[\"main\"],\n    packages=[\"core\"],\n)\n",
                "from setuptools import find_packages, setup\n\nsetup(\n    package_dir={\"\": \"src\"},\n    name=\"x\",\n    packages=find_packages(\"src\"),\n)\n",
            ),
            (
                "from setuptools import setup, find_packages\nsetup(name=\"x\", packages=find_packages(exclude=[\"tests\"]))\n",
                "from setuptools import setup, find_packages\nsetup(package_dir={\"\": \"src\"}, name=\"x\", packages=find_packages(\"src\", exclude=[\"tests\"]))\n",
            ),
        ];
        for (text, expected) in cases {
            let new = built("setup.py", text);
            assert_eq!(new, expected);
            assert_eq!(built("setup.py", &new), new);
        }
    }
}
