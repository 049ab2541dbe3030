//! What leads to a definition in the service's own Python files.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Definition, Kind, Site, line_text, origin};
use crate::python::{
    Argument, Attribute, BindingKind, ImportKind, ImportStatement, Imported, ImportedName, Module,
    Moment, PythonService, Resolution, StringUse, Target,
};

/// Callees that look an attribute up by a string beside its owner.
const BY_NAME: [&str; 6] = ["setattr", "delattr", "getattr", "hasattr", "object", "multiple"];

/// What an imported name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Lead {
    /// The definition itself.
    Definition,
    /// A module, from which attributes may lead on.
    Module(usize),
}

/// One module that is searched.
struct Search<'a> {
    service: &'a PythonService,
    definition: &'a Definition,
    index: usize,
    module: &'a Module,
    /// What each name bound by an import stands for, by scope and name.
    bound: FxHashMap<(usize, &'a str), Lead>,
    sites: Vec<Site>,
}

/// Every import, use, chain and string in the service's modules.
pub(super) fn sites(service: &PythonService, definition: &Definition) -> Vec<Site> {
    let mut found = Vec::new();
    for (index, record) in service.modules().iter().enumerate() {
        let Some(module) = record.module() else { continue };
        let (bound, sites) = (FxHashMap::default(), Vec::new());
        let mut search = Search { service, definition, index, module, bound, sites };
        search.definition_itself();
        search.imports();
        search.references();
        search.strings();
        found.append(&mut search.sites);
    }
    mark_re_exports(service, definition, &mut found);
    found
}

impl<'a> Search<'a> {
    fn site(&mut self, kind: Kind, offset: usize, through: impl Into<String>, moment: Moment) {
        let line = self.module.source.line_of(offset);
        self.sites.push(Site {
            kind,
            path: self.service.modules()[self.index].path.clone(),
            line,
            through: through.into(),
            moment: Some(moment),
            to_module: false,
            text: line_text(self.module.text(), line),
        });
    }

    fn is_home(&self) -> bool {
        self.index == self.definition.module
    }

    fn definition_itself(&mut self) {
        let Some(name) = self.definition.name.as_deref().filter(|_| self.is_home()) else { return };
        let module = self.module;
        for binding in module.facts.bindings_of(name, 0) {
            if !matches!(binding.kind, BindingKind::Import(..)) {
                let moment = if binding.from == 0 { Moment::Import } else { Moment::Call };
                self.site(Kind::Definition, binding.range.start, name, moment);
            }
        }
    }

    fn imports(&mut self) {
        let module = self.module;
        for import in &module.facts.imports {
            for name in &import.names {
                self.import(import, name);
            }
        }
    }

    fn import(&mut self, import: &'a ImportStatement, name: &'a ImportedName) {
        let written = match import.kind {
            ImportKind::Import => name.name.clone(),
            ImportKind::From => {
                let dots = ".".repeat(usize::try_from(import.level).unwrap_or_default());
                let gap = if import.module.is_empty() { "" } else { "." };
                format!("{dots}{}{gap}{}", import.module, name.name)
            }
        };
        let Some((end, first)) = self.leads(import, name) else { return };
        let bound = match (import.kind, &name.alias) {
            (ImportKind::Import, None) => name.name.split('.').next().unwrap_or(&name.name),
            _ => name.bound(),
        };
        if name.name != "*" {
            self.bound.insert((import.scope, bound), first);
        }
        let wanted = match &self.definition.name {
            None => Lead::Module(self.definition.module),
            Some(_) => Lead::Definition,
        };
        if end == wanted {
            self.site(Kind::Import, name.range.start, written, import.moment);
        }
    }

