//! `.env.ports`: the registry for shells, Makefiles and compose interpolation.
//!
//! One marked block is derived; lines outside it belong to whoever wrote them.

use crate::registry::{Registry, variable_prefix};

/// The name of the file at a workspace's root.
pub const ENV_FILE: &str = ".env.ports";

const BEGIN: &str = "# >>> derived from ports.yaml by `scaffold render env`; change it there >>>";
const END: &str = "# <<< derived from ports.yaml <<<";

/// The variables of one service, in the order in which they are written.
pub fn variables(name: &str, port: u16) -> [(String, String); 2] {
    let prefix = variable_prefix(name);
    [
        (format!("{prefix}_PORT"), port.to_string()),
        (format!("{prefix}_URL"), format!("http://localhost:{port}")),
    ]
}

/// The text of `.env.ports`, with what is foreign in the `existing` one.
pub fn render(existing: Option<&str>, registry: &Registry) -> String {
    let existing = existing.unwrap_or_default();
    let line_break = if existing.contains("\r\n") { "\r\n" } else { "\n" };
    let mut block = vec![BEGIN.to_owned()];
    for entry in registry.entries() {
        let pairs = variables(&entry.name, entry.port);
        block.extend(pairs.map(|(name, value)| format!("{name}={value}")));
    }
    block.push(END.to_owned());
    let block = block.join(line_break) + line_break;
    match managed(existing) {
        Some((start, end)) => format!("{}{block}{}", &existing[..start], &existing[end..]),
        None if existing.is_empty() || existing.ends_with('\n') => format!("{existing}{block}"),
        None => format!("{existing}{line_break}{block}"),
    }
}

/// The bytes of the derived block, markers and last line break included.
fn managed(text: &str) -> Option<(usize, usize)> {
    let start = text.find(BEGIN)?;
    let end = start + text[start..].find(END)? + END.len();
    let rest = &text[end..];
    let line_break = ["\r\n", "\n"].into_iter().find(|end| rest.starts_with(end));
    Some((start, end + line_break.map_or(0, str::len)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_derived_block_is_replaced_and_foreign_lines_stay() {
        let first = Registry::parse("osint-service: 8300\nauth: 8301\n").unwrap();
        let second = Registry::parse("auth: 8302\n").unwrap();
        let own = "MINE=1\n";

        let once = render(Some(own), &first) + "AFTER=2\n";
        let twice = render(Some(&once), &second);

        assert!(
            once.contains("OSINT_SERVICE_PORT=8300\nOSINT_SERVICE_URL=http://localhost:8300\n")
        );
        let expected = format!(
            "MINE=1\n{BEGIN}\nAUTH_PORT=8302\nAUTH_URL=http://localhost:8302\n{END}\nAFTER=2\n"
        );
        assert_eq!(twice, expected);
        assert_eq!(render(Some(&twice), &second), twice);
    }
}
