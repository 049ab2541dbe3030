use super::*;
use crate::change::Entry;

fn run(files: &[(&str, &str)]) -> (String, Vec<String>) {
    let entry =
        |(path, text): &(&str, &str)| (RelPath::new(path).unwrap(), Entry::file(text.as_bytes()));
    let mut tree: Tree = files.iter().map(entry).collect();
    let notes = adopt(&mut tree, (None, "shop"));
    let path = RelPath::new(files[0].0).unwrap();
    let notes =
        notes.into_iter().map(|note| format!("{}:{}: {}", note.path, note.line, note.message));
    (tree.text(&path).unwrap().to_owned(), notes.collect())
}

const HEAD: &str = "from fastapi import FastAPI\n\napp = FastAPI(title=\"A\")\n\n\n";

fn is_left(text: &str) -> String {
    let (result, notes) = run(&[("main.py", text)]);
    assert_eq!(result, text);
    assert_eq!(notes.len(), 1, "{notes:?}");
    notes[0].clone()
}

#[test]
fn handlers_that_are_not_all_in_sight_stay_with_the_reason() {
    let handler = "@app.on_event(\"startup\")\nasync def start():\n    pass\n";

    assert!(
        is_left(&format!("{HEAD}app.add_event_handler('startup', print)\n{handler}"))
            .contains("add_event_handler")
    );
    assert!(is_left(&format!("{HEAD}register(app)\n{handler}")).contains("handed to code"));
    assert!(
        is_left(&format!("{HEAD}@app.on_event('startup')\ndef start(x=1): pass\n"))
            .contains("parameters")
    );
    assert!(is_left(&format!("{HEAD}{handler}{handler}")).contains("two definitions"));
    assert!(
        is_left(&handler.replace("app", "router").replace('@', "router = make()\n@"))
            .contains("no application")
    );
    assert!(
        is_left(&format!("{HEAD}lifespan = app_lifespan = 1\n{handler}"))
            .contains("something else")
    );
    assert!(
        is_left(&format!("{HEAD}@app.on_event('startup')  # why\ndef start(): pass\n"))
            .contains("comment")
    );
}

#[test]
fn a_router_of_another_file_keeps_the_handlers_of_the_application() {
    let text = format!("{HEAD}@app.on_event('startup')\ndef start(): pass\n");
    let router = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.on_event('startup')\ndef begin(): pass\n";

    let (result, notes) = run(&[("main.py", &text), ("routes.py", router)]);

    assert_eq!(result, text);
    assert_eq!(notes.len(), 2, "{notes:?}");
}

#[test]
fn handlers_are_called_by_a_lifespan_in_their_order() {
    let text = format!(
        "{HEAD}@app.on_event(\"startup\")\nasync def start():\n    \"\"\"Begin.\"\"\"\n\n\n\
         @app.on_event(\"startup\")\ndef second():\n    pass\n\n\n\
         @app.on_event(\"shutdown\")\nasync def stop():\n    pass\n"
    );

    let (result, notes) = run(&[("main.py", &text)]);

    assert!(notes.is_empty(), "{notes:?}");
    assert_eq!(
        result,
        "from collections.abc import AsyncIterator\nfrom contextlib import asynccontextmanager\n\n\
         from fastapi import FastAPI\n\n\n\
         @asynccontextmanager\nasync def lifespan(_: FastAPI) -> AsyncIterator[None]:\n    \
         \"\"\"Start and stop what lives as long as the application.\"\"\"\n    await start()\n    \
         second()\n    try:\n        yield\n    finally:\n        await stop()\n\n\n\
         app = FastAPI(title=\"A\", lifespan=lifespan)\n\n\n\
         async def start():\n    \"\"\"Begin.\"\"\"\n\n\ndef second():\n    pass\n\n\n\
         async def stop():\n    pass\n"
    );
}

#[test]
fn the_argument_is_written_as_the_others_are() {
    let handler = "\n@app.on_event('shutdown')\ndef stop(): pass\n";
    let call = |arguments: &str| {
        let text =
            format!("import fastapi\n# the app\napp = fastapi.FastAPI({arguments})\n{handler}");
        run(&[("main.py", &text)]).0
    };

    assert!(call("").contains("# the app\napp = fastapi.FastAPI(lifespan=lifespan)\n"));
    assert!(call("\n    title='x',\n").contains("(\n    title='x',\n    lifespan=lifespan,\n)\n"));
    assert!(call("\n    title='x'\n").contains("(\n    title='x',\n    lifespan=lifespan\n)\n"));
    assert!(
        call("\n    title='x',  # why\n")
            .contains("title='x',  # why\n    lifespan=lifespan,\n)\n")
    );
    assert!(call("title='x',").contains("(title='x', lifespan=lifespan)\n"));
    assert!(call("").contains("def lifespan(_: fastapi.FastAPI)"));
}

#[test]
fn registrations_that_go_leave_one_gap_between_what_is_around_them() {
    let text = "a\n\nx\ny\n\nb\n\n\n@z\ndef c():\n";

    let gone: Vec<_> = closed_up(text, &[3..5, 5..7, 12..15]).collect();

    assert_eq!(gone, [3..8, 12..15]);
}
