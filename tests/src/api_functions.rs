//! The functions of the API in one process, each with a memory of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use waitlist_api::routes::answer_as;
use waitlist_api::serving::Warm;
use waitlist_runtime::http::{Request, Response};

use crate::in_process::as_function;

/// One instance of each API function. It starts when it is first called. As in Lambda, it remembers
/// nothing that another function has read, so it needs the permission to read that itself.
pub struct ApiFunctions {
    start: Box<dyn Fn() -> Warm + Send + Sync>,
    started: Mutex<BTreeMap<String, Warm>>,
}

impl ApiFunctions {
    /// Functions that start over a table of their own: `start` makes a new one each time.
    pub fn new(start: impl Fn() -> Warm + Send + Sync + 'static) -> Self {
        Self { start: Box::new(start), started: Mutex::default() }
    }

    /// The response of a function. Its policy is enforced.
    ///
    /// # Panics
    /// If there is no such function, or its policy does not allow what it does.
    pub async fn answer(&self, function: &str, request: Request) -> Response {
        let warm = self.warm(function);
        as_function(function, answer_as(function, &warm, request)).await
    }

    /// The instance of a function. A copy shares its memory.
    fn warm(&self, function: &str) -> Warm {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.entry(function.to_owned()).or_insert_with(&self.start).clone()
    }
}

impl fmt::Debug for ApiFunctions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ApiFunctions").finish_non_exhaustive()
    }
}
