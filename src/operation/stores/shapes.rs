//! What one use of a dictionary or a list does, and how a method of a repository says it.
//!
//! Only what is known to do the same is rewritten; keys, values and remarks keep their text.

use std::ops::Range;

use crate::change::Edit;
use crate::python::{Module, Resolution, ScopeKind, SyntaxTree};

/// How a store keeps things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    /// In a dictionary.
    ByKey,
    /// In a list.
    InOrder,
}

/// A use that is understood.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// The method that says it.
    pub(super) method: &'static str,
    /// The edits.
    pub(super) edits: Vec<Edit>,
    /// The text of a key that is a literal.
    pub(super) literal_key: Option<String>,
}

/// A use of a store in a file.
pub(super) struct Place<'a> {
    pub(super) module: &'a Module,
    pub(super) tree: &'a SyntaxTree,
    /// The expression that is the store.
    pub(super) node: usize,
    /// What stands for the repository.
    pub(super) repository: &'a str,
    pub(super) keeping: Keeping,
}

/// Functions of Python that only read what they are given.
const READERS: [&str; 14] = [
    "any",
    "all",
    "enumerate",
    "filter",
    "iter",
    "list",
    "max",
    "min",
    "reversed",
    "set",
    "sorted",
    "sum",
    "tuple",
    "zip",
];
/// Functions that read a whole mapping.
const WHOLE: [&str; 2] = ["dict", "str"];

