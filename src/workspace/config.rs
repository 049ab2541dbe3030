//! `scaffold.toml`: what the workspace is called, where things are, which family owns
//! which ports.
//!
//! Reading is strict: an unknown key is an error with its line and the nearest known
//! key. This file neither looks at the disk nor changes an existing text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml_edit::{Document, Item, TableLike};

use super::ranges::{PortRanges, RangeError};
use super::yaml::LineStarts;
use crate::change::{PathError, RelPath};

/// The name of the file at a workspace's root.
pub const CONFIG_FILE: &str = "scaffold.toml";

/// The families every workspace has unless it says otherwise.
const DEFAULT_FAMILIES: [(&str, u16, u16); 2] = [("core", 8000, 8099), ("services", 8100, 8999)];

const TOP_KEYS: &[&str] = &["workspace", "families", "services"];
const WORKSPACE_KEYS: &[&str] = &["name", "prefix", "services", "libs", "exclude"];
const FAMILY_KEYS: &[&str] = &["ports"];
const SERVICE_KEYS: &[&str] = &["path", "family"];

/// The checked content of `scaffold.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The name of the workspace.
    pub name: String,
    /// What the names of shared libraries begin with.
    pub prefix: String,
    /// The folder whose subfolders are services.
    pub services: RelPath,
    /// The folder of shared libraries.
    pub libs: RelPath,
    /// Subfolders of `services` that are none.
    pub exclude: Vec<String>,
    /// Ports per family.
    pub families: BTreeMap<String, PortRanges>,
    /// What differs for single services.
    pub overrides: BTreeMap<String, ServiceConfig>,
}

/// What differs for one service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceConfig {
    /// Its folder, when that is not `<services>/<name>`.
    pub path: Option<RelPath>,
    /// Its family, when neither `ports.yaml` nor its port says so.
    pub family: Option<String>,
}

/// Why `scaffold.toml` cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{CONFIG_FILE}:{line}: {problem}")]
pub struct ConfigError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: ConfigProblem,
}

/// What can be wrong in `scaffold.toml`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// It is no TOML.
    #[error("{0}")]
    Syntax(String),
    /// A key that means nothing.
    #[error("unknown key `{key}` in {table}{}", nearest_text(.nearest.as_ref()))]
    UnknownKey {
        /// The key.
        key: String,
        /// Where it stands.
        table: String,
        /// The known key most like it.
        nearest: Option<String>,
    },
    /// A key that must be there.
    #[error("`{key}` is missing in {table}")]
    Missing {
        /// The key.
        key: &'static str,
        /// Where it belongs.
        table: String,
    },
    /// A value of another type.
    #[error("`{key}` must be {expected}")]
    Type {
        /// The key.
        key: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A path that leaves the workspace.
    #[error("`{key}`: {error}")]
    Path {
        /// The key.
        key: String,
        /// What is wrong with it.
        error: PathError,
    },
    /// A name that cannot begin a Python package.
    #[error("{0:?} is not a lower-case Python identifier")]
    Prefix(String),
    /// A family's ports cannot be read.
    #[error("family `{family}`: {error}")]
    Ports {
        /// The family.
        family: String,
        /// What is wrong with its ports.
        error: RangeError,
    },
    /// Two families overlap without one being inside the other.
    #[error(
        "the ports {first_ports} of family `{first}` and {second_ports} of family `{second}` \
         overlap; ranges may be apart or one inside the other"
    )]
    Crossing {
        /// One family.
        first: String,
        /// Its range.
        first_ports: String,
        /// The other family.
        second: String,
        /// Its range.
        second_ports: String,
    },
    /// A service names a family that does not exist.
    #[error("`{service}` names the unknown family `{family}`{}", nearest_text(.nearest.as_ref()))]
    UnknownFamily {
        /// The service.
        service: String,
        /// The family.
        family: String,
        /// The known family most like it.
        nearest: Option<String>,
    },
}

fn nearest_text(nearest: Option<&String>) -> String {
    nearest.map_or_else(String::new, |key| format!("; did you mean `{key}`?"))
}

/// The candidate most like `name`, if one is like it at all: a few letters apart, or one of
/// the two beginning with the other.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let limit = name.chars().count().max(3) / 3 + 1;
    let scored = candidates.into_iter().map(|candidate| {
        let begins = candidate.starts_with(name) || name.starts_with(candidate);
        let is_part = begins && name.len().min(candidate.len()) >= 3;
        let score = strsim::damerau_levenshtein(name, candidate);
        (if is_part { score.min(limit) } else { score }, candidate)
    });
    let best = scored.filter(|(score, _)| *score <= limit).min()?;
    Some(best.1.to_owned())
}

