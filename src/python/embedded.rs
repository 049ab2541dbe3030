//! Python code in string literals: `python -c`, scripts that tests write, `exec`.

use std::ops::Range;

use super::facts::{Argument, ImportKind, ImportStatement, ImportedName, StringUse};
use super::names::Target;
use super::parse::Module;
use super::service::{Imported, PythonService};

/// Strings that are longer are no scripts.
const LONGEST: usize = 64 << 10;
/// What an indented script stands below, so that it parses as it is.
const HEAD: &str = "if 1:\n";
/// Callees that run the code, or write it to where it is run.
const RUNNERS: [&str; 12] = [
    "exec",
    "compile",
    "run",
    "Popen",
    "call",
    "check_call",
    "check_output",
    "create_subprocess_exec",
    "write_text",
    "write",
    "run_code",
    "runpython",
];

/// The code in a string.
#[derive(Debug)]
pub struct Embedded {
    /// The code, parsed.
    pub module: Module,
    /// How many bytes of it are not in the string.
    shift: usize,
}

/// Something of a module that code in a string imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedImport {
    /// The name that it gets there.
    pub bound: String,
    /// The module in which it is looked up.
    pub module: usize,
    /// The name in that module, `*` for all of them; empty for the module itself.
    pub name: String,
}

/// The code in a string of a file, where it is code with imports: any in a test, elsewhere what
/// is handed to something that runs or writes it.
pub fn embedded(module: &Module, string: &StringUse, is_test: bool) -> Option<Embedded> {
    let value = string.value.as_str();
    if string.is_statement || value.len() > LONGEST || !value.contains("import ") {
        return None;
    }
    let is_run = string.call.as_ref().is_some_and(|(callee, argument)| {
        let last = callee.rsplit('.').next().unwrap_or(callee);
        RUNNERS.contains(&last) && !matches!(argument, Argument::Keyword(_))
    });
    if !is_test && !is_run || is_compared(module, string) {
        return None;
    }
    let first = value.lines().find(|line| !line.trim().is_empty())?;
    let shift = if first.starts_with([' ', '\t']) { HEAD.len() } else { 0 };
    let text = format!("{}{value}", &HEAD[..shift]);
    let code = Module::parse(text.as_bytes()).ok()?;
    let is_code = code.errors.is_empty()
        && !code.facts.imports.is_empty()
        && code.facts.imports.iter().all(|import| import.level == 0);
    is_code.then_some(Embedded { module: code, shift })
}

/// Whether a string is only compared with another one.
fn is_compared(module: &Module, string: &StringUse) -> bool {
    let tree = module.syntax();
    let parent = tree.node_at(&string.range).and_then(|node| tree.nodes[node].parent);
    parent.is_some_and(|parent| tree.nodes[parent].kind.is_comparison())
}

impl Embedded {
    /// A range of the code as a range of the string's value.
    pub fn range(&self, range: &Range<usize>) -> Option<Range<usize>> {
        Some(range.start.checked_sub(self.shift)?..range.end.checked_sub(self.shift)?)
    }

    /// The code without its imports, white space and what parts statements of a line.
    pub fn without_imports(&self) -> String {
        let text = self.module.text();
        let (mut rest, mut from) = (String::new(), self.shift);
        for import in &self.module.facts.imports {
            rest.push_str(&text[from.min(import.range.start)..import.range.start]);
            from = import.range.end;
        }
        rest.push_str(&text[from..]);
        rest.split(|letter: char| letter.is_whitespace() || letter == ';').collect()
    }

    /// What an import statement of the code takes from modules of the service of file `index`; a
    /// name that is found nowhere there is left out.
    pub fn taken<'m>(
        &self,
        service: &PythonService,
        index: usize,
        import: &'m ImportStatement,
    ) -> Vec<(&'m ImportedName, EmbeddedImport)> {
        let one = |name: &'m ImportedName| {
            let (module, attribute) = match import.kind {
                ImportKind::From => match service.resolve_name(index, import, name) {
                    Imported::Module(module) => (module, String::new()),
                    Imported::Attribute(module) => (module, name.name.clone()),
                    _ => return None,
                },
                ImportKind::Import => match service.resolve(index, &name.name) {
                    Target::Module(module) => (module, String::new()),
                    _ => return None,
                },
            };
            let bound = name.bound().to_owned();
            Some((name, EmbeddedImport { bound, module, name: attribute }))
        };
        import.names.iter().filter_map(one).collect()
    }

    /// Everything that the code takes from modules of the service.
    pub fn all(&self, service: &PythonService, index: usize) -> Vec<EmbeddedImport> {
        let imports = self.module.facts.imports.iter();
        let taken = imports.flat_map(|import| self.taken(service, index, import));
        taken.map(|(_, found)| found).collect()
    }
}
