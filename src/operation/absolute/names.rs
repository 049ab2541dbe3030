//! Under which names each module of a service is imported today.
//!
//! Gathered from what starts the service, from every import and dotted string, from pytest's
//! way of naming tests, and from code around the service; relative imports hand names on until
//! nothing changes. A name too many only means that less is rewritten.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::change::RelPath;
use crate::python::{
    ImportKind, ImportStatement, Imported, Module, Moment, PythonService, Target, dotted_below,
    join, parent,
};
use crate::workspace::{EntryPoint, StartSource, Tree};

/// The names in use, by module.
pub(super) struct NamesInUse {
    of: Vec<BTreeSet<String>>,
}

impl NamesInUse {
    pub(super) fn find(tree: &Tree, service: &PythonService, starts: &[EntryPoint]) -> Self {
        let mut finder =
            Finder { tree, service, of: vec![BTreeSet::new(); service.modules().len()] };
        finder.started(starts);
        finder.collected();
        finder.named_absolutely();
        finder.named_around();
        while finder.hand_on() {}
        Self { of: finder.of }
    }

    pub(super) fn of(&self, index: usize) -> &BTreeSet<String> {
        &self.of[index]
    }
}

struct Finder<'a> {
    tree: &'a Tree,
    service: &'a PythonService,
    of: Vec<BTreeSet<String>>,
}

impl Finder<'_> {
    fn started(&mut self, starts: &[EntryPoint]) {
        for start in starts.iter().filter(|start| start.source != StartSource::Convention) {
            let app = start.app.as_deref().and_then(|app| app.split_once(':'));
            let file = start.module_file.as_ref();
            let found = file.and_then(|file| self.service.index_of(file.as_str()));
            if let (Some((name, _)), Some(index)) = (app, found) {
                self.of[index].insert(name.to_owned());
            }
        }
    }

    /// pytest names a test after the first folder upwards that is no package.
    fn collected(&mut self) {
        for index in 0..self.service.modules().len() {
            let record = &self.service.modules()[index];
            if !record.is_test || record.is_package() {
                continue;
            }
            let path = record.path.as_str();
            let mut root = parent(path);
            while !root.is_empty() && self.has_init(root) {
                root = parent(root);
            }
            if let Some(name) = dotted_below(root, path) {
                self.add_path(root, &name);
            }
        }
    }

    fn has_init(&self, folder: &str) -> bool {
        let path = RelPath::new(join(folder, "__init__.py"));
        path.is_ok_and(|path| self.tree.get(&path).is_some())
    }

    /// A dotted name below a folder: it names its packages, too.
    fn add_path(&mut self, root: &str, dotted: &str) {
        for end in ends(dotted) {
            let stem = join(root, &dotted[..end].replace('.', "/"));
            let package = self.service.index_of(&join(&stem, "__init__.py"));
            let found = package.or_else(|| self.service.index_of(&format!("{stem}.py")));
            if let Some(found) = found {
                self.of[found].insert(dotted[..end].to_owned());
            }
        }
    }

    fn named_absolutely(&mut self) {
        for index in 0..self.service.modules().len() {
            let Some(module) = self.service.modules()[index].module() else { continue };
            for import in module.facts.imports.iter().filter(|import| import.level == 0) {
                for name in import_names(import) {
                    self.add(index, &name);
                }
            }
            self.strings(index, module);
            self.computed(index, module);
        }
    }

    /// Every leading part of a dotted name that is a module as this file sees it.
    fn add(&mut self, index: usize, dotted: &str) {
        for end in ends(dotted) {
            if let Target::Module(found) = self.service.resolve(index, &dotted[..end]) {
                self.of[found].insert(dotted[..end].to_owned());
            }
        }
    }

    fn strings(&mut self, index: usize, module: &Module) {
        for string in &module.facts.strings {
            let name = string.value.split(':').next().unwrap_or_default();
            let is_dotted = !name.is_empty()
                && name.split('.').all(|part| {
                    part.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
                        && part.chars().all(|c| c.is_alphanumeric() || c == '_')
                });
            if is_dotted && (string.call.is_some() || string.value.contains([':', '.'])) {
                self.add(index, name);
            }
        }
    }

    /// `import_module(f"plugins.{name}")` names everything in the folder.
    fn computed(&mut self, index: usize, module: &Module) {
        for import in &module.facts.computed_imports {
            let Some(folder) = self.service.folder_of_computed(index, import) else { continue };
            for found in 0..self.service.modules().len() {
                let path = &self.service.modules()[found].path;
                if parent(path.as_str()) == folder {
                    self.of[found].insert(format!("{}{}", import.prefix, path.stem()));
                }
            }
        }
    }

    /// Code around the service that names it by a longer name.
    fn named_around(&mut self) {
        static DOTTED: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+").ok());
        let root = self.service.root().to_owned();
        let (Ok(folder), Some(pattern)) = (RelPath::new(&root), DOTTED.as_ref()) else { return };
        let needle = format!("{}.", folder.name());
        let mut found = BTreeSet::new();
        for (path, entry) in self.tree.iter() {
            if path.extension() != "py" || path.starts_with(&folder) {
                continue;
            }
            let is_named = entry.bytes().is_some_and(|bytes| bytes.may_mention(folder.name()));
            let Some(text) = entry.text().filter(|text| is_named && text.contains(&needle)) else {
                continue;
            };
            found.extend(pattern.find_iter(text).map(|found| found.as_str().to_owned()));
        }
        let mut around = root.as_str();
        while !around.is_empty() {
            around = parent(around);
            for dotted in &found {
                self.add_path(around, dotted);
            }
        }
    }

    /// Names that relative imports hand on; whether there were new ones.
    fn hand_on(&mut self) -> bool {
        let mut changed = false;
        for index in 0..self.service.modules().len() {
            let record = &self.service.modules()[index];
            let Some(module) = record.module() else { continue };
            for import in module.facts.imports.iter().filter(|import| import.level > 0) {
                let given: Vec<String> = self.of[index].iter().cloned().collect();
                for name in given {
                    let base = super::climb(&name, record.is_package(), import.level);
                    let Some(base) = base else { continue };
                    changed |= self.relative(index, import, &base);
                }
            }
        }
        changed
    }

    fn relative(&mut self, index: usize, import: &ImportStatement, base: &str) -> bool {
        let module = super::absolute(base, &import.module);
        let mut found = Vec::new();
        if let Target::Module(target) = self.service.resolve_from(index, import) {
            found.push((target, module.clone()));
        }
        for name in &import.names {
            if let Imported::Module(target) = self.service.resolve_name(index, import, name) {
                found.push((target, format!("{module}.{}", name.name)));
            }
        }
        let mut changed = false;
        for (target, name) in found {
            changed |= self.of[target].insert(name);
        }
        changed
    }
}

/// Where the parts of a dotted name end, the shortest first.
fn ends(dotted: &str) -> impl Iterator<Item = usize> {
    dotted.match_indices('.').map(|(end, _)| end).chain([dotted.len()])
}

/// The absolute names that an import statement may load; none of those that never run.
fn import_names(import: &ImportStatement) -> Vec<String> {
    if import.moment == Moment::Never {
        return Vec::new();
    }
    let names = import.names.iter().map(|name| match import.kind {
        ImportKind::Import => name.name.clone(),
        ImportKind::From => format!("{}.{}", import.module, name.name),
    });
    names.collect()
}
