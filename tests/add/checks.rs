//! A workspace to which everything was added: all checks of Python's own tools pass.

use std::path::Path;

use crate::tools::{run, scaffold, uv_in};

/// One field of each type, some of them optional.
const FIELDS: [&str; 9] = [
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

/// What is added, each twice: a service, what with which options, and whether with all fields.
const ADDITIONS: [(&str, &str, bool); 18] = [
    ("orders", "entity Parcel", false),
    ("orders", "entity Crate --unique label", true),
    ("billing", "entity Invoice --field total:decimal --field paid_at:datetime?", false),
    ("mailer", "entity Reminder", false),
    ("legacy", "entity Parcel", true),
    ("legacy", "entity Crate", false),
    ("orders", "endpoint EstimatePrice", true),
    ("billing", "endpoint WordCount --method get", false),
    ("legacy", "endpoint Estimate --method put --path prices/estimate --field a:float", false),
    ("orders", "event OrderShipped", true),
    ("billing", "event InvoicePaid --field total:decimal? --field paid_on:date", false),
    ("mailer", "event orders.order_shipped.v1", true),
    ("stock", "entity Shelf", true),
    ("stock", "feature database", false),
    ("stock", "entity Drawer --field price:decimal", false),
    ("stock", "feature messaging", false),
    ("stock", "event ShelfMoved", false),
    ("mailer", "client billing", false),
];

/// A service that is not ours, as it is after it was moved into its layers.
const LEGACY: [(&str, &str); 3] = [
    (
        "pyproject.toml",
        "[project]\nname = \"legacy\"\nversion = \"0.1.0\"\nrequires-python = \">=3.11\"\n\
         dependencies = [\"fastapi>=0.115,<1\"]\n\n[build-system]\n\
         requires = [\"hatchling>=1.25\"]\nbuild-backend = \"hatchling.build\"\n\n\
         [tool.hatch.build.targets.wheel]\npackages = [\"src/legacy\"]\n",
    ),
    ("src/legacy/__init__.py", "\"\"\"Legacy.\"\"\"\n"),
    (
        "src/legacy/main.py",
        "\"\"\"What was here before.\"\"\"\n\nfrom fastapi import FastAPI\n\n\
         app = FastAPI(title=\"Legacy\")  # for uvicorn\n\n\n@app.get(\"/ping\")\n\
         async def ping() -> str:\n    \"\"\"Answer.\"\"\"\n    return \"pong\"\n",
    ),
];

fn make_legacy(demo: &Path) {
    let folder = demo.join("services/legacy");
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    for (path, text) in LEGACY {
        write(path, text);
    }
    for layer in ["domain", "application", "infrastructure", "presentation"] {
        write(&format!("src/legacy/{layer}/__init__.py"), &format!("\"\"\"The {layer}.\"\"\"\n"));
    }
}

/// Writes the document that a service gives about itself.
const OPENAPI: &str = "import json; from orders.main import app; print(json.dumps(app.openapi()))";

fn add_twice(demo: &Path, service: &str, what: &str, has_fields: bool) {
    let fields = FIELDS.iter().filter(|_| has_fields).flat_map(|field| ["--field", field]);
    let words = ["add"].into_iter().chain(what.split(' ')).chain(fields);
    let words: Vec<&str> = words.chain(["--service", service]).collect();
    let said = scaffold(demo, &words);
    assert!(said.starts_with("added "), "{what}: {said}");
    let said = scaffold(demo, &words);
    assert!(said.ends_with(" already: nothing to do\n"), "{what}: {said}");
}

fn tool(workspace: &Path, arguments: &[&str]) -> String {
    run(uv_in(workspace).args(["run", "--no-sync"]).args(arguments))
}

/// Those who ask write their pacts, the one that is asked keeps them, and fails when one says
/// something else.
fn pacts_hold_both_sides(demo: &Path) {
    let tests = |service: &str| format!("services/{service}/tests/contract");
    tool(demo, &["pytest", "--quiet", &tests("billing"), &tests("api_gateway")]);

    let kept = tool(demo, &["pytest", "--quiet", &tests("orders")]);
    assert!(kept.contains("passed"), "{kept}");
    assert!(!kept.contains("empty parameter set"), "{kept}");

    let pact = demo.join("contracts/billing-orders.json");
    let text = std::fs::read_to_string(&pact).unwrap();
    assert!(text.contains("\"status\": 201"), "{text}");
    std::fs::write(&pact, text.replace("\"status\": 201", "\"status\": 202")).unwrap();
    let orders = tests("orders");
    let broken = uv_in(demo).args(["run", "--no-sync", "pytest", "--quiet", &orders]).output();
    let broken = String::from_utf8_lossy(&broken.unwrap().stdout).into_owned();
    assert!(broken.contains("has status code") && broken.contains("3 failed"), "{broken}");
    std::fs::write(&pact, text).unwrap();
}

#[test]
fn what_was_added_passes_every_check() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    let new = |words: &[&str]| {
        scaffold(folder.path(), &[&["new"], words, &["--root", "demo", "--yes"]].concat());
    };
    new(&["orders", "--kind", "crud", "--with", "database,messaging", "--entity", "Order"]);
    new(&["billing", "--with", "http,messaging", "--entity", "Account"]);
    new(&["mailer", "--kind", "worker", "--entity", "Notice"]);
    new(&["stock", "--with", "none", "--entity", "Pallet"]);
    new(&["api_gateway", "--kind", "gateway"]);
    make_legacy(&demo);
    for (service, what, has_fields) in ADDITIONS {
        add_twice(&demo, service, what, has_fields);
    }
    let sync = || run(uv_in(&demo).args(["sync", "--quiet", "--all-packages"]));
    sync();
    std::fs::write(demo.join("orders.json"), tool(&demo, &["python", "-c", OPENAPI])).unwrap();
    for service in ["billing", "api_gateway"] {
        add_twice(&demo, service, "client orders --openapi orders.json", false);
    }
    scaffold(&demo, &["migrate", "services/orders", "--only", "contract-tests", "--yes"]);
    sync();
    pacts_hold_both_sides(&demo);

    tool(&demo, &["ruff", "check"]);
    tool(&demo, &["ruff", "format", "--check"]);
    for service in ["orders", "billing", "mailer", "stock", "legacy", "api_gateway"] {
        tool(&demo, &["mypy", "--strict", &format!("services/{service}")]);
    }
    for service in ["orders", "billing", "mailer", "stock"] {
        let config = format!("services/{service}/pyproject.toml");
        let text = tool(&demo, &["lint-imports", "--config", &config]);
        assert!(text.contains("2 kept, 0 broken"), "{text}");
    }
    // The tests ask the applications on every new endpoint; that services start as processes is
    // shown for what `new` generates.
    tool(&demo, &["pytest", "--quiet", "--ignore-glob", "*/e2e/*", "services"]);
}
