//! `scaffold new [NAME]`.

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};

use super::lock;
use crate::apply::{NewRoot, Session};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::report::{NewReport, Printer, tree};
use crate::review::interview::interview;
use crate::review::prompt;
use crate::settings::{Interaction, Settings};
use crate::template::{
    self, Blueprint, NewError, NewService, Request, ServiceKind, Site, Source, Survey,
};
use crate::workspace::{CONFIG_FILE, Config, Workspace, WorkspaceError};

/// Arguments of `scaffold new`.
#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// Package name of the service, e.g. `osint_service`; without it, on a terminal, you are asked
    name: Option<String>,
    /// What the service is there for
    #[arg(long, value_enum, default_value_t, conflicts_with = "template")]
    kind: Kind,
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
    /// Folder or git URL (`URL#REVISION`) of another template, ours or cargo-generate's
    #[arg(long, value_name = "SOURCE")]
    template: Option<String>,
    /// Let the hooks of a cargo-generate template run, if they have exactly this hash
    #[arg(long, value_name = "HASH")]
    trust_hooks: Option<String>,
    /// Run `uv lock` afterwards; needs uv and the network, and is not part of the dry run
    #[arg(long)]
    lock: bool,
    /// Show the tree and the full diff; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// What a service is there for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Answers requests about an aggregate
    #[default]
    Api,
    /// As api, with a contract that other services depend on
    Crud,
    /// One way in to every other service
    Gateway,
    /// Consumes events
    Worker,
    /// Does jobs at their times
    Scheduler,
}

/// Where the service goes.
struct Place {
    root: Utf8PathBuf,
    config: Config,
}

/// Plans, shows, and unless it is a dry run writes.
pub(super) fn run(args: NewArgs, settings: &Settings) -> CommandResult {
    let (dry_run, locks) = (args.dry_run, args.lock);
    let is_named = args.name.is_some();
    if !is_named && (settings.interaction != Interaction::Ask || dry_run) {
        let error = CommandError::input("the name of the service is missing");
        return Err(error.hint("scaffold new NAME, or run it on a terminal to be asked"));
    }
    let printer = Printer::new(settings);
    let blueprint = blueprint(&args, settings)?;
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
        let report = NewReport::new(&planned, &place.root, &place.config);
        report.dry_run(&printer);
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
    NewReport::new(&written, &place.root, &place.config).done(&printer, &settings.cwd);
    if locks {
        lock::run(&printer, "uv", &place.root)?;
    }
    Ok(ExitStatus::Success)
}

/// The template; hooks of a foreign one are shown line by line and need consent.
fn blueprint(args: &NewArgs, settings: &Settings) -> Result<Blueprint, CommandError> {
    let Some(text) = &args.template else {
        return Blueprint::embedded(args.kind.into()).map_err(refused);
    };
    let source = Source::parse(text, &settings.cwd);
    let blueprint = Blueprint::open(&source).map_err(refused)?;
    let agreed = args.trust_hooks.as_deref();
    if let (Some(hooks), None, Interaction::Ask) = (blueprint.hooks(), agreed, settings.interaction)
    {
        Printer::new(settings).remark(hooks.to_string());
        if prompt::confirm("Run these scripts of the template?", false)? {
            return Ok(blueprint);
        }
    }
    blueprint.check_consent(agreed).map_err(refused)?;
    Ok(blueprint)
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
            features: ServiceKind::from(args.kind).features(args.with),
            values: args.values.into_iter().collect(),
        }
    }
}

impl From<Kind> for ServiceKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Api => Self::Api,
            Kind::Crud => Self::Crud,
            Kind::Gateway => Self::Gateway,
            Kind::Worker => Self::Worker,
            Kind::Scheduler => Self::Scheduler,
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
