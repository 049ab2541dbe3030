//! Two route tables: what went, what came, what an earlier route now swallows.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use crate::verify::evidence::Route;
use crate::verify::{Aspect, Item, Verdict};

/// Compares two route tables, one item for each route and one for their order.
pub(crate) fn compare(before: &[Route], after: &[Route]) -> Vec<Item> {
    let (old, new) = (by_key(before), by_key(after));
    let mut items: Vec<_> = old
        .iter()
        .map(|(key, routes)| judge(key, routes, new.get(key).map_or(&[][..], Vec::as_slice)))
        .collect();
    let added = new.keys().filter(|key| !old.contains_key(*key));
    items.extend(added.map(|key| item(key, Verdict::Added)));
    items.push(order(before, after));
    items
}

fn item(name: &str, verdict: Verdict) -> Item {
    Item::new(Aspect::Routes, name, verdict)
}

/// Routes by what a caller sees of them; the same one twice is a pair.
fn by_key(routes: &[Route]) -> BTreeMap<String, Vec<&Route>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for route in routes {
        found.entry(key(route)).or_default().push(route);
    }
    found
}

fn key(route: &Route) -> String {
    let path = route.path.trim_end_matches('/');
    let path = if path.is_empty() { "/" } else { path };
    let methods =
        if route.methods.is_empty() { route.kind.clone() } else { route.methods.join(",") };
    format!("{methods} {path}")
}

fn judge(key: &str, before: &[&Route], after: &[&Route]) -> Item {
    if after.is_empty() {
        return item(key, Verdict::Broken).because("is gone");
    }
    if after.len() < before.len() {
        let detail = format!("{} of {} are gone", before.len() - after.len(), before.len());
        return item(key, Verdict::Broken).because(detail);
    }
    let found: Vec<_> =
        before.iter().zip(after).flat_map(|(left, right)| changes(left, right)).collect();
    if found.is_empty() {
        item(key, Verdict::Equal)
    } else {
        item(key, Verdict::Broken).because(found.join("; "))
    }
}

fn changes(before: &Route, after: &Route) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |what: &str, left: &dyn std::fmt::Debug, right: &dyn std::fmt::Debug| {
        let (left, right) = (format!("{left:?}"), format!("{right:?}"));
        if left != right {
            found.push(format!("{what} {left} → {right}"));
        }
    };
    note("kind", &before.kind, &after.kind);
    note("name", &before.name, &after.name);
    note("status", &before.status, &after.status);
    note("response class", &before.response, &after.response);
    note("in the document", &before.in_schema, &after.in_schema);
    found
}

/// The order matters where a route with a parameter swallows another one.
fn order(before: &[Route], after: &[Route]) -> Item {
    let common = |one: &[Route], other: &[Route]| -> Vec<String> {
        let there: BTreeSet<_> = other.iter().map(key).collect();
        one.iter().map(key).filter(|key| there.contains(key)).collect()
    };
    let (old, new) = (common(before, after), common(after, before));
    if old == new && before.len() == after.len() {
        return item("order", Verdict::Equal);
    }
    let swallowed_before = swallowed(before);
    let kept: BTreeSet<_> = before.iter().map(key).collect();
    let newly: Vec<_> = swallowed(after)
        .into_iter()
        .filter(|pair| !swallowed_before.contains(pair) && kept.contains(&pair.1))
        .map(|(first, second)| format!("{first} now answers for {second}"))
        .collect();
    if !newly.is_empty() {
        return item("order", Verdict::Broken).because(newly.join("; "));
    }
    if old == new {
        item("order", Verdict::Equal)
    } else {
        item("order", Verdict::Equal).because("another order, in which each route is still reached")
    }
}

