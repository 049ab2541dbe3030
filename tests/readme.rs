//! Runs the console blocks of the README and compares what is printed.
//!
//! A line `...` stands for any number of lines.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "the test starts the program")]

use std::path::Path;
use std::process::Command;

/// A command of a console block and the lines that it is said to print.
struct Example {
    command: String,
    expected: Vec<String>,
}

fn examples(readme: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut is_console = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            is_console = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| is_console) {
            found.push(Example { command: command.to_owned(), expected: Vec::new() });
        } else if let Some(example) = found.last_mut().filter(|_| is_console) {
            example.expected.push(line.to_owned());
        }
    }
    found
}

fn run(folder: &Path, command: &str) -> Vec<String> {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("scaffold"), "{command}");
    let mut scaffold = Command::new(env!("CARGO_BIN_EXE_scaffold"));
    let output = scaffold.args(words).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).unwrap().trim_end().lines().map(str::to_owned).collect()
}

fn matches(expected: &[String], found: &[String]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((line, rest)) if line == "..." => {
            (0..=found.len()).any(|skipped| matches(rest, &found[skipped..]))
        }
        Some((line, rest)) => {
            found.first().is_some_and(|first| first == line) && matches(rest, &found[1..])
        }
    }
}

#[test]
fn the_readme_shows_what_is_really_printed() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let examples = examples(&readme);

    for Example { command, expected } in &examples {
        let found = run(folder.path(), command);
        let mut expected = expected.clone();
        while expected.last().is_some_and(String::is_empty) {
            expected.pop();
        }
        assert!(matches(&expected, &found), "$ {command}\n{}", found.join("\n"));
    }

    assert!(examples.len() >= 3, "only {} examples", examples.len());
}

#[test]
fn ci_finds_the_test_command_in_the_readme() {
    let readme = std::fs::read_to_string("README.md").unwrap();

    assert_eq!(readme.lines().filter(|line| line.starts_with("cargo test  ")).count(), 1);
}
