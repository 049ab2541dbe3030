//! uv in the build folder, made once, and programs run with it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) const SCAFFOLD: &str = env!("CARGO_BIN_EXE_scaffold");

/// Programs and caches of the tests, below the build folder.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("tools")
}

/// The path of uv; installed with pip into an environment of its own when it is missing.
pub(crate) fn uv() -> PathBuf {
    let folder = folder();
    std::fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let environment = folder.join("uv");
    let uv = environment.join("bin/uv");
    if !uv.is_file() {
        let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
        run(Command::new(python).args(["-m", "venv"]).arg(&environment));
        run(Command::new(environment.join("bin/pip")).args(["install", "--quiet", "uv>=0.9,<1"]));
    }
    uv
}

/// `uv` in a workspace, with a cache that all tests share.
pub(crate) fn uv_in(workspace: &Path) -> Command {
    let mut command = Command::new(uv());
    command.current_dir(workspace).env("UV_CACHE_DIR", folder().join("uv-cache"));
    command.env_remove("VIRTUAL_ENV").env("UV_NO_PROGRESS", "1");
    command
}

/// Runs to the end and expects success; gives standard output and standard error together.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = text(&output);
    assert!(output.status.success(), "{command:?}: {}\n{text}", output.status);
    text
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &*String::from_utf8_lossy(&output.stderr)
}

/// `scaffold` in a folder.
pub(crate) fn scaffold(folder: &Path, arguments: &[&str]) -> String {
    run(Command::new(SCAFFOLD).args(arguments).current_dir(folder).env_remove("SCAFFOLD_FAULT"))
}
