//! What has to be true of a hole: what it resolves to, what it is, how it reads.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::python::{
    Answer, Binding, BindingKind, Facts, PythonService, Qualified, Resolution, StatementKind,
    SyntaxTree, is_standard_module,
};

/// Guards of one hole as they are written; all of them have to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GuardSpec {
    /// A name that leads there through imports, not shadowed: `os.getenv`.
    resolves_to: Option<String>,
    /// A class that is this one or descends from it.
    subclass_of: Option<String>,
    /// An object whose class is shown to be this one or to descend from it.
    instance_of: Option<String>,
    /// Text that this regular expression finds something in.
    matches: Option<String>,
    /// The shape of the code: `string`, `number`, `name`, `call`.
    is: Option<String>,
}

/// One checked guard.
#[derive(Debug, Clone)]
pub(super) enum Guard {
    ResolvesTo(String),
    SubclassOf(String),
    InstanceOf(String),
    Matches(Regex),
    Is(Shape),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    String,
    Number,
    Name,
    Call,
}

/// The file in which guards are asked.
pub(super) struct Place<'a> {
    service: &'a PythonService,
    index: usize,
    pub(super) file: &'a SyntaxTree,
    facts: Option<&'a Facts>,
    /// Where a name begins → where it is bound.
    names: FxHashMap<usize, Resolution>,
}

impl Guard {
    /// Checks the guards of one hole.
    pub(super) fn read(spec: &GuardSpec) -> Result<Vec<Self>, String> {
        let mut guards = Vec::new();
        guards.extend(spec.resolves_to.clone().map(Self::ResolvesTo));
        guards.extend(spec.subclass_of.clone().map(Self::SubclassOf));
        guards.extend(spec.instance_of.clone().map(Self::InstanceOf));
        if let Some(text) = &spec.matches {
            let regex = Regex::new(text).map_err(|error| error.to_string())?;
            guards.push(Self::Matches(regex));
        }
        if let Some(shape) = &spec.is {
            guards.push(Self::Is(match shape.as_str() {
                "string" => Shape::String,
                "number" => Shape::Number,
                "name" => Shape::Name,
                "call" => Shape::Call,
                other => return Err(format!("{other:?} is no shape: string, number, name, call")),
            }));
        }
        if guards.is_empty() { Err("it asks nothing".to_owned()) } else { Ok(guards) }
    }

    /// A word that a file must have for the guard to hold anywhere in it.
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::ResolvesTo(name) => name.rsplit('.').next(),
            _ => None,
        }
    }

    /// Whether it holds for the code in a range.
    pub(super) fn holds(&self, place: &Place<'_>, range: &Range<usize>) -> Answer {
        match self {
            Self::ResolvesTo(wanted) => place.resolves(range, wanted),
            Self::SubclassOf(base) => match place.qualified(range) {
                Some(class) => place.service.descends(&class, base),
                None => Answer::Unknown,
            },
            Self::InstanceOf(base) => place.is_instance(range, base),
            Self::Matches(regex) => known(regex.is_match(place.file.slice(range))),
            Self::Is(shape) => {
                let kind = place.file.node_at(range).map(|node| place.file.nodes[node].kind);
                known(kind.is_some_and(|kind| match shape {
                    Shape::String => kind.is_plain_string(),
                    Shape::Number => kind.is_number(),
                    Shape::Name => kind.is_name(),
                    Shape::Call => kind.is_call(),
                }))
            }
        }
    }

    /// The class that it asks for.
    pub(super) fn base(&self) -> Option<&str> {
        match self {
            Self::SubclassOf(base) | Self::InstanceOf(base) => Some(base),
            _ => None,
        }
    }

    /// What to say when it cannot be decided.
    pub(super) fn doubt(&self, text: &str) -> String {
        let short: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match self {
            Self::ResolvesTo(name) => format!("it cannot be shown that `{short}` is {name}"),
            Self::SubclassOf(base) => {
                format!("it cannot be shown that `{short}` descends from {base}")
            }
            Self::InstanceOf(base) => {
                format!("it cannot be shown that `{short}` is an instance of {base}")
            }
            Self::Matches(_) | Self::Is(_) => format!("`{short}` cannot be judged"),
        }
    }
}

