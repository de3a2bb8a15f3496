//! `POST /api/waitlist/codes/{eventId}`: an organiser creates an access code. Customers join a tier
//! with it.

use waitlist_domain::Error;
use waitlist_domain::event::access_code::{AccessCode, END_HAS_PASSED, MaxUses};
use waitlist_domain::values::identifier::{CodeId, EventId, TierId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::time::Timestamp;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;
use waitlist_store::commands::access_codes::{AccessCodes, WantedCode};

use crate::reading::commands::{mandate, read_reason};
use crate::views::codes::CodeView;

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let Call { caller, input, mint, .. } = call;
    let id = CodeId::from_bits(mint.bits());
    let made = mint.access_code();
    let (wanted, reason) = input.read(|input| read_wanted(input, id, &made, table.now()))?;
    let table = table.acting_as(mandate(&caller, &mint, reason));
    let grant = AccessCodes::new(&table).create(&wanted).await?;
    let reply = Reply::created(&CodeView::new(&grant, table.now()))?;
    // Organisers know the codes they choose. A generated code is shown only in this response.
    Ok(if wanted.code == made { reply.with_code(made) } else { reply })
}

/// Reads the request, for the description of the route.
#[cfg(feature = "openapi")]
pub(crate) fn read(input: &mut Input) -> Option<(WantedCode, Option<Label>)> {
    let made = AccessCode::derive(&[0; 32], "");
    read_wanted(input, CodeId::from_bits([0; 16]), &made, Timestamp::from_milliseconds(0))
}

/// Reads the wanted code. `made` is the generated code that a request without a code gets.
fn read_wanted(
    input: &mut Input,
    id: CodeId,
    made: &AccessCode,
    now: Timestamp,
) -> Option<(WantedCode, Option<Label>)> {
    let mut ends_at = None;
    let wanted = read_well_formed(input, id, made, &mut ends_at);
    // Here a passed end is refused beside other bad fields. If every field is well-formed, the
    // store checks the end together with the event.
    if wanted.is_none() && ends_at.is_some_and(|ends_at| ends_at <= now) {
        return input.body.complain("endsAt", END_HAS_PASSED);
    }
    wanted
}

fn read_well_formed(
    input: &mut Input,
    id: CodeId,
    made: &AccessCode,
    end: &mut Option<Timestamp>,
) -> Option<(WantedCode, Option<Label>)> {
    let event_id = input.path("eventId", EventId::parse);
    let code = input.body.optional_text("code", AccessCode::parse);
    let tier = input.body.text("tier", TierId::parse);
    let max_uses = input.body.whole("maxUses", MaxUses::parse);
    let ends_at = input.body.text("endsAt", Timestamp::parse);
    *end = ends_at;
    let label = input.body.optional_text("label", Label::parse);
    let reason = read_reason(&mut input.body);
    let wanted = WantedCode {
        event_id: event_id?,
        code: code?.unwrap_or_else(|| made.clone()),
        id,
        tier: tier?,
        max_uses: max_uses?,
        ends_at: ends_at?,
        label: label?,
    };
    Some((wanted, reason?))
}
