//! Where a file reads the environment.

use std::ops::Range;
use std::sync::Arc;

use crate::operation::Note;
use crate::python::{
    Module, Moment, PythonService, Qualified, Reference, ScopeKind, StatementKind, SyntaxTree,
};

/// The settings class of Pydantic.
const SETTINGS: [&str; 3] = [
    "pydantic.BaseSettings",
    "pydantic_settings.BaseSettings",
    "pydantic_settings.main.BaseSettings",
];

/// A variable with its default, as a settings class declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    /// The variable's name.
    pub(super) name: String,
    /// What its field should be called, if it can be.
    pub(super) field: String,
    /// The default as it is written in the code.
    pub(super) default: String,
    /// What the field can be.
    pub(super) kind: Kind,
    /// The default as it is written in an env file.
    pub(super) plain: String,
}

/// What the field of a variable can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text from the environment, or text as default.
    Text,
    /// Text from the environment, or nothing.
    Missing,
    /// Text from the environment, or a default of this type as it is.
    Either(&'static str),
    /// A value of this type, which text from the environment is read as.
    Typed(&'static str),
}

/// How often a value is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// Once, while the file is imported: `settings.port`.
    Once,
    /// Each time that the code runs: `Settings().port`.
    EachTime,
}

/// One place whose value becomes a field of the settings.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) range: Range<usize>,
    pub(super) variable: Variable,
    pub(super) how: How,
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
    pub(super) syntax: Arc<SyntaxTree>,
}

/// What an expression that begins with a name does with the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `os.getenv(…)`, `os.environ.get(…)`.
    Call,
    /// `os.environ[…]`.
    Item,
}

impl<'a> File<'a> {
    /// A file of code; none for tests and for what does not parse.
    pub(super) fn read(service: &'a PythonService, index: usize) -> Option<Self> {
        let record = &service.modules()[index];
        let module = record.module().filter(|module| module.errors.is_empty())?;
        (!record.is_test).then(|| Self { service, index, module, syntax: module.syntax() })
    }

    /// Whether a file may touch the environment.
    pub(super) fn may_touch(service: &PythonService, index: usize) -> bool {
        let words = ["getenv", "environ", "load_dotenv", "putenv"];
        let module = service.modules()[index].module();
        module.is_some_and(|module| words.iter().any(|word| module.text().contains(word)))
    }

    /// The file's name without its ending.
    pub(super) fn stem(&self) -> &str {
        self.service.modules()[self.index].path.stem()
    }

    pub(super) fn note(&self, start: usize, message: &str) -> Note {
        let path = &self.service.modules()[self.index].path;
        Note::new(path, self.module.source.line_of(start), format!("settings stay: {message}"))
    }

    /// The reads of the environment, and those that cannot be gathered.
    ///
    /// Defaults of a settings class are not among them: [`super::defaults`] has those.
    pub(super) fn reads(&self) -> (Vec<Read>, Vec<Note>) {
        let (mut reads, mut notes) = (Vec::new(), Vec::new());
        for node in 0..self.syntax.nodes.len() {
            let Some((form, reference)) = self.form(node) else { continue };
            let is_read = reference.moment != Moment::Never;
            if !is_read || self.settings_class(reference).is_some() {
                continue;
            }
            match self.judge(node, form, reference) {
                Ok(read) => reads.push(read),
                Err(why) => notes.push(self.note(self.syntax.nodes[node].range.start, &why)),
            }
        }
        reads.sort_by_key(|read| read.range.start);
        (reads, notes)
    }

    /// The statement of the settings class in whose body a name is read while it is made.
    pub(super) fn settings_class(&self, reference: &Reference) -> Option<usize> {
        let statement = &self.module.facts.statements[reference.statement];
        let is_here = reference.moment == Moment::Import && self.is_class_body(reference.scope);
        let is_settings = |base: &String| {
            let path = self.service.qualify(self.index, 0, base);
            matches!(path, Qualified::External(path) if SETTINGS.contains(&path.as_str()))
        };
        (is_here && statement.bases.iter().any(is_settings)).then_some(reference.statement)
    }

