//! From a template and answers to a tree of files.
//!
//! Owns which file is written under which path; the texts are rendered by
//! [`super::engine`]. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::engine::{self, EngineError, Limits, Scope};
use super::manifest::{Manifest, Variable};
use super::value::Value;
use crate::change::{Entry, PathError, RelPath};
use crate::workspace::Tree;

/// The ending of files that are rendered.
const RENDERED: &str = ".tera";

/// One file of a template.
#[derive(Debug, Clone)]
pub(super) struct SourceFile {
    pub(super) bytes: Arc<[u8]>,
    pub(super) mode: u32,
}

/// A loaded template.
#[derive(Debug, Clone)]
pub struct Template {
    /// What it asks and offers.
    pub manifest: Manifest,
    files: BTreeMap<RelPath, SourceFile>,
    edits: BTreeMap<RelPath, SourceFile>,
    limits: Limits,
}

/// Why a template cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// In one of its texts.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A rendered path is not usable.
    #[error("the template's file {file:?} gets a path that cannot be used: {error}")]
    Path {
        /// The file in the template.
        file: String,
        /// What is wrong with its path.
        error: PathError,
    },
    /// A path holds a variable that does not exist or is no plain word.
    #[error("the template's file {file:?} needs a plain word for {{{{{variable}}}}}")]
    Segment {
        /// The file in the template.
        file: String,
        /// The variable.
        variable: String,
    },
    /// Two files want one path.
    #[error("the template writes {0:?} twice")]
    Twice(String),
    /// A value is missing, or is not what its variable accepts.
    #[error("{variable}: {message}")]
    Value {
        /// The variable.
        variable: String,
        /// What is wrong.
        message: String,
    },
}

impl Variable {
    /// Checks one given value.
    pub fn check(&self, value: &Value) -> Result<(), RenderError> {
        let error = |message: String| RenderError::Value { variable: self.name.clone(), message };
        if !self.kind.accepts(value) {
            return Err(error(format!("{:?} is not {}", value.to_string(), self.kind)));
        }
        let text = value.to_string();
        match &self.pattern {
            Some(pattern) if !pattern.is_match(&text) => {
                Err(error(format!("{text:?} does not fit the pattern {pattern}")))
            }
            _ => Ok(()),
        }
    }
}

impl Template {
    pub(super) fn new(
        manifest: Manifest,
        files: BTreeMap<RelPath, SourceFile>,
        limits: Limits,
    ) -> Self {
        Self { manifest, files, edits: BTreeMap::new(), limits }
    }

    /// The same with sketches of what files that are there shall hold.
    #[must_use]
    pub(super) fn with_edits(self, edits: BTreeMap<RelPath, SourceFile>) -> Self {
        Self { edits, ..self }
    }

    /// The proposal for a variable, with what is known so far.
    pub fn proposal(
        &self,
        variable: &Variable,
        scope: &Scope,
    ) -> Result<Option<Value>, RenderError> {
        match &variable.default {
            Some(Value::Text(text)) if text.contains("<<") => {
                let line = engine::render_line(&variable.name, text, scope)?;
                Ok(variable.kind.read(&line))
            }
            other => Ok(other.clone()),
        }
    }

    /// Completes `scope` with the defaults of what it does not have, and checks every value.
    pub fn complete(&self, mut scope: Scope) -> Result<Scope, RenderError> {
        for feature in &self.manifest.features {
            scope.features.entry(feature.name.clone()).or_insert(feature.default);
        }
        for variable in &self.manifest.variables {
            let given = scope.values.get(&variable.name).cloned();
            let value = match given {
                Some(value) => Some(value),
                None => self.proposal(variable, &scope)?,
            };
            let value = value.ok_or_else(|| RenderError::Value {
                variable: variable.name.clone(),
                message: "a value is needed and there is no default".into(),
            })?;
            variable.check(&value)?;
            scope.values.insert(variable.name.clone(), value);
        }
        Ok(scope)
    }

    /// The files that these answers give, below the output folder.
    pub fn render(&self, scope: &Scope) -> Result<Tree, RenderError> {
        self.render_all(&self.files, scope)
    }

    /// Sketches of what files that are there shall hold, by the paths of those files.
    pub fn render_edits(&self, scope: &Scope) -> Result<Tree, RenderError> {
        self.render_all(&self.edits, scope)
    }

    fn render_all(
        &self,
        files: &BTreeMap<RelPath, SourceFile>,
        scope: &Scope,
    ) -> Result<Tree, RenderError> {
        let wanted = files.iter().filter(|(path, _)| self.is_wanted(path, scope));
        let wanted: Vec<_> = wanted.collect();
        let texts = wanted.iter().filter_map(|(path, file)| text_of(path, file));
        let mut rendered = engine::render(texts.collect::<Result<_, _>>()?, scope, self.limits)?;
        let mut tree = Tree::new();
        let mut taken = BTreeSet::new();
        for (source, file) in wanted {
            let target = target(source, scope)?;
            let folded = target.as_str().to_lowercase();
            if !taken.insert(folded) {
                return Err(RenderError::Twice(target.to_string()));
            }
            let bytes = rendered.remove(source.as_str());
            let bytes = bytes.unwrap_or_else(|| file.bytes.to_vec());
            tree.set(target, Entry::file_with_mode(bytes, file.mode));
        }
        Ok(tree)
    }

    fn is_wanted(&self, source: &RelPath, scope: &Scope) -> bool {
        let name = source.as_str();
        let name = name.strip_suffix(RENDERED).unwrap_or(name);
        let mut rules = self.manifest.rules.iter().filter(|rule| rule.paths.is_match(name));
        rules.all(|rule| rule.condition.holds(&scope.features))
    }

