//! What is added once, what is in the way, and what is refused before anything is written.

use crate::support::{Place, transcript, tree};

const PARCEL: [&str; 7] = ["add", "entity", "Parcel", "--field", "weight:float", "--root", "demo"];

/// Runs and expects a refusal that writes nothing; gives standard error.
fn refused(place: &Place, arguments: &[&str]) -> String {
    let before = place.tree();
    let output = place.run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}\n{}", transcript(&output));
    assert!(place.tree() == before, "{arguments:?} wrote something");
    String::from_utf8(output.stderr).unwrap()
}

fn change(place: &Place, file: &str, from: &str, to: &str) {
    let path = place.demo().join("services/osint_service").join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from:?}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn the_second_time_nothing_changes() {
    let place = Place::with_workspace();

    let first = place.ok(&PARCEL);
    let after = tree(&place.demo());
    let second = place.ok(&PARCEL);

    assert!(first.starts_with("added entity Parcel to osint_service\n"), "{first}");
    assert_eq!(second, "entity Parcel is in osint_service already: nothing to do\n");
    assert!(tree(&place.demo()) == after);
}

#[test]
fn the_dry_run_shows_what_is_written_and_writes_nothing() {
    let place = Place::with_workspace();
    let before = place.tree();

    let shown = place.json(&[&PARCEL[..], &["--dry-run", "--format", "json"]].concat());
    assert!(place.tree() == before);
    let written = place.json(&[&PARCEL[..], &["--format", "json"]].concat());

    assert_eq!((&shown["dry_run"], &written["dry_run"]), (&true.into(), &false.into()));
    assert_eq!(shown["files"], written["files"]);
    let diff = shown["diff"].as_str().unwrap();
    assert!(diff.contains("+    weight: float\n"), "{diff}");
    for file in written["files"].as_array().unwrap() {
        let path = place.demo().join(file["path"].as_str().unwrap());
        let is_new = !before.contains_key(path.strip_prefix(place.path()).unwrap());
        assert_eq!(file["action"], if is_new { "create" } else { "edit" }, "{file}");
    }
}

#[test]
fn edits_keep_comments_and_style_of_a_file() {
    let place = Place::with_workspace();
    let main = "src/osint_service/main.py";
    change(&place, main, "    return app\n", "    # Nothing comes after this.\n    return app\n");
    change(&place, main, "app = create_app()\n", "app = create_app()  # for uvicorn\n");
    let path = place.demo().join("services/osint_service").join(main);
    let before = std::fs::read_to_string(&path).unwrap();

    place.ok(&PARCEL);

    let after = std::fs::read_to_string(&path).unwrap();
    let kept = before.lines().filter(|line| !after.lines().any(|other| other == *line));
    let kept: Vec<_> = kept.collect();
    assert_eq!(kept, ["from osint_service.presentation.api.v1 import endpoints"]);
    assert!(after.contains("import endpoints, parcels\n"), "{after}");
}

#[test]
fn what_is_there_and_differs_is_named_with_its_line() {
    let place = Place::with_workspace();
    place.ok(&PARCEL);
    let models = "src/osint_service/domain/parcels/models.py";
    change(&place, models, "        weight: A number.", "        weight: In kilograms.");
    let main = "src/osint_service/main.py";
    change(&place, main, "versioned(\"v1\", parcels.router", "versioned(\"v2\", parcels.router");

    let said = refused(&place, &PARCEL);

    let place = "services/osint_service/src/osint_service";
    assert!(said.contains(&format!("{place}/domain/parcels/models.py:20: the file")), "{said}");
    assert!(said.contains(&format!("{place}/main.py:")), "{said}");
    assert!(said.contains("`app.include_router(` is there and differs"), "{said}");
    assert!(said.contains("hint: rename or remove"), "{said}");
}

#[test]
fn other_fields_are_another_entity() {
    let place = Place::with_workspace();
    place.ok(&PARCEL);

    let said = refused(&place, &["add", "entity", "Parcel", "--root", "demo"]);

    assert!(said.contains("parcels/models.py:"), "{said}");
}

