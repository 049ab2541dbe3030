use super::*;

fn outline(text: &str) -> Outline {
    Module::with_outline(text.as_bytes()).unwrap().1
}

#[test]
fn a_function_that_is_registered_by_a_call_counts_as_decorated() {
    let text =
        "def create():\n    app.get('/a')(read)\n    x = app.get('/b')(read)\ndef read(): ...\n";

    let outline = Module::with_outline(text.as_bytes()).unwrap().1;

    let read = outline.functions.iter().find(|found| &*found.name == "read").unwrap();
    let calls: Vec<&str> = read.decorators.iter().filter_map(Value::dotted).collect();
    assert_eq!(calls, ["app.get"]);
}

#[test]
fn a_call_knows_what_is_called_with_what_and_where() {
    let found = outline(
        "async def f():\n    try:\n        await client.get(f\"{BASE}/x\", timeout=5)\n    except (OSError, ValueError) as error:\n        return {\"error\": str(error)}\n",
    );

    let call = &found.calls[0];
    assert_eq!((&*call.what.callee, call.what.name()), ("client.get", "get"));
    assert_eq!(call.what.keyword("timeout"), Some(&Value::Int(5)));
    assert!(call.awaited && call.discarded && call.context.tries == 1);
    assert!(matches!(&call.what.arguments[0], Value::Format(text, _) if &**text == "{}/x"));
    assert!(found.handlers[0].reads_name && found.handlers[0].calls);
    assert_eq!(found.returns[0].context.handler, Some(0));
}

#[test]
fn bodies_that_do_nothing_are_told_from_code() {
    let found = outline(
        "def a():\n    \"\"\"Doc.\"\"\"\n    pass\ndef b(): raise NotImplementedError(\"later\")\ndef c(): return {\"status\": \"ok\"}\ndef d(): return x\n",
    );

    let bodies: Vec<_> = found.functions.iter().map(|function| function.body).collect();

    assert_eq!(bodies, [Body::Empty, Body::NotImplemented, Body::Constant, Body::Code]);
}

#[test]
fn lines_with_other_names_are_equal_only_when_masked() {
    let found = outline("a = f(1)  # one\nb = g(2)\n\"\"\"text\"\"\"\nimport os\n");

    assert_eq!(found.lines.len(), 2);
    assert_eq!(found.lines[0].masked, found.lines[1].masked);
    assert_ne!(found.lines[0].exact, found.lines[1].exact);
}
