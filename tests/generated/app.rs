//! A generated service as a running process.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::tools::uv_in;

/// How long a service may take until it answers, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Ends with the test.
pub(crate) struct App {
    child: Child,
    port: u16,
}

impl App {
    /// Two neighbouring ports that nobody listens on.
    pub(crate) fn free_ports() -> RangeInclusive<u16> {
        let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
        let first = (20_000..60_000).step_by(7).find(|port| is_free(port) && is_free(&(port + 1)));
        let first = first.unwrap();
        first..=first + 1
    }

    /// Starts the service's own command, as its README says.
    pub(crate) fn start(workspace: &Path, command: &str, port: u16) -> Self {
        let python = workspace.join(".venv/bin").join(command);
        assert!(python.is_file(), "{} is missing", python.display());
        let data = tempfile::tempdir_in(workspace).unwrap().keep();
        let mut run = uv_in(workspace);
        run.args(["run", "--no-sync", "--project"]).arg(workspace).arg("--directory").arg(&data);
        run.arg(command).stdout(Stdio::null()).stderr(Stdio::null());
        Self { child: run.spawn().unwrap(), port }
    }

    /// Returns once it is alive.
    pub(crate) fn wait(&mut self) {
        let start = Instant::now();
        while self.get("/health/live").is_none() {
            assert!(self.child.try_wait().unwrap().is_none(), "the service ended");
            assert!(start.elapsed() < PATIENCE, "no answer on port {}", self.port);
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Probes, documentation and metrics answer on the registered port.
    pub(crate) fn answers(mut self) {
        self.wait();
        for path in ["/health/live", "/health/ready", "/openapi.json", "/metrics"] {
            let answer = self.get(path).unwrap_or_default();
            assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        }
        let openapi = self.get("/openapi.json").unwrap_or_default();
        assert!(openapi.contains("\"openapi\":\"3.1"), "{openapi}");
    }

    fn get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // uv passes the signal on to the service, which ends gracefully.
        let _ = std::process::Command::new("kill").arg(self.child.id().to_string()).status();
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
