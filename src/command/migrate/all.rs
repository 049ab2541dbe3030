//! `--all`: from folders of services to the services, the ones worth most first if only some are
//! wanted.

use camino::{Utf8Path, Utf8PathBuf};

use super::MigrateArgs;
use crate::audit::{self, Rank};
use crate::command::workspace::root_of;
use crate::error::CommandError;
use crate::settings::Settings;
use crate::workspace::Workspace;

/// The arguments with every service named by its folder, and the root that these have in common.
pub(super) fn resolved(
    args: &MigrateArgs,
    settings: &Settings,
) -> Result<(MigrateArgs, Settings), CommandError> {
    let (mut args, mut settings) = (args.clone(), settings.clone());
    if args.fleet.all {
        let bases = bases(&args, &settings);
        (args.paths, args.fleet.ranks) = services(&args, &bases)?;
        if let [base] = &bases[..]
            && settings.root.is_none()
            && args.paths.iter().all(|path| root_of(path, &settings) == *path)
        {
            // Neither a workspace nor a repository holds them together.
            settings.root = Some(base.clone());
        }
        if args.mode.undo.is_some() || args.mode.abort {
            args.paths.retain(|path| path.join(LEDGER).is_file());
        }
    }
    Ok((args, settings))
}

/// A service's ledger, below its folder: without one nothing was done to it.
const LEDGER: &str = ".scaffold/ledger.json";

/// Folders of services, and what speaks for each where they are in an order.
type Found = (Vec<Utf8PathBuf>, Vec<(Utf8PathBuf, Rank)>);

fn bases(args: &MigrateArgs, settings: &Settings) -> Vec<Utf8PathBuf> {
    let named: Vec<_> = args.paths.iter().map(|path| settings.absolute(path)).collect();
    if named.is_empty() { vec![here(settings)] } else { named }
}

fn services(args: &MigrateArgs, bases: &[Utf8PathBuf]) -> Result<Found, CommandError> {
    let (mut found, mut ranks): Found = Found::default();
    for base in bases {
        let services = match args.fleet.first {
            Some(_) => {
                let ranked = ranked(base)?;
                ranks.extend(ranked.iter().cloned());
                ranked.into_iter().map(|(path, _)| path).collect()
            }
            None => audit::service_folders(base).map_err(CommandError::input)?,
        };
        if services.is_empty() {
            return Err(CommandError::input(format!("there is no service at or below {base}"))
                .hint("name the folder that holds the services, for example backend/services"));
        }
        let services: Vec<_> = services.into_iter().filter(|it| !found.contains(it)).collect();
        found.extend(services);
    }
    Ok((found, ranks))
}

/// The workspace around, or the current folder.
fn here(settings: &Settings) -> Utf8PathBuf {
    match Workspace::discover(settings.root.as_deref(), &settings.cwd) {
        Ok(workspace) => workspace.root,
        Err(_) => settings.root.clone().unwrap_or_else(|| settings.cwd.clone()),
    }
}

/// The services in the order in which they are best migrated.
fn ranked(base: &Utf8Path) -> Result<Vec<(Utf8PathBuf, Rank)>, CommandError> {
    let (fleet, outcome) = audit::audit(base).map_err(CommandError::input)?;
    let ranks = audit::rank(&outcome).into_iter();
    Ok(ranks.map(|rank| (fleet.backend.root.join(&rank.folder), rank)).collect())
}
