//! What adoption makes of small backends.

use std::fmt::Write as _;

use super::*;
use crate::change::Entry;

const APP: &str = "from fastapi import FastAPI\napp = FastAPI()\nuvicorn.run(app, port=8000)\n";

fn tree(files: &[(&str, &str)]) -> Tree {
    let path = |text: &str| RelPath::new(text).unwrap();
    files.iter().map(|(name, text)| (path(name), Entry::file(*text))).collect()
}

fn adopted(files: &[(&str, &str)]) -> Adoption {
    adopt(&tree(files), "demo", &Folder::ROOT, None).unwrap()
}

fn ports(adoption: &Adoption) -> Vec<(&str, &str, u16, bool)> {
    let facts = adoption.services.iter().map(|service| {
        (service.name.as_str(), service.family.as_str(), service.port, service.kept)
    });
    facts.collect()
}

#[test]
fn ports_come_from_what_is_started_and_colliding_ones_are_given_anew() {
    let adoption = adopted(&[
        (
            "docker-compose.yml",
            "services:\n  a-x:\n    build: ./s/a_x\n    ports: [\"9106:80\"]\n  a_x:\n    build: ./s/a_x\n    ports: [\"8200:80\"]\n    command: uvicorn main:app --port 80\n  redis:\n    image: redis\n    ports: [\"8300:6379\"]\n",
        ),
        ("s/a_x/main.py", APP),
        ("s/b/main.py", APP),
        (
            "s/b/Dockerfile",
            "FROM x\nEXPOSE 8201\nCMD [\"uvicorn\", \"main:app\", \"--port\", \"8200\"]\n",
        ),
        ("s/c/main.py", APP),
        ("s/c/Dockerfile", "FROM x\nEXPOSE 8300\n"),
        ("s/d/main.py", APP),
        ("s/e/main.py", APP),
    ]);

    assert_eq!(
        ports(&adoption),
        [
            ("a_x", "services", 8200, true),
            ("b", "services", 8100, false),
            ("c", "services", 8101, false),
            ("d", "core", 8000, true),
            ("e", "services", 8102, false),
        ]
    );
    let why: Vec<_> = adoption.services.iter().map(|service| service.port_why.as_str()).collect();
    assert_eq!(why[0], "`a_x` publishes 8200:80");
    assert_eq!(why[1], "new: 8200 belongs to `a_x`");
    assert_eq!(why[2], "new: 8300 belongs to compose entry `redis`");
    assert_eq!(
        adoption.services[0].port_place.as_ref().unwrap().to_string(),
        "docker-compose.yml:7"
    );
}

#[test]
fn families_follow_folders_prefixes_and_dependencies_and_their_ranges_hold_their_ports() {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut compose = String::from("services:\n");
    let names = ["hcl_kb", "hcl_plan", "hcl_run", "memory", "alone"];
    for (index, name) in names.iter().enumerate() {
        let port = 8420 + index * 3 + if *name == "alone" { 500 } else { 0 };
        files.push((format!("s/{name}/main.py"), APP.into()));
        let _ = write!(compose, "  {name}:\n    build: s/{name}\n    ports: [\"{port}:8000\"]\n");
    }
    compose = compose.replace(
        "  memory:\n",
        "  memory:\n    depends_on: [hcl_kb]\n    environment:\n      U: http://hcl_run:8000/x\n",
    );
    for name in ["vault", "scan", "audit"] {
        files.push((format!("security/{name}/main.py"), APP.into()));
        files.push((format!("security/{name}/Dockerfile"), "FROM x\n".into()));
    }
    files.push(("docker-compose.yml".into(), compose));
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();

    let adoption = adopted(&files);

    let family = |name: &str| {
        let found = adoption.services.iter().find(|service| service.name == name).unwrap();
        found.family.clone()
    };
    assert_eq!(family("hcl_kb"), "hcl");
    assert_eq!(family("memory"), "hcl");
    assert_eq!(family("alone"), "services");
    assert_eq!(family("vault"), "security");
    let config = Config::parse(&adoption.config.render()).unwrap();
    assert_eq!(config, adoption.config);
    for service in &adoption.services {
        assert!(config.families[&service.family].contains(service.port), "{}", service.name);
    }
    let again = Registry::parse(adoption.registry.text()).unwrap();
    assert_eq!(again.duplicates(), []);
    assert_eq!(again.entries().len(), 8);
}

#[test]
fn two_folders_of_one_name_get_two_names_and_an_existing_registry_wins() {
    let files = [
        ("backend/gateway/main.py", APP),
        ("backend/gateway/Dockerfile", "FROM x\nEXPOSE 8000\n"),
        ("backend/services/gateway/main.py", APP),
        ("backend/services/other/main.py", APP),
    ];

    let found = adopt(&tree(&files), "d", &Folder::ROOT, Some("# mine\nother: 8555\n")).unwrap();

    assert_eq!(
        ports(&found),
        [
            ("backend_gateway", "core", 8000, true),
            ("gateway", "services", 8100, false),
            ("other", "services", 8555, true),
        ]
    );
    assert!(found.registry.text().starts_with("# mine\n"));
    let path = found.config.overrides["backend_gateway"].path.clone();
    assert_eq!(path, RelPath::new("backend/gateway").ok());
}

#[test]
fn a_folder_without_services_is_an_error() {
    let error = adopt(&tree(&[("a/readme.md", "")]), "d", &Folder::ROOT, None).unwrap_err();

    assert!(matches!(error, AdoptError::NoServices(_)));
}
