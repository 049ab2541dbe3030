//! The labels: read, checked against nothing but themselves.

use std::collections::BTreeMap;
use std::fs;

use camino::Utf8Path;
use serde::Deserialize;

/// What a definition was labelled as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Label {
    Domain,
    Application,
    Infrastructure,
    Presentation,
    /// The composition root.
    Root,
    /// Settings.
    Config,
    /// Does not count.
    Any,
}

impl Label {
    /// The word that the label files use.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Application => "application",
            Self::Infrastructure => "infrastructure",
            Self::Presentation => "presentation",
            Self::Root => "root",
            Self::Config => "config",
            Self::Any => "any",
        }
    }

    /// Whether it is one of the four layers.
    pub(crate) fn is_layer(self) -> bool {
        self <= Self::Presentation
    }
}

/// The definitions of one module by label.
#[derive(Debug, Deserialize)]
struct Module {
    /// Why a label was given where another could be defended.
    #[serde(default)]
    because: BTreeMap<String, String>,
    #[serde(flatten)]
    names: BTreeMap<Label, Vec<String>>,
}

/// One file of labels.
#[derive(Debug, Deserialize)]
struct File {
    /// What kind of service it is; the held-out ones were chosen by it.
    #[serde(rename = "kind")]
    _kind: String,
    module: BTreeMap<String, Module>,
}

/// The labels of one service.
#[derive(Debug)]
pub(crate) struct Labelled {
    /// The service's folder name.
    pub(crate) service: String,
    /// `(module below the service, definition) → label`.
    pub(crate) labels: BTreeMap<(String, String), Label>,
}

/// The label files of a folder, by service; folders in it are not entered.
pub(crate) fn read(folder: &Utf8Path) -> Result<Vec<Labelled>, String> {
    let complain = |error: &dyn std::fmt::Display| format!("{folder}: {error}");
    let mut found = Vec::new();
    for entry in folder.read_dir_utf8().map_err(|error| complain(&error))? {
        let path = entry.map_err(|error| complain(&error))?.into_path();
        if path.extension() == Some("toml") {
            let text = fs::read_to_string(&path).map_err(|error| complain(&error))?;
            let service = path.file_stem().unwrap_or_default().to_owned();
            found.push(parse(service, &text).map_err(|error| format!("{path}: {error}"))?);
        }
    }
    found.sort_by(|left, right| left.service.cmp(&right.service));
    Ok(found)
}

fn parse(service: String, text: &str) -> Result<Labelled, String> {
    let file: File = toml_edit::de::from_str(text).map_err(|error| error.to_string())?;
    let mut labels = BTreeMap::new();
    for (path, module) in file.module {
        for (label, names) in module.names {
            for name in names {
                if labels.insert((path.clone(), name.clone()), label).is_some() {
                    return Err(format!("{path}: {name} is labelled twice"));
                }
            }
        }
        for name in module.because.keys() {
            if !labels.contains_key(&(path.clone(), name.clone())) {
                return Err(format!("{path}: a reason for {name}, and no label"));
            }
        }
    }
    Ok(Labelled { service, labels })
}
