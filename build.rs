//! Rebuilds when a file is added to or taken from the embedded folders.

fn main() {
    println!("cargo::rerun-if-changed=templates");
}
