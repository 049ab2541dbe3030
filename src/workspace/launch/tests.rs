//! What command lines start.

use super::*;

fn launch(text: &str) -> Launch {
    Launch::read(&shell_words(&Source::new(text, 0)), 1)
}

fn app(text: &str) -> (String, Option<u16>) {
    let found = launch(text);
    let target = match found.target {
        Some(Target::App(word)) => format!("app {}", word.text),
        Some(Target::Script(word)) => format!("script {}", word.text),
        Some(Target::Module(word)) => format!("module {}", word.text),
        Some(Target::Shell(word)) => format!("shell {}", word.text),
        Some(Target::Found) => "found".into(),
        None => "nothing".into(),
    };
    (target, found.port.map(|at| at.port))
}

#[test]
fn servers_and_runners_are_seen_through_their_wrappers() {
    let cases = [
        ("uvicorn main:app --host 0.0.0.0 --port 80 --reload", "app main:app", Some(80)),
        ("uvicorn --port=81 --reload main:app", "app main:app", Some(81)),
        (
            "exec python -m uvicorn --host 0 src.main:create_app --factory",
            "app src.main:create_app",
            None,
        ),
        ("uv run --frozen gunicorn -k w -b 0.0.0.0:82 a.b:app", "app a.b:app", Some(82)),
        ("sh -c 'alembic upgrade head && uvicorn main:app --port 83'", "app main:app", Some(83)),
        ("python3.11 -u main.py", "script main.py", None),
        ("python -m api.main", "module api.main", None),
        ("fastapi run app/main.py --port 84", "script app/main.py", Some(84)),
        ("fastapi dev main.py", "script main.py", Some(8000)),
        ("fastapi run --workers 4", "found", Some(8000)),
        ("fastapi --version", "nothing", None),
        ("bash -e ./start.sh", "shell ./start.sh", None),
        ("sleep infinity", "nothing", None),
    ];

    for (text, target, port) in cases {
        assert_eq!(app(text), (target.to_owned(), port), "{text}");
    }
}

#[test]
fn folders_and_variables_before_the_start_are_kept() {
    let found = launch("cd src && PORT=8001 uvicorn main:app --app-dir lib");

    assert_eq!(found.folders, ["src", "lib"]);
    assert_eq!(found.environment, [("PORT".to_owned(), "8001".to_owned())]);
}

#[test]
fn the_digits_of_the_port_are_found_in_every_writing() {
    for text in [
        "uvicorn a:b --port 8007",
        "uvicorn a:b --port=8007",
        "uvicorn a:b --port \"8007\"",
        "gunicorn -b 0.0.0.0:8007 a:b",
    ] {
        let port = launch(text).port.unwrap();
        assert_eq!(&text[port.range], "8007");
    }
}
