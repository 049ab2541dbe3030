//! The file that holds the settings class, and the files that may take it from there.

use std::collections::BTreeSet;

use super::own::{self, Own};
use super::reads::{File, How, Read};
use crate::python::{
    ImportStatement, Module, Moment, PythonService, Qualified, Reference, Resolution, Statement,
    StatementKind, StringUse, SyntaxTree, Usage, ValueKind, join,
};

/// Layers whose code gets values handed in.
const INNER: [&str; 2] = ["domain", "application"];

/// What the settings class may be called, the best first: a file may have a plain class of that name.
const CLASSES: [&str; 2] = ["Settings", "EnvironmentSettings"];
/// What may be called while a file is imported without more happening than that names are bound.
const QUIET: [&str; 20] = [
    "builtins.bool",
    "builtins.dict",
    "builtins.frozenset",
    "builtins.len",
    "builtins.list",
    "builtins.set",
    "builtins.str",
    "builtins.tuple",
    "dataclasses.dataclass",
    "dataclasses.field",
    "functools.cache",
    "functools.lru_cache",
    "logging.getLogger",
    "os.environ.get",
    "os.getenv",
    "pathlib.Path",
    "pydantic.ConfigDict",
    "pydantic.Field",
    "pydantic.field_validator",
    "pydantic_settings.SettingsConfigDict",
];

/// Where the settings class goes.
pub(super) struct Home<'a> {
    /// The service.
    pub(super) service: &'a PythonService,
    /// The package of the service.
    pub(super) package: String,
    /// The file, below the tree's root.
    pub(super) path: String,
    /// The file, if it is there.
    pub(super) index: Option<usize>,
    /// What the class is called.
    pub(super) class: String,
    /// The class, if an earlier run wrote it.
    pub(super) own: Option<Own>,
    /// The folder of the package, below the tree's root.
    folder: String,
}

impl<'a> Home<'a> {
    /// The `config.py` of the package, or why there can be none.
    pub(super) fn find(service: &'a PythonService, package: &str) -> Result<Self, String> {
        let folder = join(service.root(), &format!("src/{package}"));
        let path = format!("{folder}/config.py");
        let inside = |below: &str| {
            let mut modules = service.modules().iter();
            modules.any(|record| record.path.as_str().starts_with(&format!("{below}/")))
        };
        if !inside(&folder) {
            return Err(format!("there is no src/{package}; run layer-modules first"));
        }
        if inside(&format!("{folder}/config")) {
            return Err(format!("src/{package}/config is a package"));
        }
        if let Some(place) = patched_read(service) {
            return Err(format!("{place} replaces the function that reads the environment"));
        }
        let index = service.index_of(&path);
        let own = index.and_then(|index| own::find(&File::read(service, index)?));
        let class = own.as_ref().map(|own| own.name.clone()).unwrap_or_default();
        let mut home =
            Self { service, package: package.to_owned(), path, index, class, own, folder };
        if home.own.is_none() {
            home.class = home.free_class()?.to_owned();
        }
        Ok(home)
    }

