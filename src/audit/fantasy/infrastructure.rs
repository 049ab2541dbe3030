//! Brokers, stores, gateways and registries: configured, run, and used or not.

use std::collections::BTreeSet;

use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::workspace::Place;
use crate::workspace::compose::ComposeEntry;

/// Something that services connect to.
struct Kind {
    name: &'static str,
    /// Beginnings of environment variables that say where it is.
    variables: &'static [&'static str],
    /// Packages by which it is reached.
    clients: &'static [&'static str],
    /// Words in the names of images and entries.
    images: &'static [&'static str],
}

const KINDS: [Kind; 15] = [
    Kind {
        name: "RabbitMQ",
        variables: &["RABBITMQ_", "AMQP_"],
        clients: &["pika", "aio_pika", "aiormq", "kombu", "celery", "faststream", "dramatiq"],
        images: &["rabbitmq"],
    },
    Kind {
        name: "Kafka",
        variables: &["KAFKA_"],
        clients: &["kafka", "aiokafka", "confluent_kafka", "faust", "faststream"],
        images: &["kafka", "redpanda"],
    },
    Kind {
        name: "NATS",
        variables: &["NATS_"],
        clients: &["nats", "asyncio_nats"],
        images: &["nats"],
    },
    Kind {
        name: "Redis",
        variables: &["REDIS_"],
        clients: &[
            "redis",
            "aioredis",
            "fakeredis",
            "celery",
            "rq",
            "arq",
            "aiocache",
            "fastapi_limiter",
            "slowapi",
            "fastapi_cache",
            "coredis",
        ],
        images: &["redis", "valkey"],
    },
    Kind {
        name: "PostgreSQL",
        variables: &["POSTGRES_", "POSTGRESQL_"],
        clients: &[
            "asyncpg",
            "psycopg2",
            "psycopg",
            "sqlalchemy",
            "sqlmodel",
            "databases",
            "tortoise",
            "peewee",
            "django",
            "gino",
            "aiopg",
            "alembic",
        ],
        images: &["postgres", "timescale", "pgvector"],
    },
    Kind {
        name: "MongoDB",
        variables: &["MONGO_", "MONGODB_"],
        clients: &["pymongo", "motor", "beanie", "mongoengine", "odmantic"],
        images: &["mongo"],
    },
    Kind {
        name: "Neo4j",
        variables: &["NEO4J_"],
        clients: &["neo4j", "py2neo", "neomodel", "langchain_neo4j"],
        images: &["neo4j"],
    },
    Kind {
        name: "Elasticsearch",
        variables: &["ELASTICSEARCH_", "ELASTIC_"],
        clients: &["elasticsearch", "elasticsearch_dsl", "opensearchpy"],
        images: &["elasticsearch", "opensearch"],
    },
    Kind {
        name: "Qdrant",
        variables: &["QDRANT_"],
        clients: &["qdrant_client", "langchain_qdrant"],
        images: &["qdrant"],
    },
    Kind {
        name: "ChromaDB",
        variables: &["CHROMA_", "CHROMADB_"],
        clients: &["chromadb", "langchain_chroma"],
        images: &["chroma"],
    },
    Kind {
        name: "Consul",
        variables: &["CONSUL_"],
        clients: &["consul", "aioconsul", "py_consul", "consulate"],
        images: &["consul"],
    },
    Kind {
        name: "Kong",
        variables: &["KONG_"],
        clients: &["kong", "kong_admin_client"],
        images: &["kong"],
    },
    Kind {
        name: "Vault",
        variables: &["VAULT_"],
        clients: &["hvac"],
        images: &["hashicorp/vault"],
    },
    Kind {
        name: "MinIO",
        variables: &["MINIO_"],
        clients: &["minio", "boto3", "aioboto3", "aiobotocore", "s3fs"],
        images: &["minio"],
    },
    Kind {
        name: "ClickHouse",
        variables: &["CLICKHOUSE_"],
        clients: &["clickhouse_driver", "clickhouse_connect", "asynch", "aiochclient"],
        images: &["clickhouse"],
    },
];

impl Kind {
    /// Whether a variable says where this is.
    fn is_told_by(&self, variable: &str) -> bool {
        const WHERE: [&str; 12] = [
            "URL", "URI", "HOST", "HOSTS", "SERVERS", "BROKER", "BROKERS", "DSN", "ADDR",
            "ADDRESS", "ENDPOINT", "NODES",
        ];
        let is_address = WHERE.iter().any(|end| variable.ends_with(&format!("_{end}")));
        is_address && self.variables.iter().any(|start| variable.starts_with(start))
    }

    /// Whether code of a service can reach it: with a client, or with a request to a URL that
    /// it is told.
    fn is_reached_by(&self, fleet: &Fleet, service: &ServiceFacts) -> bool {
        if service.uses_any(self.clients) {
            return true;
        }
        // A client behind a shared module, or of code that the service imports from around it.
        fleet.around(service).any(|file| self.clients.iter().any(|client| file.imports(client)))
    }

    /// Whether the code talks to it over HTTP: the variable is read and HTTP requests are made.
    fn is_asked_over_http(&self, service: &ServiceFacts) -> bool {
        let reads = service.environment.iter().any(|read| self.is_told_by(&read.name));
        let by_http = matches!(
            self.name,
            "Consul" | "Kong" | "Vault" | "Elasticsearch" | "Qdrant" | "ChromaDB" | "ClickHouse"
        );
        by_http && reads && service.uses_any(&["httpx", "requests", "aiohttp"])
    }
}

