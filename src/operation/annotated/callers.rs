//! Who calls a function beside FastAPI, and whether all of them can be seen.

use super::judge::Judge;
use super::survey::{Function, Home, Passing};
use super::users::{Call, Use, last, registers};
use crate::python::Qualified;

/// Words in a file whose decorators may look at the defaults of what they decorate.
const LOOKING: [&str; 5] =
    ["inspect", "__defaults__", "__kwdefaults__", "__signature__", "get_type_hints"];
/// Decorators that hand on whatever they are given.
const TRANSPARENT: [&str; 5] = [
    "contextlib.asynccontextmanager",
    "contextlib.contextmanager",
    "functools.lru_cache",
    "functools.cache",
    "functools.wraps",
];

impl Judge<'_> {
    /// The direct calls of a function, or why its parameters have to stay as they are.
    pub(super) fn calls(&self, function: &Function) -> Result<Vec<Call>, String> {
        if function.has_slash {
            return Err("some of them can only be passed by position".to_owned());
        }
        self.decorators(function)?;
        let uses = match &function.home {
            Home::Loop => return Err("it is defined in a loop".to_owned()),
            Home::Class(class) => self.of_class(function, class)?,
            Home::Module | Home::Function => {
                self.users.uses((function.file, function.scope, &function.name))
            }
        };
        let mut calls = Vec::new();
        for found in uses {
            match found {
                Use::Handed => {}
                Use::Called(call) if call.is_open => {
                    let place = self.place(call.file, call.range.start);
                    return Err(format!("{place} calls it with `*` or `**`"));
                }
                Use::Called(call) => calls.push(call),
                Use::Other(file, offset) => {
                    return Err(format!("{} uses it in another way", self.place(file, offset)));
                }
            }
        }
        Ok(calls)
    }

    /// The calls of a method that FastAPI calls when it is handed the class or an instance.
    fn of_class(&self, function: &Function, class: &str) -> Result<Vec<Use>, String> {
        let unseen = || Err("it is a method, and who calls it cannot be seen".to_owned());
        let is_outermost = self.module.facts.bindings_of(class, 0).count() == 1;
        if !is_outermost || self.is_deferred {
            return unseen();
        }
        let uses = self.users.uses((function.file, 0, class));
        match function.name.as_str() {
            "__init__" => Ok(uses),
            "__call__" => {
                let is_handed = |found: &Use| match found {
                    Use::Handed => true,
                    Use::Called(call) => self.is_handed_over(call),
                    Use::Other(..) => false,
                };
                if uses.iter().all(is_handed) { Ok(Vec::new()) } else { unseen() }
            }
            _ => unseen(),
        }
    }

    /// Whether what a call makes is an argument of `Depends` or `Security`, and nothing else.
    fn is_handed_over(&self, call: &Call) -> bool {
        let tree = self.users.tree(call.file);
        let Some(node) = tree.node_at(&call.range) else { return false };
        let Some(outer) = tree.nodes[node].parent else { return false };
        let outer = if tree.nodes[outer].kind.is_keyword() {
            tree.nodes[outer].parent
        } else {
            Some(outer)
        };
        let call_around = outer.and_then(|outer| tree.nodes[outer].parent);
        let Some(callee) = call_around
            .filter(|around| tree.nodes[*around].kind.is_call())
            .and_then(|around| tree.children(around).next())
        else {
            return false;
        };
        let range = tree.nodes[callee].range.clone();
        match self.service.qualify_at(call.file, &range, tree.node_text(callee)) {
            Qualified::External(path) => {
                path.starts_with("fastapi.") && matches!(last(&path), "Depends" | "Security")
            }
            _ => false,
        }
    }

    fn decorators(&self, function: &Function) -> Result<(), String> {
        for decorator in &function.decorators {
            let Some(expression) = self.tree.children(*decorator).next() else { continue };
            let is_call = self.tree.nodes[expression].kind.is_call();
            let inner = self.tree.children(expression).next().filter(|_| is_call);
            let callee = inner.unwrap_or(expression);
            let text = self.tree.node_text(callee);
            if registers(text) {
                continue;
            }
            if self.is_deferred {
                return Err(format!("{text} decorates it, and annotations are texts here"));
            }
            let range = self.tree.nodes[callee].range.clone();
            let is_known = match self.service.qualify_at(function.file, &range, text) {
                Qualified::External(path) => TRANSPARENT.contains(&path.as_str()),
                Qualified::Definition(file, _) => !self.looks(file),
                _ => self.is_limiter(text),
            };
            if !is_known {
                return Err(format!("{text} decorates it, and may look at them"));
            }
        }
        Ok(())
    }

    /// Whether a decorator of the service's own stands between FastAPI and a function.
    pub(super) fn is_wrapped(&self, function: &Function) -> bool {
        function.decorators.iter().any(|decorator| {
            let Some(expression) = self.tree.children(*decorator).next() else { return true };
            let is_call = self.tree.nodes[expression].kind.is_call();
            let inner = self.tree.children(expression).next().filter(|_| is_call);
            let callee = inner.unwrap_or(expression);
            let range = self.tree.nodes[callee].range.clone();
            let text = self.tree.node_text(callee);
            let known = self.service.qualify_at(function.file, &range, text);
            !registers(text) && matches!(known, Qualified::Definition(..))
        })
    }

    fn looks(&self, file: usize) -> bool {
        let module = self.service.modules()[file].module();
        module.is_none_or(|module| LOOKING.iter().any(|word| module.text().contains(word)))
    }

    /// `limiter.limit(…)` of slowapi, which asks for the names of parameters alone.
    fn is_limiter(&self, callee: &str) -> bool {
        let is_its = matches!(last(callee), "limit" | "shared_limit" | "exempt");
        let modules = self.service.modules().iter().filter_map(|record| record.module());
        is_its
            && modules
                .flat_map(|module| &module.facts.imports)
                .any(|import| import.module.starts_with("slowapi"))
    }

    /// Whether every direct call passes a parameter itself.
    pub(super) fn is_passed(
        &self,
        function: &Function,
        at: usize,
        calls: &[Call],
    ) -> Result<(), String> {
        let parameter = &function.parameters[at];
        let own = usize::from(matches!(function.home, Home::Class(_)));
        let omitted = calls.iter().find(|call| {
            let by_position = parameter.passing == Passing::Any && at < call.positions + own;
            !by_position && !call.keywords.contains(&parameter.name)
        });
        match omitted {
            None => Ok(()),
            Some(call) => {
                let place = self.place(call.file, call.range.start);
                Err(format!("{place} calls {} without it", function.name))
            }
        }
    }

    fn place(&self, file: usize, offset: usize) -> String {
        let record = &self.service.modules()[file];
        let line = record.module().map_or(0, |module| module.source.line_of(offset));
        format!("{}:{line}", record.path)
    }
}
