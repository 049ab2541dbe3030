//! A kill before any effect leaves nothing or everything, never half an entity.

use crate::support::{Place, tree};

/// Every how many effects one is tried; a run has about a hundred.
const STEP: usize = 7;

#[test]
fn a_kill_leaves_before_or_after() {
    let add = ["add", "entity", "Parcel", "--root", "demo"];
    let new = ["new", "billing", "--root", "demo", "--with", "none", "--yes"];
    let place = Place::empty();
    place.ok(&new);
    let before = tree(&place.demo());
    let after = {
        let other = Place::empty();
        other.ok(&new);
        other.ok(&add);
        tree(&other.demo())
    };
    let mut tried = 0;

    for effect in (1..).step_by(STEP) {
        let output = place.command(&add).env("SCAFFOLD_FAULT", effect.to_string()).output();
        if output.unwrap().status.success() {
            break;
        }
        tried += 1;
        // A command that does not get as far as writing recovers nevertheless.
        assert_eq!(place.run(&["new", "json", "--root", "demo"]).status.code(), Some(2));
        let found = tree(&place.demo());
        if found == after {
            break;
        }
        assert!(found == before, "killed before effect {effect}");
    }

    assert!(tried > 5, "only {tried} effects were tried");
    place.ok(&add);
    assert!(tree(&place.demo()) == after);
}
