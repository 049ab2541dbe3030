//! The dynamic proof: both sides are run, and what they show is compared.
//!
//! A breakage has to show twice: both sides are looked at again with another seed, and what
//! differs from run to run is unjudged.

use std::collections::BTreeSet;

use super::environment::Environment;
use super::probe::{Examination, Options, ProbeError, Side, examine};
use super::{Aspect, Item, Report, Verdict, compare};

/// Far from the seeds of the first look.
const SECOND_SEED: u32 = 40;

/// Runs both sides and compares them.
pub fn dynamic_proofs(
    before: &Side,
    after: &Side,
    environment: &Environment,
    options: &Options,
    progress: &dyn Fn(&str),
) -> Result<Report, ProbeError> {
    let look = |side: &Side, name: &str, seed: u32| {
        examine(side, options, seed, &|what| progress(&format!("{name}: {what}")))
    };
    let (old, new) = (look(before, "before", 0)?, look(after, "after", 0)?);
    let mut items = compare(&old.evidence, &new.evidence);
    if items.iter().any(is_worth_a_second_look) {
        let again_old = look(before, "before again", SECOND_SEED)?;
        let again_new = look(after, "after again", SECOND_SEED)?;
        confirm(&mut items, &compare(&again_old.evidence, &again_new.evidence));
    }
    excuse_unavailable(&mut items, &new, environment);
    Ok(Report { items, remarks: remarks(&[&old, &new], environment) })
}

/// Whether it may be a matter of luck.
fn is_worth_a_second_look(item: &Item) -> bool {
    let by_running = matches!(item.aspect, Aspect::Startup | Aspect::Answers | Aspect::Tests);
    by_running && item.verdict == Verdict::Broken
}

/// Takes breakages back that the second look does not show.
fn confirm(items: &mut [Item], second: &[Item]) {
    let broken: BTreeSet<_> = second
        .iter()
        .filter(|item| item.verdict == Verdict::Broken)
        .map(|item| (item.aspect, item.name.as_str()))
        .collect();
    for item in items.iter_mut().filter(|item| is_worth_a_second_look(item)) {
        if !broken.contains(&(item.aspect, item.name.as_str())) {
            let detail = item.detail.take().unwrap_or_default();
            item.detail = Some(format!("differs from run to run: {detail}"));
            item.verdict = Verdict::Unjudged;
        }
    }
}

/// An import that fails only because a declared requirement cannot be installed here says nothing.
fn excuse_unavailable(items: &mut [Item], after: &Examination, environment: &Environment) {
    let main = after.evidence.applications.first();
    let missing = main.and_then(|app| app.failure.as_ref()?.missing.as_deref());
    let Some(line) = missing.and_then(|module| unavailable(module, environment)) else {
        return;
    };
    let imports = items.iter_mut().filter(|item| item.aspect == Aspect::Import);
    for item in imports.filter(|item| item.verdict == Verdict::Broken) {
        item.verdict = Verdict::Unjudged;
        item.detail = Some(format!("{line} cannot be installed here"));
    }
}

fn unavailable<'a>(module: &str, environment: &'a Environment) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace(['-', '.'], "_");
    let top = plain(module.split('.').next().unwrap_or(module));
    let is_name = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let lines = environment.unavailable.keys().map(String::as_str);
    let mut lines = lines.filter(|line| {
        let end = line.find(|character| !is_name(character)).unwrap_or(line.len());
        plain(&line[..end]) == top
    });
    lines.next()
}

fn remarks(looks: &[&Examination], environment: &Environment) -> Vec<String> {
    let mut found: BTreeSet<String> =
        looks.iter().flat_map(|look| look.remarks.iter().cloned()).collect();
    let missing: BTreeSet<_> = looks.iter().flat_map(|look| look.missing.iter()).collect();
    if !missing.is_empty() {
        let names: Vec<_> = missing.into_iter().map(String::as_str).collect();
        found.insert(format!("not judged for want of these modules: {}", names.join(", ")));
    }
    for (line, reason) in &environment.unavailable {
        found.insert(format!("{line} cannot be installed: {reason}"));
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(aspect: Aspect) -> Item {
        Item::new(aspect, "x", Verdict::Broken).because("passed → failed")
    }

    #[test]
    fn a_breakage_that_shows_once_is_unjudged_and_one_that_shows_twice_stays() {
        let mut items = [broken(Aspect::Tests), broken(Aspect::Answers), broken(Aspect::Routes)];

        confirm(&mut items, &[broken(Aspect::Answers)]);

        let verdicts = items.map(|item| item.verdict);
        assert_eq!(verdicts, [Verdict::Unjudged, Verdict::Broken, Verdict::Broken]);
    }
}
