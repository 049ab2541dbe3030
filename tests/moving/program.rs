//! Random small services: modules that use each other, and a driver that calls all of them.
//!
//! A program is made of entities (numbers, functions, classes, collections) in modules; each
//! new definition uses earlier ones in a random shape. The driver prints what each gives.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::definitions;
use crate::random::Random;

/// What a name stands for, so that others know how to use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole number.
    Number,
    /// A function from a number to a number.
    Function,
    /// A class that is made of a number and has `value()`.
    Class,
    /// A list of numbers.
    List,
    /// A dictionary from words to numbers.
    Table,
    /// A decorator of functions.
    Decorator,
    /// A decorator that puts functions into a table of its module.
    Registrar,
}

/// A name of a module that others may use.
#[derive(Debug, Clone)]
pub(crate) struct Entity {
    pub(crate) module: usize,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Whether its value depends on what was called before.
    pub(crate) is_stateful: bool,
}

/// A module while it is written.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) dotted: String,
    pub(crate) path: String,
    pub(crate) imports: Vec<String>,
    pub(crate) chunks: Vec<String>,
    /// Names that may be placed by hand.
    names: Vec<String>,
}

/// A place where a function looks a name up: `module.function` uses `module.name`.
struct Lookup {
    module: usize,
    function: String,
    name: String,
    kind: Kind,
}

/// A finished program.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) files: BTreeMap<String, String>,
    /// Shapes and features that it has.
    pub(crate) features: BTreeSet<&'static str>,
}

/// How an entity is used in an expression: lines that must stand before, and the expression.
pub(crate) struct Use {
    pub(crate) before: Vec<String>,
    pub(crate) text: String,
    /// The name by which the using module looks it up, if it is a plain one.
    plain: Option<(String, Kind)>,
}

impl Use {
    /// By a name that the module itself looks up.
    fn plain(text: String, kind: Kind) -> Self {
        let plain = Some((text.clone(), kind));
        Self { before: Vec::new(), text, plain }
    }

    /// As an attribute of a module.
    fn through(object: &str, name: &str) -> Self {
        Self { before: Vec::new(), text: format!("{object}.{name}"), plain: None }
    }
}

/// When a use is evaluated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// While the module is imported.
    Now,
    /// In a function.
    Later,
}

/// The program while it is written.
pub(crate) struct Writer {
    pub(crate) random: Random,
    pub(crate) modules: Vec<Draft>,
    pub(crate) entities: Vec<Entity>,
    pub(crate) features: BTreeSet<&'static str>,
    /// Whether what is being written depends on what was called before. Such a thing is seldom
    /// evaluated while a module is imported: its value hangs on the order of imports.
    pub(crate) is_stateful: bool,
    lookups: Vec<Lookup>,
    counter: usize,
}

const MODULES: [(&str, &str); 7] = [
    ("rules", "rules.py"),
    ("stock", "stock.py"),
    ("helpers", "helpers.py"),
    ("prices", "prices.py"),
    ("kit.shapes", "kit/shapes.py"),
    ("kit.tools", "kit/tools.py"),
    ("clients", "clients.py"),
];

const LAYERS: [&str; 4] = ["domain", "application", "infrastructure", "presentation"];

impl Program {
    /// The program of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut writer = Writer::new(seed);
        writer.write_modules();
        writer.finish()
    }
}

