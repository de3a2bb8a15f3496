//! Joining: a number is taken, then the entry is stored under it. Two round trips, whatever the line's length.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use waitlist_domain::entry::{AddressVersions, Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::event::access_code::{self, AccessCode, Grant, TierClaim};
use waitlist_domain::form::answers::{Answers, GivenAnswers};
use waitlist_domain::line::lane::{Lane, LaneId};
use waitlist_domain::line::numbers::Lanes;
use waitlist_domain::line::order::{Order, Standing};
use waitlist_domain::line::turns::Turns;
use waitlist_domain::values::channels::Channels;
use waitlist_domain::values::contact::{EmailAddress, PersonName, PhoneNumber};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{
    AttendeeId, CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId, TierId,
};
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::{Error, Refusal};

use crate::dynamo::expression::Expression;
use crate::dynamo::failure::{TransactionFailure, WriteFailure, put_failure, update_failure};
use crate::dynamo::item::{Item, number};
use crate::dynamo::reading::{Consistency, get_all};
use crate::dynamo::retry::Attempts;
use crate::dynamo::transaction;
use crate::index::position_index::retire;
use crate::items::access_code_item::{find_grant, use_once};
use crate::items::entry_item::{self, StoredEntry, joining_item, stored_entry};
use crate::items::event_item::get_event;
use crate::items::key::Key;
use crate::items::numbers_item::{
    JOINING, POOL_CLOSED_AT, issued_in, joining_from, lanes_from, last_issued_at_in, numbers_from,
};
use crate::items::seats_item::turns_from;
use crate::items::table::Table;

/// How long a join that did not need its number tries to mark it. With this the longest that a join contends is well below
/// the 10 seconds that its function has, and its caller learns of it.
const LONGEST_COURTESY: Duration = Duration::from_secs(3);

/// Most events whose configuration a warm function remembers.
const MOST_EVENTS_REMEMBERED: usize = 1000;

/// A wish to join.
#[derive(Debug, Clone)]
pub struct Join {
    /// The event.
    pub event_id: EventId,
    /// Its ticket type.
    pub ticket_type_id: TicketTypeId,
    /// Who.
    pub customer_id: CustomerId,
    /// For whom, where that is not the customer.
    pub attendee_id: Option<AttendeeId>,
    /// The customer's tier, as a trusted caller names it; nothing where nobody does.
    pub tier: Option<TierId>,
    /// What the customer shows for another tier than the usual one, where nobody names it for them.
    pub access_code: Option<AccessCode>,
    /// Seats wanted.
    pub quantity: Quantity,
    /// The fewest that would do, where that is fewer.
    pub minimum: Option<Quantity>,
    /// The customer's name.
    pub name: PersonName,
    /// Where to write to.
    pub email: EmailAddress,
    /// Where to text to.
    pub phone: Option<PhoneNumber>,
    /// In which language to, if they said so.
    pub locale: Option<LanguageTag>,
    /// By which channels, if they have chosen.
    pub channels: Option<Channels>,
    /// Answers to the event's questions.
    pub answers: GivenAnswers,
    /// What will prove the customer.
    pub token_hash: SecretHash,
    /// The entry's id, should one be made.
    pub entry_id: EntryId,
}

/// What came of a wish to join.
#[derive(Debug, Clone)]
pub enum Joined {
    /// A new place, there.
    New(Box<Entry>, Standing),
    /// The person has a place already.
    Already(Box<StoredEntry>),
}

/// Joining lines.
#[derive(Debug, Clone)]
pub struct Joins {
    table: Table,
    /// Configurations seen lately. Each carries its version, which the write of a number checks, so a stale one costs
    /// another round trip and never a wrong answer.
    events: Arc<Mutex<HashMap<EventId, Event>>>,
}

