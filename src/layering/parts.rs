//! From layers to files: where each group of a divided module goes.
//!
//! A group goes to the file of its role. What has no evidence of its own goes with its only
//! users, so that helpers do not scatter. Then files that would import each other in a circle
//! are found, and what refers outwards in such a circle moves to the file that it refers to,
//! until there is none (the order of roles makes this end).

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::graph::Use;
use super::roles::Role;
use super::units::Units;

/// Where a unit goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The file, below the tree's root.
    pub(super) file: String,
    /// Its role; decides which file may know which.
    pub(super) role: Role,
    /// Whether it was moved there by its users or by a circle.
    pub(super) follows: bool,
}

/// Settles the files of all units; `places` has one for every unit.
pub(super) struct Settling<'a> {
    pub(super) units: &'a Units,
    pub(super) uses: &'a [Use],
    pub(super) places: Vec<Place>,
    /// Imports between whole modules (and from them into parts), as units.
    pub(super) imports: Vec<(usize, usize)>,
}

impl Settling<'_> {
    /// Runs both rules until nothing changes.
    pub(super) fn settle(mut self, is_weak: impl Fn(usize) -> bool) -> Vec<Place> {
        self.adopt(is_weak);
        // Each turn moves a part outwards or home; what is left of a circle after so many turns
        // is found by the proofs.
        let turns = self.units.list().len() * Role::COUNT;
        for _ in 0..turns {
            if !self.break_one_circle() {
                break;
            }
        }
        self.places
    }

    fn is_part(&self, unit: usize) -> bool {
        !self.units.list()[unit].is_whole()
    }

    /// What has no evidence of its own goes to the one file that uses it.
    fn adopt(&mut self, is_weak: impl Fn(usize) -> bool) {
        let count = self.units.list().len();
        for _ in 0..count {
            let mut changed = false;
            for unit in 0..count {
                let own = &self.units.list()[unit];
                if own.is_whole() || own.is_main || !is_weak(unit) {
                    continue;
                }
                let users: BTreeSet<usize> = self
                    .uses
                    .iter()
                    .filter(|found| found.used == unit && found.user != unit)
                    .map(|found| found.user)
                    .collect();
                let files: BTreeSet<&str> =
                    users.iter().map(|user| self.places[*user].file.as_str()).collect();
                let is_same_module =
                    users.iter().all(|user| self.units.list()[*user].module == own.module);
                if files.len() == 1 && is_same_module {
                    let user = users.first().copied().unwrap_or(unit);
                    if self.places[user].file != self.places[unit].file {
                        self.follow(unit, user);
                        changed = true;
                    }
                }
            }
            if !changed {
                break;
            }
        }
    }

    fn follow(&mut self, unit: usize, other: usize) {
        let Place { file, role, .. } = self.places[other].clone();
        self.places[unit] = Place { file, role, follows: true };
    }

    /// Files that import each other: moves what refers outwards; whether something moved.
    fn break_one_circle(&mut self) -> bool {
        let circles = self.circles();
        let mut moved = false;
        for circle in circles {
            let edges: Vec<(usize, usize)> = self
                .edges()
                .filter(|(user, used)| {
                    circle.contains(&self.places[*user].file)
                        && circle.contains(&self.places[*used].file)
                        && self.places[*user].file != self.places[*used].file
                })
                .collect();
            let outwards = edges.iter().copied().filter(|(user, used)| {
                self.is_part(*user)
                    && !self.units.list()[*user].is_main
                    && self.places[*user].role < self.places[*used].role
                    && self.units.list()[*user].module == self.units.list()[*used].module
            });
            let highest = outwards.max_by_key(|(user, used)| (self.places[*used].role, *user));
            let Some((user, used)) = highest.or_else(|| self.any_part(&edges)) else { continue };
            self.follow(user, used);
            moved = true;
        }
        moved
    }

    /// A circle without an outward use inside one module: a part goes home to its main part.
    fn any_part(&self, edges: &[(usize, usize)]) -> Option<(usize, usize)> {
        edges.iter().flat_map(|(user, used)| [*user, *used]).find_map(|unit| {
            let own = &self.units.list()[unit];
            let main =
                self.units.main_of(own.module).filter(|_| !own.is_main && !own.is_whole())?;
            (self.places[main].file != self.places[unit].file).then_some((unit, main))
        })
    }

    fn edges(&self) -> impl Iterator<Item = (usize, usize)> {
        let uses = self.uses.iter().filter(|found| !found.is_lazy);
        let uses = uses.map(|found| (found.user, found.used));
        let part = |(user, _): &(usize, usize)| self.is_part(*user);
        uses.filter(part).chain(self.imports.iter().copied())
    }

    /// Sets of files that reach each other, parts among them.
    fn circles(&self) -> Vec<BTreeSet<String>> {
        let mut graph = DiGraph::<&str, ()>::new();
        let mut nodes: BTreeMap<&str, NodeIndex> = BTreeMap::new();
        for place in &self.places {
            let file = place.file.as_str();
            nodes.entry(file).or_insert_with(|| graph.add_node(file));
        }
        for (user, used) in self.edges() {
            let (from, to) = (&self.places[user].file, &self.places[used].file);
            if from != to {
                graph.update_edge(nodes[from.as_str()], nodes[to.as_str()], ());
            }
        }
        let parts: BTreeSet<&str> = (0..self.places.len())
            .filter(|unit| self.is_part(*unit))
            .map(|unit| self.places[unit].file.as_str())
            .collect();
        let components = tarjan_scc(&graph).into_iter().filter(|component| component.len() > 1);
        components
            .map(|component| component.iter().map(|node| graph[*node].to_owned()).collect())
            .filter(|files: &BTreeSet<String>| {
                files.iter().any(|file| parts.contains(file.as_str()))
            })
            .collect()
    }
}
