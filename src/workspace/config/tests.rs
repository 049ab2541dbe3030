//! What `scaffold.toml` may say, on texts.

use super::*;

#[test]
fn a_short_file_gets_the_defaults() {
    let config = Config::parse("[workspace]\nname = \"demo\"\n").unwrap();

    assert_eq!(config, Config::new("demo"));
    assert_eq!(config.family_of_port(8000), Some("core"));
    assert_eq!(config.family_of_port(8100), Some("services"));
    assert_eq!(config.family_of_port(80), None);
}

#[test]
fn what_is_rendered_reads_back() {
    let mut config = Config::new("demo");
    config.exclude = vec!["old \"one\"".into()];
    let ports = PortRanges::parse("8018, 8300-8399").unwrap();
    config.families.insert("immune".into(), ports);
    let service = ServiceConfig {
        path: Some(RelPath::new("backend/security/vault").unwrap()),
        family: Some("immune".into()),
    };
    config.overrides.insert("vault".into(), service);

    assert_eq!(Config::parse(&config.render()).unwrap(), config);
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_nearest_key() {
    let error = Config::parse("[workspace]\nname = \"demo\"\nprefx = \"x\"\n").unwrap_err();

    assert_eq!(
        error.to_string(),
        "scaffold.toml:3: unknown key `prefx` in [workspace]; did you mean `prefix`?"
    );
}

#[test]
fn a_narrower_family_inside_another_wins_and_a_crossing_one_is_refused() {
    let inside = "[workspace]\nname = \"d\"\n[families.hcl]\nports = \"8400-8499\"\n";
    let across = "[workspace]\nname = \"d\"\n[families.hcl]\nports = \"8900-9099\"\n";

    assert_eq!(Config::parse(inside).unwrap().family_of_port(8420), Some("hcl"));
    let error = Config::parse(across).unwrap_err();
    assert_eq!(error.line, 3);
    assert!(matches!(error.problem, ConfigProblem::Crossing { .. }));
}

#[test]
fn wrong_values_are_named_with_their_line() {
    let cases = [
        ("name = 1\n", 1),
        ("[workspace]\n", 1),
        ("[workspace]\nname = \"d\"\nservices = \"../x\"\n", 3),
        ("[workspace]\nname = \"d\"\nprefix = \"My-Lib\"\n", 3),
        ("[workspace]\nname = \"d\"\n[families.a]\nports = \"x\"\n", 4),
        ("[workspace]\nname = \"d\"\n[services.a]\nfamily = \"servces\"\n", 4),
        ("[workspace]\nname = \"d\n", 2),
    ];

    for (text, line) in cases {
        assert_eq!(Config::parse(text).unwrap_err().line, line, "{text}");
    }
}
