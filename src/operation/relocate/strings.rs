//! Names in strings: patch targets, import strings, start commands, logger names, file names.

use super::Rewrite;
use super::tools::replaced_filter;
use crate::change::RelPath;
use crate::python::{Argument, Qualified, StringUse, join, lists_packages, parent};

/// Rewrites strings that name a module or a file that moves.
pub(super) fn rewrite(rewrite: &mut Rewrite<'_>) {
    let module = rewrite.module;
    let quoted = module.facts.quoted_names();
    for string in &module.facts.strings {
        let is_verbatim = module.slice(&string.content) == string.value;
        let is_code = quoted.range(string.range.clone()).next().is_some();
        if string.is_statement || is_code || !is_verbatim || string.value.len() > 300 {
            continue;
        }
        if let Some(new) = tasks_of_a_module(rewrite, string) {
            rewrite.note(
                string.range.start,
                format!("tasks that are named after their module are called {new} now"),
            );
        }
        let listed = packages(rewrite, string).or_else(|| listed_by_a_dot(rewrite, string));
        if let Some(new) = listed {
            rewrite.replace(string.content.clone(), new);
        } else if let Some(new) = dotted(rewrite, string).filter(|_| !is_path(rewrite, string)) {
            rewrite.replace(string.content.clone(), new);
        } else if let Some(new) = file(rewrite, string) {
            rewrite.replace(string.content.clone(), new);
        } else if let Some(new) = filter(rewrite, string) {
            rewrite.replace(string.content.clone(), new);
        }
    }
    for import in &module.facts.computed_imports {
        let names = rewrite.names;
        let Some(folder) = names.service.folder_of_computed(rewrite.index, import) else {
            continue;
        };
        match names.new_folder_name(&folder) {
            Some(new) => rewrite.replace(import.range.clone(), format!("{new}.")),
            None if names.moves.keys().any(|from| parent(from.as_str()) == folder) => {
                rewrite.note(import.range.start, "modules imported by a computed name parted ways");
            }
            None => {}
        }
    }
}

/// Callees whose string argument is looked up as a dotted name.
const LOOKUPS: [&str; 26] = [
    "patch",
    "dict",
    "multiple",
    "setattr",
    "delattr",
    "import_module",
    "__import__",
    "find_spec",
    "run",
    "Config",
    "reload",
    "resolve_name",
    "import_string",
    "locate",
    "importorskip",
    "autodiscover_tasks",
    "setitem",
    "delitem",
    "module_from_name",
    "fixture",
    "files",
    "open_text",
    "open_binary",
    "get_data",
    "resource_filename",
    "PackageLoader",
];
/// Callees whose dotted argument begins with a label or a table and no module.
const LABELS: [&str; 4] = ["ForeignKey", "ForeignKeyField", "ManyToManyField", "OneToOneField"];
/// Callees that are handed lists of modules by name, whatever else they are told.
const LISTERS: [&str; 6] = [
    "Celery",
    "RegisterTortoise",
    "WiringConfiguration",
    "init_models",
    "register_tortoise",
    "wire",
];
/// Callees whose string argument names a logger; a module's logger is named after it.
const LOGGERS: [&str; 5] = ["getLogger", "get_logger", "at_level", "set_level", "assertLogs"];

fn dotted(rewrite: &mut Rewrite<'_>, string: &StringUse) -> Option<String> {
    let (name, attribute) = match string.value.split_once(':') {
        Some((name, attribute)) if is_dotted(attribute) => (name, Some(attribute)),
        Some(_) => return None,
        None => (string.value.as_str(), None),
    };
    if !is_dotted(name) {
        return None;
    }
    let (found, end) = rewrite.names.service.longest_module(rewrite.index, name)?;
    let (prefix, rest) = name.split_at(end);
    let wanted = rest.strip_prefix('.').or(attribute).unwrap_or_default();
    let wanted = wanted.split('.').next().unwrap_or_default();
    let names = rewrite.names;
    let new = names.new_name_of(found, wanted).filter(|_| names.moves_name(found, wanted))?;
    if !is_reference(rewrite, string, found, (prefix, rest, attribute)) {
        return None;
    }
    let attribute = attribute.map(|attribute| format!(":{attribute}")).unwrap_or_default();
    Some(format!("{new}{rest}{attribute}"))
}

/// A filter of warnings, `@pytest.mark.filterwarnings("ignore::app.errors.Old")`.
fn filter(rewrite: &Rewrite<'_>, string: &StringUse) -> Option<String> {
    let (callee, _) = string.call.as_ref()?;
    let is_filter = callee.ends_with("filterwarnings") && string.value.contains(':');
    is_filter.then(|| replaced_filter(rewrite.names, &string.value)).flatten()
}

