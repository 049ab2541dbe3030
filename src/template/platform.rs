//! The files of a platform that follow the registry: deployment, observability, CI.
//!
//! Each output is a pair of embedded templates, one rendered once and one per service. A file
//! that carries the mark of its output is managed: it is replaced, and removed when its service
//! is gone. A file without the mark is somebody's own: it is written once or left as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::engine::Scope;
use super::request::NewError;
use super::shared::LIBRARIES;
use super::source::embedded;
use super::value::Value;
use crate::change::{ChangeSet, RelPath};
use crate::operation::contracts::PACTS;
use crate::registry::facts::{Facts, ServiceFacts};
use crate::workspace::Tree;

/// The first words of the mark in every managed file.
const MARK: &str = "derived from ports.yaml by `scaffold render";

/// How a consumer names the type of an event.
#[expect(clippy::expect_used, reason = "the pattern is a constant")]
static EVENT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?m)^EVENT_TYPE = "([\w.-]+)"$"#).expect("a constant pattern"));

/// What can be derived beside compose and env files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Databases and observability beside the services in compose.
    Compose,
    /// Kustomize base and overlays.
    K8s,
    /// One chart, with values per service.
    Helm,
    /// Scraping, alerts and objectives.
    Prometheus,
    /// Collector, traces, logs and dashboards.
    Observability,
    /// Routes of Kong.
    Kong,
    /// Service definitions of Consul.
    Consul,
    /// Exchange and queues of the event bus.
    Rabbitmq,
    /// Continuous integration.
    Github,
    /// Backstage catalog.
    Catalog,
    /// Services and libraries as a graph.
    Graph,
}

/// What the outputs change.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    /// The files that change.
    pub changes: ChangeSet,
    /// Files that are somebody's own and stand where a managed one would be.
    pub foreign: Vec<RelPath>,
}

impl Output {
    /// Every output, in the order in which they are written.
    pub const ALL: [Self; 11] = [
        Self::Compose,
        Self::K8s,
        Self::Helm,
        Self::Prometheus,
        Self::Observability,
        Self::Kong,
        Self::Consul,
        Self::Rabbitmq,
        Self::Github,
        Self::Catalog,
        Self::Graph,
    ];

    /// Its name on the command line and in its mark.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compose => "compose",
            Self::K8s => "k8s",
            Self::Helm => "helm",
            Self::Prometheus => "prometheus",
            Self::Observability => "observability",
            Self::Kong => "kong",
            Self::Consul => "consul",
            Self::Rabbitmq => "rabbitmq",
            Self::Github => "github",
            Self::Catalog => "catalog",
            Self::Graph => "graph",
        }
    }

    /// The template that is rendered once, and the one that is rendered per service.
    fn templates(self) -> (Option<&'static str>, Option<&'static str>) {
        match self {
            Self::Compose => (Some("render/compose/workspace"), None),
            Self::K8s => (Some("render/k8s/workspace"), Some("render/k8s/service")),
            Self::Helm => (Some("render/helm/workspace"), Some("render/helm/service")),
            Self::Prometheus => {
                (Some("render/prometheus/workspace"), Some("render/prometheus/service"))
            }
            Self::Observability => (Some("render/observability/workspace"), None),
            Self::Kong => (Some("render/kong/workspace"), None),
            Self::Consul => (None, Some("render/consul/service")),
            Self::Rabbitmq => (Some("render/rabbitmq/workspace"), None),
            Self::Github => (Some("render/github/workspace"), None),
            Self::Catalog => (Some("render/catalog/workspace"), None),
            Self::Graph => (Some("render/graph/workspace"), None),
        }
    }

    fn mark(self) -> String {
        format!("{MARK} {}`", self.name())
    }

    /// Whether a workspace has files of this output.
    pub fn is_used(self, tree: &Tree) -> bool {
        let mark = self.mark();
        tree.iter().any(|(_, entry)| entry.text().is_some_and(|text| text.contains(&mark)))
    }
}

/// Derives some outputs.
pub fn derive(facts: &Facts<'_>, outputs: &[Output]) -> Result<Derived, NewError> {
    let platform = Platform::gather(facts);
    let mut after = facts.tree.clone();
    let mut foreign = Vec::new();
    for output in outputs {
        let rendered = platform.render(*output)?;
        let mark = output.mark();
        let is_managed =
            |tree: &Tree, path: &RelPath| tree.text(path).is_some_and(|text| text.contains(&mark));
        for (path, _) in facts.tree.iter() {
            if is_managed(facts.tree, path) && rendered.get(path).is_none() {
                after.remove(path);
            }
        }
        for (path, entry) in rendered.iter() {
            let is_there = facts.tree.get(path).is_some();
            if is_there && !is_managed(facts.tree, path) {
                if is_managed(&rendered, path) {
                    foreign.push(path.clone());
                }
                continue;
            }
            after.set(path.clone(), entry.clone());
        }
    }
    Ok(Derived { changes: facts.tree.changes_to(&after, &BTreeMap::new()), foreign })
}

