//! Every use of a name that a module binds, in whatever file it is written.

use crate::python::{Binding, BindingKind, Imported, Module, PythonService, Reference, Resolution};

/// A name that a module binds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound<'a> {
    pub(super) service: &'a PythonService,
    /// Index of the module's file.
    pub(super) file: usize,
    pub(super) name: &'a str,
}

/// How a reference leads to the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// By the name, or what a file imports it as.
    Name,
    /// By the name, which a function imports.
    Inner,
    /// As an attribute of its module, so many names into the chain.
    Attribute(usize),
    /// As an attribute of a module that takes it from elsewhere, so many names into the chain.
    Passed(usize),
}

impl Way {
    /// Where the name ends in a reference that leads to it this way.
    pub(super) fn end(self, reference: &Reference) -> usize {
        match self {
            Self::Attribute(consumed) | Self::Passed(consumed) => {
                reference.chain[consumed].range.end
            }
            Self::Name | Self::Inner => reference.range.end,
        }
    }

    /// How many attributes of a reference belong to its name.
    pub(super) const fn depth(self) -> usize {
        match self {
            Self::Attribute(consumed) | Self::Passed(consumed) => consumed + 1,
            Self::Name | Self::Inner => 0,
        }
    }
}

impl<'a> Bound<'a> {
    /// The module that binds it.
    pub(super) fn module(self) -> Option<&'a Module> {
        self.service.modules()[self.file].module()
    }

    /// Whether a name that a module has is this one, re-exports followed.
    pub(super) fn is(self, module: usize, name: &str) -> bool {
        let found = self.service.definition(module, name);
        found.is_some_and(|(file, own, _)| file == self.file && own == self.name)
    }

    /// How a reference of a file leads to it, if it does.
    pub(super) fn way(self, user: usize, reference: &Reference) -> Option<Way> {
        let Resolution::Scope(scope) = reference.resolution else { return None };
        if let Some(reached) = self.service.reached(user, reference) {
            let attribute = reference.chain.get(reached.consumed)?;
            if !self.is(reached.module, &attribute.name) {
                return None;
            }
            let is_own = reached.module == self.file;
            let consumed = reached.consumed;
            return Some(if is_own { Way::Attribute(consumed) } else { Way::Passed(consumed) });
        }
        if scope == 0 {
            let is_own = user == self.file && reference.name == self.name;
            return (is_own || (user != self.file && self.is(user, &reference.name)))
                .then_some(Way::Name);
        }
        let module = self.service.modules()[user].module()?;
        let imports = module.facts.bindings_of(&reference.name, scope);
        imports.into_iter().any(|binding| self.is_import(user, binding)).then_some(Way::Inner)
    }

    /// Whether a binding of a file is an import of it.
    pub(super) fn is_import(self, user: usize, binding: &Binding) -> bool {
        let Some(module) = self.service.modules()[user].module() else { return false };
        let BindingKind::Import(at, position) = binding.kind else { return false };
        let import = &module.facts.imports[at];
        match self.service.resolve_name(user, import, &import.names[position]) {
            Imported::Attribute(owner) => self.is(owner, &import.names[position].name),
            _ => false,
        }
    }

    /// Where its own module binds it again.
    pub(super) fn again(self) -> impl Iterator<Item = &'a Binding> {
        self.module().into_iter().flat_map(|module| module.facts.bindings_of(self.name, 0).skip(1))
    }

    /// Where one of the files has it and something outside puts another object in its place:
    /// index of the file and the byte offset of the binding.
    pub(super) fn replaced(self, files: impl IntoIterator<Item = usize>) -> Vec<(usize, usize)> {
        let outside = self.service.outside();
        let mut found = Vec::new();
        for file in files.into_iter().collect::<std::collections::BTreeSet<usize>>() {
            let Some(module) = self.service.modules()[file].module() else { continue };
            let own = module.facts.bindings.iter().filter(|binding| {
                binding.scope == 0
                    && outside.replaces(file, &binding.name)
                    && self.is(file, &binding.name)
            });
            found.extend(own.map(|binding| (file, binding.range.start)));
        }
        found
    }

    /// Code that may reach every name of its module, with its place and the reason.
    pub(super) fn opaque(self) -> Option<&'a (String, &'static str)> {
        self.service.outside().opaque.get(&self.file)
    }
}
