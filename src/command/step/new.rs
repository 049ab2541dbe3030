//! `scaffold step new NAME`.

use clap::Args;

use crate::change::{ChangeSet, Entry, RelPath};
use crate::command::steps::steps;
use crate::command::workspace::{discover, session};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::{MIGRATIONS, Step};
use crate::report::Printer;
use crate::settings::Settings;

/// Arguments of `scaffold step new`.
#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// Its name: a-z, 0-9 and -
    name: String,
    /// The subject of its commits
    #[arg(long)]
    title: Option<String>,
}

/// Own steps begin here, so that later built-in ones find room before them.
const FIRST: u32 = 5000;

/// Writes a step that works, to be changed into what is wanted.
pub(super) fn run(args: &NewArgs, settings: &Settings, printer: &Printer) -> CommandResult {
    let workspace = discover(settings)?;
    let known = steps(&workspace.root)?;
    if known.iter().any(|step| step.id == args.name) {
        return Err(CommandError::input(format!("there is a step {:?} already", args.name)));
    }
    let last = known.iter().map(|step| step.number).max().unwrap_or_default();
    let number = if last < FIRST { FIRST } else { last / 10 * 10 + 10 };
    let folder = format!("{number:04}-{}", args.name);
    let title = args.title.clone().unwrap_or_else(|| "Replace a deprecated helper".to_owned());
    let files = files(&args.name, &title);
    Step::parse(&folder, &files[0].1, String::new()).map_err(CommandError::input)?;
    let mut changes = ChangeSet::new();
    for (name, text) in files {
        let path = RelPath::portable(format!("{MIGRATIONS}/{folder}/{name}"));
        changes.create(path.map_err(CommandError::input)?, Entry::file(text));
    }
    session(&workspace.root, settings, printer)?.apply(&changes)?;
    let home = format!("{MIGRATIONS}/{folder}");
    printer.json(&serde_json::json!({ "version": 1, "step": args.name, "folder": home }));
    printer.text(format!("created {home}\n\nnext:\n  edit {home}/step.toml\n  scaffold step test"));
    Ok(ExitStatus::Success)
}

fn files(name: &str, title: &str) -> [(&'static str, String); 4] {
    let title = toml_edit::Value::from(title).to_string();
    let title = title.trim();
    let step = format!(
        "id = \"{name}\"\ntitle = {title}\nkind = \"preserving\"\nsince = \"0.1.0\"\n\n\
         [[operation]]\nverb = \"rewrite-python\"\npattern = \"$F($$$ARGS)\"\n\
         fix = \"new_helper($$$ARGS)\"\nimports = [\"from company.helpers import new_helper\"]\n\n\
         [operation.where.F]\nresolves-to = \"company.helpers.old_helper\"\n"
    );
    let page = format!(
        "# {name}\n\n## What it does\n\nReplaces calls of `old_helper` by `new_helper`, wherever the \
         name leads there.\n\n## Why\n\nSay here what is better afterwards.\n\n## What it leaves \
         alone\n\nA name that is shadowed, and calls that cannot be shown to mean the helper.\n"
    );
    let before = "from company.helpers import old_helper\n\nVALUE = old_helper(1, unit=\"s\")\n";
    let after = before.replace("old_helper", "new_helper");
    [
        ("step.toml", step),
        ("README.md", page),
        ("cases/example/before/main.py", before.to_owned()),
        ("cases/example/after/main.py", after),
    ]
}
