//! Reading compose files: which entry runs which folder, with which command and ports.
//!
//! A tolerant view of what matters for services; places are kept for reports and edits.
//! Nothing is changed here, see `render`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::dockerfile::PortAt;
use super::folder::Folder;
use super::tree::Tree;
use super::words::{Source, Word, expand, shell_words};
use super::yaml::{self, Node, Value, YamlError};
use crate::change::{Entry, RelPath};

/// A compose file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeFile {
    /// Where it is.
    pub path: RelPath,
    /// Its services, in the order of the file.
    pub entries: Vec<ComposeEntry>,
}

/// One service of a compose file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeEntry {
    /// Its name, which is its host name as well.
    pub name: String,
    /// Line of the name, from 1.
    pub line: usize,
    /// What it is built from.
    pub build: Option<Build>,
    /// `command`, when it replaces that of the image.
    pub command: Option<Written>,
    /// `entrypoint`, when it replaces that of the image.
    pub entrypoint: Option<Written>,
    /// `ports`.
    pub ports: Vec<Mapping>,
    /// Environment variables.
    pub environment: Vec<Variable>,
    /// The command of the health check.
    pub healthcheck: Option<Written>,
    /// Bind mounts as (folder or file of the tree, path in the container).
    pub mounts: Vec<(Folder, String)>,
    /// `working_dir`.
    pub workdir: Option<String>,
    /// Services that must be there before.
    pub depends_on: Vec<String>,
    /// Other host names: `hostname`, `container_name`, network aliases.
    pub aliases: Vec<String>,
}

/// The `build` of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The context.
    pub context: Folder,
    /// The Dockerfile.
    pub dockerfile: RelPath,
    /// Line, from 1.
    pub line: usize,
}

/// A command in a compose file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its words.
    pub words: Vec<Word>,
    /// Line, from 1.
    pub line: usize,
}

/// A published port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The port on the host; `None` when the system chooses.
    pub host: Option<u16>,
    /// The port in the container, with its digits.
    pub container: PortAt,
}

/// An environment variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Bytes that hold the value (of `NAME=value`, the whole item).
    pub range: std::ops::Range<usize>,
    /// Line, from 1.
    pub line: usize,
}

/// Whether a file of this name is a compose file.
pub fn is_compose_file(path: &RelPath) -> bool {
    let name = path.name();
    let is_yaml = matches!(path.extension(), "yml" | "yaml");
    is_yaml && (name.starts_with("docker-compose") || name.starts_with("compose"))
}

/// The compose files of a tree that can be read, sorted by path.
pub fn all(tree: &Tree) -> Arc<Vec<Arc<ComposeFile>>> {
    tree.derived(
        |_| true,
        |tree| {
            let files = tree.iter().filter(|(path, _)| is_compose_file(path));
            files.filter_map(|(path, entry)| ComposeFile::of(path, entry)).collect()
        },
    )
}

impl ComposeFile {
    /// Reads the compose file at `path`.
    pub fn parse(path: &RelPath, text: &str) -> Result<Self, YamlError> {
        let root = yaml::read(text)?;
        Ok(Self::read(path, text, &root))
    }

    fn read(path: &RelPath, text: &str, root: &Node) -> Self {
        let services = root.get("services").map_or(&[][..], Node::entries);
        let reader = Reader { text, folder: Folder::of(path) };
        let entries = services.iter().filter_map(|(key, value)| reader.entry(key, value));
        Self { path: path.clone(), entries: entries.collect() }
    }

    /// The compose file in an entry of a tree, parsed once; none when it cannot be read.
    pub fn of(path: &RelPath, entry: &Entry) -> Option<Arc<Self>> {
        let text = entry.text()?;
        let bytes = entry.bytes()?;
        let parsed = bytes.derived::<(RelPath, Option<Arc<Self>>)>(
            |(known, _)| known == path,
            |_| {
                let root = yaml::of(bytes).ok();
                (path.clone(), root.map(|root| Arc::new(Self::read(path, text, &root))))
            },
        );
        parsed.1.clone()
    }

    /// The entry of this name.
    pub fn entry(&self, name: &str) -> Option<&ComposeEntry> {
        self.entries.iter().find(|entry| entry.name == name)
    }
}

impl ComposeEntry {
    /// Whether it runs what is in `folder`: that is its build context or holds its Dockerfile.
    pub fn runs(&self, folder: &RelPath) -> bool {
        let Some(build) = &self.build else {
            return false;
        };
        build.context.path() == Some(folder) || build.dockerfile.starts_with(folder)
    }

    /// Every name under which others reach it.
    pub fn host_names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

struct Reader<'a> {
    text: &'a str,
    folder: Folder,
}

