//! Paths that code computes: what they found before the move they find after it.

use super::Rewrite;
use super::names::relative;
use crate::change::Edit;
use crate::python::{Climb, PathBase, PathStep, PathUse, parent};

/// Rewrites path expressions whose value would change, or whose aim moves.
pub(super) fn rewrite(rewrite: &mut Rewrite<'_>) {
    let module = rewrite.module;
    for found in &module.facts.paths {
        if found.on_search_path {
            search_path(rewrite, found);
        } else {
            follow(rewrite, found);
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

fn follow(rewrite: &mut Rewrite<'_>, found: &PathUse) {
    if found.value.base == PathBase::Unknown {
        return follow_unknown(rewrite, found);
    }
    let Some(aim) = aim(rewrite, found) else { return climbs_out(rewrite, found) };
    if found.value.steps.is_empty() && found.value.base == PathBase::File {
        return;
    }
    let names = rewrite.names;
    let wanted = names.locate(&aim.old);
    let Some(start) = start(rewrite, found) else {
        return follow_variable(rewrite, found, &aim, &wanted);
    };
    let climbed = found.climb.as_ref().map_or(0, |(_, count)| *count);
    let kept = up(&start.new, climbed);
    if kept.is_some_and(|folder| join_steps(folder, found, climbed) == Some(wanted.clone())) {
        return;
    }
    // A folder that moves as a whole takes what lies below it along.
    let moved = names.locate(&aim.base);
    let base = match () {
        () if is_above(&moved, &start.new) => moved,
        () if is_above(&aim.base, &start.new) || found.literals.is_empty() => aim.base.clone(),
        () => common_folder(&wanted, &start.new),
    };
    if start.new != start.old
        && let Some((climb, _)) = &found.climb
    {
        climb_to(rewrite, found, climb, &base, &start.new);
    }
    let rest = relative(&base, &wanted);
    let old_rest = relative(&aim.base, &aim.old);
    if rest != old_rest && !found.literals.is_empty() {
        retarget(rewrite, found, &rest);
    }
}

/// `root / "api" / "main.py"` with a root that is not known: taken for the service's folder when
/// exactly that file of code moves from there.
fn follow_unknown(rewrite: &mut Rewrite<'_>, found: &PathUse) {
    let root = rewrite.names.service.root();
    let value = crate::python::PathValue { base: PathBase::Cwd, steps: found.value.steps.clone() };
    let Some(old) = value.locate("", root) else { return };
    let is_code = old.strip_suffix(".py").is_some();
    if is_code && rewrite.names.is_moved(&old) {
        let rest = relative(root, &rewrite.names.locate(&old));
        retarget(rewrite, found, &rest);
    }
}

/// What an expression climbs from, before and after.
struct Start {
    old: String,
    new: String,
}

/// `__file__`, or a variable whose own value follows what it points to.
fn start(rewrite: &Rewrite<'_>, found: &PathUse) -> Option<Start> {
    let value = found.start.as_ref().filter(|_| found.climb.is_some())?;
    let cwd = rewrite.names.service.root();
    let old = value.locate(rewrite.path().as_str(), cwd)?;
    let new = if value.steps.is_empty() && value.base == PathBase::File {
        rewrite.new_path(found.range.start).as_str().to_owned()
    } else {
        rewrite.names.locate(&old)
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

fn is_above(folder: &str, file: &str) -> bool {
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

/// Makes an expression climb from the file's new place to `base`.
fn climb_to(rewrite: &mut Rewrite<'_>, found: &PathUse, climb: &Climb, base: &str, file: &str) {
    if base == file {
        return;
    }
    if !is_above(base, file) {
        let message = format!("a path from this file to {base} cannot be kept by counting folders");
        return rewrite.note(found.range.start, message);
    }
    let below = file[base.len()..].trim_start_matches('/');
    let count = below.split('/').count();
    let (whole, text) = match climb {
        Climb::PathObject { inner, whole } => {
            let inner = rewrite.module.slice(inner);
            let text = match count {
                1 => format!("{inner}.parent"),
                _ => format!("{inner}.parents[{}]", count - 1),
            };
            (whole.clone(), text)
        }
        Climb::DirName { callee, inner, whole } => {
            let inner = rewrite.module.slice(inner);
            let open = format!("{callee}(").repeat(count);
            (whole.clone(), format!("{open}{inner}{}", ")".repeat(count)))
        }
        Climb::Bare(_) => return bare(rewrite, found),
    };
    rewrite.replace(whole, text);
}

/// `os.path.join(__file__, "..", "x")`: the climbing is in the literals.
fn bare(rewrite: &mut Rewrite<'_>, found: &PathUse) {
    let climbs = found.value.steps.contains(&PathStep::Parent);
    if climbs {
        rewrite.note(found.range.start, "a path counted from __file__ in its literals; check it");
    }
}

/// Puts a new relative path into the literals of an expression, the last ones keeping their
/// number of segments.
fn retarget(rewrite: &mut Rewrite<'_>, found: &PathUse, rest: &str) {
    let mut left: Vec<&str> = rest.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut texts: Vec<String> = Vec::new();
    for (_, text) in found.literals.iter().skip(1).rev() {
        let count = segments(text).len();
        if left.len() <= count {
            let message = format!("this path now leads to {rest}; it could not be rewritten");
            return rewrite.note(found.range.start, message);
        }
        texts.push(left.split_off(left.len() - count).join("/"));
    }
    texts.push(left.join("/"));
    texts.reverse();
    for ((range, _), text) in found.literals.iter().zip(texts) {
        rewrite.replace(range.clone(), text);
    }
}

/// A folder on `sys.path` that held modules which are now in the package: `src` goes there.
fn search_path(rewrite: &mut Rewrite<'_>, found: &PathUse) {
    let Some(aim) = aim(rewrite, found) else { return climbs_out(rewrite, found) };
    let service = rewrite.names.service.root().to_owned();
    if let Some((climb, _)) = &found.climb
        && let Some(start) = start(rewrite, found)
        && start.new != start.old
    {
        let base = if is_above(&aim.base, &start.new) { aim.base.clone() } else { service.clone() };
        climb_to(rewrite, found, climb, &base, &start.new);
    }
    let is_inside = aim.old == service || is_above(&service, &aim.old);
    let already = aim.old == rewrite.names.import_root;
    let gave_modules = rewrite.names.moves.keys().any(|path| parent(path.as_str()) == aim.old);
    if is_inside && gave_modules && !already {
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
