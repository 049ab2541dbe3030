//! The placement of a service as a picture: which definition goes to which file of which layer,
//! who uses whom, and where the cut goes through.

mod html;
mod svg;

use std::collections::BTreeMap;

pub use html::html;
pub(super) use html::pair;
pub use svg::svg;

use crate::layering::{Decision, Layer, Placement, Reason};
use crate::migration::{Plan, PlannedStep};

/// Above this many references the picture shows those between files, not between definitions.
const MANY: usize = 120;

/// What is drawn.
struct Picture<'a> {
    placement: &'a Placement,
    step: &'a PlannedStep,
    boxes: Vec<FileBox<'a>>,
    arrows: Vec<Arrow>,
}

/// A file of the new tree, with the definitions that it gets.
struct FileBox<'a> {
    /// Column, from the left: the domain is 0, what is outside of the layers 4.
    column: usize,
    /// Below the package.
    file: &'a str,
    /// One row for each definition or module, with what is shown for it.
    rows: Vec<(String, &'a Decision)>,
}

/// A row of a box: the numbers of both.
type Row = (usize, usize);

/// A use of one row by another.
struct Arrow {
    /// Box and row of the user.
    from: Row,
    /// Box and row of what is used.
    to: Row,
    /// What it would take to turn it around.
    price: f64,
    /// How many uses it stands for.
    count: usize,
    /// Whether an inner layer uses an outer one.
    is_cut: bool,
}

impl<'a> Picture<'a> {
    /// The picture of the step of a plan that places modules, if one does.
    fn of(plan: &'a Plan) -> Option<Self> {
        let mut placing = plan.steps.iter().rev();
        let (step, placement) = placing.find_map(|step| Some((step, step.placement.as_ref()?)))?;
        let root = format!("{}src/{}/", prefix(plan), placement.package);
        let mut boxes: BTreeMap<(usize, &str), Vec<(String, &Decision)>> = BTreeMap::new();
        for decision in &placement.decisions {
            let Some(file) = decision.target.as_str().strip_prefix(&root) else { continue };
            if matches!(decision.reason, Reason::Stays(_)) || is_empty_package(decision, file) {
                continue;
            }
            let column = decision.layer.map_or(Layer::ALL.len(), Layer::rank);
            boxes.entry((column, file)).or_default().push((label(decision), decision));
        }
        let boxes: Vec<FileBox<'_>> = boxes
            .into_iter()
            .map(|((column, file), rows)| FileBox { column, file, rows })
            .collect();
        let arrows = arrows(placement, &boxes);
        Some(Self { placement, step, boxes, arrows })
    }

    /// References against the order of the layers, and what they cost together.
    fn cut(&self) -> (usize, f64) {
        let cut = self.arrows.iter().filter(|arrow| arrow.is_cut);
        cut.fold((0, 0.0), |(count, price), arrow| (count + arrow.count, price + arrow.price))
    }
}

fn prefix(plan: &Plan) -> String {
    match plan.target.root() {
        "" => String::new(),
        root => format!("{root}/"),
    }
}

/// An `__init__.py` without definitions says nothing in a picture.
fn is_empty_package(decision: &Decision, file: &str) -> bool {
    file.ends_with("__init__.py") && decision.names.is_empty()
}

fn label(decision: &Decision) -> String {
    match decision.names.as_slice() {
        [] if decision.reason == Reason::CompositionRoot => "the application".to_owned(),
        [] => "the module".to_owned(),
        names => names.join(", "),
    }
}

fn arrows(placement: &Placement, boxes: &[FileBox<'_>]) -> Vec<Arrow> {
    let mut places: BTreeMap<(usize, Option<usize>), Row> = BTreeMap::new();
    for (number, one) in boxes.iter().enumerate() {
        for (row, (_, decision)) in one.rows.iter().enumerate() {
            let key = (decision.module, decision.statements.first().copied());
            places.insert(key, (number, row));
        }
    }
    let is_many = placement.links.len() > MANY;
    let mut found: BTreeMap<(Row, Row), (f64, usize)> = BTreeMap::new();
    for link in &placement.links {
        let (Some(from), Some(to)) = (places.get(&link.user), places.get(&link.used)) else {
            continue;
        };
        let (from, to) = if is_many { ((from.0, 0), (to.0, 0)) } else { (*from, *to) };
        if from.0 != to.0 {
            let entry = found.entry((from, to)).or_default();
            *entry = (entry.0 + link.price, entry.1 + 1);
        }
    }
    let drawn = found.into_iter().map(|((from, to), (price, count))| {
        let is_cut = boxes[from.0].column < boxes[to.0].column;
        Arrow { from, to, price, count, is_cut }
    });
    drawn.collect()
}

/// A layer's name as a heading.
const fn heading(column: usize) -> &'static str {
    match column {
        0 => "domain",
        1 => "application",
        2 => "infrastructure",
        3 => "presentation",
        _ => "composition and settings",
    }
}
