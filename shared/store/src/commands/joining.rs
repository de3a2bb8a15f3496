//! Joining: a look at the place, then one write takes a number, and a second one stores the entry.
//! The cost does not depend on the length of the line.
//!
//! A join of a person who has the place already takes no number. So repeated joins neither show
//! newcomers a wrong position nor keep free seats off sale.
//!
//! The look at the place may happen [while others decide](Joins::prefetch_during) whether the join is
//! let in. So it costs no round trip of its own.
//!
//! A join reads more only for a taken place, an access code, or a count of its person's places. It
//! does so too where tiers take turns, or where the event is not remembered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future;
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::places::Door;
use waitlist_domain::entry::{AddressVersions, Entry, Status};
use waitlist_domain::event::access_code::{self, AccessCode, Grant, TierClaim};
use waitlist_domain::event::join_challenge::Work;
use waitlist_domain::event::{Event, Proof};
use waitlist_domain::form::answers::{Answers, GivenAnswers};
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::order::{Order, StandingInLine};
use waitlist_domain::values::credential::{SecretHash, Token};
use waitlist_domain::values::identifier::{EntryId, EventId, LineId, PlaceId, TierId};
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::scope::Scope;
use waitlist_domain::values::time::{Timestamp, Window};
use waitlist_domain::{Error, Refusal};

use crate::commands::confirming::Confirmations;
use crate::commands::join_challenges::use_up;
use crate::commands::numbers::{Asker, IssuedNumber, Numbering, issue_number, standing_of_newcomer};
use crate::commands::places::{Count, FirstRead, Look, Seeker, Vacancy};
use crate::commands::standing_in;
use crate::dynamo::expression::Expression;
use crate::dynamo::failure::Failure;
use crate::dynamo::item::Item;
use crate::dynamo::reading::Consistency;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::transaction::{Transacted, transact};
use crate::dynamo::writing::{Written, send_put};
use crate::index::position_index::retire;
use crate::items::access_code_item::{find_grant, use_once};
use crate::items::entry_item::{self, StoredEntry, entry_if_any, joining_item, mark_as_counted};
use crate::items::event_item::get_event;
use crate::items::hash_secret::HashSecret;
use crate::items::key::Key;
use crate::items::table::Table;

/// How long a join tries to retire a number that it did not need. With this, even a join under
/// contention ends well within its function's 10 seconds.
const LONGEST_COURTESY: Duration = Duration::from_secs(3);

/// Most events that a warm function remembers.
const MOST_EVENTS_REMEMBERED: usize = 1000;

/// A wish to join a line.
#[derive(Debug, Clone)]
pub struct Join {
    /// The place to take.
    pub place: PlaceId,
    /// The tier that a trusted caller names.
    pub tier: Option<TierId>,
    /// The access code that the customer presents. It decides, even if `tier` is named.
    pub access_code: Option<AccessCode>,
    /// Whether the caller has no key, so that they may name an address that is not theirs.
    pub is_public: bool,
    /// The work that the caller shows.
    pub work: Work,
    /// The customer's wish. Its answers are not checked yet.
    pub applicant: Applicant<GivenAnswers>,
    /// The hash of the token that will prove the customer.
    pub token_hash: SecretHash,
    /// The id for the new entry.
    pub entry_id: EntryId,
}

impl Join {
    const fn event_id(&self) -> &EventId {
        &self.place.line.event_id
    }

    const fn door(&self) -> Door {
        if self.is_public { Door::Public } else { Door::Trusted }
    }

    /// Whether the customer must show that the address is theirs.
    fn needs_proof(&self, event: &Event) -> bool {
        self.is_public && event.rules.proof == Proof::Email
    }

    fn asker(&self, event: &Event) -> Asker {
        if self.needs_proof(event) { Asker::Unproven } else { Asker::Newcomer }
    }

    fn seeker(&self, event: &Event) -> Seeker {
        Seeker::new(&self.place, self.door(), &self.applicant.email, event)
    }
}

/// The result of a join.
#[derive(Debug, Clone)]
pub enum Joined {
    /// A new entry, and where it stands.
    New(Box<Entry>, StandingInLine),
    /// The person has an entry already.
    Existing(Box<StoredEntry>),
}

