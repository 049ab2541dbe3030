//! Everything that reports show, as one value.

use std::collections::BTreeMap;

use super::api::{Row, table};
use super::configuration::styles;
use super::database::patterns;
use super::finding::Finding;
use super::fleet::Fleet;
use super::fleet_wide::{Link, links};
use super::metrics::{Metric, metrics};
use super::score::{Score, mean, score};
use super::service::{ServiceFacts, inside_package};
use super::tests_quality::test_count;
use crate::workspace::Place;

/// One service in a report.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ServiceOutcome {
    /// Its name.
    pub name: String,
    /// Its folder below the root.
    pub folder: String,
    /// Its family.
    pub family: Option<String>,
    /// Its port in the registry, or the one it would get.
    pub port: Option<u16>,
    /// Where it listens by the most trusted source.
    pub listens: Option<u16>,
    /// What is started, by the most trusted source.
    pub started: Option<String>,
    /// Files of code.
    pub files: usize,
    /// Files of tests.
    pub test_files: usize,
    /// Tests.
    pub tests: usize,
    /// Lines of code.
    pub lines: usize,
    /// Styles of configuration.
    pub configuration: Vec<&'static str>,
    /// Ways to reach data.
    pub databases: Vec<&'static str>,
    /// Its routes.
    pub routes: Vec<Row>,
    /// Its scores.
    pub score: Score,
    /// Imports between its sub-packages: from, to, how many.
    pub graph: Vec<(String, String, usize)>,
}

/// A family of clones in a report.
#[derive(Debug, Clone, serde::Serialize)]
pub struct FamilyView {
    /// What it is.
    pub kind: &'static str,
    /// What replaces it.
    pub replacement: Option<String>,
    /// Logical lines.
    pub lines: usize,
    /// Services that hold it.
    pub services: usize,
    /// Where its copies begin.
    pub copies: Vec<Place>,
    /// The text of the first two copies.
    pub texts: Vec<String>,
}

/// The whole.
#[derive(Debug)]
pub struct Outcome {
    /// What was asked for, below the root.
    pub base: String,
    /// 0 to 10.
    pub score: f64,
    /// The services, by name.
    pub services: Vec<ServiceOutcome>,
    /// Every finding.
    pub findings: Vec<Finding>,
    /// The figures.
    pub metrics: Vec<Metric>,
    /// The families of clones with the most waste.
    pub families: Vec<FamilyView>,
    /// How many families there are.
    pub family_count: usize,
    /// Connections between services.
    pub links: Vec<Link>,
    /// What was left out.
    pub remarks: Vec<String>,
}

/// How many families a report shows.
const FAMILIES: usize = 40;

impl Outcome {
    /// Puts a report together.
    pub(super) fn of(fleet: &Fleet, mut findings: Vec<Finding>) -> Self {
        let shown = |place: &mut Place| place.file = fleet.backend.shown(&place.file);
        for finding in &mut findings {
            shown(&mut finding.place);
            finding.evidence.iter_mut().for_each(|piece| shown(&mut piece.place));
        }
        let (mut families, mut links) = (families(fleet), links(fleet));
        families.iter_mut().flat_map(|family| &mut family.copies).for_each(shown);
        for link in &mut links {
            shown(&mut link.place);
        }
        let mut by_service: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in &findings {
            if let Some(service) = &finding.service {
                by_service.entry(service).or_default().push(finding);
            }
        }
        let services: Vec<ServiceOutcome> = fleet
            .services
            .iter()
            .map(|service| {
                let own = by_service.get(service.name()).map_or(&[][..], Vec::as_slice);
                of_service(fleet, service, score(own.iter().copied()))
            })
            .collect();
        Self {
            base: if fleet.backend.is_one {
                ".".to_owned()
            } else {
                fleet.backend.base.to_string()
            },
            score: mean(services.iter().map(|service| service.score.score)),
            metrics: metrics(fleet),
            families,
            family_count: fleet.clones.families.len(),
            links,
            remarks: fleet.remarks.clone(),
            services,
            findings,
        }
    }
}

/// The routes with their places as they are shown.
fn routes(fleet: &Fleet, service: &ServiceFacts) -> Vec<Row> {
    let mut rows = table(service);
    let prefix = format!("{}/", service.service.folder);
    for row in rows.iter_mut().filter(|_| fleet.backend.is_one) {
        if let Some(below) = row.place.strip_prefix(&prefix) {
            row.place = below.to_owned();
        }
    }
    rows
}

fn of_service(fleet: &Fleet, service: &ServiceFacts, score: Score) -> ServiceOutcome {
    let placement = fleet.placement.get(service.name());
    ServiceOutcome {
        name: service.name().to_owned(),
        folder: if fleet.backend.is_one {
            ".".to_owned()
        } else {
            service.service.folder.as_str().to_owned()
        },
        family: placement.map(|found| found.family.clone()),
        port: placement.map(|found| found.port),
        listens: service.listens().map(|(port, ..)| port),
        started: service.first_point().and_then(|point| point.app.clone()),
        files: service.code().count(),
        test_files: service.tests().count(),
        tests: test_count(service),
        lines: service.code_lines(),
        configuration: styles(service).keys().map(|style| style.name()).collect(),
        databases: patterns(service).keys().map(|pattern| pattern.name()).collect(),
        routes: routes(fleet, service),
        score,
        graph: package_graph(service),
    }
}

/// Imports between sub-packages.
fn package_graph(service: &ServiceFacts) -> Vec<(String, String, usize)> {
    let package = |index: usize| {
        let inner = inside_package(&service.files[index].below);
        inner.split_once('/').map_or(".", |(first, _)| first)
    };
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for edge in &service.imports.edges {
        let (from, to) = (package(edge.from), package(edge.to));
        let code = service.files[edge.from].is_code() && service.files[edge.to].is_code();
        if from != to && code {
            *counts.entry((from, to)).or_default() += 1;
        }
    }
    counts.into_iter().map(|((from, to), count)| (from.to_owned(), to.to_owned(), count)).collect()
}

fn families(fleet: &Fleet) -> Vec<FamilyView> {
    let shown = fleet.clones.families.iter().take(FAMILIES).map(|family| {
        let places = family.copies.iter().map(|copy| Place {
            file: fleet.services[copy.service].files[copy.file].path.clone(),
            line: copy.first_line,
        });
        let texts = family.copies.iter().take(2).map(|copy| {
            let file = &fleet.services[copy.service].files[copy.file];
            let lines = file.text().lines().skip(copy.first_line - 1);
            let lines: Vec<&str> =
                lines.take(copy.last_line + 1 - copy.first_line).take(60).collect();
            lines.join("\n")
        });
        let prefix = fleet.backend.config.as_ref().map_or("vertice", |config| &config.prefix);
        FamilyView {
            kind: family.kind.name(),
            replacement: family.kind.library().map(|name| name.replace("<prefix>", prefix)),
            lines: family.lines,
            services: family.services,
            copies: places.collect(),
            texts: texts.collect(),
        }
    });
    shown.collect()
}
