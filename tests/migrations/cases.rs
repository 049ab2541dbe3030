//! The case folders: what they hold, what is planned on them, and how they are blessed.

use std::fmt::Write;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use scaffold::change::RelPath;
use scaffold::migration::{Plan, PlanError, Selection, ServiceTarget, catalogue};
use scaffold::workspace::{Scope, Tree};

/// What a service at the root of a case is called.
pub(crate) const NAME: &str = "shop";

/// One case of one step.
pub(crate) struct Case {
    pub(crate) step: String,
    pub(crate) path: Utf8PathBuf,
    /// The service's folder below `before/`; none when it is the root.
    pub(crate) folder: Option<RelPath>,
    pub(crate) before: Tree,
    pub(crate) after: Tree,
    /// The notes that the plan has to make, a line each.
    pub(crate) notes: String,
}

/// Whether the expected results are to be written instead of compared.
pub(crate) fn blesses() -> bool {
    std::env::var_os("SCAFFOLD_BLESS").is_some()
}

/// Every case of every step, in the order of the catalogue.
pub(crate) fn all() -> Vec<Case> {
    let wanted = std::env::var("SCAFFOLD_CASE").ok();
    let mut cases = Vec::new();
    for step in catalogue().unwrap() {
        let folder = format!("migrations/{:04}-{}/cases", step.number, step.id);
        let Ok(entries) = Utf8Path::new(&folder).read_dir_utf8() else { continue };
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().into_path()).collect();
        paths.retain(|path| path.is_dir());
        paths.retain(|path| wanted.is_none() || path.file_name() == wanted.as_deref());
        paths.sort();
        cases.extend(paths.into_iter().map(|path| Case::read(&step.id, path)));
    }
    cases
}

/// The notes and the refusal of a plan, a line each.
pub(crate) fn notes(plan: &Plan) -> String {
    let mut text = String::new();
    for step in &plan.steps {
        for note in &step.notes {
            let _ = writeln!(text, "{}:{}: {}", note.path, note.line, note.message);
        }
        if let Some(refusal) = &step.refusal {
            let _ = writeln!(text, "refused: {refusal}");
        }
    }
    text
}

fn read_tree(path: &Utf8Path) -> Tree {
    Tree::read(path, &Scope::default()).unwrap()
}

/// The one service below a folder `services/`, or none: the root is the service.
fn service_folder(tree: &Tree) -> Option<RelPath> {
    let mut found = tree.iter().filter_map(|(path, _)| {
        let segments: Vec<&str> = path.segments().collect();
        let at = segments.iter().position(|segment| *segment == "services")?;
        let is_folder = at + 2 < segments.len();
        is_folder.then(|| RelPath::new(segments[..at + 2].join("/")).ok())?
    });
    found.next()
}

impl Case {
    fn read(step: &str, path: Utf8PathBuf) -> Self {
        let before = read_tree(&path.join("before"));
        let after = path.join("after");
        let after = if after.is_dir() { read_tree(&after) } else { before.clone() };
        let notes = fs::read_to_string(path.join("notes.txt")).unwrap_or_default();
        let folder = service_folder(&before);
        Self { step: step.to_owned(), path, folder, before, after, notes }
    }

    pub(crate) fn label(&self) -> String {
        format!("{} {}", self.step, self.path.file_name().unwrap_or_default())
    }

    /// Plans this case's step alone.
    pub(crate) fn plan(&self, tree: &Tree) -> Result<Plan, PlanError> {
        let target = ServiceTarget::new(tree, self.folder.clone(), NAME).unwrap();
        let selection = Selection { only: vec![self.step.clone()], ..Selection::default() };
        Plan::build(tree, &target, catalogue().unwrap(), &selection)
    }

    /// Writes what the plan leaves as what is expected.
    pub(crate) fn bless(&self, plan: &Plan) {
        let after = self.path.join("after");
        if after.is_dir() {
            fs::remove_dir_all(&after).unwrap();
        }
        if !plan.is_empty() {
            write_tree(&plan.after, &after);
        }
        let notes = self.path.join("notes.txt");
        match super::cases::notes(plan) {
            text if text.is_empty() => drop(fs::remove_file(notes)),
            text => fs::write(notes, text).unwrap(),
        }
    }
}

/// Writes a tree below a folder, modes and links included.
pub(crate) fn write_tree(tree: &Tree, root: &Utf8Path) {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use scaffold::change::Entry;

    for (path, entry) in tree.iter() {
        let full = root.join(path.as_str());
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        match entry {
            Entry::File { mode, .. } => {
                fs::write(&full, entry.bytes().unwrap()).unwrap();
                fs::set_permissions(&full, fs::Permissions::from_mode(*mode)).unwrap();
            }
            Entry::Symlink { target } => symlink(target, &full).unwrap(),
        }
    }
}
