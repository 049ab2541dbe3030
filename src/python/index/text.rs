//! What leads to a definition in files that are not Python: configuration, images, compose
//! entries, scripts, documentation.

use std::sync::LazyLock;

use regex::Regex;

use super::{Definition, Kind, Site, line_text};
use crate::change::RelPath;
use crate::python::PythonService;
use crate::workspace::{Tree, starts};

/// Names in running text: `a.b:c`, `a.b.c`, and `-m a`, `--cov=a`.
#[expect(clippy::expect_used, reason = "the pattern is a constant, tested below")]
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        (?P<option>-m(?:\s+|["'],\s*["']) | --cov[=\s])?
        (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::(?P<attribute>[A-Za-z_]\w*))?"#,
    )
    .expect("a constant pattern")
});
/// Paths of Python files.
#[expect(clippy::expect_used, reason = "the pattern is a constant, tested below")]
static FILE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[\w./-]*[\w-]+\.py\b").expect("a constant pattern"));

/// Places in text files, and in what starts the service.
pub(super) fn sites(tree: &Tree, service: &PythonService, definition: &Definition) -> Vec<Site> {
    let mut found = started(tree, service, definition);
    let stem = service.modules()[definition.module].path.stem().to_owned();
    let folder = service.root().rsplit('/').next().unwrap_or_default().to_owned();
    for (path, entry) in tree.iter() {
        let is_own = is_inside(service, path);
        let is_searched = path.extension() != "py" && path.extension() != "lock";
        let Some(text) = entry.text().filter(|text| is_searched && text.contains(&stem)) else {
            continue;
        };
        if !is_own && !text.contains(&folder) {
            continue;
        }
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| line.contains(&stem)) {
            if let Some((through, to_module)) = names(service, definition, line, is_own) {
                found.push(Site {
                    kind: kind(path),
                    path: path.clone(),
                    line: number,
                    through,
                    moment: None,
                    to_module,
                    text: line.trim().to_owned(),
                });
            }
        }
    }
    found
}

fn is_inside(service: &PythonService, path: &RelPath) -> bool {
    let rest = path.as_str().strip_prefix(service.root());
    service.root().is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
}

fn kind(path: &RelPath) -> Kind {
    let name = path.name();
    let is_yaml = matches!(path.extension(), "yml" | "yaml");
    let starts = ["Dockerfile", "Procfile", "Makefile", "makefile", "justfile", "compose"];
    if starts.iter().any(|word| name.contains(word))
        || is_yaml
        || matches!(path.extension(), "sh" | "bash" | "service" | "mk")
    {
        Kind::Deployment
    } else if matches!(path.extension(), "md" | "rst" | "txt" | "html") {
        Kind::Documentation
    } else {
        Kind::Configuration
    }
}

/// The name on a line that leads to the definition, or to its module.
fn names(
    service: &PythonService,
    definition: &Definition,
    line: &str,
    is_own: bool,
) -> Option<(String, bool)> {
    let mut to_module = None;
    for found in NAME.captures_iter(line) {
        let name = &found["name"];
        let attribute = found.name("attribute").map(|attribute| attribute.as_str());
        let is_whole = attribute.is_some() || name.contains('.') || found.name("option").is_some();
        let start = found.get(0).map_or(0, |all| all.start());
        let is_path = name.rsplit('.').next() == Some("py") || line[..start].ends_with(['/', '-']);
        if !is_whole || is_path || (!is_own && !is_full(service, name)) {
            continue;
        }
        let written = attribute.map_or(name.to_owned(), |attribute| format!("{name}:{attribute}"));
        match reached(service, definition, &written) {
            Some(false) => return Some((written, false)),
            Some(true) => to_module = to_module.or(Some(written)),
            None => {}
        }
    }
    let mut files = FILE.find_iter(line).map(|found| found.as_str());
    let file = files.find(|file| is_path(service, definition.module, file, is_own));
    let module = to_module.or_else(|| file.map(str::to_owned))?;
    Some((module, definition.name.is_some()))
}

/// Whether a dotted name leads to the definition (`false`) or only to its module (`true`).
fn reached(service: &PythonService, definition: &Definition, written: &str) -> Option<bool> {
    match super::find(service, written) {
        Ok(found) if found == *definition => Some(false),
        Ok(found) if found.module == definition.module && found.name.is_none() => Some(true),
        _ => None,
    }
}

/// Outside of the service's folder a name has to name the folder, too.
fn is_full(service: &PythonService, name: &str) -> bool {
    let folder = service.root().rsplit('/').next().unwrap_or_default();
    name.split('.').any(|part| part == folder)
}

fn is_path(service: &PythonService, module: usize, written: &str, is_own: bool) -> bool {
    let path = service.modules()[module].path.as_str();
    let written = written.trim_start_matches("./").trim_start_matches("/app/");
    written == path || (is_own && written == service.below(module))
}

/// What really starts the service: compose entries and images, wherever they lie.
fn started(tree: &Tree, service: &PythonService, definition: &Definition) -> Vec<Site> {
    let folder = RelPath::new(service.root()).ok();
    let home = &service.modules()[definition.module].path;
    let starts = starts(tree, folder.as_ref()).into_iter();
    let own = starts.filter(|start| {
        start.module_file.as_ref() == Some(home) && start.place.file.extension() != "py"
    });
    own.map(|start| {
        let app = start.app.unwrap_or_else(|| service.below(definition.module).to_owned());
        let attribute = app.split_once(':').map(|(_, attribute)| attribute.to_owned());
        let text = tree.text(&start.place.file).unwrap_or_default();
        Site {
            kind: Kind::Deployment,
            line: start.place.line,
            text: line_text(text, start.place.line),
            path: start.place.file,
            to_module: definition.name.is_some() && attribute != definition.name,
            through: app,
            moment: None,
        }
    })
    .collect()
}
