//! `scaffold new [NAME]`.

use camino::Utf8PathBuf;
use clap::Args;
use serde_json::json;

use crate::apply::{NewRoot, Session};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::report::{Printer, diff};
use crate::review::interview::interview;
use crate::review::{prompt, tree};
use crate::settings::{Interaction, Settings};
use crate::template::{self, Blueprint, NewError, NewService, Request, Site, Survey};
use crate::workspace::{CONFIG_FILE, Config, Workspace, WorkspaceError};

/// Arguments of `scaffold new`.
#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// Package name of the service, e.g. `osint_service`; without it, on a terminal, you are asked
    name: Option<String>,
    /// Exactly these features, e.g. `database,http,messaging`; `none` for none [default: database]
    #[arg(long, value_delimiter = ',', value_name = "FEATURES")]
    with: Option<Vec<String>>,
    /// Family whose ports it gets one of [default: services]
    #[arg(long)]
    family: Option<String>,
    /// Its port [default: the lowest free one of the family]
    #[arg(long)]
    port: Option<u16>,
    /// One sentence about it
    #[arg(long)]
    description: Option<String>,
    /// Class of the example aggregate [default: from the name]
    #[arg(long, value_name = "NAME")]
    entity: Option<String>,
    /// Value of a variable of the template
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    values: Vec<(String, String)>,
    /// Show the tree and the full diff; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Where the service goes.
struct Place {
    root: Utf8PathBuf,
    config: Config,
}

/// Plans, shows, and unless it is a dry run writes.
pub(super) fn run(args: NewArgs, settings: &Settings) -> CommandResult {
    let dry_run = args.dry_run;
    let is_named = args.name.is_some();
    if !is_named && (settings.interaction != Interaction::Ask || dry_run) {
        let error = CommandError::input("the name of the service is missing");
        return Err(error.hint("scaffold new NAME, or run it on a terminal to be asked"));
    }
    let printer = Printer::new(settings);
    let blueprint = Blueprint::embedded().map_err(refused)?;
    let place = Place::find(settings, dry_run)?;
    if place.is_left_over() && !dry_run {
        drop(session(&place, settings)?);
    }
    let survey = Survey::read(&place.root, &place.config).map_err(refused)?;
    let site = Site { config: &place.config, survey: &survey, blueprint: &blueprint };
    let mut request = Request::from(args);
    if !is_named {
        request = interview(site, request)?;
    }
    let planned = template::plan(site, &request).map_err(refused)?;
    if dry_run {
        show(&printer, &place, &planned);
        return Ok(ExitStatus::Success);
    }
    if !is_named {
        printer.remark(tree::full(&planned.changes));
        if !prompt::confirm("Write this?", true)? {
            return Err(CommandError::interrupted());
        }
        request.port = Some(planned.port);
    }
    let written = write(settings, &place, &blueprint, &request)?;
    report(&printer, settings, &place, &written);
    Ok(ExitStatus::Success)
}

/// Plans again under the lock, on what is there now, and writes that.
fn write(
    settings: &Settings,
    place: &Place,
    blueprint: &Blueprint,
    request: &Request,
) -> Result<NewService, CommandError> {
    let root = NewRoot::make(&place.root)?;
    let session = session(place, settings)?;
    let config = match Workspace::discover(Some(&place.root), &settings.cwd) {
        Ok(workspace) => workspace.config,
        Err(WorkspaceError::NotFound(_)) => place.config.clone(),
        Err(error) => return Err(CommandError::input(error)),
    };
    let survey = Survey::read(&place.root, &config).map_err(refused)?;
    let site = Site { config: &config, survey: &survey, blueprint };
    let planned = template::plan(site, request).map_err(refused)?;
    session.apply(&planned.changes)?;
    root.keep();
    Ok(planned)
}

fn session(place: &Place, settings: &Settings) -> Result<Session, CommandError> {
    let printer = Printer::new(settings);
    let waiting = || printer.remark("waiting for another scaffold to finish in this workspace");
    Ok(Session::open(&place.root, settings.fault, waiting)?)
}

