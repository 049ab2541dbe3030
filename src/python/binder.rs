//! Scopes and bindings as Python has them, from one walk over the syntax tree.
//!
//! The walk records names as they are met; what each one means is decided afterwards,
//! because a name bound anywhere in a function is local in all of it (Python language
//! reference, 4.2 "Naming and binding").

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::evaluate::path_uses;
use super::facts::{
    Argument, Attribute, Binding, BindingKind, Facts, GlobalStatement, ImportKind, ImportStatement,
    ImportedName, Moment, Reference, Resolution, Scope, ScopeId, ScopeKind, StringUse, Usage,
};
use super::parse::{Visitor, ast, content_of, quoted_annotation, range_of, span, visitor};
use super::resolve::{resolve, settle_declarations};
use super::shown::{Quoting, shown_text};
use super::statement;

/// Builds the tables of one file.
pub(super) fn bind(source: &str, body: &[ast::Stmt]) -> Facts {
    let mut binder = Binder::new(source);
    for (index, node) in body.iter().enumerate() {
        binder.statement = index;
        binder.visit_stmt(node);
    }
    binder.finish(body)
}

/// The call around what is being visited.
#[derive(Clone)]
struct CallSite {
    callee: String,
    range: Range<usize>,
    argument: Argument,
}

/// Where the visited names stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// In code.
    Code,
    /// In a quoted annotation.
    Quotes,
}

struct Binder<'a> {
    source: &'a str,
    facts: Facts,
    scope: ScopeId,
    statement: usize,
    moment: Moment,
    usage: Usage,
    inside: Inside,
    future_annotations: bool,
    guard_depth: usize,
    quoting: Option<Quoting>,
    call: Option<CallSite>,
    after_slash: bool,
    stored: bool,
    changed: bool,
    declared: FxHashMap<ScopeId, (FxHashSet<String>, FxHashSet<String>)>,
}

impl<'a> Binder<'a> {
    fn new(source: &'a str) -> Self {
        let module = Scope {
            kind: ScopeKind::Module,
            name: None,
            parent: None,
            globals: Vec::new(),
            nonlocals: Vec::new(),
        };
        Self {
            source,
            facts: Facts { scopes: vec![module], ..Facts::default() },
            scope: 0,
            statement: 0,
            moment: Moment::Import,
            usage: Usage::Read,
            inside: Inside::Code,
            future_annotations: false,
            guard_depth: 0,
            quoting: None,
            call: None,
            after_slash: false,
            stored: false,
            changed: false,
            declared: FxHashMap::default(),
        }
    }

    fn finish(mut self, body: &[ast::Stmt]) -> Facts {
        settle_declarations(&mut self.facts, &self.declared);
        resolve(&mut self.facts);
        self.facts.index();
        self.facts.shrink();
        self.facts.exported = statement::exported(body);
        self.facts.docstring = statement::docstring(body);
        self.facts.paths = path_uses(body);
        self.facts.statements = statement::describe(self.source, body, &self.facts);
        self.facts
    }

