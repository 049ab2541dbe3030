//! The figures of a backend, each with its definition and the rules whose findings it counts.

use std::collections::{BTreeMap, BTreeSet};

use super::api::is_versioned;
use super::configuration::{STYLES, styles};
use super::database::patterns;
use super::fleet::Fleet;
use super::observability::{has_health, has_metrics, has_readiness, is_structured, is_traced};
use super::ports::by_port;
use super::service::ServiceFacts;
use super::tests_quality::test_count;

/// One part of a figure.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Detail {
    /// What it is about.
    pub name: String,
    /// How many.
    pub count: usize,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Metric {
    /// Its name in machine output.
    pub id: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// The figure.
    pub value: f64,
    /// `%`, or empty.
    pub unit: &'static str,
    /// Out of how many, for counts of services.
    pub of: Option<usize>,
    /// What exactly is counted.
    pub definition: &'static str,
    /// The rules whose findings belong to it.
    pub rules: &'static [&'static str],
    /// Its parts.
    pub details: Vec<Detail>,
}

/// A count as a figure.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A share in percent with one decimal.
fn percent(part: usize, of: usize) -> f64 {
    super::score::rounded(number(part) * 100.0 / number(of.max(1)))
}

fn count(id: &'static str, name: &'static str, value: usize, definition: &'static str) -> Metric {
    let value = number(value);
    Metric { id, name, value, unit: "", of: None, definition, rules: &[], details: Vec::new() }
}

fn share(
    id: &'static str,
    name: &'static str,
    (part, of): (usize, usize),
    definition: &'static str,
    rules: &'static [&'static str],
) -> Metric {
    let value = percent(part, of);
    Metric { id, name, value, unit: "%", of: Some(of), definition, rules, details: Vec::new() }
}

/// Every figure, in the order of reports.
pub(super) fn metrics(fleet: &Fleet) -> Vec<Metric> {
    let mut all = inventory(fleet);
    all.extend(ports(fleet));
    all.extend(duplication(fleet));
    all.push(configuration(fleet));
    all.push(databases(fleet));
    all.extend(api(fleet));
    all.extend(operation(fleet));
    all.extend(repeated(fleet));
    all.extend(versions(fleet));
    all.push(monolith(fleet));
    all
}

fn inventory(fleet: &Fleet) -> Vec<Metric> {
    let files = || fleet.services.iter().flat_map(|service| &service.files);
    let tests = files().filter(|file| file.is_test).count();
    let named = files().chain(&fleet.outside).filter(|file| {
        let name = file.path.name();
        name.starts_with("test_") || name.ends_with("_test.py")
    });
    let outside = fleet.outside.len();
    let lines = files().chain(&fleet.outside).map(super::file::FileFacts::lines).sum();
    let functions = fleet.services.iter().map(test_count).sum();
    let mut services = count(
        "services",
        "services",
        fleet.services.len(),
        "folders that compose builds, that have a Dockerfile or make an application, or that scaffold.toml names",
    );
    let mut families: BTreeMap<&str, usize> = BTreeMap::new();
    for service in &fleet.services {
        let family = fleet.placement.get(service.name()).map_or("-", |found| &found.family);
        *families.entry(family).or_default() += 1;
    }
    services.details =
        families.into_iter().map(|(name, count)| Detail { name: name.to_owned(), count }).collect();
    vec![
        services,
        count(
            "python-files",
            "Python files",
            files().count() + outside,
            "every .py file of the folder, generated folders left out",
        ),
        count("lines", "lines of Python", lines, "all lines of these files"),
        count(
            "test-files",
            "test files",
            tests,
            "files of services below tests/, test/ or testing/, conftest.py, and test_*.py or *_test.py that define a test",
        ),
        count(
            "test-files-by-name",
            "files named like tests",
            named.count(),
            "test_*.py and *_test.py anywhere in the folder",
        ),
        count(
            "tests",
            "tests",
            functions,
            "functions test… at module level or in a class Test… or a TestCase",
        ),
    ]
}