impl Config {
    /// The configuration of a new workspace.
    pub fn new(name: impl Into<String>) -> Self {
        let families = DEFAULT_FAMILIES.iter().filter_map(|(name, first, last)| {
            let ranges = PortRanges::single(*first, *last).ok()?;
            Some(((*name).to_owned(), ranges))
        });
        Self {
            name: name.into(),
            prefix: "vertice".into(),
            services: folder("services"),
            libs: folder("libs"),
            exclude: Vec::new(),
            families: families.collect(),
            overrides: BTreeMap::new(),
        }
    }

    /// Reads the text of `scaffold.toml`.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let lines = LineStarts::new(text);
        let document = Document::parse(text).map_err(|error| ConfigError {
            line: lines.line(error.span().map_or(0, |span| span.start)),
            problem: ConfigProblem::Syntax(error.message().to_owned()),
        })?;
        let reader = Reader { lines };
        let root = document.as_table();
        reader.known(root, "the file", TOP_KEYS)?;
        let Some(workspace) = root.get("workspace") else {
            return Err(reader.missing(0, "workspace", "the file"));
        };
        let mut config = reader.workspace(workspace)?;
        for (name, item) in reader.tables(root, "families")? {
            let ports = reader.family(&name, item)?;
            config.families.insert(name, ports);
        }
        reader.no_crossing(&config, root)?;
        for (name, item) in reader.tables(root, "services")? {
            let service = reader.service(&name, item, &config)?;
            config.overrides.insert(name, service);
        }
        Ok(config)
    }

    /// The family whose narrowest range holds `port`.
    pub fn family_of_port(&self, port: u16) -> Option<&str> {
        narrowest(&self.families, port)
    }

    /// The text of a new `scaffold.toml` that says this.
    pub fn render(&self) -> String {
        let mut text = format!(
            "[workspace]\nname = {}\n# Shared libraries are called <prefix>_core, <prefix>_api …\n\
             prefix = {}\nservices = {}\nlibs = {}\n",
            quote(&self.name),
            quote(&self.prefix),
            quote(self.services.as_str()),
            quote(self.libs.as_str()),
        );
        if !self.exclude.is_empty() {
            let names: Vec<_> = self.exclude.iter().map(|name| quote(name)).collect();
            let _ = writeln!(text, "exclude = [{}]", names.join(", "));
        }
        text.push_str("\n# Ports per family; a range may lie inside another family's, the narrower one counts.\n");
        for (index, (name, ports)) in self.families.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            let _ = writeln!(text, "{gap}[families.{}]\nports = \"{ports}\"", key(name));
        }
        for (name, service) in &self.overrides {
            let _ = writeln!(text, "\n[services.{}]", key(name));
            if let Some(path) = &service.path {
                let _ = writeln!(text, "path = {}", quote(path.as_str()));
            }
            if let Some(family) = &service.family {
                let _ = writeln!(text, "family = {}", quote(family));
            }
        }
        text
    }
}

/// The family whose narrowest range holds `port`.
pub(crate) fn narrowest(families: &BTreeMap<String, PortRanges>, port: u16) -> Option<&str> {
    let holding = families.iter().filter_map(|(name, ranges)| {
        let width = ranges.width_at(port)?;
        Some((width, name.as_str()))
    });
    holding.min().map(|(_, name)| name)
}

fn folder(name: &str) -> RelPath {
    RelPath::new(name).expect("the default folders are relative paths")
}

