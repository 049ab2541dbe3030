//! Paths that code computes from `__file__`, the current directory or a literal.
//!
//! Only what can be known without running is evaluated: `Path(__file__).resolve().parent`,
//! `os.path.join(os.path.dirname(__file__), "x")`, `ROOT / "data"` with a `ROOT` assigned
//! once. A module that moves must still find what such an expression finds.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::binder::dotted;
use super::parse::{Visitor, ast, content_of, range_of, visitor};

/// From where a path is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathBase {
    /// The file that holds the expression.
    File,
    /// The current directory.
    Cwd,
    /// An absolute path.
    Absolute(String),
    /// Something that cannot be known, such as a parameter, with literals joined to it.
    Unknown,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// To the folder above.
    Parent,
    /// Into a name.
    Into(String),
}

/// A path value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathValue {
    /// From where it is counted.
    pub base: PathBase,
    /// The steps, in order.
    pub steps: Vec<PathStep>,
}

/// How the folder of the file is reached in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Climb {
    /// `INNER.parent.parent` or `INNER.parents[1]`: the range of `INNER` and of the whole.
    PathObject {
        /// `Path(__file__).resolve()`.
        inner: Range<usize>,
        /// With its `.parent`s.
        whole: Range<usize>,
    },
    /// `os.path.dirname(os.path.dirname(INNER))`.
    DirName {
        /// The callee's text.
        callee: String,
        /// `os.path.abspath(__file__)`.
        inner: Range<usize>,
        /// With its `dirname`s.
        whole: Range<usize>,
    },
    /// `__file__` or a variable alone.
    Bare,
}

/// A path expression that is no part of a larger one.
#[derive(Debug, Clone)]
pub struct PathUse {
    /// The whole expression.
    pub range: Range<usize>,
    /// What it evaluates to.
    pub value: PathValue,
    /// Where it climbs, with the number of folders climbed.
    pub climb: Option<(Climb, usize)>,
    /// What it climbs from: `__file__` itself (no steps), or what a variable holds.
    pub start: Option<PathValue>,
    /// The variable that it starts from.
    pub variable: Option<String>,
    /// The variable that holds it and nothing else.
    pub defines: Option<String>,
    /// The literals that it goes into, in order: content range and text; `os.pardir` is one.
    pub literals: Vec<(Range<usize>, String)>,
    /// Whether it is given to `sys.path.insert`, `.append` or `site.addsitedir`.
    pub on_search_path: bool,
}

/// Finds the path expressions of a file.
pub(super) fn path_uses(body: &[ast::Stmt]) -> Vec<PathUse> {
    let mut variables = Variables::default();
    for node in body {
        variables.visit_stmt(node);
    }
    let (known, defines) = variables.finish();
    let mut finder = Finder { known: &known, defines, found: Vec::new(), on_search_path: false };
    for node in body {
        finder.visit_stmt(node);
    }
    finder.found
}

/// What an expression evaluates to and how it is written.
#[derive(Debug, Clone)]
struct Evaluated {
    value: PathValue,
    climb: Option<(Climb, usize)>,
    start: Option<PathValue>,
    variable: Option<String>,
    literals: Vec<(Range<usize>, String)>,
    /// A bare string literal: only a path when something makes it one.
    is_literal: bool,
}

impl Evaluated {
    /// A value that nothing is known about but its steps.
    fn of(value: PathValue) -> Self {
        let literals = Vec::new();
        Self { value, climb: None, start: None, variable: None, literals, is_literal: false }
    }
}

type Known = FxHashMap<String, Evaluated>;

#[derive(Default)]
struct Variables {
    known: Known,
    assigned: FxHashMap<String, usize>,
    /// Where the value of an assignment begins → the variable.
    values: FxHashMap<usize, String>,
}

impl Variables {
    fn finish(mut self) -> (Known, FxHashMap<usize, String>) {
        let once = |name: &String| self.assigned.get(name) == Some(&1);
        self.known.retain(|name, _| once(name));
        self.values.retain(|_, name| once(name));
        (self.known, self.values)
    }

    fn assign(&mut self, target: &ast::Expr, value: Option<&ast::Expr>) {
        let ast::Expr::Name(name) = target else {
            return;
        };
        *self.assigned.entry(name.id.to_string()).or_default() += 1;
        let Some(value) = value else { return };
        let evaluated = evaluate(value, &self.known);
        if let Some(evaluated) = evaluated.filter(|evaluated| !evaluated.is_literal) {
            self.known.insert(name.id.to_string(), evaluated);
            self.values.insert(range_of(value).start, name.id.to_string());
        }
    }
}

