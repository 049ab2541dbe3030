//! `scaffold render [OUTPUT…]`: compose, env and the files of the platform.

use clap::{Args, ValueEnum};

use super::ports::facts;
use super::workspace::{discover, session, tree};
use crate::change::ChangeSet;
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::render::derive;
use crate::report::{Printer, diff};
use crate::settings::Settings;
use crate::template::platform::{self, Output};
use crate::workspace::Tree;

/// Arguments of `scaffold render`.
#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// What to derive from ports.yaml (default: compose, env, and what is there of the others)
    #[arg(value_enum)]
    files: Vec<Derived>,
    /// Write nothing; exit 1 and show a diff when a file is not as it would be written
    #[arg(long)]
    check: bool,
    /// Also add services to docker-compose.yml that no compose file starts
    #[arg(long)]
    add_missing: bool,
}

/// A file that is derived from the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Derived {
    /// Published ports in compose files; databases and observability in deploy/compose
    Compose,
    /// Ports and URLs in .env.ports
    Env,
    /// Kustomize base and overlays in deploy/k8s
    K8s,
    /// One chart in deploy/helm, with values per service
    Helm,
    /// Scraping, alerts and objectives in deploy/prometheus
    Prometheus,
    /// OpenTelemetry collector, Loki and Grafana in deploy
    Observability,
    /// Routes of Kong in deploy/kong
    Kong,
    /// Service definitions in deploy/consul
    Consul,
    /// Exchange and queues in deploy/rabbitmq
    Rabbitmq,
    /// Workflow in .github/workflows
    Github,
    /// catalog-info.yaml for Backstage
    Catalog,
    /// Services and libraries in docs/services.md
    Graph,
}

impl Derived {
    /// The output of the platform that it names.
    fn output(self) -> Option<Output> {
        let name = self.to_possible_value()?;
        Output::ALL.into_iter().find(|output| output.name() == name.get_name())
    }
}

/// Derives the files and writes them, or says what would change.
pub(super) fn run(args: &RenderArgs, settings: &Settings) -> CommandResult {
    let printer = Printer::new(settings);
    let workspace = discover(settings)?;
    let session =
        if args.check { None } else { Some(session(&workspace.root, settings, &printer)?) };
    let tree = tree(&workspace)?;
    let facts = facts(&tree, &workspace)?;
    let wants = |file: Derived| args.files.is_empty() || args.files.contains(&file);
    let mut changes = ChangeSet::new();
    let mut missing = Vec::new();
    if wants(Derived::Compose) {
        let derived = derive::compose(&facts, args.add_missing).map_err(CommandError::input)?;
        changes = derived.changes;
        missing = derived.missing;
    }
    if wants(Derived::Env) {
        for (path, change) in derive::env(&facts).iter() {
            changes.insert(path.clone(), change.clone());
        }
    }
    let outputs = outputs(args, &tree);
    let platform = platform::derive(&facts, &outputs).map_err(CommandError::input)?;
    for (path, change) in platform.changes.iter() {
        changes.insert(path.clone(), change.clone());
    }
    for path in &platform.foreign {
        printer.remark(format!("{path} is not ours and stays as it is"));
    }
    let files: Vec<&str> = changes.iter().map(|(path, _)| path.as_str()).collect();
    printer.json(&serde_json::json!({"files": files, "missing": missing, "written": !args.check}));
    if !missing.is_empty() {
        let names = missing.join(", ");
        printer.remark(format!("not in any compose file: {names} (see --add-missing)"));
    }
    let Some(session) = session else {
        if changes.is_empty() {
            return Ok(ExitStatus::Success);
        }
        printer.text(diff::change_set(&changes, printer.colour()));
        return Ok(ExitStatus::Findings);
    };
    session.apply(&changes)?;
    for file in files {
        printer.text(format!("wrote {file}"));
    }
    Ok(ExitStatus::Success)
}

/// The outputs of the platform that are asked for; without a word those that are there.
fn outputs(args: &RenderArgs, tree: &Tree) -> Vec<Output> {
    if args.files.is_empty() {
        return Output::ALL.into_iter().filter(|output| output.is_used(tree)).collect();
    }
    args.files.iter().filter_map(|file| file.output()).collect()
}
