//! The steps that come with the binary: one folder each in `migrations/`.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::condition::{Check, Precondition};
use crate::change::Hash;
use crate::operation::files::{DockerEdit, EnvEdit, KeyEdit, Move, NewFile};
use crate::operation::rewrite::{ListSpec, Rewrite, RewriteSpec};
use crate::verify::Declared;

static MIGRATIONS: Dir<'static> = include_dir!("$OUT_DIR/migrations");

/// What a step may do to a service's behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Nothing that can be observed changes.
    Preserving,
    /// Routes, files or headers are added.
    Additive,
    /// Behaviour changes; only when asked for by name.
    Behavioural,
}

/// One verb of a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Operation {
    /// Makes imports absolute that depend on where the service's folder lies.
    AbsoluteImports,
    /// Makes a workspace around a service that lies in none.
    MakeWorkspace,
    /// Writes a `pyproject.toml` when there is none.
    AdoptPyproject,
    /// Creates `src/<package>/` with the four layer packages.
    AddLayerFolders,
    /// Takes away modules that only pass the application on.
    MergeEntryPoints,
    /// Lets image and compose start the same application.
    SettleEntry,
    /// Moves whole modules into layers and rewrites every reference.
    LayerModules,
    /// Gives the service its port in the workspace's registry.
    RegisterPort,
    /// Lets everything that says the service's port say the same one.
    AgreeOnPort,
    /// Gives exact versions of dependencies the one of the workspace's catalogue.
    AlignVersions,
    /// Joins every list of dependencies into that of `pyproject.toml`.
    SettleDependencies,
    /// Images are built from the workspace's root and get its shared libraries.
    BuildFromRoot,
    /// Names the workspace's shared libraries as dependencies.
    WireLibraries,
    /// What wires the application goes into `create_app()`.
    MakeFactory,
    /// Writes a contract over imports between layers, and the CI job that holds it.
    GuardLayers,
    /// `on_event` handlers become a lifespan.
    AdoptLifespan,
    /// `logging.basicConfig` becomes the shared structured logging.
    StructureLogging,
    /// `BaseSettings` comes from pydantic-settings.
    TakeSettingsPackage,
    /// Reads of the environment become fields of one settings class.
    GatherSettings,
    /// Constants that an operator would want to set become fields of one settings class.
    GatherConstants,
    /// Secrets of the settings class have no default any more.
    HideSecrets,
    /// Shared liveness and readiness routes are added to the application.
    AddHealth,
    /// A correlation id and security headers are added around the application.
    AddRequestHeaders,
    /// Any origin with credentials becomes the origins that the environment names.
    SettleMiddleware,
    /// The shared limit of a request's size is added.
    LimitRequests,
    /// Routes get a path with a version, and the old one becomes a deprecated alias.
    VersionRoutes,
    /// Errors are answered as problem details, by the shared handlers.
    AnswerErrors,
    /// Queries on sessions go from routes to repositories.
    MoveQueries,
    /// Alembic is set up for models that have no migrations.
    AddMigrations,
    /// Stores in memory become repositories behind ports.
    KeepStores,
    /// Clients that modules make while they are imported are made and closed by the lifespan.
    StartClients,
    /// The settings of connection pools that a library would take are written out.
    WritePools,
    /// The bodies of routes become use cases of the application.
    ThinRoutes,
    /// Tests go to folders by what they touch.
    SortTests,
    /// Tests get fixtures for the application, a client and the servers that the code uses.
    AddFixtures,
    /// Both sides of contracts with other services get a test that holds them.
    AddContractTests,
    /// Search paths of somebody's machine go from tests that find nothing there.
    DropMachinePaths,
    /// What parameters tell FastAPI by their defaults goes into their types.
    AnnotateParameters,
    /// Shared metrics and traces are added to the application.
    AddObservability,
    /// Silent broad `except` clauses get a line in the log.
    LogSilentExcepts,
    /// Structural search and replace on Python.
    RewritePython(Box<RewriteSpec>),
    /// Lists places of Python code that stay as they are.
    ListPython(Box<ListSpec>),
    /// Sets or removes a key of a TOML file.
    EditToml(KeyEdit),
    /// Sets or removes a key of a YAML file.
    EditYaml(KeyEdit),
    /// Sets or removes a variable of an env file.
    EditEnv(EnvEdit),
    /// Changes or adds instructions of a Dockerfile.
    EditDockerfile(DockerEdit),
    /// Writes a file that is not there.
    WriteFile(NewFile),
    /// Moves a file with all references to it.
    MoveFile(Move),
}

