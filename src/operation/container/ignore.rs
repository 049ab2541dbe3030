//! What is not sent to the builder, once the context is the workspace's root.
//!
//! The file beside the Dockerfile (`Dockerfile.dockerignore`) takes the place of the one at the
//! root of the context for this image alone, so that no other image notices.

use super::Image;
use crate::change::{Entry, RelPath};
use crate::workspace::Tree;

/// Writes the file that keeps to the service and its libraries, with the patterns that held.
pub(super) fn write(tree: &mut Tree, image: &Image<'_>) -> Result<(), String> {
    let own = RelPath::new(format!("{}.dockerignore", image.path));
    let own = own.map_err(|error| error.to_string())?;
    let shared = image.context.file(".dockerignore");
    let known = tree.text(&own).or_else(|| tree.text(shared.as_ref()?)).unwrap_or_default();
    if image.context.path().is_none() {
        return allows(known, image.config.libs.as_str());
    }
    let text = patterns(image, known, &own);
    let entry = match tree.get(&own) {
        Some(entry) => entry.with_bytes(text),
        None => Entry::file(text),
    };
    tree.set(own, entry);
    Ok(())
}

/// What is sent from the root already has to have the libraries in it.
fn allows(known: &str, libs: &str) -> Result<(), String> {
    let mut lines = known.lines().map(str::trim);
    let is_closed = known.lines().any(|line| matches!(line.trim(), "*" | "**"));
    let opens = |line: &str| line.starts_with('!') && line.contains(libs);
    let is_barred = lines.any(|line| line.trim_start_matches('/').starts_with(libs));
    if is_barred || (is_closed && !known.lines().any(|line| opens(line.trim()))) {
        return Err(format!("its .dockerignore keeps {libs}/ out"));
    }
    Ok(())
}

fn patterns(image: &Image<'_>, known: &str, own: &RelPath) -> String {
    let mut text = String::from(
        "# The build context is the workspace's root: the service and its libraries, no more.\n*\n",
    );
    let base = image.context.path().map(|context| format!("{context}/")).unwrap_or_default();
    let kept = image.context.path().unwrap_or(image.service);
    text.push_str(&format!("!{kept}\n"));
    for line in known.lines() {
        text.push_str(&rebased(line.trim(), &base));
        text.push('\n');
    }
    text.push_str(&format!("{own}\n"));
    for package in image.packages {
        let folder = format!("{}/{package}", image.config.libs);
        text.push_str(&format!("!{folder}\n{folder}/**/__pycache__\n{folder}/**/.venv\n"));
    }
    text
}

/// A pattern of the old context as it is written in the new one; remarks stay.
fn rebased(line: &str, base: &str) -> String {
    if line.is_empty() || line.starts_with('#') {
        return line.to_owned();
    }
    let (sign, pattern) = match line.strip_prefix('!') {
        Some(pattern) => ("!", pattern.trim()),
        None => ("", line),
    };
    let pattern = pattern.trim_start_matches("./").trim_start_matches('/');
    format!("{sign}{base}{pattern}")
}