    /// The paths of files whose path holds no variable.
    pub fn targets(&self) -> Vec<RelPath> {
        let none = Scope::default();
        self.files.keys().filter_map(|source| target(source, &none).ok()).collect()
    }

    /// Globs of the manifest that match no file: a renamed file would be written always.
    pub fn idle_globs(&self) -> Vec<String> {
        let names: Vec<&str> = self
            .files
            .keys()
            .chain(self.edits.keys())
            .map(|path| path.as_str().strip_suffix(RENDERED).unwrap_or(path.as_str()))
            .collect();
        let globs = self.manifest.rules.iter().flat_map(|rule| &rule.globs);
        let idle = globs.filter(|(_, glob)| !names.iter().any(|name| glob.is_match(name)));
        idle.map(|(text, _)| text.clone()).collect()
    }
}

fn text_of(path: &RelPath, file: &SourceFile) -> Option<Result<(String, String), EngineError>> {
    path.as_str().strip_suffix(RENDERED)?;
    let text = std::str::from_utf8(&file.bytes);
    let text = text.map_err(|error| EngineError::Plain(format!("{path}: {error}")));
    Some(text.map(|text| (path.to_string(), text.to_owned())))
}

/// The path of a file after its `{{variable}}` segments are filled in.
fn target(source: &RelPath, scope: &Scope) -> Result<RelPath, RenderError> {
    let name = source.as_str();
    let mut rest = name.strip_suffix(RENDERED).unwrap_or(name);
    let mut target = String::new();
    while let Some((before, variable, after)) = split_variable(rest) {
        let value = scope.values.get(variable).map(Value::to_string);
        let value = value.filter(|value| is_word(value)).ok_or_else(|| RenderError::Segment {
            file: name.to_owned(),
            variable: variable.to_owned(),
        })?;
        target.push_str(before);
        target.push_str(&value);
        rest = after;
    }
    target.push_str(rest);
    RelPath::portable(&target).map_err(|error| RenderError::Path { file: name.to_owned(), error })
}

fn split_variable(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (variable, after) = rest.split_once("}}")?;
    Some((before, variable.trim(), after))
}

/// A value that stays within one segment.
fn is_word(value: &str) -> bool {
    !value.is_empty() && !value.starts_with('.') && !value.contains(['/', '\\', '{', '}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(manifest: &str, files: &[(&str, &str)]) -> Template {
        let head = "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"d\"\n";
        let manifest = Manifest::parse("template.toml", &format!("{head}{manifest}")).unwrap();
        let files = files.iter().map(|(path, text)| {
            let bytes = text.as_bytes().into();
            (RelPath::new(path).unwrap(), SourceFile { bytes, mode: 0o644 })
        });
        Template::new(manifest, files.collect(), Limits::default())
    }

    fn with(values: &[(&str, &str)]) -> Scope {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        Scope { values: values.collect(), ..Scope::default() }
    }

    fn paths(tree: &Tree) -> Vec<&str> {
        tree.iter().map(|(path, _)| path.as_str()).collect()
    }

    #[test]
    fn only_tera_files_are_rendered_and_paths_hold_variables() {
        let files = [("src/{{name}}/a.py.tera", "<< name >>"), ("raw.txt", "<< name >>")];
        let template = template("", &files);

        let tree = template.render(&with(&[("name", "osint")])).unwrap();

        assert_eq!(paths(&tree), ["raw.txt", "src/osint/a.py"]);
        let text = |path: &str| tree.text(&RelPath::new(path).unwrap()).unwrap().to_owned();
        assert_eq!(
            (text("src/osint/a.py"), text("raw.txt")),
            ("osint".into(), "<< name >>".into())
        );
    }

    #[test]
    fn a_value_cannot_lead_a_path_out_of_the_target() {
        let template = template("", &[("{{name}}/a", "")]);

        for value in ["..", "../x", "/etc", "a/b", "", "a\\b"] {
            let found = template.render(&with(&[("name", value)]));
            assert!(matches!(found, Err(RenderError::Segment { .. })), "{value}");
        }
        for value in ["nul", "a:b", "a "] {
            let found = template.render(&with(&[("name", value)]));
            assert!(matches!(found, Err(RenderError::Path { .. })), "{value}");
        }
    }

    #[test]
    fn two_files_with_one_path_are_refused() {
        let template = template("", &[("{{a}}", "1"), ("{{b}}", "2")]);

        let found = template.render(&with(&[("a", "x"), ("b", "X")]));

        assert_eq!(found.unwrap_err(), RenderError::Twice("X".into()));
    }

    #[test]
    fn conditions_leave_files_out_and_idle_globs_are_found() {
        let manifest = "[features.db]\ndescription = \"d\"\n\
            [[when]]\ncondition = \"features.db\"\npaths = [\"src/{{name}}/db/**\", \"old/**\"]\n";
        let files = [("src/{{name}}/db/x/a.py.tera", ""), ("src/{{name}}/b.py", "")];
        let template = template(manifest, &files);

        let scope = template.complete(with(&[("name", "n")])).unwrap();

        assert_eq!(paths(&template.render(&scope).unwrap()), ["src/n/b.py"]);
        assert_eq!(template.idle_globs(), ["old/**"]);
    }

    #[test]
    fn defaults_build_on_earlier_values_and_patterns_are_checked() {
        let manifest = "[variables.title]\ndefault = \"<< name >>!\"\npattern = \"[a-z]+!\"\n";
        let template = template(manifest, &[]);

        let scope = template.complete(with(&[("name", "x")])).unwrap();
        let error = template.complete(with(&[("name", "X")])).unwrap_err();

        assert_eq!(scope.values["title"], Value::from("x!"));
        assert!(error.to_string().starts_with("title: \"X!\" does not fit"), "{error}");
    }
}
