//! What three deciders say about each labelled definition, and how often they are right.

use std::collections::{BTreeMap, BTreeSet};

use scaffold::change::RelPath;
use scaffold::layering::{
    self, Definition, Evidence, Layer, Overrides, Placement, Reason, Verdict,
};
use scaffold::migration::ServiceTarget;
use scaffold::workspace::{Tree, starts};

use crate::labels::{Label, Labelled};

/// The ways to decide that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Decider {
    /// Words in names of files, folders and definitions.
    Names,
    /// All evidence of a definition, each for itself.
    Evidence,
    /// The minimum cut over all definitions.
    Cut,
    /// Where `scaffold migrate` puts it: with its module, when that stays in one piece.
    Placed,
}

impl Decider {
    /// All, the simplest first.
    pub(crate) const ALL: [Self; 4] = [Self::Names, Self::Evidence, Self::Cut, Self::Placed];

    /// Its name in tables.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Names => "names only",
            Self::Evidence => "evidence only",
            Self::Cut => "the cut",
            Self::Placed => "as migrated",
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
    pub(crate) answers: [Option<Label>; 4],
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
    let starts = starts(tree, Some(folder));
    let mut started = starts.iter().filter_map(|start| start.module_file.as_ref());
    let entry = started.find_map(|file| service.index_of(file.as_str()));
    let entry = entry.or_else(|| layering::entry_module(&service));
    let overrides = Overrides::default();
    let placement =
        layering::place(&service, &target.package, entry, (&overrides, &BTreeSet::new()));
    let root = placement.code_root.clone();
    let below = |module: usize| {
        let path = service.modules()[module].path.as_str();
        let rest = path.strip_prefix(&root).unwrap_or(path);
        rest.trim_start_matches('/').to_owned()
    };
    let mut answers = BTreeMap::new();
    for verdict in layering::weigh(&service, below) {
        let module = service.below(verdict.definition.module).to_owned();
        for name in &verdict.names {
            let placed = placed(&placement, verdict.definition, name);
            answers.insert((module.clone(), name.clone()), answer(&verdict, placed));
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

/// Where a definition is put.
fn placed(placement: &Placement, definition: Definition, name: &String) -> Option<Label> {
    let of_module =
        || placement.decisions.iter().filter(move |decision| decision.module == definition.module);
    let own = of_module().find(|decision| decision.names.contains(name));
    let decision = own.or_else(|| of_module().find(|decision| decision.statements.is_empty()))?;
    match (decision.layer, &decision.reason) {
        (Some(layer), _) => Some(label_of(layer)),
        (None, Reason::Configuration) => Some(Label::Config),
        (None, Reason::Stays(_)) => None,
        (None, _) => Some(Label::Root),
    }
}

fn answer(verdict: &Verdict, placed: Option<Label>) -> [Option<Label>; 4] {
    let cut = verdict.layer.map_or(Label::Root, label_of);
    let (names, own) = (cheapest(&verdict.by_name), cheapest(&verdict.own));
    [Some(names), Some(own), Some(cut), placed]
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
