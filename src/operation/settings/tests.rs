use super::*;

const PROJECT: &str = "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.11\"\n\
    dependencies = [\"pydantic-settings\"]\n";

fn run(files: &[(&str, &str)]) -> (Tree, Vec<String>) {
    let project = [("pyproject.toml", PROJECT), ("src/shop/__init__.py", "")];
    let entry =
        |(path, text): &(&str, &str)| (RelPath::new(path).unwrap(), Entry::file(text.as_bytes()));
    let mut tree: Tree = project.iter().chain(files).map(entry).collect();
    let notes = gather(&mut tree, (None, "shop"), ("shop", Subject::Reads), None);
    let shown = |note: Note| format!("{}:{}: {}", note.path, note.line, note.message);
    (tree, notes.into_iter().map(shown).collect())
}

fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    tree.text(&RelPath::new(path).unwrap()).unwrap()
}

#[test]
fn files_in_which_the_settings_could_not_be_reached_stay() {
    let files = [
        "import os\nX = os.getenv('X')\nexec('y = 1')\n",
        "import os\nX = os.getenv('X')\nclass Settings: pass\nclass EnvironmentSettings: pass\n",
        "import os\nX = os.getenv('X')\nsettings = env_settings = 1\n",
        "import os\nX = os.getenv('X')\nfrom pydantic import Field\n",
        "import os\nX = os.getenv('X')\nos.environ['Y'] = '1'\nY = os.getenv('Y')\n",
        "import os\nX = os.getenv('X')\nother(os.environ)\nY = os.getenv('Y')\n",
        "from os import *\nX = getenv('X')\n",
        "os = object()\nX = os.getenv('X')\n",
    ];
    for file in files {
        let (tree, _) = run(&[("src/shop/config.py", file)]);

        assert_eq!(text(&tree, "src/shop/config.py"), file);
        assert!(tree.get(&RelPath::new(EXAMPLE).unwrap()).is_none());
    }
}

#[test]
fn a_file_that_the_home_of_the_settings_imports_cannot_import_it() {
    let user = "import os\nX = os.getenv('X')\n";
    let home = "from shop.user import X\nY = X\n";

    let (tree, notes) = run(&[("src/shop/config.py", home), ("src/shop/user.py", user)]);

    assert_eq!(text(&tree, "src/shop/user.py"), user);
    assert_eq!(notes, ["src/shop/user.py:2: settings stay: src/shop/config.py imports this file"]);
}

#[test]
fn a_home_that_runs_code_is_not_imported_earlier() {
    let user = "import os\nX = os.getenv('X')\n";
    let home = "from tools import connect\nCONNECTION = connect()\n";

    let (tree, notes) = run(&[("src/shop/config.py", home), ("src/shop/user.py", user)]);

    assert_eq!(text(&tree, "src/shop/user.py"), user);
    assert_eq!(notes.len(), 1);
}

#[test]
fn a_write_that_is_over_before_the_first_read_does_not_matter() {
    let file = "import os\nos.environ.setdefault('X', '1')\nX = os.getenv('X')\n";

    let (tree, notes) = run(&[("src/shop/config.py", file)]);

    assert!(text(&tree, "src/shop/config.py").ends_with("X = settings.x\n"));
    assert!(notes.is_empty());
}

#[test]
fn names_of_the_environment_by_any_import_are_known() {
    let file = "from os import environ, getenv as read\nX = read('X', '1')\nY = environ.get('Y')\n";

    let (tree, _) = run(&[("src/shop/config.py", file)]);

    assert!(text(&tree, "src/shop/config.py").ends_with("X = settings.x\nY = settings.y\n"));
    assert!(!text(&tree, "src/shop/config.py").contains("import environ"));
}
