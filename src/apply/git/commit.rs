//! Commits: pure moves first, then everything else, visible at once.
//!
//! Trees are that of `HEAD` with the paths concerned changed, so nothing else that is staged gets
//! in, and a commit costs what it changes, not what the repository holds. Objects are written
//! first, then the index at our paths, then the branch moves, by comparing what it pointed to: a
//! crash in between is completed by running this again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use git2::build::TreeUpdateBuilder;
use git2::{Commit, ErrorCode, FileMode, Index, ObjectType, Oid, Signature, Tree};
use serde::{Deserialize, Serialize};

use super::{GitError, Repository, library};
use crate::apply::ApplyError;
use crate::apply::root::Root;
use crate::change::{ChangeSet, RelPath};

/// What is to be committed after a change set was written; part of its journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::apply) struct CommitRequest {
    /// Old and new path of every file that moved; empty when one commit is wanted.
    moves: Vec<(RelPath, RelPath)>,
    subject: String,
    trailers: Vec<(String, String)>,
}

impl CommitRequest {
    /// A request for one commit.
    pub(in crate::apply) fn new(subject: &str, trailers: Vec<(String, String)>) -> Self {
        Self { moves: Vec::new(), subject: subject.to_owned(), trailers }
    }

    /// Asks for a commit of its own for what moves in `changes`.
    pub(in crate::apply) fn with_moves(mut self, changes: &ChangeSet) -> Self {
        let leaves =
            |path: &RelPath| changes.get(path).is_some_and(|change| change.before.is_some());
        let moves = changes.moves().filter(|(_, from)| leaves(from));
        self.moves = moves.map(|(to, from)| (from.clone(), to.clone())).collect();
        self
    }

    fn message(&self, remark: &str) -> String {
        let mut text = format!("{}{remark}\n\n", self.subject);
        for (name, value) in &self.trailers {
            text.extend([name.as_str(), ": ", value, "\n"]);
        }
        text
    }
}

/// What becomes of paths of the work tree in a tree: another file, or none.
type Updates = BTreeMap<RelPath, Option<(Oid, FileMode)>>;

/// The trees of one request, in the making.
struct Draft<'a> {
    repository: &'a Repository,
    /// `HEAD` with our paths changed.
    tree: Tree<'a>,
    /// What the user will see as staged.
    index: Index,
}

