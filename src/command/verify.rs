//! `scaffold verify PATH [--against REF]`.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use crate::apply::{ApplyError, Ledger, Root, StepState, UndoTarget, stretches};
use crate::change::RelPath;
use crate::command::workspace::{folder_below, narrowed, root_of};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::Step;
use crate::process::ProcessError;
use crate::report::{Printer, Progress, verification};
use crate::settings::Settings;
use crate::verify::environment::{Environment, EnvironmentError, Requirements, find_uv};
use crate::verify::probe::{Options, ProbeError, Side};
use crate::verify::{
    Item, Report, Stage, Subject, SubjectError, dynamic_proofs, staged_proofs, starts,
    static_proofs,
};
use crate::workspace::{Tree, Workspace, work_tree};

/// Arguments of `scaffold verify`.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The service, by its folder
    #[arg(value_name = "PATH")]
    path: Utf8PathBuf,
    /// What it is compared with: a git revision, or a folder with the service as it was
    /// (default: what it was before the last migration run)
    #[arg(long, value_name = "REF")]
    against: Option<String>,
    /// The application that counts, instead of the one that is started
    #[arg(long, value_name = "MODULE:NAME")]
    app: Option<String>,
    /// An interpreter or a virtual environment with the service's dependencies
    #[arg(long, value_name = "PATH")]
    python: Option<Utf8PathBuf>,
    /// Make the static proofs only: nothing is run
    #[arg(long, conflicts_with_all = ["python", "app"])]
    static_only: bool,
    /// Leave the service's own tests out
    #[arg(long)]
    no_tests: bool,
    /// The limit of one test, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    test_timeout: u64,
    /// The limit of all tests of one side, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    timeout: u64,
}

/// What the service was.
enum Before {
    /// At a revision or in a folder.
    Tree(Tree),
    /// Before each stage of a recorded run.
    Run(Vec<Stage>),
}

impl Before {
    fn tree(&self, now: &Tree) -> Tree {
        match self {
            Self::Tree(tree) => tree.clone(),
            Self::Run(stages) => {
                stages.first().map_or_else(|| now.clone(), |stage| stage.before.clone())
            }
        }
    }
}

/// Compares the service with what it was.
pub(super) fn run(args: &VerifyArgs, settings: &Settings) -> CommandResult {
    let printer = Printer::new(settings);
    let subject =
        Subject::find(&service_at(args, settings)?, settings.root.as_deref()).map_err(input)?;
    let now = subject.now().map_err(input)?;
    let before = read_before(args, settings, &subject, &now)?;
    let mut report =
        Report { items: prove_by_reading(&subject, &before, &now), ..Report::default() };
    if !args.static_only {
        let progress = Progress::new(settings);
        let say = |what: &str| progress.say(what);
        let behaviour = prove_by_running(args, &subject, before.tree(&now), now, &say)?;
        report.items.extend(behaviour.items);
        report.remarks.extend(behaviour.remarks);
    }
    printer.text(verification::text(&report));
    printer.json(&report);
    Ok(report.status())
}

/// The folder that is named, or that of the only service in it.
fn service_at(args: &VerifyArgs, settings: &Settings) -> Result<Utf8PathBuf, CommandError> {
    let path = settings.absolute(&args.path);
    if !path.is_dir() {
        return Ok(path);
    }
    let root = root_of(&path, settings);
    let named = folder_below(&root, &path)?;
    let found = narrowed(&root, named.clone())?;
    Ok(if found == named { path } else { root.join(found.as_ref().map_or("", RelPath::as_str)) })
}

/// A folder that exists is a folder, anything else is a revision; by default the ledger says.
fn read_before(
    args: &VerifyArgs,
    settings: &Settings,
    subject: &Subject,
    now: &Tree,
) -> Result<Before, CommandError> {
    let Some(against) = &args.against else {
        return before_the_last_run(settings, subject, now);
    };
    let folder = settings.absolute(Utf8Path::new(against));
    let tree =
        if folder.is_dir() { subject.with_folder(now, &folder) } else { subject.at(against) };
    Ok(Before::Tree(tree.map_err(input)?))
}

/// Looks for the service's ledger below every root that `migrate` may have written from.
fn before_the_last_run(
    settings: &Settings,
    subject: &Subject,
    now: &Tree,
) -> Result<Before, CommandError> {
    let service = subject.folder();
    let workspace = Workspace::discover(None, service).ok().map(|workspace| workspace.root);
    let bases = [settings.root.clone(), workspace, work_tree(service), Some(service.to_owned())];
    for base in bases.into_iter().flatten() {
        let Ok(below) = service.strip_prefix(&base) else { continue };
        let folder = RelPath::new(below.join(".scaffold")).map_err(CommandError::internal)?;
        let root = Root::open(&base).map_err(ledger_failed)?;
        let ledger = Ledger::read(&root, &folder).map_err(ledger_failed)?;
        if ledger.steps().iter().any(|step| step.state == StepState::Applied) {
            let stages = stages_of(subject, (&root, &folder), (&base, now))?;
            return Ok(Before::Run(stages));
        }
    }
    Err(CommandError::input(format!("no migration run is recorded for {service}"))
        .hint("name what to compare with: --against REVISION, or --against FOLDER"))
}

