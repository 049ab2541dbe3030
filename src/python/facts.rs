//! What one file says, as flat tables: scopes, bindings, references, imports, strings.

use std::collections::BTreeSet;
use std::ops::Range;

use super::evaluate::PathUse;
use super::shown::ShownText;

/// Index of a scope in [`Facts::scopes`]; 0 is the module.
pub type ScopeId = usize;

/// Everything that later questions need; the syntax tree is not kept.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// All scopes, the module first.
    pub scopes: Vec<Scope>,
    /// All names bound.
    pub bindings: Vec<Binding>,
    /// All names read, with what they mean.
    pub references: Vec<Reference>,
    /// All import statements, in order.
    pub imports: Vec<ImportStatement>,
    /// All string literals that are one piece.
    pub strings: Vec<StringUse>,
    /// The statements of the module's body.
    pub statements: Vec<Statement>,
    /// `__all__`, when it is a literal list or tuple.
    pub exported: Option<Vec<String>>,
    /// Why names cannot be known (`exec`, `globals()` …), with the place.
    pub dynamic: Vec<(Range<usize>, &'static str)>,
    /// The module's docstring.
    pub docstring: Option<Range<usize>>,
    /// `import_module(f"plugins.{name}")`: the text before the first `{`.
    pub computed_imports: Vec<ComputedImport>,
    /// Paths computed from `__file__` or the current directory.
    pub paths: Vec<PathUse>,
    /// Expressions whose text is shown: `f"{name=}"`.
    pub shown: Vec<ShownText>,
    /// Statements whose function, or a method of whose class, has a display like `[]` as a
    /// default, which every call shares.
    pub mutable_defaults: Vec<usize>,
    /// All `global` statements inside functions and classes.
    pub globals: Vec<GlobalStatement>,
    /// The numbers of the bindings in the order of their names, made by [`Facts::index`].
    pub(super) by_name: Vec<u32>,
}

/// An import whose name is only known when it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComputedImport {
    /// The literal part that the name begins with.
    pub range: Range<usize>,
    /// Its text; empty when nothing is known.
    pub prefix: String,
}

/// What kind of scope it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// The file.
    Module,
    /// A class body: its names are not seen by the functions in it.
    Class,
    /// A function or a lambda.
    Function,
    /// A comprehension or generator expression.
    Comprehension,
    /// Type parameters (PEP 695).
    TypeParameters,
}

/// One scope.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Its kind.
    pub kind: ScopeKind,
    /// The name of the function; none for other scopes.
    pub name: Option<String>,
    /// The scope around it; none for the module.
    pub parent: Option<ScopeId>,
    /// Names declared `global` here.
    pub globals: Vec<String>,
    /// Names declared `nonlocal` here.
    pub nonlocals: Vec<String>,
}

/// How a name came to be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingKind {
    /// `import a`, `from a import b`: the index of the statement in [`Facts::imports`] and of
    /// the name in it.
    Import(usize, usize),
    /// `def`.
    Function,
    /// `class`.
    Class,
    /// Assignment to a target: `=`, `+=`, `for`, `with`.
    Assignment,
    /// A name that cannot be a dotted one: `except … as`, patterns and `:=`.
    Capture,
    /// A parameter.
    Parameter,
    /// `del`.
    Deletion,
    /// A type parameter or a `type` statement.
    Type,
}

/// One name bound at one place.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The name.
    pub name: String,
    /// Where the name stands.
    pub range: Range<usize>,
    /// The scope in which it becomes visible (after `global` and `nonlocal`).
    pub scope: ScopeId,
    /// The scope whose code binds it.
    pub from: ScopeId,
    /// How.
    pub kind: BindingKind,
    /// The top-level statement that holds it.
    pub statement: usize,
}

/// When code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// While the module is imported.
    Import,
    /// When a function is called.
    Call,
    /// Never: an annotation under `from __future__ import annotations`, or `TYPE_CHECKING`.
    Never,
}

/// What a reference is used for: the price of cutting it depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Usage {
    /// In an annotation.
    Annotation,
    /// Called, or an attribute of it is called.
    Call,
    /// Read in any other way.
    Read,
    /// A decorator (or part of one).
    Decorator,
    /// A base class or a metaclass.
    Base,
    /// A default value of a parameter.
    Default,
    /// Rebound or deleted from inside a function (`global`).
    Rebind,
}

