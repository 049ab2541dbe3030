//! The first revision: the tables as the models have them, where every column can be read.

use std::collections::{BTreeMap, BTreeSet};

use super::models::Model;
use crate::operation::web::Web;
use crate::python::Qualified;
use crate::python::outline::{Assignment, Invocation, Outline, Value};

/// Lines are not made longer than this.
const WIDTH: usize = 88;
/// Arguments of a column that change nothing in the database.
const CLIENT: [&str; 8] =
    ["default", "onupdate", "doc", "comment", "info", "key", "insert_default", "autoincrement"];

/// One table.
#[derive(Debug)]
struct Table {
    name: String,
    columns: Vec<String>,
    primary: Vec<String>,
    unique: Vec<String>,
    /// Indexed columns, and whether their values are unique.
    indexes: Vec<(String, bool)>,
    /// The tables that its keys point to.
    needs: BTreeSet<String>,
    is_postgres: bool,
}

/// The text of a revision that makes the tables of all models; fails with what cannot be read.
pub(super) fn text(web: &Web<'_>, models: &[Model]) -> Result<String, String> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for model in models {
        let table = Reader { web, model, outline: &web.outlines[&model.file] }.table()?;
        let name = table.name.clone();
        if tables.insert(name.clone(), table).is_some() {
            return Err(format!("two models have the table {name}"));
        }
    }
    let ordered = ordered(tables)?;
    let mut ups: Vec<String> = Vec::new();
    let mut downs: Vec<String> = Vec::new();
    for table in &ordered {
        ups.extend(table.made());
        let mut gone: Vec<String> = table
            .indexes
            .iter()
            .rev()
            .map(|(column, _)| {
                let index = format!("ix_{}_{column}", table.name);
                format!("    op.drop_index(\"{index}\", table_name=\"{}\")\n", table.name)
            })
            .collect();
        gone.push(format!("    op.drop_table(\"{}\")\n", table.name));
        downs.splice(0..0, gone);
    }
    let postgres = ordered.iter().any(|table| table.is_postgres);
    let dialect = if postgres { "from sqlalchemy.dialects import postgresql\n" } else { "" };
    Ok(format!(
        "\"\"\"Create the tables that the models have.\"\"\"\n\nimport sqlalchemy as sa\n\
         from alembic import op\n{dialect}\nrevision = \"0001\"\ndown_revision = None\n\
         branch_labels = None\ndepends_on = None\n\n\ndef upgrade() -> None:\n    \"\"\"Go to \
         this revision.\"\"\"\n{}\n\ndef downgrade() -> None:\n    \"\"\"Go back to the revision \
         before.\"\"\"\n{}",
        ups.concat(),
        downs.concat(),
    ))
}

/// Tables after those that they point to.
fn ordered(mut tables: BTreeMap<String, Table>) -> Result<Vec<Table>, String> {
    let mut done: Vec<Table> = Vec::new();
    while !tables.is_empty() {
        let is_ready = |table: &Table| {
            let mut needs = table.needs.iter().filter(|need| **need != table.name);
            needs.all(|need| done.iter().any(|known| known.name == *need))
        };
        let next = tables.iter().find(|(_, table)| is_ready(table)).map(|(name, _)| name.clone());
        let Some(table) = next.and_then(|name| tables.remove(&name)) else {
            let names: Vec<&str> = tables.keys().map(String::as_str).collect();
            return Err(format!(
                "the keys of {} point to each other or elsewhere",
                names.join(", ")
            ));
        };
        done.push(table);
    }
    Ok(done)
}

impl Table {
    /// The statements that make it.
    fn made(&self) -> Vec<String> {
        let mut rows = vec![format!("\"{}\"", self.name)];
        rows.extend(self.columns.iter().cloned());
        let quoted = |names: &[String]| {
            names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
        };
        rows.push(format!("sa.PrimaryKeyConstraint({})", quoted(&self.primary)));
        rows.extend(self.unique.iter().map(|name| format!("sa.UniqueConstraint(\"{name}\")")));
        let rows: Vec<String> = rows.iter().map(|row| format!("        {row},\n")).collect();
        let mut made = vec![format!("    op.create_table(\n{}    )\n", rows.concat())];
        made.extend(self.indexes.iter().map(|(column, is_unique)| {
            let unique = if *is_unique { ", unique=True" } else { "" };
            let index = format!("\"ix_{}_{column}\", \"{}\", [\"{column}\"]", self.name, self.name);
            let line = format!("    op.create_index({index}{unique})\n");
            if line.trim_end().chars().count() <= WIDTH {
                line
            } else {
                format!("    op.create_index(\n        {index}{unique}\n    )\n")
            }
        }));
        made
    }
}

/// One column while it is read.
#[derive(Debug, Default)]
struct Column {
    name: String,
    kind: Option<String>,
    keys: Vec<String>,
    server: Option<String>,
    is_optional: Option<bool>,
    is_primary: bool,
    is_unique: bool,
    is_index: bool,
}

struct Reader<'a> {
    web: &'a Web<'a>,
    model: &'a Model,
    outline: &'a Outline,
}

