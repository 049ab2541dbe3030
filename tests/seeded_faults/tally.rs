//! What was seeded and caught: by fault, and by proof.

use std::collections::{BTreeMap, BTreeSet};

use scaffold::change::RelPath;
use scaffold::verify::Aspect;
use scaffold::workspace::Tree;

use crate::faults::FAULTS;

/// How often something was seeded and caught.
#[derive(Default, Clone)]
pub(crate) struct Count {
    pub(crate) seeded: usize,
    pub(crate) caught: usize,
}

/// All counts of a run.
#[derive(Default)]
pub(crate) struct Tally {
    /// By fault: the static proofs, the dynamic ones, and either where both were asked.
    faults: BTreeMap<&'static str, [Count; 3]>,
    /// By proof, only faults that it is there for.
    proofs: BTreeMap<Aspect, Count>,
    /// Either, over everything.
    union: Count,
    /// What a proof missed that it is there for.
    missed: Vec<String>,
    /// What was run: the fault, and what became of its file.
    run: BTreeSet<(&'static str, String, Option<String>)>,
}

/// What was found about one seeded fault.
pub(crate) struct Found<'a> {
    pub(crate) fault: &'static str,
    pub(crate) proofs: &'static [Aspect],
    pub(crate) place: &'a str,
    /// None when the static proofs were not asked.
    pub(crate) by_reading: Option<BTreeSet<Aspect>>,
    /// None when the dynamic proofs were not asked.
    pub(crate) by_running: Option<BTreeSet<Aspect>>,
}

impl Count {
    fn add(&mut self, is_caught: bool) {
        self.seeded += 1;
        self.caught += usize::from(is_caught);
    }

    /// A share of fewer than twenty says nothing.
    fn is_enough(&self) -> bool {
        self.seeded < 20 || self.caught * 100 >= self.seeded * 95
    }

    fn shown(&self) -> String {
        if self.seeded == 0 { "–".to_owned() } else { format!("{}/{}", self.caught, self.seeded) }
    }
}

impl Tally {
    pub(crate) fn add(&mut self, found: &Found<'_>) {
        let counts = self.faults.entry(found.fault).or_default();
        let is_read = found.by_reading.as_ref().is_some_and(|caught| !caught.is_empty());
        let is_run = found.by_running.as_ref().is_some_and(|caught| !caught.is_empty());
        if found.by_reading.is_some() {
            counts[0].add(is_read);
        }
        if found.by_running.is_some() {
            counts[1].add(is_run);
            counts[2].add(is_read || is_run);
        }
        for aspect in found.proofs {
            let asked = if aspect.is_static() { &found.by_reading } else { &found.by_running };
            let Some(caught) = asked else { continue };
            let is_caught = catches(*aspect, caught);
            self.proofs.entry(*aspect).or_default().add(is_caught);
            if !is_caught {
                let instead: Vec<&str> = caught.iter().map(|aspect| aspect.name()).collect();
                let instead =
                    if instead.is_empty() { "nothing".to_owned() } else { instead.join(", ") };
                self.missed.push(format!(
                    "{aspect} misses {:?} in {}: found by {instead}",
                    found.fault, found.place
                ));
            }
        }
        let is_asked = found.by_running.is_some()
            || found.by_reading.is_some() && found.proofs.iter().any(|one| one.is_static());
        if is_asked {
            self.union.add(is_read || is_run);
        }
    }

    /// Notes that a fault is run; false when the same one was.
    pub(crate) fn is_new(&mut self, fault: &'static str, place: &str, tree: &Tree) -> bool {
        let text = RelPath::new(place).ok().and_then(|path| tree.text(&path).map(str::to_owned));
        self.run.insert((fault, place.to_owned(), text))
    }

    /// Whether one of these dynamic proofs was asked less than `wanted` times.
    pub(crate) fn lacks(&self, proofs: &[Aspect], wanted: usize) -> bool {
        let asked = |aspect: &Aspect| self.proofs.get(aspect).map_or(0, |count| count.seeded);
        proofs.iter().any(|aspect| !aspect.is_static() && asked(aspect) < wanted)
    }

    /// 95 of 100 caught by every proof of those that it is there for, and of all by either.
    pub(crate) fn is_enough(&self) -> bool {
        let kinds = self.faults.len();
        kinds >= 20 && self.union.is_enough() && self.proofs.values().all(Count::is_enough)
    }

    pub(crate) fn missed(&self) -> &[String] {
        &self.missed
    }

    /// The tables and the list of what was missed, as they stand on the page.
    pub(crate) fn page(&self) -> String {
        let mut lines = vec![
            "| proof | kind | faults that it is there for | caught |".to_owned(),
            "|---|---|---|---|".to_owned(),
        ];
        for (aspect, count) in &self.proofs {
            let kind = if aspect.is_static() { "static" } else { "dynamic" };
            let kinds = FAULTS.iter().filter(|fault| fault.proofs.contains(aspect)).count();
            lines.push(format!("| {aspect} | {kind} | {kinds} kinds | {} |", count.shown()));
        }
        lines.push(format!(
            "| **all together** | | {} | {} |",
            self.union.seeded,
            self.union.shown()
        ));
        lines.push(String::new());
        lines.push("| fault | static | dynamic | either, where both were asked |".to_owned());
        lines.push("|---|---|---|---|".to_owned());
        for fault in FAULTS {
            let Some([read, run, either]) = self.faults.get(fault.name) else { continue };
            lines.push(format!(
                "| {} | {} | {} | {} |",
                fault.name,
                read.shown(),
                run.shown(),
                either.shown()
            ));
        }
        lines.push(String::new());
        if self.missed.is_empty() {
            lines.push("Nothing was missed by a proof that is there for it.".to_owned());
        } else {
            lines.push("Missed by a proof that is there for it:".to_owned());
            lines.extend(self.missed.iter().map(|missed| format!("- {missed}")));
        }
        lines.join("\n")
    }
}

/// A service that cannot be imported any more shows nothing: that is found once, as its import.
fn catches(aspect: Aspect, caught: &BTreeSet<Aspect>) -> bool {
    let by_import = aspect != Aspect::Tests && !aspect.is_static();
    caught.contains(&aspect) || (by_import && caught.contains(&Aspect::Import))
}