/// One attribute in a chain like `.b.c`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The attribute's name.
    pub name: String,
    /// Where the name stands (without the dot).
    pub range: Range<usize>,
}

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// Bound in that scope of this file.
    Scope(ScopeId),
    /// A builtin.
    Builtin,
    /// Nothing binds it: a star import, `exec`, or a defect.
    Unbound,
}

/// One use of a name.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub range: Range<usize>,
    /// The scope in which it is used.
    pub scope: ScopeId,
    /// What it means.
    pub resolution: Resolution,
    /// The attributes read from it, in order.
    pub chain: Vec<Attribute>,
    /// When it is evaluated.
    pub moment: Moment,
    /// What for.
    pub usage: Usage,
    /// The top-level statement that holds it.
    pub statement: usize,
    /// Whether it stands inside a string (a quoted annotation).
    pub quoted: bool,
    /// Whether the end of its chain is assigned or deleted: `module.name = value`.
    pub stored: bool,
    /// Whether something inside of it is assigned, deleted or called: `name[key] = value`,
    /// `name[key].append(value)`.
    pub changed: bool,
}

/// One `global` statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobalStatement {
    /// The whole statement.
    pub range: Range<usize>,
    /// Its names and where they stand.
    pub names: Vec<(String, Range<usize>)>,
    /// The top-level statement that holds it.
    pub statement: usize,
}

/// How an import statement is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// `import a.b`.
    Import,
    /// `from a import b`.
    From,
}

/// One name of an import statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedName {
    /// `a.b` of `import a.b`, `b` of `from a import b`, `*` of a star import.
    pub name: String,
    /// Where that stands.
    pub name_range: Range<usize>,
    /// The name after `as`.
    pub alias: Option<String>,
    /// Name and alias together.
    pub range: Range<usize>,
}

impl ImportedName {
    /// The name that `from … import` binds.
    pub fn bound(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

/// One import statement.
#[derive(Debug, Clone)]
pub struct ImportStatement {
    /// How it is written.
    pub kind: ImportKind,
    /// `a.b` of `from .a.b import c`; empty otherwise.
    pub module: String,
    /// The number of leading dots.
    pub level: u32,
    /// Dots and module together; empty for `import a`.
    pub module_range: Range<usize>,
    /// What is imported.
    pub names: Vec<ImportedName>,
    /// The whole statement.
    pub range: Range<usize>,
    /// The scope that it binds in.
    pub scope: ScopeId,
    /// When it runs.
    pub moment: Moment,
    /// Whether a `try` around it catches a failed import.
    pub guarded: bool,
    /// The top-level statement that holds it.
    pub statement: usize,
}

/// Which argument of a call something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// The n-th positional one, from 0.
    Position(usize),
    /// A keyword argument.
    Keyword(String),
    /// Deeper inside an argument.
    Nested,
}

/// A string literal of one piece and how it is used.
#[derive(Debug, Clone)]
pub struct StringUse {
    /// Its value.
    pub value: String,
    /// The literal with prefix and quotes.
    pub range: Range<usize>,
    /// Between the quotes; equals the value byte for byte where there are no escapes.
    pub content: Range<usize>,
    /// The call that it is an argument of: the callee's dotted text, and which argument.
    pub call: Option<(String, Argument)>,
    /// The start of that call's expression.
    pub call_range: Option<Range<usize>>,
    /// The right side of a `/`, as in `root / "main.py"`.
    pub after_slash: bool,
    /// The top-level statement that holds it.
    pub statement: usize,
    /// Whether it is a docstring or another statement of its own.
    pub is_statement: bool,
}

/// The kind of a statement of the module's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementKind {
    /// `import …`, `from … import …`.
    Import,
    /// `def`, `async def`.
    Function,
    /// `class`.
    Class,
    /// An assignment to names.
    Assignment,
    /// A string on its own.
    Docstring,
    /// `if __name__ == "__main__":`.
    MainGuard,
    /// `if TYPE_CHECKING:`.
    TypeChecking,
    /// Anything else: conditional definitions, calls, loops.
    Other,
}

/// What kind of value an assignment at module level gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// `None`: a name to be filled later.
    Nothing,
    /// A literal of numbers, strings, booleans, or tuples and other displays of such.
    Constant,
    /// An empty list, set or dictionary: a place to collect something.
    Collection,
    /// What a call gives.
    Call,
    /// Anything else.
    Other,
}

