//! Paths that code computes: what they found before the move they find after it.

use std::collections::BTreeMap;

use super::Rewrite;
use super::names::relative;
use crate::change::{Edit, RelPath};
use crate::python::{Climb, ImportKind, PathBase, PathStep, PathUse, parent};

/// Variable → where what it holds lies afterwards.
type Homes = BTreeMap<String, String>;

/// Rewrites path expressions whose value would change, or whose aim moves.
pub(super) fn rewrite(rewrite: &mut Rewrite<'_>) {
    let module = rewrite.module;
    let mut homes = Homes::new();
    for found in &module.facts.paths {
        if let (Some(name), Some(home)) = (&found.defines, home(rewrite, found)) {
            homes.insert(name.clone(), home);
        }
    }
    for found in &module.facts.paths {
        if found.on_search_path {
            search_path(rewrite, found, &homes);
        } else {
            follow(rewrite, found, &homes);
        }
    }
}

/// Where the expression pointed, and the folder that its literals start from.
struct Aim {
    old: String,
    base: String,
}

fn aim(rewrite: &Rewrite<'_>, found: &PathUse) -> Option<Aim> {
    let file = rewrite.path().as_str();
    let cwd = rewrite.names.service.root();
    let old = found.value.locate(file, cwd)?;
    let literal_steps: usize = found.literals.iter().map(|(_, text)| segments(text).len()).sum();
    let kept = found.value.steps.len().checked_sub(literal_steps)?;
    let mut base = found.value.clone();
    base.steps.truncate(kept);
    Some(Aim { old, base: base.locate(file, cwd)? })
}

fn segments(text: &str) -> Vec<&str> {
    text.split('/').filter(|segment| !segment.is_empty() && *segment != ".").collect()
}

/// Where an expression leads afterwards: where what it led to lies then. A folder that nothing is
/// left in, and whose name shows nowhere, is whatever the same words mean in the file's new place.
fn home(rewrite: &Rewrite<'_>, found: &PathUse) -> Option<String> {
    let old = aim(rewrite, found)?.old;
    let names = rewrite.names;
    let only_climbs = found.variable.is_none()
        && found.value.base == PathBase::File
        && found.value.steps.iter().all(|step| *step == PathStep::Parent);
    if only_climbs && is_left(rewrite, &old) {
        let is_read = |name: &String| names.is_read(rewrite.index, name);
        let shows = !rewrite.module.facts.is_only_a_start(found)
            || found.defines.as_ref().is_some_and(is_read);
        let is_own_package =
            rewrite.path().name() == "__init__.py" && old == parent(rewrite.path().as_str());
        let file = rewrite.new_path(found.range.start);
        let meant = found.value.locate(file.as_str(), names.service.root());
        if !shows || is_own_package {
            return meant.or_else(|| Some(names.locate(&old)));
        }
    }
    Some(names.locate(&old))
}

/// Whether everything that a folder held moves out of it.
fn is_left(rewrite: &Rewrite<'_>, folder: &str) -> bool {
    let Ok(folder) = RelPath::new(folder) else { return false };
    let mut below = rewrite.names.tree.below(&folder).peekable();
    below.peek().is_some() && below.all(|(path, _)| rewrite.names.moves.contains_key(path))
}

fn follow(rewrite: &mut Rewrite<'_>, found: &PathUse, homes: &Homes) {
    if found.value.base == PathBase::Unknown {
        return follow_unknown(rewrite, found);
    }
    let (Some(aim), Some(wanted)) = (aim(rewrite, found), home(rewrite, found)) else {
        return climbs_out(rewrite, found);
    };
    if found.value.steps.is_empty() && found.value.base == PathBase::File {
        return;
    }
    let Some(start) = start(rewrite, found, homes) else {
        return follow_variable(rewrite, found, &aim, &wanted);
    };
    let climbed = found.climb.as_ref().map_or(0, |(_, count)| *count);
    let kept = up(&start.new, climbed);
    if kept.is_some_and(|folder| join_steps(folder, found, climbed) == Some(wanted.clone())) {
        return;
    }
    match &found.climb {
        Some((climb, _)) if *climb != Climb::Bare && start.new != start.old => {
            let base = base(rewrite, found, &aim, (&wanted, &start.new));
            climb_to(rewrite, found, climb, &base, &start.new);
            retarget(rewrite, found, &relative(&base, &wanted));
        }
        Some((climb, _)) if *climb != Climb::Bare => {
            retarget(rewrite, found, &relative(&aim.base, &wanted));
        }
        _ => retarget(rewrite, found, &relative(&start.new, &wanted)),
    }
}

/// The folder to which an expression climbs, before it goes down into its literals.
fn base(rewrite: &Rewrite<'_>, found: &PathUse, aim: &Aim, (wanted, file): (&str, &str)) -> String {
    // A folder that moves as a whole takes what lies below it along.
    let moved = rewrite.names.locate(&aim.base);
    match () {
        () if found.literals.is_empty() => wanted.to_owned(),
        () if is_above(&moved, file) => moved,
        () if is_above(&aim.base, file) => aim.base.clone(),
        () => common_folder(wanted, file),
    }
}

