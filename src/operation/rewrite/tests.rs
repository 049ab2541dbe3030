use proptest::prelude::*;

use super::*;
use crate::change::Entry;

fn tree(files: &[(&str, &str)]) -> Tree {
    let entry =
        |(path, text): &(&str, &str)| (RelPath::new(path).unwrap(), Entry::file(text.as_bytes()));
    files.iter().map(entry).collect()
}

fn spec(pattern: &str, fix: &str) -> RewriteSpec {
    RewriteSpec { pattern: pattern.to_owned(), fix: fix.to_owned(), ..RewriteSpec::default() }
}

fn from_toml(text: &str) -> Rewrite {
    let spec: RewriteSpec = toml_edit::de::from_str(text).unwrap();
    Rewrite::try_from(&spec).unwrap()
}

/// What becomes of one file, and what is listed.
fn run(rewrite: &Rewrite, files: &[(&str, &str)]) -> (String, Vec<String>) {
    let mut tree = tree(files);
    let notes = rewrite.run(&mut tree, (None, "shop")).unwrap();
    let path = RelPath::new(files[0].0).unwrap();
    let notes = notes.into_iter().map(|note| format!("{}: {}", note.line, note.message));
    (tree.text(&path).unwrap().to_owned(), notes.collect())
}

fn rewritten(pattern: &str, fix: &str, text: &str) -> String {
    let rewrite = Rewrite::try_from(&spec(pattern, fix)).unwrap();
    run(&rewrite, &[("a.py", text)]).0
}

#[test]
fn a_bracket_opens_beside_what_it_holds() {
    let mut tree = tree(&[("a.py", "x = f(1,  y)\nx = f(\n    1,\n    y,\n)\n")]);
    let rewrite = Rewrite::try_from(&spec("f(1, $X)", "h(1, g($X))")).unwrap();

    rewrite.run(&mut tree, (None, "shop")).unwrap();

    let text = tree.text(&RelPath::new("a.py").unwrap()).unwrap();
    assert!(text.starts_with("x = h(1,  g(y))\nx = h(\n    1,\n    g(y"), "{text}");
}

#[test]
fn a_fix_with_a_hole_that_is_not_captured_is_refused() {
    let error = |pattern, fix| Rewrite::try_from(&spec(pattern, fix)).unwrap_err();

    assert!(matches!(error("f($X)", "g($Y)"), RewriteError::Pattern(_)));
    assert!(matches!(error("f($_)", "g($_)"), RewriteError::Pattern(_)));
    assert!(matches!(error("f($X)", "if $X: pass"), RewriteError::Shape(_)));
}

#[test]
fn what_matches_its_own_result_for_ever_is_refused() {
    let rewrite = Rewrite::try_from(&spec("f($X)", "f(f($X))")).unwrap();

    let error = rewrite.run(&mut tree(&[("a.py", "f(1)\n")]), (None, "shop")).unwrap_err();

    assert!(matches!(error, RewriteError::Endless { .. }));
}

#[test]
fn a_file_that_does_not_parse_is_left() {
    assert_eq!(rewritten("f($X)", "g($X)", "f(1)\ndef (:\n"), "f(1)\ndef (:\n");
}

#[test]
fn only_tokens_that_differ_are_edited() {
    let text = "x = m.dict(\n    by_alias=True,  # alias\n)\n";

    let result = rewritten("$M.dict($$$A)", "$M.model_dump($$$A)", text);

    assert_eq!(result, "x = m.model_dump(\n    by_alias=True,  # alias\n)\n");
}

#[test]
fn places_inside_of_places_are_reached() {
    let result = rewritten("f($$$A)", "g($$$A)", "f(f(1), [f(2)])\r\nf()\r\n");

    assert_eq!(result, "g(g(1), [g(2)])\r\ng()\r\n");
}

#[test]
fn a_result_that_would_mean_something_else_gets_parentheses() {
    assert_eq!(rewritten("Optional[$X]", "$X | None", "a: Optional[int]\n"), "a: int | None\n");
    assert_eq!(rewritten("f($X)", "$X | None", "y = f(a) & b\n"), "y = (a | None) & b\n");
    assert_eq!(rewritten("f($X)", "$X.g()", "y = f(a + b)\n"), "y = (a + b).g()\n");
}

