//! How much each kind of evidence weighs and what it costs to turn a reference around.
//!
//! Calibrated on labelled services (`docs/layering.md`); nothing here names any of them.

/// A word in the name of a module's file.
pub(super) const FILE_NAME: f64 = 1.2;
/// What a word weighs less for each folder further out.
pub(super) const FOLDER: f64 = 0.7;
/// A folder that is called after a layer.
pub(super) const LAYER_FOLDER: f64 = 2.5;
/// A word in a definition's name.
pub(super) const NAME: f64 = 0.8;
/// How much a word of the presentation still counts for what touches no web framework.
pub(super) const WORD_WITHOUT_WEB: f64 = 0.4;
/// A name of a request or response, for those that decide by names alone.
pub(super) const MESSAGE_NAME: f64 = 0.9;

/// A route, a middleware, an exception handler.
pub(super) const ROUTE: f64 = 5.0;
/// A class of the web framework.
pub(super) const FRAMEWORK_CLASS: f64 = 5.0;
/// An application, a router, an engine that is made at module level.
pub(super) const INSTANCE: f64 = 3.0;

/// Using the web framework.
pub(super) const WEB: f64 = 2.0;
/// Using a package that reaches databases, brokers, other services.
pub(super) const OUTSIDE: f64 = 2.0;
/// Using a module that reaches the machine.
pub(super) const MACHINE: f64 = 1.2;
/// Using a package that encodes or guards.
pub(super) const CODEC: f64 = 2.0;
/// Using a package of trained models.
pub(super) const TRAINED: f64 = 1.5;
/// Using a package that is not known.
pub(super) const UNKNOWN: f64 = 0.8;
/// How much of that counts when a package is only named in annotations.
pub(super) const ANNOTATED: f64 = 0.4;
/// Opening, listing or removing files.
pub(super) const FILES: f64 = 1.4;

/// A collection at module level that is empty at first.
pub(super) const STORE: f64 = 1.0;

/// A validated data model.
pub(super) const MODEL: f64 = 1.0;
/// A model that is named like a request or a response.
pub(super) const MESSAGE: f64 = 2.3;
/// An enumeration or another value type.
pub(super) const VALUE: f64 = 3.0;
/// An exception.
pub(super) const EXCEPTION: f64 = 3.0;
/// A dataclass.
pub(super) const RECORD: f64 = 3.0;
/// An abstract class.
pub(super) const PORT: f64 = 3.3;
/// How much of that counts when it reaches outside itself.
pub(super) const PORT_REACHING_OUT: f64 = 0.3;
/// A class mapped to a table.
pub(super) const MAPPED: f64 = 5.0;
/// A class whose work is awaited, and which reaches outside by no package.
pub(super) const AWAITED_CLASS: f64 = 0.9;
/// A class that answers at once, and reaches outside by no package.
pub(super) const PURE_CLASS: f64 = 0.9;
/// A coroutine that reaches outside by no package.
pub(super) const AWAITED_FUNCTION: f64 = 0.8;
/// A function that reaches outside by no package.
pub(super) const PURE_FUNCTION: f64 = 0.8;

/// A function that is only ever a default: a dependency of routes.
pub(super) const DEPENDENCY: f64 = 5.0;
/// A model that only routes take and give.
pub(super) const SPOKEN_BY_ROUTES: f64 = 2.6;
/// A model that routes hand on to other code.
pub(super) const HANDED_INWARDS: f64 = 1.4;
/// A class that works with several classes of this service.
pub(super) const COORDINATES: f64 = 2.2;
/// A class that awaits, and is handed an object of one other class of this service.
pub(super) const HANDED_A_PARTNER: f64 = 1.2;
/// How much of a library's weight reaches those who use a value that was made with it.
pub(super) const THROUGH_VALUE: f64 = 0.75;
/// A class that derives from an abstract class of this service.
pub(super) const IMPLEMENTS: f64 = 1.0;

/// Naming an outer definition in an annotation: it can be quoted.
pub(super) const PRICE_ANNOTATION: f64 = 0.2;
/// An outer class that is instantiated or called: a protocol can hide it.
pub(super) const PRICE_CLASS: f64 = 0.6;
/// An outer function or value: its callers have to change.
pub(super) const PRICE_FUNCTION: f64 = 2.0;
/// Anything that is needed while importing.
pub(super) const PRICE_IMPORT: f64 = 4.0;
/// A base class, a decorator, a default: practically never cut.
pub(super) const PRICE_BASE: f64 = 8.0;
/// What it costs to part a private helper from those who call it.
pub(super) const PRICE_HELPER: f64 = 0.5;
/// What it costs to part a value of a module from those who read it.
pub(super) const PRICE_VALUE: f64 = 0.8;
