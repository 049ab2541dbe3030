//! The file that holds the settings class, and the files that may take it from there.

use std::collections::BTreeSet;

use super::reads::{File, Read};
use crate::python::{
    Module, Moment, PythonService, Qualified, StatementKind, StringUse, ValueKind, join,
};

/// Layers whose code gets values handed in.
const INNER: [&str; 2] = ["domain", "application"];

/// What the settings class may be called, the best first: a file may have a plain class of that name.
const CLASSES: [&str; 2] = ["Settings", "EnvironmentSettings"];

/// Where the settings class goes.
pub(super) struct Home<'a> {
    service: &'a PythonService,
    /// The package of the service.
    pub(super) package: String,
    /// The file, below the tree's root.
    pub(super) path: String,
    /// The file, if it is there.
    pub(super) index: Option<usize>,
    /// What the class is called.
    pub(super) class: &'static str,
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
        if let Some(place) = settings_class(service) {
            return Err(format!("{place} has a settings class; give it the fields by hand"));
        }
        if let Some(place) = patched_read(service) {
            return Err(format!("{place} replaces the function that reads the environment"));
        }
        let index = service.index_of(&path);
        let mut home =
            Self { service, package: package.to_owned(), path, index, class: CLASSES[0], folder };
        home.class = home.free_class()?;
        Ok(home)
    }

    fn module(&self) -> Option<&Module> {
        self.service.modules()[self.index?].module()
    }

    /// A name for the class that means nothing in the file yet.
    fn free_class(&self) -> Result<&'static str, String> {
        let Some(index) = self.index else { return Ok(CLASSES[0]) };
        if !self.service.modules()[index].is_sound() {
            return Err(format!("{} cannot be parsed", self.path));
        }
        let facts = self.module().map(|module| &module.facts);
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
            self.is_reached_by(file, reads).map_err(|why| (start, why))?;
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
    fn is_reached_by(&self, file: &File<'_>, reads: &[Read]) -> Result<(), String> {
        let facts = &file.module.facts;
        let own = format!("{}.", self.package);
        let names_package = |name: &str| name.starts_with(&own) || *name == self.package;
        let mut imports = facts.imports.iter().filter(|import| import.level == 0);
        let is_script = facts.statements.iter().any(|found| found.kind == StatementKind::MainGuard);
        let is_packaged = imports.any(|import| {
            let runs = import.moment == Moment::Import && !import.guarded;
            runs && (names_package(&import.module)
                || import.names.iter().any(|name| names_package(&name.name)))
        });
        if is_script && !is_packaged {
            return Err("this file may be started where the package cannot be imported".to_owned());
        }
        let Some(home) = self.index else { return Ok(()) };
        let edges = self.service.import_edges(Moment::Import);
        let mut reached = BTreeSet::from([home]);
        loop {
            let next = edges.iter().filter(|(from, _, _)| reached.contains(from));
            let next: BTreeSet<usize> = next.map(|(_, to, _)| *to).collect();
            let before = reached.len();
            reached.extend(next);
            if reached.len() == before {
                break;
            }
        }
        if reached.contains(&file.index) {
            return Err(format!("{} imports this file", self.path));
        }
        let first = reads.first().map_or(0, |read| read.statement);
        let is_imported = facts.imports.iter().any(|import| {
            let runs = import.moment == Moment::Import
                && !import.guarded
                && facts.statements[import.statement].kind == StatementKind::Import;
            runs && import.statement < first
                && self.service.imported_by(file.index, import).contains(&home)
        });
        if is_imported || self.is_quiet() {
            return Ok(());
        }
        Err(format!("importing {} here would run its code earlier", self.path))
    }

    /// Whether importing the file does nothing but bind names.
    fn is_quiet(&self) -> bool {
        let (Some(index), Some(module)) = (self.index, self.module()) else { return true };
        let own = self.service.import_edges(Moment::Import);
        let is_alone = !own.iter().any(|(from, _, _)| *from == index);
        let is_plain = |statement: &crate::python::Statement| match statement.kind {
            StatementKind::Import | StatementKind::Docstring | StatementKind::TypeChecking => true,
            StatementKind::Assignment => {
                matches!(
                    statement.value,
                    Some(ValueKind::Constant | ValueKind::Nothing | ValueKind::Collection)
                ) || matches!(statement.callee.as_deref(), Some("os.getenv" | "os.environ.get"))
            }
            _ => false,
        };
        is_alone && module.facts.statements.iter().all(is_plain)
    }
}

/// Whether nothing changes the environment between the first and the last read of a file.
fn keeps_environment(file: &File<'_>, reads: &[Read], files: &[File<'_>]) -> Result<(), String> {
    let (Some(first), Some(last)) = (reads.first(), reads.last()) else { return Ok(()) };
    let between = first.statement..last.statement + 1;
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

/// Where the service has a settings class of Pydantic.
fn settings_class(service: &PythonService) -> Option<String> {
    service.modules().iter().enumerate().find_map(|(index, record)| {
        let module = record.module().filter(|_| !record.is_test)?;
        let found = module.facts.statements.iter().find(|statement| {
            statement.bases.iter().any(|base| {
                let path = service.qualify(index, 0, base);
                let is_settings = |path: &str| path.rsplit('.').next() == Some("BaseSettings");
                is_settings(base) || matches!(path, Qualified::External(path) if is_settings(&path))
            })
        })?;
        Some(format!("{}:{}", record.path, module.source.line_of(found.range.start)))
    })
}

/// Where a test replaces `os.getenv`, or `os` in a file: settings would not see that.
fn patched_read(service: &PythonService) -> Option<String> {
    service.modules().iter().find_map(|record| {
        let module = record.module()?;
        let found = module.facts.strings.iter().find(|string| is_patched_read(string))?;
        Some(format!("{}:{}", record.path, module.source.line_of(found.range.start)))
    })
}

fn is_patched_read(string: &StringUse) -> bool {
    let callee = string.call.as_ref().map(|(callee, _)| callee.as_str()).unwrap_or_default();
    let replaces = matches!(callee.rsplit('.').next(), Some("patch" | "setattr" | "object"));
    let (owner, last) = string.value.rsplit_once('.').unwrap_or(("", &string.value));
    replaces && (last == "getenv" || (last == "os" && !owner.is_empty()))
}
