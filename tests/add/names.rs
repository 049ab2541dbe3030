//! No name that is accepted can hide a class of the code that is added.

use std::collections::BTreeSet;

use regex::Regex;
use scaffold::template::EntityName;

use crate::support::Place;

/// Every addition, with one field of each type.
const ADDITIONS: [(&str, &str); 5] = [
    ("orders", "entity Zebra --unique label"),
    ("plain", "entity Zebra"),
    ("orders", "endpoint ZebraAsked --method get"),
    ("orders", "event ZebraSeen"),
    ("mailer", "event orders.zebra_seen.v1"),
];
const FIELDS: &str = "label:str weight:float pieces:int? sent_at:datetime due_on:date? \
    owner_id:uuid price:decimal fragile:bool note:str?";

/// The classes that added lines of Python import or define.
fn classes(diff: &str) -> BTreeSet<String> {
    let listed = Regex::new(r"(?m)^\+(?:from \S+ import |    )([A-Z][A-Za-z, ]+)$").unwrap();
    let defined = Regex::new(r"(?m)^\+class ([A-Z][A-Za-z]+)").unwrap();
    let word = Regex::new(r"\b[A-Z][a-z]+[A-Za-z]*\b").unwrap();
    let lines = listed.captures_iter(diff).chain(defined.captures_iter(diff));
    let lines: Vec<String> = lines.map(|found| found[1].to_owned()).collect();
    lines.iter().flat_map(|line| word.find_iter(line)).map(|found| found.as_str().into()).collect()
}

#[test]
fn no_name_can_hide_a_class_of_what_is_added() {
    let place = Place::empty();
    let new = |words: &[&str]| {
        place.ok(&[&["new"], words, &["--root", "demo", "--yes"]].concat());
    };
    new(&["orders", "--with", "database,messaging"]);
    new(&["plain", "--with", "none"]);
    new(&["mailer", "--kind", "worker"]);

    let mut found = BTreeSet::new();
    for (service, what) in ADDITIONS {
        let fields = FIELDS.split(' ').filter(|field| !field.is_empty());
        let fields = fields.flat_map(|field| ["--field", field]);
        let words = ["add"].into_iter().chain(what.split(' ')).chain(fields);
        let words = words.chain(["--service", service, "--root", "demo", "--dry-run"]);
        found.extend(classes(&place.ok(&words.collect::<Vec<_>>())));
    }

    assert!(found.len() > 40, "{found:?}");
    let fixed = found.iter().filter(|name| !name.contains("Zebra"));
    let free: Vec<_> = fixed.filter(|name| EntityName::new(name).is_ok()).collect();
    assert!(free.is_empty(), "names that would break the added code: {free:?}");
}
