//! Templates of other people: a folder, a repository, cargo-generate's format.

use std::process::Command;

use crate::support::{Place, transcript};

const MANIFEST: &str = "\
[template]
name = \"tiny\"
version = \"3.1.0\"
description = \"A small template\"

[variables.owner]
prompt = \"Owning team\"
default = \"team-<< slug >>\"
pattern = \"[a-z-]+\"

[features.queue]
description = \"A queue\"

[[when]]
condition = \"features.queue\"
paths = [\"queue.txt\"]
";

/// A template of our format in `tiny/`.
fn tiny(place: &Place) {
    place.write("tiny/template.toml", MANIFEST);
    place.write("tiny/files/{{name}}.txt.tera", "<< title >> << port >> << owner >>\n");
    place.write("tiny/files/queue.txt", "<< not rendered >>\n");
}

fn read(place: &Place, path: &str) -> String {
    std::fs::read_to_string(place.demo().join(path)).unwrap()
}

fn new<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["new", "orders", "--root", "demo", "--yes", "--template"];
    arguments.extend(more);
    arguments
}

#[test]
fn a_folder_is_a_template_and_its_answers_are_kept() {
    let place = Place::empty();
    tiny(&place);

    place.ok(&new(&["tiny", "--with", "queue", "--set", "owner=blue"]));

    assert_eq!(read(&place, "services/orders/orders.txt"), "Orders 8100 blue\n");
    assert_eq!(read(&place, "services/orders/queue.txt"), "<< not rendered >>\n");
    let answers = read(&place, "services/orders/.scaffold/answers.toml");
    for line in ["name = \"tiny\"", "version = \"3.1.0\"", "owner = \"blue\"", "queue = true"] {
        assert!(answers.contains(line), "{line}\n{answers}");
    }
    assert!(!place.demo().join("libs").exists(), "no library was asked for");
}

#[test]
fn a_repository_is_pinned_to_its_commit() {
    let place = Place::empty();
    tiny(&place);
    let repository = place.path().join("tiny");
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.org"]).args(arguments);
        let output = git.current_dir(&repository).output().unwrap();
        assert!(output.status.success(), "{}", transcript(&output));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "one"]);
    git(&["tag", "v1"]);
    let first = git(&["rev-parse", "HEAD"]);
    place.write("tiny/files/{{name}}.txt.tera", "later\n");
    git(&["commit", "--quiet", "--all", "--message", "two"]);
    let url = format!("file://{}", repository.display());

    place.ok(&new(&[&url]));
    place.ok(&["new", "parcels", "--root", "demo", "--template", &format!("{url}#v1")]);

    assert_eq!(read(&place, "services/orders/orders.txt"), "later\n");
    assert_eq!(read(&place, "services/parcels/parcels.txt"), "Parcels 8101 team-parcels\n");
    let answers = read(&place, "services/parcels/.scaffold/answers.toml");
    assert!(answers.contains(&format!("commit = \"{first}\"")), "{answers}");
}

/// A folder's name, what is put there, and what the error says.
type Case = (&'static str, fn(&Place), &'static str);

#[test]
fn what_a_template_cannot_have_is_refused() {
    let cases: [Case; 6] = [
        ("none", |_| {}, "there is no template at"),
        (
            "bare",
            |place| place.write("bare/x", ""),
            "has neither template.toml nor cargo-generate.toml",
        ),
        (
            "link",
            |place| {
                tiny(place);
                std::fs::rename(place.path().join("tiny"), place.path().join("link")).unwrap();
                let link = place.path().join("link/files/passwd");
                std::os::unix::fs::symlink("/etc/passwd", link).unwrap();
            },
            "is a symbolic link or a special file",
        ),
        (
            "typo",
            |place| {
                place.write("typo/template.toml", &MANIFEST.replace("pattern", "patern"));
            },
            "typo/template.toml:9: unknown field `patern`",
        ),
        (
            "undefined",
            |place| {
                place.write("undefined/template.toml", &MANIFEST.replace("[a-z-]+", ".*"));
                place.write("undefined/files/a.tera", "\n<< nme >>");
            },
            "a.tera:2: undefined variable \"nme\"",
        ),
        (
            "escape",
            |place| {
                place.write("escape/template.toml", &MANIFEST.replace("[a-z-]+", ".*"));
                place.write("escape/files/{{owner}}/x", "");
            },
            "needs a plain word for {{owner}}",
        ),
    ];
    for (name, prepare, expected) in cases {
        let place = Place::empty();
        prepare(&place);
        let before = place.tree();

        let output = place.run(&new(&[name, "--set", "owner=../../x"]));

        let text = transcript(&output);
        assert!(output.status.code() == Some(2) && text.contains(expected), "{name}: {text}");
        assert_eq!(place.tree(), before, "{name}");
    }
}

