//! Topics and queues of brokers that code names.

use std::collections::BTreeMap;

use crate::audit::file::FileFacts;
use crate::audit::fleet::Fleet;
use crate::python::outline::{Call, Value};
use crate::workspace::Place;

/// Clients of brokers.
const CLIENTS: [&str; 9] = [
    "aiokafka",
    "kafka",
    "confluent_kafka",
    "faststream",
    "nats",
    "pika",
    "aio_pika",
    "aiormq",
    "kombu",
];

/// Calls that name a topic or a queue, with the arguments that do.
const CALLS: [(&str, &[&str]); 16] = [
    ("AIOKafkaConsumer", &["topics"]),
    ("KafkaConsumer", &["topics"]),
    ("send", &["topic"]),
    ("send_and_wait", &["topic"]),
    ("produce", &["topic"]),
    ("publish", &["subject", "topic", "queue", "routing_key"]),
    ("subscribe", &["subject", "topics", "topic"]),
    ("subscriber", &["subject", "topic", "queue"]),
    ("publisher", &["subject", "topic", "queue"]),
    ("basic_publish", &["routing_key"]),
    ("basic_consume", &["queue"]),
    ("queue_declare", &["queue"]),
    ("declare_queue", &["name"]),
    ("get_queue", &["name"]),
    ("declare_exchange", &["name"]),
    ("exchange_declare", &["exchange"]),
];

/// The topics and queues that the code of each service names, at the first place that does.
pub(super) fn topics(fleet: &Fleet) -> BTreeMap<String, BTreeMap<String, Place>> {
    let mut found: BTreeMap<String, BTreeMap<String, Place>> = BTreeMap::new();
    for service in &fleet.services {
        let files = service.code().filter(|file| CLIENTS.iter().any(|name| file.imports(name)));
        for file in files {
            for (topic, start) in of_file(file) {
                let users = found.entry(topic).or_default();
                users.entry(service.name().to_owned()).or_insert_with(|| file.place(start));
            }
        }
    }
    found
}

fn of_file(file: &FileFacts) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (name, keywords) in CALLS {
        for call in file.calls_named(name) {
            let mut names = Vec::new();
            for value in named(call, keywords) {
                literals(file, value, &mut names);
            }
            let start = call.what.start as usize;
            found.extend(names.into_iter().map(|name| (name, start)));
        }
    }
    found
}

/// The arguments of a call that name topics.
fn named<'c>(call: &'c Call, keywords: &[&str]) -> Vec<&'c Value> {
    let by_name = keywords.iter().find_map(|name| call.what.keyword(name));
    let takes_many = call.what.name().ends_with("KafkaConsumer");
    match (by_name, takes_many) {
        (Some(value), _) => vec![value],
        (None, true) => call.what.arguments.iter().collect(),
        (None, false) => call.what.arguments.first().into_iter().collect(),
    }
}

/// The texts of a value: written there, or in a constant of the file.
fn literals(file: &FileFacts, value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Str(text) if !text.is_empty() && !text.contains(' ') && text.len() < 120 => {
            names.push(text.to_string());
        }
        Value::Sequence(items) => items.iter().for_each(|item| literals(file, item, names)),
        Value::Name(name) => {
            let constant = file.outline.assignments.iter().find(|found| {
                *found.target == **name
                    && found.context.function.is_none()
                    && found.context.class.is_none()
            });
            if let Some(text) = constant.and_then(|found| found.value.as_ref()?.text()) {
                names.push(text.to_owned());
            }
        }
        _ => {}
    }
}
