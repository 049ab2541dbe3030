//! Writing: see the module documentation below.