#[cfg(feature = "liquid")]
mod liquid {
    use super::*;

    fn foreign(place: &Place, config: &str) {
        place.write("foreign/cargo-generate.toml", config);
        place.write("foreign/README.md", "{{project-name}} on {{port}}, {{mood}}\n");
    }

    const CONFIG: &str =
        "[placeholders.mood]\ntype = \"string\"\nprompt = \"Mood\"\ndefault = \"calm\"\n";

    #[test]
    fn a_cargo_generate_template_gives_files_through_our_change_set() {
        let place = Place::empty();
        foreign(&place, CONFIG);
        let mut command = place.command(&new(&["foreign"]));
        command.env("CARGO_GENERATE_VALUE_MOOD", "leaked").env_remove("USER");

        let output = command.output().unwrap();

        assert!(output.status.success(), "{}", transcript(&output));
        assert_eq!(read(&place, "services/orders/README.md"), "orders on 8100, calm\n");
        assert!(read(&place, "ports.yaml").contains("orders: 8100"));
    }

    #[test]
    fn hooks_run_only_with_consent_to_exactly_these_bytes() {
        let place = Place::empty();
        foreign(&place, &format!("{CONFIG}\n[hooks]\npost = [\"after.rhai\"]\n"));
        place.write("foreign/after.rhai", "file::write(\"made.txt\", \"by the hook\");\n");

        let refused = place.run(&new(&["foreign"]));

        let text = transcript(&refused);
        assert_eq!(refused.status.code(), Some(2), "{text}");
        assert!(text.contains("     1 | file::write(\"made.txt\", \"by the hook\");"), "{text}");
        assert!(!place.demo().exists());
        let hash = text.split("--trust-hooks ").nth(1).and_then(|rest| rest.split(' ').next());
        let hash = hash.unwrap().to_owned();
        place.write("foreign/after.rhai", "file::write(\"made.txt\", \"something else\");\n");
        let changed = place.run(&new(&["foreign", "--trust-hooks", &hash]));
        assert_eq!(changed.status.code(), Some(2), "{}", transcript(&changed));
        place.write("foreign/after.rhai", "file::write(\"made.txt\", \"by the hook\");\n");
        place.ok(&new(&["foreign", "--trust-hooks", &hash]));
        assert_eq!(read(&place, "services/orders/made.txt"), "by the hook");
    }

    #[test]
    fn a_hook_can_neither_run_programs_nor_leave_its_folder() {
        for line in ["system::command(\"touch\", [\"/tmp/x\"]);", "file::write(\"../../x\", \"\");"]
        {
            let place = Place::empty();
            foreign(&place, "[hooks]\npost = [\"after.rhai\"]\n");
            place.write("foreign/after.rhai", line);
            let text = transcript(&place.run(&new(&["foreign"])));
            let hash = text.split("--trust-hooks ").nth(1).and_then(|rest| rest.split(' ').next());

            let output = place.run(&new(&["foreign", "--trust-hooks", hash.unwrap()]));

            assert_eq!(output.status.code(), Some(2), "{line}: {}", transcript(&output));
            assert!(!place.demo().exists(), "{line}");
        }
    }
}