    /// A name for the class that means nothing in the file yet.
    fn free_class(&self) -> Result<&'static str, String> {
        let Some(index) = self.index else { return Ok(CLASSES[0]) };
        let record = &self.service.modules()[index];
        if !record.is_sound() {
            return Err(format!("{} cannot be parsed", self.path));
        }
        let facts = record.module().map(|module| &module.facts);
        let is_free = |name: &&str| facts.is_none_or(|facts| !facts.defines(name));
        let free = CLASSES.into_iter().find(is_free);
        free.ok_or_else(|| format!("{} has something else called Settings", self.path))
    }

    /// Whether the reads of a file may become those of the settings, or where and why not.
    pub(super) fn admits(
        &self,
        file: &File<'_>,
        reads: &[Read],
        files: &[File<'_>],
    ) -> Result<(), (usize, String)> {
        let start = reads.first().map_or(0, |read| read.range.start);
        self.is_open(file).map_err(|why| (start, why))?;
        keeps_environment(file, reads, files).map_err(|why| (start, why))?;
        if Some(file.index) != self.index {
            return self.is_reached_by(file, reads, files).map_err(|why| (start, why));
        }
        let class = self.own.as_ref().map_or(0, |own| own.statement);
        if reads.iter().any(|read| read.statement < class) {
            return Err((start, format!("the class {} stands below this", self.class)));
        }
        Ok(())
    }

    /// Whether nobody looks at all names of the file, and it lies where settings are read.
    fn is_open(&self, file: &File<'_>) -> Result<(), String> {
        let record = &self.service.modules()[file.index];
        let facts = &file.module.facts;
        let Some(below) = record.path.as_str().strip_prefix(&format!("{}/", self.folder)) else {
            return Err(format!("this file lies outside of the package {}", self.package));
        };
        let layer = below.split('/').next().unwrap_or_default();
        if INNER.contains(&layer) {
            return Err(format!("code of the layer {layer} should get this value handed in"));
        }
        if record.is_package() {
            return Err("this file is the face of a package".to_owned());
        }
        if facts.star_imports().next().is_some() || !facts.dynamic.is_empty() {
            return Err("the names of this file cannot all be known".to_owned());
        }
        let taken = self.service.modules().iter().enumerate().find(|(index, record)| {
            let stars = record.module().into_iter().flat_map(|module| module.facts.star_imports());
            let mut stars = stars.flat_map(|import| self.service.imported_by(*index, import));
            stars.any(|imported| imported == file.index)
        });
        match taken {
            Some((_, other)) => Err(format!("{} takes all names of this file", other.path)),
            None => Ok(()),
        }
    }

    /// Whether another file can import the class before it reads, with nothing else happening.
    fn is_reached_by(
        &self,
        file: &File<'_>,
        reads: &[Read],
        files: &[File<'_>],
    ) -> Result<(), String> {
        let facts = &file.module.facts;
        if let Some(flat) = self.flat_import() {
            return Err(format!("{flat} finds its neighbours without the name of the package"));
        }
        let is_script = |index: &usize| {
            let module = self.service.modules()[*index].module();
            module.is_some_and(|module| {
                module.facts.statements.iter().any(|found| found.kind == StatementKind::MainGuard)
            })
        };
        let mut scripts = (0..self.service.modules().len()).filter(is_script);
        let is_packaged = |index| self.imports_package(index);
        if is_script(&file.index) && !is_packaged(file.index) && !scripts.any(is_packaged) {
            return Err("this file may be started where the package cannot be imported".to_owned());
        }
        let Some(home) = self.index else { return Ok(()) };
        if self.loads(home).contains(&file.index) {
            return Err(format!("{} imports this file", self.path));
        }
        let first = first_statement(reads).unwrap_or(facts.statements.len());
        let is_imported = facts.imports.iter().any(|import| {
            let runs = import.moment == Moment::Import
                && !import.guarded
                && facts.statements[import.statement].kind == StatementKind::Import;
            runs && import.statement < first
                && self.service.imported_by(file.index, import).contains(&home)
        });
        // Loaded anyway, and nothing that may change before it does.
        let is_loaded = || {
            let writes = |file: &File<'_>| file.writes().iter().any(|(at, _)| at.is_some());
            self.loads(file.index).contains(&home) && !files.iter().any(writes)
        };
        if is_imported || self.is_quiet() || is_loaded() {
            return Ok(());
        }
        Err(format!("importing {} here would run its code earlier", self.path))
    }

    /// A file of the package that takes its neighbours from a search path which lies in it.
    fn flat_import(&self) -> Option<&str> {
        let is_own = |name: &str| name.split('.').next() == Some(&self.package);
        let lies_here =
            |index: &usize| self.path_of(*index).starts_with(&format!("{}/", self.folder));
        let is_flat = |index: &usize| {
            let module = self.service.modules()[*index].module();
            let mut imports = module.into_iter().flat_map(|module| &module.facts.imports);
            imports.any(|import| {
                let is_named = is_own(&import.module)
                    || import
                        .names
                        .iter()
                        .any(|name| import.module.is_empty() && is_own(&name.name));
                import.level == 0
                    && !is_named
                    && (self.service.imported_by(*index, import).iter().any(lies_here)
                        || self.is_beside(*index, import))
            })
        };
        let mut here = (0..self.service.modules().len()).filter(lies_here);
        here.find(is_flat).map(|index| self.path_of(index))
    }

    /// Whether an import takes what the file of that name beside it defines.
    fn is_beside(&self, index: usize, import: &ImportStatement) -> bool {
        let path = self.path_of(index);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = self.service.index_of(&format!("{folder}/{}.py", import.module));
        let module = beside.and_then(|beside| self.service.modules()[beside].module());
        module
            .is_some_and(|module| import.names.iter().any(|name| module.facts.defines(&name.name)))
    }

    /// Whether a file imports something of the package by its name, wherever it is started.
    fn imports_package(&self, index: usize) -> bool {
        let Some(module) = self.service.modules()[index].module() else { return false };
        let own = format!("{}.", self.package);
        let names_package = |name: &str| name.starts_with(&own) || *name == self.package;
        let mut imports = module.facts.imports.iter().filter(|import| import.level == 0);
        imports.any(|import| {
            let runs = import.moment == Moment::Import && !import.guarded;
            runs && (names_package(&import.module)
                || import.names.iter().any(|name| names_package(&name.name)))
        })
    }

    /// What is loaded with a file, itself included.
    fn loads(&self, index: usize) -> BTreeSet<usize> {
        let edges = self.service.import_edges(Moment::Import);
        let mut reached = BTreeSet::from([index]);
        loop {
            let next = edges.iter().filter(|(from, _, _)| reached.contains(from));
            let next: BTreeSet<usize> = next.map(|(_, to, _)| *to).collect();
            let before = reached.len();
            reached.extend(next);
            if reached.len() == before {
                return reached;
            }
        }
    }

    /// Whether importing the file does nothing but bind names.
    fn is_quiet(&self) -> bool {
        let Some(index) = self.index else { return true };
        let Some(module) = self.service.modules()[index].module() else { return false };
        let edges = self.service.import_edges(Moment::Import);
        let is_alone = !edges.iter().any(|(from, _, _)| *from == index);
        let runs = |found: &&Reference| {
            found.moment == Moment::Import && matches!(found.usage, Usage::Call | Usage::Decorator)
        };
        let mut calls = module.facts.references.iter().filter(runs);
        let syntax = module.syntax();
        let mut statements = module.facts.statements.iter();
        is_alone
            && statements.all(|statement| is_quiet_statement(&syntax, statement))
            && calls.all(|found| self.is_quiet_call(index, found))
    }

    fn is_quiet_call(&self, index: usize, call: &Reference) -> bool {
        let chain: Vec<&str> = std::iter::once(call.name.as_str())
            .chain(call.chain.iter().map(|attribute| attribute.name.as_str()))
            .collect();
        match call.resolution {
            Resolution::Builtin => QUIET.contains(&format!("builtins.{}", call.name).as_str()),
            Resolution::Unbound => false,
            Resolution::Scope(scope) => {
                match self.service.qualify(index, scope, &chain.join(".")) {
                    Qualified::External(path) => QUIET.contains(&path.as_str()),
                    Qualified::Definition(_, name) => {
                        self.own.as_ref().is_some_and(|own| own.name == name)
                    }
                    // `settings.port.split(",")` asks a text for another one.
                    _ => call.chain.len() == 2 && self.is_instance(index, &call.name),
                }
            }
        }
    }

    /// Whether a name of a file is the settings of the class.
    pub(super) fn is_instance(&self, index: usize, name: &str) -> bool {
        self.instance(index, usize::MAX).is_some_and(|(found, _)| found == name)
    }

    /// The path of a file.
    pub(super) fn path_of(&self, index: usize) -> &str {
        self.service.modules()[index].path.as_str()
    }

    /// The name under which a file has made the settings before a statement, and where.
    pub(super) fn instance(&self, index: usize, before: usize) -> Option<(String, usize)> {
        let own = self.own.as_ref()?;
        let facts = &self.service.modules()[index].module()?.facts;
        let leads = |callee: &str| match self.service.qualify(index, 0, callee) {
            Qualified::Definition(module, name) => Some(module) == self.index && name == own.name,
            _ => false,
        };
        let found = facts.statements.iter().enumerate().find(|(_, statement)| {
            statement.kind == StatementKind::Assignment
                && statement.callee.as_deref().is_some_and(leads)
        });
        let (at, statement) = found.filter(|(at, _)| *at < before)?;
        let [name] = statement.binds.as_slice() else { return None };
        let is_once = facts.bindings_of(name, 0).count() == 1;
        is_once.then(|| (name.clone(), at))
    }
}

/// Whether a statement of a module's body does nothing that can fail but calls.
fn is_quiet_statement(syntax: &SyntaxTree, statement: &Statement) -> bool {
    let words = syntax.token_texts(&statement.range);
    let looks_up = words.windows(2).any(|found| found == ["environ", "["]);
    match statement.kind {
        StatementKind::Import
        | StatementKind::Docstring
        | StatementKind::TypeChecking
        | StatementKind::MainGuard
        | StatementKind::Function => true,
        StatementKind::Class => !looks_up,
        StatementKind::Assignment => {
            let is_simple = statement.value != Some(ValueKind::Other);
            !looks_up
                && (is_simple || !words.iter().any(|word| matches!(*word, "[" | "/" | "//" | "%")))
        }
        StatementKind::Other => false,
    }
}

/// The statement of the first read that is made while the file is imported.
pub(super) fn first_statement(reads: &[Read]) -> Option<usize> {
    let once = reads.iter().filter(|read| read.how == How::Once);
    once.map(|read| read.statement).min()
}

/// Whether nothing changes the environment between the first and the last read of a file.
fn keeps_environment(file: &File<'_>, reads: &[Read], files: &[File<'_>]) -> Result<(), String> {
    let once = || reads.iter().filter(|read| read.how == How::Once).map(|read| read.statement);
    let (Some(first), Some(last)) = (once().min(), once().max()) else { return Ok(()) };
    let first = reads.iter().map(|read| read.statement).min().unwrap_or(first);
    let between = first..last + 1;
    for writer in files {
        let path = &file_path(writer);
        for (statement, line) in writer.writes() {
            let is_here = writer.index == file.index
                && statement.is_some_and(|statement| between.contains(&statement));
            let is_elsewhere = writer.index != file.index || statement.is_none();
            if is_here || (is_elsewhere && file.runs_own_code(&between)) {
                return Err(format!(
                    "{path}:{line} may change the environment between these reads"
                ));
            }
        }
    }
    Ok(())
}