    /// What an import's name stands for, and what the name that it binds stands for.
    fn leads(&self, import: &ImportStatement, name: &ImportedName) -> Option<(Lead, Lead)> {
        if import.kind == ImportKind::Import {
            let module = |dotted: &str| match self.service.resolve(self.index, dotted) {
                Target::Module(found) => Some(Lead::Module(found)),
                _ => None,
            };
            let end = module(&name.name);
            let first = match &name.alias {
                Some(_) => end.clone(),
                None => {
                    module(name.name.split('.').next().unwrap_or_default()).or_else(|| end.clone())
                }
            };
            return Some((end?, first?));
        }
        let lead = match self.service.resolve_name(self.index, import, name) {
            Imported::Module(found) => Lead::Module(found),
            Imported::Attribute(owner) if name.name == "*" => {
                let wanted = self.definition.name.as_deref()?;
                self.is_definition(owner, wanted).then_some(Lead::Definition)?
            }
            Imported::Attribute(owner) => {
                if self.is_definition(owner, &name.name) {
                    Lead::Definition
                } else {
                    let origin = origin(self.service, owner, &name.name)?;
                    origin.name.is_none().then_some(Lead::Module(origin.module))?
                }
            }
            _ => return None,
        };
        Some((lead.clone(), lead))
    }

    /// Whether a name of a module is the definition that is looked for.
    fn is_definition(&self, owner: usize, name: &str) -> bool {
        self.definition.name.is_some()
            && origin(self.service, owner, name).is_some_and(|origin| origin == *self.definition)
    }

    fn references(&mut self) {
        let module = self.module;
        let has_star = self.star_leads_here();
        for reference in &module.facts.references {
            let name = reference.name.as_str();
            let (kind, through) = match reference.resolution {
                Resolution::Scope(0)
                    if self.is_home() && self.definition.name.as_deref() == Some(name) =>
                {
                    (Kind::Use, name.to_owned())
                }
                Resolution::Unbound
                    if has_star && self.definition.name.as_deref() == Some(name) =>
                {
                    (Kind::Use, name.to_owned())
                }
                Resolution::Scope(scope) => match self.bound.get(&(scope, name)) {
                    Some(Lead::Definition) => (Kind::Use, name.to_owned()),
                    Some(Lead::Module(found)) => match self.chain(*found, name, &reference.chain) {
                        Some(through) => (Kind::Chain, through),
                        None => continue,
                    },
                    None => continue,
                },
                _ => continue,
            };
            self.site(kind, reference.range.start, through, reference.moment);
        }
    }

    fn star_leads_here(&self) -> bool {
        let mut stars = self.module.facts.star_imports();
        stars.any(|import| {
            import.names.iter().any(|name| {
                let lead = self.leads(import, name);
                lead.is_some_and(|(end, _)| end == Lead::Definition)
            })
        })
    }

    /// The part of `name.chain` that leads from a module to what is looked for.
    fn chain(&self, module: usize, name: &str, chain: &[Attribute]) -> Option<String> {
        let mut current = module;
        let mut written = name.to_owned();
        let is_module =
            |current: usize| self.definition.name.is_none() && current == self.definition.module;
        for attribute in chain {
            if is_module(current) {
                break;
            }
            written = format!("{written}.{}", attribute.name);
            match self.service.attribute_or_submodule(current, &attribute.name) {
                Imported::Module(next) => current = next,
                Imported::Attribute(owner) => {
                    return self.is_definition(owner, &attribute.name).then_some(written);
                }
                _ => return None,
            }
        }
        is_module(current).then_some(written)
    }

    fn strings(&mut self) {
        let module = self.module;
        for string in module.facts.strings.iter().filter(|string| !string.is_statement) {
            if let Some(through) = self.dotted(&string.value).or_else(|| self.beside(string)) {
                let moment = self.moment_at(string);
                self.site(Kind::String, string.range.start, through, moment);
            }
        }
    }

