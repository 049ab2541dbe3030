//! What is seen in Python text.

use super::*;

#[test]
fn applications_and_factories_are_found_outside_comments_and_docstrings() {
    let text = "\"\"\"\napp = FastAPI()\n\"\"\"\n# app = FastAPI()\napi: FastAPI = fastapi.FastAPI(\n)\n\
                def create_app(x):\n    app = FastAPI()\n";

    let found = apps(text);

    let names: Vec<_> =
        found.iter().map(|app| (app.name.as_str(), app.factory, app.line)).collect();
    assert_eq!(names, [("api", false, 5), ("create_app", true, 7)]);
}

#[test]
fn run_calls_give_target_and_port_in_every_common_writing() {
    let cases = [
        ("uvicorn.run(app, host=\"0.0.0.0\", port=8001)", Some(8001)),
        (
            "uvicorn.run(\n    \"main:app\",\n    port=int(os.getenv(\"PORT\", \"8002\")),  # x\n)",
            Some(8002),
        ),
        ("uvicorn.run(app, port=int(os.environ.get('PORT', 8003)))", Some(8003)),
        ("uvicorn.run(app, port=settings.port)", None),
        ("uvicorn.run(app)", None),
        ("uvicorn.run(app=\"main:app\", port=8004)", Some(8004)),
    ];

    for (text, port) in cases {
        let found = runs(text);
        let number = match &found[0].port {
            Some(PortValue::Number(number)) => {
                assert_eq!(&text[number.range.clone()], number.port.to_string());
                Some(number.port)
            }
            _ => None,
        };
        assert_eq!(number, port, "{text}");
    }
    assert_eq!(runs(cases[1].0)[0].target, RunTarget::Path("main:app".into()));
    assert_eq!(runs(cases[5].0)[0].target, RunTarget::Path("main:app".into()));
    assert_eq!(runs(cases[3].0)[0].port, Some(PortValue::Name("port".into())));
}

#[test]
fn named_ports_know_their_class_and_their_environment_variable() {
    let text = "PORT = 8001\nclass Settings(BaseSettings):\n    port: int = Field(\n        default=8002, env=\"APP_PORT\"\n    )\n    \
                redis_port: int = 6379\n    timeout: int = 30\n    service_port: int = int(os.getenv(\"P\", \"8004\"))\n";

    let found = named_ports(text);

    let facts: Vec<_> = found
        .iter()
        .map(|port| {
            (
                port.name.as_str(),
                port.class.as_deref(),
                port.value.port,
                port.value.variable.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        facts,
        [
            ("PORT", None, 8001, None),
            ("port", Some("Settings"), 8002, Some("APP_PORT")),
            ("redis_port", Some("Settings"), 6379, None),
            ("service_port", Some("Settings"), 8004, Some("P")),
        ]
    );
}

#[test]
fn a_name_for_a_setting_and_a_default_in_quotes_are_followed() {
    let text = "    bound: int = int(app.settings.port)\nother = 5\n";

    let number =
        &named_ports("class S:\n    port: str = Field(default=\"8027\", alias=\"PORT\")\n")[0]
            .value;

    assert_eq!(other_name(text, "bound").as_deref(), Some("port"));
    assert_eq!(other_name(text, "other"), None);
    assert_eq!((number.port, number.variable.as_deref()), (8027, Some("PORT")));
}
