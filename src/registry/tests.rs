//! What the registry promises, on texts.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

const GROUPED: &str = "---\n# Ports\nmetadata:\n  version: \"1.0\"\n  port_ranges:\n    core: \"8000-8099\"\n    \
immune: \"8200-8299\"  # wide enough\n\n# Gateway\ncore:\n  api_gateway: 8000\n\n# Immune system\nimmune:\n  \
# the oldest\n  bcell_service: 8200\n  nk_cell_service: 8202   # moved\n";

fn parse(text: &str) -> Registry {
    Registry::parse(text).unwrap()
}

fn problem(text: &str) -> (usize, RegistryProblem) {
    let error = Registry::parse(text).unwrap_err();
    (error.line, error.problem)
}

#[test]
fn both_forms_are_read_with_lines_and_ranges() {
    let flat = parse("# ours\nosint_service: 8300\nauth: \"8301\"\n");
    let grouped = parse(GROUPED);

    assert_eq!(flat.form(), Form::Flat);
    assert_eq!(flat.get("auth").map(|entry| (entry.port, entry.line)), Some((8301, 3)));
    assert_eq!(grouped.form(), Form::Grouped);
    let nk_cell = grouped.get("nk_cell_service").unwrap();
    assert_eq!((nk_cell.family.as_deref(), nk_cell.port), (Some("immune"), 8202));
    assert_eq!(grouped.ranges()["immune"].to_string(), "8200-8299");
}

#[test]
fn a_new_service_gets_the_lowest_free_port_and_its_place_by_port() {
    let registry = parse(GROUPED);
    let families = families(&Config::new("demo"), &registry);

    let port = registry.allocate(&families, "immune", &BTreeSet::new()).unwrap();
    let edited = registry.insert("treg_service", "immune", port).unwrap();

    assert_eq!(port, 8201);
    let expected = GROUPED.replace("8200\n", "8200\n  treg_service: 8201\n");
    assert_eq!(edited.text(), expected);
}

#[test]
fn ports_in_use_elsewhere_and_ports_of_a_narrower_family_are_not_given() {
    let registry = parse("a: 8100\n");
    let mut families = families(&Config::new("demo"), &registry);
    families.insert("special".into(), PortRanges::parse("8101-8102").unwrap());

    let port = registry.allocate(&families, "services", &BTreeSet::from([8103]));

    assert_eq!(port, Ok(8104));
}

#[test]
fn a_full_or_unknown_family_is_an_error_that_names_it() {
    let registry = parse("a: 8018\n");
    let families = Families::from([("tiny".into(), PortRanges::parse("8018").unwrap())]);

    let full = registry.allocate(&families, "tiny", &BTreeSet::new()).unwrap_err();
    let unknown = registry.allocate(&families, "tinny", &BTreeSet::new()).unwrap_err();

    assert!(matches!(full, AllocateError::Full { .. }));
    assert_eq!(unknown.to_string(), "there is no family `tinny`; did you mean `tiny`?");
}

#[test]
fn what_cannot_be_a_registry_is_refused_with_its_line() {
    let not_a_port = |name: &str, found: &str| RegistryProblem::NotAPort {
        name: name.into(),
        found: found.into(),
    };
    assert_eq!(problem("a: 1\n<<<<<<< HEAD\nb: 2\n"), (2, RegistryProblem::Conflict));
    assert_eq!(problem("a: 8000\nb: eighty\n"), (2, not_a_port("b", "eighty")));
    assert_eq!(problem("a: 70000\n"), (1, not_a_port("a", "70000")));
    assert_eq!(problem("core:\n  a: 80.5\n"), (2, not_a_port("a", "80.5")));
    assert_eq!(problem("a: &p 8000\nb: *p\n"), (2, RegistryProblem::Alias("b".into())));
    assert_eq!(problem("- a\n"), (1, RegistryProblem::NotAMapping));
    assert!(matches!(problem("a: [8000\n").1, RegistryProblem::Syntax(_)));
}

#[test]
fn two_entries_made_by_a_merge_are_found_with_both_lines() {
    let registry = parse("a: 8100\nb: 8101\na: 8102\nc: 8101\n");

    let lines: Vec<_> =
        registry.duplicates().iter().map(|(first, second)| (first.line, second.line)).collect();

    assert_eq!(lines, [(1, 3), (2, 4)]);
}

