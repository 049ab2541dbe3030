//! Services in `docker-compose.yml`.
//!
//! Edits are byte ranges on the original text, so that comments, anchors and merge keys
//! survive; the result is read again and every other service must still say the same.

use crate::change::{Edit, apply_edits};
use crate::workspace::yaml::{self, Node, Value, YamlError};

/// The name of the file at a workspace's root.
pub const COMPOSE_FILE: &str = "docker-compose.yml";

/// The text of a compose file without services.
pub const EMPTY: &str = "# The services of this workspace. Ports follow ports.yaml (`scaffold render compose`);\n\
# everything else is yours to edit.\nservices: {}\n";

/// A service of the workspace, built from the workspace's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeService {
    /// Its name in the file.
    pub name: String,
    /// Its Dockerfile, below the workspace's root.
    pub dockerfile: String,
    /// The port on the host: the registry's.
    pub host_port: u16,
    /// The port in the container.
    pub container_port: u16,
    /// The path that answers while the service lives.
    pub health_path: Option<String>,
    /// Environment variables.
    pub environment: Vec<(String, String)>,
}

/// Why a compose file cannot be edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// It cannot be read.
    #[error("{COMPOSE_FILE}: {0}")]
    Yaml(#[from] YamlError),
    /// The place to edit comes through an alias or a merge key.
    #[error("{COMPOSE_FILE}:{line}: `{name}` gets its ports through an alias; write them out")]
    Shared {
        /// The service.
        name: String,
        /// The line of the anchored value.
        line: usize,
    },
    /// The form of a port mapping is not understood.
    #[error("{COMPOSE_FILE}:{line}: the port mapping {found:?} of `{name}` is not a plain one")]
    Mapping {
        /// The service.
        name: String,
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// Another service needs the one to be removed.
    #[error("{COMPOSE_FILE}:{line}: `{by}` depends on `{name}`; remove that first")]
    NeededBy {
        /// The service to be removed.
        name: String,
        /// The service that needs it.
        by: String,
        /// The line.
        line: usize,
    },
    /// The edited text would not say what it should.
    #[error(
        "{COMPOSE_FILE}: the file is written in a way that cannot be edited safely; {0} by hand"
    )]
    NotEditable(String),
}

/// The file with `service`: added when it is not there, otherwise with its registry port.
///
/// Of an existing service only the host's side of its port mapping is ours.
pub fn upsert_service(text: &str, service: &ComposeService) -> Result<String, ComposeError> {
    let root = yaml::read(text)?;
    let services = root.get("services");
    let known = services.and_then(|services| services.get(&service.name));
    let edits = match known {
        Some(known) => publish(text, known, service)?,
        None => vec![addition(text, services, service)],
    };
    let result = apply_edits(text, &edits).unwrap_or_default();
    let by_hand = || ComposeError::NotEditable(format!("add `{}`", service.name));
    let after = yaml::read(&result).ok().ok_or_else(by_hand)?;
    let mapping = mapping_text(service);
    let published = after.get("services").and_then(|all| all.get(&service.name));
    let is_published = published
        .and_then(|entry| entry.get("ports"))
        .is_some_and(|ports| ports.items().iter().any(|item| publishes(item, service, &mapping)));
    if is_published && same_but(&root, &after, &service.name) { Ok(result) } else { Err(by_hand()) }
}

/// The file with `port` as the host's side of the mapping that leads to `container_port`.
///
/// A service that publishes nothing, or not that port, stays as it is, and so does a mapping with a
/// variable in it: who sets that decides.
pub fn set_host_port(
    text: &str,
    name: &str,
    (port, container_port): (u16, u16),
) -> Result<String, ComposeError> {
    let root = yaml::read(text)?;
    let known = root.get("services").and_then(|services| services.get(name));
    let target = container_port.to_string();
    let ports = known.and_then(|known| known.get("ports")).map_or(&[][..], Node::items);
    let published = |item: &Node| {
        let has_host =
            item.get("published").is_some() || item.text().is_some_and(|text| text.contains(':'));
        has_host && target_port(item).as_deref() == Some(target.as_str())
    };
    let is_told = |item: &Node| {
        let texts = [item.text(), item.get_text("published")];
        published(item) && texts.into_iter().flatten().any(|text| text.contains('$'))
    };
    if !ports.iter().any(published) || ports.iter().any(is_told) {
        return Ok(text.to_owned());
    }
    let service = ComposeService {
        name: name.to_owned(),
        dockerfile: String::new(),
        host_port: port,
        container_port,
        health_path: None,
        environment: Vec::new(),
    };
    upsert_service(text, &service)
}

