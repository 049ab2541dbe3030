//! Contract tests between services, with Pact.
//!
//! A declared client is one that `scaffold add client` made: its folder says which service it asks,
//! and its test's cases what. The service that asks gets a test that writes a pact to `contracts/`
//! at the workspace's root; the one that is asked gets a test that replays every pact with it.
//! Specification: Pact 4, <https://github.com/pact-foundation/pact-specification>.

use serde_json::Value as Json;

use super::Note;
use super::fixtures::{development, has_fixture};
use crate::change::{Entry, RelPath};
use crate::python::{PythonService, dotted_below};
use crate::workspace::{Config, Tree, services};

/// What the tests need, with the version whose functions they call.
const PACT: &str = "pact-python>=4.2";
/// Where pacts lie, below the workspace's root.
pub const PACTS: &str = "contracts";
const CONSUMER: &str = include_str!("consumer.py");
const PROVIDER: &str = include_str!("provider.py");
const STATES: &str = include_str!("states.py");

/// A client of another service.
struct Client {
    /// The service that is asked.
    provider: String,
    /// The folder of the client.
    folder: RelPath,
}

/// Adds the tests of both sides, as far as the service in `folder` is on them and they are not
/// there; `name` is the service's.
pub fn add(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let (Some(folder), Some(config)) = (folder, config) else { return Vec::new() };
    let mut notes = Vec::new();
    for client in clients(tree, folder) {
        match consumer(tree, (folder, name), config, &client) {
            Ok(None) => {}
            Ok(Some((path, text))) => {
                tree.set(path, Entry::file(text));
                notes.extend(require(tree, folder));
            }
            Err(note) => notes.push(note),
        }
    }
    if is_asked(tree, (folder, name), config) {
        notes.extend(provider(tree, (folder, name)));
    }
    notes
}

/// The declared clients of a service.
fn clients(tree: &Tree, folder: &RelPath) -> Vec<Client> {
    let factories = tree.below(folder).filter_map(|(path, entry)| {
        let home = path.parent().filter(|_| path.name() == "factory.py")?;
        let is_client = home.parent().is_some_and(|above| above.name() == "clients");
        let text = entry.text().filter(|text| is_client && text.contains("_clients.factory"))?;
        let line = text.lines().find_map(|line| line.strip_prefix("SERVICE = \""))?;
        let provider = line.strip_suffix('"')?.to_owned();
        Some(Client { provider, folder: home })
    });
    factories.collect()
}

/// The test of the service that asks, unless it is there.
fn consumer(
    tree: &Tree,
    (folder, name): (&RelPath, &str),
    config: &Config,
    client: &Client,
) -> Result<Option<(RelPath, String)>, Note> {
    let snake = client.folder.name();
    let test = format!("tests/contract/test_{snake}_pact.py");
    let cases = format!("{snake}_client.json");
    let stays = |why: &str| {
        let provider = &client.provider;
        Note::new(&client.folder, 0, format!("no contract test with {provider} is added: {why}"))
    };
    let (Ok(test), Ok(known)) =
        (folder.join(test), folder.join(format!("tests/integration/{cases}")))
    else {
        return Ok(None);
    };
    if tree.get(&test).is_some() {
        return Ok(None);
    }
    let text = tree.text(&known).ok_or_else(|| stays(&format!("{known} is not there")))?;
    let read: Result<Vec<Json>, _> = serde_json::from_str(text);
    let read = read.map_err(|error| stays(&format!("{known}: {error}")))?;
    if !read.iter().any(|case| case["contract"].is_object()) {
        let why = "its cases do not say what is promised; take the client away and add it again, with \
                   `--openapi FILE`";
        return Err(stays(why));
    }
    let module = client.folder.join("client.py").ok();
    let code = module.as_ref().and_then(|path| tree.text(path)).unwrap_or_default();
    let class = code.lines().find_map(|line| line.strip_prefix("class ")?.strip_suffix("Client:"));
    let source = folder.join("src").ok();
    let dotted = source
        .as_ref()
        .zip(module.as_ref())
        .and_then(|(source, module)| dotted_below(source.as_str(), module.as_str()));
    let (Some(class), Some(dotted)) = (class, dotted) else {
        return Err(stays("its `client.py` below src/ has another form"));
    };
    let class = format!("{class}Client");
    let values = [
        ("$PREFIX", config.prefix.as_str()),
        ("$CLIENT", &dotted),
        ("$CLASS", &class),
        ("$CONSUMER", name),
        ("$PROVIDER", &client.provider),
        ("$CASES", &cases),
    ];
    Ok(Some((test, filled(CONSUMER, &values))))
}

/// Whether another service has a client of this one, or a pact with it.
fn is_asked(tree: &Tree, (folder, name): (&RelPath, &str), config: &Config) -> bool {
    let all = services(tree, config);
    let mut others = all.iter().filter(|other| other.folder != *folder);
    let has_client = others
        .any(|other| clients(tree, &other.folder).iter().any(|client| client.provider == name));
    let end = format!("-{name}.json");
    let pacts = RelPath::new(PACTS).ok();
    let mut files = pacts.iter().flat_map(|pacts| tree.below(pacts));
    has_client || files.any(|(path, _)| path.name().ends_with(&end))
}

/// The test of the service that is asked.
fn provider(tree: &mut Tree, (folder, name): (&RelPath, &str)) -> Vec<Note> {
    let (Ok(test), Ok(states)) =
        (folder.join("tests/contract/test_pacts.py"), folder.join("tests/contract/states.py"))
    else {
        return Vec::new();
    };
    if tree.get(&test).is_some() {
        return Vec::new();
    }
    if !has_fixture(&PythonService::read(tree, Some(folder), name), "app") {
        let why = "the pacts with this service are not asked of it: its tests have no fixture `app`, \
                   which returns the application";
        return vec![Note::new(folder, 0, why)];
    }
    tree.set(test, Entry::file(filled(PROVIDER, &[("$PROVIDER", name)])));
    if tree.get(&states).is_none() {
        tree.set(states, Entry::file(STATES));
    }
    require(tree, folder).into_iter().collect()
}

fn filled(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (mark, value)| text.replace(mark, value))
}

fn require(tree: &mut Tree, folder: &RelPath) -> Option<Note> {
    development::require(tree, Some(folder), &[PACT.to_owned()])
}
