//! A backend with small services, the program to run on it, and what is there afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// The program under test.
pub(crate) const SCAFFOLD: &str = env!("CARGO_BIN_EXE_scaffold");

/// A flat service, as it is found in the wild.
const FILES: [(&str, &str); 6] = [
    (
        "main.py",
        "from fastapi import FastAPI\n\nfrom rates import rate\nfrom store import Store\n\n\
         app = FastAPI()\nstore = Store()\n\n\n@app.get(\"/rate\")\ndef read(weight: int) -> int:\n    \
         return rate(weight) + len(store.rows)\n",
    ),
    (
        "rates.py",
        "\"\"\"What a parcel costs.\"\"\"\n\n\ndef rate(weight: int) -> int:\n    return 2 * weight\n",
    ),
    (
        "store.py",
        "import sqlite3\n\n\nclass Store:\n    def __init__(self) -> None:\n        self.rows: list = \
         []\n\n    def load(self) -> None:\n        self.rows = sqlite3.connect(\"x.db\").execute(\
         \"select 1\").fetchall()\n",
    ),
    ("requirements.txt", "fastapi\nuvicorn\n"),
    (
        "Dockerfile",
        "FROM python:3.11\nWORKDIR /app\nCOPY . .\nEXPOSE 8123\n\
         CMD [\"uvicorn\", \"main:app\", \"--port\", \"8123\"]\n",
    ),
    (
        "tests/test_rates.py",
        "from rates import rate\n\n\ndef test_rate():\n    assert rate(2) == 4\n",
    ),
];

/// A temporary folder with services in `services/`.
pub(crate) struct Backend(TempDir);

/// What is at each path below the root: mode and bytes; version control is left out.
pub(crate) type Picture = BTreeMap<PathBuf, (u32, Vec<u8>)>;

impl Backend {
    /// With these services, outside of git and of any workspace.
    pub(crate) fn with(services: &[&str]) -> Self {
        let backend = Self(tempfile::tempdir().unwrap());
        for service in services {
            for (path, text) in FILES {
                backend.write(&format!("services/{service}/{path}"), text);
            }
        }
        backend
    }

    /// In a git repository in which everything is committed.
    pub(crate) fn committed(services: &[&str]) -> Self {
        let backend = Self::with(services);
        backend.git(&["init", "--quiet"]);
        backend.commit();
        backend
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "as it was"]);
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.root().join(path).exists()
    }

    pub(crate) fn git(&self, words: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=t", "-c", "user.email=t@localhost"]).args(words);
        let output = git.current_dir(self.root()).output().unwrap();
        assert!(output.status.success(), "git {words:?}: {}", text(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// `scaffold migrate` with the root given, so that git is not needed.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(SCAFFOLD);
        command.arg("migrate").args(words).args(["--root", "."]).current_dir(self.root());
        command.env_remove("SCAFFOLD_FAULT").env("NO_COLOR", "1");
        command
    }

    pub(crate) fn migrate(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Any other command, in the root.
    pub(crate) fn scaffold(&self, words: &[&str]) -> Output {
        let mut command = Command::new(SCAFFOLD);
        command.args(words).current_dir(self.root());
        command.env_remove("SCAFFOLD_FAULT").env("NO_COLOR", "1").output().unwrap()
    }

    /// Runs and expects this exit status.
    pub(crate) fn expect(&self, status: i32, words: &[&str]) -> String {
        let output = self.migrate(words);
        assert_eq!(output.status.code(), Some(status), "{words:?}\n{}", text(&output));
        text(&output)
    }

    pub(crate) fn picture(&self) -> Picture {
        let mut found = Picture::new();
        collect(self.root(), self.root(), &mut found);
        found
    }

    /// The ledger of a service as JSON.
    pub(crate) fn ledger(&self, service: &str) -> Value {
        serde_json::from_str(&self.read(&format!("services/{service}/.scaffold/ledger.json")))
            .unwrap()
    }

    /// The steps that a service's ledger names with this state.
    pub(crate) fn steps(&self, service: &str, state: &str) -> Vec<String> {
        let ledger = self.ledger(service);
        let steps = ledger["steps"].as_array().unwrap().iter();
        let of_state = steps.filter(|step| step["state"] == state);
        of_state.map(|step| step["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// Standard output and standard error in one text.
pub(crate) fn text(output: &Output) -> String {
    String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap()
}

/// A picture without ledgers: what runs leave behind differs in names and times.
pub(crate) fn without_ledger(picture: &Picture) -> Picture {
    let is_ledger = |path: &Path| path.components().any(|part| part.as_os_str() == ".scaffold");
    let kept = picture.iter().filter(|(path, _)| !is_ledger(path));
    kept.map(|(path, seen)| (path.clone(), seen.clone())).collect()
}

fn collect(root: &Path, folder: &Path, found: &mut Picture) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = path.symlink_metadata().unwrap();
        if path.file_name().is_some_and(|name| name == ".git") {
            continue;
        }
        let bytes = if metadata.is_dir() {
            collect(root, &path, found);
            b"folder".to_vec()
        } else {
            fs::read(&path).unwrap()
        };
        let name = path.strip_prefix(root).unwrap().to_owned();
        found.insert(name, (metadata.permissions().mode(), bytes));
    }
}
