//! `POST /api/waitlist/join`: a customer joins a line, by themselves or through a sales system.

use waitlist_domain::entry::Entry;
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::event::Event;
use waitlist_domain::event::access_code::{self, AccessCode};
use waitlist_domain::event::join_challenge::{BadSolution, Work};
use waitlist_domain::form::answers::GivenAnswers;
use waitlist_domain::line::order::StandingInLine;
use waitlist_domain::values::attendee::AttendeeName;
use waitlist_domain::values::contact::{EmailAddress, PersonName, PhoneNumber};
use waitlist_domain::values::credential::Token;
use waitlist_domain::values::identifier::{
    AttendeeId, CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId, TierId,
};
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::scope::Scope;
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::http::callers::{Caller, VIEWERS_ONLY_READ};
use waitlist_runtime::http::idempotency::Mint;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::{Fields, Input};
use waitlist_store::commands::join_challenges::ChallengeSigning;
use waitlist_store::commands::join_limits::JoinLimits;
use waitlist_store::commands::joining::{Join, Joined, Joins, StandIn};
use waitlist_store::queries::entries::Entries;
use waitlist_store::{StoredEntry, Table};

use crate::challenges::Solution;
use crate::reading::given_answers::read_answers;
use crate::reading::wishes::{read_channels, read_minimum};
use crate::views::entries::EntryView;

/// Why a public caller is refused who names a customer.
const NAMED_CUSTOMER: &str = "only an API key may name the customer: leave customerId out";

/// What joining may touch. It lives as long as the warm function, because it caches events.
#[derive(Debug, Clone)]
pub struct Ports {
    table: Table,
    signing: ChallengeSigning,
    joins: Joins,
    entries: Entries,
    limits: JoinLimits,
}

impl Ports {
    /// The ports of joining over `table`. A source may make so many joins without a key within an
    /// hour.
    pub fn new(table: &Table, joins_per_source: u64) -> Self {
        Self {
            table: table.clone(),
            signing: ChallengeSigning::new(table),
            joins: Joins::new(table),
            entries: Entries::new(table),
            limits: JoinLimits::new(table, joins_per_source),
        }
    }

    /// The ports for a caller to whom only the events of this scope exist.
    pub(crate) fn within(&self, scope: Scope) -> Self {
        let ports = self.clone();
        Self { joins: ports.joins.within(scope.clone()), entries: ports.entries.within(scope), ..ports }
    }

    /// The work that a caller without a key shows.
    async fn work(&self, solution: Option<&Solution>) -> Result<Work, Error> {
        let Some(solution) = solution else { return Ok(Work::Missing) };
        match self.signing.key().await? {
            Some(key) => solution.check(&key, self.table.now()),
            None => Ok(Work::Bad(BadSolution::Wrong)),
        }
    }
}

