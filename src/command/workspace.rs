//! What several commands do first and last: find the workspace, lock it, write files.

use camino::Utf8Path;

use crate::apply::{Recovery, Session};
use crate::change::{ChangeSet, Entry, RelPath};
use crate::error::CommandError;
use crate::report::Printer;
use crate::settings::Settings;
use crate::workspace::{Tree, Workspace, WorkspaceError};

/// The workspace that `--root` or the current folder names.
pub(super) fn discover(settings: &Settings) -> Result<Workspace, CommandError> {
    Workspace::discover(settings.root.as_deref(), &settings.cwd).map_err(|error| {
        let not_found = matches!(error, WorkspaceError::NotFound(_));
        let result = CommandError::input(error);
        if not_found {
            result.hint("make one with `scaffold init`, or name it with --root DIR")
        } else {
            result
        }
    })
}

/// The right to write below `root`, with a remark when a crash was mended.
pub(super) fn session(
    root: &Utf8Path,
    settings: &Settings,
    printer: &Printer,
) -> Result<Session, CommandError> {
    let waiting = || printer.remark(format!("waiting for another scaffold in {root} …"));
    let session = Session::open(root, settings.fault, waiting)?;
    if session.recovery() != Recovery::Clean {
        printer.remark("an earlier run was broken off; its changes were completed or taken back");
    }
    Ok(session)
}

/// Reads a workspace's files.
pub(super) fn tree(workspace: &Workspace) -> Result<Tree, CommandError> {
    workspace.tree().map_err(CommandError::input)
}

/// A file of the workspace's root.
pub(super) fn root_file(name: &str) -> Result<RelPath, CommandError> {
    RelPath::new(name).map_err(CommandError::internal)
}

/// Records that `path` will hold `text`.
pub(super) fn put(changes: &mut ChangeSet, tree: &Tree, path: RelPath, text: &str) {
    match tree.get(&path) {
        Some(before) => {
            let after = before.with_bytes(text);
            changes.replace(path, before.clone(), after);
        }
        None => changes.create(path, Entry::file(text)),
    }
}
