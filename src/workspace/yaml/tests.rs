//! What is read from YAML, with its places.

use std::fmt::Write as _;

use super::*;

#[test]
fn values_know_their_bytes_and_lines() {
    let text = "# head\r\na:\r\n  b: \"8100:80\"  # note\r\n  c: 5\r\n";

    let root = read(text).unwrap();

    let quoted = root.get("a").unwrap().get("b").unwrap();
    assert_eq!(quoted.text(), Some("8100:80"));
    assert_eq!(quoted.line, 3);
    assert_eq!(&text[quoted.range.clone()], "\"8100:80\"");
    assert_eq!(&text[root.get("a").unwrap().get("c").unwrap().range.clone()], "5");
}

#[test]
fn aliases_and_merge_keys_are_resolved_and_own_keys_win() {
    let text = "x: &base\n  a: 1\n  b: 2\ny:\n  <<: *base\n  b: 3\nz: *base\n";

    let root = read(text).unwrap();

    let y = root.get("y").unwrap();
    assert_eq!((y.get_text("a"), y.get_text("b")), (Some("1"), Some("3")));
    assert_eq!(root.get("z").unwrap().get_text("b"), Some("2"));
    assert!(root.get("z").unwrap().get("a").unwrap().shared);
}

#[test]
fn duplicate_keys_are_both_kept() {
    let root = read("a: 1\na: 2\n").unwrap();

    assert_eq!(root.entries().len(), 2);
}

#[test]
fn conflict_markers_and_second_documents_are_named_with_their_line() {
    let conflict = read("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n");
    let second = read("a: 1\n---\nb: 2\n");

    assert_eq!(conflict, Err(YamlError::Conflict { line: 2 }));
    assert!(matches!(second, Err(YamlError::SecondDocument { line: 2 | 3 })));
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let below = format!("*a{}", level - 1);
        let items = vec![below; 9].join(", ");
        let _ = writeln!(text, "a{level}: &a{level} [{items}]");
    }

    assert!(matches!(read(&text), Err(YamlError::TooLarge { .. })));
}
