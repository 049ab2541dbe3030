//! URLs in compose files against what compose really runs.

use std::collections::{BTreeMap, BTreeSet};

use super::targets::served_app;
use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::workspace::compose::ComposeEntry;
use crate::workspace::{Place, StartSource};

/// The host and port of the first HTTP URL in a text.
pub(in crate::audit) fn http_url(text: &str) -> Option<(&str, Option<u16>)> {
    let start = text.find("http://").map(|at| at + 7);
    let start = start.or_else(|| text.find("https://").map(|at| at + 8))?;
    let rest = &text[start..];
    let end = rest.find(['/', '?', '"', '\'', ',', ' ', '}']).unwrap_or(rest.len());
    let host = &rest[..end];
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    match host.split_once(':') {
        Some((name, port)) => Some((name, Some(port.parse().ok()?))),
        None => Some((host, None)),
    }
}

/// The entries by every name that they answer to.
fn hosts(fleet: &Fleet) -> BTreeMap<&str, &ComposeEntry> {
    let mut hosts = BTreeMap::new();
    for (_, entry) in fleet.entries() {
        for name in entry.host_names() {
            hosts.entry(name).or_insert(entry);
        }
    }
    hosts
}

/// The ports at which an entry listens in its container; empty when nothing is known.
fn listening(fleet: &Fleet, entry: &ComposeEntry) -> BTreeSet<u16> {
    let Some(service) = fleet.run_by(entry) else {
        return BTreeSet::new();
    };
    let own = service.points.iter().filter(|point| point.entry.as_ref() == Some(&entry.name));
    own.filter_map(|point| point.port.as_ref()).map(|port| port.port).collect()
}

pub(super) fn nowhere(fleet: &Fleet, sink: &mut Sink) {
    let hosts = hosts(fleet);
    for (file, entry) in fleet.entries() {
        for variable in &entry.environment {
            let Some((host, port)) = http_url(&variable.value) else { continue };
            let Some(target) = hosts.get(host) else { continue };
            let ports = listening(fleet, target);
            let asked = port.unwrap_or(80);
            if ports.is_empty() || ports.contains(&asked) || variable.value.contains("${") {
                continue;
            }
            let real: Vec<String> = ports.iter().map(u16::to_string).collect();
            let message = format!(
                "`{}` leads to `{host}` at {asked}, which listens at {}",
                variable.name,
                real.join(", ")
            );
            let draft = Draft::new(&file.path, variable.line, message)
                .because(Place { file: file.path.clone(), line: target.line }, "the entry");
            sink.add(owned(draft, fleet, entry));
        }
    }
}

fn owned(draft: Draft, fleet: &Fleet, entry: &ComposeEntry) -> Draft {
    match fleet.run_by(entry) {
        Some(service) => draft.of(service.name()),
        None => draft,
    }
}

pub(super) fn unknown_host(fleet: &Fleet, sink: &mut Sink) {
    let hosts: BTreeSet<&str> =
        fleet.every_entry().flat_map(|(_, entry)| entry.host_names()).collect();
    for (file, entry) in fleet.every_entry() {
        for variable in &entry.environment {
            let Some((host, port)) = http_url(&variable.value) else { continue };
            let is_local = host.is_empty()
                || host.contains(['.', '$', '{', '*'])
                || host.starts_with("localhost")
                || host.starts_with("host")
                || port.is_none();
            if is_local || hosts.contains(host) {
                continue;
            }
            let message =
                format!("`{}` leads to `{host}`, and no compose entry is called so", variable.name);
            sink.add(owned(Draft::new(&file.path, variable.line, message), fleet, entry));
        }
    }
}

/// The same folder run with the same command by two entries of one file.
pub(super) fn twice(fleet: &Fleet, sink: &mut Sink) {
    for file in &fleet.compose {
        let mut first: BTreeMap<(String, String), &ComposeEntry> = BTreeMap::new();
        for entry in &file.entries {
            let Some(service) = fleet.run_by(entry) else { continue };
            let command = entry.command.as_ref().or(entry.entrypoint.as_ref());
            let words = command.map(|found| found.words.iter().map(|word| word.text.as_str()));
            let words = words.map(|words| words.collect::<Vec<_>>().join(" ")).unwrap_or_default();
            let own = service.points.iter().find(|point| point.entry.as_ref() == Some(&entry.name));
            // The image starts it where the entry says nothing.
            let own = own.or_else(|| {
                service
                    .points
                    .iter()
                    .find(|point| point.entry.is_none() && point.source == StartSource::Dockerfile)
            });
            let app = own.and_then(|point| served_app(service, point));
            let started = app.map_or_else(
                || app_word(&words),
                |app| format!("{}:{}", service.files[app.file].below, app.name),
            );
            let key = (service.name().to_owned(), started);
            match first.get(&key) {
                Some(known) => report(file, entry, known, service, sink),
                None => {
                    first.insert(key, entry);
                }
            }
        }
    }
}

/// The application in a command, ports and options aside.
fn app_word(words: &str) -> String {
    let app = words.split_whitespace().find(|word| word.contains(':') && !word.contains('/'));
    app.unwrap_or(words).to_owned()
}

fn report(
    file: &crate::workspace::compose::ComposeFile,
    entry: &ComposeEntry,
    known: &ComposeEntry,
    service: &ServiceFacts,
    sink: &mut Sink,
) {
    let folder = &service.service.folder;
    let message = format!("`{}` runs {folder} as `{}` does", entry.name, known.name);
    let draft = Draft::new(&file.path, entry.line, message)
        .of(service.name())
        .because(Place { file: file.path.clone(), line: known.line }, "first here");
    sink.add(draft);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports_are_read_from_urls_with_credentials_and_paths() {
        assert_eq!(http_url("http://api:8000/v1"), Some(("api", Some(8000))));
        assert_eq!(http_url("http://u:p@api/v1"), Some(("api", None)));
        assert_eq!(http_url("redis://cache:6379"), None);
    }
}
