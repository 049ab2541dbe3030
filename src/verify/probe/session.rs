//! One side of a comparison, probe by probe: each application, then the tests.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use camino::Utf8PathBuf;

use super::launch::{Launcher, Place, Request, both_streams};
use super::mask::Mask;
use super::reading::{self, Fact};
use super::{
    Examination, Options, ProbeError, Side, Start, ancestors, inside, provides, source_folders,
};
use crate::process::{Ending, Output};
use crate::verify::compare::{settled, shorten};
use crate::verify::evidence::{Application, Cut, Suite};
use crate::workspace::Folder;

/// How often a module that is missing is looked for in the folders above.
const PATH_ATTEMPTS: usize = 4;

/// How often the tests are continued after one of them ended the process.
const CONTINUATIONS: usize = 8;

/// Looks at one side; `seed` decides the order of sets and the draws of random numbers.
pub fn examine(
    side: &Side,
    options: &Options,
    seed: u32,
    progress: &dyn Fn(&str),
) -> Result<Examination, ProbeError> {
    let mut session = Session::new(side, options, seed)?;
    let mut examination = Examination::default();
    for start in &side.starts {
        progress(&format!("import {}", start.app));
        let app = session.application(start)?;
        examination.evidence.applications.push(app);
    }
    put_importable_first(&mut examination.evidence.applications, &side.starts);
    session.ask_each(&mut examination.evidence.applications, progress)?;
    if options.tests && has_tests(side) {
        progress("run the tests");
        let suite = session.suite(examination.evidence.applications.first())?;
        examination.evidence.suite = Some(suite);
    }
    examination.missing = session.missing.into_iter().collect();
    examination.remarks = session.remarks.into_iter().collect();
    Ok(examination)
}

/// Among what files declare, the first that can be imported is what is started.
fn put_importable_first(apps: &mut [Application], starts: &[Start]) {
    let declared = starts.iter().filter(|start| start.declared).count();
    let pool = if declared > 0 { declared } else { apps.len() };
    let first = apps.iter().take(pool).position(|app| app.failure.is_none());
    if let Some(index) = first {
        apps[..=index].rotate_right(1);
    }
}

fn has_tests(side: &Side) -> bool {
    let mut names = side.tree.below(&side.service).map(|(path, _)| path);
    names.any(|path| {
        path.extension() == "py"
            && (path.name().starts_with("test_") || path.stem().ends_with("_test"))
    })
}

struct Session<'a> {
    side: &'a Side,
    options: &'a Options,
    seed: u32,
    launcher: Launcher<'a>,
    mask: Mask,
    places: BTreeMap<String, Place>,
    missing: BTreeSet<String>,
    remarks: BTreeSet<String>,
}

impl<'a> Session<'a> {
    fn new(side: &'a Side, options: &'a Options, seed: u32) -> Result<Self, ProbeError> {
        let launcher = Launcher::new(side, options)?;
        Ok(Self {
            side,
            options,
            seed,
            mask: launcher.mask(),
            launcher,
            places: BTreeMap::new(),
            missing: BTreeSet::new(),
            remarks: BTreeSet::new(),
        })
    }

    /// Imports one application, with more folders on the path while modules are missing that
    /// folders above have, then with the environment that the service is started with.
    fn application(&mut self, start: &Start) -> Result<Application, ProbeError> {
        let mut place = self.first_place(start);
        let mut app = self.import(start, &place)?;
        for _ in 0..PATH_ATTEMPTS {
            let Some(failure) = &app.failure else { break };
            let missing = failure.missing.as_deref();
            let folder = missing.and_then(|module| self.folder_above_with(module, &place));
            if let Some(folder) = folder {
                place.paths.push(folder);
            } else if self.is_relative_at_the_root(start, failure.error.as_str(), &place) {
                let name = self.side.service.name().to_owned();
                place.app = format!("{name}.{}", start.app);
                place.paths.push(self.above());
            } else if place.environment.is_empty() && !start.environment.is_empty() {
                place.environment.clone_from(&start.environment);
            } else {
                break;
            }
            app = self.import(start, &place)?;
        }
        if let Some(module) = app.failure.as_ref().and_then(|failure| failure.missing.clone()) {
            self.missing.insert(module);
        }
        self.places.insert(start.app.clone(), place);
        Ok(app)
    }

    fn first_place(&self, start: &Start) -> Place {
        let root = self.launcher.root();
        let own = source_folders(&self.side.tree, &self.side.service);
        let more = own.iter().filter(|folder| !start.paths.contains(folder));
        // A script may change to a folder that is gone.
        let is_there = start.cwd.path().is_none_or(|folder| self.side.tree.has_folder(folder));
        let service = Folder::from(self.side.service.clone());
        let cwd = if is_there { &start.cwd } else { &service };
        Place {
            app: start.app.clone(),
            cwd: inside(&root, cwd),
            paths: start.paths.iter().chain(more).map(|path| inside(&root, path)).collect(),
            environment: BTreeMap::new(),
        }
    }

