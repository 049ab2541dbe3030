//! Imports that a rewrite needs or leaves unused, in the file's own style.
//!
//! An import that is there is used, under the name that the file gave it. One that is missing
//! joins an import of the same module, or stands after its like. One that only the rewritten
//! code used goes, unless somebody else takes it from this module.

use std::ops::Range;

use super::{Work, reread};
use crate::change::{Edit, RelPath, apply_edits};
use crate::python::{
    Binding, BindingKind, Facts, ImportKind, ImportStatement, Imported, ImportedName, Module,
    Moment, Pattern, PythonService, Qualified, Resolution, StatementKind, is_standard_module,
};

/// Lines of imports are not made longer than this.
const WIDTH: usize = 99;

/// One import that a result needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The module.
    module: String,
    /// The name taken from it; none for `import module`.
    name: Option<String>,
}

impl Import {
    /// Reads `from a import b` or `import a`.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let is_dotted = |text: &str| {
            let is_part = |part: &str| {
                let mut characters = part.chars();
                characters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
                    && characters.all(|c| c.is_alphanumeric() || c == '_')
            };
            text.split('.').all(is_part)
        };
        match words[..] {
            ["from", module, "import", name] if is_dotted(module) && is_dotted(name) => {
                Some(Self { module: module.to_owned(), name: Some(name.to_owned()) })
            }
            ["import", module] if is_dotted(module) => {
                Some(Self { module: module.to_owned(), name: None })
            }
            _ => None,
        }
    }

    /// The word by which the template calls it.
    pub(crate) fn word(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.module)
    }

    fn path(&self) -> String {
        match &self.name {
            Some(name) => format!("{}.{name}", self.module),
            None => self.module.clone(),
        }
    }

    /// The statement that imports it.
    pub(super) fn statement(&self) -> String {
        match &self.name {
            Some(name) => format!("from {} import {name}", self.module),
            None => format!("import {}", self.module),
        }
    }

    /// The statements that import all of them, one for each module that names are taken from.
    pub(super) fn statements(imports: &[Self]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for (at, import) in imports.iter().enumerate() {
            if import.name.is_none() {
                found.push(import.statement());
                continue;
            }
            let is_first = !imports[..at]
                .iter()
                .any(|other| other.name.is_some() && other.module == import.module);
            let names = imports[at..].iter().filter(|other| other.module == import.module);
            let names: Vec<&str> = names.filter_map(|other| other.name.as_deref()).collect();
            if is_first {
                found.push(format!("from {} import {}", import.module, names.join(", ")));
            }
        }
        found
    }

    /// What the file calls it already.
    fn known_as(&self, service: &PythonService, index: usize, facts: &Facts) -> Option<String> {
        let usable = |binding: &&Binding| match binding.kind {
            BindingKind::Import(at, _) => {
                let import = &facts.imports[at];
                binding.scope == 0
                    && binding.from == 0
                    && import.moment == Moment::Import
                    && facts.statements[import.statement].kind == StatementKind::Import
            }
            _ => false,
        };
        let path = self.path();
        let leads = |name: &str| match service.qualify(index, 0, name) {
            Qualified::External(found) => found == path,
            Qualified::Definition(owner, found) => {
                self.name.as_ref() == Some(&found) && service.names_of(owner).contains(&self.module)
            }
            Qualified::Module(_) | Qualified::Unknown => false,
        };
        let direct = facts.bindings.iter().filter(usable).find(|binding| leads(&binding.name));
        if let Some(binding) = direct {
            return Some(binding.name.clone());
        }
        let name = self.name.as_ref()?;
        let takes_names = facts.imports.iter().any(|import| {
            import.kind == ImportKind::From && import.level == 0 && import.module == self.module
        });
        if takes_names {
            return None;
        }
        let through = |binding: &&Binding| leads(&format!("{}.{name}", binding.name));
        let module = facts.bindings.iter().filter(usable).find(through)?;
        Some(format!("{}.{name}", module.name))
    }
}

