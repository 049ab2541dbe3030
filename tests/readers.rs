//! The tolerant readers hold against any text: no panic, and every place they report lies
//! inside the text, on the digits it is said to be.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use scaffold::change::{Entry, RelPath};
use scaffold::registry::Registry;
use scaffold::workspace::compose::ComposeFile;
use scaffold::workspace::dockerfile::{Dockerfile, PortAt};
use scaffold::workspace::launch::Launch;
use scaffold::workspace::words::{Source, exec_words, expand, shell_words};
use scaffold::workspace::{Config, Folder, Tree, code, entry_points, yaml};

/// Pieces that the readers care about, and some that hurt.
const PIECES: [&str; 66] = [
    "FROM x",
    "CMD ",
    "ENTRYPOINT ",
    "HEALTHCHECK ",
    "EXPOSE 8000",
    "ENV PORT=1",
    "WORKDIR /é",
    "COPY . .",
    "RUN <<EOF",
    "EOF",
    "[\"uvicorn\"",
    ", \"main:app\"]",
    "\\",
    "# ",
    "\n",
    "\r\n",
    "\n  ",
    "\n    ",
    "\t",
    "services:",
    "a:",
    "build: ",
    "./x",
    "ports:",
    "- \"80:8000\"",
    "- ",
    "command: ",
    "uvicorn m:a --port 8000",
    "*a",
    "&a ",
    "<<: ",
    "{",
    "}",
    "[",
    "]",
    "'",
    "\"",
    "\"\"\"",
    "|",
    ">",
    "?",
    "!!str ",
    "é",
    "日本",
    "\u{feff}",
    "uvicorn.run(",
    "app",
    ", port=8000",
    ")",
    "port: int = ",
    "Field(default=8000",
    "os.getenv(\"PORT\", \"8000\")",
    "app = FastAPI(",
    "class S(B):",
    "${PORT:-8000}",
    "$",
    "&&",
    ";",
    "--bind=0:8000",
    "python -m ",
    "cd x",
    "8000",
    "70000",
    "null",
    "~",
    "---",
];

fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..24);
    prop_oneof![4 => pieces.prop_map(|pieces| pieces.concat()), 1 => ".{0,60}"]
}

fn is_on_digits(text: &str, at: &PortAt) -> bool {
    let written = text.get(at.range.clone());
    at.range.is_empty() || written.is_some_and(|written| written.contains(&at.port.to_string()))
}

fn path(text: &str) -> RelPath {
    RelPath::new(text).expect("a relative path")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn dockerfiles(text in any_text()) {
        let file = Dockerfile::parse(&text);

        let _ = (file.environment(), file.workdir(), file.copies(), file.healthcheck());
        for word in file.start_command().iter().flat_map(|command| &command.words) {
            prop_assert!(text.get(word.range.clone()).is_some());
        }
        for instruction in file.instructions() {
            prop_assert!(instruction.line >= 1 && instruction.line <= text.lines().count());
        }
    }

    #[test]
    fn command_lines(text in any_text()) {
        let source = Source::new(&text, 0);
        let words = shell_words(&source);

        let launch = Launch::read(&words, 1);
        let _ = (exec_words(&source), expand(&text, &std::collections::BTreeMap::new()));

        for word in &words {
            prop_assert!(text.get(word.range.clone()).is_some());
        }
        prop_assert!(launch.port.iter().all(|at| at.range.end <= text.len()));
    }

    #[test]
    fn yaml_and_compose(text in any_text()) {
        let _ = yaml::read(&text);
        if let Ok(file) = ComposeFile::parse(&path("docker-compose.yml"), &text) {
            let ports = file.entries.iter().flat_map(|entry| &entry.ports);
            for mapping in ports {
                prop_assert!(is_on_digits(&text, &mapping.container) || text.contains('$'));
            }
        }
    }

    #[test]
    fn python_text(text in any_text()) {
        prop_assert_eq!(code::blanked(&text).len(), text.len());
        let _ = code::apps(&text);
        for call in code::runs(&text) {
            if let Some(code::PortValue::Number(number)) = call.port {
                let digits = text.get(number.range).map(str::to_owned);
                prop_assert_eq!(digits, Some(number.port.to_string()));
            }
        }
        for named in code::named_ports(&text) {
            let digits = text.get(named.value.range).map(str::to_owned);
            prop_assert_eq!(digits, Some(named.value.port.to_string()));
        }
    }

    #[test]
    fn registries_and_configurations(text in any_text()) {
        let _ = Config::parse(&text);
        if let Ok(registry) = Registry::parse(&text) {
            for entry in registry.entries() {
                let _ = registry.release(&entry.name);
            }
            if let Ok(edited) = registry.insert("zz_new", "services", 65_000) {
                prop_assert_eq!(edited.get("zz_new").map(|entry| entry.port), Some(65_000));
                prop_assert_eq!(edited.entries().len(), registry.entries().len() + 1);
            }
        }
    }

    #[test]
    fn whole_services(compose in any_text(), image in any_text(), code in any_text()) {
        let mut services = String::from("services:\n  s:\n    build: s\n    command: ");
        let _ = writeln!(services, "{}", compose.lines().next().unwrap_or_default());
        let tree: Tree = [
            (path("s/Dockerfile"), Entry::file(image)),
            (path("s/main.py"), Entry::file(code.clone())),
            (path("s/start.sh"), Entry::file(code)),
        ]
        .into_iter()
        .collect();
        let files = ComposeFile::parse(&path("docker-compose.yml"), &services).ok().map(Arc::new);

        let points = entry_points(&tree, &Folder::from(path("s")), files.as_slice());

        for at in points.iter().filter_map(|point| point.port.as_ref()?.digits.as_ref()) {
            let text = tree.text(&at.0).unwrap_or(&services);
            prop_assert!(at.1.range.end <= text.len());
        }
    }
}
