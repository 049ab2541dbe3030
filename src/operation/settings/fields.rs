//! The settings class: its fields, their names and types, and its text.

use std::collections::BTreeMap;

use super::reads::Variable;
use crate::python::is_keyword;

/// The longest line that is made.
const WIDTH: usize = 99;
/// Names that a model of Pydantic has itself.
const TAKEN: [&str; 12] = [
    "construct",
    "copy",
    "dict",
    "fields",
    "from_orm",
    "json",
    "parse_file",
    "parse_obj",
    "parse_raw",
    "schema",
    "schema_json",
    "validate",
];

/// The variables of a service, each under the name of its field.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Field → variable, in the order in which they were met.
    list: Vec<(String, Variable)>,
    places: BTreeMap<String, usize>,
}

impl Fields {
    /// Adds a variable, or gives back the default that it has already if that is another one.
    pub(super) fn add(&mut self, variable: &Variable) -> Result<(), &Variable> {
        if let Some(place) = self.places.get(&variable.name) {
            let known = &self.list[*place].1;
            return if known.default == variable.default { Ok(()) } else { Err(known) };
        }
        let name = self.free_name(&variable.name);
        self.places.insert(variable.name.clone(), self.list.len());
        self.list.push((name, variable.clone()));
        Ok(())
    }

    /// The field of a variable.
    pub(super) fn name_of(&self, variable: &str) -> Option<&str> {
        self.places.get(variable).map(|place| self.list[*place].0.as_str())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn variables(&self) -> Vec<Variable> {
        self.list.iter().map(|(_, variable)| variable.clone()).collect()
    }

    fn free_name(&self, variable: &str) -> String {
        let own = variable.to_ascii_lowercase();
        let is_protected = own.starts_with("model_") || own.starts_with("settings_");
        let is_free = |name: &str| self.list.iter().all(|(known, _)| known != name);
        let is_usable = !is_protected && !is_keyword(&own) && !TAKEN.contains(&own.as_str());
        if is_usable && is_free(&own) {
            return own;
        }
        let mut name = format!("env_{own}");
        while !is_free(&name) {
            name.push('_');
        }
        name
    }

    /// Whether a type has two parts, and `Union` has to be imported where `|` is too new.
    pub(super) fn has_union(&self) -> bool {
        self.list.iter().any(|(_, variable)| variable.kind != Some("str"))
    }

    /// The class, with lines that end as they are told to.
    pub(super) fn class(&self, name: &str, is_modern: bool, newline: &str) -> String {
        let mut text = format!(
            "class {name}(BaseSettings):\n    \
             \"\"\"What the service can be told by environment variables.\"\"\"\n\n    \
             model_config = SettingsConfigDict(case_sensitive=True)\n\n",
        );
        for (name, variable) in &self.list {
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

/// The type of what the read gave: text from the environment, or the default as it is.
fn annotation(variable: &Variable, is_modern: bool) -> String {
    match (variable.kind, is_modern) {
        (Some("str"), _) => "str".to_owned(),
        (None, true) => "str | None".to_owned(),
        (None, false) => "Union[str, None]".to_owned(),
        (Some(kind), true) => format!("{kind} | str"),
        (Some(kind), false) => format!("Union[{kind}, str]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str, default: &str) -> Variable {
        let (name, default) = (name.to_owned(), default.to_owned());
        Variable { name, default, kind: Some("int"), plain: String::new() }
    }

    #[test]
    fn a_variable_has_one_default_and_fields_shadow_nothing() {
        let mut fields = Fields::default();

        assert_eq!(fields.add(&variable("PORT", "1")), Ok(()));
        assert_eq!(fields.add(&variable("PORT", "1")), Ok(()));
        assert!(fields.add(&variable("PORT", "2")).is_err());
        for name in ["port", "COPY", "MODEL_PATH", "CLASS"] {
            assert_eq!(fields.add(&variable(name, "1")), Ok(()));
        }

        let names =
            ["PORT", "port", "COPY", "MODEL_PATH", "CLASS"].map(|name| fields.name_of(name));
        let wanted = ["port", "env_port", "env_copy", "env_model_path", "env_class"].map(Some);
        assert_eq!(names, wanted);
    }
}
