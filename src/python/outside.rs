//! What code does to the namespace of a module from outside it.
//!
//! `patch("main.fetch")`, `monkeypatch.setattr(main, "fetch", …)` and `main.fetch = …` replace a
//! name where it is looked up: whoever looks it up has to stay together, or look it up in one
//! place. A module whose object is used in any other way (`reload(main)`, `sys.modules["main"]`)
//! cannot be taken apart.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::facts::{Argument, BindingKind, ImportKind, Reference, Resolution, StringUse};
use super::names::{Target, join};
use super::parse::Module;
use super::service::{Imported, PythonService};

/// A reference that reaches a module through its chain: `main`, `app.main`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The module.
    pub module: usize,
    /// How many attributes of the chain belong to its name.
    pub consumed: usize,
}

/// What is done to modules from outside.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// Names that are replaced in a module's namespace while tests (or code) run.
    pub replaced: BTreeSet<(usize, String)>,
    /// Names that are read from a module by others: imported, or as its attribute.
    pub read: BTreeSet<(usize, String)>,
    /// Names of a module that a string names: `getattr(module, "name")`, `patch("module.name.get")`.
    pub by_name: BTreeSet<(usize, String)>,
    /// Modules that have to stay in one piece, with the place and the reason.
    pub opaque: BTreeMap<usize, (String, &'static str)>,
}

impl Outside {
    /// Looks at every file of a service.
    pub fn of(service: &PythonService) -> Self {
        let mut outside = Self::default();
        for (index, record) in service.modules().iter().enumerate() {
            if let Some(module) = record.module() {
                let mut reader = Reader { service, index, module, outside: &mut outside };
                reader.imports();
                reader.references();
                reader.strings();
                reader.files();
            }
        }
        outside
    }

    /// Whether a name of a module is replaced from outside.
    pub fn replaces(&self, module: usize, name: &str) -> bool {
        self.replaced.contains(&(module, name.to_owned()))
    }
}

/// Functions that replace or read an attribute that is named by their second argument.
const ATTRIBUTE_CALLS: [&str; 6] =
    ["object", "setattr", "delattr", "getattr", "hasattr", "setitem"];
/// Functions that replace what their first argument names.
const PATCHES: [&str; 3] = ["patch", "setattr", "delattr"];

struct Reader<'a> {
    service: &'a PythonService,
    index: usize,
    module: &'a Module,
    outside: &'a mut Outside,
}