    /// Runs `visit` with some state replaced, and puts the state back.
    fn with_usage(&mut self, usage: Usage, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.usage, usage);
        visit(self);
        self.usage = before;
    }

    fn with_moment(&mut self, moment: Moment, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.moment, moment);
        visit(self);
        self.moment = before;
    }

    fn with_scope(&mut self, kind: ScopeKind, visit: impl FnOnce(&mut Self)) {
        let outer = self.scope;
        self.scope = self.facts.scopes.len();
        self.facts.scopes.push(Scope {
            kind,
            name: None,
            parent: Some(outer),
            globals: Vec::new(),
            nonlocals: Vec::new(),
        });
        visit(self);
        self.scope = outer;
    }

    fn bind_name(&mut self, name: &str, range: Range<usize>, kind: BindingKind) {
        let binding = Binding {
            name: name.to_owned(),
            range,
            scope: self.scope,
            from: self.scope,
            kind,
            statement: self.statement,
        };
        self.facts.bindings.push(binding);
    }

    /// `:=` binds in the nearest scope that is no comprehension (PEP 572).
    fn bind_walrus(&mut self, name: &str, range: Range<usize>) {
        let here = self.scope;
        while self.facts.scopes[self.scope].kind == ScopeKind::Comprehension {
            self.scope = self.facts.scopes[self.scope].parent.unwrap_or_default();
        }
        self.bind_name(name, range, BindingKind::Capture);
        self.scope = here;
    }

    fn refer(&mut self, name: &str, range: Range<usize>, chain: Vec<Attribute>, usage: Usage) {
        let reason = match name {
            "exec" | "eval" => Some("code is made from text"),
            "globals" => Some("names are read or made through a dictionary"),
            "locals" | "vars" if self.scope == 0 => {
                Some("names are read or made through a dictionary")
            }
            _ => None,
        };
        if let Some(reason) = reason.filter(|_| usage == Usage::Call) {
            self.facts.dynamic.push((range.clone(), reason));
        }
        self.facts.references.push(Reference {
            name: name.to_owned(),
            range,
            scope: self.scope,
            resolution: Resolution::Unbound,
            chain,
            moment: self.moment,
            usage,
            statement: self.statement,
            quoted: self.inside == Inside::Quotes,
            stored: self.stored,
            changed: self.changed,
        });
    }

    fn function(&mut self, function: &'a ast::StmtFunctionDef) {
        self.with_usage(Usage::Decorator, |binder| {
            function.decorator_list.iter().for_each(|node| binder.visit_expr(&node.expression));
        });
        self.bind_name(function.name.as_str(), range_of(&function.name), BindingKind::Function);
        let inner = |binder: &mut Self| {
            binder.signature(&function.parameters, function.returns.as_deref());
            binder.callable(&function.parameters, |binder| {
                binder.facts.scopes[binder.scope].name = Some(function.name.to_string());
                binder.visit_body(&function.body);
            });
        };
        self.with_type_parameters(function.type_params.as_deref(), inner);
    }

    fn with_type_parameters(
        &mut self,
        parameters: Option<&'a ast::TypeParams>,
        visit: impl FnOnce(&mut Self),
    ) {
        let Some(parameters) = parameters else {
            return visit(self);
        };
        self.with_scope(ScopeKind::TypeParameters, |binder| {
            for parameter in &parameters.type_params {
                let name = parameter.name();
                binder.bind_name(name.as_str(), range_of(name), BindingKind::Type);
            }
            binder.with_moment(Moment::Call, |binder| {
                visitor::walk_type_params(binder, parameters);
            });
            visit(binder);
        });
    }

    /// Defaults and annotations are evaluated where the function is defined.
    fn signature(&mut self, parameters: &'a ast::Parameters, returns: Option<&'a ast::Expr>) {
        for parameter in parameters {
            if let Some(default) = parameter.default() {
                if self.moment == Moment::Import && statement::is_display(default) {
                    self.facts.mutable_defaults.push(self.statement);
                }
                self.with_usage(Usage::Default, |binder| binder.visit_expr(default));
            }
            if let Some(annotation) = parameter.annotation() {
                self.visit_annotation(annotation);
            }
        }
        if let Some(annotation) = returns {
            self.visit_annotation(annotation);
        }
    }

    fn callable(&mut self, parameters: &'a ast::Parameters, body: impl FnOnce(&mut Self)) {
        let call = self.call.take();
        let usage = std::mem::replace(&mut self.usage, Usage::Read);
        let guard_depth = std::mem::take(&mut self.guard_depth);
        let moment = if self.moment == Moment::Never { Moment::Never } else { Moment::Call };
        self.with_scope(ScopeKind::Function, |binder| {
            for parameter in parameters {
                let name = parameter.name();
                binder.bind_name(name.as_str(), range_of(name), BindingKind::Parameter);
            }
            binder.with_moment(moment, body);
        });
        self.call = call;
        self.usage = usage;
        self.guard_depth = guard_depth;
    }

    fn class(&mut self, class: &'a ast::StmtClassDef) {
        self.with_usage(Usage::Decorator, |binder| {
            class.decorator_list.iter().for_each(|node| binder.visit_expr(&node.expression));
        });
        self.with_type_parameters(class.type_params.as_deref(), |binder| {
            if let Some(arguments) = &class.arguments {
                binder.with_usage(Usage::Base, |binder| binder.visit_arguments(arguments));
            }
            binder.with_scope(ScopeKind::Class, |binder| binder.visit_body(&class.body));
        });
        self.bind_name(class.name.as_str(), range_of(&class.name), BindingKind::Class);
    }

    fn import(&mut self, node: &'a ast::StmtImport) {
        let names = node.names.iter().map(imported_name).collect::<Vec<_>>();
        let index = self.facts.imports.len();
        for (position, name) in names.iter().enumerate() {
            let bound = match &name.alias {
                Some(alias) => alias.clone(),
                None => name.name.split('.').next().unwrap_or_default().to_owned(),
            };
            self.bind_name(&bound, name.range.clone(), BindingKind::Import(index, position));
        }
        self.push_import(ImportKind::Import, names, (String::new(), 0, 0..0), range_of(node));
    }

    fn import_from(&mut self, node: &'a ast::StmtImportFrom) {
        let names = node.names.iter().map(imported_name).collect::<Vec<_>>();
        let module = node.module.as_ref().map(std::string::ToString::to_string).unwrap_or_default();
        let whole = range_of(node);
        let module_range = self.module_range(&whole, node.level, node.module.as_ref());
        if module == "__future__" && names.iter().any(|name| name.name == "annotations") {
            self.future_annotations = true;
        }
        let index = self.facts.imports.len();
        for (position, name) in names.iter().enumerate() {
            if name.name != "*" {
                let kind = BindingKind::Import(index, position);
                self.bind_name(name.bound(), name.range.clone(), kind);
            }
        }
        self.push_import(ImportKind::From, names, (module, node.level, module_range), whole);
    }

    /// Dots and module name between `from` and `import`.
    fn module_range(
        &self,
        whole: &Range<usize>,
        level: u32,
        module: Option<&ast::Identifier>,
    ) -> Range<usize> {
        let after_from = whole.start + "from".len();
        let text = &self.source[after_from..whole.end];
        let is_gap = |character: char| character.is_whitespace() || character == '\\';
        let start = after_from + text.find(|character| !is_gap(character)).unwrap_or_default();
        let end = if let Some(module) = module {
            range_of(module).end
        } else {
            let dots = self.source[start..whole.end].char_indices();
            let mut dots = dots.filter(|(_, character)| *character == '.');
            let last = dots.nth(usize::try_from(level.saturating_sub(1)).unwrap_or_default());
            last.map_or(start, |(offset, _)| start + offset + 1)
        };
        start..end
    }

    fn push_import(
        &mut self,
        kind: ImportKind,
        names: Vec<ImportedName>,
        (module, level, module_range): (String, u32, Range<usize>),
        range: Range<usize>,
    ) {
        self.facts.imports.push(ImportStatement {
            kind,
            module,
            level,
            module_range,
            names,
            range,
            scope: self.scope,
            moment: self.moment,
            guarded: self.guard_depth > 0,
            statement: self.statement,
        });
    }

    fn conditional(&mut self, node: &'a ast::StmtIf) {
        self.visit_expr(&node.test);
        if statement::is_type_checking(&node.test) {
            self.with_moment(Moment::Never, |binder| binder.visit_body(&node.body));
        } else {
            self.visit_body(&node.body);
        }
        for clause in &node.elif_else_clauses {
            self.visit_elif_else_clause(clause);
        }
    }

    fn protected(&mut self, node: &'a ast::StmtTry) {
        let catches = node.handlers.iter().any(statement::catches_import_error);
        self.guard_depth += usize::from(catches);
        self.visit_body(&node.body);
        self.guard_depth -= usize::from(catches);
        for handler in &node.handlers {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            if let Some(name) = &handler.name {
                self.bind_name(name.as_str(), range_of(name), BindingKind::Capture);
            }
            if let Some(kind) = &handler.type_ {
                self.visit_expr(kind);
            }
            self.visit_body(&handler.body);
        }
        self.visit_body(&node.orelse);
        self.visit_body(&node.finalbody);
    }

    fn declare(&mut self, names: &'a [ast::Identifier], global: bool) {
        let scope = self.scope;
        for name in names {
            let entry = self.declared.entry(scope).or_default();
            let set = if global { &mut entry.0 } else { &mut entry.1 };
            set.insert(name.to_string());
            let record = &mut self.facts.scopes[scope];
            let list = if global { &mut record.globals } else { &mut record.nonlocals };
            list.push(name.to_string());
        }
    }

    fn name(&mut self, node: &'a ast::ExprName, chain: Vec<Attribute>, usage: Usage) {
        let range = range_of(node);
        match node.ctx {
            ast::ExprContext::Load | ast::ExprContext::Invalid => {
                self.refer(node.id.as_str(), range, chain, usage);
            }
            ast::ExprContext::Store => {
                self.bind_name(node.id.as_str(), range, BindingKind::Assignment);
            }
            ast::ExprContext::Del => {
                self.bind_name(node.id.as_str(), range, BindingKind::Deletion);
            }
        }
    }

    /// A chain `name.b.c`: one reference with its attributes.
    fn attribute(&mut self, node: &'a ast::ExprAttribute, usage: Usage) {
        let mut chain = vec![attribute_of(node)];
        let mut inner = &*node.value;
        while let ast::Expr::Attribute(next) = inner {
            chain.push(attribute_of(next));
            inner = &*next.value;
        }
        chain.reverse();
        match inner {
            ast::Expr::Name(name) => {
                self.stored = !matches!(node.ctx, ast::ExprContext::Load);
                self.name(name, chain, usage);
                self.stored = false;
            }
            // `name[key].append(value)` and `name[key].field = value`.
            ast::Expr::Subscript(inner) if usage == Usage::Call || !node.ctx.is_load() => {
                self.subscript(inner, true);
            }
            other => {
                let changed = std::mem::take(&mut self.changed);
                self.visit_expr(other);
                self.changed = changed;
            }
        }
    }

    /// `name[key]`, in which something may be changed.
    fn subscript(&mut self, node: &'a ast::ExprSubscript, changes: bool) {
        let before = std::mem::replace(&mut self.changed, changes || !node.ctx.is_load());
        match &*node.value {
            ast::Expr::Name(name) => self.name(name, Vec::new(), self.usage),
            ast::Expr::Attribute(attribute) => self.attribute(attribute, self.usage),
            ast::Expr::Subscript(inner) => {
                let changes = self.changed;
                self.subscript(inner, changes);
            }
            other => {
                self.changed = false;
                self.visit_expr(other);
            }
        }
        self.changed = false;
        self.visit_expr(&node.slice);
        self.changed = before;
    }

    fn call(&mut self, node: &'a ast::ExprCall) {
        if self.usage == Usage::Annotation {
            // `Annotated[int, Query(alias="n")]`: code that runs, and texts that are no types.
            self.with_usage(Usage::Default, |binder| binder.call(node));
            return;
        }
        let usage = match self.usage {
            Usage::Read => Usage::Call,
            stronger => stronger,
        };
        match &*node.func {
            ast::Expr::Name(name) => self.name(name, Vec::new(), usage),
            ast::Expr::Attribute(attribute) => self.attribute(attribute, usage),
            other => self.visit_expr(other),
        }
        let callee = dotted(&node.func).unwrap_or_default();
        let range = range_of(node);
        if matches!(callee.rsplit('.').next(), Some("import_module" | "__import__")) {
            let first = node.arguments.args.first();
            self.facts.computed_imports.extend(first.and_then(statement::computed_import));
        }
        let outer = self.call.take();
        for (position, argument) in node.arguments.args.iter().enumerate() {
            self.argument(&callee, &range, Argument::Position(position), argument);
        }
        for keyword in &node.arguments.keywords {
            let name =
                keyword.arg.as_ref().map(std::string::ToString::to_string).unwrap_or_default();
            self.argument(&callee, &range, Argument::Keyword(name), &keyword.value);
        }
        self.call = outer;
    }

    fn argument(
        &mut self,
        callee: &str,
        range: &Range<usize>,
        argument: Argument,
        value: &'a ast::Expr,
    ) {
        let direct = matches!(value, ast::Expr::StringLiteral(_));
        let argument = if direct { argument } else { Argument::Nested };
        self.call = Some(CallSite { callee: callee.to_owned(), range: range.clone(), argument });
        self.visit_expr(value);
    }

    fn string(&mut self, node: &'a ast::ExprStringLiteral) {
        if self.usage == Usage::Annotation {
            self.quoted_annotation(node);
        }
        if let Some(part) = node.as_single_part_string() {
            let range = range_of(part);
            self.facts.strings.push(StringUse {
                value: part.value.to_string(),
                content: content_of(part),
                range,
                call: self.call.clone().map(|call| (call.callee, call.argument)),
                call_range: self.call.as_ref().map(|call| call.range.clone()),
                after_slash: self.after_slash,
                statement: self.statement,
                is_statement: false,
            });
        }
    }

    fn quoted_annotation(&mut self, node: &'a ast::ExprStringLiteral) {
        let Some(part) = node.as_single_part_string() else {
            return;
        };
        let Some(expression) = quoted_annotation(self.source, part) else {
            return;
        };
        let moment = std::mem::replace(&mut self.moment, Moment::Never);
        let inside = std::mem::replace(&mut self.inside, Inside::Quotes);
        let mut names = QuotedNames { found: Vec::new() };
        names.visit_expr(&expression);
        for (name, range, chain) in names.found {
            self.refer(&name, range, chain, Usage::Annotation);
        }
        self.moment = moment;
        self.inside = inside;
    }

    fn comprehension(&mut self, generators: &'a [ast::Comprehension], results: &[&'a ast::Expr]) {
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        self.with_scope(ScopeKind::Comprehension, |binder| {
            for (position, generator) in generators.iter().enumerate() {
                if position > 0 {
                    binder.visit_expr(&generator.iter);
                }
                binder.visit_expr(&generator.target);
                generator.ifs.iter().for_each(|condition| binder.visit_expr(condition));
            }
            for result in results {
                binder.visit_expr(result);
            }
        });
    }
}

