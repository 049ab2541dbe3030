use std::collections::BTreeSet;

use super::*;
use crate::change::{Entry, RelPath};
use crate::workspace::Tree;

/// One example of a page.
struct Example {
    rule: String,
    flagged: bool,
    path: String,
    text: String,
}

/// The fenced examples of a page: ```` ```py flagged shop/main.py ````.
fn examples(page: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut rule = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("## `") {
            name.trim_end_matches('`').clone_into(&mut rule);
        }
        let Some(words) = line.strip_prefix("```").map(|rest| rest.split(' ').collect::<Vec<_>>())
        else {
            continue;
        };
        let [language, kind, path] = words.as_slice() else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let text = format!("{}\n", body.join("\n"));
        let text = match *language {
            "py-repeat" => (0..40).map(|n| text.replace('N', &n.to_string())).collect(),
            _ => text,
        };
        let flagged = *kind == "flagged";
        found.push(Example { rule: rule.clone(), flagged, path: (*path).to_owned(), text });
    }
    found
}

/// The examples of a rule as a backend; every folder with Python gets an image.
fn backend<'e>(files: impl Iterator<Item = &'e Example>) -> Backend {
    let mut tree = Tree::new();
    let mut folders = BTreeSet::new();
    for file in files {
        let folder = match file.path.strip_prefix("services/") {
            Some(rest) => rest.split_once('/').map(|(first, _)| format!("services/{first}")),
            None => file.path.split_once('/').map(|(first, _)| first.to_owned()),
        };
        folders.extend(folder.filter(|_| file.path.ends_with(".py")));
        tree.set(RelPath::new(&file.path).unwrap(), Entry::file(file.text.clone()));
    }
    for folder in folders {
        let path = RelPath::new(format!("{folder}/Dockerfile")).unwrap();
        if tree.get(&path).is_none() {
            tree.set(path, Entry::file("FROM python:3.12\n"));
        }
    }
    Backend::of_tree(tree)
}

#[test]
fn every_rule_has_a_page_whose_flagged_example_is_found_and_whose_clean_one_is_not() {
    let mut failures = Vec::new();
    for (rules, page) in &GROUPS {
        let all = examples(page);
        for rule in *rules {
            let own = |flagged: bool| {
                all.iter().filter(move |one| one.rule == rule.id && one.flagged == flagged)
            };
            if own(true).next().is_none() || own(false).next().is_none() {
                failures.push(format!("{}: the page has no flagged or no clean example", rule.id));
                continue;
            }
            let count = |flagged: bool| {
                let (_, outcome) = examine(backend(own(flagged)));
                outcome.findings.iter().filter(|finding| finding.rule.id == rule.id).count()
            };
            if count(true) == 0 {
                failures.push(format!("{}: the flagged example is not found", rule.id));
            }
            if count(false) > 0 {
                failures.push(format!("{}: the clean example is found", rule.id));
            }
        }
        let known: BTreeSet<&str> = rules.iter().map(|rule| rule.id).collect();
        let strangers = all.iter().filter(|one| !known.contains(one.rule.as_str()));
        failures.extend(strangers.map(|one| format!("{}: a page without a rule", one.rule)));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn rule_names_are_unique_and_every_rule_can_be_explained() {
    let names: BTreeSet<&str> = rules().map(|rule| rule.id).collect();

    assert_eq!(names.len(), rules().count());
    assert!(rules().all(|rule| page(rule.id).is_some_and(|page| page.contains(rule.summary))));
}

#[test]
fn identities_stay_when_lines_move_and_differ_for_equal_findings() {
    let find = |text: &str| {
        let path = RelPath::new("shop/main.py").unwrap();
        let image = RelPath::new("shop/Dockerfile").unwrap();
        let tree =
            [(path, Entry::file(text)), (image, Entry::file("FROM x\n"))].into_iter().collect();
        let (_, outcome) = examine(Backend::of_tree(tree));
        let own = outcome.findings.into_iter().filter(|finding| finding.rule.id == "bare-except");
        own.map(|finding| finding.identity).collect::<Vec<_>>()
    };
    let code = "try:\n    f()\nexcept:\n    g()\n";

    let before = find(&code.repeat(2));
    let after = find(&format!("# one\n# two\n{}", code.repeat(2)));

    assert_eq!(before.len(), 2);
    assert_ne!(before[0], before[1]);
    assert_eq!(before, after);
}

#[test]
fn a_baseline_lets_known_findings_pass_and_only_shrinks() {
    let known: Vec<Example> = examples(errors::PAGE);
    let (_, outcome) =
        examine(backend(known.iter().filter(|one| one.rule == "bare-except" && one.flagged)));

    let baseline = Baseline::of(&outcome.findings);
    let read = Baseline::parse(&baseline.render()).unwrap();

    assert_eq!(read, baseline);
    assert!(baseline.new_findings(&outcome.findings).is_empty());
    assert_eq!(Baseline::default().new_findings(&outcome.findings).len(), outcome.findings.len());
    assert_eq!(
        baseline
            .shrunk_to(&Baseline::of(&outcome.findings[1..]))
            .findings
            .values()
            .map(|files| files.values().sum::<usize>())
            .sum::<usize>(),
        outcome.findings.len() - 1
    );
}
