//! A file's syntax as nodes and tokens, for those who compare shapes.
//!
//! [`Module`](super::Module) answers what names mean and keeps no tree; this is the tree, made
//! only for files that are worth it. Each node lists its own tokens and its child nodes in the
//! order of the text, so that two nodes can be compared without knowing any kind of node.
//!
//! Two kinds are ours: parentheses around an expression, and a definition together with its
//! decorators. The parser keeps both inside of other nodes, where no pattern could meet them.

mod kind;

pub use kind::Kind;

use std::ops::Range;

use super::parse::{
    AnyNodeRef, SourceOrderVisitor, SyntaxError, TokenKind, TraversalSignal, parse_tree, range_of,
};
use kind::{Family, Inner};

/// One token that is no white space and no comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its bytes.
    pub range: Range<usize>,
    /// Whether it is a name or a keyword.
    pub is_word: bool,
    /// Whether it is a whole string literal, or a part of a formatted one.
    pub is_string: bool,
}

/// A part of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// A child, by its index.
    Node(usize),
    /// A token of the node's own, by its index.
    Token(usize),
}

/// One node.
#[derive(Debug, Clone)]
pub struct SyntaxNode {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub range: Range<usize>,
    /// The node around it; none for the module.
    pub parent: Option<usize>,
    /// Its tokens and children, in the order of the text.
    pub elements: Vec<Element>,
}

/// The nodes and tokens of one text.
#[derive(Debug, Clone)]
pub struct SyntaxTree {
    /// The text.
    pub text: String,
    /// All nodes; the module is the first.
    pub nodes: Vec<SyntaxNode>,
    /// All tokens, in order.
    pub tokens: Vec<Token>,
    /// Byte ranges of all comments, in order.
    pub comments: Vec<Range<usize>>,
    /// What could not be parsed.
    pub errors: Vec<SyntaxError>,
    /// The white space of the first indented line, if any line is.
    pub indent: Option<String>,
}

impl SyntaxTree {
    /// Parses a text.
    pub fn parse(text: &str) -> Self {
        let (parsed, errors) = parse_tree(text);
        let mut tree = Self {
            text: text.to_owned(),
            nodes: Vec::new(),
            tokens: Vec::new(),
            comments: Vec::new(),
            errors,
            indent: None,
        };
        for token in parsed.tokens() {
            let range = range_of(token);
            match token.kind() {
                TokenKind::Comment => tree.comments.push(range),
                TokenKind::Indent if tree.indent.is_none() => {
                    tree.indent = Some(text[range].to_owned());
                }
                kind if kind.is_trivia() || is_layout(kind) => {}
                kind => tree.tokens.push(Token {
                    range,
                    is_word: kind == TokenKind::Name || kind.is_keyword(),
                    is_string: is_string(kind),
                }),
            }
        }
        let mut collector = Collector { flat: Vec::new(), stack: Vec::new() };
        let root = AnyNodeRef::from(parsed.syntax());
        collector.enter_node(root);
        root.visit_source_order(&mut collector);
        tree.nodes = Shaper::new(&tree, &collector.flat).shape();
        tree
    }

    /// The text of a range.
    pub fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The text of a token.
    pub fn token_text(&self, token: usize) -> &str {
        self.slice(&self.tokens[token].range)
    }

    /// The text of a node.
    pub fn node_text(&self, node: usize) -> &str {
        self.slice(&self.nodes[node].range)
    }

    /// The bytes of an element.
    pub fn range(&self, element: Element) -> Range<usize> {
        match element {
            Element::Node(node) => self.nodes[node].range.clone(),
            Element::Token(token) => self.tokens[token].range.clone(),
        }
    }

    /// The tokens inside of a range, as text.
    pub fn token_texts(&self, range: &Range<usize>) -> Vec<&str> {
        self.tokens_in(range).map(|token| self.token_text(token)).collect()
    }

    /// The tokens inside of a range, by their index.
    pub fn tokens_in(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.tokens.partition_point(|token| token.range.start < range.start);
        let end = self.tokens.partition_point(|token| token.range.start < range.end);
        first..end.max(first)
    }

    /// The child nodes of a node, in order.
    pub fn children(&self, node: usize) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.nodes[node].elements.iter().filter_map(|element| match element {
            Element::Node(child) => Some(*child),
            Element::Token(_) => None,
        })
    }

    /// The innermost node with exactly this range, an expression if there is one.
    pub fn node_at(&self, range: &Range<usize>) -> Option<usize> {
        let is_here = |node: &SyntaxNode| node.range == *range;
        let expression =
            self.nodes.iter().rposition(|node| is_here(node) && node.kind.is_expression());
        expression.or_else(|| self.nodes.iter().rposition(is_here))
    }

    /// The nodes around a node, innermost first.
    pub fn around(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.nodes[node].parent, |node| self.nodes[*node].parent)
    }

    /// Whether a range holds a comment.
    pub fn has_comment(&self, range: &Range<usize>) -> bool {
        self.comments.iter().any(|comment| range.start <= comment.start && comment.end <= range.end)
    }

    /// The texts of all comments, sorted.
    pub fn comment_texts(&self) -> Vec<&str> {
        let mut texts: Vec<&str> =
            self.comments.iter().map(|range| self.slice(range).trim_end()).collect();
        texts.sort_unstable();
        texts
    }
}

