//! A second judge beside `scaffold verify`: a program outside of this repository.
//!
//! It lies in a folder that is named on the command line, as `oracle.py`, and is asked in two steps:
//! `baseline SERVICE --out FILE --context-root ROOT` measures a service, `compare BEFORE AFTER` ends
//! with 0 (preserved), 1 (broken) or 2 (nothing to judge) and says why.

use std::io;
use std::process::{Command, Output};

use camino::{Utf8Path, Utf8PathBuf};

use crate::journey::Check;

/// Where the judge is and what it works with.
#[derive(Debug)]
pub(crate) struct Judge {
    program: Utf8PathBuf,
    python: Utf8PathBuf,
    /// Measurements of the services before, by name, when they were made already.
    before: Option<Utf8PathBuf>,
    folder: tempfile::TempDir,
}

impl Judge {
    /// The judge in `folder`, run with `python`.
    pub(crate) fn new(
        folder: &Utf8Path,
        python: Option<&Utf8PathBuf>,
        before: Option<Utf8PathBuf>,
    ) -> io::Result<Self> {
        Ok(Self {
            program: folder.join("oracle.py"),
            python: python.cloned().unwrap_or_else(|| "python3".into()),
            before,
            folder: tempfile::tempdir()?,
        })
    }

    /// Measures the service before its migration, unless that was done already.
    pub(crate) fn look_before(&self, root: &Utf8Path, service: &str) -> io::Result<()> {
        if self.measured(service).is_file() {
            return Ok(());
        }
        self.measure(root, service, &self.file("before", service), &[])
    }

    /// Measures the service after its migration and compares.
    pub(crate) fn compare(&self, root: &Utf8Path, service: &str) -> io::Result<(Check, String)> {
        let before = match self.measured(service) {
            known if known.is_file() => known,
            _ => self.file("before", service),
        };
        let after = self.file("after", service);
        self.measure(root, service, &after, &["--like", before.as_str()])?;
        let output = self.run(&["compare", before.as_str(), after.as_str()])?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let check = match output.status.code() {
            Some(0) => Check::Holds,
            Some(2) => Check::Unjudged,
            _ => Check::Violated,
        };
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok((check, words.chars().take(300).collect()))
    }

    fn measure(
        &self,
        root: &Utf8Path,
        service: &str,
        out: &Utf8Path,
        more: &[&str],
    ) -> io::Result<()> {
        let path = root.join(service);
        let compose = root.join("docker-compose.yml");
        let mut words = vec!["baseline", path.as_str(), "--out", out.as_str()];
        words.extend(["--context-root", root.as_str(), "--python", self.python.as_str()]);
        if compose.is_file() {
            words.extend(["--compose", compose.as_str()]);
        }
        words.extend(more);
        self.run(&words).map(drop)
    }

    fn measured(&self, service: &str) -> Utf8PathBuf {
        let folder = self.before.clone().unwrap_or_default();
        folder.join(format!("{}.json", service.rsplit('/').next().unwrap_or(service)))
    }

    fn file(&self, side: &str, service: &str) -> Utf8PathBuf {
        let folder = Utf8Path::from_path(self.folder.path()).map(Utf8Path::to_owned);
        let name = service.replace('/', "-");
        folder.unwrap_or_default().join(format!("{side}-{name}.json"))
    }

    #[expect(clippy::disallowed_methods, reason = "a test starts the judge that it was given")]
    fn run(&self, words: &[&str]) -> io::Result<Output> {
        Command::new(&self.python).arg(&self.program).args(words).output()
    }
}
