//! An image that starts another application than compose does.
//!
//! Which one is meant is not ours to guess: the one that has more of the routes which say what the
//! service is for is proposed, and somebody chooses. The other one stays a module and is listed with its routes.

use std::cmp::Ordering;

use super::apps::{Application, applications};
use super::commands::runs;
use crate::change::{Edit, RelPath, apply_edits};
use crate::operation::Note;
use crate::python::PythonService;
use crate::workspace::compose::ComposeFile;
use crate::workspace::dockerfile::Dockerfile;
use crate::workspace::words::Word;
use crate::workspace::{EntryPoint, StartSource, Tree, starts};

/// One application that is started somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As it is started: `module:name`.
    pub app: String,
    /// What starts it, with its place.
    pub started_by: String,
    /// Its routes, as far as they can be read.
    pub routes: Vec<String>,
    /// How many of them say what the service is for.
    pub telling: usize,
}

/// Image and compose start different applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What the image starts.
    pub image: Choice,
    /// What compose starts.
    pub compose: Choice,
    /// Where the image's command stands.
    pub place: (RelPath, usize),
}

impl Difference {
    /// The application that serves the real routes: the one that has more of them.
    pub fn proposal(&self) -> Option<&Choice> {
        match self.compose.telling.cmp(&self.image.telling) {
            Ordering::Greater => Some(&self.compose),
            Ordering::Less => Some(&self.image),
            Ordering::Equal => None,
        }
    }

    /// The sentence that says so in a plan.
    pub fn note(&self) -> Note {
        let shown = |choice: &Choice| format!("{} ({})", choice.app, routes(&choice.routes));
        let wish = match self.proposal() {
            Some(choice) => format!("--entry {} lets both start that one", choice.app),
            None => "--entry MODULE:NAME lets both start one".to_owned(),
        };
        let (image, compose) = (shown(&self.image), shown(&self.compose));
        let message = format!(
            "the image starts {image}, {} starts {compose}; {wish}",
            self.compose.started_by
        );
        Note::new(&self.place.0, self.place.1, message)
    }
}

fn routes(paths: &[String]) -> String {
    match paths {
        [] => "no routes".to_owned(),
        [only] => only.clone(),
        _ if paths.len() > 6 => format!("{} and {} more", paths[..5].join(", "), paths.len() - 5),
        _ => paths.join(", "),
    }
}

/// What is started by an entry point, seen through re-exports.
fn origin(service: &PythonService, start: &EntryPoint) -> Option<(usize, String)> {
    let (_, name) = start.app.as_deref()?.split_once(':')?;
    let index = service.index_of(start.module_file.as_ref()?.as_str())?;
    let (module, _) = service.origin(index, name)?;
    Some((module, name.to_owned()))
}

fn choice(
    service: &PythonService,
    applications: &[Application],
    start: &EntryPoint,
) -> Option<Choice> {
    let (module, name) = origin(service, start)?;
    let found = applications.iter().find(|app| app.module == module && app.name == name);
    let started_by = match (start.source, &start.entry) {
        (StartSource::Compose, Some(entry)) => format!("compose's `{entry}` ({})", start.place),
        _ => start.place.to_string(),
    };
    Some(Choice {
        app: start.app.clone()?,
        started_by,
        routes: found.map(|app| app.routes.clone()).unwrap_or_default(),
        telling: found.map_or(0, Application::telling),
    })
}

/// Whether image and compose start different applications of the service.
///
/// Compose entries that differ among themselves are several programs on purpose.
pub fn difference(
    tree: &Tree,
    folder: Option<&RelPath>,
    service: &PythonService,
) -> Option<Difference> {
    let starts = starts(tree, folder);
    let of_image =
        |start: &&EntryPoint| start.source == StartSource::Dockerfile && start.entry.is_none();
    let image = starts.iter().find(of_image)?;
    let by_compose: Vec<_> =
        starts.iter().filter(|start| start.source == StartSource::Compose).collect();
    let compose = by_compose.first()?;
    let wanted = origin(service, compose)?;
    if by_compose.iter().any(|other| origin(service, other).as_ref() != Some(&wanted))
        || origin(service, image)? == wanted
    {
        return None;
    }
    let known = applications(tree, service);
    Some(Difference {
        image: choice(service, &known, image)?,
        compose: choice(service, &known, compose)?,
        place: (image.place.file.clone(), image.place.line),
    })
}