fn is_layout(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::EndOfFile
    )
}

fn is_string(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::String
            | TokenKind::FStringStart
            | TokenKind::FStringMiddle
            | TokenKind::FStringEnd
            | TokenKind::TStringStart
            | TokenKind::TStringMiddle
            | TokenKind::TStringEnd
    )
}

/// A node as the parser has it.
struct Flat {
    kind: Inner,
    range: Range<usize>,
    children: Vec<usize>,
}

struct Collector {
    flat: Vec<Flat>,
    stack: Vec<usize>,
}

impl<'a> SourceOrderVisitor<'a> for Collector {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        let index = self.flat.len();
        if let Some(parent) = self.stack.last() {
            self.flat[*parent].children.push(index);
        }
        let family = match (node.is_statement(), node.is_expression()) {
            (true, _) => Family::Statement,
            (_, true) => Family::Expression,
            _ => Family::Other,
        };
        let kind = Inner::Parser(node.kind(), family);
        self.flat.push(Flat { kind, range: range_of(&node), children: Vec::new() });
        self.stack.push(index);
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, _node: AnyNodeRef<'a>) {
        self.stack.pop();
    }
}

/// Makes the nodes that patterns meet from those of the parser.
struct Shaper<'a> {
    tree: &'a SyntaxTree,
    flat: &'a [Flat],
    nodes: Vec<SyntaxNode>,
}

impl<'a> Shaper<'a> {
    fn new(tree: &'a SyntaxTree, flat: &'a [Flat]) -> Self {
        Self { tree, flat, nodes: Vec::with_capacity(flat.len()) }
    }

    fn shape(mut self) -> Vec<SyntaxNode> {
        let root = self.push(self.flat[0].kind, 0..self.tree.text.len(), None);
        let mut open = vec![(0, root)];
        while let Some((flat, node)) = open.pop() {
            let children = self.fill(flat, node);
            open.extend(children.into_iter().rev());
        }
        self.nodes
    }

    fn push(&mut self, kind: Inner, range: Range<usize>, parent: Option<usize>) -> usize {
        self.nodes.push(SyntaxNode { kind: Kind(kind), range, parent, elements: Vec::new() });
        self.nodes.len() - 1
    }

    /// Lists the tokens and children of a node; gives back the children still to be filled.
    fn fill(&mut self, flat: usize, node: usize) -> Vec<(usize, usize)> {
        let children = self.ordered(flat);
        let node = self.without_decorators(&children, node);
        let range = self.nodes[node].range.clone();
        let tokens = self.tree.tokens_in(&range);
        let mut next = tokens.start;
        let mut made = Vec::new();
        for child in children {
            let inner = self.flat[child].range.clone();
            if inner.start < range.start {
                continue;
            }
            while next < tokens.end && self.tree.tokens[next].range.start < inner.start {
                self.nodes[node].elements.push(Element::Token(next));
                next += 1;
            }
            let shaped = self.push(self.flat[child].kind, inner.clone(), Some(node));
            made.push((child, shaped));
            next = self.tree.tokens_in(&(inner.end..inner.end)).start;
            let (outer, after) = self.in_parentheses(node, shaped, next);
            self.nodes[node].elements.push(Element::Node(outer));
            next = after;
        }
        self.nodes[node].elements.extend((next..tokens.end).map(Element::Token));
        let decorators = self.nodes[node].parent.filter(|outer| self.is_decorated(*outer));
        if let Some(outer) = decorators {
            made.extend(self.decorators(flat, outer, node));
        }
        made
    }

    /// Children in the order of the text, without those that are empty or overlap.
    fn ordered(&self, flat: usize) -> Vec<usize> {
        let mut children = self.flat[flat].children.clone();
        children.retain(|child| !self.flat[*child].range.is_empty());
        children.sort_by_key(|child| self.flat[*child].range.start);
        let mut end = 0;
        children.retain(|child| {
            let range = &self.flat[*child].range;
            let is_free = range.start >= end;
            end = end.max(range.end);
            is_free
        });
        children
    }