/// Pairs of routes of which the first answers requests meant for the second.
fn swallowed(routes: &[Route]) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (index, first) in routes.iter().enumerate() {
        let Some(pattern) = pattern(first) else {
            continue;
        };
        let later = routes[index + 1..].iter();
        let hit = later.filter(|second| {
            second.path != first.path
                && shares_method(first, second)
                && pattern.is_match(&second.path)
        });
        found.extend(hit.map(|second| (key(first), key(second))));
    }
    found
}

fn shares_method(first: &Route, second: &Route) -> bool {
    if first.methods.is_empty() || second.methods.is_empty() {
        return first.kind == "Mount" || first.kind == second.kind;
    }
    first.methods.iter().any(|method| second.methods.contains(method))
}

/// What a route with parameters matches; `None` for one without.
fn pattern(route: &Route) -> Option<Regex> {
    if route.kind == "Mount" {
        let prefix = regex::escape(route.path.trim_end_matches('/'));
        return Regex::new(&format!("^{prefix}(/.*)?$")).ok();
    }
    if !route.path.contains('{') {
        return None;
    }
    let mut text = String::from("^");
    let mut rest = route.path.as_str();
    while let Some((literal, tail)) = rest.split_once('{') {
        let (parameter, tail) = tail.split_once('}')?;
        text.push_str(&regex::escape(literal));
        text.push_str(match parameter.split_once(':').map(|(_, convertor)| convertor) {
            Some("path") => ".*",
            Some("int") => "[0-9]+",
            Some("float") => r"[0-9]+(\.[0-9]+)?",
            Some("uuid") => "[0-9a-fA-F-]{32,36}",
            _ => "[^/]+",
        });
        rest = tail;
    }
    text.push_str(&regex::escape(rest));
    text.push('$');
    Regex::new(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str) -> Route {
        Route {
            path: path.into(),
            methods: vec!["GET".into()],
            kind: "APIRoute".into(),
            name: Some("name".into()),
            ..Route::default()
        }
    }

    fn verdicts(before: &[Route], after: &[Route]) -> Vec<(String, Verdict)> {
        let items = compare(before, after).into_iter();
        let changed = items.filter(|item| item.verdict != Verdict::Equal);
        changed.map(|item| (item.name, item.verdict)).collect()
    }

    #[test]
    fn a_lost_route_is_broken_and_a_new_one_is_added() {
        let found = verdicts(&[get("/a"), get("/b")], &[get("/b"), get("/c")]);

        assert_eq!(
            found,
            [("GET /a".to_owned(), Verdict::Broken), ("GET /c".to_owned(), Verdict::Added)]
        );
    }

    #[test]
    fn an_order_that_swallows_a_route_is_broken_and_a_harmless_one_is_not() {
        let before = [get("/items/latest"), get("/items/{name}"), get("/z")];
        let harmless = [get("/z"), get("/items/latest"), get("/items/{name}")];
        let harmful = [get("/items/{name}"), get("/items/latest"), get("/z")];

        assert!(verdicts(&before, &harmless).is_empty());
        assert_eq!(verdicts(&before, &harmful), [("order".to_owned(), Verdict::Broken)]);
    }

    #[test]
    fn a_new_route_in_front_that_swallows_an_old_one_is_broken() {
        let before = [get("/a/b")];
        let after = [get("/{anything:path}"), get("/a/b")];

        let found = verdicts(&before, &after);

        assert!(found.contains(&("order".to_owned(), Verdict::Broken)));
    }

    #[test]
    fn one_of_two_equal_routes_lost_is_broken() {
        let found = verdicts(&[get("/health"), get("/health")], &[get("/health")]);

        assert_eq!(found, [("GET /health".to_owned(), Verdict::Broken)]);
    }

    #[test]
    fn another_name_status_or_visibility_is_broken() {
        let mut after = get("/a");
        after.name = Some("other".into());
        after.in_schema = true;

        let items = compare(&[get("/a")], &[after]);

        assert_eq!(items[0].verdict, Verdict::Broken);
        let detail = items[0].detail.as_deref().unwrap_or_default();
        assert!(detail.contains("name") && detail.contains("in the document"));
    }
}
