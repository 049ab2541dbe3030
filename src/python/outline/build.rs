//! The walk that fills an [`Outline`].

use super::super::facts::fit;
use super::super::parse::{Visitor, ast, range_of, visitor};
use super::super::statement::is_main_guard;
use super::value::{Value, loose, offset, value, whole_invocation};
use super::{
    Assignment, Body, Call, Class, Comparison, Context, Function, Handler, Outline, Parameter,
    Return,
};

/// Builds the tables of one file, lines aside.
pub(super) fn build(source: &str, body: &[ast::Stmt]) -> Outline {
    let mut builder = Builder {
        source,
        outline: Outline::default(),
        context: Context::default(),
        awaited: false,
        discarded: false,
        registered: Vec::new(),
    };
    builder.visit_body(body);
    builder.settle_registrations();
    let mut outline = builder.outline;
    fit(&mut outline.calls);
    fit(&mut outline.assignments);
    fit(&mut outline.comparisons);
    fit(&mut outline.functions);
    outline
}

struct Builder<'a> {
    source: &'a str,
    outline: Outline,
    context: Context,
    awaited: bool,
    discarded: bool,
    /// `app.get("/x")(function)`: the function's name and what is called with it.
    registered: Vec<(Box<str>, Value)>,
}

impl<'a> Builder<'a> {
    /// A function that a statement hands to what a call gives is decorated by that call.
    fn settle_registrations(&mut self) {
        for (name, call) in std::mem::take(&mut self.registered) {
            let mut functions = self.outline.functions.iter_mut();
            let function = functions.find(|function| {
                function.name == name
                    && function.context.function.is_none()
                    && function.context.class.is_none()
            });
            if let Some(function) = function {
                function.decorators.insert(0, call);
            }
        }
    }

    fn within(&mut self, change: impl FnOnce(&mut Context), visit: impl FnOnce(&mut Self)) {
        let before = self.context;
        change(&mut self.context);
        visit(self);
        self.context = before;
    }

    fn here(&mut self) -> Option<&mut Function> {
        let index = self.context.function?;
        self.outline.functions.get_mut(index as usize)
    }

    fn text(&self, expr: &ast::Expr) -> Box<str> {
        self.source[range_of(expr)].into()
    }

    fn function(&mut self, node: &'a ast::StmtFunctionDef) {
        node.decorator_list.iter().for_each(|decorator| self.visit_expr(&decorator.expression));
        self.visit_parameters(&node.parameters);
        let index = offset(self.outline.functions.len());
        let range = range_of(node);
        let first = node.decorator_list.first().map_or(range.start, |found| range_of(found).start);
        let function = Function {
            name: node.name.as_str().into(),
            context: self.context,
            is_async: node.is_async,
            decorators: node.decorator_list.iter().map(|found| value(&found.expression)).collect(),
            parameters: self.parameters(&node.parameters),
            returns: node.returns.as_deref().map(|returns| self.text(returns)),
            start: offset(range_of(&node.name).start),
            end: offset(range.end),
            whole: offset(first.min(range.start)),
            body: body_of(&node.body),
            statements: 0,
            branches: 0,
            asserts: 0,
            yields: false,
            awaits: false,
            raises: false,
        };
        self.outline.functions.push(function);
        let main_guard = self.context.main_guard;
        let class = self.context.class;
        let inner = Context { function: Some(index), class, main_guard, ..Context::default() };
        self.within(|context| *context = inner, |builder| builder.visit_body(&node.body));
    }

    fn parameters(&self, parameters: &ast::Parameters) -> Vec<Parameter> {
        let found = parameters.iter().map(|parameter| Parameter {
            name: parameter.name().as_str().into(),
            annotation: parameter.annotation().map(|annotation| self.text(annotation)),
            default: parameter.default().map(value),
        });
        found.collect()
    }

    fn class(&mut self, node: &'a ast::StmtClassDef) {
        node.decorator_list.iter().for_each(|decorator| self.visit_expr(&decorator.expression));
        let index = offset(self.outline.classes.len());
        let arguments = node.arguments.as_deref();
        let bases = arguments.map(|arguments| &*arguments.args).unwrap_or_default();
        let class = Class {
            name: node.name.as_str().into(),
            context: self.context,
            bases: bases.iter().map(|base| loose(base).trim_end_matches("[]").into()).collect(),
            decorators: node.decorator_list.iter().map(|found| value(&found.expression)).collect(),
            start: offset(range_of(&node.name).start),
            end: offset(range_of(node).end),
        };
        self.outline.classes.push(class);
        if let Some(arguments) = arguments {
            self.visit_arguments(arguments);
        }
        let enter = |context: &mut Context| {
            *context = Context { class: Some(index), ..*context };
        };
        self.within(enter, |builder| builder.visit_body(&node.body));
    }