/// What is shown to a caller who joins where somebody has the place.
#[derive(Debug)]
pub struct StandIn {
    /// It looks like a new entry.
    pub entry: Entry,
    /// Where such an entry would stand.
    pub standing: StandingInLine,
    /// The token that shows it.
    pub token: Token,
}

/// What was read for a join before it was let in. Nothing, if it must read everything itself.
#[derive(Debug, Default)]
pub struct Prefetched(Option<OfPlace>);

/// The first read of a join's place, or why it failed.
#[derive(Debug)]
struct OfPlace {
    /// The version of the event that said what to read.
    event_version: u64,
    read: Result<Option<FirstRead>, Error>,
}

/// Joins lines.
#[derive(Debug, Clone)]
pub struct Joins {
    table: Table,
    /// Events read lately. The write of a number checks the version, so a stale event costs a round
    /// trip and never correctness.
    events: Arc<Mutex<HashMap<EventId, Event>>>,
}

impl Joins {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), events: Arc::default() }
    }

    /// Joins on behalf of another actor, whom the new entries name.
    pub fn acting_as(&self, mandate: Mandate) -> Self {
        Self { table: self.table.acting_as(mandate), events: Arc::clone(&self.events) }
    }

    /// Joins for a caller to whom only the events of this scope exist.
    pub fn within(&self, scope: Scope) -> Self {
        Self { table: self.table.within(scope), events: Arc::clone(&self.events) }
    }

    /// The event, for the caller's own checks before a join. It may be stale. So a refusal that was
    /// decided from it must be decided again from [`Self::fresh_event`].
    pub async fn event(&self, id: &EventId) -> Result<Event, Error> {
        // Callers of other scopes share the memory.
        if !self.table.shows(id) {
            return Err(Refusal::EventNotFound.into());
        }
        match self.remembered_event(id) {
            Some(event) => Ok(event),
            None => self.fresh_event(id).await,
        }
    }

    fn remembered_event(&self, id: &EventId) -> Option<Event> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// The event as it is stored now.
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
        self.join_with(Prefetched::default(), join, check).await
    }

    /// The same with what was read before the join was let in.
    pub async fn join_with(
        &self,
        prefetched: Prefetched,
        join: &Join,
        check: impl Fn(&Event) -> Result<(), Refusal>,
    ) -> Result<Joined, Error> {
        let budget = RetryBudget::shared(&self.table);
        let presented = self.presented(join).await?;
        let Prefetched(mut prefetched) = prefetched;
        // The first look at the place may be stale.
        for consistency in [Consistency::Eventual, Consistency::Strong] {
            let looks = Looks { table: &self.table, join, consistency, prefetched: prefetched.take() };
            let admitted = match self.admit(join, presented.as_ref(), &check, looks, budget).await? {
                Admission::Admitted(admitted) => *admitted,
                Admission::Occupied(existing) => return Ok(Joined::Existing(existing)),
            };
            if let Some(joined) = self.store(join, admitted, presented.clone(), budget).await? {
                return Ok(joined);
            }
        }
        Err(Error::Busy { context: "joining while the place changes" })
    }

    /// Waits until `gate` lets the join in. Meanwhile its place is read, unless something else is to
    /// be read or written before that. A join that is not let in reads no more than this.
    pub async fn prefetch_during(
        &self,
        gate: impl Future<Output = Result<(), Error>>,
        join: &Join,
        check: impl Fn(&Event) -> Result<(), Refusal>,
    ) -> Result<Prefetched, Error> {
        let Some(event) = self.event_that_takes(join, check) else {
            return gate.await.map(|()| Prefetched::default());
        };
        let seeker = join.seeker(&event);
        // The gate's refusal goes before a failure of the read.
        let (let_in, read) = future::join(gate, seeker.read_first(&self.table, Consistency::Eventual)).await;
        let_in.map(|()| Prefetched(Some(OfPlace { event_version: event.version, read })))
    }

    /// The remembered event, if it takes this join and asks for no code or work first.
    fn event_that_takes(&self, join: &Join, check: impl Fn(&Event) -> Result<(), Refusal>) -> Option<Event> {
        let is_ready = |event: &Event| {
            let needs_no_work = matches!(event.challenge_to_use(&join.work, join.is_public), Ok(None));
            needs_no_work && check(event).is_ok() && accept(event, join, None, self.table.now()).is_ok()
        };
        if join.access_code.is_some() || !self.table.shows(join.event_id()) {
            return None;
        }
        self.remembered_event(join.event_id()).filter(is_ready)
    }

    /// The entry of a customer whose trusted caller joins once more. It is confirmed by that, if
    /// somebody joined without a key before.
    pub async fn vouch_for(&self, stored: StoredEntry) -> Result<StoredEntry, Error> {
        let entry = Confirmations::new(&self.table).confirm_if_needed(&stored).await?;
        Ok(StoredEntry { entry, ..stored })
    }

    /// What a caller without a key is shown who joins where somebody has the place already: the same
    /// as any newcomer, who may be refused. The customer gets their link once more.
    pub async fn stand_in(&self, join: &Join, token: &Token, stored: &StoredEntry) -> Result<StandIn, Error> {
        let made = self.make_stand_in(join, token).await;
        if matches!(made, Ok(_) | Err(Error::Refused(_))) {
            standing_in::note_joined_again(&self.table, stored).await?;
        }
        made
    }

    async fn make_stand_in(&self, join: &Join, token: &Token) -> Result<StandIn, Error> {
        // It is rare, so it may cost reads.
        let event = self.fresh_event(join.event_id()).await?;
        let presented = self.presented(join).await?;
        let (table, now) = (&self.table, self.table.now());
        let claim = claim(join, presented.as_ref(), now);
        let (_, tier) = event.check_join(&join.place.line.ticket_type_id, claim, join.applicant.quantity, now)?;
        let lane = event.rules.order.lane_of(tier.as_ref(), now);
        let issued = standing_in::next_number(table, &join.place, &event, lane, join.asker(&event)).await?;
        let standing = standing_of_newcomer(table, &event.rules.order, &issued.lane, &issued.lanes).await?;
        let token = token.sealed_with(&HashSecret::of(table).bits().await?);
        let confirm_within = join.needs_proof(&event).then_some(&event.rules.confirm_within);
        let entry = self.entry(join, &issued, tier, Answers::default(), confirm_within);
        let entry = Entry { token_hash: token.hash(), token_only_looks: true, ..entry };
        standing_in::store(table, &entry, standing, &event).await?;
        Ok(StandIn { entry, standing, token })
    }

    /// The entry of a person who has the place of this join, by whichever door.
    pub async fn holder(&self, join: &Join) -> Result<Option<StoredEntry>, Error> {
        let event = self.event(join.event_id()).await?;
        let look = join.seeker(&event).look(&self.table, Consistency::Eventual).await?;
        Ok(if let Look::Occupied(stored) = look { Some(*stored) } else { None })
    }

    /// Sends the customer who has the place their link once more, after a join that was refused as
    /// anybody's would be.
    pub async fn send_link_again(&self, stored: &StoredEntry) -> Result<(), Error> {
        standing_in::note_joined_again(&self.table, stored).await
    }

    /// Stores the entry of an admitted join. Nothing if the place was not as it was read.
    async fn store(
        &self,
        join: &Join,
        admitted: Admitted,
        presented: Option<Presented>,
        budget: RetryBudget,
    ) -> Result<Option<Joined>, Error> {
        let Admitted { number, tier, answers, order, may_overtake, seeker, vacancy, confirm_within } = admitted;
        let Vacancy { earlier_offers, count, .. } = vacancy;
        let entry = self.entry(join, &number, tier, answers, confirm_within.as_ref());
        let standing = standing_of_newcomer(&self.table, &order, &number.lane, &number.lanes).await?;
        let item = joining_item(&entry, standing.position(), may_overtake, &earlier_offers, self.table.mandate())?;
        let condition = entry_item::may_join(&entry.id, &earlier_offers);
        // A sales system joins at closed places too: no limit of places is meant for it.
        let condition = if join.is_public && count.is_none() { condition.when_open() } else { condition };
        let put = match (presented, count) {
            (None, None) => self.put_entry(item, condition, budget).await?,
            (presented, count) => {
                let counted = count.map(|count| (seeker, count));
                self.put_entry_with_others(item, condition, presented, counted, budget).await?
            }
        };
        let is_ours = |existing: &StoredEntry| existing.entry.id == entry.id;
        match put {
            Put::Done => Ok(Some(Joined::New(Box::new(entry), standing))),
            // This is our own write, whose response was lost.
            Put::Occupied(existing) if is_ours(&existing) && existing.entry.number == entry.number => {
                Ok(Some(Joined::New(Box::new(entry), standing)))
            }
            Put::Occupied(existing) => {
                self.give_back(&number).await;
                let may_join = existing.may_rejoin() && !is_ours(&existing);
                Ok((!may_join).then_some(Joined::Existing(existing)))
            }
            Put::Closed => {
                self.give_back(&number).await;
                Ok(None)
            }
            Put::Refused(refusal) => {
                self.give_back(&number).await;
                Err(refusal.into())
            }
        }
    }

    /// Reads the access code of a join, if it has one.
    async fn presented(&self, join: &Join) -> Result<Option<Presented>, Error> {
        let Some(code) = &join.access_code else { return Ok(None) };
        let key = Key::access_code(join.event_id(), &code.hash(join.event_id()));
        Ok(Some(Presented { found: find_grant(&self.table, &key).await?, key }))
    }

    /// Retires a number that was not needed. The customer's response does not depend on it. If it
    /// fails, the sweep finds the number. The sweep also gives back the room of a join that was to be
    /// confirmed.
    async fn give_back(&self, issued: &IssuedNumber) {
        let unused = [issued.number];
        let retiring = retire(&self.table, &issued.lane, &unused);
        if !matches!(tokio::time::timeout(LONGEST_COURTESY, retiring).await, Ok(Ok(()))) {
            tracing::warn!("an unused number is left to the sweep");
        }
    }

    /// Checks the join and takes the next number of its lane. A refusal by a remembered event is
    /// decided again by the stored one.
    async fn admit(
        &self,
        join: &Join,
        presented: Option<&Presented>,
        check: impl Fn(&Event) -> Result<(), Refusal>,
        mut looks: Looks<'_>,
        budget: RetryBudget,
    ) -> Result<Admission, Error> {
        let mut event = self.event(join.event_id()).await?;
        let mut is_fresh = false;
        // The pool may be closed by a clock ahead of ours, or from before the draw was postponed.
        let mut pool_is_closed = false;
        retry(&self.table, budget, ISSUING_A_NUMBER, async || {
            loop {
                let tried = self.try_to_admit(join, presented, &check, &mut looks, &event, pool_is_closed).await?;
                let obstacle = match tried {
                    Ok(admitted) => return Ok(Attempt::Done(Admission::Admitted(Box::new(admitted)))),
                    Err(obstacle) => obstacle,
                };
                match obstacle {
                    Obstacle::Occupied(existing) => return Ok(Attempt::Done(Admission::Occupied(existing))),
                    Obstacle::PoolClosed => pool_is_closed = true,
                    Obstacle::EventChanged => {
                        event = self.fresh_event(join.event_id()).await?;
                        is_fresh = true;
                    }
                    Obstacle::Refused(refusal) if is_fresh => return Err(refusal.into()),
                    Obstacle::Refused(refusal) => {
                        let remembered = event.version;
                        event = self.fresh_event(join.event_id()).await?;
                        if event.version == remembered {
                            return Err(refusal.into());
                        }
                        is_fresh = true;
                    }
                }
            }
        })
        .await
    }

    /// Checks the event as it is remembered, looks at the place, and takes a number.
    async fn try_to_admit(
        &self,
        join: &Join,
        presented: Option<&Presented>,
        check: impl Fn(&Event) -> Result<(), Refusal>,
        looks: &mut Looks<'_>,
        event: &Event,
        pool_is_closed: bool,
    ) -> Result<Result<Admitted, Obstacle>, Failure> {
        let now = self.table.now();
        let challenge = match check(event).and_then(|()| event.challenge_to_use(&join.work, join.is_public)) {
            Ok(challenge) => challenge,
            Err(refusal) => return Ok(Err(Obstacle::Refused(refusal))),
        };
        let accepted = accept(event, join, presented, now);
        let uses_it_up = accepted.as_ref().map_or_else(access_code::is_refused_in, |_| true);
        if let Some(challenge) = challenge.filter(|_| uses_it_up)
            && let Err(bad) = use_up(&self.table, challenge, &join.entry_id).await?
        {
            return Ok(Err(Obstacle::Refused(bad.into())));
        }
        let ((line, tier), answers) = match accepted {
            Ok(accepted) => accepted,
            Err(refusal) => return Ok(Err(Obstacle::Refused(refusal))),
        };
        let vacancy = match looks.next(event).await? {
            Look::Occupied(existing) => return Ok(Err(Obstacle::Occupied(existing))),
            Look::Refused(refusal) => return Ok(Err(Obstacle::Refused(refusal))),
            Look::Free(vacancy) => vacancy,
        };
        if let Err(refusal) = vacancy.offers.check(event.rules.max_offers, now) {
            return Ok(Err(Obstacle::Refused(refusal)));
        }
        let order = &event.rules.order;
        let lane = match order.lane_of(tier.as_ref(), now) {
            Lane::Pool if pool_is_closed => Lane::Common,
            lane => lane,
        };
        Ok(match issue_number(&self.table, ISSUING_A_NUMBER, event, line.lane(lane), join.asker(event)).await? {
            Numbering::Issued(number) => Ok(Admitted {
                may_overtake: event.rules.may_overtake(&number.lane.lane),
                number,
                tier,
                answers,
                order: order.clone(),
                seeker: join.seeker(event),
                vacancy,
                confirm_within: join.needs_proof(event).then(|| event.rules.confirm_within.clone()),
            }),
            Numbering::PoolClosed => Err(Obstacle::PoolClosed),
            Numbering::EventChanged => Err(Obstacle::EventChanged),
            Numbering::Refused(refusal) => Err(Obstacle::Refused(refusal)),
        })
    }

    /// Stores an entry, unless the person has one already.
    async fn put_entry(&self, item: Item, may_join: Expression, budget: RetryBudget) -> Result<Put, Error> {
        const CONTEXT: &str = "storing an entry";
        let request = may_join.put(&self.table, item);
        retry(&self.table, budget, CONTEXT, async || {
            Ok(Attempt::Done(match send_put(CONTEXT, request.clone()).await? {
                Written::Made(_) => Put::Done,
                Written::ConditionFailed(existing) => Put::occupied(existing)?,
            }))
        })
        .await
    }

    /// Stores an entry in one transaction with the use of its access code, and with the count of
    /// the person's places. So neither admits more entries than it may.
    async fn put_entry_with_others(
        &self,
        mut item: Item,
        may_join: Expression,
        presented: Option<Presented>,
        mut counted: Option<(Seeker, Count)>,
        budget: RetryBudget,
    ) -> Result<Put, Error> {
        const CONTEXT: &str = "storing an entry with what it counts for";
        let code = match presented {
            None => None,
            Some(Presented { found: None, .. }) => return Ok(Put::code_refused()),
            Some(Presented { key, found: Some(grant) }) => Some((key, grant)),
        };
        if let Some((_, grant)) = &code {
            item.insert(ACCESS_CODE.to_owned(), AttributeValue::S(grant.id.as_str().to_owned()));
        }
        if counted.is_some() {
            mark_as_counted(&mut item);
        }
        let put = may_join.put_in_transaction(&self.table, item);
        retry(&self.table, budget, CONTEXT, async || {
            let using = |(key, grant): &(Key, Grant)| {
                use_once(grant, self.table.now()).in_transaction(&self.table, key.clone())
            };
            let counts = counted.iter().flat_map(|(_, count)| count.writes(&self.table));
            let writes = [put.clone()].into_iter().chain(code.iter().map(using)).chain(counts).collect();
            let mut failed = match transact(&self.table, CONTEXT, writes).await? {
                Transacted::Made => return Ok(Attempt::Done(Put::Done)),
                Transacted::ConditionsFailed(failed) => failed.into_iter(),
            };
            if let Some(of_the_place) = failed.next().flatten() {
                return Ok(Attempt::Done(Put::occupied(of_the_place.item)?));
            }
            let Some((seeker, count)) =
                counted.as_mut().filter(|_| code.is_none() || failed.next().flatten().is_none())
            else {
                return Ok(Attempt::Done(Put::code_refused()));
            };
            // Another join of the person came between.
            Ok(match seeker.count(&self.table).await? {
                Look::Free(Vacancy { count: Some(again), .. }) => {
                    *count = again;
                    Attempt::Again
                }
                Look::Free(_) => Attempt::Again,
                Look::Occupied(existing) => Attempt::Done(Put::Occupied(existing)),
                Look::Refused(refusal) => Attempt::Done(Put::Refused(refusal)),
            })
        })
        .await
    }

    fn entry(
        &self,
        join: &Join,
        issued: &IssuedNumber,
        tier: Option<TierId>,
        answers: Answers,
        confirm_within: Option<&Window>,
    ) -> Entry {
        let now = self.table.now();
        Entry {
            id: join.entry_id.clone(),
            place: join.place.clone(),
            lane: issued.lane.lane.clone(),
            number: issued.number,
            numbered_at: now,
            tier,
            applicant: join.applicant.clone().with_checked(answers),
            status: Status::Waiting,
            joined_at: now,
            confirm_by: confirm_within.map(|window| window.after(now)),
            confirmation_reminded_at: None,
            token_hash: join.token_hash.clone(),
            token_only_looks: confirm_within.is_some(),
            address_versions: AddressVersions::default(),
            unreachable_by_mail: None,
            is_unsubscribed: false,
            offer: None,
            registration_id: None,
        }
    }
}

