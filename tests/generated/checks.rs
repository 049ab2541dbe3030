//! One workspace with a default service and one with every feature: all checks pass, nothing
//! edited.

use std::path::{Path, PathBuf};

use crate::app::App;
use crate::tools::{run, scaffold, uv_in};

#[test]
fn a_generated_workspace_passes_every_check_and_its_services_start() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    // Ports that are free on this machine, as a family of their own.
    let ports = App::free_ports();
    std::fs::create_dir(&demo).unwrap();
    let family = format!("[families.test]\nports = \"{}-{}\"\n", ports.start(), ports.end());
    let config = format!("[workspace]\nname = \"demo\"\n\n{family}");
    std::fs::write(demo.join("scaffold.toml"), config).unwrap();
    let family = ["--family", "test", "--root", "demo"];
    scaffold(folder.path(), &[&["new", "osint_service"], &family[..]].concat());
    let every = ["new", "parcel_tracking", "--with", "database,http,messaging"];
    scaffold(folder.path(), &[&every[..], &family[..]].concat());

    run(uv_in(&demo).args(["sync", "--quiet"]));

    lint(&demo);
    types(&demo);
    layers(&demo);
    tests(&demo);
    for (name, port) in [("osint-service", *ports.start()), ("parcel-tracking", ports.start() + 1)]
    {
        App::start(&demo, name, port).answers();
    }
}

fn tool(workspace: &Path, arguments: &[&str]) -> String {
    run(uv_in(workspace).args(["run", "--no-sync"]).args(arguments))
}

fn lint(workspace: &Path) {
    tool(workspace, &["ruff", "check"]);
    tool(workspace, &["ruff", "format", "--check"]);
}

/// Each member by itself: test modules of different members may have the same name.
fn types(workspace: &Path) {
    for member in members(workspace, "libs").into_iter().chain(members(workspace, "services")) {
        tool(workspace, &["mypy", "--strict", member.to_str().unwrap()]);
    }
}

fn layers(workspace: &Path) {
    for service in members(workspace, "services") {
        let config = service.join("pyproject.toml");
        let text = tool(workspace, &["lint-imports", "--config", config.to_str().unwrap()]);
        assert!(text.contains("2 kept, 0 broken"), "{text}");
    }
}

fn tests(workspace: &Path) {
    let text = tool(workspace, &["pytest", "--cov", "--quiet"]);
    let total = text.lines().find(|line| line.starts_with("TOTAL")).unwrap_or_default();
    let percent = total.rsplit(' ').next().and_then(|cell| cell.strip_suffix('%'));
    let percent: u32 =
        percent.and_then(|cell| cell.parse().ok()).unwrap_or_else(|| panic!("{text}"));
    assert!(percent >= 90, "{text}");
}

fn members(workspace: &Path, folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(workspace.join(folder)).unwrap();
    let mut found: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.join("pyproject.toml").is_file());
    found.sort();
    assert!(found.len() >= 2, "{folder}: {found:?}");
    found
}
