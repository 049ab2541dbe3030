//! What `scaffold new` shows: the dry run, and what was made with the next commands.

use camino::Utf8Path;
use serde_json::{Value, json};

use super::{Printer, diff, tree};
use crate::template::NewService;
use crate::workspace::Config;

/// A planned or written service, to be shown.
#[derive(Debug, Clone, Copy)]
pub struct NewReport<'a> {
    service: &'a NewService,
    root: &'a Utf8Path,
    config: &'a Config,
}

impl<'a> NewReport<'a> {
    /// About a service of the workspace at `root`.
    pub fn new(service: &'a NewService, root: &'a Utf8Path, config: &'a Config) -> Self {
        Self { service, root, config }
    }

    /// The tree and every byte of it.
    pub fn dry_run(&self, printer: &Printer) {
        let changes = &self.service.changes;
        let shown = diff::change_set(changes, printer.colour());
        printer.text(format!("{}\n{shown}", tree::full(changes)));
        let mut document = self.document();
        document["dry_run"] = json!(true);
        document["diff"] = json!(diff::change_set(changes, false));
        printer.json(&document);
    }

    /// What was made, and what to do next.
    pub fn done(&self, printer: &Printer, cwd: &Utf8Path) {
        let service = self.service;
        let libs = service.libs.iter().filter_map(|lib| self.config.libs.join(lib).ok());
        let folders: Vec<_> = libs.chain([service.folder.clone()]).collect();
        let (name, family, port) = (service.name.as_str(), &service.family, service.port);
        let made = tree::short(&service.changes, &folders);
        let next = self.next(cwd).join("\n  ");
        printer.text(format!(
            "created {name} on port {port} (family {family})\n\n{made}\nnext:\n  {next}"
        ));
        printer.json(&self.document());
    }

    fn next(&self, cwd: &Utf8Path) -> Vec<String> {
        let mut commands = Vec::new();
        if self.root != cwd {
            let below = self.root.strip_prefix(cwd).unwrap_or(self.root);
            commands.push(format!("cd {below}"));
        }
        if self.service.is_embedded {
            commands.push("uv sync".into());
            commands.push(format!("uv run {}", self.service.name.slug()));
            commands.push(format!("curl localhost:{}/health/live", self.service.port));
        } else {
            commands.push(format!("ls {}", self.service.folder));
        }
        commands
    }

    fn document(&self) -> Value {
        let service = self.service;
        let files = service.changes.iter().map(|(path, change)| {
            let action = if change.before.is_some() { "edit" } else { "create" };
            json!({ "path": path, "action": action })
        });
        json!({
            "service": service.name.as_str(),
            "family": service.family,
            "port": service.port,
            "folder": service.folder,
            "entity": service.entity.class(),
            "features": service.features,
            "libs": service.libs,
            "workspace": { "root": self.root, "created": service.makes_workspace },
            "dry_run": false,
            "files": files.collect::<Vec<_>>(),
        })
    }
}
