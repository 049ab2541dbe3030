//! `scaffold audit --fix`: the steps that the findings name, planned per service.

use std::collections::BTreeSet;

use crate::audit::{Fleet, Outcome};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::{Plan, Selection, ServiceTarget, Step, catalogue};
use crate::report::{Printer, plan as plan_report};
use crate::workspace::{Scope, Tree};

/// Shows what `migrate` would do about the findings, and how to do it.
pub(super) fn run(fleet: &Fleet, outcome: &Outcome, printer: &Printer) -> CommandResult {
    let steps = catalogue().map_err(CommandError::internal)?;
    let folders = fleet.services.iter().map(|service| service.service.folder.clone());
    let scope = Scope { whole: folders.collect() };
    let tree = Tree::read(&fleet.backend.root, &scope).map_err(CommandError::input)?;
    let mut documents = Vec::new();
    let mut status = ExitStatus::Success;
    for service in &fleet.services {
        let only = named(outcome, service.name(), steps);
        if only.is_empty() {
            continue;
        }
        let folder = Some(service.service.folder.clone());
        let target = ServiceTarget::new(&tree, folder, service.name());
        let target = target.map_err(CommandError::input)?;
        let selection = Selection { only: only.clone(), ..Selection::default() };
        let plan = Plan::build(&tree, &target, steps, &selection);
        let plan = plan.map_err(CommandError::internal)?;
        if plan.refused().is_some() {
            status = ExitStatus::Unresolved;
        }
        printer.text(plan_report::summary(&plan));
        let folder = match fleet.backend.shown(&service.service.folder) {
            folder if fleet.backend.is_one && folder == service.service.folder => ".".to_owned(),
            folder => folder.to_string(),
        };
        printer.text(format!("  scaffold migrate {folder} --only {}", only.join(",")));
        documents.push(plan_report::document(&plan, &Vec::new()));
    }
    printer.json(&serde_json::json!({ "version": 1, "services": documents }));
    Ok(status)
}

/// The steps of the catalogue that mend findings of a service, in the order of their run.
fn named(outcome: &Outcome, service: &str, steps: &[Step]) -> Vec<String> {
    let own = outcome.findings.iter().filter(|finding| finding.service.as_deref() == Some(service));
    let wanted: BTreeSet<&str> = own.filter_map(|finding| finding.rule.step).collect();
    let known = steps.iter().map(|step| step.id.as_str()).filter(|id| wanted.contains(id));
    known.map(str::to_owned).collect()
}
