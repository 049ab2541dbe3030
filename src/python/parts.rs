//! The statements of a text as nested parts: what each body holds, by kind and name.
//!
//! For those who add to a body and have to know what is in it already. Nothing is judged and
//! nothing is edited here.

use std::ops::Range;

use super::parse::{SyntaxError, ast, content_of, parse_tree, range_of};
use super::syntax::SyntaxTree;

/// What a statement is, as far as adding to a body is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartKind {
    /// `import …`, `from … import …`.
    Import,
    /// `def name`.
    Function(String),
    /// `class name`.
    Class(String),
    /// `with …:`.
    With,
    /// A string on its own.
    Docstring,
    /// `...` on its own.
    Ellipsis,
    /// `return`, `raise` or a bare `yield`: nothing of the body should come after it.
    Leaving,
    /// An assignment; the range is that of its target.
    Assignment(Range<usize>),
    /// `if __name__ == "__main__":`.
    MainGuard,
    /// Anything else.
    Other,
}

/// One statement of a body.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its bytes, decorators included.
    pub range: Range<usize>,
    /// The statements of its own body; only of functions, classes and `with`.
    pub body: Vec<Part>,
}

/// A text with its statements.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The statements of the module's body.
    pub body: Vec<Part>,
    tree: SyntaxTree,
}

impl Parts {
    /// Parses a text.
    ///
    /// # Errors
    ///
    /// The first thing that the parser cannot read.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let (parsed, errors) = parse_tree(text);
        if let Some(error) = errors.into_iter().next() {
            return Err(error);
        }
        Ok(Self { body: parts(parsed.suite()), tree: SyntaxTree::parse(text) })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.tree.text
    }

    /// The tokens of a range without the commas that a formatter adds and takes away.
    pub fn tokens(&self, range: &Range<usize>) -> Vec<&str> {
        let all = self.tree.token_texts(range);
        let closes = |index: usize| matches!(all.get(index), Some(&(")" | "]" | "}")));
        let kept = all.iter().enumerate();
        kept.filter(|(index, token)| **token != "," || !closes(index + 1))
            .map(|(_, token)| *token)
            .collect()
    }

    /// The tokens of what stands before the body of a part.
    pub fn header(&self, part: &Part) -> Vec<&str> {
        let end = part.body.first().map_or(part.range.end, |first| first.range.start);
        self.tokens(&(part.range.start..end))
    }
}

fn parts(body: &[ast::Stmt]) -> Vec<Part> {
    body.iter().map(part).collect()
}

fn part(node: &ast::Stmt) -> Part {
    let range = range_of(node);
    let (kind, body, first) = match node {
        ast::Stmt::FunctionDef(function) => {
            let kind = PartKind::Function(function.name.to_string());
            (kind, parts(&function.body), function.decorator_list.first())
        }
        ast::Stmt::ClassDef(class) => {
            let kind = PartKind::Class(class.name.to_string());
            (kind, parts(&class.body), class.decorator_list.first())
        }
        ast::Stmt::With(with) => (PartKind::With, parts(&with.body), None),
        other => (simple(other), Vec::new(), None),
    };
    let start = first.map_or(range.start, |decorator| range_of(decorator).start);
    Part { kind, range: start.min(range.start)..range.end, body }
}

fn simple(node: &ast::Stmt) -> PartKind {
    match node {
        ast::Stmt::Import(_) | ast::Stmt::ImportFrom(_) => PartKind::Import,
        ast::Stmt::Return(_) | ast::Stmt::Raise(_) => PartKind::Leaving,
        ast::Stmt::Assign(assign) => match &*assign.targets {
            [target] => PartKind::Assignment(range_of(target)),
            _ => PartKind::Other,
        },
        ast::Stmt::AnnAssign(assign) => PartKind::Assignment(range_of(&*assign.target)),
        ast::Stmt::If(branch) if super::statement::is_main_guard(&branch.test) => {
            PartKind::MainGuard
        }
        ast::Stmt::Expr(expression) => match &*expression.value {
            ast::Expr::StringLiteral(_) => PartKind::Docstring,
            ast::Expr::EllipsisLiteral(_) => PartKind::Ellipsis,
            ast::Expr::Yield(_) | ast::Expr::YieldFrom(_) => PartKind::Leaving,
            _ => PartKind::Other,
        },
        _ => PartKind::Other,
    }
}

/// The text of the first string that a module assigns to a name in its body.
pub fn assigned_text(text: &str, name: &str) -> Option<String> {
    let (parsed, _) = parse_tree(text);
    parsed.suite().iter().find_map(|statement| {
        let (target, value) = match statement {
            ast::Stmt::Assign(assign) => (assign.targets.first()?, &*assign.value),
            ast::Stmt::AnnAssign(assign) => (&*assign.target, assign.value.as_deref()?),
            _ => return None,
        };
        let is_named = matches!(target, ast::Expr::Name(own) if own.id.as_str() == name);
        let ast::Expr::StringLiteral(literal) = value else { return None };
        let literal = literal.value.iter().next().filter(|_| is_named)?;
        text.get(content_of(literal)).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_listed_with_kinds_and_names() {
        let text = "import a\n\n\n@a.b\nclass C:\n    x: int = 1\n\n    def f(self):\n        \
            with a:\n            yield\n";
        let parts = Parts::parse(text).unwrap();

        let class = &parts.body[1];
        assert_eq!(class.kind, PartKind::Class("C".into()));
        assert!(text[class.range.clone()].starts_with("@a.b"));
        assert!(matches!(class.body[0].kind, PartKind::Assignment(_)));
        let with = &class.body[1].body[0];
        assert_eq!(with.kind, PartKind::With);
        assert_eq!(with.body[0].kind, PartKind::Leaving);
    }

    #[test]
    fn commas_of_a_formatter_make_no_difference() {
        let one = Parts::parse("f(a, b)\n").unwrap();
        let other = Parts::parse("f(\n    a,\n    b,\n)\n").unwrap();

        assert_eq!(one.tokens(&one.body[0].range), other.tokens(&other.body[0].range));
    }

    #[test]
    fn the_text_that_a_name_is_given_is_found() {
        let text = "revision: str = \"0002\"\ndown_revision = None\n";

        assert_eq!(assigned_text(text, "revision").as_deref(), Some("0002"));
        assert_eq!(assigned_text(text, "down_revision"), None);
    }
}