/// One finding per service and kind, at the variable.
pub(super) fn configured(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut told: BTreeSet<(&str, Place, String)> = BTreeSet::new();
    let own = fleet.every_entry().filter(|(_, entry)| entry.runs(&service.service.folder));
    for (file, entry) in own {
        for variable in &entry.environment {
            for kind in KINDS.iter().filter(|kind| kind.is_told_by(&variable.name)) {
                let place = Place { file: file.path.clone(), line: variable.line };
                told.insert((kind.name, place, variable.name.clone()));
            }
        }
    }
    for read in &service.environment {
        for kind in KINDS.iter().filter(|kind| kind.is_told_by(&read.name)) {
            let place = service.files[read.file].place(read.start);
            told.insert((kind.name, place, read.name.clone()));
        }
    }
    for kind in &KINDS {
        let mut own = told.iter().filter(|(name, ..)| *name == kind.name);
        let Some((_, place, variable)) = own.next() else { continue };
        if kind.is_reached_by(fleet, service) || kind.is_asked_over_http(service) {
            continue;
        }
        let message =
            format!("`{variable}` says where {} is, and no client of it is imported", kind.name);
        let mut draft = Draft::new(&place.file, place.line, message).anchored(format!(
            "{} {}",
            service.name(),
            kind.name
        ));
        for (_, place, variable) in own.take(5) {
            draft = draft.because(place.clone(), format!("`{variable}`"));
        }
        sink.add(draft);
    }
}

/// Compose entries without a build whose image is of a kind that no service reaches.
pub(super) fn unused(fleet: &Fleet, sink: &mut Sink) {
    if fleet.services.is_empty() {
        return;
    }
    for (file, entry) in fleet.entries().filter(|(_, entry)| entry.build.is_none()) {
        let Some(kind) = kind_of(fleet, file, entry) else { continue };
        let reached = fleet
            .services
            .iter()
            .any(|service| kind.is_reached_by(fleet, service) || kind.is_asked_over_http(service));
        let by_outside =
            fleet.outside.iter().any(|file| kind.clients.iter().any(|client| file.imports(client)));
        let by_others = fleet.entries().any(|(_, other)| {
            other.build.is_none()
                && other.name != entry.name
                && (other.depends_on.contains(&entry.name)
                    || other
                        .environment
                        .iter()
                        .any(|variable| variable.value.contains(&format!("{}:", entry.name))))
        });
        if !reached && !by_outside && !by_others {
            let message = format!(
                "`{}` runs {}, and no code of any service connects to it",
                entry.name, kind.name
            );
            sink.add(Draft::new(&file.path, entry.line, message));
        }
    }
}

/// The kind of an entry, by its image.
fn kind_of(
    fleet: &Fleet,
    file: &crate::workspace::compose::ComposeFile,
    entry: &ComposeEntry,
) -> Option<&'static Kind> {
    let text = fleet.backend.tree.text(&file.path)?;
    let image = text
        .lines()
        .skip(entry.line)
        .take_while(|line| {
            line.trim().is_empty() || line.starts_with("   ") || line.trim_start().starts_with('#')
        })
        .find_map(|line| line.trim().strip_prefix("image:"))?
        .trim()
        .trim_matches(['"', '\''])
        .to_ascii_lowercase();
    let repository = image.split(':').next().unwrap_or(&image);
    let is_side = [
        "exporter",
        "insight",
        "commander",
        "express",
        "-ui",
        "connect",
        "zookeeper",
        "admin",
        "konga",
    ];
    if is_side.iter().any(|word| repository.contains(word)) {
        return None;
    }
    KINDS.iter().find(|kind| kind.images.iter().any(|word| repository.contains(word)))
}

/// An imported client of which no attribute or class is ever called.
pub(super) fn client(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    const WATCHED: [&str; 12] = [
        "pika",
        "aio_pika",
        "aiokafka",
        "kafka",
        "confluent_kafka",
        "nats",
        "qdrant_client",
        "chromadb",
        "consul",
        "neo4j",
        "elasticsearch",
        "hvac",
    ];
    for package in WATCHED {
        let mut importing = service.code().filter(|file| file.imports(package)).peekable();
        let Some(first) = importing.peek().copied() else { continue };
        let called = service.code().any(|file| {
            file.outline.calls.iter().any(|call| {
                let full = file.full(&call.what.callee);
                full == package || full.starts_with(&format!("{package}."))
            })
        });
        let passed_on = service.code().filter(|file| file.imports(package)).any(|file| {
            let names: Vec<&str> = file
                .module
                .facts
                .imports
                .iter()
                .filter(|import| {
                    import.module == package
                        || import.module.starts_with(&format!("{package}."))
                        || import.names.iter().any(|name| name.name == package)
                })
                .flat_map(|import| import.names.iter().map(crate::python::ImportedName::bound))
                .collect();
            file.module.facts.references.iter().any(|found| names.contains(&found.name.as_str()))
        });
        if !called && !passed_on {
            let import = first.module.facts.imports.iter().find(|import| {
                import.module.starts_with(package)
                    || import.names.iter().any(|name| name.name.starts_with(package))
            });
            let start = import.map_or(0, |import| import.range.start);
            sink.add(first.draft(start, format!("`{package}` is imported and never used")));
        }
    }
}
