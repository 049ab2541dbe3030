//! The spellings of a name: snake, kebab, Pascal, title, plural.
//!
//! Pure text functions over ASCII words; whether a name may be used is decided in
//! [`super::names`].

/// The words of a name, in lower case: `OsintService`, `osint-service` and `osint_service`
/// all have two.
pub(super) fn words(name: &str) -> Vec<String> {
    let characters: Vec<char> = name.chars().flat_map(plain).collect();
    let mut words = vec![String::new()];
    for (index, character) in characters.iter().enumerate() {
        let separates = !character.is_ascii_alphanumeric();
        if separates || starts_word(&characters, index) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| !separates) {
            word.push(character.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a capital letter begins a word: after a small letter, or before one (`HTTPProxy`).
fn starts_word(characters: &[char], index: usize) -> bool {
    let at = |index: usize| characters.get(index).copied().unwrap_or(' ');
    let before = if index == 0 { ' ' } else { at(index - 1) };
    let after = at(index + 1);
    let in_word = before.is_ascii_lowercase() || before.is_ascii_digit();
    let ends_capitals = before.is_ascii_uppercase() && after.is_ascii_lowercase();
    at(index).is_ascii_uppercase() && (in_word || ends_capitals)
}

/// `osint_service`.
pub(super) fn snake(words: &[String]) -> String {
    words.join("_")
}

/// `osint-service`.
pub(super) fn kebab(words: &[String]) -> String {
    words.join("-")
}

/// `OsintService`.
pub(super) fn pascal(words: &[String]) -> String {
    words.iter().map(|word| capitalised(word)).collect()
}

/// `Osint Service`.
pub(super) fn title(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| capitalised(word)).collect();
    words.join(" ")
}

/// The words with the last one in the plural.
pub(super) fn plural(words: &[String]) -> Vec<String> {
    let mut words = words.to_vec();
    if let Some(last) = words.last_mut() {
        *last = plural_word(last);
    }
    words
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_ascii_uppercase().to_string() + characters.as_str()
    })
}

/// Regular English plurals and the few irregular nouns that name aggregates.
fn plural_word(word: &str) -> String {
    match word {
        "person" => return "people".into(),
        "child" => return "children".into(),
        "index" => return "indices".into(),
        "analysis" => return "analyses".into(),
        _ => {}
    }
    let before_y = word.strip_suffix('y');
    if let Some(stem) = before_y.filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u'])) {
        return format!("{stem}ies");
    }
    let hissing = ["s", "x", "z", "ch", "sh"];
    if hissing.iter().any(|ending| word.ends_with(ending)) {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

/// A letter without its accent, for proposals; what has no plain form separates words.
fn plain(character: char) -> impl Iterator<Item = char> {
    let text: &str = match character {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' | 'ø' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' => "a",
        'ç' => "c",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' => "o",
        'ù' | 'ú' | 'û' => "u",
        other => return vec![other].into_iter(),
    };
    text.chars().collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_name_has_the_same_words() {
        for name in ["OsintService", "osint-service", "osint_service", " osint service "] {
            assert_eq!(words(name), ["osint", "service"], "{name}");
        }
        assert_eq!(words("HTTPProxy2"), ["http", "proxy2"]);
        assert_eq!(words("Müller"), ["mueller"]);
    }

    #[test]
    fn plurals_follow_english_spelling() {
        let pairs = [
            ("category", "categories"),
            ("day", "days"),
            ("box", "boxes"),
            ("branch", "branches"),
            ("person", "people"),
            ("order", "orders"),
        ];

        for (one, many) in pairs {
            assert_eq!(plural_word(one), many);
        }
    }
}
