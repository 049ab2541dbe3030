//! The project files of a service whose code lies below `src`: layer packages, pytest's search
//! path, where the build finds the package.

use std::str::FromStr;

use toml_edit::{Array, DocumentMut, Item, Table, Value};

use super::text::{LineEnding, restore};
use crate::change::{Entry, RelPath};
use crate::layering::Layer;
use crate::python::join;
use crate::workspace::Tree;

/// Creates `src/<package>/` with one package per layer.
pub fn add_layer_folders(tree: &mut Tree, root: &str, package: &str) {
    let source = join(root, &format!("src/{package}"));
    for layer in Layer::ALL {
        let Ok(path) = RelPath::new(format!("{source}/{}/__init__.py", layer.folder())) else {
            continue;
        };
        if tree.get(&path).is_none() {
            tree.set(path, Entry::file(layer_docstring(layer)));
        }
    }
}

/// What a new layer package says of itself.
pub fn layer_docstring(layer: Layer) -> &'static str {
    match layer {
        Layer::Domain => "\"\"\"Domain: models, rules and ports, free of frameworks.\"\"\"\n",
        Layer::Application => "\"\"\"Application: use cases over the domain.\"\"\"\n",
        Layer::Infrastructure => "\"\"\"Infrastructure: databases, clients and messaging.\"\"\"\n",
        Layer::Presentation => "\"\"\"Presentation: routes, schemas and middleware.\"\"\"\n",
    }
}

/// Lets pytest find the package below `src`, in whichever file configures it.
pub fn search_source_folder(tree: &mut Tree, root: &str) {
    for name in ["pytest.ini", "tox.ini", "setup.cfg"] {
        let Ok(path) = RelPath::new(join(root, name)) else { continue };
        let section = if name == "setup.cfg" { "[tool:pytest]" } else { "[pytest]" };
        let Some(text) = tree.text(&path).filter(|text| text.contains(section)) else { continue };
        let new = in_ini(text, section);
        set_text(tree, &path, new);
        return;
    }
    let Ok(path) = RelPath::new(join(root, "pyproject.toml")) else { return };
    let new = tree.text(&path).and_then(in_pyproject);
    if let Some(new) = new {
        set_text(tree, &path, new);
    }
}

fn set_text(tree: &mut Tree, path: &RelPath, text: String) {
    if let Some(entry) = tree.get(path).map(|entry| entry.with_bytes(text)) {
        tree.set(path.clone(), entry);
    }
}

/// Adds `src` to `pythonpath` of an INI section.
fn in_ini(text: &str, section: &str) -> String {
    let newline = LineEnding::of(text).as_str();
    let mut output = String::with_capacity(text.len() + 24);
    let mut inside = false;
    let mut done = false;
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('[') {
            inside = line.trim() == section;
            output.push_str(line);
            let has_own = text.lines().any(|line| line.trim_start().starts_with("pythonpath"));
            if inside && !has_own && !done {
                if !line.ends_with('\n') {
                    output.push_str(newline);
                }
                output.push_str(&format!("pythonpath = src{newline}"));
                done = true;
            }
            continue;
        }
        if inside && line.trim_start().starts_with("pythonpath") && !done {
            let trimmed = line.trim_end();
            let has_it = trimmed.split(['=', ' ']).any(|word| word == "src");
            output.push_str(trimmed);
            output.push_str(if has_it { "" } else { " src" });
            output.push_str(&line[trimmed.len()..]);
            done = true;
            continue;
        }
        output.push_str(line);
    }
    output
}

/// Adds `src` to pytest's `pythonpath`: that of `tool.pytest.ini_options`, or of `tool.pytest`
/// itself where its options stand there, as pytest reads only one of both. The rest keeps its form.
fn in_pyproject(text: &str) -> Option<String> {
    let mut document = DocumentMut::from_str(text).ok()?;
    let tool = document.entry("tool").or_insert_with(implicit_table).as_table_like_mut()?;
    let pytest = tool.entry("pytest").or_insert_with(implicit_table).as_table_like_mut()?;
    let is_native = pytest.iter().any(|(key, _)| key != "ini_options");
    let options = if is_native && !pytest.contains_key("ini_options") {
        pytest
    } else {
        pytest.entry("ini_options").or_insert(Item::Table(Table::new())).as_table_like_mut()?
    };
    match options.get_mut("pythonpath") {
        None => {
            options.insert("pythonpath", Item::Value(Value::Array(Array::from_iter(["src"]))));
        }
        Some(Item::Value(Value::Array(list))) => {
            if !list.iter().any(|value| value.as_str() == Some("src")) {
                list.push("src");
            }
        }
        Some(Item::Value(Value::String(single))) => {
            let joined = single.value().clone();
            if !joined.split_whitespace().any(|part| part == "src") {
                options.insert("pythonpath", toml_edit::value(format!("{joined} src")));
            }
        }
        Some(_) => return None,
    }
    Some(restore(text, &document.to_string()))
}

fn implicit_table() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_in_the_table_of_pytest_itself_get_no_second_table() {
        let text = "[tool.pytest]\naddopts = [\"-v\"]\n";

        let new = in_pyproject(text).unwrap();

        assert_eq!(new, "[tool.pytest]\naddopts = [\"-v\"]\npythonpath = [\"src\"]\n");
    }

    #[test]
    fn pytest_finds_src_and_everything_else_keeps_its_form() {
        let text = "[tool.pytest.ini_options]\r\n# why\r\ntestpaths = [ \"tests\" ]\r\n";

        let new = in_pyproject(text).unwrap();

        assert_eq!(new, format!("{text}pythonpath = [\"src\"]\r\n"));
        assert_eq!(in_pyproject(&new).unwrap(), new);
    }

    #[test]
    fn an_ini_section_gets_the_line_once() {
        let text = "[pytest]\naddopts = -q\n";

        let new = in_ini(text, "[pytest]");

        assert_eq!(new, "[pytest]\npythonpath = src\naddopts = -q\n");
        assert_eq!(in_ini(&new, "[pytest]"), new);
    }
}
