//! The faults: what a careless migration does to a service, as edits of its text.
//!
//! Each is applied to one place at a time; where it applies is found by a pattern, so that it works
//! on any service. What it leaves is a program with exactly one thing wrong. Each names the proofs
//! that are there to catch it: a proof is measured on these and on no others.

use scaffold::verify::Aspect::{
    self, Answers, Cycles, Definitions, Files, Import, Layers, Middleware, Names, OpenApi,
    References, Routes, Startup, Syntax, Tests,
};

/// A kind of fault.
#[derive(Clone, Copy)]
pub(crate) struct Fault {
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// Which files it is seeded in.
    pub(crate) place: Place,
    /// What it is applied to; `{package}` stands for the service's package.
    pub(crate) pattern: &'static str,
    /// What is done there.
    pub(crate) edit: Edit,
    /// Which matches count.
    pub(crate) only: Only,
    /// The proofs that are there to catch it.
    pub(crate) proofs: &'static [Aspect],
}

/// Which files a fault is seeded in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Python code below `src/`.
    Code,
    /// Of that, what is loaded when the application is imported.
    Loaded,
    /// The module that is started.
    Entry,
    /// Python tests.
    Tests,
    /// Files that are not Python and hold data or pages.
    Data,
    /// What starts the service.
    Image,
}

