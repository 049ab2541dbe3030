//! Reads of the environment that are defaults of a settings class of Pydantic.
//!
//! The class reads the variable of a field by itself and prefers it to the default. So where a
//! default reads that same variable, what it says without it is the whole default:
//! `port: int = int(os.getenv("PORT", "8000"))` is `port: int = 8000`.

use super::reads::{File, Form, Variable};
use crate::change::Edit;
use crate::operation::Note;
use crate::python::{Qualified, is_builtin};

/// What in a class makes the variables of its fields others, or lets defaults be as they are.
const STRANGE: [&str; 8] = [
    "alias_generator",
    "customise_sources",
    "env_ignore_empty",
    "env_nested_delimiter",
    "env_prefix",
    "populate_by_name",
    "settings_customise_sources",
    "validate_default",
];
/// Where the types of plain fields come from.
const TYPES: [&str; 6] = ["builtins", "datetime", "decimal", "pathlib", "pydantic", "typing"];
/// Types that say that something is no field, or has another variable.
const NO_FIELDS: [&str; 4] = ["Annotated", "ClassVar", "Final", "InitVar"];
/// Other names of a field's variable.
const ALIASES: [&str; 3] = ["alias", "validation_alias", "env"];

/// One default that is said in plain.
pub(super) struct Default {
    pub(super) edit: Edit,
    pub(super) variable: Variable,
}

