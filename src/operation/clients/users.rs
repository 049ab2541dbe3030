//! Everything that uses a client, and what becomes of it.

use std::collections::{BTreeMap, BTreeSet};

use super::keeps::kept;
use super::kinds::factory;
use super::{Client, Factory, made_by};
use crate::change::Edit;
use crate::operation::uses::{Bound, Way};
use crate::operation::web::Web;
use crate::python::{
    Binding, BindingKind, Module, Moment, Reference, StatementKind, StringUse, SyntaxTree, embedded,
};

/// The checks of readiness in the shared library; they take a client or what gives one.
const CHECKS: [&str; 2] = ["check_engine", "check_ping"];

/// What becomes of the uses of a client.
#[derive(Debug, Default)]
pub(super) struct Users {
    /// File → edits.
    pub(super) edits: BTreeMap<usize, Vec<Edit>>,
    /// Files whose import of the client becomes one of what gives it.
    pub(super) renamed: BTreeSet<usize>,
    /// Factories of sessions on it, with the edits inside of their statements.
    pub(super) factories: Vec<(Factory, Vec<Edit>)>,
    /// Whether something is to close it, as nothing does yet.
    pub(super) closes: bool,
}

/// Reads the uses of a client; or why it has to stay.
pub(super) fn read(web: &Web<'_>, client: &Client) -> Result<Users, String> {
    let mut users = Users { closes: true, ..Users::default() };
    let bound = client.bound(web.service);
    let loaded = loaded(web);
    let mut files = BTreeSet::from([client.file]);
    for (file, record) in web.service.modules().iter().enumerate() {
        let Some(module) = record.module() else { continue };
        if !record.is_sound() {
            if module.text().contains(&client.name) {
                return Err(format!("{} does not parse", record.path));
            }
            continue;
        }
        let is_loaded = !record.is_test && loaded.contains(&file);
        let reader = Reader { web, client, bound, file, module, is_loaded };
        if reader.read(&mut users)? {
            files.insert(file);
        }
    }
    if !bound.replaced(files.iter().copied()).is_empty() {
        return Err("a test or other code puts another object in its place".to_owned());
    }
    let looked_up = |file: &usize| {
        let read = web.service.outside().by_name.iter();
        read.clone().any(|(module, name)| module == file && bound.is(*file, name))
    };
    if files.iter().any(looked_up) {
        return Err("a string names it".to_owned());
    }
    for (factory, _) in &users.factories {
        only_called(web, factory, &loaded)?;
    }
    Ok(users)
}

/// The files that applications load, themselves too.
fn loaded(web: &Web<'_>) -> BTreeSet<usize> {
    let edges = web.service.import_edges(Moment::Call);
    reached(&edges, web.apps().map(|app| app.owner.0))
}

/// The files that are loaded with some, those too; edges are `(importer, imported, line)`.
pub(super) fn reached(
    edges: &[(usize, usize, usize)],
    from: impl IntoIterator<Item = usize>,
) -> BTreeSet<usize> {
    let mut seen: BTreeSet<usize> = from.into_iter().collect();
    let mut next: Vec<usize> = seen.iter().copied().collect();
    while let Some(at) = next.pop() {
        let found = edges.iter().filter(|(importer, ..)| *importer == at);
        next.extend(found.map(|(_, found, _)| *found).filter(|found| seen.insert(*found)));
    }
    seen
}

struct Reader<'a> {
    web: &'a Web<'a>,
    client: &'a Client,
    bound: Bound<'a>,
    file: usize,
    module: &'a Module,
    /// Whether an application loads it: what it makes while it is imported is made for that.
    is_loaded: bool,
}

