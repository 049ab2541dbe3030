//! An interpreter with what the services of `tests/legacy` need, made once in the build folder.

use std::fs;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};

#[path = "../generated/tools.rs"]
#[allow(dead_code, reason = "the other tests use the rest of it")]
mod tools;

/// `SCAFFOLD_TEST_PYTHON`, or an environment that is made with uv from the requirements file.
pub(crate) fn interpreter() -> Utf8PathBuf {
    if let Ok(python) = std::env::var("SCAFFOLD_TEST_PYTHON") {
        return python.into();
    }
    let uv = tools::uv();
    let requirements =
        Utf8Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/legacy/requirements.txt"));
    let wanted = fs::read_to_string(requirements).unwrap();
    let folder = Utf8PathBuf::try_from(tools::folder()).unwrap();
    let lock = fs::File::create(folder.join("legacy.lock")).unwrap();
    lock.lock().unwrap();
    let environment = folder.join("legacy");
    let stamp = environment.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return environment.join("bin/python");
    }
    let uv = |words: &[&str]| {
        let mut command = Command::new(&uv);
        command.args(words).env("UV_CACHE_DIR", folder.join("uv-cache")).env_remove("VIRTUAL_ENV");
        tools::run(&mut command);
    };
    uv(&["venv", "--quiet", "--clear", environment.as_str()]);
    let python = environment.join("bin/python");
    uv(&["pip", "install", "--quiet", "--python", python.as_str(), "-r", requirements.as_str()]);
    fs::write(stamp, wanted).unwrap();
    python
}

/// uv itself.
#[allow(dead_code, reason = "not every test builds environments")]
pub(crate) fn uv() -> Utf8PathBuf {
    Utf8PathBuf::try_from(tools::uv()).unwrap()
}
