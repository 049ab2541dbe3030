//! One probe: a fresh copy of the service, one process, its result lines.

use std::collections::BTreeMap;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;

use super::mask::Mask;
use super::reading::{self, Fact};
use super::scratch::Scratch;
use super::{Options, ProbeError, Side};
use crate::process::{Command, Ending, Output, ProcessError};
use crate::verify::compare::shorten;

/// How much of each stream of a probe is kept (bytes).
const KEPT: usize = 64 << 10;

/// Where an application could be imported.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// `module:attribute`.
    pub(super) app: String,
    /// The working directory.
    pub(super) cwd: Utf8PathBuf,
    /// More folders for `PYTHONPATH`.
    pub(super) paths: Vec<Utf8PathBuf>,
    /// What the service itself is given.
    pub(super) environment: BTreeMap<String, String>,
}

impl Place {
    /// What a server or an interpreter puts in front of everything else.
    fn first_path(&self) -> &Utf8Path {
        self.paths.first().unwrap_or(&self.cwd)
    }
}

/// One probe to be run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    /// `application`, `answers` or `suite`.
    pub(super) mode: &'a str,
    /// Where.
    pub(super) place: &'a Place,
    /// Whether the application is started before it is asked.
    pub(super) lifespan: bool,
    /// The order of sets and the draws of random numbers.
    pub(super) seed: u32,
    /// Tests that have run already.
    pub(super) done: &'a [String],
    /// When everything is ended.
    pub(super) limit: Duration,
}

/// Starts probes of one side.
#[derive(Debug)]
pub(super) struct Launcher<'a> {
    side: &'a Side,
    options: &'a Options,
    scratch: Scratch,
}

impl<'a> Launcher<'a> {
    /// Makes the scratch copy.
    pub(super) fn new(side: &'a Side, options: &'a Options) -> Result<Self, ProbeError> {
        let scratch = Scratch::new(&side.tree).map_err(ProbeError::Scratch)?;
        Ok(Self { side, options, scratch })
    }

    /// The root of the copied tree.
    pub(super) fn root(&self) -> Utf8PathBuf {
        self.scratch.tree()
    }

    /// What takes the folders of this copy out of texts.
    pub(super) fn mask(&self) -> Mask {
        let service = self.root().join(self.side.service.as_path());
        Mask::new(vec![
            (service.into_string(), "<service>"),
            (self.root().into_string(), "<root>"),
            (self.scratch.path().as_str().to_owned(), "<scratch>"),
        ])
    }

    /// Runs one probe in a fresh copy of the service; says what it saw and how it ended.
    pub(super) fn launch(&self, request: &Request<'_>) -> Result<(Vec<Fact>, Output), ProbeError> {
        let scratch = &self.scratch;
        let failed = ProbeError::Scratch;
        scratch.reset(&self.side.tree, &self.side.service).map_err(failed)?;
        let spec = self.spec(request).to_string();
        let spec = scratch.write("spec.json", &spec).map_err(failed)?;
        let result = scratch.write("result.jsonl", "").map_err(failed)?;
        let script = scratch.start_script();
        let mut command = Command::new(self.options.python.as_str())
            .args([&script, &spec, &result].map(|path| path.as_str()))
            .cwd(&request.place.cwd)
            .without_env("USER")
            .without_env("TMPDIR")
            .without_env("LC_CTYPE")
            .keep_output(KEPT)
            .time_limit(request.limit);
        for (name, value) in self.environment(request) {
            command = command.env(&name, value);
        }
        let output = command.run()?;
        if output.ending == Ending::Interrupted {
            return Err(ProcessError::Interrupted.into());
        }
        let facts = reading::facts(&read(&result));
        let started = matches!(facts.first(), Some(Fact::Start { .. }));
        if started || output.ending == Ending::TimedOut {
            return Ok((facts, output));
        }
        Err(ProbeError::Silent {
            python: self.options.python.clone(),
            output: shorten(&both_streams(&output), 400),
        })
    }

    fn spec(&self, request: &Request<'_>) -> serde_json::Value {
        json!({
            "mode": request.mode,
            "app": request.place.app,
            "cwd": request.place.cwd,
            "first_path": request.place.first_path(),
            "isolate": true,
            "writable": [self.scratch.path()],
            "seed": request.seed,
            "lifespan": request.lifespan,
            "startup_limit": 15,
            "request_limit": 6,
            "arguments": [],
            "done": request.done,
            "test_limit": self.options.test_limit.as_secs_f64(),
        })
    }

    /// Nothing of the user's environment reaches the service.
    fn environment(&self, request: &Request<'_>) -> BTreeMap<String, String> {
        let home = self.scratch.home();
        let bin = self.options.python.parent().map_or("", Utf8Path::as_str);
        let prefix = self.options.python.parent().and_then(Utf8Path::parent);
        let paths = request.place.paths.iter();
        let paths: Vec<_> = paths.map(|path| path.as_str()).collect();
        let mut environment = request.place.environment.clone();
        let fixed = [
            ("PATH", format!("{bin}:/usr/local/bin:/usr/bin:/bin")),
            ("HOME", home.to_string()),
            ("VIRTUAL_ENV", prefix.map_or("", Utf8Path::as_str).to_owned()),
            ("PYTHONPATH", paths.join(":")),
            ("PYTHONHASHSEED", request.seed.to_string()),
            ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
            ("PYTHONUNBUFFERED", "1".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("LC_ALL", "C.UTF-8".to_owned()),
            ("TZ", "UTC".to_owned()),
            ("NO_COLOR", "1".to_owned()),
            ("OMP_NUM_THREADS", "1".to_owned()),
        ];
        environment.extend(fixed.map(|(name, value)| (name.to_owned(), value)));
        environment
    }
}

/// Everything that a program wrote, errors last.
pub(crate) fn both_streams(output: &Output) -> String {
    format!("{}\n{}", output.text(), output.errors())
}

fn read(path: &Utf8Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