/// Lets image and compose start `wanted`; without one, what is proposed.
///
/// Nothing happens where they agree. Fails with a sentence when the choice is none of the two, or
/// a command cannot be followed.
pub fn settle(
    tree: &mut Tree,
    folder: Option<&RelPath>,
    service: &PythonService,
    wanted: Option<&str>,
) -> Result<Vec<Note>, String> {
    let Some(found) = difference(tree, folder, service) else { return Ok(Vec::new()) };
    let wanted = match wanted {
        Some(app) => app,
        None => match found.proposal() {
            Some(choice) => choice.app.as_str(),
            None => return Ok(vec![found.note()]),
        },
    };
    let (chosen, other) = if wanted == found.compose.app {
        (&found.compose, &found.image)
    } else if wanted == found.image.app {
        (&found.image, &found.compose)
    } else {
        let (image, compose) = (&found.image.app, &found.compose.app);
        return Err(format!("{wanted} is started nowhere; it is {compose} or {image}"));
    };
    let mut notes = Vec::new();
    if chosen == &found.compose {
        in_image(tree, &found.place.0, (&other.app, &chosen.app))?;
        notes.extend(health(tree, &found.place.0, chosen));
    } else {
        in_compose(tree, folder, (&other.app, &chosen.app))?;
    }
    let kept = format!(
        "{} is started by nothing now and stays a module; its routes: {}",
        other.app,
        routes(&other.routes)
    );
    notes.insert(0, Note::new(&found.place.0, found.place.1, kept));
    Ok(notes)
}

/// Puts the new import string into the words of a command.
fn in_words(text: &str, words: &[Word], (old, new): (&str, &str)) -> Vec<Edit> {
    let mut edits = Vec::new();
    for word in words {
        let raw = text.get(word.range.clone()).unwrap_or_default();
        if let Some(at) = raw.find(old) {
            let start = word.range.start + at;
            edits.push(Edit::replace(start..start + old.len(), new));
        }
    }
    edits
}

fn in_image(tree: &mut Tree, path: &RelPath, change: (&str, &str)) -> Result<(), String> {
    let text = tree.text(path).unwrap_or_default();
    let command = Dockerfile::parse(text).start_command();
    let words = command.map(|command| command.words).unwrap_or_default();
    let edits = in_words(text, &words, change);
    put(tree, path, &edits, change)
}

fn in_compose(
    tree: &mut Tree,
    folder: Option<&RelPath>,
    change: (&str, &str),
) -> Result<(), String> {
    let mut found = Vec::new();
    for (path, entry) in tree.iter() {
        let Some(text) = entry.text() else { continue };
        if !crate::workspace::compose::is_compose_file(path) {
            continue;
        }
        let Ok(file) = ComposeFile::parse(path, text) else { continue };
        for entry in file.entries.iter().filter(|entry| runs(folder, entry)) {
            let written = [&entry.command, &entry.entrypoint];
            let words = written.into_iter().flatten().flat_map(|written| written.words.clone());
            let edits = in_words(text, &words.collect::<Vec<_>>(), change);
            if !edits.is_empty() {
                found.push((path.clone(), edits));
            }
        }
    }
    if found.is_empty() {
        return Err(format!("{} is named in no command of compose", change.0));
    }
    found.into_iter().try_for_each(|(path, edits)| put(tree, &path, &edits, change))
}

fn put(
    tree: &mut Tree,
    path: &RelPath,
    edits: &[Edit],
    (old, _): (&str, &str),
) -> Result<(), String> {
    let Some(entry) = tree.get(path).filter(|_| !edits.is_empty()) else {
        return Err(format!("{path} does not start {old} by its name"));
    };
    let text = apply_edits(entry.text().unwrap_or_default(), edits);
    let text = text.map_err(|error| format!("{path}: {error}"))?;
    let entry = entry.with_bytes(text);
    tree.set(path.clone(), entry);
    Ok(())
}

/// The image's health check may ask for a route that the other application had.
fn health(tree: &Tree, path: &RelPath, chosen: &Choice) -> Option<Note> {
    let image = Dockerfile::parse(tree.text(path)?);
    let check = image.healthcheck()?;
    let url = check.words.iter().find_map(|word| word.text.split_once("://"))?.1;
    let asked = url.split(['?', '\'', '"', ')']).next().unwrap_or(url);
    let asked = asked.find('/').map_or("/", |at| &asked[at..]);
    let has_it = chosen
        .routes
        .iter()
        .any(|route| route.trim_end_matches('/') == asked.trim_end_matches('/'));
    (!has_it).then(|| {
        let message = format!("the health check asks {asked}, which {} may not have", chosen.app);
        Note::new(path, check.line, message)
    })
}
