//! What an organiser's commands on a release have in common: which one, who gives it, and why.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::ReleaseId;
use waitlist_domain::values::mandate::Mandate;
use waitlist_runtime::http::Call;

use crate::reading::commands::read_reason;

/// The release that is meant, and the mandate to change it.
pub fn read(call: Call) -> Result<(ReleaseId, Mandate), Error> {
    let Call { caller, input, .. } = call;
    let (id, why) = input.read(|input| {
        let id = input.path("releaseId", ReleaseId::parse);
        let why = read_reason(&mut input.body);
        Some((id?, why?))
    })?;
    Ok((id, Mandate { why, ..caller.mandate() }))
}
