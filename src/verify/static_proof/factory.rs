//! An application that was wired in the body of its module and is made by a factory now.
//!
//! The factory is unfolded again: its statements go back into the body of the module and its
//! registrations become decorators, so that every other proof compares like with like. Beside
//! that, what is done to the application has to be the same, in the same order.

use std::ops::Range;

use super::Sides;
use super::pairs::Pairs;
use crate::change::Edit;
use crate::python::{Module, PythonService, SyntaxTree};
use crate::verify::{Aspect, Item, Verdict};

/// A module whose application is made by a factory on one side only.
pub(super) struct Folded {
    old: usize,
    new: usize,
    /// What is done to the application, before and after, in order.
    was: Vec<Wired>,
    is: Vec<Wired>,
}

impl Folded {
    /// The module before.
    pub(super) const fn module(&self) -> usize {
        self.old
    }
}

/// Something that is done to an application.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wired {
    /// All tokens.
    tokens: Vec<String>,
    /// The application's method, and the function that it is for.
    head: Vec<String>,
}

/// Unfolds the factories that the side after has and the side before has not.
pub(super) fn unfold(
    before: &PythonService,
    after: &mut PythonService,
    pairs: &Pairs,
) -> Vec<Folded> {
    let mut folded = Vec::new();
    for (new, old) in pairs.both() {
        let (Some(was), Some(is)) = (before.modules()[old].module(), after.modules()[new].module())
        else {
            continue;
        };
        if !is.text().contains("FastAPI") {
            continue;
        }
        let tree = SyntaxTree::parse(is.text());
        let Some(factory) = Factory::find(&tree).filter(|found| !was.facts.defines(&found.name))
        else {
            continue;
        };
        let Some(module) = factory.unfolded(is) else { continue };
        let was = wired(&SyntaxTree::parse(was.text()), &factory.app);
        folded.push(Folded { old, new, was, is: factory.wired() });
        after.replace(new, module);
    }
    folded
}

/// The same is done to the application, in the same order.
///
/// A module that moved may name what it registers by other names; one that was taken apart has
/// its routes on routers, which the proof of routers looks at.
pub(super) fn wiring(sides: &Sides<'_>, folded: &[Folded]) -> Vec<Item> {
    let mut items = Vec::new();
    for found in folded.iter().filter(|found| !sides.spans.is_divided(found.old)) {
        let path = &sides.after.modules()[found.new].path;
        let has_moved = sides.before.modules()[found.old].path != *path;
        let words = |list: &[Wired]| -> Vec<Vec<String>> {
            let of = |one: &Wired| if has_moved { one.head.clone() } else { one.tokens.clone() };
            list.iter().map(of).collect()
        };
        let (was, is) = (words(&found.was), words(&found.is));
        let item = |verdict| Item::new(Aspect::References, format!("{path} wiring"), verdict);
        items.push(match was.iter().zip(&is).find(|(one, two)| one != two) {
            Some((one, _)) => {
                item(Verdict::Broken).because(format!("{} has another place", one.join(" ")))
            }
            None if was.len() != is.len() => item(Verdict::Broken).because(format!(
                "{} registrations, now {}",
                was.len(),
                is.len()
            )),
            None => item(Verdict::Equal),
        });
    }
    items
}

/// `def create_app(): app = FastAPI(…) … return app`, and `app = create_app()`.
struct Factory<'a> {
    tree: &'a SyntaxTree,
    name: String,
    app: String,
    /// The function, and the statement that calls it.
    function: usize,
    call: usize,
    /// The statements of its body without docstring and `return`.
    body: Vec<usize>,
}

impl<'a> Factory<'a> {
    fn find(tree: &'a SyntaxTree) -> Option<Self> {
        tree.children(0).find_map(|call| {
            let words = tree.token_texts(&tree.nodes[call].range);
            let [app, "=", name, "(", ")"] = words[..] else { return None };
            let function = tree.children(0).find(|node| {
                tree.nodes[*node].kind.is_function()
                    && tree.token_texts(&tree.nodes[*node].range).get(..4)
                        == Some(&["def", name, "(", ")"])
            })?;
            let mut body: Vec<usize> = tree
                .children(function)
                .filter(|child| tree.nodes[*child].kind.is_statement())
                .collect();
            let last = body.pop()?;
            if tree.token_texts(&tree.nodes[last].range) != ["return", app] {
                return None;
            }
            let is_docstring = body.first().is_some_and(|first| {
                let mut children = tree.children(*first);
                tree.nodes[*first].kind.is_expression_statement()
                    && children.next().is_some_and(|child| tree.nodes[child].kind.is_plain_string())
            });
            body.drain(..usize::from(is_docstring));
            let first = tree.token_texts(&tree.nodes[*body.first()?].range);
            let makes = first.len() > 3 && first[0] == app && first.contains(&"FastAPI");
            let (name, app) = (name.to_owned(), app.to_owned());
            makes.then_some(Self { tree, name, app, function, call, body })
        })
    }

