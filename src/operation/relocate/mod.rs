//! Moving modules: every reference to them is rewritten in the same pass.
//!
//! Given old and new paths, imports, dotted strings (patch targets, import strings, start
//! commands), paths computed from `__file__`, and names in configuration and deployment files
//! follow. A file is edited by byte ranges; what is not touched stays byte for byte.

mod config;
mod deploy;
mod dockerfile;
mod imports;
mod names;
mod paths;
mod split;
mod strings;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Note;
use super::project::layer_docstring;
use crate::change::{Edit, Entry, RelPath, apply_edits};
use crate::layering::Layer;
use crate::python::{Module, PythonService};
use crate::workspace::Tree;
use names::Names;

/// Old path → new path, below the tree's root.
pub type Moves = BTreeMap<RelPath, RelPath>;

/// What a relocation leaves.
#[derive(Debug, Clone)]
pub struct Relocated {
    /// The tree afterwards.
    pub tree: Tree,
    /// New path → old path of everything that moved.
    pub moved: BTreeMap<RelPath, RelPath>,
    /// What was left as it is, with reasons.
    pub notes: Vec<Note>,
}

/// Why a relocation cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RelocateError {
    /// Two files would end at one path.
    #[error("{first} and {second} would both become {target}")]
    Collision {
        /// One file.
        first: RelPath,
        /// The other.
        second: RelPath,
        /// The path.
        target: RelPath,
    },
    /// Edits of one file contradict each other: a defect of ours.
    #[error("{path}: {error}")]
    Edits {
        /// The file.
        path: RelPath,
        /// What is wrong.
        error: crate::change::EditError,
    },
    /// A file's new text has a character that its encoding lacks.
    #[error("{0}: the new text does not fit the file's encoding")]
    Encoding(RelPath),
    /// After its edits a file no longer parses: a defect of ours.
    #[error("{path}:{line}: the rewritten file would not parse: {message}")]
    NoLongerParses {
        /// The file, by its new path.
        path: RelPath,
        /// The line of the new text.
        line: usize,
        /// What the parser says.
        message: String,
    },
}

/// Moves files of a service and rewrites what refers to them.
pub fn relocate(
    tree: &Tree,
    service: &PythonService,
    moves: &Moves,
    package: &str,
) -> Result<Relocated, RelocateError> {
    check_collisions(tree, moves)?;
    let names = Names::new(tree, service, moves);
    let edited = (0..service.modules().len())
        .into_par_iter()
        .map(|index| rewrite_module(&names, index))
        .collect::<Result<Vec<_>, _>>()?;
    let mut notes = Vec::new();
    let mut after = tree.clone();
    for from in moves.keys() {
        after.remove(from);
    }
    for (from, to) in moves {
        if let Some(entry) = tree.get(from) {
            after.set(to.clone(), entry.clone());
        }
    }
    for rewritten in edited {
        notes.extend(rewritten.notes);
        if let Some(entry) = rewritten.entry {
            after.set(rewritten.target, entry);
        }
    }
    add_package_files(&mut after, service, package);
    notes.extend(deploy::rewrite(&names, &mut after));
    notes.sort();
    notes.dedup();
    let moved = moves.iter().map(|(from, to)| (to.clone(), from.clone())).collect();
    Ok(Relocated { tree: after, moved, notes })
}

fn check_collisions(tree: &Tree, moves: &Moves) -> Result<(), RelocateError> {
    let mut taken: BTreeMap<&RelPath, &RelPath> = BTreeMap::new();
    for (from, to) in moves {
        let occupied = tree.get(to).is_some() && !moves.contains_key(to);
        if let Some(other) = taken.insert(to, from).or_else(|| occupied.then_some(to)) {
            return Err(RelocateError::Collision {
                first: other.clone(),
                second: from.clone(),
                target: to.clone(),
            });
        }
    }
    Ok(())
}

struct Rewritten {
    target: RelPath,
    entry: Option<Entry>,
    notes: Vec<Note>,
}