impl<'a> Visitor<'a> for Variables {
    fn visit_stmt(&mut self, node: &'a ast::Stmt) {
        match node {
            ast::Stmt::Assign(assign) => {
                assign.targets.iter().for_each(|target| self.assign(target, Some(&assign.value)));
            }
            ast::Stmt::AnnAssign(assign) => self.assign(&assign.target, assign.value.as_deref()),
            ast::Stmt::For(node) => self.assign(&node.target, None),
            _ => {}
        }
        visitor::walk_stmt(self, node);
    }

    fn visit_expr(&mut self, _expr: &'a ast::Expr) {}
}

struct Finder<'k> {
    known: &'k Known,
    defines: FxHashMap<usize, String>,
    found: Vec<PathUse>,
    on_search_path: bool,
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_expr(&mut self, expr: &'a ast::Expr) {
        let is_variable = matches!(expr, ast::Expr::Name(name) if name.id.as_str() != "__file__");
        if let Some(evaluated) = evaluate(expr, self.known) {
            let is_path = !evaluated.is_literal || self.on_search_path;
            if is_path && (!is_variable || self.on_search_path) {
                self.found.push(PathUse {
                    range: range_of(expr),
                    value: evaluated.value,
                    climb: evaluated.climb.filter(|_| !is_variable),
                    start: evaluated.start,
                    variable: evaluated.variable,
                    defines: self.defines.get(&range_of(expr).start).cloned(),
                    literals: evaluated.literals,
                    on_search_path: self.on_search_path,
                });
                return;
            }
        }
        if let ast::Expr::Call(call) = expr
            && is_search_path_call(call)
        {
            let before = std::mem::replace(&mut self.on_search_path, true);
            call.arguments.args.iter().for_each(|argument| self.visit_expr(argument));
            self.on_search_path = before;
            return;
        }
        visitor::walk_expr(self, expr);
    }
}

fn is_search_path_call(call: &ast::ExprCall) -> bool {
    let callee = dotted(&call.func).unwrap_or_default();
    matches!(
        callee.as_str(),
        "sys.path.insert" | "sys.path.append" | "site.addsitedir" | "path.insert" | "path.append"
    )
}

/// Functions that give back the path they are given.
const IDENTITY: [&str; 17] = [
    "Path",
    "pathlib.Path",
    "PurePath",
    "str",
    "os.path.abspath",
    "os.path.realpath",
    "os.path.normpath",
    "os.fspath",
    "path.abspath",
    "path.realpath",
    "abspath",
    "realpath",
    "osp.abspath",
    "osp.realpath",
    "fspath",
    "PosixPath",
    "os.path.expanduser",
];

/// Methods and their like that give back the path they are called on.
const IDENTITY_METHODS: [&str; 5] = ["resolve", "absolute", "as_posix", "expanduser", "__str__"];

fn evaluate(expr: &ast::Expr, known: &Known) -> Option<Evaluated> {
    match expr {
        ast::Expr::Name(name) if name.id.as_str() == "__file__" => Some(Evaluated {
            value: PathValue { base: PathBase::File, steps: Vec::new() },
            climb: Some((Climb::Bare, 0)),
            start: Some(PathValue { base: PathBase::File, steps: Vec::new() }),
            variable: None,
            literals: Vec::new(),
            is_literal: false,
        }),
        ast::Expr::Name(name) => {
            let value = known.get(name.id.as_str())?.value.clone();
            let climb = Some((Climb::Bare, 0));
            let start = Some(value.clone());
            let variable = Some(name.id.to_string());
            let literals = Vec::new();
            Some(Evaluated { value, climb, start, variable, literals, is_literal: false })
        }
        ast::Expr::StringLiteral(literal) => literal_path(literal),
        ast::Expr::Attribute(attribute) if attribute.attr.as_str() == "parent" => {
            climb_object(expr, &attribute.value, 1, known)
        }
        ast::Expr::Subscript(subscript) => parents(expr, subscript, known),
        ast::Expr::BinOp(node) if matches!(node.op, ast::Operator::Div) => {
            let left = evaluate(&node.left, known).or_else(|| unknown(&node.left))?;
            join(left, literal_of(&node.right)?)
        }
        ast::Expr::BinOp(node) if matches!(node.op, ast::Operator::Add) => {
            append(evaluate(&node.left, known)?, literal_of(&node.right)?)
        }
        ast::Expr::Call(call) => evaluate_call(expr, call, known),
        _ => None,
    }
}