impl Operation {
    /// Whether it declares that definitions get another text.
    pub fn rewrites_code(&self) -> bool {
        matches!(
            self,
            Self::AdoptLifespan
                | Self::AgreeOnPort
                | Self::LogSilentExcepts
                | Self::AddHealth
                | Self::AddRequestHeaders
                | Self::AddObservability
                | Self::SettleMiddleware
                | Self::LimitRequests
                | Self::VersionRoutes
                | Self::AnswerErrors
                | Self::ThinRoutes
                | Self::WritePools
                | Self::KeepStores
                | Self::StartClients
                | Self::MoveQueries
                | Self::DropMachinePaths
                | Self::AnnotateParameters
                | Self::AddFixtures
                | Self::StructureLogging
                | Self::GatherSettings
                | Self::GatherConstants
                | Self::HideSecrets
                | Self::TakeSettingsPackage
                | Self::RewritePython(_)
        )
    }

    /// Whether it declares that statements go which bind no name.
    pub fn removes_statements(&self) -> bool {
        matches!(self, Self::DropMachinePaths | Self::SettleMiddleware)
    }

    /// Whether it declares that functions give back what was assigned to names.
    pub fn wraps_values(&self) -> bool {
        matches!(self, Self::StartClients)
    }

    /// Whether it keeps definitions in a way that is proved on the step alone.
    pub fn is_proved_alone(&self) -> bool {
        self.rewrites_code() || matches!(self, Self::MakeFactory)
    }
}

/// Where a step comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It comes with the program.
    BuiltIn,
    /// It lies in the workspace.
    Workspace,
}

/// One step as it is written in `step.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    id: String,
    title: String,
    kind: StepKind,
    since: String,
    #[serde(rename = "precondition", default)]
    preconditions: Vec<Precondition>,
    #[serde(rename = "operation", default)]
    operations: Vec<Operation>,
    #[serde(rename = "check", default)]
    checks: Vec<Check>,
}

/// One checked step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its place in the order of the run, from the folder's name.
    pub number: u32,
    /// Its name.
    pub id: String,
    /// The subject of its commit.
    pub title: String,
    /// What it may do.
    pub kind: StepKind,
    /// The version that brought it.
    pub since: String,
    /// What a service has to be for it to apply.
    pub preconditions: Vec<Precondition>,
    /// What it does, in order.
    pub operations: Vec<Operation>,
    /// What has to be true afterwards.
    pub checks: Vec<Check>,
    /// Where it comes from.
    pub origin: Origin,
    /// A hash of its `step.toml`, by which a workspace pins it.
    pub hash: Hash,
    /// Its page.
    pub page: String,
}

/// Why a step's folder is not a step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// The folder's name is not `NNNN-name`.
    #[error("{0}: a step's folder is named NNNN-name")]
    FolderName(String),
    /// A file is missing.
    #[error("{0} is missing")]
    Missing(String),
    /// `step.toml` cannot be read.
    #[error("{path}: {message}")]
    Invalid {
        /// The file.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// The id does not match the folder, or there is nothing to do.
    #[error("{path}: {message}")]
    Inconsistent {
        /// The file.
        path: String,
        /// What does not fit.
        message: String,
    },
}

