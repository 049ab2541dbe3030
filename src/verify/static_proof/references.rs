//! Imports, dotted strings and computed paths lead where they led.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Sides;
use super::embedded::has_other_imports;
use super::leads::{self, Lead};
use super::packages::{self, PackageList};
use super::spans::Span;
use crate::python::{
    ComputedImport, ImportKind, Module, PathBase, PathUse, PythonService, StringUse, Target, join,
    parent,
};
use crate::verify::{Aspect, Item, Verdict};

/// Every import leads to the same module or definition.
pub(super) fn imports(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut equal = 0;
    for (new, old) in sides.pairs.both() {
        let was = leads(sides.before, old);
        let is = leads(sides.after, new);
        let path = &sides.after.modules()[new].path;
        for (name, (before, _)) in &was {
            let Some((after, line)) = is.get(name) else {
                let is_divided =
                    matches!(before, Lead::Module(module) if sides.spans.is_divided(*module));
                // Another import of the same name may have left with those who use it.
                let is_bound = sides.spans.is_divided(old) && is.contains_key(base(name));
                let mut others = is.iter().filter(|(other, _)| !was.contains_key(*other));
                // The package itself may have got another name, and its uses with it; a value that a
                // function gives back has that one's.
                let is_renamed = match before {
                    Lead::Module(_) => true,
                    Lead::Definition(file, name) => {
                        sides.wraps.contains_key(&(*file, name.clone()))
                    }
                    Lead::Nowhere(_) | Lead::Outside => false,
                };
                if is_renamed
                    && others.any(|(_, (after, _))| leads::judge(sides, before, after).is_ok())
                {
                    equal += 1;
                    continue;
                }
                let may_go = is_divided || is_bound || has_left(sides, (old, new), name);
                if *before != Lead::Outside && !may_go {
                    let shown = format!("{path} {name}");
                    items.push(
                        Item::new(Aspect::References, shown, Verdict::Broken)
                            .because("the import is gone"),
                    );
                }
                continue;
            };
            let shown = format!("{path}:{line} {name}");
            match leads::judge(sides, before, after) {
                Ok(()) => equal += 1,
                Err((verdict, why)) => {
                    items.push(Item::new(Aspect::References, shown, verdict).because(why));
                }
            }
        }
    }
    items.push(Item::new(Aspect::References, format!("{equal} imports"), Verdict::Equal));
    items
}

/// A bound name without its number among those of the same name.
fn base(name: &str) -> &str {
    name.split('#').next().unwrap_or(name)
}

/// Whether everything that used an imported name has left a module that was taken apart.
fn has_left(sides: &Sides<'_>, (old, new): (usize, usize), name: &str) -> bool {
    let name = base(name);
    let after = sides.after.modules()[new].module();
    let is_used = |module: &Module| module.facts.references.iter().any(|found| found.name == name);
    sides.spans.is_divided(old) && after.is_none_or(|module| !is_used(module))
}

/// The names that a file imports from the service: bound name (with the scope's order) → lead.
fn leads(service: &PythonService, index: usize) -> BTreeMap<String, (Lead, usize)> {
    let mut found = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let Some(module) = service.modules()[index].module() else { return found };
    for import in &module.facts.imports {
        let line = module.source.line_of(import.range.start);
        for name in &import.names {
            let (bound, lead) = match import.kind {
                ImportKind::From => (
                    name.bound().to_owned(),
                    leads::of_import(
                        service,
                        service.resolve_name(index, import, name),
                        &name.name,
                    ),
                ),
                ImportKind::Import => plain(service, index, name),
            };
            if lead == Lead::Outside && import.kind == ImportKind::Import {
                continue;
            }
            let count = counts.entry(bound.clone()).or_default();
            *count += 1;
            let key = if *count == 1 { bound } else { format!("{bound}#{count}") };
            found.insert(key, (lead, line));
        }
    }
    found
}

/// `import a.b.c` is known by its last part, which a move keeps or gives an alias.
fn plain(
    service: &PythonService,
    index: usize,
    name: &crate::python::ImportedName,
) -> (String, Lead) {
    let last = name.name.rsplit('.').next().unwrap_or(&name.name);
    let bound = name.alias.clone().unwrap_or_else(|| last.to_owned());
    let lead = match service.resolve(index, &name.name) {
        Target::Module(found) => Lead::Module(found),
        Target::Missing(path) => Lead::Nowhere(path),
        Target::Folder(_) | Target::External => Lead::Outside,
    };
    (bound, lead)
}

