//! The function that settles a pool by a URL which is only known at run time.

use super::kinds::QUEUED;
use crate::change::Edit;
use crate::operation::rewrite::{Import, name_for};
use crate::operation::web::{Insertion, Web};

/// Its name.
pub(super) const NAME: &str = "pool_settings";

/// The helper of one file.
#[derive(Debug, Default)]
pub(super) struct Helper {
    /// What it gives, once a call has asked for it.
    given: Option<Vec<(&'static str, &'static str)>>,
}

impl Helper {
    /// The argument that a call gets; fails where one function cannot serve it.
    pub(super) fn argument(
        &mut self,
        web: &Web<'_>,
        file: usize,
        (url, missing): (&str, &[(&'static str, &'static str)]),
    ) -> Result<String, String> {
        let module = web.service.modules()[file].module().ok_or("it cannot be read")?;
        if module.facts.bindings.iter().any(|binding| binding.name == NAME) {
            return Err(format!("{NAME} means something else in this file"));
        }
        let import = import().ok_or("it cannot be imported")?;
        name_for(web.service, file, &import)?;
        if self.given.get_or_insert_with(|| missing.to_vec()) != missing {
            return Err("another engine of the file has other settings".to_owned());
        }
        Ok(format!("**{NAME}({url})"))
    }

    /// Adds the function in front of the statement that asks for it first.
    pub(super) fn add(&self, web: &Web<'_>, file: usize, insertion: &mut Insertion) {
        let Some(module) = web.service.modules()[file].module() else { return };
        let asking = insertion.edits.iter().filter(|edit| edit.replacement.contains(NAME));
        let first = asking.map(|edit| edit.range.start).min();
        let (Some(given), Some(first)) = (&self.given, first) else { return };
        let statements = module.facts.statements.iter();
        let mut around = statements.filter(|found| found.range.contains(&first));
        let Some(statement) = around.next() else { return };
        let mut at = module.source.line_range(statement.range.start).start;
        while at > 0 {
            let line = module.source.line_range(at - 1);
            if !module.text()[line.clone()].trim_start().starts_with('#') {
                break;
            }
            at = line.start;
        }
        let newline = module.source.newline_at(statement.range.start);
        let above = &module.text()[..at];
        let blank = above.len() - above.trim_end().len();
        let known = above[above.len() - blank..].matches('\n').count().saturating_sub(1);
        let gap = if above.trim().is_empty() { 0 } else { 2usize.saturating_sub(known) };
        let text = format!("{}{}\n\n\n", "\n".repeat(gap), text(given));
        insertion.edits.push(Edit::insert(at, text.replace('\n', newline)));
        insertion.imports.extend(import());
    }
}

fn import() -> Option<Import> {
    Import::parse("from sqlalchemy.engine import make_url")
}

fn text(given: &[(&str, &str)]) -> String {
    let known: Vec<String> = QUEUED.iter().map(|name| format!("        \"{name}\",\n")).collect();
    let rows: Vec<String> =
        given.iter().map(|(name, value)| format!("        \"{name}\": {value},\n")).collect();
    format!(
        "def {NAME}(url: str) -> dict:\n    \"\"\"Return the settings of a pool; SQLite has pools \
         that take none.\"\"\"\n    queued = (\n{}    )\n    if make_url(url).get_backend_name() not \
         in queued:\n        return {{}}\n    return {{\n{}    }}",
        known.concat(),
        rows.concat(),
    )
}