    fn assign(&mut self, target: &ast::Expr, annotation: Option<&ast::Expr>, to: Option<Value>) {
        let name = loose(target);
        if name.is_empty() {
            return;
        }
        let assignment = Assignment {
            target: name.into(),
            annotation: annotation.map(|annotation| self.text(annotation)),
            value: to,
            start: offset(range_of(target).start),
            context: self.context,
        };
        self.outline.assignments.push(assignment);
    }

    fn protected(&mut self, node: &'a ast::StmtTry) {
        self.within(
            |context| context.tries = context.tries.saturating_add(1),
            |builder| builder.visit_body(&node.body),
        );
        let guards_import = node
            .body
            .iter()
            .all(|found| matches!(found, ast::Stmt::Import(_) | ast::Stmt::ImportFrom(_)));
        for handler in &node.handlers {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            self.handler(handler, guards_import, offset(node.body.len()));
        }
        self.visit_body(&node.orelse);
        self.visit_body(&node.finalbody);
    }

    fn handler(
        &mut self,
        node: &'a ast::ExceptHandlerExceptHandler,
        guards_import: bool,
        protected: u32,
    ) {
        let index = offset(self.outline.handlers.len());
        let types = match node.type_.as_deref() {
            None => Vec::new(),
            Some(ast::Expr::Tuple(tuple)) => {
                tuple.elts.iter().map(|found| loose(found).into()).collect()
            }
            Some(single) => vec![loose(single).into()],
        };
        let name = node.name.as_ref().map(ast::Identifier::as_str);
        let mut look = Look { name, ..Look::default() };
        look.visit_body(&node.body);
        let range = range_of(node);
        self.outline.handlers.push(Handler {
            types,
            name: name.map(Into::into),
            start: offset(range.start),
            end: offset(range.end),
            context: self.context,
            silent: node.body.iter().all(does_nothing),
            raises: look.raises,
            calls: look.calls,
            reads_name: look.reads,
            guards_import,
            protected,
        });
        if let Some(function) = self.here() {
            function.branches += 1;
        }
        self.within(
            |context| context.handler = Some(index),
            |builder| builder.visit_body(&node.body),
        );
    }

    fn conditional(&mut self, node: &'a ast::StmtIf) {
        self.visit_expr(&node.test);
        let guard = is_main_guard(&node.test);
        let deeper = |context: &mut Context| context.branches = context.branches.saturating_add(1);
        let enter = |context: &mut Context| {
            deeper(context);
            context.main_guard |= guard;
        };
        self.within(enter, |builder| builder.visit_body(&node.body));
        for clause in &node.elif_else_clauses {
            if let Some(test) = &clause.test {
                self.visit_expr(test);
            }
            self.within(deeper, |builder| builder.visit_body(&clause.body));
        }
    }

    fn looped(&mut self, visit: impl FnOnce(&mut Self)) {
        self.within(|context| context.loops = context.loops.saturating_add(1), visit);
    }

