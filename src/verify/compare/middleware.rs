//! Two middleware stacks: the old one must still be there, in its order, with its options.

use serde_json::json;

use super::difference::differences;
use crate::verify::evidence::Middleware;
use crate::verify::{Aspect, Item, Verdict};

/// Compares two stacks, one item for each middleware and one for the order.
pub(crate) fn compare(before: &[Middleware], after: &[Middleware]) -> Vec<Item> {
    let mut left: Vec<Option<&Middleware>> = after.iter().map(Some).collect();
    let mut items: Vec<_> =
        before.iter().map(|entry| judge(entry, take_match(entry, &mut left))).collect();
    let added = left.into_iter().flatten();
    items.extend(added.map(|entry| {
        if before.contains(entry) {
            item(&entry.class, Verdict::Broken).because("is there once more than before")
        } else {
            item(&entry.class, Verdict::Added)
        }
    }));
    if before.len() > 1 {
        items.push(order(before, after));
    }
    items
}

fn item(name: &str, verdict: Verdict) -> Item {
    Item::new(Aspect::Middleware, name, verdict)
}

/// The equal entry, else one of the same class; each is taken once.
fn take_match<'a>(
    entry: &Middleware,
    left: &mut [Option<&'a Middleware>],
) -> Option<&'a Middleware> {
    let equal = left.iter().position(|other| *other == Some(entry));
    let alike =
        || left.iter().position(|other| other.is_some_and(|other| other.class == entry.class));
    let index = equal.or_else(alike)?;
    left[index].take()
}

fn judge(before: &Middleware, after: Option<&Middleware>) -> Item {
    let Some(after) = after else {
        return item(&before.class, Verdict::Broken).because("is gone");
    };
    let value =
        |entry: &Middleware| json!({"options": entry.options, "arguments": entry.arguments});
    let found = differences(&value(before), &value(after));
    if found.is_empty() {
        item(&before.class, Verdict::Equal)
    } else {
        item(&before.class, Verdict::Broken).because(found.join("; "))
    }
}

fn order(before: &[Middleware], after: &[Middleware]) -> Item {
    let classes = |stack: &[Middleware], other: &[Middleware]| -> Vec<String> {
        let there = |entry: &&Middleware| other.iter().any(|found| found.class == entry.class);
        let kept = stack.iter().filter(there);
        kept.map(|entry| entry.class.clone()).collect()
    };
    let (old, new) = (classes(before, after), classes(after, before));
    if old == new || old.len() != new.len() {
        item("order", Verdict::Equal)
    } else {
        let detail = format!("{} → {}", old.join(", "), new.join(", "));
        item("order", Verdict::Broken).because(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(class: &str, origins: &str) -> Middleware {
        Middleware {
            class: class.into(),
            options: json!({"allow_origins": [origins]}),
            arguments: json!([]),
        }
    }

    fn verdicts(before: &[Middleware], after: &[Middleware]) -> Vec<(String, Verdict)> {
        let items = compare(before, after).into_iter();
        items.map(|item| (item.name, item.verdict)).collect()
    }

    #[test]
    fn a_middleware_that_is_there_twice_is_broken_and_a_new_one_is_added() {
        let before = [entry("CORS", "*")];

        let found = verdicts(&before, &[entry("CORS", "*"), entry("CORS", "*"), entry("GZip", "")]);

        assert_eq!(
            found,
            [
                ("CORS".to_owned(), Verdict::Equal),
                ("CORS".to_owned(), Verdict::Broken),
                ("GZip".to_owned(), Verdict::Added),
            ]
        );
    }

    #[test]
    fn an_option_that_changed_and_a_middleware_that_went_are_broken() {
        let before = [entry("CORS", "*"), entry("GZip", "")];

        let found = verdicts(&before, &[entry("CORS", "https://a.example")]);

        assert_eq!(
            found,
            [
                ("CORS".to_owned(), Verdict::Broken),
                ("GZip".to_owned(), Verdict::Broken),
                ("order".to_owned(), Verdict::Equal)
            ]
        );
    }

    #[test]
    fn an_added_middleware_breaks_nothing_and_another_order_does() {
        let before = [entry("A", ""), entry("B", "")];
        let more = [entry("C", ""), entry("A", ""), entry("B", "")];
        let swapped = [entry("B", ""), entry("A", "")];

        assert!(verdicts(&before, &more).contains(&("C".to_owned(), Verdict::Added)));
        assert!(!verdicts(&before, &more).contains(&("order".to_owned(), Verdict::Broken)));
        assert!(verdicts(&before, &swapped).contains(&("order".to_owned(), Verdict::Broken)));
    }

    #[test]
    fn two_of_one_class_are_matched_by_their_options() {
        let before = [entry("A", "1"), entry("A", "2")];
        let swapped = [entry("A", "2"), entry("A", "1")];

        let found = verdicts(&before, &swapped);

        assert!(found.iter().all(|(_, verdict)| *verdict == Verdict::Equal));
    }
}
