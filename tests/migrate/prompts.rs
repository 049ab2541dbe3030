//! The questions of `scaffold migrate`, driven through a pseudo-terminal.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::support::{Backend, SCAFFOLD};

const PARCELS: &str = "services/parcels";
/// What is asked about every step, as part of the question.
const QUESTION: &str = "paths would change";

fn start(backend: &Backend, words: &[&str]) -> PtySession {
    let mut command = Command::new(SCAFFOLD);
    command.args(["migrate", PARCELS, "--root", "."]).args(words).current_dir(backend.root());
    command.env("TERM", "xterm").env_remove("NO_COLOR").env_remove("SCAFFOLD_FAULT");
    spawn_command(command, Some(20_000)).unwrap()
}

/// Waits for the question about a step and chooses by the first letters of an answer.
fn choose(session: &mut PtySession, step: &str, answer: &str) -> String {
    let seen = session.exp_string(&format!("{step}: ")).unwrap();
    session.exp_string(QUESTION).unwrap();
    send(session, &format!("{answer}\r"));
    seen
}

fn send(session: &mut PtySession, keys: &str) {
    session.send(keys).unwrap();
    session.flush().unwrap();
}

/// The exit status, from the text of the wait status: its type is not exported.
fn code(session: &mut PtySession) -> i32 {
    let status = format!("{:?}", session.process().wait().unwrap());
    let code = status.strip_prefix("Exited(").and_then(|rest| rest.strip_suffix(')'));
    let code = code.and_then(|rest| rest.rsplit(", ").next()?.parse().ok());
    code.unwrap_or_else(|| panic!("not an exit: {status}"))
}

fn finish(session: &mut PtySession) -> (i32, String) {
    let rest = session.exp_eof().unwrap();
    (code(session), rest)
}

const STEPS: [&str; 4] = ["workspace", "src-layout", "layer-modules", "register-port"];

#[test]
fn accepted_steps_are_applied_and_skipped_ones_are_not() {
    let backend = Backend::with(&["parcels"]);
    let mut session = start(&backend, &["--to", "register-port"]);

    choose(&mut session, STEPS[0], "skip");
    let shown = choose(&mut session, STEPS[1], "apply");
    choose(&mut session, STEPS[2], "apply");
    let (status, printed) = finish(&mut session);

    assert_eq!(status, 0, "{printed}");
    assert!(shown.contains("What it does"), "{shown}");
    assert!(!backend.has("scaffold.toml") && backend.has("services/parcels/src/parcels/main.py"));
    assert_eq!(backend.steps("parcels", "skipped"), ["workspace"]);
}

#[test]
fn a_run_that_is_stopped_goes_on_later() {
    let backend = Backend::with(&["parcels"]);
    let mut session = start(&backend, &["--to", "register-port"]);

    choose(&mut session, STEPS[0], "apply");
    choose(&mut session, STEPS[1], "apply");
    choose(&mut session, STEPS[2], "stop");
    let (status, printed) = finish(&mut session);

    assert_eq!(status, 3, "{printed}");
    assert!(printed.contains("--continue goes on"), "{printed}");
    assert_eq!(backend.steps("parcels", "applied"), STEPS[..2]);
    assert!(backend.has("services/parcels/main.py"));
    backend.expect(0, &[PARCELS, "--continue", "--yes", "--to", "register-port"]);
    assert_eq!(backend.steps("parcels", "applied"), STEPS);
}

#[test]
fn stopping_before_the_first_step_writes_nothing() {
    let backend = Backend::with(&["parcels"]);
    let before = backend.picture();
    let mut session = start(&backend, &[]);

    choose(&mut session, STEPS[0], "stop");

    assert_eq!(finish(&mut session).0, 3);
    assert_eq!(backend.picture(), before);
}

#[test]
fn ctrl_c_at_any_question_leaves_nothing_and_a_sane_terminal() {
    for stop in 0..STEPS.len() {
        let backend = Backend::with(&["parcels"]);
        let before = backend.picture();
        let mut session = start(&backend, &["--to", "register-port"]);
        for step in &STEPS[..stop] {
            choose(&mut session, step, "apply");
        }
        let mut printed = session.exp_string(&format!("{}: ", STEPS[stop])).unwrap();
        printed += &session.exp_string("stop here").unwrap();
        session.send_control('c').unwrap();

        let (status, rest) = finish(&mut session);

        assert_eq!(status, 130, "at {}: {rest}", STEPS[stop]);
        assert_eq!(backend.picture(), before, "at {}", STEPS[stop]);
        assert!(!(printed + &rest).contains("\u{1b}[?25l"), "the cursor was hidden");
    }
}

#[test]
fn the_diff_and_the_files_are_shown_on_request_a_screen_at_a_time() {
    let backend = Backend::with(&["parcels"]);
    let before = backend.picture();
    let mut session = start(&backend, &["--only", "layer-modules"]);

    choose(&mut session, "layer-modules", "diff");
    session.exp_string("diff --git").unwrap();
    session.exp_string("-- more").unwrap();
    send(&mut session, "q");
    choose(&mut session, "layer-modules", "files");
    session.exp_string("moved    services/parcels/").unwrap();
    choose(&mut session, "layer-modules", "diff");
    session.exp_string("-- more").unwrap();
    session.send_control('c').unwrap();

    assert_eq!(finish(&mut session).0, 130);
    assert_eq!(backend.picture(), before);
}

#[test]
fn a_corrected_placement_is_planned_again_and_kept_beside_the_service() {
    let backend = Backend::with(&["parcels"]);
    let before = backend.picture();
    let mut session = start(&backend, &["--only", "layer-modules"]);

    choose(&mut session, "layer-modules", "correct");
    session.exp_string("Which one").unwrap();
    send(&mut session, "rates.py\r");
    session.exp_string("The layer of rates.py").unwrap();
    send(&mut session, "application\r");
    choose(&mut session, "layer-modules", "apply");
    let (status, printed) = finish(&mut session);

    assert_eq!(status, 0, "{printed}");
    let layers = backend.read("services/parcels/layers.toml");
    assert_eq!(layers, "[layers]\n\"rates.py\" = \"application\"\n");
    backend.expect(0, &[PARCELS, "--undo", "--yes"]);
    assert_eq!(backend.picture(), before);
}