/// One statement of the module's body.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its kind.
    pub kind: StatementKind,
    /// Its byte range, decorators included.
    pub range: Range<usize>,
    /// The names that it binds at module level, in order, once each.
    pub binds: Vec<String>,
    /// Base classes of a class, as dotted text.
    pub bases: Vec<String>,
    /// Decorators of a function or class, as dotted text of what is called or named.
    pub decorators: Vec<String>,
    /// The callee of an assigned or bare call (`app = FastAPI()`), as dotted text.
    pub callee: Option<String>,
    /// What an assignment assigns.
    pub value: Option<ValueKind>,
    /// Whether a function is a coroutine.
    pub is_async: bool,
    /// The methods of a class, and whether each is a coroutine.
    pub methods: Vec<(String, bool)>,
    /// A hash of the statement's own tokens, used to prove that bodies are conserved.
    pub fingerprint: u64,
}

/// Moves the items of a list that grew into memory of their size; an allocator may leave a block that
/// shrinks as it is.
pub(super) fn fit<T>(list: &mut Vec<T>) {
    let mut exact = Vec::with_capacity(list.len());
    exact.append(list);
    *list = exact;
}

impl Facts {
    /// Bindings of `name` that are visible in `scope`.
    pub fn bindings_of<'a>(
        &'a self,
        name: &str,
        scope: ScopeId,
    ) -> impl Iterator<Item = &'a Binding> + use<'a> {
        let named = |number: &u32| self.bindings[*number as usize].name.as_str();
        let start = self.by_name.partition_point(|number| named(number) < name);
        let rest = &self.by_name[start..];
        let count = rest.partition_point(|number| named(number) == name);
        let found = rest[..count].iter().map(|number| &self.bindings[*number as usize]);
        found.filter(move |binding| binding.scope == scope)
    }

    /// Makes bindings findable by their names, once all of them are known.
    pub(super) fn index(&mut self) {
        let count = u32::try_from(self.bindings.len()).unwrap_or(u32::MAX);
        self.by_name = (0..count).collect();
        let bindings = &self.bindings;
        self.by_name.sort_unstable_by_key(|number| (&bindings[*number as usize].name, *number));
    }

    /// Gives back the memory that was taken in advance.
    pub(super) fn shrink(&mut self) {
        fit(&mut self.references);
        fit(&mut self.bindings);
        fit(&mut self.strings);
        fit(&mut self.statements);
        fit(&mut self.scopes);
    }

    /// Whether the module's body binds `name`.
    pub fn defines(&self, name: &str) -> bool {
        self.bindings_of(name, 0).any(|binding| binding.kind != BindingKind::Deletion)
    }

    /// Whether the variable that a path expression defines is only what other path expressions
    /// of this file start from, so that its own value shows nowhere.
    pub fn is_only_a_start(&self, defined: &PathUse) -> bool {
        let Some(name) = &defined.defines else { return false };
        let mut bound = self.bindings.iter().filter(|binding| binding.name == *name);
        if bound.any(|binding| self.scopes[binding.scope].kind == ScopeKind::Class) {
            return false;
        }
        let starts_path = |reference: &Reference| {
            self.paths.iter().any(|path| {
                path.variable.as_ref() == Some(name)
                    && path.range.contains(&reference.range.start)
                    && path.start.as_ref().is_some_and(|start| start.steps != path.value.steps)
            })
        };
        let mut references = self.references.iter().filter(|reference| reference.name == *name);
        references.all(|reference| reference.stored || starts_path(reference))
    }

    /// The top-level package from which the name of a reference is imported; none for what is
    /// not imported, or relatively.
    pub fn library_of(&self, reference: &Reference) -> Option<&str> {
        let Resolution::Scope(scope) = reference.resolution else { return None };
        self.bindings_of(&reference.name, scope).find_map(|binding| {
            let BindingKind::Import(statement, position) = binding.kind else { return None };
            let import = self.imports.get(statement).filter(|import| import.level == 0)?;
            let dotted = match import.kind {
                ImportKind::From => import.module.as_str(),
                ImportKind::Import => import.names[position].name.as_str(),
            };
            dotted.split('.').next()
        })
    }

    /// Where names in quoted annotations begin: such strings are code.
    pub fn quoted_names(&self) -> BTreeSet<usize> {
        let quoted = self.references.iter().filter(|reference| reference.quoted);
        quoted.map(|reference| reference.range.start).collect()
    }

    /// Whether the module has a star import.
    pub fn star_imports(&self) -> impl Iterator<Item = &ImportStatement> {
        self.imports.iter().filter(|import| import.names.iter().any(|name| name.name == "*"))
    }
}