impl Place {
    /// Whether an earlier run may have been broken off: opening a session takes it back.
    fn is_left_over(&self) -> bool {
        let ours = self.root.join(".scaffold");
        ours.join("run").exists() || (ours.exists() && !self.root.join(CONFIG_FILE).exists())
    }

    /// The workspace around, or the one to be made, if that is wanted.
    fn find(settings: &Settings, dry_run: bool) -> Result<Self, CommandError> {
        match Workspace::discover(settings.root.as_deref(), &settings.cwd) {
            Ok(Workspace { root, config }) => return Ok(Self { root, config }),
            Err(WorkspaceError::NotFound(_)) => {}
            Err(error) => return Err(CommandError::input(error)),
        }
        let root = settings.root.clone().unwrap_or_else(|| settings.cwd.clone());
        let config = Config::new(root.file_name().unwrap_or("workspace"));
        let agreed = match settings.interaction {
            Interaction::AcceptAll => true,
            Interaction::Never => dry_run,
            Interaction::Ask => {
                dry_run || prompt::confirm(&format!("Make a workspace in {root}?"), true)?
            }
        };
        if agreed {
            return Ok(Self { root, config });
        }
        let error = CommandError::input(format!("there is no {CONFIG_FILE} in {root} or above"));
        Err(error.hint("--yes makes a workspace there; --root DIR names another folder"))
    }
}

impl From<NewArgs> for Request {
    fn from(args: NewArgs) -> Self {
        Self {
            name: args.name.unwrap_or_default(),
            family: args.family,
            port: args.port,
            description: args.description,
            entity: args.entity,
            features: args.with,
            values: args.values.into_iter().collect(),
        }
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let pair = pair.ok_or_else(|| format!("{text:?} is not NAME=VALUE"))?;
    Ok((pair.0.to_owned(), pair.1.to_owned()))
}

fn refused(error: NewError) -> CommandError {
    let hint = error.hint();
    let result = CommandError::input(error);
    match hint {
        Some(hint) => result.hint(hint),
        None => result,
    }
}

/// The dry run: the tree and every byte of it.
fn show(printer: &Printer, place: &Place, planned: &NewService) {
    let shown = diff::change_set(&planned.changes, printer.colour());
    printer.text(format!("{}\n{shown}", tree::full(&planned.changes)));
    let mut document = document(place, planned);
    document["dry_run"] = json!(true);
    document["diff"] = json!(diff::change_set(&planned.changes, false));
    printer.json(&document);
}

/// What was made, and what to do next.
fn report(printer: &Printer, settings: &Settings, place: &Place, written: &NewService) {
    let libs = written.libs.iter().filter_map(|lib| place.config.libs.join(lib).ok());
    let folders: Vec<_> = libs.chain([written.folder.clone()]).collect();
    let (name, family, port) = (written.name.as_str(), &written.family, written.port);
    let mut text = format!("created {name} on port {port} (family {family})\n\n");
    text.push_str(&tree::short(&written.changes, &folders));
    let next = next(settings, place, written).join("\n  ");
    printer.text(format!("{text}\nnext:\n  {next}"));
    printer.json(&document(place, written));
}

fn next(settings: &Settings, place: &Place, written: &NewService) -> Vec<String> {
    let mut commands = Vec::new();
    if place.root != settings.cwd {
        let below = place.root.strip_prefix(&settings.cwd).unwrap_or(&place.root);
        commands.push(format!("cd {below}"));
    }
    commands.push("uv sync".into());
    commands.push(format!("uv run {}", written.name.slug()));
    commands.push(format!("curl localhost:{}/health/live", written.port));
    commands
}

fn document(place: &Place, planned: &NewService) -> serde_json::Value {
    let files = planned.changes.iter().map(|(path, change)| {
        let action = if change.before.is_some() { "edit" } else { "create" };
        json!({ "path": path, "action": action })
    });
    json!({
        "service": planned.name.as_str(),
        "family": planned.family,
        "port": planned.port,
        "folder": planned.folder,
        "entity": planned.entity.class(),
        "features": planned.features,
        "libs": planned.libs,
        "workspace": { "root": place.root, "created": planned.makes_workspace },
        "dry_run": false,
        "files": files.collect::<Vec<_>>(),
    })
}
