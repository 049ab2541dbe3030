//! Moving modules: every reference to them is rewritten in the same pass.
//!
//! Given old and new paths, imports, dotted strings (patch targets, import strings, start
//! commands), paths computed from `__file__`, and names in configuration and deployment files
//! follow. A file is edited by byte ranges; what is not touched stays byte for byte.

mod alembic;
mod assemble;
mod compose;
mod config;
mod dependents;
mod deploy;
mod dockerfile;
mod embedded;
mod exports;
mod imports;
mod inside;
mod leftovers;
mod names;
mod needs;
mod objects;
mod page;
mod parts;
mod paths;
mod shell;
mod shown;
mod split;
mod strings;
mod tests_named;
mod tools;
mod workflow;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Note;
use super::project::layer_docstring;
use crate::change::{Edit, Entry, RelPath, apply_edits};
use crate::layering::{Layer, Placement};
use crate::python::{ImportKind, ImportStatement, Module, PythonService};
use crate::workspace::Tree;
use names::Names;
use objects::ObjectUses;
use parts::FileNumber;

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
    /// A name is rewritten whose text an f-string shows, and the f-string cannot say the old text
    /// in another way.
    #[error(
        "{path}:{line}: a raw f-string shows the text of a name that changes; write its text and \
         its value apart, then run the step again"
    )]
    ShownText {
        /// The file.
        path: RelPath,
        /// The line.
        line: usize,
    },
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

/// Moves files and definitions of a service and rewrites what refers to them.
///
/// `moves` are the files that move as they are; the divided modules of `placement` are taken
/// apart.
pub fn relocate(
    tree: &Tree,
    service: &PythonService,
    moves: &Moves,
    placement: &Placement,
) -> Result<Relocated, RelocateError> {
    check_collisions(tree, moves)?;
    let names = Names::new(tree, service, moves, placement);
    let edited = (0..service.modules().len())
        .into_par_iter()
        .map(|index| rewrite_module(&names, index))
        .collect::<Result<Vec<_>, _>>()?;
    let mut notes = never_imported(service);
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
        for (path, entry) in rewritten.parts {
            after.set(path, entry);
        }
    }
    add_package_files(&mut after, service, &placement.package);
    tell_tests_apart(&mut after, service, moves);
    notes.extend(deploy::rewrite(&names, &mut after));
    notes.sort();
    notes.dedup();
    let moved = moves.iter().map(|(from, to)| (to.clone(), from.clone())).collect();
    Ok(Relocated { tree: after, moved, notes })
}

/// Tests of one name that come to lie in several folders become modules of packages: without one
/// pytest takes each for the same module.
fn tell_tests_apart(after: &mut Tree, service: &PythonService, moves: &Moves) {
    let root = crate::python::join(service.root(), "tests");
    let Ok(root) = RelPath::new(root) else { return };
    let tests = after.below(&root).map(|(path, _)| path).filter(|path| path.extension() == "py");
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for path in tests {
        *named.entry(path.name().to_owned()).or_default() += 1;
    }
    let moved = moves.values().filter(|to| to.starts_with(&root) && to.name().starts_with("test"));
    let alike: Vec<&RelPath> = moved.filter(|to| named.get(to.name()) > Some(&1)).collect();
    for test in alike {
        let mut folder = test.parent().filter(|folder| *folder != root);
        while let Some(current) = folder {
            if let Ok(path) = current.join("__init__.py")
                && after.get(&path).is_none()
            {
                after.set(path, Entry::file(""));
            }
            folder = current.parent().filter(|folder| *folder != root);
        }
    }
}

/// Imports that fail today, and that code does without, stay as they are.
fn never_imported(service: &PythonService) -> Vec<Note> {
    let dead = service.dead_imports().iter().filter_map(|(index, start, target)| {
        let record = &service.modules()[*index];
        let line = record.module()?.source.line_of(*start);
        let message = format!(
            "stays: this import has never succeeded, as {} cannot be imported by this name",
            service.below(*target)
        );
        Some(Note::new(&record.path, line, message))
    });
    dead.collect()
}