impl Reader<'_> {
    fn place(&self, offset: usize) -> String {
        let path = &self.service.modules()[self.index].path;
        format!("{path}:{}", self.module.source.line_of(offset))
    }

    fn opaque(&mut self, module: usize, offset: usize, why: &'static str) {
        if module != self.index {
            let place = self.place(offset);
            self.outside.opaque.entry(module).or_insert((place, why));
        }
    }

    fn imports(&mut self) {
        for import in &self.module.facts.imports {
            if import.kind == ImportKind::Import {
                continue;
            }
            for name in &import.names {
                if let Imported::Attribute(owner) =
                    self.service.resolve_name(self.index, import, name)
                {
                    if name.name == "*" {
                        self.opaque(owner, import.range.start, "a star import takes all its names");
                    } else {
                        self.outside.read.insert((owner, name.name.clone()));
                    }
                }
            }
        }
    }

    fn references(&mut self) {
        for reference in &self.module.facts.references {
            let Some(reached) = self.service.reached(self.index, reference) else { continue };
            match reference.chain.get(reached.consumed) {
                Some(attribute) => {
                    let key = (reached.module, attribute.name.clone());
                    if reference.stored && reference.chain.len() == reached.consumed + 1 {
                        self.outside.replaced.insert(key.clone());
                    }
                    self.outside.read.insert(key);
                }
                None => self.object(reference, reached.module),
            }
        }
    }

    /// A module is used as an object.
    fn object(&mut self, reference: &Reference, module: usize) {
        match self.attribute_call(&reference.range) {
            Some(string) => {
                let callee = string.call.as_ref().map_or("", |(callee, _)| callee.as_str());
                let last = callee.rsplit('.').next().unwrap_or(callee);
                let key = (module, string.value.clone());
                if !matches!(last, "getattr" | "hasattr") {
                    self.outside.replaced.insert(key.clone());
                }
                self.outside.by_name.insert(key.clone());
                self.outside.read.insert(key);
            }
            None => self.opaque(module, reference.range.start, "the module is used as an object"),
        }
    }

    /// The string of `setattr(module, "name", …)` around the module's name.
    fn attribute_call(&self, object: &Range<usize>) -> Option<&StringUse> {
        self.module
            .facts
            .strings
            .iter()
            .find(|string| names_attribute_of(self.module, string, object))
    }

    fn strings(&mut self) {
        for string in &self.module.facts.strings {
            let Some((callee, argument)) = string.call.as_ref().filter(|_| !string.is_statement)
            else {
                self.module_key(string);
                continue;
            };
            let last = callee.rsplit('.').next().unwrap_or(callee);
            let dotted = string.value.as_str();
            let Some((found, end)) = self.service.longest_module(self.index, dotted) else {
                continue;
            };
            let rest = &dotted[end..];
            let is_first = matches!(argument, Argument::Position(0))
                || *argument == Argument::Keyword("target".into());
            match (last, rest.strip_prefix('.')) {
                (_, Some(name)) if PATCHES.contains(&last) && is_first && !name.contains('.') => {
                    self.outside.replaced.insert((found, name.to_owned()));
                    self.outside.by_name.insert((found, name.to_owned()));
                    self.outside.read.insert((found, name.to_owned()));
                }
                (_, Some(rest)) => {
                    let name = rest.split(['.', ':']).next().unwrap_or(rest);
                    self.outside.by_name.insert((found, name.to_owned()));
                    self.outside.read.insert((found, name.to_owned()));
                }
                ("multiple" | "import_module" | "__import__" | "reload" | "run_module", None) => {
                    self.opaque(found, string.range.start, "it is imported by name");
                }
                ("getLogger" | "get_logger" | "at_level" | "set_level" | "assertLogs", None) => {
                    self.opaque(found, string.range.start, "its logger is looked up by name");
                }
                _ => self.module_key(string),
            }
        }
    }

    /// `sys.modules["main"]`.
    fn module_key(&mut self, string: &StringUse) {
        let before = self.module.text()[..string.range.start].trim_end();
        let is_key = before.ends_with("sys.modules[")
            || string.call.as_ref().is_some_and(|(callee, _)| callee.contains("sys.modules"));
        if is_key && let Target::Module(found) = self.service.resolve(self.index, &string.value) {
            self.opaque(found, string.range.start, "it is looked up in sys.modules");
        }
    }

    /// Source files that are read as files.
    fn files(&mut self) {
        let root = self.service.root();
        let own = self.service.modules()[self.index].path.as_str();
        let mut found = Vec::new();
        for path in self.module.facts.paths.iter().filter(|path| !path.on_search_path) {
            if let Some(index) =
                path.value.locate(own, root).and_then(|path| self.service.index_of(&path))
            {
                found.push((index, path.range.start));
            }
        }
        for string in &self.module.facts.strings {
            let callee = string.call.as_ref().map_or("", |(callee, _)| callee.as_str());
            let last = callee.rsplit('.').next().unwrap_or(callee);
            if matches!(last, "open" | "Path" | "spec_from_file_location" | "run_path") {
                let trimmed = string.value.trim_start_matches("./");
                found.extend(
                    self.service
                        .index_of(&join(root, trimmed))
                        .map(|index| (index, string.range.start)),
                );
            }
        }
        for (index, offset) in found {
            self.opaque(index, offset, "its file is read");
        }
    }
}

