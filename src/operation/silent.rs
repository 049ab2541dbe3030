//! Broad `except` clauses that swallow an exception without a word get a line in the log.
//!
//! The clause goes on to do what it did; only a record with the traceback is added, through the
//! file's own standard logger or one named after the module. Clauses of tests, those around
//! optional imports and those that log, print, re-raise or use the exception are left.

use super::Note;
use super::rewrite::{Import, ensure, name_for};
use crate::change::{Edit, RelPath, apply_edits};
use crate::operation::text::LineEnding;
use crate::python::{BindingKind, Module, PythonService, Qualified, StatementKind, SyntaxTree};
use crate::workspace::Tree;

/// Words that show that a clause is not silent.
const TELLING: [&str; 20] = [
    "raise",
    "print",
    "debug",
    "info",
    "warning",
    "warn",
    "error",
    "exception",
    "critical",
    "fatal",
    "log",
    "logger",
    "logging",
    "capture_exception",
    "print_exc",
    "format_exc",
    "exc_info",
    "record_exception",
    "exit",
    "traceback",
];

/// One clause that gets a line.
struct Clause {
    /// Where its first statement begins.
    at: usize,
    /// The function around it, or the module.
    place: String,
    /// The statement of the module's body that holds it.
    statement: usize,
}

/// Adds a line of log to every silent broad clause of the service's own code.
pub fn log(tree: &mut Tree, (folder, name): (Option<&RelPath>, &str)) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let mut notes = Vec::new();
    for index in 0..service.modules().len() {
        let record = &service.modules()[index];
        let sound = record.module().filter(|module| module.errors.is_empty() && !record.is_test);
        let Some(module) = sound.filter(|module| module.text().contains("except")).cloned() else {
            continue;
        };
        let path = record.path.clone();
        let syntax = module.syntax();
        let clauses = clauses(&module, &syntax, &path, &mut notes);
        if clauses.is_empty() {
            continue;
        }
        match logged(&mut service, (index, &path), &module, &clauses) {
            Ok(bytes) => {
                if let Some(entry) = tree.get(&path).map(|entry| entry.with_bytes(bytes)) {
                    tree.set(path, entry);
                }
            }
            Err(reason) => notes.push(Note::new(&path, 0, reason)),
        }
    }
    notes
}

/// The silent broad clauses of a file; those that stand on one line are listed.
fn clauses(
    module: &Module,
    syntax: &SyntaxTree,
    path: &RelPath,
    notes: &mut Vec<Note>,
) -> Vec<Clause> {
    let mut found = Vec::new();
    for node in (0..syntax.nodes.len()).filter(|node| syntax.nodes[*node].kind.is_handler()) {
        let children: Vec<usize> = syntax.children(node).collect();
        let is_statement = |child: &&usize| syntax.nodes[**child].kind.is_statement();
        let Some(first) = children.iter().find(is_statement).copied() else { continue };
        if !is_broad(syntax, &children)
            || !is_silent(syntax, node, first)
            || guards_import(syntax, node)
        {
            continue;
        }
        let start = syntax.nodes[node].range.start;
        let at = syntax.nodes[first].range.start;
        let line = module.source.line_of(start);
        if module.source.line_of(at) == line {
            let reason = "a silent `except` on one line gets no log: write it on two";
            notes.push(Note::new(path, line, reason));
            continue;
        }
        let statement =
            module.facts.statements.iter().position(|statement| {
                statement.range.start <= start && start < statement.range.end
            });
        let place = place_of(syntax, node);
        found.push(Clause { at, place, statement: statement.unwrap_or_default() });
    }
    found.sort_by_key(|clause| clause.at);
    found
}

/// `except:`, `except Exception`, `except BaseException`, alone or among others.
fn is_broad(syntax: &SyntaxTree, children: &[usize]) -> bool {
    let kind = children.first().filter(|child| !syntax.nodes[**child].kind.is_statement());
    let Some(kind) = kind else { return true };
    let names = syntax.token_texts(&syntax.nodes[*kind].range);
    let is_broad = |at: usize| {
        matches!(names[at], "Exception" | "BaseException") && (at == 0 || names[at - 1] != ".")
    };
    (0..names.len()).any(is_broad)
}

fn is_silent(syntax: &SyntaxTree, handler: usize, first: usize) -> bool {
    let range = &syntax.nodes[handler].range;
    let body = syntax.nodes[first].range.start..range.end;
    let head = syntax.token_texts(&(range.start..body.start));
    let bound = head.iter().position(|word| *word == "as").and_then(|at| head.get(at + 1).copied());
    let mut words = syntax.tokens_in(&body).map(|token| syntax.token_text(token));
    !words.any(|word| TELLING.contains(&word) || Some(word) == bound)
}

/// Whether the `try` imports something that may be missing.
fn guards_import(syntax: &SyntaxTree, handler: usize) -> bool {
    let Some(parent) = syntax.nodes[handler].parent else { return false };
    let mut children = syntax.children(parent);
    children.any(|child| {
        let text = syntax.node_text(child);
        syntax.nodes[child].kind.is_statement()
            && (text.starts_with("import ") || text.starts_with("from "))
    })
}

