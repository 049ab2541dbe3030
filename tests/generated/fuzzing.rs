//! schemathesis against a generated service: what its OpenAPI document says is what it does.

use std::path::Path;
use std::process::Command;

use crate::app::App;
use crate::tools::{run, scaffold, text, uv_in};

/// The release that the checks are named after.
const SCHEMATHESIS: &str = "schemathesis>=4.32,<5";
/// Examples for each operation.
const EXAMPLES: &str = "200";
/// No error of the server, and no answer that the document does not describe.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance";

fn schemathesis(workspace: &Path) -> Command {
    let mut command = uv_in(workspace);
    command.args(["tool", "run", "--from", SCHEMATHESIS, "schemathesis"]);
    command
}

#[test]
fn a_generated_service_answers_as_its_document_says() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    let port = *App::free_ports().start();
    let at = port.to_string();
    let family = format!("[families.test]\nports = \"{port}-{port}\"\n");
    std::fs::create_dir(&demo).unwrap();
    std::fs::write(demo.join("scaffold.toml"), format!("[workspace]\nname = \"demo\"\n\n{family}"))
        .unwrap();
    let reachable = schemathesis(&demo).arg("--version").output().unwrap();
    if !reachable.status.success() {
        eprintln!("skipped: uv cannot get {SCHEMATHESIS} from PyPI: {}", text(&reachable));
        return;
    }
    let new = ["new", "orders", "--with", "database,messaging", "--entity", "Order"];
    scaffold(folder.path(), &[&new[..], &["--family", "test", "--root", "demo"]].concat());
    let fields = [
        "label:str",
        "weight:float",
        "pieces:int?",
        "sent_at:datetime",
        "due_on:date?",
        "owner_id:uuid",
        "price:decimal",
        "fragile:bool",
        "note:str?",
    ];
    let fields: Vec<&str> = fields.iter().flat_map(|field| ["--field", field]).collect();
    let entity = ["add", "entity", "Crate", "--unique", "label", "--root", "demo"];
    scaffold(folder.path(), &[&entity[..], &fields].concat());
    let endpoint = ["add", "endpoint", "Estimate", "--method", "get", "--root", "demo"];
    scaffold(folder.path(), &[&endpoint[..], &fields].concat());
    run(uv_in(&demo).args(["sync", "--quiet"]));

    let mut app = App::start(&demo, "orders", port);
    app.wait();
    let url = format!("http://127.0.0.1:{at}/openapi.json");
    let said = run(schemathesis(&demo)
        .args(["run", &url, "--max-examples", EXAMPLES, "--checks", CHECKS])
        .args(["--phases", "examples,coverage,fuzzing", "--seed", "1", "--no-color"]));
    drop(app);

    let summary = said.split("SUMMARY").nth(1).unwrap_or(&said);
    println!("{summary}");
    assert!(summary.contains("Selected: 14/14"), "{said}");
    let passed = summary.lines().find(|line| line.contains(" generated, "));
    let count = passed.and_then(|line| line.trim().split(' ').next()?.parse::<u32>().ok());
    assert!(count.is_some_and(|count| count > 2_000), "{said}");
}