fn quote(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

fn key(name: &str) -> String {
    toml_edit::Key::new(name).to_string()
}

struct Reader {
    lines: LineStarts,
}

impl Reader {
    fn error(&self, offset: usize, problem: ConfigProblem) -> ConfigError {
        ConfigError { line: self.lines.line(offset), problem }
    }

    fn missing(&self, offset: usize, key: &'static str, table: &str) -> ConfigError {
        let table = table.to_owned();
        self.error(offset, ConfigProblem::Missing { key, table })
    }

    fn known(
        &self,
        table: &dyn TableLike,
        name: &str,
        known: &'static [&'static str],
    ) -> Result<(), ConfigError> {
        let unknown = table.iter().find(|(key, _)| !known.contains(key));
        let Some((key, item)) = unknown else {
            return Ok(());
        };
        let offset = table.key(key).map_or_else(|| start(item), key_start);
        let problem = ConfigProblem::UnknownKey {
            key: key.to_owned(),
            table: name.to_owned(),
            nearest: nearest(key, known.iter().copied()),
        };
        Err(self.error(offset, problem))
    }

    fn table<'a>(&self, item: &'a Item, key: &str) -> Result<&'a dyn TableLike, ConfigError> {
        let wrong = || self.wrong(item, key, "a table");
        item.as_table_like().ok_or_else(wrong)
    }

    fn wrong(&self, item: &Item, key: &str, expected: &'static str) -> ConfigError {
        let key = key.to_owned();
        self.error(start(item), ConfigProblem::Type { key, expected })
    }

    fn tables<'a>(
        &self,
        root: &'a dyn TableLike,
        key: &str,
    ) -> Result<Vec<(String, &'a Item)>, ConfigError> {
        let Some(item) = root.get(key) else {
            return Ok(Vec::new());
        };
        let table = self.table(item, key)?;
        Ok(table.iter().map(|(name, item)| (name.to_owned(), item)).collect())
    }

    fn text(&self, table: &dyn TableLike, key: &str) -> Result<Option<String>, ConfigError> {
        let Some(item) = table.get(key) else {
            return Ok(None);
        };
        let text = item.as_str().filter(|text| !text.trim().is_empty());
        let wrong = || self.wrong(item, key, "a text that is not empty");
        Ok(Some(text.ok_or_else(wrong)?.to_owned()))
    }

    fn path(&self, table: &dyn TableLike, key: &str) -> Result<Option<RelPath>, ConfigError> {
        let Some(text) = self.text(table, key)? else {
            return Ok(None);
        };
        let path = RelPath::new(text).map_err(|error| {
            let key = key.to_owned();
            let offset = table.get(&key).map_or(0, start);
            self.error(offset, ConfigProblem::Path { key, error })
        })?;
        Ok(Some(path))
    }

    fn workspace(&self, item: &Item) -> Result<Config, ConfigError> {
        let table = self.table(item, "workspace")?;
        self.known(table, "[workspace]", WORKSPACE_KEYS)?;
        let Some(name) = self.text(table, "name")? else {
            return Err(self.missing(start(item), "name", "[workspace]"));
        };
        let mut config = Config::new(name);
        if let Some(prefix) = self.text(table, "prefix")? {
            if !is_identifier(&prefix) {
                let offset = table.get("prefix").map_or(0, start);
                return Err(self.error(offset, ConfigProblem::Prefix(prefix)));
            }
            config.prefix = prefix;
        }
        config.services = self.path(table, "services")?.unwrap_or(config.services);
        config.libs = self.path(table, "libs")?.unwrap_or(config.libs);
        if let Some(item) = table.get("exclude") {
            let names = item.as_array().and_then(|array| {
                let texts = array.iter().map(|value| value.as_str().map(str::to_owned));
                texts.collect::<Option<Vec<_>>>()
            });
            let wrong = || self.wrong(item, "exclude", "a list of folder names");
            config.exclude = names.ok_or_else(wrong)?;
        }
        Ok(config)
    }

    fn family(&self, name: &str, item: &Item) -> Result<PortRanges, ConfigError> {
        let table_name = format!("[families.{name}]");
        let table = self.table(item, &table_name)?;
        self.known(table, &table_name, FAMILY_KEYS)?;
        let Some(text) = self.text(table, "ports")? else {
            return Err(self.missing(start(item), "ports", &table_name));
        };
        PortRanges::parse(&text).map_err(|error| {
            let family = name.to_owned();
            let offset = table.get("ports").map_or(0, start);
            self.error(offset, ConfigProblem::Ports { family, error })
        })
    }

    fn no_crossing(&self, config: &Config, root: &dyn TableLike) -> Result<(), ConfigError> {
        let families: Vec<_> = config.families.iter().collect();
        for (index, (first, first_ports)) in families.iter().enumerate() {
            for (second, second_ports) in &families[index + 1..] {
                let Some((first_text, second_text)) = first_ports.crossing(second_ports) else {
                    continue;
                };
                let table = root.get("families").and_then(Item::as_table_like);
                let written = |name: &str| table.and_then(|table| table.get(name)).map(start);
                let offset = written(second).or_else(|| written(first)).unwrap_or(0);
                let problem = ConfigProblem::Crossing {
                    first: (*first).clone(),
                    first_ports: first_text,
                    second: (*second).clone(),
                    second_ports: second_text,
                };
                return Err(self.error(offset, problem));
            }
        }
        Ok(())
    }

    fn service(
        &self,
        name: &str,
        item: &Item,
        config: &Config,
    ) -> Result<ServiceConfig, ConfigError> {
        let table_name = format!("[services.{name}]");
        let table = self.table(item, &table_name)?;
        self.known(table, &table_name, SERVICE_KEYS)?;
        let family = self.text(table, "family")?;
        if let Some(family) = family.as_ref().filter(|name| !config.families.contains_key(*name)) {
            let problem = ConfigProblem::UnknownFamily {
                service: name.to_owned(),
                family: family.clone(),
                nearest: nearest(family, config.families.keys().map(String::as_str)),
            };
            return Err(self.error(table.get("family").map_or(0, start), problem));
        }
        let path = self.path(table, "path")?;
        Ok(ServiceConfig { path, family })
    }
}

fn start(item: &Item) -> usize {
    item.span().map_or(0, |span| span.start)
}

fn key_start(key: &toml_edit::Key) -> usize {
    key.span().map_or(0, |span| span.start)
}

fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_lowercase())
        && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests;