/// A name or attribute whose value is not known, as the start of a path.
fn unknown(expr: &ast::Expr) -> Option<Evaluated> {
    dotted(expr)?;
    let value = PathValue { base: PathBase::Unknown, steps: Vec::new() };
    Some(Evaluated::of(value))
}

fn literal_of(expr: &ast::Expr) -> Option<&ast::ExprStringLiteral> {
    match expr {
        ast::Expr::StringLiteral(literal) => Some(literal),
        _ => None,
    }
}

fn literal_path(literal: &ast::ExprStringLiteral) -> Option<Evaluated> {
    let (content, text) = content(literal)?;
    let base = if text.starts_with('/') { PathBase::Absolute(text.clone()) } else { PathBase::Cwd };
    let steps = if base == PathBase::Cwd { steps_of(&text) } else { Vec::new() };
    let value = PathValue { base, steps };
    let literals = vec![(content, text)];
    Some(Evaluated { literals, is_literal: true, ..Evaluated::of(value) })
}

/// The range between the quotes and the value, when they are the same text.
fn content(literal: &ast::ExprStringLiteral) -> Option<(Range<usize>, String)> {
    let part = literal.as_single_part_string()?;
    let range = content_of(part);
    let text = part.value.to_string();
    (range.len() == text.len()).then_some((range, text))
}

fn steps_of(text: &str) -> Vec<PathStep> {
    let segments = text.split('/').filter(|segment| !segment.is_empty() && *segment != ".");
    let step = |segment: &str| match segment {
        ".." => PathStep::Parent,
        name => PathStep::Into(name.to_owned()),
    };
    segments.map(step).collect()
}

fn join(mut left: Evaluated, literal: &ast::ExprStringLiteral) -> Option<Evaluated> {
    let (content, text) = content(literal)?;
    if text.starts_with('/') {
        return None;
    }
    left.value.steps.extend(steps_of(&text));
    left.literals.push((content, text));
    left.is_literal = false;
    Some(left)
}

/// `folder + "/name"`.
fn append(mut left: Evaluated, literal: &ast::ExprStringLiteral) -> Option<Evaluated> {
    let (content, text) = content(literal)?;
    let below = text.strip_prefix('/').filter(|_| !left.is_literal)?;
    left.value.steps.extend(steps_of(below));
    left.literals.push((content.start + 1..content.end, below.to_owned()));
    Some(left)
}

fn parents(expr: &ast::Expr, node: &ast::ExprSubscript, known: &Known) -> Option<Evaluated> {
    let ast::Expr::Attribute(attribute) = &*node.value else {
        return None;
    };
    let ast::Expr::NumberLiteral(number) = &*node.slice else {
        return None;
    };
    let ast::Number::Int(index) = &number.value else {
        return None;
    };
    if attribute.attr.as_str() != "parents" {
        return None;
    }
    let count = usize::try_from(index.as_u64()?).ok()?.checked_add(1)?;
    if count > 64 {
        return None;
    }
    climb_object(expr, &attribute.value, count, known)
}

fn climb_object(
    whole: &ast::Expr,
    inner: &ast::Expr,
    count: usize,
    known: &Known,
) -> Option<Evaluated> {
    let mut evaluated = evaluate(inner, known)?;
    if evaluated.is_literal {
        return None;
    }
    evaluated.value.steps.extend(std::iter::repeat_n(PathStep::Parent, count));
    evaluated.climb = match evaluated.climb {
        Some((Climb::PathObject { inner, .. }, climbed)) if evaluated.literals.is_empty() => {
            Some((Climb::PathObject { inner, whole: range_of(whole) }, climbed + count))
        }
        Some((Climb::Bare, 0)) if evaluated.literals.is_empty() => {
            let climb = Climb::PathObject { inner: range_of(inner), whole: range_of(whole) };
            Some((climb, count))
        }
        other => other,
    };
    Some(evaluated)
}

