//! Steps that depend on what is asked for, and libraries that a step generates.

use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use scaffold::change::{Entry, RelPath};
use scaffold::migration::{Plan, Selection, ServiceTarget, StepState, catalogue};
use scaffold::workspace::{Scope, Tree};

use crate::cases::write_tree;

const SERVICE: &str = "services/shop";

/// The case in which image and compose start different applications.
fn two_applications() -> Tree {
    let path = "migrations/0260-one-entry/cases/compose-starts-what-has-the-routes/before";
    Tree::read(Utf8Path::new(path), &Scope::default()).unwrap()
}

fn plan(tree: &Tree, selection: &Selection) -> Plan {
    let folder = RelPath::new(SERVICE).unwrap();
    let target = ServiceTarget::new(tree, Some(folder), "shop").unwrap();
    Plan::build(tree, &target, catalogue().unwrap(), selection).unwrap()
}

fn state(plan: &Plan, id: &str) -> StepState {
    plan.steps.iter().find(|step| step.step.id == id).unwrap().state
}

fn text<'a>(plan: &'a Plan, path: &str) -> &'a str {
    plan.after.text(&RelPath::new(path).unwrap()).unwrap()
}

#[test]
fn what_the_image_starts_is_changed_only_when_somebody_chose() {
    let tree = two_applications();
    let to = Some("one-entry".to_owned());
    let chosen = |entry: Option<&str>| Selection {
        to: to.clone(),
        entry: entry.map(str::to_owned),
        ..Selection::default()
    };

    let untouched = plan(&tree, &chosen(None));
    let by_compose = plan(&tree, &chosen(Some("api:app")));
    let by_image = plan(&tree, &chosen(Some("main:app")));
    let unknown = plan(&tree, &chosen(Some("other:app")));

    assert_eq!(state(&untouched, "one-entry"), StepState::Skipped);
    assert!(text(&by_compose, "services/shop/Dockerfile").contains("[\"uvicorn\", \"api:app\","));
    assert!(text(&by_compose, "docker-compose.yml").contains("uvicorn api:app"));
    assert!(text(&by_image, "services/shop/Dockerfile").contains("[\"uvicorn\", \"main:app\","));
    assert!(text(&by_image, "docker-compose.yml").contains("uvicorn main:app"));
    let refusal = unknown.refused().unwrap().refusal.as_deref().unwrap();
    assert_eq!(refusal, "other:app is started nowhere; it is api:app or main:app");
}

#[test]
fn the_flag_settles_what_is_started_without_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::try_from(folder.path().to_owned()).unwrap();
    write_tree(&two_applications(), &root);
    let service = root.join(SERVICE);

    let output = Command::new(env!("CARGO_BIN_EXE_scaffold"))
        .args(["migrate", service.as_str(), "--root", root.as_str(), "--yes", "--no-commit"])
        .args(["--to", "one-entry", "--entry", "api:app"])
        .output()
        .unwrap();

    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("main:app is started by nothing now"), "{shown}");
    let image = std::fs::read_to_string(service.join("Dockerfile")).unwrap();
    assert!(image.ends_with("CMD [\"uvicorn\", \"api:app\", \"--port\", \"8000\"]\n"), "{image}");
}

#[test]
fn libraries_that_are_missing_are_generated_as_new_generates_them() {
    let files = [
        ("scaffold.toml", "[workspace]\nname = \"demo\"\nprefix = \"acme\"\n"),
        ("services/shop/main.py", "from fastapi import FastAPI\n\napp = FastAPI()\n"),
        ("services/shop/pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\n"),
    ];
    let entry =
        |(path, text): (&str, &str)| (RelPath::new(path).unwrap(), Entry::file(text.as_bytes()));
    let tree: Tree = files.into_iter().map(entry).collect();
    let only = Selection { only: vec!["shared-libraries".to_owned()], ..Selection::default() };

    let planned = plan(&tree, &only);
    let again = plan(&planned.after, &only);

    assert!(text(&planned, "libs/acme_core/pyproject.toml").contains("name = \"acme-core\""));
    assert!(text(&planned, "libs/acme_api/src/acme_api/__init__.py").contains("\"\"\""));
    assert!(!planned.after.has_folder(&RelPath::new("libs/acme_db").unwrap()));
    assert!(text(&planned, "services/shop/pyproject.toml").contains("\"acme-api\""));
    assert!(again.is_empty());
}

#[test]
fn a_person_is_asked_which_application_both_start() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::try_from(folder.path().to_owned()).unwrap();
    write_tree(&two_applications(), &root);
    let service = root.join(SERVICE);
    let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));
    command.args(["migrate", service.as_str(), "--root", root.as_str(), "--no-commit"]);
    command.args(["--only", "one-entry"]).env("TERM", "xterm").env_remove("NO_COLOR");
    let mut session = rexpect::session::spawn_command(command, Some(20_000)).unwrap();

    session.exp_string("start which?").unwrap();
    session.send("\r").unwrap();
    session.flush().unwrap();
    session.exp_string("paths would change").unwrap();
    session.send("\r").unwrap();
    session.flush().unwrap();
    session.exp_eof().unwrap();

    let image = std::fs::read_to_string(service.join("Dockerfile")).unwrap();
    assert!(image.contains("\"api:app\", \"--port\""), "{image}");
}
