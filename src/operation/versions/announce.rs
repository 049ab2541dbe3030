//! `Deprecation` and `Link` headers at the old paths, by the shared library.
//!
//! The day is that of the workspace's configuration, else the day on which the step is planned.

use std::time::{SystemTime, UNIX_EPOCH};

use super::super::Note;
use super::super::libraries::usable;
use super::super::web::{Addition, Holder, Web, insertions, outermost, write};
use crate::change::RelPath;
use crate::python::PythonService;
use crate::workspace::{Config, Tree};

/// The middleware.
const CLASS: &str = "DeprecatedPathsMiddleware";
/// What every reason begins with.
const STAYS: &str = "no Deprecation header is added";

/// Adds the middleware to the applications of a service whose routes have got a version.
pub(super) fn announce(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let (insertions, mut notes) = {
        let web = Web::read(tree, &service);
        let apps: Vec<&Holder> = web.apps().filter(|app| !web.is_mounted(&app.owner)).collect();
        let Some(first) = apps.first() else { return Vec::new() };
        if has_it(&web) {
            return Vec::new();
        }
        let path = &web.service.modules()[first.owner.0].path;
        let place = (path, web.line(first.owner.0, first.call.start));
        let needed = ("api", &[("versioning", CLASS)][..]);
        let package = match usable(tree, (folder, config), needed, (STAYS, place)) {
            Ok(package) => package,
            Err(obstacles) => return obstacles,
        };
        let (year, month, day) = since(config);
        let additions: Vec<Addition<'_>> = apps
            .iter()
            .map(|app| Addition {
                app,
                ahead: outermost(&web, app, false),
                imports: vec![
                    format!("from {package}.versioning import {CLASS}"),
                    "from datetime import datetime".to_owned(),
                    "from datetime import timezone".to_owned(),
                ],
                lines: vec![format!(
                    "{}.add_middleware($0, since=$1({year}, {month}, {day}, tzinfo=$2.utc))",
                    app.owner.2
                )],
            })
            .collect();
        let mut notes = Vec::new();
        (insertions(&web, &additions, STAYS, &mut notes), notes)
    };
    notes.extend(write(tree, &mut service, &insertions, STAYS));
    notes
}

fn has_it(web: &Web<'_>) -> bool {
    let mut modules = web.service.modules().iter().filter(|record| !record.is_test);
    modules.any(|record| record.module().is_some_and(|module| module.text().contains(CLASS)))
}

/// Since when the old paths are deprecated.
fn since(config: Option<&Config>) -> (u16, u8, u8) {
    let told = config.and_then(|config| config.migrations.deprecated_since);
    told.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        date(now.as_secs() / 86_400)
    })
}

/// The date of a day since 1970.
fn date(days: u64) -> (u16, u8, u8) {
    let is_leap = |year: u64| {
        (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400)
    };
    let (mut year, mut left) = (1970, days);
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if left < length {
            break;
        }
        left -= length;
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    let small = |number: u64| u8::try_from(number).unwrap_or(1);
    (u16::try_from(year).unwrap_or(1970), small(month), small(left + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_since_1970_is_a_date() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(11_016), (2000, 2, 29));
        assert_eq!(date(20_453), (2025, 12, 31));
        assert_eq!(date(20_454), (2026, 1, 1));
    }
}
