//! The settings of the stack, for all its events.

pub mod get_settings;
pub mod put_settings;

use waitlist_domain::Refusal;
use waitlist_runtime::http::callers::Caller;

/// Refuses a key for some events: the settings are of all events.
fn check_scope(caller: &Caller) -> Result<(), Refusal> {
    if caller.scope().is_all() {
        return Ok(());
    }
    Err(Refusal::Forbidden("the settings are for all events, and this API key is for some: use a key for all events"))
}