/// The template with the names by which this file knows what it imports; or why that fails.
pub(super) fn named(work: &Work<'_>, needed: &[Import], fix: &Pattern) -> Result<Pattern, String> {
    let mut fix = fix.clone();
    for import in needed {
        let known = name_for(work.service, work.index, import)?;
        if known != import.word() {
            fix = fix.renamed(import.word(), &known).map_err(|error| error.to_string())?;
        }
    }
    Ok(fix)
}

/// The name by which a file can use an import: the one that it has, or its own if that is free.
pub(crate) fn name_for(
    service: &PythonService,
    index: usize,
    import: &Import,
) -> Result<String, String> {
    let Some(module) = service.modules()[index].module() else {
        return Err("it cannot be read".to_owned());
    };
    if let Some(known) = import.known_as(service, index, &module.facts) {
        return Ok(known);
    }
    let word = import.word();
    let first = word.split('.').next().unwrap_or(word);
    if module.facts.bindings.iter().any(|binding| binding.name == first) {
        return Err(format!("the name {first} means something else in this file"));
    }
    Ok(word.to_owned())
}

/// A new text of a file with the imports that it needs and without those that it left unused.
pub(crate) fn ensure(
    service: &mut PythonService,
    (index, path): (usize, &RelPath),
    (original, text): (&Module, &str),
    needed: &[Import],
) -> Option<String> {
    let rewritten = reread(original, text)?;
    service.replace(index, rewritten.clone());
    let mut work = Work { service, index, path: path.clone(), notes: Vec::new() };
    Some(settle(&mut work, (original, rewritten), needed, false))
}

/// The text with the imports that it needs and, unless they are kept, without those that only
/// the rewritten code used.
pub(super) fn settle(
    work: &mut Work<'_>,
    (original, rewritten): (&Module, Module),
    needed: &[Import],
    keeps: bool,
) -> String {
    let mut module = rewritten;
    for import in needed {
        let is_known = import.known_as(work.service, work.index, &module.facts).is_some();
        let is_used = module.facts.references.iter().any(|found| found.name == import.word());
        if is_known || !is_used {
            continue;
        }
        if let Some(next) = reread(&module, &added(work, &module, import)) {
            work.service.replace(work.index, next.clone());
            module = next;
        }
    }
    while let Some(text) = (!keeps).then(|| without_unused(work, original, &module)).flatten() {
        match reread(&module, &text) {
            Some(next) => module = next,
            None => break,
        }
    }
    work.service.replace(work.index, module.clone());
    module.text().to_owned()
}

/// The text with one more import.
fn added(work: &Work<'_>, module: &Module, import: &Import) -> String {
    let edit = joined(module, import).unwrap_or_else(|| placed(work, module, import));
    apply_edits(module.text(), &[edit]).unwrap_or_else(|_| module.text().to_owned())
}

/// Adds the name to an import of the same module, where isort would put it.
fn joined(module: &Module, import: &Import) -> Option<Edit> {
    let name = import.name.as_ref()?;
    let fits = |found: &&ImportStatement| {
        found.kind == ImportKind::From
            && found.level == 0
            && found.module == import.module
            && found.moment == Moment::Import
            && module.facts.statements[found.statement].kind == StatementKind::Import
            && found.names.iter().all(|name| name.name != "*")
    };
    let fitting: Vec<&ImportStatement> = module.facts.imports.iter().filter(fits).collect();
    fitting.iter().find_map(|found| in_line(module, found, name)).or_else(|| {
        let found = fitting.first()?;
        in_rows(module, found, name)
    })
}

/// The name among those of a statement, on the line or in the rows that are there.
fn in_line(module: &Module, found: &ImportStatement, name: &str) -> Option<Edit> {
    let (text, last) = (module.text(), found.names.last()?);
    let before = |at: usize| &text[module.source.line_range(at).start..at];
    let has_rows = found.names.len() > 1 && before(last.range.start).trim().is_empty();
    let next = next_name(found, name);
    let Some(next) = next else {
        let newline = module.source.newline_at(last.range.start);
        let gap = if has_rows {
            format!("{newline}{}", before(last.range.start))
        } else {
            " ".to_owned()
        };
        let fits = has_rows || width(module, found, name) <= WIDTH;
        return fits.then(|| Edit::insert(last.range.end, format!(",{gap}{name}")));
    };
    let is_alone = before(next.range.start).trim().is_empty();
    if has_rows && is_alone {
        let gap = format!("{}{}", module.source.newline_at(0), before(next.range.start));
        return Some(Edit::insert(next.range.start, format!("{name},{gap}")));
    }
    let fits = !has_rows && width(module, found, name) <= WIDTH;
    fits.then(|| Edit::insert(next.range.start, format!("{name}, ")))
}

