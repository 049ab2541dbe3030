//! Two runs of the service's own tests, test by test.
//!
//! A test is known by the name of its file, its class, its function and its parameters, not by the
//! folder, so that a test that moves is the same test; tests of the same name are a multiset.
//! A slow machine is no breakage: what was cut short or timed out is unjudged.

use crate::verify::evidence::{Cut, Outcome, Suite};
use crate::verify::{Aspect, Item, Verdict};

/// Compares two runs, one item for each test and for each file that cannot be collected.
pub(crate) fn compare(before: &Suite, after: &Suite) -> Vec<Item> {
    let kept = before.outcomes.iter().map(|(name, outcomes)| judge(name, outcomes, after));
    let added = after.outcomes.iter();
    let added = added.filter(|(name, _)| !before.outcomes.contains_key(*name));
    let added = added.map(|(name, outcomes)| added_item(name, outcomes, before));
    let mut items: Vec<_> = kept.chain(added).collect();
    items.extend(collection(before, after));
    items.extend(completeness(before, after));
    items
}

fn item(name: &str, verdict: Verdict) -> Item {
    Item::new(Aspect::Tests, name, verdict)
}

/// A test of a file that could not even be collected before works now.
fn added_item(name: &str, outcomes: &[Outcome], before: &Suite) -> Item {
    let file = name.split("::").next().unwrap_or(name);
    let passes = outcomes.iter().any(|outcome| passes(*outcome));
    if passes && before.uncollected.contains_key(file) {
        return item(name, Verdict::Fixed).because("its file could not be collected before");
    }
    item(name, Verdict::Added)
}

fn judge(name: &str, before: &[Outcome], after: &Suite) -> Item {
    let Some(now) = after.outcomes.get(name) else {
        return gone(name, before, after);
    };
    if before == now.as_slice() {
        return item(name, Verdict::Equal);
    }
    let change = format!("{} → {}", words(before), words(now));
    let (passed, passes_now) = (passing(before), passing(now));
    if now.len() < before.len() && passes_now < passed {
        return item(name, Verdict::Broken).because(format!("{change}: one of that name is gone"));
    }
    let cut = |outcomes: &[Outcome]| {
        outcomes.contains(&Outcome::NotRun) || outcomes.contains(&Outcome::TimedOut)
    };
    if passes_now < passed {
        let detail = message(&change, name, after);
        let verdict = if cut(now) { Verdict::Unjudged } else { Verdict::Broken };
        return item(name, verdict).because(detail);
    }
    if passes_now > passed {
        let slow = cut(before);
        let verdict = if slow { Verdict::Unjudged } else { Verdict::Fixed };
        return item(name, verdict).because(change);
    }
    if passed == 0 {
        return item(name, Verdict::Unjudged).because(format!("{change}: did not pass before"));
    }
    item(name, Verdict::Equal).because(change)
}

fn gone(name: &str, before: &[Outcome], after: &Suite) -> Item {
    if passing(before) == 0 {
        return item(name, Verdict::Unjudged)
            .because(format!("{} → gone: did not pass before", words(before)));
    }
    let file = name.split("::").next().unwrap_or(name);
    if let Some(error) = after.uncollected.get(file) {
        return item(name, Verdict::Broken)
            .because(format!("{file} cannot be collected any more: {error}"));
    }
    match &after.cut {
        Some(Cut::TimeLimit) => {
            item(name, Verdict::Unjudged).because("was not reached within the time limit")
        }
        Some(cut) if after.outcomes.is_empty() => {
            item(name, Verdict::Broken).because(format!("no test runs any more: {}", cut.reason()))
        }
        _ => item(name, Verdict::Broken).because("is gone"),
    }
}

fn message(change: &str, name: &str, suite: &Suite) -> String {
    match suite.messages.get(name) {
        Some(text) => format!("{change}: {text}"),
        None => change.to_owned(),
    }
}

fn collection(before: &Suite, after: &Suite) -> Vec<Item> {
    let kept = before.uncollected.iter().map(|(file, error)| {
        if after.uncollected.contains_key(file) {
            item(file, Verdict::Unjudged)
                .because(format!("cannot be collected, before and after: {error}"))
        } else if has_tests_of(after, file) {
            item(file, Verdict::Fixed).because(format!("could not be collected before: {error}"))
        } else {
            item(file, Verdict::Unjudged)
                .because(format!("is gone; could not be collected before: {error}"))
        }
    });
    let newly = after.uncollected.iter();
    let newly = newly.filter(|(file, _)| !before.uncollected.contains_key(*file));
    let newly = newly.map(|(file, error)| {
        item(file, Verdict::Broken).because(format!("cannot be collected any more: {error}"))
    });
    kept.chain(newly).collect()
}

fn has_tests_of(suite: &Suite, file: &str) -> bool {
    let prefix = format!("{file}::");
    suite.outcomes.keys().any(|name| name.starts_with(&prefix))
}

