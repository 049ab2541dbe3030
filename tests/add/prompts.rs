//! The questions, driven through a pseudo-terminal.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::support::{Place, SCAFFOLD};

/// Question and answer, in order; return takes the proposal.
const ANSWERS: [(&str, &str); 5] = [
    ("Entity", "Parcel\r"),
    ("Field as name:type", "weight:float\r"),
    ("Field as name:type", "\r"),
    ("Write this?", "y"),
    ("added entity Parcel to osint_service", ""),
];

fn start(place: &Place) -> PtySession {
    let mut command = Command::new(SCAFFOLD);
    command.args(["add", "entity", "--root", "demo"]).current_dir(place.path());
    command.env("TERM", "xterm").env_remove("NO_COLOR");
    spawn_command(command, Some(20_000)).unwrap()
}

fn answer(session: &mut PtySession, steps: &[(&str, &str)]) {
    for (question, answer) in steps {
        session.exp_string(question).unwrap();
        session.send(answer).unwrap();
        session.flush().unwrap();
    }
}

#[test]
fn without_a_name_a_person_is_led_through() {
    let place = Place::with_workspace();
    let mut session = start(&place);

    answer(&mut session, &ANSWERS);

    session.exp_eof().unwrap();
    let models = "services/osint_service/src/osint_service/domain/parcels/models.py";
    let text = std::fs::read_to_string(place.demo().join(models)).unwrap();
    assert!(text.contains("    weight: float\n") && !text.contains("description"), "{text}");
}

#[test]
fn a_bad_field_is_explained_and_ctrl_c_leaves_nothing() {
    let place = Place::with_workspace();
    let before = place.tree();
    let mut session = start(&place);

    answer(&mut session, &[ANSWERS[0], ("Field as name:type", "weight:flot\r")]);
    session.exp_string("did you mean \"float\"?").unwrap();
    session.send_control('c').unwrap();

    session.exp_eof().unwrap();
    assert!(place.tree() == before);
}
