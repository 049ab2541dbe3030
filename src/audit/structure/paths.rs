//! Search paths, paths of one machine, and folders that cannot be imported.

use std::collections::BTreeSet;

use crate::audit::file::FileFacts;
use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;

/// `sys.path.insert`, `sys.path.append`.
pub(super) fn search_path(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for call in file.calls_of(&["insert", "append", "addsitedir", "extend"]) {
        let full = file.full(&call.what.callee);
        let is_edit = matches!(
            full.as_str(),
            "sys.path.insert" | "sys.path.append" | "sys.path.extend" | "site.addsitedir"
        );
        if is_edit {
            let where_ = if file.is_test { "a test" } else { "the code" };
            let message = format!("{where_} edits `sys.path`: imports depend on where it is run");
            sink.add(file.draft(call.what.start as usize, message));
        }
    }
}

/// Literals that begin with a person's home folder.
pub(super) fn machine(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for string in &file.module.facts.strings {
        if string.is_statement || string.value.contains('\n') {
            continue;
        }
        let value = string.value.as_str();
        let rest = value
            .strip_prefix("/home/")
            .or_else(|| value.strip_prefix("/Users/"))
            .or_else(|| value.strip_prefix("C:\\Users\\"))
            .or_else(|| value.strip_prefix("C:/Users/"));
        let Some(user) = rest.and_then(|rest| rest.split(['/', '\\']).next()) else { continue };
        let is_name =
            !user.is_empty() && user.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
        let in_container = matches!(
            user,
            "app"
                | "appuser"
                | "user"
                | "runner"
                | "ubuntu"
                | "admin"
                | "test"
                | "node"
                | "victim"
                | "attacker"
                | "kali"
                | "vagrant"
        );
        let goes_on = value.matches(['/', '\\']).count() > 2;
        if is_name && !in_container && goes_on {
            let message = format!("`{value}` exists on one machine only");
            sink.add(file.draft(string.range.start, message));
        }
    }
}

/// Folders with modules whose names are no identifiers.
pub(super) fn hyphen(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let own = service.service.folder.as_str();
    let mut paths: Vec<&str> = vec![own];
    let packages = service.files.iter().filter(|file| file.below.ends_with("__init__.py"));
    let packages: Vec<&FileFacts> = packages.collect();
    paths.extend(packages.iter().map(|file| file.path.as_str().trim_end_matches("/__init__.py")));
    for folder in paths {
        let name = folder.rsplit('/').next().unwrap_or(folder);
        let package = packages
            .iter()
            .find(|file| file.path.as_str().strip_suffix("/__init__.py") == Some(folder));
        if let Some(package) = package.filter(|_| name.contains('-') && seen.insert(folder)) {
            let message = format!("`{name}` is a package whose name cannot be imported");
            sink.add(Draft::new(&package.path, 1, message).anchored(folder));
        }
    }
}
