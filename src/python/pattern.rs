//! Patterns: Python with holes, compared with the shape of a file.
//!
//! The syntax is ast-grep's: `$X` stands for one node, `$$$X` for any number of neighbours,
//! `$_` and `$$$` for the same without a name; a name that comes twice stands for equal code.
//! Tokens have to be equal, white space, comments and line breaks do not count, and where a
//! file has a trailing comma, an `async` or parentheses around imported names, a pattern
//! without them still fits. Nothing here changes a text.

mod matcher;

use std::collections::BTreeMap;
use std::ops::Range;

use super::syntax::{Element, SyntaxTree};
use matcher::Matcher;

/// What `$` becomes, so that a pattern is Python: a letter that is rare in programs.
const HOLE: char = 'µ';

/// What a token of a pattern stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Atom {
    /// Itself.
    Text,
    /// One node; without a name nothing is remembered.
    Single(Option<String>),
    /// Any number of nodes.
    Multiple(Option<String>),
    /// Whatever stands between the quotes of a string, with what is before and after it.
    Quoted {
        /// The name.
        name: Option<String>,
        /// Prefix and opening quotes.
        open: String,
        /// Closing quotes.
        close: String,
    },
}

/// What a hole stands for in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Its bytes; none when it stands for no node at all.
    pub range: Option<Range<usize>>,
    /// Whether it may stand for several nodes.
    pub is_multiple: bool,
}

/// One place where a pattern fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The node.
    pub node: usize,
    /// Its bytes.
    pub range: Range<usize>,
    /// What the named holes stand for.
    pub captures: BTreeMap<String, Capture>,
    /// For each token of the pattern, the bytes that it stands for.
    pub slots: Vec<Option<Range<usize>>>,
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It does not parse once its holes are filled.
    #[error("{pattern:?} is no Python: {message}")]
    Syntax {
        /// The pattern.
        pattern: String,
        /// The parser's sentence.
        message: String,
    },
    /// It has to be exactly one expression or statement.
    #[error("{0:?} is not one expression or statement")]
    NotOne(String),
    /// It fits everything.
    #[error("{0:?} is a hole only: it would fit everything")]
    Everything(String),
    /// `$$X`, or the letter that stands for `$`.
    #[error("{0:?} has `$$` or `µ`, which mean nothing here")]
    Unsupported(String),
    /// A name that the pattern does not have.
    #[error("{text:?} uses ${name}, which the pattern does not capture")]
    UnknownHole {
        /// The text that uses it.
        text: String,
        /// The name.
        name: String,
    },
}

/// Python with holes.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As it was written.
    written: String,
    pub(super) tree: SyntaxTree,
    /// For each token, what it stands for.
    pub(super) atoms: Vec<Atom>,
    /// The statements, or the one expression.
    pub(super) roots: Vec<usize>,
}

