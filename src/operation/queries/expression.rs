//! A query as the body of a method: what it is given, and what it imports.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Moved;
use super::names::method_name;
use super::sessions::Function;
use crate::change::{Edit, apply_edits};
use crate::layering::Layer;
use crate::python::outline::Value;
use crate::python::{Qualified, Reference, Resolution, is_standard_module};

/// Types of parameters that every file can name.
const PLAIN: [&str; 5] = ["int", "str", "bool", "float", "bytes"];

impl Function<'_> {
    /// The method for a query, and its call.
    pub(super) fn read(&self, node: usize, session: &Range<usize>) -> Result<Moved, String> {
        let range = self.tree.nodes[node].range.clone();
        let text = self.tree.slice(&range).to_owned();
        if self.tree.has_comment(&range) || text.contains(['\\', ';']) || text.contains("\"\"\"") {
            return Err("a remark or a line break stands in the way".to_owned());
        }
        let local = |found: &Range<usize>| found.start - range.start..found.end - range.start;
        let mut edits = vec![Edit::replace(local(session), "self._session")];
        let (mut parameters, mut arguments) = (Vec::new(), Vec::new());
        let (mut imports, mut model) = (BTreeSet::new(), None);
        for reference in self.references(&range) {
            if reference.range == *session {
                continue;
            }
            match self.meaning(reference)? {
                Meaning::Given(given, end) => {
                    let name = given.rsplit('.').next().unwrap_or(&given).to_owned();
                    let known = parameters.iter().position(|(known, _)| *known == name);
                    match known {
                        Some(at) if arguments[at] != given => {
                            return Err(format!("{name} would mean two things"));
                        }
                        Some(_) => {}
                        None => {
                            parameters.push((name.clone(), self.type_of(&given)));
                            arguments.push(given);
                        }
                    }
                    edits.push(Edit::replace(local(&(reference.range.start..end)), name));
                }
                Meaning::Imported(name, end, statement, class) => {
                    edits.push(Edit::replace(local(&(reference.range.start..end)), name));
                    imports.insert(statement);
                    model = model.or(class);
                }
                Meaning::Builtin => {}
            }
        }
        let model = model.ok_or("it names no model")?;
        let body = apply_edits(&text, &edits).map_err(|error| error.to_string())?;
        let is_async = text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "await");
        let name = method_name(&text, &model.1);
        Ok(Moved {
            name,
            parameters,
            arguments,
            body: returned(&body),
            is_async,
            session: self.session(),
            is_operand: self.is_operand(node),
            imports,
            range,
            model,
        })
    }

    fn references(&self, range: &Range<usize>) -> Vec<&Reference> {
        let all = self.module.facts.references.iter();
        let mut found: Vec<&Reference> = all
            .filter(|found| range.start <= found.range.start && found.range.end <= range.end)
            .collect();
        found.sort_by_key(|found| found.range.start);
        found
    }

    /// Whether what stands there is a part of something that binds tighter than `await`.
    pub(super) fn is_operand(&self, node: usize) -> bool {
        self.tree.nodes[node].parent.is_none_or(|parent| {
            let kind = self.tree.nodes[parent].kind;
            !kind.is_assignment()
                && !kind.is_annotated_assignment()
                && !kind.is_return()
                && !kind.is_expression_statement()
                && !kind.is_arguments()
                && !kind.is_keyword()
                && !kind.is_tested()
                && !kind.is_for()
        })
    }

    fn meaning(&self, reference: &Reference) -> Result<Meaning, String> {
        let parts: Vec<&str> = std::iter::once(reference.name.as_str())
            .chain(reference.chain.iter().map(|attribute| attribute.name.as_str()))
            .collect();
        let end = |count: usize| match count {
            0 | 1 => reference.range.end,
            count => reference.chain[count - 2].range.end,
        };
        match reference.resolution {
            Resolution::Builtin => Ok(Meaning::Builtin),
            Resolution::Scope(scope) if scope == self.scope() => {
                let all = end(parts.len());
                if self.module.text()[all..].starts_with(['(', '[']) {
                    return Err(format!("{} is asked inside of it", parts.join(".")));
                }
                Ok(Meaning::Given(parts.join("."), all))
            }
            Resolution::Scope(0) => {
                self.is_heard(&reference.name)?;
                self.imported(&parts, end)
            }
            _ => Err(format!("{} belongs to something inside of it", reference.name)),
        }
    }

    /// A name that a test replaces here would not be heard elsewhere.
    fn is_heard(&self, name: &str) -> Result<(), String> {
        if self.web.service.outside().replaces(self.file, name) {
            return Err(format!("a test replaces {name} here"));
        }
        Ok(())
    }

    fn imported(&self, parts: &[&str], end: impl Fn(usize) -> usize) -> Result<Meaning, String> {
        for count in 1..=parts.len() {
            let dotted = parts[..count].join(".");
            match self.web.service.qualify(self.file, 0, &dotted) {
                Qualified::Definition(file, name) => {
                    let statement = self.import_of(file, &name)?;
                    let class = self.is_model(file, &name).then(|| (file, name.clone()));
                    return Ok(Meaning::Imported(name, end(count), statement, class));
                }
                Qualified::External(path) => {
                    let Some((owner, name)) = path.rsplit_once('.') else { continue };
                    let top = owner.split('.').next().unwrap_or(owner);
                    let is_known =
                        matches!(top, "sqlalchemy" | "sqlmodel") || is_standard_module(top);
                    let is_module = name.chars().all(char::is_lowercase)
                        && count < parts.len()
                        && matches!(
                            &*path,
                            "sqlalchemy.orm" | "sqlalchemy.sql" | "sqlalchemy.dialects"
                        );
                    if is_module {
                        continue;
                    }
                    if !is_known {
                        return Err(format!("{dotted} is of another library"));
                    }
                    let statement = format!("from {owner} import {name}");
                    return Ok(Meaning::Imported(name.to_owned(), end(count), statement, None));
                }
                _ => {}
            }
        }
        Err(format!("{} is a name of the module", parts[0]))
    }

    /// The import of a definition that the infrastructure may know.
    pub(super) fn import_of(&self, file: usize, name: &str) -> Result<String, String> {
        let path = self.web.service.modules()[file].path.as_str();
        let may = [Layer::Infrastructure, Layer::Domain]
            .into_iter()
            .any(|layer| path.starts_with(&self.package.path(layer, "")));
        let known = self.web.service.names_of(file);
        let dotted = known.iter().find_map(|known| self.package.dotted(known));
        match dotted.filter(|_| may) {
            Some(dotted) => Ok(format!("from {dotted} import {name}")),
            None => Err(format!("{name} lies further out than the infrastructure")),
        }
    }

    /// Whether a class has a table.
    pub(super) fn is_model(&self, file: usize, name: &str) -> bool {
        let Some(outline) = self.web.outlines.get(&file) else { return false };
        let Some(number) = outline.classes.iter().position(|class| *class.name == *name) else {
            return false;
        };
        let number = u32::try_from(number).ok();
        let class = outline.classes.iter().find(|class| *class.name == *name);
        let text = self.web.service.modules()[file].module().map_or("", |module| module.text());
        let head = class.map_or("", |class| {
            let rest = &text[class.start as usize..class.end as usize];
            rest.split(':').next().unwrap_or(rest)
        });
        head.contains("table=True")
            || outline
                .assignments
                .iter()
                .any(|one| &*one.target == "__tablename__" && one.context.class == number)
    }

    /// The type of something local, where its annotation is a plain one.
    fn type_of(&self, given: &str) -> String {
        let outline = &self.web.outlines[&self.file];
        let function = outline.functions.get(self.number() as usize);
        let annotation = function.and_then(|function| {
            let parameter = function.parameters.iter().find(|one| *one.name == *given)?;
            parameter.annotation.as_deref()
        });
        annotation.filter(|text| PLAIN.contains(text)).unwrap_or("Any").to_owned()
    }

    /// The model of something local, by what it was made of.
    pub(super) fn model_of(&self, name: &str) -> Option<(usize, String)> {
        let outline = &self.web.outlines[&self.file];
        outline.assignments.iter().find_map(|one| {
            if one.context.function != Some(self.number()) || *one.target != *name {
                return None;
            }
            let call = one.value.as_ref().and_then(Value::call)?;
            match self.web.service.qualify(self.file, 0, &call.callee) {
                Qualified::Definition(file, class) if self.is_model(file, &class) => {
                    Some((file, class))
                }
                _ => None,
            }
        })
    }
}

/// What a name in a query means to a method.
enum Meaning {
    /// It is given it: the text, and its end.
    Given(String, usize),
    /// It imports it: the name, the end of what leads to it, the statement, and the model it is.
    Imported(String, usize, String, Option<(usize, String)>),
    Builtin,
}

/// The lines of a body that returns an expression.
fn returned(expression: &str) -> Vec<String> {
    if !expression.contains('\n') {
        return vec![format!("return {expression}")];
    }
    let lines = expression.lines().map(|line| format!("    {}", line.trim()));
    std::iter::once("return (".to_owned()).chain(lines).chain([")".to_owned()]).collect()
}
