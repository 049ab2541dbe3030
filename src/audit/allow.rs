//! `# scaffold: allow[rule] reason`: findings that the code says are meant.
//!
//! A comment behind code allows that line, a comment of its own the next line with code, and
//! `allow-file[…]` the whole file. What allows nothing is a finding itself.

use super::finding::{Draft, Finding};
use super::rule::{Check, Group, Rule, Severity};
use crate::change::RelPath;
use crate::workspace::Tree;

/// Comments that allow nothing, name no rule or give no reason.
pub(crate) static UNUSED: Rule = Rule {
    id: "unused-allow",
    group: Group::Allow,
    severity: Severity::Warning,
    summary: "a comment allows what is not found, names no rule or gives no reason",
    step: None,
    check: Check::Elsewhere,
};

/// The page of this rule.
pub(crate) const PAGE: &str = include_str!("allow.md");

const MARK: &str = "scaffold: allow";

/// One comment.
#[derive(Debug)]
struct Allowed {
    file: RelPath,
    /// The line of the comment.
    line: usize,
    /// The lines that it speaks for.
    lines: std::ops::RangeInclusive<usize>,
    rules: Vec<String>,
    reason: bool,
    used: bool,
}

/// Takes allowed findings out, and adds what is wrong with the comments themselves.
pub(super) fn apply(tree: &Tree, findings: &mut Vec<Finding>) -> Vec<Draft> {
    let mut allowed: Vec<Allowed> = Vec::new();
    for (path, entry) in tree.iter() {
        let Some(bytes) = entry.bytes() else { continue };
        if memchr::memmem::find(bytes, MARK.as_bytes()).is_some()
            && let Some(text) = entry.text()
        {
            allowed.extend(comments(path, text));
        }
    }
    if allowed.is_empty() {
        return Vec::new();
    }
    findings.retain(|finding| {
        let mut speaks = allowed.iter_mut().filter(|one| {
            one.file == finding.place.file
                && one.lines.contains(&finding.place.line)
                && one.reason
                && one.rules.iter().any(|rule| rule == finding.rule.id)
        });
        match speaks.next() {
            Some(one) => {
                one.used = true;
                false
            }
            None => true,
        }
    });
    allowed.iter().filter_map(complaint).collect()
}

fn complaint(one: &Allowed) -> Option<Draft> {
    let unknown = one.rules.iter().find(|rule| super::rule(rule).is_none());
    let what = match unknown {
        Some(rule) => format!("`{rule}` is no rule"),
        None if one.rules.is_empty() => "the comment names no rule".to_owned(),
        None if !one.reason => "the comment gives no reason, so it allows nothing".to_owned(),
        None if !one.used => format!("nothing here is found by {}", one.rules.join(", ")),
        None => return None,
    };
    Some(Draft::new(&one.file, one.line, what))
}

fn comments(path: &RelPath, text: &str) -> Vec<Allowed> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(hash) = line.find('#') else { continue };
        let comment = line[hash..].trim_start_matches('#').trim();
        let Some(rest) = comment.strip_prefix(MARK) else { continue };
        let (whole, rest) = match rest.strip_prefix("-file") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let inner = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (rules, reason) = inner.unwrap_or(("", rest));
        let alone = line[..hash].trim().is_empty();
        let next = (index + 1..lines.len()).find(|next| {
            let text = lines[*next].trim();
            !text.is_empty() && !text.starts_with('#')
        });
        let spoken = match (whole, alone, next) {
            (true, ..) => 1..=usize::MAX,
            (false, true, Some(next)) => index + 1..=next + 1,
            _ => index + 1..=index + 1,
        };
        found.push(Allowed {
            file: path.clone(),
            line: index + 1,
            lines: spoken,
            rules: rules
                .split(',')
                .map(str::trim)
                .filter(|rule| !rule.is_empty())
                .map(str::to_owned)
                .collect(),
            reason: !reason.trim().is_empty(),
            used: false,
        });
    }
    found
}