/// Ranges of a span (old side, new side) that a move rewrote and that lead where they led.
pub(super) fn rewritten(sides: &Sides<'_>, span: &Span) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let mut ranges = (Vec::new(), Vec::new());
    let Some(both) = Both::of(sides, span) else { return ranges };
    for (one, two) in both.computed() {
        ranges.0.push(one.range.clone());
        ranges.1.push(two.range.clone());
    }
    for (one, two) in both.strings() {
        let is_same = is_file(&one.value, &two.value)
            || same_name(sides, (span.old, span.new), &one.value, &two.value)
            || same_filter(sides, (span.old, span.new), one, two);
        if one.value != two.value && (is_same || has_other_imports(&both, one, two)) {
            ranges.0.push(one.content.clone());
            ranges.1.push(two.content.clone());
        }
    }
    for (one, two) in both.lists() {
        ranges.0.push(one.range.clone());
        ranges.1.push(two.range.clone());
    }
    for (one, two) in both.paths() {
        if one.on_search_path || both.was.slice(&one.range) != both.is.slice(&two.range) {
            ranges.0.push(one.range.clone());
            ranges.1.push(two.range.clone());
        }
    }
    ranges
}

/// Both sides of a span.
pub(super) struct Both<'a> {
    span: &'a Span,
    pub(super) was: &'a Module,
    pub(super) is: &'a Module,
    /// Whether the module took a main guard in, which stands at its end.
    grew: bool,
}

impl<'a> Both<'a> {
    pub(super) fn of(sides: &'a Sides<'_>, span: &'a Span) -> Option<Self> {
        let was = sides.before.modules()[span.old].module()?;
        let is = sides.after.modules()[span.new].module()?;
        Some(Self { span, was, is, grew: sides.pairs.took_in(span.old) })
    }

    /// Pairs of what both sides have in equal number; none otherwise. What a module took in
    /// has no pair.
    fn zip<T>(
        &self,
        was: impl Iterator<Item = &'a T>,
        is: impl Iterator<Item = &'a T>,
        range: impl Fn(&T) -> &Range<usize>,
    ) -> Vec<(&'a T, &'a T)> {
        let inside = |range: &Range<usize>, whole: &Range<usize>| {
            whole.start <= range.start && range.end <= whole.end
        };
        let was: Vec<&T> = was.filter(|found| inside(range(found), &self.span.was)).collect();
        let is: Vec<&T> = is.filter(|found| inside(range(found), &self.span.is)).collect();
        let fits = was.len() == is.len() || (self.grew && was.len() < is.len());
        if fits { was.into_iter().zip(is).collect() } else { Vec::new() }
    }

    pub(super) fn strings(&self) -> Vec<(&'a StringUse, &'a StringUse)> {
        let (was, is) = (comparable(self.was), comparable(self.is));
        let all = self.zip(was.iter().copied(), is.iter().copied(), |string| &string.range);
        if !all.is_empty() {
            return all;
        }
        // A path may have got a literal; paths are compared by where they lead.
        let outside = |module: &Module, string: &&StringUse| {
            !module.facts.paths.iter().any(|path| path.range.contains(&string.range.start))
        };
        let was = was.into_iter().filter(|string| outside(self.was, string));
        let is = is.into_iter().filter(|string| outside(self.is, string));
        self.zip(was, is, |string| &string.range)
    }

    fn paths(&self) -> Vec<(&'a PathUse, &'a PathUse)> {
        self.zip(self.was.facts.paths.iter(), self.is.facts.paths.iter(), |path| &path.range)
    }

    /// Lists of packages, which may get longer.
    fn lists(&self) -> Vec<(PackageList<'a>, PackageList<'a>)> {
        let inside = |list: &PackageList<'_>, whole: &Range<usize>| {
            whole.start <= list.range.start && list.range.end <= whole.end
        };
        let was = packages::lists(self.was).into_iter().filter(|list| inside(list, &self.span.was));
        let is = packages::lists(self.is).into_iter().filter(|list| inside(list, &self.span.is));
        let (was, is): (Vec<_>, Vec<_>) = (was.collect(), is.collect());
        if was.len() == is.len() { was.into_iter().zip(is).collect() } else { Vec::new() }
    }

    fn computed(&self) -> Vec<(&'a ComputedImport, &'a ComputedImport)> {
        let (was, is) = (&self.was.facts.computed_imports, &self.is.facts.computed_imports);
        self.zip(was.iter(), is.iter(), |import| &import.range)
    }
}

/// The strings of a file but for quoted annotations, whose names are compared as uses, and those
/// on the search path, where a move may add one.
fn comparable(module: &Module) -> Vec<&StringUse> {
    let paths: Vec<_> = module.facts.paths.iter().filter(|path| path.on_search_path).collect();
    let is_added =
        |string: &&StringUse| paths.iter().any(|path| path.range.contains(&string.range.start));
    let quoted = module.facts.quoted_names();
    let is_code = |string: &&StringUse| quoted.range(string.range.clone()).next().is_some();
    let strings = module.facts.strings.iter();
    let is_listed = |string: &&StringUse| packages::is_listed(module, string);
    strings.filter(|string| !is_added(string) && !is_code(string) && !is_listed(string)).collect()
}

