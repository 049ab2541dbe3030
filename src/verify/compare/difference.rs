//! Where two JSON values differ, as short sentences.

use serde_json::Value;

/// Stands for a value that changes from run to run; equal to anything.
pub(crate) const VOLATILE: &str = "<volatile>";

/// How many differences are named.
const LIMIT: usize = 8;

/// The differences between two values, each with its place; empty when they are equal.
///
/// Objects are compared without regard to the order of their keys.
pub(crate) fn differences(before: &Value, after: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(before, after, "", &mut found);
    found
}

fn collect(before: &Value, after: &Value, place: &str, found: &mut Vec<String>) {
    if found.len() >= LIMIT || is_volatile(before) || is_volatile(after) {
        return;
    }
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old {
                let place = format!("{place}/{key}");
                match new.get(key) {
                    Some(other) => collect(value, other, &place, found),
                    None => found.push(format!("{place} is gone (was {})", short(value))),
                }
            }
            let added = new.iter().filter(|(key, _)| !old.contains_key(*key));
            found.extend(
                added.map(|(key, value)| format!("{place}/{key} is new: {}", short(value))),
            );
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (value, other)) in old.iter().zip(new).enumerate() {
                collect(value, other, &format!("{place}/{index}"), found);
            }
        }
        _ if before == after => {}
        _ => {
            let place = if place.is_empty() { "value" } else { place };
            found.push(format!("{place}: {} → {}", short(before), short(after)));
        }
    }
}

/// The value with a mark wherever `other`, the same thing seen a second time, differs.
pub(crate) fn settle(value: Value, other: &Value) -> Value {
    match (value, other) {
        (Value::Object(old), Value::Object(new)) if same_keys(&old, new) => old
            .into_iter()
            .map(|(key, value)| {
                let other = new.get(&key).unwrap_or(&Value::Null);
                let settled = settle(value, other);
                (key, settled)
            })
            .collect(),
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            old.into_iter().zip(new).map(|(value, other)| settle(value, other)).collect()
        }
        (value, other) if value == *other => value,
        _ => Value::from(VOLATILE),
    }
}

fn same_keys(
    left: &serde_json::Map<String, Value>,
    right: &serde_json::Map<String, Value>,
) -> bool {
    left.len() == right.len() && left.keys().all(|key| right.contains_key(key))
}

fn is_volatile(value: &Value) -> bool {
    value.as_str() == Some(VOLATILE)
}

fn short(value: &Value) -> String {
    shorten(&value.to_string(), 90)
}

/// At most `limit` characters of `text`, on one line.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        return line;
    }
    let kept: String = line.chars().take(limit.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_names_its_place_and_both_values() {
        let found = differences(
            &json!({"a": [1, {"b": 2}], "c": 3}),
            &json!({"a": [1, {"b": "2"}], "d": 4}),
        );

        assert_eq!(found, [r#"/a/1/b: 2 → "2""#, "/c is gone (was 3)", "/d is new: 4"]);
    }

    #[test]
    fn what_two_runs_disagree_about_equals_anything() {
        let settled = settle(json!({"load": 0.1, "ok": true}), &json!({"load": 0.7, "ok": true}));

        assert_eq!(differences(&settled, &json!({"load": 9, "ok": true})).len(), 0);
        assert_eq!(differences(&settled, &json!({"load": 9, "ok": false})).len(), 1);
    }

    #[test]
    fn the_order_of_keys_is_no_difference_and_the_order_of_a_list_is() {
        let before = json!({"a": 1, "b": [1, 2]});

        assert!(differences(&before, &json!({"b": [1, 2], "a": 1})).is_empty());
        assert_eq!(differences(&before, &json!({"a": 1, "b": [2, 1]})).len(), 2);
    }
}