/// Names of an expression that does not live as long as the file's tree.
struct QuotedNames {
    found: Vec<(String, Range<usize>, Vec<Attribute>)>,
}

impl<'a> Visitor<'a> for QuotedNames {
    fn visit_expr(&mut self, expr: &'a ast::Expr) {
        let mut chain = Vec::new();
        let mut inner = expr;
        while let ast::Expr::Attribute(node) = inner {
            chain.push(attribute_of(node));
            inner = &*node.value;
        }
        chain.reverse();
        match inner {
            ast::Expr::Name(name) => self.found.push((name.id.to_string(), range_of(name), chain)),
            other => visitor::walk_expr(self, other),
        }
    }
}

impl<'a> Visitor<'a> for Binder<'a> {
    fn visit_stmt(&mut self, node: &'a ast::Stmt) {
        match node {
            ast::Stmt::FunctionDef(function) => self.function(function),
            ast::Stmt::ClassDef(class) => self.class(class),
            ast::Stmt::Import(import) => self.import(import),
            ast::Stmt::ImportFrom(import) => self.import_from(import),
            ast::Stmt::If(conditional) => self.conditional(conditional),
            ast::Stmt::Try(protected) => self.protected(protected),
            ast::Stmt::Global(global) => {
                self.declare(&global.names, true);
                let name = |name: &ast::Identifier| (name.to_string(), range_of(name));
                self.facts.globals.push(GlobalStatement {
                    range: range_of(global),
                    names: global.names.iter().map(name).collect(),
                    statement: self.statement,
                });
            }
            ast::Stmt::Nonlocal(nonlocal) => self.declare(&nonlocal.names, false),
            ast::Stmt::AugAssign(assignment) => {
                if let ast::Expr::Name(name) = &*assignment.target {
                    self.refer(name.id.as_str(), range_of(name), Vec::new(), Usage::Read);
                }
                visitor::walk_stmt(self, node);
            }
            ast::Stmt::TypeAlias(alias) => {
                if let ast::Expr::Name(name) = &*alias.name {
                    self.bind_name(name.id.as_str(), range_of(name), BindingKind::Type);
                }
                self.with_type_parameters(alias.type_params.as_deref(), |binder| {
                    binder.with_moment(Moment::Call, |binder| binder.visit_expr(&alias.value));
                });
            }
            ast::Stmt::Expr(expression) => {
                let before = self.facts.strings.len();
                self.visit_expr(&expression.value);
                if expression.value.is_string_literal_expr() {
                    self.facts.strings[before..]
                        .iter_mut()
                        .for_each(|string| string.is_statement = true);
                }
            }
            _ => visitor::walk_stmt(self, node),
        }
    }

    fn visit_annotation(&mut self, expr: &'a ast::Expr) {
        let moment = if self.future_annotations { Moment::Never } else { self.moment };
        self.with_moment(moment, |binder| {
            binder.with_usage(Usage::Annotation, |binder| binder.visit_expr(expr));
        });
    }

    fn visit_expr(&mut self, expr: &'a ast::Expr) {
        let after_slash = std::mem::take(&mut self.after_slash);
        match expr {
            ast::Expr::Name(name) => self.name(name, Vec::new(), self.usage),
            ast::Expr::Attribute(attribute) => self.attribute(attribute, self.usage),
            ast::Expr::Call(call) => self.call(call),
            ast::Expr::Subscript(subscript) => self.subscript(subscript, false),
            ast::Expr::StringLiteral(string) => {
                self.after_slash = after_slash;
                self.string(string);
                self.after_slash = false;
            }
            ast::Expr::Named(named) => {
                self.visit_expr(&named.value);
                if let ast::Expr::Name(name) = &*named.target {
                    self.bind_walrus(name.id.as_str(), range_of(name));
                }
            }
            ast::Expr::Lambda(lambda) => self.lambda(lambda),
            ast::Expr::ListComp(node) => self.comprehension(&node.generators, &[&node.elt]),
            ast::Expr::SetComp(node) => self.comprehension(&node.generators, &[&node.elt]),
            ast::Expr::Generator(node) => self.comprehension(&node.generators, &[&node.elt]),
            ast::Expr::DictComp(node) => {
                let mut results: Vec<&ast::Expr> = node.key.iter().map(|key| &**key).collect();
                results.push(&node.value);
                self.comprehension(&node.generators, &results);
            }
            ast::Expr::BinOp(node) => {
                self.visit_expr(&node.left);
                self.after_slash = matches!(node.op, ast::Operator::Div);
                self.visit_expr(&node.right);
                self.after_slash = false;
            }
            _ => visitor::walk_expr(self, expr),
        }
    }

    fn visit_f_string(&mut self, node: &'a ast::FString) {
        let before = self.quoting.replace(Quoting::of(node.flags));
        visitor::walk_f_string(self, node);
        self.quoting = before;
    }

    fn visit_interpolated_string_element(&mut self, element: &'a ast::InterpolatedStringElement) {
        if let (ast::InterpolatedStringElement::Interpolation(node), Some(quoting)) =
            (element, self.quoting)
        {
            self.facts.shown.extend(shown_text(node, quoting));
        }
        visitor::walk_interpolated_string_element(self, element);
    }

    fn visit_pattern(&mut self, pattern: &'a ast::Pattern) {
        let captured = match pattern {
            ast::Pattern::MatchAs(node) => node.name.as_ref(),
            ast::Pattern::MatchStar(node) => node.name.as_ref(),
            ast::Pattern::MatchMapping(node) => node.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = captured {
            self.bind_name(name.as_str(), range_of(name), BindingKind::Capture);
        }
        visitor::walk_pattern(self, pattern);
    }
}