    /// The module with the factory taken apart.
    fn unfolded(&self, module: &Module) -> Option<Module> {
        let mut edits = vec![Edit::delete(self.lines(self.call))];
        let mut waiting = String::new();
        let mut above: Vec<(usize, String, String)> = Vec::new();
        let head = self.tree.nodes[self.function].range.start;
        let first = self.remarks(*self.body.first()?);
        edits.push(Edit::delete(head..first));
        for statement in &self.body {
            let start = self.remarks(*statement);
            let end = self.lines(*statement).end;
            match self.registered(*statement) {
                Some((call, function)) => {
                    let mut statements = std::mem::take(&mut waiting);
                    statements.push_str(&self.shallower(start..call.start));
                    let rest = &self.tree.text[self.tree.nodes[*statement].range.end..end];
                    let line = format!("@{}{rest}", self.shallower(call));
                    match above.iter_mut().find(|(at, ..)| *at == function) {
                        // The later registration is the outer decorator.
                        Some((_, before, lines)) => {
                            before.push_str(&statements);
                            *lines = format!("{line}{lines}");
                        }
                        None => above.push((function, statements, line)),
                    }
                }
                None => waiting.push_str(&self.shallower(start..end)),
            }
        }
        let inserted = above
            .into_iter()
            .map(|(at, statements, lines)| Edit::insert(at, format!("{statements}{lines}")));
        edits.extend(inserted);
        let end = self.lines(self.function).end;
        edits.push(Edit::replace(first..end, waiting));
        let text = crate::change::apply_edits(module.text(), &edits).ok()?;
        Module::parse(&module.source.encode(&text)?).ok().filter(|module| module.errors.is_empty())
    }

    /// Where the comments above a statement begin, else its line.
    fn remarks(&self, statement: usize) -> usize {
        let start = self.lines(statement).start;
        let above = &self.tree.text[..start];
        let mut begin = start;
        let mut position = start;
        for line in above.split_inclusive('\n').rev() {
            position -= line.len();
            let text = line.trim();
            if text.starts_with('#') {
                begin = position;
            } else if !text.is_empty() {
                break;
            }
        }
        begin
    }

    fn lines(&self, node: usize) -> Range<usize> {
        let range = &self.tree.nodes[node].range;
        let text = &self.tree.text;
        let start = text[..range.start].rfind('\n').map_or(0, |found| found + 1);
        let end = text[range.end..].find('\n').map_or(text.len(), |found| range.end + found + 1);
        start..end
    }

    /// `app.get("/x")` of `app.get("/x")(function)`, and where the function of the module begins.
    fn registered(&self, statement: usize) -> Option<(Range<usize>, usize)> {
        let outer = self.tree.children(statement).next()?;
        let mut parts = self.tree.children(outer);
        let (inner, arguments) = (parts.next()?, parts.next()?);
        let is_call = |node: usize| self.tree.nodes[node].kind.is_call();
        if !is_call(outer) || !is_call(inner) {
            return None;
        }
        let words = self.tree.token_texts(&self.tree.nodes[arguments].range);
        let ["(", name, ")"] = words[..] else { return None };
        let function = self.tree.children(0).find(|node| {
            let kind = self.tree.nodes[*node].kind;
            (kind.is_function() || kind.is_decorated()) && defined(self.tree, *node) == Some(name)
        })?;
        Some((self.tree.nodes[inner].range.clone(), self.tree.nodes[function].range.start))
    }

    /// A text of the body one level less deep, but for lines that begin inside of a string.
    fn shallower(&self, range: Range<usize>) -> String {
        let unit = self.tree.indent.as_deref().unwrap_or("    ");
        let is_in_string =
            |at: usize| {
                let nodes = self.tree.nodes.iter().filter(|node| node.kind.is_string());
                let mut inside = nodes.filter(|node| node.range.start < at && at < node.range.end);
                inside.next().is_some()
                    && self.tree.tokens.iter().any(|token| {
                        token.is_string && token.range.start < at && at < token.range.end
                    })
            };
        let mut out = String::new();
        let mut at = range.start;
        for line in self.tree.text[range].split_inclusive('\n') {
            let less = line.strip_prefix(unit).filter(|_| !is_in_string(at));
            out.push_str(less.unwrap_or(line));
            at += line.len();
        }
        out
    }

    /// What the factory does, and what the module does behind it.
    fn wired(&self) -> Vec<Wired> {
        let body =
            self.body.iter().map(|statement| one(self.tree, &self.tree.nodes[*statement].range));
        let after = wired(self.tree, &self.app)
            .into_iter()
            .filter(|found| found.tokens.get(2).is_none_or(|word| *word != self.name));
        body.chain(after).collect()
    }
}

