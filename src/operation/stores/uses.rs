//! Everything that uses a store, and what would go on using it unseen.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::find::Store;
use super::shapes::{Asked, Place};
use crate::change::Edit;
use crate::operation::Note;
use crate::python::{
    Binding, BindingKind, Imported, Module, Moment, PythonService, Reference, Resolution,
    SyntaxTree,
};

/// What becomes of the uses of one store.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// File → its edits, and whether it has to import the repository.
    pub(super) files: BTreeMap<usize, (Vec<Edit>, bool)>,
    /// The methods that are called.
    pub(super) methods: std::collections::BTreeSet<&'static str>,
    /// The keys that are literals, and how many are none.
    pub(super) literal_keys: usize,
    pub(super) other_keys: usize,
    /// Whether a function changes it.
    pub(super) is_filled: bool,
    /// Whether a repository keeps it already.
    pub(super) is_kept: bool,
    /// Why it stays, with the place.
    pub(super) refusals: Vec<Note>,
}

/// Methods of containers that put something in.
const FILLS: [&str; 5] = ["append", "extend", "insert", "setdefault", "update"];

/// The syntax of a file; none for tests and for what does not parse.
pub(super) fn syntax_of(service: &PythonService, file: usize) -> Option<Arc<SyntaxTree>> {
    let record = &service.modules()[file];
    record.module().filter(|_| !record.is_test && record.is_sound()).map(Module::syntax)
}

/// Reads the uses of a store; `instance` is what its repository will be called.
pub(super) fn uses(service: &PythonService, store: &Store, instance: &str) -> Uses {
    let mut uses = Uses::default();
    for (user, record) in service.modules().iter().enumerate() {
        let Some(module) = record.module() else { continue };
        let own = Reader { service, store, user, module };
        if record.is_test || !record.is_sound() {
            continue;
        }
        own.rebound(&mut uses);
        for reference in &module.facts.references {
            let Some(way) = own.way(reference) else { continue };
            let Some(tree) = syntax_of(service, user) else { continue };
            own.take(&tree, (reference, way), instance, &mut uses);
        }
    }
    replaced(service, store, &mut uses);
    uses
}

/// How a reference leads to a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By its name.
    Name,
    /// By its name, which a function imports.
    Inner,
    /// As an attribute of its module, so many names into the chain.
    Attribute(usize),
    /// As an attribute of a module that takes it from elsewhere.
    Passed,
}

struct Reader<'a> {
    service: &'a PythonService,
    store: &'a Store,
    user: usize,
    module: &'a Module,
}

