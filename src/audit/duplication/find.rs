//! Finding maximal cloned blocks.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::family::{Kind, kind_of};
use crate::audit::file::FileFacts;
use crate::audit::service::ServiceFacts;
use crate::audit::settings::Thresholds;

/// One place that holds a block.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Copy {
    /// Index of the service.
    pub service: usize,
    /// Index of the file in it.
    pub file: usize,
    /// Index of its first logical line.
    pub start: usize,
    /// First line, from 1.
    pub first_line: usize,
    /// Last line.
    pub last_line: usize,
}

/// A block and the places that hold it.
#[derive(Debug, Clone)]
pub struct Family {
    /// Logical lines in the block.
    pub lines: usize,
    /// Where it stands, in the order of services and files.
    pub copies: Vec<Copy>,
    /// In how many services.
    pub services: usize,
    /// What it is.
    pub kind: Kind,
    /// A hash of its lines.
    pub fingerprint: u64,
}

/// All clones of a fleet.
#[derive(Debug, Default)]
pub struct Clones {
    /// Families, the largest waste first.
    pub families: Vec<Family>,
    /// Logical lines that were compared.
    pub lines: usize,
    /// Logical lines that are part of some copy.
    pub covered: usize,
    /// The same when only copies beyond the first of each family count.
    pub redundant: usize,
    /// The same as `covered` with names and literals masked.
    pub covered_masked: usize,
    /// Shared lines of pairs of services.
    pub shared: BTreeMap<(usize, usize), usize>,
}

/// A file's lines as hashes.
struct Text {
    service: usize,
    file: usize,
    hashes: Vec<u64>,
}

impl Clones {
    /// Finds the clones in the code of all services; tests are left out.
    pub fn find(services: &[ServiceFacts], limits: &Thresholds) -> Self {
        let size = limits.clone_lines.max(2);
        let exact = texts(services, false);
        let masked = texts(services, true);
        let (groups, masked_groups) =
            rayon::join(|| windows(&exact, size), || windows(&masked, size));
        let mut clones = Self {
            lines: exact.iter().map(|text| text.hashes.len()).sum(),
            covered: covered(&exact, &groups, size, false),
            redundant: covered(&exact, &groups, size, true),
            covered_masked: covered(&masked, &masked_groups, size, false),
            shared: shared(&masked, services.len()),
            families: Vec::new(),
        };
        let (texts, groups) =
            if limits.clone_masked { (masked, masked_groups) } else { (exact, groups) };
        let blocks = maximal(&texts, &groups, size);
        let families = blocks.par_iter().filter_map(|block| family(services, &texts, block));
        clones.families = families.collect();
        clones.families.sort_by_key(|family| {
            let waste = family.lines * (family.copies.len() - 1);
            (std::cmp::Reverse(waste), family.copies[0].clone())
        });
        clones
    }

    /// The share of lines that are part of a copy, in percent.
    pub fn percent(&self, lines: usize) -> f64 {
        let per_mille = lines * 1000 / self.lines.max(1);
        f64::from(u32::try_from(per_mille).unwrap_or(u32::MAX)) / 10.0
    }
}

fn texts(services: &[ServiceFacts], masked: bool) -> Vec<Text> {
    let mut texts = Vec::new();
    for (service, facts) in services.iter().enumerate() {
        for (file, found) in facts.files.iter().enumerate().filter(|(_, file)| file.is_code()) {
            let lines = found.outline.lines.iter();
            let hashes = lines.map(|line| if masked { line.masked } else { line.exact }).collect();
            texts.push(Text { service, file, hashes });
        }
    }
    texts
}

/// A window: its hash, the text and the line at which it begins.
type Window = (u64, u32, u32);

