//! Before against after, one item for each thing that was compared.
//!
//! Pure functions on [`Evidence`]: what cannot be judged is said to be unjudged, and what was
//! broken before is never counted as ours.

mod answers;
mod difference;
mod middleware;
mod openapi;
mod routes;
mod suites;

use std::collections::BTreeSet;

use super::evidence::{Application, Cut, Evidence, Suite};
use super::{Aspect, Item, Verdict};

pub(crate) use answers::settled;
pub(crate) use difference::shorten;

/// Paths that do not make an application more than a placeholder.
const PLACEHOLDER_PATHS: [&str; 12] = [
    "/",
    "/health",
    "/healthz",
    "/health/live",
    "/health/ready",
    "/ready",
    "/live",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/docs/oauth2-redirect",
    "/redoc",
];

/// Compares everything that was seen.
pub fn compare(before: &Evidence, after: &Evidence) -> Vec<Item> {
    let mut items = applications(&before.applications, &after.applications);
    items.extend(tests(before.suite.as_ref(), after.suite.as_ref()));
    items.sort_by_key(|item| item.aspect);
    items
}

/// Each application of before looks for its counterpart; the first one counts, of the others
/// placeholders do not.
fn applications(before: &[Application], after: &[Application]) -> Vec<Item> {
    let Some((main, others)) = before.split_first() else {
        let verdict = after.first().map(|app| {
            let works = app.failure.is_none();
            if works { Verdict::Added } else { Verdict::Unjudged }
        });
        let item = Item::new(Aspect::Import, "application", verdict.unwrap_or(Verdict::Unjudged));
        return vec![item.because("no application was found before")];
    };
    let counterpart = main_counterpart(main, after);
    let mut items = application(main, counterpart);
    items.extend(what_is_started(counterpart, after));
    let mut seen: Vec<&Application> = vec![main];
    for app in others.iter().filter(|app| app.failure.is_none()) {
        if seen.iter().any(|other| other.openapi == app.openapi) {
            continue;
        }
        seen.push(app);
        items.extend(other_application(app, closest(app, after)));
    }
    items.extend(stale_entry_points(before, after));
    items
}

/// Files that started something that could be imported and now start something that cannot.
fn stale_entry_points(before: &[Application], after: &[Application]) -> Vec<Item> {
    let worked: BTreeSet<_> = starting_files(before, true).collect();
    let works: BTreeSet<_> = starting_files(after, true).collect();
    let stale = starting_files(after, false)
        .filter(|(file, _)| worked.iter().any(|(other, _)| other == file))
        .filter(|(file, _)| !works.iter().any(|(other, _)| other == file));
    let items = stale.map(|(file, app)| {
        let detail = format!("starts {app}, which cannot be imported");
        Item::new(Aspect::Import, file, Verdict::Broken).because(detail)
    });
    items.collect()
}

/// The files that declare applications which can, or cannot, be imported.
fn starting_files(apps: &[Application], importable: bool) -> impl Iterator<Item = (&str, &str)> {
    let apps = apps
        .iter()
        .skip(usize::from(!importable))
        .filter(move |app| app.declared && app.failure.is_none() == importable);
    apps.flat_map(|app| {
        let files = app.sources.iter().map(|source| source.split(':').next().unwrap_or(source));
        files.map(|file| (file, app.app.as_str()))
    })
}

/// What is started now, unless that is plainly another application.
fn main_counterpart<'a>(main: &Application, after: &'a [Application]) -> Option<&'a Application> {
    let started = after.first()?;
    let best = closest(main, after)?;
    let plainly_other = overlap(main, started) < overlap(main, best).min(0.5);
    let usable = started.failure.is_none() && plainly_other;
    Some(if usable { best } else { started })
}

/// A counterpart that is there and is not what is started any more.
fn what_is_started(counterpart: Option<&Application>, after: &[Application]) -> Option<Item> {
    let (counterpart, started) = (counterpart?, after.first()?);
    if counterpart.app == started.app {
        return None;
    }
    let item = Item::new(Aspect::Import, "what is started", Verdict::Broken);
    let detail = format!(
        "{} starts {}, another application than before, which is {} now",
        started.sources.join(", "),
        started.app,
        counterpart.app
    );
    Some(item.because(detail))
}

fn closest<'a>(app: &Application, after: &'a [Application]) -> Option<&'a Application> {
    let mut best = after.first()?;
    for other in after {
        if overlap(app, other) > overlap(app, best) {
            best = other;
        }
    }
    Some(best)
}