    fn folder_above_with(&self, module: &str, place: &Place) -> Option<Utf8PathBuf> {
        let root = self.launcher.root();
        ancestors(&self.side.service)
            .into_iter()
            .filter(|folder| provides(&self.side.tree, folder, module))
            .map(|folder| inside(&root, &folder))
            .find(|folder| !place.paths.contains(folder))
    }

    /// A service whose modules import each other with a dot is a package in the folder above.
    fn is_relative_at_the_root(&self, start: &Start, error: &str, place: &Place) -> bool {
        error.contains("relative import")
            && place.app == start.app
            && !self.side.service.name().contains(['-', '.'])
    }

    fn above(&self) -> Utf8PathBuf {
        inside(&self.launcher.root(), &Folder::of(&self.side.service))
    }

    fn import(&mut self, start: &Start, place: &Place) -> Result<Application, ProbeError> {
        let (facts, finished) = self.probe(&Request {
            mode: "application",
            place,
            lifespan: false,
            seed: self.seed,
            done: &[],
            limit: self.options.application_limit,
        })?;
        let mut app = Application {
            app: place.app.clone(),
            sources: start.sources.clone(),
            declared: start.declared,
            ..Application::default()
        };
        reading::application(&facts, &self.mask, &mut app);
        if !facts.iter().any(|fact| matches!(fact, Fact::Imported {})) && app.failure.is_none() {
            let how = if finished.ending == Ending::TimedOut {
                "the import reached its time limit".to_owned()
            } else {
                let output = shorten(&self.mask.text(&both_streams(&finished)), 300);
                format!("the import ended the process: {output}")
            };
            app.failure =
                Some(crate::verify::evidence::Failure { error: how, ..Default::default() });
        }
        Ok(app)
    }

    /// Asks every application that differs from those before it, in two runs.
    fn ask_each(
        &mut self,
        apps: &mut [Application],
        progress: &dyn Fn(&str),
    ) -> Result<(), ProbeError> {
        for index in 0..apps.len() {
            let (earlier, rest) = apps.split_at_mut(index);
            let app = &mut rest[0];
            let seen = earlier.iter().any(|other| other.openapi == app.openapi);
            if app.failure.is_none() && !seen {
                progress(&format!("ask {}", app.app));
                self.ask(app)?;
            }
        }
        Ok(())
    }

    fn ask(&mut self, app: &mut Application) -> Result<(), ProbeError> {
        let places = self.places.values();
        let Some(place) = places.clone().find(|place| place.app == app.app).cloned() else {
            return Ok(());
        };
        let mut request = Request {
            mode: "answers",
            place: &place,
            lifespan: true,
            seed: self.seed,
            done: &[],
            limit: self.options.application_limit,
        };
        let (mut facts, finished) = self.probe(&request)?;
        let startup = facts.iter().find_map(|fact| match fact {
            Fact::Startup { error } => Some(error.clone()),
            _ => None,
        });
        let startup = startup.unwrap_or_else(|| Some(why_silent(&finished)));
        app.startup = Some(startup.as_deref().map(|error| self.mask.text(last_line(error))));
        if startup.is_some() {
            request.lifespan = false;
            facts = self.probe(&request)?.0;
        }
        let first = reading::answers(&facts, &self.mask);
        request.seed += 1;
        let (facts, _) = self.probe(&request)?;
        let second = reading::answers(&facts, &self.mask);
        app.answers = settled(first, &second);
        Ok(())
    }

    /// Runs the tests from the folder of the service; when one of them ends the process or cannot
    /// be interrupted, the rest runs in a new one.
    fn suite(&mut self, main: Option<&Application>) -> Result<Suite, ProbeError> {
        let deadline = Instant::now() + self.options.suite_limit;
        let mut place = self.place_of_tests(main);
        let mut facts = Vec::new();
        let mut done = Vec::new();
        let mut last = None;
        for attempt in 0..CONTINUATIONS {
            let limit = deadline.saturating_duration_since(Instant::now());
            let (new, finished) = self.probe(&Request {
                mode: "suite",
                place: &place,
                lifespan: false,
                seed: self.seed,
                done: &done,
                limit,
            })?;
            let ended = new.iter().any(|fact| matches!(fact, Fact::Finished { .. }));
            if attempt == 0 && self.add_folders_for_tests(&new, &mut place) {
                continue;
            }
            facts.extend(new);
            let before = done.len();
            done = begun(&facts);
            let timed_out = finished.ending == Ending::TimedOut;
            last = Some(finished);
            if ended || timed_out || done.len() == before {
                break;
            }
        }
        let mut suite = reading::suite(&facts, &self.mask);
        if let Some(finished) = last {
            complete(&mut suite, &facts, &finished, &self.mask);
        }
        self.note_missing(&facts);
        Ok(suite)
    }

