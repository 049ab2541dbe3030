//! Two sets of answers to the same GET requests.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::difference::{differences, settle};
use crate::verify::evidence::Answer;
use crate::verify::{Aspect, Item, Verdict};

/// Compares the answers path by path.
pub(crate) fn compare(
    before: &BTreeMap<String, Answer>,
    after: &BTreeMap<String, Answer>,
) -> Vec<Item> {
    let kept = before.iter().map(|(path, answer)| judge(path, answer, after.get(path)));
    let added = after.keys().filter(|path| !before.contains_key(*path));
    let added = added.map(|path| item(path, Verdict::Added));
    kept.chain(added).collect()
}

fn item(path: &str, verdict: Verdict) -> Item {
    Item::new(Aspect::Answers, format!("GET {path}"), verdict)
}

fn judge(path: &str, before: &Answer, after: Option<&Answer>) -> Item {
    let Some(after) = after else {
        return item(path, Verdict::Broken).because("is not answered any more");
    };
    match (before.status, after.status) {
        (None, None) => item(path, Verdict::Unjudged).because(reason(before)),
        (Some(status), None) => {
            item(path, Verdict::Broken).because(format!("{status} → {}", reason(after)))
        }
        (None, Some(status)) => {
            item(path, Verdict::Fixed).because(format!("{} → {status}", reason(before)))
        }
        (Some(old), Some(new)) if old >= 500 && new < 500 => {
            item(path, Verdict::Fixed).because(format!("{old} → {new}"))
        }
        (Some(_), Some(_)) => {
            let known = &before.headers;
            let found = differences(&as_value(path, before, known), &as_value(path, after, known));
            if found.is_empty() {
                item(path, Verdict::Equal)
            } else {
                item(path, Verdict::Broken).because(found.join("; "))
            }
        }
    }
}

fn reason(answer: &Answer) -> &str {
    answer.error.as_deref().unwrap_or("no answer")
}

/// The document that the application serves is compared as a document already; a header that
/// is only there, without a value that counts, may be added.
fn as_value(path: &str, answer: &Answer, known: &BTreeMap<String, Value>) -> Value {
    if path.ends_with("/openapi.json") {
        return json!({"status": answer.status});
    }
    let counts = |(name, value): &(&String, &Value)| !value.is_null() || known.contains_key(*name);
    let headers = answer.headers.iter().filter(counts);
    let headers: serde_json::Map<_, _> =
        headers.map(|(name, value)| (name.clone(), value.clone())).collect();
    json!({"status": answer.status, "body": answer.body, "headers": headers})
}

/// The answers with a mark wherever a second run of the same service differs.
pub(crate) fn settled(
    first: BTreeMap<String, Answer>,
    second: &BTreeMap<String, Answer>,
) -> BTreeMap<String, Answer> {
    let pairs = first.into_iter().map(|(path, mut answer)| {
        if let Some(other) = second.get(&path) {
            answer.body = settle(answer.body, &other.body);
            for (name, value) in &mut answer.headers {
                if let Some(there) = other.headers.get(name) {
                    *value = settle(value.take(), there);
                }
            }
            if answer.status != other.status {
                answer.status = None;
                answer.error = Some("two runs of the same service answer differently".into());
            }
        }
        (path, answer)
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(status: Option<u16>, body: Value) -> BTreeMap<String, Answer> {
        let answer = Answer { status, body, ..Answer::default() };
        BTreeMap::from([("/x".to_owned(), answer)])
    }

    fn verdict(before: &BTreeMap<String, Answer>, after: &BTreeMap<String, Answer>) -> Verdict {
        compare(before, after)[0].verdict
    }

    #[test]
    fn an_equal_answer_is_equal_and_another_body_or_status_is_broken() {
        let before = answers(Some(200), json!({"a": 1}));

        assert_eq!(verdict(&before, &before), Verdict::Equal);
        assert_eq!(verdict(&before, &answers(Some(200), json!({"a": 2}))), Verdict::Broken);
        assert_eq!(verdict(&before, &answers(Some(201), json!({"a": 1}))), Verdict::Broken);
        assert_eq!(verdict(&before, &BTreeMap::new()), Verdict::Broken);
        assert_eq!(verdict(&before, &answers(None, Value::Null)), Verdict::Broken);
    }

    #[test]
    fn no_answer_on_both_sides_is_unjudged_and_a_new_one_is_fixed() {
        let none = answers(None, Value::Null);

        assert_eq!(verdict(&none, &none), Verdict::Unjudged);
        assert_eq!(verdict(&none, &answers(Some(200), Value::Null)), Verdict::Fixed);
        assert_eq!(
            verdict(&answers(Some(500), Value::Null), &answers(Some(200), Value::Null)),
            Verdict::Fixed
        );
        assert_eq!(verdict(&BTreeMap::new(), &answers(Some(200), Value::Null)), Verdict::Added);
    }

    #[test]
    fn what_changes_from_run_to_run_is_not_compared() {
        let first = answers(Some(200), json!({"ok": true, "draw": 4}));
        let second = answers(Some(200), json!({"ok": true, "draw": 5}));

        let before = settled(first, &second);

        let other = answers(Some(200), json!({"ok": true, "draw": 6}));
        assert_eq!(verdict(&before, &other), Verdict::Equal);
        let wrong = answers(Some(200), json!({"ok": false, "draw": 6}));
        assert_eq!(verdict(&before, &wrong), Verdict::Broken);
    }

    #[test]
    fn a_lost_header_is_broken_and_an_added_one_is_not() {
        let mut before = answers(Some(200), Value::Null);
        let after = before.clone();
        if let Some(answer) = before.get_mut("/x") {
            answer.headers.insert("x-request-id".into(), Value::Null);
        }

        assert_eq!(verdict(&before, &after), Verdict::Broken);
        assert_eq!(verdict(&after, &before), Verdict::Equal);
    }
}
