//! Paragraphs of an example of settings: each is added unless its variables are listed.

/// The text with every paragraph whose variables it does not list.
pub(super) fn merge(text: &str, sketch: &str) -> String {
    let mut text = text.to_owned();
    for paragraph in sketch.split("\n\n").map(str::trim).filter(|found| !found.is_empty()) {
        let mut names = paragraph.lines().filter_map(variable).peekable();
        let is_listed = |name: &str| text.lines().filter_map(variable).any(|known| known == name);
        if names.peek().is_some() && names.all(is_listed) {
            continue;
        }
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&format!("\n{paragraph}\n"));
    }
    text
}

/// `NAME` of `NAME=value` or `# NAME=value`.
fn variable(line: &str) -> Option<&str> {
    let (name, _) = line.trim_start_matches(['#', ' ']).split_once('=')?;
    let fits =
        |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    (!name.is_empty() && name.chars().all(fits)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_added_once() {
        let sketch = "# Why\n# A_URL=http://x\n";

        let once = merge("# B=1\n", sketch);

        assert_eq!(once, "# B=1\n\n# Why\n# A_URL=http://x\n");
        assert_eq!(merge(&once, sketch), once);
        assert_eq!(merge("A_URL=mine\n", sketch), "A_URL=mine\n");
    }
}
