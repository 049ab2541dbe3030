//! The problem that the cut solves for the definitions of one service: their costs, the prices
//! of their references, and what it costs to part those that belong together.

use std::collections::{BTreeMap, BTreeSet};

use super::definitions::{Definition, Definitions, Use};
use super::evidence::{self, Evidence};
use super::shape::{derives, last};
use super::signs::{self, Company};
use super::{Layer, Problem, graph, minimise, weights};
use crate::python::{PythonService, StatementKind, Usage, ValueKind};

/// What was found out about one definition.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Which one.
    pub definition: Definition,
    /// The names that it binds.
    pub names: Vec<String>,
    /// What its path and its name say to those who read nothing else.
    pub by_name: Vec<Evidence>,
    /// What its own code shows, its name included.
    pub own: Vec<Evidence>,
    /// What those who use it and those it uses show.
    pub company: Vec<Evidence>,
    /// Its layer by the cut; none for settings, loggers and what starts the application.
    pub layer: Option<Layer>,
    /// By how much the layer beats the next best one.
    pub margin: f64,
}

/// Decides freely about every definition of a service that is not in a test; `below` is a
/// module's path below the code's root.
pub fn weigh(service: &PythonService, below: impl Fn(usize) -> String) -> Vec<Verdict> {
    let company = Company::of(service);
    let definitions = company.definitions();
    let mut verdicts: Vec<Verdict> = (0..definitions.list().len())
        .map(|index| {
            let definition = definitions.list()[index];
            let path = below(definition.module);
            let statement = definitions.statement(index);
            Verdict {
                definition,
                names: statement.map(|statement| statement.binds.clone()).unwrap_or_default(),
                by_name: statement.map(|one| signs::names(&path, one)).unwrap_or_default(),
                own: signs::own(definitions, index, company.shape(index), &path),
                company: company.evidence(index),
                layer: None,
                margin: f64::INFINITY,
            }
        })
        .collect();
    let neutral: Vec<bool> =
        (0..verdicts.len()).map(|index| is_neutral(&company, index, &below)).collect();
    let solution = minimise(&problem(&company, &verdicts, &neutral));
    for (index, verdict) in verdicts.iter_mut().enumerate() {
        if !neutral[index] {
            verdict.layer = Some(solution.layers[index]);
            verdict.margin = solution.margins[index];
        }
    }
    verdicts
}

fn problem(company: &Company<'_>, verdicts: &[Verdict], neutral: &[bool]) -> Problem {
    let costs = verdicts.iter().zip(neutral).map(|(verdict, neutral)| {
        let all: Vec<Evidence> = verdict.own.iter().chain(&verdict.company).cloned().collect();
        if *neutral { [0.0; 4] } else { evidence::costs(&all) }
    });
    let costs = costs.collect();
    let mut references = prices(company);
    references.extend(bonds(company));
    references.retain(|(user, used, _)| !neutral[*user] && !neutral[*used]);
    Problem { costs, references, ties: Vec::new() }
}

/// Settings, loggers, and what builds or starts the application have no layer of their own.
fn is_neutral(company: &Company<'_>, index: usize, below: impl Fn(usize) -> String) -> bool {
    let definitions = company.definitions();
    let path = below(definitions.list()[index].module);
    let file = path.rsplit('/').next().unwrap_or(&path);
    let callee = definitions.statement(index).and_then(|one| one.callee.as_deref());
    let builds = matches!(callee.map(last), Some("FastAPI" | "get_settings" | "getenv"));
    company.shape(index).is_neutral() || builds || matches!(file, "config.py" | "settings.py")
}

/// What it costs to let an inner layer use an outer definition in this way.
fn price(definitions: &Definitions<'_>, one: &Use) -> f64 {
    // A protocol can stand before a class, and before a collection that is a store.
    let is_class = definitions.statement(one.used).is_some_and(|statement| {
        statement.kind == StatementKind::Class || statement.value == Some(ValueKind::Collection)
    });
    let is_parameter = one.usage == Usage::Base && !derives(definitions, one);
    if is_parameter { weights::PRICE_CLASS } else { graph::price(one.usage, one.moment, is_class) }
}

/// `(user, used, price)`; several uses of one cost little more than the dearest.
fn prices(company: &Company<'_>) -> Vec<(usize, usize, f64)> {
    let definitions = company.definitions();
    let mut pairs: BTreeMap<(usize, usize), (f64, u32)> = BTreeMap::new();
    for one in definitions.uses().iter().filter(|one| !company.is_cross_cutting(one.used)) {
        let entry = pairs.entry((one.user, one.used)).or_insert((0.0, 0));
        entry.0 = entry.0.max(price(definitions, one));
        entry.1 += 1;
    }
    let sum = |(highest, count): (f64, u32)| highest * (1.0 + f64::from(count).ln() * 0.5);
    pairs.into_iter().map(|((user, used), entry)| (user, used, sum(entry))).collect()
}

