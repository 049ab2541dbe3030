//! The settings class in its file, and each read as a field of it.

use super::Found;
use super::declare::is_modern;
use super::fields::Fields;
use super::home::Home;
use super::reads::{How, Read};
use crate::change::{Edit, Entry, RelPath};
use crate::operation::rewrite::{Import, edit_file};
use crate::operation::text::LineEnding;
use crate::python::{Module, PythonService, StatementKind};
use crate::workspace::Tree;

/// What a new file of settings says of itself.
const HEAD: &str = "\"\"\"Settings of the service, read from the environment.\"\"\"\n\n";
/// Names under which a file may keep the settings.
const NAMES: [&str; 2] = ["settings", "env_settings"];

/// Writes the class and replaces every read; fails as a whole, and says in which file.
pub(super) fn write(
    tree: &mut Tree,
    home: &Home<'_>,
    (fields, found): (&Fields, &[Found]),
    folder: Option<&RelPath>,
) -> Result<(), (Option<usize>, String)> {
    if found.is_empty() {
        return Ok(());
    }
    let is_modern = is_modern(tree, folder);
    let mut service = home.service.clone();
    match home.index {
        None => write_new(tree, home, fields, is_modern).map_err(|why| (None, why))?,
        Some(index) => {
            let reads = found.iter().find(|one| one.index == index).map(|one| one.reads.as_slice());
            let draft = Draft { home, fields, index, reads: reads.unwrap_or_default() };
            let written = draft.write_home(tree, &mut service, is_modern);
            written.map_err(|why| (Some(index), why))?;
        }
    }
    for one in found.iter().filter(|one| Some(one.index) != home.index) {
        let draft = Draft { home, fields, index: one.index, reads: &one.reads };
        draft.write_user(tree, &mut service).map_err(|why| (Some(one.index), why))?;
    }
    Ok(())
}

/// A file of its own for the class.
fn write_new(
    tree: &mut Tree,
    home: &Home<'_>,
    fields: &Fields,
    is_modern: bool,
) -> Result<(), String> {
    let head = "from pydantic import Field\n\
        from pydantic_settings import BaseSettings, SettingsConfigDict\n\n\n";
    let has_union = fields.has_union() && !is_modern;
    let union = if has_union { "from typing import Union\n\n" } else { "" };
    let class = fields.class(&home.class, is_modern, "\n");
    let path = RelPath::new(&home.path).map_err(|error| error.to_string())?;
    tree.set(path, Entry::file(format!("{HEAD}{union}{head}{class}")));
    Ok(())
}

/// One file and the values in it that become fields.
struct Draft<'a> {
    home: &'a Home<'a>,
    fields: &'a Fields,
    index: usize,
    reads: &'a [Read],
}

impl Draft<'_> {
    /// The file of the class.
    fn write_home(
        &self,
        tree: &mut Tree,
        service: &mut PythonService,
        is_modern: bool,
    ) -> Result<(), String> {
        let original = self.original(service)?;
        let newline = LineEnding::of(original.text()).as_str();
        let mut imports = Vec::new();
        if !self.fields.is_known() {
            imports.push("from pydantic import Field");
        }
        if self.home.own.is_none() {
            imports.push("from pydantic_settings import BaseSettings");
            imports.push("from pydantic_settings import SettingsConfigDict");
        }
        if self.fields.has_union() && !is_modern {
            imports.push("from typing import Union");
        }
        let class = match &self.home.own {
            None => Some(self.fields.class(&self.home.class, is_modern, newline)),
            Some(_) => None,
        };
        let (mut edits, made) = self.edits(&original, class)?;
        if let Some(own) = &self.home.own {
            let rows = self.fields.rows(is_modern, newline);
            let is_closed = original.text()[..own.end].ends_with('\n');
            let rows = if is_closed { rows } else { format!("{newline}{rows}") };
            edits.push(Edit::insert(own.end, rows));
        }
        let imports = parsed(imports);
        self.settle(tree, service, (&edits, made.as_deref()), &imports)
    }

    /// A file that takes the class from there.
    fn write_user(&self, tree: &mut Tree, service: &mut PythonService) -> Result<(), String> {
        let original = self.original(service)?;
        let import = format!("from {}.config import {}", self.home.package, self.home.class);
        let (edits, made) = self.edits(&original, None)?;
        self.settle(tree, service, (&edits, made.as_deref()), &parsed(vec![import.as_str()]))
    }

    fn original(&self, service: &PythonService) -> Result<Module, String> {
        service.modules()[self.index].module().cloned().ok_or("it cannot be read".to_owned())
    }

    /// Each value as its field, and before the first that is read once the settings, with their
    /// name where this makes them.
    fn edits(
        &self,
        original: &Module,
        class: Option<String>,
    ) -> Result<(Vec<Edit>, Option<String>), String> {
        let class_name = self.home.class.as_str();
        let once: Vec<&Read> = self.reads.iter().filter(|read| read.how == How::Once).collect();
        let first = once.iter().map(|read| read.statement).min();
        // Functions that make the settings may be called above what is read once.
        let above = self.reads.iter().map(|read| read.statement).min();
        let first = if class.is_some() { first.and(above) } else { first };
        let known = first.and_then(|first| self.home.instance(self.index, first));
        let makes = known.is_none() && first.is_some();
        let name = match known {
            Some((name, _)) => name,
            None => self.free_name(original, &once)?.to_owned(),
        };
        let mut edits = Vec::new();
        if class.is_some() || makes {
            let at = if class.is_some() { above } else { first };
            edits.push(insertion(original, (at, makes), (&name, class_name), class));
        }
        for read in self.reads {
            let field = self.fields.name_of(&read.variable.name).ok_or("a field is missing")?;
            let (owner, text) = match read.how {
                How::Once => (name.as_str(), format!("{name}.{field}")),
                How::EachTime => (class_name, format!("{class_name}().{field}")),
            };
            if is_bound_inside(original, owner, read.scope) {
                return Err(format!("{}:{} has its own {owner}", self.path(), read.line));
            }
            edits.push(Edit::replace(read.range.clone(), text));
        }
        Ok((edits, makes.then_some(name)))
    }

    /// A name for the settings that means nothing in the file yet.
    fn free_name(&self, original: &Module, once: &[&Read]) -> Result<&'static str, String> {
        let is_free = |name: &&str| {
            !original.facts.defines(name)
                && !once.iter().any(|read| is_bound_inside(original, name, read.scope))
        };
        let free = NAMES.into_iter().find(is_free);
        free.ok_or_else(|| format!("{} has a name settings already", self.path()))
    }

    fn path(&self) -> &str {
        self.home.path_of(self.index)
    }

    fn settle(
        &self,
        tree: &mut Tree,
        service: &mut PythonService,
        (edits, made): (&[Edit], Option<&str>),
        imports: &[Import],
    ) -> Result<(), String> {
        edit(tree, service, (self.index, edits), imports)?;
        check(service.modules()[self.index].module(), (made, &self.home.class))
            .map_err(|why| format!("{}: {why}", self.path()))
    }
}

