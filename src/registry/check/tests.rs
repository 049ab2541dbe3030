//! What the checks find, mend and move, on small workspaces.

use std::fmt::Write as _;

use super::*;
use crate::change::{Entry, RelPath};
use crate::registry::{fix, follow};
use crate::workspace::{Config, Tree};

const COMPOSE: &str = "services:\n  osint:\n    build: services/osint\n    command: uvicorn main:app --port 8001\n    \
ports: [\"8100:8001\"]\n    healthcheck:\n      test: curl http://localhost:8001/health\n  gate:\n    image: gate\n    \
environment:\n      - OSINT_URL=http://osint:8001/v1\n";
const DOCKERFILE: &str = "FROM x\nWORKDIR /app\nCOPY . .\nEXPOSE 8001\nHEALTHCHECK CMD curl http://localhost:8001/h\n\
CMD [\"uvicorn\", \"main:app\", \"--port\", \"8001\"]\n";
const MAIN: &str = "app = FastAPI()\nif __name__ == '__main__':\n    uvicorn.run(app, port=8001)\n";

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

/// A workspace in which everything agrees, with some files replaced.
fn workspace(changed: &[(&str, &str)]) -> Tree {
    let files = [
        ("ports.yaml", "osint: 8100\n"),
        ("docker-compose.yml", COMPOSE),
        ("services/osint/Dockerfile", DOCKERFILE),
        ("services/osint/main.py", MAIN),
        ("services/osint/.env.example", "PORT=8001\n"),
    ];
    let all = files.iter().chain(changed);
    all.map(|(name, text)| (path(name), Entry::file(*text))).collect()
}

