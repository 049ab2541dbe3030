//! Collects the migration steps to be embedded, and rebuilds when a file is added to or taken
//! from the embedded folders.
//!
//! Of a step only `step.toml` and `README.md` go into the program; its cases are for tests.

#![expect(clippy::disallowed_methods, reason = "a build script writes below its own OUT_DIR")]

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=templates");
    println!("cargo::rerun-if-changed=migrations");
    let output = env::var_os("OUT_DIR").map(PathBuf::from);
    let output = output.ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    let steps = output.join("migrations");
    if steps.exists() {
        fs::remove_dir_all(&steps)?;
    }
    fs::create_dir_all(&steps)?;
    for entry in fs::read_dir("migrations")? {
        let folder = entry?.path();
        if folder.join("step.toml").is_file() {
            copy_step(&folder, &steps)?;
        }
    }
    Ok(())
}

fn copy_step(folder: &Path, steps: &Path) -> io::Result<()> {
    let target = steps.join(folder.file_name().unwrap_or_default());
    fs::create_dir_all(&target)?;
    for name in ["step.toml", "README.md"] {
        if folder.join(name).is_file() {
            fs::copy(folder.join(name), target.join(name))?;
        }
    }
    Ok(())
}