/// The file without the service `name`; unchanged when it is not there.
pub fn remove_service(text: &str, name: &str) -> Result<String, ComposeError> {
    let root = yaml::read(text)?;
    let entries = root.get("services").map_or(&[][..], Node::entries);
    let position = entries.iter().position(|(key, _)| key.text() == Some(name));
    let Some(position) = position else {
        return Ok(text.to_owned());
    };
    if let Some((by, line)) = needed_by(entries, name) {
        let name = name.to_owned();
        return Err(ComposeError::NeededBy { name, by, line });
    }
    let (key, value) = &entries[position];
    let start = text[..key.range.start].rfind('\n').map_or(0, |found| found + 1);
    let end = line_end(text, content_end(text, value).max(key.range.end + 1));
    let edit = if entries.len() == 1 {
        Edit::replace(start..end, format!("  {{}}{}", line_break(text)))
    } else {
        Edit::delete(start..end)
    };
    let by_hand = || ComposeError::NotEditable(format!("remove `{name}`"));
    let result = apply_edits(text, &[edit]).ok().ok_or_else(by_hand)?;
    let after = yaml::read(&result).ok().ok_or_else(by_hand)?;
    let gone = after.get("services").is_none_or(|all| all.get(name).is_none());
    if gone && same_but(&root, &after, name) { Ok(result) } else { Err(by_hand()) }
}

/// The text of one service, each line indented by `indent`.
fn render(service: &ComposeService, indent: &str) -> String {
    let mut lines = vec![
        format!("{}:", key(&service.name)),
        "  build:".into(),
        "    context: .".into(),
        format!("    dockerfile: {}", key(&service.dockerfile)),
        "  ports:  # from ports.yaml".into(),
        format!("    - {:?}", mapping_text(service)),
    ];
    if !service.environment.is_empty() {
        lines.push("  environment:".into());
        let pairs = service.environment.iter();
        lines.extend(pairs.map(|(name, value)| format!("    {}: {}", key(name), quoted(value))));
    }
    if let Some(path) = &service.health_path {
        let url = format!("http://localhost:{}{path}", service.container_port);
        let probe = format!("import urllib.request; urllib.request.urlopen('{url}', timeout=4)");
        lines.push("  healthcheck:".into());
        lines.push(format!("    test: [\"CMD\", \"python\", \"-c\", {}]", quoted(&probe)));
        let times = ["interval: 30s", "timeout: 5s", "retries: 3", "start_period: 15s"];
        lines.extend(times.iter().map(|time| format!("    {time}")));
    }
    lines.push("  restart: unless-stopped".into());
    let indented = lines.iter().map(|line| format!("{indent}{line}\n"));
    indented.collect()
}

/// A new service behind the last one.
fn addition(text: &str, services: Option<&Node>, service: &ComposeService) -> Edit {
    let line_break = line_break(text);
    let entries = services.map_or(&[][..], Node::entries);
    let own = entries.iter().rfind(|(key, _)| !key.shared);
    if let Some((key, value)) = own {
        let start = text[..key.range.start].rfind('\n').map_or(0, |found| found + 1);
        let indent = &text[start..key.range.start];
        let end = line_end(text, content_end(text, value).max(key.range.end + 1));
        let missing = if text[..end].ends_with('\n') { "" } else { line_break };
        let block = render(service, indent).replace('\n', line_break);
        return Edit::insert(end, format!("{missing}{line_break}{block}"));
    }
    let block = render(service, "  ").replace('\n', line_break);
    let colon = text.find("\nservices:").map(|found| found + 1);
    let colon = colon.or_else(|| text.starts_with("services:").then_some(0));
    let Some(colon) = colon.map(|start| start + "services:".len()) else {
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { line_break };
        return Edit::insert(text.len(), format!("{gap}services:{line_break}{block}"));
    };
    let braces = services.filter(|node| text[node.range.clone()].starts_with('{'));
    let end = braces.map_or(colon, |node| node.range.end);
    let rest = line_end(text, end);
    let comment = text[end..rest].trim_end();
    Edit::replace(colon..rest, format!("{comment}{line_break}{block}"))
}

/// Sets the host's side of the mapping to the registry's port.
fn publish(text: &str, known: &Node, service: &ComposeService) -> Result<Vec<Edit>, ComposeError> {
    let mapping = mapping_text(service);
    let Some(ports) = known.get("ports").filter(|ports| !ports.items().is_empty()) else {
        return Ok(vec![first_mapping(text, known, &mapping)]);
    };
    if ports.items().iter().any(|item| publishes(item, service, &mapping)) {
        return Ok(Vec::new());
    }
    let target = service.container_port.to_string();
    let serves = |item: &&Node| target_port(item).as_deref() == Some(target.as_str());
    let Some(item) = ports.items().iter().find(serves) else {
        let found = ports.items()[0].text().unwrap_or("a mapping").to_owned();
        return Err(ComposeError::Mapping { name: service.name.clone(), line: ports.line, found });
    };
    if item.shared {
        let name = service.name.clone();
        return Err(ComposeError::Shared { name, line: item.line });
    }
    if let Some(published) = item.get("published") {
        let port = format!("\"{}\"", service.host_port);
        return Ok(vec![Edit::replace(published.range.clone(), port)]);
    }
    let host = item.text().unwrap_or_default();
    let address = host.rsplitn(3, ':').nth(2).map(|address| format!("{address}:"));
    let protocol = host.split_once('/').map(|(_, protocol)| format!("/{protocol}"));
    let (address, protocol) = (address.unwrap_or_default(), protocol.unwrap_or_default());
    let new = format!("\"{address}{mapping}{protocol}\"");
    Ok(vec![Edit::replace(item.range.clone(), new)])
}

