//! The questions, driven through a pseudo-terminal.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::support::{Place, SCAFFOLD};

/// Question and answer, in order; return takes the proposal.
const ANSWERS: [(&str, &str); 9] = [
    ("Make a workspace in", "y"),
    ("Name of the service", "parcels\r"),
    ("Family", "\r"),
    ("Features", "\r"),
    ("Port", "\r"),
    ("Entity", "\r"),
    ("One-sentence description", "\r"),
    ("Write this?", "y"),
    ("created parcels on port 8100", ""),
];

fn start(place: &Place) -> PtySession {
    let mut command = Command::new(SCAFFOLD);
    command.args(["new", "--root", "demo"]).current_dir(place.path());
    command.env("TERM", "xterm").env_remove("NO_COLOR");
    spawn_command(command, Some(20_000)).unwrap()
}

/// Gives the answers; what was printed meanwhile comes back.
fn answer(session: &mut PtySession, steps: &[(&str, &str)]) -> String {
    let mut printed = String::new();
    for (question, answer) in steps {
        printed += &session.exp_string(question).unwrap();
        session.send(answer).unwrap();
        session.flush().unwrap();
    }
    printed
}

/// The exit status, from the text of the wait status: its type is not exported.
fn code(session: &mut PtySession) -> i32 {
    let status = format!("{:?}", session.process().wait().unwrap());
    let code = status.strip_prefix("Exited(").and_then(|rest| rest.strip_suffix(')'));
    let code = code.and_then(|rest| rest.rsplit(", ").next()?.parse().ok());
    code.unwrap_or_else(|| panic!("not an exit: {status}"))
}

#[test]
fn without_a_name_a_person_is_led_through() {
    let place = Place::empty();
    let mut session = start(&place);

    answer(&mut session, &ANSWERS);

    session.exp_eof().unwrap();
    assert_eq!(code(&mut session), 0);
    assert!(place.demo().join("services/parcels/src/parcels/main.py").is_file());
}

#[test]
fn a_bad_answer_is_explained_and_asked_again() {
    let place = Place::empty();
    let mut session = start(&place);

    answer(&mut session, &[ANSWERS[0], ("Name of the service", "json\r")]);
    session.exp_string("try \"json_service\"").unwrap();
    session.send_control('c').unwrap();

    session.exp_eof().unwrap();
    assert_eq!(code(&mut session), 130);
}

#[test]
fn ctrl_c_at_any_question_leaves_nothing_and_a_sane_terminal() {
    for stop in 0..ANSWERS.len() - 1 {
        let place = Place::empty();
        let mut session = start(&place);
        let mut printed = answer(&mut session, &ANSWERS[..stop]);
        let question = ANSWERS[stop].0;
        printed += &session.exp_string(question).unwrap();
        session.send_control('c').unwrap();

        printed += &session.exp_eof().unwrap();

        assert_eq!(code(&mut session), 130, "at {question:?}");
        assert!(place.tree().is_empty(), "at {question:?}");
        assert!(!printed.contains("\u{1b}[?25l"), "the cursor was hidden before {question:?}");
    }
}