fn known(holds: bool) -> Answer {
    if holds { Answer::Yes } else { Answer::No }
}

impl<'a> Place<'a> {
    pub(super) fn new(service: &'a PythonService, index: usize, file: &'a SyntaxTree) -> Self {
        let facts = service.modules()[index].module().map(|module| &module.facts);
        let references = facts.into_iter().flat_map(|facts| &facts.references);
        let names = references.map(|found| (found.range.start, found.resolution)).collect();
        Self { service, index, file, facts, names }
    }

    /// A method of one of these names that a class of the service, which may descend from
    /// `base`, defines itself: calling it means that one.
    pub(super) fn overridden(&self, base: &str, names: &[&str]) -> Option<String> {
        let modules = self.service.modules().iter().enumerate();
        for (index, module) in modules.filter_map(|(index, found)| Some((index, found.module()?))) {
            for statement in &module.facts.statements {
                let ([class], StatementKind::Class) = (&statement.binds[..], statement.kind) else {
                    continue;
                };
                let text = module.slice(&statement.range);
                let defines = |name: &&&str| text.contains(&format!("def {name}("));
                let Some(name) = names.iter().find(defines) else { continue };
                let class = Qualified::Definition(index, class.clone());
                if self.service.descends(&class, base) != Answer::No {
                    return Some((*name).to_owned());
                }
            }
        }
        None
    }

    /// The dotted name that a range is, and nothing else.
    fn dotted(&self, range: &Range<usize>) -> Option<String> {
        let tokens = self.file.tokens_in(range);
        let mut text = String::new();
        for (position, token) in tokens.enumerate() {
            let found = self.file.token_text(token);
            let fits =
                if position % 2 == 0 { self.file.tokens[token].is_word } else { found == "." };
            if !fits {
                return None;
            }
            text.push_str(found);
        }
        (!text.is_empty() && !text.ends_with('.')).then_some(text)
    }

    /// What a dotted name leads to.
    fn qualified(&self, range: &Range<usize>) -> Option<Qualified> {
        let dotted = self.dotted(range)?;
        Some(match self.names.get(&range.start)? {
            Resolution::Scope(scope) => self.service.qualify(self.index, *scope, &dotted),
            Resolution::Builtin => Qualified::External(format!("builtins.{dotted}")),
            Resolution::Unbound => Qualified::Unknown,
        })
    }

    /// A name that merely reads like another is in doubt only when it could be it.
    fn resolves(&self, range: &Range<usize>, wanted: &str) -> Answer {
        let Some(dotted) = self.dotted(range) else { return Answer::No };
        match self.qualified(range) {
            Some(Qualified::External(name)) => known(name == wanted),
            Some(Qualified::Definition(..) | Qualified::Module(_)) => Answer::No,
            Some(Qualified::Unknown) | None => {
                let is_alike = dotted == wanted || wanted.rsplit('.').next() == Some(&dotted);
                if is_alike { Answer::Unknown } else { Answer::No }
            }
        }
    }

    fn is_instance(&self, range: &Range<usize>, base: &str) -> Answer {
        let Some(node) = self.file.node_at(range) else { return Answer::Unknown };
        let kind = self.file.nodes[node].kind;
        if kind.is_call() {
            return self.made_by(node, base);
        }
        if kind.is_string() || kind.is_number() {
            return Answer::No;
        }
        if !kind.is_name() {
            return match self.qualified(range) {
                Some(Qualified::Module(_)) => Answer::No,
                Some(Qualified::External(name)) => known_foreign(&name),
                _ => Answer::Unknown,
            };
        }
        let (Some(facts), Some(Resolution::Scope(scope))) =
            (self.facts, self.names.get(&range.start))
        else {
            return Answer::Unknown;
        };
        let name = self.file.slice(range).to_owned();
        let mut answer = None;
        for binding in facts.bindings_of(&name, *scope) {
            let next = self.bound_to(binding, base);
            answer = Some(match answer {
                None => next,
                Some(earlier) if earlier == next => next,
                Some(_) => Answer::Unknown,
            });
        }
        answer.unwrap_or(Answer::Unknown)
    }

