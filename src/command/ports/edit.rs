//! `scaffold ports add` and `release`.

use clap::Args;

use super::facts;
use crate::change::ChangeSet;
use crate::command::workspace::{put, session, tree};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::registry::facts::Facts;
use crate::registry::{Registry, fix};
use crate::report::Printer;
use crate::settings::Settings;
use crate::workspace::{Service, Workspace, nearest};

/// Arguments of `scaffold ports add`.
#[derive(Debug, Args)]
pub(super) struct AddArgs {
    /// The service
    name: String,
    /// Its family (default: that of its configuration or of the port it has today)
    #[arg(long)]
    family: Option<String>,
    /// Its port (default: the one it has today if that is free, else the lowest free one)
    #[arg(long)]
    port: Option<u16>,
}

/// Arguments of `scaffold ports release`.
#[derive(Debug, Args)]
pub(super) struct ReleaseArgs {
    /// The service
    name: String,
}

/// Registers one service.
pub(super) fn add(
    args: &AddArgs,
    workspace: &Workspace,
    settings: &Settings,
    printer: &Printer,
) -> CommandResult {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    if !args.name.starts_with(|first: char| first.is_ascii_alphabetic())
        || !args.name.chars().all(is_part)
    {
        let error = CommandError::input(format!("{:?} is no name of a service", args.name));
        return Err(error.hint("letters, digits, `_` and `-`, beginning with a letter"));
    }
    let session = session(&workspace.root, settings, printer)?;
    let tree = tree(workspace)?;
    let facts = facts(&tree, workspace)?;
    let (family, port) = choose(args, &facts)?;
    let registry = facts.registry.insert(&args.name, &family, port).map_err(CommandError::input)?;
    let mut changes = ChangeSet::new();
    put(&mut changes, &tree, Registry::path(), registry.text());
    session.apply(&changes)?;
    printer.json(&serde_json::json!({"name": args.name, "family": family, "port": port}));
    printer.text(format!("{}: {port} ({family})", args.name));
    if !facts.services.iter().any(|known| known.service.name == args.name) {
        let home = &workspace.config.services;
        printer.remark(format!("note: there is no service in {home}/{} yet", args.name));
    }
    Ok(ExitStatus::Success)
}

/// The family and port asked for, if they can be had.
fn choose(args: &AddArgs, facts: &Facts<'_>) -> Result<(String, u16), CommandError> {
    if let Some(family) = args.family.as_ref().filter(|name| !facts.families.contains_key(*name)) {
        let known: Vec<&str> = facts.families.keys().map(String::as_str).collect();
        let error = CommandError::input(format!("there is no family `{family}`"));
        let hint = nearest(family, known.iter().copied()).map_or_else(
            || format!("known: {}", known.join(", ")),
            |name| format!("did you mean `{name}`?"),
        );
        return Err(error.hint(hint));
    }
    let Some(port) = args.port else {
        let known = facts.services.iter().find(|known| known.service.name == args.name);
        let folder = facts.config.services.join(&args.name).map_err(CommandError::input)?;
        let unknown = Service { name: args.name.clone(), folder };
        let service = known.map_or(&unknown, |known| &known.service);
        let family = args.family.as_deref();
        return fix::place(facts, &facts.registry, service, family).map_err(CommandError::input);
    };
    let by_port = crate::workspace::narrowest(&facts.families, port).map(str::to_owned);
    let family = args.family.clone().or_else(|| by_port.clone());
    let Some(family) = family.filter(|family| facts.families[family].contains(port)) else {
        let ranges = facts.families.iter().map(|(name, ports)| format!("{name} {ports}"));
        let ranges: Vec<String> = ranges.collect();
        return Err(CommandError::input(format!("port {port} is outside of the family's ports"))
            .hint(format!("the families have: {}", ranges.join("; "))));
    };
    taken(args, facts, &family, port)?;
    Ok((family, port))
}

/// Refuses a port that somebody has, with the next free one.
fn taken(args: &AddArgs, facts: &Facts<'_>, family: &str, port: u16) -> Result<(), CommandError> {
    let registered = facts.registry.owner(port).map(|owner| format!("`{}`", owner.name));
    let published = facts.published();
    let foreign = published.get(&port).and_then(|found| {
        let own = |entry: &str| entry.replace('-', "_") == args.name.replace('-', "_");
        let other = found.iter().find(|found| !own(&found.entry.name))?;
        Some(format!("`{}` in {}:{}", other.entry.name, other.file.path, other.entry.line))
    });
    let Some(owner) = registered.or(foreign) else {
        return Ok(());
    };
    let error = CommandError::input(format!("port {port} belongs to {owner}"));
    let free = facts.registry.allocate(&facts.families, family, &facts.occupied());
    Err(match free {
        Ok(free) => error.hint(format!("free in `{family}`: {free}")),
        Err(full) => error.hint(full.to_string()),
    })
}

/// Removes one service from the registry.
pub(super) fn release(
    args: &ReleaseArgs,
    workspace: &Workspace,
    settings: &Settings,
    printer: &Printer,
) -> CommandResult {
    let session = session(&workspace.root, settings, printer)?;
    let tree = tree(workspace)?;
    let registry = super::registry(&tree, workspace)?;
    let port = registry.get(&args.name).map(|entry| entry.port);
    let released = registry.release(&args.name).map_err(CommandError::input)?;
    let mut changes = ChangeSet::new();
    put(&mut changes, &tree, Registry::path(), released.text());
    session.apply(&changes)?;
    let port = port.unwrap_or_default();
    printer.json(&serde_json::json!({"name": args.name, "port": port}));
    printer.text(format!("{}: {port} is free", args.name));
    Ok(ExitStatus::Success)
}
