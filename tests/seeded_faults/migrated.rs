//! A migrated fixture, and what its proofs say without a fault.

use std::collections::BTreeSet;
use std::process::Command;

use camino::Utf8Path;
use scaffold::apply::{Root, UndoTarget, stretches};
use scaffold::change::RelPath;
use scaffold::migration::{ServiceTarget, Step, catalogue};
use scaffold::python::{Moment, PythonService};
use scaffold::verify::evidence::Evidence;
use scaffold::verify::probe::{Options, Side, examine};
use scaffold::verify::{Aspect, Item, Stage, Subject, Verdict, compare, staged_proofs, starts};
use scaffold::workspace::Tree;

use crate::text;

/// A migrated service.
pub(crate) struct Migrated {
    pub(crate) subject: Subject,
    pub(crate) after: Tree,
    /// Its Python files after the migration.
    pub(crate) python: PythonService,
    /// The name of its package.
    pub(crate) package: String,
    /// The module that is started, and the application's name in it.
    pub(crate) entry: Option<RelPath>,
    pub(crate) app_name: String,
    /// What is loaded with it.
    pub(crate) loaded: BTreeSet<RelPath>,
    stages: Vec<Stage>,
    sound: BTreeSet<(Aspect, String)>,
    evidence: Option<Evidence>,
}

impl Migrated {
    /// Migrates the fixture at `path`; none when a step is refused.
    #[expect(clippy::disallowed_methods, reason = "a test starts the program that it tests")]
    pub(crate) fn make(root: &Utf8Path, path: &Utf8Path) -> Result<Option<Self>, String> {
        let output = Command::new(env!("CARGO_BIN_EXE_scaffold"))
            .args(["migrate", path.as_str(), "--root", root.as_str(), "--yes", "--quiet"])
            .output()
            .map_err(text)?;
        let subject = Subject::find(path, Some(root)).map_err(text)?;
        let opened = Root::open(subject.root()).map_err(text)?;
        let folder = subject.service().join(".scaffold").map_err(text)?;
        let steps = catalogue().map_err(text)?;
        let step = |id: &str| steps.iter().find(|step| step.id == id);
        let is_alone = |id: &str| step(id).is_some_and(Step::is_proved_alone);
        let found = stretches(&opened, &folder, &UndoTarget::All, is_alone);
        let (true, Ok(found)) = (output.status.success(), found) else {
            return Ok(None);
        };
        let after = subject.now().map_err(text)?;
        let stages = found.into_iter().map(|stretch| Stage {
            before: subject.with_images(&after, subject.root(), stretch.images.entries),
            moves: stretch.images.moves,
            left: Some(stretch.left),
            declares: stretch
                .alone
                .as_deref()
                .and_then(step)
                .map(Step::declares)
                .unwrap_or_default(),
        });
        let stages = stages.collect();
        let service = subject.service().clone();
        let target = ServiceTarget::new(&after, Some(service), "").map_err(text)?;
        let python = target.read(&after);
        let start = starts(&after, subject.service(), None).into_iter().next();
        let app = start.map(|start| start.app).unwrap_or_default();
        let (module, app_name) = app.split_once(':').unwrap_or((&app, "app"));
        let entry = python.resolve_at_root(module);
        let mut migrated = Self {
            entry: entry.map(|index| python.modules()[index].path.clone()),
            app_name: app_name.to_owned(),
            loaded: entry.map(|entry| loaded(&python, entry)).unwrap_or_default(),
            package: target.package,
            python,
            subject,
            stages,
            after,
            sound: BTreeSet::new(),
            evidence: None,
        };
        migrated.sound = flaws(&migrated.prove(&migrated.after));
        Ok(Some(migrated))
    }

    /// Looks at the running service without a fault.
    pub(crate) fn look(&mut self, options: &Options) -> Result<(), String> {
        let seen = examine(&self.side(self.after.clone()), options, 0, &|_| {}).map_err(text)?;
        self.evidence = Some(seen.evidence);
        Ok(())
    }

