//! The table: one row for each service, and totals.

use crate::journey::{Check, Journey, Outcome};

/// The heading of the columns.
pub(crate) fn heading() -> String {
    format!(
        "{:44} {:11} {:>5} {:>15} {:>4} {:>8} {:>6} {:>5} {:>8} {:>6}",
        "service",
        "outcome",
        "moved",
        "dom/app/inf/pre",
        "left",
        "static",
        "again",
        "undo",
        "verified",
        "s"
    )
}

/// One row.
pub(crate) fn row(journey: &Journey) -> String {
    let layers = journey.layers.map(|count| count.to_string()).join("/");
    format!(
        "{:44} {:11} {:>5} {:>15} {:>4} {:>8} {:>6} {:>5} {:>8} {:>6.1}",
        journey.service,
        if journey.planned { outcome(journey.outcome) } else { "NO PLAN" },
        journey.moved,
        layers,
        journey.left,
        word(journey.proofs),
        word(journey.idempotent),
        word(journey.undo),
        word(journey.verified),
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
    let checks: [(&str, &dyn Fn(&Journey) -> Check); 4] = [
        ("static proofs", &|journey| journey.proofs),
        ("nothing left to plan", &|journey| journey.idempotent),
        ("undone byte for byte", &|journey| journey.undo),
        ("behaviour", &|journey| journey.verified),
    ];
    let held = checks.map(|(name, of)| {
        let made = count(&|journey| of(journey) != Check::NotMade);
        let holds = count(&|journey| of(journey) == Check::Holds);
        let unjudged = count(&|journey| of(journey) == Check::Unjudged);
        format!("{name} {holds}/{made} ({unjudged} unjudged)")
    });
    let planned = count(&|journey| journey.planned);
    format!("planned {planned}/{}: {}\n{}", journeys.len(), counted.join(", "), held.join(", "))
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

fn word(check: Check) -> &'static str {
    match check {
        Check::Holds => "ok",
        Check::Violated => "VIOLATED",
        Check::Unjudged => "unjudged",
        Check::NotMade => "-",
    }
}
