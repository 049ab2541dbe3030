//! Where a file reads the environment while it is imported, and where the service writes it.

use std::ops::Range;

use crate::operation::Note;
use crate::python::{
    Module, Moment, PythonService, Qualified, Reference, Resolution, ScopeKind, StatementKind,
    SyntaxTree, Usage,
};

/// A variable with its default, as a settings class declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    /// The variable's name.
    pub(super) name: String,
    /// The default as it is written in the code.
    pub(super) default: String,
    /// The default's type; none for `None`.
    pub(super) kind: Option<&'static str>,
    /// The default as it is written in an env file.
    pub(super) plain: String,
}

/// One read that becomes a field of the settings.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) range: Range<usize>,
    pub(super) variable: Variable,
    /// The statement of the module's body that holds it.
    pub(super) statement: usize,
    /// The scope in which it is made.
    pub(super) scope: usize,
    pub(super) line: usize,
}

/// A file with its syntax.
pub(super) struct File<'a> {
    pub(super) service: &'a PythonService,
    pub(super) index: usize,
    pub(super) module: &'a Module,
    pub(super) syntax: SyntaxTree,
}

/// What an expression that begins with a name does with the environment.
enum Form {
    /// `os.getenv(…)`, `os.environ.get(…)`.
    Call,
    /// `os.environ[…]`.
    Item,
}

impl<'a> File<'a> {
    /// A file that may touch the environment; none when it does not or does not parse.
    pub(super) fn read(service: &'a PythonService, index: usize) -> Option<Self> {
        let record = &service.modules()[index];
        let module = record.module().filter(|module| module.errors.is_empty())?;
        let words = ["getenv", "environ", "load_dotenv", "putenv"];
        if record.is_test || !words.iter().any(|word| module.text().contains(word)) {
            return None;
        }
        Some(Self { service, index, module, syntax: SyntaxTree::parse(module.text()) })
    }

    pub(super) fn note(&self, start: usize, message: &str) -> Note {
        let path = &self.service.modules()[self.index].path;
        Note::new(path, self.module.source.line_of(start), format!("settings stay: {message}"))
    }

    /// The reads that run while the file is imported, and those that cannot be gathered.
    pub(super) fn reads(&self) -> (Vec<Read>, Vec<Note>) {
        let (mut reads, mut notes) = (Vec::new(), Vec::new());
        for node in 0..self.syntax.nodes.len() {
            let Some((form, reference)) = self.form(node) else { continue };
            if reference.moment != Moment::Import {
                continue;
            }
            match self.judge(node, &form, reference) {
                Ok(read) => reads.push(read),
                Err(why) => notes.push(self.note(self.syntax.nodes[node].range.start, &why)),
            }
        }
        reads.sort_by_key(|read| read.range.start);
        (reads, notes)
    }

    /// Whether a node reads one variable, and the name with which it begins.
    fn form(&self, node: usize) -> Option<(Form, &Reference)> {
        let kind = self.syntax.nodes[node].kind;
        let object =
            self.syntax.children(node).next().filter(|_| kind.is_call() || kind.is_subscript())?;
        let path = self.external(object)?;
        let form = match path.as_str() {
            "os.getenv" | "os.environ.get" if kind.is_call() => Form::Call,
            "os.environ" if kind.is_subscript() && !self.is_written(node) => Form::Item,
            _ => return None,
        };
        let start = self.syntax.nodes[object].range.start;
        let reference = self.module.facts.references.iter();
        let reference = reference.into_iter().find(|found| found.range.start == start)?;
        Some((form, reference))
    }

    /// What a dotted name of another package leads to.
    fn external(&self, node: usize) -> Option<String> {
        let range = &self.syntax.nodes[node].range;
        let text = self.syntax.token_texts(range).concat();
        match self.service.qualify_at(self.index, range, &text) {
            Qualified::External(path) => Some(path),
            _ => None,
        }
    }

