//! Programs are limited in time, output, environment and network.
#![cfg(unix)]

use std::time::{Duration, Instant};

use scaffold::process::{Command, Ending, Network, ProcessError, can_isolate};

fn shell(script: &str) -> Command {
    Command::new("sh").args(["-c", script])
}

#[test]
fn output_input_and_status_are_handed_over() {
    let output = shell("cat; echo error >&2; exit 7").input("text").run().unwrap();

    assert_eq!((output.text().as_str(), output.errors().as_str()), ("text", "error\n"));
    assert_eq!(output.ending, Ending::Code(7));
    assert!(!output.success() && !output.truncated);
}

#[test]
fn arguments_are_not_a_shell_line() {
    let output = Command::new("echo").arg("$(id); rm -rf *").run().unwrap();

    assert_eq!(output.text(), "$(id); rm -rf *\n");
}

#[test]
fn the_time_limit_stops_the_children_too() {
    let start = Instant::now();
    let marker = format!("{}.5", 97_000 + std::process::id() % 1000);

    let output = shell(&format!("sleep {marker} & sleep {marker}"))
        .time_limit(Duration::from_millis(200))
        .run()
        .unwrap();

    let left = Command::new("ps").args(["-eo", "args"]).run().unwrap().text();
    assert_eq!(output.ending, Ending::TimedOut);
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(!left.contains(&marker), "{left}");
}

#[test]
fn what_a_finished_program_left_behind_is_stopped() {
    let marker = format!("{}.5", 98_000 + std::process::id() % 1000);

    let output = shell(&format!("sleep {marker} & echo started")).run().unwrap();

    let left = Command::new("ps").args(["-eo", "args"]).run().unwrap().text();
    assert!(output.success());
    assert!(!left.contains(&marker), "{left}");
}

#[test]
fn the_environment_is_scrubbed() {
    let output = Command::new("env").env("ONE", "1").without_env("HOME").run().unwrap();

    let text = output.text();
    assert!(text.contains("ONE=1\n") && text.contains("PATH="), "{text}");
    // Cargo sets this for every test; a program of ours must not see it.
    assert!(!text.contains("CARGO_MANIFEST_DIR") && !text.contains("HOME="), "{text}");
}

#[test]
fn endless_output_is_cut_in_the_middle() {
    let output =
        shell("echo first; yes | head -c 1000000; echo last").keep_output(1000).run().unwrap();

    assert!(output.truncated && output.stdout.len() <= 1000);
    assert!(output.text().starts_with("first\n") && output.text().ends_with("last\n"));
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let error = Command::new("no-such-program-anywhere").run().unwrap_err();

    assert!(
        matches!(&error, ProcessError::Start { program, .. } if program.starts_with("no-such"))
    );
}

#[test]
fn without_network_only_loopback_is_left() {
    if !can_isolate() {
        let error = shell("true").network(Network::Loopback).run().unwrap_err();
        assert!(matches!(error, ProcessError::NotIsolated { .. }));
        return;
    }
    let output = shell("cat /proc/net/dev; exit 3").network(Network::Loopback).run().unwrap();

    let devices =
        output.text().lines().skip(2).map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    assert!(output.isolated);
    assert_eq!(output.ending, Ending::Code(3));
    assert!(devices.iter().all(|line| line.starts_with("lo:")), "{devices:?}");
}

#[test]
fn a_started_program_stops_with_its_handle() {
    let running = shell("echo up; sleep 60").start().unwrap();
    assert!(running.is_running().unwrap());

    let output = running.stop().unwrap();

    assert!(matches!(output.ending, Ending::Signal(9)));
    assert!(output.duration < Duration::from_secs(30));
}
