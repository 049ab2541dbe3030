//! Expressions as owned values of a bounded depth.

use super::super::parse::{ast, range_of};

/// How deep values are copied.
const DEPTH: u8 = 4;
/// How many elements of a container are copied.
const WIDTH: usize = 48;
/// How many bytes of a text are copied.
const TEXT: usize = 400;

/// An expression, as far as it is written in a plain way.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `None`.
    None,
    /// `True`, `False`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Another number.
    Number,
    /// A text.
    Str(Box<str>),
    /// Bytes.
    Bytes,
    /// A text with holes: `{}` stands for each, and what is in them.
    Format(Box<str>, Vec<Value>),
    /// A name or an attribute chain.
    Name(Box<str>),
    /// A call.
    Call(Box<Invocation>),
    /// A list, tuple or set.
    Sequence(Vec<Value>),
    /// A dictionary.
    Dict(Vec<(Value, Value)>),
    /// `a[b]`.
    Item(Box<(Value, Value)>),
    /// `a + b`, `a % b`, `a / b` …, the operator first.
    Binary(&'static str, Box<(Value, Value)>),
    /// `a or b`, `b if a else c`: any of these.
    Choice(Vec<Value>),
    /// `a == b` and other comparisons.
    Compare(Box<(Value, Value)>),
    /// Anything else.
    Other,
}

/// What is called with what.
#[derive(Debug, Clone, PartialEq)]
pub struct Invocation {
    /// The dotted text of what is called; `f()` and `x[]` stand for calls and items in it.
    pub callee: Box<str>,
    /// Positional arguments.
    pub arguments: Vec<Value>,
    /// Keyword arguments; an empty name is `**`.
    pub keywords: Vec<(Box<str>, Value)>,
    /// Offset of the expression.
    pub start: u32,
    /// Offset of its end.
    pub end: u32,
}

impl Invocation {
    /// The last part of what is called.
    pub fn name(&self) -> &str {
        self.callee.rsplit('.').next().unwrap_or(&self.callee)
    }

    /// What the last part is an attribute of; empty for a plain name.
    pub fn receiver(&self) -> &str {
        self.callee.rsplit_once('.').map_or("", |(receiver, _)| receiver)
    }

    /// The value of a keyword argument.
    pub fn keyword(&self, name: &str) -> Option<&Value> {
        self.keywords.iter().find(|(known, _)| &**known == name).map(|(_, value)| value)
    }

    /// Whether `**` is among the arguments: any keyword may be given.
    pub fn is_open(&self) -> bool {
        self.keywords.iter().any(|(name, _)| name.is_empty())
    }

    /// An argument by position or by name.
    pub fn argument(&self, position: usize, name: &str) -> Option<&Value> {
        self.keyword(name).or_else(|| self.arguments.get(position))
    }
}

impl Value {
    /// The text of a plain string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The dotted text of a name or of what is called.
    pub fn dotted(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Call(call) => Some(&call.callee),
            _ => None,
        }
    }

    /// The call, if it is one.
    pub fn call(&self) -> Option<&Invocation> {
        match self {
            Self::Call(call) => Some(call),
            _ => None,
        }
    }

    /// Whether it is written out completely, without names and calls.
    pub fn is_literal(&self) -> bool {
        match self {
            Self::None
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Number
            | Self::Str(_)
            | Self::Bytes => true,
            Self::Sequence(items) => items.iter().all(Self::is_literal),
            Self::Dict(items) => {
                items.iter().all(|(key, value)| key.is_literal() && value.is_literal())
            }
            _ => false,
        }
    }

    /// Calls `look` with this value and everything in it.
    pub fn walk<'a>(&'a self, look: &mut dyn FnMut(&'a Self)) {
        look(self);
        match self {
            Self::Format(_, parts) | Self::Sequence(parts) | Self::Choice(parts) => {
                for part in parts {
                    part.walk(look);
                }
            }
            Self::Dict(items) => items.iter().for_each(|(key, value)| {
                key.walk(look);
                value.walk(look);
            }),
            Self::Item(pair) | Self::Binary(_, pair) | Self::Compare(pair) => {
                pair.0.walk(look);
                pair.1.walk(look);
            }
            Self::Call(call) => {
                call.arguments.iter().for_each(|value| value.walk(look));
                call.keywords.iter().for_each(|(_, value)| value.walk(look));
            }
            _ => {}
        }
    }
}

/// Copies an expression.
pub(super) fn value(expr: &ast::Expr) -> Value {
    copy(expr, DEPTH)
}