impl Repository {
    /// Makes the commits of `request` for `paths`, which are on disk already; one that would
    /// change nothing, because it was made before a crash, is left out.
    pub(in crate::apply) fn commit<'a>(
        &self,
        root: &Root,
        request: &CommitRequest,
        paths: impl Iterator<Item = &'a RelPath>,
    ) -> Result<(), ApplyError> {
        let head = self.head()?;
        let paths: BTreeSet<&RelPath> = paths.collect();
        let mut draft = Draft::new(self, head.as_ref())?;
        let moved = draft.moves(&request.moves)?;
        let changed = draft.take(root, &paths, &request.moves)?;
        root.checkpoint("commit")?;
        let parents: Vec<Oid> = head.iter().map(Commit::id).collect();
        let first = self.object(&request.message(": moves"), moved, &parents)?;
        let last = self.object(&request.message(""), changed, &first)?;
        root.checkpoint("commit")?;
        draft.index.write().map_err(library("write the index"))?;
        let (Some(tip), true) = (last.first(), last != parents) else {
            return Ok(());
        };
        let advanced =
            root.checkpoint("commit").and_then(|()| Ok(self.advance(*tip, head.as_ref())?));
        if advanced.is_err() {
            self.unstage(head.as_ref(), &paths);
        }
        advanced
    }

    fn head(&self) -> Result<Option<Commit<'_>>, GitError> {
        match self.inner.head() {
            Ok(head) => head.peel_to_commit().map(Some).map_err(library("read HEAD")),
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(None),
            Err(error) => Err(library("read HEAD")(error)),
        }
    }

    /// Writes a commit unless it would change nothing; the parents of what comes next.
    fn object(&self, message: &str, tree: Oid, parents: &[Oid]) -> Result<Vec<Oid>, GitError> {
        let failed = || library("write a commit");
        let commits: Vec<Commit<'_>> = parents
            .iter()
            .map(|id| self.inner.find_commit(*id))
            .collect::<Result<_, _>>()
            .map_err(failed())?;
        let before =
            commits.first().map_or_else(|| self.empty_tree(), |commit| Ok(commit.tree_id()))?;
        if before == tree {
            return Ok(parents.to_vec());
        }
        let tree = self.inner.find_tree(tree).map_err(failed())?;
        let signature = self.signature()?;
        let parents: Vec<&Commit<'_>> = commits.iter().collect();
        let made = self.inner.commit(None, &signature, &signature, message, &tree, &parents);
        Ok(vec![made.map_err(failed())?])
    }

    fn empty_tree(&self) -> Result<Oid, GitError> {
        let builder = self.inner.treebuilder(None).map_err(library("write a tree"))?;
        builder.write().map_err(library("write a tree"))
    }

    /// The user's name as git knows it, or a neutral one.
    fn signature(&self) -> Result<Signature<'static>, GitError> {
        let known = self.inner.signature();
        known
            .or_else(|_error| Signature::now("scaffold", "scaffold@localhost"))
            .map_err(library("sign a commit"))
    }

    /// Moves the branch, if it is still where it was.
    fn advance(&self, tip: Oid, head: Option<&Commit<'_>>) -> Result<(), GitError> {
        let failed = || library("move the branch");
        let reference = self.inner.find_reference("HEAD").map_err(failed())?;
        let name = reference.symbolic_target().ok().flatten().unwrap_or("HEAD");
        let log = "commit: scaffold";
        let moved = match head {
            Some(old) => self.inner.reference_matching(name, tip, true, old.id(), log),
            None => self.inner.reference(name, tip, false, log),
        };
        moved.map(|_| ()).map_err(failed())
    }

    /// Takes our paths out of the index again; the branch did not move.
    fn unstage(&self, head: Option<&Commit<'_>>, paths: &BTreeSet<&RelPath>) {
        let inside: Vec<RelPath> = paths.iter().map(|path| self.inside(path)).collect();
        let target = head.map(Commit::as_object);
        // The first failure is the one to report.
        let _ = self.inner.reset_default(target, inside.iter().map(RelPath::as_str));
    }
}

impl<'a> Draft<'a> {
    fn new(repository: &'a Repository, head: Option<&Commit<'a>>) -> Result<Self, GitError> {
        let tree = match head {
            Some(head) => head.tree(),
            None => repository.inner.find_tree(repository.empty_tree()?),
        };
        let tree = tree.map_err(library("read HEAD"))?;
        let mut index = repository.inner.index().map_err(library("read the index"))?;
        index.read(false).map_err(library("read the index"))?;
        Ok(Self { repository, tree, index })
    }

    /// Carries tracked files to their new paths, bytes and mode as they were.
    fn moves(&mut self, moves: &[(RelPath, RelPath)]) -> Result<Oid, GitError> {
        let tracked = moves.iter().filter_map(|(from, to)| {
            let entry = self.tree.get_path(&self.disk(from)).ok()?;
            Some((self.repository.inside(from), self.repository.inside(to), held(&entry)?))
        });
        let carried: Vec<_> = tracked.collect();
        let mut updates: Updates =
            carried.iter().map(|(from, _, _)| (from.clone(), None)).collect();
        updates.extend(carried.into_iter().map(|(_, to, file)| (to, Some(file))));
        self.update(&updates)
    }