fn ports(fleet: &Fleet) -> Vec<Metric> {
    let by_port = by_port(fleet);
    let shared: usize = by_port.values().filter(|users| users.len() > 1).map(Vec::len).sum();
    let mut conflicts = count(
        "port-conflicts",
        "services that share a listening port",
        shared,
        "services whose listening port, by the most trusted source (compose, image, script, code), another one has too",
    );
    conflicts.rules = &["port-shared"];
    conflicts.of = Some(fleet.services.len());
    let mut order: Vec<_> = by_port.iter().filter(|(_, users)| users.len() > 1).collect();
    order.sort_by_key(|(port, users)| (std::cmp::Reverse(users.len()), **port));
    let detail =
        |(port, users): &(&u16, &Vec<_>)| Detail { name: port.to_string(), count: users.len() };
    conflicts.details = order.iter().take(10).map(detail).collect();
    let published: BTreeMap<u16, usize> = published(fleet);
    let mut twice = count(
        "host-port-conflicts",
        "host ports published twice",
        published.values().filter(|users| **users > 1).count(),
        "host ports that two or more entries of one compose file publish",
    );
    twice.rules = &["port-published-twice"];
    let mut in_code = count(
        "port-8000-in-code",
        "services with port 8000 in code",
        services_with_8000(fleet),
        "services with `port=8000` in a uvicorn.run call or an upper-case constant ending in PORT that is 8000",
    );
    in_code.of = Some(fleet.services.len());
    vec![conflicts, twice, in_code]
}

fn published(fleet: &Fleet) -> BTreeMap<u16, usize> {
    let mut hosts: BTreeMap<u16, usize> = BTreeMap::new();
    for (_, entry) in fleet.entries() {
        let own: BTreeSet<u16> = entry.ports.iter().filter_map(|mapping| mapping.host).collect();
        for host in own {
            *hosts.entry(host).or_default() += 1;
        }
    }
    hosts
}

fn services_with_8000(fleet: &Fleet) -> usize {
    use crate::python::outline::Value;
    let has = |service: &&ServiceFacts| {
        service.code().any(|file| {
            let run = file
                .calls_named("run")
                .any(|call| call.what.keyword("port") == Some(&Value::Int(8000)));
            let named = file.outline.assignments.iter().any(|found| {
                found.target.ends_with("PORT") && found.value == Some(Value::Int(8000))
            });
            run || named
        })
    };
    fleet.services.iter().filter(has).count()
}

fn duplication(fleet: &Fleet) -> Vec<Metric> {
    let clones = &fleet.clones;
    let one = |id, name, lines: usize, definition| Metric {
        id,
        name,
        value: clones.percent(lines),
        unit: "%",
        of: None,
        definition,
        rules: &["cloned-block"],
        details: Vec::new(),
    };
    vec![
        one(
            "duplication",
            "duplicated lines",
            clones.covered,
            "logical lines of code that are part of a block of at least `clone-lines` equal lines found elsewhere; tests, comments, docstrings and imports left out",
        ),
        one(
            "duplication-redundant",
            "redundant lines",
            clones.redundant,
            "the same without the first copy of each block: what would go",
        ),
        one(
            "duplication-masked",
            "duplicated lines, names masked",
            clones.covered_masked,
            "the same when names and literals may differ",
        ),
    ]
}

fn configuration(fleet: &Fleet) -> Metric {
    let all: Vec<_> = fleet.services.iter().map(styles).collect();
    let details: Vec<Detail> = STYLES
        .iter()
        .map(|style| Detail {
            name: style.name().to_owned(),
            count: all.iter().filter(|found| found.contains_key(style)).count(),
        })
        .collect();
    let used = details.iter().filter(|detail| detail.count > 0).count();
    let mut metric = count(
        "configuration-styles",
        "styles of configuration",
        used,
        "of five styles, how many any service uses; the parts say how many services use each",
    );
    metric.rules = &["config-styles"];
    metric.details = details;
    metric
}

fn databases(fleet: &Fleet) -> Metric {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for service in &fleet.services {
        for pattern in patterns(service).into_keys() {
            *found.entry(pattern.name()).or_default() += 1;
        }
    }
    let mut metric = count(
        "database-patterns",
        "database patterns",
        found.len(),
        "ways to reach data that any service opens something with; the parts say how many services use each",
    );
    metric.rules = &["mixed-database-access", "competing-database-modules"];
    metric.details =
        found.into_iter().map(|(name, count)| Detail { name: name.to_owned(), count }).collect();
    metric
}

