//! Which registrations of an application get a second path, and what speaks against that.

use super::super::web::{
    Holder, Include, Owner, Reach, Route, Served, Web, has_hole, is_operational,
};
use crate::python::outline::{Invocation, Value};

/// Where and why an application keeps its paths.
pub(super) type Obstacle = (usize, u32, String);

/// What stands before every path of the first version.
const PREFIX: &str = "/api/v1";

/// A registration that is written once more.
#[derive(Debug, Clone)]
pub(super) struct Doubled<'a> {
    /// Index of the file.
    pub(super) file: usize,
    /// The call.
    pub(super) call: &'a Invocation,
    /// The one that it gets.
    pub(super) new: String,
    /// Whether it includes a router, so that the path is a prefix.
    pub(super) is_include: bool,
    /// Whether it can be marked as deprecated: web sockets cannot.
    pub(super) is_marked: bool,
}

/// What of an application gets a second path.
pub(super) fn survey<'w>(web: &'w Web<'_>, app: &Holder) -> Result<Vec<Doubled<'w>>, Obstacle> {
    let served = web.served(&app.owner);
    let concerned: Vec<&Served<'_>> = served.iter().filter(|found| is_concerned(found)).collect();
    if concerned.is_empty() {
        return Ok(Vec::new());
    }
    if app.call.keyword("generate_unique_id_function").is_some() || app.call.is_open() {
        let why = "operations are named by the application, and two would have one name";
        return Err((app.owner.0, app.call.start, why.to_owned()));
    }
    for found in &served {
        readable(found)?;
    }
    let mut doubled = Vec::new();
    for route in routes_of(web, &app.owner).filter(|route| is_business(&route.path)) {
        doubled.push(by_route(route));
    }
    for include in includes_of(web, &app.owner) {
        doubled.extend(by_include(web, include)?);
    }
    for one in &doubled {
        free(one, &served)?;
    }
    Ok(doubled)
}

/// Whether something served belongs under the version.
fn is_concerned(found: &Served<'_>) -> bool {
    matches!(found.route.reach, Reach::Route | Reach::Foreign) && is_business(&found.path)
}

fn is_business(path: &str) -> bool {
    !is_operational(path) && !has_version(path)
}

/// Whether a path has a segment like `v1`.
fn has_version(path: &str) -> bool {
    path.split('/').any(|part| {
        let number = part.strip_prefix('v').unwrap_or_default();
        !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit())
    })
}

/// What cannot be read, or would be found in two places, speaks against all.
fn readable(found: &Served<'_>) -> Result<(), Obstacle> {
    let route = found.route;
    let refuse = |why: &str| Err((route.file, route.call.start, why.to_owned()));
    if matches!(route.reach, Reach::Mount | Reach::Files) {
        return Ok(());
    }
    if route.reach == Reach::Foreign {
        return refuse("what is included here cannot be read");
    }
    if has_hole(&found.path) {
        return refuse("the path of this route cannot be read");
    }
    if route.owner.is_none() {
        return refuse("the application or router of this route cannot be followed");
    }
    if route.call.keyword("operation_id").is_some() {
        return refuse("this operation has a name, and two would have it");
    }
    if found.path.contains(":path}") && is_business(&found.path) {
        return refuse("this route takes paths of any length, `/api/v1` included");
    }
    Ok(())
}

fn routes_of<'w>(web: &'w Web<'_>, owner: &Owner) -> impl Iterator<Item = &'w Route> {
    let owner = owner.clone();
    web.routes
        .iter()
        .filter(move |route| route.reach == Reach::Route && route.owner.as_ref() == Some(&owner))
}

fn includes_of<'w>(web: &'w Web<'_>, owner: &Owner) -> impl Iterator<Item = &'w Include> {
    let owner = owner.clone();
    web.includes.iter().filter(move |include| include.into.as_ref() == Some(&owner))
}

fn by_route(route: &Route) -> Doubled<'_> {
    Doubled {
        file: route.file,
        call: &route.call,
        new: versioned(&route.path),
        is_include: false,
        is_marked: !route.call.name().contains("websocket"),
    }
}

/// The path under the version; `/api` at its beginning becomes that of the version.
fn versioned(path: &str) -> String {
    let rest = path.strip_prefix("/api").filter(|rest| rest.is_empty() || rest.starts_with('/'));
    format!("{PREFIX}{}", rest.unwrap_or(path))
}

/// The inclusion as a whole, or the routes of its router one by one where some of them run the
/// service.
fn by_include<'w>(web: &'w Web<'_>, include: &'w Include) -> Result<Vec<Doubled<'w>>, Obstacle> {
    let refuse = |why: &str| Err((include.file, include.call.start, why.to_owned()));
    let below = web.served(&include.what);
    let prefix = &include.prefix;
    let business = |found: &Served<'_>| is_business(&format!("{prefix}{}", found.path));
    let count = below.iter().filter(|found| business(found)).count();
    if count == 0 {
        return Ok(Vec::new());
    }
    let others = web.includes.iter().filter(|other| other.what == include.what).count();
    if count == below.len() {
        let starts_with_api =
            |found: &Served<'_>| found.path == "/api" || found.path.starts_with("/api/");
        if prefix.is_empty() && below.iter().any(starts_with_api) {
            return routes_alone(web, include, others);
        }
        let is_told = ["deprecated", "generate_unique_id_function"]
            .iter()
            .any(|name| include.call.keyword(name).is_some());
        if is_told || include.call.is_open() {
            return refuse("what is told here would hold for the version as well");
        }
        return Ok(vec![Doubled {
            file: include.file,
            call: &include.call,
            new: versioned(prefix),
            is_include: true,
            is_marked: true,
        }]);
    }
    routes_alone(web, include, others)
}

/// The routes of a router that is included once and without a prefix.
fn routes_alone<'w>(
    web: &'w Web<'_>,
    include: &'w Include,
    others: usize,
) -> Result<Vec<Doubled<'w>>, Obstacle> {
    let refuse = |why: &str| Err((include.file, include.call.start, why.to_owned()));
    let holder = web.holders.iter().find(|holder| holder.owner == include.what);
    let own = holder.map_or("", |holder| holder.prefix.as_str());
    let is_nested = includes_of(web, &include.what).next().is_some();
    if others != 1 || is_nested || !include.prefix.is_empty() || !own.is_empty() {
        return refuse(
            "this router has operational or `/api` routes below a prefix: part them from the others",
        );
    }
    let routes = routes_of(web, &include.what).filter(|route| is_business(&route.path));
    Ok(routes.map(by_route).collect())
}

/// Whether nothing answers the new path already.
fn free(one: &Doubled<'_>, served: &[Served<'_>]) -> Result<(), Obstacle> {
    let sample = sample(&one.new);
    let taken = served.iter().find(|found| {
        let is_below = one.is_include && found.path.starts_with(&format!("{}/", one.new));
        let answers = found.route.reach == Reach::Route
            && !one.is_include
            && super::super::web::fits(&found.path, &sample);
        is_below || answers
    });
    match taken {
        Some(found) => {
            let why = format!("{} is answered here already", one.new);
            Err((found.route.file, found.route.call.start, why))
        }
        None => Ok(()),
    }
}

/// A path with something in the place of each parameter.
fn sample(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push('1');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// Whether the value of an argument is written out.
pub(super) fn is_literal(call: &Invocation, position: usize, name: &str) -> bool {
    matches!(call.argument(position, name), Some(Value::Str(_)))
}
