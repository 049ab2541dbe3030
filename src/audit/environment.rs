//! Environment variables that code reads, with their defaults.

use super::file::FileFacts;
use crate::python::outline::{Class, Value};

/// One place at which an environment variable is read.
#[derive(Debug, Clone)]
pub struct EnvRead {
    /// The variable.
    pub name: String,
    /// Its default; none when it has to be set or the default is not written in plain.
    pub default: Option<Value>,
    /// Index of the file.
    pub file: usize,
    /// Offset.
    pub start: usize,
    /// Whether it is a field of a settings class.
    pub field: bool,
}

/// Every read in code that runs in production.
pub(super) fn environment_reads(files: &[FileFacts]) -> Vec<EnvRead> {
    let mut reads = Vec::new();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| file.is_code()) {
        by_call(index, file, &mut reads);
        by_item(index, file, &mut reads);
        by_field(index, file, &mut reads);
    }
    reads
}

fn by_call(index: usize, file: &FileFacts, reads: &mut Vec<EnvRead>) {
    for call in file.calls_of(&["getenv", "get"]) {
        let full = file.full(&call.what.callee);
        if !matches!(full.as_str(), "os.getenv" | "os.environ.get") {
            continue;
        }
        let Some(name) = call.what.arguments.first().and_then(Value::text) else { continue };
        reads.push(EnvRead {
            name: name.to_owned(),
            default: call.what.argument(1, "default").cloned(),
            file: index,
            start: call.what.start as usize,
            field: false,
        });
    }
}

/// `os.environ["NAME"]`.
fn by_item(index: usize, file: &FileFacts, reads: &mut Vec<EnvRead>) {
    let facts = &file.module.facts;
    for reference in facts.references.iter().filter(|found| found.name == "os") {
        let [attribute] = reference.chain.as_slice() else { continue };
        let after = &file.text()[attribute.range.end..];
        let name = after.strip_prefix("[\"").and_then(|rest| rest.split_once("\"]"));
        let name = name.or_else(|| after.strip_prefix("['").and_then(|rest| rest.split_once("']")));
        if let (Some((name, rest)), "environ") = (name, attribute.name.as_str()) {
            let is_written = rest.trim_start().starts_with("= ");
            if name.len() < 80 && !is_written {
                let (name, start) = (name.to_owned(), reference.range.start);
                reads.push(EnvRead { name, default: None, file: index, start, field: false });
            }
        }
    }
}

/// Whether a class is a settings class of Pydantic.
pub(crate) fn is_settings_class(class: &Class) -> bool {
    class.bases.iter().any(|base| base.rsplit('.').next() == Some("BaseSettings"))
}

/// Fields of settings classes: the variable is the prefix with the field's name.
fn by_field(index: usize, file: &FileFacts, reads: &mut Vec<EnvRead>) {
    for (number, class) in (0_u32..).zip(&file.outline.classes) {
        if !is_settings_class(class) {
            continue;
        }
        let prefix = env_prefix(file, number);
        let fields = file.outline.assignments.iter().filter(|field| {
            field.context.class == Some(number)
                && field.context.function.is_none()
                && field.annotation.is_some()
                && &*field.target != "model_config"
        });
        for field in fields {
            let call = field.value.as_ref().and_then(Value::call);
            let named = call.and_then(|call| {
                let alias = ["env", "validation_alias", "alias"];
                alias.iter().find_map(|name| call.keyword(name)?.text())
            });
            let default = match call {
                Some(call) if call.name() == "Field" => call.argument(0, "default").cloned(),
                _ => field.value.clone(),
            };
            let own = || format!("{prefix}{}", field.target).to_ascii_uppercase();
            let name = named.map_or_else(own, str::to_owned);
            let start = field.start as usize;
            reads.push(EnvRead { name, default, file: index, start, field: true });
        }
    }
}

fn env_prefix(file: &FileFacts, class: u32) -> String {
    let by_config = file.calls_of(&["SettingsConfigDict", "ConfigDict"]).find_map(|call| {
        let here = call.context.class == Some(class);
        call.what.keyword("env_prefix").filter(|_| here)?.text()
    });
    let inner = file.outline.assignments.iter().find_map(|found| {
        let owner = file.outline.classes.get(found.context.class? as usize)?;
        let is_config = &*owner.name == "Config" && owner.context.class == Some(class);
        let is_prefix = is_config && &*found.target == "env_prefix";
        found.value.as_ref().filter(|_| is_prefix)?.text()
    });
    by_config.or(inner).unwrap_or_default().to_owned()
}