fn evaluate_call(whole: &ast::Expr, call: &ast::ExprCall, known: &Known) -> Option<Evaluated> {
    let callee = dotted(&call.func).unwrap_or_default();
    let first = call.arguments.args.first();
    if let ast::Expr::Attribute(attribute) = &*call.func
        && IDENTITY_METHODS.contains(&attribute.attr.as_str())
    {
        return evaluate(&attribute.value, known);
    }
    if IDENTITY.contains(&callee.as_str()) {
        let mut evaluated = evaluate(first?, known)?;
        evaluated.is_literal = evaluated.is_literal && callee == "str";
        return Some(evaluated);
    }
    let method = match &*call.func {
        ast::Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => callee.as_str(),
    };
    match method {
        "dirname" => climb_name(whole, &callee, first?, known),
        "getcwd" | "cwd" => {
            Some(Evaluated::of(PathValue { base: PathBase::Cwd, steps: Vec::new() }))
        }
        "join" if callee.contains("path") || callee == "join" || callee.starts_with("osp") => {
            let start = evaluate(first?, known)?;
            call.arguments.args[1..].iter().try_fold(start, |evaluated, argument| match argument {
                ast::Expr::StringLiteral(literal) => join(evaluated, literal),
                ast::Expr::Attribute(node) if node.attr.as_str() == "pardir" => {
                    let mut evaluated = evaluated;
                    evaluated.value.steps.push(PathStep::Parent);
                    evaluated.literals.push((range_of(node), "..".to_owned()));
                    Some(evaluated)
                }
                _ => None,
            })
        }
        "joinpath" => {
            let ast::Expr::Attribute(attribute) = &*call.func else {
                return None;
            };
            let start = evaluate(&attribute.value, known)?;
            call.arguments
                .args
                .iter()
                .try_fold(start, |evaluated, argument| join(evaluated, literal_of(argument)?))
        }
        _ => None,
    }
}

fn climb_name(
    whole: &ast::Expr,
    callee: &str,
    inner: &ast::Expr,
    known: &Known,
) -> Option<Evaluated> {
    let mut evaluated = evaluate(inner, known)?;
    if evaluated.is_literal {
        return None;
    }
    evaluated.value.steps.push(PathStep::Parent);
    evaluated.climb = match evaluated.climb {
        Some((Climb::DirName { callee, inner, .. }, climbed)) if evaluated.literals.is_empty() => {
            Some((Climb::DirName { callee, inner, whole: range_of(whole) }, climbed + 1))
        }
        Some((Climb::Bare, 0)) if evaluated.literals.is_empty() => {
            let climb = Climb::DirName {
                callee: callee.to_owned(),
                inner: range_of(inner),
                whole: range_of(whole),
            };
            Some((climb, 1))
        }
        other => other,
    };
    Some(evaluated)
}

impl PathValue {
    /// The path below the tree's root that this means for a file at `file`, with `cwd` as the
    /// current directory (both relative to the root; an empty string is the root itself).
    /// `None` when it is absolute or climbs out.
    pub fn locate(&self, file: &str, cwd: &str) -> Option<String> {
        let start = match &self.base {
            PathBase::File => file,
            PathBase::Cwd => cwd,
            PathBase::Absolute(_) | PathBase::Unknown => return None,
        };
        let mut segments: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
        for step in &self.steps {
            match step {
                PathStep::Parent => {
                    segments.pop()?;
                }
                PathStep::Into(name) => segments.push(name),
            }
        }
        Some(segments.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use crate::python::Module;

    fn located(source: &str) -> Vec<Option<String>> {
        let module = Module::parse(source.as_bytes()).unwrap();
        let uses = module.facts.paths.iter();
        uses.map(|found| found.value.locate("svc/sub/mod.py", "svc")).collect()
    }

    #[test]
    fn parents_of_the_file_are_counted_in_every_spelling() {
        let spellings = [
            "x = Path(__file__).parent.parent / 'data'",
            "x = Path(__file__).resolve().parents[1].joinpath('data')",
            "x = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'data')",
            "x = os.path.join(os.path.dirname(__file__), '..', 'data')",
        ];

        for source in spellings {
            assert_eq!(located(source), [Some("svc/data".to_owned())], "{source}");
        }
    }

    #[test]
    fn a_variable_assigned_twice_is_not_followed() {
        let source = "R = Path(__file__).parent\nR = Path('/x')\ny = R / 'data'\n";

        assert_eq!(located(source), [Some("svc/sub".to_owned()), None, None]);
    }
}
