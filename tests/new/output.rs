//! What is written and what is printed when all is well.

use std::process::Command;

use crate::support::{Place, tree};

#[test]
fn the_first_service_makes_workspace_libraries_registry_and_compose() {
    let place = Place::empty();

    let text = place.ok(&["new", "osint_service", "--root", "demo", "--yes"]);

    assert!(text.starts_with("created osint_service on port 8100 (family services)\n"), "{text}");
    assert!(text.ends_with(
        "next:\n  cd demo\n  uv sync\n  uv run osint-service\n  curl localhost:8100/health/live\n"
    ), "{text}");
    let files = place.tree();
    for path in [
        "scaffold.toml",
        "ports.yaml",
        "docker-compose.yml",
        "pyproject.toml",
        "libs/vertice_core/pyproject.toml",
        "services/osint_service/src/osint_service/main.py",
        "services/osint_service/Dockerfile",
        "services/osint_service/.scaffold/answers.toml",
    ] {
        assert!(files.contains_key(&std::path::Path::new("demo").join(path)), "{path}");
    }
    assert!(!place.demo().join(".scaffold/run").exists());
}

#[test]
fn the_second_service_keeps_everything_that_is_there() {
    let place = Place::with_workspace();
    let ports = place.demo().join("ports.yaml");
    let text = std::fs::read_to_string(&ports).unwrap();
    std::fs::write(&ports, text.replace("osint_service: 8100", "osint_service: 8100  # ours"))
        .unwrap();
    let before = place.tree();

    place.ok(&["new", "orders", "--root", "demo", "--with", "none"]);

    let after = place.tree();
    let edited: Vec<_> =
        before.iter().filter(|(path, bytes)| after.get(*path) != Some(bytes)).collect();
    let edited: Vec<_> = edited.iter().map(|(path, _)| path.to_str().unwrap()).collect();
    assert_eq!(edited, ["demo/.env.ports", "demo/docker-compose.yml", "demo/ports.yaml"]);
    let text = std::fs::read_to_string(&ports).unwrap();
    assert!(text.ends_with("  osint_service: 8100  # ours\n  orders: 8101\n"), "{text}");
}

#[test]
fn features_that_are_off_leave_no_trace() {
    let place = Place::with_workspace();

    place.ok(&["new", "plain", "--root", "demo", "--with", "none"]);
    place.ok(&["new", "full", "--root", "demo", "--with", "database,http,messaging"]);

    let names = |service: &str| {
        let folder = place.demo().join("services").join(service);
        let files = tree(&folder);
        files.keys().map(|path| path.to_str().unwrap().replace(service, "NAME")).collect::<Vec<_>>()
    };
    let parts = ["/database/", "/http/", "/messaging/"];
    let has = |service: &str, part: &str| names(service).iter().any(|path| path.contains(part));
    for part in parts {
        assert!(!has("plain", part) && has("full", part), "{part}");
    }
    assert!(!names("plain").iter().any(|path| path.ends_with('/')), "an empty folder");
}

#[test]
fn the_dry_run_writes_nothing_and_shows_every_byte() {
    let place = Place::with_workspace();
    let before = place.tree();
    let arguments = ["new", "orders", "--root", "demo", "--format", "json"];

    let shown = place.json(&[&arguments[..], &["--dry-run"]].concat());

    assert_eq!(place.tree(), before);
    let patched = Place::with_workspace();
    patched.write("change.diff", shown["diff"].as_str().unwrap());
    let mut git = Command::new("git");
    git.args(["apply", "--directory=demo", "change.diff"]).current_dir(patched.path());
    assert!(git.status().unwrap().success());
    std::fs::remove_file(patched.path().join("change.diff")).unwrap();
    place.ok(&arguments);
    let text_only = |place: &Place| {
        let mut files = place.tree();
        files.retain(|path, _| path.extension().is_none_or(|ending| ending != "z"));
        files
    };
    assert_eq!(text_only(&patched), text_only(&place));
}

#[test]
fn json_says_what_was_made() {
    let place = Place::with_workspace();

    let made = place.json(&[
        "new", "orders", "--root", "demo", "--format", "json", "--family", "core", "--entity",
        "Order", "--with", "http",
    ]);

    assert_eq!(made["service"], "orders");
    assert_eq!(made["port"], 8001);
    assert_eq!(made["family"], "core");
    assert_eq!(made["entity"], "Order");
    assert_eq!(
        made["features"],
        serde_json::json!({ "contract": false, "database": false, "http": true, "messaging": false })
    );
    assert_eq!(made["libs"], serde_json::json!(["vertice_core", "vertice_api"]));
    assert_eq!(made["workspace"]["created"], false);
}

#[test]
fn the_gateway_gets_the_first_port_of_the_core() {
    let place = Place::with_workspace();

    let made = place.json(&[
        "new",
        "api_gateway",
        "--root",
        "demo",
        "--format",
        "json",
        "--family",
        "core",
    ]);

    assert_eq!(made["port"], 8000);
}

#[test]
fn the_workspace_is_found_from_below_and_its_prefix_is_used() {
    let place = Place::empty();
    place.write("demo/scaffold.toml", "[workspace]\nname = \"demo\"\nprefix = \"acme\"\n");
    place.write("demo/docs/notes.md", "");
    let mut command = place.command(&["new", "orders"]);

    let output = command.current_dir(place.demo().join("docs")).output().unwrap();

    assert!(output.status.success(), "{}", crate::support::transcript(&output));
    assert!(place.demo().join("libs/acme_core/src/acme_core/logging.py").is_file());
    assert!(place.demo().join("services/orders").is_dir());
}
