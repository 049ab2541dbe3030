//! What the code of a file does, as flat owned tables: calls, definitions, assignments,
//! exception handlers, returned values, logical lines.
//!
//! Complements [`Facts`](super::Facts), which knows what names mean. Values are copied from
//! the syntax tree with a bounded depth, so that readers need no parser type. Nothing is judged here.

mod build;
mod lines;
mod value;

use super::parse::Module;
use super::text::DecodeError;

pub use lines::LogicalLine;
pub use value::{Invocation, Value};

/// The tables of one file.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// Every `def`, in the order of the file.
    pub functions: Vec<Function>,
    /// Every `class`.
    pub classes: Vec<Class>,
    /// Every call.
    pub calls: Vec<Call>,
    /// Every assignment to one target.
    pub assignments: Vec<Assignment>,
    /// Every `except` clause.
    pub handlers: Vec<Handler>,
    /// Every `return` with a value.
    pub returns: Vec<Return>,
    /// Every comparison.
    pub comparisons: Vec<Comparison>,
    /// The lines that clones are looked for in.
    pub lines: Vec<LogicalLine>,
}

/// Where something stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Context {
    /// The innermost function.
    pub function: Option<u32>,
    /// The innermost class around that.
    pub class: Option<u32>,
    /// The `except` clause, when it stands in one of the same function.
    pub handler: Option<u32>,
    /// How many `try` bodies of the same function are around it.
    pub tries: u8,
    /// How many loops of the same function are around it.
    pub loops: u8,
    /// How many `if` are around it.
    pub branches: u8,
    /// Below `if __name__ == "__main__":`.
    pub main_guard: bool,
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: Box<str>,
    /// Its annotation as written.
    pub annotation: Option<Box<str>>,
    /// Its default.
    pub default: Option<Value>,
}

/// What the body of a function amounts to, its docstring aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// `pass`, `...` or nothing.
    Empty,
    /// `raise NotImplementedError`.
    NotImplemented,
    /// One `return` of a literal.
    Constant,
    /// Anything else.
    Code,
}

/// A function or a method.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: Box<str>,
    /// Where it is defined (not what is inside it).
    pub context: Context,
    /// Whether it is a coroutine.
    pub is_async: bool,
    /// Decorators, and what registers it in the same way: `app.get("/x")(function)`.
    pub decorators: Vec<Value>,
    /// Parameters, in order.
    pub parameters: Vec<Parameter>,
    /// The annotation of what it returns, as written.
    pub returns: Option<Box<str>>,
    /// Offset of its name.
    pub start: u32,
    /// Offset of its end.
    pub end: u32,
    /// Offset of the first decorator or of `def`.
    pub whole: u32,
    /// What its body amounts to.
    pub body: Body,
    /// Statements in it, nested ones counted.
    pub statements: u32,
    /// Decisions in it: `if`, loops, handlers, boolean operators.
    pub branches: u32,
    /// `assert` statements in it.
    pub asserts: u32,
    /// Whether it yields.
    pub yields: bool,
    /// Whether it awaits.
    pub awaits: bool,
    /// Whether it raises.
    pub raises: bool,
}

/// A class.
#[derive(Debug, Clone)]
pub struct Class {
    /// Its name.
    pub name: Box<str>,
    /// Where it is defined.
    pub context: Context,
    /// Its base classes as dotted text.
    pub bases: Vec<Box<str>>,
    /// Decorators.
    pub decorators: Vec<Value>,
    /// Offset of its name.
    pub start: u32,
    /// Offset of its end.
    pub end: u32,
}

/// A call.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is called with what.
    pub what: Invocation,
    /// Where.
    pub context: Context,
    /// Whether it is awaited.
    pub awaited: bool,
    /// Whether its value is thrown away.
    pub discarded: bool,
}

/// An assignment to one target; the target of a loop is assigned what it runs over.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// `x`, `self.x`, `x[]`.
    pub target: Box<str>,
    /// The annotation as written.
    pub annotation: Option<Box<str>>,
    /// The value; `None` of a bare annotation.
    pub value: Option<Value>,
    /// Offset of the target.
    pub start: u32,
    /// Where.
    pub context: Context,
}

/// An `except` clause.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is one fact about the body")]
pub struct Handler {
    /// What it catches, as dotted text; empty when it is bare.
    pub types: Vec<Box<str>>,
    /// The name after `as`.
    pub name: Option<Box<str>>,
    /// Offset of `except`.
    pub start: u32,
    /// Offset of its end.
    pub end: u32,
    /// Where.
    pub context: Context,
    /// Whether its body is only `pass`, `...`, `continue` or `break`.
    pub silent: bool,
    /// Whether a comment-free body raises somewhere.
    pub raises: bool,
    /// Whether it calls anything.
    pub calls: bool,
    /// Whether the name after `as` is read.
    pub reads_name: bool,
    /// Whether the protected body only imports.
    pub guards_import: bool,
    /// Statements directly in the protected body.
    pub protected: u32,
}

/// A `return` with a value.
#[derive(Debug, Clone)]
pub struct Return {
    /// The value.
    pub value: Value,
    /// Offset of the statement.
    pub start: u32,
    /// Where.
    pub context: Context,
}

/// A comparison.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Its left side.
    pub left: Value,
    /// Its first right side.
    pub right: Value,
    /// Offset.
    pub start: u32,
    /// Where.
    pub context: Context,
}

impl Module {
    /// Decodes and parses the bytes of a file once, for facts and outline together.
    pub fn with_outline(bytes: &[u8]) -> Result<(Self, Outline), DecodeError> {
        Self::parse_with(bytes, |source, parsed| {
            let mut outline = build::build(source, parsed.suite());
            outline.lines = lines::logical_lines(source, parsed.tokens());
            outline
        })
    }
}

#[cfg(test)]
mod tests;