impl<'a> Binder<'a> {
    fn lambda(&mut self, lambda: &'a ast::ExprLambda) {
        let Some(parameters) = &lambda.parameters else {
            return self.with_scope(ScopeKind::Function, |binder| {
                let moment = binder.moment.max(Moment::Call);
                binder.with_moment(moment, |binder| binder.visit_expr(&lambda.body));
            });
        };
        for parameter in &**parameters {
            if let Some(default) = parameter.default() {
                self.visit_expr(default);
            }
        }
        self.callable(parameters, |binder| binder.visit_expr(&lambda.body));
    }
}

/// The dotted text of a name or an attribute chain.
pub(super) fn dotted(expr: &ast::Expr) -> Option<String> {
    match expr {
        ast::Expr::Name(name) => Some(name.id.to_string()),
        ast::Expr::Attribute(node) => {
            Some(format!("{}.{}", dotted(&node.value)?, node.attr.as_str()))
        }
        _ => None,
    }
}

fn attribute_of(node: &ast::ExprAttribute) -> Attribute {
    Attribute { name: node.attr.to_string(), range: range_of(&node.attr) }
}

fn imported_name(alias: &ast::Alias) -> ImportedName {
    ImportedName {
        name: alias.name.to_string(),
        name_range: range_of(&alias.name),
        alias: alias.asname.as_ref().map(std::string::ToString::to_string),
        range: span(alias.range),
    }
}
