//! Reading `scaffold.toml` strictly, with the line of everything that is wrong.

use std::str::FromStr;

use pep508_rs::pep440_rs::Version;
use toml_edit::{Document, Item, TableLike};

use super::{Config, ConfigError, ConfigProblem, MigrationConfig, ServiceConfig, nearest};
use crate::change::RelPath;
use crate::workspace::ranges::PortRanges;
use crate::workspace::versions::normal;
use crate::workspace::yaml::LineStarts;

/// `audit` is read by the audit itself.
const TOP_KEYS: &[&str] = &["workspace", "families", "services", "migrations", "versions", "audit"];
const WORKSPACE_KEYS: &[&str] = &["name", "prefix", "services", "libs", "exclude"];
const FAMILY_KEYS: &[&str] = &["ports"];
const MIGRATION_KEYS: &[&str] = &["order", "skip", "pin", "deprecated-since"];
const SERVICE_KEYS: &[&str] = &["path", "family"];

/// Reads a text; see [`Config::parse`].
pub(super) fn read(text: &str) -> Result<Config, ConfigError> {
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
    for (name, item) in reader.tables(root, "versions")? {
        let version = item.as_str().and_then(|text| Version::from_str(text).ok());
        let wrong = || reader.wrong(item, &name, "a version, such as \"2.12.0\"");
        config.versions.insert(normal(&name), version.ok_or_else(wrong)?);
    }
    if let Some(item) = root.get("migrations") {
        config.migrations = reader.migrations(item)?;
    }
    Ok(config)
}

/// Knows the lines of the text that is read.
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
            config.exclude = self.texts(item, "exclude", "a list of folder names")?;
        }
        Ok(config)
    }

    fn texts(
        &self,
        item: &Item,
        key: &str,
        expected: &'static str,
    ) -> Result<Vec<String>, ConfigError> {
        let names = item.as_array().and_then(|array| {
            let texts = array.iter().map(|value| value.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>()
        });
        names.ok_or_else(|| self.wrong(item, key, expected))
    }

    fn migrations(&self, item: &Item) -> Result<MigrationConfig, ConfigError> {
        let table = self.table(item, "migrations")?;
        self.known(table, "[migrations]", MIGRATION_KEYS)?;
        let mut config = MigrationConfig::default();
        if let Some(item) = table.get("order") {
            config.order = self.texts(item, "order", "a list of steps")?;
        }
        if let Some(item) = table.get("skip") {
            config.skip = self.texts(item, "skip", "a list of steps")?;
        }
        if let Some(item) = table.get("pin") {
            let pins = self.table(item, "pin")?;
            for (name, item) in pins.iter() {
                let hash = item.as_str().ok_or_else(|| self.wrong(item, name, "a hash"))?;
                config.pin.insert(name.to_owned(), hash.to_owned());
            }
        }
        if let Some(item) = table.get("deprecated-since") {
            let day = item.as_datetime().and_then(|found| found.date);
            let day =
                day.ok_or_else(|| self.wrong(item, "deprecated-since", "a day: 2026-03-01"))?;
            config.deprecated_since = Some((day.year, day.month, day.day));
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
