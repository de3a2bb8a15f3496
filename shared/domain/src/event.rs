//! Events: what people wait for, and the rules their waitlist follows.

pub mod access_code;
#[cfg(test)]
mod by_example;
pub mod checkout_address;
pub mod details;
#[cfg(test)]
pub(crate) mod example;
pub mod join_challenge;
pub mod lifetimes;
pub mod reminder;
pub mod retention;

use serde::{Deserialize, Serialize};

use crate::event::access_code::TierClaim;
use crate::event::details::Details;
use crate::event::join_challenge::{JoinChallenge, SolvedChallenge, Work};
use crate::event::reminder::ReminderAt;
use crate::event::retention::Retention;
use crate::form::Form;
use crate::line::fit::Fit;
use crate::line::lane::Lane;
use crate::line::moved_up::MovedUpAt;
use crate::line::order::Order;
use crate::line::release::Pace;
use crate::values::default_values::is_default;
use crate::values::identifier::{EventId, LineId, TicketTypeId, TierId};
use crate::values::label::Label;
use crate::values::language::LanguageTag;
use crate::values::quantity::Quantity;
use crate::values::time::{Timestamp, Window};
use crate::values::whole::whole;
use crate::values::words::words;
use crate::{FieldError, Refusal};

/// Most ticket types of an event. A change writes the event and two items for each line, old or
/// new, in one transaction of at most 100 items.
pub const MOST_TICKET_TYPES: usize = 24;

/// The detail for a new ticket type without a capacity.
pub const CAPACITY_REQUIRED: &str = "is required for a ticket type that the event does not have yet";

whole! {
    /// The most entries that may wait in a line.
    pub struct MaxSize(u64) = 1..=10_000_000;
}

whole! {
    /// After so many offers of a line within 24 hours a person may not join it.
    pub struct MaxOffers(u64) = 1..=100;
}

whole! {
    /// The most places in an event that a person may have.
    pub struct MaxPlaces(u64) = 1..=100;
}

words! {
    /// The callers that may join a line.
    pub enum JoinAccess {
        /// Anyone.
        Public = "public",
        /// Callers with an API key, for a customer.
        Trusted = "trusted",
    }
}

words! {
    /// What a join without an API key must prove before anything is offered to it.
    #[derive(Default)]
    pub enum Proof {
        /// That the customer reads the mail to the address.
        #[default]
        Email = "email",
        /// Nothing.
        None = "none",
    }
}

/// The rules of an event's lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitlistRules {
    pub join_access: JoinAccess,
    /// What a join without an API key must solve, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join_challenge: Option<JoinChallenge>,
    #[serde(default)]
    pub proof: Proof,
    /// The time to confirm an address. An entry that nobody confirms by then ends.
    #[serde(default = "usual_time_to_confirm")]
    pub confirm_within: Window,
    /// Most confirmed entries in a line. As many may wait for their confirmation beside them.
    pub max_size: u64,
    /// Most seats that one entry may ask for.
    pub max_quantity: Quantity,
    /// Most offers of a line to one person within 24 hours.
    #[serde(default = "usual_max_offers")]
    pub max_offers: MaxOffers,
    /// Most places of one person in the event, over ticket types and attendees.
    #[serde(default = "usual_max_places")]
    pub max_places: MaxPlaces,
    /// Whether a mailbox has each place once only, even if a sales system joins for others by it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_place_per_mailbox: bool,
    /// The time to claim an offer.
    pub notification_window: Window,
    /// The time to pay after a claim. Without one a claim is a sale.
    pub purchase_window: Option<Window>,
    /// When unclaimed offers are reminded of. Without it they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminder_at: Option<ReminderAt>,
    /// The positions at which customers hear that they moved up.
    #[serde(default)]
    pub moved_up_at: MovedUpAt,
    #[serde(default)]
    pub order: Order,
    /// What happens to free seats that are too few for the head of the line.
    #[serde(default)]
    pub fit: Fit,
    /// The pace of releases that name none. Without it all seats come at once.
    #[serde(default)]
    pub pace: Option<Pace>,
    /// The questions to those who join.
    #[serde(default, skip_serializing_if = "Form::is_empty")]
    pub form: Form,
    /// How long the personal data of entries are kept after the event's start.
    #[serde(default = "Retention::usual")]
    pub retention: Retention,
}

