//! The one service of a repository that holds more than that.
//!
//! Many repositories keep a service in `backend/` beside a frontend and start it from there. Such
//! a folder is the service, and what lies around it is not.

use super::compose;
use super::services::{MANIFESTS, find};
use super::{Folder, Tree, is_dockerfile};
use crate::change::RelPath;

/// The only service below `base`, when `base` is none itself: nothing makes it a project, all
/// Python lies in one folder that is one, and no code imports through that folder's name.
pub fn only_service(tree: &Tree, base: &Folder) -> Option<RelPath> {
    let has_code =
        || tree.iter().any(|(path, _)| path.extension() == "py" && Folder::of(path) == *base);
    if is_project(tree, base) || has_code() {
        return None;
    }
    let found = find(tree, base, &compose::all(tree));
    let [only] = found.as_slice() else { return None };
    let folder = only.folder.clone();
    let is_whole = python(tree, base).all(|(path, _)| path.starts_with(&folder));
    let way = base.path().and_then(|base| folder.below(base)).unwrap_or_else(|| folder.clone());
    let is_imported = || {
        // A service that was migrated has its package below `src`, perhaps by its folder's name.
        let is_own = |name: &&str| {
            let package = folder.join(format!("src/{name}"));
            package.is_ok_and(|package| tree.has_folder(&package))
        };
        let names: Vec<&str> = way.segments().filter(|name| !is_own(name)).collect();
        python(tree, base).any(|(_, text)| names.iter().any(|name| imports(text, name)))
    };
    let own = Folder::from(folder.clone());
    (is_project(tree, &own) && is_whole && !is_imported()).then_some(folder)
}

/// The projects below `base`, when it is none itself and has no code of its own: several services,
/// which nothing makes one.
pub fn projects_below(tree: &Tree, base: &Folder) -> Vec<RelPath> {
    let has_code =
        || tree.iter().any(|(path, _)| path.extension() == "py" && Folder::of(path) == *base);
    if is_project(tree, base) || has_code() {
        return Vec::new();
    }
    let found = find(tree, base, &compose::all(tree)).into_iter().map(|found| found.folder);
    found.filter(|folder| is_project(tree, &Folder::from(folder.clone()))).collect()
}

/// Whether a folder has a manifest or an image of its own.
fn is_project(tree: &Tree, folder: &Folder) -> bool {
    let manifest = MANIFESTS.iter().any(|name| {
        let text = folder.file(name).and_then(|path| tree.text(&path));
        text.is_some_and(|text| !holds_only_tools(name, text))
    });
    let lists = folder.file("requirements").is_some_and(|lists| {
        tree.below(&lists).any(|(path, _)| matches!(path.extension(), "txt" | "in"))
    });
    manifest
        || lists
        || tree.iter().any(|(path, _)| is_dockerfile(path) && Folder::of(path) == *folder)
}

/// A `pyproject.toml` or `setup.cfg` with tables of tools and nothing else.
fn holds_only_tools(name: &str, text: &str) -> bool {
    let tells = match name {
        "pyproject.toml" => ["[project]", "[build-system]", "[tool.poetry]"],
        "setup.cfg" => ["[metadata]", "[options]", "[options.packages.find]"],
        _ => return false,
    };
    !text.lines().any(|line| tells.contains(&line.trim()))
}

fn python<'a>(tree: &'a Tree, base: &'a Folder) -> impl Iterator<Item = (&'a RelPath, &'a str)> {
    let files = tree.iter().filter(|(path, _)| {
        path.extension() == "py" && base.path().is_none_or(|base| path.starts_with(base))
    });
    files.map(|(path, entry)| (path, entry.text().unwrap_or_default()))
}

/// Whether a line imports the module `name` or something below it.
fn imports(text: &str, name: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        let rest = line.strip_prefix("from ").or_else(|| line.strip_prefix("import "));
        let rest = rest.and_then(|rest| rest.trim_start().strip_prefix(name));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ' ', ',']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Entry;

    fn only(files: &[(&str, &str)]) -> Option<String> {
        let file = |(path, text): &(&str, &str)| (RelPath::new(path).unwrap(), Entry::file(*text));
        let tree: Tree = files.iter().map(file).collect();
        only_service(&tree, &Folder::ROOT).map(|folder| folder.to_string())
    }

    const APP: &str = "from fastapi import FastAPI\n\napp = FastAPI()\n";

    #[test]
    fn a_backend_beside_a_frontend_is_the_service() {
        let found = only(&[
            ("backend/requirements.txt", "fastapi\n"),
            ("backend/app/main.py", APP),
            ("frontend/package.json", "{}\n"),
            ("pyproject.toml", "[tool.ruff]\nline-length = 99\n"),
        ]);

        assert_eq!(found.as_deref(), Some("backend"));
    }

    #[test]
    fn a_folder_through_whose_name_code_imports_is_part_of_the_service() {
        let found = only(&[
            ("backend/requirements.txt", "fastapi\n"),
            ("backend/main.py", APP),
            ("backend/store.py", "from backend.main import app\n"),
        ]);

        assert_eq!(found, None);
    }

    #[test]
    fn a_project_and_code_around_the_folder_are_the_service_themselves() {
        let around = only(&[
            ("app/requirements.txt", "fastapi\n"),
            ("app/main.py", APP),
            ("checks/test_app.py", "import main\n"),
        ]);
        let project = only(&[
            ("pyproject.toml", "[project]\nname = \"shop\"\n"),
            ("app/requirements.txt", "fastapi\n"),
            ("app/main.py", APP),
        ]);

        let package = only(&[("store/__init__.py", ""), ("store/main.py", APP)]);

        assert_eq!((around, project, package), (None, None, None));
    }
}
