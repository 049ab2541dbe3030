//! What the names in imports lead to: modules of the service, names in them, or nothing of it.

use super::{Imported, PythonService};
use crate::python::facts::{
    BindingKind, ComputedImport, ImportKind, ImportStatement, ImportedName, Moment,
};
use crate::python::names::{Target, join, parent};

impl PythonService {
    /// What an absolute dotted name means in a file.
    pub fn resolve(&self, index: usize, dotted: &str) -> Target {
        let found = self.paths.on_path(self.roots[index].iter().map(String::as_str), dotted);
        let found = self.or_by_own_name(found, dotted);
        match found {
            Target::Module(module) if self.is_dead(module, dotted) => Target::External,
            // What lies beside the service in a folder around it is not ours to judge.
            Target::Missing(path)
                if !self.holds(&path)
                    || self.is_hidden(&path, dotted)
                    || self.modules[index].is_dependent =>
            {
                Target::External
            }
            found => found,
        }
    }

    /// Whether a module cannot be imported by a name that code tries and does without.
    fn is_dead(&self, module: usize, dotted: &str) -> bool {
        self.dead_names.contain(module, dotted)
    }

    /// Imports that never succeed and that code does without: the file, the offset of the import,
    /// and the module that cannot be imported by the name.
    pub fn dead_imports(&self) -> &[(usize, usize, usize)] {
        &self.dead_names.tried
    }

    /// Whether a folder without `__init__.py` lacks what is asked of it at once: a library of the
    /// folder's name comes before it, as `alembic` does before a folder `alembic/`.
    fn is_hidden(&self, path: &str, dotted: &str) -> bool {
        let Some((folder, name)) = path.rsplit_once('/') else { return false };
        let top = folder.rsplit('/').next().unwrap_or(folder);
        let mut parts = dotted.split('.');
        parts.next() == Some(top)
            && parts.next() == Some(name)
            && !self.by_path.contains_key(&join(folder, "__init__.py"))
    }

    /// Whether a path is in the service's folder.
    fn holds(&self, path: &str) -> bool {
        let rest = path.strip_prefix(&self.root);
        self.root.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
    }

    /// `osint.main` from outside, for a folder `osint` that is the tree's root.
    fn or_by_own_name(&self, found: Target, dotted: &str) -> Target {
        let is_open = matches!(found, Target::External | Target::Missing(_) | Target::Folder(_));
        let Some(name) = self.name.as_deref().filter(|_| is_open) else { return found };
        match dotted.strip_prefix(name) {
            Some("") => match (self.paths.at_root(), found) {
                (module @ Target::Module(_), _) => module,
                (folder, Target::External) => folder,
                (_, found) => found,
            },
            Some(rest) => match rest.strip_prefix('.') {
                Some(rest) => match (self.paths.below("", rest), found) {
                    (Target::External, Target::External) => Target::Missing(rest.replace('.', "/")),
                    (Target::External, found) => found,
                    (by_name, _) => by_name,
                },
                None => found,
            },
            None => found,
        }
    }

    /// The folder (below the tree's root) from which a computed import takes its module.
    pub fn folder_of_computed(&self, index: usize, import: &ComputedImport) -> Option<String> {
        let package = import.prefix.strip_suffix('.')?;
        match self.resolve(index, package) {
            Target::Module(found) => {
                let module = &self.modules[found];
                module.is_package().then(|| parent(module.path.as_str()).to_owned())
            }
            Target::Folder(folder) => Some(folder),
            _ => None,
        }
    }

    /// What the module part of `from X import …` means in a file.
    pub fn resolve_from(&self, index: usize, import: &ImportStatement) -> Target {
        if import.level == 0 {
            return self.resolve(index, &import.module);
        }
        let mut folder = parent(self.modules[index].path.as_str());
        for _ in 1..import.level {
            if folder.is_empty() {
                return Target::External;
            }
            folder = parent(folder);
        }
        let inside = folder == self.root || folder.starts_with(&format!("{}/", self.root));
        if !inside && !self.root.is_empty() {
            return self.resolve_around(folder, &import.module);
        }
        if import.module.is_empty() {
            return match self.paths.at(folder) {
                Target::External => Target::Folder(folder.to_owned()),
                found => found,
            };
        }
        match self.paths.below(folder, &import.module) {
            Target::External => Target::Missing(join(folder, &import.module.replace('.', "/"))),
            found => found,
        }
    }

