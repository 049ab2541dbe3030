//! Which parameters can say what they said in `Annotated`, and what speaks against the others.

use std::collections::BTreeMap;
use std::ops::Range;

use super::plain::{is_plain, may_be_ellipsis};
use super::survey::{Function, Home, Marker, Parameter, Passing, gone};
use super::users::{Call, Users, last};
use crate::python::{BindingKind, Module, Moment, PythonService, Resolution, SyntaxTree};

/// The default that a parameter gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Default {
    /// None: it is required.
    None,
    /// The node of an expression.
    Value(usize),
}

/// What becomes of a parameter.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// Index of the parameter.
    pub(super) at: usize,
    pub(super) default: Default,
    /// The node of the argument that said the default, if one did.
    pub(super) said: Option<usize>,
}

/// What becomes of a function.
#[derive(Debug, Clone, std::default::Default)]
pub(super) struct Outcome {
    pub(super) changes: Vec<Change>,
    /// Index of the parameter that a `*` comes before.
    pub(super) star: Option<usize>,
    /// Offset and reason of what stays.
    pub(super) stays: Vec<(usize, String)>,
}

/// One file with everything around it.
pub(super) struct Judge<'a> {
    pub(super) service: &'a PythonService,
    pub(super) users: &'a Users<'a>,
    /// Index of the file.
    pub(super) file: usize,
    pub(super) module: &'a Module,
    pub(super) tree: &'a SyntaxTree,
    /// Whether annotations are texts that FastAPI evaluates later.
    pub(super) is_deferred: bool,
}

