//! Steps that a workspace brings itself, and the order in which all steps are run.
//!
//! `.scaffold/migrations/NNNN-name/` has the form of the built-in ones. It is read as
//! untrusted data: links are not followed, sizes are bounded, every path in it is checked.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::catalogue::{CatalogueError, Origin, Step};
use crate::change::RelPath;
use crate::workspace::{Config, MigrationConfig, Scope, Tree, TreeError};

/// Where a workspace keeps its own steps.
pub const MIGRATIONS: &str = ".scaffold/migrations";

/// The largest `step.toml` or page (bytes).
const LIMIT: usize = 1 << 20;

/// Why the steps of a workspace cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StepsError {
    /// One of them is wrong.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The folder cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// Two steps have one name or one number.
    #[error("the steps {first} and {second} have one number or one name")]
    Twice {
        /// One folder.
        first: String,
        /// The other.
        second: String,
    },
    /// `scaffold.toml` names a step that does not exist.
    #[error("scaffold.toml names the step {0:?}, which does not exist")]
    Unknown(String),
    /// A step is not the one that was pinned.
    #[error("the step {id} is not the one that scaffold.toml pins: it is {found}")]
    Pinned {
        /// The step.
        id: String,
        /// The hash of what is there.
        found: String,
    },
}

/// The steps below a workspace's `.scaffold/migrations/`; none without such a folder.
pub fn own_steps(root: &Utf8Path) -> Result<Vec<Step>, StepsError> {
    let folder = root.join(MIGRATIONS);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let tree = Tree::read(&folder, &Scope::default())?;
    let mut names: Vec<&str> = tree
        .iter()
        .filter(|(path, _)| path.segments().count() > 1)
        .filter_map(|(path, _)| path.segments().next())
        .collect();
    names.dedup();
    names.into_iter().map(|name| read(&tree, name)).collect()
}

fn read(tree: &Tree, name: &str) -> Result<Step, StepsError> {
    let text = |file: &str| {
        let path = format!("{name}/{file}");
        let text = RelPath::new(&path).ok().and_then(|path| tree.text(&path));
        let text = text.filter(|text| text.len() <= LIMIT).map(str::to_owned);
        text.ok_or(CatalogueError::Missing(format!("{MIGRATIONS}/{path}")))
    };
    let mut step = Step::parse(name, &text("step.toml")?, text("README.md")?)?;
    step.origin = Origin::Workspace;
    Ok(step)
}

/// All steps in the order of the run, as `scaffold.toml` wants them.
pub fn arranged(
    built_in: &[Step],
    own: Vec<Step>,
    config: Option<&Config>,
) -> Result<Vec<Step>, StepsError> {
    let mut steps: Vec<Step> = built_in.iter().cloned().chain(own).collect();
    steps.sort_by_key(|step| step.number);
    check_twice(&steps)?;
    let Some(config) = config.map(|config| &config.migrations) else { return Ok(steps) };
    check_names(&steps, config)?;
    reorder(&mut steps, &config.order);
    steps.retain(|step| !config.skip.contains(&step.id));
    Ok(steps)
}

fn check_twice(steps: &[Step]) -> Result<(), StepsError> {
    let mut names: BTreeMap<&str, &Step> = BTreeMap::new();
    let mut numbers: BTreeMap<u32, &Step> = BTreeMap::new();
    for step in steps {
        let other = names.insert(&step.id, step).or(numbers.insert(step.number, step));
        if let Some(other) = other {
            return Err(StepsError::Twice { first: other.folder(), second: step.folder() });
        }
    }
    Ok(())
}

fn check_names(steps: &[Step], config: &MigrationConfig) -> Result<(), StepsError> {
    let named = config.order.iter().chain(&config.skip).chain(config.pin.keys());
    for name in named {
        if !steps.iter().any(|step| step.id == *name) {
            return Err(StepsError::Unknown(name.clone()));
        }
    }
    for step in steps {
        let found = step.hash.to_string();
        if config.pin.get(&step.id).is_some_and(|pin| *pin != found) {
            return Err(StepsError::Pinned { id: step.id.clone(), found });
        }
    }
    Ok(())
}

/// The named steps take the places that they have together, in the order in which they are named.
fn reorder(steps: &mut [Step], order: &[String]) {
    let places: Vec<usize> = (0..steps.len()).filter(|at| order.contains(&steps[*at].id)).collect();
    let named: Vec<Step> = order
        .iter()
        .filter_map(|name| steps.iter().find(|step| step.id == *name).cloned())
        .collect();
    for (place, step) in places.into_iter().zip(named) {
        steps[place] = step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(folder: &str) -> Step {
        let id = folder.split_once('-').unwrap().1;
        let toml = format!(
            "id = \"{id}\"\ntitle = \"T\"\nkind = \"additive\"\nsince = \"0.1.0\"\n\
             [[operation]]\nverb = \"write-file\"\nfile = \"a.txt\"\ntext = \"x\"\n"
        );
        Step::parse(folder, &toml, String::new()).unwrap()
    }

    fn ids(steps: &[Step]) -> Vec<&str> {
        steps.iter().map(|step| step.id.as_str()).collect()
    }

    fn config(text: &str) -> Config {
        Config::parse(&format!("[workspace]\nname = \"x\"\n[migrations]\n{text}")).unwrap()
    }

    #[test]
    fn a_path_that_climbs_out_of_the_service_is_refused() {
        let toml = "id = \"x\"\ntitle = \"T\"\nkind = \"additive\"\nsince = \"0.1.0\"\n\
             [[operation]]\nverb = \"write-file\"\nfile = \"../../a.txt\"\ntext = \"x\"\n";

        let error = Step::parse("0100-x", toml, String::new()).unwrap_err();

        assert!(matches!(error, CatalogueError::Invalid { .. }), "{error}");
    }

    #[test]
    fn steps_with_one_number_unknown_names_and_other_pins_are_refused() {
        let built_in = [step("0100-a"), step("0200-b")];
        let arrange = |own, text: &str| arranged(&built_in, own, Some(&config(text)));

        assert!(matches!(
            arranged(&built_in, vec![step("0100-c")], None),
            Err(StepsError::Twice { .. })
        ));
        assert!(matches!(arrange(vec![], "skip = [\"z\"]\n"), Err(StepsError::Unknown(_))));
        assert!(matches!(
            arrange(vec![], "pin = { a = \"00\" }\n"),
            Err(StepsError::Pinned { .. })
        ));
    }

    #[test]
    fn a_workspace_orders_and_skips_steps() {
        let built_in = [step("0100-a"), step("0200-b"), step("0400-d")];
        let text = "order = [\"c\", \"a\"]\nskip = [\"d\"]\n";

        let steps = arranged(&built_in, vec![step("0300-c")], Some(&config(text))).unwrap();

        assert_eq!(ids(&steps), ["c", "b", "a"]);
    }
}