/// Whether a string is part of a path: `join(HERE, "rates.yaml")` names no attribute of `rates`.
fn is_path(rewrite: &Rewrite<'_>, string: &StringUse) -> bool {
    let mut paths = rewrite.module.facts.paths.iter();
    let callee = string.call.as_ref().map(|(callee, _)| callee.as_str()).unwrap_or_default();
    let last = callee.rsplit('.').next().unwrap_or(callee);
    string.after_slash
        || matches!(last, "join" | "joinpath" | "with_name" | "Path" | "open")
        || paths.any(|path| path.literals.iter().any(|(range, _)| *range == string.content))
}

/// A string in a list of modules.
fn is_listed(string: &StringUse) -> bool {
    string.call.as_ref().is_some_and(|(callee, argument)| {
        let last = callee.rsplit('.').next().unwrap_or(callee);
        *argument == Argument::Nested
            && (LISTERS.contains(&last) || callee.ends_with("Tortoise.init"))
    })
}

/// The packages in which everything lies that lay in one, for a string in a list of packages:
/// `WiringConfiguration(packages=["app"])` imports all that is below, so no other may be named.
fn packages(rewrite: &Rewrite<'_>, string: &StringUse) -> Option<String> {
    let call = string.call_range.as_ref().filter(|_| is_listed(string))?;
    let before = rewrite.module.slice(&(call.start..string.range.start));
    if !lists_packages(before) {
        return None;
    }
    let names = rewrite.names;
    let (found, is_relative) = match by_a_dot(rewrite, string) {
        Some(found) => (found, true),
        None => (by_its_name(rewrite, &string.value)?, false),
    };
    let record = &names.service.modules()[found];
    let moves = names.moves_module(found) || (is_relative && names.moves_module(rewrite.index));
    if !record.is_package() || !moves {
        return None;
    }
    let folder = record.path.parent()?;
    let inside = (0..names.service.modules().len()).filter_map(|index| {
        let module = &names.service.modules()[index];
        let below = module.path.below(&folder).filter(|_| !module.is_test)?;
        Some((index, below))
    });
    let root = join(&names.import_root, &names.package);
    let homes = inside.flat_map(|(index, below)| {
        let module = names.service.modules()[index].module();
        let is_wired = module.is_some_and(|module| module.text().contains("dependency_injector"));
        let root = root.as_str();
        // A module that goes to the new package itself, such as settings, is no reason to wire
        // all of it.
        let counts = move |home: &&RelPath| {
            is_wired || home.name() == "__init__.py" || parent(home.as_str()) != root
        };
        names.homes(index).filter(counts).filter_map(move |home| {
            let stem = home.as_str().strip_suffix(below.as_str());
            names.package_of(stem.unwrap_or_else(|| parent(home.as_str())))
        })
    });
    let homes: std::collections::BTreeSet<String> = homes.collect();
    let is_inside = |name: &&String| {
        let mut outer = name.match_indices('.').map(|(end, _)| &name[..end]);
        outer.any(|outer| homes.contains(outer))
    };
    let kept: Vec<&str> =
        homes.iter().filter(|name| !is_inside(name)).map(String::as_str).collect();
    let quote = rewrite.module.slice(&(string.content.end..string.range.end));
    Some(kept.join(&format!("{quote}, {quote}")))
}

/// The module that a whole dotted name means.
fn by_its_name(rewrite: &Rewrite<'_>, name: &str) -> Option<usize> {
    let (found, end) =
        is_dotted(name).then(|| rewrite.names.service.longest_module(rewrite.index, name))??;
    (end == name.len()).then_some(found)
}

/// The module that a listed name with dots in front means, seen from the package of the file that
/// lists it: `WiringConfiguration(modules=[".endpoints"])`.
fn by_a_dot(rewrite: &Rewrite<'_>, string: &StringUse) -> Option<usize> {
    let call = string.call_range.as_ref().filter(|_| is_listed(string))?;
    let is_told = rewrite.module.slice(call).contains("from_package");
    rewrite.names.service.by_dots(rewrite.index, &string.value).filter(|_| !is_told)
}

/// The whole new name of a module that is listed by a dot and its name.
fn listed_by_a_dot(rewrite: &Rewrite<'_>, string: &StringUse) -> Option<String> {
    let found = by_a_dot(rewrite, string)?;
    let names = rewrite.names;
    let moves = names.moves_module(found) || names.moves_module(rewrite.index);
    moves.then(|| names.new_name(found))?
}

