//! The exact minimiser: one minimum cut for all labels at once.
//!
//! With ordered labels and the convex penalty `w · max(0, label(v) − label(u))` the global
//! minimum is a minimum s-t cut (Ishikawa, "Exact optimization for Markov random fields with
//! convex priors", IEEE TPAMI 25(10), 2003). Each unit is a chain of three nodes between
//! source and sink; node k lies on the source side when the unit's label is at least k.

use petgraph::algo::dinics;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::Layer;

/// Costs are integers in thousandths, so that the result does not depend on rounding.
const SCALE: f64 = 1000.0;
/// More than any sum of costs.
const NEVER_CUT: u64 = 1 << 40;
/// Nodes of a unit's chain.
const CHAIN: usize = Layer::ALL.len() - 1;

/// What is to be minimised.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    /// For each unit, the cost of each layer.
    pub costs: Vec<[f64; 4]>,
    /// `(user, used, price)`: costs `price` for each layer that `used` lies outside of `user`.
    pub references: Vec<(usize, usize, f64)>,
    /// Units that must share a layer.
    pub ties: Vec<(usize, usize)>,
}

/// The optimum.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// The layer of each unit; of several optima the innermost one.
    pub layers: Vec<Layer>,
    /// For each unit, what its second-best layer would cost more, the others staying.
    pub margins: Vec<f64>,
}

/// Finds the assignment of least total cost.
pub fn minimise(problem: &Problem) -> Solution {
    let mut graph = DiGraph::<(), u64>::new();
    let source = graph.add_node(());
    let sink = graph.add_node(());
    let chains: Vec<[NodeIndex; CHAIN]> =
        problem.costs.iter().map(|_| std::array::from_fn(|_| graph.add_node(()))).collect();
    for (chain, costs) in chains.iter().zip(&problem.costs) {
        add_chain(&mut graph, (source, sink), chain, costs);
    }
    for (user, used, price) in &problem.references {
        for (outer, inner) in chains[*used].iter().zip(chains[*user]) {
            graph.add_edge(*outer, inner, scaled(*price));
        }
    }
    for (left, right) in &problem.ties {
        for (one, two) in chains[*left].iter().zip(chains[*right]) {
            graph.add_edge(*one, two, NEVER_CUT);
            graph.add_edge(two, *one, NEVER_CUT);
        }
    }
    let reached = source_side(&graph, source, sink);
    let label = |chain: &[NodeIndex; CHAIN]| {
        let rank = chain.iter().take_while(|node| reached[node.index()]).count();
        Layer::ALL[rank]
    };
    let layers: Vec<Layer> = chains.iter().map(label).collect();
    let margins = margins(problem, &layers);
    Solution { layers, margins }
}

fn add_chain(
    graph: &mut DiGraph<(), u64>,
    (source, sink): (NodeIndex, NodeIndex),
    chain: &[NodeIndex; CHAIN],
    costs: &[f64; 4],
) {
    let nodes = [source, chain[0], chain[1], chain[2], sink];
    for (pair, cost) in nodes.windows(2).zip(costs) {
        graph.add_edge(pair[0], pair[1], scaled(*cost));
    }
    for pair in chain.windows(2) {
        graph.add_edge(pair[1], pair[0], NEVER_CUT);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range just before"
)]
fn scaled(cost: f64) -> u64 {
    (cost * SCALE).round().clamp(0.0, 1e9) as u64
}

/// What the source still reaches when no more flow fits: the smallest source side of all
/// minimum cuts, hence the same one for equal problems.
fn source_side(graph: &DiGraph<(), u64>, source: NodeIndex, sink: NodeIndex) -> Vec<bool> {
    let (_, flows) = dinics(graph, source, sink);
    let mut reached = vec![false; graph.node_count()];
    let mut queue = vec![source];
    reached[source.index()] = true;
    while let Some(node) = queue.pop() {
        let forwards = graph
            .edges(node)
            .filter(|edge| flows[edge.id().index()] < *edge.weight())
            .map(|edge| edge.target());
        let backwards = graph
            .edges_directed(node, petgraph::Direction::Incoming)
            .filter(|edge| flows[edge.id().index()] > 0)
            .map(|edge| edge.source());
        for next in forwards.chain(backwards) {
            if !std::mem::replace(&mut reached[next.index()], true) {
                queue.push(next);
            }
        }
    }
    reached
}