/// What the templates are told about the workspace and its services.
struct Platform {
    common: BTreeMap<String, Value>,
    services: Vec<BTreeMap<String, Value>>,
}

impl Platform {
    fn gather(facts: &Facts<'_>) -> Self {
        let mut known: Vec<Member> =
            facts.services.iter().filter_map(|service| Member::of(facts, service)).collect();
        known.sort_by(|one, other| one.slug.cmp(&other.slug));
        let list = |of: &dyn Fn(&Member) -> String| Value::List(known.iter().map(of).collect());
        let only = |counts: &dyn Fn(&Member) -> bool, of: &dyn Fn(&Member) -> String| {
            Value::List(known.iter().filter(|member| counts(member)).map(of).collect())
        };
        let started = |member: &Member| member.entry.is_some();
        let entry = |of: &dyn Fn(&Member) -> String| only(&started, of);
        let served = |member: &Member| member.is_served;
        let target = |member: &Member| format!("{}:{}", member.slug, member.port);
        let edges = known.iter().flat_map(|member| {
            let libraries = member.libs.iter().map(|(_, package)| package);
            let called = member.calls(&known).map(|other| &other.name);
            libraries.chain(called).map(|other| format!("{} --> {other}", member.name))
        });
        let calls = |member: &Member| {
            let called = member.calls(&known).map(|other| format!("component:{}", other.slug));
            called.collect::<Vec<_>>().join(", ")
        };
        let used = |lib: &'static str, then: &dyn Fn(&Member) -> String, member: &Member| {
            if member.is_set(lib) { then(member) } else { String::new() }
        };
        let database = |member: &Member| used("DATABASE", &|member| member.name.clone(), member);
        let bindings = known.iter().flat_map(|member| {
            member.events.iter().map(|event| (event.clone(), member.slug.clone()))
        });
        let libraries = known.iter().flat_map(|member| &member.libs);
        let libraries: BTreeSet<String> =
            libraries.map(|(_, package)| format!("{}/{package}", facts.config.libs)).collect();
        let common = [
            ("entries", entry(&|member| member.entry.clone().unwrap_or_default())),
            ("entry_slugs", entry(&|member| member.slug.clone())),
            ("entry_prefixes", entry(&|member| member.prefix())),
            ("entry_telemetry", entry(&|member| member.telemetry())),
            ("entry_databases", entry(&database)),
            ("entry_brokers", entry(&|member| used("BROKER", &|_| "broker".to_owned(), member))),
            ("databases", only(&|member| started(member) && member.is_set("DATABASE"), &database)),
            ("served", only(&served, &|member| member.slug.clone())),
            ("served_targets", only(&served, &target)),
            ("calls", list(&calls)),
            ("libraries", Value::List(libraries.into_iter().collect())),
            ("workspace", Value::from(facts.config.name.as_str())),
            ("services", list(&|member| member.name.clone())),
            ("slugs", list(&|member| member.slug.clone())),
            ("targets", list(&target)),
            ("watches", list(&|member| member.watched(facts))),
            ("consumers", only(&|member| !member.events.is_empty(), &|member| member.slug.clone())),
            ("bindings", Value::List(bindings.clone().map(|(event, _)| event).collect())),
            ("bound", Value::List(bindings.map(|(_, slug)| slug).collect())),
            ("edges", Value::List(edges.collect())),
        ];
        let common: BTreeMap<String, Value> =
            common.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let services = known.iter().map(|member| {
            let mut values = common.clone();
            values.insert("name".into(), Value::from(member.name.as_str()));
            values.insert("slug".into(), Value::from(member.slug.as_str()));
            values.insert("port".into(), Value::Integer(member.port.into()));
            values.insert("is_gateway".into(), Value::Bool(member.uses("gateway")));
            values
        });
        Self { services: services.collect(), common }
    }

    fn render(&self, output: Output) -> Result<Tree, NewError> {
        let (once, each) = output.templates();
        let mut tree = Tree::new();
        let mut add = |name: &'static str, values: &BTreeMap<String, Value>| {
            let template = embedded(name)?;
            let scope = Scope { values: values.clone(), ..Scope::default() };
            for (path, entry) in template.render(&scope)?.iter() {
                tree.set(path.clone(), entry.clone());
            }
            Ok::<(), NewError>(())
        };
        if let Some(name) = once {
            add(name, &self.common)?;
        }
        if let Some(name) = each {
            for values in &self.services {
                add(name, values)?;
            }
        }
        Ok(tree)
    }
}

