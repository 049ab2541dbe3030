//! What the statements of a module's body are.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use super::binder::dotted;
use super::facts::{ComputedImport, Facts, Statement, StatementKind, ValueKind};
use super::parse::{ast, range_of, span};

/// Describes every statement of a module's body.
pub(super) fn describe(source: &str, body: &[ast::Stmt], facts: &Facts) -> Vec<Statement> {
    let mut binds: Vec<Vec<String>> = vec![Vec::new(); body.len()];
    for binding in &facts.bindings {
        let names = &mut binds[binding.statement];
        if binding.scope == 0 && binding.from == 0 && !names.contains(&binding.name) {
            names.push(binding.name.clone());
        }
    }
    let described = body.iter().zip(binds);
    described.map(|(node, binds)| describe_one(source, node, binds)).collect()
}

fn describe_one(source: &str, node: &ast::Stmt, binds: Vec<String>) -> Statement {
    let range = whole_range(node);
    let (bases, decorators) = match node {
        ast::Stmt::ClassDef(class) => (bases(class), decorators(&class.decorator_list)),
        ast::Stmt::FunctionDef(function) => (Vec::new(), decorators(&function.decorator_list)),
        _ => (Vec::new(), Vec::new()),
    };
    Statement {
        kind: kind(node),
        binds,
        bases,
        decorators,
        callee: callee(node),
        value: value(node),
        is_async: matches!(node, ast::Stmt::FunctionDef(function) if function.is_async),
        methods: methods(node),
        fingerprint: fingerprint(&source[range.clone()]),
        range,
    }
}

/// The range with decorators, which the parser already includes for definitions.
fn whole_range(node: &ast::Stmt) -> Range<usize> {
    let range = range_of(node);
    let first_decorator = match node {
        ast::Stmt::ClassDef(class) => class.decorator_list.first(),
        ast::Stmt::FunctionDef(function) => function.decorator_list.first(),
        _ => None,
    };
    let start = first_decorator.map_or(range.start, |decorator| range_of(decorator).start);
    start.min(range.start)..range.end
}

fn kind(node: &ast::Stmt) -> StatementKind {
    match node {
        ast::Stmt::Import(_) | ast::Stmt::ImportFrom(_) => StatementKind::Import,
        ast::Stmt::FunctionDef(_) => StatementKind::Function,
        ast::Stmt::ClassDef(_) => StatementKind::Class,
        ast::Stmt::Assign(assign) if assign.targets.iter().all(binds_names_only) => {
            StatementKind::Assignment
        }
        ast::Stmt::AnnAssign(assign) if binds_names_only(&assign.target) => {
            StatementKind::Assignment
        }
        ast::Stmt::TypeAlias(_) => StatementKind::Assignment,
        ast::Stmt::Expr(expression) if expression.value.is_string_literal_expr() => {
            StatementKind::Docstring
        }
        ast::Stmt::If(node) if is_main_guard(&node.test) => StatementKind::MainGuard,
        ast::Stmt::If(node) if is_type_checking(&node.test) => StatementKind::TypeChecking,
        _ => StatementKind::Other,
    }
}

fn binds_names_only(target: &ast::Expr) -> bool {
    match target {
        ast::Expr::Name(_) => true,
        ast::Expr::Tuple(tuple) => tuple.elts.iter().all(binds_names_only),
        ast::Expr::List(list) => list.elts.iter().all(binds_names_only),
        _ => false,
    }
}

/// Whether a condition is `__name__ == "__main__"`.
pub(super) fn is_main_guard(test: &ast::Expr) -> bool {
    let ast::Expr::Compare(compare) = test else {
        return false;
    };
    let sides = std::iter::once(&*compare.left).chain(&compare.comparators);
    let is_part = |side: &ast::Expr| match side {
        ast::Expr::Name(name) => name.id.as_str() == "__name__",
        ast::Expr::StringLiteral(literal) => literal.value.to_str() == "__main__",
        _ => false,
    };
    compare.comparators.len() == 1 && sides.into_iter().all(is_part)
}

/// Whether a condition is `TYPE_CHECKING` or `typing.TYPE_CHECKING`.
pub(super) fn is_type_checking(test: &ast::Expr) -> bool {
    dotted(test).is_some_and(|name| name.split('.').next_back() == Some("TYPE_CHECKING"))
}

/// Whether a handler catches a failed import.
pub(super) fn catches_import_error(handler: &ast::ExceptHandler) -> bool {
    let ast::ExceptHandler::ExceptHandler(handler) = handler;
    let Some(kind) = &handler.type_ else {
        return true;
    };
    let kinds: Vec<&ast::Expr> = match &**kind {
        ast::Expr::Tuple(tuple) => tuple.elts.iter().collect(),
        single => vec![single],
    };
    kinds.into_iter().filter_map(dotted).any(|name| {
        matches!(
            name.as_str(),
            "ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException"
        )
    })
}

fn bases(class: &ast::StmtClassDef) -> Vec<String> {
    let arguments = class.arguments.as_deref();
    let positional = arguments.map(|arguments| &*arguments.args).unwrap_or_default();
    let unwrap = |base: &ast::Expr| match base {
        ast::Expr::Subscript(subscript) => dotted(&subscript.value),
        other => dotted(other),
    };
    let keywords = arguments.map(|arguments| &*arguments.keywords).unwrap_or_default();
    let metaclass = keywords
        .iter()
        .filter(|keyword| keyword.arg.as_ref().is_some_and(|name| name.as_str() == "metaclass"))
        .filter_map(|keyword| dotted(&keyword.value));
    positional.iter().filter_map(unwrap).chain(metaclass).collect()
}

