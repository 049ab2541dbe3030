//! Names by which teams call what an operator may want to set.

/// The ends of names of text that says where something is, or who may use it.
const TEXTS: [&str; 10] = [
    "HOST",
    "URL",
    "URI",
    "DSN",
    "API_KEY",
    "SECRET_KEY",
    "PASSWORD",
    "ENDPOINT",
    "BROKER",
    "SERVERS",
];
/// Whole names of dictionaries of settings.
const DICTIONARIES: [&str; 4] = ["CONFIG", "CONF", "SETTINGS", "CONFIGURATION"];

/// Whether a constant of this name is a setting: an address, a port, a credential.
///
/// `text` is its value; none for a number, which can only be a port. A path (`/token`) is part of
/// the program.
pub(crate) fn names_setting(name: &str, text: Option<&str>) -> bool {
    let is_constant = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let ends = |word: &str| {
        name.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
    };
    let fits = match text {
        None => ends("PORT"),
        Some(text) => !text.is_empty() && !text.starts_with('/') && TEXTS.into_iter().any(ends),
    };
    fits && name.chars().all(is_constant)
}

/// Whether a dictionary of this name holds settings: `CONFIG`, `DATABASE_CONFIG`.
pub(crate) fn is_config_dict(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let ends = name.ends_with("_CONFIG") || name.ends_with("_SETTINGS");
    DICTIONARIES.contains(&name.as_str()) || ends && name != "MODEL_CONFIG"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_ports_and_credentials_are_settings() {
        for (name, text) in [("PORT", None), ("REDIS_URL", Some("redis://x")), ("_HOST", Some("x"))]
        {
            assert!(names_setting(name, text), "{name}");
        }
        for (name, text) in [
            ("port", None),
            ("PASSPORT", None),
            ("LIMIT", None),
            ("TOKEN_URL", Some("/token")),
            ("URL", Some("")),
            ("TITLE", Some("Shop")),
        ] {
            assert!(!names_setting(name, text), "{name}");
        }
    }

    #[test]
    fn dictionaries_of_settings_are_known_by_their_names() {
        assert!(["CONFIG", "config", "DB_CONFIG", "APP_SETTINGS"].into_iter().all(is_config_dict));
        assert!(!["model_config", "ITEMS", "CONFIGURE"].into_iter().any(is_config_dict));
    }
}
