//! The Python of a case: `tests/run.py` prints what the service does, before and after.

use std::process::{Command, Output};

use scaffold::change::RelPath;
use scaffold::workspace::Tree;

use crate::cases::{Case, write_tree};

/// Says how the output of the case's script changes; nothing when it has none.
pub(crate) fn problems(case: &Case, after: &Tree) -> Vec<String> {
    let script = match &case.folder {
        Some(folder) => folder.join("tests/run.py").unwrap(),
        None => RelPath::new("tests/run.py").unwrap(),
    };
    if case.before.get(&script).is_none() {
        return Vec::new();
    }
    let was = run(case, &case.before, ".");
    let is = run(case, after, "src");
    if !was.status.success() {
        return vec![format!("tests/run.py fails before the step: {}", text(&was.stderr))];
    }
    if was.stdout.is_empty() {
        return vec!["tests/run.py prints nothing".to_owned()];
    }
    if !is.status.success() {
        return vec![format!("tests/run.py fails after the step: {}", text(&is.stderr))];
    }
    if was.stdout == is.stdout {
        return Vec::new();
    }
    vec![format!("tests/run.py printed {:?}, now {:?}", text(&was.stdout), text(&is.stdout))]
}

/// Runs the script in a copy of the tree, from the service's folder.
fn run(case: &Case, tree: &Tree, search_path: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let root = camino::Utf8Path::from_path(folder.path()).unwrap().join(crate::cases::NAME);
    write_tree(tree, &root);
    let service = case.folder.as_ref().map_or(root.clone(), |folder| root.join(folder.as_str()));
    let around =
        if case.folder.is_some() { root.as_str() } else { folder.path().to_str().unwrap() };
    Command::new("python3")
        .args(["-B", "tests/run.py"])
        .current_dir(&service)
        .env("PYTHONPATH", format!("{search_path}:{around}"))
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}
