//! The table: one row for each service, and totals.

use crate::journey::{Check, Journey, Outcome};

/// The heading of the columns.
pub(crate) fn heading() -> String {
    format!(
        "{:44} {:>8} {:>7} {:>7} {:>5} {:>15} {:>4} {:>4} {:>4} {:>8} {:>8} {:>8} {:>8} {:>8} {:>6}",
        "service",
        "migrated",
        "nothing",
        "refused",
        "moved",
        "dom/app/inf/pre",
        "top%",
        "main",
        "left",
        "static",
        "again",
        "undo",
        "verified",
        "judged",
        "s"
    )
}

/// One row.
pub(crate) fn row(journey: &Journey) -> String {
    let layers = journey.layers.map(|count| count.to_string()).join("/");
    format!(
        "{:44} {:>8} {:>7} {:>7} {:>5} {:>15} {:>4} {:>4} {:>4} {:>8} {:>8} {:>8} {:>8} {:>8} {:>6.1}",
        journey.service,
        match journey.outcome {
            _ if !journey.planned => "NO PLAN",
            Outcome::Migrated => "yes",
            Outcome::Partly => "partly",
            Outcome::Failed => "FAILED",
            Outcome::Refused | Outcome::DidNothing => "no",
        },
        mark(journey.outcome == Outcome::DidNothing),
        mark(journey.outcome == Outcome::Refused),
        journey.moved,
        layers,
        journey.largest_share(),
        journey.in_main,
        journey.left,
        word(journey.proofs),
        word(journey.idempotent),
        word(journey.undo),
        word(journey.verified),
        word(journey.judged),
        journey.seconds
    )
}

/// The last lines.
pub(crate) fn totals(journeys: &[Journey]) -> String {
    let count = |wanted: &dyn Fn(&Journey) -> bool| {
        journeys.iter().filter(|journey| wanted(journey)).count()
    };
    let outcomes = [
        Outcome::Migrated,
        Outcome::Partly,
        Outcome::Refused,
        Outcome::DidNothing,
        Outcome::Failed,
    ];
    let counted = outcomes.map(|wanted| {
        format!("{} {}", outcome(wanted), count(&|journey| journey.outcome == wanted))
    });
    let checks: [(&str, &dyn Fn(&Journey) -> Check); 5] = [
        ("static proofs", &|journey| journey.proofs),
        ("nothing left to plan", &|journey| journey.idempotent),
        ("undone byte for byte", &|journey| journey.undo),
        ("behaviour", &|journey| journey.verified),
        ("behaviour by the judge", &|journey| journey.judged),
    ];
    let held = checks.map(|(name, of)| {
        let made = count(&|journey| of(journey) != Check::NotMade);
        let holds = count(&|journey| of(journey) == Check::Holds);
        let unjudged = count(&|journey| of(journey) == Check::Unjudged);
        format!("{name} {holds}/{made} ({unjudged} unjudged)")
    });
    let planned = count(&|journey| journey.planned);
    let in_one = count(&|journey| {
        let modules: usize = journey.layers.iter().sum();
        modules >= 4 && journey.largest_share() == 100
    });
    let mut shares: Vec<usize> =
        journeys.iter().map(Journey::largest_share).filter(|share| *share > 0).collect();
    shares.sort_unstable();
    let median = shares.get(shares.len() / 2).copied().unwrap_or_default();
    format!(
        "planned {planned}/{}: {}\n{}\nlargest layer: {median} % of the modules (median), four or more \
         modules all in one layer: {in_one}",
        journeys.len(),
        counted.join(", "),
        held.join(", ")
    )
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Migrated => "migrated",
        Outcome::Partly => "partly",
        Outcome::Refused => "refused",
        Outcome::DidNothing => "did nothing",
        Outcome::Failed => "FAILED",
    }
}

fn mark(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "" }
}

fn word(check: Check) -> &'static str {
    match check {
        Check::Holds => "ok",
        Check::Violated => "VIOLATED",
        Check::Unjudged => "unjudged",
        Check::NotMade => "-",
    }
}