    /// Whether a node reads one variable, and the name with which it begins.
    pub(super) fn form(&self, node: usize) -> Option<(Form, &Reference)> {
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
    pub(super) fn external(&self, node: usize) -> Option<String> {
        let range = &self.syntax.nodes[node].range;
        let text = self.syntax.token_texts(range).concat();
        match self.service.qualify_at(self.index, range, &text) {
            Qualified::External(path) => Some(path),
            _ => None,
        }
    }

    fn judge(&self, node: usize, form: Form, reference: &Reference) -> Result<Read, String> {
        let range = self.syntax.nodes[node].range.clone();
        let how = match reference.moment {
            Moment::Import => How::Once,
            _ => How::EachTime,
        };
        if how == How::Once && !self.is_plain_place(reference) {
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
        let behind = self.module.text()[range.end..].trim_start();
        if behind.starts_with('=') && !behind.starts_with("==") {
            return Err("a text shows how this read is written".to_owned());
        }
        if how == How::Once && self.is_in_loop(node) {
            return Err("this read is repeated by a loop".to_owned());
        }
        let variable = self.variable(node)?;
        let line = self.module.source.line_of(range.start);
        let (scope, statement) = (reference.scope, reference.statement);
        Ok(Read { range, variable, how, statement, scope, line })
    }

    /// Whether an import-time read stands where it runs once, in order.
    fn is_plain_place(&self, reference: &Reference) -> bool {
        let statement = &self.module.facts.statements[reference.statement];
        let is_plain = matches!(
            statement.kind,
            StatementKind::Assignment | StatementKind::Other | StatementKind::MainGuard
        );
        let is_attribute =
            statement.kind == StatementKind::Class && self.is_class_body(reference.scope);
        is_attribute || reference.scope == 0 && is_plain
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
    pub(super) fn variable(&self, call: usize) -> Result<Variable, String> {
        let arguments = self.arguments(call).ok_or("this call has no arguments")?;
        let (mut key, mut default) = (None, None);
        for (place, (name, value)) in arguments.into_iter().enumerate() {
            match (name, place) {
                (Some("key"), _) | (None, 0) => key = Some(value),
                (Some("default"), _) | (None, 1) => default = Some(value),
                (None, _) => return Err("this call has too many arguments".to_owned()),
                _ => return Err("this call has an argument that is not known".to_owned()),
            }
        }
        let name =
            key.and_then(|key| self.text_of(key)).ok_or("the variable's name is computed")?;
        if !is_variable(&name) {
            return Err("the variable's name is none that a shell can set".to_owned());
        }
        let field = name.to_ascii_lowercase();
        let Some(node) = default else {
            let (default, plain) = ("None".to_owned(), String::new());
            return Ok(Variable { name, field, default, kind: Kind::Missing, plain });
        };
        let (kind, plain) = self.literal(node).ok_or("the default is computed")?;
        let kind = match kind {
            Some("str") => Kind::Text,
            Some(kind) => Kind::Either(kind),
            None => Kind::Missing,
        };
        let default = self.syntax.node_text(node).to_owned();
        Ok(Variable { name, field, default, kind, plain })
    }

    /// The arguments of a call: the keyword, if there is one, and the node of the value.
    pub(super) fn arguments(&self, call: usize) -> Option<Vec<(Option<&str>, usize)>> {
        let is_list = |child: &usize| self.syntax.nodes[*child].kind.is_arguments();
        let arguments = self.syntax.children(call).find(is_list)?;
        let found = self.syntax.children(arguments).map(|argument| {
            if !self.syntax.nodes[argument].kind.is_keyword() {
                return Some((None, argument));
            }
            let words = self.syntax.token_texts(&self.syntax.nodes[argument].range);
            Some((Some(*words.first()?), self.syntax.children(argument).last()?))
        });
        found.collect()
    }

    /// The value of a string of one piece.
    pub(super) fn text_of(&self, node: usize) -> Option<String> {
        let range = &self.syntax.nodes[node].range;
        let found = self.module.facts.strings.iter().find(|found| found.range == *range);
        found
            .filter(|_| self.syntax.nodes[node].kind.is_plain_string())
            .map(|found| found.value.clone())
    }

    /// The type of a default that is written in plain, and its text in an env file.
    pub(super) fn literal(&self, node: usize) -> Option<(Option<&'static str>, String)> {
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
    pub(super) fn is_written(&self, node: usize) -> bool {
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
}

pub(super) fn is_variable(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