/// Handles a request.
pub async fn handle(ports: &Ports, call: Call) -> Result<Reply, Error> {
    let Ports { joins, entries, limits, .. } = ports;
    let trusted = call.caller.is_trusted();
    check_caller(&call)?;
    let mandate = call.caller.mandate();
    let entry_id = EntryId::from_bits(call.mint.bits());
    let mut wish = call.input.read(|input| read_by(input, trusted))?;
    let source = call.source.filter(|_| !trusted);
    let solution = wish.solution.take().filter(|_| !trusted);
    let (join, token) = wish.into_join(entry_id, &call.mint, !trusted);
    let joins = &joins.acting_as(mandate);
    let check = |event: &Event| event.check_access(trusted);
    let counting = limits.count_join(source.as_ref(), join.access_code.is_some());
    let prefetched = joins.prefetch_during(counting, &join, check).await?;
    let join = Join { work: ports.work(solution.as_ref()).await?, ..join };
    match joins.join_with(prefetched, &join, check).await {
        Ok(Joined::New(entry, standing)) => Ok(created(&entry, Some(standing))?.with_token(token)),
        // An earlier run of this request made the entry, and its response got lost.
        Ok(Joined::Existing(stored)) if stored.entry.token_hash == token.hash() => {
            Ok(entry_reply(201, entries, &stored).await?.with_token(token))
        }
        Ok(Joined::Existing(stored)) if trusted => entry_reply(200, entries, &joins.vouch_for(*stored).await?).await,
        Ok(Joined::Existing(stored)) => {
            let StandIn { entry, standing, token } = joins.stand_in(&join, &token, &stored).await?;
            Ok(created(&entry, Some(standing))?.with_token(token))
        }
        Err(Error::Refused(refusal)) => match earlier_entry(ports, &join, &refusal, &call.mint).await? {
            Some(stored) if stored.entry.token_hash == token.hash() => {
                Ok(entry_reply(201, entries, &stored).await?.with_token(token))
            }
            Some(stored) if trusted => entry_reply(200, entries, &stored).await,
            stored => {
                if access_code::is_refused_in(&refusal) {
                    limits.count_wrong_code(source.as_ref()).await?;
                }
                // As anybody's join is refused, so that nobody learns who waits.
                if let Some(stored) = stored {
                    joins.send_link_again(&stored).await?;
                }
                Err(refusal.into())
            }
        },
        Err(error) => Err(error),
    }
}

fn created(entry: &Entry, standing: Option<StandingInLine>) -> Result<Reply, Error> {
    Reply::created(&EntryView::new(entry, standing))
}

/// Refuses a caller who may not join, and a public caller who says what only a key may say.
fn check_caller(call: &Call) -> Result<(), Refusal> {
    let names = |field| !call.caller.is_trusted() && call.input.body.names(field);
    let reason = match &call.caller {
        Caller::Token(_) => "a customer's token is for the entry it came with, not for joining",
        caller if caller.is_viewer() => VIEWERS_ONLY_READ,
        _ if names("customerId") => NAMED_CUSTOMER,
        _ if names("tier") => "only an API key may name the customer's tier: leave tier out",
        _ => return Ok(()),
    };
    Err(Refusal::Forbidden(reason))
}

pub(crate) struct Wish {
    event_id: EventId,
    ticket_type_id: TicketTypeId,
    tier: Option<TierId>,
    access_code: Option<AccessCode>,
    applicant: Applicant<GivenAnswers>,
    customer_id: Option<CustomerId>,
    attendee_id: Option<AttendeeId>,
    solution: Option<Solution>,
}

/// Reads the request, for the description of the route: only some callers send the customer's id.
#[cfg(feature = "openapi")]
pub(crate) fn read(input: &mut Input) -> Option<Wish> {
    let wish = read_by(input, false);
    input.body.optional_text("customerId", CustomerId::parse).and(wish)
}

fn read_by(input: &mut Input, trusted: bool) -> Option<Wish> {
    let body = &mut input.body;
    let event_id = body.text("eventId", EventId::parse);
    let ticket_type_id = body.text("ticketTypeId", TicketTypeId::parse);
    let names_tier = body.names("tier");
    let tier = body.optional_text("tier", TierId::parse);
    let access_code = read_access_code(body, names_tier);
    let quantity = body.optional_whole("quantity", Quantity::parse);
    let quantity = quantity.map(|quantity| quantity.unwrap_or(Quantity::ONE));
    let minimum = body.optional_whole("minQuantity", |count| read_minimum(count, quantity));
    let name = body.text("name", PersonName::parse);
    let email = body.text("email", EmailAddress::parse);
    let phone = body.optional_text("phone", PhoneNumber::parse);
    let locale = body.optional_text("locale", LanguageTag::parse);
    let channels = read_channels(body, phone == Some(None));
    let answers = read_answers(body);
    let customer_id = if trusted {
        body.text("customerId", CustomerId::parse).map(Some)
    } else {
        body.absent("customerId", NAMED_CUSTOMER).map(|()| None)
    };
    let attendee = body.optional_text("attendeeId", AttendeeName::parse);
    let solution = body.optional_text("challenge", Solution::parse);
    let attendee = attendee?;
    Some(Wish {
        event_id: event_id?,
        ticket_type_id: ticket_type_id?,
        tier: tier?,
        access_code: access_code?,
        applicant: Applicant {
            name: name?,
            email: email?,
            // Anybody may join with anybody's number.
            is_phone_unproven: !trusted && phone.as_ref().is_some_and(Option::is_some),
            phone: phone?,
            attendee_name: attendee.clone().and_then(AttendeeName::beside_its_id),
            locale: locale?,
            chosen_channels: channels?,
            answers: answers?,
            quantity: quantity?,
            minimum: minimum?,
        },
        customer_id: customer_id?,
        attendee_id: attendee.as_ref().map(AttendeeName::id),
        solution: solution?,
    })
}