    /// Counts a statement for the function that it stands in.
    fn count(&mut self, node: &ast::Stmt) {
        let Some(function) = self.here() else { return };
        function.statements += 1;
        match node {
            ast::Stmt::If(found) => {
                function.branches += 1 + offset(found.elif_else_clauses.len());
            }
            ast::Stmt::For(_) | ast::Stmt::While(_) => function.branches += 1,
            ast::Stmt::Assert(_) => function.asserts += 1,
            ast::Stmt::Raise(_) => function.raises = true,
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Builder<'a> {
    fn visit_stmt(&mut self, node: &'a ast::Stmt) {
        self.count(node);
        match node {
            ast::Stmt::FunctionDef(function) => self.function(function),
            ast::Stmt::ClassDef(class) => self.class(class),
            ast::Stmt::Try(protected) => self.protected(protected),
            ast::Stmt::If(conditional) => self.conditional(conditional),
            ast::Stmt::For(found) => {
                self.assign(&found.target, None, Some(value(&found.iter)));
                self.visit_expr(&found.iter);
                self.looped(|builder| builder.visit_body(&found.body));
                self.visit_body(&found.orelse);
            }
            ast::Stmt::While(found) => {
                self.visit_expr(&found.test);
                self.looped(|builder| builder.visit_body(&found.body));
                self.visit_body(&found.orelse);
            }
            ast::Stmt::Assign(found) => {
                let to = value(&found.value);
                for target in &found.targets {
                    self.assign(target, None, Some(to.clone()));
                }
                self.visit_expr(&found.value);
            }
            ast::Stmt::AugAssign(found) => {
                let sides = (value(&found.target), value(&found.value));
                self.assign(&found.target, None, Some(Value::Binary("+=", Box::new(sides))));
                self.visit_expr(&found.target);
                self.visit_expr(&found.value);
            }
            ast::Stmt::AnnAssign(found) => {
                let to = found.value.as_deref().map(value);
                self.assign(&found.target, Some(&found.annotation), to);
                if let Some(value) = &found.value {
                    self.visit_expr(value);
                }
            }
            ast::Stmt::Return(found) => {
                if let Some(returned) = &found.value {
                    let start = offset(range_of(found).start);
                    let value = value(returned);
                    let context = self.context;
                    self.outline.returns.push(Return { value, start, context });
                    self.visit_expr(returned);
                }
            }
            ast::Stmt::Expr(found) => {
                self.discarded = true;
                self.visit_expr(&found.value);
                self.discarded = false;
            }
            _ => visitor::walk_stmt(self, node),
        }
    }

    fn visit_annotation(&mut self, _expr: &'a ast::Expr) {}

    fn visit_expr(&mut self, expr: &'a ast::Expr) {
        let awaited = std::mem::take(&mut self.awaited);
        let discarded = std::mem::take(&mut self.discarded);
        match expr {
            ast::Expr::Await(found) => {
                if let Some(function) = self.here() {
                    function.awaits = true;
                }
                self.awaited = true;
                self.discarded = discarded;
                self.visit_expr(&found.value);
                self.awaited = false;
                self.discarded = false;
            }
            ast::Expr::Call(node) => {
                let (what, context) = (whole_invocation(node), self.context);
                if let (true, ast::Expr::Call(_), [ast::Expr::Name(name)], []) =
                    (discarded, &*node.func, &*node.arguments.args, &*node.arguments.keywords)
                {
                    self.registered.push((name.id.as_str().into(), value(&node.func)));
                }
                self.outline.calls.push(Call { what, context, awaited, discarded });
                visitor::walk_expr(self, expr);
            }
            ast::Expr::Compare(node) => {
                if let Some(right) = node.comparators.first() {
                    let comparison = Comparison {
                        left: value(&node.left),
                        right: value(right),
                        start: offset(range_of(node).start),
                        context: self.context,
                    };
                    self.outline.comparisons.push(comparison);
                }
                visitor::walk_expr(self, expr);
            }
            ast::Expr::BoolOp(node) => {
                let more = offset(node.values.len().saturating_sub(1));
                if let Some(function) = self.here() {
                    function.branches += more;
                }
                visitor::walk_expr(self, expr);
            }
            ast::Expr::Yield(_) | ast::Expr::YieldFrom(_) => {
                if let Some(function) = self.here() {
                    function.yields = true;
                }
                visitor::walk_expr(self, expr);
            }
            ast::Expr::Lambda(node) => {
                let inner = Context { handler: None, tries: 0, loops: 0, ..self.context };
                self.within(|context| *context = inner, |builder| builder.visit_expr(&node.body));
            }
            _ => visitor::walk_expr(self, expr),
        }
    }
}

/// What a handler's body does.
#[derive(Default)]
struct Look<'n> {
    name: Option<&'n str>,
    raises: bool,
    calls: bool,
    reads: bool,
}

impl<'a> Visitor<'a> for Look<'_> {
    fn visit_stmt(&mut self, node: &'a ast::Stmt) {
        self.raises |= matches!(node, ast::Stmt::Raise(_));
        visitor::walk_stmt(self, node);
    }

    fn visit_expr(&mut self, expr: &'a ast::Expr) {
        match expr {
            ast::Expr::Name(name) => self.reads |= Some(name.id.as_str()) == self.name,
            ast::Expr::Call(_) => self.calls = true,
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

fn does_nothing(node: &ast::Stmt) -> bool {
    match node {
        ast::Stmt::Pass(_) | ast::Stmt::Continue(_) | ast::Stmt::Break(_) => true,
        ast::Stmt::Expr(found) => {
            found.value.is_ellipsis_literal_expr() || found.value.is_string_literal_expr()
        }
        _ => false,
    }
}

/// What a function's body amounts to.
fn body_of(body: &[ast::Stmt]) -> Body {
    let is_text = |node: &ast::Stmt| match node {
        ast::Stmt::Expr(found) => found.value.is_string_literal_expr(),
        _ => false,
    };
    let rest = match body.first() {
        Some(first) if is_text(first) => &body[1..],
        _ => body,
    };
    match rest {
        [] | [ast::Stmt::Pass(_)] => Body::Empty,
        [ast::Stmt::Expr(found)] if found.value.is_ellipsis_literal_expr() => Body::Empty,
        [ast::Stmt::Raise(found)] => {
            let raised = found.exc.as_deref().map(loose).unwrap_or_default();
            match raised.trim_end_matches("()") {
                "NotImplementedError" => Body::NotImplemented,
                _ => Body::Code,
            }
        }
        [ast::Stmt::Return(found)] => match found.value.as_deref().map(value) {
            None => Body::Empty,
            Some(returned) if returned.is_literal() => Body::Constant,
            Some(_) => Body::Code,
        },
        _ => Body::Code,
    }
}