impl Reader<'_> {
    fn refusal(&self, column: &str, why: &str) -> String {
        format!("{}.{column} {why}", self.model.name)
    }

    fn table(&self) -> Result<Table, String> {
        let name = &self.model.name;
        if !self.model.is_plain {
            return Err(format!("{name} has columns from other classes"));
        }
        let fields = self.outline.assignments.iter().filter(|one| {
            one.context.class == Some(self.model.class) && one.context.function.is_none()
        });
        let mut table = Table {
            name: String::new(),
            columns: Vec::new(),
            primary: Vec::new(),
            unique: Vec::new(),
            indexes: Vec::new(),
            needs: BTreeSet::new(),
            is_postgres: false,
        };
        for field in fields {
            match (&*field.target, &field.value) {
                ("__tablename__", Some(Value::Str(text))) => table.name = text.to_string(),
                ("__table_args__" | "__mapper_args__" | "__tablename__", _) => {
                    return Err(format!("{name} says {}", field.target));
                }
                (_, Some(Value::Call(call))) => self.field(field, call, &mut table)?,
                (_, None) if is_mapped(field) => self.column(field, None, &mut table)?,
                (target, None) => return Err(self.refusal(target, "has a type alone")),
                _ => {}
            }
        }
        if table.name.is_empty() || table.primary.is_empty() {
            return Err(format!("{name} has no primary key that can be read"));
        }
        Ok(table)
    }

    fn field(
        &self,
        field: &Assignment,
        call: &Invocation,
        table: &mut Table,
    ) -> Result<(), String> {
        match call.name() {
            "Column" | "mapped_column" => self.column(field, Some(call), table),
            "relationship" | "backref" | "synonym" | "association_proxy" => Ok(()),
            _ => Err(self.refusal(&field.target, "is made by something else")),
        }
    }

    fn column(
        &self,
        field: &Assignment,
        call: Option<&Invocation>,
        table: &mut Table,
    ) -> Result<(), String> {
        let mut column = Column { name: field.target.to_string(), ..Column::default() };
        self.arguments_of(field, (call, &mut column), table)?;
        let mapped = field.annotation.as_deref().and_then(mapped);
        let known = mapped.as_ref().and_then(|(kind, _)| kind.clone());
        let kind = column.kind.or(known);
        let kind =
            kind.ok_or_else(|| self.refusal(&field.target, "has a type that cannot be read"))?;
        column.is_optional = mapped.map(|(_, is_optional)| is_optional);
        column.kind = None;
        self.keywords_of(field, (call, &mut column))?;
        let nullable = column.is_optional.unwrap_or(!column.is_primary) && !column.is_primary;
        let name = column.name;
        let mut parts = vec![format!("\"{name}\""), kind];
        parts.extend(column.keys);
        parts.extend(column.server.map(|text| format!("server_default={text}")));
        parts.push(format!("nullable={}", if nullable { "True" } else { "False" }));
        let line = format!("sa.Column({})", parts.join(", "));
        let rows: Vec<String> = parts.iter().map(|part| format!("            {part},\n")).collect();
        let is_short = line.chars().count() + 9 <= WIDTH;
        let rows = || format!("sa.Column(\n{}        )", rows.concat());
        table.columns.push(if is_short { line } else { rows() });
        match (column.is_index, column.is_unique) {
            (true, is_unique) => table.indexes.push((name.clone(), is_unique)),
            (false, true) => table.unique.push(name.clone()),
            _ => {}
        }
        if column.is_primary {
            table.primary.push(name);
        }
        Ok(())
    }

    /// The name, the type and the keys of a column.
    fn arguments_of(
        &self,
        field: &Assignment,
        (call, column): (Option<&Invocation>, &mut Column),
        table: &mut Table,
    ) -> Result<(), String> {
        let refuse = |why: &str| self.refusal(&field.target, why);
        for (position, argument) in call.iter().flat_map(|call| &call.arguments).enumerate() {
            match argument {
                Value::Str(text) if position == 0 => column.name = text.to_string(),
                Value::Call(key) if key.name() == "ForeignKey" => {
                    let key = foreign_key(key, table);
                    column.keys.push(key.ok_or_else(|| refuse("has a key that cannot be read"))?);
                }
                other if column.kind.is_none() => {
                    let kind = self.kind(other, table);
                    let kind = kind.ok_or_else(|| refuse("has a type that cannot be read"))?;
                    column.kind = Some(kind);
                }
                _ => return Err(refuse("has arguments that cannot be read")),
            }
        }
        Ok(())
    }

    /// What a column says of itself by name.
    fn keywords_of(
        &self,
        field: &Assignment,
        (call, column): (Option<&Invocation>, &mut Column),
    ) -> Result<(), String> {
        let refuse = |why: &str| self.refusal(&field.target, why);
        for (word, value) in call.iter().flat_map(|call| &call.keywords) {
            match (&**word, value) {
                ("primary_key", Value::Bool(is_true)) => column.is_primary = *is_true,
                ("unique", Value::Bool(is_true)) => column.is_unique = *is_true,
                ("index", Value::Bool(is_true)) => column.is_index = *is_true,
                ("nullable", Value::Bool(is_true)) => column.is_optional = Some(*is_true),
                ("server_default", value) => {
                    let text = self.server(value);
                    let text = text.ok_or_else(|| refuse("has a default that cannot be read"))?;
                    column.server = Some(text);
                }
                (word, _) if CLIENT.contains(&word) => {}
                _ => return Err(refuse("has arguments that cannot be read")),
            }
        }
        Ok(())
    }

    /// A type of SQLAlchemy, made.
    fn kind(&self, value: &Value, table: &mut Table) -> Option<String> {
        let (callee, arguments) = match value {
            Value::Name(name) => (&**name, String::new()),
            Value::Call(call) => (&*call.callee, self.arguments(call, table)?),
            _ => return None,
        };
        let Qualified::External(path) = self.web.service.qualify(self.model.file, 0, callee) else {
            return None;
        };
        let (owner, name) = path.rsplit_once('.')?;
        let is_type = name.chars().next().is_some_and(char::is_uppercase);
        let home = match owner {
            "sqlalchemy" | "sqlalchemy.types" | "sqlalchemy.sql.sqltypes" => "sa",
            owner if owner.starts_with("sqlalchemy.dialects.postgresql") => {
                table.is_postgres = true;
                "postgresql"
            }
            _ => return None,
        };
        let is_open = matches!(name, "Enum" | "PickleType" | "Interval" | "ENUM");
        (is_type && !is_open).then(|| format!("{home}.{name}({arguments})"))
    }

    fn arguments(&self, call: &Invocation, table: &mut Table) -> Option<String> {
        let mut given = Vec::new();
        for value in &call.arguments {
            let text = literal(value).or_else(|| self.kind(value, table))?;
            given.push(text);
        }
        for (word, value) in &call.keywords {
            given.push(format!("{word}={}", literal(value).filter(|_| !word.is_empty())?));
        }
        Some(given.join(", "))
    }

    /// A default that the database sets.
    fn server(&self, value: &Value) -> Option<String> {
        match value {
            Value::Str(text) if !text.contains(['"', '\\', '\n']) => Some(format!("\"{text}\"")),
            Value::Call(call) => {
                let path = self.web.service.qualify(self.model.file, 0, &call.callee);
                match (path, &call.arguments[..]) {
                    (Qualified::External(path), [Value::Str(text)])
                        if path == "sqlalchemy.text" && !text.contains(['"', '\\', '\n']) =>
                    {
                        Some(format!("sa.text(\"{text}\")"))
                    }
                    (Qualified::Unknown | Qualified::External(_), [])
                        if matches!(
                            &*call.callee,
                            "func.now" | "sa.func.now" | "sqlalchemy.func.now"
                        ) =>
                    {
                        Some("sa.func.now()".to_owned())
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// `ForeignKey("orders.id")`.
fn foreign_key(call: &Invocation, table: &mut Table) -> Option<String> {
    let [Value::Str(target)] = &call.arguments[..] else { return None };
    let (other, _) = target.split_once('.').filter(|(_, column)| !column.contains('.'))?;
    table.needs.insert(other.to_owned());
    let rules = call.keywords.iter().map(|(word, value)| {
        let text = value.text().filter(|_| matches!(&**word, "ondelete" | "onupdate"))?;
        Some(format!(", {word}=\"{text}\""))
    });
    let rules = rules.collect::<Option<String>>()?;
    Some(format!("sa.ForeignKey(\"{target}\"{rules})"))
}

fn is_mapped(field: &Assignment) -> bool {
    field.annotation.as_ref().is_some_and(|text| text.starts_with("Mapped["))
}

fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        Value::Str(text) if !text.contains(['"', '\\', '\n']) => Some(format!("\"{text}\"")),
        _ => None,
    }
}

/// The type that SQLAlchemy takes for `Mapped[…]`, and whether there may be none.
fn mapped(annotation: &str) -> Option<(Option<String>, bool)> {
    let inner = annotation.trim().strip_prefix("Mapped[")?.strip_suffix(']')?.trim();
    let inner = inner.trim_matches(['"', '\'']);
    let optional = inner.strip_prefix("Optional[").and_then(|rest| rest.strip_suffix(']'));
    let united = inner.strip_suffix("| None").or_else(|| inner.strip_prefix("None |"));
    let (name, is_optional) = match optional.or(united) {
        Some(name) => (name.trim(), true),
        None => (inner, false),
    };
    let kind = match name {
        "int" => "sa.Integer()",
        "str" => "sa.String()",
        "bool" => "sa.Boolean()",
        "float" => "sa.Float()",
        "bytes" => "sa.LargeBinary()",
        "datetime" | "datetime.datetime" => "sa.DateTime()",
        "date" | "datetime.date" => "sa.Date()",
        "Decimal" | "decimal.Decimal" => "sa.Numeric()",
        "UUID" | "uuid.UUID" => "sa.Uuid()",
        _ => return Some((None, is_optional)),
    };
    Some((Some(kind.to_owned()), is_optional))
}
