//! References in Python to a module that another one replaces.

use std::collections::BTreeMap;

use crate::change::{Edit, RelPath};
use crate::python::{
    ImportKind, ImportStatement, Imported, Module, PythonService, StatementKind, Stub, Target,
    dotted_below, parent,
};
use crate::workspace::Tree;

/// One stub that is to be replaced by its target.
pub(super) struct Redirect<'a> {
    pub(super) service: &'a PythonService,
    pub(super) index: usize,
    pub(super) stub: &'a Stub,
    pub(super) tree: &'a Tree,
    pub(super) folder: Option<&'a RelPath>,
}

/// A place that cannot follow, and why.
pub(super) type Obstacle = (String, String);

/// The edits of every file; the target is always among them, perhaps without any.
pub(super) fn redirect(all: &Redirect<'_>) -> Result<BTreeMap<RelPath, Vec<Edit>>, Obstacle> {
    named_around(all)?;
    let mut found = BTreeMap::new();
    for (index, record) in all.service.modules().iter().enumerate() {
        let Some(module) = record.module().filter(|_| index != all.index) else { continue };
        let mut edits = Vec::new();
        for import in &module.facts.imports {
            let result = match import.kind {
                ImportKind::From => from(all, index, import, &mut edits),
                ImportKind::Import => plain(all, index, import, &mut edits),
            };
            let line = module.source.line_of(import.range.start);
            result.map_err(|why| (format!("{}:{line}", record.path), why))?;
        }
        names_the_file(all, module).map_err(|line| {
            (format!("{}:{line}", record.path), "names the file in a string".to_owned())
        })?;
        edits.extend(strings(all, index));
        // A main guard that starts the stub can start its own module.
        if index == all.stub.target && !edits.iter().all(|edit| is_guarded(module, edit)) {
            let why = "leads from what makes the application back to this module".to_owned();
            return Err((record.path.to_string(), why));
        }
        if index == all.stub.target || !edits.is_empty() {
            if !module.errors.is_empty() {
                return Err((record.path.to_string(), "does not parse".to_owned()));
            }
            found.insert(record.path.clone(), edits);
        }
    }
    Ok(found)
}

/// Whether an edit lies in what runs when the module is started as a script.
fn is_guarded(module: &Module, edit: &Edit) -> bool {
    module.facts.statements.iter().any(|statement| {
        statement.kind == StatementKind::MainGuard
            && statement.range.start <= edit.range.start
            && edit.range.end <= statement.range.end
    })
}

impl Redirect<'_> {
    fn own(&self) -> &RelPath {
        &self.service.modules()[self.index].path
    }

    fn target(&self) -> &RelPath {
        &self.service.modules()[self.stub.target].path
    }

    /// What the target is called where the stub is called `dotted`.
    pub(super) fn renamed(&self, dotted: &str) -> Option<String> {
        let stem = self.own().as_str().strip_suffix(".py")?;
        let path = dotted.replace('.', "/");
        if let Some(root) = stem.strip_suffix(&path) {
            let is_whole = root.is_empty() || root.ends_with('/');
            return dotted_below(root.trim_end_matches('/'), self.target().as_str())
                .filter(|_| is_whole);
        }
        // A folder that is the tree's root is called by a name that no path holds.
        let (first, _) = dotted.split_once('.')?;
        let below = dotted_below(self.service.root(), self.target().as_str())?;
        Some(format!("{first}.{below}"))
    }
}

fn from(
    all: &Redirect<'_>,
    index: usize,
    import: &ImportStatement,
    edits: &mut Vec<Edit>,
) -> Result<(), String> {
    let mut leads_there = false;
    for name in &import.names {
        match all.service.resolve_name(index, import, name) {
            Imported::Attribute(owner) if owner == all.index => {
                leads_there = true;
                let Some(there) = all.stub.behind(&name.name) else {
                    if name.name == "*" {
                        return Err("imports everything from this module".to_owned());
                    }
                    return Err(format!("imports {}, which is only here", name.name));
                };
                if there != name.name {
                    let bound = name.bound();
                    edits.push(Edit::replace(name.range.clone(), format!("{there} as {bound}")));
                }
            }
            Imported::Module(found) if found == all.index => {
                let (own, target) = (all.own(), all.target());
                if parent(own.as_str()) != parent(target.as_str()) {
                    return Err("imports this module by its folder".to_owned());
                }
                let text = format!("{} as {}", target.stem(), name.bound());
                edits.push(Edit::replace(name.range.clone(), text));
            }
            _ => {}
        }
    }
    if leads_there {
        let new =
            module_part(all, index, import).ok_or("imports it by a name that the other has not")?;
        edits.push(Edit::replace(import.module_range.clone(), new));
    }
    Ok(())
}

/// The target's name in place of the stub's, written in the same way.
fn module_part(all: &Redirect<'_>, index: usize, import: &ImportStatement) -> Option<String> {
    if import.level == 0 {
        return all.renamed(&import.module);
    }
    let mut folder = parent(all.service.modules()[index].path.as_str());
    for _ in 1..import.level {
        folder = parent(folder);
    }
    let dots = ".".repeat(usize::try_from(import.level).ok()?);
    dotted_below(folder, all.target().as_str()).map(|name| format!("{dots}{name}"))
}