impl Joins {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), events: Arc::default() }
    }

    /// The same for somebody else, who is noted on the entries that are made.
    pub fn under(&self, mandate: Mandate) -> Self {
        Self { table: self.table.under(mandate), events: Arc::clone(&self.events) }
    }

    /// The event's configuration, for the caller's own checks before joining. Possibly stale: a refusal decided from
    /// it must be decided again from [`Self::fresh_event`].
    pub async fn event(&self, id: &EventId) -> Result<Event, Error> {
        let remembered = self.events.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        match remembered {
            Some(event) => Ok(event),
            None => self.fresh_event(id).await,
        }
    }

    /// The event's configuration as it is stored now.
    pub async fn fresh_event(&self, id: &EventId) -> Result<Event, Error> {
        let event = get_event(&self.table, id).await?;
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() >= MOST_EVENTS_REMEMBERED {
            events.clear();
        }
        events.insert(id.clone(), event.clone());
        Ok(event)
    }

    /// Joins the line, if `check` accepts the event as it is now.
    pub async fn join(&self, join: &Join, check: impl Fn(&Event) -> Result<(), Refusal>) -> Result<Joined, Error> {
        let end = Attempts::end_of_several(&self.table);
        let presented = self.presented(join).await?;
        let (taken, answers) = self.take_number(join, presented.as_ref(), check, end).await?;
        let entry = self.entry(join, &taken, answers);
        let standing = standing_of_newcomer(&self.table, &taken.order, &taken.lane, &taken.lanes).await?;
        let (position, may_overtake) = (standing.position(), taken.may_overtake);
        let put = match presented {
            None => self.put_entry(&entry, position, may_overtake, end).await?,
            Some(presented) => self.put_entry_by_code(&entry, position, may_overtake, presented, end).await?,
        };
        match put {
            Put::Done => Ok(Joined::New(Box::new(entry), standing)),
            // Our own write, whose answer was lost.
            Put::Taken(existing) if existing.entry.id == entry.id && existing.entry.number == entry.number => {
                Ok(Joined::New(Box::new(entry), standing))
            }
            Put::Taken(existing) => {
                self.give_back(&taken).await;
                Ok(Joined::Already(existing))
            }
            Put::CodeRefused => {
                self.give_back(&taken).await;
                Err(Refusal::Invalid(vec![access_code::refused()]).into())
            }
        }
    }

    /// What the access code that comes with a join is good for.
    async fn presented(&self, join: &Join) -> Result<Option<Presented>, Error> {
        let Some(code) = &join.access_code else { return Ok(None) };
        let key = Key::access_code(&join.event_id, &code.hash(&join.event_id));
        Ok(Some(Presented { found: find_grant(&self.table, &key).await?, key }))
    }

    /// A number was not needed. The person's answer does not depend on this, and what is left undone the sweep finds.
    async fn give_back(&self, taken: &TakenNumber) {
        let unused = [taken.number];
        let retiring = retire(&self.table, &taken.lane, &unused);
        if !matches!(tokio::time::timeout(LONGEST_COURTESY, retiring).await, Ok(Ok(()))) {
            tracing::warn!("an unused number is left to the sweep");
        }
    }

    /// Checks the event and takes the next number of its lane, in one write on the line's hot item. With the number come
    /// the answers that the event's questions have taken.
    async fn take_number(
        &self,
        join: &Join,
        presented: Option<&Presented>,
        check: impl Fn(&Event) -> Result<(), Refusal>,
        end: Timestamp,
    ) -> Result<(TakenNumber, Answers), Error> {
        const CONTEXT: &str = "taking a number";
        let mut event = self.event(&join.event_id).await?;
        let mut is_fresh = false;
        // By a clock that is ahead of ours, or before the draw was put off.
        let mut is_too_late = false;
        let mut attempts = Attempts::of_several(&self.table, end);
        loop {
            let now = self.table.now();
            let claim = claim(join, presented, now);
            let may_join = || event.check_join(&join.ticket_type_id, claim, join.quantity, now);
            let with_answers = || event.rules.form.read_with(may_join(), &join.answers);
            let refusal = match check(&event).and_then(|()| with_answers()) {
                Ok((line, answers)) => match self.try_to_take_number(&event, line, is_too_late).await? {
                    Taken::Number(taken) => return Ok((*taken, answers)),
                    Taken::Refused(refusal) => Some(refusal),
                    Taken::EventChanged => None,
                    Taken::PoolClosed => {
                        is_too_late = true;
                        continue;
                    }
                    Taken::Conflict => {
                        if !attempts.another().await {
                            return Err(Error::Busy { context: CONTEXT });
                        }
                        continue;
                    }
                },
                Err(refusal) => Some(refusal),
            };
            let before = event.version;
            if !is_fresh || refusal.is_none() {
                event = self.fresh_event(&join.event_id).await?;
            }
            match refusal {
                Some(refusal) if is_fresh || event.version == before => return Err(refusal.into()),
                _ => is_fresh = true,
            }
        }
    }

    /// Takes a number; in the common lane where it `is_too_late` for the draw.
    async fn try_to_take_number(
        &self,
        event: &Event,
        (line, tier): (LineId, Option<TierId>),
        is_too_late: bool,
    ) -> Result<Taken, Error> {
        const CONTEXT: &str = "taking a number";
        let now = self.table.now();
        let lane = match event.rules.order.lane_of(tier.as_ref(), now) {
            Lane::Pool if is_too_late => Lane::Common,
            lane => lane,
        };
        let lane = line.lane(lane);
        let expression = take_number(&lane.lane, now)
            .when_equal("event_version", event.version)
            .when_equal("open", true)
            .when_absent(JOINING)
            .when_attribute_at_most("next", "limit");
        let expression = if lane.lane == Lane::Pool { expression.when_absent(POOL_CLOSED_AT) } else { expression };
        let request = expression.update(&self.table, Key::numbers(&lane.line)).return_values(ReturnValue::AllNew);
        match request.send().await.map_err(|error| update_failure(CONTEXT, error)) {
            Ok(output) => {
                let lanes = lanes_from(&output.attributes.unwrap_or_default())?;
                let number = lanes.get(&lane.lane).map_or(0, |numbers| numbers.issued);
                let (order, may_overtake) = (event.rules.order.clone(), event.rules.may_overtake(&lane.lane));
                Ok(Taken::Number(Box::new(TakenNumber { lane, tier, number, lanes, order, may_overtake })))
            }
            Err(WriteFailure::Condition(None)) => Ok(Taken::Refused(Refusal::EventNotFound)),
            Err(WriteFailure::Condition(Some(item))) => {
                if number::<u64>(&item, "event_version")? != event.version {
                    return Ok(Taken::EventChanged);
                }
                if !numbers_from(&item)?.open {
                    return Ok(Taken::Refused(Refusal::TicketsAvailable));
                }
                if let Err(refusal) = joining_from(&item)?.check() {
                    return Ok(Taken::Refused(refusal));
                }
                let is_full = number::<u64>(&item, "next")? > number::<u64>(&item, "limit")?;
                if is_full {
                    return Ok(Taken::Refused(Refusal::WaitlistFull { limit: number(&item, "max_size")? }));
                }
                Ok(Taken::PoolClosed)
            }
            Err(WriteFailure::Conflict) => Ok(Taken::Conflict),
            Err(WriteFailure::Other(error)) => Err(error),
        }
    }

    /// Stores the entry, which joins at this position, if it has one, unless the person has a place already.
    async fn put_entry(
        &self,
        entry: &Entry,
        position: Option<u64>,
        may_overtake: bool,
        end: Timestamp,
    ) -> Result<Put, Error> {
        const CONTEXT: &str = "storing an entry";
        let mut attempts = Attempts::of_several(&self.table, end);
        loop {
            let condition = entry_item::may_join(&entry.id);
            let item = joining_item(entry, position, may_overtake, self.table.mandate())?;
            let request = condition.put(&self.table, item);
            match request.send().await.map_err(|error| put_failure(CONTEXT, error)) {
                Ok(_) => return Ok(Put::Done),
                Err(WriteFailure::Condition(existing)) => return Put::taken(existing),
                Err(WriteFailure::Conflict) => {}
                Err(WriteFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }

    /// The same where an access code lets the person in, which is counted in the same write: so it lets in just as many as
    /// it may, whatever happens.
    async fn put_entry_by_code(
        &self,
        entry: &Entry,
        position: Option<u64>,
        may_overtake: bool,
        Presented { key, found }: Presented,
        end: Timestamp,
    ) -> Result<Put, Error> {
        const CONTEXT: &str = "storing an entry by an access code";
        let Some(grant) = found else { return Ok(Put::CodeRefused) };
        let mut attempts = Attempts::of_several(&self.table, end);
        loop {
            let mut item = joining_item(entry, position, may_overtake, self.table.mandate())?;
            item.insert(ACCESS_CODE.to_owned(), AttributeValue::S(grant.id.as_str().to_owned()));
            let put = entry_item::may_join(&entry.id).put_in_transaction(&self.table, item);
            let using = use_once(&grant, self.table.now()).in_transaction(&self.table, key.clone());
            match transaction::write(&self.table, CONTEXT, vec![put, using]).await {
                Ok(()) => return Ok(Put::Done),
                Err(TransactionFailure::Conditions(failed)) => {
                    let of_the_place = failed.into_iter().next().flatten();
                    return of_the_place.map_or(Ok(Put::CodeRefused), |existing| Put::taken(existing.item));
                }
                Err(TransactionFailure::Conflict) => {}
                Err(TransactionFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }

    fn entry(&self, join: &Join, taken: &TakenNumber, answers: Answers) -> Entry {
        let now = self.table.now();
        Entry {
            id: join.entry_id.clone(),
            place: PlaceId {
                customer_id: join.customer_id.clone(),
                line: taken.lane.line.clone(),
                attendee_id: join.attendee_id.clone(),
            },
            lane: taken.lane.lane.clone(),
            number: taken.number,
            numbered_at: now,
            tier: taken.tier.clone(),
            quantity: join.quantity,
            minimum: join.minimum,
            status: Status::Waiting,
            joined_at: now,
            name: join.name.clone(),
            email: join.email.clone(),
            phone: join.phone.clone(),
            locale: join.locale.clone(),
            chosen_channels: join.channels.clone(),
            answers,
            token_hash: join.token_hash.clone(),
            address_versions: AddressVersions::default(),
            offer: None,
            registration_id: None,
        }
    }
}

/// The id of the access code by which an entry was made, on its item.
const ACCESS_CODE: &str = "access_code";

/// An access code that was presented.
struct Presented {
    /// Where it would stand.
    key: Key,
    /// What it is good for, if the event ever had it.
    found: Option<Grant>,
}

/// What a join says of its tier. A code may end, or be used up, while the number is being taken: the write of the entry
/// tests it again.
fn claim<'join>(join: &'join Join, presented: Option<&'join Presented>, now: Timestamp) -> TierClaim<'join> {
    match (presented, &join.tier) {
        (Some(presented), _) => TierClaim::by_code(presented.found.as_ref(), now),
        (None, Some(tier)) => TierClaim::Named(tier),
        (None, None) => TierClaim::None,
    }
}

/// What came of storing an entry.
enum Put {
    Done,
    /// The person has a place already.
    Taken(Box<StoredEntry>),
    /// The access code lets nobody in any more.
    CodeRefused,
}

impl Put {
    fn taken(existing: Option<Item>) -> Result<Self, Error> {
        Ok(Self::Taken(Box::new(stored_entry(existing.unwrap_or_default())?)))
    }
}

/// Where whoever took the last number of a lane stands. Only where several tiers take turns does that need another read.
pub(crate) async fn standing_of_newcomer(
    table: &Table,
    order: &Order,
    lane: &LaneId,
    lanes: &Lanes,
) -> Result<Standing, Error> {
    let key = Key::seats(&lane.line);
    let needed = order.needs_turns().then(|| key.clone());
    let found = get_all(table, needed, Consistency::Eventual).await?;
    let turns = found.get(&key).map_or_else(|| Ok(Turns::default()), turns_from)?;
    Ok(order.standing_of_newcomer(&lane.lane, lanes, &turns))
}

/// A number, and the line as it was when it was taken.
struct TakenNumber {
    lane: LaneId,
    tier: Option<TierId>,
    number: u64,
    lanes: Lanes,
    order: Order,
    may_overtake: bool,
}

/// Takes the next number of a lane.
pub(crate) fn take_number(lane: &Lane, now: Timestamp) -> Expression {
    Expression::new().add("next", 1).add_to_missing(&issued_in(lane), 1).set(&last_issued_at_in(lane), now)
}

enum Taken {
    Number(Box<TakenNumber>),
    Refused(Refusal),
    EventChanged,
    PoolClosed,
    Conflict,
}
