//! `except` clauses that hide what happened.

use crate::audit::file::FileFacts;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::Handler;

/// Whether a clause catches everything.
pub(super) fn is_broad(handler: &Handler) -> bool {
    handler.types.is_empty()
        || handler.types.iter().any(|name| matches!(&**name, "Exception" | "BaseException"))
}

pub(super) fn silent(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for handler in &file.outline.handlers {
        if handler.silent && is_broad(handler) && !handler.guards_import {
            let message = "every failure is caught here and nothing is done about it";
            sink.add(file.draft(handler.start as usize, message));
        }
    }
}

pub(super) fn bare(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for handler in &file.outline.handlers {
        if handler.types.is_empty() && !handler.raises && !handler.guards_import {
            let message = "a bare `except` catches `KeyboardInterrupt` and `SystemExit` as well";
            sink.add(file.draft(handler.start as usize, message));
        }
    }
}
