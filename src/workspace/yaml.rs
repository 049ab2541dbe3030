//! Reading YAML with the place of everything.
//!
//! A [`Node`] is a value with its byte range and line; aliases and merge keys are
//! resolved, duplicate keys are kept, so that a reader can complain about them. This
//! file never changes a text: edits are made by those who own the file.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use yaml_edit::{AnchorRegistry, Document, Mapping, Scalar, YamlFile, YamlNode};

use crate::change::{Bytes, Hash};

/// Nodes read from one document at most, so that nested aliases cannot fill the memory.
const NODE_LIMIT: usize = 200_000;

/// How deep values may nest.
const DEPTH_LIMIT: usize = 64;

/// Why a text is not usable as YAML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum YamlError {
    /// A merge left its markers behind.
    #[error("line {line}: a conflict marker of a git merge is left in the file")]
    Conflict {
        /// Line of the first marker, from 1.
        line: usize,
    },
    /// It does not parse.
    #[error("line {line}: {message}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// What the parser said.
        message: String,
    },
    /// More than one document in the file.
    #[error("line {line}: a second document begins; only one is supported")]
    SecondDocument {
        /// Line, from 1.
        line: usize,
    },
    /// An alias without an anchor.
    #[error("line {line}: the alias *{name} has no anchor before it")]
    UnknownAlias {
        /// Line, from 1.
        line: usize,
        /// The alias, without `*`.
        name: String,
    },
    /// Nested beyond every reason, or expanded by aliases.
    #[error("line {line}: the values nest too deeply or expand to too many")]
    TooLarge {
        /// Line, from 1.
        line: usize,
    },
}

/// Reads the document of a file, once.
///
/// # Errors
///
/// When it is no usable YAML, or no text.
pub fn of(bytes: &Bytes) -> Read {
    let read = bytes.derived::<Read>(|_| true, |_| read(bytes.text().unwrap_or_default()));
    (*read).clone()
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Its bytes in the text; for an alias, those of the anchored value.
    pub range: Range<usize>,
    /// Line of its first byte, from 1.
    pub line: usize,
    /// Whether it came through an alias or a merge key.
    pub shared: bool,
}

/// A YAML value, with scalars as their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A scalar without its quotes.
    Scalar(String),
    /// Entries in the order of the file, duplicates included.
    Mapping(Vec<(Node, Node)>),
    /// Items in the order of the file.
    Sequence(Vec<Node>),
}

/// Parses a single-document file for editing.
pub fn parse(text: &str) -> Result<YamlFile, YamlError> {
    if let Some(line) = conflict_marker(text) {
        return Err(YamlError::Conflict { line });
    }
    let parsed = YamlFile::parse(text);
    if let Some(error) = parsed.positioned_errors().first() {
        return Err(YamlError::Syntax {
            line: error.start_position(text).line,
            message: error.message.clone(),
        });
    }
    let file = parsed.tree();
    if let Some(second) = file.documents().nth(1) {
        let line = second.start_position(text).line;
        return Err(YamlError::SecondDocument { line });
    }
    Ok(file)
}

/// Reads the one document of a text; an empty text is [`Value::Null`].
pub fn read(text: &str) -> Read {
    let hash = Hash::of(text.as_bytes());
    let recent = || RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    let known = recent().iter().find(|(known, _)| *known == hash).map(|(_, read)| read.clone());
    known.unwrap_or_else(|| {
        let read = document(text).map(Arc::new);
        let mut recent = recent();
        if recent.len() == KEPT {
            recent.pop_front();
        }
        recent.push_back((hash, read.clone()));
        read
    })
}

fn document(text: &str) -> Result<Node, YamlError> {
    let file = parse(text)?;
    let Some(document) = file.document() else {
        return Ok(Node::null(0..0, 1));
    };
    let root = root_of(&document);
    let mut reader = Reader {
        lines: LineStarts::new(text),
        anchors: AnchorRegistry::from_document(&document),
        nodes: 0,
    };
    match root {
        Some(node) => reader.node(&node, 0, false),
        None => Ok(Node::null(0..0, 1)),
    }
}

fn root_of(document: &Document) -> Option<YamlNode> {
    let mapping = document.as_mapping().map(YamlNode::Mapping);
    let sequence = || document.as_sequence().map(YamlNode::Sequence);
    let scalar = || document.as_scalar().map(YamlNode::Scalar);
    mapping.or_else(sequence).or_else(scalar)
}

/// The line of the first conflict marker, from 1.
fn conflict_marker(text: &str) -> Option<usize> {
    let is_marker = |line: &str| {
        line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") || line.trim_end() == "======="
    };
    text.lines().position(is_marker).map(|index| index + 1)
}

/// Byte offsets at which the lines of a text begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineStarts(Vec<usize>);

impl LineStarts {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|offset| offset + 1);
        Self(std::iter::once(0).chain(breaks).collect())
    }

    /// The line that holds the byte at `offset`, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset)
    }
}

struct Reader {
    lines: LineStarts,
    anchors: AnchorRegistry,
    nodes: usize,
}

