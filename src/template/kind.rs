//! The kinds of services that the binary has templates for.

/// What a generated service is there for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ServiceKind {
    /// Answers requests about an aggregate.
    #[default]
    Api,
    /// As [`ServiceKind::Api`], with a contract that other services depend on.
    Crud,
    /// One way in to every other service.
    Gateway,
    /// Consumes events.
    Worker,
    /// Does jobs at their times.
    Scheduler,
}

impl ServiceKind {
    /// The embedded template.
    pub(super) fn template(self) -> &'static str {
        match self {
            Self::Api | Self::Crud => "service",
            Self::Gateway => "gateway",
            Self::Worker => "worker",
            Self::Scheduler => "scheduler",
        }
    }

    /// The features of a request: what the kind is made of is added to what is asked for.
    pub fn features(self, asked: Option<Vec<String>>) -> Option<Vec<String>> {
        if self != Self::Crud {
            return asked;
        }
        let mut features = asked.unwrap_or_else(|| vec!["database".into()]);
        features.retain(|name| name != "none");
        if !features.iter().any(|name| name == "contract") {
            features.push("contract".into());
        }
        Some(features)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crud_service_always_has_its_contract() {
        let names = |asked: Option<&[&str]>| {
            let asked = asked.map(|names| names.iter().map(ToString::to_string).collect());
            ServiceKind::Crud.features(asked).unwrap()
        };

        assert_eq!(names(None), ["database", "contract"]);
        assert_eq!(names(Some(&["none"])), ["contract"]);
        assert_eq!(names(Some(&["contract", "http"])), ["contract", "http"]);
    }

    #[test]
    fn every_other_kind_leaves_the_features_to_the_template() {
        assert_eq!(ServiceKind::Gateway.features(None), None);
    }
}