impl Reader<'_> {
    fn at(&self, offset: usize) -> String {
        let path = &self.web.service.modules()[self.file].path;
        format!("{path}:{}", self.module.source.line_of(offset))
    }

    /// Takes in the uses of one file; whether there are any.
    fn read(&self, users: &mut Users) -> Result<bool, String> {
        self.strings()?;
        let imports = self.imports(users)?;
        let mut is_used = imports || self.file == self.client.file;
        for reference in &self.module.facts.references {
            let Some(way) = self.bound.way(self.file, reference) else { continue };
            is_used = true;
            self.take(reference, way, users)?;
        }
        let getter = &self.client.getter;
        let is_taken = self.module.facts.bindings.iter().any(|found| found.name == *getter);
        if is_used && is_taken {
            let path = &self.web.service.modules()[self.file].path;
            return Err(format!("{getter} means something else in {path}"));
        }
        if is_used {
            self.exported(users);
        }
        Ok(is_used)
    }

    /// `from m import client` becomes `from m import get_client`.
    fn imports(&self, users: &mut Users) -> Result<bool, String> {
        let mut any = false;
        for binding in &self.module.facts.bindings {
            let BindingKind::Import(at, position) = binding.kind else { continue };
            if !self.bound.is_import(self.file, binding) {
                continue;
            }
            let is_rebound = |found: &Binding| !matches!(found.kind, BindingKind::Import(..));
            if self.module.facts.bindings_of(&binding.name, binding.scope).any(is_rebound) {
                return Err(format!("{} binds it again", self.at(binding.range.start)));
            }
            let import = &self.module.facts.imports[at];
            let name = &import.names[position];
            if import.guarded {
                return Err(format!("an import of it may fail ({})", self.at(import.range.start)));
            }
            any = true;
            let edit = Edit::replace(name.name_range.clone(), self.client.getter.clone());
            users.edits.entry(self.file).or_default().push(edit);
            let runs = import.moment == Moment::Import
                && self.module.facts.statements[import.statement].kind == StatementKind::Import;
            if name.alias.is_none() && binding.scope == 0 && runs {
                users.renamed.insert(self.file);
            }
        }
        Ok(any)
    }

    fn take(&self, reference: &Reference, way: Way, users: &mut Users) -> Result<(), String> {
        let (start, end) = (reference.range.start, way.end(reference));
        let place = || self.at(start);
        if reference.quoted {
            return Err(format!("a string names it ({})", place()));
        }
        if reference.stored && reference.chain.len() == way.depth() {
            return Err(format!("another object is put in its place ({})", place()));
        }
        let getter = match way {
            Way::Name | Way::Inner if self.is_alias(reference) => reference.name.clone(),
            Way::Name | Way::Inner => self.client.getter.clone(),
            Way::Attribute(at) | Way::Passed(at) => {
                let before = &self.module.text()[start..reference.chain[at].range.start];
                format!("{before}{}", self.client.getter)
            }
        };
        let tree = self.module.syntax();
        let called = reference.chain.get(way.depth()).map(|part| part.name.as_str());
        if called == Some(self.client.kind.close.as_str()) && self.is_loaded {
            users.closes = false;
        }
        let is_check = called.is_none() && is_checked(&tree, start, end);
        let is_early = reference.moment == Moment::Import
            && self.is_loaded
            && self.module.facts.statements[reference.statement].kind != StatementKind::MainGuard;
        let may_outlive = called.is_none()
            && !is_check
            && !is_early
            && !self.client.kind.reopens
            && self.is_loaded;
        let keeps = may_outlive.then(|| kept(self.module, &tree, start..end)).flatten();
        if let Some(why) = keeps {
            return Err(format!("{why} ({}), and it is closed in between", place()));
        }
        let text = if is_check { getter } else { format!("{getter}()") };
        let edit = Edit::replace(start..end, text);
        if !is_early || is_check {
            users.edits.entry(self.file).or_default().push(edit);
            return Ok(());
        }
        let statement = &self.module.facts.statements[reference.statement];
        let made = made_by(statement).and_then(|(name, callee)| {
            let class = factory(self.web, self.file, callee)?;
            let name = name.to_owned();
            Some(Factory { file: self.file, name, statement: reference.statement, class })
        });
        match made {
            Some(made) => users.factories.push((made, vec![edit])),
            None => return Err(format!("{} uses it while it is imported", place())),
        }
        Ok(())
    }

    /// Strings that hold code which names it.
    fn strings(&self) -> Result<(), String> {
        let service = self.web.service;
        let name = self.client.name.as_str();
        let codes_it = |string: &StringUse| {
            let Some(code) = embedded(self.module, string, true) else { return false };
            let is_word = |word: &str| word == name;
            let letters = |letter: char| !(letter.is_alphanumeric() || letter == '_');
            code.module.text().split(letters).any(is_word)
                && code.all(service, self.file).iter().any(|found| {
                    found.module == self.client.file || self.bound.is(found.module, &found.name)
                })
        };
        let mut strings = self.module.facts.strings.iter().filter(|string| !string.is_statement);
        match strings.find(|string| codes_it(string)) {
            Some(string) => {
                Err(format!("code in a string names it ({})", self.at(string.range.start)))
            }
            None => Ok(()),
        }
    }

    /// Whether a name is another one that an import gave it.
    fn is_alias(&self, reference: &Reference) -> bool {
        self.file != self.client.file && reference.name != self.client.name
    }

    /// The name in a `__all__` of the file.
    fn exported(&self, users: &mut Users) {
        for statement in &self.module.facts.statements {
            if statement.binds != ["__all__"] {
                continue;
            }
            for text in &self.module.facts.strings {
                let is_it = text.value == self.client.name
                    && statement.range.start <= text.range.start
                    && text.range.end <= statement.range.end;
                if is_it {
                    let edit = Edit::replace(text.content.clone(), self.client.getter.clone());
                    users.edits.entry(self.file).or_default().push(edit);
                }
            }
        }
    }
}