    /// A relative import that climbs out of the service may come back into it.
    fn resolve_around(&self, folder: &str, module: &str) -> Target {
        match self.paths.below(folder, module) {
            Target::Missing(path) if !path.starts_with(&format!("{}/", self.root)) => {
                Target::External
            }
            found => found,
        }
    }

    /// What one name of `from X import name` means.
    pub fn resolve_name(
        &self,
        index: usize,
        import: &ImportStatement,
        name: &ImportedName,
    ) -> Imported {
        match self.resolve_from(index, import) {
            Target::External => Imported::External,
            Target::Missing(path) => Imported::Missing(path),
            Target::Folder(folder) => match self.paths.at(&join(&folder, &name.name)) {
                Target::Module(found) => Imported::Module(found),
                Target::Folder(found) => Imported::Folder(found),
                // What lies beside the service in a folder around it is not ours to judge.
                _ if !self.holds(&join(&folder, &name.name)) => Imported::External,
                _ if import.level == 0 && !import.module.contains('.') => Imported::External,
                _ => Imported::Missing(join(&folder, &name.name)),
            },
            Target::Module(owner) => self.attribute_or_submodule(owner, &name.name),
        }
    }

    /// `from package import name` takes an attribute of the package before a submodule; a name
    /// that the package itself imports from its submodule of the same name is that submodule.
    pub fn attribute_or_submodule(&self, owner: usize, name: &str) -> Imported {
        if name == "*" {
            return Imported::Attribute(owner);
        }
        let module = &self.modules[owner];
        let defines = module.module().is_some_and(|module| module.facts.defines(name));
        if module.is_package() {
            let folder = parent(module.path.as_str());
            let below = self.paths.at(&join(folder, name));
            let is_import_of_it = || self.imports_submodule(owner, name);
            match below {
                Target::Module(found) if !defines || is_import_of_it() => {
                    return Imported::Module(found);
                }
                Target::Folder(found) if !defines || is_import_of_it() => {
                    return Imported::Folder(found);
                }
                _ => {}
            }
        }
        Imported::Attribute(owner)
    }

    /// The module in which a name of `owner` is defined, re-exports followed, and whether it is
    /// a class there. A name that nothing defines stays with `owner`.
    pub fn origin(&self, owner: usize, name: &str) -> Option<(usize, bool)> {
        self.definition(owner, name).map(|(module, _, is_class)| (module, is_class))
    }

    /// Like [`Self::origin`], with the name that the definition has there; empty when the name
    /// means a module.
    pub fn definition(&self, owner: usize, name: &str) -> Option<(usize, String, bool)> {
        let mut owner = owner;
        let mut name = name.to_owned();
        for _ in 0..16 {
            let module = self.modules[owner].module()?;
            let Some(kind) = module.facts.bindings_of(&name, 0).next().map(|found| found.kind)
            else {
                return Some((owner, name, false));
            };
            let BindingKind::Import(statement, position) = kind else {
                return Some((owner, name, kind == BindingKind::Class));
            };
            let import = &module.facts.imports[statement];
            let imported = &import.names[position];
            if import.kind == ImportKind::Import {
                let is_itself = imported.alias.is_some() || !imported.name.contains('.');
                return match self.resolve(owner, &imported.name) {
                    Target::Module(found) if is_itself => Some((found, String::new(), false)),
                    _ => Some((owner, name, false)),
                };
            }
            match self.resolve_name(owner, import, imported) {
                Imported::Attribute(next) if import.kind == ImportKind::From => {
                    name.clone_from(&imported.name);
                    owner = next;
                }
                Imported::Module(found) if import.kind == ImportKind::From => {
                    return Some((found, String::new(), false));
                }
                _ => return Some((owner, name, false)),
            }
        }
        Some((owner, name, false))
    }

    /// `(importer, imported, line)` for every import of one module by another that runs up to a
    /// moment.
    pub fn import_edges(&self, until: Moment) -> Vec<(usize, usize, usize)> {
        let mut found = Vec::new();
        for (index, record) in self.modules.iter().enumerate() {
            let Some(module) = record.module() else { continue };
            for import in module.facts.imports.iter().filter(|import| import.moment <= until) {
                let line = module.source.line_of(import.range.start);
                for imported in self.imported_by(index, import) {
                    if imported != index {
                        found.push((index, imported, line));
                    }
                }
            }
        }
        found
    }

