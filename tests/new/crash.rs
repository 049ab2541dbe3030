//! A kill before any effect leaves nothing or everything, never half a service or a leaked port.

use crate::support::{Place, transcript, tree};

const TINY: &str = "[template]\nname = \"tiny\"\nversion = \"1\"\ndescription = \"d\"\n";

/// Kills a run before its n-th effect for every n, lets the next command recover, and checks
/// that the tree is the one before or the one after.
fn killed_everywhere(prepare: impl Fn() -> Place, template: &[&str]) -> u64 {
    let arguments = [&["new", "orders", "--root", "demo", "--yes"], template].concat();
    let (before, after) = {
        let place = prepare();
        let before = tree(&place.demo_or_root());
        place.ok(&arguments);
        (before, tree(&place.demo()))
    };
    let place = prepare();
    for effect in 1.. {
        let output = place.command(&arguments).env("SCAFFOLD_FAULT", effect.to_string()).output();
        if output.unwrap().status.success() {
            return effect;
        }
        // A command that does not get as far as writing recovers nevertheless.
        assert_eq!(place.run(&["new", "json", "--root", "demo", "--yes"]).status.code(), Some(2));
        let found = tree(&place.demo_or_root());
        if found == after {
            std::fs::remove_dir_all(place.demo()).unwrap();
            let fresh = prepare();
            if fresh.demo().exists() {
                copy(&fresh.demo(), &place.demo());
            }
        } else {
            assert_eq!(found, before, "killed before effect {effect}");
        }
    }
    unreachable!("the loop ends with a run that no fault stops")
}

impl Place {
    /// The workspace, or the empty folder in which it would be made.
    fn demo_or_root(&self) -> std::path::PathBuf {
        let demo = self.demo();
        if demo.exists() { demo } else { self.path().to_owned() }
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    for (path, bytes) in tree(from) {
        let target = to.join(path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, bytes).unwrap();
    }
}

#[test]
fn in_a_workspace_a_kill_leaves_before_or_after() {
    let effects = killed_everywhere(Place::with_workspace, &["--with", "none"]);

    assert!(effects > 8, "only {effects} effects were tried");
}

#[test]
fn in_an_empty_folder_a_kill_leaves_before_or_after() {
    // Small, so that every effect can be tried: what matters is the workspace around it.
    let template = Place::empty();
    template.write("template.toml", TINY);
    template.write("files/src/{{name}}.py.tera", "PORT = << port >>\n");
    let folder = template.path().to_str().unwrap();

    let effects = killed_everywhere(Place::empty, &["--template", folder]);

    assert!(effects > 8, "only {effects} effects were tried");
}

#[test]
fn what_is_half_written_is_not_read_and_a_file_that_is_moved_away_comes_back() {
    let place = Place::with_workspace();
    let compose = place.demo().join("docker-compose.yml");
    let before = std::fs::read_to_string(&compose).unwrap();
    let arguments = ["new", "orders", "--root", "demo", "--yes", "--with", "none"];
    // As far as the first file that is there already has another content.
    let reached = (1..1000).find(|effect: &u32| {
        let mut command = place.command(&arguments);
        let output = command.env("SCAFFOLD_FAULT", effect.to_string()).output().unwrap();
        assert!(!output.status.success(), "compose was not reached");
        let is_changed = std::fs::read_to_string(&compose).unwrap() != before;
        if !is_changed {
            place.run(&["new", "json", "--root", "demo", "--yes"]);
        }
        is_changed
    });
    assert!(reached.is_some());

    let checked = place.run(&["ports", "check", "--root", "demo"]);
    assert_eq!(checked.status.code(), Some(3), "{}", transcript(&checked));

    let edited = format!("{}# mine\n", std::fs::read_to_string(&compose).unwrap());
    std::fs::write(&compose, &edited).unwrap();
    let refused = place.run(&["ports", "sync", "--root", "demo"]);
    assert_eq!(refused.status.code(), Some(3), "{}", transcript(&refused));

    std::fs::remove_file(&compose).unwrap();
    place.ok(&["ports", "sync", "--root", "demo"]);
    assert_eq!(std::fs::read_to_string(&compose).unwrap(), before);
    std::fs::write(&compose, &edited).unwrap();
    place.ok(&["ports", "list", "--root", "demo"]);
}
