//! The workspace's own `pyproject.toml`: which folders are its members.

use std::str::FromStr;

use toml_edit::{Array, DocumentMut, Item, Value};

use super::project::{implicit, push, put};
use crate::change::RelPath;
use crate::operation::text::restore;
use crate::workspace::{Config, Tree};

/// The file at the workspace's root.
pub(super) const ROOT_PROJECT: &str = "pyproject.toml";

/// Makes the service and the libraries members of the uv workspace, which is made when the root
/// has no project of its own.
pub fn join(
    tree: &mut Tree,
    folder: &RelPath,
    config: &Config,
    names: &[String],
) -> Result<(), String> {
    let path = RelPath::new(ROOT_PROJECT).map_err(|error| error.to_string())?;
    let Some(text) = tree.text(&path).map(str::to_owned) else {
        let text = format!(
            "# The projects that share one lock file; each keeps its own pyproject.toml.\n\n\
             [tool.uv.workspace]\nmembers = [\"{}/*\", \"{folder}\"]\n",
            config.libs
        );
        put(tree, &path, &text);
        return Ok(());
    };
    let mut document = DocumentMut::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
    let members = members(&mut document)?;
    let mut wanted = vec![folder.as_str().to_owned()];
    for name in names {
        wanted.push(format!("{}/{}", config.libs, name.replace('-', "_")));
    }
    for member in wanted {
        let is_there = |pattern: &str| covers(pattern, &member);
        if members.iter().filter_map(Value::as_str).any(is_there) {
            continue;
        }
        let is_library = member != folder.as_str();
        let new = if is_library { format!("{}/*", config.libs) } else { member };
        push(members, &new);
    }
    put(tree, &path, &restore(&text, &document.to_string()));
    Ok(())
}

fn members(document: &mut DocumentMut) -> Result<&mut Array, String> {
    let tool = document.entry("tool").or_insert_with(implicit).as_table_like_mut();
    let uv = tool.ok_or("[tool] is no table")?.entry("uv").or_insert_with(implicit);
    let uv = uv.as_table_like_mut().ok_or("[tool.uv] is no table")?;
    let workspace = uv.get_mut("workspace").and_then(Item::as_table_like_mut);
    let workspace = workspace.ok_or("there is no [tool.uv.workspace]")?;
    let list = workspace.entry("members").or_insert(Item::Value(Value::Array(Array::new())));
    list.as_array_mut().ok_or_else(|| "members is no list".to_owned())
}

/// Whether a glob of members names a folder: `*` stands for part of one segment.
pub(super) fn covers(pattern: &str, folder: &str) -> bool {
    let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
    let (globs, names) = (pattern.split('/'), folder.split('/'));
    globs.clone().count() == names.clone().count()
        && globs.zip(names).all(|(glob, name)| segment(glob, name))
}

fn segment(glob: &str, name: &str) -> bool {
    match glob.split_once('*') {
        None => glob == name,
        Some((start, rest)) => {
            let Some(left) = name.strip_prefix(start) else { return false };
            let mut ends = left.char_indices().map(|(at, _)| at).chain([left.len()]);
            ends.any(|at| segment(rest, &left[at..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_stands_for_folders_of_its_depth() {
        assert!(covers("services/*", "services/shop"));
        assert!(covers("./libs/vertice_*/", "libs/vertice_core"));
        assert!(!covers("services/*", "backend/services/shop"));
        assert!(!covers("services", "services/shop"));
    }
}