impl Pattern {
    /// Reads a pattern of one expression or statement.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let pattern = Self::template(text)?;
        let [root] = pattern.roots[..] else {
            return Err(PatternError::NotOne(text.to_owned()));
        };
        if pattern.hole_of(root).is_some() {
            return Err(PatternError::Everything(text.to_owned()));
        }
        Ok(pattern)
    }

    /// Reads what a match becomes: one expression, or statements.
    pub fn template(text: &str) -> Result<Self, PatternError> {
        Self::from_expanded(text, &expand(text)?)
    }

    /// The same with another word for one of its own names.
    pub fn renamed(&self, from: &str, to: &str) -> Result<Self, PatternError> {
        let mut text = self.tree.text.clone();
        for token in (0..self.atoms.len()).rev() {
            let is_attribute = token > 0 && self.tree.token_text(token - 1) == ".";
            if self.tree.token_text(token) == from && !is_attribute {
                text.replace_range(self.tree.tokens[token].range.clone(), to);
            }
        }
        Self::from_expanded(&self.written, &text)
    }

    fn from_expanded(text: &str, expanded: &str) -> Result<Self, PatternError> {
        let tree = SyntaxTree::parse(expanded);
        if let Some(error) = tree.errors.first() {
            let message = error.message.clone();
            return Err(PatternError::Syntax { pattern: text.to_owned(), message });
        }
        let atoms = (0..tree.tokens.len()).map(|token| atom(&tree, token)).collect();
        let mut roots: Vec<usize> = tree.children(0).collect();
        if let [only] = roots[..]
            && tree.nodes[only].kind.is_expression_statement()
        {
            roots = tree.children(only).collect();
        }
        if roots.is_empty() {
            return Err(PatternError::NotOne(text.to_owned()));
        }
        Ok(Self { written: text.to_owned(), tree, atoms, roots })
    }

    /// The pattern as it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The names of its holes, in order.
    pub fn holes(&self) -> Vec<&str> {
        let named = self.atoms.iter().filter_map(|atom| match atom {
            Atom::Single(name) | Atom::Multiple(name) | Atom::Quoted { name, .. } => {
                name.as_deref()
            }
            Atom::Text => None,
        });
        let mut names: Vec<&str> = named.collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Names that a file must have for the pattern to fit anywhere in it.
    pub fn literals(&self) -> Vec<&str> {
        let tokens = self.tree.tokens.iter().enumerate();
        let words =
            tokens.filter(|(index, token)| token.is_word && self.atoms[*index] == Atom::Text);
        words.map(|(index, _)| self.tree.token_text(index)).collect()
    }

    /// Every place of a file where the pattern fits, outermost first; what lies inside of such
    /// a place is not searched.
    pub fn find(&self, file: &SyntaxTree) -> Vec<Match> {
        let mut found = Vec::new();
        let mut open = vec![0];
        while let Some(node) = open.pop() {
            if let Some(place) = self.at(file, node) {
                found.push(place);
            } else {
                let children: Vec<usize> = file.children(node).collect();
                open.extend(children.into_iter().rev());
            }
        }
        found
    }

    /// Every place where the pattern fits, also inside of others.
    pub fn find_all(&self, file: &SyntaxTree) -> Vec<Match> {
        (0..file.nodes.len()).filter_map(|node| self.at(file, node)).collect()
    }

    /// Whether the pattern fits a node, and how.
    pub fn at(&self, file: &SyntaxTree, node: usize) -> Option<Match> {
        let [root] = self.roots[..] else { return None };
        if file.nodes[node].kind != self.tree.nodes[root].kind && self.hole_of(root).is_none() {
            return None;
        }
        let mut matcher = Matcher::new(self, file);
        matcher.node(root, node).then(|| matcher.finish(node, file.nodes[node].range.clone()))
    }

    /// Whether the pattern's statements fit neighbours that fill exactly this range.
    pub fn at_range(&self, file: &SyntaxTree, range: &Range<usize>) -> Option<Match> {
        if let ([_], Some(node)) = (&self.roots[..], file.node_at(range))
            && let Some(found) = self.at(file, node)
        {
            return Some(found);
        }
        let inside = |node: &usize| {
            let own = &file.nodes[*node].range;
            range.start <= own.start && own.end <= range.end
        };
        let first = (0..file.nodes.len())
            .find(|node| inside(node) && file.nodes[*node].range.start == range.start)?;
        let parent = file.nodes[first].parent?;
        let neighbours: Vec<Element> = file.nodes[parent]
            .elements
            .iter()
            .copied()
            .filter(|element| {
                let own = file.range(*element);
                range.start <= own.start && own.end <= range.end
            })
            .collect();
        let roots: Vec<Element> = self.roots.iter().copied().map(Element::Node).collect();
        let mut matcher = Matcher::new(self, file);
        let fits = matcher.elements(&roots, &neighbours);
        fits.then(|| matcher.finish(first, range.clone()))
    }

    /// What a node of the pattern stands for, when it is a hole and nothing else.
    pub(super) fn hole_of(&self, node: usize) -> Option<(usize, &Atom)> {
        let tokens = self.tree.tokens_in(&self.tree.nodes[node].range);
        if tokens.len() != 1 {
            return None;
        }
        match &self.atoms[tokens.start] {
            Atom::Text | Atom::Quoted { .. } => None,
            hole => Some((tokens.start, hole)),
        }
    }

    /// How many tokens it has.
    pub fn len(&self) -> usize {
        self.atoms.len()
    }

    /// Whether it has no token; no pattern is.
    pub fn is_empty(&self) -> bool {
        self.atoms.is_empty()
    }

    /// The text of a token.
    pub fn token(&self, token: usize) -> &str {
        self.tree.token_text(token)
    }

    /// The hole that a token is: its name, and whether it stands for several nodes.
    pub fn hole(&self, token: usize) -> Option<(Option<&str>, bool)> {
        match &self.atoms[token] {
            Atom::Single(name) => Some((name.as_deref(), false)),
            Atom::Multiple(name) => Some((name.as_deref(), true)),
            Atom::Text | Atom::Quoted { .. } => None,
        }
    }

    /// Whether a token is a hole that stands for statements.
    pub fn is_statement_hole(&self, token: usize) -> bool {
        let range = &self.tree.tokens[token].range;
        let is_whole =
            |node: &crate::python::SyntaxNode| node.range == *range && node.kind.is_statement();
        self.hole(token).is_some() && self.tree.nodes.iter().any(is_whole)
    }

    /// The white space that the line of a token begins with.
    pub fn indent_of(&self, token: usize) -> &str {
        let start = self.tree.tokens[token].range.start;
        let line = self.tree.text[..start].rfind('\n').map_or(0, |found| found + 1);
        let text = &self.tree.text[line..];
        &text[..text.len() - text.trim_start_matches([' ', '\t']).len()]
    }

    /// The hole between the quotes of a string token, with the quotes.
    pub fn quoted(&self, token: usize) -> Option<(&str, &str, &str)> {
        match &self.atoms[token] {
            Atom::Quoted { name: Some(name), open, close } => Some((open, name, close)),
            _ => None,
        }
    }

    /// The white space and comments before a token of the pattern.
    pub fn gap_before(&self, token: usize) -> &str {
        let start = match token {
            0 => 0,
            _ => self.tree.tokens[token - 1].range.end,
        };
        let end =
            self.tree.tokens.get(token).map_or(self.tree.text.len(), |token| token.range.start);
        self.tree.slice(&(start..end))
    }

    /// Whether it is statements and no expression.
    pub fn is_statement(&self) -> bool {
        self.roots.iter().all(|root| self.tree.nodes[*root].kind.is_statement())
    }
}

