//! Every combination of features renders; what is off leaves nothing behind.

use std::collections::BTreeSet;

use crate::tools::scaffold;

const FEATURES: [&str; 3] = ["database", "http", "messaging"];

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
fn all_eight_combinations_render_and_differ() {
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

    assert_eq!(seen.len(), 8);
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
}
