//! One number per service and for the whole, by a published formula.
//!
//! A rule with `n` findings in a service takes `weight × (1 + log2(n) / 4)` points, with the weight
//! of its severity (error 3, warning 1, note 0.25). With `P` points together the score is
//! `10 × 2^(−P / 12)`, rounded to one decimal: 10 without findings, 5 with 12 points. The whole
//! has the mean of its services.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::rule::{Group, Severity};

/// Points that halve the score.
const HALF: f64 = 12.0;

/// The scores of one service.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Score {
    /// 0 to 10.
    pub score: f64,
    /// Points that were taken.
    pub points: f64,
    /// The score that each group of rules alone would give.
    pub groups: BTreeMap<&'static str, f64>,
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

/// Scores the findings of one service.
pub fn score<'f>(findings: impl Iterator<Item = &'f Finding>) -> Score {
    let mut counts: BTreeMap<(&'static str, Group), (Severity, usize)> = BTreeMap::new();
    let mut result = Score {
        score: 10.0,
        points: 0.0,
        groups: BTreeMap::new(),
        errors: 0,
        warnings: 0,
        notes: 0,
    };
    for finding in findings {
        let key = (finding.rule.id, finding.group());
        let entry = counts.entry(key).or_insert((finding.severity, 0));
        entry.0 = entry.0.max(finding.severity);
        entry.1 += 1;
        match finding.severity {
            Severity::Error => result.errors += 1,
            Severity::Warning => result.warnings += 1,
            Severity::Note => result.notes += 1,
        }
    }
    let mut groups: BTreeMap<Group, f64> = BTreeMap::new();
    for ((_, group), (severity, count)) in counts {
        let taken = points(severity, count);
        result.points += taken;
        *groups.entry(group).or_default() += taken;
    }
    result.score = of_points(result.points);
    for group in Group::ALL {
        let taken = groups.get(&group).copied().unwrap_or_default();
        result.groups.insert(group.name(), of_points(taken));
    }
    result
}

/// What one rule takes.
fn points(severity: Severity, count: usize) -> f64 {
    let count = u32::try_from(count).unwrap_or(u32::MAX).max(1);
    severity.weight() * (1.0 + f64::from(count).log2() / 4.0)
}

/// The score that points leave.
pub fn of_points(points: f64) -> f64 {
    rounded(10.0 * (-points / HALF).exp2())
}

/// One decimal.
pub fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// The score of the whole: the mean of its services.
pub fn mean(scores: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0_u32);
    for score in scores {
        sum += score;
        count += 1;
    }
    if count == 0 { 10.0 } else { rounded(sum / f64::from(count)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_points_give_the_published_scores() {
        assert_eq!(of_points(0.0).to_string(), "10");
        assert_eq!(of_points(12.0).to_string(), "5");
        assert_eq!(points(Severity::Error, 1).to_string(), "3");
        assert_eq!(points(Severity::Warning, 16).to_string(), "2");
    }
}