fn check_collisions(tree: &Tree, moves: &Moves) -> Result<(), RelocateError> {
    let mut taken: BTreeMap<&RelPath, &RelPath> = BTreeMap::new();
    for (from, to) in moves {
        let occupied = tree.get(to).is_some() && !moves.contains_key(to) && !is_made(tree, to);
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

/// Whether a file is the `__init__.py` that a layer gets when its folder is made.
fn is_made(tree: &Tree, path: &RelPath) -> bool {
    let layer = path.parent().and_then(|folder| Layer::from_folder(folder.name()));
    path.name() == "__init__.py"
        && layer.is_some_and(|layer| tree.text(path) == Some(layer_docstring(layer)))
}

struct Rewritten {
    target: RelPath,
    entry: Option<Entry>,
    /// Files that definitions of the module left for.
    parts: Vec<(RelPath, Entry)>,
    notes: Vec<Note>,
}

impl Rewritten {
    fn unchanged(target: RelPath, notes: Vec<Note>) -> Self {
        Self { target, entry: None, parts: Vec::new(), notes }
    }
}

fn rewrite_module(names: &Names<'_>, index: usize) -> Result<Rewritten, RelocateError> {
    let record = &names.service.modules()[index];
    let target = names.new_path(index).clone();
    let module = match &record.parsed {
        Ok(module) => module,
        Err(error) => {
            let notes = vec![Note::new(&record.path, 0, format!("not rewritten: {error}"))];
            return Ok(Rewritten::unchanged(target, notes));
        }
    };
    if let Some(error) = module.errors.first() {
        let text = imports_of_broken(names, index, module);
        let entry = text.and_then(|text| module.source.encode(&text));
        let entry = entry.zip(names.tree.get(&record.path));
        let entry = entry.map(|(bytes, entry)| entry.with_bytes(bytes));
        let what = if entry.is_some() { "only its `from` imports are" } else { "not" };
        let message = format!("{what} rewritten: it does not parse ({})", error.message);
        let line = module.source.line_of(error.range.start);
        let notes = vec![Note::new(&record.path, line, message)];
        return Ok(Rewritten { entry, ..Rewritten::unchanged(target, notes) });
    }
    let mut rewrite = Rewrite::new(names, index, module);
    let texts = rewrite.run()?;
    let notes = std::mem::take(&mut rewrite.notes);
    let Some(texts) = texts else { return Ok(Rewritten::unchanged(target, notes)) };
    let entry = |path: &RelPath, text: &str| {
        let encoded = module.source.encode(text);
        let bytes = encoded.ok_or_else(|| RelocateError::Encoding(path.clone()))?;
        check_parses(path, &bytes)?;
        Ok(names.tree.get(&record.path).map(|entry| entry.with_bytes(bytes)))
    };
    let main = entry(&target, &texts.main)?;
    let mut parts = Vec::new();
    for (path, text) in &texts.files {
        parts.extend(entry(path, text)?.map(|entry| (path.clone(), entry)));
    }
    Ok(Rewritten { target, entry: main, parts, notes })
}

/// The text of a file that does not parse, in which those `from` imports that are whole by themselves
/// lead where they led: whoever mends the file finds the rest of the service. None when it stays.
fn imports_of_broken(names: &Names<'_>, index: usize, module: &Module) -> Option<String> {
    let mut rewrite = Rewrite::new(names, index, module);
    imports::rewrite(&mut rewrite);
    let is_whole = |import: &&ImportStatement| {
        let text = module.slice(&import.range);
        import.kind == ImportKind::From
            && Module::parse(text.as_bytes()).is_ok_and(|alone| {
                alone.errors.is_empty() && matches!(alone.facts.imports.as_slice(), [_])
            })
    };
    let whole: Vec<_> = module.facts.imports.iter().filter(is_whole).collect();
    let lies_in = |edit: &Edit| {
        let mut whole = whole.iter();
        whole.any(|import| {
            import.range.start <= edit.range.start && edit.range.end <= import.range.end
        })
    };
    let edits: Vec<Edit> = rewrite.edits.into_iter().filter(lies_in).collect();
    let text = apply_edits(module.text(), &edits).ok()?;
    (text != module.text()).then_some(text)
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
    /// Where references begin that were redirected to a part of a divided module.
    redirected: BTreeSet<usize>,
    /// What becomes of imported names that are divided modules.
    objects: ObjectUses,
    /// Names that were given to modules which are used as objects: dotted name → alias.
    aliases: RefCell<BTreeMap<String, String>>,
    /// Imports that the module's own file does not need any more.
    unneeded: BTreeSet<(usize, usize)>,
    /// `if TYPE_CHECKING:` blocks that go from the module's own file.
    idle: BTreeSet<usize>,
}

impl<'a> Rewrite<'a> {
    fn new(names: &'a Names<'a>, index: usize, module: &'a Module) -> Self {
        Self {
            index,
            module,
            names,
            edits: Vec::new(),
            notes: Vec::new(),
            redirected: BTreeSet::new(),
            objects: ObjectUses::new(),
            aliases: RefCell::default(),
            unneeded: BTreeSet::new(),
            idle: BTreeSet::new(),
        }
    }

    /// The new texts of the module and of what leaves it; none when nothing changes.
    fn run(&mut self) -> Result<Option<assemble::Assembled>, RelocateError> {
        self.objects = objects::redirect(self);
        let parts = self.names.parts.get(&self.index);
        let needs = parts.map(|parts| needs::collect(self.module, parts));
        if let (Some(parts), Some(needs)) = (parts, &needs) {
            self.unneeded = inside::unneeded(self, parts, needs);
            self.idle.clone_from(&needs[&None].idle);
            inside::rewrite(self, parts);
            exports::rewrite(self, parts, needs);
        }
        imports::rewrite(self);
        strings::rewrite(self);
        embedded::rewrite(self);
        dependents::reach(self);
        paths::rewrite(self);
        shown::spell_out(self)?;
        let path = self.path().clone();
        let contradict = |error| RelocateError::Edits { path, error };
        match (parts, &needs) {
            (Some(parts), Some(needs)) => {
                assemble::assemble(self, parts, needs).map(Some).map_err(contradict)
            }
            _ if self.edits.is_empty() => Ok(None),
            _ => {
                let main = apply_edits(self.module.text(), &self.edits).map_err(contradict)?;
                Ok(Some(assemble::Assembled { main, files: Vec::new() }))
            }
        }
    }

    /// The path afterwards of the file that holds what is at `offset` today.
    fn new_path(&self, offset: usize) -> &RelPath {
        let parts = self.names.parts.get(&self.index);
        let statements = &self.module.facts.statements;
        let statement = statements
            .partition_point(|statement| statement.range.end <= offset)
            .min(statements.len().saturating_sub(1));
        let file = parts.and_then(|parts| Some(&parts.files[parts.file_of(statement)?].path));
        file.unwrap_or_else(|| self.names.new_path(self.index))
    }

    /// Positions of an import statement that are not needed any more.
    fn dropped(&self, number: usize, import: &ImportStatement) -> BTreeSet<usize> {
        let own = self.file_of(import.statement);
        let is_dropped = |position: &usize| {
            self.unneeded.contains(&(number, *position)) || self.is_replaced(number, *position, own)
        };
        (0..import.names.len()).filter(is_dropped).collect()
    }

    /// Statements that come beside an import statement, for files that are used in its place.
    fn added(&self, number: usize, import: &ImportStatement) -> Vec<String> {
        self.added_for(number, 0..import.names.len(), self.file_of(import.statement))
    }

    /// Statements that a file needs in the place of, or beside, names of an import statement.
    fn added_for(
        &self,
        number: usize,
        positions: impl Iterator<Item = usize>,
        file: FileNumber,
    ) -> Vec<String> {
        let objects = positions.filter_map(|position| self.objects.get(&(number, position, file)));
        let added: BTreeSet<&String> = objects.flat_map(|object| &object.added).collect();
        added.into_iter().cloned().collect()
    }

    /// Whether a file uses others in the place of an imported name.
    fn is_replaced(&self, number: usize, position: usize, file: FileNumber) -> bool {
        let object = self.objects.get(&(number, position, file));
        object.is_some_and(objects::ObjectUse::is_replaced)
    }

    /// The file to which a statement of this module comes.
    fn file_of(&self, statement: usize) -> FileNumber {
        self.names.parts.get(&self.index).and_then(|parts| parts.file_of(statement))
    }

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
    let text = match (layer, below.name()) {
        ("presentation", "api") => "The API, by version.".to_owned(),
        ("presentation", "v1") => "Version 1 of the API.".to_owned(),
        ("infrastructure", "database") => "Stores and database access.".to_owned(),
        ("infrastructure", "http") => "Other services, reached over HTTP.".to_owned(),
        ("infrastructure", "messaging") => "Messages, by way of the broker.".to_owned(),
        (layer, name) if Layer::from_folder(layer).is_some() => {
            format!("The {layer} layer of {}.", name.replace('_', " "))
        }
        (_, name) => format!("Settings of {}.", name.replace('_', " ")),
    };
    format!("\"\"\"{text}\"\"\"\n")
}
