//! Steps that are data: their preconditions, operations and checks on one service.
//!
//! What a step file says is untrusted: paths were checked when it was read, texts are only
//! ever data, and a definition may change only where an operation declares that it rewrites.

use std::collections::BTreeMap;

use super::catalogue::{Operation, Step};
use super::condition;
use super::target::ServiceTarget;
use crate::change::RelPath;
use crate::layering::Placement;
use crate::operation::relocate::relocate;
use crate::operation::rewrite::Rewrite;
use crate::operation::{
    Note, alembic, annotated, factory, files, fixtures, lifespan, pools, silent, sorting,
};
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
        Operation::AnnotateParameters => {
            done.notes = annotated::write(tree, (folder, &target.name));
        }
        Operation::AddFixtures => done.notes = fixtures::add(tree, (folder, &target.name)),
        Operation::DropMachinePaths => {
            done.notes = sorting::drop_machine_paths(tree, (folder, &target.name));
        }
        Operation::AddMigrations => done.notes = alembic::set_up(tree, (folder, &target.name)),
        Operation::WritePools => done.notes = pools::write_out(tree, (folder, &target.name)),
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
            done = move_file(tree, target, (at(&file.from)?, at(&file.to)?))?;
        }
        other => return Err(format!("{other:?} is no operation of a declared step")),
    }
    Ok(done)
}

/// Moves one file, with everything that leads to it.
fn move_file(
    tree: &mut Tree,
    target: &ServiceTarget,
    (from, to): (RelPath, RelPath),
) -> Result<Done, String> {
    let mut done = Done::default();
    match (tree.get(&from).is_some(), tree.get(&to).is_some()) {
        (true, false) => {}
        (true, true) => return Err(format!("{to} is there already")),
        (false, true) => return Ok(done),
        (false, false) => {
            let why = "not moved: there is no such file".to_owned();
            done.notes.push(Note::new(&from, 0, why));
            return Ok(done);
        }
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
    let relocated = relocate(tree, &target.read_with_dependents(tree), &moves, &whole);
    let relocated = relocated.map_err(|error| error.to_string())?;
    *tree = relocated.tree;
    done.notes = relocated.notes;
    done.moved = relocated.moved;
    Ok(done)
}