/// How wide a statement's line becomes with one more name.
fn width(module: &Module, found: &ImportStatement, name: &str) -> usize {
    let line = module.source.line_range(found.range.start);
    module.text()[line].trim_end().chars().count() + name.chars().count() + 2
}

/// The whole statement in rows of one name each; nothing where it is more than its words.
fn in_rows(module: &Module, found: &ImportStatement, name: &str) -> Option<Edit> {
    let (text, newline) = (module.text(), module.source.newline_at(0));
    let old = &text[found.range.clone()];
    let (head, list) = old.split_once(" import ")?;
    let is_plain = !list.contains(['(', '#', '\\', '\n']);
    let mut names: Vec<&str> = list.split(',').map(str::trim).collect();
    let at = next_name(found, name).and_then(|next| found.names.iter().position(|it| it == next));
    names.insert(at.unwrap_or(names.len()), name);
    let rows = names.join(&format!(",{newline}    "));
    let new = format!("{head} import ({newline}    {rows},{newline})");
    is_plain.then(|| Edit::replace(found.range.clone(), new))
}

/// The name before which another one belongs, where the names are in isort's order: constants,
/// classes, the rest.
fn next_name<'a>(found: &'a ImportStatement, name: &str) -> Option<&'a ImportedName> {
    let is_sorted = found.names.is_sorted_by_key(|known| order(&known.name));
    found.names.iter().find(|known| is_sorted && order(&known.name) > order(name))
}

fn order(name: &str) -> (u8, &str) {
    let is_constant = name.len() > 1 && !name.chars().any(char::is_lowercase);
    let is_class = name.chars().next().is_some_and(char::is_uppercase);
    let kind = if is_constant { 0 } else { 2 - u8::from(is_class) };
    (kind, name)
}

/// Where an import belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Future,
    Standard,
    Foreign,
    Own,
}

fn rank_of(work: &Work<'_>, import: &ImportStatement) -> Rank {
    let dotted = match import.kind {
        ImportKind::From => import.module.as_str(),
        ImportKind::Import => import.names.first().map_or("", |name| name.name.as_str()),
    };
    let is_own = import.level > 0
        || match import.kind {
            ImportKind::From => import.names.first().is_some_and(|name| {
                work.service.resolve_name(work.index, import, name) != Imported::External
            }),
            ImportKind::Import => !work.service.imported_by(work.index, import).is_empty(),
        };
    if is_own { Rank::Own } else { rank_by_name(dotted) }
}

/// The rank of an import that is to be written; a package of the service may get the module only
/// by this change.
fn rank_of_new(work: &Work<'_>, import: &Import) -> Rank {
    let top = |dotted: &str| dotted.split('.').next().unwrap_or_default().to_owned();
    let own = top(&import.module);
    let modules = work.service.modules().iter().enumerate().filter(|(_, record)| !record.is_test);
    let mut names = modules.flat_map(|(index, _)| work.service.names_of(index));
    let is_package = |name: String| name.contains('.') && top(&name) == own;
    if names.any(is_package) { Rank::Own } else { rank_by_name(&import.module) }
}

fn rank_by_name(dotted: &str) -> Rank {
    match dotted.split('.').next().unwrap_or_default() {
        "__future__" => Rank::Future,
        package if is_standard_module(package) => Rank::Standard,
        _ => Rank::Foreign,
    }
}

