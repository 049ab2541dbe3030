//! Trees on disk that the tests hold the writer against.

use std::collections::BTreeMap;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use scaffold::change::{Content, RelPath};

/// Everything on disk: path, mode, and bytes, link text or "folder".
pub(crate) type Picture = BTreeMap<String, (u32, Vec<u8>)>;

pub(crate) fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

/// Writes the tree that every case starts from.
pub(crate) fn populate(root: &Utf8Path) {
    let files: [(&str, Vec<u8>, u32); 5] = [
        ("main.py", b"import pkg\n".to_vec(), 0o644),
        ("pkg/one.py", b"one = 1\r\n".to_vec(), 0o664),
        ("pkg/two.py", b"".to_vec(), 0o600),
        ("pkg/run.sh", b"#!/bin/sh\n".to_vec(), 0o755),
        ("pkg/sub/data.bin", vec![0, 159, 146, 150], 0o444),
    ];
    for (name, bytes, mode) in files {
        write(root, name, bytes, mode);
    }
    set_mode(&root.join("pkg/sub"), 0o700);
    std::os::unix::fs::symlink("nowhere", root.join("dangling")).unwrap();
    std::os::unix::fs::symlink("../one.py", root.join("pkg/sub/link")).unwrap();
}

fn write(root: &Utf8Path, name: &str, bytes: Vec<u8>, mode: u32) {
    let file = root.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, bytes).unwrap();
    set_mode(&file, mode);
}

/// The common tree with files that are never held in memory.
pub(crate) fn fresh_with_large_files() -> (tempfile::TempDir, Utf8PathBuf) {
    let (folder, root) = fresh();
    let large = usize::try_from(Content::LOAD_LIMIT).unwrap() + 1;
    write(&root, "models/big.bin", vec![1; large], 0o640);
    write(&root, "models/huge.bin", vec![2; large], 0o644);
    write(&root, "models/wide.bin", vec![3; large], 0o644);
    (folder, root)
}

pub(crate) fn set_mode(file: &Utf8Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
}

pub(crate) fn picture(root: &Utf8Path) -> Picture {
    use std::os::unix::fs::PermissionsExt;
    let mut result = Picture::new();
    let mut open: Vec<Utf8PathBuf> = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in folder.read_dir_utf8().unwrap() {
            let full = entry.unwrap().into_path();
            let metadata = full.symlink_metadata().unwrap();
            let content = if metadata.is_symlink() {
                full.read_link_utf8().unwrap().into_string().into_bytes()
            } else if metadata.is_dir() {
                open.push(full.clone());
                b"folder".to_vec()
            } else {
                fs::read(&full).unwrap()
            };
            if full.file_name() == Some(".git") {
                open.retain(|folder| *folder != full);
                continue;
            }
            let name = full.strip_prefix(root).unwrap().to_string();
            result.insert(name, (metadata.permissions().mode(), content));
        }
    }
    result
}

pub(crate) fn fresh() -> (tempfile::TempDir, Utf8PathBuf) {
    // Where there is a disk in memory, waiting for the real one proves nothing more.
    let memory = Utf8Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let folder = folder.unwrap();
    let root = Utf8PathBuf::try_from(folder.path().canonicalize().unwrap()).unwrap();
    populate(&root);
    (folder, root)
}
