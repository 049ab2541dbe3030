//! Tests that cannot fail, and tests that never run.

use super::kinds::is_test;
use crate::audit::file::FileFacts;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::{Body, Function, Value};

/// Whether a call checks something, by its name.
fn checks(callee: &str) -> bool {
    let last = callee.rsplit('.').next().unwrap_or(callee);
    let bare = last.trim_start_matches('_');
    let words = [
        "assert", "check", "verify", "expect", "validate", "ensure", "must", "should", "compare",
        "fail",
    ];
    words.iter().any(|word| bare.starts_with(word))
        || matches!(
            last,
            "raises"
                | "warns"
                | "raises_group"
                | "deprecated_call"
                | "xfail"
                | "raise_for_status"
                | "exit"
        )
        || callee.contains("assert")
        || callee == "benchmark"
        || callee.starts_with("benchmark.")
}

/// Whether something inside a function checks, helpers of the same file followed one level.
fn is_checked(file: &FileFacts, index: u32, function: &Function, follow: bool) -> bool {
    if function.asserts > 0 || function.raises {
        return true;
    }
    let (from, to) = (function.start, function.end);
    let inside =
        file.outline.calls.iter().filter(|call| call.what.start >= from && call.what.end <= to);
    let mut inner = (0_u32..)
        .zip(&file.outline.functions)
        .filter(|(other, found)| *other != index && found.start > from && found.end <= to);
    if inner.any(|(_, found)| found.asserts > 0) {
        return true;
    }
    for call in inside {
        if checks(&call.what.callee) {
            return true;
        }
        let name = call.what.name();
        let own = (0_u32..).zip(&file.outline.functions).find(|(_, found)| *found.name == *name);
        if let (Some((helper, found)), true) = (own, follow)
            && helper != index
            && is_checked(file, helper, found, false)
        {
            return true;
        }
    }
    false
}

pub(super) fn no_assertion(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for (index, function) in (0_u32..).zip(&file.outline.functions) {
        let skipped = function.decorators.iter().any(is_skip);
        if is_test(file, function) && !skipped && !is_checked(file, index, function, true) {
            let what = match function.body {
                Body::Empty => "is empty",
                _ => "checks nothing: it fails only when something raises",
            };
            sink.add(file.draft(function.start as usize, format!("`{}` {what}", function.name)));
        }
    }
}

fn is_skip(decorator: &Value) -> bool {
    let name = decorator.dotted().unwrap_or_default();
    let under_true = name.ends_with("skipif") || name.ends_with("skipIf");
    let first = decorator.call().and_then(|call| call.argument(0, "condition"));
    name.ends_with("mark.skip")
        || name == "skip"
        || name.ends_with("unittest.skip")
        || under_true && first == Some(&Value::Bool(true))
}

/// `pytestmark = pytest.mark.skip(…)`, alone or in a list.
fn is_skip_of_file(value: &Value) -> bool {
    match value {
        Value::Sequence(items) => items.iter().any(is_skip),
        one => is_skip(one),
    }
}

/// `@pytest.mark.skip` and `pytest.skip()` as the first thing that a test or a file does.
pub(super) fn skipped(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for function in file.outline.functions.iter().filter(|function| is_test(file, function)) {
        if function.decorators.iter().any(is_skip) {
            sink.add(
                file.draft(
                    function.start as usize,
                    format!("`{}` is always skipped", function.name),
                ),
            );
        }
    }
    for class in file.outline.classes.iter().filter(|class| class.decorators.iter().any(is_skip)) {
        sink.add(file.draft(
            class.start as usize,
            format!("the tests of `{}` are always skipped", class.name),
        ));
    }
    for mark in file.outline.assignments.iter().filter(|found| &*found.target == "pytestmark") {
        if mark.context.function.is_none() && mark.value.as_ref().is_some_and(is_skip_of_file) {
            let message = "the tests of the file are always skipped";
            sink.add(file.draft(mark.start as usize, message));
        }
    }
    for call in file.calls_named("skip") {
        let context = call.context;
        let whole_file = context.function.is_none()
            && context.tries == 0
            && context.branches == 0
            && context.handler.is_none();
        let is_pytest = file.full(&call.what.callee) == "pytest.skip";
        if is_pytest && whole_file && context.class.is_none() && call.discarded {
            sink.add(
                file.draft(call.what.start as usize, "the tests of the file are always skipped"),
            );
        }
    }
}
