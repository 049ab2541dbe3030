//! Steps that are data: their preconditions, operations and checks on one service.
//!
//! What a step file says is untrusted: paths were checked when it was read, texts are only
//! ever data, and a definition may change only where an operation declares that it rewrites.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{Operation, Step};
use super::condition;
use super::target::ServiceTarget;
use crate::change::{ChangeSet, Entry, RelPath};
use crate::layering::Placement;
use crate::operation::relocate::relocate;
use crate::operation::rewrite::Rewrite;
use crate::operation::{Note, factory, files, lifespan, silent};
use crate::python::Module;
use crate::verify::{Aspect, Item, Verdict};
use crate::workspace::Tree;

/// What one operation has done beside changing the tree.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// What was left as it is, with reasons.
    pub(super) notes: Vec<Note>,
    /// New path → old path.
    pub(super) moved: BTreeMap<RelPath, RelPath>,
}

/// Whether the preconditions of a step hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Applies {
    /// All of them.
    Yes,
    /// One does not, and that is nothing to speak of.
    No,
    /// One cannot be shown to hold.
    Unknown(Note),
}

/// Asks the preconditions of a step in order; the first that does not hold decides.
pub(super) fn applies(tree: &Tree, target: &ServiceTarget, step: &Step) -> Result<Applies, String> {
    for condition in &step.preconditions {
        match condition::holds(tree, target, condition) {
            Ok(true) => {}
            Ok(false) => return Ok(Applies::No),
            Err(reason) => {
                let place = match &target.folder {
                    Some(folder) => folder.clone(),
                    None => RelPath::new("pyproject.toml").map_err(|error| error.to_string())?,
                };
                return Ok(Applies::Unknown(Note::new(&place, 0, format!("not done: {reason}"))));
            }
        }
    }
    Ok(Applies::Yes)
}

/// Whether every check of a step holds.
pub(super) fn checked(tree: &Tree, target: &ServiceTarget, step: &Step) -> Result<(), String> {
    step.checks.iter().try_for_each(|check| condition::passes(tree, target, check))
}

/// Carries out one operation that is data.
pub(super) fn run(
    tree: &mut Tree,
    target: &ServiceTarget,
    operation: &Operation,
) -> Result<Done, String> {
    let folder = target.folder.as_ref();
    let at = |file: &RelPath| files::located(folder, file);
    let mut done = Done::default();
    match operation {
        Operation::RewritePython(spec) => {
            let rewrite = Rewrite::try_from(spec.as_ref()).map_err(|error| error.to_string())?;
            let notes = rewrite.run(tree, (folder, &target.name));
            done.notes = notes.map_err(|error| error.to_string())?;
        }
        Operation::ListPython(spec) => {
            let finder = spec.finder().map_err(|error| error.to_string())?;
            done.notes = finder.list(tree, (folder, &target.name), &spec.message);
        }
        Operation::MakeFactory => done.notes = factory::make(tree, (folder, &target.name)),
        Operation::AdoptLifespan => done.notes = lifespan::adopt(tree, (folder, &target.name)),
        Operation::LogSilentExcepts => done.notes = silent::log(tree, (folder, &target.name)),
        Operation::EditToml(edit) => files::edit_toml(tree, &at(&edit.file)?, edit)?,
        Operation::EditYaml(edit) => files::edit_yaml(tree, &at(&edit.file)?, edit)?,
        Operation::EditEnv(edit) => files::edit_env(tree, &at(&edit.file)?, edit)?,
        Operation::EditDockerfile(edit) => files::edit_dockerfile(tree, &at(&edit.file)?, edit)?,
        Operation::WriteFile(new) => {
            let text = new.text.replace("<< service >>", &target.name);
            let text = text.replace("<< package >>", &target.package);
            files::write_new(tree, at(&new.file)?, &text);
        }
        Operation::MoveFile(file) => {
            let (from, to) = (at(&file.from)?, at(&file.to)?);
            if tree.get(&from).is_none() {
                return Ok(done);
            }
            if tree.get(&to).is_some() {
                return Err(format!("{to} is there already"));
            }
            let moves = BTreeMap::from([(from, to)]);
            let whole = Placement {
                package: target.package.clone(),
                code_root: target.root().to_owned(),
                decisions: Vec::new(),
                divided: BTreeMap::new(),
                kept_whole: Vec::new(),
                links: Vec::new(),
            };
            let relocated = relocate(tree, &target.read(tree), &moves, &whole);
            let relocated = relocated.map_err(|error| error.to_string())?;
            *tree = relocated.tree;
            done.notes = relocated.notes;
            done.moved = relocated.moved;
        }
        other => return Err(format!("{other:?} is no operation of a declared step")),
    }
    Ok(done)
}

/// Definitions that operations declare to have rewritten.
#[derive(Debug, Default)]
pub(super) struct Rewritten {
    names: BTreeSet<String>,
}

impl Rewritten {
    /// Notes which definitions a step's changes touch.
    pub(super) fn note(&mut self, changes: &ChangeSet) {
        for (path, change) in changes.iter() {
            let (Some(before), Some(after)) = (&change.before, &change.after) else { continue };
            if path.extension() == "py" {
                self.names.extend(touched(before, after));
            }
        }
    }

    /// The proofs, in which a declared rewrite of a definition is no loss of it.
    pub(super) fn declare(&self, items: Vec<Item>) -> Vec<Item> {
        let declared = |item: &Item| {
            let name = item.name.rsplit_once(" (").map_or(item.name.as_str(), |(name, _)| name);
            item.aspect == Aspect::Definitions
                && item.verdict == Verdict::Broken
                && !name.starts_with('#')
                && self.names.contains(name)
        };
        let judge = |item: Item| {
            if declared(&item) {
                Item::new(item.aspect, item.name, Verdict::Equal)
                    .because("rewritten as the step says")
            } else {
                item
            }
        };
        items.into_iter().map(judge).collect()
    }
}

/// The definitions of a file that have another text afterwards and the same name.
fn touched(before: &Entry, after: &Entry) -> Vec<String> {
    let module = |entry: &Entry| Module::parse(entry.bytes()?).ok();
    let (Some(before), Some(after)) = (module(before), module(after)) else { return Vec::new() };
    let label = |statement: &crate::python::Statement| {
        let mut names = statement.binds.clone();
        names.sort_unstable();
        if names.is_empty() { "a statement".to_owned() } else { names.join(", ") }
    };
    let kept: BTreeSet<u64> =
        after.facts.statements.iter().map(|found| found.fingerprint).collect();
    let names: BTreeSet<String> = after.facts.statements.iter().map(label).collect();
    let changed = before.facts.statements.iter().filter(|found| !kept.contains(&found.fingerprint));
    changed.map(label).filter(|name| names.contains(name)).collect()
}
