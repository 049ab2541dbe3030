//! Moving code, held to what Python does: random programs print the same before and after.
//!
//! `SCAFFOLD_PROGRAMS=10000` takes that many programs instead of the sample, `SCAFFOLD_SEED=7`
//! another first seed; `SCAFFOLD_PROGRAM=123` writes one program and what becomes of it below
//! `target/moving/`. Every program's seed is its name: the same seed makes the same program.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "the tests write trees to scratch folders, start Python and say what they covered"
)]

mod definitions;
mod matrix;
mod outcome;
mod program;
mod python;
mod random;

use std::collections::BTreeMap;

use outcome::{Judged, Outcome};
use program::Program;
use rayon::prelude::*;

/// How many programs the sample has.
const SAMPLE: u64 = 500;
/// Programs that one Python process runs.
const BATCH: u64 = 50;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn random_programs_print_the_same_after_their_definitions_moved() {
    let seeds = if let Some(seed) = number("SCAFFOLD_PROGRAM") {
        seed..seed + 1
    } else {
        let first = number("SCAFFOLD_SEED").unwrap_or(1);
        first..first + number("SCAFFOLD_PROGRAMS").unwrap_or(SAMPLE)
    };
    println!("programs {} to {}", seeds.start, seeds.end - 1);
    let batches: Vec<u64> = seeds.clone().step_by(usize::try_from(BATCH).unwrap()).collect();
    let judged: Vec<Judged> = batches
        .into_par_iter()
        .flat_map_iter(|first| {
            outcome::judge(
                (first..(first + BATCH).min(seeds.end)).map(|seed| (seed, Program::of(seed))),
            )
        })
        .collect();

    let broken = report(&judged);

    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
}

/// Says what was covered; gives what went wrong.
fn report(judged: &[Judged]) -> Vec<String> {
    let mut features: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut refusals: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut moved, mut divided, mut lines, mut programs) = (0, 0, 0, 0);
    let mut broken = Vec::new();
    for one in judged {
        match &one.outcome {
            Outcome::Same(moves) => {
                moved += moves.definitions;
                divided += moves.divided;
                lines += moves.lines;
                programs += usize::from(moves.definitions > 0);
            }
            Outcome::Refused(reason) => *refusals.entry(reason).or_default() += 1,
            Outcome::Different(problem) => broken.push(format!("{}: {problem}", one.seed)),
        }
        for feature in &one.features {
            let (all, same) = features.entry(feature).or_default();
            *all += 1;
            *same +=
                usize::from(matches!(&one.outcome, Outcome::Same(moves) if moves.definitions > 0));
        }
    }
    println!("{} programs, {} different", judged.len(), broken.len());
    println!(
        "{moved} definitions left their module in {programs} programs ({divided} modules taken apart); {lines} lines printed"
    );
    for (reason, count) in &refusals {
        println!("refused {count}: {reason}");
    }
    println!("{:<40} {:>8} {:>8}", "shape or feature", "programs", "moved");
    for (feature, (all, same)) in &features {
        println!("{feature:<40} {all:>8} {same:>8}");
    }
    let settled = judged.len().saturating_sub(broken.len());
    if judged.len() > 100 && programs * 2 < settled {
        broken.push("definitions moved in fewer than half of the programs".to_owned());
    }
    let refused: usize = refusals.values().sum();
    if refused * 100 > judged.len() {
        broken.push(format!("{refused} programs were refused, more than one in a hundred"));
    }
    broken
}