    /// Whether one binding makes its name an instance of `base`.
    fn bound_to(&self, binding: &Binding, base: &str) -> Answer {
        match binding.kind {
            BindingKind::Import(..) => {
                match self.service.qualify(self.index, binding.scope, &binding.name) {
                    Qualified::Module(_) => Answer::No,
                    Qualified::External(name) => known_foreign(&name),
                    _ => Answer::Unknown,
                }
            }
            BindingKind::Function | BindingKind::Class => Answer::No,
            BindingKind::Parameter => self.parameter(binding, base),
            BindingKind::Assignment => self.assigned(binding, base),
            BindingKind::Capture | BindingKind::Deletion | BindingKind::Type => Answer::Unknown,
        }
    }

    fn parameter(&self, binding: &Binding, base: &str) -> Answer {
        let node = self.file.nodes.iter().position(|node| {
            node.kind.is_parameter()
                && node.range.start == binding.range.start
                && node.range.end >= binding.range.end
        });
        let Some(node) = node else { return Answer::Unknown };
        let text = self.file.node_text(node);
        let Some((_, annotation)) = text.split_once(':') else {
            return self.receiver(node, base);
        };
        let annotation = annotation.split_once('=').map_or(annotation, |(type_, _)| type_);
        self.annotated(annotation, base)
    }

    /// The first parameter of a method is an instance of the class around it.
    fn receiver(&self, parameter: usize, base: &str) -> Answer {
        let around: Vec<usize> = self.file.around(parameter).collect();
        let function = around.iter().find(|node| self.file.nodes[**node].kind.is_function());
        let Some(function) = function.copied() else { return Answer::Unknown };
        let mut outer = self.file.around(function);
        let mut parent = outer.next();
        if parent.is_some_and(|node| self.file.nodes[node].kind.is_decorated()) {
            let decorators = parent.map(|node| self.file.node_text(node)).unwrap_or_default();
            let before = decorators.split("def ").next().unwrap_or_default();
            if before.contains("staticmethod") || before.contains("classmethod") {
                return Answer::Unknown;
            }
            parent = outer.next();
        }
        let Some(class) = parent.filter(|node| self.file.nodes[*node].kind.is_class()) else {
            return Answer::Unknown;
        };
        let tokens = self.file.tokens_in(&self.file.nodes[function].range);
        let first = tokens.clone().find(|token| self.file.token_text(*token) == "(");
        let is_first = first
            .and_then(|open| self.file.tokens.get(open + 1))
            .is_some_and(|token| token.range.start == self.file.nodes[parameter].range.start);
        let at_top = self.file.nodes[class]
            .parent
            .is_some_and(|outer| outer == 0 || self.file.nodes[outer].kind.is_decorated());
        if !is_first || !at_top {
            return Answer::Unknown;
        }
        let name = self.file.tokens_in(&self.file.nodes[class].range).start + 1;
        let class = Qualified::Definition(self.index, self.file.token_text(name).to_owned());
        self.service.descends(&class, base)
    }

    fn assigned(&self, binding: &Binding, base: &str) -> Answer {
        let Some(node) = self.file.node_at(&binding.range) else { return Answer::Unknown };
        let Some(parent) = self.file.nodes[node].parent else { return Answer::Unknown };
        if ANSWER.is_match(self.file.node_text(parent)) {
            return Answer::No;
        }
        let kind = self.file.nodes[parent].kind;
        let children: Vec<usize> = self.file.children(parent).collect();
        if kind.is_annotated_assignment() {
            return match children.get(1) {
                Some(annotation) => self.annotated(self.file.node_text(*annotation), base),
                None => Answer::Unknown,
            };
        }
        match children[..] {
            [target, value] if kind.is_assignment() && target == node => {
                let made = self.file.nodes[value].kind;
                if made.is_call() {
                    self.made_by(value, base)
                } else if made.is_string() || made.is_number() {
                    Answer::No
                } else {
                    Answer::Unknown
                }
            }
            _ => Answer::Unknown,
        }
    }

