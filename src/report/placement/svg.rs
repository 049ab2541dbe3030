//! The graph of a placement with the cut drawn, as one self-contained SVG.
//!
//! Columns are layers, the domain on the left. What an outer layer knows of an inner one points
//! to the left; what points to the right crosses the cut, and is drawn with its price.

use std::fmt::Write as _;

use super::{Arrow, FileBox, Picture, heading};
use crate::migration::Plan;
use crate::report::audit::escaped;

const COLUMN: usize = 270;
const GAP: usize = 110;
const ROW: usize = 18;
const TITLE: usize = 24;
const BETWEEN: usize = 16;
const TOP: usize = 64;
/// How many letters fit into a box: of names, and of paths, which are wider.
const LETTERS: usize = 38;
const WIDE_LETTERS: usize = 34;

const STYLE: &str = "\
.placement text { font: 12px system-ui, sans-serif; fill: #1b1b1f; }
.placement .layer { font-size: 15px; font-weight: 600; } .placement .file { font: 600 12px ui-monospace, monospace; }
.placement .price { fill: #a3231c; font-weight: 600; }
.placement .paper { fill: #ffffff; } .placement .box { fill: #f1f2f6; stroke: #c4c6d0; }
.placement .use { fill: none; stroke: #0b4fb3; stroke-opacity: 0.4; }
.placement .against { fill: none; stroke: #a3231c; stroke-width: 1.6; stroke-dasharray: 5 3; }
.placement .boundary { stroke: #8a8c98; stroke-dasharray: 2 5; }
@media (prefers-color-scheme: dark) {
.placement text { fill: #e4e4ea; } .placement .price { fill: #ff9a90; } .placement .paper { fill: #16171c; }
.placement .box { fill: #22242b; stroke: #4a4c57; } .placement .use { stroke: #9cc2ff; } .placement .against { stroke: #ff9a90; }
}
";

/// The picture of a plan's placement; none when no step of the plan places anything.
pub fn svg(plan: &Plan) -> Option<String> {
    Picture::of(plan).map(|picture| draw(&picture))
}

/// Where a box lies: x, y, height.
type Place = (usize, usize, usize);

pub(super) fn draw(picture: &Picture<'_>) -> String {
    let (places, height) = places(&picture.boxes);
    let width = 5 * COLUMN + 4 * GAP + 2 * BETWEEN;
    let (count, price) = picture.cut();
    let label = format!(
        "{} files in their layers; {count} references against the order of the layers, price {price:.1}",
        picture.boxes.len()
    );
    let mut out = format!(
        "<svg class=\"placement\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-label=\"{}\">\n<style>\n{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n",
        escaped(&label)
    );
    for column in 0..5 {
        let x = left(column);
        let _ =
            writeln!(out, "<text class=\"layer\" x=\"{x}\" y=\"26\">{}</text>", heading(column));
        if column > 0 {
            let middle = x - GAP / 2;
            let _ = writeln!(
                out,
                "<line class=\"boundary\" x1=\"{middle}\" y1=\"36\" x2=\"{middle}\" y2=\"{height}\"/>"
            );
        }
    }
    let _ =
        writeln!(out, "<text x=\"{BETWEEN}\" y=\"46\">{}</text>", escaped(&cut_line(count, price)));
    let (against, along): (Vec<&Arrow>, Vec<&Arrow>) =
        picture.arrows.iter().partition(|arrow| arrow.is_cut);
    for arrow in along.into_iter().chain(against) {
        draw_arrow(&mut out, arrow, &places, picture);
    }
    for (one, place) in picture.boxes.iter().zip(&places) {
        draw_box(&mut out, one, *place);
    }
    out.push_str("</svg>\n");
    out
}

fn cut_line(count: usize, price: f64) -> String {
    match count {
        0 => "the cut goes through no reference: every layer knows inner layers only".to_owned(),
        1 => format!("the cut goes through one reference, price {price:.1}"),
        _ => format!("the cut goes through {count} references, price {price:.1}"),
    }
}

const fn left(column: usize) -> usize {
    BETWEEN + column * (COLUMN + GAP)
}

fn places(boxes: &[FileBox<'_>]) -> (Vec<Place>, usize) {
    let mut next = [TOP; 5];
    let places: Vec<Place> = boxes
        .iter()
        .map(|one| {
            let height = TITLE + one.rows.len() * ROW + 6;
            let y = next[one.column];
            next[one.column] = y + height + BETWEEN;
            (left(one.column), y, height)
        })
        .collect();
    (places, next.into_iter().max().unwrap_or(TOP) + BETWEEN)
}

fn draw_box(out: &mut String, one: &FileBox<'_>, (x, y, height): Place) {
    let _ = writeln!(
        out,
        "<rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{COLUMN}\" height=\"{height}\" rx=\"4\"/>\
         <text class=\"file\" x=\"{}\" y=\"{}\">{}<title>{}</title></text>",
        x + 8,
        y + 16,
        escaped(&short(one.file, true)),
        escaped(one.file),
    );
    for (row, (label, decision)) in one.rows.iter().enumerate() {
        let why = decision.evidence.iter().map(|piece| {
            format!(
                "{} {:+.1} {}: {}",
                piece.layer.folder(),
                piece.weight,
                piece.rule,
                piece.detail
            )
        });
        let why: Vec<String> = why.collect();
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\">{}<title>{}</title></text>",
            x + 16,
            y + TITLE + row * ROW + 12,
            escaped(&short(label, false)),
            escaped(&format!("{label}\n{}", why.join("\n"))),
        );
    }
}

fn draw_arrow(out: &mut String, arrow: &Arrow, places: &[Place], picture: &Picture<'_>) {
    let middle = |(number, row): (usize, usize)| {
        let (x, y, _) = places[number];
        (x, y + TITLE + row * ROW + 8)
    };
    let ((x1, y1), (x2, y2)) = (middle(arrow.from), middle(arrow.to));
    let (from, to) = (picture.boxes[arrow.from.0].column, picture.boxes[arrow.to.0].column);
    // To the left from the left edge, to the right from the right edge, within a column around it.
    let (x1, x2, bend1, bend2) = match from.cmp(&to) {
        std::cmp::Ordering::Greater => (x1, x2 + COLUMN, x1 - GAP / 2, x2 + COLUMN + GAP / 2),
        std::cmp::Ordering::Less => (x1 + COLUMN, x2, x1 + COLUMN + GAP / 2, x2 - GAP / 2),
        std::cmp::Ordering::Equal => {
            (x1 + COLUMN, x2 + COLUMN, x1 + COLUMN + GAP / 3, x2 + COLUMN + GAP / 3)
        }
    };
    let class = if arrow.is_cut { "against" } else { "use" };
    let name = |(number, row): (usize, usize)| {
        let one = &picture.boxes[number];
        format!("{} {}", one.file, one.rows[row].0)
    };
    let title = format!("{} uses {}", name(arrow.from), name(arrow.to));
    let _ = writeln!(
        out,
        "<path class=\"{class}\" d=\"M{x1} {y1} C{bend1} {y1} {bend2} {y2} {x2} {y2}\"><title>{}</title></path>",
        escaped(&title)
    );
    if arrow.is_cut {
        let _ = writeln!(
            out,
            "<text class=\"price\" x=\"{}\" y=\"{}\">{:.1}</text>",
            x2 - 30,
            y2 - 4,
            arrow.price
        );
    }
}

/// At most so many letters: of a path the end counts, of names the start.
fn short(text: &str, keep_end: bool) -> String {
    let letters: Vec<char> = text.chars().collect();
    let room = if keep_end { WIDE_LETTERS } else { LETTERS };
    if letters.len() <= room {
        return text.to_owned();
    }
    if keep_end {
        format!("…{}", letters[letters.len() - room + 1..].iter().collect::<String>())
    } else {
        format!("{}…", letters[..room - 1].iter().collect::<String>())
    }
}
