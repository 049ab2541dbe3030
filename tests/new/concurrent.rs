//! Many at once in one workspace.

use std::collections::BTreeSet;
use std::process::Stdio;

use crate::support::Place;

#[test]
fn sixty_four_at_once_get_sixty_four_ports() {
    let place = Place::empty();
    let names: Vec<String> = (0..64).map(|number| format!("service_{number:02}x")).collect();
    let children = names.iter().map(|name| {
        let arguments =
            ["new", name, "--root", "demo", "--yes", "--with", "none", "--format", "json"];
        let mut command = place.command(&arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    });
    let children: Vec<_> = children.collect();

    let ports: BTreeSet<u64> = children
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", crate::support::transcript(&output));
            let made: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            made["port"].as_u64().unwrap()
        })
        .collect();

    assert_eq!(ports, (8100..8164).collect());
    let registry = std::fs::read_to_string(place.demo().join("ports.yaml")).unwrap();
    let compose = std::fs::read_to_string(place.demo().join("docker-compose.yml")).unwrap();
    for name in &names {
        assert_eq!(registry.matches(&format!("  {name}: ")).count(), 1, "{name}");
        assert_eq!(compose.matches(&format!("  {name}:\n")).count(), 1, "{name}");
        assert!(
            place.demo().join("services").join(name).join("pyproject.toml").is_file(),
            "{name}"
        );
    }
}