impl Judge<'_> {
    /// Decides about every parameter of a function.
    pub(super) fn judge(&self, function: &Function) -> Outcome {
        let mut outcome = Outcome::default();
        let calls = match self.calls(function) {
            Ok(calls) => calls,
            Err(why) => {
                let why = format!("the parameters of {} keep their defaults: {why}", function.name);
                outcome.stays.push((self.tree.nodes[function.node].range.start, why));
                return outcome;
            }
        };
        let mut wanted: BTreeMap<usize, Change> = BTreeMap::new();
        for (at, parameter) in function.parameters.iter().enumerate() {
            let Some(marker) = &parameter.marker else { continue };
            let judged = self
                .change(function, at, (parameter, marker))
                .and_then(|change| self.is_passed(function, at, &calls).map(|()| change));
            match judged {
                Ok(change) => drop(wanted.insert(at, change)),
                Err(why) => outcome.stays.push(stays(parameter, &why)),
            }
        }
        self.order(function, &calls, wanted, &mut outcome);
        outcome
    }

    /// What becomes of one parameter by itself.
    fn change(
        &self,
        function: &Function,
        at: usize,
        (parameter, marker): (&Parameter, &Marker),
    ) -> Result<Change, String> {
        let Some(annotation) = parameter.annotation else {
            return Err("it has no type".to_owned());
        };
        let text = self.tree.node_text(annotation);
        let kind = self.tree.nodes[annotation].kind;
        if kind.is_string() {
            return Err("its type is a text".to_owned());
        }
        let name = text.split('[').next().unwrap_or_default();
        if last(name) == "Annotated" {
            return Err("its type is Annotated already".to_owned());
        }
        if !marker.is_dependency && !is_plain(self, annotation) {
            return Err(format!("{text} may have rules of its own, which would begin to hold"));
        }
        let said = self.said(marker)?;
        let default = match said {
            Some(value) if self.tree.node_text(value) == "..." => Default::None,
            Some(value) if may_be_ellipsis(self, value) => {
                return Err(format!("{} may mean that it is required", self.tree.node_text(value)));
            }
            Some(value) => Default::Value(value),
            None => Default::None,
        };
        self.stays_known(function, (annotation, marker), said)?;
        let argument = said.map(|value| self.argument_of(value));
        let has_comment = match argument {
            Some(argument) => self.tree.has_comment(&gone(self.tree, marker, argument)),
            None => false,
        };
        let call = &self.tree.nodes[marker.call].range;
        let before = parameter.range.start..call.start;
        let behind = call.end..parameter.range.end;
        if has_comment || self.tree.has_comment(&before) || self.tree.has_comment(&behind) {
            return Err("a comment stands in the way".to_owned());
        }
        Ok(Change { at, default, said: argument })
    }

    /// The node of the value that says the default.
    fn said(&self, marker: &Marker) -> Result<Option<usize>, String> {
        let mut said = None;
        for (position, argument) in self.tree.children(marker.arguments).enumerate() {
            let text = self.tree.node_text(argument);
            if text.starts_with('*') {
                return Err("its arguments are not all in sight".to_owned());
            }
            if !self.tree.nodes[argument].kind.is_keyword() {
                if position == 0 && !marker.is_dependency {
                    said = Some(argument);
                } else if !marker.is_dependency {
                    return Err("its arguments are not all in sight".to_owned());
                }
                continue;
            }
            let name = text.split('=').next().unwrap_or_default().trim();
            match name {
                "default_factory" => return Err("its default is made anew each time".to_owned()),
                "default" if !marker.is_dependency => {
                    said = self.tree.children(argument).next_back();
                }
                _ => {}
            }
        }
        Ok(said)
    }

    /// The argument that a value stands in: itself, or `default=…`.
    fn argument_of(&self, value: usize) -> usize {
        let parent = self.tree.nodes[value].parent;
        parent.filter(|parent| self.tree.nodes[*parent].kind.is_keyword()).unwrap_or(value)
    }

    /// Whether every name that goes into the annotation means the same there: nothing rebinds it
    /// later, and where annotations are texts it is one of the module.
    fn stays_known(
        &self,
        function: &Function,
        (annotation, marker): (usize, &Marker),
        said: Option<usize>,
    ) -> Result<(), String> {
        let nodes = &self.tree.nodes;
        let within = |outer: &Range<usize>, inner: &Range<usize>| {
            outer.start <= inner.start && inner.end <= outer.end
        };
        let gone = said.map(|value| nodes[value].range.clone());
        let start = nodes[function.node].range.start;
        let moved = self.module.facts.references.iter().filter(|found| {
            let is_gone = gone.as_ref().is_some_and(|gone| within(gone, &found.range));
            let is_moved = within(&nodes[marker.call].range, &found.range) && !is_gone;
            is_moved || (self.is_deferred && within(&nodes[annotation].range, &found.range))
        });
        for reference in moved {
            let name = &reference.name;
            let scope = match reference.resolution {
                Resolution::Scope(scope) => scope,
                Resolution::Builtin => continue,
                Resolution::Unbound => return Err(format!("nothing binds {name}")),
            };
            if self.is_deferred && scope != 0 {
                return Err(format!("its type is a text, in which {name} means nothing"));
            }
            let facts = &self.module.facts;
            let is_never = facts.bindings_of(name, scope).any(|binding| match binding.kind {
                BindingKind::Import(at, _) => facts.imports[at].moment == Moment::Never,
                _ => false,
            });
            if is_never {
                return Err(format!("its type is a text, in which {name} means nothing"));
            }
            let is_rebound = facts
                .bindings_of(name, scope)
                .any(|binding| binding.range.start > start || binding.from != scope);
            if is_rebound {
                return Err(format!("{name} is bound later, too"));
            }
        }
        Ok(())
    }

    /// Keeps Python's rule that what is required comes first: a `*` where nobody passes by
    /// position, else what would break it stays.
    fn order(
        &self,
        function: &Function,
        calls: &[Call],
        mut wanted: BTreeMap<usize, Change>,
        outcome: &mut Outcome,
    ) {
        let own = usize::from(matches!(function.home, Home::Class(_)));
        let first = calls.iter().map(|call| call.positions + own).max().unwrap_or_default();
        let has_others = function.parameters.iter().any(|found| found.passing != Passing::Any);
        let is_wrapped = self.is_wrapped(function);
        let mut has_default = false;
        for (at, parameter) in function.parameters.iter().enumerate() {
            if parameter.passing != Passing::Any {
                break;
            }
            let is_required = match wanted.get(&at) {
                Some(change) => change.default == Default::None,
                None => parameter.default.is_none(),
            };
            if !is_required {
                has_default = true;
                continue;
            }
            if !has_default || outcome.star.is_some() {
                continue;
            }
            if !has_others && !is_wrapped && first <= at {
                outcome.star = Some(at);
                continue;
            }
            let why = match (has_others, is_wrapped) {
                (true, _) => {
                    "it follows one with a default, and other parameters need a `*` already"
                }
                (_, true) => {
                    "it follows one with a default, and a decorator may pass it by position"
                }
                _ => "it follows one with a default, and is passed by position",
            };
            outcome.stays.push(stays(parameter, why));
            wanted.remove(&at);
        }
        outcome.changes = wanted.into_values().collect();
    }
}

fn stays(parameter: &Parameter, why: &str) -> (usize, String) {
    (parameter.range.start, format!("{} keeps its default: {why}", parameter.name))
}
