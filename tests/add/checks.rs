//! A workspace to which everything was added: all checks of Python's own tools pass.

use std::path::Path;

use crate::tools::{run, scaffold, uv_in};

/// What is added, each twice: a service and the words after `add`.
const ADDITIONS: [(&str, &[&str]); 3] = [
    ("orders", &["entity", "Parcel"]),
    (
        "orders",
        &[
            "entity",
            "Crate",
            "--unique",
            "label",
            "--field",
            "label:str",
            "--field",
            "weight:float",
            "--field",
            "pieces:int?",
            "--field",
            "sent_at:datetime",
            "--field",
            "due_on:date?",
            "--field",
            "owner_id:uuid",
            "--field",
            "price:decimal",
            "--field",
            "fragile:bool",
            "--field",
            "note:str?",
        ],
    ),
    ("billing", &["entity", "Invoice", "--field", "total:decimal", "--field", "paid_at:datetime?"]),
];

fn tool(workspace: &Path, arguments: &[&str]) -> String {
    run(uv_in(workspace).args(["run", "--no-sync"]).args(arguments))
}

#[test]
fn what_was_added_passes_every_check() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    let new = |words: &[&str]| {
        scaffold(folder.path(), &[&["new"], words, &["--root", "demo", "--yes"]].concat());
    };
    new(&["orders", "--kind", "crud", "--with", "database,messaging", "--entity", "Order"]);
    new(&["billing", "--with", "http", "--entity", "Account"]);
    for (service, words) in ADDITIONS {
        let place: &[&str] = &["--service", service, "--root", "demo"];
        let add = || scaffold(folder.path(), &[&["add"], words, place].concat());
        assert!(add().starts_with("added "), "{words:?}");
        assert!(add().ends_with(" already: nothing to do\n"), "{words:?}");
    }

    run(uv_in(&demo).args(["sync", "--quiet", "--all-packages"]));

    tool(&demo, &["ruff", "check"]);
    tool(&demo, &["ruff", "format", "--check"]);
    for service in ["orders", "billing"] {
        tool(&demo, &["mypy", "--strict", &format!("services/{service}")]);
        let config = format!("services/{service}/pyproject.toml");
        let text = tool(&demo, &["lint-imports", "--config", &config]);
        assert!(text.contains("2 kept, 0 broken"), "{text}");
    }
    tool(&demo, &["pytest", "--quiet", "services"]);
}
