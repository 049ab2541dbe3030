//! The port of the domain behind which something lies that a route hands over.

use super::names::Reader;
use crate::layering::Layer;
use crate::python::Qualified;

impl Reader<'_> {
    /// The class of the domain by which a name of a module is annotated, and its import.
    pub(super) fn port(&self, value: &str) -> Option<(String, String)> {
        let service = self.around.service();
        let (file, name, _) = match value.rsplit_once('.') {
            None => service.definition(self.file, value)?,
            Some((owner, name)) => match service.qualify(self.file, 0, owner) {
                Qualified::Module(module) => service.definition(module, name)?,
                _ => return None,
            },
        };
        let module = service.modules()[file].module()?;
        let binding = module.facts.bindings_of(&name, 0).next()?;
        let rest = module.text()[binding.range.end..].strip_prefix(':')?;
        let annotation = rest.split(['=', '\n']).next()?.trim();
        let (owner, class, is_class) = service.definition(file, annotation)?;
        let path = service.modules()[owner].path.as_str();
        let is_domain = path.starts_with(&self.package.path(Layer::Domain, ""));
        let known = service.names_of(owner);
        let dotted = known.iter().find_map(|known| self.package.dotted(known))?;
        (is_domain && is_class).then(|| (class.clone(), format!("from {dotted} import {class}")))
    }
}
