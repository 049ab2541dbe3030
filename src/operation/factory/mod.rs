//! What wires an application goes from the body of its module into `create_app()`.
//!
//! `@app.get("/x")` over a function is the same as the plain function and, in the factory,
//! `app.get("/x")(function)`: FastAPI gives the function back as it is. So functions stay where
//! they are, under the names by which they are patched, and the factory makes the application
//! and registers everything in the order in which the module did. It is called once, behind the
//! last statement of the wiring; what could notice that keeps the application where it is.

mod loads;
mod order;
mod wiring;
mod write;

use super::Note;
use crate::change::RelPath;
use crate::python::{Module, PythonService, SyntaxTree};
use crate::workspace::Tree;
use wiring::Refusal;

/// Gives every module of the service that makes an application in its body a factory.
pub fn make(tree: &mut Tree, (folder, name): (Option<&RelPath>, &str)) -> Vec<Note> {
    let service = PythonService::read(tree, folder, name);
    let mut notes = Vec::new();
    for (index, record) in service.modules().iter().enumerate() {
        let module = record.module().filter(|_| !record.is_test);
        let Some(module) = module.filter(|module| module.text().contains("FastAPI")) else {
            continue;
        };
        match text_of(&service, index, module) {
            Ok(Some(text)) => {
                let bytes = module.source.encode(&text);
                let entry = bytes.and_then(|bytes| Some(tree.get(&record.path)?.with_bytes(bytes)));
                if let Some(entry) = entry {
                    tree.set(record.path.clone(), entry);
                }
            }
            Ok(None) => {}
            Err((line, why)) => {
                let why = format!("the application stays in the body of the module: {why}");
                notes.push(Note::new(&record.path, line, why));
            }
        }
    }
    notes
}

/// The new text of a module, or why it keeps its own; nothing when it makes no application.
fn text_of(
    service: &PythonService,
    index: usize,
    module: &Module,
) -> Result<Option<String>, Refusal> {
    let syntax = module.syntax();
    let Some(wiring) = wiring::read(service, index, (module, &syntax))? else { return Ok(None) };
    if !module.errors.is_empty() {
        return Err((0, "the file does not parse".to_owned()));
    }
    if let Some(refusal) = order::obstacle(service, index, (module, &syntax), &wiring) {
        return Err(refusal);
    }
    let text = write::rewritten((module, &syntax), &wiring).map_err(|why| (0, why))?;
    let after = SyntaxTree::parse(&text);
    if !after.errors.is_empty() || after.comment_texts() != syntax.comment_texts() {
        return Err((0, "a comment or a line break stands in the way".to_owned()));
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests;
