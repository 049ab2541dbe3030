//! Which kinds of tests a service has.

use crate::audit::database::patterns;
use crate::audit::file::FileFacts;
use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::fleet_wide::calls_between;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::Function;

/// Whether a function is a test.
pub(super) fn is_test(file: &FileFacts, function: &Function) -> bool {
    let in_class = function.context.class.is_none_or(|class| {
        file.outline.classes.get(class as usize).is_some_and(|class| {
            class.name.starts_with("Test")
                || class.bases.iter().any(|base| base.ends_with("TestCase"))
        })
    });
    let is_fixture = function.decorators.iter().any(|decorator| {
        decorator.dotted().is_some_and(|name| name.rsplit('.').next() == Some("fixture"))
    });
    function.name.starts_with("test")
        && function.context.function.is_none()
        && in_class
        && !is_fixture
}

/// How many test functions a service has.
pub(crate) fn test_count(service: &ServiceFacts) -> usize {
    service
        .tests()
        .map(|file| {
            file.outline.functions.iter().filter(|function| is_test(file, function)).count()
        })
        .sum()
}

pub(super) fn none(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    if test_count(service) == 0 && service.code().next().is_some() {
        sink.add(service.draft(format!("`{}` has no test", service.name())));
    }
}

/// Whether a test file asks an application or something that runs.
fn is_integration(file: &FileFacts) -> bool {
    let folder = file
        .below
        .split('/')
        .any(|part| matches!(part, "integration" | "e2e" | "contract" | "functional"));
    let client = ["TestClient", "AsyncClient", "ASGITransport", "LifespanManager"];
    let has_tests = || file.outline.functions.iter().any(|function| is_test(file, function));
    folder && has_tests()
        || file.imports("testcontainers")
        || file.calls_of(&client).next().is_some()
        || file.text().contains("TestClient")
}

pub(super) fn unit_only(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    if service.is_web() && test_count(service) > 0 && !service.tests().any(is_integration) {
        let message = format!("{} tests, none of which asks the application", test_count(service));
        sink.add(service.draft(message));
    }
}

pub(super) fn no_database(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let relational = patterns(service).into_iter().find(|(pattern, _)| pattern.is_relational());
    let Some((pattern, place)) = relational else { return };
    let real =
        service.files.iter().enumerate().filter(|(_, file)| file.is_test).any(|(at, file)| {
            file.imports("testcontainers")
                || file.imports("pytest_postgresql")
                || opens(file)
                || (names_database(file) && loads_opener(service, at))
        });
    if !real && test_count(service) > 0 {
        let message = format!("{} is used, and no test opens a database", pattern.name());
        sink.add(service.draft(message).because(place, pattern.name()));
    }
}

/// Whether a file opens an engine or a pool.
fn opens(file: &FileFacts) -> bool {
    let names = ["create_engine", "create_async_engine", "create_pool"];
    file.calls_of(&names).any(|call| {
        let full = file.full(&call.what.callee);
        full.starts_with("sqlalchemy.") || full.starts_with("asyncpg.")
    })
}

/// Whether a file says where a database is: a URL, or the variable that names it.
fn names_database(file: &FileFacts) -> bool {
    let is_one = |value: &str| {
        ["sqlite:", "sqlite+", "postgres"].iter().any(|start| value.starts_with(start))
            || value.contains("DATABASE_URL")
    };
    let mut strings = file.module.facts.strings.iter().filter(|string| !string.is_statement);
    strings.any(|string| is_one(&string.value))
}

/// Whether a file imports a module of the service that opens an engine or a pool, itself or by the
/// package that passes it on.
fn loads_opener(service: &ServiceFacts, test: usize) -> bool {
    let loaded = |from: usize| {
        service.imports.edges.iter().filter(move |edge| edge.from == from).map(|edge| edge.to)
    };
    let is_package = |index: usize| service.files[index].below.ends_with("__init__.py");
    loaded(test).any(|first| {
        let passed_on = is_package(first).then(|| loaded(first)).into_iter().flatten();
        std::iter::once(first).chain(passed_on).any(|index| opens(&service.files[index]))
    })
}

/// One finding for the whole: services call each other and no contract is tested.
pub(super) fn no_contract(fleet: &Fleet, sink: &mut Sink) {
    let libraries = ["pact", "schemathesis", "dredd_hooks", "tavern"];
    let tested = fleet.services.iter().flat_map(ServiceFacts::tests).any(|file| {
        libraries.iter().any(|library| file.imports(library)) || file.below.contains("contract/")
    });
    let calls = calls_between(fleet);
    let Some(first) = calls.first() else { return };
    if tested {
        return;
    }
    let message = format!("{} calls between services, and no contract test", calls.len());
    let mut draft = Draft::new(&first.place.file, first.place.line, message).anchored("contracts");
    for call in calls.iter().take(10) {
        draft = draft.because(call.place.clone(), format!("`{}` calls `{}`", call.from, call.to));
    }
    sink.add(draft);
}