/// A `ports:` list for a service that has none.
fn first_mapping(text: &str, known: &Node, mapping: &str) -> Edit {
    let line_break = line_break(text);
    let Some((key, _)) = known.entries().iter().find(|(key, _)| !key.shared) else {
        return Edit::insert(known.range.start, format!("{{ports: [\"{mapping}\"]}}"));
    };
    if let Some((ports, value)) =
        known.entries().iter().find(|(key, _)| key.text() == Some("ports"))
    {
        let end = value.range.end.max(ports.range.end + 1);
        return Edit::replace(ports.range.end + 1..end, format!(" [\"{mapping}\"]"));
    }
    let start = text[..key.range.start].rfind('\n').map_or(0, |found| found + 1);
    let indent = &text[start..key.range.start];
    let lines = format!("{indent}ports:{line_break}{indent}  - \"{mapping}\"{line_break}");
    Edit::insert(start, lines)
}

fn mapping_text(service: &ComposeService) -> String {
    format!("{}:{}", service.host_port, service.container_port)
}

fn publishes(item: &Node, service: &ComposeService, mapping: &str) -> bool {
    let long = item.get_text("published") == Some(&service.host_port.to_string())
        && item.get_text("target") == Some(&service.container_port.to_string());
    let short = item.text().map(|text| text.split('/').next().unwrap_or(text));
    long || short.is_some_and(|text| text == mapping || text.ends_with(&format!(":{mapping}")))
}

fn target_port(item: &Node) -> Option<String> {
    if let Some(target) = item.get_text("target") {
        return Some(target.to_owned());
    }
    let mapping = item.text()?.split('/').next()?;
    Some(mapping.rsplit(':').next()?.to_owned())
}

/// The first service that lists `name` under `depends_on` or `links`.
fn needed_by(entries: &[(Node, Node)], name: &str) -> Option<(String, usize)> {
    entries.iter().find_map(|(key, value)| {
        let lists = ["depends_on", "links"].iter().filter_map(|list| value.get(list));
        let mut names = lists.flat_map(|list| {
            let keys = list.entries().iter().map(|(key, _)| key);
            keys.chain(list.items()).collect::<Vec<_>>()
        });
        let found = names.find(|node| node.text() == Some(name))?;
        Some((key.text()?.to_owned(), found.line))
    })
}

/// Whether two files say the same about everything but the service `name`.
fn same_but(before: &Node, after: &Node, name: &str) -> bool {
    let is = |key: &Node, text: &str| key.text() == Some(text);
    let rest = |root: &Node| {
        let entries = root.entries().iter().cloned();
        let others = entries.filter(|(key, _)| !is(key, "services"));
        let services = root.get("services").map_or(&[][..], Node::entries).iter().cloned();
        others.chain(services.filter(|(key, _)| !is(key, name))).collect::<Vec<_>>()
    };
    let (before, after) = (rest(before), rest(after));
    let same =
        |(a, b): (&(Node, Node), &(Node, Node))| a.0.says_the_same(&b.0) && a.1.says_the_same(&b.1);
    before.len() == after.len() && before.iter().zip(&after).all(same)
}

/// The end of the last thing that a value itself writes; comments behind it do not count.
fn content_end(text: &str, node: &Node) -> usize {
    let own = |child: &&Node| !child.shared && child.range.start >= node.range.start;
    let last = match &node.value {
        Value::Mapping(entries) => {
            let parts = entries.iter().flat_map(|(key, value)| [key, value]);
            parts.filter(own).map(|child| content_end(text, child)).max()
        }
        Value::Sequence(items) => {
            items.iter().filter(own).map(|child| content_end(text, child)).max()
        }
        Value::Null | Value::Scalar(_) => None,
    };
    let written = || {
        let range = &node.range;
        range.start + text[range.clone()].trim_end().len()
    };
    let flow = text[node.range.clone()].starts_with(['{', '[']);
    if flow { written() } else { last.unwrap_or_else(written) }
}

/// The end of the line that holds `offset`, behind its line break.
fn line_end(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    text[offset..].find('\n').map_or(text.len(), |length| offset + length + 1)
}

fn line_break(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn key(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "_-./".contains(character);
    let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if is_word && text.chars().all(plain) { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests;