/// Adds a statement of its own, after the imports of its like.
fn placed(work: &Work<'_>, module: &Module, import: &Import) -> Edit {
    let facts = &module.facts;
    let rank = rank_of_new(work, import);
    if let Some(start) = before_like(work, module, (import, rank)) {
        let newline = module.source.newline_at(0);
        return Edit::insert(start, format!("{}{newline}", import.statement()));
    }
    let mut after: Option<(Rank, usize)> = None;
    let mut first = None;
    let mut head = None;
    for (index, statement) in facts.statements.iter().enumerate() {
        match statement.kind {
            StatementKind::Docstring if index == 0 => head = Some(statement.range.end),
            StatementKind::Import => {
                let found = facts.imports.iter().find(|import| import.statement == index);
                let own = found.map_or(Rank::Foreign, |found| rank_of(work, found));
                first = first.or(Some(statement.range.start));
                if own <= rank {
                    after = Some((own, statement.range.end));
                }
            }
            StatementKind::TypeChecking => {}
            _ if facts.imports.iter().any(|import| import.statement == index) => {}
            _ => break,
        }
    }
    let newline = module.source.newline_at(0);
    let text = import.statement();
    match (after, first, head) {
        (Some((own, end)), _, _) => {
            let gap = if own < rank { newline } else { "" };
            below(module, end, &format!("{gap}{text}"))
        }
        (None, Some(start), _) => Edit::insert(start, format!("{text}{newline}{newline}")),
        (None, None, Some(end)) => below(module, end, &format!("{newline}{text}")),
        (None, None, None) => {
            let start = after_header(module);
            Edit::insert(start, format!("{text}{newline}{newline}"))
        }
    }
}

/// The first import of its like that isort would put behind it, where those are in isort's order.
fn before_like(work: &Work<'_>, module: &Module, (import, rank): (&Import, Rank)) -> Option<usize> {
    let facts = &module.facts;
    let own = (import.name.is_some(), import.module.to_lowercase());
    let mut like: Vec<(usize, (bool, String))> = Vec::new();
    for (index, statement) in facts.statements.iter().enumerate() {
        match statement.kind {
            StatementKind::Docstring | StatementKind::TypeChecking => continue,
            StatementKind::Import => {}
            _ if facts.imports.iter().any(|import| import.statement == index) => continue,
            _ => break,
        }
        let found = facts.imports.iter().find(|import| import.statement == index)?;
        if rank_of(work, found) == rank {
            let name = match found.kind {
                ImportKind::From => found.module.clone(),
                ImportKind::Import => found.names.first()?.name.clone(),
            };
            let key = (found.kind == ImportKind::From, name.to_lowercase());
            like.push((statement.range.start, key));
        }
    }
    let is_sorted = like.is_sorted_by(|(_, left), (_, right)| left <= right);
    let next = like.iter().find(|(_, key)| *key > own).filter(|_| is_sorted)?;
    let line = module.source.line_range(next.0);
    module.text()[line.start..next.0].is_empty().then_some(next.0)
}

/// A line below the one that holds `end`.
fn below(module: &Module, end: usize, text: &str) -> Edit {
    let line = module.source.line_range(end.saturating_sub(1));
    let newline = module.source.newline_at(0);
    if module.text()[line.clone()].ends_with('\n') {
        Edit::insert(line.end, format!("{text}{newline}"))
    } else {
        Edit::insert(line.end, format!("{newline}{text}"))
    }
}

/// After the comments at the top of a file.
fn after_header(module: &Module) -> usize {
    let mut offset = 0;
    for line in module.text().split_inclusive('\n') {
        if !line.starts_with('#') {
            break;
        }
        offset += line.len();
    }
    offset
}

/// The text without one import that only the rewritten code used.
fn without_unused(work: &Work<'_>, original: &Module, module: &Module) -> Option<String> {
    if work.path.name() == "__init__.py" {
        return None;
    }
    let facts = &module.facts;
    for (at, import) in facts.imports.iter().enumerate() {
        let plain = import.scope == 0
            && import.moment == Moment::Import
            && facts.statements[import.statement].kind == StatementKind::Import;
        if !plain {
            continue;
        }
        for (position, imported) in import.names.iter().enumerate() {
            let bound = facts.bindings.iter().find(|binding| {
                binding.kind == BindingKind::Import(at, position) && binding.scope == 0
            });
            let Some(bound) = bound.map(|binding| binding.name.as_str()) else { continue };
            let is_idle = uses(&original.facts, bound) > 0 && uses(facts, bound) == 0;
            if !is_idle || is_kept(work, facts, bound) {
                continue;
            }
            if let Some(range) = removable(module, import, imported.range.clone()) {
                return apply_edits(module.text(), &[Edit::delete(range)]).ok();
            }
        }
    }
    None
}

