//! The faults: what a careless migration does to a service, as edits of its text.
//!
//! Each is applied to one place at a time; where it applies is found by a pattern, so that it works
//! on any service. What it leaves is a program with exactly one thing wrong.

use regex::Regex;
use scaffold::change::{Entry, RelPath};
use scaffold::workspace::Tree;

/// A kind of fault.
pub(crate) struct Fault {
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// Which files it is seeded in.
    place: Place,
    /// What it is applied to.
    pattern: &'static str,
    edit: Edit,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Python code below `src/`.
    Code,
    /// Python tests.
    Tests,
    /// Files that are not Python and hold data or pages.
    Data,
    /// What starts the service.
    Image,
}

enum Edit {
    /// Replaces the match (`$1` is its first group).
    Replace(&'static str),
    /// Takes the lines of the match away, with the block that is indented below them.
    DropBlock,
    /// Takes the whole file away.
    RemoveFile,
    /// Moves the whole file into a folder of another name.
    MoveFile,
    /// Swaps the block with the one that follows.
    SwapBlocks,
}

const fn fault(name: &'static str, place: Place, pattern: &'static str, edit: Edit) -> Fault {
    Fault { name, place, pattern, edit }
}

/// Every kind, in the order of the table.
pub(crate) static FAULTS: &[Fault] = &[
    fault("definition dropped", Place::Code, r"(?m)^(?:async )?def [a-z]\w*\(", Edit::DropBlock),
    fault("class dropped", Place::Code, r"(?m)^class \w+", Edit::DropBlock),
    fault(
        "method dropped",
        Place::Code,
        r"(?m)^    (?:async )?def [a-z]\w*\(self",
        Edit::DropBlock,
    ),
    fault(
        "import of a module that is not there",
        Place::Code,
        r"(?m)^from (\w+(?:\.\w+){2,}) import",
        Edit::Replace("from ${1}_gone import"),
    ),
    fault(
        "import of a name that is not there",
        Place::Code,
        r"(?m)^(from \w+(?:\.\w+){2,} import \w+)$",
        Edit::Replace("${1}_gone"),
    ),
    fault(
        "import dropped",
        Place::Code,
        r"(?m)^from \w+(?:\.\w+){2,} import \w+\n",
        Edit::Replace(""),
    ),
    fault(
        "file does not parse",
        Place::Code,
        r"(?m)^((?:async )?def \w+)\(",
        Edit::Replace("${1}(("),
    ),
    fault(
        "route lost",
        Place::Code,
        r"(?m)^@\w+\.(?:get|post|put|delete|patch)\([^\n]*\)\n",
        Edit::Replace(""),
    ),
    fault(
        "path of a route changed",
        Place::Code,
        r#"(?m)^(@\w+\.(?:get|post|put|delete|patch)\("/)"#,
        Edit::Replace("${1}other/"),
    ),
    fault(
        "method of a route changed",
        Place::Code,
        r"(?m)^(@\w+)\.post\(",
        Edit::Replace("${1}.put("),
    ),
    fault("order of routes swapped", Place::Code, r"(?m)^@\w+\.get\(", Edit::SwapBlocks),
    fault(
        "status code changed",
        Place::Code,
        r"status_code=(?:20[0-4])",
        Edit::Replace("status_code=206"),
    ),
    fault("response model dropped", Place::Code, r", response_model=[\w\[\]]+", Edit::Replace("")),
    fault(
        "middleware dropped",
        Place::Code,
        r"(?m)^ *app\.add_middleware\([^)]*\)\n",
        Edit::Replace(""),
    ),
    fault(
        "field of a schema renamed",
        Place::Code,
        r"(?m)^(class \w+\(BaseModel\):\n(?:    [^\n]*\n)*?    )(\w+): ",
        Edit::Replace("${1}${2}_x: "),
    ),
    fault("base class dropped", Place::Code, r"(?m)^(class \w+)\(\w+\):", Edit::Replace("${1}:")),
    fault(
        "decorator dropped",
        Place::Code,
        r"(?m)^ *@(?:property|staticmethod|classmethod|app\.on_event\([^\n]*\)|asynccontextmanager)\n",
        Edit::Replace(""),
    ),
    fault("constant changed", Place::Code, r"(?m)^([A-Z][A-Z_]+ = \d+)", Edit::Replace("${1}7")),
    fault(
        "default of a parameter changed",
        Place::Code,
        r"(?m)^( *(?:async )?def [^\n]*: \w+ = \d+)",
        Edit::Replace("${1}7"),
    ),
    fault(
        "exception swallowed",
        Place::Code,
        r"(?m)^( +)raise \w[^\n(]*(?:\([^\n]*\))?$",
        Edit::Replace("${1}pass"),
    ),
    fault(
        "condition inverted",
        Place::Code,
        r"(?m)^( +if )([^\n]*:)$",
        Edit::Replace("${1}not ${2}"),
    ),
    fault("comparison changed", Place::Code, r" >= ", Edit::Replace(" > ")),
    fault(
        "return value changed",
        Place::Code,
        r"(?m)^( +return )(?:True|False|None)$",
        Edit::Replace("${1}42"),
    ),
    fault(
        "text of an answer changed",
        Place::Code,
        r#""status": ""#,
        Edit::Replace(r#""status": "not "#),
    ),
    fault(
        "key of an answer changed",
        Place::Code,
        r#"return \{"(\w+)":"#,
        Edit::Replace(r#"return {"${1}_x":"#),
    ),
    fault("await dropped", Place::Code, r"\bawait (\w+[.(])", Edit::Replace("${1}")),
    fault("global dropped", Place::Code, r"(?m)^ +global [^\n]*\n", Edit::Replace("")),
    fault("data file moved", Place::Data, "", Edit::MoveFile),
    fault("data file lost", Place::Data, "", Edit::RemoveFile),
    fault(
        "patch that hits nothing",
        Place::Tests,
        r#"(patch(?:\.object|\.dict)?\("\w+(?:\.\w+)+)""#,
        Edit::Replace(r#"${1}_gone""#),
    ),
    fault(
        "patch of the old place",
        Place::Tests,
        r#"patch\("\w+(?:\.\w+)+\.(\w+)""#,
        Edit::Replace(r#"patch("main.${1}""#),
    ),
    fault("test deleted", Place::Tests, r"(?m)^ *(?:async )?def test_\w+\(", Edit::DropBlock),
    fault("test file deleted", Place::Tests, r"def test_", Edit::RemoveFile),
    fault(
        "skip added",
        Place::Tests,
        r"(?m)^((?:async )?def test_)",
        Edit::Replace("@__import__(\"pytest\").mark.skip\n${1}"),
    ),
    fault(
        "assertion weakened",
        Place::Tests,
        r"(?m)^( +assert )([^\n]+)$",
        Edit::Replace("${1}True or ${2}"),
    ),
    fault(
        "import in a test wrong",
        Place::Tests,
        r"(?m)^from (\w+(?:\.\w+)+) import",
        Edit::Replace("from ${1}_gone import"),
    ),
    fault(
        "image starts a module that is not there",
        Place::Image,
        r#"(CMD[^\n]*?["' ][\w.]+):app"#,
        Edit::Replace("${1}_gone:app"),
    ),
];

/// What the static proofs do not look at: strings that a migration may rewrite, the order of
/// definitions, other packages, images.
const ONLY_BY_RUNNING: [&str; 4] = [
    "path of a route changed",
    "order of routes swapped",
    "import in a test wrong",
    "image starts a module that is not there",
];

impl Fault {
    /// Whether the static proofs are meant to catch it.
    pub(crate) fn is_readable(&self) -> bool {
        !ONLY_BY_RUNNING.contains(&self.name)
    }

    /// The tree with this fault at each place where it applies, at most `limit` of them.
    pub(crate) fn seed(
        &self,
        tree: &Tree,
        service: &RelPath,
        limit: usize,
    ) -> Vec<(RelPath, Tree)> {
        let Ok(pattern) = Regex::new(self.pattern) else {
            return Vec::new();
        };
        let mut seeded = Vec::new();
        for (path, entry) in
            tree.below(service).filter(|(path, _)| self.is_seeded_in(path, service))
        {
            let Some(text) = entry.text() else { continue };
            for found in pattern.find_iter(text).take(2) {
                seeded.extend(self.apply(tree, path, text, &pattern, found.range()));
                if seeded.len() >= limit {
                    return seeded;
                }
            }
        }
        seeded
    }

    fn is_seeded_in(&self, path: &RelPath, service: &RelPath) -> bool {
        let Some(inner) = path.below(service) else { return false };
        let is_code = inner.as_str().starts_with("src/") && path.extension() == "py";
        let name = path.name();
        let is_test =
            path.extension() == "py" && (name.starts_with("test_") || name.ends_with("_test.py"));
        match self.place {
            Place::Code => is_code && !is_test,
            Place::Tests => is_test,
            Place::Data => {
                matches!(path.extension(), "csv" | "json" | "html" | "txt" | "sql")
                    && !name.contains("requirements")
            }
            Place::Image => name == "Dockerfile",
        }
    }

    fn apply(
        &self,
        tree: &Tree,
        path: &RelPath,
        text: &str,
        pattern: &Regex,
        range: std::ops::Range<usize>,
    ) -> Option<(RelPath, Tree)> {
        let mut faulty = tree.clone();
        let entry = tree.get(path)?;
        let replaced = match &self.edit {
            Edit::RemoveFile => {
                faulty.remove(path);
                return Some((path.clone(), faulty));
            }
            Edit::MoveFile => {
                let parent = path.parent()?;
                faulty.remove(path);
                faulty.set(parent.join("elsewhere").ok()?.join(path.name()).ok()?, entry.clone());
                return Some((path.clone(), faulty));
            }
            Edit::Replace(with) => {
                let found = pattern.captures_at(text, range.start)?;
                let mut new = String::new();
                found.expand(with, &mut new);
                format!("{}{new}{}", &text[..range.start], &text[range.end..])
            }
            Edit::DropBlock => {
                let (start, end) = block(text, range.start);
                // An empty body would be another fault.
                format!("{}{}", &text[..start], &text[end..])
            }
            Edit::SwapBlocks => {
                let (start, middle) = block(text, range.start);
                let (next, end) = block(text, middle);
                (next == middle && text[middle..end].trim_start().starts_with('@')).then_some(())?;
                format!(
                    "{}{}{}{}",
                    &text[..start],
                    &text[middle..end],
                    &text[start..middle],
                    &text[end..]
                )
            }
        };
        if replaced == text {
            return None;
        }
        faulty.set(path.clone(), Entry::with_bytes(entry, replaced));
        Some((path.clone(), faulty))
    }
}

/// The lines of a definition: its decorators, its head, what is indented below, blank lines.
fn block(text: &str, inside: usize) -> (usize, usize) {
    let mut start = text[..inside].rfind('\n').map_or(0, |at| at + 1);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(line_at(text, start));
    while start > 0 {
        let above = text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
        let line = line_at(text, above);
        if !(indent(line) == own && line.trim_start().starts_with('@')) {
            break;
        }
        start = above;
    }
    let mut end = start;
    let mut headed = false;
    while end < text.len() {
        let line = line_at(text, end);
        let blank = line.trim().is_empty();
        let head =
            ["def ", "async def ", "class "].iter().any(|word| line.trim_start().starts_with(word));
        let goes_on = blank || indent(line) > own || line.trim_start().starts_with(')');
        if headed && !goes_on {
            break;
        }
        headed |= head && indent(line) == own;
        end += text[end..].find('\n').map_or(text.len() - end, |at| at + 1);
    }
    (start, end)
}

fn line_at(text: &str, start: usize) -> &str {
    text[start..].lines().next().unwrap_or_default()
}
