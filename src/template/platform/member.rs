//! What the files of a platform have to know of one service.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::change::RelPath;
use crate::operation::contracts::PACTS;
use crate::registry::facts::{Facts, ServiceFacts};
use crate::template::shared::LIBRARIES;

/// How a consumer names the type of an event.
#[expect(clippy::expect_used, reason = "the pattern is a constant")]
static EVENT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?m)^EVENT_TYPE = "([\w.-]+)"$"#).expect("a constant pattern"));

/// A registered service.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) folder: RelPath,
    pub(super) port: u16,
    /// Short names and packages of the shared libraries that it uses.
    pub(super) libs: Vec<(&'static str, String)>,
    /// What it is called in a compose file.
    pub(super) entry: Option<String>,
    /// Whether it answers requests of others.
    pub(super) is_served: bool,
    /// The variables that its `.env.example` shows.
    pub(super) variables: BTreeSet<String>,
    /// The types of events that it understands.
    pub(super) events: BTreeSet<String>,
}

impl Member {
    /// `None` for what has no port or a name that no host can have.
    pub(super) fn of(facts: &Facts<'_>, known: &ServiceFacts) -> Option<Self> {
        let service = &known.service;
        let registered = facts.registry.get(&service.name)?;
        let slug = service.name.to_lowercase().replace('_', "-");
        let is_label = slug.starts_with(|first: char| first.is_ascii_lowercase())
            && slug.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        let project = service.folder.join("pyproject.toml").ok();
        let project = project.and_then(|path| facts.tree.text(&path)).unwrap_or_default();
        let libs = LIBRARIES.iter().filter_map(|(lib, _)| {
            let package = format!("{}_{lib}", facts.config.prefix);
            let dependency = format!("\"{}", package.replace('_', "-"));
            project.contains(&dependency).then_some((*lib, package))
        });
        let port = known.listens(None).map_or(registered.port, |(port, _)| port);
        let (name, folder) = (service.name.clone(), service.folder.clone());
        let example = folder.join(".env.example").ok().and_then(|path| facts.tree.text(&path));
        let variables = example.unwrap_or_default().lines().filter_map(|line| {
            let (variable, _) = line.trim_start_matches(['#', ' ']).split_once('=')?;
            Some(variable.to_owned())
        });
        // What has layers and no API among them waits for events or for the time.
        let has = |below: &str| folder.join(below).is_ok_and(|path| facts.tree.has_folder(&path));
        let is_served = !has(&format!("src/{name}/presentation"))
            || has(&format!("src/{name}/presentation/api"));
        // Only the file at the root is read together with the one that is derived.
        let at_root = |path: &RelPath| path.parent().is_none();
        let entries = facts.entries_of(service);
        let entry = entries.iter().find(|found| at_root(&found.file.path));
        let entry = entry.map(|found| found.entry.name.clone());
        let events = folder.join(format!("src/{name}/presentation")).ok();
        let events = events.iter().flat_map(|folder| facts.tree.below(folder));
        let events = events.filter_map(|(_, entry)| EVENT.captures(entry.text()?));
        let events = events.map(|found| found[1].to_owned()).collect();
        let (libs, variables) = (libs.collect(), variables.collect());
        is_label.then_some(Self {
            name,
            slug,
            folder,
            port,
            libs,
            entry,
            is_served,
            variables,
            events,
        })
    }

    /// What the names of its settings begin with.
    pub(super) fn prefix(&self) -> String {
        self.slug.replace('-', "_").to_uppercase()
    }

    /// Whether it has a variable that ends so: `DATABASE_URL`, `BROKER_URL`.
    pub(super) fn is_told(&self, what: &str) -> bool {
        self.variables.contains(&format!("{}_{what}", self.prefix()))
    }

    /// The other services whose URL it is told.
    pub(super) fn calls<'a>(&'a self, known: &'a [Self]) -> impl Iterator<Item = &'a Self> {
        known.iter().filter(|other| self.is_told(&format!("{}_URL", other.prefix())))
    }

    pub(super) fn uses(&self, lib: &str) -> bool {
        self.libs.iter().any(|(name, _)| *name == lib)
    }

    /// The folders whose changes concern it, as arguments of a shell.
    pub(super) fn watched(&self, facts: &Facts<'_>) -> String {
        let libs = self.libs.iter().map(|(_, package)| format!("{}/{package}", facts.config.libs));
        let pacts = format!("{PACTS}/*-{}.json", self.name);
        let folders = std::iter::once(self.folder.to_string()).chain(libs).chain([pacts]);
        folders.map(|folder| format!("'{folder}'")).collect::<Vec<_>>().join(" ")
    }
}