/// Whether an import has a reason to stay although this file does not use it.
fn is_kept(work: &Work<'_>, facts: &Facts, bound: &str) -> bool {
    facts.bindings_of(bound, 0).count() != 1
        || facts.exported.iter().flatten().any(|name| name == bound)
        || !facts.dynamic.is_empty()
        || is_taken_elsewhere(work, bound)
}

fn uses(facts: &Facts, name: &str) -> usize {
    let refers = |scope| matches!(scope, Resolution::Scope(0));
    facts.references.iter().filter(|found| found.name == name && refers(found.resolution)).count()
}

/// Whether another file imports the name from this one, or a string reads like it.
fn is_taken_elsewhere(work: &Work<'_>, name: &str) -> bool {
    let dotted: Vec<String> =
        work.service.names_of(work.index).iter().map(|own| format!("{own}.{name}")).collect();
    let modules = work.service.modules().iter().enumerate();
    let mut others = modules.filter_map(|(index, record)| Some((index, record.module()?)));
    others.any(|(index, module)| {
        let by_string = module.facts.strings.iter().any(|found| {
            dotted
                .iter()
                .any(|own| found.value == *own || found.value.starts_with(&format!("{own}.")))
        });
        let by_import = index != work.index
            && module.facts.imports.iter().any(|import| takes(work, index, import, name));
        by_string || by_import
    })
}

/// Whether an import statement of another file may take a name from this one.
fn takes(work: &Work<'_>, index: usize, import: &ImportStatement, name: &str) -> bool {
    let loads_this = |imported| {
        matches!(
            work.service.resolve_name(index, import, imported),
            Imported::Attribute(owner) | Imported::Module(owner) if owner == work.index
        )
    };
    match import.kind {
        ImportKind::From => import.names.iter().any(|imported| {
            let may = imported.name == name || imported.name == "*";
            let is_module = matches!(
                work.service.resolve_name(index, import, imported),
                Imported::Module(owner) if owner == work.index
            );
            (may && loads_this(imported)) || (is_module && reads(work, index, name))
        }),
        ImportKind::Import => {
            work.service.imported_by(index, import).contains(&work.index)
                && reads(work, index, name)
        }
    }
}

/// Whether a file reads an attribute of that name from anything.
fn reads(work: &Work<'_>, index: usize, name: &str) -> bool {
    let module = work.service.modules()[index].module();
    module.is_some_and(|module| {
        let mut references = module.facts.references.iter();
        references.any(|found| found.chain.iter().any(|attribute| attribute.name == name))
            || module.facts.strings.iter().any(|found| found.value == name)
    })
}

/// What to cut so that one imported name goes; nothing where a comment stands in the way.
fn removable(
    module: &Module,
    import: &ImportStatement,
    name: Range<usize>,
) -> Option<Range<usize>> {
    let text = module.text();
    let (first, last) = (
        module.source.line_range(import.range.start),
        module.source.line_range(import.range.end.saturating_sub(1)),
    );
    let lines = first.start..last.end;
    let has_comment = module
        .comments
        .iter()
        .any(|comment| lines.start <= comment.start && comment.end <= lines.end);
    if has_comment {
        return None;
    }
    if import.names.len() == 1 {
        let is_alone = text[lines.start..import.range.start].trim().is_empty()
            && text[import.range.end..lines.end].trim().is_empty();
        return is_alone.then_some(lines);
    }
    let position = import.names.iter().position(|other| other.range == name)?;
    Some(match import.names.get(position + 1) {
        Some(next) => name.start..next.range.start,
        None => import.names[position - 1].range.end..name.end,
    })
}