    /// Takes our paths over as they are on disk; ignored files stay out unless tracked.
    fn take(
        &mut self,
        root: &Root,
        paths: &BTreeSet<&RelPath>,
        moves: &[(RelPath, RelPath)],
    ) -> Result<Oid, ApplyError> {
        let (there, gone): (Vec<_>, Vec<_>) = {
            let mut sorted = (Vec::new(), Vec::new());
            for path in paths {
                let entry = matches!(
                    root.kind(path)?,
                    Some(crate::apply::Kind::File | crate::apply::Kind::Symlink)
                );
                if entry { sorted.0.push(*path) } else { sorted.1.push(*path) }
            }
            sorted
        };
        let tracked: BTreeSet<RelPath> = moves
            .iter()
            .filter(|(from, _)| self.index.get_path(&self.disk(from), 0).is_some())
            .map(|(_, to)| to.clone())
            .collect();
        let mut updates = Updates::new();
        for path in gone {
            let inside = self.repository.inside(path);
            remove(&mut self.index, &inside)?;
            updates.insert(inside, None);
        }
        for path in there {
            let disk = self.disk(path);
            let known = tracked.contains(path) || self.index.get_path(&disk, 0).is_some();
            let ignored = self.repository.inner.is_path_ignored(&disk);
            if !known && ignored.map_err(library("read .gitignore"))? {
                continue;
            }
            self.index.add_path(&disk).map_err(library("add a file"))?;
            if let Some(entry) = self.index.get_path(&disk, 0)
                && let Some(mode) = mode(entry.mode)
            {
                updates.insert(self.repository.inside(path), Some((entry.id, mode)));
            }
        }
        Ok(self.update(&updates)?)
    }

    /// Changes the tree at these paths; its id.
    ///
    /// What goes is taken out first, then what is in the way: a folder takes the place of a file
    /// and a file that of a folder.
    fn update(&mut self, updates: &Updates) -> Result<Oid, GitError> {
        let is_there = |path: &&RelPath| self.is_folder(path).is_some();
        let leaving = updates.iter().filter(|(_, file)| file.is_none()).map(|(path, _)| path);
        let leaving: BTreeSet<RelPath> = leaving.filter(is_there).cloned().collect();
        self.remove(&leaving)?;
        let arriving = updates.iter().filter_map(|(path, file)| Some((path, (*file)?)));
        let arriving: Vec<_> = arriving.collect();
        let obstacles = arriving.iter().filter_map(|(path, _)| self.obstacle(path)).collect();
        self.remove(&obstacles)?;
        let mut round = TreeUpdateBuilder::new();
        for (path, (id, mode)) in arriving {
            round.upsert(path.as_str(), id, mode);
        }
        self.turn(round)?;
        Ok(self.tree.id())
    }

    /// The folder where a file is to be, or the file where a folder around it is to be.
    fn obstacle(&self, path: &RelPath) -> Option<RelPath> {
        if self.is_folder(path) == Some(true) {
            return Some(path.clone());
        }
        let mut around = std::iter::successors(path.parent(), RelPath::parent);
        around.find(|folder| self.is_folder(folder) == Some(false))
    }

    /// Whether the tree has a folder at a path; none where it has nothing.
    fn is_folder(&self, path: &RelPath) -> Option<bool> {
        let entry = self.tree.get_path(path.as_path().as_std_path()).ok()?;
        Some(entry.kind() == Some(ObjectType::Tree))
    }

    fn remove(&mut self, paths: &BTreeSet<RelPath>) -> Result<(), GitError> {
        let mut round = TreeUpdateBuilder::new();
        for path in paths {
            round.remove(path.as_str());
        }
        self.turn(round)
    }

    /// The tree after one round of updates.
    fn turn(&mut self, mut round: TreeUpdateBuilder) -> Result<(), GitError> {
        let repository = &self.repository.inner;
        let written = round.create_updated(repository, &self.tree);
        self.tree =
            written.and_then(|id| repository.find_tree(id)).map_err(library("write a tree"))?;
        Ok(())
    }

    fn disk(&self, path: &RelPath) -> std::path::PathBuf {
        Path::new(self.repository.inside(path).as_str()).to_path_buf()
    }
}

/// Removes one path; one that is not there is no error.
fn remove(index: &mut Index, path: &RelPath) -> Result<(), GitError> {
    match index.remove(Path::new(path.as_str()), 0) {
        Err(error) if error.code() != ErrorCode::NotFound => {
            Err(library("remove a file from the index")(error))
        }
        _ => Ok(()),
    }
}

/// What a tree says of a file: its content and mode; of a folder nothing.
fn held(entry: &git2::TreeEntry<'_>) -> Option<(Oid, FileMode)> {
    Some((entry.id(), mode(u32::try_from(entry.filemode()).ok()?)?))
}

fn mode(bits: u32) -> Option<FileMode> {
    [FileMode::Blob, FileMode::BlobExecutable, FileMode::Link, FileMode::BlobGroupWritable]
        .into_iter()
        .find(|mode| u32::from(*mode) == bits)
}
