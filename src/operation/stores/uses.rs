//! Everything that uses a store, and what would go on using it unseen.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::find::Store;
use super::shapes::{Asked, Place};
use crate::change::Edit;
use crate::operation::Note;
use crate::operation::uses::{Bound, Way};
use crate::python::{Module, Moment, PythonService, Reference, SyntaxTree};

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
        for reference in &module.facts.references {
            let Some(way) = bound(service, store).way(user, reference) else { continue };
            let Some(tree) = syntax_of(service, user) else { continue };
            own.take(&tree, (reference, way), instance, &mut uses);
        }
    }
    replaced(service, store, &mut uses);
    uses
}

struct Reader<'a> {
    service: &'a PythonService,
    store: &'a Store,
    user: usize,
    module: &'a Module,
}

fn bound<'a>(service: &'a PythonService, store: &'a Store) -> Bound<'a> {
    Bound { service, file: store.file, name: &store.name }
}

impl Reader<'_> {
    fn note(&self, offset: usize, why: &str) -> Note {
        let message = format!("in-memory store {}: it stays: {why}", self.store.name);
        let path = &self.service.modules()[self.user].path;
        Note::new(path, self.module.source.line_of(offset), message)
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
        let end = way.end(reference);
        let refused = match way {
            Way::Inner => Some("a function imports it"),
            Way::Passed(_) => Some("it is reached through a module that imports it"),
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
        let asked = reference.chain.get(way.depth()).map(|attribute| attribute.name.as_str());
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

/// What binds the store again, and tests or code that replace it where it is looked up: a
/// repository would not see it.
fn replaced(service: &PythonService, store: &Store, uses: &mut Uses) {
    let bound = bound(service, store);
    let mut refuse = |file: usize, offset: usize, why: &str| {
        let record = &service.modules()[file];
        let line = record.module().map_or(0, |module| module.source.line_of(offset));
        let message = format!("in-memory store {}: it stays: {why}", store.name);
        uses.refusals.push(Note::new(&record.path, line, message));
    };
    for again in bound.again() {
        refuse(store.file, again.range.start, "it is bound again");
    }
    let files: Vec<usize> = uses.files.keys().copied().chain([store.file]).collect();
    for (file, offset) in bound.replaced(files) {
        refuse(file, offset, "another object is put in its place from outside");
    }
    if let Some((place, why)) = bound.opaque() {
        refuse(store.file, store.start, &format!("{why} ({place})"));
    }
}