/// `"app.tasks.*"`: the tasks of a module, by the names that Celery gives them; those that a person
/// named keep their names, so that the pattern has to stay as well.
fn tasks_of_a_module(rewrite: &Rewrite<'_>, string: &StringUse) -> Option<String> {
    let name = string.value.strip_suffix(".*")?;
    let names = rewrite.names;
    let found = by_its_name(rewrite, name).filter(|found| names.moves_module(*found))?;
    let record = &names.service.modules()[found];
    let folder = record.path.parent().filter(|_| record.is_package());
    let new = match folder {
        Some(folder) => names.new_folder_name(folder.as_str()),
        None => names.new_name(found),
    };
    Some(new.map_or_else(|| "otherwise".to_owned(), |new| format!("`{new}.*`")))
}

fn is_dotted(text: &str) -> bool {
    let is_part = |part: &str| {
        let mut characters = part.chars();
        characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && characters.all(|character| character.is_alphanumeric() || character == '_')
    };
    !text.is_empty() && text.split('.').all(is_part)
}

/// Whether a string that looks like a module's name is one.
fn is_reference(
    rewrite: &Rewrite<'_>,
    string: &StringUse,
    found: usize,
    (prefix, rest, attribute): (&str, &str, Option<&str>),
) -> bool {
    let service = rewrite.names.service;
    let callee = string.call.as_ref().map(|(callee, _)| callee.as_str()).unwrap_or_default();
    let last = callee.rsplit('.').next().unwrap_or(callee);
    if LOGGERS.contains(&last) || is_logger_argument(string) {
        return rest.is_empty() && service.modules()[rewrite.index].is_test;
    }
    if LABELS.contains(&last) {
        return false;
    }
    if LOOKUPS.contains(&last) || is_modules_key(rewrite, string) {
        return last != "fixture";
    }
    let after = rewrite.module.text()[string.range.end..].trim_start();
    if is_listed(string) && rest.is_empty() && attribute.is_none() {
        // A key of a dictionary is a label.
        return !after.starts_with(':');
    }
    let defines = |name: &str| {
        let first = name.trim_start_matches('.').split('.').next().unwrap_or_default();
        let module = service.modules()[found].module();
        module.is_some_and(|module| module.facts.defines(first))
    };
    match (attribute, rest) {
        (Some(attribute), "") => defines(attribute),
        (None, "") => prefix.contains('.') && is_importable_context(callee),
        // `orders.create` may be what somebody is allowed to do.
        (None, rest) if !prefix.contains('.') => defines(rest) && is_looked_up(rewrite, string),
        (None, rest) => defines(rest),
        _ => false,
    }
}

/// Whether what stands around a string says that it is the name of something that is called or
/// loaded.
fn is_looked_up(rewrite: &Rewrite<'_>, string: &StringUse) -> bool {
    const CALLEES: [&str; 12] = [
        "add_job",
        "apply_async",
        "crontab",
        "enqueue",
        "enqueue_job",
        "import_from_string",
        "import_object",
        "load",
        "send_task",
        "signature",
        "spy",
        "stub",
    ];
    const KEYS: [&str; 12] = [
        "()", "app", "callable", "class", "cls", "factory", "func", "function", "handler", "model",
        "target", "task",
    ];
    let (callee, argument) = match &string.call {
        Some((callee, argument)) => (callee.as_str(), Some(argument)),
        None => ("", None),
    };
    let last = callee.rsplit('.').next().unwrap_or(callee);
    let is_key = |name: &str| KEYS.iter().any(|key| name.eq_ignore_ascii_case(key));
    let before = rewrite.module.text()[..string.range.start].trim_end();
    let key = before.strip_suffix(':').map(|key| key.trim_end().trim_end_matches(['"', '\'']));
    let key = key.and_then(|key| key.rsplit(['"', '\'']).next());
    CALLEES.contains(&last)
        || matches!(argument, Some(Argument::Keyword(name)) if is_key(name))
        || key.is_some_and(is_key)
        || rewrite.names.service.modules()[rewrite.index].is_test
}

fn is_logger_argument(string: &StringUse) -> bool {
    matches!(&string.call, Some((_, Argument::Keyword(name))) if name == "logger" || name == "logger_name")
}