    /// `Model(…)` and the ways in which Pydantic makes a model.
    fn made_by(&self, call: usize, base: &str) -> Answer {
        const MAKERS: [&str; 8] = [
            "model_validate",
            "model_validate_json",
            "model_construct",
            "parse_obj",
            "parse_raw",
            "parse_file",
            "from_orm",
            "construct",
        ];
        let Some(callee) = self.file.children(call).next() else { return Answer::Unknown };
        let range = self.file.nodes[callee].range.clone();
        if let Some(found) = self.qualified(&range) {
            if let Qualified::External(name) = &found
                && self.service.descends(&found, base) != Answer::Yes
            {
                return known_foreign(name);
            }
            let direct = self.service.descends(&found, base);
            if found != Qualified::Unknown {
                return if direct == Answer::Yes { Answer::Yes } else { Answer::Unknown };
            }
        }
        let text = self.file.slice(&range);
        let Some((class, method)) = text.rsplit_once('.') else { return Answer::Unknown };
        let receiver = range.start..range.start + class.trim_end().len();
        if matches!(method.trim(), "copy" | "model_copy") {
            return self.is_instance(&receiver, base);
        }
        if !MAKERS.contains(&method.trim()) {
            return Answer::Unknown;
        }
        match self.qualified(&receiver) {
            Some(class) => self.service.descends(&class, base),
            None => Answer::Unknown,
        }
    }

    /// An annotation that names a class, quoted, optional or annotated.
    fn annotated(&self, annotation: &str, base: &str) -> Answer {
        let text = annotation.trim().trim_matches(['"', '\'']).trim();
        let inner = ["Optional[", "typing.Optional[", "Annotated["]
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix)?.strip_suffix(']'));
        let inner = inner.map_or(text, |inner| inner.split(',').next().unwrap_or(inner));
        let parts: Vec<&str> =
            inner.split('|').map(str::trim).filter(|part| *part != "None").collect();
        let [class] = parts[..] else { return Answer::Unknown };
        let is_dotted = class.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
        let first = class.split('.').next().unwrap_or_default();
        if !is_dotted || !self.facts.is_some_and(|facts| facts.defines(first)) {
            return match class.split('[').next() {
                Some(
                    "dict" | "Dict" | "list" | "List" | "str" | "int" | "bool" | "float" | "set",
                ) => Answer::No,
                _ => Answer::Unknown,
            };
        }
        self.service.descends(&self.service.qualify(self.index, 0, class), base)
    }
}

/// What a client of HTTP answers is bound to a name: `response = await client.get("/x")`,
/// `session.post(f"{base}/x") as response`.
#[expect(clippy::expect_used, reason = "the pattern is a constant, tested below")]
static ANSWER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"^(?:\w+\s*=\s*)?(?:await\s+)?[\w.]+\.(?:get|post|put|patch|delete|head|options|request)\(\s*(?:["'][A-Z]+["'],\s*)?[rf]?["'](?:/|https?:|\{)"#,
    )
    .expect("a constant pattern")
});

/// Nothing of these packages is an instance of a class of the service.
fn known_foreign(name: &str) -> Answer {
    const FOREIGN: [&str; 5] = ["pytest", "httpx", "requests", "aiohttp", "numpy"];
    let package = name.split('.').next().unwrap_or_default();
    let is_foreign = FOREIGN.contains(&package) || is_standard_module(package);
    if is_foreign { Answer::No } else { Answer::Unknown }
}

#[cfg(test)]
mod tests {
    use super::ANSWER;

    #[test]
    fn an_answer_over_http_is_known_by_the_address_that_is_asked() {
        for text in [
            "response = client.get(\"/parcels\")",
            "response = await self.client.post(\n    f\"{BASE}/parcels\", json={})",
            "session.request(\"GET\", 'https://example.com') as response",
        ] {
            assert!(ANSWER.is_match(text), "{text}");
        }
        for text in ["model = store.get(\"key\")", "model = make(client.get(\"/x\"))"] {
            assert!(!ANSWER.is_match(text), "{text}");
        }
    }
}