/// The share of the routes of `app` that `other` has.
fn overlap(app: &Application, other: &Application) -> f64 {
    let (own, theirs) = (own_paths(app), own_paths(other));
    match (own.is_empty(), theirs.is_empty()) {
        (true, true) => 1.0,
        (true, false) => 0.0,
        #[expect(clippy::cast_precision_loss, reason = "numbers of routes are small")]
        _ => own.intersection(&theirs).count() as f64 / own.len() as f64,
    }
}

fn own_paths(app: &Application) -> BTreeSet<&str> {
    let paths = app.routes.iter().map(|route| route.path.as_str());
    paths.filter(|path| !PLACEHOLDER_PATHS.contains(path)).collect()
}

/// A second application: named in each item, and no breakage when it was a placeholder.
fn other_application(before: &Application, after: Option<&Application>) -> Vec<Item> {
    let placeholder = own_paths(before).is_empty();
    let items = application(before, after).into_iter();
    let renamed = items.map(|mut item| {
        item.name = format!("{}: {}", before.app, item.name);
        if placeholder && item.verdict == Verdict::Broken {
            item.verdict = Verdict::Unjudged;
            let detail = item.detail.take().unwrap_or_default();
            item.detail = Some(format!("only a placeholder, not what is started: {detail}"));
        }
        item
    });
    renamed.collect()
}

fn application(before: &Application, after: Option<&Application>) -> Vec<Item> {
    let item = |verdict| Item::new(Aspect::Import, "application", verdict);
    let Some(after) = after else {
        return vec![match &before.failure {
            None => item(Verdict::Broken).because("no application is found any more"),
            Some(failure) => item(Verdict::Unjudged).because(&failure.error),
        }];
    };
    let named = if before.app == after.app {
        before.app.clone()
    } else {
        format!("{} → {}", before.app, after.app)
    };
    match (&before.failure, &after.failure) {
        (Some(old), Some(_)) => {
            let detail = format!("cannot be imported, before and after: {}", old.error);
            return vec![item(Verdict::Unjudged).because(detail)];
        }
        (None, Some(new)) => {
            let detail = format!("{named}: cannot be imported any more: {}", new.error);
            return vec![item(Verdict::Broken).because(detail)];
        }
        (Some(old), None) => {
            let detail = format!("{named}: could not be imported before: {}", old.error);
            return vec![item(Verdict::Fixed).because(detail)];
        }
        (None, None) => {}
    }
    let mut items = vec![item(Verdict::Equal).because(named)];
    items.extend(documents(before, after));
    items.extend(routes::compare(&before.routes, &after.routes));
    items.extend(middleware::compare(&before.middleware, &after.middleware));
    items.extend(startup(before, after));
    items.extend(answers::compare(&before.answers, &after.answers));
    items
}

fn documents(before: &Application, after: &Application) -> Vec<Item> {
    let item = |verdict| Item::new(Aspect::OpenApi, "document", verdict);
    match (&before.openapi, &after.openapi) {
        (Some(Ok(old)), Some(Ok(new))) => openapi::compare(old, new),
        (Some(Ok(_)), Some(Err(failure))) => {
            vec![item(Verdict::Broken).because(format!("fails now: {}", failure.error))]
        }
        (Some(Ok(_)), None) => vec![item(Verdict::Broken).because("is gone")],
        (Some(Err(failure)), Some(Ok(_))) => {
            vec![item(Verdict::Fixed).because(format!("failed before: {}", failure.error))]
        }
        (Some(Err(failure)), _) => {
            vec![item(Verdict::Unjudged).because(format!("fails before: {}", failure.error))]
        }
        (None, Some(Ok(_))) => vec![item(Verdict::Added)],
        (None, _) => Vec::new(),
    }
}

fn startup(before: &Application, after: &Application) -> Vec<Item> {
    let item = |verdict| Item::new(Aspect::Startup, "lifespan", verdict);
    match (&before.startup, &after.startup) {
        (Some(None), Some(None)) => vec![item(Verdict::Equal)],
        (Some(None), Some(Some(error))) => {
            vec![item(Verdict::Broken).because(format!("does not start any more: {error}"))]
        }
        (Some(Some(error)), Some(None)) => {
            vec![item(Verdict::Fixed).because(format!("did not start before: {error}"))]
        }
        (Some(Some(error)), Some(Some(_))) => {
            let detail = format!("does not start here, before and after: {error}");
            vec![item(Verdict::Unjudged).because(detail)]
        }
        (None, _) | (_, None) => Vec::new(),
    }
}

