//! Starting a program with a time limit and a scrubbed environment.

#![expect(clippy::disallowed_methods, reason = "until the process folder offers the same shape")]

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use camino::Utf8PathBuf;

/// What is kept of the output: its end (bytes).
const KEPT: u64 = 16 << 10;

/// A program to be run.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// The program and its arguments.
    pub(crate) argv: Vec<String>,
    /// The working directory.
    pub(crate) cwd: Utf8PathBuf,
    /// The whole environment.
    pub(crate) environment: BTreeMap<String, String>,
    /// When it is ended, with everything it started.
    pub(crate) limit: Duration,
}

/// How a program ended.
#[derive(Debug, Clone)]
pub(crate) struct Finished {
    /// The exit status; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Whether it reached its limit.
    pub(crate) timed_out: bool,
    /// The end of its output and of its errors.
    pub(crate) output: String,
}

impl Run {
    /// Runs it to its end or to its limit.
    pub(crate) fn run(&self) -> io::Result<Finished> {
        let mut log = tempfile::tempfile()?;
        let (program, arguments) =
            self.argv.split_first().ok_or_else(|| io::Error::other("no program"))?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.cwd)
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let (code, timed_out) = wait(&mut child, self.limit)?;
        let length = log.seek(SeekFrom::End(0))?;
        log.seek(SeekFrom::Start(length.saturating_sub(KEPT)))?;
        let mut kept = Vec::new();
        log.take(KEPT).read_to_end(&mut kept)?;
        Ok(Finished { code, timed_out, output: String::from_utf8_lossy(&kept).into_owned() })
    }
}

fn wait(child: &mut Child, limit: Duration) -> io::Result<(Option<i32>, bool)> {
    let started = Instant::now();
    let mut pause = Duration::from_millis(2);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((status.code(), false));
        }
        if started.elapsed() > limit {
            let group = format!("-{}", child.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
            child.kill()?;
            child.wait()?;
            return Ok((None, true));
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}
