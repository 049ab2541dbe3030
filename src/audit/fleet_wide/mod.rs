//! Rules about the services together, and the graph between them.

mod graph;
mod topics;

use super::finding::Draft;
use super::fleet::Fleet;
use super::rule::{Check, Group, Rule, Severity, Sink};
use crate::workspace::Place;

pub use graph::{Link, LinkKind};
pub(crate) use graph::{calls_between, links};

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] = &[&SIMILAR, &OWNERS, &SHARED_DATABASE];

static SIMILAR: Rule = Rule {
    id: "nearly-the-same-service",
    group: Group::Fleet,
    severity: Severity::Note,
    summary: "services differ in little and could be one",
    step: None,
    check: Check::Fleet(similar),
};

static OWNERS: Rule = Rule {
    id: "no-owner",
    group: Group::Fleet,
    severity: Severity::Note,
    summary: "nothing says who looks after a service",
    step: None,
    check: Check::Fleet(owners),
};

static SHARED_DATABASE: Rule = Rule {
    id: "shared-database",
    group: Group::Fleet,
    severity: Severity::Note,
    summary: "several services use one database",
    step: None,
    check: Check::Fleet(shared_database),
};

/// Groups of services of which each shares most of its lines with another one of the group.
fn similar(fleet: &Fleet, sink: &mut Sink) {
    let limit = fleet.thresholds.similar_percent;
    let count = fleet.services.len();
    let mut group: Vec<usize> = (0..count).collect();
    let pairs: Vec<(&(usize, usize), &usize)> = fleet
        .clones
        .shared
        .iter()
        .filter(|((left, right), percent)| {
            let large = |index: usize| fleet.services[index].code_lines() >= 80;
            **percent >= limit && large(*left) && large(*right)
        })
        .collect();
    for ((left, right), _) in &pairs {
        let (from, to) = (group[*right], group[*left]);
        group.iter_mut().filter(|known| **known == from).for_each(|known| *known = to);
    }
    for leader in 0..count {
        let members: Vec<usize> = (0..count).filter(|index| group[*index] == leader).collect();
        if members.len() < 2 {
            continue;
        }
        let names: Vec<String> =
            members.iter().map(|index| format!("`{}`", fleet.services[*index].name())).collect();
        let home = fleet.services[members[0]].home();
        let message =
            format!("{} services are nearly the same: {}", members.len(), names.join(", "));
        let mut draft = Draft::new(&home.file, home.line, message).anchored(names.join(" "));
        for ((left, right), percent) in
            pairs.iter().filter(|((left, _), _)| members.contains(left)).take(12)
        {
            let (left, right) = (&fleet.services[*left], &fleet.services[*right]);
            let text = format!(
                "`{}` and `{}` share {percent} % of their lines",
                left.name(),
                right.name()
            );
            draft = draft.because(right.home(), text);
        }
        sink.add(draft);
    }
}

/// No `CODEOWNERS` at all, or none that covers a service.
fn owners(fleet: &Fleet, sink: &mut Sink) {
    let places = ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"];
    let found = places.iter().find_map(|name| {
        let path = crate::change::RelPath::new(name).ok()?;
        let text = std::fs::read_to_string(fleet.backend.root.join(path.as_path())).ok();
        fleet.backend.tree.text(&path).map(str::to_owned).or(text)
    });
    let Some(first) = fleet.services.first() else { return };
    let Some(text) = found else {
        let message = format!(
            "there is no CODEOWNERS file: {} services without an owner",
            fleet.services.len()
        );
        let home = first.home();
        sink.add(Draft::new(&home.file, home.line, message).anchored("owners"));
        return;
    };
    for service in &fleet.services {
        let folder = service.service.folder.as_str();
        let covers = text.lines().filter(|line| !line.trim_start().starts_with('#')).any(|line| {
            let mut words = line.split_whitespace();
            let pattern = words
                .next()
                .unwrap_or_default()
                .trim_start_matches('/')
                .trim_end_matches("**")
                .trim_end_matches('*')
                .trim_end_matches('/');
            words.next().is_some() && (pattern.is_empty() || folder.starts_with(pattern))
        });
        if !covers {
            let home = service.home();
            let message = format!("CODEOWNERS has no line for `{folder}`");
            sink.add(
                Draft::new(&home.file, home.line, message).of(service.name()).anchored(folder),
            );
        }
    }
}

/// One database (host and name) in the settings of several services.
fn shared_database(fleet: &Fleet, sink: &mut Sink) {
    for (database, users) in
        graph::databases(fleet).into_iter().filter(|(_, users)| users.len() > 1)
    {
        let names: Vec<String> = users.keys().map(|name| format!("`{name}`")).collect();
        let Some(place) = users.values().next() else { continue };
        let message = format!(
            "{} services use the database `{database}`: {}",
            names.len(),
            shortened(&names)
        );
        let mut draft = Draft::new(&place.file, place.line, message).anchored(database.as_str());
        for (name, place) in &users {
            let place: Place = (*place).clone();
            draft = draft.because(place, format!("`{name}`"));
        }
        sink.add(draft);
    }
}

fn shortened(names: &[String]) -> String {
    let mut text = names.iter().take(6).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 6 {
        text.push_str(&format!(" and {} more", names.len() - 6));
    }
    text
}
