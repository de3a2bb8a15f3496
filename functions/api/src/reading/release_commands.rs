//! The common parts of an organiser's commands on a release: the release, the caller and the
//! reason.

use waitlist_domain::values::identifier::ReleaseId;
use waitlist_domain::values::mandate::Mandate;
use waitlist_runtime::http::callers::Caller;

use crate::reading::commands::read_reason;
use waitlist_domain::values::label::Label;
use waitlist_runtime::input::Input;

/// Reads the release's id and the reason.
pub fn read(input: &mut Input) -> Option<(ReleaseId, Option<Label>)> {
    let id = input.path("releaseId", ReleaseId::parse);
    let why = read_reason(&mut input.body);
    Some((id?, why?))
}

/// The release's id, and the mandate to change it.
pub fn command(caller: &Caller, (id, why): (ReleaseId, Option<Label>)) -> (ReleaseId, Mandate) {
    (id, Mandate { why, ..caller.mandate() })
}