    /// The path of the tests is that of the application, from the folder of the service.
    fn place_of_tests(&self, main: Option<&Application>) -> Place {
        let mut places = self.places.values();
        let known = main.and_then(|main| places.find(|place| place.app == main.app));
        let mut place = known.cloned().unwrap_or_else(|| {
            let root = self.launcher.root();
            let folders = source_folders(&self.side.tree, &self.side.service);
            Place {
                paths: folders.iter().map(|path| inside(&root, path)).collect(),
                ..Place::default()
            }
        });
        place.cwd = self.launcher.root().join(self.side.service.as_path());
        place.environment.clear();
        place
    }

    fn add_folders_for_tests(&self, facts: &[Fact], place: &mut Place) -> bool {
        let before = place.paths.len();
        for module in missing_modules(facts) {
            if let Some(folder) = self.folder_above_with(&module, place) {
                place.paths.push(folder);
            }
        }
        place.paths.len() > before
    }

    fn note_missing(&mut self, facts: &[Fact]) {
        for module in missing_modules(facts) {
            let service = Folder::from(self.side.service.clone());
            if !provides(&self.side.tree, &service, &module) {
                self.missing.insert(module);
            }
        }
    }

    fn probe(&mut self, request: &Request<'_>) -> Result<(Vec<Fact>, Output), ProbeError> {
        let (facts, finished) = self.launcher.launch(request)?;
        let complete = |fact: &Fact| match fact {
            Fact::Start { isolation, .. } => isolation.network && isolation.files,
            _ => true,
        };
        if !facts.iter().all(complete) {
            self.remarks.insert(
                "the system allows no full isolation: the service could reach the network or write \
                 outside its scratch copy"
                    .into(),
            );
        }
        Ok((facts, finished))
    }
}

/// The line of a traceback that says what went wrong.
fn last_line(text: &str) -> &str {
    text.trim_end().lines().next_back().unwrap_or(text)
}

fn why_silent(finished: &Output) -> String {
    if finished.ending == Ending::TimedOut {
        "the time limit was reached while starting".to_owned()
    } else {
        "the process ended while starting".to_owned()
    }
}

/// Every test that began, also the one that ended the process.
fn begun(facts: &[Fact]) -> Vec<String> {
    facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Begun { test } => Some(test.clone()),
            _ => None,
        })
        .collect()
}

fn missing_modules(facts: &[Fact]) -> BTreeSet<String> {
    facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Uncollected { text, .. } => reading::missing_module(text),
            Fact::NoPytest(failure) => failure.missing.clone(),
            _ => None,
        })
        .collect()
}

/// Says why the run did not come to its end, when the probe could not.
fn complete(suite: &mut Suite, facts: &[Fact], finished: &Output, mask: &Mask) {
    let ended = facts.iter().any(|fact| matches!(fact, Fact::Finished { .. }));
    if finished.ending == Ending::TimedOut {
        suite.cut = Some(Cut::TimeLimit);
    } else if !ended && suite.cut.is_none() {
        suite.cut = Some(Cut::Failed("a test ended the process".to_owned()));
    } else if let Some(Cut::Failed(reason)) = &mut suite.cut
        && reason.starts_with("pytest could not start")
    {
        let text = both_streams(finished);
        let lines = text.lines().rev();
        let mut marked = lines.filter(|line| line.starts_with("E ") || line.starts_with("ERROR"));
        if let Some(line) = marked.next() {
            *reason = format!("{reason}: {}", shorten(&mask.text(line), 240));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(name: &str, works: bool) -> Application {
        Application {
            app: name.into(),
            failure: (!works).then(Default::default),
            ..Application::default()
        }
    }

    fn start(declared: bool) -> Start {
        Start {
            app: String::new(),
            sources: Vec::new(),
            declared,
            cwd: Folder::ROOT,
            paths: Vec::new(),
            environment: BTreeMap::new(),
        }
    }

    #[test]
    fn a_declared_application_that_fails_gives_way_to_a_declared_one_that_works_and_no_guess() {
        let mut apps = [app("a", false), app("b", true), app("c", true)];

        put_importable_first(&mut apps, &[start(true), start(true), start(false)]);
        assert_eq!(apps[0].app, "b");

        let mut apps = [app("a", false), app("c", true)];
        put_importable_first(&mut apps, &[start(true), start(false)]);
        assert_eq!(apps[0].app, "a");
    }
}
