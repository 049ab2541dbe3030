//! What leads to a definition, as text and as a JSON value.

use std::fmt::Write;

use crate::python::index::{Definition, Kind, Site};
use crate::python::{Moment, PythonService};

/// The headings, in the order of the kinds.
const HEADINGS: [(Kind, &str); 9] = [
    (Kind::Definition, "defined"),
    (Kind::Import, "imported"),
    (Kind::ReExport, "re-exported"),
    (Kind::Chain, "read as an attribute"),
    (Kind::Use, "used"),
    (Kind::String, "named in a string"),
    (Kind::Configuration, "named in configuration"),
    (Kind::Deployment, "named where the service is built or started"),
    (Kind::Documentation, "named in documentation"),
];

/// The names of the definition, then each place with the name it uses, the moment and its line.
pub fn text(service: &PythonService, definition: &Definition, sites: &[Site]) -> String {
    let mut text = format!("{}\n", names(service, definition).join("\n"));
    for (kind, heading) in HEADINGS {
        let mut found = sites.iter().filter(|site| site.kind == kind).peekable();
        if found.peek().is_none() {
            continue;
        }
        let _ = writeln!(text, "\n{heading}");
        for site in found {
            let _ =
                writeln!(text, "  {}:{}  {}  ({})", site.path, site.line, site.through, when(site));
            let _ = writeln!(text, "      {}", shortened(&site.text));
        }
    }
    text
}

/// The same as one value.
pub fn document(
    service: &PythonService,
    definition: &Definition,
    sites: &[Site],
) -> serde_json::Value {
    let site = |site: &Site| {
        serde_json::json!({
            "kind": site.kind,
            "path": site.path,
            "line": site.line,
            "through": site.through,
            "moment": site.moment.map(moment),
            "leads_to": if site.to_module { "module" } else { "definition" },
            "text": site.text,
        })
    };
    serde_json::json!({
        "version": 1,
        "module": service.modules()[definition.module].path,
        "name": definition.name,
        "names": names(service, definition),
        "sites": sites.iter().map(site).collect::<Vec<_>>(),
    })
}

/// Every dotted name under which the definition can be reached.
fn names(service: &PythonService, definition: &Definition) -> Vec<String> {
    let modules = service.names_of(definition.module).into_iter();
    let full = |module: String| match &definition.name {
        Some(name) => format!("{module}.{name}"),
        None => module,
    };
    modules.map(full).collect()
}

fn when(site: &Site) -> String {
    let moment = site.moment.map(moment);
    match (moment, site.to_module) {
        (Some(moment), _) => moment.to_owned(),
        (None, true) => "leads to its module".to_owned(),
        (None, false) => "text".to_owned(),
    }
}

fn moment(moment: Moment) -> &'static str {
    match moment {
        Moment::Import => "while importing",
        Moment::Call => "when called",
        Moment::Never => "never at run time",
    }
}

/// A line of at most a hundred characters.
fn shortened(line: &str) -> String {
    const LONGEST: usize = 100;
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line.to_owned(),
    }
}
