//! Understanding Python: text, syntax, scopes, references, module names, import graph.
//!
//! Every file is parsed once into a [`Module`]; everything else asks the values here.
//! Nothing in this folder runs Python or reads the disk.

mod binder;
mod conventions;
mod dependents;
pub(crate) mod distributions;
mod embedded;
mod evaluate;
mod facts;
pub mod index;
pub mod manifest;
mod names;
pub mod outline;
mod outside;
mod parse;
mod parts;
mod pattern;
mod qualify;
mod resolve;
mod service;
mod shown;
mod statement;
mod stub;
mod syntax;
mod text;

pub(crate) use conventions::{is_config_dict, names_setting};
pub use embedded::{Embedded, EmbeddedImport, embedded};
pub use evaluate::{Climb, PathBase, PathStep, PathUse, PathValue};
pub use facts::{
    Argument, Attribute, Binding, BindingKind, ComputedImport, Facts, GlobalStatement, ImportKind,
    ImportStatement, ImportedName, Moment, Reference, Resolution, ScopeId, ScopeKind, Statement,
    StatementKind, StringUse, Usage, ValueKind,
};
pub use names::Target;
pub(crate) use names::{dotted_below, join, lists_packages, parent};
pub(crate) use outside::names_attribute_of;
pub use outside::{Outside, Reached};
pub use parse::{Module, SyntaxError};
pub(crate) use parse::{is_builtin, is_keyword, is_standard_module};
pub use parts::{Part, PartKind, Parts, assigned_text};
pub use pattern::{Capture, Match, Pattern, PatternError};
pub use qualify::{Answer, Qualified};
pub use service::{Imported, PythonService, ServiceModule, is_test_path};
pub use shown::ShownText;
pub use stub::Stub;
pub use syntax::{Element, Kind, SyntaxNode, SyntaxTree, Token};
pub use text::{DecodeError, SourceText};
