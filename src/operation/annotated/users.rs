//! Who uses a function, and how: what FastAPI is handed, direct calls, and everything else.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::python::{
    Argument, BindingKind, ImportKind, Imported, Module, PythonService, Qualified, Reference,
    Resolution, ScopeId, SyntaxTree, Usage,
};

/// Methods that register a route, when they are called or their result is.
const METHODS: [&str; 12] = [
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "trace",
    "websocket",
    "websocket_route",
    "api_route",
    "route",
];
/// Methods that take what answers a path.
const ADDERS: [&str; 4] =
    ["add_api_route", "add_route", "add_api_websocket_route", "add_websocket_route"];
/// Functions that look an attribute up by its name.
const BY_NAME: [&str; 2] = ["getattr", "attrgetter"];

/// How often a function is followed under another name.
const DEPTH: usize = 6;

/// A name in a scope of a file.
pub(super) type Key<'k> = (usize, ScopeId, &'k str);

/// One use of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Use {
    /// It is handed to FastAPI, overridden, or named in an annotation.
    Handed,
    /// It is called.
    Called(Call),
    /// Anything else.
    Other(usize, usize),
}

/// A direct call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// Index of the file.
    pub(super) file: usize,
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// The number of positional arguments.
    pub(super) positions: usize,
    /// The names of the others.
    pub(super) keywords: Vec<String>,
    /// Whether some of them are in a `*` or `**`.
    pub(super) is_open: bool,
}

