//! What is read from Dockerfiles, also damaged ones.

use super::*;

fn texts(command: &DockerCommand) -> Vec<&str> {
    command.words.iter().map(|word| word.text.as_str()).collect()
}

#[test]
fn the_last_stage_decides_and_inherits_from_the_stage_it_builds_on() {
    let file = Dockerfile::parse(
        "FROM python:3.11 AS base\nENV PORT=8007 HOST=\"any\"\nWORKDIR /srv\nEXPOSE ${PORT} 9000/tcp\n\
         CMD uvicorn main:app --port $PORT\nFROM node AS pages\nEXPOSE 1\nFROM base\nCOPY . app\n",
    );

    assert_eq!(texts(&file.start_command().unwrap()), ["uvicorn", "main:app", "--port", "8007"]);
    let ports: Vec<_> = file.exposed_ports().iter().map(|at| (at.port, at.line)).collect();
    assert_eq!(ports, [(8007, 4), (9000, 4)]);
    assert_eq!(file.workdir(), "/srv");
    assert_eq!(file.copies()[0].destination, "/srv/app");
}

#[test]
fn continuations_comments_and_here_documents_are_read_through() {
    let text = "FROM x\r\nRUN <<EOF\r\nCMD wrong\r\nEOF\r\nHEALTHCHECK --interval=3s \\\r\n  # why\r\n\
                CMD curl http://localhost:8001/health || exit 1\r\nCMD [\"python\", \\\r\n \"main.py\"]\r\n";
    let file = Dockerfile::parse(text);

    let health = file.healthcheck().unwrap();

    assert_eq!(texts(&file.start_command().unwrap()), ["python", "main.py"]);
    assert_eq!(health.words[1].text, "http://localhost:8001/health");
    assert_eq!(&text[health.words[1].range.clone()], "http://localhost:8001/health");
    assert_eq!(health.line, 7);
}

#[test]
fn an_exec_entrypoint_takes_the_command_as_arguments_and_a_shell_one_does_not() {
    let exec = "FROM x\nENTRYPOINT [\"uvicorn\"]\nCMD [\"main:app\"]\n";
    let shell = "FROM x\nENTRYPOINT ./start.sh\nCMD [\"main:app\"]\n";

    assert_eq!(texts(&Dockerfile::parse(exec).start_command().unwrap()), ["uvicorn", "main:app"]);
    assert_eq!(texts(&Dockerfile::parse(shell).start_command().unwrap()), ["./start.sh"]);
}

#[test]
fn damaged_files_do_not_stop_the_reading() {
    let file = Dockerfile::parse("FROM x\n???\nHEALTHCHECK NONE\nCMD [\"a\"\nCMD run \\");

    assert_eq!(texts(&file.start_command().unwrap()), ["run"]);
    assert_eq!(file.healthcheck(), None);
}
