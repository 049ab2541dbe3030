//! The files of a platform that follow the registry: deployment, observability, CI.
//!
//! Each output is a pair of embedded templates, one rendered once and one per service. A file
//! that carries the mark of its output is managed: it is replaced, and removed when its service
//! is gone. A file without the mark is somebody's own: it is written once or left as it is.

mod member;

use std::collections::{BTreeMap, BTreeSet};

use super::engine::Scope;
use super::request::NewError;
use super::source::embedded;
use super::value::Value;
use crate::change::{ChangeSet, RelPath};
use crate::registry::facts::Facts;
use crate::workspace::Tree;
use member::Member;

/// The first words of the mark in every managed file.
const MARK: &str = "derived from ports.yaml by `scaffold render";

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
    /// Whether a service in compose knows the settings of ours.
    is_told: bool,
    common: BTreeMap<String, Value>,
    services: Vec<BTreeMap<String, Value>>,
}

impl Platform {
    fn gather(facts: &Facts<'_>) -> Self {
        let mut known: Vec<Member> =
            facts.services.iter().filter_map(|service| Member::of(facts, service)).collect();
        known.sort_by(|one, other| one.slug.cmp(&other.slug));
        let list = |of: &dyn Fn(&Member) -> String| all(known.iter(), of);
        let served = || known.iter().filter(|member| member.is_served);
        let consumers = known.iter().filter(|member| !member.events.is_empty());
        let target = |member: &Member| format!("{}:{}", member.slug, member.port);
        let slug = |member: &Member| member.slug.clone();
        let edges = known.iter().flat_map(|member| {
            let libraries = member.libs.iter().map(|(_, package)| package);
            let called = member.calls(&known).map(|other| &other.name);
            libraries.chain(called).map(|other| format!("{} --> {other}", member.name))
        });
        let calls = |member: &Member| {
            let called = member.calls(&known).map(|other| format!("component:{}", other.slug));
            called.collect::<Vec<_>>().join(", ")
        };
        let bindings = known.iter().flat_map(|member| {
            member.events.iter().map(|event| (event.clone(), member.slug.clone()))
        });
        let libraries = known.iter().flat_map(|member| &member.libs);
        let libraries: BTreeSet<String> =
            libraries.map(|(_, package)| format!("{}/{package}", facts.config.libs)).collect();
        let common = [
            ("workspace", Value::from(facts.config.name.as_str())),
            ("services", list(&|member| member.name.clone())),
            ("slugs", list(&slug)),
            ("targets", list(&target)),
            ("watches", list(&|member| member.watched(facts))),
            ("served", all(served(), &slug)),
            ("served_targets", all(served(), &target)),
            ("consumers", all(consumers, &slug)),
            ("routes", Value::Text(routes(served()))),
            ("bindings", Value::List(bindings.clone().map(|(event, _)| event).collect())),
            ("bound", Value::List(bindings.map(|(_, slug)| slug).collect())),
            ("calls", list(&calls)),
            ("edges", Value::List(edges.collect())),
            ("libraries", Value::List(libraries.into_iter().collect())),
        ];
        let common = common.into_iter().chain(in_compose(&known));
        let common: BTreeMap<String, Value> =
            common.map(|(name, value)| (name.to_owned(), value)).collect();
        let services = known.iter().map(|member| {
            let mut values = common.clone();
            values.insert("name".into(), Value::from(member.name.as_str()));
            values.insert("slug".into(), Value::from(member.slug.as_str()));
            values.insert("port".into(), Value::Integer(member.port.into()));
            values.insert("is_gateway".into(), Value::Bool(member.uses("gateway")));
            values.insert("prefix".into(), Value::Text(member.prefix()));
            values
        });
        let is_told = known.iter().any(|it| it.entry.is_some() && it.is_told("OTLP_ENDPOINT"));
        Self { is_told, services: services.collect(), common }
    }

    fn render(&self, output: Output) -> Result<Tree, NewError> {
        let (once, each) = output.templates();
        let mut tree = Tree::new();
        // Services that cannot be told of databases and collectors get none beside them.
        if output == Output::Compose && !self.is_told {
            return Ok(tree);
        }
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

/// What is said of each member, in their order.
fn all<'a>(members: impl Iterator<Item = &'a Member>, of: &dyn Fn(&Member) -> String) -> Value {
    Value::List(members.map(of).collect())
}

/// The services behind a gateway, as JSON, by the names that they have in a cluster.
fn routes<'a>(served: impl Iterator<Item = &'a Member>) -> String {
    let behind = served.filter(|member| !member.uses("gateway"));
    let urls: BTreeMap<&str, String> = behind
        .map(|member| (member.name.as_str(), format!("http://{}:{}", member.slug, member.port)))
        .collect();
    serde_json::json!(urls).to_string()
}

/// The services that the compose file at the root starts, with what they have to be told.
fn in_compose(known: &[Member]) -> [(&'static str, Value); 8] {
    let started = || known.iter().filter(|member| member.entry.is_some());
    let told = |kind: &'static str| {
        move |member: &Member| {
            let is_told = member.is_told(kind);
            if is_told { member.name.clone() } else { String::new() }
        }
    };
    let with_database = started().filter(|member| member.is_told("DATABASE_URL"));
    [
        ("entries", all(started(), &|member| member.entry.clone().unwrap_or_default())),
        ("entry_slugs", all(started(), &|member| member.slug.clone())),
        ("entry_prefixes", all(started(), &|member| member.prefix())),
        ("entry_telemetry", all(started(), &told("OTLP_ENDPOINT"))),
        ("entry_databases", all(started(), &told("DATABASE_URL"))),
        ("entry_brokers", all(started(), &told("BROKER_URL"))),
        ("entry_routes", all(started(), &told("SERVICES"))),
        ("databases", all(with_database, &|member| member.name.clone())),
    ]
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
            ("services/orders/.env.example", "# ORDERS_OTLP_ENDPOINT=\n"),
            (
                "docker-compose.yml",
                "services:\n  orders:\n    build: {context: ., dockerfile: services/orders/Dockerfile}\n",
            ),
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
