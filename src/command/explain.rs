//! `scaffold explain symbol SERVICE NAME`, `scaffold explain rule ID`, `scaffold explain step ID`.

use camino::Utf8PathBuf;
use clap::{Args, Subcommand};

use super::workspace::{folder_below, root_of};
use crate::audit;
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::{ServiceTarget, catalogue};
use crate::python::index::{self, NotFound};
use crate::report::{Printer, explanation};
use crate::settings::Settings;
use crate::workspace::{Scope, Tree, nearest};

/// Arguments of `scaffold explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    #[command(subcommand)]
    what: What,
}

/// What is explained.
#[derive(Debug, Subcommand)]
enum What {
    /// Everything that leads to a definition, and by which name
    Symbol(SymbolArgs),
    /// The page of a rule: what it finds and why, a flagged and a clean example
    Rule {
        /// The rule's name, as a finding names it
        id: String,
    },
    /// The page of a migration step: what it does, why, and what it leaves alone
    Step {
        /// The step's name, e.g. `layer-modules`
        id: String,
    },
}

/// Arguments of `scaffold explain symbol`.
#[derive(Debug, Args)]
struct SymbolArgs {
    /// The service, by its folder
    service: Utf8PathBuf,
    /// `module.name`, `package.module.name` or `path/module.py::name`; a module alone is one, too
    name: String,
}

/// Prints what is known about one thing.
pub(super) fn run(args: &ExplainArgs, settings: &Settings) -> CommandResult {
    let printer = Printer::new(settings);
    match &args.what {
        What::Symbol(args) => symbol(args, settings, &printer),
        What::Rule { id } => rule(id, &printer),
        What::Step { id } => step(id, &printer),
    }
}

fn symbol(args: &SymbolArgs, settings: &Settings, printer: &Printer) -> CommandResult {
    let path = settings.absolute(&args.service);
    if !path.is_dir() {
        return Err(CommandError::input(format!("{path} is not a folder"))
            .hint("name the folder of a service, for example services/osint_service"));
    }
    let root = root_of(&path, settings);
    let folder = folder_below(&root, &path)?;
    let scope = Scope { whole: folder.iter().cloned().collect() };
    let tree = Tree::read(&root, &scope).map_err(CommandError::input)?;
    let fallback = root.file_name().unwrap_or("service");
    let target = ServiceTarget::new(&tree, folder, fallback).map_err(CommandError::input)?;
    let service = target.read(&tree);
    let definition =
        index::find(&service, &args.name).map_err(|error| not_found(error, &args.name))?;
    let sites = index::sites(&tree, &service, &definition);
    printer.text(explanation::text(&service, &definition, &sites));
    printer.json(&explanation::document(&service, &definition, &sites));
    Ok(ExitStatus::Success)
}

fn not_found(error: NotFound, asked: &str) -> CommandError {
    let hint = match &error {
        NotFound::Module { known, .. } => {
            let likely = nearest(asked, known.iter().map(String::as_str));
            likely.map(|name| format!("did you mean {name:?}?"))
        }
        NotFound::Name { name, known, .. } => {
            let likely = nearest(name, known.iter().map(String::as_str));
            likely.map(|name| format!("did you mean {name:?}?"))
        }
    };
    let result = CommandError::input(error);
    match hint {
        Some(hint) => result.hint(hint),
        None => result.hint("a module is named as it is imported in the service's folder"),
    }
}

fn rule(id: &str, printer: &Printer) -> CommandResult {
    let Some(page) = audit::page(id) else {
        let known: Vec<&str> = audit::rules().map(|rule| rule.id).collect();
        let error = CommandError::input(format!("there is no rule {id:?}"));
        return Err(match nearest(id, known) {
            Some(name) => error.hint(format!("did you mean {name:?}?")),
            None => error.hint("`scaffold audit --format json` names the rules of its findings"),
        });
    };
    printer.text(&page);
    printer.json(&serde_json::json!({ "version": 1, "id": id, "page": page }));
    Ok(ExitStatus::Success)
}

fn step(id: &str, printer: &Printer) -> CommandResult {
    let steps = catalogue().map_err(CommandError::internal)?;
    let Some(step) = steps.iter().find(|step| step.id == id) else {
        let names: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
        return Err(CommandError::input(format!("there is no step {id:?}"))
            .hint(format!("the steps are: {}", names.join(", "))));
    };
    printer.text(&step.page);
    printer.json(&serde_json::json!({
        "version": 1,
        "id": step.id,
        "number": step.number,
        "title": step.title,
        "kind": step.kind,
        "since": step.since,
        "page": step.page,
    }));
    Ok(ExitStatus::Success)
}
