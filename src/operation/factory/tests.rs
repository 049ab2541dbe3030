use super::*;
use crate::change::Entry;

fn run(files: &[(&str, &str)]) -> (String, Vec<String>) {
    let entry =
        |(path, text): &(&str, &str)| (RelPath::new(path).unwrap(), Entry::file(text.as_bytes()));
    let mut tree: Tree = files.iter().map(entry).collect();
    let notes = make(&mut tree, (None, "shop"));
    let notes = notes.into_iter().map(|note| format!("{}: {}", note.line, note.message));
    (tree.text(&RelPath::new("main.py").unwrap()).unwrap().to_owned(), notes.collect())
}

const HEAD: &str = "from fastapi import FastAPI\n\napp = FastAPI()\n";

/// The note of a main module that keeps its text.
fn kept(text: &str, others: &[(&str, &str)]) -> String {
    let files = [&[("main.py", text)], others].concat();

    let (result, notes) = run(&files);

    assert_eq!(result, text);
    assert_eq!(notes.len(), 1, "{notes:?} for {text}");
    notes[0].clone()
}

#[test]
fn registrations_keep_their_order_and_functions_their_place() {
    let text = "\"\"\"Shop.\"\"\"\n\nfrom fastapi import FastAPI\n\nfrom routes import Guard, cached, router\n\n\
        app = FastAPI(title=\"A\")\n\n# Who may call.\napp.add_middleware(\n    Guard,\n    level=1,\n)\n\n\n\
        @app.get(\"/a\")  # first\n@app.get(\n    \"/b\",\n)\n@cached\nasync def read():\n    return 1\n\n\n\
        app.include_router(router)\n\n\nif __name__ == \"__main__\":\n    serve(app)\n";

    let (result, notes) = run(&[
        ("main.py", text),
        (
            "routes.py",
            "from fastapi import APIRouter\nrouter = APIRouter()\nclass Guard: ...\ndef cached(f): return f\n",
        ),
    ]);

    assert_eq!(notes, Vec::<String>::new());
    assert_eq!(
        result,
        "\"\"\"Shop.\"\"\"\n\nfrom fastapi import FastAPI\n\nfrom routes import Guard, cached, router\n\n\n\
         @cached\nasync def read():\n    return 1\n\n\n\
         def create_app() -> FastAPI:\n    \"\"\"Return the application with everything that belongs to it.\"\"\"\n    \
         app = FastAPI(title=\"A\")\n\n    # Who may call.\n    app.add_middleware(\n        Guard,\n        level=1,\n    )\n\n    \
         app.get(\n        \"/b\",\n    )(read)\n    app.get(\"/a\")(read)  # first\n\n    app.include_router(router)\n    return app\n\n\n\
         app = create_app()\n\n\nif __name__ == \"__main__\":\n    serve(app)\n"
    );
    assert_eq!(run(&[("main.py", &result)]).0, result);
}

#[test]
fn what_cannot_run_later_keeps_the_application_where_it_is() {
    let cases = [
        (format!("{HEAD}other = FastAPI()\n"), "several applications"),
        (format!("{HEAD}client = wrap(app)\napp.get('/')(client)\n"), "before it is complete"),
        (format!("{HEAD}@log\n@app.get('/')\ndef f(): ...\n"), "another decorator"),
        (
            format!("{HEAD}@app.get('/')\ndef f(): ...\n@app.get('/x')\ndef f(): ...\n"),
            "two definitions",
        ),
        (format!("{HEAD}app.state.now = lambda: app.title\n"), "looked up later"),
        (format!("{HEAD}def f(x=app): ...\n"), "default value"),
        (format!("{HEAD}for r in rs:\n    app.include_router(r)\nprint(r)\n"), "binds r"),
        (
            format!("{HEAD}def f(): app.mount('/', 1)\nf()\napp.mount('/x', 1)\n"),
            "before it is complete",
        ),
        (
            format!(
                "{HEAD}LEVEL = 1\napp.add_middleware(X, level=LEVEL)\nLEVEL = 2\napp.mount('/', 1)\n"
            ),
            "LEVEL is bound again",
        ),
        (format!("{HEAD}create_app = build_app = 1\n"), "mean something else"),
        (format!("{HEAD}eval('1')\n"), "made from text"),
    ];
    for (text, why) in cases {
        let note = kept(&text, &[]);
        assert!(note.contains(why), "{why}: {note}");
    }
}

#[test]
fn a_router_that_is_filled_after_it_is_included_keeps_the_application_where_it_is() {
    let text = "from fastapi import APIRouter, FastAPI\nrouter = APIRouter()\napp = FastAPI()\n\
        app.include_router(router)\n@router.get('/late')\ndef late(): ...\napp.mount('/', 1)\n";

    assert!(kept(text, &[]).contains("router may be changed"));
}

#[test]
fn a_module_that_looks_back_keeps_the_application_where_it_is() {
    let text = "from fastapi import FastAPI\napp = FastAPI()\nimport more\napp.mount('/', 1)\n";
    let more = ("more.py", "from main import app\napp.mount('/more', 1)\n");

    assert!(kept(text, &[more]).contains("before it is complete"));
}

#[test]
fn values_and_models_between_registrations_stay_where_they_are() {
    let text = format!(
        "from pydantic import BaseModel, Field\n{HEAD}engine = Engine()\nclass A(BaseModel):\n    x: int = Field(1)\n\
         @app.post('/')\ndef f(a: A): ...\n"
    );

    let (result, notes) = run(&[("main.py", &text)]);

    assert_eq!(notes, Vec::<String>::new());
    assert!(result.contains("engine = Engine()\nclass A"), "{result}");
    assert!(result.contains("    app.post('/')(f)\n    return app\n"), "{result}");
}

#[test]
fn what_is_only_kept_may_be_used_later_and_flags_are_constant() {
    let text = "from fastapi import FastAPI\nfrom limits import Limiter\ntry:\n    import x\n    HAS = True\n\
        except ImportError:\n    HAS = False\nlimiter = Limiter()\napp = FastAPI()\n\
        app.state.limiter = limiter\nif HAS:\n    app.mount('/x', 1)\ndef other():\n    return HAS\n\
        engine = Engine()\n@app.get('/')\n@limiter.limit('5')\ndef f(): ...\n";

    let (result, notes) = run(&[("main.py", text)]);

    assert_eq!(notes, Vec::<String>::new());
    assert!(result.contains("    app.state.limiter = limiter\n"), "{result}");
}
