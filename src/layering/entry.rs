//! Which module builds the application.

use crate::python::PythonService;

/// Names that an application's module usually has, the likeliest first.
const USUAL: [&str; 6] = ["main", "app", "api", "server", "application", "asgi"];

/// The module that builds the service's application: of those that create a `FastAPI`
/// instance, the one nearest to the service's folder with the most usual name.
pub fn entry_module(service: &PythonService) -> Option<usize> {
    let mut candidates: Vec<(usize, usize, usize)> = Vec::new();
    for (index, module) in service.modules().iter().enumerate() {
        let Some(parsed) = module.module().filter(|_| !module.is_test) else { continue };
        let creates = parsed.facts.statements.iter().any(|statement| {
            let callee = statement.callee.as_deref().unwrap_or_default();
            callee.rsplit('.').next() == Some("FastAPI")
        });
        let calls = parsed.facts.references.iter().any(|reference| {
            reference.name == "FastAPI" && reference.usage == crate::python::Usage::Call
        });
        let is_usual = USUAL.iter().position(|name| *name == module.path.stem());
        if creates || (calls && is_usual.is_some()) {
            let depth = service.below(index).matches('/').count();
            candidates.push((depth, is_usual.unwrap_or(USUAL.len()), index));
        }
    }
    candidates.into_iter().min().map(|(_, _, index)| index)
}
