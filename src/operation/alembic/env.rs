//! The files by which Alembic finds the models and the database.

use std::collections::BTreeSet;

use super::models::{Address, Base, Model};
use crate::operation::thin::imports;
use crate::operation::thin::package::Package;
use crate::python::PythonService;

/// The template of a revision.
pub(super) const TEMPLATE: &str = r#""""${message}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Go to this revision."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go back to the revision before."""
    ${downgrades if downgrades else "pass"}
"#;

const OFFLINE: &str = r#"def write_sql(url: str | sa.URL) -> None:
    """Print the statements instead of running them."""
    context.configure(url=url, target_metadata=METADATA, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def migrate(connection: sa.Connection) -> None:
    """Run the revisions on a connection."""
    context.configure(
        connection=connection, target_metadata=METADATA, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()
"#;

/// Names that the file has itself.
const OWN: [&str; 10] = [
    "METADATA",
    "address",
    "asyncio",
    "connect",
    "connection",
    "context",
    "create_async_engine",
    "migrate",
    "sa",
    "write_sql",
];

/// How modules of a service are named by its migrations.
pub(super) struct Names<'a> {
    pub(super) service: &'a PythonService,
    pub(super) package: Option<&'a Package>,
}

impl Names<'_> {
    fn dotted(&self, file: usize) -> Option<String> {
        let names = self.service.names_of(file);
        match self.package {
            Some(package) => names.iter().find_map(|name| package.dotted(name)),
            None => names.into_iter().next(),
        }
    }
}

/// `alembic.ini`.
pub(super) fn ini(scripts: &str, source: &str) -> String {
    format!(
        "# For Alembic's command line, called in this folder:\n\
         #   alembic revision --autogenerate -m \"add a column\"\n\
         #   alembic upgrade head\n\
         [alembic]\nscript_location = %(here)s/{scripts}\nprepend_sys_path = {source}\n\
         path_separator = os\nfile_template = %%(rev)s_%%(slug)s\n"
    )
}

/// `env.py`.
pub(super) fn text(
    names: &Names<'_>,
    (base, models): (&Base, &[Model]),
    (address, is_async): (&Address, bool),
) -> Option<String> {
    let mut wanted: BTreeSet<String> = BTreeSet::from([
        "from __future__ import annotations".to_owned(),
        "from alembic import context".to_owned(),
        "import sqlalchemy as sa".to_owned(),
    ]);
    wanted.insert(format!("from {} import {}", names.dotted(base.file)?, base.name));
    let (engine, url) = source(names, (address, is_async), &mut wanted)?;
    if is_async {
        wanted.insert("import asyncio".to_owned());
    }
    let package = names.package.map_or("", |package| package.name.as_str());
    let block = imports::block(&wanted, package);
    let others: BTreeSet<String> = models
        .iter()
        .filter(|model| model.file != base.file)
        .filter_map(|model| names.dotted(model.file))
        .collect();
    let others: Vec<String> =
        others.iter().map(|name| format!("import {name}  # noqa: F401 - its tables\n")).collect();
    let others = if others.is_empty() { String::new() } else { format!("\n{}", others.concat()) };
    let helper = match address {
        Address::Told => {
            "def address() -> str:\n    \"\"\"Return what `alembic -x url=…` says.\"\"\"\n    \
             return context.get_x_argument(as_dictionary=True)[\"url\"]\n\n\n"
        }
        _ => "",
    };
    let (run, connect) = if is_async {
        let connect = format!(
            "\n\nasync def connect() -> None:\n    \"\"\"Run the revisions on the service's \
             database.\"\"\"\n    async with {engine}.connect() as connection:\n        await \
             connection.run_sync(migrate)\n"
        );
        ("    asyncio.run(connect())\n".to_owned(), connect)
    } else {
        let run =
            format!("    with {engine}.connect() as connection:\n        migrate(connection)\n");
        (run, String::new())
    };
    Some(format!(
        "\"\"\"What Alembic runs for every command.\"\"\"\n\n{block}\n{others}\nMETADATA = \
         {}.metadata\n\n\n{helper}{OFFLINE}{connect}\n\nif context.is_offline_mode():\n    \
         write_sql({url})\nelse:\n{run}",
        base.name
    ))
}

/// What the engine and the URL are called, with the imports for them.
fn source(
    names: &Names<'_>,
    (address, is_async): (&Address, bool),
    wanted: &mut BTreeSet<String>,
) -> Option<(String, String)> {
    let statement = is_async.then_some("from sqlalchemy.ext.asyncio import create_async_engine");
    let maker = if is_async { "create_async_engine" } else { "sa.create_engine" };
    match address {
        Address::Engine(_, name) if OWN.contains(&name.as_str()) => None,
        Address::Url(_, used, _) if used.iter().any(|name| OWN.contains(&name.as_str())) => None,
        Address::Engine(file, name) => {
            wanted.insert(format!("from {} import {name}", names.dotted(*file)?));
            Some((name.clone(), format!("{name}.url")))
        }
        Address::Url(file, used, text) => {
            let dotted = names.dotted(*file)?;
            wanted.extend(used.iter().map(|name| format!("from {dotted} import {name}")));
            wanted.extend(statement.map(str::to_owned));
            Some((
                format!("{maker}(\n        {text}, poolclass=sa.pool.NullPool\n    )"),
                text.clone(),
            ))
        }
        Address::Told => {
            wanted.extend(statement.map(str::to_owned));
            Some((
                format!("{maker}(\n        address(), poolclass=sa.pool.NullPool\n    )"),
                "address()".to_owned(),
            ))
        }
    }
}
