//! `scaffold migrate PATH --explain --format svg|html`: the placement as a picture.

use super::super::steps::steps;
use super::{MigrateArgs, open};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::report::{Printer, placement};
use crate::review::Planner;
use crate::settings::{Format, Settings};

/// Plans one service and draws where its definitions go; nothing is written.
pub(super) fn run(args: &MigrateArgs, settings: &Settings) -> CommandResult {
    if !args.explain || args.paths.len() != 1 {
        return Err(CommandError::input("a picture shows the placement of one service")
            .hint("scaffold migrate services/osint_service --explain --format html"));
    }
    let mut args = args.clone();
    args.mode.dry_run = true;
    let printer = Printer::new(settings);
    for group in open::open(&args, settings, &printer)? {
        let steps = steps(&group.root)?;
        for target in group.targets {
            let target = target.map_err(|(_, error)| CommandError::input(error))?;
            let selection = args.selection.resolve(&steps);
            let planner = Planner { tree: &group.tree, target: &target, steps: &steps, selection };
            let plan = planner.plan().map_err(CommandError::input)?;
            let drawn = match settings.format {
                Format::Svg => placement::svg(&plan),
                _ => placement::html(&plan),
            };
            let drawn = drawn.ok_or_else(|| {
                CommandError::input("no step of this plan places anything")
                    .hint("layer-modules does; do not leave it out with --only or --skip")
            })?;
            printer.raw(&drawn);
        }
    }
    Ok(ExitStatus::Success)
}
