//! `scaffold init [--adopt DIR]`.

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::workspace::{put, root_file, session};
use crate::change::{ChangeSet, RelPath};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::registry::adopt::{Adoption, adopt};
use crate::registry::{REGISTRY_FILE, Registry};
use crate::render::compose::{COMPOSE_FILE, EMPTY};
use crate::report::{Printer, adoption as adoption_report};
use crate::settings::Settings;
use crate::workspace::{CONFIG_FILE, Config, Folder, Scope, Tree};

/// Arguments of `scaffold init`.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Take over the services of an existing backend in this folder
    #[arg(long, value_name = "DIR")]
    adopt: Option<Utf8PathBuf>,
    /// The name of the workspace (default: that of its folder)
    #[arg(long)]
    name: Option<String>,
    /// Show what would be written and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Makes the workspace, after looking for services when asked to.
pub(super) fn run(args: &InitArgs, settings: &Settings) -> CommandResult {
    let printer = Printer::new(settings);
    let adopted = args.adopt.as_ref().map(|folder| settings.absolute(folder));
    let root = root(settings, adopted.as_deref());
    let lock = if args.dry_run { None } else { Some(session(&root, settings, &printer)?) };
    let tree = read(&root)?;
    if tree.get(&root_file(CONFIG_FILE)?).is_some() {
        return Err(CommandError::input(format!("{root} is a workspace already"))
            .hint("see its services with `scaffold ports list`"));
    }
    let name = args.name.clone().or_else(|| root.file_name().map(str::to_owned));
    let name = name.unwrap_or_else(|| "workspace".to_owned());
    let (changes, adoption) = plan(&tree, &root, &name, adopted.as_deref())?;
    let written: Vec<&RelPath> = changes.iter().map(|(path, _)| path).collect();
    printer.json(&adoption_report::json(&name, adoption.as_ref(), &written, args.dry_run));
    if let Some(adoption) = &adoption {
        printer.text(adoption_report::text(adoption));
    }
    if let Some(session) = lock {
        session.apply(&changes)?;
    }
    let verb = if args.dry_run { "would write" } else { "wrote" };
    let names: Vec<_> = written.iter().map(|path| path.as_str()).collect();
    printer.remark(format!("{verb} {} in {root}", names.join(", ")));
    Ok(ExitStatus::Success)
}

/// `--root`, else the current folder when it holds the backend, else the backend itself.
fn root(settings: &Settings, adopted: Option<&Utf8Path>) -> Utf8PathBuf {
    let here = &settings.cwd;
    match (&settings.root, adopted) {
        (Some(root), _) => root.clone(),
        (None, Some(folder)) if !folder.starts_with(here) => folder.to_owned(),
        (None, _) => here.clone(),
    }
}

fn read(root: &Utf8Path) -> Result<Tree, CommandError> {
    let only_text = Scope { whole: vec![root_file(CONFIG_FILE)?] };
    Tree::read(root, &only_text).map_err(CommandError::input)
}

fn plan(
    tree: &Tree,
    root: &Utf8Path,
    name: &str,
    adopted: Option<&Utf8Path>,
) -> Result<(ChangeSet, Option<Adoption>), CommandError> {
    let registry_path = root_file(REGISTRY_FILE)?;
    let existing = tree.text(&registry_path);
    let adoption = match adopted {
        Some(folder) => {
            let base = base(root, folder)?;
            let found = adopt(tree, name, &base, existing).map_err(|error| {
                CommandError::input(error)
                    .hint("name the folder that holds the services with --adopt DIR")
            });
            Some(found?)
        }
        None => None,
    };
    let config = adoption.as_ref().map_or_else(|| Config::new(name), |found| found.config.clone());
    let registry = match (&adoption, existing) {
        (Some(found), _) => found.registry.clone(),
        (None, Some(text)) => Registry::parse(text).map_err(CommandError::input)?,
        (None, None) => Registry::initial(&config).map_err(CommandError::internal)?,
    };
    let mut changes = ChangeSet::new();
    put(&mut changes, tree, root_file(CONFIG_FILE)?, &config.render());
    put(&mut changes, tree, registry_path, registry.text());
    let has_compose = tree.iter().any(|(path, _)| crate::workspace::compose::is_compose_file(path));
    if !has_compose {
        put(&mut changes, tree, root_file(COMPOSE_FILE)?, EMPTY);
    }
    Ok((changes, adoption))
}

fn base(root: &Utf8Path, folder: &Utf8Path) -> Result<Folder, CommandError> {
    if !folder.is_dir() {
        return Err(CommandError::input(format!("{folder} is not a folder"))
            .hint("name the folder that holds the services, for example backend"));
    }
    let below = folder.strip_prefix(root).ok();
    let base = below.and_then(|below| Folder::ROOT.folder(below.as_str()));
    base.ok_or_else(|| {
        CommandError::input(format!("{folder} is not below the root {root}"))
            .hint("give --root a folder that holds both the services and docker-compose.yml")
    })
}
