//! What the generated modules define: one shape of definition each.

use crate::program::{Entity, Kind, Use, When, Writer};

type Shape = fn(&mut Writer);

/// Every shape with its name.
const SHAPES: [(&str, Shape); 36] = [
    ("constant", constant),
    ("two names at once", pair),
    ("list that the module fills", filled_list),
    ("table that the module fills", filled_table),
    ("loop in a module body", loop_in_body),
    ("augmented assignment", augmented),
    ("del", deleted),
    ("function", function),
    ("function", function),
    ("default argument", default_argument),
    ("mutable default", mutable_default),
    ("closure", closure),
    ("nonlocal", nonlocal),
    ("comprehension", comprehension),
    ("walrus", walrus),
    ("match", match_statement),
    ("f-string", f_string),
    ("f-string with =", shown),
    ("star arguments", star_arguments),
    ("lambda", lambda),
    ("decorator", decorator),
    ("decorated function", decorated),
    ("cache", cached),
    ("registry", registry),
    ("registered in another module", registered),
    ("collection of another module that is filled", filled_elsewhere),
    ("conditional definition", conditional),
    ("try import", try_import),
    ("global", global),
    ("logger", logger),
    ("file beside the code", file_beside),
    ("class", class),
    ("base class", subclass),
    ("dataclass", dataclass),
    ("quoted annotation", quoted),
    ("another name for a function", renamed),
];

/// Adds one definition of a random shape to the module that is being written.
pub(crate) fn write_one(writer: &mut Writer) {
    let (name, shape) = *writer.random.pick(&SHAPES);
    writer.has(name);
    writer.is_stateful = false;
    shape(writer);
}

/// Adds a function whose body ends with an expression.
fn add_function(writer: &mut Writer, head: &str, lines: &[String], used: &[&Use]) {
    let name = writer.fresh("work");
    let mut text = format!("def {name}({head}):\n");
    for line in used.iter().flat_map(|used| &used.before).chain(lines) {
        text.push_str(&format!("    {}\n", line.replace('\n', "\n    ")));
    }
    writer.push(text.trim_end());
    writer.looks_up(&name, used);
    writer.define(&name, Kind::Function);
}

fn small(writer: &mut Writer) -> usize {
    1 + writer.random.below(9)
}

fn constant(writer: &mut Writer) {
    let name = writer.fresh("LIMIT");
    let used = writer.number(When::Now, "2");
    let more = small(writer);
    writer.push(format!("{name} = {} + {more}", used.text));
    writer.define(&name, Kind::Number);
}

fn pair(writer: &mut Writer) {
    let (one, two) = (writer.fresh("low"), writer.fresh("high"));
    let used = writer.number(When::Now, "3");
    writer.push(format!("{one}, {two} = 1, {}", used.text));
    writer.define(&one, Kind::Number);
    writer.define(&two, Kind::Number);
}

fn filled_list(writer: &mut Writer) {
    let name = writer.fresh("items");
    let used = writer.number(When::Now, "1");
    writer.push(format!("{name} = [1, 2]\n{name}.append({})", used.text));
    writer.define(&name, Kind::List);
}

fn filled_table(writer: &mut Writer) {
    let name = writer.fresh("table");
    let used = writer.number(When::Now, "1");
    writer.push(format!("{name}: dict[str, int] = {{}}\n{name}[\"first\"] = {}", used.text));
    writer.define(&name, Kind::Table);
}

fn loop_in_body(writer: &mut Writer) {
    let (name, step) = (writer.fresh("steps"), writer.fresh("step"));
    let used = writer.number(When::Now, "1");
    let text = &used.text;
    writer
        .push(format!("{name} = []\nfor {step} in range(3):\n    {name}.append({step} + {text})"));
    writer.define(&name, Kind::List);
}

fn augmented(writer: &mut Writer) {
    let name = writer.fresh("total");
    let used = writer.number(When::Now, "1");
    writer.push(format!("{name} = 2\n{name} += {}", used.text));
    writer.define(&name, Kind::Number);
}

fn deleted(writer: &mut Writer) {
    let (gone, name) = (writer.fresh("gone"), writer.fresh("kept"));
    let used = writer.number(When::Now, "1");
    writer.push(format!("{gone} = {}\n{name} = {gone} * 2\ndel {gone}", used.text));
    writer.define(&name, Kind::Number);
}

