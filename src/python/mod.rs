//! Understanding Python: parse, scopes, references, module names.