/// `sys.modules["a.b"]` and its relatives.
fn is_modules_key(rewrite: &Rewrite<'_>, string: &StringUse) -> bool {
    let text = rewrite.module.text();
    let before = text[..string.range.start].trim_end();
    let after = text[string.range.end..].trim_start();
    let after_in = after.strip_prefix("in ").or_else(|| after.strip_prefix("not in "));
    before.ends_with("sys.modules[")
        || after_in.is_some_and(|rest| rest.trim_start().starts_with("sys.modules"))
        || string.call.as_ref().is_some_and(|(callee, _)| callee.starts_with("sys.modules."))
}

/// A dotted module name on its own is taken for a reference, except where text is shown.
fn is_importable_context(callee: &str) -> bool {
    let last = callee.rsplit('.').next().unwrap_or(callee);
    !matches!(
        last,
        "print"
            | "info"
            | "debug"
            | "warning"
            | "error"
            | "exception"
            | "critical"
            | "Field"
            | "Query"
            | "HTTPException"
            | "FastAPI"
            | "APIRouter"
    )
}

/// Calls whose string argument is a file's path.
const OPENERS: [&str; 22] = [
    "open",
    "Path",
    "PurePath",
    "exists",
    "isfile",
    "isdir",
    "read_text",
    "spec_from_file_location",
    "run",
    "Popen",
    "check_call",
    "check_output",
    "call",
    "create_subprocess_exec",
    "StaticFiles",
    "Jinja2Templates",
    "FileSystemLoader",
    "FileResponse",
    "listdir",
    "run_path",
    "getsize",
    "glob",
];

/// A string that is the path of something that moves, seen from the service's folder or from the
/// root.
fn file(rewrite: &mut Rewrite<'_>, string: &StringUse) -> Option<String> {
    let value = string.value.as_str();
    let trimmed = value.trim_start_matches("./").trim_end_matches('/');
    if trimmed.is_empty() || trimmed.starts_with('/') || trimmed.contains(['\n', ' ', '*', '{']) {
        return None;
    }
    let callee = string.call.as_ref().map(|(callee, _)| callee.as_str()).unwrap_or_default();
    let last = callee.rsplit('.').next().unwrap_or(callee);
    let is_python = trimmed.strip_suffix(".py").is_some();
    let is_opened = OPENERS.contains(&last) && !string.after_slash;
    let is_telling = is_python && trimmed.contains('/') && !string.after_slash;
    // The whole path of a file, folders and ending included, means that file wherever it stands.
    let is_file = || {
        let names = rewrite.names;
        // Only code of the service is known to look for it where it lies.
        let is_own = string.call_range.as_ref().is_some_and(|call| {
            let found = names.service.qualify_at(rewrite.index, call, callee);
            matches!(found, Qualified::Definition(..))
        });
        let ways = [join(names.service.root(), trimmed), trimmed.to_owned()];
        let mut paths = ways.into_iter().filter_map(|path| RelPath::new(path).ok());
        is_own
            && trimmed.contains('/')
            && !string.after_slash
            && paths.any(|path| names.moves.contains_key(&path))
    };
    if !is_opened && !is_telling && !is_file() {
        return None;
    }
    let root = rewrite.names.service.root();
    for base in [root, "", parent(root)] {
        let known = join(base, trimmed);
        if rewrite.names.is_moved(&known) {
            let new = super::names::relative(base, &rewrite.names.locate(&known));
            return Some(value.replacen(trimmed, &new, 1));
        }
    }
    is_opened.then(|| from_start(rewrite, string, trimmed)).flatten()
}

/// A path that is found only when the program starts in a folder of code, as `cd src && uvicorn
/// main:app` does. Below `src` it starts there afterwards as well; from another folder the way
/// depends on the start, and a note says so.
fn from_start(rewrite: &mut Rewrite<'_>, string: &StringUse, path: &str) -> Option<String> {
    let names = rewrite.names;
    let root = names.service.root();
    let folders = std::iter::successors(Some(parent(rewrite.path().as_str())), |folder| {
        Some(parent(folder)).filter(|_| !folder.is_empty())
    });
    let mut folders = folders.take_while(|folder| super::paths::is_above(root, folder));
    let start = folders.find(|folder| names.is_moved(&join(folder, path)))?;
    let new = names.locate(&join(start, path));
    if start == names.import_root {
        return Some(string.value.replacen(path, &super::names::relative(start, &new), 1));
    }
    if !path.contains(['/', '.']) {
        return None;
    }
    let message = format!(
        "\"{path}\" is found only by a program that starts in {start}; the files are in {new} \
         now, so write the way there from `__file__`"
    );
    rewrite.note(string.range.start, message);
    None
}
