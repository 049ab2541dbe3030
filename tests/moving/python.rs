//! A Python process that runs one program after the other.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use camino::Utf8Path;
use serde_json::Value;

/// What a driver printed, and how it ended.
pub(crate) struct Printed {
    pub(crate) out: String,
    pub(crate) error: Option<String>,
}

/// A program before and after.
pub(crate) struct Pair {
    pub(crate) before: Printed,
    pub(crate) after: Printed,
}

/// The process.
pub(crate) struct Runner {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Runner {
    /// Starts it.
    pub(crate) fn start() -> Self {
        let worker = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/moving/worker.py");
        let mut child = Command::new("python3")
            .args(["-B", worker])
            .env("PYTHONHASHSEED", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output }
    }

    /// Runs the drivers of two folders.
    pub(crate) fn run(&mut self, before: &Utf8Path, after: &Utf8Path) -> Pair {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{}", serde_json::json!([before.as_str(), after.as_str()])).unwrap();
        input.flush().unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        Pair { before: printed(&answer[0]), after: printed(&answer[1]) }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        drop(self.input.take());
        drop(self.child.wait());
    }
}

fn printed(value: &Value) -> Printed {
    Printed {
        out: value["out"].as_str().unwrap_or_default().to_owned(),
        error: value["error"].as_str().map(str::to_owned),
    }
}
