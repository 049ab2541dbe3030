//! Services one after the other, each planned while those before it are proved and written.
//!
//! Services share files, such as the registry: each is planned on the tree that those before it
//! leave. That tree is foreseen, and where a service leaves another one, because a proof or the
//! writing failed or a person chose otherwise, what was planned on it is thrown away and planned
//! again. So the result is that of one service after the other.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::open::{Group, Target};
use super::service::{self, Done, Job, Planned, Prepared};
use crate::error::CommandError;
use crate::settings::Interaction;
use crate::workspace::Tree;

/// Plans that may wait for being proved, and for being written.
const AHEAD: usize = 2;
/// Stack of the threads that plan and prove: enough for deeply nested expressions.
const STACK: usize = 64 << 20;

/// What takes the services in, in their order.
type Each<'a> = &'a mut dyn FnMut(Done) -> Result<(), CommandError>;

/// Runs over the services of a group; stops after as many with something to do as are wanted.
pub(super) fn run(job: &Job<'_>, group: &Group, each: Each<'_>) -> Result<(), CommandError> {
    let asks = job.settings.interaction == Interaction::Ask && job.args.writes();
    let stretch = if asks { 1 } else { group.targets.len() };
    let mut tree = group.tree.clone();
    let mut open = &group.targets[..];
    let mut left = job.args.fleet.first.map_or(usize::MAX, usize::from);
    while !open.is_empty() && left > 0 {
        let targets = &open[..stretch.min(open.len())];
        let taken = along(job, targets, (&mut tree, &mut left), each)?;
        open = &open[taken..];
    }
    Ok(())
}

/// Goes as far as the services leave what was foreseen; returns how many were taken.
fn along(
    job: &Job<'_>,
    targets: &[Target],
    (tree, left): (&mut Tree, &mut usize),
    each: Each<'_>,
) -> Result<usize, CommandError> {
    let (planned, to_prove) = sync_channel(AHEAD);
    let (proved, receiver) = sync_channel(AHEAD);
    let start = tree.clone();
    std::thread::scope(|scope| {
        let thread = || std::thread::Builder::new().stack_size(STACK);
        let planning = move || plan_ahead(job, targets, start, &planned);
        thread().spawn_scoped(scope, planning).map_err(CommandError::internal)?;
        let proving = move || prove(job, &to_prove, &proved);
        thread().spawn_scoped(scope, proving).map_err(CommandError::internal)?;
        let mut taken = 0;
        for prepared in receiver {
            let name = name(&targets[taken]);
            taken += 1;
            let foreseen = prepared.as_ref().ok().and_then(Prepared::foreseen).cloned();
            let is_wanted = prepared.as_ref().is_ok_and(Prepared::is_wanted);
            if job.args.fleet.first.is_some()
                && !is_wanted
                && prepared.as_ref().is_ok_and(Prepared::is_idle)
            {
                continue;
            }
            *left -= usize::from(is_wanted);
            let done = prepared.and_then(|prepared| service::finish(job, prepared));
            let done = done.unwrap_or_else(|error| Done::failed(name, error));
            job.bars.done(name);
            let is_as_foreseen = done.after == foreseen;
            if let Some(after) = &done.after {
                *tree = after.clone();
            }
            each(done)?;
            if !is_as_foreseen || *left == 0 {
                break;
            }
        }
        Ok(taken)
    })
}

/// Plans services until nobody takes the plans any more.
fn plan_ahead(
    job: &Job<'_>,
    targets: &[Target],
    mut tree: Tree,
    sender: &SyncSender<Result<Planned, CommandError>>,
) {
    for target in targets {
        job.bars.planning(name(target));
        let prepared = match target {
            Ok(target) => service::prepare(job, target, &tree),
            Err((_, error)) => Err(CommandError::input(error.clone())),
        };
        if let Some(after) = prepared.as_ref().ok().and_then(Planned::foreseen) {
            tree = after.clone();
        }
        if sender.send(prepared).is_err() {
            return;
        }
    }
}

/// Proves plans in their order, with threads of its own: planning would wait for those that it has
/// in common with a long proof.
fn prove(
    job: &Job<'_>,
    planned: &Receiver<Result<Planned, CommandError>>,
    sender: &SyncSender<Result<Prepared, CommandError>>,
) {
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).build();
    for planned in planned {
        let prove = || planned.map(|planned| planned.proved(job.args));
        let proved = match &pool {
            Ok(pool) => pool.install(prove),
            Err(_) => prove(),
        };
        if sender.send(proved).is_err() {
            return;
        }
    }
}

fn name(target: &Target) -> &str {
    target.as_ref().map_or_else(|(path, _)| path.as_str(), |found| found.root())
}