/// The name of this step in errors and logs.
const ISSUING_A_NUMBER: &str = "issuing a number";

/// Why no number was issued.
enum Obstacle {
    Refused(Refusal),
    /// The person has the place already.
    Occupied(Box<StoredEntry>),
    /// The stored event is another than the remembered one.
    EventChanged,
    PoolClosed,
}

/// Looks at the place of a join, until it is taken.
struct Looks<'join> {
    table: &'join Table,
    join: &'join Join,
    consistency: Consistency,
    /// For the first look.
    prefetched: Option<OfPlace>,
}

impl Looks<'_> {
    async fn next(&mut self, event: &Event) -> Result<Look, Error> {
        let seeker = self.join.seeker(event);
        // Another event may ask for other items.
        match self.prefetched.take().filter(|prefetched| prefetched.event_version == event.version) {
            Some(prefetched) => seeker.look_after(prefetched.read?, self.table).await,
            None => seeker.look(self.table, self.consistency).await,
        }
    }
}

/// The attribute of an entry with the id of its access code.
const ACCESS_CODE: &str = "access_code";

/// An access code that was presented.
#[derive(Clone)]
struct Presented {
    /// The key of the code, whether or not it exists.
    key: Key,
    /// The grant of the code, if the event has such a code.
    found: Option<Grant>,
}

