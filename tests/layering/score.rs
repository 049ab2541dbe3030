//! What three deciders say about each labelled definition, and how often they are right.

use std::collections::BTreeMap;

use scaffold::change::RelPath;
use scaffold::layering::{self, Decision, Evidence, Layer, Reason};
use scaffold::migration::ServiceTarget;
use scaffold::operation::port;
use scaffold::python::PythonService;
use scaffold::workspace::Tree;

use crate::labels::{Label, Labelled};

/// Rules that look at nothing but names of files, folders and definitions.
const NAME_RULES: [&str; 2] = ["name", "class name"];

/// The ways to decide that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Decider {
    /// Words in names of files, folders and definitions.
    Names,
    /// All evidence of a definition, each for itself.
    Evidence,
    /// What `scaffold migrate` does.
    Cut,
}

impl Decider {
    /// All, the simplest first.
    pub(crate) const ALL: [Self; 3] = [Self::Names, Self::Evidence, Self::Cut];

    /// Its name in tables.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Names => "names only",
            Self::Evidence => "evidence only",
            Self::Cut => "the cut",
        }
    }
}

/// One labelled definition and what was decided.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) service: String,
    pub(crate) module: String,
    pub(crate) name: String,
    pub(crate) label: Label,
    /// By [`Decider::ALL`]; none when the definition stays outside of the layers.
    pub(crate) answers: [Option<Label>; 3],
}

/// Decides about a labelled service; an error names a label that fits no definition.
pub(crate) fn judge(
    tree: &Tree,
    folder: &RelPath,
    labelled: &Labelled,
) -> Result<Vec<Judged>, String> {
    let target = ServiceTarget::new(tree, Some(folder.clone()), &labelled.service)
        .map_err(|error| format!("{folder}: {error}"))?;
    let service = target.read(tree);
    let starts = port::starts(tree, Some(folder));
    let mut started = starts.iter().filter_map(|start| start.module_file.as_ref());
    let entry = started.find_map(|file| service.index_of(file.as_str()));
    let entry = entry.or_else(|| layering::entry_module(&service));
    let placement = layering::place(&service, &target.package, entry);
    let mut answers = BTreeMap::new();
    for decision in &placement.decisions {
        for name in covered(&service, decision) {
            let module = service.below(decision.module).to_owned();
            answers.insert((module, name), answer(decision));
        }
    }
    let judged = labelled.labels.iter().map(|((module, name), label)| {
        let key = (module.clone(), name.clone());
        let answers = answers.get(&key).ok_or_else(|| {
            format!("{}: {module} defines no {name}: label it anew", labelled.service)
        })?;
        Ok(Judged {
            service: labelled.service.clone(),
            module: module.clone(),
            name: name.clone(),
            label: *label,
            answers: *answers,
        })
    });
    judged.collect()
}

/// The definitions that a decision is about.
fn covered(service: &PythonService, decision: &Decision) -> Vec<String> {
    let module = service.modules()[decision.module].module();
    let statements = module.into_iter().flat_map(|module| &module.facts.statements);
    statements.flat_map(|statement| statement.binds.iter().cloned()).collect()
}

fn answer(decision: &Decision) -> [Option<Label>; 3] {
    let names: Vec<Evidence> = decision
        .evidence
        .iter()
        .filter(|piece| NAME_RULES.contains(&piece.rule))
        .cloned()
        .collect();
    let cut = match (decision.layer, &decision.reason) {
        (Some(layer), _) => Some(label_of(layer)),
        (None, Reason::Configuration) => Some(Label::Config),
        (None, Reason::Stays(_)) => None,
        (None, _) => Some(Label::Root),
    };
    [Some(cheapest(&names)), Some(cheapest(&decision.evidence)), cut]
}

/// The layer of least cost, the innermost of several.
fn cheapest(evidence: &[Evidence]) -> Label {
    let costs = layering::costs(evidence);
    let better = |left: &Layer, right: &Layer| costs[left.rank()].total_cmp(&costs[right.rank()]);
    label_of(Layer::ALL.into_iter().min_by(better).unwrap_or(Layer::Domain))
}

const fn label_of(layer: Layer) -> Label {
    match layer {
        Layer::Domain => Label::Domain,
        Layer::Application => Label::Application,
        Layer::Infrastructure => Label::Infrastructure,
        Layer::Presentation => Label::Presentation,
    }
}

/// How many of the definitions that are labelled with a layer a decider got right.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Accuracy {
    pub(crate) right: usize,
    pub(crate) of: usize,
}

impl Accuracy {
    /// Of the definitions that `wanted` picks.
    pub(crate) fn of<'a>(
        judged: impl IntoIterator<Item = &'a Judged>,
        decider: Decider,
        wanted: impl Fn(&Judged) -> bool,
    ) -> Self {
        let mut found = Self::default();
        for one in judged.into_iter().filter(|one| wanted(one)) {
            found.of += 1;
            found.right += usize::from(one.answers[decider as usize] == Some(one.label));
        }
        found
    }

    /// In per cent.
    #[expect(clippy::cast_precision_loss, reason = "counts of definitions are small")]
    pub(crate) fn percent(self) -> f64 {
        if self.of == 0 { 0.0 } else { 100.0 * self.right as f64 / self.of as f64 }
    }
}