impl Reader<'_> {
    fn entry(&self, key: &Node, value: &Node) -> Option<ComposeEntry> {
        let name = key.text()?.to_owned();
        let names = ["hostname", "container_name"].iter().filter_map(|key| value.get_text(key));
        let mut aliases: Vec<String> = names.map(str::to_owned).collect();
        for (_, network) in value.get("networks").map_or(&[][..], Node::entries) {
            let items = network.get("aliases").map_or(&[][..], Node::items);
            aliases.extend(items.iter().filter_map(|item| item.text().map(str::to_owned)));
        }
        let ports = value.get("ports").map_or(&[][..], Node::items);
        Some(ComposeEntry {
            name,
            line: key.line,
            build: value.get("build").and_then(|build| self.build(build)),
            command: value.get("command").and_then(|node| self.command(node)),
            entrypoint: value.get("entrypoint").and_then(|node| self.command(node)),
            ports: ports.iter().filter_map(|item| self.mapping(item)).collect(),
            environment: value.get("environment").map_or_else(Vec::new, environment),
            healthcheck: value
                .get("healthcheck")
                .and_then(|check| check.get("test"))
                .and_then(|test| self.healthcheck(test)),
            mounts: self.mounts(value),
            workdir: value.get_text("working_dir").map(str::to_owned),
            depends_on: names_of(value.get("depends_on")),
            aliases,
        })
    }

    /// A path of the file as a folder of the tree, if it is one.
    fn path(&self, text: &str) -> Option<Folder> {
        let text = expand(text, &BTreeMap::new());
        if text.starts_with('/') || text.starts_with('~') || text.contains("://") {
            return None;
        }
        self.folder.folder(&text)
    }

    fn build(&self, node: &Node) -> Option<Build> {
        let context = node.text().or_else(|| node.get_text("context")).unwrap_or(".");
        let context = self.path(context)?;
        let dockerfile = node.get_text("dockerfile").unwrap_or("Dockerfile");
        let dockerfile = context.file(dockerfile)?;
        Some(Build { context, dockerfile, line: node.line })
    }

    fn command(&self, node: &Node) -> Option<Written> {
        let words = match &node.value {
            Value::Scalar(text) => {
                let (text, start) = self.scalar_source(node, text);
                let mut words = shell_words(&Source::new(&text, start));
                for word in &mut words {
                    word.text = expand(&word.text, &BTreeMap::new());
                }
                words
            }
            Value::Sequence(items) => {
                let words = items.iter().filter_map(|item| {
                    let text = expand(item.text()?, &BTreeMap::new());
                    Some(Word { text, range: item.range.clone(), operator: false })
                });
                words.collect()
            }
            Value::Null | Value::Mapping(_) => return None,
        };
        Some(Written { words, line: node.line })
    }

    /// The text of a scalar as it stands in the file, if it stands there in one piece.
    fn scalar_source(&self, node: &Node, text: &str) -> (String, usize) {
        let raw = &self.text[node.range.clone()];
        match raw.find(text) {
            Some(at) => (text.to_owned(), node.range.start + at),
            None => (text.to_owned(), node.range.start),
        }
    }

    fn healthcheck(&self, test: &Node) -> Option<Written> {
        let mut written = self.command(test)?;
        let kind = written.words.first().map(|word| word.text.clone());
        match kind.as_deref() {
            Some("NONE") => return None,
            Some("CMD" | "CMD-SHELL") => {
                written.words.remove(0);
            }
            _ => {}
        }
        Some(written)
    }

    fn mapping(&self, item: &Node) -> Option<Mapping> {
        let number = |text: &str| text.trim().parse::<u16>().ok();
        if let Some(target) = item.get("target") {
            let port = number(target.text()?)?;
            let host = item.get_text("published").and_then(number);
            let range = self.digits(target, port);
            let container = PortAt { port, range, line: item.line };
            return Some(Mapping { host, container });
        }
        let text = expand(item.text()?, &BTreeMap::new());
        let plain = text.split('/').next()?;
        let mut parts = plain.rsplit(':');
        let port = number(parts.next()?)?;
        let host = parts.next().and_then(number);
        let range = self.digits(item, port);
        let container = PortAt { port, range, line: item.line };
        Some(Mapping { host, container })
    }

    /// The last place in a node where the digits of `port` stand.
    fn digits(&self, node: &Node, port: u16) -> std::ops::Range<usize> {
        let digits = port.to_string();
        match self.text[node.range.clone()].rfind(&digits) {
            Some(at) => node.range.start + at..node.range.start + at + digits.len(),
            None => node.range.clone(),
        }
    }

    fn mounts(&self, value: &Node) -> Vec<(Folder, String)> {
        let volumes = value.get("volumes").map_or(&[][..], Node::items);
        let mounts = volumes.iter().filter_map(|item| {
            if let Some(text) = item.text() {
                let mut parts = text.split(':');
                let (source, target) = (parts.next()?, parts.next()?);
                let is_path = source.starts_with('.') || source.contains('/');
                let folder = self.path(source).filter(|_| is_path)?;
                return Some((folder, target.to_owned()));
            }
            let source = item.get_text("source").filter(|_| item.get_text("type") == Some("bind"));
            Some((self.path(source?)?, item.get_text("target")?.to_owned()))
        });
        mounts.collect()
    }
}

fn environment(node: &Node) -> Vec<Variable> {
    let text_of = |node: &Node| node.text().unwrap_or_default().to_owned();
    let pairs = node.entries().iter().filter_map(|(key, value)| {
        Some(Variable {
            name: key.text()?.to_owned(),
            value: text_of(value),
            range: value.range.clone(),
            line: key.line,
        })
    });
    let items = node.items().iter().filter_map(|item| {
        let (name, value) = item.text()?.split_once('=')?;
        Some(Variable {
            name: name.to_owned(),
            value: value.to_owned(),
            range: item.range.clone(),
            line: item.line,
        })
    });
    pairs.chain(items).collect()
}

/// The names in a list, or the keys of a mapping.
fn names_of(node: Option<&Node>) -> Vec<String> {
    let Some(node) = node else {
        return Vec::new();
    };
    let keys = node.entries().iter().map(|(key, _)| key);
    let names = keys.chain(node.items()).filter_map(Node::text);
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
