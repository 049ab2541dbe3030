//! `scaffold audit` as it is called: forms of reports, exit statuses, baselines, hostile input.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests make folders and start the program"
)]

mod labels;
mod page;
mod schema;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const ONE: &str = "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get(\"/orders\")\ndef orders():\n    try:\n        return load()\n    except Exception:\n        return {\"status\": \"error\"}\n\ndef load():\n    return []\n";
const TWO: &str = "import os\n\nfrom fastapi import FastAPI\n\napp = FastAPI()\nONE = os.getenv(\"ONE_URL\", \"http://one:8000\")\n\n@app.get(\"/api/v1/stock/{item}\")\ndef stock(item: int) -> int:\n    return item\n";
const IMAGE: &str = "FROM python:3.12\nCOPY . /app\nWORKDIR /app\nCMD [\"uvicorn\", \"main:app\", \"--port\", \"8000\"]\n";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        put(folder.path(), name, text.as_bytes());
    }
    folder
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn backend() -> tempfile::TempDir {
    folder(&[
        ("one/main.py", ONE),
        ("one/Dockerfile", IMAGE),
        ("two/main.py", TWO),
        ("two/Dockerfile", IMAGE),
    ])
}

fn audit(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));
    command.arg("audit").arg(folder).args(arguments);
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_rule_names_only_a_step_that_exists() {
    let steps = scaffold::migration::catalogue().unwrap();
    let exists = |id: &str| steps.iter().any(|step| step.id == id);

    let wrong: Vec<_> = scaffold::audit::rules()
        .filter(|rule| rule.step.is_some_and(|step| !exists(step)))
        .map(|rule| (rule.id, rule.step))
        .collect();

    assert_eq!(wrong, []);
    assert!(scaffold::audit::rules().any(|rule| rule.step == Some("settings")));
}

#[test]
fn the_json_report_is_of_the_published_form_and_the_same_every_time() {
    let folder = backend();

    let first = audit(folder.path(), &["--format", "json"]);
    let second = audit(folder.path(), &["--format", "json"]);

    let published = fs::read_to_string("docs/audit.schema.json").unwrap();
    let problems = schema::problems(&serde_json::from_str(&published).unwrap(), &json(&first));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(first.stdout, second.stdout);
    assert_eq!(first.status.code(), Some(1));
}

#[test]
fn sarif_results_lead_to_rules_places_and_lasting_fingerprints() {
    let folder = backend();

    let report = json(&audit(folder.path(), &["--format", "sarif"]));

    let run = &report["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(report["version"], "2.1.0");
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(folder.path().join(place["artifactLocation"]["uri"].as_str().unwrap()).exists());
        assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
        assert_eq!(
            result["partialFingerprints"]["scaffoldIdentity/v1"].as_str().unwrap().len(),
            16
        );
    }
}