    /// Whether it was looked at and its application works.
    pub(crate) fn works(&self) -> bool {
        let first = self.evidence.as_ref().and_then(|seen| seen.applications.first());
        first.is_some_and(|app| app.failure.is_none())
    }

    /// The static proofs that find something in `tree` that is not there without a fault.
    pub(crate) fn caught_by_reading(&self, tree: &Tree) -> BTreeSet<Aspect> {
        let found = flaws(&self.prove(tree));
        found.difference(&self.sound).map(|(aspect, _)| *aspect).collect()
    }

    /// The dynamic proofs that find something broken in `tree`.
    pub(crate) fn caught_by_running(
        &self,
        tree: Tree,
        options: &Options,
    ) -> Result<BTreeSet<Aspect>, String> {
        let Some(evidence) = &self.evidence else { return Ok(BTreeSet::new()) };
        let seen = examine(&self.side(tree), options, 0, &|_| {}).map_err(text)?;
        let mut before = evidence.clone();
        if !options.tests {
            before.suite = None;
        }
        let items = compare(&before, &seen.evidence);
        Ok(flaws(&items).into_iter().map(|(aspect, _)| aspect).collect())
    }

    /// Whether a route that is served ends with this path; all do when nothing was looked at.
    pub(crate) fn serves(&self, end: &str) -> bool {
        let Some(app) = self.evidence.as_ref().and_then(|seen| seen.applications.first()) else {
            return true;
        };
        app.routes.iter().any(|route| route.in_schema && route.path.ends_with(end))
    }

    /// Whether it has several pieces of middleware; none when nothing was looked at.
    pub(crate) fn wraps(&self) -> bool {
        let app = self.evidence.as_ref().and_then(|seen| seen.applications.first());
        app.is_some_and(|app| app.middleware.len() > 1)
    }

    /// Whether its application starts without a fault; all do when nothing was looked at.
    pub(crate) fn starts(&self) -> bool {
        let app = self.evidence.as_ref().and_then(|seen| seen.applications.first());
        app.is_none_or(|app| app.startup == Some(None))
    }

    /// Whether a path that ends so is answered; all are when nothing was looked at.
    pub(crate) fn answers(&self, end: &str) -> bool {
        let Some(app) = self.evidence.as_ref().and_then(|seen| seen.applications.first()) else {
            return true;
        };
        // Without a path of its own a route may be any.
        !end.is_empty()
            && app.answers.iter().any(|(path, answer)| {
                path.trim_start_matches("GET ").ends_with(end)
                    && answer.status.is_some_and(|status| status < 400)
            })
    }

    fn prove(&self, tree: &Tree) -> Vec<Item> {
        let service = self.subject.service();
        staged_proofs(&self.stages, tree, (Some(service), service.name()))
    }

    fn side(&self, tree: Tree) -> Side {
        let service = self.subject.service().clone();
        let starts = starts(&tree, &service, None);
        Side { tree, service, starts }
    }
}

/// What is broken, and what the layer contract lists.
fn flaws(items: &[Item]) -> BTreeSet<(Aspect, String)> {
    let is_flaw = |item: &&Item| {
        item.verdict == Verdict::Broken
            || (item.aspect == Aspect::Layers && item.verdict == Verdict::Added)
    };
    items.iter().filter(is_flaw).map(|item| (item.aspect, item.name.clone())).collect()
}

/// The modules that are loaded when one is imported.
fn loaded(python: &PythonService, entry: usize) -> BTreeSet<RelPath> {
    let mut open = vec![entry];
    let mut found = BTreeSet::new();
    while let Some(index) = open.pop() {
        let record = &python.modules()[index];
        let Some(module) = record.module() else { continue };
        if !found.insert(record.path.clone()) {
            continue;
        }
        let certain = |import: &&scaffold::python::ImportStatement| {
            import.moment == Moment::Import && !import.guarded
        };
        for import in module.facts.imports.iter().filter(certain) {
            open.extend(python.imported_by(index, import));
        }
    }
    found
}
