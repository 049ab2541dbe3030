//! Holds the order of modules that `src/lib.rs` documents: imports go downwards only.

#![expect(clippy::unwrap_used, reason = "a source that cannot be read fails the test")]

use std::path::{Path, PathBuf};

use regex::Regex;

/// The modules in the documented order, innermost first.
fn order() -> Vec<String> {
    let text = std::fs::read_to_string("src/lib.rs").unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("//! "));
    let lines = lines.skip_while(|line| !line.starts_with("`error`"));
    let listed: String = lines.take_while(|line| line.starts_with('`')).collect();
    let name = Regex::new("`([a-z_]+)`").unwrap();
    name.captures_iter(&listed).map(|found| found[1].to_owned()).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The top-level module that a source file belongs to; none for `lib.rs` and `main.rs`.
fn module_of(path: &Path) -> Option<String> {
    let below = path.strip_prefix("src").unwrap();
    let first = Path::new(below.components().next()?.as_os_str()).with_extension("");
    let name = first.to_str()?.to_owned();
    (name != "lib" && name != "main").then_some(name)
}

/// The top-level modules that a source text names, with their lines.
fn uses(text: &str) -> Vec<(usize, String)> {
    let single = Regex::new(r"\bcrate::([a-z_]+)").unwrap();
    let group = Regex::new(r"\bcrate::\{([^;]*)\}").unwrap();
    let first = Regex::new(r"(?:^|,)\s*([a-z_]+)").unwrap();
    let mut found = Vec::new();
    let code: Vec<&str> = text
        .lines()
        .map(|line| if line.trim_start().starts_with("//") { "" } else { line })
        .collect();
    for (index, line) in code.iter().enumerate() {
        let names = single.captures_iter(line).map(|found| found[1].to_owned());
        found.extend(names.map(|name| (index + 1, name)));
    }
    let code = code.join("\n");
    for hit in group.captures_iter(&code) {
        let line = 1 + code[..hit.get(0).unwrap().start()].matches('\n').count();
        found.extend(first.captures_iter(&hit[1]).map(|name| (line, name[1].to_owned())));
    }
    found
}

/// Each import that goes up, as `file:line: a uses b`.
fn violations(order: &[String], path: &Path, text: &str) -> Vec<String> {
    let Some(module) = module_of(path) else {
        return Vec::new();
    };
    let rank = |name: &str| order.iter().position(|known| known == name);
    let own = rank(&module);
    let up = uses(text).into_iter().filter(|(_, name)| {
        *name != module && rank(name).is_none_or(|rank| own.is_none_or(|own| rank > own))
    });
    up.map(|(line, name)| format!("{}:{line}: {module} uses {name}", path.display())).collect()
}

#[test]
fn imports_go_downwards_only() {
    let order = order();
    let files = sources(Path::new("src"));

    let found: Vec<String> = files
        .iter()
        .flat_map(|path| violations(&order, path, &std::fs::read_to_string(path).unwrap()))
        .collect();

    assert!(files.len() > 40 && order.len() > 15, "{} files, {order:?}", files.len());
    assert!(found.is_empty(), "imports that go up:\n{}", found.join("\n"));
}

#[test]
fn every_module_has_its_place_in_the_order() {
    let order = order();
    let mut modules: Vec<_> =
        sources(Path::new("src")).iter().filter_map(|path| module_of(path)).collect();
    modules.dedup();

    let missing: Vec<_> = modules.iter().filter(|module| !order.contains(module)).collect();

    assert!(missing.is_empty(), "not in the order of src/lib.rs: {missing:?}");
}

#[test]
fn an_import_that_goes_up_is_found() {
    let order = order();
    let texts = [
        "use crate::command::main;\n",
        "fn f() { crate::report::error(); }\n",
        "use crate::{\n    change::Entry,\n    template::Template,\n};\n",
    ];

    for text in texts {
        let found = violations(&order, Path::new("src/workspace/tree.rs"), text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
    }
}

#[test]
fn a_library_is_released_under_the_version_of_its_template() {
    let libraries = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/libs");
    let version = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let line = text.lines().find(|line| line.starts_with("version = ")).map(str::to_owned);
        line.unwrap_or_else(|| panic!("{} has no version", path.display()))
    };
    for entry in std::fs::read_dir(libraries).unwrap() {
        let folder = entry.unwrap().path();
        if folder.join("template.toml").is_file() {
            let said = version(folder.join("template.toml"));
            assert_eq!(said, version(folder.join("files/pyproject.toml.tera")), "{folder:?}");
        }
    }
}
