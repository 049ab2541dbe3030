//! Reading `ports.yaml` in both forms.

use std::collections::BTreeMap;

use super::{Form, Group, RangeConflict, Registered, Registry, RegistryError, RegistryProblem};
use crate::workspace::PortRanges;
use crate::workspace::yaml::{self, Node, Value, YamlError};

/// Reads a text; see [`Registry::parse`].
pub(super) fn read(text: &str) -> Result<Registry, RegistryError> {
    let root = yaml::read(text).map_err(syntax)?;
    let mut registry = Registry {
        text: text.to_owned(),
        form: Form::Flat,
        entries: Vec::new(),
        groups: Vec::new(),
        ranges: BTreeMap::new(),
        conflicts: Vec::new(),
    };
    if !matches!(root.value, Value::Null | Value::Mapping(_)) {
        return Err(Registry::error(root.line, RegistryProblem::NotAMapping));
    }
    for (key, value) in root.entries() {
        let name = name_of(key)?;
        match &value.value {
            Value::Mapping(_) if name == "metadata" => registry.metadata(value)?,
            Value::Mapping(_) | Value::Null => registry.group(&name, key, value)?,
            _ => registry.entries.push(entry(None, key, value)?),
        }
    }
    let grouped = !registry.groups.is_empty() || !registry.ranges.is_empty();
    if grouped && registry.entries.iter().all(|entry| entry.family.is_some()) {
        registry.form = Form::Grouped;
    }
    Ok(registry)
}

impl Registry {
    fn metadata(&mut self, metadata: &Node) -> Result<(), RegistryError> {
        let ranges = metadata.get("port_ranges").map_or(&[][..], Node::entries);
        for (key, value) in ranges {
            let family = name_of(key)?;
            let ports = ports_of(value).map_err(|error| {
                let family = family.clone();
                Self::error(value.line, RegistryProblem::Range { family, error })
            })?;
            self.ranges.insert(family.clone(), ports);
            let line = key.line;
            self.conflicts.push(RangeConflict { family, line });
        }
        Ok(())
    }

    fn group(&mut self, family: &str, key: &Node, value: &Node) -> Result<(), RegistryError> {
        if value.shared {
            return Err(alias(family, key.line));
        }
        for (key, value) in value.entries() {
            self.entries.push(entry(Some(family), key, value)?);
        }
        let range = value.range.clone();
        self.groups.push(Group {
            family: family.to_owned(),
            key: key.range.clone(),
            value: Some(range).filter(|range| !range.is_empty()),
        });
        Ok(())
    }
}

fn entry(family: Option<&str>, key: &Node, value: &Node) -> Result<Registered, RegistryError> {
    let name = name_of(key)?;
    if key.shared || value.shared {
        return Err(alias(&name, key.line));
    }
    let found = match &value.value {
        Value::Scalar(text) => text.clone(),
        Value::Null => "missing".to_owned(),
        Value::Mapping(_) => "a mapping".to_owned(),
        Value::Sequence(_) => "a list".to_owned(),
    };
    let digits = found.bytes().all(|byte| byte.is_ascii_digit());
    let port = found.parse::<u16>().ok().filter(|port| digits && *port != 0);
    let Some(port) = port else {
        let problem = RegistryProblem::NotAPort { name, found };
        return Err(Registry::error(key.line, problem));
    };
    Ok(Registered {
        name,
        family: family.map(str::to_owned),
        port,
        line: key.line,
        span: (key.range.clone(), value.range.clone()),
    })
}

/// `"8000-8099"`, `[8000, 8099]` or `{start: 8000, end: 8099}`.
fn ports_of(value: &Node) -> Result<PortRanges, String> {
    let number = |node: &Node| node.text().and_then(|text| text.trim().parse::<u16>().ok());
    let pair = match &value.value {
        Value::Scalar(text) => {
            return PortRanges::parse(text).map_err(|error| error.to_string());
        }
        Value::Sequence(items) => match items.as_slice() {
            [first, last] => number(first).zip(number(last)),
            _ => None,
        },
        Value::Mapping(_) => {
            let bound = |names: [&str; 3]| names.iter().find_map(|name| value.get(name));
            let first = bound(["start", "first", "from"]).and_then(number);
            first.zip(bound(["end", "last", "to"]).and_then(number))
        }
        Value::Null => None,
    };
    let (first, last) = pair.ok_or("write a range such as \"8100-8999\"")?;
    PortRanges::single(first, last).map_err(|error| error.to_string())
}

fn name_of(key: &Node) -> Result<String, RegistryError> {
    let text = key.text().map(str::to_owned);
    text.ok_or_else(|| Registry::error(key.line, RegistryProblem::NotAMapping))
}

fn alias(name: &str, line: usize) -> RegistryError {
    Registry::error(line, RegistryProblem::Alias(name.to_owned()))
}

fn syntax(error: YamlError) -> RegistryError {
    let (line, problem) = match error {
        YamlError::Conflict { line } => (line, RegistryProblem::Conflict),
        YamlError::Syntax { line, message } => (line, RegistryProblem::Syntax(message)),
        YamlError::SecondDocument { line } => {
            let message = "a second document begins; only one is supported";
            (line, RegistryProblem::Syntax(message.into()))
        }
        YamlError::UnknownAlias { line, name } => {
            (line, RegistryProblem::Alias(format!("*{name}")))
        }
        YamlError::TooLarge { line } => {
            let message = "the values nest too deeply or are too many";
            (line, RegistryProblem::Syntax(message.into()))
        }
    };
    Registry::error(line, problem)
}