impl Place<'_> {
    /// The method that does what is done here, or why none does.
    pub(super) fn asked(&self) -> Result<Asked, String> {
        let Some(parent) = self.tree.nodes[self.node].parent else {
            return Err("it stands alone".to_owned());
        };
        let kind = self.tree.nodes[parent].kind;
        let is_first = self.tree.children(parent).next() == Some(self.node);
        if kind.is_attribute() {
            return self.called(parent);
        }
        if kind.is_subscript() && is_first {
            return self.item(parent);
        }
        if kind.is_comparison() && !is_first {
            return self.tested_for(parent);
        }
        if kind.is_arguments() {
            return self.argument(parent);
        }
        let is_run_over = (kind.is_for() || kind.is_comprehension())
            && self.tree.children(parent).nth(1) == Some(self.node);
        if is_run_over {
            return Ok(self.read(self.run_over()));
        }
        if self.is_truth(parent, is_first) {
            return Ok(self.read("count"));
        }
        if kind.is_return() || kind.is_interpolation() {
            return Ok(self.read(self.whole()));
        }
        Err("it is handed on whole".to_owned())
    }

    const fn run_over(&self) -> &'static str {
        match self.keeping {
            Keeping::ByKey => "keys",
            Keeping::InOrder => "all",
        }
    }

    const fn whole(&self) -> &'static str {
        match self.keeping {
            Keeping::ByKey => "by_key",
            Keeping::InOrder => "all",
        }
    }

    fn range(&self, node: usize) -> Range<usize> {
        self.tree.nodes[node].range.clone()
    }

    /// The store becomes what a method without arguments returns.
    fn read(&self, method: &'static str) -> Asked {
        let text = format!("{}.{method}()", self.repository);
        let edits = vec![Edit::replace(self.range(self.node), text)];
        Asked { method, edits, literal_key: None }
    }

    /// Whether only the truth of a node matters: whether there is anything in the store.
    fn is_truth(&self, parent: usize, is_first: bool) -> bool {
        let kind = self.tree.nodes[parent].kind;
        if kind.is_unary() {
            return self.tree.token_texts(&self.range(parent)).first() == Some(&"not");
        }
        if kind.is_conditional() {
            return self.tree.children(parent).nth(1) == Some(self.node);
        }
        kind.is_tested() && is_first
    }

    /// `store.get(key)` and its like.
    fn called(&self, attribute: usize) -> Result<Asked, String> {
        let range = self.range(attribute);
        let name = self.tree.token_texts(&range).last().copied().unwrap_or_default();
        let call = self.tree.nodes[attribute].parent.filter(|call| {
            self.tree.nodes[*call].kind.is_call()
                && self.tree.children(*call).next() == Some(attribute)
        });
        let Some(call) = call else { return Err(format!("its method {name} is handed on")) };
        let arguments = self.tree.children(call).nth(1).ok_or("its call cannot be read")?;
        let given: Vec<usize> = self.tree.children(arguments).collect();
        let is_plain = given.iter().all(|one| {
            let kind = self.tree.nodes[*one].kind;
            !kind.is_keyword() && !kind.is_starred()
        });
        let method = match (self.keeping, name, given.len()) {
            (Keeping::ByKey, "get", 1) => "find",
            (Keeping::ByKey, "get", 2) => "find_or",
            (Keeping::ByKey, "values", 0) => "all",
            (Keeping::ByKey, "keys", 0) => "keys",
            (Keeping::ByKey, "items", 0) => "items",
            (_, "pop", 1) => "take",
            (Keeping::ByKey, "pop", 2) => "take_or",
            (Keeping::ByKey, "setdefault", 2) => "get_or_save",
            (Keeping::ByKey, "update", 1) => "save_all",
            (_, "clear", 0) => "clear",
            (Keeping::InOrder, "append", 1) => "add",
            (Keeping::InOrder, "extend", 1) => "add_all",
            (Keeping::InOrder, "insert", 2) => "insert",
            (Keeping::InOrder, "pop", 0) => "take_last",
            (Keeping::InOrder, "remove", 1) => "remove",
            _ => return Err(format!("no repository does what its {name}() does here")),
        };
        if !is_plain {
            return Err(format!("the arguments of its {name}() cannot be told apart"));
        }
        let last = self.tree.tokens_in(&range).next_back().ok_or("its call cannot be read")?;
        let mut edits = vec![Edit::replace(self.range(self.node), self.repository)];
        let named = self.tree.tokens[last].range.clone();
        if method != name {
            edits.push(Edit::replace(named, method));
        }
        let is_keyed = self.keeping == Keeping::ByKey && !matches!(name, "update");
        let literal_key = given.first().filter(|_| is_keyed).and_then(|key| self.literal(*key));
        Ok(Asked { method, edits, literal_key })
    }

    fn literal(&self, node: usize) -> Option<String> {
        let kind = self.tree.nodes[node].kind;
        (kind.is_plain_string() || kind.is_number()).then(|| self.tree.node_text(node).to_owned())
    }

    /// `store[key]`, read, assigned or deleted.
    fn item(&self, item: usize) -> Result<Asked, String> {
        let key = self.tree.children(item).nth(1).ok_or("its key cannot be read")?;
        let kind = self.tree.nodes[key].kind;
        let is_slice = kind.is_slice()
            || (kind.is_tuple()
                && self.tree.children(key).any(|one| self.tree.nodes[one].kind.is_slice()));
        let use_ = self.item_use(item);
        match (use_, self.keeping) {
            (ItemUse::Other(why), _) => Err(why.to_owned()),
            (ItemUse::Read, Keeping::InOrder) => Ok(self.read("all")),
            _ if is_slice || kind.is_starred() => Err("a part of it is changed at once".to_owned()),
            (ItemUse::Read, Keeping::ByKey) => Ok(self.loaded(item, key)),
            (ItemUse::Assigned(statement), keeping) => {
                let (method, names) = match keeping {
                    Keeping::ByKey => ("save", ("key", "value")),
                    Keeping::InOrder => ("replace", ("position", "value")),
                };
                self.assigned((item, key), statement, method, names)
            }
            (ItemUse::Deleted(statement), keeping) => {
                let method = match keeping {
                    Keeping::ByKey => "remove",
                    Keeping::InOrder => "remove_at",
                };
                let text = format!("{}.{method}", self.repository);
                let start = self.range(statement).start..self.range(self.node).end;
                let mut edits = vec![Edit::replace(start, text)];
                edits.extend(self.brackets(item, key));
                Ok(Asked { method, edits, literal_key: self.literal(key) })
            }
        }
    }

    /// The brackets of an item become parentheses.
    fn brackets(&self, item: usize, key: usize) -> [Edit; 2] {
        let (store, whole, key) = (self.range(self.node), self.range(item), key);
        let open = self.tree.tokens_in(&(store.end..whole.end)).start;
        let open = self.tree.tokens[open].range.clone();
        let is_bare =
            self.tree.nodes[key].kind.is_tuple() && !self.tree.node_text(key).starts_with('(');
        let (left, right) = if is_bare { ("((", "))") } else { ("(", ")") };
        [Edit::replace(open, left), Edit::replace(whole.end - 1..whole.end, right)]
    }

    fn loaded(&self, item: usize, key: usize) -> Asked {
        let text = format!("{}.get", self.repository);
        let mut edits = vec![Edit::replace(self.range(self.node), text)];
        edits.extend(self.brackets(item, key));
        Asked { method: "get", edits, literal_key: self.literal(key) }
    }

    /// `store[key] = value`: the value is made before the key is, which only shows where one of them
    /// does more than name something.
    fn assigned(
        &self,
        (item, key): (usize, usize),
        statement: usize,
        method: &'static str,
        (first, second): (&str, &str),
    ) -> Result<Asked, String> {
        let value = self.tree.children(statement).next_back().ok_or("its value cannot be read")?;
        let (item_range, value_range) = (self.range(item), self.range(value));
        if self.tree.nodes[value].kind.is_yield() {
            return Err("its value is what a generator is sent".to_owned());
        }
        let between = item_range.end..value_range.start;
        if self.tree.has_comment(&between) || self.tree.slice(&between).contains('\\') {
            return Err("a comment or a line break stands in the way".to_owned());
        }
        let is_bare =
            self.tree.nodes[value].kind.is_tuple() && !self.tree.node_text(value).starts_with('(');
        let literal_key = self.literal(key);
        if self.is_any_order(key, value) {
            let text = format!("{}.{method}", self.repository);
            let [open, close] = self.brackets(item, key);
            let closing = close.replacement.clone();
            let inner = closing.strip_suffix(')').unwrap_or_default();
            let (left, right) = if is_bare { ("(", "))") } else { ("", ")") };
            let gap = close.range.start..value_range.start;
            let edits = vec![
                Edit::replace(self.range(self.node), text),
                open,
                Edit::replace(gap, format!("{inner}, {left}")),
                Edit::insert(value_range.end, right),
            ];
            return Ok(Asked { method, edits, literal_key });
        }
        let key_text = self.tree.node_text(key);
        if key_text.contains('\n') || self.tree.has_comment(&item_range) {
            return Err("its key stands on several lines".to_owned());
        }
        let wrapped = |text: &str, node: usize| {
            let is_bare = self.tree.nodes[node].kind.is_tuple()
                && !self.tree.node_text(node).starts_with('(');
            if is_bare { format!("({text})") } else { text.to_owned() }
        };
        let key_text = wrapped(key_text, key);
        let head = format!("{}.{method}({second}=", self.repository);
        let (left, right) = if is_bare { ("(", ")") } else { ("", "") };
        let edits = vec![
            Edit::replace(item_range.start..value_range.start, format!("{head}{left}")),
            Edit::insert(value_range.end, format!("{right}, {first}={key_text})")),
        ];
        Ok(Asked { method, edits, literal_key })
    }

    /// Whether it makes no difference which of two expressions is evaluated first.
    fn is_any_order(&self, key: usize, value: usize) -> bool {
        self.is_fixed(key) || self.is_fixed(value) || (self.is_inert(key) && self.is_inert(value))
    }

    fn is_constant_like(&self, node: usize) -> bool {
        let kind = self.tree.nodes[node].kind;
        kind.is_plain_string() || kind.is_number() || (kind.is_name() && self.is_local(node))
    }

    /// A literal, or a local name that nothing but its own function rebinds.
    fn is_fixed(&self, node: usize) -> bool {
        self.is_constant_like(node)
            && !self.has(self.statement_of(node), crate::python::Kind::is_walrus)
    }

    fn statement_of(&self, node: usize) -> usize {
        let mut around = self.tree.around(node);
        around.find(|one| self.tree.nodes[*one].kind.is_statement()).unwrap_or(0)
    }

    fn is_local(&self, node: usize) -> bool {
        let range = self.range(node);
        let facts = &self.module.facts;
        let found = facts.references.iter().find(|found| found.range == range);
        let Some(Resolution::Scope(scope)) = found.map(|found| found.resolution) else {
            return false;
        };
        let name = self.tree.node_text(node);
        let is_shared =
            facts.scopes.iter().any(|scope| scope.nonlocals.iter().any(|known| known == name));
        facts.scopes[scope].kind == ScopeKind::Function && !is_shared
    }

    /// Whether a node does nothing but name things and put them together.
    fn is_inert(&self, node: usize) -> bool {
        !self.has(node, |kind| {
            kind.is_call()
                || kind.is_await()
                || kind.is_yield()
                || kind.is_walrus()
                || kind.is_subscript()
                || kind.is_comprehension()
        })
    }

    fn has(&self, node: usize, is_it: impl Fn(crate::python::Kind) -> bool) -> bool {
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            if is_it(self.tree.nodes[next].kind) {
                return true;
            }
            open.extend(self.tree.children(next));
        }
        false
    }

    fn item_use(&self, item: usize) -> ItemUse {
        let mut inner = item;
        for around in self.tree.around(item) {
            let kind = self.tree.nodes[around].kind;
            let position = self.tree.children(around).position(|child| child == inner);
            let count = self.tree.children(around).count();
            if kind.is_assignment() {
                let is_value = position == Some(count - 1);
                let is_only = count == 2 && inner == item;
                return match (is_value, is_only) {
                    (true, _) => ItemUse::Read,
                    (false, true) => ItemUse::Assigned(around),
                    _ => ItemUse::Other("it is assigned to together with others"),
                };
            }
            if kind.is_deletion() {
                if count == 1 && inner == item {
                    return ItemUse::Deleted(around);
                }
                return ItemUse::Other("it is deleted from together with others");
            }
            let is_target = (kind.is_augmented_assignment() || kind.is_annotated_assignment())
                && position == Some(0);
            if is_target {
                return ItemUse::Other("an item of it is changed in place");
            }
            let is_bound = ((kind.is_for() || kind.is_comprehension()) && position == Some(0))
                || (kind.is_with_item() && position == Some(1));
            if is_bound {
                return ItemUse::Other("a loop or a context assigns to it");
            }
            if !kind.is_display() && !kind.is_starred() && !is_parentheses(self.tree, around) {
                return ItemUse::Read;
            }
            inner = around;
        }
        ItemUse::Read
    }

    /// `key in store`.
    fn tested_for(&self, comparison: usize) -> Result<Asked, String> {
        let sides: Vec<usize> = self.tree.children(comparison).collect();
        let [left, right] = sides[..] else {
            return Err("it is compared in a chain".to_owned());
        };
        let between = self.range(left).end..self.range(right).start;
        let words = self.tree.token_texts(&between);
        let begin = match words[..] {
            ["in"] => String::new(),
            ["not", "in"] => "not ".to_owned(),
            _ => return Err("it is compared as a whole".to_owned()),
        };
        if self.tree.has_comment(&between) || self.tree.slice(&between).contains(['\\', '\n']) {
            return Err("a comment or a line break stands in the way".to_owned());
        }
        let start = self.range(comparison).start;
        let edits = vec![
            Edit::insert(start, format!("{begin}{}.has(", self.repository)),
            Edit::replace(between.start..self.range(right).end, ")"),
        ];
        Ok(Asked { method: "has", edits, literal_key: self.literal(left) })
    }

    /// `len(store)`, `list(store)` and other functions of Python that only read.
    fn argument(&self, arguments: usize) -> Result<Asked, String> {
        let whole = "it is handed on whole";
        let call = self.tree.nodes[arguments].parent.ok_or(whole)?;
        let callee = self.tree.children(call).next().ok_or(whole)?;
        let name = self.tree.node_text(callee);
        let range = self.range(callee);
        let mut references = self.module.facts.references.iter();
        let is_builtin =
            references.any(|found| found.range == range && found.resolution == Resolution::Builtin);
        let only = self.tree.children(arguments).count() == 1;
        match name {
            _ if !is_builtin => Err(whole.to_owned()),
            "len" if only => {
                let edits =
                    vec![Edit::replace(self.range(call), format!("{}.count()", self.repository))];
                Ok(Asked { method: "count", edits, literal_key: None })
            }
            "bool" if only => Ok(self.read("count")),
            name if READERS.contains(&name) => Ok(self.read(self.run_over())),
            name if WHOLE.contains(&name) && only => Ok(self.read(self.whole())),
            _ => Err(whole.to_owned()),
        }
    }
}

/// How an item of a store is used.
enum ItemUse {
    Read,
    Assigned(usize),
    Deleted(usize),
    Other(&'static str),
}

fn is_parentheses(tree: &SyntaxTree, node: usize) -> bool {
    let kind = tree.nodes[node].kind;
    kind.is_any_expression() && kind.is_atom() && tree.node_text(node).starts_with('(')
}
