//! A program that runs: waited for, limited in time, stopped with all its children.

use std::io::{self, Write};
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use super::capture::Capture;
use super::command::ProcessError;
use super::interrupt::{self, Hold};

/// The longest pause between two looks at a running program.
const PAUSE: Duration = Duration::from_millis(20);

/// A program that was started; dropping it stops it.
#[derive(Debug)]
pub struct Running {
    program: String,
    child: Child,
    started: Instant,
    limit: Duration,
    stdout: Option<Capture>,
    stderr: Option<Capture>,
    isolated: bool,
    _hold: Hold,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this exit status.
    Code(i32),
    /// By a signal that was not ours.
    Signal(i32),
    /// Stopped at its time limit.
    TimedOut,
    /// Stopped because the user pressed Ctrl-C.
    Interrupted,
}

/// What a program left.
#[derive(Debug, Clone)]
pub struct Output {
    /// How it ended.
    pub ending: Ending,
    /// Standard output, the middle left out if it was too long.
    pub stdout: Vec<u8>,
    /// Standard error, likewise.
    pub stderr: Vec<u8>,
    /// Whether anything was left out.
    pub truncated: bool,
    /// How long it ran.
    pub duration: Duration,
    /// Whether it was cut off from the network.
    pub isolated: bool,
}

impl Output {
    /// Whether it ended by itself with status 0.
    pub fn success(&self) -> bool {
        self.ending == Ending::Code(0)
    }

    /// Standard output as text; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text; bytes that are not UTF-8 are replaced.
    pub fn errors(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

impl Running {
    pub(super) fn new(
        program: String,
        mut child: Child,
        limit: Duration,
        kept: usize,
        hold: Hold,
    ) -> Self {
        let stdout = Some(Capture::start(child.stdout.take(), kept));
        let stderr = Some(Capture::start(child.stderr.take(), kept));
        let started = Instant::now();
        Self { program, child, started, limit, stdout, stderr, isolated: false, _hold: hold }
    }

    pub(super) fn isolated(mut self, isolated: bool) -> Self {
        self.isolated = isolated;
        self
    }

    /// Writes its input in the background and closes the pipe.
    pub(super) fn feed(mut self, bytes: Vec<u8>) -> Self {
        if let Some(mut pipe) = self.child.stdin.take() {
            // A program that does not read its input is free not to.
            thread::spawn(move || pipe.write_all(&bytes));
        }
        self
    }

    /// Whether it is still running.
    pub fn is_running(&self) -> Result<bool, ProcessError> {
        self.has_ended().map(|ended| !ended).map_err(|source| self.failed(source))
    }

    /// Waits until it ends, or stops it at its limit or at Ctrl-C.
    pub fn wait(mut self) -> Result<Output, ProcessError> {
        let mut pause = Duration::from_millis(1);
        let stopped = loop {
            if self.has_ended().map_err(|source| self.failed(source))? {
                break None;
            }
            if self.started.elapsed() >= self.limit {
                break Some(Ending::TimedOut);
            }
            if interrupt::requested() {
                break Some(Ending::Interrupted);
            }
            thread::sleep(pause);
            pause = (pause * 2).min(PAUSE);
        };
        self.finish(stopped)
    }

    /// Stops it now.
    pub fn stop(mut self) -> Result<Output, ProcessError> {
        self.finish(None)
    }

    fn finish(&mut self, stopped: Option<Ending>) -> Result<Output, ProcessError> {
        self.kill_group();
        let status = self.child.wait().map_err(|source| self.failed(source))?;
        let duration = self.started.elapsed();
        let finish = |capture: Option<Capture>| capture.map(Capture::finish).unwrap_or_default();
        let (stdout, cut) = finish(self.stdout.take());
        let (stderr, cut_too) = finish(self.stderr.take());
        Ok(Output {
            ending: stopped.unwrap_or_else(|| ending(status)),
            stdout,
            stderr,
            truncated: cut || cut_too,
            duration,
            isolated: self.isolated,
        })
    }

    fn failed(&self, source: io::Error) -> ProcessError {
        ProcessError::Wait { program: self.program.clone(), source }
    }

    /// Whether the program has ended; it is not reaped yet, so its number is still its own.
    #[cfg(unix)]
    fn has_ended(&self) -> io::Result<bool> {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        let status = waitid(WaitId::Pid(rustix::process::Pid::from_child(&self.child)), options)?;
        Ok(status.is_some())
    }

    /// Elsewhere the standard library can only look at the child itself.
    #[cfg(not(unix))]
    fn has_ended(&self) -> io::Result<bool> {
        Ok(self.started.elapsed() >= self.limit)
    }

    /// Stops the program and everything that it started and left in its group.
    #[cfg(unix)]
    fn kill_group(&mut self) {
        use rustix::process::{Pid, Signal, kill_process_group};
        // A group without members is what we want.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
    }

    #[cfg(not(unix))]
    fn kill_group(&mut self) {
        let _ = self.child.kill();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.stdout.is_some() {
            self.kill_group();
            // It was killed, so this does not wait.
            let _ = self.child.wait();
        }
    }
}

#[cfg(unix)]
fn ending(status: ExitStatus) -> Ending {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Code(code),
        (None, signal) => Ending::Signal(signal.unwrap_or_default()),
    }
}

#[cfg(not(unix))]
fn ending(status: ExitStatus) -> Ending {
    Ending::Code(status.code().unwrap_or_default())
}