impl Reader {
    fn node(&mut self, node: &YamlNode, depth: usize, shared: bool) -> Result<Node, YamlError> {
        let position = node.byte_range();
        let range = position.start as usize..position.end as usize;
        let line = self.lines.line(range.start);
        self.nodes += 1;
        if depth > DEPTH_LIMIT || self.nodes > NODE_LIMIT {
            return Err(YamlError::TooLarge { line });
        }
        let value = match node {
            YamlNode::Scalar(scalar) => scalar_value(scalar),
            YamlNode::Mapping(mapping) => self.mapping(mapping, depth, shared)?,
            YamlNode::Sequence(sequence) => {
                let items = sequence.values().collect::<Vec<_>>();
                let read = items.iter().map(|item| self.node(item, depth + 1, shared));
                Value::Sequence(read.collect::<Result<_, _>>()?)
            }
            YamlNode::Alias(alias) => {
                let target = self.anchors.resolve_alias(alias);
                let Ok(target) = target else {
                    let name = alias.name();
                    return Err(YamlError::UnknownAlias { line, name });
                };
                return self.node(&target, depth + 1, true);
            }
            YamlNode::TaggedNode(tagged) => self.tagged(tagged, depth, shared)?,
        };
        Ok(Node { value, range, line, shared })
    }

    fn tagged(
        &mut self,
        tagged: &yaml_edit::TaggedNode,
        depth: usize,
        shared: bool,
    ) -> Result<Value, YamlError> {
        let mapping = tagged.as_mapping().map(YamlNode::Mapping);
        let sequence = || tagged.as_sequence().map(YamlNode::Sequence);
        match mapping.or_else(sequence) {
            Some(inner) => Ok(self.node(&inner, depth + 1, shared)?.value),
            None => Ok(tagged.as_string().map_or(Value::Null, |text| Value::Scalar(text.clone()))),
        }
    }

    /// Own entries first, then what merge keys add and the mapping does not have itself.
    fn mapping(
        &mut self,
        mapping: &Mapping,
        depth: usize,
        shared: bool,
    ) -> Result<Value, YamlError> {
        let mut own = Vec::new();
        let mut merged = Vec::new();
        for entry in mapping.entries() {
            let Some(key) = entry.key_node() else {
                continue;
            };
            let key = self.node(&key, depth + 1, shared)?;
            let value = match entry.value_node() {
                Some(value) => self.node(&value, depth + 1, shared)?,
                None => Node::null(key.range.end..key.range.end, key.line),
            };
            if key.text() == Some("<<") {
                merged.extend(merge_sources(value));
            } else {
                own.push((key, value));
            }
        }
        for (key, value) in merged {
            if !own.iter().any(|(known, _)| known.value == key.value) {
                own.push((key, value));
            }
        }
        Ok(Value::Mapping(own))
    }
}

fn merge_sources(value: Node) -> Vec<(Node, Node)> {
    match value.value {
        Value::Mapping(entries) => entries,
        Value::Sequence(items) => items.into_iter().flat_map(merge_sources).collect(),
        Value::Null | Value::Scalar(_) => Vec::new(),
    }
}

fn scalar_value(scalar: &Scalar) -> Value {
    // Most scalars are one word, which stands for itself; the general way reads the text anew for
    // each question.
    let text = scalar.value();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        let is_null = matches!(text.as_str(), "null" | "Null" | "NULL");
        return if is_null { Value::Null } else { Value::Scalar(text) };
    }
    if !scalar.is_quoted() && scalar.is_null() {
        return Value::Null;
    }
    Value::Scalar(scalar.as_string())
}

/// What was read last, newest at the end: an edit is checked by reading its result, which is then
/// the file that others read.
static RECENT: Mutex<VecDeque<(Hash, Read)>> = Mutex::new(VecDeque::new());
/// So many are kept.
const KEPT: usize = 8;

/// A document, or why there is none.
type Read = Result<Arc<Node>, YamlError>;

impl Node {
    fn null(range: Range<usize>, line: usize) -> Self {
        Self { value: Value::Null, range, line, shared: false }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a mapping; of anything else, none.
    pub fn entries(&self) -> &[(Node, Node)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; of anything else, none.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The first value under `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let mut entries = self.entries().iter();
        let found = entries.find(|(name, _)| name.text() == Some(key))?;
        Some(&found.1)
    }

    /// Whether two values say the same, wherever they stand; the order of keys counts.
    pub fn says_the_same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Mapping(own), Value::Mapping(others)) => {
                let same = |(a, b): (&(Self, Self), &(Self, Self))| {
                    a.0.says_the_same(&b.0) && a.1.says_the_same(&b.1)
                };
                own.len() == others.len() && own.iter().zip(others).all(same)
            }
            (Value::Sequence(own), Value::Sequence(others)) => {
                let mut pairs = own.iter().zip(others);
                own.len() == others.len() && pairs.all(|(a, b)| a.says_the_same(b))
            }
            (own, others) => own == others,
        }
    }

    /// The text under `key`.
    pub fn get_text(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }
}

#[cfg(test)]
mod tests;