impl Writer {
    fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            modules: Vec::new(),
            entities: Vec::new(),
            features: BTreeSet::new(),
            is_stateful: false,
            lookups: Vec::new(),
            counter: 0,
        }
    }

    fn write_modules(&mut self) {
        let mut free: Vec<(&str, &str)> = MODULES.to_vec();
        for _ in 0..=self.random.below(4) {
            let (dotted, path) = free.remove(self.random.below(free.len()));
            self.write_module(dotted, path);
        }
        self.write_module("main", "main.py");
        if self.random.chance(50) {
            definitions::application(self);
        }
    }

    fn write_module(&mut self, dotted: &str, path: &str) {
        let (dotted, path) = (dotted.to_owned(), path.to_owned());
        self.modules.push(Draft { dotted, path, ..Draft::default() });
        for _ in 0..2 + self.random.below(6) {
            definitions::write_one(self);
        }
    }

    /// Says that the program has a feature.
    pub(crate) fn has(&mut self, feature: &'static str) {
        self.features.insert(feature);
    }

    /// A name that is not used yet.
    pub(crate) fn fresh(&mut self, stem: &str) -> String {
        self.counter += 1;
        format!("{stem}_{}", self.counter)
    }

    fn here(&mut self) -> &mut Draft {
        self.modules.last_mut().unwrap()
    }

    /// Adds an import to the module, once.
    pub(crate) fn import(&mut self, line: &str) {
        let here = self.here();
        if !here.imports.iter().any(|known| known == line) {
            here.imports.push(line.to_owned());
        }
    }

    /// Adds text to the module's body.
    pub(crate) fn push(&mut self, text: impl Into<String>) {
        self.here().chunks.push(text.into());
    }

    /// Makes a name known to what follows.
    pub(crate) fn define(&mut self, name: &str, kind: Kind) {
        let module = self.modules.len() - 1;
        let is_stateful = self.is_stateful;
        self.entities.push(Entity { module, name: name.to_owned(), kind, is_stateful });
        self.here().names.push(name.to_owned());
    }

    /// Makes an entity one whose value depends on what was run before.
    pub(crate) fn depends(&mut self, entity: &Entity) {
        let all = self.entities.iter_mut();
        all.filter(|found| found.name == entity.name).for_each(|found| found.is_stateful = true);
    }

    /// Records that a function of this module looks names up when it is called.
    pub(crate) fn looks_up(&mut self, function: &str, used: &[&Use]) {
        for (name, kind) in used.iter().filter_map(|used| used.plain.clone()) {
            let (module, function) = (self.modules.len() - 1, function.to_owned());
            self.lookups.push(Lookup { module, function, name, kind });
        }
    }

    /// One of the entities so far, if there is one of a kind that is wanted.
    pub(crate) fn choose(&mut self, wanted: impl Fn(&Entity) -> bool) -> Option<Entity> {
        let fitting: Vec<&Entity> = self.entities.iter().filter(|found| wanted(found)).collect();
        if fitting.is_empty() {
            return None;
        }
        let here = self.modules.len() - 1;
        let own: Vec<&Entity> =
            fitting.iter().copied().filter(|found| found.module == here).collect();
        let from_here = !own.is_empty() && self.random.chance(50);
        let list = if from_here { own } else { fitting };
        Some((*self.random.pick(&list)).clone())
    }

    /// An expression that gives a number, from something that is there already.
    pub(crate) fn number(&mut self, when: When, argument: &str) -> Use {
        let may_depend = when == When::Later || self.random.chance(5);
        let found = self.choose(|entity| {
            !matches!(entity.kind, Kind::Decorator | Kind::Registrar)
                && (may_depend || !entity.is_stateful)
        });
        let Some(entity) = found else {
            let text = (1 + self.random.below(9)).to_string();
            return Use { before: Vec::new(), text, plain: None };
        };
        if when == When::Now && entity.is_stateful {
            self.has("state that is read while importing");
        }
        let access = self.access(&entity, when);
        let name = &access.text;
        let text = match entity.kind {
            Kind::Number => name.clone(),
            Kind::Function => format!("{name}({argument})"),
            Kind::Class => format!("{name}({argument}).value()"),
            Kind::List => format!("sum({name})"),
            Kind::Table => format!("len({name})"),
            Kind::Decorator | Kind::Registrar => format!("{name}(abs)({argument})"),
        };
        Use { text, ..access }
    }

    /// How this module reaches an entity.
    pub(crate) fn access(&mut self, entity: &Entity, when: When) -> Use {
        self.is_stateful |= entity.is_stateful;
        let name = entity.name.clone();
        if entity.module == self.modules.len() - 1 {
            return Use::plain(name, entity.kind);
        }
        let dotted = self.modules[entity.module].dotted.clone();
        if when == When::Later && self.random.chance(30) {
            return self.lazy(&dotted, &name);
        }
        match self.random.below(5) {
            0 => {
                self.has(if dotted.contains('.') { "dotted import" } else { "import" });
                self.import(&format!("import {dotted}"));
                Use::through(&dotted, &name)
            }
            1 => {
                self.has("import under an alias");
                let alias = format!("the_{}", dotted.replace('.', "_"));
                self.import(&format!("import {dotted} as {alias}"));
                Use::through(&alias, &name)
            }
            2 if dotted.contains('.') => {
                self.has("module from a package");
                let (package, module) = dotted.split_once('.').unwrap_or_default();
                self.import(&format!("from {package} import {module}"));
                Use::through(module, &name)
            }
            _ => self.imported_name(&dotted, name, entity.kind),
        }
    }

    /// A name that a module-level `from … import` binds.
    fn imported_name(&mut self, dotted: &str, name: String, kind: Kind) -> Use {
        let (feature, line, bound) = match self.random.below(5) {
            0 => (
                "from import under an alias",
                format!("from {dotted} import {name} as its_{name}"),
                format!("its_{name}"),
            ),
            1 => (
                "guarded import",
                format!(
                    "try:\n    from {dotted} import {name}\nexcept ImportError:\n    {name} = None"
                ),
                name,
            ),
            2 => (
                "import in parentheses with comments",
                format!("from {dotted} import (\n    {name},  # what {name} is for\n)"),
                name,
            ),
            3 => {
                let line = format!("from {dotted} \\\n    import {name}");
                ("import with a backslash", line, name)
            }
            _ => ("from import", format!("from {dotted} import {name}"), name),
        };
        self.has(feature);
        self.import(&line);
        Use::plain(bound, kind)
    }

    /// An import in the function that needs it.
    fn lazy(&mut self, dotted: &str, name: &str) -> Use {
        if self.random.chance(50) {
            self.has("lazy from import");
            let before = vec![format!("from {dotted} import {name}")];
            return Use { before, text: name.to_owned(), plain: None };
        }
        self.has("lazy import");
        Use { before: vec![format!("import {dotted}")], ..Use::through(dotted, name) }
    }

    fn finish(mut self) -> Program {
        let mut files = BTreeMap::new();
        let driver = self.driver();
        files.insert("tests/driver.py".to_owned(), driver);
        files.insert("layers.toml".to_owned(), self.layers());
        for number in 0..self.modules.len() {
            let text = self.module_text(number);
            files.insert(self.modules[number].path.clone(), text);
        }
        if files.keys().any(|path| path.starts_with("kit/")) {
            files.insert("kit/__init__.py".to_owned(), String::new());
        }
        if self.features.contains("file beside the code") {
            files.insert("data.txt".to_owned(), "seven!!".to_owned());
            files.insert("kit/data.txt".to_owned(), "eleven.....".to_owned());
        }
        Program { files, features: self.features }
    }

    fn module_text(&mut self, number: usize) -> String {
        let mut text = String::new();
        let draft = &self.modules[number];
        if self.random.chance(40) {
            writeln!(text, "\"\"\"What {} is for.\"\"\"\n", draft.dotted).unwrap();
        }
        let future = draft.imports.iter().filter(|line| line.contains("__future__"));
        let others = draft.imports.iter().filter(|line| !line.contains("__future__"));
        for line in future.chain(others) {
            writeln!(text, "{line}").unwrap();
        }
        if self.random.chance(15) {
            self.features.insert("__all__");
            let names: Vec<String> = draft.names.iter().map(|name| format!("{name:?}")).collect();
            writeln!(text, "\n__all__ = [{}]", names.join(", ")).unwrap();
        }
        for chunk in &draft.chunks {
            let is_wide = ["def ", "class ", "@", "if "].iter().any(|word| chunk.starts_with(word));
            text.push_str(if is_wide { "\n\n" } else { "\n" });
            text.push_str(chunk);
            text.push('\n');
        }
        text
    }

    fn layers(&mut self) -> String {
        let mut text = "[layers]\n".to_owned();
        for draft in &self.modules {
            for name in &draft.names {
                if self.random.chance(60) {
                    let layer = self.random.pick(&LAYERS);
                    writeln!(text, "\"{}::{name}\" = \"{layer}\"", draft.path).unwrap();
                }
            }
        }
        text
    }

    /// The program that imports by the old names, calls everything, replaces names and prints.
    fn driver(&mut self) -> String {
        let mut text = "from unittest.mock import patch\n".to_owned();
        let mut body = "\n\ndef out(label, call):\n    try:\n        result = call()\n    \
            except Exception as error:\n        result = type(error).__name__\n    \
            print(label, result)\n\n\n"
            .to_owned();
        for draft in &self.modules {
            writeln!(text, "import {}", draft.dotted).unwrap();
        }
        let entities = self.entities.clone();
        for (label, entity) in entities.iter().enumerate() {
            let dotted = self.modules[entity.module].dotted.clone();
            let mut name = format!("{dotted}.{}", entity.name);
            if self.random.chance(40) {
                name = format!("own_{}", entity.name);
                writeln!(text, "from {dotted} import {} as {name}", entity.name).unwrap();
            }
            let call = probe(entity.kind, &name);
            writeln!(body, "out({label}, lambda: {call})").unwrap();
        }
        body.push_str(&self.patches(entities.len()));
        if self.features.contains("routes") {
            body.push_str(
                "for route in main.app.routes:\n    \
                 out((route.method, route.path, route.endpoint.__name__), route.call)\n",
            );
        }
        text.push_str(&body);
        text
    }

    fn patches(&mut self, first: usize) -> String {
        let mut text = String::new();
        let lookups = std::mem::take(&mut self.lookups);
        for (label, lookup) in lookups.iter().enumerate() {
            if !self.random.chance(40) {
                continue;
            }
            let (label, dotted) = (first + label, &self.modules[lookup.module].dotted);
            let (name, function) = (&lookup.name, &lookup.function);
            let new = match lookup.kind {
                Kind::Number => "1000".to_owned(),
                Kind::List => "[1000]".to_owned(),
                Kind::Table => "{\"only\": 1}".to_owned(),
                _ => "lambda *given: 1000".to_owned(),
            };
            let call = format!("{dotted}.{function}(2)");
            match self.random.below(3) {
                0 => {
                    self.features.insert("patch by string");
                    writeln!(text, "with patch(\"{dotted}.{name}\", {new}):\n    out({label}, lambda: {call})")
                }
                1 => {
                    self.features.insert("patch by object");
                    writeln!(text, "with patch.object({dotted}, \"{name}\", {new}):\n    out({label}, lambda: {call})")
                }
                _ => {
                    self.features.insert("assignment to a module");
                    writeln!(text, "saved = {dotted}.{name}\n{dotted}.{name} = {new}\n\
                        out({label}, lambda: {call})\n{dotted}.{name} = saved")
                }
            }
            .unwrap();
        }
        text
    }
}

fn probe(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Number | Kind::List => name.to_owned(),
        Kind::Table => format!("sorted({name})"),
        Kind::Function => format!("[{name}(each) for each in (0, 1, 5)]"),
        Kind::Class => format!("[{name}(each).value() for each in (1, 4)]"),
        Kind::Decorator => format!("{name}(abs)(-3)"),
        Kind::Registrar => format!("{name}.__name__"),
    }
}