/// The name that a function of the module has.
fn defined(tree: &SyntaxTree, node: usize) -> Option<&str> {
    let inner = tree.children(node).find(|child| tree.nodes[*child].kind.is_function());
    let words = tree.token_texts(&tree.nodes[inner.unwrap_or(node)].range);
    let at = words.iter().position(|word| *word == "def")?;
    words.get(at + 1).copied()
}

fn one(tree: &SyntaxTree, range: &Range<usize>) -> Wired {
    let tokens: Vec<String> = tree.token_texts(range).into_iter().map(str::to_owned).collect();
    let end = tokens.iter().position(|word| word == "(").unwrap_or(tokens.len());
    let mut head = tokens[..end].to_vec();
    if let [.., ")", "(", function, ")"] = tree.token_texts(range)[..] {
        head.push(function.to_owned());
    }
    Wired { tokens, head }
}

/// What the body of a module does to its application: statements as they are, decorators as the
/// calls that they stand for.
fn wired(tree: &SyntaxTree, app: &str) -> Vec<Wired> {
    let uses = |range: &Range<usize>| {
        let words = tree.token_texts(range);
        let mut places = words.iter().enumerate().filter(|(_, word)| **word == app);
        places.any(|(at, _)| at == 0 || words[at - 1] != ".")
    };
    let mut found = Vec::new();
    for node in tree.children(0) {
        let (kind, range) = (tree.nodes[node].kind, &tree.nodes[node].range);
        if kind.is_decorated() {
            let decorators =
                tree.children(node).filter(|child| tree.nodes[*child].kind.is_decorator());
            let own = decorators.filter(|child| uses(&tree.nodes[*child].range));
            for decorator in own.collect::<Vec<_>>().into_iter().rev() {
                let range = &tree.nodes[decorator].range;
                let mut call = one(tree, &(range.start + 1..range.end));
                let name = defined(tree, node).unwrap_or_default().to_owned();
                call.tokens.extend(["(".to_owned(), name.clone(), ")".to_owned()]);
                call.head.push(name);
                found.push(call);
            }
        } else if !kind.is_function() && !kind.is_class() && uses(range) {
            let wired = one(tree, range);
            let first = wired.tokens.first().map(String::as_str);
            let is_import = matches!(first, Some("from" | "import"));
            if !is_import && wired.tokens.get(1).is_none_or(|word| word != "__name__") {
                found.push(wired);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::static_proofs;
    use super::*;
    use crate::change::{Entry, RelPath};
    use crate::workspace::Tree;

    const BEFORE: &str = "from fastapi import FastAPI\nfrom old import app as old\n\napp = FastAPI()\napp.mount(\"/a\", A)\n\n\n\
        @app.get(\"/\")\ndef index():\n    return 1\n\n\napp.mount(\"/b\", B)\n";
    const AFTER: &str = "from fastapi import FastAPI\nfrom old import app as old\n\n\ndef index():\n    return 1\n\n\n\
        def create_app() -> FastAPI:\n    \"\"\"Return it.\"\"\"\n    app = FastAPI()\n    app.mount(\"/a\", A)\n    \
        app.get(\"/\")(index)\n    app.mount(\"/b\", B)\n    return app\n\n\napp = create_app()\n";

    fn broken(after: &str) -> Vec<String> {
        let tree = |text: &str| -> Tree {
            [(RelPath::new("main.py").unwrap(), Entry::file(text))].into_iter().collect()
        };
        let items = static_proofs(&tree(BEFORE), &tree(after), (None, "svc"), None);
        let broken = items.into_iter().filter(|item| item.verdict == Verdict::Broken);
        broken.map(|item| format!("{} {}", item.aspect, item.name)).collect()
    }

    #[test]
    fn the_same_wiring_in_a_factory_is_no_loss() {
        assert_eq!(broken(AFTER), Vec::<String>::new());
    }

    #[test]
    fn a_registration_that_is_lost_or_changed_is_found() {
        for (from, to) in [
            ("    app.mount(\"/b\", B)\n", ""),
            ("    app.get(\"/\")(index)\n", ""),
            ("app.get(\"/\")", "app.get(\"/x\")"),
            ("return 1", "return 2"),
        ] {
            assert!(AFTER.contains(from));
            assert_ne!(broken(&AFTER.replace(from, to)), Vec::<String>::new(), "{from}");
        }
    }

    #[test]
    fn another_order_is_found() {
        let swapped = AFTER.replace("    app.mount(\"/b\", B)\n", "").replace(
            "    app.get(\"/\")(index)\n",
            "    app.mount(\"/b\", B)\n    app.get(\"/\")(index)\n",
        );

        assert_eq!(broken(&swapped), ["references main.py wiring"]);
    }
}