fn usual_max_offers() -> MaxOffers {
    MaxOffers::parse(3).expect("the usual number is in range")
}

fn usual_time_to_confirm() -> Window {
    Window::parse("24 hours").expect("the usual window is a window")
}

fn usual_max_places() -> MaxPlaces {
    MaxPlaces::parse(5).expect("the usual number is in range")
}

impl WaitlistRules {
    /// The rules of an event whose organiser names none.
    pub fn usual() -> Self {
        let window = |text| Window::parse(text).expect("the usual windows are windows");
        Self {
            join_access: JoinAccess::Public,
            join_challenge: None,
            proof: Proof::default(),
            confirm_within: usual_time_to_confirm(),
            max_size: 10_000,
            max_quantity: Quantity::parse(4).expect("the usual quantity is in range"),
            max_offers: usual_max_offers(),
            max_places: usual_max_places(),
            one_place_per_mailbox: false,
            notification_window: window("24 hours"),
            purchase_window: Some(window("2 hours")),
            reminder_at: ReminderAt::usual(&window("24 hours")),
            moved_up_at: MovedUpAt::default(),
            order: Order::Fifo,
            fit: Fit::Strict,
            pace: None,
            form: Form::default(),
            retention: Retention::usual(),
        }
    }

    /// Whether a newcomer in this lane may be offered seats that suit no earlier entry.
    pub fn may_overtake(&self, lane: &Lane) -> bool {
        // Nobody is served from the pool before the draw. The draw then has the line looked at.
        *lane != Lane::Pool && (self.fit.lets_overtake() || self.order.may_be_served_before_others(lane))
    }
}

/// A kind of interchangeable seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketType {
    pub id: TicketTypeId,
    pub name: Label,
}

/// An event as the organiser configured it. Its seats are in [`crate::line::seats::Seats`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    /// Grows with every change, so that a write by a stale copy is noticed.
    pub version: u64,
    pub name: Label,
    /// The start. From then on nobody joins and nothing is offered.
    pub starts_at: Timestamp,
    /// The IANA name of the time zone for deadlines in messages.
    pub time_zone: String,
    /// The language of messages to customers who named none that we speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<LanguageTag>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub details: Details,
    /// At least one.
    pub ticket_types: Vec<TicketType>,
    pub rules: WaitlistRules,
}

impl Event {
    /// Whether the event has begun.
    pub fn is_closed(&self, now: Timestamp) -> bool {
        self.starts_at <= now
    }

    /// The ticket type with this id.
    pub fn ticket_type(&self, id: &TicketTypeId) -> Option<&TicketType> {
        self.ticket_types.iter().find(|ticket_type| ticket_type.id == *id)
    }

    /// Whether a ticket type needs a capacity in a request: only if the `stored` event does not
    /// have it yet. [`CAPACITY_REQUIRED`] says so.
    pub fn needs_capacity(stored: Option<&Self>, id: &TicketTypeId) -> bool {
        stored.is_none_or(|event| event.ticket_type(id).is_none())
    }

    /// The line of this ticket type, which a body named.
    pub fn line(&self, id: &TicketTypeId) -> Result<LineId, Refusal> {
        self.find_line(id, "/ticketTypeId").map_err(|unknown| Refusal::Invalid(vec![unknown]))
    }

    /// The line of this ticket type, which a path or query named.
    pub fn line_by_parameter(&self, id: &TicketTypeId) -> Result<LineId, Refusal> {
        self.find_line(id, "ticketTypeId").map_err(|unknown| Refusal::Invalid(vec![unknown]))
    }

