//! Modules that only pass on names of another one.
//!
//! Such a module holds nothing of its own: a docstring, imports from one module of the service,
//! `__all__`, perhaps a main guard. What it is called is all that is lost with it.

use std::ops::Range;

use super::facts::{ImportKind, StatementKind};
use super::service::{Imported, PythonService};

/// What a module passes on, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stub {
    /// The module that defines the names.
    pub target: usize,
    /// (name there, name here), in the order of the file; empty for a star import.
    pub names: Vec<(String, String)>,
    /// Its `if __name__ == "__main__":`, with a remark behind its last line.
    pub guard: Option<Range<usize>>,
    /// Import statements that only the guard needs.
    pub guard_imports: Vec<Range<usize>>,
}

impl Stub {
    /// The name in the target behind a name of the stub.
    pub fn behind<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        if self.names.is_empty() {
            return Some(name);
        }
        let found = self.names.iter().find(|(_, here)| here == name);
        found.map(|(there, _)| there.as_str())
    }
}

impl PythonService {
    /// What a module passes on, when it does nothing else.
    pub fn stub(&self, index: usize) -> Option<Stub> {
        let record = &self.modules()[index];
        let module = record.module().filter(|module| module.errors.is_empty())?;
        let facts = &module.facts;
        if record.is_test || record.is_package() || !facts.dynamic.is_empty() {
            return None;
        }
        let mut guards = Vec::new();
        for (number, statement) in facts.statements.iter().enumerate() {
            match statement.kind {
                StatementKind::Import | StatementKind::Docstring => {}
                StatementKind::Assignment if statement.binds == ["__all__"] => {}
                StatementKind::MainGuard => guards.push(number),
                _ => return None,
            }
        }
        let guard = match guards.as_slice() {
            [] => None,
            [only] => Some(*only),
            _ => return None,
        };
        let (target, names) = self.passed_on(index)?;
        let guard_imports = self.imports_of_guard(index, target, guard)?;
        let guard = guard.map(|number| {
            let range = facts.statements[number].range.clone();
            range.start..self.end_of_remark(index, range.end)
        });
        Some(Stub { target, names, guard, guard_imports })
    }

    /// The end of a remark that ends the line, or `end`.
    fn end_of_remark(&self, index: usize, end: usize) -> usize {
        let Some(module) = self.modules()[index].module() else { return end };
        let line = module.source.line_range(end);
        let after = &module.text()[end..line.end];
        if after.trim_start().starts_with('#') { end + after.trim_end().len() } else { end }
    }

    /// The one module from which names are imported, with the names.
    fn passed_on(&self, index: usize) -> Option<(usize, Vec<(String, String)>)> {
        let module = self.modules()[index].module()?;
        let mut target = None;
        let mut names = Vec::new();
        let mut has_star = false;
        for import in module.facts.imports.iter().filter(|import| import.scope == 0) {
            let is_guarded =
                module.facts.statements[import.statement].kind != StatementKind::Import;
            if import.kind != ImportKind::From || is_guarded {
                continue;
            }
            for name in &import.names {
                let Imported::Attribute(owner) = self.resolve_name(index, import, name) else {
                    continue;
                };
                let defines = self.modules()[owner].module()?.facts.defines(&name.name);
                let is_star = name.name == "*";
                if target.is_some_and(|known| known != owner) || owner == index {
                    return None;
                }
                if !defines && !is_star {
                    return None;
                }
                has_star |= is_star;
                names.push((name.name.clone(), name.bound().to_owned()));
                target = Some(owner);
            }
        }
        Some((target?, if has_star { Vec::new() } else { names }))
    }

    /// The other imports, when nothing but the guard reads what they bind; `None` otherwise.
    fn imports_of_guard(
        &self,
        index: usize,
        target: usize,
        guard: Option<usize>,
    ) -> Option<Vec<Range<usize>>> {
        let module = self.modules()[index].module()?;
        let facts = &module.facts;
        let mut found = Vec::new();
        for import in &facts.imports {
            let is_own = facts.statements[import.statement].kind == StatementKind::Import;
            if !is_own || import.module == "__future__" {
                continue;
            }
            let leads =
                |name| self.resolve_name(index, import, name) == Imported::Attribute(target);
            if import.kind == ImportKind::From && import.names.iter().all(leads) {
                continue;
            }
            let guard = guard?;
            for name in &import.names {
                let bound = name.bound().split('.').next().unwrap_or_default();
                let mut uses = facts.references.iter().filter(|used| used.name == bound);
                let exports = facts.exported.as_ref();
                if exports.is_some_and(|names| names.iter().any(|name| name == bound))
                    || !uses.all(|used| used.statement == guard)
                {
                    return None;
                }
            }
            found.push(import.range.clone());
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Entry, RelPath};
    use crate::workspace::Tree;

    fn stub(text: &str) -> Option<Stub> {
        let files = [("main.py", "app = object()\nother = 1\n"), ("api.py", text)];
        let entry = |(path, text): (&str, &str)| {
            (RelPath::new(path).unwrap(), Entry::file(text.as_bytes()))
        };
        let tree: Tree = files.into_iter().map(entry).collect();
        let service = PythonService::read(&tree, None, "shop");
        service.stub(service.index_of("api.py").unwrap())
    }

    #[test]
    fn a_module_that_only_passes_names_on_is_a_stub() {
        let found = stub("\"\"\"Doc.\"\"\"\nfrom main import app as api\n\n__all__ = [\"api\"]\n");

        let found = found.unwrap();
        assert_eq!(found.behind("api"), Some("app"));
        assert_eq!(found.behind("app"), None);
    }

    #[test]
    fn a_guard_and_what_it_needs_are_part_of_a_stub() {
        let text = "import uvicorn\nfrom main import app\n\nif __name__ == \"__main__\":\n    uvicorn.run(app)\n";

        let found = stub(text).unwrap();

        assert_eq!(&text[found.guard_imports[0].clone()], "import uvicorn");
        assert!(text[found.guard.unwrap()].starts_with("if __name__"));
    }

    #[test]
    fn whatever_does_something_is_no_stub() {
        for text in [
            "from main import app\napp.title = \"x\"\n",
            "from main import app\nimport os\n",
            "from main import app, missing\n",
            "import os\n",
            "",
        ] {
            assert_eq!(stub(text), None, "{text}");
        }
    }
}
