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
    let Some(aim) = aim(rewrite, found) else { return climbs_out(rewrite, found) };
    if found.value.steps.is_empty() && found.value.base == PathBase::File {
        return;
    }
    let names = rewrite.names;
    let wanted = names.locate(&aim.old);
    let new_file = names.new_path(rewrite.index).as_str().to_owned();
    let unchanged = found.value.locate(&new_file, names.service.root());
    if found.climb.is_some() && unchanged.as_ref() == Some(&wanted) {
        return;
    }
    // A folder that moves as a whole takes what lies below it along.
    let base = match &found.climb {
        Some(_) if found.value.base == PathBase::File => {
            let moved = names.locate(&aim.base);
            if is_above(&moved, &new_file) { moved } else { aim.base.clone() }
        }
        _ => names.locate(&aim.base),
    };
    if let Some((climb, _)) = &found.climb
        && found.value.base == PathBase::File
        && new_file != rewrite.path().as_str()
    {
        climb_to(rewrite, found, climb, &base, &new_file);
    }
    let rest = relative(&base, &wanted);
    let old_rest = relative(&aim.base, &aim.old);
    if rest != old_rest && !found.literals.is_empty() {
        retarget(rewrite, found, &rest);
    }
}

/// An expression that leaves the tree: it still must leave from the same folder.
fn climbs_out(rewrite: &mut Rewrite<'_>, found: &PathUse) {
    if found.climb.is_some() && rewrite.names.moves_module(rewrite.index) {
        let message = "a path that leaves the project is computed from this file's place";
        rewrite.note(found.range.start, message);
    }
}

fn is_above(folder: &str, file: &str) -> bool {
    folder.is_empty() || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Makes an expression climb from the file's new place to `base`.
fn climb_to(rewrite: &mut Rewrite<'_>, found: &PathUse, climb: &Climb, base: &str, file: &str) {
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
    let climbs = found.value.steps.iter().any(|step| *step == PathStep::Parent);
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
    let new_file = rewrite.names.new_path(rewrite.index).as_str().to_owned();
    if let Some((climb, _)) = &found.climb
        && found.value.base == PathBase::File
        && rewrite.names.moves_module(rewrite.index)
    {
        let base = if is_above(&aim.base, &new_file) { aim.base.clone() } else { service.clone() };
        climb_to(rewrite, found, climb, &base, &new_file);
    }
    let is_inside = aim.old == service || is_above(&service, &aim.old);
    let already = aim.old == rewrite.names.import_root;
    let gave_modules = rewrite.names.moves.keys().any(|path| parent(path.as_str()) == aim.old);
    if is_inside && gave_modules && !already {
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
