//! Which folders are taken for services.

use super::*;
use crate::change::Entry;

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(name, text)| (path(name), Entry::file(*text))).collect()
}

const APP: &str = "from fastapi import FastAPI\napp = FastAPI()\n";

#[test]
fn a_backend_gives_its_outermost_services_with_reasons() {
    let tree = tree(&[
        (
            "docker-compose.yml",
            "services:\n  gateway:\n    build: ./back/gateway\n  db:\n    build: ./back/db\n",
        ),
        ("back/requirements.txt", ""),
        ("back/gateway/run.py", "x = 1\n"),
        ("back/db/Dockerfile", "FROM postgres\n"),
        ("back/services/a/Dockerfile", "FROM x\n"),
        ("back/services/a/main.py", APP),
        ("back/services/a/plugins/p/main.py", APP),
        ("back/services/b-c/src/pkg/main.py", APP),
        ("back/services/b-c/pyproject.toml", ""),
        ("back/services/worker/pyproject.toml", ""),
        ("back/services/worker/jobs.py", "x = 1\n"),
        ("back/services/tests/main.py", APP),
        ("back/services/notes/readme.md", ""),
    ]);
    let compose = compose_files(&tree, &[]);

    let found = find(&tree, &Folder::ROOT, &compose);

    let folders: Vec<_> = found.iter().map(|candidate| candidate.folder.as_str()).collect();
    let expected = ["back/gateway", "back/services/a", "back/services/b-c", "back/services/worker"];
    assert_eq!(folders, expected);
    assert_eq!(found[0].reasons[0].what, "compose builds it as `gateway`");
    assert_eq!(homes(&found)[0], (path("back/services"), 3));
}

#[test]
fn a_workspace_has_the_projects_of_its_folder_and_those_it_names() {
    let tree = tree(&[
        ("services/a/pyproject.toml", ""),
        ("services/a/src/a/main.py", APP),
        ("services/old/main.py", APP),
        ("services/static/index.html", ""),
        ("tools/vault/app.py", APP),
    ]);
    let text = "[workspace]\nname = \"x\"\nexclude = [\"old\"]\n[services.vault]\npath = \"tools/vault\"\n";

    let found = services(&tree, &Config::parse(text).unwrap());

    let names: Vec<_> = found.iter().map(|service| service.name.as_str()).collect();
    assert_eq!(names, ["a", "vault"]);
}