fn copy(expr: &ast::Expr, depth: u8) -> Value {
    let Some(below) = depth.checked_sub(1) else { return Value::Other };
    match expr {
        ast::Expr::NoneLiteral(_) => Value::None,
        ast::Expr::BooleanLiteral(node) => Value::Bool(node.value),
        ast::Expr::NumberLiteral(node) => match &node.value {
            ast::Number::Int(number) => number.as_i64().map_or(Value::Number, Value::Int),
            _ => Value::Number,
        },
        ast::Expr::StringLiteral(node) => Value::Str(clipped(node.value.to_str())),
        ast::Expr::BytesLiteral(_) => Value::Bytes,
        ast::Expr::FString(node) => format(node, below),
        ast::Expr::Name(_) | ast::Expr::Attribute(_) => Value::Name(loose(expr).into()),
        ast::Expr::Call(node) => Value::Call(Box::new(invocation(node, below))),
        ast::Expr::List(node) => sequence(&node.elts, below),
        ast::Expr::Tuple(node) => sequence(&node.elts, below),
        ast::Expr::Set(node) => sequence(&node.elts, below),
        ast::Expr::Dict(node) => Value::Dict(
            node.items
                .iter()
                .take(WIDTH)
                .map(|item| {
                    let key = item.key.as_ref().map_or(Value::Other, |key| copy(key, below));
                    (key, copy(&item.value, below))
                })
                .collect(),
        ),
        ast::Expr::Subscript(node) => {
            Value::Item(Box::new((copy(&node.value, below), copy(&node.slice, below))))
        }
        ast::Expr::BinOp(node) => {
            let pair = (copy(&node.left, below), copy(&node.right, below));
            Value::Binary(node.op.as_str(), Box::new(pair))
        }
        ast::Expr::BoolOp(node) => choice(node.values.iter(), below),
        ast::Expr::If(node) => choice([&*node.body, &*node.orelse].into_iter(), below),
        ast::Expr::Compare(node) => {
            let right = node.comparators.first().map_or(Value::Other, |side| copy(side, below));
            Value::Compare(Box::new((copy(&node.left, below), right)))
        }
        ast::Expr::Await(node) => copy(&node.value, depth),
        ast::Expr::Named(node) => copy(&node.value, depth),
        _ => Value::Other,
    }
}

fn sequence(items: &[ast::Expr], depth: u8) -> Value {
    Value::Sequence(items.iter().take(WIDTH).map(|item| copy(item, depth)).collect())
}

fn choice<'a>(parts: impl Iterator<Item = &'a ast::Expr>, depth: u8) -> Value {
    Value::Choice(parts.take(WIDTH).map(|part| copy(part, depth)).collect())
}

fn format(node: &ast::ExprFString, depth: u8) -> Value {
    let mut text = String::new();
    let mut parts = Vec::new();
    for part in &node.value {
        match part {
            ast::FStringPart::Literal(literal) => text.push_str(&literal.value),
            ast::FStringPart::FString(inner) => {
                for element in &inner.elements {
                    match element {
                        ast::InterpolatedStringElement::Literal(literal) => {
                            text.push_str(&literal.value);
                        }
                        ast::InterpolatedStringElement::Interpolation(hole) => {
                            text.push_str("{}");
                            parts.push(copy(&hole.expression, depth));
                        }
                    }
                }
            }
        }
    }
    Value::Format(clipped(&text), parts)
}

/// Copies a call.
pub(super) fn invocation(node: &ast::ExprCall, depth: u8) -> Invocation {
    let arguments = node.arguments.args.iter().take(WIDTH);
    let keywords = node.arguments.keywords.iter().take(WIDTH);
    let range = range_of(node);
    Invocation {
        callee: loose(&node.func).into(),
        arguments: arguments.map(|argument| copy(argument, depth)).collect(),
        keywords: keywords
            .map(|keyword| {
                let name = keyword.arg.as_ref().map_or("", |name| name.as_str());
                (name.into(), copy(&keyword.value, depth))
            })
            .collect(),
        start: offset(range.start),
        end: offset(range.end),
    }
}

/// A call as it is recorded on its own.
pub(super) fn whole_invocation(node: &ast::ExprCall) -> Invocation {
    invocation(node, DEPTH - 1)
}

/// A byte offset; files beyond 4 GB are never read.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn clipped(text: &str) -> Box<str> {
    if text.len() <= TEXT {
        return text.into();
    }
    let mut end = TEXT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].into()
}

/// Dotted text in which `()` stands for a call and `[]` for an item; empty when it begins
/// with anything else.
pub(super) fn loose(expr: &ast::Expr) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut inner = expr;
    loop {
        match inner {
            ast::Expr::Name(name) => {
                parts.push(name.id.as_str());
                break;
            }
            ast::Expr::Attribute(node) => {
                parts.push(node.attr.as_str());
                parts.push(".");
                inner = &node.value;
            }
            ast::Expr::Call(node) => {
                parts.push("()");
                inner = &node.func;
            }
            ast::Expr::Subscript(node) => {
                parts.push("[]");
                inner = &node.value;
            }
            ast::Expr::Await(node) => inner = &node.value,
            _ => break,
        }
    }
    parts.into_iter().rev().collect()
}