    fn find_line(&self, id: &TicketTypeId, pointer: &str) -> Result<LineId, FieldError> {
        if self.ticket_type(id).is_some() {
            Ok(LineId { event_id: self.id.clone(), ticket_type_id: id.clone() })
        } else {
            Err(FieldError::new(pointer, "must be one of the event's ticket types"))
        }
    }

    /// The lines of all ticket types, in order.
    pub fn lines(&self) -> impl Iterator<Item = LineId> {
        self.ticket_types
            .iter()
            .map(|ticket_type| LineId { event_id: self.id.clone(), ticket_type_id: ticket_type.id.clone() })
    }

    /// Whether a public join without an attendee may leave the places of its person uncounted.
    ///
    /// A person has one such place for each ticket type. So they can't exceed `max_places` by these
    /// alone.
    pub fn leaves_places_uncounted(&self) -> bool {
        !self.rules.one_place_per_mailbox && self.ticket_types.len() as u64 <= self.rules.max_places.get()
    }

    /// Whether joins come in by this caller. `trusted`: it has an API key.
    pub fn check_access(&self, trusted: bool) -> Result<(), Refusal> {
        match self.rules.join_access {
            JoinAccess::Trusted if !trusted => {
                Err(Refusal::Forbidden("this event takes joins only from callers with an API key"))
            }
            JoinAccess::Trusted | JoinAccess::Public => Ok(()),
        }
    }