fn completeness(before: &Suite, after: &Suite) -> Option<Item> {
    let sides = [("before", &before.cut), ("after", &after.cut)];
    let reasons = sides
        .iter()
        .filter_map(|(side, cut)| cut.as_ref().map(|cut| format!("{side}: {}", cut.reason())))
        .collect::<Vec<_>>();
    if reasons.is_empty() {
        return None;
    }
    Some(item("the whole run", Verdict::Unjudged).because(reasons.join("; ")))
}

/// A pass, or a failure or success that its author declared.
fn passes(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Passed | Outcome::ExpectedFailure | Outcome::UnexpectedPass)
}

fn passing(outcomes: &[Outcome]) -> usize {
    outcomes.iter().filter(|outcome| passes(**outcome)).count()
}

fn words(outcomes: &[Outcome]) -> String {
    let words = outcomes.iter().map(|outcome| match outcome {
        Outcome::Passed => "passed",
        Outcome::ExpectedFailure => "expected failure",
        Outcome::UnexpectedPass => "unexpected pass",
        Outcome::Skipped => "skipped",
        Outcome::Failed => "failed",
        Outcome::Errored => "error",
        Outcome::TimedOut => "timed out",
        Outcome::NotRun => "not run",
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Outcome::{Errored, Failed, NotRun, Passed, Skipped, TimedOut};

    fn suite(tests: &[(&str, &[Outcome])]) -> Suite {
        let outcomes = tests.iter();
        Suite {
            outcomes: outcomes
                .map(|(name, outcomes)| ((*name).to_owned(), outcomes.to_vec()))
                .collect(),
            ..Suite::default()
        }
    }

    fn verdict(before: &[Outcome], after: &[Outcome]) -> Verdict {
        let items = compare(&suite(&[("t.py::a", before)]), &suite(&[("t.py::a", after)]));
        items[0].verdict
    }

    #[test]
    fn each_change_of_an_outcome_has_its_verdict() {
        assert_eq!(verdict(&[Passed], &[Passed]), Verdict::Equal);
        assert_eq!(verdict(&[Passed], &[Failed]), Verdict::Broken);
        assert_eq!(verdict(&[Passed], &[Errored]), Verdict::Broken);
        assert_eq!(verdict(&[Passed], &[Skipped]), Verdict::Broken);
        assert_eq!(verdict(&[Failed], &[Passed]), Verdict::Fixed);
        assert_eq!(verdict(&[Failed], &[Failed]), Verdict::Equal);
        assert_eq!(verdict(&[Failed], &[Errored]), Verdict::Unjudged);
        assert_eq!(verdict(&[Passed], &[TimedOut]), Verdict::Unjudged);
        assert_eq!(verdict(&[Passed], &[NotRun]), Verdict::Unjudged);
        assert_eq!(verdict(&[TimedOut], &[Passed]), Verdict::Unjudged);
        assert_eq!(verdict(&[Passed, Passed], &[Passed]), Verdict::Broken);
        assert_eq!(verdict(&[Passed], &[Passed, Failed]), Verdict::Equal);
    }

    #[test]
    fn a_test_that_passed_and_is_gone_is_broken_and_a_failing_one_is_unjudged() {
        let before = suite(&[("t.py::a", &[Passed]), ("t.py::b", &[Failed])]);

        let items = compare(&before, &Suite::default());

        assert_eq!(items[0].verdict, Verdict::Broken);
        assert_eq!(items[1].verdict, Verdict::Unjudged);
    }

    #[test]
    fn a_new_test_is_added_and_one_of_a_mended_file_is_fixed() {
        let mut before = suite(&[]);
        before.uncollected.insert("u.py".into(), "no module".into());
        let after = suite(&[("t.py::a", &[Passed]), ("u.py::b", &[Passed])]);

        let items = compare(&before, &after);

        assert_eq!(items[0].verdict, Verdict::Added);
        assert_eq!(items[1].verdict, Verdict::Fixed);
        assert_eq!((items[2].name.as_str(), items[2].verdict), ("u.py", Verdict::Fixed));
    }

    #[test]
    fn a_file_that_cannot_be_collected_any_more_is_broken_and_an_old_one_unjudged() {
        let mut before = suite(&[]);
        before.uncollected.insert("old.py".into(), "no module torch".into());
        let mut after = before.clone();
        after.uncollected.insert("new.py".into(), "no module".into());

        let items = compare(&before, &after);

        assert_eq!((items[0].name.as_str(), items[0].verdict), ("old.py", Verdict::Unjudged));
        assert_eq!((items[1].name.as_str(), items[1].verdict), ("new.py", Verdict::Broken));
    }

    #[test]
    fn a_run_that_was_cut_short_is_said() {
        let before = suite(&[("t.py::a", &[Passed])]);
        let mut after = suite(&[("t.py::a", &[NotRun])]);
        after.cut = Some(Cut::TimeLimit);

        let items = compare(&before, &after);

        assert!(items.iter().all(|item| item.verdict == Verdict::Unjudged));
        assert_eq!(items.len(), 2);
    }
}