impl File<'_> {
    /// The defaults that can be said in plain, and those that cannot.
    pub(super) fn defaults(&self) -> (Vec<Default>, Vec<Note>) {
        let (mut defaults, mut notes) = (Vec::new(), Vec::new());
        for node in 0..self.syntax.nodes.len() {
            let Some((form, reference)) = self.form(node) else { continue };
            let Some(class) = self.settings_class(reference) else { continue };
            match self.default(node, form, class) {
                Ok(default) => defaults.push(default),
                Err(why) => notes.push(self.note(self.syntax.nodes[node].range.start, &why)),
            }
        }
        (defaults, notes)
    }

    fn default(&self, node: usize, form: Form, class: usize) -> Result<Default, String> {
        if form == Form::Item {
            let why = "`os.environ[…]` raises KeyError without the variable, the class another \
                exception";
            return Err(why.to_owned());
        }
        let variable = self.variable(node)?;
        let (field, value) = self.field_around(node).ok_or("this is no default of a field")?;
        self.is_plain_class(class)?;
        self.reads_itself(&field, value, &variable.name, class)?;
        let value = self.default_of(value, node).ok_or("this is no default of a field")?;
        let range = self.syntax.nodes[value].range.clone();
        if self.syntax.has_comment(&range) {
            return Err("a comment stands in this read".to_owned());
        }
        let text = self.said(value, node, &variable).ok_or("the default is computed from it")?;
        Ok(Default { edit: Edit::replace(range, text), variable })
    }

    /// The name of the field whose value holds a read, and that value.
    fn field_around(&self, node: usize) -> Option<(String, usize)> {
        let is_field = |node: &usize| self.syntax.nodes[*node].kind.is_annotated_assignment();
        let assignment = self.syntax.around(node).find(is_field)?;
        let value = self.syntax.children(assignment).last()?;
        let words = self.syntax.token_texts(&self.syntax.nodes[assignment].range);
        let (name, rest) = words.split_first()?;
        let mut kinds = rest.iter().skip(1).take_while(|word| **word != "=");
        let is_plain = kinds.all(|word| self.is_plain_type(word));
        (is_plain && !name.starts_with('_')).then(|| ((*name).to_owned(), value))
    }

    /// Whether a word of a type can be part of that of a field, with the variable of its name.
    fn is_plain_type(&self, word: &str) -> bool {
        if !word.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return matches!(word, "[" | "]" | "," | "|" | ".");
        }
        let is_known = match self.service.qualify(self.index, 0, word) {
            Qualified::External(path) => {
                path.split('.').next().is_some_and(|package| TYPES.contains(&package))
            }
            _ => word == "None" || !self.module.facts.defines(word) && is_builtin(word),
        };
        is_known && !NO_FIELDS.contains(&word)
    }

    /// Whether all that is said of how a class reads stands in it, and is nothing strange.
    fn is_plain_class(&self, class: usize) -> Result<(), String> {
        let statement = &self.module.facts.statements[class];
        let words = self.syntax.token_texts(&statement.range);
        let bare = |word: &&str| STRANGE.contains(&word.trim_matches(['"', '\'']));
        if let Some(word) = words.iter().copied().find(|word| bare(word)) {
            return Err(format!("{word} of the class changes how it reads"));
        }
        let is_said_here = |found: &[&str]| match found {
            ["model_config", "=", "SettingsConfigDict" | "ConfigDict", "("] => true,
            ["model_config", "=", open, _] => *open == "{",
            ["class", "Config", next, _] => *next == ":",
            _ => true,
        };
        let is_whole = statement.bases.len() == 1
            && statement.decorators.is_empty()
            && !words.contains(&"**")
            && words.windows(4).all(is_said_here);
        if is_whole {
            Ok(())
        } else {
            Err("the class may be told elsewhere how it reads".to_owned())
        }
    }

    /// Whether the class reads the same variable for the field.
    fn reads_itself(
        &self,
        field: &str,
        value: usize,
        variable: &str,
        class: usize,
    ) -> Result<(), String> {
        let range = &self.module.facts.statements[class].range;
        let words = self.syntax.token_texts(range);
        let by_case = words.windows(3).any(|found| found == ["case_sensitive", "=", "True"]);
        let keywords = self.keywords(value);
        let named = |(keyword, node): &(&str, usize)| {
            ALIASES.contains(keyword) && self.text_of(*node).as_deref() != Some(variable)
        };
        let is_same =
            if by_case { field == variable } else { field.eq_ignore_ascii_case(variable) };
        if !is_same || keywords.iter().any(named) {
            return Err(format!("the class reads another variable for {field}"));
        }
        Ok(())
    }

    fn keywords(&self, call: usize) -> Vec<(&str, usize)> {
        let arguments = self.arguments(call).unwrap_or_default();
        arguments.into_iter().filter_map(|(keyword, node)| Some((keyword?, node))).collect()
    }

    /// The default itself: the value, or what `Field` is given.
    fn default_of(&self, value: usize, read: usize) -> Option<usize> {
        let callee = self.syntax.children(value).next();
        let is_field = self.syntax.nodes[value].kind.is_call()
            && callee.and_then(|callee| self.external(callee)).as_deref() == Some("pydantic.Field");
        if !is_field {
            return Some(value);
        }
        let arguments = self.arguments(value)?;
        let range = &self.syntax.nodes[read].range;
        let holds = |node: usize| {
            let own = &self.syntax.nodes[node].range;
            own.start <= range.start && range.end <= own.end
        };
        let mut found = arguments.into_iter().enumerate();
        let is_default = |place: usize, keyword| match keyword {
            None => place == 0,
            Some(keyword) => keyword == "default",
        };
        found.find_map(|(place, (keyword, node))| {
            (is_default(place, keyword) && holds(node)).then_some(node)
        })
    }

    /// What a default is without its variable.
    fn said(&self, value: usize, read: usize, variable: &Variable) -> Option<String> {
        if value == read {
            return Some(variable.default.clone());
        }
        let words = self.syntax.token_texts(&self.syntax.nodes[value].range);
        let inner = self.syntax.token_texts(&self.syntax.nodes[read].range);
        let at = words.windows(inner.len()).position(|found| found == inner)?;
        let (before, behind) = (&words[..at], &words[at + inner.len()..]);
        match (before, behind) {
            (["int", "("], [")"]) => {
                let number: i64 = variable.plain.trim().parse().ok()?;
                Some(number.to_string())
            }
            (["float", "("], [")"]) => {
                let number: f64 = variable.plain.trim().parse().ok()?;
                number.is_finite().then(|| format!("{number:?}"))
            }
            ([], [".", "lower", "(", ")", "==", text]) => {
                let wanted = unquoted(text)?;
                Some(python_bool(variable.plain.to_lowercase() == wanted))
            }
            ([], [".", "lower", "(", ")", "in", open, list @ .., close])
                if matches!((*open, *close), ("[", "]") | ("{", "}"))
                    || (*open, *close) == ("(", ")") && list.contains(&",") =>
            {
                let own = variable.plain.to_lowercase();
                let texts: Option<Vec<&str>> =
                    list.iter().filter(|word| **word != ",").map(|word| unquoted(word)).collect();
                Some(python_bool(texts?.contains(&own.as_str())))
            }
            _ => None,
        }
    }
}

fn python_bool(value: bool) -> String {
    if value { "True" } else { "False" }.to_owned()
}

/// The text of a string of one piece without escapes.
fn unquoted(text: &str) -> Option<&str> {
    let inner =
        ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))?;
    (!inner.contains(['\\', '"', '\''])).then_some(inner)
}