fn rewrite_module(names: &Names<'_>, index: usize) -> Result<Rewritten, RelocateError> {
    let record = &names.service.modules()[index];
    let target = names.new_path(index).clone();
    let module = match &record.parsed {
        Ok(module) => module,
        Err(error) => {
            let notes = vec![Note::new(&record.path, 0, format!("not rewritten: {error}"))];
            return Ok(Rewritten { target, entry: None, notes });
        }
    };
    if let Some(error) = module.errors.first() {
        let line = module.source.line_of(error.range.start);
        let message = format!("not rewritten: it does not parse ({})", error.message);
        let notes = vec![Note::new(&record.path, line, message)];
        return Ok(Rewritten { target, entry: None, notes });
    }
    let mut rewrite = Rewrite { index, module, names, edits: Vec::new(), notes: Vec::new() };
    imports::rewrite(&mut rewrite);
    strings::rewrite(&mut rewrite);
    paths::rewrite(&mut rewrite);
    let Rewrite { edits, notes, .. } = rewrite;
    if edits.is_empty() {
        return Ok(Rewritten { target, entry: None, notes });
    }
    let text = apply_edits(module.text(), &edits)
        .map_err(|error| RelocateError::Edits { path: record.path.clone(), error })?;
    let bytes =
        module.source.encode(&text).ok_or_else(|| RelocateError::Encoding(record.path.clone()))?;
    check_parses(&target, &bytes)?;
    let entry = names.tree.get(&record.path).map(|entry| entry.with_bytes(bytes));
    Ok(Rewritten { target, entry, notes })
}

/// A file that parsed still parses: checked before anything is shown or written.
fn check_parses(path: &RelPath, bytes: &[u8]) -> Result<(), RelocateError> {
    let Ok(module) = Module::parse(bytes) else {
        return Err(RelocateError::Encoding(path.clone()));
    };
    match module.errors.first() {
        None => Ok(()),
        Some(error) => Err(RelocateError::NoLongerParses {
            path: path.clone(),
            line: module.source.line_of(error.range.start),
            message: error.message.clone(),
        }),
    }
}

/// The rewriting of one module.
struct Rewrite<'a> {
    index: usize,
    module: &'a Module,
    names: &'a Names<'a>,
    edits: Vec<Edit>,
    notes: Vec<Note>,
}

impl Rewrite<'_> {
    fn path(&self) -> &RelPath {
        &self.names.service.modules()[self.index].path
    }

    fn note(&mut self, offset: usize, message: impl Into<String>) {
        let line = self.module.source.line_of(offset);
        let note = Note::new(self.path(), line, message);
        self.notes.push(note);
    }

    fn replace(&mut self, range: std::ops::Range<usize>, text: impl Into<String>) {
        let text = text.into();
        if self.module.slice(&range) != text {
            self.edits.push(Edit::replace(range, text));
        }
    }
}

/// Every folder of the package that holds modules is a package.
fn add_package_files(tree: &mut Tree, service: &PythonService, package: &str) {
    let root = crate::python::join(service.root(), &format!("src/{package}"));
    let Ok(root) = RelPath::new(root) else { return };
    let mut folders = BTreeSet::new();
    for (path, _) in tree.below(&root) {
        if path.extension() != "py" {
            continue;
        }
        let mut folder = path.parent();
        while let Some(current) = folder.filter(|folder| folder.starts_with(&root)) {
            folder = current.parent();
            folders.insert(current);
        }
    }
    for folder in folders {
        if let Ok(path) = folder.join("__init__.py")
            && tree.get(&path).is_none()
        {
            tree.set(path, Entry::file(package_docstring(&folder, &root)));
        }
    }
}

/// What a new `__init__.py` says.
fn package_docstring(folder: &RelPath, root: &RelPath) -> String {
    let Some(below) = folder.below(root) else {
        return "\"\"\"The service's package.\"\"\"\n".to_owned();
    };
    if let Some(layer) = Layer::from_folder(below.as_str()) {
        return layer_docstring(layer).to_owned();
    }
    let layer = below.segments().next().unwrap_or_default();
    let name = below.name().replace('_', " ");
    format!("\"\"\"Modules of {name} that belong to the {layer} layer.\"\"\"\n")
}