fn parsed(imports: Vec<&str>) -> Vec<Import> {
    imports.into_iter().filter_map(Import::parse).collect()
}

/// Whether a scope inside of a file, or one around it, binds a name of its own.
fn is_bound_inside(module: &Module, name: &str, scope: usize) -> bool {
    let around = std::iter::successors(Some(scope), |scope| module.facts.scopes[*scope].parent);
    around
        .take_while(|scope| *scope != 0)
        .any(|scope| module.facts.bindings_of(name, scope).next().is_some())
}

/// Edits one file and gives it the imports that it needs; an error names the file.
pub(super) fn edit(
    tree: &mut Tree,
    service: &mut PythonService,
    (index, edits): (usize, &[Edit]),
    imports: &[Import],
) -> Result<(), String> {
    let path = service.modules()[index].path.clone();
    edit_file(tree, service, (index, edits), imports).map_err(|why| format!("{path}: {why}"))
}

/// The class and the statement that reads the settings, before the first read.
fn insertion(
    module: &Module,
    (first, makes): (Option<usize>, bool),
    (name, class_name): (&str, &str),
    class: Option<String>,
) -> Edit {
    let newline = LineEnding::of(module.text()).as_str();
    let statements = &module.facts.statements;
    let target = first.unwrap_or_else(|| {
        let is_head = |kind| matches!(kind, StatementKind::Import | StatementKind::Docstring);
        statements.iter().position(|found| !is_head(found.kind)).unwrap_or(statements.len())
    });
    let floor = match target.checked_sub(1).and_then(|before| statements.get(before)) {
        Some(before) => module.source.line_range(before.range.end.saturating_sub(1)).end,
        None => 0,
    };
    let Some(statement) = statements.get(target) else {
        let gap = if module.text().ends_with('\n') { "" } else { newline };
        let class = class.unwrap_or_default();
        return Edit::insert(module.text().len(), format!("{gap}{newline}{newline}{class}"));
    };
    let own = module.source.line_range(statement.range.start).start;
    let at = above_remarks(module, own, floor);
    let text = module.text();
    let above = text[..at].trim_end();
    let blank = text[above.len()..at].matches('\n').count().saturating_sub(1);
    let gap = |wanted: usize| {
        let wanted = if above.is_empty() { 0 } else { wanted };
        newline.repeat(wanted.saturating_sub(blank))
    };
    let read = format!("{name} = {class_name}(){newline}");
    let is_class = statement.kind == StatementKind::Class;
    // Blank lines between the settings and what follows.
    let behind = newline.repeat(match (is_class, class.is_some() || at < own) {
        (true, _) => 2,
        (false, apart) => usize::from(apart),
    });
    let inserted = match (class, makes) {
        (Some(class), false) => format!("{}{class}{newline}{newline}", gap(2)),
        (Some(class), true) => format!("{}{class}{newline}{newline}{read}{behind}", gap(2)),
        (None, _) => format!("{}{read}{behind}", gap(1)),
    };
    Edit::insert(at, inserted)
}

/// Up to the first of the comment lines that stand right above a statement.
fn above_remarks(module: &Module, own: usize, floor: usize) -> usize {
    let mut at = own;
    while at > floor {
        let line = module.source.line_range(at - 1);
        let is_remark = module.text()[line.clone()].trim_start().starts_with('#');
        if !is_remark || line.start < floor {
            break;
        }
        at = line.start;
    }
    at
}

/// Whether names are bound before they are used.
fn check(result: Option<&Module>, (name, class_name): (Option<&str>, &str)) -> Result<(), String> {
    let result = result.ok_or("the result cannot be read")?;
    let place = |name: &str| {
        let mut found = result.facts.bindings_of(name, 0);
        found.next().map(|binding| binding.statement)
    };
    let made = name.and_then(place);
    let order = ["Field", "BaseSettings", "SettingsConfigDict", class_name].map(place);
    let is_ordered = order.iter().flatten().all(|one| made.is_none_or(|made| *one < made));
    let class =
        result.facts.statements.iter().position(|statement| statement.binds == [class_name]);
    let is_class = |at: &usize| result.facts.statements[*at].kind == StatementKind::Class;
    let is_known = class
        .filter(is_class)
        .is_none_or(|class| order[..3].iter().flatten().all(|import| *import < class));
    if is_ordered && is_known {
        Ok(())
    } else {
        Err("its imports stand behind the first read".to_owned())
    }
}
