//! `scaffold init`, `ports` and `render` as they are called: output, errors and exit status
//! together, and many at once.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests make workspaces and start the program"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use snapbox::{assert_data_eq, str};

const COMPOSE: &str = "\
# Our services
services:
  auth-service:
    build: ./backend/auth_service
    command: uvicorn main:app --host 0.0.0.0 --port 80
    ports:
      - \"8110:80\"  # public
  osint_service:
    build: ./backend/osint_service
    ports: [\"8300:8007\"]
  redis:
    image: redis
    ports: [\"6379:6379\"]
";
const IMAGE: &str = "\
FROM python:3.11
WORKDIR /app
COPY . .
EXPOSE 8007
HEALTHCHECK CMD curl -f http://localhost:8009/health
CMD [\"uvicorn\", \"main:app\", \"--port\", \"8007\"]
";
const APP: &str = "from fastapi import FastAPI\n\napp = FastAPI()\n";
const CONFIG: &str = "[workspace]\nname = \"demo\"\n";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn backend() -> tempfile::TempDir {
    folder(&[
        ("docker-compose.yml", COMPOSE),
        ("backend/auth_service/main.py", APP),
        ("backend/auth_service/Dockerfile", "FROM x\nEXPOSE 8000\n"),
        ("backend/osint_service/main.py", APP),
        ("backend/osint_service/Dockerfile", IMAGE),
        ("backend/report_service/main.py", APP),
        ("backend/report_service/Dockerfile", IMAGE),
    ])
}

fn scaffold(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));
    command.current_dir(root).args(arguments).stdin(Stdio::null()).env("NO_COLOR", "1");
    command
}

/// Output, errors and status of one run; the folder is written as `[ROOT]`.
fn run(root: &Path, arguments: &[&str]) -> String {
    let output = scaffold(root, arguments).output().unwrap();
    let text = format!(
        "{}--- stderr\n{}--- status {}\n",
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
        output.status.code().unwrap_or(-1),
    );
    let real = root.canonicalize().unwrap();
    text.replace(real.to_str().unwrap(), "[ROOT]").replace(root.to_str().unwrap(), "[ROOT]")
}

fn read(root: &Path, name: &str) -> String {
    fs::read_to_string(root.join(name)).unwrap()
}

#[test]
fn adopting_a_backend_says_what_was_chosen_and_why() {
    let backend = backend();

    let said = run(backend.path(), &["init", "--adopt", "backend", "--name", "demo"]);

    assert_data_eq!(
        said,
        str![[r#"
3 services: 3 in backend, 0 elsewhere; 3 keep their port, 0 get a new one

core (8000-8099)
  8007  report_service
        port: `main:app` listens at 8007 (backend/report_service/Dockerfile:6)
        family: its port 8007 lies in the range of `core`
        found: backend/report_service: it has a Dockerfile (backend/report_service/Dockerfile:1)

services (8100-8999)
  8110  auth_service
        port: `auth-service` publishes 8110:80 (docker-compose.yml:7)
        family: its port 8110 lies in the range of `services`
        found: backend/auth_service: compose builds it as `auth-service` (docker-compose.yml:3)
  8300  osint_service
        port: `osint_service` publishes 8300:8007 (docker-compose.yml:10)
        family: its port 8300 lies in the range of `services`
        found: backend/osint_service: compose builds it as `osint_service` (docker-compose.yml:8)
--- stderr
wrote ports.yaml, scaffold.toml in [ROOT]
--- status 0

"#]]
    );
    assert_data_eq!(
        read(backend.path(), "scaffold.toml"),
        str![[r#"
[workspace]
name = "demo"
# Shared libraries are called <prefix>_core, <prefix>_api …
prefix = "vertice"
services = "backend"
libs = "libs"

# Ports per family; a range may lie inside another family's, the narrower one counts.
[families.core]
ports = "8000-8099"

[families.services]
ports = "8100-8999"

"#]]
    );
    assert_data_eq!(
        read(backend.path(), "ports.yaml"),
        str![[r##"
# Which service is reached at which port. `scaffold ports` keeps comments and order.
metadata:
  port_ranges:
    core: "8000-8099"
    services: "8100-8999"

core:
  report_service: 8007

services:
  auth_service: 8110
  osint_service: 8300

"##]]
    );
    assert_eq!(read(backend.path(), "docker-compose.yml"), COMPOSE);
}

#[test]
fn adopting_twice_or_nothing_is_refused() {
    let backend = backend();
    run(backend.path(), &["init", "--adopt", "backend"]);
    let empty = folder(&[("readme.md", "")]);

    let twice = run(backend.path(), &["init", "--adopt", "backend"]);
    let nothing = run(empty.path(), &["init", "--adopt", "."]);
    let nowhere = run(empty.path(), &["ports", "list"]);

    assert_data_eq!(
        twice,
        str![[r#"
--- stderr
error: [ROOT] is a workspace already
  hint: see its services with `scaffold ports list`
--- status 2

"#]]
    );
    assert_data_eq!(
        nothing,
        str![[r#"
--- stderr
error: no service found in .: no folder with a Dockerfile, a compose entry or a FastAPI application
  hint: name the folder that holds the services with --adopt DIR
--- status 2

"#]]
    );
    assert_data_eq!(
        nowhere,
        str![[r#"
--- stderr
error: no scaffold.toml in [ROOT] or above
  hint: make one with `scaffold init`, or name it with --root DIR
--- status 2

"#]]
    );
}

#[test]
fn a_dry_run_of_init_as_json_writes_nothing() {
    let backend = backend();

    let arguments = ["init", "--adopt", "backend", "--dry-run", "--format", "json", "--quiet"];
    let output = scaffold(backend.path(), &arguments).output().unwrap();

    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["services"][1]["name"], "osint_service");
    assert_eq!(json["services"][1]["port_place"], "docker-compose.yml:10");
    assert!(!backend.path().join("scaffold.toml").exists());
    assert!(output.stderr.is_empty());
}

#[test]
fn services_are_listed_added_and_released() {
    let workspace =
        folder(&[("scaffold.toml", CONFIG), ("ports.yaml", "# ours\nb: 8101 # kept\n")]);
    let root = workspace.path();

    let added = run(root, &["ports", "add", "a"]);
    let listed = run(root, &["ports", "list"]);
    let released = run(root, &["ports", "release", "a"]);

    assert_data_eq!(
        added,
        str![[r#"
a: 8100 (services)
--- stderr
note: there is no service in services/a yet
--- status 0

"#]]
    );
    assert_data_eq!(
        listed,
        str![[r#"
8100   a  services  -
8101   b  services  -
--- stderr
--- status 0

"#]]
    );
    assert_data_eq!(
        released,
        str![[r#"
a: 8100 is free
--- stderr
--- status 0

"#]]
    );
    assert_eq!(read(root, "ports.yaml"), "# ours\nb: 8101 # kept\n");
}

#[test]
fn bad_names_families_and_ports_are_refused_with_a_proposal() {
    let workspace = backend();
    let root = workspace.path();
    run(root, &["init", "--adopt", "backend"]);

    let cases = [
        ["ports", "add", "osint_service"].as_slice(),
        &["ports", "add", "x", "--port", "8110"],
        &["ports", "add", "x", "--port", "6379"],
        &["ports", "add", "x", "--family", "servces"],
        &["ports", "release", "osint"],
    ];
    let said: Vec<String> = cases.iter().map(|arguments| run(root, arguments)).collect();

    assert_data_eq!(
        said.concat(),
        str![[r#"
--- stderr
error: ports.yaml:12: `osint_service` is registered already with port 8300
--- status 2
--- stderr
error: port 8110 belongs to `auth_service`
  hint: free in `services`: 8100
--- status 2
--- stderr
error: port 6379 is outside of the family's ports
  hint: the families have: core 8000-8099; services 8100-8999
--- status 2
--- stderr
error: there is no family `servces`
  hint: did you mean `services`?
--- status 2
--- stderr
error: ports.yaml: `osint` is not registered; did you mean `osint_service`?
--- status 2

"#]]
    );
}

#[test]
fn a_conflict_of_a_merge_is_refused_with_its_line() {
    let registry = "a: 8100\n<<<<<<< HEAD\nb: 8101\n=======\nc: 8101\n>>>>>>> theirs\n";
    let workspace = folder(&[("scaffold.toml", CONFIG), ("ports.yaml", registry)]);

    let said = run(workspace.path(), &["ports", "check"]);

    assert_data_eq!(
        said,
        str![[r#"
--- stderr
error: ports.yaml:2: a conflict marker is left; keep one port per service and remove the markers
--- status 2

"#]]
    );
}

#[test]
fn check_names_each_disagreement_and_fix_mends_what_has_one_answer() {
    let workspace = backend();
    let root = workspace.path();
    run(root, &["init", "--adopt", "backend"]);
    let registry = read(root, "ports.yaml").replace("8300", "8301") + "\nold:\n  gone: 9900\n";
    fs::write(root.join("ports.yaml"), registry).unwrap();

    let before = run(root, &["ports", "check"]);
    let fixed = run(root, &["ports", "check", "--fix"]);

    assert_data_eq!(
        before,
        str![[r#"
backend/osint_service/Dockerfile:5: healthcheck: the health check asks 8009, but the image listens at 8007
    ask port 8007
backend/report_service/Dockerfile:5: healthcheck: the health check asks 8009, but the image listens at 8007
    ask port 8007
docker-compose.yml:10: host-port: `osint_service` publishes 8300, ports.yaml says 8301
    map "8301:8007"; --fix and `scaffold render compose` do so
ports.yaml:15: unknown-family: family `old` has no ports
    add [families.old] with `ports = "…"` to scaffold.toml
ports.yaml:15: unknown-service: `gone` has a port but no folder
    `scaffold ports release gone`; --fix does so
stays as it is:
  backend/osint_service/Dockerfile:6: `osint_service` listens at 8007 in its container and is reached at 8301
  docker-compose.yml:5: `auth_service` listens at 80 in its container and is reached at 8110
5 findings, 2 mended by --fix
--- stderr
--- status 1

"#]]
    );
    assert_data_eq!(
        fixed,
        str![[r#"
fixed: docker-compose.yml
fixed: ports.yaml
backend/osint_service/Dockerfile:5: healthcheck: the health check asks 8009, but the image listens at 8007
    ask port 8007
backend/report_service/Dockerfile:5: healthcheck: the health check asks 8009, but the image listens at 8007
    ask port 8007
stays as it is:
  backend/osint_service/Dockerfile:6: `osint_service` listens at 8007 in its container and is reached at 8301
  docker-compose.yml:5: `auth_service` listens at 80 in its container and is reached at 8110
2 findings
--- stderr
--- status 1

"#]]
    );
    assert_eq!(read(root, "docker-compose.yml"), COMPOSE.replace("8300", "8301"));
}

#[test]
fn sync_moves_a_container_port_with_every_reference_or_says_why_not() {
    let workspace = backend();
    let root = workspace.path();
    run(root, &["init", "--adopt", "backend"]);
    fs::write(root.join("backend/osint_service/sizes.py"), "LIMIT = 8007\n").unwrap();

    let shown = run(root, &["ports", "sync", "--dry-run"]);
    let done = run(root, &["ports", "sync"]);
    let again = run(root, &["ports", "sync"]);

    assert_data_eq!(
        shown,
        str![[r#"
auth_service: 80 → 8110
    docker-compose.yml:5
    docker-compose.yml:7
osint_service: stays at 8007 in its container, reached at 8300
    backend/osint_service/sizes.py:1: mentions 8007 in a way that is not understood
1 moved, 1 stay as they are, 1 file changes
diff --git a/docker-compose.yml b/docker-compose.yml
--- a/docker-compose.yml
+++ b/docker-compose.yml
@@ -2,9 +2,9 @@
 services:
   auth-service:
     build: ./backend/auth_service
-    command: uvicorn main:app --host 0.0.0.0 --port 80
+    command: uvicorn main:app --host 0.0.0.0 --port 8110
     ports:
-      - "8110:80"  # public
+      - "8110:8110"  # public
   osint_service:
     build: ./backend/osint_service
     ports: ["8300:8007"]
--- stderr
--- status 0

"#]]
    );
    assert_data_eq!(
        done,
        str![[r#"
auth_service: 80 → 8110
    docker-compose.yml:5
    docker-compose.yml:7
osint_service: stays at 8007 in its container, reached at 8300
    backend/osint_service/sizes.py:1: mentions 8007 in a way that is not understood
1 moved, 1 stay as they are, 1 file changes
--- stderr
--- status 0

"#]]
    );
    assert_data_eq!(
        again,
        str![[r#"
osint_service: stays at 8007 in its container, reached at 8300
    backend/osint_service/sizes.py:1: mentions 8007 in a way that is not understood
0 moved, 1 stay as they are, 0 files change
--- stderr
--- status 0

"#]]
    );
}

#[test]
fn derived_files_are_checked_written_and_then_up_to_date() {
    let workspace = backend();
    let root = workspace.path();
    run(root, &["init", "--adopt", "backend"]);
    let registry = read(root, "ports.yaml").replace("8110", "8111");
    fs::write(root.join("ports.yaml"), registry).unwrap();

    let pending = run(root, &["render", "compose", "--check"]);
    let written = run(root, &["render", "compose", "env"]);
    let again = run(root, &["render", "--check", "--quiet"]);

    assert_data_eq!(
        pending,
        str![[r#"
diff --git a/docker-compose.yml b/docker-compose.yml
--- a/docker-compose.yml
+++ b/docker-compose.yml
@@ -4,7 +4,7 @@
     build: ./backend/auth_service
     command: uvicorn main:app --host 0.0.0.0 --port 80
     ports:
-      - "8110:80"  # public
+      - "8111:80"  # public
   osint_service:
     build: ./backend/osint_service
     ports: ["8300:8007"]
--- stderr
not in any compose file: report_service (see --add-missing)
--- status 1

"#]]
    );
    assert_data_eq!(
        written,
        str![[r#"
wrote .env.ports
wrote docker-compose.yml
--- stderr
not in any compose file: report_service (see --add-missing)
--- status 0

"#]]
    );
    assert_eq!(again, "--- stderr\n--- status 0\n");
    assert_eq!(read(root, "docker-compose.yml"), COMPOSE.replace("8110:80\"", "8111:80\""));
}

#[test]
fn sixty_four_at_once_get_sixty_four_different_ports() {
    let workspace = folder(&[("scaffold.toml", CONFIG), ("ports.yaml", "# ours\nfirst: 8100\n")]);
    let root = workspace.path();
    let start = |number: usize| -> Child {
        let name = format!("service_{number:02}");
        let mut command = scaffold(root, &["ports", "add", &name, "--quiet"]);
        command.stdout(Stdio::null()).spawn().unwrap()
    };

    let children: Vec<Child> = (0..64).map(start).collect();
    let succeeded = children.into_iter().all(|mut child| child.wait().unwrap().success());

    assert!(succeeded);
    let text = read(root, "ports.yaml");
    let entries = text.lines().filter_map(|line| line.split_once(": "));
    let (names, ports): (BTreeSet<&str>, BTreeSet<u16>) =
        entries.map(|(name, port)| (name, port.parse::<u16>().unwrap())).unzip();
    assert_eq!((names.len(), ports.len()), (65, 65));
    assert_eq!(ports.last(), Some(&8164));
    assert!(text.starts_with("# ours\n"));
}