/// Whether a use is all that a check of readiness is given.
fn is_checked(tree: &SyntaxTree, start: usize, end: usize) -> bool {
    let call = tree.node_at(&(start..end)).and_then(|node| {
        let arguments = tree.nodes[node].parent?;
        tree.nodes[arguments].kind.is_arguments().then(|| tree.nodes[arguments].parent)?
    });
    let callee = call.and_then(|call| tree.children(call).next());
    callee.is_some_and(|callee| {
        let text = tree.node_text(callee);
        CHECKS.contains(&text.rsplit('.').next().unwrap_or(text))
    })
}

/// Whether a factory of sessions is only ever called, and without arguments: a function of the
/// same name does that too.
fn only_called(web: &Web<'_>, factory: &Factory, loaded: &BTreeSet<usize>) -> Result<(), String> {
    let bound = Bound { service: web.service, file: factory.file, name: &factory.name };
    let name = &factory.name;
    if bound.again().next().is_some() {
        return Err(format!("{name}, which makes sessions on it, is bound in several ways"));
    }
    for (file, record) in web.service.modules().iter().enumerate() {
        let Some(module) = record.module().filter(|_| record.is_sound()) else { continue };
        let tree = module.syntax();
        for reference in &module.facts.references {
            let Some(way) = bound.way(file, reference) else { continue };
            let (start, end) = (reference.range.start, way.end(reference));
            let place = || format!("{}:{}", record.path, module.source.line_of(start));
            let arguments = tree.node_at(&(start..end)).and_then(|node| {
                let call = tree.nodes[node].parent?;
                let is_called =
                    tree.nodes[call].kind.is_call() && tree.children(call).next() == Some(node);
                is_called.then(|| tree.children(call).nth(1))?
            });
            let has_arguments =
                arguments.is_some_and(|found| tree.children(found).next().is_some());
            let is_handed_on = arguments.is_none();
            let is_more = reference.chain.len() > way.depth() || has_arguments || is_handed_on;
            if is_more || reference.quoted {
                return Err(format!(
                    "{name}, which makes sessions on it, is more than called ({})",
                    place()
                ));
            }
            let is_early = reference.moment == Moment::Import && loaded.contains(&file);
            if arguments.is_some() && is_early && !record.is_test {
                return Err(format!("{} makes a session while it is imported", place()));
            }
        }
    }
    Ok(())
}
