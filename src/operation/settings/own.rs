//! The settings class as an earlier run wrote it, so that more fields can join it.

use std::ops::Range;

use super::reads::{File, Kind, Variable};
use crate::python::StatementKind;

/// What makes a class read variables as `os.getenv` does: by their case, from nowhere else.
const CONFIG: [&str; 8] =
    ["model_config", "=", "SettingsConfigDict", "(", "case_sensitive", "=", "True", ")"];

/// The settings class of a service.
#[derive(Debug, Clone)]
pub(super) struct Own {
    /// What it is called.
    pub(super) name: String,
    /// Its statement.
    pub(super) statement: usize,
    /// The offset behind its last line.
    pub(super) end: usize,
    /// Field → variable.
    pub(super) fields: Vec<(String, Variable)>,
    /// Where each field stands.
    pub(super) rows: Vec<Range<usize>>,
}

/// The class in a file, if there is one whose fields all have a variable and a default.
pub(super) fn find(file: &File<'_>) -> Option<Own> {
    let statements = file.module.facts.statements.iter().enumerate();
    statements.into_iter().find_map(|(at, statement)| {
        let [base] = statement.bases.as_slice() else { return None };
        let is_plain = statement.kind == StatementKind::Class
            && statement.decorators.is_empty()
            && base == "BaseSettings";
        if !is_plain {
            return None;
        }
        let inside = |node: &usize| {
            let range = &file.syntax.nodes[*node].range;
            statement.range.start <= range.start && range.end <= statement.range.end
        };
        let assignments = (0..file.syntax.nodes.len()).filter(|node| {
            let kind = file.syntax.nodes[*node].kind;
            kind.is_assignment() || kind.is_annotated_assignment()
        });
        let (mut fields, mut rows, mut is_configured) = (Vec::new(), Vec::new(), false);
        for node in assignments.filter(inside) {
            if file.syntax.token_texts(&file.syntax.nodes[node].range) == CONFIG {
                is_configured = true;
            } else {
                fields.push(field(file, node)?);
                rows.push(file.syntax.nodes[node].range.clone());
            }
        }
        let end = file.module.source.line_range(statement.range.end.saturating_sub(1)).end;
        let name = statement.binds.first()?.clone();
        is_configured.then_some(Own { name, statement: at, end, fields, rows })
    })
}

/// `port: int = Field(default=8000, validation_alias="PORT")`.
fn field(file: &File<'_>, node: usize) -> Option<(String, Variable)> {
    let words = file.syntax.token_texts(&file.syntax.nodes[node].range);
    let (name, rest) = words.split_first()?;
    let kind = rest.iter().skip(1).take_while(|word| **word != "=").copied().collect::<String>();
    let call = file.syntax.children(node).last()?;
    let (mut default, mut variable) = (None, None);
    for (keyword, value) in file.arguments(call)? {
        match keyword? {
            "default" => default = Some(value),
            "validation_alias" => variable = file.text_of(value),
            _ => return None,
        }
    }
    let (literal, plain) = file.literal(default?)?;
    let default = file.syntax.node_text(default?).to_owned();
    let kind = match literal {
        None => Kind::Missing,
        Some("str") => Kind::Text,
        Some(known) if kind == known => Kind::Typed(known),
        Some(known) => Kind::Either(known),
    };
    let field = (*name).to_owned();
    Some((field.clone(), Variable { name: variable?, field, default, kind, plain }))
}
