//! What manifests declare, service by service and against each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::manifest::Declared;

/// Versions of one package, with who pins each.
type Versions<'f> = BTreeMap<&'f str, Vec<(&'f ServiceFacts, &'f Declared)>>;

/// Exactly pinned versions by package.
fn pinned(fleet: &Fleet) -> BTreeMap<&str, Versions<'_>> {
    let mut packages: BTreeMap<&str, Versions<'_>> = BTreeMap::new();
    for service in &fleet.services {
        let mut seen = BTreeSet::new();
        for declared in &service.manifests.declared {
            let compiled = service.manifests.locks.contains(&declared.place.file);
            let Some(exact) = declared.exact.as_deref().filter(|_| !compiled) else { continue };
            if seen.insert((&declared.name, exact)) {
                let versions = packages.entry(&declared.name).or_default();
                versions.entry(exact).or_default().push((service, declared));
            }
        }
    }
    packages
}

pub(super) fn conflict(fleet: &Fleet, sink: &mut Sink) {
    for (name, versions) in pinned(fleet).into_iter().filter(|(_, versions)| versions.len() > 1) {
        let mut order: Vec<_> = versions.iter().collect();
        order.sort_by_key(|(version, users)| (std::cmp::Reverse(users.len()), *version));
        let services: BTreeSet<&str> =
            versions.values().flatten().map(|(service, _)| service.name()).collect();
        if services.len() < 2 {
            continue;
        }
        let listed: Vec<String> =
            order.iter().map(|(version, users)| format!("{version} ({})", users.len())).collect();
        let (_, first) = order[order.len() - 1];
        let at = &first[0].1.place;
        let message =
            format!("`{name}` is pinned in {} versions: {}", versions.len(), listed.join(", "));
        let mut draft = Draft::new(&at.file, at.line, message).anchored(name);
        for (version, users) in order.iter().take(20) {
            let text = format!("{version} in {} services", users.len());
            for (_, declared) in users.iter().take(8) {
                draft = draft.because(declared.place.clone(), text.as_str());
            }
        }
        sink.add(draft);
    }
}

/// Whether a specifier leaves later versions open.
fn is_open(spec: &str) -> bool {
    let closes = ["==", "<", "~=", "^", "@"];
    !closes.iter().any(|sign| spec.contains(sign)) && !spec.starts_with('~') || spec.is_empty()
}

pub(super) fn unpinned(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    if has_lock(fleet, service) {
        return;
    }
    let open: Vec<&Declared> = service
        .manifests
        .declared
        .iter()
        .filter(|declared| {
            !declared.dev && is_open(&declared.spec) && !is_digit_first(&declared.spec)
        })
        .collect();
    let Some(first) = open.first() else { return };
    let names: Vec<&str> = open.iter().map(|declared| declared.name.as_str()).collect();
    let message =
        format!("{} packages without an upper bound or a lock: {}", names.len(), list(&names));
    let mut draft = Draft::new(&first.place.file, first.place.line, message).anchored("unpinned");
    for declared in open.iter().take(30) {
        draft =
            draft.because(declared.place.clone(), format!("{}{}", declared.name, declared.spec));
    }
    sink.add(draft);
}

/// Poetry's plain `1.2.3` is exact.
fn is_digit_first(spec: &str) -> bool {
    spec.starts_with(|c: char| c.is_ascii_digit())
}

fn list(names: &[&str]) -> String {
    let mut text = names.iter().take(6).copied().collect::<Vec<_>>().join(", ");
    if names.len() > 6 {
        text.push_str(" …");
    }
    text
}

pub(super) fn several(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let formats: BTreeMap<&str, _> =
        service.manifests.formats.iter().map(|(path, format)| (*format, path)).collect();
    if formats.len() < 2 {
        return;
    }
    let names: Vec<&str> = formats.keys().copied().collect();
    let Some(first) = formats.values().next() else { return };
    let message = format!("packages are declared in {}", names.join(" and "));
    let mut draft = Draft::new(first, 1, message).anchored("formats");
    for (format, path) in &formats {
        draft = draft.because(crate::workspace::Place { file: (*path).clone(), line: 1 }, *format);
    }
    sink.add(draft);
}

/// A lock file in the service or in a folder above it.
fn has_lock(fleet: &Fleet, service: &ServiceFacts) -> bool {
    const LOCKS: [&str; 5] = ["uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "pylock.toml"];
    let mut folder = Some(service.service.folder.clone());
    while let Some(current) = folder {
        let here = |name: &str| current.join(name).is_ok_and(|path| fleet.backend.has(&path));
        if LOCKS.iter().any(|name| here(name)) {
            return true;
        }
        folder = current.parent();
    }
    let at_root =
        |name: &str| crate::change::RelPath::new(name).is_ok_and(|path| fleet.backend.has(&path));
    !service.manifests.locks.is_empty() || LOCKS.iter().any(|name| at_root(name))
}

pub(super) fn no_lock(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let Some((path, _)) = service.manifests.formats.first() else { return };
    if has_lock(fleet, service) {
        return;
    }
    let all_exact = service.manifests.declared.iter().all(|declared| declared.exact.is_some());
    let what = if all_exact {
        "direct packages are pinned, indirect ones are not"
    } else {
        "no version is fixed"
    };
    sink.add(Draft::new(path, 1, format!("there is no lock file: {what}")).anchored("lock"));
}

pub(super) fn no_manifest(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let nothing = service.manifests.formats.is_empty() && service.manifests.locks.is_empty();
    let needs = service.imports.external.iter().any(|import| !import.guarded);
    if nothing && needs && service.code().next().is_some() {
        sink.add(service.draft(format!("`{}` declares no packages", service.name())));
    }
}
