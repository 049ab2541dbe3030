//! Files that would exhaust the stack are left out before they are parsed.
//!
//! The measure is generous: real code stays orders of magnitude below it.

use crate::change::RelPath;
use crate::workspace::Tree;

/// Files below this size cannot nest deeply enough to matter.
const SMALL: usize = 48 << 10;
/// How many levels an expression may have.
const LEVELS: usize = 25_000;

/// Takes files out of the tree whose expressions nest too deeply, with a remark for each.
pub(super) fn drop_too_deep(tree: &mut Tree, remarks: &mut Vec<String>) {
    let suspicious = tree.iter().filter(|(path, entry)| {
        let bytes = entry.bytes().filter(|_| path.extension() == "py");
        bytes.is_some_and(|bytes| bytes.len() > SMALL && levels(bytes) > LEVELS)
    });
    let found: Vec<RelPath> = suspicious.map(|(path, _)| path.clone()).collect();
    for path in found {
        remarks.push(format!("{path} was not parsed: its expressions nest too deeply"));
        tree.remove(&path);
    }
}

/// An upper bound for the depth of any expression: operators and brackets since the last place
/// at which an expression must have ended.
fn levels(bytes: &[u8]) -> usize {
    let (mut most, mut run, mut open) = (0_usize, 0_usize, 0_usize);
    let is_large = bytes.len() > (512 << 10);
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => {
                open += 1;
                run += 1;
            }
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            b'+' | b'-' | b'*' | b'/' | b'%' | b'.' | b'&' | b'|' | b'^' | b'~' | b':' | b'@' => {
                run += 1;
            }
            b' ' if is_large && index > 0 && bytes[index - 1].is_ascii_alphabetic() => run += 1,
            b',' if open < 64 => run = open,
            b'\n' if open == 0 && index > 0 && bytes[index - 1] != b'\\' => run = 0,
            _ => {}
        }
        most = most.max(run);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Entry;

    #[test]
    fn deep_expressions_of_every_shape_are_left_out_and_long_tables_are_not() {
        let deep = [
            "(".repeat(100_000),
            format!("x = {}1\n", "1+".repeat(100_000)),
            format!("x = a{}\n", ".b".repeat(100_000)),
            format!("x = {}1\n", "-".repeat(100_000)),
            format!("x = {}1\n", "not ".repeat(200_000)),
            format!("x = {}1\n", "lambda: ".repeat(100_000)),
        ];
        for text in deep {
            let path = RelPath::new("a.py").unwrap();
            let mut tree: Tree = [(path.clone(), Entry::file(text))].into_iter().collect();
            let mut remarks = Vec::new();

            drop_too_deep(&mut tree, &mut remarks);

            assert!(tree.get(&path).is_none() && remarks.len() == 1);
        }
        assert!(levels("    (1.5, 2.5, -3),\n".repeat(10_000).as_bytes()) < 100);
    }
}
