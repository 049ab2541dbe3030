//! Every top-level definition of a service, what it uses, and who uses it.
//!
//! Values only: this file says nothing about layers.

use rustc_hash::FxHashMap;

use crate::python::{
    Binding, BindingKind, ImportKind, Imported, Module, Moment, PythonService, Reference,
    Resolution, Statement, StatementKind, Target, Usage,
};

/// A statement of a module's body that defines something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    /// The module's index in the service.
    pub module: usize,
    /// The statement's index in the module's body.
    pub statement: usize,
}

/// One use of a definition by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Use {
    /// The definition whose code it is.
    pub user: usize,
    /// The definition that it leads to.
    pub used: usize,
    /// What for.
    pub usage: Usage,
    /// When.
    pub moment: Moment,
}

/// One use of something that is not of this service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LibraryUse {
    /// The package's dotted name.
    pub module: String,
    /// What of it: the imported name, or the first attribute.
    pub name: String,
    /// What for.
    pub usage: Usage,
}

/// The definitions of a service, by index.
#[derive(Debug)]
pub(super) struct Definitions<'a> {
    service: &'a PythonService,
    list: Vec<Definition>,
    by_place: FxHashMap<(usize, usize), usize>,
    by_name: FxHashMap<(usize, String), usize>,
    uses: Vec<Use>,
    libraries: Vec<Vec<LibraryUse>>,
}

/// Where a reference leads.
enum End {
    Own(usize, String),
    Library(String, String),
    Nowhere,
}

impl<'a> Definitions<'a> {
    /// Collects the definitions of every module of the service that is not a test.
    pub(super) fn of(service: &'a PythonService) -> Self {
        let mut found = Self {
            service,
            list: Vec::new(),
            by_place: FxHashMap::default(),
            by_name: FxHashMap::default(),
            uses: Vec::new(),
            libraries: Vec::new(),
        };
        for (module, record) in service.modules().iter().enumerate() {
            if let Some(parsed) = record.module().filter(|_| !record.is_test) {
                found.add(module, parsed);
            }
        }
        found.libraries = vec![Vec::new(); found.list.len()];
        for (module, record) in service.modules().iter().enumerate() {
            if let Some(parsed) = record.module().filter(|_| !record.is_test) {
                found.connect(module, parsed);
            }
        }
        found
    }

    /// All definitions.
    pub(super) fn list(&self) -> &[Definition] {
        &self.list
    }

    /// All uses of one by another; a definition's uses of itself are left out.
    pub(super) fn uses(&self) -> &[Use] {
        &self.uses
    }

    /// What a definition uses of other packages.
    pub(super) fn libraries(&self, index: usize) -> &[LibraryUse] {
        &self.libraries[index]
    }

    /// The index of the definition at a place.
    pub(super) fn at(&self, module: usize, statement: usize) -> Option<usize> {
        self.by_place.get(&(module, statement)).copied()
    }

