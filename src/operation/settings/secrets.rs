//! Secrets that the code says go: their fields have no default any more, and hide what they hold.
//!
//! Only the class that this module makes is changed, as it is known who reads its fields. Each
//! place that does asks for the secret's value.

use super::fields::secret_row;
use super::home::Home;
use super::reads::{File, Kind, Variable};
use super::{EXAMPLE, Note, example, write};
use crate::change::{Edit, RelPath};
use crate::operation::files::located;
use crate::operation::rewrite::Import;
use crate::python::{Imported, PythonService, Qualified, Reference, Resolution};
use crate::workspace::Tree;

/// Takes the secrets out of the settings class of a service; as a whole or not at all.
pub fn hide_secrets(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    package: &str,
) -> Vec<Note> {
    let service = PythonService::read(tree, folder, name);
    let Ok(home) = Home::find(&service, package) else { return Vec::new() };
    let (Some(own), Some(index)) = (&home.own, home.index) else { return Vec::new() };
    let secrets: Vec<Secret<'_>> = own.fields.iter().zip(&own.rows).filter_map(secret).collect();
    let Some(module) = service.modules()[index].module().filter(|_| !secrets.is_empty()) else {
        return Vec::new();
    };
    let note = |secret: &Secret<'_>, text: String| {
        Note::new(&service.modules()[index].path, module.source.line_of(secret.row.start), text)
    };
    let mut next = tree.clone();
    match hide(&mut next, (&service, folder), &home, &secrets) {
        Ok(()) => {
            *tree = next;
            let told = |secret: &Secret<'_>| {
                let name = &secret.variable.name;
                note(
                    secret,
                    format!("{name} has to be set where the service runs, and in its tests"),
                )
            };
            secrets.iter().map(told).collect()
        }
        Err(why) => vec![note(&secrets[0], format!("secrets stay: {why}"))],
    }
}

/// A field whose default is a secret.
struct Secret<'a> {
    field: &'a str,
    variable: &'a Variable,
    row: &'a std::ops::Range<usize>,
}

fn secret<'a>(
    ((field, variable), row): (&'a (String, Variable), &'a std::ops::Range<usize>),
) -> Option<Secret<'a>> {
    let is_text = matches!(variable.kind, Kind::Text | Kind::Typed("str"));
    let is_said = is_text && !variable.plain.is_empty() && example::is_secret(&variable.name);
    is_said.then_some(Secret { field, variable, row })
}

fn hide(
    tree: &mut Tree,
    (service, folder): (&PythonService, Option<&RelPath>),
    home: &Home<'_>,
    secrets: &[Secret<'_>],
) -> Result<(), String> {
    let mut changed = service.clone();
    for index in 0..service.modules().len() {
        let mut edits = uses(service, home, index, secrets)?;
        let mut imports = Vec::new();
        if Some(index) == home.index {
            let row = |secret: &Secret<'_>| {
                Edit::replace(secret.row.clone(), secret_row(secret.field, secret.variable))
            };
            edits.extend(secrets.iter().map(row));
            imports.extend(Import::parse("from pydantic import SecretStr"));
        }
        if !edits.is_empty() {
            write::edit(tree, &mut changed, (index, &edits), &imports)?;
        }
    }
    let path = RelPath::new(EXAMPLE).map_err(|error| error.to_string())?;
    let path = located(folder, &path)?;
    let names: Vec<&str> = secrets.iter().map(|secret| secret.variable.name.as_str()).collect();
    if let Some(entry) = tree.get(&path)
        && let Some(text) = tree.text(&path)
    {
        let entry = entry.with_bytes(example::required(text, &names));
        tree.set(path, entry);
    }
    Ok(())
}

