//! What the compose editor promises, on texts.

use super::*;

const FILE: &str = "# head\nx-base: &base\n  restart: always  # policy\n\nservices:\n  # the cache\n  \
redis:\n    image: redis  # pinned later\n\n  osint-service:\n    <<: *base\n    ports:\n      - \"8036:8007\" # odd\n    \
depends_on: [redis]\n  # behind the last\n\nvolumes:\n  data:\n";

fn service(name: &str) -> ComposeService {
    ComposeService {
        name: name.into(),
        dockerfile: format!("services/{name}/Dockerfile"),
        host_port: 8100,
        container_port: 8007,
        health_path: Some("/health/live".into()),
        environment: vec![("A_PORT".into(), "8007".into())],
    }
}

#[test]
fn a_new_service_is_added_behind_the_last_and_nothing_else_changes() {
    let after = upsert_service(FILE, &service("auth")).unwrap();

    let block = render(&service("auth"), "  ");
    let expected = FILE.replace("[redis]\n", &format!("[redis]\n\n{block}"));
    assert_eq!(after, expected);
    assert!(block.contains("      - \"8100:8007\"\n"));
    assert_eq!(upsert_service(&after, &service("auth")).unwrap(), after);
}

#[test]
fn an_existing_service_only_gets_its_host_port() {
    let after = upsert_service(FILE, &service("osint-service")).unwrap();

    assert_eq!(after, FILE.replace("8036:8007", "8100:8007"));
}

#[test]
fn every_form_of_mapping_keeps_its_form() {
    let forms = [
        ("[\"8036:8007\"]", "[\"8100:8007\"]"),
        ("[8036:8007]", "[\"8100:8007\"]"),
        ("['127.0.0.1:8036:8007/tcp']", "[\"127.0.0.1:8100:8007/tcp\"]"),
        ("[{target: 8007, published: 8036}]", "[{target: 8007, published: \"8100\"}]"),
        ("[\"9090:9090\", \"8036:8007\"]", "[\"9090:9090\", \"8100:8007\"]"),
        ("[]", "[\"8100:8007\"]"),
    ];

    for (before, after) in forms {
        let text = format!("services:\n  a:\n    ports: {before}\n");
        let expected = format!("services:\n  a:\n    ports: {after}\n");
        assert_eq!(upsert_service(&text, &service("a")).unwrap(), expected);
    }
}

#[test]
fn empty_files_and_empty_mappings_get_their_first_service() {
    for text in ["", EMPTY, "services:\n", "services: {} # none\nvolumes:\n  a:\n", "name: x"] {
        let after = upsert_service(text, &service("a")).unwrap();

        let root = yaml::read(&after).unwrap();
        let ports = root.get("services").unwrap().get("a").unwrap().get("ports").unwrap();
        assert_eq!(ports.items()[0].text(), Some("8100:8007"), "{after}");
        assert_eq!(after.matches('#').count(), text.matches('#').count() + 1);
    }
}

#[test]
fn windows_line_endings_are_kept() {
    let text = FILE.replace('\n', "\r\n");

    let after = upsert_service(&text, &service("auth")).unwrap();

    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn add_then_remove_leaves_only_a_blank_line_and_a_needed_service_stays() {
    let after = upsert_service(FILE, &service("auth")).unwrap();

    let removed = remove_service(&after, "auth").unwrap();
    let needed = remove_service(FILE, "redis").unwrap_err();

    assert_eq!(removed.replace("[redis]\n\n", "[redis]\n"), FILE);
    assert_eq!(
        needed.to_string(),
        "docker-compose.yml:14: `osint-service` depends on `redis`; remove that first"
    );
}

#[test]
fn ports_that_come_through_an_alias_are_refused() {
    let text = "x-p: &p\n  - \"1:8007\"\nservices:\n  a:\n    ports: *p\n";

    let error = upsert_service(text, &service("a")).unwrap_err();

    assert_eq!(error, ComposeError::Shared { name: "a".into(), line: 2 });
}