    fn judge(&self, node: usize, form: &Form, reference: &Reference) -> Result<Read, String> {
        let range = self.syntax.nodes[node].range.clone();
        let statement = &self.module.facts.statements[reference.statement];
        let is_plain = matches!(
            statement.kind,
            StatementKind::Assignment | StatementKind::Other | StatementKind::MainGuard
        );
        let is_attribute =
            statement.kind == StatementKind::Class && self.is_class_body(reference.scope);
        if !is_attribute && (reference.scope != 0 || !is_plain) {
            return Err(
                "this read stands in a comprehension or the head of a definition".to_owned()
            );
        }
        if matches!(form, Form::Item) {
            let why = "`os.environ[…]` raises KeyError without the variable, a settings class \
                another exception";
            return Err(why.to_owned());
        }
        if self.syntax.has_comment(&range) {
            return Err("a comment stands in this read".to_owned());
        }
        if self.is_in_loop(node) {
            return Err("this read is repeated by a loop".to_owned());
        }
        let variable = self.variable(node)?;
        let line = self.module.source.line_of(range.start);
        let scope = reference.scope;
        Ok(Read { range, variable, statement: reference.statement, scope, line })
    }

    /// Whether a scope is the body of a class of the module, which runs when the class is made.
    fn is_class_body(&self, scope: usize) -> bool {
        let found = &self.module.facts.scopes[scope];
        found.kind == ScopeKind::Class && found.parent == Some(0)
    }

    fn is_in_loop(&self, node: usize) -> bool {
        let mut around = self.syntax.around(node);
        around.any(|outer| {
            let node = &self.syntax.nodes[outer];
            let first = self.syntax.tokens_in(&node.range).next();
            let word = first.map(|token| self.syntax.token_text(token)).unwrap_or_default();
            node.kind.is_statement() && matches!(word, "for" | "while" | "async")
        })
    }

    /// The variable that a call names, with its default.
    fn variable(&self, call: usize) -> Result<Variable, String> {
        let arguments = self
            .syntax
            .children(call)
            .find(|child| self.syntax.nodes[*child].kind.is_arguments())
            .ok_or("this call has no arguments")?;
        let (mut key, mut default) = (None, None);
        for (place, argument) in self.syntax.children(arguments).enumerate() {
            if !self.syntax.nodes[argument].kind.is_keyword() {
                match place {
                    0 => key = Some(argument),
                    1 => default = Some(argument),
                    _ => return Err("this call has too many arguments".to_owned()),
                }
                continue;
            }
            let value = self.syntax.children(argument).last();
            match self.syntax.token_texts(&self.syntax.nodes[argument].range).first() {
                Some(&"key") => key = value,
                Some(&"default") => default = value,
                _ => return Err("this call has an argument that is not known".to_owned()),
            }
        }
        let name =
            key.and_then(|key| self.text_of(key)).ok_or("the variable's name is computed")?;
        if !is_variable(&name) {
            return Err("the variable's name is none that a shell can set".to_owned());
        }
        let Some(node) = default else {
            let (default, plain) = ("None".to_owned(), String::new());
            return Ok(Variable { name, default, kind: None, plain });
        };
        let (kind, plain) = self.literal(node).ok_or("the default is computed")?;
        Ok(Variable { name, default: self.syntax.node_text(node).to_owned(), kind, plain })
    }

    /// The value of a string of one piece.
    fn text_of(&self, node: usize) -> Option<String> {
        let range = &self.syntax.nodes[node].range;
        let found = self.module.facts.strings.iter().find(|found| found.range == *range);
        found
            .filter(|_| self.syntax.nodes[node].kind.is_plain_string())
            .map(|found| found.value.clone())
    }