/// The line, the tier and the answers of the new entry, if the event takes it.
fn accept(
    event: &Event,
    join: &Join,
    presented: Option<&Presented>,
    now: Timestamp,
) -> Result<((LineId, Option<TierId>), Answers), Refusal> {
    let claim = claim(join, presented, now);
    let may_join = event.check_join(&join.place.line.ticket_type_id, claim, join.applicant.quantity, now);
    event.rules.form.read_with(may_join, &join.applicant.answers)
}

/// The claim of a join to a tier. A code may end or be used up before the entry is written, so that
/// write tests it again.
fn claim<'join>(join: &'join Join, presented: Option<&'join Presented>, now: Timestamp) -> TierClaim<'join> {
    match (presented, &join.tier) {
        (Some(presented), _) => TierClaim::by_code(presented.found.as_ref(), now),
        (None, Some(tier)) => TierClaim::Named(tier),
        (None, None) => TierClaim::None,
    }
}

/// The result of storing an entry.
enum Put {
    Done,
    /// The person has an entry already.
    Occupied(Box<StoredEntry>),
    /// A join at the place must count now.
    Closed,
    /// The access code admits nobody any more, or the person has as many places as they may.
    Refused(Refusal),
}

impl Put {
    fn occupied(existing: Option<Item>) -> Result<Self, Error> {
        let existing = existing.map(entry_if_any).transpose()?.flatten();
        Ok(existing.map_or(Self::Closed, |existing| Self::Occupied(Box::new(existing))))
    }

    fn code_refused() -> Self {
        Self::Refused(Refusal::Invalid(vec![access_code::refused()]))
    }
}

/// The result of admitting a join.
enum Admission {
    Admitted(Box<Admitted>),
    /// The person has the place already.
    Occupied(Box<StoredEntry>),
}

/// A join that was admitted and has a number.
struct Admitted {
    number: IssuedNumber,
    tier: Option<TierId>,
    answers: Answers,
    /// The order of the line when the number was issued.
    order: Order,
    /// Whether the entry may be offered seats that suit no entry before it.
    may_overtake: bool,
    /// The person, and what they found at their place.
    seeker: Seeker,
    vacancy: Vacancy,
    /// The time to confirm the address, if it is to be confirmed.
    confirm_within: Option<Window>,
}