/// Windows whose hash occurs more than once, sorted by hash.
fn windows(texts: &[Text], size: usize) -> Vec<Window> {
    let mut all: Vec<Window> = texts
        .par_iter()
        .enumerate()
        .flat_map_iter(|(index, text)| {
            let starts = text.hashes.windows(size).enumerate();
            starts.map(move |(start, window)| (combined(window), number(index), number(start)))
        })
        .collect();
    all.par_sort_unstable();
    let mut kept = Vec::new();
    for group in all.chunk_by(|left, right| left.0 == right.0) {
        if group.len() > 1 {
            kept.extend_from_slice(group);
        }
    }
    kept
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn combined(window: &[u64]) -> u64 {
    window.iter().fold(0x9e37_79b9_7f4a_7c15, |hash: u64, line| {
        (hash.rotate_left(7) ^ line).wrapping_mul(0x0100_0000_01b3)
    })
}

/// How many lines are part of a repeated window; without the first of each group if asked.
fn covered(texts: &[Text], groups: &[Window], size: usize, beyond_first: bool) -> usize {
    let mut marks: Vec<Vec<bool>> =
        texts.iter().map(|text| vec![false; text.hashes.len()]).collect();
    for group in groups.chunk_by(|left, right| left.0 == right.0) {
        for (_, text, start) in group.iter().skip(usize::from(beyond_first)) {
            let start = *start as usize;
            marks[*text as usize][start..start + size].fill(true);
        }
    }
    marks.iter().flatten().filter(|mark| **mark).count()
}

/// A block as the places at which it begins, and its length.
struct Block {
    places: Vec<(u32, u32)>,
    length: usize,
}

/// Grows groups of equal windows to blocks: a group that is the one before it, moved by one
/// line, belongs to the same block.
fn maximal(texts: &[Text], groups: &[Window], size: usize) -> Vec<Block> {
    let mut at: FxHashMap<(u32, u32), usize> = FxHashMap::default();
    let slices: Vec<&[Window]> = groups.chunk_by(|left, right| left.0 == right.0).collect();
    for (group, slice) in slices.iter().enumerate() {
        for (_, text, start) in *slice {
            at.insert((*text, *start), group);
        }
    }
    let moved = |slice: &[Window], by: i64| {
        let (_, text, start) = slice[0];
        let start = u32::try_from(i64::from(start) + by).ok()?;
        let next = *at.get(&(text, start))?;
        let same = slices[next].len() == slice.len();
        let all = slice.iter().all(|(_, text, start)| {
            let start = u32::try_from(i64::from(*start) + by).ok();
            start.and_then(|start| at.get(&(*text, start))) == Some(&next)
        });
        (same && all).then_some(next)
    };
    let mut blocks = Vec::new();
    for slice in &slices {
        if moved(slice, -1).is_some() {
            continue;
        }
        let mut length = size;
        let mut current = *slice;
        while let Some(next) = moved(current, 1) {
            // Moved by one line the next group has the same places, in the same order.
            current = slices[next];
            length += 1;
            if length > 100_000 {
                break;
            }
        }
        let places = apart(slice, length);
        let verified = places.len() > 1 && equal(texts, &places, length);
        if verified {
            blocks.push(Block { places, length });
        }
    }
    without_parts(blocks)
}

/// Places that do not overlap each other in one file.
fn apart(slice: &[Window], length: usize) -> Vec<(u32, u32)> {
    let mut places: Vec<(u32, u32)> =
        slice.iter().map(|(_, text, start)| (*text, *start)).collect();
    places.sort_unstable();
    let mut kept: Vec<(u32, u32)> = Vec::new();
    for place in places {
        let overlaps = kept
            .last()
            .is_some_and(|last| last.0 == place.0 && (place.1 - last.1) < number(length));
        if !overlaps {
            kept.push(place);
        }
    }
    kept
}

fn equal(texts: &[Text], places: &[(u32, u32)], length: usize) -> bool {
    let lines = |place: &(u32, u32)| {
        let start = place.1 as usize;
        texts[place.0 as usize].hashes.get(start..start + length)
    };
    let first = lines(&places[0]);
    first.is_some() && places.iter().all(|place| lines(place) == first)
}

/// Drops blocks that lie inside a longer one with at least as many copies.
fn without_parts(mut blocks: Vec<Block>) -> Vec<Block> {
    blocks.sort_by_key(|block| std::cmp::Reverse((block.length, block.places.len())));
    let mut taken: FxHashMap<u32, Vec<(u32, u32)>> = FxHashMap::default();
    let mut kept = Vec::new();
    for block in blocks {
        let inside = |place: &(u32, u32)| {
            let end = place.1 + number(block.length);
            let ranges = taken.get(&place.0).map_or(&[][..], Vec::as_slice);
            ranges.iter().any(|(from, to)| *from <= place.1 && end <= *to)
        };
        let fresh = block.places.iter().filter(|place| !inside(place)).count();
        if fresh == 0 {
            continue;
        }
        for place in &block.places {
            let end = place.1 + number(block.length);
            taken.entry(place.0).or_default().push((place.1, end));
        }
        kept.push(block);
    }
    kept
}

fn family(services: &[ServiceFacts], texts: &[Text], block: &Block) -> Option<Family> {
    let mut copies: Vec<Copy> = Vec::new();
    for (text, start) in &block.places {
        let text = &texts[*text as usize];
        let file: &FileFacts = &services[text.service].files[text.file];
        let lines = &file.outline.lines;
        let start = *start as usize;
        let (first, last) = (lines.get(start)?, lines.get(start + block.length - 1)?);
        copies.push(Copy {
            service: text.service,
            file: text.file,
            start,
            first_line: file.line(first.start as usize),
            last_line: file.line(last.end as usize),
        });
    }
    copies.sort();
    let first = copies.first()?;
    let file = &services[first.service].files[first.file];
    let from = file.outline.lines[first.start].start as usize;
    let to = file.outline.lines[first.start + block.length - 1].end as usize;
    let hashes = file.outline.lines[first.start..first.start + block.length].iter();
    let fingerprint = combined(&hashes.map(|line| line.exact).collect::<Vec<_>>());
    let distinct: BTreeSet<usize> = copies.iter().map(|copy| copy.service).collect();
    Some(Family {
        lines: block.length,
        services: distinct.len(),
        kind: kind_of(&file.text()[from..to]),
        fingerprint,
        copies,
    })
}

/// The share (percent of the larger one) of distinct runs of four lines, names masked, that each
/// pair of services has in common.
fn shared(texts: &[Text], services: usize) -> BTreeMap<(usize, usize), usize> {
    let mut sets: Vec<FxHashSet<u64>> = vec![FxHashSet::default(); services];
    for text in texts {
        sets[text.service].extend(text.hashes.windows(4).map(combined));
    }
    let mut owners: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for (service, set) in sets.iter().enumerate() {
        let mut hashes: Vec<u64> = set.iter().copied().collect();
        hashes.sort_unstable();
        for hash in hashes {
            owners.entry(hash).or_default().push(service);
        }
    }
    let mut common: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<usize>> =
        owners.into_values().filter(|found| found.len() > 1).collect();
    groups.sort();
    for group in groups.iter().filter(|group| group.len() <= 40) {
        for (index, left) in group.iter().enumerate() {
            for right in &group[index + 1..] {
                *common.entry((*left, *right)).or_default() += 1;
            }
        }
    }
    let size = |service: usize| sets[service].len().max(1);
    let percent = common
        .into_iter()
        .map(|((left, right), count)| ((left, right), count * 100 / size(left).max(size(right))));
    percent.collect()
}
