//! Templates of other people.
