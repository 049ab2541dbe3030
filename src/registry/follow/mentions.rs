//! Which files mention which words, found in one pass over the tree.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use regex::RegexSet;

use crate::change::RelPath;
use crate::workspace::Tree;

/// The texts of a tree, and for each word that was asked for, the files that have it.
pub(super) struct Mentions<'a> {
    texts: BTreeMap<&'a RelPath, &'a str>,
    files: BTreeMap<String, Vec<&'a RelPath>>,
}

impl<'a> Mentions<'a> {
    /// Looks for all `words` at once.
    pub(super) fn find(tree: &'a Tree, words: BTreeSet<String>) -> Result<Self, regex::Error> {
        let entries: Vec<_> = tree.iter().collect();
        let texts = entries
            .into_par_iter()
            .filter_map(|(path, entry)| Some((path, entry.text()?)))
            .collect::<BTreeMap<_, _>>();
        let words: Vec<String> = words.into_iter().collect();
        let patterns = RegexSet::new(words.iter().map(|word| regex::escape(word)))?;
        let found: Vec<(&RelPath, Vec<usize>)> = texts
            .par_iter()
            .map(|(path, text)| (*path, patterns.matches(text).into_iter().collect()))
            .collect();
        let mut files: BTreeMap<String, Vec<&RelPath>> = BTreeMap::new();
        for (path, matched) in found {
            for index in matched {
                files.entry(words[index].clone()).or_default().push(path);
            }
        }
        Ok(Self { texts, files })
    }

    /// The files with any of `words`, with their texts.
    pub(super) fn of(&self, words: &[&str]) -> BTreeMap<&'a RelPath, &'a str> {
        let paths = words.iter().filter_map(|word| self.files.get(*word)).flatten();
        paths.map(|path| (*path, self.texts[path])).collect()
    }
}
