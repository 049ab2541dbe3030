//! The tables of accuracy and confusion, in Markdown.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::labels::Label;
use crate::score::{Accuracy, Decider, Judged};

const LABELS: [Label; 6] = [
    Label::Domain,
    Label::Application,
    Label::Infrastructure,
    Label::Presentation,
    Label::Root,
    Label::Config,
];

/// One row for each set of services: accuracy of each decider.
pub(crate) fn accuracy(sets: &[(&str, &[Judged])]) -> String {
    let mut text = String::from("| services | definitions in a layer |");
    for decider in Decider::ALL {
        let _ = write!(text, " {} |", decider.title());
    }
    text.push_str("\n|---|---|---|---|---|---|\n");
    for (title, judged) in sets {
        let services: BTreeSet<&str> = judged.iter().map(|one| one.service.as_str()).collect();
        let counted = judged.iter().filter(|one| one.label.is_layer()).count();
        let _ = write!(text, "| {title} ({}) | {counted} |", services.len());
        for decider in Decider::ALL {
            let accuracy = Accuracy::of(*judged, decider, |one| one.label.is_layer());
            let _ = write!(text, " {:.1} % |", accuracy.percent());
        }
        text.push('\n');
    }
    text
}

/// What a decider said for each label.
pub(crate) fn confusion(judged: &[Judged], decider: Decider) -> String {
    let mut text = String::from("| labelled |");
    for label in LABELS {
        let _ = write!(text, " {} |", label.word());
    }
    text.push_str(" stays | right |\n|---|");
    text.push_str(&"---|".repeat(LABELS.len() + 2));
    text.push('\n');
    for label in LABELS {
        let of_label = || judged.iter().filter(move |one| one.label == label);
        let count = |answer: Option<Label>| {
            of_label().filter(|one| one.answers[decider as usize] == answer).count()
        };
        let _ = write!(text, "| {} |", label.word());
        for answer in LABELS {
            let _ = write!(text, " {} |", count(Some(answer)));
        }
        let accuracy = Accuracy::of(of_label(), decider, |_| true);
        let _ = writeln!(text, " {} | {:.0} % |", count(None), accuracy.percent());
    }
    text
}

/// One line for each service.
pub(crate) fn services(judged: &[Judged]) -> String {
    let names: BTreeSet<&str> = judged.iter().map(|one| one.service.as_str()).collect();
    let mut text = String::new();
    for name in names {
        let _ = write!(text, "{name:34}");
        for decider in Decider::ALL {
            let wanted = |one: &Judged| one.service == name && one.label.is_layer();
            let accuracy = Accuracy::of(judged, decider, wanted);
            let _ = write!(text, " {:>3}/{:<3}", accuracy.right, accuracy.of);
        }
        text.push('\n');
    }
    text
}

/// Every definition that is placed elsewhere than its label says.
pub(crate) fn misses(judged: &[Judged]) -> String {
    let word = |answer: Option<Label>| answer.map_or("stays", Label::word);
    let mut text = String::new();
    for one in judged.iter().filter(|one| one.label != Label::Any) {
        let [names, evidence, cut, placed] = one.answers;
        if cut != Some(one.label) || placed != Some(one.label) {
            let _ = writeln!(
                text,
                "{}/{} {}: labelled {}, placed {}, cut {}, evidence {}, names {}",
                one.service,
                one.module,
                one.name,
                one.label.word(),
                word(placed),
                word(cut),
                word(evidence),
                word(names)
            );
        }
    }
    text
}
