//! The case folders of the built-in steps, and how they are blessed.

use std::fs;
use std::ops::Deref;

use camino::Utf8Path;
use scaffold::migration::{Plan, Step, catalogue};
use scaffold::trial::{self, differences};
pub(crate) use scaffold::trial::{NAME, notes};
use scaffold::workspace::Tree;

/// One case of one step.
pub(crate) struct Case {
    pub(crate) step: Step,
    case: trial::Case,
}

impl Deref for Case {
    type Target = trial::Case;

    fn deref(&self) -> &trial::Case {
        &self.case
    }
}

/// Whether the expected results are to be written instead of compared.
pub(crate) fn blesses() -> bool {
    std::env::var_os("SCAFFOLD_BLESS").is_some()
}

/// Every case of every step, in the order of the catalogue.
pub(crate) fn all() -> Vec<Case> {
    let wanted = std::env::var("SCAFFOLD_CASE").ok();
    let mut found = Vec::new();
    for step in catalogue().unwrap() {
        let folder = format!("migrations/{}/cases", step.folder());
        let mut cases = trial::Case::all(Utf8Path::new(&folder)).unwrap();
        let is_wanted = |name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
        cases.retain(|case| is_wanted(case.name()) || is_wanted(&step.id));
        found.extend(cases.into_iter().map(|case| Case { step: step.clone(), case }));
    }
    found
}

impl Case {
    pub(crate) fn label(&self) -> String {
        format!("{} {}", self.step.id, self.name())
    }

    /// Plans this case's step alone.
    pub(crate) fn plan(&self, tree: &Tree) -> Plan {
        self.case.plan(tree, &self.step).unwrap()
    }

    /// Writes what the plan leaves as what is expected.
    pub(crate) fn bless(&self, plan: &Plan) {
        let after = self.path.join("after");
        if after.is_dir() {
            fs::remove_dir_all(&after).unwrap();
        }
        if !plan.is_empty() {
            write_tree(&plan.after, &after);
            assert!(differences(&self.before, &plan.after) != Vec::<String>::new());
        }
        let path = self.path.join("notes.txt");
        match notes(plan) {
            text if text.is_empty() => drop(fs::remove_file(path)),
            text => fs::write(path, text).unwrap(),
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
                fs::write(&full, &entry.bytes().unwrap()[..]).unwrap();
                fs::set_permissions(&full, fs::Permissions::from_mode(*mode)).unwrap();
            }
            Entry::Symlink { target } => symlink(target, &full).unwrap(),
        }
    }
}
