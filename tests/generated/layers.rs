//! The contract over imports that a migrated service gets, held by import-linter itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::tools::{run, scaffold, text, uv_in};

const CASE: &str = "migrations/0900-import-layers/cases/known-violations/before";
const JOB: &str = ".github/workflows/import-layers.yml";

/// A migrated service in a git repository.
struct Service {
    _folder: tempfile::TempDir,
    root: PathBuf,
}

impl Service {
    fn migrated() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("shop");
        copy(Path::new(CASE), &root);
        let words = ["migrate", ".", "--root", ".", "--only", "import-layers"];
        scaffold(&root, &[&words[..], &["--yes", "--no-commit"]].concat());
        let service = Self { _folder: folder, root };
        service.git(&["init", "--quiet"]);
        service.git(&["add", "--all"]);
        service.git(&["commit", "--quiet", "--message", "migrated"]);
        service
    }

    fn git(&self, words: &[&str]) -> String {
        let identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
        run(Command::new("git").current_dir(&self.root).args(identity).args(words))
    }

    fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.root.join(file);
        let before = fs::read_to_string(&path).unwrap();
        let after = before.replace(from, to);
        assert!(before != after, "{file} has no {from:?}");
        fs::write(path, after).unwrap();
    }

    fn lint(&self) -> Output {
        let words = ["tool", "run", "--from", "import-linter>=2.5,<3", "lint-imports"];
        let mut command = uv_in(&self.root);
        command.args(words).arg("--no-cache").env("PYTHONPATH", "src").output().unwrap()
    }

    /// The program of the workflow that compares the lists with those of an earlier commit.
    fn compared_with(&self, base: &str) -> Output {
        let job = fs::read_to_string(self.root.join(JOB)).unwrap();
        let program = job.split("<<'PYTHON'\n").nth(1).unwrap().split("          PYTHON").next();
        let lines = program.unwrap().lines().map(|line| line.strip_prefix("          "));
        let program: Vec<&str> = lines.map(Option::unwrap_or_default).collect();
        let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
        let mut command = Command::new(python);
        command.current_dir(&self.root).args(["-c", &program.join("\n")]).env("BASE", base);
        command.output().unwrap()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_migrated_tree_keeps_its_contract_and_a_new_violation_breaks_it() {
    let service = Service::migrated();

    let kept = service.lint();
    assert!(kept.status.success(), "{}", text(&kept));
    assert!(text(&kept).contains("2 kept, 0 broken"), "{}", text(&kept));

    service.change("src/shop/domain/models.py", "class Order", "import httpx\n\n\nclass Order");
    let impure = service.lint();
    assert!(!impure.status.success(), "{}", text(&impure));
    assert!(text(&impure).contains("shop.domain.models -> httpx"), "{}", text(&impure));

    service.change("src/shop/domain/models.py", "import httpx", "import shop.presentation.routes");
    let upwards = service.lint();
    assert!(!upwards.status.success(), "{}", text(&upwards));
    assert!(text(&upwards).contains("domain is not allowed to import"), "{}", text(&upwards));
}

#[test]
fn a_mended_import_has_to_leave_the_list() {
    let service = Service::migrated();
    service.change("src/shop/domain/models.py", "from shop.config import PORT", "PORT = 1");

    let stale = service.lint();

    assert!(!stale.status.success(), "{}", text(&stale));
    assert!(text(&stale).contains("shop.domain.models -> shop.config"), "{}", text(&stale));
}

#[test]
fn the_workflow_lets_the_lists_shrink_and_not_grow() {
    let service = Service::migrated();
    let base = service.head();
    let same = service.compared_with(&base);
    assert!(same.status.success(), "{}", text(&same));
    assert!(service.compared_with("0000000000000000000000000000000000000000").status.success());

    let known = "    \"shop.domain.models -> pydantic\",\n";
    service.change(
        "pyproject.toml",
        known,
        &format!("{known}    \"shop.domain.models -> httpx\",\n"),
    );
    let grown = service.compared_with(&base);
    assert!(!grown.status.success());
    assert!(text(&grown).contains("new: shop.domain.models -> httpx"), "{}", text(&grown));

    service.change("pyproject.toml", "    \"shop.domain.models -> httpx\",\n", "");
    service.change("pyproject.toml", known, "");
    assert!(service.compared_with(&base).status.success());

    service.change("pyproject.toml", "Layers point inwards", "Something else");
    assert!(!service.compared_with(&base).status.success());
}
