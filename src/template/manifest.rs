//! `template.toml`: what a template asks for and which files depend on which features.
//!
//! [`Manifest`] has only checked values; every error names file and line. Nothing here
//! renders or reads a disk.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::Regex;
use serde::Deserialize;
use toml_edit::{Document, Item};

use super::condition::Condition;
use super::value::{Kind, Value};

/// The name of the file in a template's folder.
pub(super) const FILE: &str = "template.toml";

/// A checked `template.toml`.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// How the template calls itself.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// One sentence.
    pub description: String,
    /// Shared libraries that the files import: `core`, `api` ….
    pub libs: Vec<String>,
    /// Variables in the order in which they are asked.
    pub variables: Vec<Variable>,
    /// Features in the order in which they are offered.
    pub features: Vec<Feature>,
    /// How a type of a field is written in each place, by the type's name.
    pub types: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) rules: Vec<Rule>,
}

/// A value that the template wants to know.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name in expressions.
    pub name: String,
    /// The question.
    pub prompt: String,
    /// What it accepts.
    pub kind: Kind,
    /// The proposal; text may use `<< >>` over earlier variables.
    pub default: Option<Value>,
    /// What the whole text has to match.
    pub pattern: Option<Regex>,
}

/// A part of the template that can be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Its name in `--with` and conditions.
    pub name: String,
    /// One line.
    pub description: String,
    /// Whether it is chosen when nothing is said.
    pub default: bool,
    /// Shared libraries that its files import.
    pub libs: Vec<String>,
}

/// Files that are written only when a condition holds.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) condition: Condition,
    pub(super) paths: GlobSet,
    /// The globs as written, for the lint that each one matches something.
    pub(super) globs: Vec<(String, globset::GlobMatcher)>,
}

/// What is wrong with a `template.toml`, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct ManifestError {
    /// The file, as the user knows it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// A lower-case sentence.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    template: RawHead,
    #[serde(default)]
    variables: BTreeMap<String, RawVariable>,
    #[serde(default)]
    features: BTreeMap<String, RawFeature>,
    #[serde(default)]
    types: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    when: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHead {
    name: String,
    version: String,
    description: String,
    #[serde(default)]
    libs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVariable {
    prompt: Option<String>,
    #[serde(rename = "type", default)]
    kind: RawKind,
    choices: Option<Vec<String>>,
    default: Option<Value>,
    pattern: Option<String>,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum RawKind {
    #[default]
    String,
    Bool,
    Integer,
    Choice,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFeature {
    description: String,
    #[serde(default)]
    default: bool,
    #[serde(default)]
    libs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    condition: String,
    paths: Vec<String>,
}

/// The text with its positions, for errors that name a line.
struct Located<'a> {
    file: &'a str,
    document: Document<&'a str>,
}

impl Manifest {
    /// Reads and checks the text of the file that the user knows as `file`.
    pub fn parse(file: &str, text: &str) -> Result<Self, ManifestError> {
        let failed = |span: Option<std::ops::Range<usize>>, message: &str| ManifestError {
            file: file.to_owned(),
            line: line_of(text, span.map_or(0, |span| span.start)),
            message: message.trim().replace('\n', "; "),
        };
        let document =
            Document::parse(text).map_err(|error| failed(error.span(), error.message()))?;
        let raw: RawManifest =
            toml_edit::de::from_str(text).map_err(|error| failed(error.span(), error.message()))?;
        let located = Located { file, document };
        let features = located.features(raw.features)?;
        let variables = located.variables(raw.variables)?;
        let rules = located.rules(raw.when, &features)?;
        Ok(Self {
            name: raw.template.name,
            version: raw.template.version,
            description: raw.template.description,
            libs: raw.template.libs,
            variables,
            features,
            types: raw.types,
            rules,
        })
    }

    /// What is known of a template in a foreign format.
    pub(super) fn foreign(name: String) -> Self {
        Self {
            name,
            version: "0".into(),
            description: String::new(),
            libs: Vec::new(),
            variables: Vec::new(),
            features: Vec::new(),
            types: BTreeMap::new(),
            rules: Vec::new(),
        }
    }

    /// The shared libraries that are needed with these features.
    pub fn libs_with<'a>(
        &'a self,
        features: &'a BTreeMap<String, bool>,
    ) -> impl Iterator<Item = &'a str> {
        let is_on = |feature: &&Feature| features.get(&feature.name).copied().unwrap_or(false);
        let chosen = self.features.iter().filter(is_on);
        let optional = chosen.flat_map(|feature| &feature.libs);
        self.libs.iter().chain(optional).map(String::as_str)
    }
}