/// How much worse each unit's next best layer is, with every other unit where it is.
fn margins(problem: &Problem, layers: &[Layer]) -> Vec<f64> {
    let mut local = problem.costs.clone();
    for (user, used, price) in &problem.references {
        for layer in Layer::ALL {
            local[*user][layer.rank()] += price * climb(layer, layers[*used]);
            local[*used][layer.rank()] += price * climb(layers[*user], layer);
        }
    }
    let margin = |(costs, layer): (&[f64; 4], &Layer)| {
        let others = Layer::ALL.into_iter().filter(|other| other != layer);
        let best = others.map(|other| costs[other.rank()]).fold(f64::INFINITY, f64::min);
        best - costs[layer.rank()]
    };
    local.iter().zip(layers).map(margin).collect()
}

/// The number of layers by which `used` lies outside of `user`.
fn climb(user: Layer, used: Layer) -> f64 {
    let layers = used.rank().saturating_sub(user.rank());
    f64::from(u8::try_from(layers).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn energy(problem: &Problem, layers: &[Layer]) -> f64 {
        let own: f64 =
            problem.costs.iter().zip(layers).map(|(costs, layer)| costs[layer.rank()]).sum();
        let references = problem.references.iter();
        own + references
            .map(|(user, used, price)| price * climb(layers[*user], layers[*used]))
            .sum::<f64>()
    }

    fn every_assignment(units: usize) -> Vec<Vec<Layer>> {
        (0..units).fold(vec![Vec::new()], |partial, _| {
            partial
                .into_iter()
                .flat_map(|prefix| {
                    Layer::ALL.map(|layer| {
                        let mut next = prefix.clone();
                        next.push(layer);
                        next
                    })
                })
                .collect()
        })
    }

    #[test]
    fn a_helper_used_by_the_domain_is_pulled_inwards_when_that_is_cheaper() {
        let problem = Problem {
            costs: vec![[0.0, 5.0, 5.0, 5.0], [1.0, 1.0, 0.0, 1.0]],
            references: vec![(0, 1, 2.0)],
            ties: Vec::new(),
        };

        let solution = minimise(&problem);

        assert_eq!(solution.layers, [Layer::Domain, Layer::Domain]);
    }

    #[test]
    fn tied_units_share_a_layer() {
        let problem = Problem {
            costs: vec![[0.0, 1.0, 1.0, 1.0], [9.0, 9.0, 9.0, 0.0]],
            references: Vec::new(),
            ties: vec![(0, 1)],
        };

        let solution = minimise(&problem);

        assert_eq!(solution.layers, [Layer::Presentation, Layer::Presentation]);
    }

    proptest! {
        #[test]
        fn no_assignment_costs_less_than_the_cut(
            costs in prop::collection::vec(prop::array::uniform4(0u8..9), 1..5),
            references in prop::collection::vec((0usize..5, 0usize..5, 0u8..5), 0..8),
        ) {
            let units = costs.len();
            let problem = Problem {
                costs: costs.iter().map(|costs| costs.map(f64::from)).collect(),
                references: references
                    .into_iter()
                    .map(|(user, used, price)| (user % units, used % units, f64::from(price)))
                    .collect(),
                ties: Vec::new(),
            };

            let found = energy(&problem, &minimise(&problem).layers);

            for other in every_assignment(units) {
                prop_assert!(found <= energy(&problem, &other) + 1e-6);
            }
        }
    }
}