    /// Turns a node with decorators into the two nodes that patterns meet; gives back the inner.
    fn without_decorators(&mut self, children: &[usize], node: usize) -> usize {
        let is_decorator = |child: &&usize| Kind(self.flat[**child].kind).is_decorator();
        let Some(last) = children.iter().rfind(is_decorator) else { return node };
        let Kind(kind) = self.nodes[node].kind;
        let range = self.nodes[node].range.clone();
        let first = self.tree.tokens_in(&(self.flat[*last].range.end..range.end)).start;
        let Some(token) = self.tree.tokens.get(first) else { return node };
        let start = token.range.start;
        self.nodes[node].kind = Kind(Inner::Decorated);
        self.push(kind, start..range.end, Some(node))
    }

    fn is_decorated(&self, node: usize) -> bool {
        self.nodes[node].kind.is_decorated() && self.nodes[node].elements.is_empty()
    }

    fn decorators(&mut self, flat: usize, outer: usize, inner: usize) -> Vec<(usize, usize)> {
        let mut made = Vec::new();
        for child in self.ordered(flat) {
            if Kind(self.flat[child].kind).is_decorator() {
                let range = self.flat[child].range.clone();
                let node = self.push(self.flat[child].kind, range, Some(outer));
                self.nodes[outer].elements.push(Element::Node(node));
                made.push((child, node));
            }
        }
        self.nodes[outer].elements.push(Element::Node(inner));
        made
    }

    /// Wraps an expression in the parentheses around it that belong to nobody else.
    fn in_parentheses(&mut self, parent: usize, child: usize, next: usize) -> (usize, usize) {
        let (mut child, mut next) = (child, next);
        if !self.nodes[child].kind.is_expression() {
            return (child, next);
        }
        let within = self.nodes[parent].range.clone();
        let owns = self.nodes[parent].kind.is_arguments();
        while let Some(Element::Token(open)) = self.nodes[parent].elements.last().copied() {
            let opening = self.tree.tokens[open].range.clone();
            let is_own = owns && opening.start == within.start;
            let Some(close) = self.tree.tokens.get(next).map(|token| token.range.clone()) else {
                break;
            };
            let is_pair = self.tree.slice(&opening) == "(" && self.tree.slice(&close) == ")";
            if !is_pair || is_own || close.end > within.end {
                break;
            }
            self.nodes[parent].elements.pop();
            let outer = self.push(Inner::Parentheses, opening.start..close.end, Some(parent));
            self.nodes[child].parent = Some(outer);
            self.nodes[outer].elements =
                vec![Element::Token(open), Element::Node(child), Element::Token(next)];
            (child, next) = (outer, next + 1);
        }
        (child, next)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The tokens of a tree in the order in which its nodes list them.
    fn listed(tree: &SyntaxTree, node: usize, into: &mut Vec<usize>) {
        for element in &tree.nodes[node].elements {
            match element {
                Element::Node(child) => listed(tree, *child, into),
                Element::Token(token) => into.push(*token),
            }
        }
    }

    fn assert_complete(text: &str) {
        let tree = SyntaxTree::parse(text);
        if !tree.errors.is_empty() {
            return;
        }
        let mut found = Vec::new();
        listed(&tree, 0, &mut found);
        let all: Vec<usize> = (0..tree.tokens.len()).collect();
        assert_eq!(found, all, "{text}");
    }

    #[test]
    fn every_token_is_listed_once_and_in_order() {
        assert_complete(
            "@app.get('/x')\n@cached\nasync def f(a: int = 1, *, b, **c) -> str:\n    return ((a))\n",
        );
        assert_complete("x = (yield)\ny = f(x for x in (a, b))\nz = [(i) for (i) in {1: (2)}]\n");
        assert_complete("with (open(a) as b, (c)):\n    f\"{(a)!r:>{w}} b\" 'c'\n");
        assert_complete("match (x):\n    case A(b=[1, *_]) if (y): pass\n");
        assert_complete("class A[T: int](B, metaclass=C):\n    type X = (int)\n");
        assert_complete("try:\n    pass\nexcept* (A, B) as e:\n    raise (X) from e\nelse: x\n");
    }

    #[test]
    fn parentheses_of_a_call_belong_to_the_call() {
        let tree = SyntaxTree::parse("f((a))\n");
        let found: Vec<&str> = tree
            .nodes
            .iter()
            .filter(|node| node.kind == Kind(Inner::Parentheses))
            .map(|node| tree.slice(&node.range))
            .collect();

        assert_eq!(found, ["(a)"]);
    }

    #[test]
    fn a_definition_is_met_without_its_decorators() {
        let tree = SyntaxTree::parse("@a\ndef f(): pass\n");
        let found = tree.nodes.iter().find(|node| node.kind.is_function()).unwrap();

        assert_eq!(tree.slice(&found.range), "def f(): pass");
    }

    proptest! {
        #[test]
        fn any_text_becomes_a_tree_that_lists_its_tokens(text in "[a-c(){}\\[\\]:,.=@*\" \n]{0,40}") {
            assert_complete(&text);
        }
    }
}
