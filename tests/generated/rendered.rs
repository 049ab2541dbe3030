//! What `scaffold render` writes, judged by the programs that read it.
//!
//! kubectl and promtool come from Debian's packages, unpacked into the build folder; schemas of
//! compose files, workflows and Kubernetes from `PyPI`; RabbitMQ imports its definitions where it
//! runs on this machine. What none of them carries is named in the output as read only.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::tools::{self, folder, run, scaffold, uv};

/// Outputs for which no registry carries the program that reads them.
const READ_ONLY: [&str; 8] = [
    "deploy/consul/osint-service.json",
    "deploy/grafana/dashboards/services.json",
    "deploy/helm/values/osint-service.yaml",
    "deploy/kong/kong.yml",
    "deploy/k8s/overlays/production/kustomization.yaml",
    "deploy/k8s/overlays/staging/kustomization.yaml",
    "deploy/loki/loki.yaml",
    "deploy/otel/collector.yaml",
];

/// A workspace with every kind of service and every output.
fn workspace() -> &'static Path {
    static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let new = |words: &[&str]| {
            let all = [&["new"], words, &["--root", ".", "--yes"]].concat();
            scaffold(folder.path(), &all);
        };
        new(&["osint_service", "--with", "database,http,messaging"]);
        new(&["orders_service", "--kind", "crud"]);
        new(&["api_gateway", "--kind", "gateway"]);
        new(&["mail_worker", "--kind", "worker"]);
        new(&["night_jobs", "--kind", "scheduler"]);
        let outputs = [
            "compose",
            "env",
            "k8s",
            "helm",
            "prometheus",
            "observability",
            "kong",
            "consul",
            "rabbitmq",
            "github",
            "catalog",
            "graph",
        ];
        scaffold(folder.path(), &[&["render"][..], &outputs, &["--root", "."]].concat());
        folder
    });
    made.path()
}

/// The Python of an environment with validators from `PyPI`.
fn validators() -> PathBuf {
    let folder = folder().join("validators");
    let python = folder.join("bin/python");
    let uv = uv();
    let lock = File::create(tools::folder().join("validators.lock")).unwrap();
    lock.lock().unwrap();
    if !folder.join("bin/check-jsonschema").is_file() {
        run(Command::new(&uv).args(["venv", "--quiet", "--clear"]).arg(&folder));
        let mut install = Command::new(&uv);
        install.args(["pip", "install", "--quiet", "--python"]).arg(&python);
        install.args(["check-jsonschema>=0.33", "kubernetes-validate>=1.31", "pyyaml>=6"]);
        run(&mut install);
    }
    python
}

/// A program of a Debian package, unpacked into the build folder; none where there is no apt.
fn debian(package: &str, program: &str) -> Option<PathBuf> {
    let home = folder().join("debian");
    let found = home.join(program);
    fs::create_dir_all(&home).unwrap();
    let lock = File::create(home.join("lock")).unwrap();
    lock.lock().unwrap();
    if !found.is_file() {
        let fetch = format!(
            "cd '{0}' && apt-get download --quiet {package} && dpkg-deb --extract {package}_*.deb '{0}'",
            home.display()
        );
        let fetched = Command::new("sh").args(["-c", &fetch]).output().ok()?;
        if !fetched.status.success() {
            eprintln!("skipped: {program} is in Debian's package {package}, which cannot be had");
            eprintln!("{}", tools::text(&fetched));
            return None;
        }
    }
    Some(found)
}

fn schema(name: &str, file: &Path) -> String {
    let program = validators().with_file_name("check-jsonschema");
    run(Command::new(program).args(["--builtin-schema", name]).arg(file))
}

#[test]
fn compose_files_fit_their_schema_alone_and_together() {
    let root = workspace();
    for file in ["docker-compose.yml", "deploy/compose/platform.yml"] {
        schema("vendor.compose-spec", &root.join(file));
    }
    let platform = fs::read_to_string(root.join("deploy/compose/platform.yml")).unwrap();
    for profile in ["app", "databases", "observability"] {
        assert!(platform.contains(&format!("profiles: [{profile}]")), "{profile}");
    }
    for mounted in platform.lines().filter_map(|line| line.trim().strip_prefix("- ./")) {
        let path = mounted.split(':').next().unwrap();
        assert!(root.join(path).exists(), "{path} is mounted and not there");
    }
    let compose = Command::new("docker").args(["compose", "version"]).output();
    if !compose.is_ok_and(|output| output.status.success()) {
        eprintln!("schema-checked only: there is no docker compose");
        return;
    }
    let mut config = Command::new("docker");
    config.args(["compose", "-f", "docker-compose.yml", "-f", "deploy/compose/platform.yml"]);
    config.args(["--profile", "*", "config", "--quiet"]).current_dir(root);
    run(config.env("POSTGRES_PASSWORD", "x").env("RABBITMQ_PASSWORD", "x"));
}

