//! Ports as text and JSON: the list, the findings, what follows the registry.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::change::{ChangeSet, RelPath};
use crate::registry::Registry;
use crate::registry::check::{Finding, Level};
use crate::registry::facts::Facts;
use crate::registry::follow::Following;

/// One line per service, by port.
pub fn list(facts: &Facts<'_>) -> String {
    let mut entries: Vec<_> = facts.registry.entries().iter().collect();
    entries.sort_by_key(|entry| entry.port);
    let width = entries.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for entry in entries {
        let family = Registry::family_of(entry, &facts.families).unwrap_or("-");
        let folder = folder(facts, &entry.name).map_or("-", RelPath::as_str);
        let _ = writeln!(text, "{:<5}  {:<width$}  {family}  {folder}", entry.port, entry.name);
    }
    text
}

/// The same as JSON.
pub fn list_json(facts: &Facts<'_>) -> Value {
    let mut entries: Vec<_> = facts.registry.entries().iter().collect();
    entries.sort_by_key(|entry| entry.port);
    let services = entries.into_iter().map(|entry| {
        json!({
            "name": entry.name,
            "port": entry.port,
            "family": Registry::family_of(entry, &facts.families),
            "folder": folder(facts, &entry.name),
            "line": entry.line,
            "starts": starts(facts, &entry.name),
        })
    });
    json!({ "services": services.collect::<Vec<_>>() })
}

/// How a service is started, most trusted first.
fn starts(facts: &Facts<'_>, name: &str) -> Vec<Value> {
    let known = facts.services.iter().find(|known| known.service.name == name);
    let points = known.map_or(&[][..], |known| &known.points);
    let values = points.iter().map(|point| {
        json!({
            "source": point.source,
            "place": point.place,
            "compose": point.entry,
            "app": point.app,
            "module": point.module_file,
            "cwd": point.cwd.to_string(),
            "python_path": point.python_path.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "port": point.port.as_ref().map(|port| port.port),
        })
    });
    values.collect()
}

fn folder<'a>(facts: &'a Facts<'_>, name: &str) -> Option<&'a RelPath> {
    let known = facts.services.iter().find(|known| known.service.name == name)?;
    Some(&known.service.folder)
}

/// Findings with their places, then notes, then what was written.
pub fn findings(findings: &[Finding], written: &ChangeSet) -> String {
    let mut text = String::new();
    for (path, _) in written.iter() {
        let _ = writeln!(text, "fixed: {path}");
    }
    for finding in findings.iter().filter(|finding| finding.level == Level::Error) {
        let _ = writeln!(text, "{}: {}: {}", finding.place, finding.rule, finding.message);
        let _ = writeln!(text, "    {}", finding.help);
    }
    let notes: Vec<_> = findings.iter().filter(|finding| finding.level == Level::Note).collect();
    if !notes.is_empty() {
        text.push_str("stays as it is:\n");
        for note in &notes {
            let _ = writeln!(text, "  {}: {}", note.place, note.message);
        }
    }
    let errors = findings.len() - notes.len();
    let fixable = findings.iter().filter(|finding| finding.fixable).count();
    let _ = match (errors, fixable) {
        (0, _) => writeln!(text, "ports agree"),
        (1, 0) => writeln!(text, "1 finding"),
        (_, 0) => writeln!(text, "{errors} findings"),
        (1, _) => writeln!(text, "1 finding, mended by --fix"),
        _ => writeln!(text, "{errors} findings, {fixable} mended by --fix"),
    };
    text
}

/// The same as JSON.
pub fn findings_json(findings: &[Finding], written: &ChangeSet) -> Value {
    json!({ "findings": findings, "written": paths(written) })
}

/// Ports that move with all their references, and those that stay with the reasons.
pub fn following(following: &Following, changes: &ChangeSet) -> String {
    let mut text = String::new();
    for moved in &following.moved {
        let _ = writeln!(text, "{}: {} → {}", moved.service, moved.from, moved.to);
        for place in &moved.places {
            let _ = writeln!(text, "    {place}");
        }
    }
    for stayed in &following.stayed {
        let (service, port, registered) = (&stayed.service, stayed.port, stayed.registered);
        let _ =
            writeln!(text, "{service}: stays at {port} in its container, reached at {registered}");
        for reason in stayed.reasons.iter().take(3) {
            let _ = writeln!(text, "    {}: {}", reason.place, reason.what);
        }
        if stayed.reasons.len() > 3 {
            let _ = writeln!(text, "    … and {} more", stayed.reasons.len() - 3);
        }
    }
    let (moved, stayed) = (following.moved.len(), following.stayed.len());
    let files = match changes.len() {
        1 => "1 file changes".to_owned(),
        count => format!("{count} files change"),
    };
    let _ = writeln!(text, "{moved} moved, {stayed} stay as they are, {files}");
    text
}

/// The same as JSON.
pub fn following_json(following: &Following, changes: &ChangeSet, dry_run: bool) -> Value {
    json!({
        "dry_run": dry_run,
        "moved": following.moved,
        "stayed": following.stayed,
        "files": paths(changes),
    })
}

fn paths(changes: &ChangeSet) -> Vec<&RelPath> {
    changes.iter().map(|(path, _)| path).collect()
}
