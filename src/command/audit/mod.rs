//! `scaffold audit [PATH]`.

mod files;
mod fix;
mod verdict;

use camino::Utf8PathBuf;
use clap::Args;

use crate::audit::{self, IntakeError, Outcome};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::report::Printer;
use crate::report::audit as audit_report;
use crate::settings::{Format, Settings};
use verdict::FailOn;

/// Arguments of `scaffold audit`.
#[derive(Debug, Args)]
pub(super) struct AuditArgs {
    /// A folder of services, or one service
    #[arg(default_value = ".")]
    path: Utf8PathBuf,
    /// Show every finding
    #[arg(long)]
    no_limit: bool,
    /// Write the report to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// An earlier JSON report to compare with, oldest first; may be given several times
    #[arg(long, value_name = "FILE")]
    trend: Vec<Utf8PathBuf>,
    /// Findings that are known: counts per rule and file that may only shrink
    #[arg(long, value_name = "FILE")]
    baseline: Option<Utf8PathBuf>,
    /// What makes the exit status 1: `new`, `error`, `warning`, `note`, `never` or `score<7`
    #[arg(long, value_name = "WHEN", default_value = "error", value_parser = verdict::fail_on)]
    fail_on: FailOn,
    #[command(flatten)]
    task: TaskArgs,
}

/// What to do besides reporting.
#[derive(Debug, Args)]
struct TaskArgs {
    /// Write the baseline: a new one when there is none, else what is left of it
    #[arg(long, requires = "baseline")]
    update_baseline: bool,
    /// Print the routes found statically as OpenAPI documents instead
    #[arg(long)]
    openapi: bool,
    /// Plan the migration steps that the findings name; writes nothing
    #[arg(long)]
    fix: bool,
}

/// Audits and reports.
pub(super) fn run(args: &AuditArgs, settings: &Settings) -> CommandResult {
    let printer = Printer::new(settings);
    let folder = settings.absolute(&args.path);
    let baseline = files::baseline(args, settings)?;
    let earlier = files::earlier(&args.trend, settings)?;
    let (fleet, outcome) = audit::audit(&folder).map_err(input)?;
    if args.task.openapi {
        let text = serde_json::to_string_pretty(&audit::api::openapi(&fleet));
        return put(&text.map_err(CommandError::internal)?, args, settings, &printer);
    }
    if args.task.fix {
        return fix::run(&fleet, &outcome, &printer);
    }
    let trend = audit_report::Trend::new(earlier, &outcome);
    put(&render(&outcome, &trend, args, settings.format), args, settings, &printer)?;
    if args.task.update_baseline {
        files::update(args, settings, baseline.as_ref(), &outcome)?;
    }
    Ok(verdict::status(args.fail_on, &outcome, baseline.as_ref()))
}

/// The report in the form that was asked for.
fn render(
    outcome: &Outcome,
    trend: &audit_report::Trend,
    args: &AuditArgs,
    format: Format,
) -> String {
    let limit = if args.no_limit { audit_report::Limit::None } else { audit_report::Limit::Capped };
    let pretty = |value: serde_json::Value| {
        serde_json::to_string(&value).unwrap_or_else(|error| error.to_string())
    };
    match format {
        Format::Text => audit_report::text(outcome, limit),
        Format::Json => pretty(audit_report::json(outcome)),
        Format::Sarif => pretty(audit_report::sarif(outcome)),
        Format::Junit => audit_report::junit(outcome),
        Format::Markdown => audit_report::markdown(outcome),
        Format::Html | Format::Svg => audit_report::html(outcome, trend),
    }
}

/// Writes a report where it was asked for.
fn put(text: &str, args: &AuditArgs, settings: &Settings, printer: &Printer) -> CommandResult {
    match &args.output {
        Some(path) => {
            let path = settings.absolute(path);
            crate::apply::save_file(&path, text.as_bytes())
                .map_err(|error| CommandError::input(format!("cannot write {path}: {error}")))?;
            printer.remark(format!("wrote {path}"));
        }
        None => printer.raw(text),
    }
    Ok(ExitStatus::Success)
}

fn input(error: IntakeError) -> CommandError {
    let hint = match &error {
        IntakeError::NotAFolder(_) => "name a folder of services, or the folder of one",
        IntakeError::Config(_) | IntakeError::Settings(_) => "mend scaffold.toml",
    };
    CommandError::input(error).hint(hint)
}
