//! What kind of thing a definition is, by its own statement and the bases that it has.

use super::definitions::{Definitions, Use};
use super::vocabulary::{self, Library};
use crate::python::{Statement, StatementKind, Usage};

/// The kind of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A validated data model.
    Model,
    /// An enumeration, a named tuple, a typed dictionary.
    Value,
    /// A dataclass.
    Record,
    /// An exception.
    Exception,
    /// An abstract class.
    Port,
    /// A class mapped to a table or a collection.
    Mapped,
    /// A class of settings.
    Settings,
    /// A class of the web framework.
    Framework,
    /// Any other class.
    Class,
    /// A route, a middleware or a handler.
    Route,
    /// What runs when the application starts and ends.
    Hook,
    /// Any other function.
    Function,
    /// A logger.
    Logger,
    /// Any other value.
    Variable,
}

impl Shape {
    /// Whether it is data without work of its own.
    pub(super) const fn is_data(self) -> bool {
        matches!(self, Self::Model | Self::Value | Self::Record | Self::Exception | Self::Mapped)
    }

    /// Whether it has no layer: settings, loggers, and what starts the application.
    pub(super) const fn is_neutral(self) -> bool {
        matches!(self, Self::Settings | Self::Logger | Self::Hook)
    }
}

/// The shape of every definition; a class without a telling base of its own takes that of the
/// class that it derives from.
pub(super) fn shapes(definitions: &Definitions<'_>) -> Vec<Shape> {
    let count = definitions.list().len();
    let mut shapes: Vec<Shape> = (0..count).map(|index| own_shape(definitions, index)).collect();
    let bases: Vec<(usize, usize)> = definitions
        .uses()
        .iter()
        .filter(|one| one.usage == Usage::Base && derives(definitions, one))
        .map(|one| (one.user, one.used))
        .collect();
    for _ in 0..4 {
        for (user, used) in &bases {
            let base = shapes[*used];
            if shapes[*user] == Shape::Class && (base.is_data() || base == Shape::Settings) {
                shapes[*user] = base;
            }
        }
    }
    shapes
}

/// Whether a class has the other as its base, not as the parameter of a generic base.
pub(super) fn derives(definitions: &Definitions<'_>, one: &Use) -> bool {
    let bases = definitions.statement(one.user).map(|statement| statement.bases.as_slice());
    let names = definitions.statement(one.used).map(|statement| statement.binds.as_slice());
    let mut names = names.unwrap_or_default().iter();
    names.any(|name| bases.unwrap_or_default().iter().any(|base| last(base) == name))
}

fn own_shape(definitions: &Definitions<'_>, index: usize) -> Shape {
    let Some(statement) = definitions.statement(index) else { return Shape::Variable };
    match statement.kind {
        StatementKind::Class if is_table(definitions, index, statement) => Shape::Mapped,
        StatementKind::Class => match class(statement) {
            Shape::Class if extends_the_web(definitions, index, statement) => Shape::Framework,
            shape => shape,
        },
        StatementKind::Function if is_lifespan(definitions, index, statement) => Shape::Hook,
        StatementKind::Function => function(statement),
        _ => match statement.callee.as_deref().map(last) {
            Some("getLogger" | "get_logger") => Shape::Logger,
            _ => Shape::Variable,
        },
    }
}

fn class(statement: &Statement) -> Shape {
    let decorated = statement.decorators.iter().any(|decorator| last(decorator) == "dataclass");
    let by_base = statement.bases.iter().find_map(|base| match last(base) {
        // Without a table of its own it only validates.
        "BaseModel" | "RootModel" | "SQLModel" => Some(Shape::Model),
        "Enum" | "IntEnum" | "StrEnum" | "Flag" | "IntFlag" | "NamedTuple" | "TypedDict" => {
            Some(Shape::Value)
        }
        "ABC" | "ABCMeta" | "Protocol" => Some(Shape::Port),
        "BaseSettings" => Some(Shape::Settings),
        "Base" | "DeclarativeBase" | "Model" | "Document" => Some(Shape::Mapped),
        name if name.ends_with("Error") || name.ends_with("Exception") => Some(Shape::Exception),
        _ => None,
    });
    match by_base {
        Some(shape) => shape,
        None if decorated => Shape::Record,
        None => Shape::Class,
    }
}

/// Whether a class has a base of the web framework.
fn extends_the_web(definitions: &Definitions<'_>, index: usize, statement: &Statement) -> bool {
    definitions.libraries(index).iter().any(|used| {
        let top = used.module.split('.').next().unwrap_or_default();
        used.usage == Usage::Base
            && vocabulary::library(top) == Some(Library::Web)
            && statement.bases.iter().any(|base| last(base) == last(&used.name))
    })
}

/// Whether a class of models says `table=True`.
fn is_table(definitions: &Definitions<'_>, index: usize, statement: &Statement) -> bool {
    let text = definitions.module(index).map_or("", |module| module.slice(&statement.range));
    let header = text.split_once("):").map_or(text, |(header, _)| header);
    header.contains("table=True") || header.contains("table = True")
}

/// Whether a context manager is that of the application's life.
fn is_lifespan(definitions: &Definitions<'_>, index: usize, statement: &Statement) -> bool {
    let manages = statement.decorators.iter().any(|name| last(name) == "asynccontextmanager");
    let is_called_so = statement.binds.iter().any(|name| name == "lifespan");
    manages
        && (is_called_so || definitions.libraries(index).iter().any(|one| one.name == "FastAPI"))
}

fn function(statement: &Statement) -> Shape {
    let methods = || statement.decorators.iter().filter_map(|name| name.rsplit_once('.'));
    if methods().any(|(_, method)| method == "on_event") {
        Shape::Hook
    } else if methods().any(|(_, method)| vocabulary::is_route_method(method)) {
        Shape::Route
    } else {
        Shape::Function
    }
}

/// The last part of a dotted name.
pub(super) fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}
