//! What came of all services of a run: the exit status, the JSON document, the page.

use camino::Utf8Path;

use super::MigrateArgs;
use super::service::{Done, Job};
use crate::change::PlannedStep;
use crate::error::{CommandError, ExitStatus};
use crate::migration::Step;
use crate::report::fleet::{self, ServiceRun};
use crate::report::{self, Printer, plan as plan_report};
use crate::settings::Settings;

/// What came of the services so far.
pub(super) struct Summary {
    pub(super) status: ExitStatus,
    pub(super) saved: Vec<PlannedStep>,
    /// The steps that the services were run through, each once.
    steps: Vec<Step>,
    runs: Vec<ServiceRun>,
}

impl Default for Summary {
    fn default() -> Self {
        Self { status: ExitStatus::Success, saved: Vec::new(), steps: Vec::new(), runs: Vec::new() }
    }
}

impl Summary {
    /// Takes one service in; what fails for one does not stop the others, an interruption does.
    pub(super) fn add(&mut self, job: &Job<'_>, done: Done) -> Result<(), CommandError> {
        let Done { service, status, error, plan, applied, saved, .. } = done;
        if error.as_ref().is_some_and(|error| error.status == ExitStatus::Interrupted) {
            return error.map_or(Ok(()), Err);
        }
        self.status = self.status.max(status);
        if let Some(error) = &error {
            self.status = self.status.max(error.status);
            job.bars.above(|| report::error(error));
        }
        let error = error.map(|error| error.to_string());
        let run = ServiceRun { service, plan, applied, error };
        if job.args.fleet.all {
            let rank = job.args.fleet.rank(&job.root.join(&run.service));
            job.bars.above(|| job.printer.text(fleet::line(&run, rank)));
        }
        for step in job.steps {
            if !self.steps.iter().any(|known| known.id == step.id) {
                self.steps.push(step.clone());
            }
        }
        self.saved.extend(saved);
        self.runs.push(run);
        Ok(())
    }

    /// Prints the sum, or the one document, and writes the page that was asked for.
    pub(super) fn print(
        &self,
        args: &MigrateArgs,
        settings: &Settings,
        printer: &Printer,
    ) -> Result<(), CommandError> {
        if args.fleet.all {
            printer.text(fleet::summary(&self.steps, &self.runs));
        } else if self.runs.len() > 1 {
            printer.text(fleet::totals(&self.runs));
        }
        let services: Vec<_> = self.runs.iter().map(document).collect();
        printer.json(&serde_json::json!({
            "version": 1, "services": services, "summary": fleet::json(&self.runs),
        }));
        if let Some(file) = &args.report {
            let (file, page) = (settings.absolute(file), fleet::html(&self.steps, &self.runs));
            crate::apply::save_file(&file, page.as_bytes())
                .map_err(|error| CommandError::input(format!("cannot write {file}: {error}")))?;
            printer.remark(format!("wrote {file}"));
        }
        Ok(())
    }
}

/// Refuses a place at which no page can be written, before anything else is.
pub(super) fn check_place(file: &Utf8Path) -> Result<(), CommandError> {
    let has_folder = file.parent().is_some_and(Utf8Path::is_dir);
    if has_folder && !file.is_dir() {
        return Ok(());
    }
    Err(CommandError::input(format!("{file} cannot be written: it is a folder, or has none"))
        .hint("name a file in a folder that is there"))
}

fn document(run: &ServiceRun) -> serde_json::Value {
    let mut document = match &run.plan {
        Some(plan) => plan_report::document(plan, &run.applied),
        None => serde_json::json!({ "service": run.service }),
    };
    document["outcome"] = serde_json::json!(run.outcome());
    if let Some(error) = &run.error {
        document["error"] = serde_json::json!(error);
    }
    document
}