    /// Every module of the service that an import statement loads by name.
    pub fn imported_by(&self, index: usize, import: &ImportStatement) -> Vec<usize> {
        let mut found = Vec::new();
        for name in &import.names {
            if import.kind == ImportKind::Import {
                found.extend(self.modules_along(index, &name.name));
                continue;
            }
            match self.resolve_name(index, import, name) {
                Imported::Module(module) | Imported::Attribute(module) => found.push(module),
                _ => {}
            }
        }
        found
    }

    /// The service's own `__init__.py`, when an import statement names the service's folder as
    /// a package: by its name from around it, or by a relative import in that folder.
    pub fn packages_run_by(&self, index: usize, import: &ImportStatement) -> Option<usize> {
        let init = self.index_of(&join(&self.root, "__init__.py")).filter(|init| *init != index)?;
        let folder = parent(self.modules[index].path.as_str());
        let below = match folder.strip_prefix(&self.root) {
            Some(below) => below,
            None if self.modules[index].is_dependent => "",
            None => return None,
        };
        let depth = match below.trim_start_matches('/') {
            "" => 0,
            below => below.split('/').count(),
        };
        if import.level > 0 {
            let level = usize::try_from(import.level).unwrap_or(usize::MAX);
            return (level > depth).then_some(init);
        }
        let own = self
            .name
            .as_deref()
            .unwrap_or_else(|| self.root.rsplit('/').next().unwrap_or(&self.root));
        let dotted = match import.kind {
            ImportKind::From => vec![import.module.as_str()],
            ImportKind::Import => import.names.iter().map(|name| name.name.as_str()).collect(),
        };
        dotted.iter().any(|name| name.split('.').any(|part| part == own)).then_some(init)
    }

    /// The modules that `import a.b.c` loads: `a`, `a.b` and `a.b.c`.
    pub fn modules_along(&self, index: usize, dotted: &str) -> Vec<usize> {
        let ends = dotted.match_indices('.').map(|(end, _)| end).chain([dotted.len()]);
        ends.filter_map(|end| match self.resolve(index, &dotted[..end]) {
            Target::Module(found) => Some(found),
            _ => None,
        })
        .collect()
    }

    /// The module that an absolute dotted name means for a program started in the service's
    /// folder, or in a folder around it.
    pub fn resolve_at_root(&self, dotted: &str) -> Option<usize> {
        self.resolve_in(&self.root, dotted)
    }

    /// As [`PythonService::resolve_at_root`], seen from a folder of the service.
    pub fn resolve_in(&self, folder: &str, dotted: &str) -> Option<usize> {
        let mut roots = vec![folder.to_owned(), join(folder, "src")];
        let mut around = folder;
        while !around.is_empty() {
            around = parent(around);
            roots.push(around.to_owned());
        }
        let found = self.paths.on_path(roots.iter().map(String::as_str), dotted);
        match self.or_by_own_name(found, dotted) {
            Target::Module(found) => Some(found),
            _ => None,
        }
    }

    /// The module that a name with dots in front means, seen from the package of a file: `.endpoints`.
    pub fn by_dots(&self, index: usize, name: &str) -> Option<usize> {
        let rest = name.trim_start_matches('.');
        let level = name.len() - rest.len();
        let is_part = |part: &str| {
            !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        };
        if level == 0 || !(rest.is_empty() || rest.split('.').all(is_part)) {
            return None;
        }
        let own = parent(self.modules[index].path.as_str());
        let folder = (1..level).fold(own, |folder, _| parent(folder));
        let target = join(folder, &rest.replace('.', "/"));
        let package = || self.index_of(&join(&target, "__init__.py"));
        self.index_of(&format!("{target}.py")).or_else(package)
    }

    /// Whether a package binds `name` only by `from . import name`, or by its own full name.
    fn imports_submodule(&self, owner: usize, name: &str) -> bool {
        let Some(module) = self.modules[owner].module() else {
            return false;
        };
        let mut bindings = module.facts.bindings_of(name, 0).peekable();
        bindings.peek().is_some()
            && bindings.all(|binding| match binding.kind {
                BindingKind::Import(statement, position) => {
                    let import = &module.facts.imports[statement];
                    import.kind == ImportKind::From
                        && import.names[position].name == name
                        && self.resolve_from(owner, import) == Target::Module(owner)
                }
                _ => false,
            })
    }
}
