//! What a node is, for those who ask no more than that.

use crate::python::parse::NodeKind;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(pub(super) Inner);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inner {
    Parser(NodeKind, Family),
    Parentheses,
    Decorated,
}

/// The families of nodes that patterns tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Statement,
    Expression,
    Other,
}

impl Kind {
    /// A statement of any kind, with or without decorators.
    pub fn is_statement(self) -> bool {
        matches!(self.0, Inner::Parser(_, Family::Statement) | Inner::Decorated)
    }

    /// An expression statement.
    pub fn is_expression_statement(self) -> bool {
        self.is(NodeKind::StmtExpr)
    }

    /// `from … import …`.
    pub fn is_import_from(self) -> bool {
        self.is(NodeKind::StmtImportFrom)
    }

    /// A call with its arguments.
    pub fn is_call(self) -> bool {
        self.is(NodeKind::ExprCall)
    }

    /// The arguments of a call or class, parentheses included.
    pub fn is_arguments(self) -> bool {
        self.is(NodeKind::Arguments)
    }

    /// A name.
    pub fn is_name(self) -> bool {
        self.is(NodeKind::ExprName)
    }

    /// `value.name`.
    pub fn is_attribute(self) -> bool {
        self.is(NodeKind::ExprAttribute)
    }

    /// `value[index]`.
    pub fn is_subscript(self) -> bool {
        self.is(NodeKind::ExprSubscript)
    }

    /// A string, plain or formatted, of one or more pieces.
    pub fn is_string(self) -> bool {
        let strings = [NodeKind::ExprStringLiteral, NodeKind::ExprFString, NodeKind::ExprTString];
        strings.into_iter().any(|kind| self.is(kind))
    }

    /// A plain string.
    pub fn is_plain_string(self) -> bool {
        self.is(NodeKind::ExprStringLiteral)
    }

    /// A number.
    pub fn is_number(self) -> bool {
        self.is(NodeKind::ExprNumberLiteral)
    }

    /// An assignment `a = b`.
    pub fn is_assignment(self) -> bool {
        self.is(NodeKind::StmtAssign)
    }

    /// An assignment with an annotation.
    pub fn is_annotated_assignment(self) -> bool {
        self.is(NodeKind::StmtAnnAssign)
    }

    /// `def`, without its decorators.
    pub fn is_function(self) -> bool {
        self.is(NodeKind::StmtFunctionDef)
    }

    /// `class`, without its decorators.
    pub fn is_class(self) -> bool {
        self.is(NodeKind::StmtClassDef)
    }

    /// A definition with its decorators.
    pub fn is_decorated(self) -> bool {
        self.0 == Inner::Decorated
    }

    /// A decorator, `@` included.
    pub fn is_decorator(self) -> bool {
        self.is(NodeKind::Decorator)
    }

    /// A parameter with its annotation and default.
    pub fn is_parameter(self) -> bool {
        let kinds = [NodeKind::Parameter, NodeKind::ParameterWithDefault];
        kinds.into_iter().any(|kind| self.is(kind))
    }

    /// The parameters of a function or lambda.
    pub fn is_parameters(self) -> bool {
        self.is(NodeKind::Parameters)
    }

    /// `name=value` in a call.
    pub fn is_keyword(self) -> bool {
        self.is(NodeKind::Keyword)
    }

    /// An `except` clause.
    pub fn is_handler(self) -> bool {
        self.is(NodeKind::ExceptHandlerExceptHandler)
    }

    /// `return …`.
    pub fn is_return(self) -> bool {
        self.is(NodeKind::StmtReturn)
    }

    /// `raise …`.
    pub fn is_raise(self) -> bool {
        self.is(NodeKind::StmtRaise)
    }

    /// `try:` with its clauses.
    pub fn is_try(self) -> bool {
        self.is(NodeKind::StmtTry)
    }

    /// A statement that holds others.
    pub fn is_compound(self) -> bool {
        const COMPOUND: [NodeKind; 8] = [
            NodeKind::StmtIf,
            NodeKind::StmtFor,
            NodeKind::StmtWhile,
            NodeKind::StmtWith,
            NodeKind::StmtTry,
            NodeKind::StmtMatch,
            NodeKind::StmtFunctionDef,
            NodeKind::StmtClassDef,
        ];
        COMPOUND.into_iter().any(|kind| self.is(kind))
    }

    /// `yield`, `yield from`.
    pub fn is_yield(self) -> bool {
        self.is(NodeKind::ExprYield) || self.is(NodeKind::ExprYieldFrom)
    }

