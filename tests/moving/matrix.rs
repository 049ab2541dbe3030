//! Every way to refer to a module, in every way to write a file: rewritten and still running,
//! or left whole with a reason.
//!
//! `SCAFFOLD_WRITE=1 cargo test --test moving` writes the table into `docs/moving-matrix.md`.

use std::collections::BTreeMap;
use std::fmt::Write;

use camino::Utf8PathBuf;
use scaffold::change::{Entry, RelPath};
use scaffold::migration::Plan;
use scaffold::workspace::Tree;

use crate::outcome::{self, write_tree};
use crate::python::Runner;

/// What is taken apart: a value and a class go inwards, a function goes outwards.
const STORE: &str = "\"\"\"What there is.\"\"\"\n\nLIMIT = 3\n\n\nclass Item:\n    \
    # What it was made of.\n    def __init__(self, n):\n        self.n = n\n\n\n\
    def load(n):\n    # Loads one.\n    return Item(n).n + LIMIT\n";
const LAYERS: &str = "[layers]\n\"store.py::Item\" = \"domain\"\n\
    \"store.py::LIMIT\" = \"domain\"\n\"store.py::load\" = \"infrastructure\"\n";
const DRIVER: &str = "import main\n\nprint(main.answer())\n";

/// A way to refer: its name, `main.py`, and the driver where it is not the common one.
type Shape = (&'static str, &'static str, &'static str);

const SHAPES: [Shape; 37] = [
    ("from … import", "from store import load\n\n\ndef answer():\n    return load(1)\n", DRIVER),
    (
        "several names",
        "from store import LIMIT, Item, load\n\n\ndef answer():\n    return load(1), Item(2).n, LIMIT\n",
        DRIVER,
    ),
    (
        "alias of a name",
        "from store import load as fetch\n\n\ndef answer():\n    return fetch(1)\n",
        DRIVER,
    ),
    ("import", "import store\n\n\ndef answer():\n    return store.load(1), store.LIMIT\n", DRIVER),
    (
        "alias of a module",
        "import store as s\n\n\ndef answer():\n    return s.load(1), s.Item(2).n\n",
        DRIVER,
    ),
    (
        "dotted import",
        "import kit.shelf\n\n\ndef answer():\n    return kit.shelf.width(2)\n",
        DRIVER,
    ),
    (
        "module from a package",
        "from kit import shelf\n\n\ndef answer():\n    return shelf.width(2)\n",
        DRIVER,
    ),
    (
        "relative import in a package",
        "from kit.board import length\n\n\ndef answer():\n    return length(2)\n",
        DRIVER,
    ),
    (
        "re-export in __init__",
        "from rack import width\n\n\ndef answer():\n    return width(4)\n",
        DRIVER,
    ),
    ("star import", "from store import *\n\n\ndef answer():\n    return load(1)\n", DRIVER),
    (
        "lazy from import",
        "def answer():\n    from store import load\n\n    return load(1)\n",
        DRIVER,
    ),
    ("lazy import", "def answer():\n    import store\n\n    return store.load(1)\n", DRIVER),
    (
        "try and except",
        "try:\n    from store import load\nexcept ImportError:\n    load = None\n\n\ndef answer():\n    return load(1)\n",
        DRIVER,
    ),
    (
        "TYPE_CHECKING",
        "from typing import TYPE_CHECKING\n\nimport store\n\nif TYPE_CHECKING:\n    from store import Item\n\n\ndef answer(item: \"Item | None\" = None):\n    return store.load(1)\n",
        DRIVER,
    ),
    (
        "parentheses with comments",
        "from store import (\n    Item,  # the class\n    # on its own\n    load,\n)\n\n\ndef answer():\n    return load(1), Item(3).n\n",
        DRIVER,
    ),
    (
        "backslash",
        "from store import Item, \\\n    load\n\n\ndef answer():\n    return load(1), Item(3).n\n",
        DRIVER,
    ),
    (
        "semicolons",
        "import store; from store import load\n\n\ndef answer():\n    return load(1), store.LIMIT\n",
        DRIVER,
    ),
    (
        "__all__",
        "from store import LIMIT, load\n\n__all__ = [\"LIMIT\", \"load\", \"answer\"]\n\n\ndef answer():\n    return load(1)\n",
        "from main import *\n\nprint(answer(), LIMIT, load(2))\n",
    ),
    (
        "patch by string",
        "from store import load\n\n\ndef answer():\n    return load(1)\n",
        "from unittest.mock import patch\n\nimport main\n\nwith patch(\"main.load\", lambda n: 50):\n    print(main.answer())\n",
    ),
    (
        "patch where it is defined",
        "import store\n\n\ndef answer():\n    return store.load(1)\n",
        "from unittest.mock import patch\n\nimport main\n\nwith patch(\"store.LIMIT\", 50):\n    print(main.answer())\n",
    ),
    (
        "patch.object",
        "import store\n\n\ndef answer():\n    return store.load(1)\n",
        "from unittest.mock import patch\n\nimport main\nimport store\n\nwith patch.object(store, \"load\", lambda n: 50):\n    print(main.answer())\n",
    ),
    (
        "setattr with an object",
        "import store\n\n\ndef answer():\n    return store.load(1)\n",
        "import main\nimport store\n\nsetattr(store, \"LIMIT\", 70)\nprint(main.answer())\n",
    ),
    (
        "assignment to an attribute",
        "import store\n\n\ndef answer():\n    return store.load(1)\n",
        "import main\nimport store\n\nstore.LIMIT = 70\nprint(main.answer())\n",
    ),
    (
        "import_module",
        "import importlib\n\n\ndef answer():\n    return importlib.import_module(\"store\").load(1)\n",
        DRIVER,
    ),
    (
        "logging dictConfig",
        "import logging.config\n\nimport store\n\nlogging.config.dictConfig({\"version\": 1, \"filters\": {\"a\": {\"()\": \"store.Item\", \"n\": 3}}})\n\n\ndef answer():\n    return store.load(1)\n",
        DRIVER,
    ),
    (
        "decorator",
        "from kit.shelf import doubled\n\n\n@doubled\ndef answer(n=4):\n    return n\n",
        DRIVER,
    ),
    (
        "default argument",
        "from store import LIMIT\n\n\ndef answer(n=LIMIT):\n    return n\n",
        DRIVER,
    ),
    (
        "dataclass field",
        "from dataclasses import dataclass\n\nfrom store import LIMIT\n\n\n@dataclass\nclass Box:\n    size: int = LIMIT\n\n\ndef answer():\n    return Box()\n",
        DRIVER,
    ),
    (
        "base class",
        "import store\n\n\nclass Big(store.Item):\n    pass\n\n\ndef answer():\n    return Big(8).n\n",
        DRIVER,
    ),
    (
        "class path in a pickle",
        "import pickle\n\nimport store\n\n\ndef answer():\n    return pickle.loads(pickle.dumps(store.Item(6))).n\n",
        DRIVER,
    ),
    (
        "monkeypatch by string",
        "import store\n\n\ndef answer():\n    return store.load(1)\n",
        "import importlib\n\nimport main\n\n\nclass MonkeyPatch:\n    def setattr(self, target, value):\n        module, name = target.rsplit(\".\", 1)\n        setattr(importlib.import_module(module), name, value)\n\n\nmonkeypatch = MonkeyPatch()\nmonkeypatch.setattr(\"store.LIMIT\", 90)\nprint(main.answer())\n",
    ),
    (
        "uvicorn.run",
        "import importlib\n\n\nclass uvicorn:\n    @staticmethod\n    def run(target):\n        module, name = target.split(\":\")\n        return getattr(importlib.import_module(module), name)\n\n\ndef answer():\n    return uvicorn.run(\"store:load\")(1)\n",
        DRIVER,
    ),
    (
        "forward reference",
        "from typing import get_type_hints\n\nimport store\n\n\nclass Order:\n    item: \"store.Item\"\n\n\ndef answer():\n    return get_type_hints(Order)[\"item\"](5).n\n",
        DRIVER,
    ),
    (
        "name of a task",
        "import store\n\n\nclass Celery:\n    def __init__(self):\n        self.tasks = {}\n\n    def task(self, function):\n        self.tasks[f\"{function.__module__}.{function.__name__}\"] = function\n        return function\n\n    def send_task(self, name, n):\n        return self.tasks[name](n)\n\n\ncelery = Celery()\ncelery.task(store.load)\n\n\ndef answer():\n    return celery.send_task(\"store.load\", 1)\n",
        DRIVER,
    ),
    (
        "entry point",
        "from store import load\n\n\ndef answer():\n    return load(1)\n",
        "import importlib\nfrom pathlib import Path\n\ntext = Path(__file__).parent.parent.joinpath(\"pyproject.toml\").read_text()\nmodule, name = text.split(\"shop-load = \\\"\")[1].split(\"\\\"\")[0].split(\":\")\nprint(getattr(importlib.import_module(module), name)(1))\n",
    ),
    (
        "text of a name in an f-string",
        "import kit.shelf\nimport store\n\n\ndef answer():\n    return f\"{kit.shelf.LENGTH=} {store.load(1) = }\"\n",
        DRIVER,
    ),
    (
        "name in an f-string",
        "import store\n\n\ndef answer():\n    return f\"{store.LIMIT!r:>4} {store.load(1)}\"\n",
        DRIVER,
    ),
];

const PROJECT: &str = "[project]\nname = \"shop\"\nversion = \"1\"\n\n[project.scripts]\nshop-load = \"store:load\"\n";

const PACKAGES: [(&str, &str); 6] = [
    ("kit/__init__.py", ""),
    (
        "kit/shelf.py",
        "LENGTH = 2\n\n\ndef width(n):\n    return n * LENGTH\n\n\ndef doubled(function):\n    def call():\n        return function() * 2\n\n    return call\n",
    ),
    (
        "kit/board.py",
        "from .shelf import width\nfrom . import shelf\n\n\ndef length(n):\n    return width(n) + shelf.LENGTH\n",
    ),
    ("rack/__init__.py", "from rack.bars import width\n\n__all__ = [\"width\"]\n"),
    ("rack/bars.py", "def width(n):\n    return n + 1\n"),
    ("tests/__init__.py", ""),
];

/// A way to write a file.
type Writing = (&'static str, fn(&str) -> Vec<u8>);

const WRITINGS: [Writing; 9] = [
    ("LF", |text| text.as_bytes().to_vec()),
    ("CRLF", |text| text.replace('\n', "\r\n").into_bytes()),
    ("mixed", mixed),
    ("BOM", |text| format!("\u{feff}{text}").into_bytes()),
    ("latin-1", latin),
    ("form feed", |text| text.replace("\n\ndef ", "\n\x0c\ndef ").into_bytes()),
    ("tabs", |text| text.replace("    ", "\t").into_bytes()),
    ("no newline", |text| text.trim_end().as_bytes().to_vec()),
    ("comments", |text| text.replace("\n\n\ndef ", "\n\n\n# What follows.\ndef ").into_bytes()),
];

fn mixed(text: &str) -> Vec<u8> {
    let lines = text.split_inclusive('\n').enumerate();
    let ends = lines.map(|(number, line)| match number % 2 {
        0 => line.replace('\n', "\r\n"),
        _ => line.to_owned(),
    });
    ends.collect::<String>().into_bytes()
}

fn latin(text: &str) -> Vec<u8> {
    let mut bytes = b"# -*- coding: latin-1 -*-\n".to_vec();
    bytes.extend_from_slice(text.as_bytes());
    if !text.ends_with(['\n']) && !text.is_empty() {
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(b"# caf\xe9\n");
    bytes
}

fn tree_of(shape: &Shape, write: fn(&str) -> Vec<u8>) -> Tree {
    let (_, main, driver) = shape;
    let own = [("store.py", STORE), ("main.py", main), ("tests/driver.py", driver)];
    let files = own.into_iter().chain(PACKAGES);
    let mut tree: Tree = files
        .map(|(path, text)| {
            let bytes = if text.is_empty() { Vec::new() } else { write(text) };
            (RelPath::new(path).unwrap(), Entry::file(bytes))
        })
        .collect();
    tree.set(RelPath::new("pyproject.toml").unwrap(), Entry::file(PROJECT.as_bytes()));
    tree.set(RelPath::new("layers.toml").unwrap(), Entry::file(LAYERS.as_bytes()));
    tree
}

/// Lines of the old files that are in none of the new ones, byte for byte, and that no
/// rewriting explains.
fn lost(before: &Tree, after: &Tree) -> Vec<String> {
    let lines = |tree: &Tree| {
        let mut found: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        for (_, entry) in tree.iter().filter(|(path, _)| path.extension() == "py") {
            let bytes = entry.bytes().unwrap();
            for line in bytes.split_inclusive(|byte| *byte == b'\n') {
                *found.entry(line.to_vec()).or_default() += 1;
            }
        }
        found
    };
    let is_rewritten = |line: &str| {
        let words =
            ["import ", "main", "store", "kit", "rack", "shelf", "s.", "load,", "Item,", "LIMIT"];
        line.trim().is_empty()
            || matches!(line.trim(), ")" | "load")
            || words.iter().any(|word| line.contains(word))
    };
    let new = lines(after);
    let gone = lines(before).into_iter().filter(|(line, count)| {
        let ended = [line.as_slice(), b"\n"].concat();
        new.get(line).or_else(|| new.get(&ended)).copied().unwrap_or_default() < *count
    });
    gone.map(|(line, _)| String::from_utf8_lossy(&line).into_owned())
        .filter(|line| !is_rewritten(line))
        .collect()
}

/// What a cell of the table says, or what is wrong.
fn cell(runner: &mut Runner, shape: &Shape, write: fn(&str) -> Vec<u8>) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::try_from(folder.path().to_owned()).unwrap();
    let tree = tree_of(shape, write);
    let plan = outcome::plan(&tree);
    let (before, after) = (root.join("before/shop"), root.join("after/shop"));
    write_tree(&tree, &before);
    write_tree(&plan.after, &after);
    let pair = runner.run(&before, &after);
    if let Some(error) = pair.before.error {
        return Err(format!("it does not run before: {error}"));
    }
    if let Some(refusal) = plan.refused().and_then(|step| step.refusal.as_ref()) {
        return Ok(format!("refused: {refusal}"));
    }
    let broken: Vec<String> =
        plan.broken().map(|item| format!("{} {}", item.aspect, item.name)).collect();
    if !broken.is_empty() {
        return Err(format!("proofs: {}", broken.join(", ")));
    }
    if pair.after.error.is_some() || pair.before.out != pair.after.out {
        let is = pair.after.error.unwrap_or(pair.after.out);
        return Err(format!("printed {:?}, now {is:?}", pair.before.out));
    }
    let lost = lost(&tree, &plan.after);
    if !lost.is_empty() {
        return Err(format!("lines changed: {lost:?}"));
    }
    Ok(if takes_apart(&plan) { "taken apart".to_owned() } else { whole(&plan) })
}

/// Why a module is in one piece, without the place.
fn whole(plan: &Plan) -> String {
    let mut placements = plan.steps.iter().filter_map(|step| step.placement.as_ref());
    let kept = placements.find_map(|placement| placement.kept_whole.first());
    let why = kept.map_or("no reason is given", |(_, why)| why);
    format!("whole: {}", why.split(" (").next().unwrap_or(why))
}

fn takes_apart(plan: &Plan) -> bool {
    let mut placements = plan.steps.iter().filter_map(|step| step.placement.as_ref());
    placements.any(|placement| !placement.divided.is_empty())
}

#[test]
fn every_reference_in_every_writing_still_runs() {
    let mut runner = Runner::start();
    let mut broken = Vec::new();
    let mut rows = String::new();
    for shape in &SHAPES {
        write!(rows, "| {} |", shape.0).unwrap();
        for (writing, write) in WRITINGS {
            let found = cell(&mut runner, shape, write);
            let text = found.clone().unwrap_or_else(|_| "**broken**".to_owned());
            write!(rows, " {text} |").unwrap();
            if let Err(problem) = found {
                broken.push(format!("{}, {writing}: {problem}", shape.0));
            }
        }
        rows.push('\n');
    }
    let names: Vec<&str> = WRITINGS.iter().map(|(name, _)| *name).collect();
    let rule = "|---".repeat(names.len() + 1);
    let table = format!("| | {} |\n{rule}|\n{rows}", names.join(" | "));
    println!("{table}");
    if std::env::var_os("SCAFFOLD_WRITE").is_some() {
        std::fs::write("docs/moving-matrix.md", page(&table)).unwrap();
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn page(table: &str) -> String {
    format!(
        "# Ways to refer, in ways to write\n\n\
         Each cell is a small service that `layer-modules` migrates and Python runs before and \
         after: it prints the same, the static proofs hold, and what no rewriting concerns is \
         there byte for byte. *Taken apart* means that a module's definitions went to several \
         files; *whole* that a module moved in one piece, and why. \
         Written by `SCAFFOLD_WRITE=1 cargo test --test moving`.\n\n{table}"
    )
}