/// Whether a string is the path of a file or a folder on both sides; one that begins with `/` is
/// the path of a route, or lies outside.
fn is_file(before: &str, after: &str) -> bool {
    if before.starts_with('/') {
        return false;
    }
    let name = |path: &str| path.trim_end_matches('/').rsplit('/').next().map(str::to_owned);
    before.strip_suffix(".py").is_some() || (after.contains('/') && name(before) == name(after))
}

/// Whether two strings name the same thing, each on its side.
fn same_name(sides: &Sides<'_>, (old, new): (usize, usize), one: &str, two: &str) -> bool {
    let (Some((was, rest_was)), Some((is, rest_is))) =
        (named(sides.before, old, one), named(sides.after, new, two))
    else {
        return false;
    };
    let name = rest_was.trim_start_matches(['.', ':']).split(['.', ':']).next().unwrap_or_default();
    let is_same = if name.is_empty() {
        leads::same_module(sides, was, is)
    } else {
        leads::same_definition(sides, (was, is), name)
    };
    rest_was == rest_is && (is_same.is_ok() || is_lookup(sides, (was, is), name))
}

/// Whether both modules look up a name that they import from the same module of the service.
fn is_lookup(sides: &Sides<'_>, (old, new): (usize, usize), name: &str) -> bool {
    let one = sides.before.definition(old, name);
    let two = sides.after.definition(new, name);
    let (Some((old, first, _)), Some((new, second, _))) = (one, two) else { return false };
    first == second && leads::same_definition(sides, (old, new), &first).is_ok()
}

/// Every list of packages that are looked into holds what it held.
pub(super) fn lists(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for span in &sides.spans.list {
        let pairs = Both::of(sides, span).map(|both| both.lists()).unwrap_or_default();
        for (before, after) in pairs {
            let path = &sides.after.modules()[span.new].path;
            let shown = format!("{path} {}", after.names().join(", "));
            items.push(match packages::left_out(sides, (span.old, &before), (span.new, &after)) {
                None => Item::new(Aspect::References, shown, Verdict::Equal),
                Some(left) => Item::new(Aspect::References, shown, Verdict::Broken)
                    .because(format!("{left} was in one of the packages of this list")),
            });
        }
    }
    items
}

/// Every string that named a module or something in one still names it.
pub(super) fn strings(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut equal = 0;
    for span in &sides.spans.list {
        let (old, new) = (span.old, span.new);
        // A build script says what it packs, no name that is looked up.
        if sides.before.modules()[old].path.name() == "setup.py" {
            continue;
        }
        let pairs = Both::of(sides, span).map(|both| both.strings()).unwrap_or_default();
        for (before, after) in pairs {
            let is_filter = is_filter(before);
            let is_named = || named(sides.before, old, &before.value).is_some();
            if is_file(&before.value, &after.value) || !(is_filter || is_named()) {
                continue;
            }
            if is_filter {
                let is_same = same_filter(sides, (old, new), before, after);
                equal += usize::from(is_same);
                if is_same {
                    continue;
                }
            }
            if before.value == after.value && !is_filter && !was_lookup(before) {
                continue;
            }
            if same_name(sides, (old, new), &before.value, &after.value) {
                equal += 1;
                continue;
            }
            let module = &sides.after.modules()[new];
            let line = module
                .module()
                .map(|module| module.source.line_of(after.range.start))
                .unwrap_or_default();
            items.push(
                Item::new(
                    Aspect::References,
                    format!("{}:{line} {:?}", module.path, after.value),
                    Verdict::Broken,
                )
                .because(format!("{:?} named a module of the service", before.value)),
            );
        }
    }
    items.push(Item::new(Aspect::References, format!("{equal} dotted strings"), Verdict::Equal));
    items
}

/// Whether a string is a filter of warnings of pytest.
fn is_filter(string: &StringUse) -> bool {
    string.call.as_ref().is_some_and(|(callee, _)| callee.ends_with("filterwarnings"))
        && string.value.contains(':')
}

/// Whether two filters of warnings name the same, field by field.
fn same_filter(
    sides: &Sides<'_>,
    modules: (usize, usize),
    one: &StringUse,
    two: &StringUse,
) -> bool {
    let fields = |string: &StringUse| {
        string.value.split(':').map(|field| field.replace("\\.", ".")).collect::<Vec<_>>()
    };
    let (was, is) = (fields(one), fields(two));
    let is_same = |(one, two): (&String, &String)| {
        let names_ours = named(sides.before, modules.0, one).is_some();
        if names_ours { same_name(sides, modules, one, two) } else { one == two }
    };
    is_filter(one) && was.len() == is.len() && was.iter().zip(&is).all(is_same)
}