#[test]
fn a_taken_name_or_port_is_refused() {
    let registry = parse("a: 8100\n");

    let name = registry.insert("a", "services", 8101).unwrap_err();
    let port = registry.insert("b", "services", 8100).unwrap_err();

    assert!(matches!(name.problem, RegistryProblem::Taken { .. }));
    assert!(matches!(port.problem, RegistryProblem::PortTaken { .. }));
    assert!(registry.release("bb").is_err());
}

#[test]
fn a_first_service_in_a_new_workspace_gets_its_family() {
    let registry = Registry::initial(&Config::new("demo")).unwrap();

    let edited = registry.insert("osint_service", "services", 8100).unwrap();

    assert_eq!(registry.form(), Form::Grouped);
    let added = edited.text().strip_prefix(registry.text()).unwrap();
    assert_eq!(added, "\nservices:\n  osint_service: 8100\n");
}

#[test]
fn flow_mappings_and_missing_final_newlines_stay_as_they_are() {
    let cases = [
        ("core: {a: 8000, c: 8002} # x", "core: {a: 8000, b: 8001, c: 8002} # x"),
        ("core: {}", "core:\n  b: 8001"),
        ("core: {}\nx: {y: 9000}\n", "core:\n  b: 8001\nx: {y: 9000}\n"),
        ("core:\r\n  a: 8000", "core:\r\n  a: 8000\r\n  b: 8001"),
        ("core:\n    a: 8000 # first\n# end\n", "core:\n    a: 8000 # first\n    b: 8001\n# end\n"),
    ];

    for (before, after) in cases {
        let edited = parse(before).insert("b", "core", 8001).unwrap();
        assert_eq!(edited.text(), after);
        assert_eq!(edited.release("b").unwrap().text(), before);
    }
}

#[test]
fn only_the_port_changes_when_a_port_is_set() {
    let edited = parse(GROUPED).set_port("nk_cell_service", 8210).unwrap();

    assert_eq!(edited.text(), GROUPED.replace("8202   # moved", "8210   # moved"));
}

/// Texts of registries: both forms, comments, blank lines, quotes, line endings.
fn any_registry() -> impl Strategy<Value = String> {
    let decoration = prop::sample::select(vec!["", "# note\n", "\n", "\n# a: 1\n"]);
    let tail = prop::sample::select(vec!["", "  # why", " "]);
    let entry = ("[a-w][a-z_]{0,8}", decoration, tail);
    let entries = prop::collection::vec(entry, 1..9);
    (entries, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(entries, grouped, crlf, cut)| {
            let mut text = String::from(if grouped { "core:\n" } else { "" });
            let indent = if grouped { "  " } else { "" };
            for (index, (name, decoration, tail)) in entries.iter().enumerate() {
                let port = 8000 + (index * 7) % 90;
                let _ = writeln!(text, "{decoration}{indent}{name}{index}: {port}{tail}");
            }
            if cut {
                text.pop();
            }
            if crlf { text.replace('\n', "\r\n") } else { text }
        },
    )
}

proptest! {
    #[test]
    fn insert_then_release_is_the_identity(text in any_registry(), name in "[x-z][a-z]{3,9}") {
        let registry = parse(&text);
        let families = families(&Config::new("demo"), &registry);
        let port = registry.allocate(&families, "core", &BTreeSet::new()).unwrap();

        let edited = registry.insert(&name, "core", port).unwrap();
        let restored = edited.release(&name).unwrap();

        prop_assert_eq!(restored.text(), text);
    }

    #[test]
    fn an_edit_changes_one_line_and_keeps_every_comment(text in any_registry(), pick in 0usize..9) {
        let registry = parse(&text);
        let entry = registry.entries()[pick % registry.entries().len()].clone();

        let edited = registry.set_port(&entry.name, 8098).unwrap();

        let pairs = text.split('\n').zip(edited.text().split('\n'));
        prop_assert_eq!(pairs.filter(|(old, new)| old != new).count(), 1);
        prop_assert_eq!(edited.text().matches('#').count(), text.matches('#').count());
    }

    #[test]
    fn releasing_every_service_leaves_a_registry_and_all_full_line_comments(text in any_registry()) {
        let mut registry = parse(&text);
        let names: Vec<_> = registry.entries().iter().map(|entry| entry.name.clone()).collect();

        for name in names {
            registry = registry.release(&name).unwrap();
        }

        prop_assert!(registry.entries().is_empty());
        let comments = |text: &str| text.matches("# note").count() + text.matches("# a: 1").count();
        prop_assert_eq!(comments(registry.text()), comments(&text));
    }
}