/// `root / "api" / "main.py"` with a root that is not known: taken for the service's folder when
/// exactly that file of code moves from there.
fn follow_unknown(rewrite: &mut Rewrite<'_>, found: &PathUse) {
    let root = rewrite.names.service.root();
    let value = crate::python::PathValue { base: PathBase::Cwd, steps: found.value.steps.clone() };
    let Some(old) = value.locate("", root) else { return };
    let is_code = old.strip_suffix(".py").is_some();
    if is_code && rewrite.names.is_moved(&old) && !is_made(rewrite, found) {
        let rest = relative(root, &rewrite.names.locate(&old));
        retarget(rewrite, found, &rest);
    }
}

/// Whether a path is one that the code writes itself, or lies in a folder for the moment: a file of
/// that name, and not the service's.
fn is_made(rewrite: &Rewrite<'_>, found: &PathUse) -> bool {
    const WRITES: [&str; 5] = [".write_text", ".write_bytes", ".touch", ".mkdir", ".open(\"w"];
    let text = rewrite.module.text();
    let behind = text[found.range.end..].trim_start_matches(')');
    let own = text[found.range.clone()].trim_start_matches('(').to_ascii_lowercase();
    let first = own.split('/').next().unwrap_or_default();
    first.contains("tmp")
        || first.contains("temp")
        || WRITES.iter().any(|it| behind.starts_with(it))
}

/// What an expression climbs from, before and after.
struct Start {
    old: String,
    new: String,
}

/// `__file__`, or a variable whose own value follows what it points to.
fn start(rewrite: &Rewrite<'_>, found: &PathUse, homes: &Homes) -> Option<Start> {
    let value = found.start.as_ref().filter(|_| found.climb.is_some())?;
    let cwd = rewrite.names.service.root();
    let old = value.locate(rewrite.path().as_str(), cwd)?;
    let known = found.variable.as_ref().and_then(|variable| homes.get(variable)).cloned();
    let new = if value.steps.is_empty() && value.base == PathBase::File {
        rewrite.new_path(found.range.start).as_str().to_owned()
    } else {
        known.unwrap_or_else(|| rewrite.names.locate(&old))
    };
    Some(Start { old, new })
}

/// A path counted from the current directory: only its literals can follow.
fn follow_variable(rewrite: &mut Rewrite<'_>, found: &PathUse, aim: &Aim, wanted: &str) {
    let base = rewrite.names.locate(&aim.base);
    let rest = relative(&base, wanted);
    if rest != relative(&aim.base, &aim.old) && !found.literals.is_empty() {
        retarget(rewrite, found, &rest);
    }
}

/// The folder `count` levels up.
fn up(path: &str, count: usize) -> Option<&str> {
    let mut folder = path;
    for _ in 0..count {
        if folder.is_empty() {
            return None;
        }
        folder = parent(folder);
    }
    Some(folder)
}

/// Where the expression leads when its climb ends at `folder`.
fn join_steps(folder: &str, found: &PathUse, climbed: usize) -> Option<String> {
    let before = found.start.as_ref()?.steps.len();
    let rest = found.value.steps.get(before + climbed..)?.to_vec();
    let value = crate::python::PathValue { base: PathBase::Cwd, steps: rest };
    value.locate("", folder)
}

/// An expression that leaves the tree: it still must leave from the same folder.
fn climbs_out(rewrite: &mut Rewrite<'_>, found: &PathUse) {
    let moves = rewrite.path() != rewrite.new_path(found.range.start);
    if found.climb.is_some() && moves {
        let message = "a path that leaves the project is computed from this file's place";
        rewrite.note(found.range.start, message);
    }
}