/// What is done at a match.
#[derive(Clone, Copy)]
pub(crate) enum Edit {
    /// Replaces the match (`$1` is its first group).
    Replace(&'static str),
    /// Takes the lines of the match away, with the block that is indented below them.
    DropBlock,
    /// Takes the whole file away.
    RemoveFile,
    /// Moves the whole file into a folder of another name.
    MoveFile,
    /// Swaps the block with the one that follows.
    SwapBlocks,
    /// Adds lines at the end of the file; `{app}` stands for the application's name.
    Append(&'static str),
    /// Puts a line at the begin of the body of the function whose head is matched.
    Body(&'static str),
    /// Lets a module import one that imports it.
    ImportBack,
    /// Lets a module of an inner layer import one of an outer layer.
    ImportOutward,
}

/// Which matches count, beyond the pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Only {
    /// All.
    Any,
    /// The name in the last group is used elsewhere in the file.
    Used,
    /// The text of the last group is the end of the path of a route that is served.
    Served,
    /// The text of the last group is the end of a path that answers a GET request.
    Answered,
    /// The application has middleware, more than one.
    Wrapped,
    /// The application starts.
    Started,
}

const fn fault(
    name: &'static str,
    place: Place,
    pattern: &'static str,
    edit: Edit,
    proofs: &'static [Aspect],
) -> Fault {
    Fault { name, place, pattern, edit, only: Only::Any, proofs }
}

const fn only(only: Only, fault: Fault) -> Fault {
    Fault { only, ..fault }
}

/// The head of a GET route with its handler's parameters and colon; the path is the last group.
const GET: &str = r#"(?m)^@\w+\.get\(\s*"(?P<path>/?[^"{}]*)"[^\n]*\)\n(?:@[^\n]*\n)*(?:async )?def \w+\([^)]*\)[^\n:]*:\n"#;

/// Every kind, in the order of the table.
pub(crate) static FAULTS: &[Fault] = &[
    // What the parser sees.
    fault(
        "file does not parse",
        Place::Loaded,
        r"(?m)^((?:async )?def \w+)\(",
        Edit::Replace("${1}(("),
        &[Syntax, Import],
    ),
    fault(
        "import put inside a try block",
        Place::Code,
        r"(?m)^( +)try:\n",
        Edit::Replace("${1}try:\nimport os\n"),
        &[Syntax],
    ),
    // Where names lead.
    fault(
        "import of a module that is not there",
        Place::Loaded,
        r"(?m)^from ({package}(?:\.\w+)+) import",
        Edit::Replace("from ${1}_gone import"),
        &[References, Import],
    ),
    fault(
        "import of a name that is not there",
        Place::Loaded,
        r"(?m)^(from {package}(?:\.\w+)+ import \w+)$",
        Edit::Replace("${1}_gone"),
        &[References, Import],
    ),
    fault(
        "import of the old place",
        Place::Loaded,
        r"(?m)^from {package}(?:\.\w+)*\.(\w+) import",
        Edit::Replace("from ${1} import"),
        &[References, Import],
    ),
    only(
        Only::Used,
        fault(
            "import dropped",
            Place::Code,
            r"(?m)^from {package}(?:\.\w+)+ import (\w+)\n",
            Edit::Replace(""),
            &[Names],
        ),
    ),
    only(
        Only::Used,
        fault(
            "import bound to another name",
            Place::Code,
            r"(?m)^(from {package}(?:\.\w+)+ import (\w+))\n",
            Edit::Replace("${1} as other_\n"),
            &[Names],
        ),
    ),
    fault("imports in a circle", Place::Code, "", Edit::ImportBack, &[Cycles]),
    fault("import of an outer layer", Place::Code, "", Edit::ImportOutward, &[Layers]),
    fault(
        "patch that hits nothing",
        Place::Tests,
        r#"(patch(?:\.object|\.dict)?\("{package}(?:\.\w+)+)""#,
        Edit::Replace(r#"${1}_gone""#),
        &[References, Tests],
    ),
    fault(
        "patch of the old place",
        Place::Tests,
        r#"patch\("{package}(?:\.\w+)*\.(\w+\.\w+)""#,
        Edit::Replace(r#"patch("${1}""#),
        &[References, Tests],
    ),
    fault(
        "import in a test wrong",
        Place::Tests,
        r"(?m)^from ({package}(?:\.\w+)*) import",
        Edit::Replace("from ${1}_gone import"),
        &[References, Tests],
    ),
    fault(
        "image starts a module that is not there",
        Place::Image,
        r#"((?:CMD|ENTRYPOINT)[^\n]*?["' ][\w.]+):(?:app|application)\b"#,
        Edit::Replace("${1}_gone:app"),
        &[References],
    ),
    // What is still there.
    fault(
        "definition dropped",
        Place::Code,
        r"(?m)^(?:async )?def [a-z]\w*\(",
        Edit::DropBlock,
        &[Definitions],
    ),
    fault("class dropped", Place::Code, r"(?m)^class \w+", Edit::DropBlock, &[Definitions]),
    fault(
        "method dropped",
        Place::Code,
        r"(?m)^    (?:async )?def [a-z]\w*\(self",
        Edit::DropBlock,
        &[Definitions],
    ),
    fault("comment dropped", Place::Code, r"(?m)^ *# [^\n]*\n", Edit::Replace(""), &[Definitions]),
    fault(
        "base class dropped",
        Place::Code,
        r"(?m)^(class \w+)\(\w+\):",
        Edit::Replace("${1}:"),
        &[Definitions],
    ),
    fault(
        "decorator dropped",
        Place::Code,
        r"(?m)^ *(?:@(?:property|staticmethod|classmethod|app\.on_event\([^\n]*\)|asynccontextmanager)|app\.\w+\([^\n]*\)\(\w+\))\n",
        Edit::Replace(""),
        &[Definitions],
    ),
    fault(
        "constant changed",
        Place::Code,
        r"(?m)^([A-Z][A-Z_]+ = \d+)",
        Edit::Replace("${1}7"),
        &[Definitions],
    ),
    fault(
        "default of a parameter changed",
        Place::Code,
        r"(?m)^( *(?:async )?def [^\n]*: \w+ = \d+)",
        Edit::Replace("${1}7"),
        &[Definitions],
    ),
    fault(
        "exception swallowed",
        Place::Code,
        r"(?m)^( +)raise \w[^\n(]*(?:\([^\n]*\))?$",
        Edit::Replace("${1}pass"),
        &[Definitions],
    ),
    fault(
        "condition inverted",
        Place::Code,
        r"(?m)^( +if )([^\n]*:)$",
        Edit::Replace("${1}not ${2}"),
        &[Definitions],
    ),
    fault("comparison changed", Place::Code, r" >= ", Edit::Replace(" > "), &[Definitions]),
    fault(
        "return value changed",
        Place::Code,
        r"(?m)^( +return )(?:True|False|None)$",
        Edit::Replace("${1}42"),
        &[Definitions],
    ),
    fault(
        "await dropped",
        Place::Code,
        r"\bawait (\w+[.(])",
        Edit::Replace("${1}"),
        &[Definitions],
    ),
    fault(
        "global dropped",
        Place::Code,
        r"(?m)^ +global [^\n]*\n",
        Edit::Replace(""),
        &[Definitions],
    ),
    fault(
        "assertion weakened",
        Place::Tests,
        r"(?m)^( +assert )([^\n]+)$",
        Edit::Replace("${1}True or ${2}"),
        &[Definitions],
    ),
    fault("data file moved", Place::Data, "", Edit::MoveFile, &[Files]),
    fault("data file lost", Place::Data, "", Edit::RemoveFile, &[Files]),
    fault("line of a data file lost", Place::Data, r"\A[^\n]*\n", Edit::Replace(""), &[Files]),
    // What the application shows.
    only(
        Only::Served,
        fault(
            "route lost",
            Place::Loaded,
            r#"(?m)^@\w+\.(?:get|post|put|delete|patch)\(\s*"([^"]*)"[^\n]*\)\n"#,
            Edit::Replace(""),
            &[Definitions, OpenApi, Routes],
        ),
    ),
    only(
        Only::Served,
        fault(
            "path of a route changed",
            Place::Loaded,
            r#"(?m)^(@\w+\.(?:get|post|put|delete|patch)\(\s*")(/[^"]*)"#,
            Edit::Replace("${1}/other${2}"),
            &[Definitions, OpenApi, Routes],
        ),
    ),
    only(
        Only::Served,
        fault(
            "method of a route changed",
            Place::Loaded,
            r#"(?m)^(@\w+)\.post\((\s*")([^"]*)"#,
            Edit::Replace("${1}.put(${2}${3}"),
            &[Definitions, OpenApi, Routes],
        ),
    ),
    fault(
        "status code changed",
        Place::Loaded,
        r"(?m)^(@\w+\.\w+\([^\n]*)status_code=20[0-4]",
        Edit::Replace("${1}status_code=206"),
        &[Definitions, OpenApi, Routes],
    ),
    only(
        Only::Served,
        fault(
            "order of routes swapped",
            Place::Loaded,
            r#"(?m)^@\w+\.get\(\s*"([^"]*)""#,
            Edit::SwapBlocks,
            &[OpenApi],
        ),
    ),
    fault(
        "response model dropped",
        Place::Loaded,
        r", response_model=[\w\[\]]+",
        Edit::Replace(""),
        &[Definitions, OpenApi],
    ),
    fault(
        "middleware dropped",
        Place::Loaded,
        r"(?m)^ *app\.add_middleware\([^)]*\)\n",
        Edit::Replace(""),
        &[Definitions, Middleware],
    ),
    fault(
        "middleware added twice",
        Place::Loaded,
        r"(?m)^ *app\.add_middleware\([^)]*\)\n",
        Edit::Replace("${0}${0}"),
        &[Definitions, Middleware],
    ),
    fault(
        "option of a middleware changed",
        Place::Loaded,
        r"(?m)(add_middleware\((?:[^)]*\n?)*?\w+=)(?:\[[^\]]*\]|\d+|True|False)",
        Edit::Replace("${1}None"),
        &[Middleware],
    ),
    only(
        Only::Wrapped,
        fault(
            "innermost middleware lost",
            Place::Entry,
            "",
            Edit::Append("\ndel {app}.user_middleware[-1]\n"),
            &[Middleware],
        ),
    ),
    only(
        Only::Wrapped,
        fault(
            "order of middleware turned round",
            Place::Entry,
            "",
            Edit::Append("\n{app}.user_middleware.reverse()\n"),
            &[Middleware],
        ),
    ),
    only(
        Only::Started,
        fault(
            "start fails",
            Place::Entry,
            "",
            Edit::Append(
                "\n\nasync def _fails() -> None:\n    raise RuntimeError(\"seeded\")\n\n\n\
                 {app}.router.on_startup.append(_fails)\n{app}.router.lifespan_context = \
                 __import__(\"starlette.routing\").routing._DefaultLifespan({app}.router)\n",
            ),
            &[Startup],
        ),
    ),
    only(
        Only::Started,
        fault(
            "start of the application's own fails",
            Place::Loaded,
            r#"(?m)^(?:@\w+\.on_event\("startup"\)|@(?:contextlib\.)?asynccontextmanager)\n(?:async )?def \w+\([^)]*\)[^\n:]*:\n"#,
            Edit::Body("raise RuntimeError(\"seeded\")"),
            &[Startup],
        ),
    ),
    only(
        Only::Answered,
        fault(
            "answer replaced",
            Place::Loaded,
            GET,
            Edit::Body("return {\"seeded\": True}"),
            &[Answers],
        ),
    ),
    only(
        Only::Answered,
        fault(
            "answer fails",
            Place::Loaded,
            GET,
            Edit::Body("raise RuntimeError(\"seeded\")"),
            &[Answers],
        ),
    ),
    // What the tests say.
    fault(
        "test deleted",
        Place::Tests,
        r"(?m)^ *(?:async )?def test_\w+\(",
        Edit::DropBlock,
        &[Definitions, Tests],
    ),
    fault("test file deleted", Place::Tests, r"def test_", Edit::RemoveFile, &[Definitions, Tests]),
    fault(
        "skip added",
        Place::Tests,
        r"(?m)^((?:async )?def test_)",
        Edit::Replace("@__import__(\"pytest\").mark.skip\n${1}"),
        &[Definitions, Tests],
    ),
    fault(
        "assertion that fails",
        Place::Tests,
        r"(?m)^((?:async )?def test_\w+\([^)]*\)[^\n:]*:\n)",
        Edit::Replace("${1}    assert not \"seeded\"\n"),
        &[Tests],
    ),
];