/// Writes `µ` for the `$` of each hole.
fn expand(text: &str) -> Result<String, PatternError> {
    let unsupported = || PatternError::Unsupported(text.to_owned());
    if text.contains(HOLE) {
        return Err(unsupported());
    }
    let mut result = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        result.push_str(&rest[..start]);
        let dollars = rest[start..].chars().take_while(|character| *character == '$').count();
        let after = &rest[start + dollars..];
        let begins_name = after.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
        let mark = match dollars {
            3 => HOLE,
            1 if begins_name => HOLE,
            2 => return Err(unsupported()),
            _ => '$',
        };
        result.extend(std::iter::repeat_n(mark, dollars));
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}

fn atom(tree: &SyntaxTree, token: usize) -> Atom {
    let text = tree.token_text(token);
    if let Some(hole) = hole(text) {
        return hole;
    }
    if tree.tokens[token].is_string
        && let Some(found) = quoted(text)
    {
        return found;
    }
    Atom::Text
}

/// `µX`, `µ_`, `µµµX` or `µµµ`.
fn hole(text: &str) -> Option<Atom> {
    let multiple = text.strip_prefix("µµµ");
    let name = multiple.or_else(|| text.strip_prefix(HOLE))?;
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if !name.chars().all(is_name) || (name.is_empty() && multiple.is_none()) {
        return None;
    }
    let kept = (!name.is_empty() && !name.starts_with('_')).then(|| name.to_owned());
    Some(if multiple.is_some() { Atom::Multiple(kept) } else { Atom::Single(kept) })
}

/// A string whose content is one hole.
fn quoted(text: &str) -> Option<Atom> {
    let start = text.find(HOLE)?;
    let (open, rest) = text.split_at(start);
    let end = rest.find(['"', '\''])?;
    let (content, close) = rest.split_at(end);
    match hole(content)? {
        Atom::Single(name) => {
            Some(Atom::Quoted { name, open: open.to_owned(), close: close.to_owned() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
