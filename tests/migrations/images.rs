//! Images after the step that lets them be built from the root, replayed without a builder: what
//! they copy is copied into an empty root, and what they start is looked for in it.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use scaffold::change::RelPath;
use scaffold::workspace::Tree;
use scaffold::workspace::dockerfile::Dockerfile;

use crate::cases::{self, write_tree};

/// Copies a file, or what is in a folder.
fn copy(from: &Utf8Path, to: &Utf8Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in from.read_dir_utf8().unwrap() {
            let entry = entry.unwrap();
            copy(entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

/// The root of an image's files, as far as they come from the context.
fn replay(image: &Dockerfile, context: &Utf8Path, root: &Utf8Path) {
    for found in image.copies() {
        for source in &found.sources {
            let from = context.join(source);
            assert!(from.exists(), "{source} is not in the context");
            let destination = root.join(found.destination.trim_start_matches('/'));
            let is_folder = from.is_dir() || !found.into_folder;
            let to =
                if is_folder { destination } else { destination.join(from.file_name().unwrap()) };
            copy(&from, &to);
        }
    }
}

/// The images of a tree that have the libraries.
fn images(tree: &Tree) -> Vec<(RelPath, Dockerfile)> {
    let files = tree.iter().filter(|(path, _)| path.name() == "Dockerfile");
    let parsed =
        files.map(|(path, entry)| (path.clone(), Dockerfile::parse(entry.text().unwrap())));
    parsed.collect()
}

#[test]
fn an_image_that_is_built_from_the_root_finds_what_it_copies_and_starts() {
    let mut replayed = 0;
    for case in cases::all().into_iter().filter(|case| case.step.id == "container") {
        let plan = case.plan(&case.before);
        if plan.is_empty() {
            continue;
        }
        let scratch = tempfile::tempdir().unwrap();
        let base = Utf8PathBuf::try_from(scratch.path().to_owned()).unwrap();
        let (context, root) = (base.join("context"), base.join("root"));
        write_tree(&plan.after, &context);
        for (path, image) in images(&plan.after) {
            replay(&image, &context, &root);
            let start = image.start_command().unwrap();
            let app = start.words.iter().find(|word| word.text.contains(':')).unwrap();
            let (module, _) = app.text.split_once(':').unwrap();
            let workdir = root.join(image.workdir().trim_start_matches('/'));
            let file = workdir.join(format!("{}.py", module.replace('.', "/")));
            assert!(file.exists(), "{}: {path} starts {module}, which is not there", case.label());
            replayed += 1;
        }
    }
    let keeps_to_others = std::env::var_os("SCAFFOLD_CASE").is_some();
    assert!(replayed >= 4 || keeps_to_others, "only {replayed} images were replayed");
}