/// The built-in steps in the order of their run.
pub fn catalogue() -> Result<&'static [Step], CatalogueError> {
    static STEPS: LazyLock<Result<Vec<Step>, CatalogueError>> = LazyLock::new(|| {
        let folders = MIGRATIONS.dirs();
        let mut steps = folders.map(read_step).collect::<Result<Vec<_>, _>>()?;
        steps.sort_by_key(|step| step.number);
        Ok(steps)
    });
    STEPS.as_deref().map_err(Clone::clone)
}

fn read_step(folder: &Dir<'_>) -> Result<Step, CatalogueError> {
    let name = folder.path().to_string_lossy().into_owned();
    let text = |file: &str| {
        let path = format!("{name}/{file}");
        let found = folder.get_file(&path).and_then(|file| file.contents_utf8());
        found.map(str::to_owned).ok_or(CatalogueError::Missing(path))
    };
    Step::parse(&name, &text("step.toml")?, text("README.md")?)
}

impl Step {
    /// What its operations declare to do with definitions.
    pub fn declares(&self) -> Declared {
        let any = |says: fn(&Operation) -> bool| self.operations.iter().any(says);
        if any(Operation::removes_statements) {
            Declared::Removes
        } else if any(Operation::wraps_values) {
            Declared::Wraps
        } else if any(Operation::rewrites_code) {
            Declared::Rewrites
        } else {
            Declared::Keeps
        }
    }

    /// Whether it has to be proved apart from the steps around it.
    pub fn is_proved_alone(&self) -> bool {
        self.operations.iter().any(Operation::is_proved_alone)
    }

    /// Checks one step: its folder's name, its `step.toml` and its page.
    pub fn parse(folder: &str, toml: &str, page: String) -> Result<Self, CatalogueError> {
        let path = format!("{folder}/step.toml");
        let (number, name) = folder
            .split_once('-')
            .and_then(|(number, name)| Some((number.parse().ok()?, name)))
            .ok_or_else(|| CatalogueError::FolderName(folder.to_owned()))?;
        let raw: RawStep = toml_edit::de::from_str(toml).map_err(|error| {
            CatalogueError::Invalid { path: path.clone(), message: error.to_string() }
        })?;
        let inconsistent =
            |message: String| Err(CatalogueError::Inconsistent { path: path.clone(), message });
        if !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            return inconsistent("a step's name is made of a-z, 0-9 and -".to_owned());
        }
        if raw.title.trim().is_empty() || raw.title.contains(char::is_control) {
            return inconsistent("the title is empty or not one line".to_owned());
        }
        if raw.id != name {
            return inconsistent(format!("the id is {:?}, the folder says {name:?}", raw.id));
        }
        if raw.operations.is_empty() {
            return inconsistent("a step needs at least one operation".to_owned());
        }
        for operation in &raw.operations {
            let checked = match operation {
                Operation::RewritePython(spec) => Rewrite::try_from(spec.as_ref()),
                Operation::ListPython(spec) => spec.finder(),
                _ => continue,
            };
            if let Err(error) = checked {
                return inconsistent(error.to_string());
            }
        }
        let RawStep { id, title, kind, since, preconditions, operations, checks } = raw;
        let (origin, hash) = (Origin::BuiltIn, Hash::of(toml.as_bytes()));
        Ok(Self {
            number,
            id,
            title,
            kind,
            since,
            preconditions,
            operations,
            checks,
            origin,
            hash,
            page,
        })
    }

    /// The name of its folder.
    pub fn folder(&self) -> String {
        format!("{:04}-{}", self.number, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_step_is_sound_and_has_its_own_number() {
        let steps = catalogue().unwrap();

        assert!(!steps.is_empty());
        assert!(steps.windows(2).all(|pair| pair[0].number < pair[1].number));
    }

    #[test]
    fn a_step_that_does_nothing_is_refused() {
        let toml = "id = \"x\"\ntitle = \"X\"\nkind = \"additive\"\nsince = \"0.1.0\"\n";

        let error = Step::parse("0100-x", toml, String::new()).unwrap_err();

        assert!(matches!(error, CatalogueError::Inconsistent { .. }));
    }
}