/// Reads the access code, which replaces a tier. A malformed code gets the refusal of an unknown
/// code.
fn read_access_code(body: &mut Fields, names_tier: bool) -> Option<Option<AccessCode>> {
    body.optional_text("accessCode", |text| match AccessCode::parse(text) {
        _ if names_tier => Err("must be left out where tier is named".to_owned()),
        Ok(code) => Ok(code),
        Err(_) => Err(access_code::refused().detail),
    })
}

impl Wish {
    /// The join before its work is checked, and the token that will prove the customer.
    fn into_join(self, entry_id: EntryId, mint: &Mint, is_public: bool) -> (Join, Token) {
        let line = LineId { event_id: self.event_id, ticket_type_id: self.ticket_type_id };
        let customer_id = self.customer_id.unwrap_or_else(|| self.applicant.email.customer_id());
        let place = PlaceId { customer_id, line, attendee_id: self.attendee_id };
        let token = mint.token(&place.tag());
        let join = Join {
            place,
            tier: self.tier,
            access_code: self.access_code,
            is_public,
            work: Work::Missing,
            applicant: self.applicant,
            token_hash: token.hash(),
            entry_id,
        };
        (join, token)
    }
}

/// Whether nothing is wrong but the access code. The customer's own joining may have used it up.
fn is_about_the_code(refusal: &Refusal) -> bool {
    *refusal == Refusal::Invalid(vec![access_code::refused()])
}

/// The entry that a customer already has, where the refusal only keeps new customers out.
///
/// If the solution of a challenge is not accepted, only an earlier run of this request counts. Its
/// solution may have expired since.
async fn earlier_entry(
    ports: &Ports,
    join: &Join,
    refusal: &Refusal,
    mint: &Mint,
) -> Result<Option<StoredEntry>, Error> {
    let is_own = |stored: &StoredEntry| stored.entry.token_hash == join.token_hash;
    if matches!(refusal, Refusal::ChallengeRequired | Refusal::ChallengeFailed { .. }) {
        let stored = if mint.may_mint_again() { ports.entries.at(&join.place).await? } else { None };
        return Ok(stored.filter(is_own));
    }
    let about_the_line = matches!(
        refusal,
        Refusal::WaitlistFull { .. }
            | Refusal::WaitlistClosed
            | Refusal::JoiningPaused
            | Refusal::TicketsAvailable
            | Refusal::Forbidden(_)
    );
    if !about_the_line && !is_about_the_code(refusal) {
        return Ok(None);
    }
    let keeps = |stored: &StoredEntry| is_own(stored) || !stored.may_rejoin();
    match ports.entries.at(&join.place).await?.filter(keeps) {
        None if join.is_public => ports.joins.holder(join).await,
        found => Ok(found),
    }
}

async fn entry_reply(status: u16, entries: &Entries, stored: &StoredEntry) -> Result<Reply, Error> {
    let standings = entries.standings([&stored.entry]).await?;
    Reply::new(status, &EntryView::new(&stored.entry, standings.into_iter().flatten().next()))
}
