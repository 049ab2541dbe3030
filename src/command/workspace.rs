//! What several commands do first and last: find the workspace, lock it, write files.

use camino::{Utf8Path, Utf8PathBuf};

use crate::apply::{Recovery, Repository, Session, is_half_written};
use crate::change::{ChangeSet, Entry, RelPath};
use crate::error::CommandError;
use crate::report::Printer;
use crate::settings::Settings;
use crate::workspace::{Folder, Scope, Tree, Workspace, WorkspaceError, only_service};

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

/// Reads a workspace's files, unless they are half written.
pub(super) fn tree(workspace: &Workspace) -> Result<Tree, CommandError> {
    if is_half_written(&workspace.root)? {
        let message =
            format!("{} is half written: a run was broken off, or is still on", workspace.root);
        let error = CommandError::unresolved(message);
        return Err(error
            .hint("any command that writes takes it back first, as does `scaffold ports sync`"));
    }
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

/// The folder below which a service's files and what refers to them lie.
pub(super) fn root_of(service: &Utf8Path, settings: &Settings) -> Utf8PathBuf {
    if let Some(root) = &settings.root {
        return root.clone();
    }
    if let Ok(workspace) = Workspace::discover(None, service) {
        return workspace.root;
    }
    let repository = Repository::around(service).ok().flatten();
    let work_tree = repository.and_then(|repository| repository.work_tree());
    work_tree.unwrap_or_else(|| service.to_owned())
}

/// The folder of the only service in a folder that is none itself, such as `backend` in a
/// repository with a frontend; otherwise the folder.
pub(super) fn narrowed(
    root: &Utf8Path,
    folder: Option<RelPath>,
) -> Result<Option<RelPath>, CommandError> {
    let path = folder.as_ref().map_or_else(|| root.to_owned(), |folder| root.join(folder.as_str()));
    let is_plain = |name: &str| path.join(name).is_file();
    // What most services have needs no look at the whole tree.
    if ["main.py", "requirements.txt", "Dockerfile", "setup.py"].into_iter().any(is_plain) {
        return Ok(folder);
    }
    let tree = Tree::read(root, &Scope::default()).map_err(CommandError::input)?;
    let inner = only_service(&tree, &Folder::from(folder.clone()));
    Ok(inner.or(folder))
}

/// A service's folder below the root; none when it is the root.
pub(super) fn folder_below(
    root: &Utf8Path,
    service: &Utf8Path,
) -> Result<Option<RelPath>, CommandError> {
    let real = |path: &Utf8Path| path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    let (real_root, real_service) = (real(root), real(service));
    let below = real_service.strip_prefix(&real_root).map_err(|error| {
        CommandError::input(format!("{service} is not below the root {root}: {error}"))
            .hint("give --root a folder that holds the service")
    })?;
    match below.as_str() {
        "" => Ok(None),
        text => RelPath::new(text).map(Some).map_err(CommandError::input),
    }
}