fn file_path(file: &File<'_>) -> String {
    file.service.modules()[file.index].path.to_string()
}

/// Where a test replaces what reads the environment, which settings would not notice.
fn patched_read(service: &PythonService) -> Option<String> {
    service.modules().iter().find_map(|record| {
        let module = record.module()?;
        let replaced = module.facts.strings.iter().find(|string| is_patched_read(module, string));
        let assigned = || {
            let mut places = ["getenv =", "getenv=", "environ.get =", "os.environ ="].into_iter();
            places.find_map(|text| module.text().find(text)).filter(|_| record.is_test)
        };
        let start = replaced.map(|found| found.range.start).or_else(assigned)?;
        Some(format!("{}:{}", record.path, module.source.line_of(start)))
    })
}

fn is_patched_read(module: &Module, string: &StringUse) -> bool {
    let callee = string.call.as_ref().map(|(callee, _)| callee.as_str()).unwrap_or_default();
    let replaces = matches!(callee.rsplit('.').next(), Some("patch" | "setattr" | "object"));
    let (owner, last) = string.value.rsplit_once('.').unwrap_or(("", &string.value));
    let on_environment = || {
        let range = string.call_range.clone().unwrap_or_default();
        owner.ends_with("environ") || module.text()[range].contains("environ")
    };
    replaces
        && match last {
            "getenv" | "os" => true,
            "environ" => owner != "os",
            "get" => on_environment(),
            _ => false,
        }
}