    /// The solution that a join uses up. Nothing if the event or the caller needs none.
    pub fn challenge_to_use<'join>(
        &self,
        work: &'join Work,
        is_public: bool,
    ) -> Result<Option<&'join SolvedChallenge>, Refusal> {
        match (self.rules.join_challenge.filter(|_| is_public), work) {
            (None, _) => Ok(None),
            (Some(JoinChallenge::Work), Work::Missing) => Err(Refusal::ChallengeRequired),
            (Some(JoinChallenge::Work), Work::Bad(bad)) => Err((*bad).into()),
            (Some(JoinChallenge::Work), Work::Solved(solved)) => Ok(Some(solved)),
        }
    }

    /// The line and the tier of a new entry. The refusal names everything that is wrong.
    pub fn check_join(
        &self,
        id: &TicketTypeId,
        tier: TierClaim<'_>,
        quantity: Quantity,
        now: Timestamp,
    ) -> Result<(LineId, Option<TierId>), Refusal> {
        let most = self.rules.max_quantity;
        let too_many = (quantity > most).then(|| {
            let detail = format!("must be at most {}, the most seats one entry may ask for", most.get());
            FieldError::new("/quantity", detail)
        });
        match (self.find_line(id, "/ticketTypeId"), self.claimed_tier(tier), too_many) {
            (Ok(line), Ok(tier), None) if !self.is_closed(now) => Ok((line, tier)),
            (Ok(_), Ok(_), None) => Err(Refusal::WaitlistClosed),
            (line, tier, too_many) => {
                Err(Refusal::Invalid(line.err().into_iter().chain(tier.err()).chain(too_many).collect()))
            }
        }
    }

    fn claimed_tier(&self, claim: TierClaim<'_>) -> Result<Option<TierId>, FieldError> {
        match claim {
            TierClaim::None => self.find_tier(None),
            TierClaim::Named(tier) => self.find_tier(Some(tier)),
            TierClaim::ByCode(tier) => {
                let tier = tier.ok_or_else(access_code::refused)?;
                self.find_tier(Some(tier)).map_err(|_| access_code::refused())
            }
        }
    }

    /// The named tier, or else the usual one.
    pub fn find_tier(&self, named: Option<&TierId>) -> Result<Option<TierId>, FieldError> {
        let Some(named) = named else { return Ok(self.rules.order.usual_tier()) };
        self.check_tier(named, "/tier")?;
        Ok(Some(named.clone()))
    }

    /// Whether the event has this tier. The complaint names the field or parameter at `pointer`.
    pub fn check_tier(&self, named: &TierId, pointer: &str) -> Result<(), FieldError> {
        let tiers = self.rules.order.tiers();
        if tiers.contains(&named) {
            return Ok(());
        }
        let names: Vec<&str> = tiers.into_iter().map(TierId::as_str).collect();
        let detail = if names.is_empty() {
            "must be left out: this event has no tiers".to_owned()
        } else {
            format!("must be one of the event's tiers: {}", names.join(", "))
        };
        Err(FieldError::new(pointer, detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::join_challenge::BadSolution;
    use crate::line::order::WeightedTier;
    use crate::values::credential::SecretHash;

    fn tier(name: &str) -> TierId {
        TierId::parse(name).expect("valid")
    }

    #[test]
    fn a_newcomer_may_overtake_where_the_fit_or_a_better_tier_lets_them() {
        let strict = WaitlistRules::usual();
        assert!(!strict.may_overtake(&Lane::Common));
        let skip = WaitlistRules { fit: Fit::Skip { max_passes: 3.try_into().expect("some") }, ..strict.clone() };
        assert!(skip.may_overtake(&Lane::Common));
        let order = Order::Priority { tiers: vec![tier("vip"), tier("general")] };
        let priority = WaitlistRules { order, ..strict.clone() };
        assert!(priority.may_overtake(&Lane::Tier(tier("vip"))));
        assert!(!priority.may_overtake(&Lane::Tier(tier("general"))));
        let weighted = ["vip", "general"].map(|id| WeightedTier { id: tier(id), weight: 2.try_into().expect("some") });
        let weighted = WaitlistRules { order: Order::Weighted { tiers: weighted.into() }, ..strict };
        assert!(weighted.may_overtake(&Lane::Tier(tier("general"))));
        let order = Order::Lottery { tiers: Vec::new(), draw_at: Timestamp::from_milliseconds(1) };
        assert!(!WaitlistRules { order, ..skip }.may_overtake(&Lane::Pool));
    }

    fn event(join_challenge: Option<JoinChallenge>) -> Event {
        Event {
            id: EventId::parse("camp").expect("valid"),
            version: 1,
            name: Label::parse("Camp").expect("valid"),
            starts_at: Timestamp::from_milliseconds(1_800_000_000_000),
            time_zone: "America/New_York".to_owned(),
            locale: None,
            details: Details::default(),
            ticket_types: Vec::new(),
            rules: WaitlistRules { join_challenge, ..WaitlistRules::usual() },
        }
    }

    fn solved() -> SolvedChallenge {
        SolvedChallenge { id: SecretHash::of("a signature"), ends_at: Timestamp::from_milliseconds(1) }
    }

    const BAD: [BadSolution; 3] = [BadSolution::Wrong, BadSolution::Expired, BadSolution::Used];

    #[test]
    fn a_join_without_a_key_uses_up_a_solution_where_the_event_asks_for_one() {
        let asking = event(Some(JoinChallenge::Work));
        assert_eq!(asking.challenge_to_use(&Work::Solved(solved()), true), Ok(Some(&solved())));
        assert_eq!(asking.challenge_to_use(&Work::Missing, true), Err(Refusal::ChallengeRequired));
        for bad in BAD {
            assert_eq!(asking.challenge_to_use(&Work::Bad(bad), true), Err(bad.into()));
        }
    }

    #[test]
    fn a_key_needs_no_solution_and_an_event_need_not_ask_for_one() {
        for work in BAD.map(Work::Bad).into_iter().chain([Work::Missing, Work::Solved(solved())]) {
            assert_eq!(event(Some(JoinChallenge::Work)).challenge_to_use(&work, false), Ok(None));
            assert_eq!(event(None).challenge_to_use(&work, true), Ok(None));
        }
    }
}