/// What it costs to part private helpers and values from those who use them, in either direction.
pub(super) fn bonds(company: &Company<'_>) -> Vec<(usize, usize, f64)> {
    let definitions = company.definitions();
    let mut found = Vec::new();
    for (index, definition) in definitions.list().iter().enumerate() {
        let Some(statement) = definitions.statement(index) else { continue };
        let is_private = statement.binds.iter().all(|name| name.starts_with('_'));
        let (price, only_here) = match statement.kind {
            StatementKind::Function if is_private => (weights::PRICE_HELPER, true),
            StatementKind::Function | StatementKind::Class => continue,
            _ => (weights::PRICE_VALUE, false),
        };
        let users: BTreeSet<usize> = company
            .users(index)
            .iter()
            .map(|one| one.user)
            .filter(|user| !only_here || definitions.list()[*user].module == definition.module)
            .collect();
        let share = price / f64::from(u32::try_from(users.len()).unwrap_or(u32::MAX));
        for user in users {
            found.push((index, user, share));
            found.push((user, index, share));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Entry, RelPath};
    use crate::workspace::Tree;

    /// The layer of each definition of a service that consists of these files.
    fn layers(files: &[(&str, &str)]) -> BTreeMap<String, Option<Layer>> {
        let entry = |(path, text): &(&str, &str)| {
            (RelPath::new(*path).unwrap(), Entry::file(text.as_bytes()))
        };
        let tree: Tree = files.iter().map(entry).collect();
        let service = PythonService::read(&tree, None, "shop");
        let verdicts = weigh(&service, |module| service.below(module).to_owned());
        let layer = |one: &Verdict| (one.names.join(" "), one.layer);
        verdicts.iter().map(layer).collect()
    }

    #[test]
    fn one_file_holds_four_layers() {
        let found = layers(&[(
            "main.py",
            "import httpx\nfrom fastapi import FastAPI\nfrom pydantic import BaseModel\n\
             app = FastAPI()\n\n\
             class OutOfStock(Exception):\n    pass\n\n\
             class OrderRequest(BaseModel):\n    name: str\n\n\
             def price(count):\n    return count * 3\n\n\
             async def fetch_stock(name):\n    return httpx.get(name)\n\n\
             @app.post('/orders')\nasync def order(request: OrderRequest):\n    return price(1)\n",
        )]);

        assert_eq!(found["OutOfStock"], Some(Layer::Domain));
        assert_eq!(found["price"], Some(Layer::Domain));
        assert_eq!(found["fetch_stock"], Some(Layer::Infrastructure));
        assert_eq!(found["OrderRequest"], Some(Layer::Presentation));
        assert_eq!(found["order"], Some(Layer::Presentation));
    }

    #[test]
    fn a_request_that_is_handed_on_to_other_code_is_a_data_model() {
        let found = layers(&[
            (
                "models.py",
                "from pydantic import BaseModel\n\nclass Scan(BaseModel):\n    a: int\n\n\
              class ScanRequest(BaseModel):\n    a: int\n",
            ),
            (
                "runner.py",
                "from models import Scan, ScanRequest\n\nclass Runner:\n    \
              async def run(self, request: ScanRequest) -> Scan:\n        return Scan(a=1)\n",
            ),
        ]);

        assert_eq!(found["ScanRequest"], Some(Layer::Domain));
        assert_eq!(found["Runner"], Some(Layer::Application));
    }

    #[test]
    fn what_only_routes_depend_on_is_presentation() {
        let found = layers(&[(
            "db.py",
            "from fastapi import Depends, FastAPI\nfrom sqlalchemy.orm import sessionmaker\n\
             SessionLocal = sessionmaker()\napp = FastAPI()\n\n\
             def get_db():\n    yield SessionLocal()\n\n\
             @app.get('/')\ndef all(db=Depends(get_db)):\n    return db.all()\n",
        )]);

        assert_eq!(found["SessionLocal"], Some(Layer::Infrastructure));
        assert_eq!(found["get_db"], Some(Layer::Presentation));
    }

    #[test]
    fn a_class_goes_no_further_in_than_its_base() {
        let found = layers(&[(
            "tools.py",
            "import aiohttp\n\nclass Tool:\n    async def ask(self, url):\n        \
             return await aiohttp.ClientSession().get(url)\n\n\
             class Summary(Tool):\n    def short(self, text):\n        return text[:9]\n",
        )]);

        assert_eq!(found["Tool"], Some(Layer::Infrastructure));
        assert_eq!(found["Summary"], Some(Layer::Infrastructure));
    }

    #[test]
    fn settings_loggers_and_the_application_have_no_layer() {
        let found = layers(&[(
            "main.py",
            "import logging\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\n\
             log = logging.getLogger('shop')\napp = FastAPI()\n\n\
             class Settings(BaseSettings):\n    port: int = 1\n",
        )]);

        assert!(found.values().all(Option::is_none), "{found:?}");
    }
}