#[test]
fn kubernetes_takes_every_object_in_two_versions() {
    let root = workspace();
    let program = "import sys, yaml, kubernetes_validate as k\n\
        count = 0\n\
        for version in ('1.27', '1.31'):\n    \
        for object in yaml.safe_load_all(open(sys.argv[1])):\n        \
        k.validate(object, version, strict=True)\n        \
        count += 1\n\
        print(count)";
    for entry in fs::read_dir(root.join("deploy/k8s/base")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap() != "kustomization.yaml" {
            run(Command::new(validators()).args(["-c", program]).arg(&path));
        }
    }
    // Debian's kubectl has a kustomize that takes no folder as a resource, which overlays have.
    eprintln!("read only: the overlays in deploy/k8s/overlays");
    let Some(kubectl) = debian("kubernetes-client", "usr/bin/kubectl") else { return };
    let built = run(Command::new(kubectl).arg("kustomize").arg(root.join("deploy/k8s/base")));
    for kind in ["Deployment", "NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler"] {
        let count = built.lines().filter(|line| *line == format!("kind: {kind}")).count();
        assert_eq!(count, 5, "{kind}");
    }
}

#[test]
fn the_workflow_fits_its_schema() {
    let root = workspace();
    schema("vendor.github-workflows", &root.join(".github/workflows/services.yml"));
}

#[test]
fn prometheus_takes_its_configuration_and_its_rules() {
    let Some(promtool) = debian("prometheus", "usr/bin/promtool") else { return };
    let folder = workspace().join("deploy/prometheus");
    run(Command::new(&promtool).args(["check", "config"]).arg(folder.join("prometheus.yml")));
    let rules = run(Command::new(&promtool).args(["check", "rules"]).arg(folder.join("rules.yml")));
    assert!(rules.contains("SUCCESS"), "{rules}");
}

#[test]
fn rabbitmq_imports_its_definitions() {
    let file = workspace().join("deploy/rabbitmq/definitions.json");
    let text = fs::read_to_string(&file).unwrap();
    let definitions: serde_json::Value = serde_json::from_str(&text).unwrap();
    let bindings = definitions["bindings"].as_array().unwrap();
    assert_eq!(bindings.len(), 1, "the worker understands one type");
    assert_eq!(bindings[0]["destination"], "events.mail-worker");
    let shared = std::env::temp_dir().join("scaffold-rabbitmq-definitions.json");
    // In a virtual host of its own, which goes afterwards.
    let own = text.replace("\"vhost\": \"/\"", "\"vhost\": \"rendered\"");
    fs::write(&shared, own.replace("{\"name\": \"/\"}", "{\"name\": \"rendered\"}")).unwrap();
    let import = Command::new("rabbitmqctl").arg("import_definitions").arg(&shared).output();
    match import {
        Ok(output) if output.status.success() => {
            let listed = ["list_bindings", "--vhost", "rendered", "--silent"];
            let listed = run(Command::new("rabbitmqctl").args(listed));
            run(Command::new("rabbitmqctl").args(["delete_vhost", "rendered"]));
            assert!(listed.contains("events.mail-worker"), "{listed}");
        }
        Ok(output) => {
            let said = tools::text(&output);
            let cannot = ["not running", "rights", "unable to connect", "Only root"];
            assert!(cannot.iter().any(|why| said.contains(why)), "{said}");
            eprintln!("skipped: RabbitMQ cannot be asked here: {said}");
        }
        Err(error) => eprintln!("skipped: there is no rabbitmqctl: {error}"),
    }
    fs::remove_file(&shared).unwrap();
}

#[test]
fn what_no_registry_carries_a_program_for_is_read_at_least() {
    let root = workspace();
    let program = "import sys, yaml\n\
        for path in sys.argv[1:]:\n    \
        assert yaml.safe_load(open(path)), path";
    let mut read = Command::new(validators());
    read.args(["-c", program]).args(READ_ONLY.map(|file| root.join(file)));
    run(&mut read);
    eprintln!("read only, as no registry carries the program: {}", READ_ONLY.join(", "));
}

#[test]
fn nothing_differs_afterwards() {
    scaffold(workspace(), &["render", "--check", "--root", "."]);
}
