//! INI files as Python's `configparser` reads them, each part with its place.

use std::ops::Range;

/// A section and its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section<'t> {
    /// What its head says.
    pub name: &'t str,
    /// Where the name begins.
    pub start: usize,
    /// Where the line of its head ends.
    pub end: usize,
    /// Its settings.
    pub settings: Vec<Setting<'t>>,
}

/// A setting with its continuation lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<'t> {
    /// Its key.
    pub key: &'t str,
    /// What stands behind the sign, and the lines that follow, each with where it begins; remarks
    /// left out.
    pub lines: Vec<(usize, &'t str)>,
    /// Its lines.
    pub range: Range<usize>,
}

impl<'t> Setting<'t> {
    /// Its words.
    pub fn words(&self) -> impl Iterator<Item = &'t str> {
        let words =
            self.lines.iter().flat_map(|(_, line)| line.split([',', ' ', '\t', '\n', '\r']));
        words.filter(|word| !word.is_empty())
    }
}

/// The sections of a text.
pub fn sections(text: &str) -> Vec<Section<'_>> {
    let mut found: Vec<Section<'_>> = Vec::new();
    let (mut at, mut is_open) = (0, false);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        let open = found.last_mut();
        if line.starts_with([' ', '\t']) {
            let setting = open.and_then(|section| section.settings.last_mut());
            if let Some(setting) = setting.filter(|_| is_open) {
                setting.lines.push((start, line));
                setting.range.end = at;
            }
            continue;
        }
        is_open = false;
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let start = start + line.find('[').unwrap_or(0) + 1;
            found.push(Section { name, start, end: at, settings: Vec::new() });
        } else if let (Some(section), Some(sign)) = (open, line.find(['=', ':'])) {
            let lines = vec![(start + sign + 1, &line[sign + 1..])];
            section.settings.push(Setting { key: line[..sign].trim(), lines, range: start..at });
            is_open = true;
        }
    }
    found
}
