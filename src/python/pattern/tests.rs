use proptest::prelude::*;

use super::*;

fn found(pattern: &str, text: &str) -> Vec<String> {
    let pattern = Pattern::parse(pattern).unwrap();
    let file = SyntaxTree::parse(text);
    let places = pattern.find(&file);
    places.iter().map(|place| file.slice(&place.range).to_owned()).collect()
}

fn captured(pattern: &str, text: &str, name: &str) -> Option<String> {
    let pattern = Pattern::parse(pattern).unwrap();
    let file = SyntaxTree::parse(text);
    let place = pattern.find(&file).into_iter().next()?;
    let range = place.captures.get(name)?.range.clone();
    Some(range.map(|range| file.slice(&range).to_owned()).unwrap_or_default())
}

#[test]
fn what_is_no_pattern_is_refused() {
    let error = |text| Pattern::parse(text).unwrap_err();

    assert!(matches!(error("f("), PatternError::Syntax { .. }));
    assert!(matches!(error("a\nb"), PatternError::NotOne(_)));
    assert!(matches!(error("$X"), PatternError::Everything(_)));
    assert!(matches!(error("f($$X)"), PatternError::Unsupported(_)));
    assert!(matches!(error(""), PatternError::NotOne(_)));
}

#[test]
fn a_hole_stands_for_one_node_with_its_parentheses() {
    assert_eq!(captured("f($X)", "f((a + b))\n", "X").unwrap(), "(a + b)");
    assert_eq!(found("f($X)", "f(a, b)\nf()\nf(a,)\n"), ["f(a,)"]);
    assert_eq!(found("$M.dict()", "a.b().dict()\nd.dict(x)\n"), ["a.b().dict()"]);
}

#[test]
fn several_neighbours_are_none_too() {
    let text = "f()\nf(a)\nf(a, *b, c=1, **d)\nf(\n    a,  # why\n)\n";

    assert_eq!(found("f($$$A)", text).len(), 4);
    assert_eq!(captured("f($$$A)", "f(a, *b, c=1,)\n", "A").unwrap(), "a, *b, c=1");
    assert_eq!(found("f($$$A, x=1)", "f(x=1)\nf(a, b, x=1)\nf(x=1, a=2)\n").len(), 2);
    assert_eq!(found("f(x, $$$A)", "f(x)\nf(x, 1)\nf(y)\n").len(), 2);
}

#[test]
fn equal_names_stand_for_equal_tokens() {
    assert_eq!(found("$X == $X", "a.b == a . b\na == b\n"), ["a.b == a . b"]);
}

#[test]
fn names_of_keywords_attributes_functions_and_imports_may_be_holes() {
    assert_eq!(found("f($K=1)", "f(a=1)\nf(1)\n"), ["f(a=1)"]);
    assert_eq!(found("os.$A()", "os.getcwd()\nsys.exit()\n"), ["os.getcwd()"]);
    assert_eq!(found("from $M import $N", "from a.b import (c)\nfrom a import b, c\n").len(), 1);
    assert_eq!(found("def $F(): $$$B", "async def f():\n    a\n    b\n").len(), 1);
}

#[test]
fn the_text_between_quotes_may_be_a_hole() {
    assert_eq!(captured("getenv(\"$N\")", "getenv(\"PORT\")\n", "N").unwrap(), "PORT");
    assert_eq!(found("getenv(\"$N\")", "getenv('PORT')\ngetenv(f\"{x}\")\n").len(), 0);
}

#[test]
fn statements_of_a_block_do_not_reach_into_the_next_clause() {
    let pattern = "try:\n    $$$B\nexcept Exception:\n    pass\n";
    let text = "try:\n    a\n    b\nexcept ValueError:\n    c\nexcept Exception:\n    pass\n";

    assert_eq!(found(pattern, text).len(), 0);
    assert_eq!(found(pattern, "try:\n    a\n    b\nexcept Exception:\n    pass\n").len(), 1);
    assert_eq!(found("if $C:\n    $$$B", "if a:\n    b\nelse:\n    c\n").len(), 0);
}

#[test]
fn a_definition_is_found_without_naming_its_decorators() {
    let text = "@app.get('/')\ndef f(x): return x\n";

    assert_eq!(found("def f($X): return $X", text), ["def f(x): return x"]);
    assert_eq!(found("@app.get($P)\ndef $F($$$A): $$$B", text).len(), 1);
    assert_eq!(found("@app.post($P)\ndef $F($$$A): $$$B", text).len(), 0);
}

#[test]
fn keywords_that_change_the_meaning_count() {
    assert!(found("$A in $B", "a not in b\n").is_empty());
    assert!(found("$A is $B", "a is not b\n").is_empty());
    assert!(found("yield $A", "yield from a\n").is_empty());
    assert!(found("f($A)", "f(*a)\n").len() == 1);
    assert!(found("$A = $B", "a: int = b\n").is_empty());
}

proptest! {
    #[test]
    fn a_text_without_holes_fits_itself(text in "[a-c]{1,3}(\\.[a-c]{1,2}){0,2}(\\([a-c, ]{0,3}\\))?") {
        if let Ok(pattern) = Pattern::parse(&text) {
            let file = SyntaxTree::parse(&text);
            prop_assert_eq!(pattern.find(&file).len(), 1);
        }
    }
}