fn methods(node: &ast::Stmt) -> Vec<(String, bool)> {
    let ast::Stmt::ClassDef(class) = node else { return Vec::new() };
    let method = |statement: &ast::Stmt| match statement {
        ast::Stmt::FunctionDef(function) => Some((function.name.to_string(), function.is_async)),
        _ => None,
    };
    class.body.iter().filter_map(method).collect()
}

fn decorators(list: &[ast::Decorator]) -> Vec<String> {
    let name = |decorator: &ast::Decorator| match &decorator.expression {
        ast::Expr::Call(call) => dotted(&call.func),
        other => dotted(other),
    };
    list.iter().filter_map(name).collect()
}

/// The function that an assignment or a bare statement calls.
fn callee(node: &ast::Stmt) -> Option<String> {
    let value = match node {
        ast::Stmt::Assign(assign) => &*assign.value,
        ast::Stmt::AnnAssign(assign) => assign.value.as_deref()?,
        ast::Stmt::Expr(expression) => &*expression.value,
        _ => return None,
    };
    match value {
        ast::Expr::Call(call) => dotted(&call.func),
        _ => None,
    }
}

/// What an assignment to names assigns.
fn value(node: &ast::Stmt) -> Option<ValueKind> {
    let value = match node {
        ast::Stmt::Assign(assign) => &*assign.value,
        ast::Stmt::AnnAssign(assign) => assign.value.as_deref()?,
        _ => return None,
    };
    Some(match value {
        ast::Expr::NoneLiteral(_) => ValueKind::Nothing,
        ast::Expr::List(list) if list.elts.is_empty() => ValueKind::Collection,
        ast::Expr::Dict(dict) if dict.items.is_empty() => ValueKind::Collection,
        ast::Expr::Call(call) if call.arguments.is_empty() && is_collection(&call.func) => {
            ValueKind::Collection
        }
        ast::Expr::Call(_) => ValueKind::Call,
        other if is_constant(other) => ValueKind::Constant,
        _ => ValueKind::Other,
    })
}

/// Whether an expression makes an object that can be filled: a display, or `list()` and the like.
pub(super) fn is_display(expr: &ast::Expr) -> bool {
    match expr {
        ast::Expr::List(_) | ast::Expr::Dict(_) | ast::Expr::Set(_) => true,
        ast::Expr::Call(call) => is_collection(&call.func),
        _ => false,
    }
}

fn is_collection(callee: &ast::Expr) -> bool {
    let name = dotted(callee);
    let name = name.as_deref().map(|name| name.rsplit('.').next().unwrap_or(name));
    matches!(name, Some("dict" | "list" | "set" | "OrderedDict" | "deque" | "Counter"))
}

/// Whether an expression is made of literals alone.
fn is_constant(expr: &ast::Expr) -> bool {
    match expr {
        ast::Expr::Tuple(tuple) => tuple.elts.iter().all(is_constant),
        ast::Expr::List(list) => list.elts.iter().all(is_constant),
        ast::Expr::Set(set) => set.elts.iter().all(is_constant),
        ast::Expr::Dict(dict) => dict
            .items
            .iter()
            .all(|item| item.key.as_ref().is_none_or(is_constant) && is_constant(&item.value)),
        ast::Expr::UnaryOp(unary) => is_constant(&unary.operand),
        ast::Expr::BinOp(binary) => is_constant(&binary.left) && is_constant(&binary.right),
        other => other.is_literal_expr(),
    }
}

/// `__all__` when it is written as a literal, also through `+=` and `__all__ = a + b` of literals.
pub(super) fn exported(body: &[ast::Stmt]) -> Option<Vec<String>> {
    let mut names: Option<Vec<String>> = None;
    for node in body {
        let (target, value) = match node {
            ast::Stmt::Assign(assign) => (assign.targets.first(), Some(&*assign.value)),
            ast::Stmt::AnnAssign(assign) => (Some(&*assign.target), assign.value.as_deref()),
            ast::Stmt::AugAssign(assign) => (Some(&*assign.target), Some(&*assign.value)),
            _ => continue,
        };
        let is_all = target.and_then(dotted).is_some_and(|name| name == "__all__");
        if let (true, Some(value)) = (is_all, value) {
            names.get_or_insert_default().extend(literal_names(value));
        }
    }
    names
}

fn literal_names(value: &ast::Expr) -> Vec<String> {
    let elements = match value {
        ast::Expr::List(list) => &list.elts,
        ast::Expr::Tuple(tuple) => &tuple.elts,
        _ => return Vec::new(),
    };
    let text = |element: &ast::Expr| match element {
        ast::Expr::StringLiteral(text) => Some(text.value.to_str().to_owned()),
        _ => None,
    };
    elements.iter().filter_map(text).collect()
}

/// The docstring of a module.
pub(super) fn docstring(body: &[ast::Stmt]) -> Option<Range<usize>> {
    let first = body.first()?;
    (kind(first) == StatementKind::Docstring).then(|| range_of(first))
}

/// A hash of a statement's text without trailing white space on its lines.
fn fingerprint(text: &str) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    for line in text.lines() {
        line.trim_end().hash(&mut hasher);
    }
    hasher.finish()
}

/// The beginning of an f-string that is imported by name.
pub(super) fn computed_import(argument: &ast::Expr) -> Option<ComputedImport> {
    let ast::Expr::FString(text) = argument else { return None };
    let ast::FStringPart::FString(part) = text.value.iter().next()? else { return None };
    match part.elements.first()? {
        ast::InterpolatedStringElement::Literal(literal) => {
            Some(ComputedImport { range: span(literal.range), prefix: literal.value.to_string() })
        }
        ast::InterpolatedStringElement::Interpolation(_) => None,
    }
}