#[test]
fn a_comment_that_would_go_keeps_its_place_as_it_is() {
    let rewrite = Rewrite::try_from(&spec("f($X, $Y)", "g($X)")).unwrap();
    let text = "f(\n    1,\n    [2,  # why\n    3],\n)\n";

    let (result, notes) = run(&rewrite, &[("a.py", text)]);

    assert_eq!(result, text);
    assert_eq!(notes.len(), 1, "{notes:?}");
}

#[test]
fn arguments_come_and_go_with_their_commas() {
    assert_eq!(rewritten("f($$$A)", "g($$$A, x=1)", "f()\n"), "g(x=1)\n");
    assert_eq!(rewritten("f($$$A)", "g($$$A, x=1)", "f(a, b)\n"), "g(a, b, x=1)\n");
    assert_eq!(rewritten("f($X, y=$Y)", "g($X)", "f(a, y=2)\n"), "g(a)\n");
    assert_eq!(rewritten("f($X, $Y)", "f2($Y, $X)", "f(a + 1, b)\n"), "f2(b, a + 1)\n");
}

#[test]
fn statements_are_written_with_the_indentation_of_the_file() {
    let text = "class A:\n\tdef f(self):\n\t\ttry:\n\t\t\ta()\n\t\texcept Exception:\n\t\t\tpass\n";

    let result = rewritten(
        "try:\n    $$$B\nexcept Exception:\n    pass",
        "try:\n    $$$B\nexcept Exception:\n    log()\n    pass",
        text,
    );

    assert_eq!(result, text.replace("\t\t\tpass", "\t\t\tlog()\n\t\t\tpass"));
}

#[test]
fn a_block_that_moves_keeps_its_shape_and_its_strings() {
    let text = "while x:\n    go(\"\"\"\n    text\n\"\"\")\n    if x:\n        y()\n";

    let result = rewritten("while x:\n    $$$B", "with a:\n    for x in b:\n        $$$B", text);

    assert_eq!(
        result,
        "with a:\n    for x in b:\n        go(\"\"\"\n    text\n\"\"\")\n        \
         if x:\n            y()\n"
    );
}

const ENVIRONMENT: &str = "pattern = \"$F($$$A)\"\nfix = \"read($$$A)\"\n\
    imports = [\"from shared.env import read\"]\n[where.F]\nresolves-to = \"os.getenv\"\n";

#[test]
fn a_guard_asks_what_a_name_resolves_to() {
    let rewrite = from_toml(ENVIRONMENT);
    let shadowed = "from os import getenv\ndef f(getenv):\n    return getenv('A')\n";

    let (result, notes) = run(&rewrite, &[("a.py", shadowed)]);
    assert_eq!(result, shadowed);
    assert_eq!(notes.len(), 1);

    let (result, notes) = run(&rewrite, &[("a.py", "import os as o\nX = o.getenv('A')\n")]);
    assert_eq!(result, "\nfrom shared.env import read\nX = read('A')\n");
    assert!(notes.is_empty());
}

#[test]
fn imports_are_added_in_the_style_of_the_file_and_only_once() {
    let rewrite = from_toml(ENVIRONMENT);
    let joined = "import os\n\nfrom shared.env import (\n    other,\n    write,\n)\n\nX = os.getenv('A')\nY = os.sep\n";
    let through = "import os\nimport shared.env as e\nX = os.getenv('A') or os.sep\n";
    let taken = "import os\nread = 1\nX = os.getenv('A')\n";

    let (result, _) = run(&rewrite, &[("a.py", joined)]);
    assert_eq!(
        result,
        joined.replace("    write,\n", "    read,\n    write,\n").replace("os.getenv", "read")
    );

    let (result, _) = run(&rewrite, &[("a.py", through)]);
    assert_eq!(result, through.replace("os.getenv", "e.read"));

    let (result, notes) = run(&rewrite, &[("a.py", taken)]);
    assert_eq!(result, taken);
    assert_eq!(notes, ["3: the name read means something else in this file"]);
}

