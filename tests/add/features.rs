//! A feature that is added later gives what the template would have given.

use crate::support::{Place, transcript, tree};

fn made(with: &str, later: &[&str]) -> Place {
    let place = Place::empty();
    place.ok(&["new", "orders", "--root", "demo", "--yes", "--with", with]);
    for feature in later {
        let said = place.ok(&["add", "feature", feature, "--root", "demo"]);
        assert!(said.starts_with(&format!("added feature {feature} to orders\n")), "{said}");
    }
    place
}

#[test]
fn features_that_are_added_later_give_what_they_would_have_given() {
    let cases: [(&str, &[&str], &str); 3] = [
        (
            "none",
            &["contract", "http", "messaging", "database"],
            "contract,database,http,messaging",
        ),
        ("database", &["http"], "database,http"),
        ("messaging", &["database"], "database,messaging"),
    ];

    for (with, later, all) in cases {
        let (extended, generated) = (tree(&made(with, later).demo()), tree(&made(all, &[]).demo()));
        let names = |tree: &std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>| {
            tree.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(names(&extended), names(&generated), "{with} and {later:?}");
        for (path, bytes) in &extended {
            let is_same = generated[path] == *bytes;
            assert!(is_same, "{with} and {later:?}: {}", path.display());
        }
    }
}

#[test]
fn a_database_that_is_there_gets_the_outbox_by_a_migration() {
    let place = made("database", &["messaging"]);
    let versions = "services/orders/src/orders/infrastructure/database/migrations/versions";
    let read =
        |name: &str| std::fs::read_to_string(place.demo().join(versions).join(name)).unwrap();

    assert!(!read("0001_create_orderses.py").contains("outbox"));
    let text = read("0002_create_outbox_events.py");
    assert!(text.contains("down_revision = \"0001\""), "{text}");
}

#[test]
fn the_second_time_nothing_changes_and_what_was_changed_is_kept_or_named() {
    let place = made("none", &[]);
    let add = ["add", "feature", "messaging", "--root", "demo"];
    let main = place.demo().join("services/orders/src/orders/main.py");
    let text = std::fs::read_to_string(&main).unwrap();
    let ours = text.replace("title=\"Orders\"", "title=\"Our orders\"");
    std::fs::write(&main, &ours).unwrap();

    place.ok(&add);
    let second = place.ok(&add);

    let merged = std::fs::read_to_string(&main).unwrap();
    assert!(merged.contains("title=\"Our orders\"") && merged.contains("create_broker("));
    assert_eq!(second, "feature messaging is in orders already: nothing to do\n");

    let clash =
        merged.replace("OrdersProducer(publisher).publish", "OrdersProducer(publisher).tell");
    assert!(clash != merged);
    std::fs::write(&main, &clash).unwrap();
    let before = place.tree();
    let output = place.run(&["add", "feature", "database", "--root", "demo"]);
    let said = transcript(&output);
    assert!(place.tree() == before, "{said}");
    assert_eq!(output.status.code(), Some(2), "{said}");
    let line = 1 + clash.lines().position(|line| line.contains(").tell")).unwrap();
    let near = (line - 12..=line).any(|line| said.contains(&format!("main.py:{line}: this was")));
    assert!(near, "{line}: {said}");
}

#[test]
fn only_what_the_template_has_can_be_added() {
    let place = made("none", &[]);
    place.ok(&["new", "mailer", "--kind", "worker", "--root", "demo"]);
    let said = |words: &[&str]| {
        let output = place.run(&[&["add", "feature"], words, &["--root", "demo"]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", transcript(&output));
        transcript(&output)
    };

    let unknown = said(&["databse", "--service", "orders"]);
    assert!(unknown.contains("did you mean \"database\"?"), "{unknown}");
    let worker = said(&["http", "--service", "mailer"]);
    assert!(worker.contains("has no features to choose from"), "{worker}");
}
