//! Columns that are filtered by, against the indexes of the models.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::file::FileFacts;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::Value;

/// A column of a model that has no index.
struct Column<'a> {
    file: &'a FileFacts,
    start: usize,
}

/// Columns without an index, by class and name.
fn unindexed(service: &ServiceFacts) -> BTreeMap<(String, String), Column<'_>> {
    let mut columns = BTreeMap::new();
    for file in service.code().filter(|file| file.imports("sqlalchemy")) {
        for (number, class) in (0_u32..).zip(&file.outline.classes) {
            let fields = file.outline.assignments.iter().filter(|field| {
                field.context.class == Some(number) && field.context.function.is_none()
            });
            let fields: Vec<_> = fields.collect();
            let is_table = fields.iter().any(|field| &*field.target == "__tablename__");
            if !is_table {
                continue;
            }
            let extra: BTreeSet<String> = file
                .calls_of(&["Index", "UniqueConstraint", "PrimaryKeyConstraint"])
                .filter(|call| call.context.class == Some(number) || call.context.class.is_none())
                .flat_map(|call| {
                    call.what.arguments.iter().skip(usize::from(call.what.name() == "Index"))
                })
                .filter_map(|value| value.text().map(str::to_owned))
                .collect();
            for field in fields {
                let Some(call) = field.value.as_ref().and_then(Value::call) else { continue };
                let is_column = matches!(call.name(), "Column" | "mapped_column");
                let on = |name: &str| matches!(call.keyword(name), Some(Value::Bool(true)));
                let indexed = on("index") || on("unique") || on("primary_key") || call.is_open();
                if is_column && !indexed && !extra.contains(&*field.target) {
                    let key = (class.name.to_string(), field.target.to_string());
                    columns.insert(key, Column { file, start: field.start as usize });
                }
            }
        }
    }
    columns
}

/// Filters by `Model.column == …` inside `filter` and `where`, and `filter_by(column=…)`.
pub(super) fn no_index(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let columns = unindexed(service);
    if columns.is_empty() {
        return;
    }
    let mut hits: BTreeMap<&(String, String), Vec<(&FileFacts, usize)>> = BTreeMap::new();
    for file in service.code() {
        for call in file.calls_of(&["filter", "where"]) {
            for value in &call.what.arguments {
                let Value::Compare(sides) = value else { continue };
                let Value::Name(name) = &sides.0 else { continue };
                let Some((model, column)) = name.rsplit_once('.') else { continue };
                let model = model.rsplit('.').next().unwrap_or(model);
                let key = (model.to_owned(), column.to_owned());
                if let Some((key, _)) = columns.get_key_value(&key) {
                    hits.entry(key).or_default().push((file, call.what.start as usize));
                }
            }
        }
    }
    for (key, uses) in hits {
        let column = &columns[key];
        let message = format!(
            "`{}.{}` is filtered by in {} places and has no index",
            key.0,
            key.1,
            uses.len()
        );
        let mut draft = column.file.draft(column.start, message);
        for (file, start) in uses.into_iter().take(5) {
            draft = draft.because(file.place(start), "filtered here");
        }
        sink.add(draft);
    }
}
