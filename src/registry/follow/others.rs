//! Mentions of a service's port and host names anywhere in the tree.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::references::References;
use super::{ENV_FILE, port_variable};
use crate::change::RelPath;
use crate::registry::facts::url_ports;
use crate::workspace::yaml::LineStarts;

/// Host names that mean the own container or machine.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "0.0.0.0"];

impl References<'_> {
    /// Every other mention: URLs with a host name of the service are references; the bare
    /// number in the service's own files, or its host name apart from a port, is a reason to stay.
    pub(super) fn others(&mut self, hosts: &[&str]) {
        let folder = &self.service.service.folder;
        let digits = self.port.to_string();
        for (path, text) in self.mentions.of(&[&digits]) {
            self.urls(path, text, hosts);
            if path.starts_with(folder) {
                self.local_urls(path, text);
                self.bare(path, text, &digits);
            }
        }
        for (path, text) in self.mentions.of(hosts) {
            if !path.starts_with(folder) && !is_prose(path) {
                self.split_address(path, text, hosts);
            }
        }
        let variable = port_variable(&self.service.service.name);
        for (path, text) in self.mentions.of(&[&variable]) {
            if !path.starts_with(folder) && !is_prose(path) && path.name() != ENV_FILE {
                let line = line_of(text, &variable);
                self.stays(path, line, format!("holds the port apart in {variable}"));
            }
        }
    }

    fn urls(&mut self, path: &RelPath, text: &str, hosts: &[&str]) {
        let found = url_ports(text, hosts);
        let port = self.port;
        for (_, range) in found.into_iter().filter(|(found, _)| *found == port) {
            self.take(path, range);
        }
    }

    /// `localhost:8000` in the service's own files is the service, unless another one is
    /// reached at that port.
    fn local_urls(&mut self, path: &RelPath, text: &str) {
        let name = &self.service.service.name;
        let other = self.facts.registry.owner(self.port).filter(|owner| owner.name != *name);
        let Some(other) = other.map(|owner| owner.name.clone()) else {
            return self.urls(path, text, &LOCAL);
        };
        let lines = LineStarts::new(text);
        let known = self.found.get(path).cloned().unwrap_or_default();
        for (port, range) in url_ports(text, &LOCAL) {
            if port == self.port && !known.contains(&range) && !is_prose(path) {
                let what = format!("localhost:{port} may mean `{other}`");
                self.stays(path, lines.line(range.start), what);
            }
        }
    }

    /// The number alone in the service's own files.
    fn bare(&mut self, path: &RelPath, text: &str, digits: &str) {
        let lines = LineStarts::new(text);
        let known = self.found.get(path).cloned().unwrap_or_default();
        for (at, _) in text.match_indices(digits) {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
            let before = text[..at].chars().next_back().is_some_and(is_word);
            let after = text[at + digits.len()..].chars().next().is_some_and(is_word);
            if before || after || known.iter().any(|range| range.start == at) {
                continue;
            }
            if says_own_port(&text[..at]) {
                self.take(path, at..at + digits.len());
            } else if !is_prose(path) {
                let what = format!("mentions {digits} in a way that is not understood");
                self.stays(path, lines.line(at), what);
            }
        }
    }

    /// Callers that hold host and port apart, or leave the port out, are not found by a URL.
    fn split_address(&mut self, path: &RelPath, text: &str, hosts: &[&str]) {
        for host in hosts {
            for (at, _) in text.match_indices(host) {
                let what = match alone(text, at..at + host.len(), path.extension() == "py") {
                    Some(Alone::Name) => format!("names the host `{host}` without a port"),
                    Some(Alone::Url) if self.port == 80 => {
                        format!("reaches `{host}` at port 80 unsaid")
                    }
                    _ => continue,
                };
                let line = LineStarts::new(text).line(at);
                self.stays(path, line, what);
                return;
            }
        }
    }
}

/// How a host name is mentioned without a port.
enum Alone {
    Name,
    Url,
}

/// Whether the host name at `range` stands without a port where a caller would read it.
fn alone(text: &str, range: Range<usize>, is_python: bool) -> Option<Alone> {
    let (before, after) = (&text[..range.start], &text[range.end..]);
    let next = after.chars().next();
    let ends = next.is_none_or(|c| !(c.is_ascii_alphanumeric() || "_-.:".contains(c)));
    let last = before.chars().next_back();
    if before.ends_with("//") || before.ends_with('@') {
        return ends.then_some(Alone::Url);
    }
    let start = before.rfind('\n').map_or(0, |found| found + 1);
    let line = before[start..].to_ascii_uppercase();
    let is_host = line.contains("HOST") && !line.contains("HOSTNAME:");
    let begins = last.is_none_or(|c| !(c.is_ascii_alphanumeric() || "_-./".contains(c)));
    let quoted = matches!(last, Some('"' | '\'')) && last == next;
    let assigned = last == Some('=') && next.is_none_or(char::is_whitespace);
    let is_name = assigned || quoted && is_python || is_host && begins && ends;
    is_name.then_some(Alone::Name)
}

/// What stands before a number that is the port: `port 8000`, `settings.port == 8000`.
static OWN_PORT: LazyLock<Regex> = LazyLock::new(|| {
    let written = r#"(?i)(?:^|\W)port(?:["'\])]*\s*==\s*["']?|\s+[`*"']*)$"#;
    Regex::new(written).expect("a fixed pattern that the tests use")
});

/// Whether what stands before a number says that it is the port.
fn says_own_port(before: &str) -> bool {
    OWN_PORT.is_match(&before[before.rfind('\n').map_or(0, |found| found + 1)..])
}

fn line_of(text: &str, word: &str) -> usize {
    text.find(word).map_or(1, |at| LineStarts::new(text).line(at))
}

/// Documents and locks: what they mention binds nobody.
fn is_prose(path: &RelPath) -> bool {
    path.name().starts_with("requirements")
        || matches!(path.extension(), "md" | "rst" | "txt" | "html" | "xml" | "lock")
}