fn with_facts<T>(tree: &Tree, use_facts: impl FnOnce(&Facts<'_>) -> T) -> T {
    let config = Config::new("demo");
    let registry = Registry::parse(tree.text(&Registry::path()).unwrap()).unwrap();
    use_facts(&Facts::gather(tree, &config, registry))
}

fn found(changed: &[(&str, &str)]) -> Vec<String> {
    with_facts(&workspace(changed), |facts| {
        let errors = check(facts).into_iter().filter(|finding| finding.level == Level::Error);
        errors.map(|finding| format!("{}: {}", finding.place, finding.rule)).collect()
    })
}

#[test]
fn a_workspace_in_which_everything_agrees_has_only_a_note() {
    assert_eq!(found(&[]), Vec::<String>::new());
    with_facts(&workspace(&[]), |facts| {
        let notes: Vec<_> = check(facts).into_iter().map(|finding| finding.rule).collect();
        assert_eq!(notes, ["container-port"]);
    });
}

#[test]
fn every_disagreement_is_found_at_its_place() {
    let compose = |from: &str, to: &str| COMPOSE.replace(from, to);
    let image = |from: &str, to: &str| DOCKERFILE.replace(from, to);
    let cases: [(&str, String, &str); 12] = [
        ("ports.yaml", "osint: 8100\nosint: 8101\n".into(), "ports.yaml:2: duplicate-name"),
        ("ports.yaml", "osint: 8100\ngate: 8100\n".into(), "ports.yaml:2: duplicate-port"),
        ("ports.yaml", "osint: 8100\nold: 8101\n".into(), "ports.yaml:2: unknown-service"),
        ("ports.yaml", "gate: 8101\n".into(), "docker-compose.yml:4: unregistered-service"),
        ("ports.yaml", "core:\n  osint: 8100\n".into(), "ports.yaml:2: out-of-range"),
        (
            "docker-compose.yml",
            compose("8100:8001", "8105:8001"),
            "docker-compose.yml:5: host-port",
        ),
        ("docker-compose.yml", compose("8100:8001", "8100:8002"), "docker-compose.yml:5: mapping"),
        (
            "docker-compose.yml",
            compose("localhost:8001", "localhost:8003"),
            "docker-compose.yml:7: healthcheck",
        ),
        (
            "services/osint/Dockerfile",
            image("EXPOSE 8001", "EXPOSE 8004"),
            "services/osint/Dockerfile:4: expose",
        ),
        (
            "services/osint/Dockerfile",
            image("localhost:8001", "localhost:9"),
            "services/osint/Dockerfile:5: healthcheck",
        ),
        (
            "services/osint/main.py",
            MAIN.replace("8001", "8005"),
            "services/osint/main.py:3: code-port",
        ),
        (
            "services/osint/.env.example",
            "# x\nPORT=8006\n".into(),
            "services/osint/.env.example:2: env-file",
        ),
    ];

    for (file, text, expected) in cases {
        assert_eq!(found(&[(file, &text)]), [expected], "{text}");
    }
}

#[test]
fn two_entries_that_publish_one_port_and_wrong_variables_are_found() {
    let compose =
        COMPOSE.replace("    image: gate\n", "    image: gate\n    ports: [\"8100:80\"]\n");
    let compose =
        compose.replace("    healthcheck", "    environment:\n      PORT: 8009\n    healthcheck");

    let found = found(&[("docker-compose.yml", &compose)]);

    assert_eq!(
        found,
        ["docker-compose.yml:7: environment", "docker-compose.yml:12: host-collision"]
    );
}

#[test]
fn fixing_keeps_what_is_published_and_leaves_nothing_to_fix() {
    let registry = "# ours\ngate: 8100\nosint: 8101\nosint: 8100 # published\nold: 8105\n";
    let tree = workspace(&[
        ("ports.yaml", registry),
        ("services/extra/main.py", "app = FastAPI()\nuvicorn.run(app, port=8200)\n"),
    ]);

    let fixed = with_facts(&tree, |facts| fix::registry(facts).unwrap());

    let expected = "# ours\ngate: 8101\nosint: 8100 # published\nextra: 8200\n";
    let mut lines: Vec<_> = fixed.text().lines().collect();
    let mut wanted: Vec<_> = expected.lines().collect();
    lines.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(lines, wanted);
}

#[test]
fn a_container_port_moves_together_with_every_reference() {
    let readme = ("services/osint/README.md", "Port `8001`: http://localhost:8001/docs.\n");
    let checked = ("services/osint/tests/test_config.py", "assert settings.port == 8001\n");
    let example = ("services/osint/.env.sample", "# PORT=8001\n");
    let caller = ("services/other/client.py", "URL = \"http://osint:8001/v1\"\n");
    let tree = workspace(&[readme, checked, example, caller]);

    let following = with_facts(&tree, |facts| follow::follow(facts).unwrap());

    assert_eq!(following.stayed, []);
    assert_eq!(following.moved.len(), 1);
    let after = tree.with(&following.changes);
    for (file, entry) in after.iter() {
        let text = entry.text().unwrap();
        assert!(!text.contains("8001"), "{file}: {text}");
        let before = tree.text(file).unwrap();
        assert_eq!(text, before.replace("8001", "8100"), "{file}");
    }
    with_facts(&after, |facts| assert_eq!(check(facts), []));
    with_facts(&after, |facts| assert_eq!(follow::follow(facts).unwrap().moved, []));
}

#[test]
fn one_mention_that_is_not_understood_keeps_the_port_and_is_listed() {
    let cases = [
        ("services/osint/limits.py", "SIZE = 8001\n", "services/osint/limits.py:1"),
        ("services/osint/db.py", "\nassert db_port == 8001\n", "services/osint/db.py:2"),
        ("services/osint/db.py", "connect(port=8001)\n", "services/osint/db.py:1"),
        ("services/other/client.py", "\nHOST = \"osint\"\n", "services/other/client.py:2"),
        (".env", "OSINT_HOST=osint\n", ".env:1"),
        ("k8s/a.yaml", "- name: OSINT_HOST\n- OSINT_HOST: osint\n", "k8s/a.yaml:2"),
        ("web/api.ts", "const port = env.OSINT_PORT\n", "web/api.ts:1"),
    ];

    for (file, text, place) in cases {
        let tree = workspace(&[(file, text)]);
        let following = with_facts(&tree, |facts| follow::follow(facts).unwrap());
        assert!(following.changes.is_empty());
        assert_eq!(following.stayed[0].reasons[0].place.to_string(), place);
    }
}

#[test]
fn a_url_without_a_port_keeps_a_service_at_port_80() {
    let old = |text: &str| text.replace("8001", "80");
    let tree = workspace(&[
        ("docker-compose.yml", &old(COMPOSE)),
        ("services/osint/Dockerfile", &old(DOCKERFILE)),
        ("services/osint/main.py", &old(MAIN)),
        ("services/osint/.env.example", &old("PORT=8001\n")),
        ("services/other/client.py", "URL = \"http://osint/v1\"\n"),
    ]);

    let following = with_facts(&tree, |facts| follow::follow(facts).unwrap());

    assert_eq!(following.stayed[0].reasons[0].what, "reaches `osint` at port 80 unsaid");
}

#[test]
fn a_local_address_that_another_service_has_is_not_taken_for_the_own_one() {
    let mut compose = String::from(COMPOSE);
    let _ = write!(compose, "  b:\n    build: services/b\n    ports: [\"8001:80\"]\n");
    let tree = workspace(&[
        ("ports.yaml", "osint: 8100\nb: 8001\n"),
        ("docker-compose.yml", &compose),
        ("services/b/main.py", "app = FastAPI()\n"),
        ("services/osint/call.py", "URL = \"http://localhost:8001\"\n"),
    ]);

    let following = with_facts(&tree, |facts| follow::follow(facts).unwrap());

    let reason = &following.stayed.iter().find(|one| one.service == "osint").unwrap().reasons[0];
    assert_eq!(reason.what, "localhost:8001 may mean `b`");
}