/// What the last run did: the steps that keep every definition together, each of those that rewrite
/// some by itself.
fn stages_of(
    subject: &Subject,
    (root, folder): (&Root, &RelPath),
    (base, now): (&Utf8Path, &Tree),
) -> Result<Vec<Stage>, CommandError> {
    let steps = super::steps::steps(base)?;
    let step = |id: &str| steps.iter().find(|step| step.id == id);
    let is_alone = |id: &str| step(id).is_some_and(Step::is_proved_alone);
    let found = stretches(root, folder, &UndoTarget::LastRun, is_alone).map_err(ledger_failed)?;
    let place = |path: &RelPath| subject.placed_below(base, path);
    let stages = found.into_iter().map(|stretch| {
        let moves = stretch.images.moves.iter();
        let moves = moves.filter_map(|(to, from)| Some((place(to)?, place(from)?))).collect();
        let before = subject.with_images(now, base, stretch.images.entries);
        let declares = stretch.alone.as_deref().and_then(step).map(Step::declares);
        let declares = declares.unwrap_or_default();
        let left = stretch.left.iter().filter_map(|(path, hash)| Some((place(path)?, *hash)));
        Stage { before, moves, declares, left: Some(left.collect()) }
    });
    Ok(stages.collect())
}

fn ledger_failed(error: ApplyError) -> CommandError {
    CommandError::input(error).hint("compare with a git revision instead: --against REVISION")
}

/// Needs no Python: both trees are read and compared.
fn prove_by_reading(subject: &Subject, before: &Before, now: &Tree) -> Vec<Item> {
    let service = subject.service();
    let place = (Some(service), service.name());
    match before {
        Before::Tree(tree) => static_proofs(tree, now, place, None),
        Before::Run(stages) => staged_proofs(stages, now, place),
    }
}

fn prove_by_running(
    args: &VerifyArgs,
    subject: &Subject,
    before: Tree,
    after: Tree,
    progress: &dyn Fn(&str),
) -> Result<Report, CommandError> {
    let environment = environment(args, subject, [&before, &after], progress)?;
    let mut options = Options::new(environment.python.clone());
    options.tests = !args.no_tests;
    options.test_limit = Duration::from_secs(args.test_timeout);
    options.suite_limit = Duration::from_secs(args.timeout);
    let side = |tree: Tree| {
        let service = subject.service().clone();
        let starts = starts(&tree, &service, args.app.as_deref());
        Side { tree, service, starts }
    };
    let (before, after) = (side(before), side(after));
    dynamic_proofs(&before, &after, &environment, &options, progress).map_err(probe_failed)
}

/// The given interpreter, or one environment with what both sides declare.
fn environment(
    args: &VerifyArgs,
    subject: &Subject,
    trees: [&Tree; 2],
    progress: &dyn Fn(&str),
) -> Result<Environment, CommandError> {
    let built = match &args.python {
        Some(python) => Environment::given(python),
        None => find_uv().and_then(|uv| {
            let [before, after] = trees.map(|tree| Requirements::read(tree, subject.service()));
            let mut requirements = before.union(&after);
            requirements.or_any("pytest");
            requirements.or_any("httpx");
            Environment::build(&uv, &requirements, progress)
        }),
    };
    built.map_err(environment_failed)
}

fn input(error: SubjectError) -> CommandError {
    let hint = match &error {
        SubjectError::NotAFolder(_) => "name the folder of a service",
        SubjectError::Outside { .. } => "give --root a folder that holds the service",
        SubjectError::Revision(_) => {
            "--against takes a git revision of the service's repository, or a folder that exists"
        }
        SubjectError::Tree(_) => "check that the folder can be read",
    };
    CommandError::input(error).hint(hint)
}

fn environment_failed(error: EnvironmentError) -> CommandError {
    if matches!(error, EnvironmentError::Process(ProcessError::Interrupted)) {
        return CommandError::interrupted();
    }
    let hint = "install uv (https://docs.astral.sh/uv), or name an interpreter that has the \
        service's dependencies with --python";
    CommandError::new(ExitStatus::Unresolved, error).hint(hint)
}

fn probe_failed(error: ProbeError) -> CommandError {
    let hint = match &error {
        ProbeError::Process(ProcessError::Interrupted) => return CommandError::interrupted(),
        ProbeError::Scratch(_) => "check that the temporary folder has space and can be written",
        ProbeError::Process(_) | ProbeError::Silent { .. } => {
            "check the interpreter: it has to be Python 3.9 or later"
        }
    };
    CommandError::new(ExitStatus::Unresolved, error).hint(hint)
}