#[test]
fn an_import_that_others_take_or_that_was_unused_before_stays() {
    let rewrite = from_toml(ENVIRONMENT);
    let text =
        "import json\nfrom os import getenv, sep\nfrom shared.env import read\nX = getenv('A')\n";
    let patched = ("tests/test_a.py", "from unittest.mock import patch\npatch('a.getenv')\n");

    let (alone, _) = run(&rewrite, &[("a.py", text)]);
    let (with_test, _) = run(&rewrite, &[("a.py", text), patched]);

    assert_eq!(
        alone,
        "import json\nfrom os import sep\nfrom shared.env import read\nX = read('A')\n"
    );
    assert!(with_test.contains("import getenv, sep"));
}

#[test]
fn an_instance_is_rewritten_only_where_its_class_is_shown() {
    let rewrite = from_toml(
        "pattern = \"$M.dict($$$A)\"\nfix = \"$M.model_dump($$$A)\"\n\
         [where.M]\ninstance-of = \"pydantic.BaseModel\"\n",
    );
    let text = "from pydantic import BaseModel\nfrom unittest.mock import patch\n\
        class A(BaseModel):\n    def f(self): return self.dict()\n\
        def g(a: A, b, c: 'A | None' = None):\n    d = A(x=1)\n    patch.dict(a)\n    \
        return a.dict(), b.dict(), c.dict(), d.dict(), A().dict()\n";

    let (result, notes) = run(&rewrite, &[("a.py", text)]);

    assert_eq!(result.matches("model_dump").count(), 5, "{result}");
    assert!(result.contains("b.dict()") && result.contains("patch.dict(a)"));
    assert_eq!(notes, ["8: it cannot be shown that `b` is an instance of pydantic.BaseModel"]);
}

const PIECES: [&str; 8] = [
    "f(a)",
    "f(a, b)  # c",
    "x = f(f(1), k=2)",
    "f(\n    1,  # one\n    2,\n)",
    "if f(a):\n    f(b)",
    "def g(x=f(1)):\n    return f(x) + 1",
    "y = [f(i) for i in f()]",
    "# only\n",
];

/// The picked pieces, one a line.
fn joined(picked: &[usize]) -> String {
    picked.iter().fold(String::new(), |text, piece| text + PIECES[*piece] + "\n")
}

proptest! {
    #[test]
    fn what_parses_still_parses_with_all_its_comments_and_a_second_run_changes_nothing(
        picked in proptest::collection::vec(0..PIECES.len(), 0..6),
        rule in 0usize..5,
    ) {
        let rules = [
            ("f($X)", "g($X)"),
            ("f($$$A)", "h(z, $$$A)"),
            ("f($X, $Y)", "$Y + $X"),
            ("$X = f($$$A)", "$X = g($$$A)\nprint($X)"),
            ("f($X)", "$X.g"),
        ];
        let text = joined(&picked);
        let (pattern, fix) = rules[rule];
        let once = rewritten(pattern, fix, &text);
        let (before, after) = (SyntaxTree::parse(&text), SyntaxTree::parse(&once));

        prop_assert!(after.errors.is_empty(), "{}", once);
        prop_assert_eq!(before.comment_texts(), after.comment_texts());
        prop_assert_eq!(rewritten(pattern, fix, &once), once);
    }

    #[test]
    fn a_fix_that_says_the_same_changes_nothing(
        picked in proptest::collection::vec(0..PIECES.len(), 0..6),
    ) {
        let text = joined(&picked);
        let found = Pattern::parse("f($$$A)").unwrap();
        let file = SyntaxTree::parse(&text);
        let drafts = site::Drafts { file: &file, pattern: &found, fix: &found };
        let chosen = found.find(&file);
        let chosen: Vec<_> = chosen.iter().map(|place| (place, Parentheses::None)).collect();

        prop_assert_eq!(drafts.apply(&chosen).unwrap().0, text);
    }
}
