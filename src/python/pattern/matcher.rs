//! Whether a pattern fits a node, with backtracking.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Atom, Capture, Match, Pattern};
use crate::python::syntax::{Element, SyntaxTree};

/// One attempt to fit a pattern.
pub(super) struct Matcher<'a> {
    pattern: &'a Pattern,
    file: &'a SyntaxTree,
    /// Token of the pattern → bytes of the file, in the order in which they were met.
    slots: Vec<(usize, Option<Range<usize>>)>,
    /// Whether the node that is compared is `from … import …`.
    in_import: bool,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(pattern: &'a Pattern, file: &'a SyntaxTree) -> Self {
        Self { pattern, file, slots: Vec::new(), in_import: false }
    }

    /// What was found, once everything fits.
    pub(super) fn finish(self, node: usize, range: Range<usize>) -> Match {
        let mut slots = vec![None; self.pattern.atoms.len()];
        let mut captures = BTreeMap::new();
        for (token, range) in self.slots {
            let (name, is_multiple) = match &self.pattern.atoms[token] {
                Atom::Single(name) | Atom::Quoted { name, .. } => (name.clone(), false),
                Atom::Multiple(name) => (name.clone(), true),
                Atom::Text => (None, false),
            };
            slots[token].clone_from(&range);
            if let Some(name) = name {
                let range = match &self.pattern.atoms[token] {
                    Atom::Quoted { open, close, .. } => {
                        range.map(|range| range.start + open.len()..range.end - close.len())
                    }
                    _ => range,
                };
                captures.entry(name).or_insert(Capture { range, is_multiple });
            }
        }
        Match { node, range, captures, slots }
    }

    /// Whether a node of the pattern fits a node of the file.
    pub(super) fn node(&mut self, own: usize, other: usize) -> bool {
        if let Some((token, Atom::Single(_))) = self.pattern.hole_of(own) {
            return self.bind(token, Some(self.file.nodes[other].range.clone()));
        }
        let (pattern, file) = (self.pattern, self.file);
        let (ours, theirs) = (&pattern.tree.nodes[own], &file.nodes[other]);
        if ours.kind != theirs.kind {
            return false;
        }
        let outside = std::mem::replace(&mut self.in_import, ours.kind.is_import_from());
        let fits = self.elements(&ours.elements, &theirs.elements);
        self.in_import = outside;
        fits
    }

    /// Whether a list of parts of the pattern fits a list of parts of the file.
    pub(super) fn elements(&mut self, ours: &[Element], theirs: &[Element]) -> bool {
        let Some((first, rest)) = ours.split_first() else {
            return (0..theirs.len()).all(|at| self.is_optional(theirs, at));
        };
        if let Some((token, is_statement)) = self.multiple(*first) {
            return self.several(token, is_statement, rest, theirs);
        }
        if self.separates_holes(*first, rest) && self.elements_after_hole(rest, theirs) {
            return true;
        }
        let Some((head, tail)) = theirs.split_first() else { return false };
        let mark = self.slots.len();
        if self.one(*first, *head) && self.elements(rest, tail) {
            return true;
        }
        self.slots.truncate(mark);
        self.is_optional(theirs, 0) && self.elements(ours, tail)
    }

    fn one(&mut self, own: Element, other: Element) -> bool {
        match (own, other) {
            (Element::Node(own), Element::Node(other)) => self.node(own, other),
            (Element::Token(own), Element::Token(other)) => self.token(own, other),
            _ => false,
        }
    }

    fn token(&mut self, own: usize, other: usize) -> bool {
        let text = self.file.token_text(other);
        let range = self.file.tokens[other].range.clone();
        match &self.pattern.atoms[own] {
            Atom::Text if self.pattern.tree.token_text(own) == text => {
                self.slots.push((own, Some(range)));
                true
            }
            Atom::Quoted { open, close, .. } => {
                let content = text.strip_prefix(open.as_str());
                let content = content.and_then(|rest| rest.strip_suffix(close.as_str()));
                content.is_some() && self.bind(own, Some(range))
            }
            Atom::Single(_) => self.file.tokens[other].is_word && self.bind(own, Some(range)),
            _ => false,
        }
    }

    /// `$$$X` and what follows it: as few parts as possible, as many as needed.
    fn several(
        &mut self,
        token: usize,
        is_statement: bool,
        rest: &[Element],
        theirs: &[Element],
    ) -> bool {
        let mark = self.slots.len();
        for count in 0..=theirs.len() {
            if count > 0 && !self.may_be_swallowed(theirs[count - 1], is_statement) {
                break;
            }
            let (taken, left) = theirs.split_at(count);
            if taken.last().is_some_and(|last| self.is_separator(*last)) {
                continue;
            }
            let range = match (taken.first(), taken.last()) {
                (Some(first), Some(last)) => {
                    Some(self.file.range(*first).start..self.file.range(*last).end)
                }
                _ => None,
            };
            if self.bind(token, range) {
                if self.elements(rest, left) {
                    return true;
                }
                // `$$$A, x` also fits where nothing stands before `x`.
                let after_comma = rest.split_first().filter(|(next, _)| self.is_comma(**next));
                if let (0, Some((_, rest))) = (count, after_comma)
                    && self.elements(rest, left)
                {
                    return true;
                }
            }
            self.slots.truncate(mark);
        }
        false
    }

    /// Remembers what a hole stands for; the same name stands for equal tokens.
    fn bind(&mut self, token: usize, range: Option<Range<usize>>) -> bool {
        if let Atom::Single(Some(name)) | Atom::Multiple(Some(name)) = &self.pattern.atoms[token] {
            let same = |at: &usize| {
                let atom = &self.pattern.atoms[*at];
                matches!(atom, Atom::Single(Some(other)) | Atom::Multiple(Some(other)) if other == name)
            };
            let earlier = self.slots.iter().find(|(at, _)| same(at)).map(|(_, range)| range);
            let texts = |range: &Option<Range<usize>>| {
                range.as_ref().map(|range| self.file.token_texts(range)).unwrap_or_default()
            };
            if earlier.is_some_and(|earlier| texts(earlier) != texts(&range)) {
                return false;
            }
        }
        self.slots.push((token, range));
        true
    }

    /// The hole of several nodes that a part of the pattern is, and whether it is statements.
    fn multiple(&self, element: Element) -> Option<(usize, bool)> {
        let Element::Node(node) = element else { return None };
        match self.pattern.hole_of(node) {
            Some((token, Atom::Multiple(_))) => {
                Some((token, self.pattern.tree.nodes[node].kind.is_statement()))
            }
            _ => None,
        }
    }

    /// `x, $$$A` also fits `x`: the comma goes with the hole that stands for nothing.
    fn separates_holes(&self, first: Element, rest: &[Element]) -> bool {
        let next = rest.first().and_then(|next| self.multiple(*next));
        matches!(first, Element::Token(token) if self.pattern.tree.token_text(token) == ",")
            && next.is_some()
    }

    fn elements_after_hole(&mut self, rest: &[Element], theirs: &[Element]) -> bool {
        let Some((hole, after)) = rest.split_first() else { return false };
        let Some((token, _)) = self.multiple(*hole) else { return false };
        let mark = self.slots.len();
        if self.bind(token, None) && self.elements(after, theirs) {
            return true;
        }
        self.slots.truncate(mark);
        false
    }

    fn is_comma(&self, own: Element) -> bool {
        matches!(own, Element::Token(token) if self.pattern.tree.token_text(token) == ",")
    }

    fn is_separator(&self, other: Element) -> bool {
        let Element::Token(token) = other else { return false };
        matches!(self.file.token_text(token), "," | ";")
    }

    /// Whether several neighbours may hold this part: never a keyword that begins a new clause.
    fn may_be_swallowed(&self, other: Element, is_statement: bool) -> bool {
        match other {
            Element::Node(node) => !is_statement || self.file.nodes[node].kind.is_statement(),
            Element::Token(token) => {
                let text = self.file.token_text(token);
                if is_statement { text == ";" } else { matches!(text, "," | "*" | "**" | "/") }
            }
        }
    }

    /// Parts of a file that a pattern need not have.
    fn is_optional(&self, theirs: &[Element], at: usize) -> bool {
        let Element::Token(token) = theirs[at] else { return false };
        let next = theirs.get(at + 1);
        let closes = |element: &Element| match element {
            Element::Token(token) => matches!(self.file.token_text(*token), ")" | "]" | "}"),
            Element::Node(_) => false,
        };
        match self.file.token_text(token) {
            "," => next.is_none_or(closes),
            ";" | "async" => true,
            "(" | ")" => self.in_import,
            _ => false,
        }
    }
}