fn function(writer: &mut Writer) {
    let one = writer.number(When::Later, "n");
    let two = writer.number(When::Later, "n + 1");
    let lines = [format!("return n * 3 + {} + {}", one.text, two.text)];
    add_function(writer, "n", &lines, &[&one, &two]);
}

fn default_argument(writer: &mut Writer) {
    let extra = writer.number(When::Now, "1");
    let head = format!("n, extra={}", extra.text);
    add_function(writer, &head, &["return n + extra".to_owned()], &[]);
}

fn mutable_default(writer: &mut Writer) {
    writer.is_stateful = true;
    let used = writer.number(When::Later, "n");
    let lines = ["seen.append(n)".to_owned(), format!("return len(seen) + {}", used.text)];
    add_function(writer, "n, seen=[]", &lines, &[&used]);
}

fn closure(writer: &mut Writer) {
    let used = writer.number(When::Later, "k");
    let lines =
        [format!("def inner(k):\n    return k + {}\n", used.text), "return inner(n)".to_owned()];
    add_function(writer, "n", &lines, &[&used]);
}

fn nonlocal(writer: &mut Writer) {
    let used = writer.number(When::Later, "n");
    let lines = [
        "seen = 0".to_owned(),
        format!("def count():\n    nonlocal seen\n    seen += {}", used.text),
        "count()".to_owned(),
        "return seen".to_owned(),
    ];
    add_function(writer, "n", &lines, &[&used]);
}

fn comprehension(writer: &mut Writer) {
    let used = writer.number(When::Later, "k");
    let lines = [format!("return sum(k + {} for k in range(n % 4))", used.text)];
    add_function(writer, "n", &lines, &[&used]);
}

fn walrus(writer: &mut Writer) {
    let used = writer.number(When::Later, "n");
    let lines =
        [format!("if (found := {}) > n:\n    return found", used.text), "return n - found".into()];
    add_function(writer, "n", &lines, &[&used]);
}

fn match_statement(writer: &mut Writer) {
    let used = writer.number(When::Later, "n");
    let text = &used.text;
    let line = format!(
        "match n % 3:\n    case 0:\n        return {text}\n    case rest:\n        return rest"
    );
    add_function(writer, "n", &[line], &[&used]);
}

fn f_string(writer: &mut Writer) {
    let used = writer.number(When::Later, "n");
    let lines = [format!("return len(f\"n is {{n}} and {{{}!r:>4}}\")", used.text)];
    add_function(writer, "n", &lines, &[&used]);
}

fn shown(writer: &mut Writer) {
    let found = writer.choose(|entity| entity.kind == Kind::Number);
    let Some(entity) = found else { return f_string(writer) };
    let used = writer.access(&entity, When::Later);
    let sign = *writer.random.pick(&["=", " = ", "=!s", "=:>4"]);
    let lines = [format!("return len(f\"{{{}{sign}}}\") + n", used.text)];
    add_function(writer, "n", &lines, &[&used]);
}

fn star_arguments(writer: &mut Writer) {
    let used = writer.number(When::Later, "2");
    let lines = [format!("return sum(parts) + len(named) + {}", used.text)];
    add_function(writer, "*parts, **named", &lines, &[&used]);
}

fn lambda(writer: &mut Writer) {
    let name = writer.fresh("quick");
    let used = loop {
        let used = writer.number(When::Later, "n");
        if used.before.is_empty() {
            break used;
        }
    };
    writer.push(format!("{name} = lambda n: n + {}", used.text));
    writer.looks_up(&name, &[&used]);
    writer.define(&name, Kind::Function);
}

fn decorator(writer: &mut Writer) {
    let name = writer.fresh("twice");
    writer.import("import functools");
    let used = writer.number(When::Later, "1");
    let mut before = String::new();
    for line in &used.before {
        before.push_str(&format!("        {line}\n"));
    }
    writer.push(format!(
        "def {name}(function):\n    @functools.wraps(function)\n    def wrapped(n):\n{before}        \
         return function(n) + {}\n\n    return wrapped",
        used.text
    ));
    writer.define(&name, Kind::Decorator);
}

