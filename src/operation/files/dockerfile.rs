//! One kind of instruction of a Dockerfile.

use regex::Regex;

use super::DockerEdit;
use crate::operation::text::LineEnding;

/// The text with the instructions changed, and a line added after the last of them.
pub(super) fn edit(text: &str, edit: &DockerEdit) -> Result<String, String> {
    let regex = edit.matches.as_deref().map(Regex::new).transpose();
    let regex = regex.map_err(|error| error.to_string())?;
    let mut result = String::with_capacity(text.len());
    let mut last = None;
    let mut rest = text;
    while !rest.is_empty() {
        let (instruction, next) = rest.split_at(logical_line(rest));
        rest = next;
        let name = instruction.split_whitespace().next().unwrap_or_default();
        let is_one = name.eq_ignore_ascii_case(&edit.instruction)
            && regex.as_ref().is_none_or(|regex| regex.is_match(instruction));
        match (&edit.fix, &regex) {
            (Some(fix), Some(regex)) if is_one => {
                result.push_str(&regex.replace_all(instruction, fix.as_str()));
            }
            _ => result.push_str(instruction),
        }
        if is_one {
            last = Some(result.len());
        }
    }
    if let (Some(line), Some(at)) = (&edit.insert, last)
        && !text.lines().any(|other| other.trim() == line.trim())
    {
        let newline = LineEnding::of(text).as_str();
        let before = if result[..at].ends_with('\n') { "" } else { newline };
        result.insert_str(at, &format!("{before}{line}{newline}"));
    }
    Ok(result)
}

/// Where the instruction or comment that a text begins with ends, continuation lines included.
fn logical_line(text: &str) -> usize {
    let mut end = 0;
    let is_comment = text.trim_start().starts_with('#');
    for line in text.split_inclusive('\n') {
        end += line.len();
        if is_comment || !line.trim_end().ends_with('\\') {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::RelPath;

    fn docker(matches: Option<&str>, fix: Option<&str>, insert: Option<&str>) -> DockerEdit {
        DockerEdit {
            file: RelPath::new("Dockerfile").unwrap(),
            instruction: "RUN".to_owned(),
            matches: matches.map(str::to_owned),
            fix: fix.map(str::to_owned),
            insert: insert.map(str::to_owned),
        }
    }

    const TEXT: &str = "FROM a\n# RUN pip\nRUN pip install \\\n    x\nCMD [\"y\"]\n";

    #[test]
    fn a_broken_expression_is_refused_and_comments_are_no_instructions() {
        assert!(edit(TEXT, &docker(Some("("), Some(""), None)).is_err());

        let result = edit(TEXT, &docker(Some("pip"), Some("uv pip"), None)).unwrap();
        assert_eq!(result, TEXT.replace("RUN pip install", "RUN uv pip install"));
    }

    #[test]
    fn a_line_is_added_once_after_the_last_instruction() {
        let insert = docker(None, None, Some("USER app"));
        let once = edit(TEXT, &insert).unwrap();

        assert_eq!(once, TEXT.replace("    x\n", "    x\nUSER app\n"));
        assert_eq!(edit(&once, &insert).unwrap(), once);
    }
}
