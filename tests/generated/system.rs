//! The acceptance system: gateway, CRUD service and worker as processes, with faults.

use std::net::TcpStream;

use crate::tools::{run, scaffold, uv_in};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/generated/system.py");

/// Whether something listens on a port of this machine.
fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[test]
fn a_generated_system_loses_nothing_when_its_parts_are_killed() {
    let named = |name: &str| std::env::var_os(name).is_some();
    if !((named("TEST_DATABASE_URL") || listens(5432))
        && (named("TEST_RABBITMQ_URL") || listens(5672)))
    {
        eprintln!("skipped: no PostgreSQL and RabbitMQ on loopback or named by TEST_…_URL");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    let new = |arguments: &[&str]| {
        let place: &[&str] = &["--root", "demo", "--yes"];
        scaffold(folder.path(), &[&["new"], arguments, place].concat());
    };
    let event = "event=orders.order.created.v1";
    new(&["orders", "--kind", "crud", "--with", "database,messaging", "--entity", "Order"]);
    new(&["mailer", "--kind", "worker", "--entity", "Notice", "--set", event]);
    new(&["system_gateway", "--kind", "gateway"]);

    run(uv_in(&demo).args(["sync", "--quiet", "--all-packages"]));
    let table = run(uv_in(&demo).args(["run", "--no-sync", "python", SCRIPT]));

    println!("{table}");
    assert_eq!(table.lines().filter(|line| line.contains("lost:")).count(), 5, "{table}");
}
