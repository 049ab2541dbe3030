//! Bad input: a clear error with the nearest valid proposal, exit status 2, nothing written.

use crate::support::{Place, transcript};

/// Runs in a workspace; nothing may change there.
fn refused(arguments: &[&str]) -> String {
    let place = Place::with_workspace();
    refused_in(&place, arguments)
}

fn refused_in(place: &Place, arguments: &[&str]) -> String {
    let before = place.tree();
    let mut all = vec!["new"];
    all.extend(arguments);
    all.extend(["--root", "demo"]);

    let output = place.run(&all);

    assert_eq!(place.tree(), before, "{arguments:?} wrote something");
    transcript(&output)
}

fn expect(transcript: &str, error: &str) {
    assert_eq!(transcript, format!("status: 2\n--- stdout\n--- stderr\n{error}"));
}

#[test]
fn every_bad_name_is_refused_with_the_nearest_good_one() {
    let place = Place::with_workspace();
    let cases = [
        ("osint-two", "is not a Python identifier", "osint_two"),
        (
            "OsintTwo",
            "is not a package name: small letters, digits and single underscores",
            "osint_two",
        ),
        ("2fast", "is not a Python identifier", "fast"),
        ("class", "is a Python keyword", "class_service"),
        ("match", "is a soft keyword of Python", "match_service"),
        ("json", "is a module of Python's standard library", "json_service"),
        ("list", "is a builtin of Python", "list_service"),
        ("fastapi", "is the import name of a package that services depend on", "fastapi_service"),
        ("tests", "is a name that the layout of a service uses itself", "tests_service"),
        ("vertice_db", "is kept for the shared libraries (vertice_*)", "db"),
    ];

    for (name, reason, proposal) in cases {
        let error = format!("error: service name {name:?} {reason}\n  hint: try {proposal:?}\n");
        expect(&refused_in(&place, &[name]), &error);
    }
}

#[test]
fn a_taken_name_is_refused_in_every_spelling() {
    let place = Place::with_workspace();
    place.write("demo/services/other_service/notes.txt", "mine\n");

    let registered = "error: a service \"osint_service\" is already registered at port 8100 \
        (ports.yaml:8)\n  hint: try \"osint_service_2\"\n";
    expect(&refused_in(&place, &["osint_service"]), registered);
    let folder = "error: the folder services/other_service already exists\n  \
        hint: try \"other_service_2\"\n";
    expect(&refused_in(&place, &["other_service"]), folder);
}

#[test]
fn a_port_that_is_taken_or_outside_its_family_is_refused() {
    expect(
        &refused(&["orders", "--port", "8100"]),
        "error: port 8100 belongs to \"osint_service\" (ports.yaml:8)\n  \
         hint: the nearest free port is 8101\n",
    );
    expect(
        &refused(&["orders", "--port", "80"]),
        "error: port 80 is outside the ports of every family: core (8000-8099), \
         services (8100-8999)\n  hint: the nearest free port is 8101\n",
    );
    expect(
        &refused(&["orders", "--port", "8300", "--family", "core"]),
        "error: port 8300 is outside the ports of family core (8000-8099)\n  \
         hint: the nearest free port is 8001\n",
    );
    let text = refused(&["orders", "--port", "70000"]);
    assert!(
        text.starts_with("status: 2\n") && text.contains("70000 is not in 0..=65535"),
        "{text}"
    );
}

#[test]
fn a_port_that_another_container_publishes_is_not_given() {
    let place = Place::with_workspace();
    let compose = place.demo().join("docker-compose.yml");
    let text = std::fs::read_to_string(&compose).unwrap();
    std::fs::write(&compose, text + "\n  queue:\n    image: queue\n    ports: [\"8101:80\"]\n")
        .unwrap();

    let made = place.json(&["new", "orders", "--root", "demo", "--format", "json"]);
    let text = refused_in(&place, &["parcels", "--port", "8101"]);

    assert_eq!(made["port"], 8102);
    assert!(text.contains("error: port 8101 belongs to \"queue\" (compose file, line"), "{text}");
}

#[test]
fn unknown_features_families_variables_and_bad_entities_name_the_nearest() {
    expect(
        &refused(&["orders", "--with", "databse"]),
        "error: unknown feature \"databse\"; the template has database, http, messaging, contract\n  \
         hint: did you mean \"database\"?\n",
    );
    expect(
        &refused(&["orders", "--family", "servces"]),
        "error: there is no family `servces`; did you mean `services`?\n",
    );
    expect(
        &refused(&["orders", "--set", "descripton=x"]),
        "error: the template has no variable \"descripton\"\n  hint: did you mean \"description\"?\n",
    );
    expect(
        &refused(&["orders", "--entity", "settings"]),
        "error: entity \"settings\" is not a class name in Pascal case\n  \
         hint: try \"SettingsRecord\"\n",
    );
    let text = refused(&["orders", "--description", "two\nlines"]);
    assert!(text.contains("error: description: \"two\\nlines\" does not fit"), "{text}");
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let place = Place::empty();

    let nameless = place.run(&["new"]);
    let homeless = place.run(&["new", "orders"]);

    expect(
        &transcript(&nameless),
        "error: the name of the service is missing\n  \
         hint: scaffold new NAME, or run it on a terminal to be asked\n",
    );
    let text = transcript(&homeless);
    assert!(text.contains("error: there is no scaffold.toml in"), "{text}");
    assert_eq!(homeless.status.code(), Some(2));
    assert!(place.tree().is_empty());
}

#[test]
fn a_bad_name_makes_no_workspace_either() {
    let place = Place::empty();

    let output = place.run(&["new", "json", "--root", "deep/demo", "--yes"]);

    assert_eq!(output.status.code(), Some(2));
    assert!(place.tree().is_empty());
}

#[test]
fn a_project_that_is_no_workspace_is_not_touched() {
    let place = Place::empty();
    place.write("demo/pyproject.toml", "[project]\nname = \"mine\"\n");

    let text = refused_in(&place, &["orders", "--yes"]);

    assert!(
        text.contains("pyproject.toml at the workspace root has no [tool.uv.workspace]"),
        "{text}"
    );
}

#[test]
fn errors_in_the_workspace_name_file_and_line() {
    let place = Place::with_workspace();
    let text = std::fs::read_to_string(place.demo().join("ports.yaml")).unwrap();
    place.write("demo/ports.yaml", &text.replace("8100\n", "eight\n"));

    let text = refused_in(&place, &["orders"]);

    assert!(text.contains("error: ports.yaml:8: "), "{text}");
}
