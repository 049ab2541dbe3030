use super::*;
use crate::change::Entry;

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

fn built(files: &[(&str, &str)]) -> (Tree, Vec<Note>) {
    let base = [
        ("pyproject.toml", "[tool.uv.workspace]\nmembers = [\"services/*\", \"libs/*\"]\n"),
        ("services/shop/pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\n"),
        ("services/shop/requirements.txt", "fastapi\n"),
        ("services/shop/main.py", ""),
        ("libs/acme_core/pyproject.toml", "[project]\ndependencies = [\"pydantic>=2.7\"]\n"),
    ];
    let all = base.iter().chain(files);
    let mut tree: Tree = all.map(|(name, text)| (path(name), Entry::file(*text))).collect();
    let mut config = Config::new("acme");
    config.prefix = "acme".to_owned();
    let packages = ["acme_core".to_owned()];
    let (_, notes) = build_from_root(&mut tree, &path("services/shop"), &config, &packages);
    (tree, notes)
}

fn image(run: &str) -> String {
    format!("FROM python:3.11\nCOPY requirements.txt .\nRUN {run}\nCOPY . .\n")
}

fn last_run(run: &str) -> String {
    let (tree, notes) = built(&[("services/shop/Dockerfile", &image(run))]);
    assert_eq!(notes, []);
    let text = tree.text(&path("services/shop/Dockerfile")).unwrap().to_owned();
    text.lines().rfind(|line| line.starts_with("RUN")).unwrap().to_owned()
}

#[test]
fn the_installation_is_run_once_more_with_the_libraries() {
    let new = last_run("apt-get install -y gcc && pip install --no-cache-dir -r requirements.txt");

    assert_eq!(new, "RUN pip install --no-cache-dir -r requirements.txt /opt/libs/acme_core");
}

#[test]
fn what_enters_an_environment_comes_with_it() {
    let new = last_run("python -m venv /v && . /v/bin/activate && uv pip sync requirements.txt");

    let wanted = ". /v/bin/activate && uv pip install --no-sources -r requirements.txt";
    assert_eq!(new, format!("RUN {wanted} /opt/libs/acme_core"));
}

#[test]
fn what_cannot_be_followed_keeps_the_image_as_it_is() {
    let cases = [
        (image("pip install --no-deps -r requirements.txt"), "exactly what the file says"),
        (image("pip install fastapi"), "nothing in it installs"),
        (image("pip install -r requirements.txt").replace("3.11", "3.9-slim"), "Python 3.11"),
        (image("pip install -r requirements.txt").replace("COPY . .", "COPY ../x ."), "leaves"),
        (image("pip install -r requirements.txt").replace("COPY . .", "COPY no.py ."), "not in"),
    ];

    for (text, why) in cases {
        let (tree, notes) = built(&[("services/shop/Dockerfile", &text)]);

        assert!(notes.len() == 1 && notes[0].message.contains(why), "{why}: {notes:?}");
        assert_eq!(tree.text(&path("services/shop/Dockerfile")).unwrap(), text);
    }
}

#[test]
fn a_command_that_builds_the_image_names_the_root() {
    let docker = image("pip install -r requirements.txt");
    let files = [
        ("services/shop/Dockerfile", docker.as_str()),
        ("services/shop/Makefile", "image:\n\tdocker build -t shop:latest .\n"),
        ("build.sh", "docker build \\\n  -t shop \\\n  services/shop\ndocker build other\n"),
    ];

    let (tree, notes) = built(&files);

    assert_eq!(notes, []);
    let text = |name: &str| tree.text(&path(name)).unwrap().to_owned();
    assert_eq!(
        text("services/shop/Makefile"),
        "image:\n\tdocker build -t shop:latest -f Dockerfile ../..\n"
    );
    assert_eq!(
        text("build.sh"),
        "docker build \\\n  -t shop \\\n  -f services/shop/Dockerfile .\ndocker build other\n"
    );
}
