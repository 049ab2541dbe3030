//! What `scaffold add` shows: the dry run, and what was added.

use serde_json::{Value, json};

use super::{Printer, diff, tree};
use crate::addition::Addition;

/// A planned or written addition, to be shown.
#[derive(Debug, Clone, Copy)]
pub struct AdditionReport<'a> {
    addition: &'a Addition,
}

impl<'a> AdditionReport<'a> {
    /// About an addition.
    pub fn new(addition: &'a Addition) -> Self {
        Self { addition }
    }

    /// The tree and every byte of it.
    pub fn dry_run(self, printer: &Printer) {
        let changes = &self.addition.changes;
        if changes.is_empty() {
            return self.done(printer);
        }
        let shown = diff::change_set(changes, printer.colour());
        printer.text(format!("{}\n{shown}{}", tree::full(changes), self.notes()));
        let mut document = self.document();
        document["dry_run"] = json!(true);
        document["diff"] = json!(diff::change_set(changes, false));
        printer.json(&document);
    }

    /// What was added, or that all of it was there.
    pub fn done(self, printer: &Printer) {
        let Addition { what, service, changes, .. } = self.addition;
        printer.text(if changes.is_empty() {
            format!("{what} is in {service} already: nothing to do")
        } else {
            format!("added {what} to {service}\n\n{}{}", tree::full(changes), self.notes())
        });
        printer.json(&self.document());
    }

    fn notes(self) -> String {
        let notes = &self.addition.notes;
        let lines: Vec<String> = notes.iter().map(|note| format!("  note: {note}\n")).collect();
        if lines.is_empty() { String::new() } else { format!("\n{}", lines.concat()) }
    }

    fn document(self) -> Value {
        let addition = self.addition;
        let files = addition.changes.iter().map(|(path, change)| {
            let action = match (&change.before, &change.after) {
                (None, _) => "create",
                (Some(_), None) => "remove",
                (Some(_), Some(_)) => "edit",
            };
            json!({ "path": path, "action": action })
        });
        json!({
            "added": addition.what,
            "service": addition.service,
            "folder": addition.folder,
            "changed": !addition.changes.is_empty(),
            "notes": addition.notes,
            "dry_run": false,
            "files": files.collect::<Vec<_>>(),
        })
    }
}
