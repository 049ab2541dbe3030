//! What is read from compose files.

use super::*;

const FILE: &str = "services:\n  osint-service:\n    build:\n      context: ./backend/services\n      \
dockerfile: osint_service/Dockerfile\n    command: uvicorn api:app --port 8007\n    ports:\n      - \"8036:8007\"\n      \
- 9090\n    environment:\n      - PORT=8007\n      - DB_URL=${DB:-sqlite}\n    volumes:\n      - ./backend/services/osint_service:/app\n      \
- data:/data\n    healthcheck:\n      test: [\"CMD\", \"curl\", \"http://localhost:8007/health\"]\n    depends_on:\n      redis:\n        \
condition: started\n  redis:\n    image: redis\n    ports: [{target: 6379, published: 6380}]\n";

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

#[test]
fn an_entry_knows_its_folder_command_ports_and_their_places() {
    let file = ComposeFile::parse(&path("docker-compose.yml"), FILE).unwrap();

    let entry = file.entry("osint-service").unwrap();
    assert!(entry.runs(&path("backend/services/osint_service")));
    assert!(!entry.runs(&path("backend/services/osint")));
    assert_eq!(entry.command.as_ref().unwrap().words[1].text, "api:app");
    let port = &entry.command.as_ref().unwrap().words[3];
    assert_eq!(&FILE[port.range.clone()], "8007");
    assert_eq!((entry.ports[0].host, entry.ports[0].container.port), (Some(8036), 8007));
    assert_eq!(&FILE[entry.ports[0].container.range.clone()], "8007");
    assert_eq!((entry.ports[1].host, entry.ports[1].container.port), (None, 9090));
    assert_eq!(entry.environment[0].name, "PORT");
    assert_eq!(entry.healthcheck.as_ref().unwrap().words[0].text, "curl");
    assert_eq!(entry.mounts, [(path("backend/services/osint_service").into(), "/app".to_owned())]);
    assert_eq!(entry.depends_on, ["redis"]);
    assert_eq!(file.entry("redis").unwrap().ports[0].host, Some(6380));
}

#[test]
fn paths_are_those_of_the_file_and_may_not_leave_the_tree() {
    let text = "services:\n  a:\n    build: ..\n  b:\n    build: ../..\n  c:\n    build: .\n";

    let file = ComposeFile::parse(&path("deploy/compose.yaml"), text).unwrap();

    assert_eq!(file.entries[0].build.as_ref().unwrap().context, Folder::ROOT);
    assert_eq!(file.entries[1].build, None);
    assert_eq!(file.entries[2].build.as_ref().unwrap().context, path("deploy").into());
}
