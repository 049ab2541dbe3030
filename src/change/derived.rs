//! What was read out of something that does not change, kept beside it.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};

/// Values that are made once and asked for often, each by its type.
#[derive(Default)]
pub struct Derived(Mutex<Vec<Arc<dyn Any + Send + Sync>>>);

impl Derived {
    /// What `make` returns: made at the first call for a type, kept for later ones. `fits` says
    /// whether a value that is there is the wanted one (when it depends on more than its type).
    pub fn get<T: Any + Send + Sync>(
        &self,
        fits: impl Fn(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let known = {
            let derived = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let mut values = derived.iter().filter_map(|value| value.clone().downcast::<T>().ok());
            values.find(|value| fits(value))
        };
        known.unwrap_or_else(|| {
            let made = Arc::new(make());
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(made.clone());
            made
        })
    }
}
