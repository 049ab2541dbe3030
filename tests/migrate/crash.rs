//! A kill at any moment of a run: what is there afterwards is a whole number of steps.

use std::collections::BTreeSet;

use crate::support::{Backend, Picture, text, without_ledger};

const PARCELS: &str = "services/parcels";

/// Every effect near the begin, then some: the same code runs at each of them.
fn moments() -> impl Iterator<Item = usize> {
    (1..12).chain((12..).step_by(7))
}

/// The states that a run goes through, without ledgers.
fn stations() -> Vec<Picture> {
    let backend = Backend::with(&["parcels"]);
    let mut found = vec![without_ledger(&backend.picture())];
    for step in ["workspace", "src-layout", "layer-modules", "register-port"] {
        backend.expect(0, &[PARCELS, "--yes", "--to", step]);
        found.push(without_ledger(&backend.picture()));
    }
    backend.expect(0, &[PARCELS, "--yes"]);
    found.push(without_ledger(&backend.picture()));
    found.dedup();
    found
}

#[test]
fn a_kill_leaves_whole_steps_and_the_run_can_go_on_or_back() {
    let stations = stations();
    let mut stopped_at = BTreeSet::new();
    for (round, effect) in moments().enumerate() {
        let backend = Backend::with(&["parcels"]);
        let before = backend.picture();
        let mut killed = backend.command(&[PARCELS, "--yes"]);
        let killed = killed.env("SCAFFOLD_FAULT", effect.to_string()).output().unwrap();
        if killed.status.success() {
            break;
        }

        // The next command puts in order what was half done.
        let output = backend.migrate(&[PARCELS, "--continue", "--yes"]);
        let seen = without_ledger(&backend.picture());
        let station = stations.iter().position(|station| *station == seen);
        let station = station.unwrap_or_else(|| panic!("effect {effect}: {}", text(&output)));
        stopped_at.insert(station);
        let went_on = output.status.success();
        assert!(went_on || output.status.code() == Some(2), "effect {effect}: {}", text(&output));
        assert!(!went_on || station == stations.len() - 1, "effect {effect}: went on to {station}");
        if round % 2 == 0 && station > 0 {
            backend.expect(0, &[PARCELS, "--undo", "--yes"]);
            assert_eq!(backend.picture(), before, "effect {effect}");
        }
    }
    let ends = [0, stations.len() - 1];
    assert!(stopped_at.iter().all(|station| ends.contains(station)), "{stopped_at:?}");
}