/// Whether `string` is the second argument of a call like `setattr` whose first is `object`.
pub(crate) fn names_attribute_of(
    module: &Module,
    string: &StringUse,
    object: &Range<usize>,
) -> bool {
    let Some((callee, Argument::Position(1))) = &string.call else { return false };
    let last = callee.rsplit('.').next().unwrap_or(callee);
    let Some(call) = string.call_range.as_ref().filter(|_| ATTRIBUTE_CALLS.contains(&last)) else {
        return false;
    };
    let is_inside = call.start <= object.start && object.end <= string.range.start;
    is_inside
        && module.text()[object.end..string.range.start]
            .chars()
            .all(|character| character.is_whitespace() || character == ',' || is_dotted(character))
        && module.text()[call.start..object.start].trim_end().ends_with('(')
}

/// The rest of a dotted name behind its first part.
const fn is_dotted(character: char) -> bool {
    character == '.' || character == '_' || character.is_ascii_alphanumeric()
}

impl PythonService {
    /// The module that a reference reaches, if it reaches one of the service.
    pub fn reached(&self, user: usize, reference: &Reference) -> Option<Reached> {
        let Resolution::Scope(scope) = reference.resolution else { return None };
        let module = self.modules()[user].module()?;
        let mut bindings = module.facts.bindings_of(&reference.name, scope);
        bindings.find_map(|binding| {
            let BindingKind::Import(statement, position) = binding.kind else { return None };
            let import = &module.facts.imports[statement];
            let name = &import.names[position];
            match import.kind {
                ImportKind::From => match self.resolve_name(user, import, name) {
                    Imported::Module(found) => Some(self.along(found, 0, reference)),
                    _ => None,
                },
                ImportKind::Import if name.alias.is_some() => {
                    match self.resolve(user, &name.name) {
                        Target::Module(found) => Some(self.along(found, 0, reference)),
                        _ => None,
                    }
                }
                ImportKind::Import => self.longest(user, reference),
            }
        })
    }

    /// Follows submodules of a package along a chain.
    fn along(&self, module: usize, from: usize, reference: &Reference) -> Reached {
        let mut reached = Reached { module, consumed: from };
        for attribute in &reference.chain[from..] {
            match self.attribute_or_submodule(reached.module, &attribute.name) {
                Imported::Module(next) => {
                    reached = Reached { module: next, consumed: reached.consumed + 1 };
                }
                _ => break,
            }
        }
        reached
    }

    /// `import a.b` binds `a`: the longest part of `a.b.c` that is a module.
    fn longest(&self, user: usize, reference: &Reference) -> Option<Reached> {
        let mut dotted = reference.name.clone();
        let mut best = None;
        for consumed in 0..=reference.chain.len() {
            if consumed > 0 {
                dotted = format!("{dotted}.{}", reference.chain[consumed - 1].name);
            }
            match self.resolve(user, &dotted) {
                Target::Module(module) => best = Some(Reached { module, consumed }),
                Target::Folder(_) => {}
                _ => break,
            }
        }
        best
    }

    /// The longest leading part of a dotted name that is a module of the service, and where it
    /// ends in the text.
    pub fn longest_module(&self, user: usize, name: &str) -> Option<(usize, usize)> {
        let name = name.split(':').next().unwrap_or(name);
        let is_part = |part: &str| {
            let mut characters = part.chars();
            characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
                && characters.all(|character| character.is_alphanumeric() || character == '_')
        };
        if name.len() > 300 || !name.split('.').all(is_part) {
            return None;
        }
        let ends = name.match_indices('.').map(|(end, _)| end).chain([name.len()]);
        let mut ends: Vec<usize> = ends.collect();
        ends.reverse();
        ends.into_iter().find_map(|end| match self.resolve(user, &name[..end]) {
            Target::Module(found) => Some((found, end)),
            _ => None,
        })
    }
}