    /// The module of a definition.
    pub(super) fn module(&self, index: usize) -> Option<&'a Module> {
        self.service.modules()[self.list[index].module].module()
    }

    /// The statement of a definition.
    pub(super) fn statement(&self, index: usize) -> Option<&'a Statement> {
        self.module(index)?.facts.statements.get(self.list[index].statement)
    }

    /// The references in a definition's code.
    pub(super) fn references(&self, index: usize) -> impl Iterator<Item = &'a Reference> {
        let statement = self.list[index].statement;
        let references = self.module(index).into_iter().flat_map(|module| &module.facts.references);
        references.filter(move |reference| reference.statement == statement)
    }

    fn add(&mut self, module: usize, parsed: &Module) {
        for (statement, described) in parsed.facts.statements.iter().enumerate() {
            let names = defined(parsed, statement, described);
            if names.is_empty() {
                continue;
            }
            let index = self.list.len();
            self.list.push(Definition { module, statement });
            self.by_place.insert((module, statement), index);
            for name in names {
                self.by_name.entry((module, name.to_owned())).or_insert(index);
            }
        }
    }

    fn connect(&mut self, module: usize, parsed: &Module) {
        for reference in &parsed.facts.references {
            let Some(user) = self.at(module, reference.statement) else { continue };
            let (usage, moment) = (reference.usage, reference.moment);
            match self.end(module, parsed, reference) {
                End::Own(owner, name) => {
                    let used = self.by_name.get(&(owner, name)).copied();
                    if let Some(used) = used.filter(|used| *used != user) {
                        self.uses.push(Use { user, used, usage, moment });
                    }
                }
                End::Library(module, name) => {
                    self.libraries[user].push(LibraryUse { module, name, usage });
                }
                End::Nowhere => {}
            }
        }
    }

    fn end(&self, module: usize, parsed: &Module, reference: &Reference) -> End {
        let Resolution::Scope(scope) = reference.resolution else { return End::Nowhere };
        let mut end = End::Nowhere;
        for binding in parsed.facts.bindings_of(&reference.name, scope) {
            end = match binding.kind {
                BindingKind::Import(..) => self.through_import(module, parsed, binding, reference),
                BindingKind::Deletion => continue,
                _ if scope == 0 => End::Own(module, reference.name.clone()),
                _ => return End::Nowhere,
            };
            if matches!(end, End::Own(..)) {
                break;
            }
        }
        end
    }

    fn through_import(
        &self,
        user: usize,
        parsed: &Module,
        binding: &Binding,
        reference: &Reference,
    ) -> End {
        let BindingKind::Import(statement, position) = binding.kind else { return End::Nowhere };
        let import = &parsed.facts.imports[statement];
        let name = &import.names[position];
        if import.kind == ImportKind::From {
            return match self.service.resolve_name(user, import, name) {
                Imported::Attribute(owner) => self.defined_as(owner, &name.name, reference),
                Imported::Module(found) => self.along(found, reference),
                Imported::External => End::Library(import.module.clone(), name.name.clone()),
                _ => End::Nowhere,
            };
        }
        let dotted = match &name.alias {
            Some(_) => name.name.clone(),
            None => name.name.split('.').next().unwrap_or_default().to_owned(),
        };
        match self.service.resolve(user, &dotted) {
            Target::Module(found) => self.along(found, reference),
            Target::External => {
                let first = reference.chain.first().map(|attribute| attribute.name.clone());
                End::Library(dotted, first.unwrap_or_default())
            }
            _ => End::Nowhere,
        }
    }

    /// Follows an attribute chain from a module to the definition at its end.
    fn along(&self, module: usize, reference: &Reference) -> End {
        let mut current = module;
        for attribute in &reference.chain {
            match self.service.attribute_or_submodule(current, &attribute.name) {
                Imported::Module(next) => current = next,
                Imported::Attribute(owner) => {
                    return self.defined_as(owner, &attribute.name, reference);
                }
                _ => break,
            }
        }
        End::Nowhere
    }

    fn defined_as(&self, owner: usize, name: &str, reference: &Reference) -> End {
        match self.service.definition(owner, name) {
            Some((module, name, _)) if !name.is_empty() => End::Own(module, name),
            Some((module, ..)) if module != owner => self.along(module, reference),
            _ => End::Nowhere,
        }
    }
}

/// The names that a statement defines: no imports, no dunders.
fn defined<'a>(parsed: &'a Module, index: usize, statement: &'a Statement) -> Vec<&'a str> {
    let is_definition = matches!(
        statement.kind,
        StatementKind::Function
            | StatementKind::Class
            | StatementKind::Assignment
            | StatementKind::Other
    );
    let binds = statement.binds.iter().map(String::as_str).filter(|name| !name.starts_with("__"));
    let is_own = |name: &&str| {
        parsed.facts.bindings_of(name, 0).any(|binding| {
            binding.statement == index
                && !matches!(binding.kind, BindingKind::Import(..) | BindingKind::Deletion)
        })
    };
    binds.filter(|_| is_definition).filter(is_own).collect()
}