fn tests(before: Option<&Suite>, after: Option<&Suite>) -> Vec<Item> {
    let item = |verdict| Item::new(Aspect::Tests, "the whole run", verdict);
    let nothing = Suite::default();
    match (before, after) {
        (None, None) => Vec::new(),
        (Some(before), after) if before.is_empty() && after.is_none_or(Suite::is_empty) => {
            let cut = before.cut.as_ref();
            let reason = cut.map_or("no test is collected", Cut::reason);
            vec![item(Verdict::Unjudged).because(reason)]
        }
        (before, after) => suites::compare(before.unwrap_or(&nothing), after.unwrap_or(&nothing)),
    }
}

#[cfg(test)]
mod unit {
    use serde_json::json;

    use super::*;
    use crate::verify::evidence::{Failure, Route};

    fn app(name: &str, paths: &[&str]) -> Application {
        let route = |path: &&str| Route {
            path: (*path).to_owned(),
            methods: vec!["GET".into()],
            ..Route::default()
        };
        Application {
            app: name.into(),
            openapi: Some(Ok(json!({"info": {"title": name}}))),
            routes: paths.iter().map(route).collect(),
            startup: Some(None),
            ..Application::default()
        }
    }

    fn failing(name: &str) -> Application {
        let error = "ModuleNotFoundError: No module named 'x'".to_owned();
        Application {
            app: name.into(),
            failure: Some(Failure { error, ..Failure::default() }),
            ..Application::default()
        }
    }

    fn broken(before: &[Application], after: &[Application]) -> Vec<String> {
        let items = applications(before, after).into_iter();
        let broken = items.filter(|item| item.verdict == Verdict::Broken);
        broken.map(|item| format!("{} {}", item.aspect, item.name)).collect()
    }

    fn import(before: &[Application], after: &[Application]) -> Verdict {
        applications(before, after)[0].verdict
    }

    #[test]
    fn the_import_has_a_verdict_for_each_pair() {
        let (works, fails) = (app("main:app", &["/a"]), failing("main:app"));
        let one = std::slice::from_ref(&works);
        let other = std::slice::from_ref(&fails);

        assert_eq!(import(one, one), Verdict::Equal);
        assert_eq!(import(one, other), Verdict::Broken);
        assert_eq!(import(other, one), Verdict::Fixed);
        assert_eq!(import(other, other), Verdict::Unjudged);
        assert_eq!(import(one, &[]), Verdict::Broken);
        assert_eq!(import(&[], one), Verdict::Added);
    }

    #[test]
    fn a_placeholder_as_second_application_may_go_and_a_real_one_may_not() {
        let real = app("api:app", &["/a", "/b"]);
        let placeholder = app("main:app", &["/health"]);
        let second = app("admin:app", &["/admin"]);

        assert!(broken(&[real.clone(), placeholder], std::slice::from_ref(&real)).is_empty());
        let lost = broken(&[real.clone(), second], &[real]);
        assert_eq!(lost, ["routes admin:app: GET /admin"]);
    }

    #[test]
    fn another_application_that_is_started_now_is_the_only_breakage() {
        let before = [app("api:app", &["/a"]), app("main:app", &["/m", "/n"])];
        let after = [app("p.main:app", &["/m", "/n"]), app("p.api:app", &["/a"])];

        assert_eq!(broken(&before, &after), ["import what is started"]);
    }

    #[test]
    fn an_application_that_does_not_start_any_more_is_broken() {
        let before = app("main:app", &["/a"]);
        let mut after = before.clone();
        after.startup = Some(Some("RuntimeError: no".into()));

        assert_eq!(broken(&[before], &[after]), ["startup lifespan"]);
    }

    #[test]
    fn a_document_that_fails_now_is_broken() {
        let before = app("main:app", &["/a"]);
        let mut after = before.clone();
        after.openapi = Some(Err(Failure::default()));

        assert_eq!(broken(&[before], &[after]), ["openapi document"]);
    }

    #[test]
    fn tests_that_all_went_are_broken_one_by_one() {
        let outcomes = [("t.py::a".to_owned(), vec![super::super::evidence::Outcome::Passed])];
        let before = Suite { outcomes: outcomes.into(), ..Suite::default() };

        let items = tests(Some(&before), None);

        assert_eq!((items[0].name.as_str(), items[0].verdict), ("t.py::a", Verdict::Broken));
    }
}