fn plain(
    all: &Redirect<'_>,
    index: usize,
    import: &ImportStatement,
    edits: &mut Vec<Edit>,
) -> Result<(), String> {
    for name in &import.names {
        if all.service.resolve(index, &name.name) != Target::Module(all.index) {
            continue;
        }
        if name.alias.is_none() && name.name.contains('.') {
            return Err(format!("uses it as `{}`", name.name));
        }
        if all.stub.names.iter().any(|(there, here)| there != here) {
            return Err("imports it whole, and it renames what it passes on".to_owned());
        }
        let new = all.renamed(&name.name).ok_or("imports it by a name that the other has not")?;
        let bound = name.alias.as_deref().unwrap_or(&name.name);
        edits.push(Edit::replace(name.range.clone(), format!("{new} as {bound}")));
    }
    Ok(())
}

/// Strings of a file that name the stub: patch targets, import strings.
pub(super) fn strings(all: &Redirect<'_>, index: usize) -> Vec<Edit> {
    let mut edits = Vec::new();
    let Some(module) = all.service.modules()[index].module() else { return edits };
    for string in &module.facts.strings {
        let is_verbatim = module.slice(&string.content) == string.value;
        if string.is_statement || !is_verbatim {
            continue;
        }
        let callee = string.call.as_ref().map(|(callee, _)| callee.as_str());
        if let Some(new) = string_for(all, index, &string.value, callee) {
            edits.push(Edit::replace(string.content.clone(), new));
        }
    }
    edits
}

/// Callees whose argument is the name of a module.
const LOADERS: [&str; 8] = [
    "import_module",
    "__import__",
    "find_spec",
    "reload",
    "importorskip",
    "run_module",
    "resolve_name",
    "import_string",
];

/// `shop.api.app`, `api:app`, within a call `shop.api`, and `api` where a module is loaded.
fn string_for(
    all: &Redirect<'_>,
    index: usize,
    value: &str,
    callee: Option<&str>,
) -> Option<String> {
    let end = value.find(':').unwrap_or(value.len());
    let (name, after) = value.split_at(end);
    let ends = name.match_indices('.').map(|(at, _)| at).chain([name.len()]);
    let prefix = ends
        .map(|at| &name[..at])
        .filter(|prefix| is_dotted(prefix))
        .find(|prefix| all.service.resolve(index, prefix) == Target::Module(all.index))?;
    let rest = &name[prefix.len()..];
    let attribute = rest.strip_prefix('.').or_else(|| after.strip_prefix(':'));
    let new = all.renamed(prefix)?;
    let Some(attribute) = attribute else {
        let last = callee.and_then(|callee| callee.rsplit('.').next()).unwrap_or_default();
        let is_module = LOADERS.contains(&last) || (prefix.contains('.') && callee.is_some());
        return is_module.then_some(new);
    };
    let first = attribute.split(['.', '(']).next().unwrap_or_default();
    let there = all.stub.behind(first).filter(|_| is_dotted(first))?;
    let separator = if rest.is_empty() { ":" } else { "." };
    let tail = &attribute[first.len()..];
    let after = if rest.is_empty() { "" } else { after };
    Some(format!("{new}{separator}{there}{tail}{after}"))
}

fn is_dotted(text: &str) -> bool {
    let is_part = |part: &str| {
        let mut characters = part.chars();
        characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && characters.all(|character| character.is_alphanumeric() || character == '_')
    };
    !text.is_empty() && text.split('.').all(is_part)
}

/// The first line whose string names the stub's file.
fn names_the_file(all: &Redirect<'_>, module: &Module) -> Result<(), usize> {
    let name = all.own().name();
    let mut strings = module.facts.strings.iter().filter(|string| !string.is_statement);
    let found = strings.find(|string| {
        string.value == name
            || string.value.strip_suffix(name).is_some_and(|rest| rest.ends_with('/'))
    });
    match found {
        Some(string) => Err(module.source.line_of(string.range.start)),
        None => Ok(()),
    }
}

/// Code outside of the service that names the stub.
fn named_around(all: &Redirect<'_>) -> Result<(), Obstacle> {
    let Some(folder) = all.folder else { return Ok(()) };
    let Some(below) = dotted_below(folder.as_str(), all.own().as_str()) else { return Ok(()) };
    let needle = format!("{}.{below}", folder.name());
    for (path, entry) in all.tree.iter() {
        let is_one = path.extension() == "py" && !path.starts_with(folder);
        let is_named = is_one && entry.bytes().is_some_and(|bytes| bytes.may_mention(&needle));
        let Some(text) = entry.text().filter(|_| is_named) else { continue };
        let Some(at) = text.find(&needle) else { continue };
        let next = text[at + needle.len()..].chars().next();
        if !next.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            let line = text[..at].matches('\n').count() + 1;
            return Err((
                format!("{path}:{line}"),
                format!("outside of the service names {needle}"),
            ));
        }
    }
    Ok(())
}