/// The references of a whole service, by the words in them.
pub(super) struct Users<'a> {
    service: &'a PythonService,
    words: FxHashMap<&'a str, Vec<(usize, usize)>>,
    /// The name behind `as` for a name that is imported so.
    aliases: FxHashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Users<'a> {
    /// Reads every reference.
    pub(super) fn of(service: &'a PythonService) -> Self {
        let mut words: FxHashMap<&str, Vec<(usize, usize)>> = FxHashMap::default();
        let mut aliases: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for (file, record) in service.modules().iter().enumerate() {
            let Some(module) = record.module() else { continue };
            for (at, reference) in module.facts.references.iter().enumerate() {
                words.entry(&reference.name).or_default().push((file, at));
                for attribute in &reference.chain {
                    words.entry(&attribute.name).or_default().push((file, at));
                }
            }
            for imported in module.facts.imports.iter().flat_map(|import| &import.names) {
                if let Some(alias) = &imported.alias {
                    aliases.entry(&imported.name).or_default().push(alias);
                }
            }
        }
        Self { service, words, aliases }
    }

    /// The syntax of a file.
    pub(super) fn tree(&self, file: usize) -> Arc<SyntaxTree> {
        let module = self.service.modules()[file].module();
        module.map_or_else(|| Arc::new(SyntaxTree::parse("")), Module::syntax)
    }

    /// Every use of a name, in code and tests, under other names as well.
    pub(super) fn uses(&self, key: Key<'_>) -> Vec<Use> {
        self.uses_within(key, DEPTH)
    }

    fn uses_within(&self, key: Key<'_>, depth: usize) -> Vec<Use> {
        let (_, _, name) = key;
        let aliases = self.aliases.get(name).into_iter().flatten().copied();
        let mut places: Vec<(usize, usize)> = std::iter::once(name)
            .chain(aliases)
            .filter_map(|word| self.words.get(word))
            .flatten()
            .copied()
            .collect();
        places.sort_unstable();
        places.dedup();
        let mut found: Vec<Use> = Vec::new();
        for (file, at) in places {
            let Some(module) = self.service.modules()[file].module() else { continue };
            let reference = &module.facts.references[at];
            if let Some(consumed) = self.leads(file, reference, key) {
                found.extend(self.how((file, reference, consumed), depth));
            }
        }
        found.extend(self.by_text(key));
        found
    }

    /// How many attributes of a reference belong to the way to a name; none when it leads
    /// somewhere else.
    fn leads(
        &self,
        user: usize,
        reference: &Reference,
        (file, scope, name): Key<'_>,
    ) -> Option<usize> {
        if scope != 0 {
            let is_it = user == file
                && reference.name == name
                && reference.resolution == Resolution::Scope(scope);
            return is_it.then_some(0);
        }
        let is_home = |owner: usize, own: &str| {
            let origin = self.service.definition(owner, own);
            origin.is_some_and(|(module, own, _)| module == file && own == name)
        };
        if let Some(reached) = self.service.reached(user, reference) {
            let attribute = reference.chain.get(reached.consumed)?;
            return is_home(reached.module, &attribute.name).then_some(reached.consumed + 1);
        }
        let scope = match reference.resolution {
            Resolution::Scope(scope) => scope,
            Resolution::Unbound => return (reference.name == name).then_some(0),
            Resolution::Builtin => return None,
        };
        let module = self.service.modules()[user].module()?;
        let mut bindings = module.facts.bindings_of(&reference.name, scope);
        let leads = bindings.any(|binding| match binding.kind {
            BindingKind::Import(at, position) => {
                let import = &module.facts.imports[at];
                let imported = &import.names[position];
                import.kind == ImportKind::From
                    && match self.service.resolve_name(user, import, imported) {
                        Imported::Attribute(owner) => is_home(owner, &imported.name),
                        _ => false,
                    }
            }
            _ => user == file && scope == 0 && reference.name == name,
        });
        leads.then_some(0)
    }

    fn how(
        &self,
        (file, reference, consumed): (usize, &Reference, usize),
        depth: usize,
    ) -> Vec<Use> {
        if reference.quoted || reference.usage == Usage::Annotation {
            return vec![Use::Handed];
        }
        let end = match consumed.checked_sub(1) {
            Some(last) => reference.chain[last].range.end,
            None => reference.range.end,
        };
        let range = reference.range.start..end;
        match self.tree(file).node_at(&range) {
            Some(node) => self.flow((file, node), depth),
            None => vec![Use::Other(file, range.start)],
        }
    }

    /// Where the value of an expression goes: to FastAPI, into a call, or under another name.
    fn flow(&self, (file, node): (usize, usize), depth: usize) -> Vec<Use> {
        let tree = self.tree(file);
        let other = || vec![Use::Other(file, tree.nodes[node].range.start)];
        let (Some(parent), Some(below)) = (tree.nodes[node].parent, depth.checked_sub(1)) else {
            return other();
        };
        let kind = tree.nodes[parent].kind;
        if kind.is_call() && tree.children(parent).next() == Some(node) {
            return vec![Use::Called(call(&tree, file, parent))];
        }
        let is_handed = if kind.is_arguments() {
            self.is_handing(file, &tree, parent)
        } else if kind.is_keyword() {
            tree.nodes[parent].parent.is_some_and(|outer| self.is_handing(file, &tree, outer))
        } else if kind.is_subscript() {
            let value = tree.children(parent).next();
            value.is_some_and(|value| is_overrides(tree.node_text(value)))
        } else {
            false
        };
        if is_handed {
            return vec![Use::Handed];
        }
        if kind.is_assignment() {
            let targets: Vec<usize> = tree.children(parent).collect();
            return match targets[..] {
                [name, value] if value == node && tree.nodes[name].kind.is_name() => {
                    self.under(file, &tree, name, below).unwrap_or_else(other)
                }
                _ => other(),
            };
        }
        if kind.is_return() {
            return self.given_back(file, &tree, parent, below).unwrap_or_else(other);
        }
        other()
    }

    /// The uses of the name of the module that a value is assigned to.
    fn under(&self, file: usize, tree: &SyntaxTree, name: usize, depth: usize) -> Option<Vec<Use>> {
        let module = self.service.modules()[file].module()?;
        let start = tree.nodes[name].range.start;
        let bound = module.facts.bindings.iter().find(|found| found.range.start == start)?;
        let only = module.facts.bindings_of(&bound.name, 0).count() == 1;
        (bound.scope == 0 && only).then(|| self.uses_within((file, 0, &bound.name), depth))
    }

    /// The uses of what a function gives back, where all that is done with it is to call it.
    fn given_back(
        &self,
        file: usize,
        tree: &SyntaxTree,
        node: usize,
        depth: usize,
    ) -> Option<Vec<Use>> {
        let function = tree.around(node).find(|outer| tree.nodes[*outer].kind.is_function())?;
        let tokens = tree.tokens_in(&tree.nodes[function].range);
        let name = tokens.clone().find(|token| tree.token_text(*token) == "def")? + 1;
        let module = self.service.modules()[file].module()?;
        let name = tree.token_text(name);
        let mut bound = module.facts.bindings_of(name, 0);
        let only = bound.next().is_some_and(|found| found.kind == BindingKind::Function);
        if !only || bound.next().is_some() {
            return None;
        }
        let mut found = Vec::new();
        for one in self.uses_within((file, 0, name), depth) {
            let Use::Called(call) = one else { return None };
            let made = self.tree(call.file).node_at(&call.range)?;
            found.extend(self.flow((call.file, made), depth));
        }
        Some(found)
    }

    /// Whether the call of these arguments hands them to FastAPI.
    fn is_handing(&self, file: usize, tree: &SyntaxTree, arguments: usize) -> bool {
        let call = tree.nodes[arguments].parent.filter(|call| tree.nodes[*call].kind.is_call());
        let Some(callee) = call.and_then(|call| tree.children(call).next()) else { return false };
        let range = tree.nodes[callee].range.clone();
        let text = tree.node_text(callee);
        if tree.nodes[callee].kind.is_call() {
            let inner = tree.children(callee).next().map(|inner| tree.node_text(inner));
            return inner.is_some_and(|inner| METHODS.contains(&last(inner)));
        }
        if let Some((receiver, method)) = text.rsplit_once('.')
            && (ADDERS.contains(&method) || is_overrides(receiver))
        {
            return true;
        }
        match self.service.qualify_at(file, &range, text) {
            Qualified::External(path) => {
                matches!(path.as_str(), "builtins.isinstance" | "builtins.issubclass")
                    || (path.starts_with("fastapi.")
                        && matches!(last(&path), "Depends" | "Security"))
            }
            _ => false,
        }
    }

    /// Places that look a function up by its name as text.
    fn by_text(&self, (_, scope, name): Key<'_>) -> Option<Use> {
        if scope != 0 {
            return None;
        }
        let mut modules = self.service.modules().iter().enumerate();
        modules.find_map(|(user, record)| {
            let module = record.module()?;
            let found = module.facts.strings.iter().find(|string| {
                let by_name = string.call.as_ref().is_some_and(|(callee, argument)| {
                    BY_NAME.contains(&last(callee)) && matches!(argument, Argument::Position(_))
                });
                by_name && string.value == name
            })?;
            Some(Use::Other(user, found.range.start))
        })
    }
}

/// The last part of a dotted text.
pub(super) fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

/// Whether a decorator's callee registers what it decorates.
pub(super) fn registers(callee: &str) -> bool {
    let name = last(callee);
    callee.contains('.')
        && (METHODS.contains(&name) || matches!(name, "on_event" | "exception_handler"))
}

fn is_overrides(receiver: &str) -> bool {
    last(receiver) == "dependency_overrides"
}

fn call(tree: &SyntaxTree, file: usize, node: usize) -> Call {
    let mut found = Call {
        file,
        range: tree.nodes[node].range.clone(),
        positions: 0,
        keywords: Vec::new(),
        is_open: false,
    };
    let arguments = tree.children(node).find(|child| tree.nodes[*child].kind.is_arguments());
    for argument in arguments.into_iter().flat_map(|arguments| tree.children(arguments)) {
        let text = tree.node_text(argument);
        if text.starts_with('*') {
            found.is_open = true;
        } else if tree.nodes[argument].kind.is_keyword() {
            let name = text.split('=').next().unwrap_or_default();
            found.keywords.push(name.trim().to_owned());
        } else {
            found.positions += 1;
        }
    }
    found
}
