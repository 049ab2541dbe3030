//! Structural rewrites beside ast-grep, file by file, on real services.
//!
//! `SCAFFOLD_CORPUS` names a folder of services and `SCAFFOLD_AST_GREP` the program; without
//! them there is nothing to compare, and the measurement says so. ast-grep is run again until
//! nothing changes, because it leaves matches inside of matches to the next run.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that starts another program and prints a table"
)]

use std::fs;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use scaffold::operation::rewrite::{Rewrite, RewriteSpec};
use scaffold::python::{Pattern, SyntaxTree};
use scaffold::workspace::{Scope, Tree};

/// Pattern and fix.
const REWRITES: [(&str, &str); 14] = [
    ("$M.dict($$$A)", "$M.model_dump($$$A)"),
    ("$M.json()", "$M.model_dump_json()"),
    ("datetime.utcnow()", "datetime.now(timezone.utc)"),
    ("logging.getLogger($N)", "structlog.get_logger($N)"),
    ("asyncio.get_event_loop()", "asyncio.get_running_loop()"),
    ("Optional[$T]", "$T | None"),
    ("os.getenv($K, $D)", "os.environ.get($K, $D)"),
    ("print($$$A)", "logger.info($$$A)"),
    ("HTTPException(status_code=$C, detail=$D)", "HTTPException($C, $D)"),
    ("List[$T]", "list[$T]"),
    ("assert $A == $B", "assert $B == $A"),
    ("$X is not None", "$X != None"),
    ("uvicorn.run($APP, $$$A)", "serve($APP, $$$A)"),
    ("logger.error(f\"$M\")", "logger.exception(f\"$M\")"),
];

/// What one rewrite gave.
#[derive(Default)]
struct Count {
    equal: usize,
    /// ast-grep's result does not parse or has lost a comment.
    broken: usize,
    /// The same tokens; ast-grep has put them on other lines.
    layout: usize,
    /// Both parse, and they differ.
    other: usize,
    ours: usize,
    listed: usize,
}

fn main() {
    let corpus = std::env::var("SCAFFOLD_CORPUS").ok();
    let program = std::env::var("SCAFFOLD_AST_GREP").ok();
    let (Some(corpus), Some(program)) = (corpus, program) else {
        println!("SCAFFOLD_CORPUS and SCAFFOLD_AST_GREP are not set: nothing to compare");
        return;
    };
    let only: Tree = Tree::read(Utf8Path::new(&corpus), &Scope::default())
        .unwrap()
        .iter()
        .filter(|(path, _)| path.extension() == "py")
        .map(|(path, entry)| (path.clone(), entry.clone()))
        .collect();
    println!("{} Python files\n", only.iter().count());
    println!(
        "| pattern | fix | files changed | equal | equal but for line breaks | only ours | ast-grep broken | differ | listed |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let first = std::env::var("SCAFFOLD_FROM").ok().and_then(|text| text.parse().ok());
    for (pattern, fix) in REWRITES.into_iter().skip(first.unwrap_or(0)) {
        compare(&only, &program, (pattern, fix));
    }
}

fn compare(before: &Tree, program: &str, (pattern, fix): (&str, &str)) {
    let spec = RewriteSpec {
        pattern: pattern.into(),
        fix: fix.into(),
        keep_imports: true,
        ..RewriteSpec::default()
    };
    let rewrite = Rewrite::try_from(&spec).unwrap();
    let before = &candidates(before, pattern);
    let mut ours = before.clone();
    let notes = rewrite.run(&mut ours, (None, "corpus")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::try_from(folder.path().to_owned()).unwrap();
    write(before, &root);
    let mut theirs = before.clone();
    for _ in 0..6 {
        Command::new(program)
            .args(["run", "-l", "py", "-p", pattern, "-r", fix, "-U", "--no-ignore", "hidden"])
            .arg(root.as_str())
            .output()
            .unwrap();
        let now = Tree::read(&root, &Scope::default()).unwrap();
        if now == theirs {
            break;
        }
        theirs = now;
    }
    let mut count = Count { listed: notes.len(), ..Count::default() };
    let mut shown = Vec::new();
    for (path, entry) in before.iter() {
        let (own, other) = (ours.get(path).unwrap(), theirs.get(path).unwrap());
        let (own, other, entry) = (own.text(), other.text(), entry.text());
        if own == entry && other == entry {
            continue;
        }
        if own == other {
            count.equal += 1;
        } else if other == entry {
            count.ours += 1;
            shown.push(format!("only ours {path}"));
        } else if is_worse(entry, other) {
            count.broken += 1;
        } else if tokens(own) == tokens(other) {
            count.layout += 1;
        } else {
            count.other += 1;
            shown.push(difference(path.as_str(), own, other));
        }
    }
    let changed = count.equal + count.layout + count.ours + count.broken + count.other;
    println!(
        "| `{pattern}` | `{fix}` | {changed} | {} | {} | {} | {} | {} | {} |",
        count.equal, count.layout, count.ours, count.broken, count.other, count.listed,
    );
    if std::env::var_os("SCAFFOLD_SHOW").is_some() {
        shown.iter().take(12).for_each(|line| println!("    {line}"));
        notes
            .iter()
            .take(8)
            .for_each(|note| println!("    listed {}:{}: {}", note.path, note.line, note.message));
    }
}

/// The files that have every word of a pattern: both sides get the same ones.
fn candidates(tree: &Tree, pattern: &str) -> Tree {
    let pattern = Pattern::parse(pattern).unwrap();
    let words = pattern.literals();
    let fits = |text: &str| words.iter().all(|word| text.contains(word));
    let files = tree.iter().filter(|(_, entry)| entry.text().is_some_and(fits));
    files
        .map(|(path, entry)| (path.clone(), entry.with_bytes(entry.bytes().unwrap().to_vec())))
        .collect()
}

/// Whether a result does not parse although the file did, or has lost a comment.
fn is_worse(before: Option<&str>, after: Option<&str>) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return true };
    let (old, new) = (SyntaxTree::parse(before), SyntaxTree::parse(after));
    old.errors.is_empty() && !new.errors.is_empty() || old.comment_texts() != new.comment_texts()
}

fn tokens(text: Option<&str>) -> Vec<String> {
    let tree = SyntaxTree::parse(text.unwrap_or_default());
    (0..tree.tokens.len()).map(|token| tree.token_text(token).to_owned()).collect()
}

fn difference(path: &str, own: Option<&str>, other: Option<&str>) -> String {
    let (own, other) = (own.unwrap_or_default(), other.unwrap_or_default());
    let mut lines = own.lines().zip(other.lines()).zip(1..);
    match lines.find(|((left, right), _)| left != right) {
        Some(((left, right), line)) => {
            format!("{path}:{line}\n      ours   {left}\n      theirs {right}")
        }
        None => format!("{path}: the length"),
    }
}

fn write(tree: &Tree, root: &Utf8Path) {
    for (path, entry) in tree.iter() {
        let full = root.join(path.as_str());
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        if let Some(bytes) = entry.bytes() {
            fs::write(&full, &bytes[..]).unwrap();
        }
    }
}