    /// `a.b.name` or `a.b:name`, through the module that it is looked up in.
    fn dotted(&self, value: &str) -> Option<String> {
        let is_dotted =
            |character: char| character.is_alphanumeric() || matches!(character, '_' | '.' | ':');
        if value.len() > 300 || !value.contains(['.', ':']) || !value.chars().all(is_dotted) {
            return None;
        }
        let mut ends: Vec<usize> = value.match_indices(['.', ':']).map(|(end, _)| end).collect();
        ends.push(value.len());
        let (owner, end) = ends.iter().rev().find_map(|end| {
            match self.service.resolve(self.index, &value[..*end]) {
                Target::Module(found) => Some((found, *end)),
                _ => None,
            }
        })?;
        let rest = value[end..].trim_start_matches(['.', ':']);
        let first = rest.split('.').next().unwrap_or_default();
        let leads = match &self.definition.name {
            None => rest.is_empty() && owner == self.definition.module,
            Some(_) => !first.is_empty() && self.is_definition(owner, first),
        };
        leads.then(|| value[..end].to_owned() + if first.is_empty() { "" } else { "." } + first)
    }

    /// `setattr(store, "rows", …)`: the owner stands before the name.
    fn beside(&self, string: &StringUse) -> Option<String> {
        let (callee, argument) = string.call.as_ref()?;
        let last = callee.rsplit('.').next().unwrap_or(callee);
        if *argument != Argument::Position(1) || !BY_NAME.contains(&last) {
            return None;
        }
        let call = string.call_range.as_ref()?;
        let within =
            |range: &Range<usize>| call.start <= range.start && range.end <= string.range.start;
        let owner = self.module.facts.references.iter().rfind(|found| within(&found.range))?;
        let Resolution::Scope(scope) = owner.resolution else { return None };
        let Some(Lead::Module(start)) = self.bound.get(&(scope, owner.name.as_str())) else {
            return None;
        };
        let mut module = *start;
        let mut written = owner.name.clone();
        for attribute in &owner.chain {
            let next = self.service.attribute_or_submodule(module, &attribute.name);
            let Imported::Module(next) = next else { return None };
            module = next;
            written = format!("{written}.{}", attribute.name);
        }
        self.is_definition(module, &string.value).then(|| format!("{written}.{}", string.value))
    }

    /// When a string is evaluated: with the function around it, if there is one.
    fn moment_at(&self, string: &StringUse) -> Moment {
        let same = |range: &Range<usize>| {
            string
                .call_range
                .as_ref()
                .is_some_and(|call| call.start <= range.start && range.end <= call.end)
        };
        let references = self.module.facts.references.iter();
        let moments = references.filter(|found| same(&found.range)).map(|found| found.moment);
        moments.max().unwrap_or(Moment::Import)
    }
}

/// An import through which others reach the definition is a re-export.
fn mark_re_exports(service: &PythonService, definition: &Definition, sites: &mut [Site]) {
    let Some(name) = definition.name.as_deref() else { return };
    let mut owners: FxHashSet<usize> = FxHashSet::default();
    for (index, record) in service.modules().iter().enumerate() {
        let Some(module) = record.module() else { continue };
        for import in module.facts.imports.iter().filter(|import| import.kind == ImportKind::From) {
            for imported in &import.names {
                if let Imported::Attribute(owner) = service.resolve_name(index, import, imported) {
                    let origin = origin(service, owner, &imported.name);
                    let leads = origin.is_some_and(|origin| origin == *definition);
                    if leads && owner != definition.module {
                        owners.insert(owner);
                    }
                }
            }
        }
    }
    let exports = |index: usize| {
        let record = &service.modules()[index];
        let listed = record.module().and_then(|module| module.facts.exported.as_ref());
        owners.contains(&index)
            || (record.is_package() && !record.is_test)
            || listed.is_some_and(|names| names.iter().any(|listed| listed == name))
    };
    for site in sites.iter_mut().filter(|site| site.kind == Kind::Import) {
        if service.index_of(site.path.as_str()).is_some_and(exports) {
            site.kind = Kind::ReExport;
        }
    }
}