fn decorated(writer: &mut Writer) {
    let Some(entity) = writer.choose(|entity| entity.kind == Kind::Decorator) else {
        return decorator(writer);
    };
    let name = writer.fresh("dressed");
    let used = writer.access(&entity, When::Now);
    let more = small(writer);
    writer.push(format!("@{}\ndef {name}(n):\n    return n + {more}", used.text));
    writer.define(&name, Kind::Function);
}

fn cached(writer: &mut Writer) {
    writer.import("from functools import lru_cache");
    let name = writer.fresh("cached");
    let more = small(writer);
    writer.push(format!("@lru_cache(maxsize=None)\ndef {name}(n):\n    return n * {more}"));
    writer.define(&name, Kind::Function);
}

fn registry(writer: &mut Writer) {
    let (table, register, name) =
        (writer.fresh("known"), writer.fresh("register"), writer.fresh("entry"));
    writer.push(format!(
        "{table} = {{}}\n\n\ndef {register}(function):\n    {table}[function.__name__] = function\n    \
         return function\n\n\n@{register}\ndef {name}(n):\n    return n + len({table})"
    ));
    writer.is_stateful = true;
    writer.define(&table, Kind::Table);
    writer.define(&name, Kind::Function);
    writer.define(&register, Kind::Registrar);
}

/// A function that is put into a table, as a rule that of another module.
fn registered(writer: &mut Writer) {
    let Some(entity) = writer.choose(|entity| entity.kind == Kind::Registrar) else {
        return registry(writer);
    };
    let used = writer.access(&entity, When::Now);
    writer.is_stateful = false;
    let (name, more) = (writer.fresh("listed"), small(writer));
    writer.push(format!("@{}\ndef {name}(n):\n    return n + {more}", used.text));
    writer.define(&name, Kind::Function);
}

fn filled_elsewhere(writer: &mut Writer) {
    let is_collection = |entity: &Entity| matches!(entity.kind, Kind::List | Kind::Table);
    let Some(entity) = writer.choose(is_collection) else { return filled_list(writer) };
    let used = writer.access(&entity, When::Now);
    let (key, more) = (writer.fresh("key"), small(writer));
    writer.push(match entity.kind {
        Kind::Table => format!("{}[{key:?}] = {more}", used.text),
        _ => format!("{}.append({more})", used.text),
    });
    writer.depends(&entity);
}

fn conditional(writer: &mut Writer) {
    let name = writer.fresh("either");
    writer.import("import sys");
    let used = writer.number(When::Now, "1");
    let condition = if writer.random.chance(50) {
        format!("{} > 20", used.text)
    } else {
        "sys.version_info >= (3, 8)".to_owned()
    };
    writer.push(format!(
        "if {condition}:\n\n    def {name}(n):\n        return n + 1\n\nelse:\n\n    \
         def {name}(n):\n        return n + 2"
    ));
    writer.define(&name, Kind::Function);
}

fn try_import(writer: &mut Writer) {
    let (module, name) = (writer.fresh("nowhere"), writer.fresh("fallback"));
    writer.push(format!(
        "try:\n    import {module}\nexcept ImportError:\n    {module} = None\n\n\ndef {name}(n):\n    \
         return n if {module} is None else 0"
    ));
    writer.define(&name, Kind::Function);
}

fn global(writer: &mut Writer) {
    writer.is_stateful = true;
    let (count, bump, read) = (writer.fresh("count"), writer.fresh("bump"), writer.fresh("read"));
    let used = writer.number(When::Later, "n");
    let mut before = String::new();
    for line in &used.before {
        before.push_str(&format!("    {line}\n"));
    }
    writer.push(format!(
        "{count} = 0\n\n\ndef {bump}(n):\n    global {count}\n{before}    {count} += n + {}\n    \
         return {count}\n\n\ndef {read}(n):\n    return {count} + n",
        used.text
    ));
    writer.define(&count, Kind::Number);
    writer.define(&bump, Kind::Function);
    writer.define(&read, Kind::Function);
}

fn logger(writer: &mut Writer) {
    writer.import("import logging");
    writer.import("\nlogger = logging.getLogger(__name__)");
    let used = writer.number(When::Later, "n");
    let lines = ["logger.debug(\"n is %s\", n)".to_owned(), format!("return {}", used.text)];
    add_function(writer, "n", &lines, &[&used]);
}

