//! What a use case needs from elsewhere: what it imports itself, and what it is given.
//!
//! A use case may import from Python, from libraries that inner layers may know, from the domain
//! and the application. What else its body names is handed over by the route, which looks it up
//! where it always did: a test that replaces it there is heard as before. That is equal as long as
//! nothing rebinds the name while a request is answered.

use std::collections::BTreeMap;
use std::ops::Range;

use super::package::Package;
use super::surroundings::Surroundings;
use crate::change::Edit;
use crate::layering::is_outer_library;
use crate::python::{
    Binding, BindingKind, ImportKind, ImportStatement, Imported, Module, Moment, Reference,
    Resolution, StatementKind, Target, is_standard_module,
};

/// Something that the route hands over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passed {
    /// What the use case calls it.
    pub(super) name: String,
    /// What the route says for it.
    pub(super) value: String,
    /// Whether it is a logger of the standard library.
    pub(super) is_logger: bool,
}

/// Everything that a body needs.
#[derive(Debug, Clone, Default)]
pub(super) struct Needs {
    /// Name → the statements that bind it.
    pub(super) imports: BTreeMap<String, Vec<String>>,
    /// What is handed over, in the order of its first use.
    pub(super) passed: Vec<Passed>,
    /// Edits on the body: an attribute of a module becomes the name under which it is given.
    pub(super) edits: Vec<Edit>,
}

/// What one name means to a use case.
enum Use {
    /// It imports it by these statements.
    Import(Vec<String>),
    /// It is given it.
    Given,
    /// It is given an attribute of a module of an outer layer.
    Attribute(usize, usize),
}

/// Why a body stays, with the offset of the name.
pub(super) type Refusal = (usize, String);

/// Reads the names of one file.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) around: &'a Surroundings<'a>,
    pub(super) package: &'a Package,
    pub(super) file: usize,
    pub(super) module: &'a Module,
}