impl Located<'_> {
    fn features(
        &self,
        mut raw: BTreeMap<String, RawFeature>,
    ) -> Result<Vec<Feature>, ManifestError> {
        let order = self.order("features");
        let features = order.into_iter().filter_map(|name| {
            let RawFeature { description, default, libs } = raw.remove(&name)?;
            Some(Feature { name, description, default, libs })
        });
        features
            .map(|feature| {
                if is_name(&feature.name) {
                    return Ok(feature);
                }
                let message = "a feature's name has small letters, digits and _";
                Err(self.error(&["features", &feature.name], message))
            })
            .collect()
    }

    fn variables(
        &self,
        mut raw: BTreeMap<String, RawVariable>,
    ) -> Result<Vec<Variable>, ManifestError> {
        let order = self.order("variables");
        let found = order.into_iter().filter_map(|name| Some((raw.remove(&name)?, name)));
        found.map(|(raw, name)| self.variable(name, raw)).collect()
    }

    fn variable(&self, name: String, raw: RawVariable) -> Result<Variable, ManifestError> {
        let error = |message: &str| self.error(&["variables", &name], message);
        if !is_name(&name) || name == "features" {
            return Err(error("a variable's name has small letters, digits and _"));
        }
        let kind = match (raw.kind, raw.choices) {
            (RawKind::Choice, Some(choices)) if !choices.is_empty() => Kind::Choice(choices),
            (RawKind::Choice, _) => return Err(error("a choice needs choices = [...]")),
            (_, Some(_)) => return Err(error("choices need type = \"choice\"")),
            (RawKind::String, None) => Kind::Text,
            (RawKind::Bool, None) => Kind::Bool,
            (RawKind::Integer, None) => Kind::Integer,
        };
        let fits = |value: &Value| {
            kind.accepts(value) || matches!(value, Value::Text(text) if text.contains("<<"))
        };
        if raw.default.as_ref().is_some_and(|value| !fits(value)) {
            return Err(error(&format!("the default is not {kind}")));
        }
        let pattern = raw.pattern.map(|pattern| whole(&pattern)).transpose();
        let pattern = pattern
            .map_err(|found| error(&format!("the pattern is not a regular expression: {found}")))?;
        if pattern.is_some() && kind != Kind::Text {
            return Err(error("only text can have a pattern"));
        }
        let prompt = raw.prompt.unwrap_or_else(|| name.replace('_', " "));
        Ok(Variable { name, prompt, kind, default: raw.default, pattern })
    }

    fn rules(&self, raw: Vec<RawRule>, features: &[Feature]) -> Result<Vec<Rule>, ManifestError> {
        let rules = raw.into_iter().enumerate();
        rules.map(|(index, rule)| self.rule(index, rule, features)).collect()
    }

    fn rule(
        &self,
        index: usize,
        raw: RawRule,
        features: &[Feature],
    ) -> Result<Rule, ManifestError> {
        let names: Vec<&str> = features.iter().map(|feature| feature.name.as_str()).collect();
        let error = |message: String| self.error_in_rule(index, &message);
        let condition =
            Condition::parse(&raw.condition, &names).map_err(|found| error(found.to_string()))?;
        let mut paths = GlobSetBuilder::new();
        let mut globs = Vec::new();
        for text in raw.paths {
            let escaped = text.replace("{{", "[{][{]").replace("}}", "[}][}]");
            let glob = GlobBuilder::new(&escaped).literal_separator(true).build();
            let glob = glob.map_err(|found| error(found.to_string()))?;
            globs.push((text, glob.compile_matcher()));
            paths.add(glob);
        }
        let paths = paths.build().map_err(|found| error(found.to_string()))?;
        Ok(Rule { condition, paths, globs })
    }

    /// The keys of a table in the order in which they are written.
    fn order(&self, table: &str) -> Vec<String> {
        let found = self.document.get(table).and_then(Item::as_table_like);
        found.map_or_else(Vec::new, |table| table.iter().map(|(key, _)| key.to_owned()).collect())
    }

    fn error(&self, path: &[&str], message: &str) -> ManifestError {
        let mut item: Option<&Item> = Some(self.document.as_item());
        for key in path {
            item = item.and_then(|item| item.get(key));
        }
        let start = item.and_then(Item::span).map_or(0, |span| span.start);
        self.at(start, message)
    }

    fn error_in_rule(&self, index: usize, message: &str) -> ManifestError {
        let rules = self.document.get("when").and_then(Item::as_array_of_tables);
        let rule = rules.and_then(|rules| rules.get(index));
        let start = rule.and_then(toml_edit::Table::span).map_or(0, |span| span.start);
        self.at(start, message)
    }

    fn at(&self, start: usize, message: &str) -> ManifestError {
        ManifestError {
            file: self.file.to_owned(),
            line: line_of(self.document.raw(), start),
            message: message.to_owned(),
        }
    }
}

fn is_name(name: &str) -> bool {
    let fits = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_'
    };
    name.starts_with(|character: char| character.is_ascii_lowercase()) && name.chars().all(fits)
}

fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    1 + memchr::memchr_iter(b'\n', before).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"d\"\n";

    fn error(rest: &str) -> String {
        let text = format!("{HEAD}{rest}");
        Manifest::parse("t/template.toml", &text).unwrap_err().to_string()
    }

    #[test]
    fn variables_keep_the_order_of_the_file() {
        let text = format!("{HEAD}[variables.z]\n[variables.a]\ndefault = \"<< z >>\"\n");

        let manifest = Manifest::parse("t", &text).unwrap();

        let names: Vec<_> = manifest.variables.iter().map(|variable| &variable.name).collect();
        assert_eq!(names, ["z", "a"]);
    }

    #[test]
    fn every_error_names_file_and_line() {
        let cases = [
            ("[variables.x]\ntype = \"choice\"\n", "t/template.toml:5: a choice needs choices"),
            ("[variables.x]\ntype = \"number\"\n", "t/template.toml:6: unknown variant"),
            ("[variables.x]\npattern = \"(\"\n", "t/template.toml:5: the pattern is not"),
            (
                "[variables.x]\ntype = \"bool\"\ndefault = 3\n",
                "t/template.toml:5: the default is not",
            ),
            (
                "[[when]]\ncondition = \"features.y\"\npaths = []\n",
                "t/template.toml:5: unknown feature \"y\"",
            ),
            ("[feature.x]\n", "t/template.toml:5: unknown field"),
        ];

        for (text, expected) in cases {
            let found = error(text);
            assert!(found.starts_with(expected), "{found}");
        }
    }
}