fn api(fleet: &Fleet) -> Vec<Metric> {
    let mut served = 0;
    let mut versioned = 0;
    let mut services = 0;
    let mut whole = 0;
    for service in &fleet.services {
        let routes = service.web.routes.iter().filter(|route| {
            let is_reached = !route.served.is_empty() && !route.is_deprecated;
            is_reached && !route.is_operational() && route.method != "WEBSOCKET"
        });
        let versions: Vec<bool> = routes.map(|route| is_versioned(route.shown())).collect();
        served += versions.len();
        versioned += versions.iter().filter(|versioned| **versioned).count();
        services += usize::from(!versions.is_empty());
        whole += usize::from(!versions.is_empty() && versions.iter().all(|versioned| *versioned));
    }
    let rules: &[&str] = &["unversioned-api", "mixed-versioning"];
    vec![
        share(
            "versioned-routes",
            "versioned routes",
            (versioned, served),
            "routes that an application reaches and whose path has a segment like v1; operational and deprecated routes left out",
            rules,
        ),
        share(
            "versioned-services",
            "services with every route versioned",
            (whole, services),
            "services with such routes all of which have a version",
            rules,
        ),
    ]
}

fn operation(fleet: &Fleet) -> Vec<Metric> {
    let web: Vec<&ServiceFacts> =
        fleet.services.iter().filter(|service| service.is_web()).collect();
    let of = |test: &dyn Fn(&ServiceFacts) -> bool| {
        (web.iter().filter(|service| test(service)).count(), web.len())
    };
    let tested = fleet.services.iter().filter(|service| test_count(service) > 0).count();
    vec![
        share(
            "structured-logging",
            "structured logging",
            of(&is_structured),
            "services that answer HTTP and make their log lines structured",
            &["unstructured-logs"],
        ),
        share(
            "tracing",
            "distributed tracing",
            of(&|service| is_traced(fleet, service)),
            "services that answer HTTP and import a library for tracing",
            &["no-tracing"],
        ),
        share(
            "metrics",
            "metrics",
            of(&|service| has_metrics(fleet, service)),
            "services that answer HTTP and import a library for metrics",
            &["no-metrics"],
        ),
        share(
            "health",
            "health routes",
            of(&has_health),
            "services that answer HTTP and have a health route",
            &["no-health-route"],
        ),
        share(
            "readiness",
            "readiness told apart",
            of(&has_readiness),
            "those with a route for readiness",
            &["liveness-only"],
        ),
        share(
            "tested",
            "services with tests",
            (tested, fleet.services.len()),
            "services with at least one test",
            &["no-tests"],
        ),
    ]
}

/// What the code repeats from service to service, by two definitions of "the same".
fn repeated(fleet: &Fleet) -> Vec<Metric> {
    let code = || fleet.services.iter().flat_map(ServiceFacts::code);
    let logging = code().filter(|file| file.imports("logging")).count();
    let adds = |file: &super::file::FileFacts| {
        file.text().contains("CORSMiddleware")
            && file.calls_named("add_middleware").next().is_some()
    };
    let cors = fleet.services.iter().filter(|service| service.code().any(adds)).count();
    vec![
        identical_imports(fleet),
        identical_health(fleet),
        count(
            "cors-services",
            "services that set up CORS",
            cors,
            "services whose code adds CORSMiddleware",
        ),
        count(
            "logging-modules",
            "modules that import logging",
            logging,
            "files of code with `import logging`, tests left out",
        ),
    ]
}

fn identical_imports(fleet: &Fleet) -> Metric {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for file in fleet.services.iter().flat_map(ServiceFacts::code) {
        for import in &file.module.facts.imports {
            let text = super::finding::squeezed(file.module.slice(&import.range));
            if text.contains("fastapi") {
                *lines.entry(text).or_default() += 1;
            }
        }
    }
    let mut order: Vec<(String, usize)> = lines.into_iter().collect();
    order.sort_by_key(|(text, count)| (std::cmp::Reverse(*count), text.clone()));
    let mut metric = count(
        "identical-imports",
        "identical imports of FastAPI",
        order.first().map_or(0, |(_, count)| *count),
        "how often the most frequent import statement that names fastapi stands in code, word for \
         word; the parts are the next ones",
    );
    let details = order.into_iter().take(6).map(|(name, count)| Detail { name, count });
    metric.details = details.collect();
    metric
}