    /// The type of a default that is written in plain, and its text in an env file.
    fn literal(&self, node: usize) -> Option<(Option<&'static str>, String)> {
        let text = self.syntax.node_text(node);
        if let Some(value) = self.text_of(node) {
            return (!text.contains(['\n', '\r'])).then_some((Some("str"), value));
        }
        match text {
            "None" => return Some((None, String::new())),
            "True" | "False" => return Some((Some("bool"), text.to_owned())),
            _ => {}
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if is_digits(digits) {
            return Some((Some("int"), text.to_owned()));
        }
        let (whole, part) = digits.split_once('.')?;
        (is_digits(whole) && is_digits(part)).then(|| (Some("float"), text.to_owned()))
    }

    /// Whether `os.environ[…]` is assigned or deleted.
    fn is_written(&self, node: usize) -> bool {
        let Some(parent) = self.syntax.nodes[node].parent else { return false };
        let is_first = self.syntax.children(parent).next() == Some(node);
        let range = &self.syntax.nodes[parent].range;
        let words = self.syntax.token_texts(&(range.start..range.end));
        let deletes = words.first() == Some(&"del");
        let end = self.syntax.nodes[node].range.end;
        let next = self.syntax.tokens_in(&(end..range.end)).next();
        let next = next.map(|token| self.syntax.token_text(token)).unwrap_or_default();
        let assigns = next.ends_with('=') && !matches!(next, "==" | "!=" | "<=" | ">=");
        deletes || assigns && (is_first || self.syntax.nodes[parent].kind.is_assignment())
    }

    /// The statements that may change the environment; those of functions with none.
    pub(super) fn writes(&self) -> Vec<(Option<usize>, usize)> {
        let references = self.module.facts.references.iter();
        let writes = references.filter(|found| self.may_write(found));
        writes
            .map(|found| {
                let at = (found.moment == Moment::Import).then_some(found.statement);
                (at, self.module.source.line_of(found.range.start))
            })
            .collect()
    }

    fn may_write(&self, reference: &Reference) -> bool {
        let chain: Vec<&str> = std::iter::once(reference.name.as_str())
            .chain(reference.chain.iter().map(|attribute| attribute.name.as_str()))
            .collect();
        let end = reference.chain.last().map_or(reference.range.end, |last| last.range.end);
        let Resolution::Scope(scope) = reference.resolution else { return false };
        let Qualified::External(path) = self.service.qualify(self.index, scope, &chain.join("."))
        else {
            return false;
        };
        match path.as_str() {
            "os.putenv" | "os.unsetenv" | "dotenv.load_dotenv" | "dotenv.main.load_dotenv" => true,
            "os.environ" => self.is_changed(reference.range.start, end),
            path => path.strip_prefix("os.environ.").is_some_and(|rest| {
                !matches!(
                    rest.split('.').next(),
                    Some("get" | "copy" | "keys" | "items" | "values")
                )
            }),
        }
    }

    /// Whether `os.environ` is written, or handed to somebody who may write it.
    fn is_changed(&self, start: usize, end: usize) -> bool {
        let Some(node) = self.syntax.node_at(&(start..end)) else { return true };
        let parent = self.syntax.nodes[node].parent;
        let subscript = parent.filter(|parent| {
            let kind = self.syntax.nodes[*parent].kind;
            kind.is_subscript() && self.syntax.children(*parent).next() == Some(node)
        });
        if let Some(subscript) = subscript {
            return self.is_written(subscript);
        }
        let before = self.syntax.tokens_in(&(0..start)).next_back();
        let word = before.map(|token| self.syntax.token_text(token)).unwrap_or_default();
        let callee = before.and_then(|token| token.checked_sub(1));
        let callee = callee.map(|token| self.syntax.token_text(token)).unwrap_or_default();
        let is_copied = matches!(word, "in" | "**") || word == "(" && callee == "dict";
        !is_copied
    }

    /// Whether statements run code of the service: they import it, or call what is not known.
    pub(super) fn runs_own_code(&self, statements: &Range<usize>) -> bool {
        let facts = &self.module.facts;
        let inside = |statement: usize| statements.contains(&statement);
        let imports = facts.imports.iter().any(|import| {
            inside(import.statement) && !self.service.imported_by(self.index, import).is_empty()
        });
        let is_known = |found: &Reference| match found.resolution {
            Resolution::Builtin => true,
            Resolution::Unbound => false,
            Resolution::Scope(scope) => {
                let path = self.service.qualify(self.index, scope, &found.name);
                matches!(path, Qualified::External(_))
            }
        };
        imports
            || facts.references.iter().any(|found| {
                let is_run = matches!(found.usage, Usage::Call | Usage::Decorator);
                inside(found.statement)
                    && found.moment == Moment::Import
                    && is_run
                    && !is_known(found)
            })
    }
}

fn is_variable(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