/// The names of the functions and classes around a node.
fn place_of(syntax: &SyntaxTree, node: usize) -> String {
    let around = syntax.around(node).filter(|outer| {
        let kind = syntax.nodes[*outer].kind;
        kind.is_function() || kind.is_class()
    });
    let name = |outer: usize| {
        let words = syntax.token_texts(&syntax.nodes[outer].range);
        let at = words.iter().position(|word| matches!(*word, "def" | "class"));
        at.and_then(|at| words.get(at + 1)).map(|word| (*word).to_owned())
    };
    let mut names: Vec<String> = around.filter_map(name).collect();
    names.reverse();
    if names.is_empty() { "the module".to_owned() } else { names.join(".") }
}

fn logged(
    service: &mut PythonService,
    (index, path): (usize, &RelPath),
    module: &Module,
    clauses: &[Clause],
) -> Result<Vec<u8>, String> {
    let own = own_logger(service, index, module);
    let import = Import::parse("import logging").ok_or("logging cannot be imported")?;
    let usable = |clause: &Clause| {
        own.as_ref().filter(|(_, statement)| clause.statement > *statement).map(|(name, _)| name)
    };
    let newline = LineEnding::of(module.text()).as_str();
    let mut edits = Vec::new();
    let mut needed = Vec::new();
    for clause in clauses {
        let logger = if let Some(name) = usable(clause) {
            name.clone()
        } else {
            let logging = name_for(service, index, &import)?;
            needed = vec![import.clone()];
            format!("{logging}.getLogger(__name__)")
        };
        let line = module.source.line_range(clause.at);
        let indent = &module.text()[line.start..clause.at];
        let text = format!(
            "{logger}.warning(\"ignored an exception in {}\", exc_info=True){newline}{indent}",
            clause.place
        );
        edits.push(Edit::insert(clause.at, text));
    }
    let text = apply_edits(module.text(), &edits).map_err(|error| error.to_string())?;
    let text = ensure(service, (index, path), (module, &text), &needed)
        .ok_or("the result cannot be read")?;
    module.source.encode(&text).ok_or_else(|| "the result does not fit its encoding".to_owned())
}

/// The standard logger that the module makes once for itself, and the statement that does.
fn own_logger(service: &PythonService, index: usize, module: &Module) -> Option<(String, usize)> {
    let facts = &module.facts;
    facts.statements.iter().enumerate().find_map(|(at, statement)| {
        let [name] = &statement.binds[..] else { return None };
        let callee = statement.callee.as_ref()?;
        let is_logger = service.qualify(index, 0, callee)
            == Qualified::External("logging.getLogger".to_owned());
        let bindings = facts.bindings.iter().filter(|binding| binding.name == *name);
        let is_only = bindings.clone().count() == 1
            && bindings.clone().all(|binding| binding.kind == BindingKind::Assignment);
        let is_plain = statement.kind == StatementKind::Assignment && is_logger && is_only;
        is_plain.then(|| (name.clone(), at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Entry;

    fn run(text: &str) -> (String, Vec<String>) {
        let path = RelPath::new("a.py").unwrap();
        let mut tree: Tree = [(path.clone(), Entry::file(text))].into_iter().collect();
        let notes = log(&mut tree, (None, "shop"));
        let notes = notes.into_iter().map(|note| format!("{}: {}", note.line, note.message));
        (tree.text(&path).unwrap().to_owned(), notes.collect())
    }

    #[test]
    fn clauses_that_tell_or_that_guard_an_import_are_left() {
        let texts = [
            "try:\n    a()\nexcept Exception as e:\n    b(e)\n",
            "try:\n    a()\nexcept Exception:\n    raise\n",
            "try:\n    a()\nexcept Exception:\n    log.info('x')\n",
            "try:\n    a()\nexcept ValueError:\n    pass\n",
            "try:\n    import b\nexcept Exception:\n    b = None\n",
        ];
        for text in texts {
            assert_eq!(run(text), (text.to_owned(), vec![]));
        }
    }

    #[test]
    fn a_clause_on_one_line_is_listed() {
        let text = "try: a()\nexcept: pass\n";

        let (result, notes) = run(text);

        assert_eq!(result, text);
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn the_log_is_written_through_the_logger_of_the_module() {
        let text = "import logging\nlogger = logging.getLogger(__name__)\nclass A:\n    def f(self):\n        try:\n            a()\n        except (ValueError, Exception):\n            # on purpose\n            return {\"status\": \"bad\"}\n";

        let (result, _) = run(text);

        assert_eq!(
            result,
            text.replace(
                "            return",
                "            logger.warning(\"ignored an exception in A.f\", exc_info=True)\n            return"
            )
        );
        assert_eq!(run(&result).0, result);
    }

    #[test]
    fn a_module_without_a_logger_imports_logging() {
        let (result, _) = run("import os\r\n\r\ntry:\r\n    os.a()\r\nexcept:\r\n    pass\r\n");

        assert_eq!(
            result,
            "import logging\r\nimport os\r\n\r\ntry:\r\n    os.a()\r\nexcept:\r\n    \
             logging.getLogger(__name__).warning(\"ignored an exception in the module\", exc_info=True)\r\n    pass\r\n"
        );
    }
}