#[test]
fn the_repository_of_one_service_is_that_service_by_whatever_name_it_lies() {
    let report = |name: &str| {
        let around = folder(&[
            (
                &format!("{name}/pyproject.toml"),
                "[project]\nname = \"x\"\ndependencies = [\"fastapi\"]\n",
            ),
            (&format!("{name}/app/main.py"), ONE),
            (&format!("{name}/tests/test_orders.py"), "def test_orders():\n    assert 1 < 2\n"),
        ]);
        json(&audit(&around.path().join(name), &["--format", "json"]))
    };

    let (one, other) = (report("shop"), report("checkout"));

    let facts = |report: &Value| {
        let findings = report["findings"].as_array().unwrap().iter();
        findings
            .map(|found| {
                (found["identity"].clone(), found["file"].clone(), found["message"].clone())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(facts(&one), facts(&other));
    assert_eq!(one["services"][0]["folder"], ".");
    assert_eq!(one["services"][0]["tests"], 1);
    let text = one["findings"].to_string();
    assert!(text.contains("app/main.py") && !text.contains("shop/app"), "{text}");
    assert!(!text.contains("no-manifest") && !text.contains("no-tests"), "{text}");
}

#[test]
fn every_form_names_the_failure_that_is_answered_with_200() {
    let folder = backend();

    for form in ["text", "json", "sarif", "junit", "markdown", "html"] {
        let report = text(&audit(folder.path(), &["--format", form, "--no-limit"]));
        assert!(report.contains("error-as-success") && report.contains("main.py"), "{form}");
    }
}

#[test]
fn a_form_of_reports_is_refused_by_other_commands() {
    let folder = backend();
    let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));

    let output = command
        .args(["ports", "list", "--format", "sarif"])
        .arg("--root")
        .arg(folder.path())
        .output()
        .unwrap();

    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_baseline_lets_known_findings_pass_and_new_ones_fail() {
    let folder = backend();
    let baseline = folder.path().join("baseline.json");
    let baseline = baseline.to_str().unwrap();

    let made = audit(folder.path(), &["--baseline", baseline, "--update-baseline"]);
    let known = audit(folder.path(), &["--baseline", baseline, "--fail-on", "new"]);
    put(
        folder.path(),
        "two/main.py",
        format!("{TWO}\ntry:\n    app\nexcept:\n    app = None\n").as_bytes(),
    );
    let new = audit(folder.path(), &["--baseline", baseline, "--fail-on", "new"]);

    assert_eq!(made.status.code(), Some(1));
    assert_eq!(known.status.code(), Some(0));
    assert_eq!(new.status.code(), Some(1));
}

#[test]
fn conditions_decide_the_exit_status() {
    let folder = backend();
    let status = |when: &str| audit(folder.path(), &["--fail-on", when]).status.code();

    assert_eq!(status("never"), Some(0));
    assert_eq!(status("score<0.1"), Some(0));
    assert_eq!(status("score<10"), Some(1));
    assert_eq!(status("sometimes"), Some(2));
    assert_eq!(audit(&folder.path().join("gone"), &[]).status.code(), Some(2));
}

#[test]
fn the_routes_become_one_openapi_document_per_service() {
    let folder = backend();

    let documents = json(&audit(folder.path(), &["--openapi"]));

    let parameter = &documents["two"]["paths"]["/api/v1/stock/{item}"]["get"]["parameters"][0];
    assert_eq!(parameter["schema"]["type"], "integer");
    assert!(documents["one"]["paths"]["/orders"]["get"].is_object());
}

#[test]
fn a_comment_with_a_reason_allows_a_finding_and_settings_change_severities() {
    let folder = backend();
    let allowed = ONE.replace(
        "return {\"status\": \"error\"}",
        "return {\"status\": \"error\"}  # scaffold: allow[error-as-success] the old client needs it",
    );
    put(folder.path(), "one/main.py", allowed.as_bytes());
    put(
        folder.path(),
        "scaffold.toml",
        b"[workspace]\nname = \"demo\"\nservices = \"backend\"\n\n[audit.severity]\nno-health-route = \"off\"\n",
    );

    let report = json(&audit(folder.path(), &["--format", "json"]));

    let rules: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["rule"].as_str().unwrap())
        .collect();
    assert!(!rules.contains(&"error-as-success") && !rules.contains(&"unused-allow"));
    assert!(!rules.contains(&"no-health-route"));
}

#[test]
fn an_unknown_rule_in_the_settings_is_bad_input() {
    let folder = backend();
    put(
        folder.path(),
        "scaffold.toml",
        b"[workspace]\nname = \"demo\"\n\n[audit.severity]\nno-such-rule = \"off\"\n",
    );

    assert_eq!(audit(folder.path(), &[]).status.code(), Some(2));
}

#[test]
fn hostile_files_end_in_remarks() {
    let folder = backend();
    put(folder.path(), "one/deep.py", "(".repeat(300_000).as_bytes());
    put(folder.path(), "one/long.py", format!("x = \"{}\"\n", "a".repeat(6 << 20)).as_bytes());
    put(folder.path(), "one/binary.py", &[0, 159, 146, 150]);
    put(folder.path(), "one/broken.py", b"def x(:\n");
    put(
        folder.path(),
        "one/indented.py",
        (0..90).fold(String::new(), |text, n| text + " ".repeat(n).as_str() + "if x:\n").as_bytes(),
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("one/loop")).unwrap();

    let output = audit(folder.path(), &["--format", "json"]);

    let report = json(&output);
    let remarks = report["remarks"].to_string();
    assert_eq!(output.status.code(), Some(1));
    for name in ["deep.py", "long.py", "binary.py"] {
        assert!(remarks.contains(name), "{remarks}");
    }
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().any(|one| one["rule"] == "syntax-error"));
}

#[test]
fn one_line_of_fifty_megabytes_and_twenty_thousand_files_end_in_a_report() {
    let folder = backend();
    put(folder.path(), "one/wide.py", format!("x = \"{}\"\n", "a".repeat(50 << 20)).as_bytes());
    put(folder.path(), "one/table.py", format!("x = [{}]\n", "1, ".repeat(1 << 20)).as_bytes());
    put(
        folder.path(),
        "one/tree.py",
        format!("x = {}1{}\n", "[".repeat(5_000), "]".repeat(5_000)).as_bytes(),
    );
    fs::create_dir_all(folder.path().join("one/many")).unwrap();
    for number in 0..20_000 {
        fs::write(folder.path().join(format!("one/many/m{number}.txt")), b"").unwrap();
    }

    let output = audit(folder.path(), &["--format", "json", "--fail-on", "never"]);

    let report = json(&output);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(report["remarks"].to_string().contains("wide.py"), "{}", report["remarks"]);
}

#[cfg(target_os = "linux")]
#[test]
fn hostile_files_cost_bounded_memory() {
    let folder = backend();
    put(folder.path(), "one/wide.py", format!("x = \"{}\"\n", "a".repeat(50 << 20)).as_bytes());
    put(folder.path(), "one/binary.py", &vec![0_u8; 3 << 20]);
    put(folder.path(), "one/names.py", "x = y\n".repeat(300_000).as_bytes());
    let program = env!("CARGO_BIN_EXE_scaffold");

    let output = Command::new("bash")
        .args(["-c", "ulimit -v 4000000; exec \"$0\" audit \"$1\" --format json --fail-on never"])
        .arg(program)
        .arg(folder.path())
        .output()
        .unwrap();

    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_page_is_self_contained_and_shows_the_trend() {
    let folder = backend();
    let earlier = folder.path().join("earlier.json");
    fs::write(&earlier, audit(folder.path(), &["--format", "json"]).stdout).unwrap();

    let page =
        text(&audit(folder.path(), &["--format", "html", "--trend", earlier.to_str().unwrap()]));

    assert!(page.contains("<h2 id=\"trend-h\">") && page.contains("<polyline"));
    assert!(!page.contains("src=") && !page.contains("<script") && !page.contains("@import"));
    for link in page.split("href=\"#").skip(1) {
        let id = link.split('"').next().unwrap();
        assert!(page.contains(&format!("id=\"{id}\"")), "a link leads nowhere: {id}");
    }
}