impl Reader<'_> {
    fn note(&self, offset: usize, why: &str) -> Note {
        let message = format!("in-memory store {}: it stays: {why}", self.store.name);
        let path = &self.service.modules()[self.user].path;
        Note::new(path, self.module.source.line_of(offset), message)
    }

    fn leads(&self, module: usize, name: &str) -> bool {
        let found = self.service.definition(module, name);
        found.is_some_and(|(file, own, _)| file == self.store.file && own == self.store.name)
    }

    /// How a reference leads to the store, if it does.
    fn way(&self, reference: &Reference) -> Option<Way> {
        let Resolution::Scope(scope) = reference.resolution else { return None };
        if let Some(reached) = self.service.reached(self.user, reference) {
            let attribute = reference.chain.get(reached.consumed)?;
            if !self.leads(reached.module, &attribute.name) {
                return None;
            }
            let is_own = reached.module == self.store.file;
            return Some(if is_own { Way::Attribute(reached.consumed) } else { Way::Passed });
        }
        if scope == 0 {
            let is_own = self.user == self.store.file && reference.name == self.store.name;
            return (is_own
                || (self.user != self.store.file && self.leads(self.user, &reference.name)))
            .then_some(Way::Name);
        }
        let imports = self.module.facts.bindings_of(&reference.name, scope);
        imports.into_iter().any(|binding| self.is_imported(binding)).then_some(Way::Inner)
    }

    fn is_imported(&self, binding: &Binding) -> bool {
        let BindingKind::Import(at, position) = binding.kind else { return false };
        let import = &self.module.facts.imports[at];
        let name = &import.names[position];
        match self.service.resolve_name(self.user, import, name) {
            Imported::Attribute(owner) => self.leads(owner, &name.name),
            _ => false,
        }
    }

    /// Takes in one use.
    fn take(
        &self,
        tree: &SyntaxTree,
        (reference, way): (&Reference, Way),
        instance: &str,
        uses: &mut Uses,
    ) {
        let start = reference.range.start;
        let end = match way {
            Way::Attribute(consumed) => reference.chain[consumed].range.end,
            _ => reference.range.end,
        };
        let refused = match way {
            Way::Inner => Some("a function imports it"),
            Way::Passed => Some("it is reached through a module that imports it"),
            _ if reference.quoted => Some("a string names it"),
            _ => None,
        };
        if let Some(why) = refused {
            uses.refusals.push(self.note(start, why));
            return;
        }
        let repository = match way {
            Way::Attribute(consumed) => {
                let before =
                    self.module.text()[start..reference.chain[consumed].range.start].to_owned();
                format!("{before}{instance}")
            }
            _ => instance.to_owned(),
        };
        let Some(node) = tree.node_at(&(start..end)) else {
            uses.refusals.push(self.note(start, "its use cannot be read"));
            return;
        };
        if is_constructed(tree, node) {
            uses.is_kept = true;
            return;
        }
        let depth = if let Way::Attribute(consumed) = way { consumed + 1 } else { 0 };
        let asked = reference.chain.get(depth).map(|attribute| attribute.name.as_str());
        uses.is_filled |= reference.moment == Moment::Call
            && (reference.changed || asked.is_some_and(|name| FILLS.contains(&name)));
        let is_shown = self
            .module
            .facts
            .shown
            .iter()
            .any(|shown| shown.range.start <= start && end <= shown.range.end);
        let place = Place {
            module: self.module,
            tree,
            node,
            repository: &repository,
            keeping: self.store.keeping,
        };
        match place.asked() {
            _ if is_shown => uses.refusals.push(self.note(start, "its own text is shown")),
            Err(why) => uses.refusals.push(self.note(start, &why)),
            Ok(asked) => self.keep(way, asked, uses),
        }
    }

    fn keep(&self, way: Way, asked: Asked, uses: &mut Uses) {
        let is_keyed = !matches!(
            asked.method,
            "all" | "keys" | "items" | "by_key" | "count" | "clear" | "save_all"
        );
        match asked.literal_key {
            Some(_) => uses.literal_keys += 1,
            None if is_keyed => uses.other_keys += 1,
            None => {}
        }
        uses.methods.insert(asked.method);
        let file = uses.files.entry(self.user).or_default();
        file.0.extend(asked.edits);
        file.1 |= way == Way::Name && self.user != self.store.file;
    }

    /// Bindings that put another object in the place of the store.
    fn rebound(&self, uses: &mut Uses) {
        if self.user != self.store.file {
            return;
        }
        let bindings = self.module.facts.bindings_of(&self.store.name, 0);
        for again in bindings.skip(1) {
            uses.refusals.push(self.note(again.range.start, "it is bound again"));
        }
    }
}

/// Whether a repository is made of it.
fn is_constructed(tree: &SyntaxTree, node: usize) -> bool {
    let arguments = tree.nodes[node].parent.filter(|one| tree.nodes[*one].kind.is_arguments());
    let call = arguments.and_then(|one| tree.nodes[one].parent);
    let callee = call.and_then(|one| tree.children(one).next());
    callee.is_some_and(|callee| {
        let text = tree.node_text(callee);
        text.starts_with("InMemory") && text.ends_with("Repository")
    })
}

/// Tests or code that replace the store where it is looked up: a repository would not see it.
fn replaced(service: &PythonService, store: &Store, uses: &mut Uses) {
    let outside = service.outside();
    let files = uses.files.keys().copied().chain([store.file]);
    for file in files.collect::<std::collections::BTreeSet<usize>>() {
        let Some(module) = service.modules()[file].module() else { continue };
        let names = module.facts.bindings.iter().filter(|binding| binding.scope == 0);
        let names = names.filter(|binding| {
            service
                .definition(file, &binding.name)
                .is_some_and(|(owner, own, _)| owner == store.file && own == store.name)
        });
        for binding in names {
            if outside.replaces(file, &binding.name) {
                let why = format!(
                    "in-memory store {}: it stays: another object is put in its place from outside",
                    store.name
                );
                let path = &service.modules()[file].path;
                let line = module.source.line_of(binding.range.start);
                uses.refusals.push(Note::new(path, line, why));
            }
        }
        if let Some((place, why)) = outside.opaque.get(&file).filter(|_| file == store.file) {
            let path = &service.modules()[file].path;
            let message = format!("in-memory store {}: it stays: {why} ({place})", store.name);
            uses.refusals.push(Note::new(path, store.line, message));
        }
    }
}
