//! What is learned about the start of services, on small trees.

use super::*;
use crate::change::Entry;

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(name, text)| (path(name), Entry::file(*text))).collect()
}

fn points(files: &[(&str, &str)], folder: &str) -> Vec<EntryPoint> {
    let tree = tree(files);
    let compose = tree
        .text(&path("docker-compose.yml"))
        .map(|text| Arc::new(ComposeFile::parse(&path("docker-compose.yml"), text).unwrap()));
    entry_points(&tree, &path(folder).into(), compose.as_slice())
}

fn facts(point: &EntryPoint) -> (StartSource, String, Option<&str>, Option<u16>) {
    let port = point.port.as_ref().map(|port| port.port);
    (point.source, point.place.to_string(), point.app.as_deref(), port)
}

const MAIN: &str = "from fastapi import FastAPI\napp = FastAPI()\nif __name__ == \"__main__\":\n    uvicorn.run(app, port=8003)\n";

#[test]
fn compose_comes_before_the_image_and_the_image_before_code() {
    let files = [
        (
            "docker-compose.yml",
            "services:\n  osint-service:\n    build: ./services/osint\n    command: uvicorn api:app --port 8001\n",
        ),
        (
            "services/osint/Dockerfile",
            "FROM x\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--port\", \"8002\"]\n",
        ),
        ("services/osint/Dockerfile.old", "FROM x\nCMD [\"uvicorn\", \"old:app\"]\n"),
        ("services/osint/main.py", MAIN),
        ("services/osint/api.py", "app = FastAPI()\n"),
    ];

    let found = points(&files, "services/osint");

    let all: Vec<_> = found.iter().map(facts).collect();
    assert_eq!(
        all,
        [
            (StartSource::Compose, "docker-compose.yml:4".into(), Some("api:app"), Some(8001)),
            (
                StartSource::Dockerfile,
                "services/osint/Dockerfile:4".into(),
                Some("main:app"),
                Some(8002)
            ),
            (StartSource::Code, "services/osint/main.py:4".into(), Some("main:app"), Some(8003)),
            (StartSource::Convention, "services/osint/main.py:2".into(), Some("main:app"), None),
            (StartSource::Convention, "services/osint/api.py:1".into(), Some("api:app"), None),
        ]
    );
    assert_eq!(found[0].cwd, path("services/osint").into());
    assert_eq!(found[0].module_file, Some(path("services/osint/api.py")));
}

#[test]
fn container_paths_are_followed_back_through_copies_mounts_and_python_path() {
    let files = [
        (
            "docker-compose.yml",
            "services:\n  a:\n    build:\n      context: .\n      dockerfile: services/a/Dockerfile\n    volumes:\n      - ./libs:/opt/libs\n",
        ),
        (
            "services/a/Dockerfile",
            "FROM x\nWORKDIR /srv\nENV PYTHONPATH=/opt/libs:/srv/code\nCOPY services/a ./code\nWORKDIR /srv/code\nCMD cd src && python -m server.main\n",
        ),
        (
            "services/a/src/server/main.py",
            "app = FastAPI()\nPORT = 8005\nuvicorn.run(\"server.main:app\", port=PORT)\n",
        ),
        ("libs/shared/__init__.py", ""),
    ];

    let found = points(&files, "services/a");

    let first = &found[0];
    assert_eq!(first.cwd, path("services/a/src").into());
    assert_eq!(first.app.as_deref(), Some("server.main:app"));
    assert_eq!(first.module_file, Some(path("services/a/src/server/main.py")));
    let roots: Vec<_> = first.python_path.iter().map(Folder::to_string).collect();
    assert_eq!(roots, ["services/a/src", "libs", "services/a"]);
    assert_eq!(first.port.as_ref().map(|port| port.port), Some(8005));
}

#[test]
fn scripts_environment_and_settings_give_the_port() {
    let files = [
        (
            "s/Dockerfile",
            "FROM x\nWORKDIR /app\nCOPY . /app\nENV PORT=8011\nCMD [\"./start.sh\"]\n",
        ),
        ("s/start.sh", "#!/bin/sh\nset -e\nalembic upgrade head\nexec python main.py\n"),
        ("s/main.py", "app = FastAPI()\nuvicorn.run(app, port=settings.port)\n"),
        (
            "s/core/config.py",
            "class Settings(BaseSettings):\n    port: int = Field(8012, env=\"PORT\")\n",
        ),
    ];

    let found = points(&files, "s");

    let all: Vec<_> = found.iter().map(facts).take(3).collect();
    assert_eq!(
        all,
        [
            (StartSource::Dockerfile, "s/start.sh:4".into(), Some("main:app"), Some(8011)),
            (StartSource::Script, "s/start.sh:4".into(), Some("main:app"), Some(8012)),
            (StartSource::Code, "s/main.py:2".into(), Some("main:app"), Some(8012)),
        ]
    );
    let digits = found[2].port.as_ref().unwrap().digits.as_ref().unwrap();
    assert_eq!((digits.0.as_str(), digits.1.line), ("s/core/config.py", 2));
}

#[test]
fn a_tree_that_is_the_service_itself_is_read_from_its_root() {
    let tree = tree(&[
        ("src/shop/main.py", "app = FastAPI()\n"),
        ("Dockerfile", "FROM x\nCMD fastapi run src/shop/main.py\n"),
    ]);

    let found = entry_points(&tree, &Folder::ROOT, &[]);

    let all: Vec<_> = found.iter().map(facts).collect();
    assert_eq!(
        all,
        [
            (StartSource::Dockerfile, "Dockerfile:2".into(), Some("main:app"), Some(8000)),
            (StartSource::Convention, "src/shop/main.py:1".into(), Some("shop.main:app"), None),
        ]
    );
}

#[test]
fn an_installed_package_is_found_below_src() {
    let files = [
        (
            "s/Dockerfile",
            "FROM x\nWORKDIR /data\nCOPY --from=build /venv /venv\nCMD uvicorn shop.main:app\n",
        ),
        ("s/src/shop/main.py", "app = FastAPI()\n"),
    ];

    let found = points(&files, "s");

    assert_eq!(found[0].module_file, Some(path("s/src/shop/main.py")));
    assert_eq!(found[0].python_path[1], path("s/src").into());
}