fn file_beside(writer: &mut Writer) {
    writer.import("from pathlib import Path");
    let (place, name) = (writer.fresh("DATA"), writer.fresh("size"));
    writer.push(format!(
        "{place} = Path(__file__).parent / \"data.txt\"\n\n\ndef {name}(n):\n    \
         return n + len({place}.read_text())"
    ));
    writer.define(&name, Kind::Function);
}

fn add_class(writer: &mut Writer, bases: &str, lines: &str) {
    let name = writer.fresh("Thing");
    writer.push(format!("class {name}{bases}:\n{lines}"));
    writer.define(&name, Kind::Class);
}

fn class(writer: &mut Writer) {
    let start = writer.number(When::Now, "1");
    let used = writer.number(When::Later, "self.n");
    let before = indented(&used.before, 8);
    let lines = format!(
        "    start = {}\n\n    def __init__(self, n):\n        self.n = n\n\n    \
         def value(self):\n{before}        return self.n + self.start + {}",
        start.text, used.text
    );
    add_class(writer, "", &lines);
}

fn subclass(writer: &mut Writer) {
    let Some(entity) = writer.choose(|entity: &Entity| entity.kind == Kind::Class) else {
        return class(writer);
    };
    let base = writer.access(&entity, When::Now);
    let more = small(writer);
    let lines = format!("    def value(self):\n        return super().value() + {more}");
    add_class(writer, &format!("({})", base.text), &lines);
}

fn dataclass(writer: &mut Writer) {
    writer.import("from dataclasses import dataclass, field");
    let used = writer.number(When::Now, "1");
    let name = writer.fresh("Record");
    writer.push(format!(
        "@dataclass\nclass {name}:\n    n: int\n    more: int = {}\n    \
         parts: list = field(default_factory=lambda: [1, 2])\n\n    def value(self):\n        \
         return self.n + self.more + len(self.parts)",
        used.text
    ));
    writer.define(&name, Kind::Class);
}

fn quoted(writer: &mut Writer) {
    let Some(entity) = writer.choose(|entity: &Entity| entity.kind == Kind::Class) else {
        return class(writer);
    };
    let dotted = writer.modules[entity.module].dotted.clone();
    let is_own = entity.module + 1 == writer.modules.len();
    let name = &entity.name;
    if !is_own {
        writer.has("import for type checkers");
        writer.import("from typing import TYPE_CHECKING");
        writer.import(&format!("if TYPE_CHECKING:\n    from {dotted} import {name}"));
    }
    let used = writer.number(When::Later, "n");
    let head = format!("n: \"int\", like: \"{name} | None\" = None");
    let lines = [format!("return {}", used.text)];
    add_function(writer, &head, &lines, &[&used]);
}

fn renamed(writer: &mut Writer) {
    let Some(entity) = writer.choose(|entity: &Entity| entity.kind == Kind::Function) else {
        return function(writer);
    };
    let used = writer.access(&entity, When::Now);
    let name = writer.fresh("same");
    writer.push(format!("{name} = {}", used.text));
    writer.define(&name, Kind::Function);
}

/// Makes the module an application with routes between which other things may stand.
pub(crate) fn application(writer: &mut Writer) {
    writer.has("routes");
    writer.import("from fastapi import Depends, FastAPI");
    writer.push("app = FastAPI()");
    for _ in 0..=writer.random.below(4) {
        let name = writer.fresh("route");
        writer.is_stateful = false;
        let used = writer.number(When::Later, "2");
        let before = indented(&used.before, 4);
        if writer.random.chance(30) {
            let given = writer.fresh("given");
            writer.push(format!("def {given}():\n    return 4"));
            writer.push(format!(
                "@app.get(\"/{name}\")\ndef {name}(n=Depends({given})):\n{before}    return n + {}",
                used.text
            ));
        } else {
            writer.push(format!(
                "@app.get(\"/{name}\")\ndef {name}():\n{before}    return {}",
                used.text
            ));
        }
        if writer.random.chance(30) {
            function(writer);
        }
    }
}

/// Lines that stand so many spaces further in.
fn indented(lines: &[String], spaces: usize) -> String {
    let indent = " ".repeat(spaces);
    lines.iter().fold(String::new(), |mut text, line| {
        text.push_str(&format!("{indent}{line}\n"));
        text
    })
}