fn identical_health(fleet: &Fleet) -> Metric {
    let mut exact: BTreeMap<u64, usize> = BTreeMap::new();
    let mut masked: BTreeMap<u64, usize> = BTreeMap::new();
    for (own, blank) in fleet.services.iter().filter_map(health_hash) {
        *exact.entry(own).or_default() += 1;
        *masked.entry(blank).or_default() += 1;
    }
    let most = |groups: &BTreeMap<u64, usize>| groups.values().copied().max().unwrap_or_default();
    let mut metric = count(
        "identical-health",
        "identical health handlers",
        most(&exact),
        "the largest group of services whose first health handler has the same body, token by \
         token; services with such a handler are the whole",
    );
    metric.of = Some(exact.values().sum());
    metric.details = vec![
        Detail { name: "different bodies".to_owned(), count: exact.len() },
        Detail {
            name: "largest group with names and literals masked".to_owned(),
            count: most(&masked),
        },
    ];
    metric.rules = &["health-differs"];
    metric
}

/// Hashes of the lines of the first health handler, its signature left out: as written, and with
/// names and literals masked.
fn health_hash(service: &ServiceFacts) -> Option<(u64, u64)> {
    use std::hash::Hasher as _;
    let route = service
        .web
        .routes
        .iter()
        .find(|route| route.method == "GET" && super::web::is_health(route.shown()))?;
    let handler = route.handler_in(&service.files)?;
    let lines = service.files[route.file].outline.lines.iter();
    let inside = lines.filter(|line| line.start > handler.start && line.end <= handler.end);
    let mut exact = rustc_hash::FxHasher::default();
    let mut masked = rustc_hash::FxHasher::default();
    for line in inside {
        exact.write_u64(line.exact);
        masked.write_u64(line.masked);
    }
    Some((exact.finish(), masked.finish()))
}

fn versions(fleet: &Fleet) -> Vec<Metric> {
    let named: [(&str, &'static str, &'static str); 3] = [
        ("fastapi", "versions-fastapi", "pinned versions of fastapi"),
        ("uvicorn", "versions-uvicorn", "pinned versions of uvicorn"),
        ("pydantic", "versions-pydantic", "pinned versions of pydantic"),
    ];
    let metric = |(package, id, name): (&str, &'static str, &'static str)| {
        let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for service in &fleet.services {
            let compiled =
                |place: &crate::workspace::Place| service.manifests.locks.contains(&place.file);
            for declared in &service.manifests.declared {
                if declared.name == package && !compiled(&declared.place) {
                    let version = declared.exact.as_deref().or(Some(declared.spec.as_str()));
                    let version = version.filter(|version| !version.is_empty()).unwrap_or("any");
                    found.entry(version).or_default().insert(service.name());
                }
            }
        }
        let exact = found
            .keys()
            .filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))
            .count();
        let mut metric = count(
            id,
            name,
            exact,
            "different versions pinned with ==; the parts list every specifier with the number of services",
        );
        metric.rules = &["version-conflict"];
        metric.details = found
            .into_iter()
            .map(|(name, services)| Detail { name: name.to_owned(), count: services.len() })
            .collect();
        metric
    };
    named.into_iter().map(metric).collect()
}

fn monolith(fleet: &Fleet) -> Metric {
    let largest = fleet.services.iter().max_by_key(|service| service.code_lines());
    let packages = largest.map(ServiceFacts::packages).unwrap_or_default();
    let mut metric = count(
        "largest-service-packages",
        "sub-packages of the largest service",
        packages.len(),
        "folders with code directly below the folder of the service with the most lines; tests, scripts, examples left out",
    );
    metric.rules = &["monolith"];
    metric.details = largest
        .map(|service| Detail { name: service.name().to_owned(), count: service.code_lines() })
        .into_iter()
        .collect();
    metric
}