#[test]
fn a_class_of_the_domain_is_not_defined_twice() {
    let place = Place::with_workspace();

    let said = refused(&place, &["add", "entity", "Osint", "--root", "demo"]);

    let expected = "domain/models.py:17: class `Osint` is there already";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_place_that_is_gone_is_named() {
    let place = Place::with_workspace();
    let main = "src/osint_service/main.py";
    change(&place, main, "    callers = resources", "    guests = resources");
    change(&place, main, "dependencies=callers", "dependencies=guests");

    let said = refused(&place, &PARCEL);

    assert!(said.contains("needs the name `callers`"), "{said}");
}

#[test]
fn bad_input_is_explained() {
    let place = Place::with_workspace();
    place.ok(&["new", "billing", "--root", "demo", "--with", "none"]);
    let on = ["--root", "demo", "--service", "billing"];
    let add = |words: &[&str]| refused(&place, &[&["add", "entity"], words, &on[..]].concat());

    assert!(refused(&place, &PARCEL).contains("name one with --service: billing, osint_service"));
    assert!(add(&["parcel"]).contains("try \"Parcel\""));
    assert!(add(&["Parcel", "--field", "weight"]).contains("is not NAME:TYPE"));
    assert!(add(&["Parcel", "--field", "a:flot"]).contains("did you mean \"float\"?"));
    assert!(add(&["Parcel", "--field", "id:int"]).contains("use themselves"));
    assert!(add(&["Parcel", "--unique", "weight"]).contains("cannot be unique"));
    assert!(add(&[]).contains("entity is missing"));
    let said = refused(&place, &["add", "entity", "Parcel", "--root", "demo", "--service", "bill"]);
    assert!(said.contains("did you mean \"billing\"?"), "{said}");
}

#[test]
fn the_service_around_the_current_folder_is_meant() {
    let place = Place::with_workspace();
    place.ok(&["new", "billing", "--root", "demo", "--with", "none"]);
    let mut command = place.command(&["add", "entity", "Parcel", "--dry-run", "--format", "json"]);
    command.current_dir(place.demo().join("services/billing/src"));

    let output = command.output().unwrap();

    let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(shown["service"], "billing");
    let notes = shown["notes"].to_string();
    assert!(notes.contains("the memory of the process keeps them"), "{notes}");
}

#[test]
fn what_does_not_fit_a_service_is_refused() {
    let place = Place::with_workspace();
    place.ok(&["new", "mailer", "--kind", "worker", "--root", "demo"]);
    let add = |words: &[&str], service: &str| {
        let on = ["--root", "demo", "--service", service];
        refused(&place, &[&["add"], words, &on[..]].concat())
    };

    assert!(add(&["endpoint", "Estimate"], "mailer").contains("routes can be added to"));
    assert!(add(&["endpoint", "Estimate", "--path", "a b"], "osint_service").contains("no path"));
    assert!(add(&["endpoint", "Estimate", "--path", "//a"], "osint_service").contains("no path"));
    let taken = ["endpoint", "Estimate", "--method", "get", "--path", "osints"];
    assert!(add(&taken, "osint_service").contains("GET /api/v1/osints is answered already"));
    let said = add(&["event", "OrderShipped"], "osint_service");
    assert!(said.contains("hint: let it with `scaffold add feature messaging"), "{said}");
    assert!(add(&["event", "orders.shipped"], "mailer").contains("is no type of an event"));
    assert!(add(&["event", "orders.shipped.v1"], "osint_service").contains("is no worker"));
}

#[test]
fn a_client_needs_a_document_with_operations() {
    let place = Place::with_workspace();
    place.ok(&["new", "mailer", "--kind", "worker", "--root", "demo"]);
    place.write("broken.json", "{\n  \"paths\": }");
    place.write("empty.json", "{\"paths\": {\"/health/live\": {\"get\": {}}}}");
    let add = |words: &[&str]| {
        refused(&place, &[&["add", "client"], words, &["--root", "demo"][..]].concat())
    };

    let said = add(&["osint", "--for", "mailer"]);
    assert!(said.contains("there is no service \"osint\""), "{said}");
    let said = add(&["osint_service", "--for", "mailer", "--openapi", "broken.json"]);
    assert!(said.contains("broken.json:2:"), "{said}");
    let said = add(&["osint_service", "--for", "mailer", "--openapi", "empty.json"]);
    assert!(said.contains("no operations that a client could use"), "{said}");
    assert!(add(&["mailer", "--for", "mailer"]).contains("is no other service"));
}

#[test]
fn a_client_is_read_from_the_source_of_a_service_when_no_document_is_given() {
    let place = Place::with_workspace();
    place.ok(&["new", "mailer", "--kind", "worker", "--root", "demo"]);
    let add = ["add", "client", "osint_service", "--for", "mailer", "--root", "demo"];

    let said = place.ok(&add);

    assert!(said.contains("note: read from the source of osint_service"), "{said}");
    let client = "services/mailer/src/mailer/infrastructure/clients/osint_service/client.py";
    let text = std::fs::read_to_string(place.demo().join(client)).unwrap();
    assert!(text.contains("f\"/api/v1/osints/{_segment(identifier)}\""), "{text}");
    let settings = "services/mailer/src/mailer/config.py";
    let text = std::fs::read_to_string(place.demo().join(settings)).unwrap();
    assert!(text.contains("osint_service_url") && text.contains("http://localhost:8100"), "{text}");
}
