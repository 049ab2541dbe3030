//! Getting a template's folder: a folder as it is, a repository through the user's own git.
//!
//! git runs with its own configuration, credentials and proxies, without hooks or
//! submodules; what it fetched lies in a scratch folder that goes with the value.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;

use super::answers::Provenance;
use super::source::{Source, SourceError};
use crate::process::Command;

/// How long a clone may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// What git needs of the environment to reach what the user can reach.
const FOR_GIT: [&str; 12] = [
    "SSH_AUTH_SOCK",
    "SSH_ASKPASS",
    "GIT_ASKPASS",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_CONFIG_GLOBAL",
    "XDG_CONFIG_HOME",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
];

/// A template's folder, and where it came from.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) folder: Utf8PathBuf,
    pub(super) provenance: Provenance,
    /// Keeps a cloned folder as long as it is needed.
    pub(super) scratch: Option<TempDir>,
}

/// Gets the folder of a source that is not part of the binary.
pub(super) fn fetch(source: &Source) -> Result<Fetched, SourceError> {
    match source {
        Source::Directory(folder) => Ok(Fetched {
            folder: folder.clone(),
            provenance: Provenance { source: folder.to_string(), commit: None },
            scratch: None,
        }),
        Source::Git { url, revision } => clone(url, revision.as_deref()),
    }
}

fn clone(url: &str, revision: Option<&str>) -> Result<Fetched, SourceError> {
    let scratch = tempfile::tempdir();
    let scratch = scratch.map_err(|error| failed(url, &error.to_string()))?;
    let path = Utf8Path::from_path(scratch.path());
    let folder = path.ok_or_else(|| failed(url, "the temporary folder has no UTF-8 name"))?;
    let folder = folder.join("template");
    if let Some(revision) = revision {
        // A commit can be fetched, but not cloned, by its hash.
        git(url, folder.parent(), &["init", "--quiet", "--template=", "template"])?;
        let fetch = ["fetch", "--quiet", "--depth", "1", "--no-tags", "--", url, revision];
        git(url, Some(&folder), &fetch)?;
        git(url, Some(&folder), &["checkout", "--quiet", "--detach", "FETCH_HEAD"])?;
    } else {
        let clone = ["clone", "--quiet", "--depth", "1", "--template=", "--", url, "template"];
        git(url, folder.parent(), &clone)?;
    }
    let commit = git(url, Some(&folder), &["rev-parse", "HEAD"])?;
    let provenance =
        Provenance { source: without_password(url), commit: Some(commit.trim().to_owned()) };
    Ok(Fetched { folder, provenance, scratch: Some(scratch) })
}

fn git(url: &str, folder: Option<&Utf8Path>, arguments: &[&str]) -> Result<String, SourceError> {
    let mut command = Command::new("git")
        .args(["-c", "core.hooksPath=/dev/null", "-c", "submodule.recurse=false"])
        .args(arguments.iter().copied())
        .pass_env(&FOR_GIT)
        .env("GIT_TERMINAL_PROMPT", "0")
        .time_limit(PATIENCE);
    if let Some(folder) = folder {
        command = command.cwd(folder);
    }
    let output = command.run().map_err(|error| failed(url, &error.to_string()))?;
    if output.success() {
        return Ok(output.text());
    }
    let errors = output.errors();
    let said = errors.lines().rfind(|line| !line.trim().is_empty());
    Err(failed(url, said.unwrap_or("it ended without a word")))
}

fn failed(url: &str, message: &str) -> SourceError {
    SourceError::Git { url: without_password(url), message: message.to_owned() }
}

/// A URL that can be shown and kept: a password in it is left out.
fn without_password(url: &str) -> String {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let (login, host) = rest.split_once('@')?;
        let (user, _) = login.split_once(':')?;
        Some(format!("{scheme}://{user}@{host}"))
    });
    parts.unwrap_or_else(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_neither_shown_nor_kept() {
        let shown = without_password("https://me:secret@example.org/t.git");

        assert_eq!(shown, "https://me@example.org/t.git");
        assert_eq!(without_password("git@example.org:t.git"), "git@example.org:t.git");
    }
}
