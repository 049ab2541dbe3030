//! Entry points, applications, and services that are several.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::{ServiceFacts, inside_package};
use crate::python::StatementKind;

/// Modules that call `uvicorn.run`, or are called `main…` and make an application.
pub(super) fn entry_points(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut modules: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, file) in service.files.iter().enumerate().filter(|(_, file)| file.is_code()) {
        let run =
            file.calls_named("run").find(|call| file.full(&call.what.callee) == "uvicorn.run");
        let name = file.below.rsplit('/').next().unwrap_or_default();
        let app = service.web.apps.iter().find(|app| app.file == index);
        let by_name = app.filter(|_| name.starts_with("main") || name == "app.py");
        if let Some(start) =
            run.map(|call| call.what.start as usize).or(by_name.map(|app| app.start))
        {
            modules.insert(index, start);
        }
    }
    if modules.len() < 2 {
        return;
    }
    let names: Vec<&str> =
        modules.keys().map(|index| service.files[*index].below.as_str()).collect();
    let mut draft =
        service.draft(format!("{} modules run a server: {}", names.len(), list(&names)));
    for (index, start) in &modules {
        draft = draft.because(service.files[*index].place(*start), "runs a server");
    }
    sink.add(draft);
}

/// At most five names, and how many more.
pub(super) fn list(names: &[&str]) -> String {
    let shown = names.iter().take(5).map(|name| format!("`{name}`"));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if names.len() > 5 {
        text.push_str(&format!(" and {} more", names.len() - 5));
    }
    text
}

/// Several `FastAPI()` at module level of code.
pub(super) fn apps(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let apps: Vec<_> =
        service.web.apps.iter().filter(|app| app.context.function.is_none()).collect();
    if apps.len() < 2 {
        return;
    }
    let names: BTreeSet<&str> =
        apps.iter().map(|app| service.files[app.file].below.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let mut draft = service.draft(format!("{} applications in {}", apps.len(), list(&names)));
    for app in apps {
        let text = format!("`{}`", app.name);
        draft = draft.because(service.files[app.file].place(app.start), text);
    }
    sink.add(draft);
}

/// `main.py` or `api.py` with imports, a main guard and nothing of its own.
pub(super) fn stub(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for file in service.code() {
        if !matches!(file.below.as_str(), "main.py" | "api.py" | "app.py" | "server.py") {
            continue;
        }
        let statements = &file.module.facts.statements;
        let only_passes = statements.iter().all(|statement| {
            matches!(
                statement.kind,
                StatementKind::Import | StatementKind::Docstring | StatementKind::MainGuard
            ) || statement.binds.iter().any(|name| name == "__all__")
        });
        let imports_app = file.module.facts.imports.iter().any(|import| {
            import.names.iter().any(|name| matches!(name.bound(), "app" | "create_app"))
        });
        if only_passes && imports_app {
            let message =
                format!("`{}` only passes on the application of another module", file.below);
            sink.add(file.draft(0_usize, message).anchored("stub"));
        }
    }
}

/// Many sub-packages or very many lines, with the packages that others need least.
pub(super) fn monolith(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let packages = service.packages();
    let lines = service.code_lines();
    let limits = &fleet.thresholds;
    if packages.len() < limits.monolith_packages && lines < limits.monolith_lines {
        return;
    }
    let fans = fans(service);
    let mut order: Vec<_> = packages.iter().collect();
    order.sort_by_key(|(_, (_, lines))| std::cmp::Reverse(*lines));
    let message = format!(
        "{} sub-packages, {} files, {lines} lines of code: {}",
        packages.len(),
        service.code().count(),
        list(&order.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>()),
    );
    let mut draft = service.draft(message);
    for (name, (files, lines)) in order.iter().take(60) {
        let (fan_in, fan_out) = fans.get(name.as_str()).copied().unwrap_or_default();
        let cut = if fan_in + fan_out <= 1 && *lines >= 300 { "; could be cut out" } else { "" };
        let text = format!(
            "`{name}`: {files} files, {lines} lines, needed by {fan_in}, needs {fan_out}{cut}"
        );
        let inside = service.code().find(|file| {
            inside_package(&file.below).split('/').next() == Some(name.as_str())
                && inside_package(&file.below).contains('/')
        });
        if let Some(file) = inside {
            draft = draft.because(file.place(0_usize), text);
        }
    }
    sink.add(draft);
}

/// How many other packages need each package, and how many it needs.
fn fans(service: &ServiceFacts) -> BTreeMap<&str, (usize, usize)> {
    let package = |index: usize| {
        let inner = inside_package(&service.files[index].below);
        inner.split_once('/').map(|(first, _)| first)
    };
    let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
    for edge in &service.imports.edges {
        let code = service.files[edge.from].is_code() && service.files[edge.to].is_code();
        if let (Some(from), Some(to), true) = (package(edge.from), package(edge.to), code)
            && from != to
        {
            pairs.insert((from, to));
        }
    }
    let mut fans: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (from, to) in pairs {
        fans.entry(to).or_default().0 += 1;
        fans.entry(from).or_default().1 += 1;
    }
    fans
}