/// Whether a string is looked up as a name, so that a dead one is a breakage.
fn was_lookup(string: &crate::python::StringUse) -> bool {
    let callee = string.call.as_ref().map(|(callee, _)| callee.as_str()).unwrap_or_default();
    let last = callee.rsplit('.').next().unwrap_or(callee);
    matches!(last, "patch" | "import_module" | "__import__" | "setattr" | "delattr" | "multiple")
        || callee == "uvicorn.run"
}

/// The module that a dotted string names, and what follows its name.
pub(super) fn named(service: &PythonService, index: usize, value: &str) -> Option<(usize, String)> {
    let (name, attribute) = value.split_once(':').unwrap_or((value, ""));
    if value.starts_with('.') {
        return service.by_dots(index, value).map(|found| (found, ":".to_owned()));
    }
    let is_part = |part: &str| {
        !part.is_empty()
            && part.chars().all(|character| character.is_alphanumeric() || character == '_')
            && !part.starts_with(|first: char| first.is_ascii_digit())
    };
    if value.len() > 300 || !name.split('.').all(is_part) {
        return None;
    }
    let mut ends: Vec<usize> =
        name.match_indices('.').map(|(end, _)| end).chain([name.len()]).collect();
    ends.reverse();
    ends.into_iter().find_map(|end| match service.resolve(index, &name[..end]) {
        Target::Module(found) => Some((found, format!("{}:{attribute}", &name[end..]))),
        _ => None,
    })
}

/// Every computed import still takes its modules from the same folder.
pub(super) fn computed(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for span in &sides.spans.list {
        let (old, new) = (span.old, span.new);
        let Some(both) = Both::of(sides, span) else { continue };
        let (after, is) = (&sides.after.modules()[new], both.is);
        for (one, two) in both.computed() {
            let Some(from) = sides.before.folder_of_computed(old, one) else { continue };
            let to = sides.after.folder_of_computed(new, two);
            let verdict = match &to {
                Some(to) if sides.pairs.locate(&from).contains(to) => Verdict::Equal,
                _ => Verdict::Broken,
            };
            let line = is.source.line_of(two.range.start);
            let name = format!("{}:{line} {:?}", after.path, two.prefix);
            let why = format!("modules imported by a computed name came from {from}");
            items.push(Item::new(Aspect::References, name, verdict).because(why));
        }
    }
    items
}

/// Every path computed from `__file__` or the current directory leads to the same file.
pub(super) fn paths(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut equal = 0;
    for span in &sides.spans.list {
        let Some(both) = Both::of(sides, span) else { continue };
        let (before, after) = (&sides.before.modules()[span.old], &sides.after.modules()[span.new]);
        let is = both.is;
        for (one, two) in both.paths() {
            let is_start = one.literals.is_empty() && is_only_a_start(sides.before, span.old, one);
            if one.on_search_path || is_start || matches!(one.value.base, PathBase::Absolute(_)) {
                continue;
            }
            let (Some(from), Some(to)) = (
                one.value.locate(before.path.as_str(), sides.before.root()),
                two.value.locate(after.path.as_str(), sides.after.root()),
            ) else {
                continue;
            };
            if sides.pairs.locate(&from).contains(&to) || is_own_folder(sides, &from, &to) {
                equal += 1;
                continue;
            }
            let line = is.source.line_of(two.range.start);
            items.push(
                Item::new(
                    Aspect::References,
                    format!("{}:{line} {}", after.path, is.slice(&two.range)),
                    Verdict::Broken,
                )
                .because(format!("it led to {from}, now to {to}")),
            );
        }
    }
    items.push(Item::new(Aspect::References, format!("{equal} computed paths"), Verdict::Equal));
    items
}

/// Whether a variable's path shows only in what other paths make of it: these are compared.
fn is_only_a_start(service: &PythonService, index: usize, path: &PathUse) -> bool {
    let module = service.modules()[index].module();
    let is_read = |name: &String| service.outside().read.contains(&(index, name.clone()));
    module.is_some_and(|module| module.facts.is_only_a_start(path))
        && !path.defines.as_ref().is_some_and(is_read)
}

/// A path to a folder of tests or code that moved file by file: the folder's name is kept.
fn is_own_folder(sides: &Sides<'_>, from: &str, to: &str) -> bool {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let moved = sides.before.index_of(&join(from, "__init__.py")).is_some();
    moved && name(from) == name(to) && !parent(to).is_empty()
}
