//! Every combination of features renders; what is off leaves nothing behind.

use std::collections::BTreeSet;

use regex::Regex;
use scaffold::template::EntityName;

use crate::tools::scaffold;

const FEATURES: [&str; 4] = ["contract", "database", "http", "messaging"];

/// Every subset of the features, as `--with` wants it.
fn combinations() -> Vec<String> {
    let subsets = 0..1u8 << FEATURES.len();
    let chosen = subsets.map(|bits| {
        let on = (0..FEATURES.len()).filter(|index| bits & (1 << index) != 0);
        on.map(|index| FEATURES[index]).collect::<Vec<_>>().join(",")
    });
    chosen.map(|names| if names.is_empty() { "none".into() } else { names }).collect()
}

#[test]
fn every_combination_renders_and_differs() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = BTreeSet::new();

    for with in combinations() {
        let arguments =
            ["new", "orders", "--dry-run", "--yes", "--with", &with, "--format", "json"];
        let shown = scaffold(folder.path(), &arguments);
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
        let diff = shown["diff"].as_str().unwrap();
        // `<<<` ends a managed block; anything else that looks like a delimiter is one.
        let plain = diff.replace("<<<", "");
        assert!(!plain.contains("<%") && !plain.contains("<< "), "{with}: an unrendered block");
        let names = shown["files"].to_string();
        assert!(!names.contains("{{") && !names.contains(".tera"), "{with}: {names}");
        assert!(seen.insert(diff.to_owned()), "{with} gives what another combination gives");
    }

    assert_eq!(seen.len(), 16);
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
}

/// The classes that Python lines import or define.
fn classes(diff: &str) -> BTreeSet<String> {
    let defined = Regex::new(r"(?m)^\+class ([A-Z][A-Za-z]+)").unwrap();
    let imported = Regex::new(r"(?m)^\+ *from \S+ import ([A-Z(][^\n]*)$").unwrap();
    let listed = Regex::new(r"(?ms)^\+from \S+ import \($(.*?)^\+\)").unwrap();
    let name = Regex::new(r"\b[A-Z][a-z]+[A-Za-z]*\b").unwrap();
    let blocks = [imported, listed];
    let blocks =
        blocks.iter().flat_map(|block| block.captures_iter(diff)).map(|found| found[1].to_owned());
    let used = blocks.flat_map(|block| {
        name.find_iter(&block).map(|found| found.as_str().to_owned()).collect::<Vec<_>>()
    });
    used.chain(defined.captures_iter(diff).map(|found| found[1].to_owned())).collect()
}

#[test]
fn no_entity_can_hide_a_class_of_the_generated_code() {
    let folder = tempfile::tempdir().unwrap();
    let every = FEATURES.join(",");
    let arguments = ["new", "orders", "--dry-run", "--yes", "--with", &every, "--entity", "Zebra"];
    let shown = scaffold(folder.path(), &arguments);
    let service = shown.split("diff --git a/services/").skip(1).collect::<String>();

    let found = classes(&service);

    assert!(found.len() > 40, "{found:?}");
    let fixed = found.iter().filter(|name| !name.contains("Zebra"));
    let free: Vec<_> = fixed.filter(|name| EntityName::new(name).is_ok()).collect();
    assert!(free.is_empty(), "entities that would break the generated code: {free:?}");
}