/// Where a file reads a secret, as edits that ask for its value.
fn uses(
    service: &PythonService,
    home: &Home<'_>,
    index: usize,
    secrets: &[Secret<'_>],
) -> Result<Vec<Edit>, String> {
    let path = &service.modules()[index].path;
    let Some(module) = service.modules()[index].module() else { return Ok(Vec::new()) };
    let is_secret = |name: &str| secrets.iter().any(|secret| secret.field == name);
    let at = |offset: usize| format!("{path}:{}", module.source.line_of(offset));
    let mut edits = Vec::new();
    if let Some((name, _)) = home.instance(index, usize::MAX) {
        if let Some(taker) = taken(service, index, &name) {
            return Err(format!("{taker} takes {name} from {path}"));
        }
        let reads = |found: &&Reference| found.name == name && !found.stored;
        for found in module.facts.references.iter().filter(reads) {
            let Some(attribute) = found.chain.first() else {
                return Err(format!("{} hands {name} on", at(found.range.start)));
            };
            if is_secret(&attribute.name) {
                edits.push(Edit::insert(attribute.range.end, ".get_secret_value()"));
            }
        }
    }
    let class = |found: &&Reference| {
        let Resolution::Scope(scope) = found.resolution else { return false };
        let Qualified::Definition(owner, known) = service.qualify(index, scope, &found.name) else {
            return false;
        };
        !found.stored && Some(owner) == home.index && known == home.class
    };
    if !module.facts.references.iter().any(|found| class(&found)) {
        return Ok(edits);
    }
    let file =
        File::read(service, index).ok_or_else(|| format!("{path} is a test that makes them"))?;
    for found in module.facts.references.iter().filter(class) {
        match file.field_of_call(found.range.start, &found.name) {
            Some((field, end)) if is_secret(&field) => {
                edits.push(Edit::insert(end, ".get_secret_value()"));
            }
            Some(_) => {}
            None if file.makes_instance(found.statement, &found.name) => {}
            None => return Err(format!("{} hands {} on", at(found.range.start), found.name)),
        }
    }
    Ok(edits)
}

/// Who imports the settings that a file has made, or names them in a text.
fn taken(service: &PythonService, owner: usize, name: &str) -> Option<String> {
    let names: Vec<String> =
        service.names_of(owner).iter().map(|own| format!("{own}.{name}")).collect();
    service.modules().iter().enumerate().find_map(|(index, record)| {
        let module = record.module()?;
        let by_import = module.facts.imports.iter().find_map(|import| {
            let takes = import.names.iter().any(|found| {
                found.name == name
                    && service.resolve_name(index, import, found) == Imported::Attribute(owner)
            });
            takes.then_some(import.range.start)
        });
        let by_text = || {
            let is_named = |text: &str| {
                names.iter().any(|known| text == known || text.starts_with(&format!("{known}.")))
            };
            let mut strings = module.facts.strings.iter();
            strings.find(|text| is_named(&text.value)).map(|text| text.range.start)
        };
        let start = by_import.or_else(by_text)?;
        Some(format!("{}:{}", record.path, module.source.line_of(start)))
    })
}

impl File<'_> {
    /// What `Settings().port` reads where it begins at an offset, and where it ends.
    fn field_of_call(&self, start: usize, class: &str) -> Option<(String, usize)> {
        let starts = |node: &usize| {
            let found = &self.syntax.nodes[*node];
            found.range.start == start && found.kind.is_attribute()
        };
        (0..self.syntax.nodes.len()).filter(starts).find_map(|node| {
            let range = &self.syntax.nodes[node].range;
            match self.syntax.token_texts(range)[..] {
                [name, "(", ")", ".", field] if name == class => {
                    Some((field.to_owned(), range.end))
                }
                _ => None,
            }
        })
    }

    /// Whether a statement is `settings = Settings()` or the import of the class.
    fn makes_instance(&self, statement: usize, class: &str) -> bool {
        let found = &self.module.facts.statements[statement];
        let words = self.syntax.token_texts(&found.range);
        matches!(words[..], [_, "=", name, "(", ")"] if name == class)
    }
}
