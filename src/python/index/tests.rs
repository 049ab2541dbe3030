use super::*;
use crate::change::Entry;

const MAIN: &str = "import os\n\nscans: dict = {}\nlimit = len(scans)\n\n\ndef scan(url):\n    \
    scans[url] = os.getpid()\n    return scans\n\n\napp = object()\n";

/// A service `svc` in which everything leads to `main.scan` or `main.scans` in its own way.
fn backend() -> Tree {
    let files = [
        ("services/svc/main.py", MAIN),
        ("services/svc/api.py", "from main import scan\nfrom main import scans as rows\n"),
        ("services/svc/jobs.py", "import main\n\n\ndef run():\n    return main.scan(\"x\")\n"),
        ("services/svc/late.py", "def run():\n    from main import scan as go\n    return go(1)\n"),
        ("services/svc/stars.py", "from main import *\n\nscan(\"at import\")\n"),
        ("services/svc/again.py", "from api import scan\n"),
        (
            "services/svc/tests/test_main.py",
            "from unittest.mock import patch\n\nimport main\n\n\n@patch(\"api.scan\")\n\
             def test_a(mock, monkeypatch):\n    monkeypatch.setattr(main, \"scans\", {})\n",
        ),
        (
            "services/svc/Dockerfile",
            "FROM x\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\"]\n",
        ),
        ("services/svc/Makefile", "test:\n\tpytest --cov=main main.py\n"),
        ("services/svc/README.md", "The main thing: `main.scan`, not old/main.py.\n"),
        ("services/other/main.py", "from services.svc.main import scan\n"),
        ("services/other/Dockerfile", "FROM x\nCMD [\"uvicorn\", \"main:scan\"]\n"),
    ];
    let entry = |(path, text): (&str, &str)| (RelPath::new(path).unwrap(), Entry::file(text));
    files.into_iter().map(entry).collect()
}

/// `kind path:line through when`, the service's folder left out.
fn sites_of(asked: &str) -> Vec<String> {
    let tree = backend();
    let folder = RelPath::new("services/svc").unwrap();
    let service = PythonService::read(&tree, Some(&folder), "svc");
    let definition = find(&service, asked).unwrap();
    let sites = sites(&tree, &service, &definition).into_iter();
    sites
        .map(|site| {
            let path = site.path.as_str().replace("services/svc/", "");
            let moment = site.moment.map_or("text".to_owned(), |moment| format!("{moment:?}"));
            let module = if site.to_module { " (module)" } else { "" };
            format!("{:?} {path}:{} {} {moment}{module}", site.kind, site.line, site.through)
        })
        .collect()
}

#[test]
fn everything_that_leads_to_a_function_is_found_with_its_name_and_moment() {
    assert_eq!(
        sites_of("main.scan"),
        [
            "Definition main.py:7 scan Import",
            "Import services/other/main.py:1 services.svc.main.scan Import",
            "Import again.py:1 api.scan Import",
            "Import late.py:2 main.scan Call",
            "Import stars.py:1 main.* Import",
            "ReExport api.py:1 main.scan Import",
            "Chain jobs.py:5 main.scan Call",
            "Use late.py:3 go Call",
            "Use stars.py:3 scan Import",
            "String tests/test_main.py:6 api.scan Import",
            "Deployment Dockerfile:4 main:app text (module)",
            "Deployment Makefile:2 main text (module)",
            "Documentation README.md:1 main.scan text",
        ]
    );
}

#[test]
fn state_is_found_where_it_is_read_rebound_and_patched() {
    assert_eq!(
        sites_of("main.py::scans")[..6],
        [
            "Definition main.py:3 scans Import",
            "Import api.py:2 main.scans Import",
            "Import stars.py:1 main.* Import",
            "Use main.py:4 scans Import",
            "Use main.py:8 scans Call",
            "Use main.py:9 scans Call",
        ]
    );
    let strings = sites_of("main.scans").into_iter().filter(|site| site.starts_with("String"));
    assert_eq!(strings.collect::<Vec<_>>(), ["String tests/test_main.py:8 main.scans Call"]);
}

#[test]
fn a_re_exported_name_leads_to_its_definition_and_an_unknown_one_is_refused_with_the_known() {
    let tree = backend();
    let folder = RelPath::new("services/svc").unwrap();
    let service = PythonService::read(&tree, Some(&folder), "svc");

    let through_api = find(&service, "api.rows").unwrap();
    let no_name = find(&service, "main.scam").unwrap_err();
    let no_module = find(&service, "mane.scan").unwrap_err();

    assert_eq!(through_api, find(&service, "services.svc.main.scans").unwrap());
    assert!(matches!(no_name, NotFound::Name { known, .. } if known.contains(&"scan".to_owned())));
    assert!(
        matches!(no_module, NotFound::Module { known, .. } if known.contains(&"main".to_owned()))
    );
}
