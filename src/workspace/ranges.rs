//! Sets of ports written as text: `8100-8999`, or several ranges with commas.

use std::fmt;
use std::ops::RangeInclusive;

/// Disjoint ranges of ports, sorted, none of them empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortRanges(Vec<(u16, u16)>);

/// Why a text is no set of ports.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// No range at all.
    #[error("no port is named; write a range such as \"8100-8999\"")]
    Empty,
    /// Not a number, or not a port.
    #[error("{0:?} is not a port from 1 to 65535")]
    NotAPort(String),
    /// The end lies before the start.
    #[error("{first}-{last} ends before it starts")]
    Reversed {
        /// The start.
        first: u16,
        /// The end.
        last: u16,
    },
}

impl PortRanges {
    /// One range.
    pub fn single(first: u16, last: u16) -> Result<Self, RangeError> {
        Self::from_pairs(vec![(first, last)])
    }

    /// Ranges in any order; those that overlap become one.
    pub fn from_pairs(mut pairs: Vec<(u16, u16)>) -> Result<Self, RangeError> {
        if let Some(&(first, last)) = pairs.iter().find(|(first, last)| first > last) {
            return Err(RangeError::Reversed { first, last });
        }
        if pairs.iter().any(|(first, _)| *first == 0) {
            return Err(RangeError::NotAPort("0".into()));
        }
        pairs.sort_unstable();
        let mut merged: Vec<(u16, u16)> = Vec::with_capacity(pairs.len());
        for (first, last) in pairs {
            match merged.last_mut() {
                Some(before) if first <= before.1 => {
                    before.1 = before.1.max(last);
                }
                _ => merged.push((first, last)),
            }
        }
        if merged.is_empty() {
            return Err(RangeError::Empty);
        }
        Ok(Self(merged))
    }

    /// Reads `8100-8999`, `8018` or `8018, 8300-8399`.
    pub fn parse(text: &str) -> Result<Self, RangeError> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let pairs = parts.map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            Ok((port(first)?, port(last)?))
        });
        Self::from_pairs(pairs.collect::<Result<_, _>>()?)
    }

    /// The ranges, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = RangeInclusive<u16>> {
        self.0.iter().map(|(first, last)| *first..=*last)
    }

    /// The narrowest range that holds `port`, as its number of ports.
    pub fn width_at(&self, port: u16) -> Option<usize> {
        let found = self.iter().find(|range| range.contains(&port))?;
        Some(found.len())
    }

    /// Whether `port` is in one of the ranges.
    pub fn contains(&self, port: u16) -> bool {
        self.width_at(port).is_some()
    }

    /// The same ranges and `port`.
    #[must_use]
    pub fn with(&self, port: u16) -> Self {
        let mut pairs = self.0.clone();
        pairs.push((port, port));
        Self::from_pairs(pairs).unwrap_or_else(|_| self.clone())
    }

    /// A range of this set and one of `other` that overlap without one holding the other.
    pub fn crossing(&self, other: &Self) -> Option<(String, String)> {
        let crosses = |a: (u16, u16), b: (u16, u16)| {
            let apart = a.1 < b.0 || b.1 < a.0;
            let nested = (a.0 <= b.0 && b.1 <= a.1) || (b.0 <= a.0 && a.1 <= b.1);
            !apart && (!nested || a == b)
        };
        self.0.iter().find_map(|a| {
            let found = other.0.iter().find(|b| crosses(*a, **b))?;
            Some((range_text(*a), range_text(*found)))
        })
    }
}

fn port(text: &str) -> Result<u16, RangeError> {
    let text = text.trim();
    let parsed = text.parse::<u16>().ok().filter(|port| *port != 0);
    parsed.ok_or_else(|| RangeError::NotAPort(text.to_owned()))
}

fn range_text((first, last): (u16, u16)) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

impl fmt::Display for PortRanges {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> = self.0.iter().map(|pair| range_text(*pair)).collect();
        formatter.write_str(&texts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_sorted_merged_and_written_back() {
        let ranges = PortRanges::parse("8300-8399, 8018, 8390 - 8410").unwrap();

        assert_eq!(ranges.to_string(), "8018, 8300-8410");
        assert!(ranges.contains(8018) && ranges.contains(8410) && !ranges.contains(8019));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        assert_eq!(PortRanges::parse(" "), Err(RangeError::Empty));
        assert_eq!(PortRanges::parse("80x"), Err(RangeError::NotAPort("80x".into())));
        assert_eq!(PortRanges::parse("0-5"), Err(RangeError::NotAPort("0".into())));
        assert_eq!(
            PortRanges::parse("9000-8000"),
            Err(RangeError::Reversed { first: 9000, last: 8000 })
        );
    }

    #[test]
    fn nested_ranges_do_not_cross_and_equal_ones_do() {
        let wide = PortRanges::parse("8100-8999").unwrap();

        assert_eq!(wide.crossing(&PortRanges::parse("8300-8399").unwrap()), None);
        assert!(wide.crossing(&PortRanges::parse("8900-9100").unwrap()).is_some());
        assert!(wide.crossing(&wide.clone()).is_some());
    }
}
