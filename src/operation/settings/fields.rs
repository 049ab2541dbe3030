//! The settings class: its fields, their names and types, and its text.

use std::collections::BTreeMap;

use super::reads::{Kind, Variable};
use crate::python::is_keyword;

/// The longest line that is made.
const WIDTH: usize = 99;
/// Names that a model of Pydantic has itself.
const TAKEN: [&str; 17] = [
    "bool",
    "construct",
    "copy",
    "dict",
    "fields",
    "float",
    "from_orm",
    "int",
    "json",
    "parse_file",
    "parse_obj",
    "parse_raw",
    "schema",
    "schema_json",
    "str",
    "update_forward_refs",
    "validate",
];

/// The variables of a service, each under the name of its field.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    /// Field → variable, in the order in which they were met.
    list: Vec<(String, Variable)>,
    places: BTreeMap<String, usize>,
    /// How many of them the class has already.
    known: usize,
}

impl Fields {
    /// The fields that a class has already.
    pub(super) fn of_class(fields: Vec<(String, Variable)>) -> Self {
        let names = fields.iter().enumerate();
        let places = names.map(|(place, (_, variable))| (variable.name.clone(), place)).collect();
        Self { known: fields.len(), list: fields, places }
    }

    /// Adds a variable; not if it has another default or type already.
    pub(super) fn add(&mut self, variable: &Variable) -> bool {
        if let Some(place) = self.places.get(&variable.name) {
            let known = &self.list[*place].1;
            return known.default == variable.default && known.kind == variable.kind;
        }
        let name = self.free_name(variable);
        self.places.insert(variable.name.clone(), self.list.len());
        self.list.push((name, variable.clone()));
        true
    }

    /// The default that a variable has already.
    pub(super) fn default_of(&self, variable: &str) -> Option<&str> {
        self.places.get(variable).map(|place| self.list[*place].1.default.as_str())
    }

    /// The field of a variable.
    pub(super) fn name_of(&self, variable: &str) -> Option<&str> {
        self.places.get(variable).map(|place| self.list[*place].0.as_str())
    }

    /// Whether the class has everything already.
    pub(super) fn is_known(&self) -> bool {
        self.list.len() == self.known
    }

    /// The variables that the class does not have yet.
    pub(super) fn added(&self) -> Vec<Variable> {
        self.list[self.known..].iter().map(|(_, variable)| variable.clone()).collect()
    }

    fn free_name(&self, variable: &Variable) -> String {
        let own = variable.field.clone();
        let is_protected = own.starts_with("model_") || own.starts_with("settings_");
        let is_free = |name: &str| self.list.iter().all(|(known, _)| known != name);
        let is_usable = !is_protected && !is_keyword(&own) && !TAKEN.contains(&own.as_str());
        if is_usable && is_free(&own) {
            return own;
        }
        let long = variable.name.to_ascii_lowercase();
        if long != own && is_free(&long) {
            return long;
        }
        let mut name = format!("env_{own}");
        while !is_free(&name) {
            name.push('_');
        }
        name
    }

    /// Whether a type of a new field has two parts, and `Union` has to be imported where `|` is
    /// too new.
    pub(super) fn has_union(&self) -> bool {
        let is_union = |kind| matches!(kind, Kind::Missing | Kind::Either(_));
        self.list[self.known..].iter().any(|(_, variable)| is_union(variable.kind))
    }

    /// The class, with lines that end as they are told to.
    pub(super) fn class(&self, name: &str, is_modern: bool, newline: &str) -> String {
        let head = format!(
            "class {name}(BaseSettings):\n    \
             \"\"\"What the service can be told by environment variables.\"\"\"\n\n    \
             model_config = SettingsConfigDict(case_sensitive=True)\n\n",
        );
        let head = if newline == "\n" { head } else { head.replace('\n', newline) };
        let rows = self.rows(is_modern, newline);
        format!("{head}{rows}")
    }

    /// The lines of the fields that the class does not have yet.
    pub(super) fn rows(&self, is_modern: bool, newline: &str) -> String {
        let mut text = String::new();
        for (name, variable) in &self.list[self.known..] {
            let kind = annotation(variable, is_modern);
            let arguments = [
                format!("default={}", variable.default),
                format!("validation_alias=\"{}\"", variable.name),
            ];
            let short = format!("    {name}: {kind} = Field({})", arguments.join(", "));
            if short.chars().count() <= WIDTH {
                text.push_str(&short);
            } else {
                let lines = arguments.iter().map(|one| format!("        {one},\n"));
                let lines: String = lines.collect();
                text.push_str(&format!("    {name}: {kind} = Field(\n{lines}    )"));
            }
            text.push('\n');
        }
        if newline == "\n" { text } else { text.replace('\n', newline) }
    }
}

/// The field of a secret, which has to be set.
pub(super) fn secret_row(field: &str, variable: &Variable) -> String {
    format!("{field}: SecretStr = Field(validation_alias=\"{}\")", variable.name)
}

/// The type of what the read gave: text from the environment, or the default as it is.
fn annotation(variable: &Variable, is_modern: bool) -> String {
    match (variable.kind, is_modern) {
        (Kind::Text, _) => "str".to_owned(),
        (Kind::Typed(kind), _) => kind.to_owned(),
        (Kind::Missing, true) => "str | None".to_owned(),
        (Kind::Missing, false) => "Union[str, None]".to_owned(),
        (Kind::Either(kind), true) => format!("{kind} | str"),
        (Kind::Either(kind), false) => format!("Union[{kind}, str]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str, default: &str) -> Variable {
        let (name, field) = (name.to_owned(), name.to_ascii_lowercase());
        let (default, plain) = (default.to_owned(), String::new());
        Variable { name, field, default, kind: Kind::Either("int"), plain }
    }

    #[test]
    fn a_variable_has_one_default_and_fields_shadow_nothing() {
        let mut fields = Fields::default();

        assert!(fields.add(&variable("PORT", "1")));
        assert!(fields.add(&variable("PORT", "1")));
        assert!(!fields.add(&variable("PORT", "2")));
        for name in ["port", "COPY", "MODEL_PATH", "CLASS"] {
            assert!(fields.add(&variable(name, "1")));
        }

        let names =
            ["PORT", "port", "COPY", "MODEL_PATH", "CLASS"].map(|name| fields.name_of(name));
        let wanted = ["port", "env_port", "env_copy", "env_model_path", "env_class"].map(Some);
        assert_eq!(names, wanted);
    }
}