impl Reader<'_> {
    /// The needs of a body, but for the ranges that go from it.
    pub(super) fn needs(
        &self,
        code: &Range<usize>,
        without: &[Range<usize>],
    ) -> Result<Needs, Refusal> {
        let mut needs = Needs::default();
        for reference in self.references(code) {
            let goes = without.iter().any(|range| {
                range.start <= reference.range.start && reference.range.end <= range.end
            });
            if goes {
                continue;
            }
            let offset = reference.range.start;
            match self.meaning(reference).map_err(|why| (offset, why))? {
                Use::Import(statements) => {
                    needs.imports.insert(reference.name.clone(), statements);
                }
                Use::Given => {
                    let name = reference.name.clone();
                    self.hand_over(&mut needs, (name.clone(), name));
                }
                Use::Attribute(module, consumed) => {
                    let (edit, name, value) = self
                        .attribute(reference, (module, consumed), code)
                        .map_err(|why| (offset, why))?;
                    needs.edits.push(edit);
                    self.hand_over(&mut needs, (name, value));
                }
            }
        }
        self.inner_imports(code)?;
        Ok(needs)
    }

    /// The names of a range that its module binds, in order.
    fn references(&self, range: &Range<usize>) -> Vec<&Reference> {
        let facts = &self.module.facts;
        let mut found: Vec<&Reference> = facts
            .references
            .iter()
            .filter(|found| range.start <= found.range.start && found.range.end <= range.end)
            .filter(|found| found.resolution == Resolution::Scope(0))
            .collect();
        found.sort_by_key(|found| found.range.start);
        found
    }

    /// The statements that an annotation needs; none when a use case cannot name it.
    pub(super) fn annotation(&self, range: &Range<usize>) -> Option<BTreeMap<String, Vec<String>>> {
        let mut imports = BTreeMap::new();
        let all = self.module.facts.references.iter();
        let inside =
            all.filter(|found| range.start <= found.range.start && found.range.end <= range.end);
        for reference in inside {
            let is_known = !reference.quoted
                && matches!(reference.resolution, Resolution::Builtin | Resolution::Scope(0));
            if !is_known {
                return None;
            }
            if reference.resolution == Resolution::Builtin {
                continue;
            }
            match self.meaning(reference) {
                Ok(Use::Import(statements)) => {
                    imports.insert(reference.name.clone(), statements);
                }
                _ => return None,
            }
        }
        Some(imports)
    }

    fn hand_over(&self, needs: &mut Needs, (name, value): (String, String)) {
        if needs.passed.iter().any(|known| known.name == name) {
            return;
        }
        let is_logger = self.module.facts.statements.iter().any(|statement| {
            statement.binds == [name.clone()]
                && statement.callee.as_deref() == Some("logging.getLogger")
                && self.module.facts.bindings_of("logging", 0).count() == 1
        });
        needs.passed.push(Passed { name, value, is_logger });
    }

    fn meaning(&self, reference: &Reference) -> Result<Use, String> {
        let facts = &self.module.facts;
        let name = reference.name.as_str();
        let bindings: Vec<&Binding> = facts.bindings_of(name, 0).collect();
        let imported: Vec<(usize, usize)> = bindings
            .iter()
            .filter_map(|binding| match binding.kind {
                BindingKind::Import(statement, position) => Some((statement, position)),
                _ => None,
            })
            .collect();
        if imported.is_empty() {
            return self.own(name, &bindings);
        }
        let is_plain = |statement: &usize| {
            let import = &facts.imports[*statement];
            let kind = facts.statements[import.statement].kind;
            import.scope == 0
                && import.moment == Moment::Import
                && !import.guarded
                && kind == StatementKind::Import
        };
        let is_one = imported.len() == bindings.len()
            && imported.iter().all(|(statement, _)| is_plain(statement))
            && (imported.len() == 1
                || imported
                    .iter()
                    .all(|(found, _)| facts.imports[*found].kind == ImportKind::Import));
        if !is_one {
            return Err(format!("{name} is bound in more than one way"));
        }
        self.imported(reference, &imported)
    }

    /// A name that the file of the route defines.
    fn own(&self, name: &str, bindings: &[&Binding]) -> Result<Use, String> {
        let facts = &self.module.facts;
        let (outside, here): (Vec<&Binding>, Vec<&Binding>) =
            bindings.iter().partition(|binding| binding.from != 0);
        let [only] = here[..] else {
            return Err(format!("{name} is bound in more than one way"));
        };
        let kind = facts.statements[only.statement].kind;
        let is_constant =
            outside.is_empty() || self.around.is_rebound_at_start(self.file, &outside);
        match (only.kind, kind) {
            (BindingKind::Class, _) => Err(outer_class(name)),
            _ if self.around.is_handler(self.file, name) => {
                Err(format!("it calls another route, {name}"))
            }
            _ if !is_constant || self.around.is_replaced_in_code(self.file, name) => {
                Err(format!("{name} is rebound while requests are answered"))
            }
            (BindingKind::Function, StatementKind::Function)
            | (BindingKind::Assignment, StatementKind::Assignment) => Ok(Use::Given),
            _ => Err(format!("{name} may be bound or not")),
        }
    }

    fn imported(&self, reference: &Reference, all: &[(usize, usize)]) -> Result<Use, String> {
        let (statement, position) = all[0];
        let import = &self.module.facts.imports[statement];
        let name = &import.names[position];
        let service = self.around.service();
        if let Some(reached) = service.reached(self.file, reference) {
            if self.package.is_inner(service, reached.module) {
                return self.at_home(reference, all);
            }
            return Ok(Use::Attribute(reached.module, reached.consumed));
        }
        let (top, target) = match import.kind {
            ImportKind::From => {
                (import.module.as_str(), service.resolve_name(self.file, import, name))
            }
            ImportKind::Import => match service.resolve(self.file, &name.name) {
                Target::External => (name.name.as_str(), Imported::External),
                _ => return Err(format!("{} cannot be followed", reference.name)),
            },
        };
        match target {
            Imported::External if import.level == 0 => {
                let top = top.split('.').next().unwrap_or(top);
                if !is_standard_module(top) && self.is_outer(top) {
                    return Err(format!("it uses {top}, which the application may not know"));
                }
                self.at_home(reference, all)
            }
            Imported::Attribute(owner) if self.package.is_inner(service, owner) => {
                self.at_home(reference, all)
            }
            Imported::Attribute(owner) => match service.definition(owner, &name.name) {
                Some((_, _, true)) => Err(outer_class(&reference.name)),
                Some((file, defined, false)) if self.around.is_handler(file, &defined) => {
                    Err(format!("it calls another route, {defined}"))
                }
                _ if self.around.is_replaced_in_code(self.file, &reference.name) => {
                    Err(format!("{} is rebound while requests are answered", reference.name))
                }
                _ => Ok(Use::Given),
            },
            _ => Err(format!("{} cannot be followed", reference.name)),
        }
    }

    /// What the use case imports for itself; a test that replaces it would look in vain.
    fn at_home(&self, reference: &Reference, all: &[(usize, usize)]) -> Result<Use, String> {
        if self.around.service().outside().replaces(self.file, &reference.name) {
            return Err(format!("a test replaces {} in this file", reference.name));
        }
        let statements = all.iter().map(|(statement, position)| {
            self.statement(&self.module.facts.imports[*statement], *position)
        });
        Ok(Use::Import(statements.collect::<Result<_, _>>()?))
    }

    /// One import statement for one name, with an absolute module.
    fn statement(&self, import: &ImportStatement, position: usize) -> Result<String, String> {
        let name = &import.names[position];
        let alias = name.alias.as_ref().map(|alias| format!(" as {alias}")).unwrap_or_default();
        if import.kind == ImportKind::Import {
            return Ok(format!("import {}{alias}", name.name));
        }
        let module = if import.level == 0 {
            import.module.clone()
        } else {
            let known = self.around.service().absolute_name(self.file, import);
            let known = known.and_then(|known| self.package.dotted(&known));
            known.ok_or_else(|| format!("{} is imported by a relative name", name.name))?
        };
        Ok(format!("from {module} import {}{alias}", name.name))
    }

    fn is_outer(&self, top: &str) -> bool {
        is_outer_library(top) || self.package.forbids(top)
    }

    /// `dependencies.store` of a module of an outer layer: it is given as `store`.
    fn attribute(
        &self,
        reference: &Reference,
        (module, consumed): (usize, usize),
        code: &Range<usize>,
    ) -> Result<(Edit, String, String), String> {
        let service = self.around.service();
        let attribute = reference
            .chain
            .get(consumed)
            .ok_or_else(|| format!("the module {} is used as an object", reference.name))?;
        if reference.stored && reference.chain.len() == consumed + 1 {
            return Err(format!("it rebinds {} of another module", attribute.name));
        }
        if self.around.is_rebound(module, &attribute.name) {
            return Err(format!("{} is rebound while requests are answered", attribute.name));
        }
        let home = service.modules()[module].module();
        if home.is_none_or(|home| !home.facts.defines(&attribute.name)) {
            return Err(format!("nothing binds {} when it is imported", attribute.name));
        }
        match service.definition(module, &attribute.name) {
            Some((_, _, true)) => return Err(outer_class(&attribute.name)),
            Some((file, name, false)) if self.around.is_handler(file, &name) => {
                return Err(format!("it calls another route, {name}"));
            }
            Some(_) => {}
            None => return Err(format!("{} cannot be followed", attribute.name)),
        }
        let range = reference.range.start..attribute.range.end;
        let value = self.module.slice(&range).to_owned();
        let is_taken = self.is_taken(&attribute.name, code);
        let name = if is_taken {
            format!("{}_{}", reference.name, attribute.name)
        } else {
            attribute.name.clone()
        };
        if value.contains(['\n', '#']) || (is_taken && self.is_taken(&name, code)) {
            return Err(format!("{} has no name that is free", attribute.name));
        }
        Ok((Edit::replace(range, name.clone()), name, value))
    }

    /// Whether a name means something in a handler's code already, or in its parameters.
    fn is_taken(&self, name: &str, code: &Range<usize>) -> bool {
        let facts = &self.module.facts;
        let statement = facts
            .statements
            .iter()
            .find(|found| found.range.start <= code.start && code.end <= found.range.end);
        let Some(whole) = statement.map(|found| found.range.clone()) else { return true };
        let inside = |range: &Range<usize>| whole.start <= range.start && range.end <= whole.end;
        facts.bindings.iter().any(|found| found.name == name && inside(&found.range))
            || facts.references.iter().any(|found| found.name == name && inside(&found.range))
    }

    /// What a body imports itself goes along, where the application may know it.
    fn inner_imports(&self, code: &Range<usize>) -> Result<(), Refusal> {
        let service = self.around.service();
        let imports = self.module.facts.imports.iter();
        for import in
            imports.filter(|found| code.start <= found.range.start && found.range.end <= code.end)
        {
            for name in &import.names {
                let dotted = match import.kind {
                    ImportKind::From => import.module.as_str(),
                    ImportKind::Import => name.name.as_str(),
                };
                let module = match service.resolve(self.file, dotted) {
                    Target::External => None,
                    Target::Module(found) => Some(found),
                    _ => Some(self.file),
                };
                let top = dotted.split('.').next().unwrap_or(dotted);
                let is_fine = match module {
                    None => is_standard_module(top) || !self.is_outer(top),
                    Some(found) => self.package.is_inner(service, found),
                };
                if !is_fine {
                    let why = format!("it imports {dotted}, which the application may not know");
                    return Err((import.range.start, why));
                }
            }
        }
        Ok(())
    }
}

fn outer_class(name: &str) -> String {
    format!("it names the class {name} of an outer layer: move that inwards first")
}