/// A registered service.
struct Member {
    name: String,
    slug: String,
    folder: RelPath,
    port: u16,
    /// Short names and packages of the shared libraries that it uses.
    libs: Vec<(&'static str, String)>,
    /// What it is called in a compose file.
    entry: Option<String>,
    /// Whether it answers requests of others.
    is_served: bool,
    /// The types of events that it understands.
    events: BTreeSet<String>,
    /// The variables that its `.env.example` shows.
    variables: BTreeSet<String>,
}

impl Member {
    /// `None` for what has no port or a name that no host can have.
    fn of(facts: &Facts<'_>, known: &ServiceFacts) -> Option<Self> {
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
    fn prefix(&self) -> String {
        self.slug.replace('-', "_").to_uppercase()
    }

    /// Whether it is told a URL of this kind: `DATABASE`, `BROKER`.
    fn is_set(&self, kind: &str) -> bool {
        self.variables.contains(&format!("{}_{kind}_URL", self.prefix()))
    }

    /// The variable that names the collector, if it has one.
    fn telemetry(&self) -> String {
        let variable = format!("{}_OTLP_ENDPOINT", self.prefix());
        if self.variables.contains(&variable) { variable } else { String::new() }
    }

    /// The other services whose URL it is told.
    fn calls<'a>(&'a self, known: &'a [Self]) -> impl Iterator<Item = &'a Self> {
        known.iter().filter(|other| self.is_set(&other.prefix()))
    }

    fn uses(&self, lib: &str) -> bool {
        self.libs.iter().any(|(name, _)| *name == lib)
    }

    /// The folders whose changes concern it, as arguments of a shell.
    fn watched(&self, facts: &Facts<'_>) -> String {
        let libs = self.libs.iter().map(|(_, package)| format!("{}/{package}", facts.config.libs));
        let pacts = format!("{PACTS}/*-{}.json", self.name);
        let folders = std::iter::once(self.folder.to_string()).chain(libs).chain([pacts]);
        folders.map(|folder| format!("'{folder}'")).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Entry;
    use crate::registry::Registry;
    use crate::workspace::Config;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::new();
        for (path, text) in files {
            tree.set(RelPath::new(path).unwrap(), Entry::file(*text));
        }
        tree
    }

    fn workspace() -> Tree {
        let orders = "dependencies = [\"vertice-api>=2\", \"vertice-messaging>=2\"]";
        let main = "from fastapi import FastAPI\napp = FastAPI()\n";
        tree(&[
            ("services/orders/pyproject.toml", orders),
            ("services/orders/src/orders/main.py", main),
            ("services/orders/Dockerfile", "FROM x\nEXPOSE 8100\n"),
        ])
    }

    fn derived(tree: &Tree, outputs: &[Output], registry: &str) -> Derived {
        let config = Config::new("demo");
        let registry = Registry::parse(registry).unwrap();
        derive(&Facts::gather(tree, &config, registry), outputs).unwrap()
    }

    #[test]
    fn every_output_names_the_service_and_is_stable() {
        let before = workspace();

        for output in Output::ALL {
            let first = derived(&before, &[output], "orders: 8100\n");
            assert!(!first.changes.is_empty(), "{}", output.name());
            let after = before.with(&first.changes);
            assert!(output.is_used(&after), "{}", output.name());
            let second = derived(&after, &[output], "orders: 8100\n");
            assert!(second.changes.is_empty(), "{}: {:?}", output.name(), second.changes);
        }
    }

    #[test]
    fn what_is_somebodys_own_is_kept_and_named() {
        let mut before = workspace();
        let path = RelPath::new("catalog-info.yaml").unwrap();
        before.set(path.clone(), Entry::file("kind: Mine\n"));

        let found = derived(&before, &[Output::Catalog], "orders: 8100\n");

        assert!(found.changes.is_empty());
        assert_eq!(found.foreign, [path]);
    }

    #[test]
    fn a_changed_overlay_is_kept_and_a_changed_base_is_written_again() {
        let before = workspace();
        let first = derived(&before, &[Output::K8s], "orders: 8100\n");
        let mut after = before.with(&first.changes);
        let overlay = RelPath::new("deploy/k8s/overlays/staging/kustomization.yaml").unwrap();
        let base = RelPath::new("deploy/k8s/base/orders.yaml").unwrap();
        let edited = after.text(&base).unwrap().replace("8100", "9999");
        after.set(overlay, Entry::file("mine: true\n"));
        after.set(base.clone(), Entry::file(edited));

        let second = derived(&after, &[Output::K8s], "orders: 8100\n");

        let changed: Vec<_> = second.changes.iter().map(|(path, _)| path.clone()).collect();
        assert_eq!(changed, [base]);
        assert!(second.foreign.is_empty());
    }

    #[test]
    fn files_of_a_service_that_is_gone_are_removed() {
        let before = workspace();
        let first = derived(&before, &[Output::Consul], "orders: 8100\n");
        let after = before.with(&first.changes);

        let second = derived(&after, &[Output::Consul], "other: 8100\n");

        let (path, _) = second.changes.iter().next().unwrap();
        assert_eq!(path.as_str(), "deploy/consul/orders.json");
    }
}