    /// `a in b`, `a < b < c`.
    pub fn is_comparison(self) -> bool {
        self.is(NodeKind::ExprCompare)
    }

    /// `for … in …:` as a statement.
    pub fn is_for(self) -> bool {
        self.is(NodeKind::StmtFor)
    }

    /// `for … in …` of a comprehension.
    pub fn is_comprehension(self) -> bool {
        self.is(NodeKind::Comprehension)
    }

    /// `a += b`.
    pub fn is_augmented_assignment(self) -> bool {
        self.is(NodeKind::StmtAugAssign)
    }

    /// `del …`.
    pub fn is_deletion(self) -> bool {
        self.is(NodeKind::StmtDelete)
    }

    /// What is tested first for being true: `if`, `elif`, `while`.
    pub fn is_tested(self) -> bool {
        let kinds = [NodeKind::StmtIf, NodeKind::StmtWhile, NodeKind::ElifElseClause];
        kinds.into_iter().any(|kind| self.is(kind))
    }

    /// `not a`, `-a`.
    pub fn is_unary(self) -> bool {
        self.is(NodeKind::ExprUnaryOp)
    }

    /// `a and b`, `a or b`.
    pub fn is_junction(self) -> bool {
        self.is(NodeKind::ExprBoolOp)
    }

    /// `a if b else c`.
    pub fn is_conditional(self) -> bool {
        self.is(NodeKind::ExprIf)
    }

    /// `a, b`, with or without parentheses.
    pub fn is_tuple(self) -> bool {
        self.is(NodeKind::ExprTuple)
    }

    /// `*a`.
    pub fn is_starred(self) -> bool {
        self.is(NodeKind::ExprStarred)
    }

    /// `a:b` of `x[a:b]`.
    pub fn is_slice(self) -> bool {
        self.is(NodeKind::ExprSlice)
    }

    /// `await …`.
    pub fn is_await(self) -> bool {
        self.is(NodeKind::ExprAwait)
    }

    /// `a := b`.
    pub fn is_walrus(self) -> bool {
        self.is(NodeKind::ExprNamed)
    }

    /// `{…}` of a formatted string.
    pub fn is_interpolation(self) -> bool {
        self.is(NodeKind::InterpolatedElement)
    }

    /// A list, a set, a dictionary, a tuple, or a comprehension of one.
    pub fn is_display(self) -> bool {
        const DISPLAYS: [NodeKind; 8] = [
            NodeKind::ExprList,
            NodeKind::ExprSet,
            NodeKind::ExprDict,
            NodeKind::ExprTuple,
            NodeKind::ExprListComp,
            NodeKind::ExprSetComp,
            NodeKind::ExprDictComp,
            NodeKind::ExprGenerator,
        ];
        DISPLAYS.into_iter().any(|kind| self.is(kind))
    }

    /// `with a as b`.
    pub fn is_with_item(self) -> bool {
        self.is(NodeKind::WithItem)
    }

    /// `lambda …`.
    pub fn is_lambda(self) -> bool {
        self.is(NodeKind::ExprLambda)
    }

    /// `global …`.
    pub fn is_global(self) -> bool {
        self.is(NodeKind::StmtGlobal)
    }

    /// Whether it is an expression of any kind.
    pub fn is_any_expression(self) -> bool {
        matches!(self.0, Inner::Parser(_, Family::Expression) | Inner::Parentheses)
    }

    /// `{…: …}`.
    pub fn is_dictionary(self) -> bool {
        self.is(NodeKind::ExprDict)
    }

    /// Binds tighter than every operator: safe wherever an expression may stand.
    pub fn is_atom(self) -> bool {
        const ATOMS: [NodeKind; 13] = [
            NodeKind::ExprName,
            NodeKind::ExprAttribute,
            NodeKind::ExprCall,
            NodeKind::ExprSubscript,
            NodeKind::ExprBooleanLiteral,
            NodeKind::ExprNoneLiteral,
            NodeKind::ExprEllipsisLiteral,
            NodeKind::ExprList,
            NodeKind::ExprDict,
            NodeKind::ExprSet,
            NodeKind::ExprListComp,
            NodeKind::ExprSetComp,
            NodeKind::ExprDictComp,
        ];
        match self.0 {
            Inner::Parser(kind, _) => ATOMS.contains(&kind),
            Inner::Parentheses => true,
            Inner::Decorated => false,
        }
    }

    pub(super) fn is_expression(self) -> bool {
        matches!(self.0, Inner::Parser(_, Family::Expression))
    }

    fn is(self, kind: NodeKind) -> bool {
        matches!(self.0, Inner::Parser(own, _) if own == kind)
    }
}