pub(super) fn is_above(folder: &str, file: &str) -> bool {
    folder.is_empty() || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The innermost folder that two paths lie in.
fn common_folder(one: &str, two: &str) -> String {
    let mut folder = parent(one);
    while !is_above(folder, two) {
        folder = parent(folder);
    }
    folder.to_owned()
}

/// Makes an expression climb from the file's new place, and lead to `base`.
fn climb_to(rewrite: &mut Rewrite<'_>, found: &PathUse, climb: &Climb, base: &str, file: &str) {
    let top = if base == file || is_above(base, file) {
        base.to_owned()
    } else {
        common_folder(base, file)
    };
    let count = segments(file).len() - segments(&top).len();
    let down = relative(&top, base);
    let (whole, text) = match climb {
        Climb::PathObject { inner, whole } => {
            let inner = rewrite.module.slice(inner);
            let climbed = match count {
                0 => inner.to_owned(),
                1 => format!("{inner}.parent"),
                _ => format!("{inner}.parents[{}]", count - 1),
            };
            let into = |down: &str| format!("{climbed}.joinpath(\"{down}\")");
            (whole.clone(), if down.is_empty() { climbed.clone() } else { into(&down) })
        }
        Climb::DirName { callee, inner, whole } => {
            let inner = rewrite.module.slice(inner);
            let open = format!("{callee}(").repeat(count);
            let climbed = format!("{open}{inner}{}", ")".repeat(count));
            let text = match callee.strip_suffix(".dirname") {
                _ if down.is_empty() => climbed,
                Some(module) => format!("{module}.join({climbed}, \"{down}\")"),
                None => format!("({climbed} + \"/{down}\")"),
            };
            (whole.clone(), text)
        }
        Climb::Bare => return,
    };
    if !down.is_empty() && is_left(rewrite, base) {
        let message = format!(
            "this path leads to {base} as before, where no file of the project is left; \
             keep the folder wherever the service runs, or point the path elsewhere"
        );
        rewrite.note(found.range.start, message);
    }
    rewrite.replace(whole, text);
}

/// Puts a new relative path into the literals of an expression, the last ones keeping their
/// number of segments where the path is long enough.
fn retarget(rewrite: &mut Rewrite<'_>, found: &PathUse, rest: &str) {
    let mut left = segments(rest);
    let mut texts: Vec<String> = Vec::new();
    if found.literals.is_empty() {
        return;
    }
    for (_, text) in found.literals.iter().skip(1).rev() {
        let count = segments(text).len().min(left.len());
        texts.push(left.split_off(left.len() - count).join("/"));
    }
    texts.push(left.join("/"));
    texts.reverse();
    for ((range, old), text) in found.literals.iter().zip(texts) {
        let text = if text.is_empty() { ".".to_owned() } else { text };
        let is_literal = rewrite.module.slice(range) == old;
        rewrite.replace(range.clone(), if is_literal { text } else { format!("\"{text}\"") });
    }
}

/// A folder on `sys.path` that held modules which are now in the package: `src` goes there.
fn search_path(rewrite: &mut Rewrite<'_>, found: &PathUse, homes: &Homes) {
    let Some(aim) = aim(rewrite, found) else { return climbs_out(rewrite, found) };
    let service = rewrite.names.service.root().to_owned();
    if let Some((climb, _)) = &found.climb
        && let Some(start) = start(rewrite, found, homes)
        && start.new != start.old
    {
        let base = if is_above(&aim.base, &start.new) { aim.base.clone() } else { service.clone() };
        climb_to(rewrite, found, climb, &base, &start.new);
    }
    let is_inside = aim.old == service || is_above(&service, &aim.old);
    let already = aim.old == rewrite.names.import_root;
    let gave_modules = rewrite.names.moves.keys().any(|path| {
        let folder = parent(path.as_str());
        folder == aim.old || (path.name() == "__init__.py" && parent(folder) == aim.old)
    });
    if is_inside && gave_modules && !already {
        keep_folder(rewrite, found, &aim.old);
        if found.climb.is_none() && found.literals.len() == 1 {
            let text = relative(&service, &rewrite.names.import_root);
            return rewrite.replace(found.literals[0].0.clone(), text);
        }
        let to_src = relative(&aim.old, &rewrite.names.import_root);
        let text = rewrite.module.slice(&found.range);
        let is_text = text.starts_with("str(") || text.starts_with("os.");
        let (open, close) = if is_text { ("", "") } else { ("str(", ")") };
        if !is_text {
            rewrite.edits.push(Edit::insert(found.range.start, open));
        }
        let added = format!("{close} + \"/{to_src}\"");
        rewrite.edits.push(Edit::insert(found.range.end, added));
    }
}

/// Leaves a folder on the search path of tests that code which stays is imported from, such as
/// `tests` by its name: the source folder comes on it by a line of its own.
fn keep_folder(rewrite: &mut Rewrite<'_>, found: &PathUse, folder: &str) {
    let names = rewrite.names;
    if !names.service.modules()[rewrite.index].is_test {
        return;
    }
    let stays = |first: &str| {
        let path = crate::python::join(folder, first);
        let module = names.service.index_of(&format!("{path}.py"));
        let below = || {
            let folder = RelPath::new(&path).ok()?;
            let mut files = names.tree.below(&folder);
            Some(files.any(|(path, _)| path.extension() == "py" && !names.moves.contains_key(path)))
        };
        module.map_or_else(|| below().unwrap_or_default(), |index| !names.moves_module(index))
    };
    let mut imports = names.service.modules().iter().filter_map(|module| module.module());
    let is_needed = imports.any(|module| {
        let imports = module.facts.imports.iter().filter(|import| import.level == 0);
        let mut tops = imports.flat_map(|import| {
            let named = import.names.iter().map(|name| name.name.as_str());
            let named = named.filter(|_| import.kind == ImportKind::Import);
            named.chain([import.module.as_str()]).filter_map(|name| name.split('.').next())
        });
        tops.any(|first| !first.is_empty() && stays(first))
    });
    let line = rewrite.module.source.line_range(found.range.start);
    let text = rewrite.module.slice(&line).to_owned();
    let is_whole = text.trim_start().starts_with("sys.path.")
        && text.ends_with('\n')
        && text.trim_end().ends_with(')')
        && found.range.end < line.end;
    if is_needed && is_whole {
        rewrite.edits.push(Edit::insert(line.start, text));
    }
}
