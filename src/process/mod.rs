//! The only folder that starts other programs.
