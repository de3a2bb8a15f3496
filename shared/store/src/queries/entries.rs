//! A customer's entries and their positions.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::entry::listing::CustomerCursor;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::line::numbers::LaneNumbers;
use waitlist_domain::line::order::StandingInLine;
use waitlist_domain::line::position_index::position;
use waitlist_domain::line::turns::Turns;
use waitlist_domain::messages::link_mail::MOST_PLACES;
use waitlist_domain::values::attendee::AttendeeName;
use waitlist_domain::values::credential::PresentedToken;
use waitlist_domain::values::identifier::{AttendeeId, CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::scope::Scope;
use waitlist_domain::{Error, Refusal};

use crate::dynamo::item::{Item, malformed, text};
use crate::dynamo::key::key_of;
use crate::dynamo::reading::{Consistency, Wanted, get, get_all, get_copy, get_written_once, query_all};
use crate::index::position_index::{keys_to, paths_from};
use crate::items::entry_item::{StoredEntry, entry_if_any};
use crate::items::event_item::{event_from, find_copy_of_event};
use crate::items::hash_secret::HashSecret;
use crate::items::key::{Key, behind, customer_partition, entries_with_tag, entry_keys};
use crate::items::numbers_item::{lanes_from, order_from};
use crate::items::seats_item::turns_from;
use crate::items::stand_in::{attendee_from, stand_in_from};
use crate::items::table::Table;

/// Most entries on a page of a customer's entries.
pub const CUSTOMER_PAGE: usize = 25;

/// How many entries one request reads: a page, and whether there are more.
const READ_AT_ONCE: usize = CUSTOMER_PAGE + 1;

/// Which of a customer's entries to find. `None` admits all.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    /// The event of the entries.
    pub event_id: Option<EventId>,
    /// The ticket type of the entries.
    pub ticket_type_id: Option<TicketTypeId>,
    /// The attendee of the entries.
    pub attendee_id: Option<AttendeeId>,
}

impl EntryFilter {
    /// Whether the entries of a place are meant.
    pub fn admits(&self, place: &PlaceId) -> bool {
        self.event_id.as_ref().is_none_or(|id| *id == place.line.event_id)
            && self.ticket_type_id.as_ref().is_none_or(|id| *id == place.line.ticket_type_id)
            && self.attendee_id.as_ref().is_none_or(|id| Some(id) == place.attendee_id.as_ref())
    }
}

/// A part of a customer's entries.
#[derive(Debug, Clone, Default)]
pub struct CustomerPage {
    /// The newest entry of each place.
    pub entries: Vec<StoredEntry>,
    /// Where the next page begins, if there is one.
    pub next: Option<CustomerCursor>,
}

/// Finds entries.
#[derive(Debug, Clone)]
pub struct Entries {
    table: Table,
}

impl Entries {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Finds entries for a caller to whom only the events of this scope exist.
    pub fn within(&self, scope: Scope) -> Self {
        Self { table: self.table.within(scope) }
    }

    /// The page behind `after` of a customer's newest entries that the filter admits, in each line
    /// that the table shows and for each attendee. Ended entries count. Strongly consistent.
    pub async fn of_customer(
        &self,
        customer: &CustomerId,
        filter: &EntryFilter,
        after: Option<&CustomerCursor>,
    ) -> Result<CustomerPage, Error> {
        let [mut first, last] = entry_keys(filter.event_id.as_ref());
        if let Some(cursor) = after {
            first = first.max(behind(&Key::entry(&cursor.place_of(customer)).sk));
        }
        let mut entries: Vec<StoredEntry> = Vec::new();
        while entries.len() <= CUSTOMER_PAGE && first <= last {
            let query = self
                .customer_query(customer)
                .key_condition_expression("pk = :customer AND sk BETWEEN :first AND :last")
                .expression_attribute_values(":first", AttributeValue::S(first))
                .expression_attribute_values(":last", AttributeValue::S(last.clone()));
            let items = query_all(query, Wanted::First(READ_AT_ONCE), FINDING).await?;
            let last_read = items.last().filter(|_| items.len() == READ_AT_ONCE).map(key_of).transpose()?;
            for item in items {
                let Some(stored) = entry_if_any(item)? else { continue };
                let place = &stored.entry.place;
                if self.table.shows(&place.line.event_id) && filter.admits(place) {
                    entries.push(stored);
                }
            }
            let Some(last_read) = last_read else { break };
            first = behind(&last_read.sk);
        }
        let there_are_more = entries.len() > CUSTOMER_PAGE;
        entries.truncate(CUSTOMER_PAGE);
        let next = entries.last().filter(|_| there_are_more).map(|last| CustomerCursor::behind(&last.entry.place));
        entries.sort_by(|one, other| one.entry.place.cmp(&other.entry.place));
        Ok(CustomerPage { entries, next })
    }

    /// The entry that a token shows. Reads no other entry, however many the customer has.
    ///
    /// Fails with [`Refusal::Unauthenticated`] if the event began so long ago that its tokens have
    /// ended.
    pub async fn shown_by(&self, customer: &CustomerId, token: &PresentedToken) -> Result<Option<StoredEntry>, Error> {
        self.shown(customer, token, Consistency::Strong).await
    }

    /// The entry that a token shows, as it was a moment ago: at half the cost, for a look alone.
    ///
    /// Fails as [`Self::shown_by`] does.
    pub async fn lately_shown_by(
        &self,
        customer: &CustomerId,
        token: &PresentedToken,
    ) -> Result<Option<StoredEntry>, Error> {
        self.shown(customer, token, Consistency::Eventual).await
    }

    async fn shown(
        &self,
        customer: &CustomerId,
        token: &PresentedToken,
        consistency: Consistency,
    ) -> Result<Option<StoredEntry>, Error> {
        // The waitlist seals the tokens of stand-ins, so that no other token costs the look for one.
        let secret = HashSecret::of(&self.table).bits_if_made().await?;
        let shown = match secret {
            Some(secret) if token.is_sealed_with(&secret) => self.stand_in(customer, token).await?,
            _ => self.entry_shown_by(customer, token, consistency).await?,
        };
        let Some(mut shown) = shown else { return Ok(None) };
        check_tokens(&self.table, &shown.entry.place.line.event_id).await?;
        if !shown.is_proven_by(&token.hash) {
            shown.end_if_left_unconfirmed(self.table.now());
        }
        Ok(Some(shown))
    }

    async fn entry_shown_by(
        &self,
        customer: &CustomerId,
        token: &PresentedToken,
        consistency: Consistency,
    ) -> Result<Option<StoredEntry>, Error> {
        let query = self
            .customer_query(customer)
            .consistent_read(consistency == Consistency::Strong)
            .key_condition_expression("pk = :customer AND begins_with(sk, :place)")
            .expression_attribute_values(":place", AttributeValue::S(entries_with_tag(&token.place)));
        let shown = shown_among(query_all(query.clone(), Wanted::All, FINDING).await?, token)?;
        // Somebody may just have joined, perhaps again. The copy is then that of an earlier stay.
        if shown.is_none() && consistency == Consistency::Eventual {
            return shown_among(query_all(query.consistent_read(true), Wanted::All, FINDING).await?, token);
        }
        Ok(shown)
    }

    /// The confirmed entry with this id that has the customer and the address of `proven`, whose
    /// mailed token its bearer presented.
    ///
    /// Fails as [`Self::shown_by`] does.
    pub async fn at_address_of(&self, proven: &StoredEntry, id: &EntryId) -> Result<Option<StoredEntry>, Error> {
        let found = self.find(&proven.entry.place.customer_id, id).await?;
        self.if_at_address_of(proven, found).await
    }

    /// The same entry as it was a moment ago, at half the cost.
    ///
    /// Fails as [`Self::shown_by`] does.
    pub async fn lately_at_address_of(&self, proven: &StoredEntry, id: &EntryId) -> Result<Option<StoredEntry>, Error> {
        let noted = get_written_once(&self.table, Key::whereabouts(id)).await?;
        let Some(place) = noted.as_ref().map(place_noted).transpose()? else {
            return self.at_address_of(proven, id).await;
        };
        let copy = get_copy(&self.table, Key::entry(&place)).await?.map(entry_if_any).transpose()?.flatten();
        match copy.filter(|stored| stored.entry.id == *id) {
            Some(found) => self.if_at_address_of(proven, Some(found)).await,
            None => self.at_address_of(proven, id).await,
        }
    }

    async fn if_at_address_of(
        &self,
        proven: &StoredEntry,
        found: Option<StoredEntry>,
    ) -> Result<Option<StoredEntry>, Error> {
        let Some(found) = found.filter(|found| found.is_of_the_address_of(proven)) else { return Ok(None) };
        check_tokens(&self.table, &found.entry.place.line.event_id).await?;
        Ok(Some(found))
    }

    /// The confirmed entries with the customer and the address of `proven`, as they were a moment
    /// ago. Each has the name of its event.
    ///
    /// Ended ones, those whose events take no tokens any more, and the entry `but` are left out.
    /// There are at most [`MOST_PLACES`].
    pub async fn others_at_address_of(
        &self,
        proven: &StoredEntry,
        but: &EntryId,
    ) -> Result<Vec<(StoredEntry, Label)>, Error> {
        let [first, last] = entry_keys(None);
        let query = self
            .customer_query(&proven.entry.place.customer_id)
            .consistent_read(false)
            .key_condition_expression("pk = :customer AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":first", AttributeValue::S(first))
            .expression_attribute_values(":last", AttributeValue::S(last));
        let mut others = Vec::new();
        for item in query_all(query, Wanted::First(READ_AT_ONCE), FINDING).await? {
            let is_meant = |stored: &StoredEntry| {
                stored.entry.id != *but && !stored.may_rejoin() && stored.is_of_the_address_of(proven)
            };
            others.extend(entry_if_any(item)?.filter(is_meant));
        }
        let ids = others.iter().map(|stored| Key::event(&stored.entry.place.line.event_id));
        let events = get_all(&self.table, ids, Consistency::Eventual).await?;
        let events: HashMap<Key, Event> =
            events.into_iter().map(|(key, item)| Ok((key, event_from(item)?))).collect::<Result<_, Error>>()?;
        let now = self.table.now();
        let named = others.into_iter().filter_map(|stored| {
            let event = events.get(&Key::event(&stored.entry.place.line.event_id))?;
            event.check_tokens(now).is_ok().then(|| (event.starts_at, stored, event.name.clone()))
        });
        let mut named: Vec<_> = named.collect();
        named.sort_by(|(one, a, _), (other, b, _)| (one, &a.entry.place).cmp(&(other, &b.entry.place)));
        named.truncate(MOST_PLACES);
        Ok(named.into_iter().map(|(_, stored, name)| (stored, name)).collect())
    }

    /// The stand-in that a token shows, if there is one.
    async fn stand_in(&self, customer: &CustomerId, token: &PresentedToken) -> Result<Option<StoredEntry>, Error> {
        let item = get_written_once(&self.table, Key::stand_in(&token.hash)).await?;
        let stored = item.map(stand_in_from).transpose()?;
        let Some(mut stored) = stored.filter(|stored| stored.entry.place.customer_id == *customer) else {
            return Ok(None);
        };
        if stored.entry.place.attendee_id.as_ref().is_some_and(AttendeeName::is_behind) {
            let name = get_written_once(&self.table, Key::attendee_of_stand_in(&token.hash)).await?;
            let name = name.map(|item| attendee_from(&item, self.table.now())).transpose()?;
            stored.entry.applicant.attendee_name = name.flatten();
        }
        Ok(Some(stored))
    }

    /// The customer's entry with this id.
    ///
    /// The entries are looked through only if nothing is noted of its whereabouts yet. That is so
    /// for a moment after a join.
    pub async fn find(&self, customer: &CustomerId, id: &EntryId) -> Result<Option<StoredEntry>, Error> {
        if let Some(place) = whereabouts(&self.table, id).await? {
            let is_meant = |stored: &StoredEntry| stored.entry.id == *id && place.customer_id == *customer;
            return Ok(self.at(&place).await?.filter(is_meant));
        }
        let mut after = None;
        loop {
            let page = self.of_customer(customer, &EntryFilter::default(), after.as_ref()).await?;
            let found = page.entries.into_iter().find(|stored| stored.entry.id == *id);
            if found.is_some() || page.next.is_none() {
                return Ok(found);
            }
            after = page.next;
        }
    }

    /// The newest entry of a place.
    pub async fn at(&self, place: &PlaceId) -> Result<Option<StoredEntry>, Error> {
        entry_at(&self.table, place).await
    }

    fn customer_query(&self, customer: &CustomerId) -> QueryFluentBuilder {
        let query = self.table.client.query().table_name(&self.table.name).consistent_read(true);
        query.expression_attribute_values(":customer", AttributeValue::S(customer_partition(customer)))
    }

    /// Where each waiting entry stands, in the order of `entries`.
    ///
    /// Takes one round trip, and another if tiers take turns. The cost does not depend on the
    /// length of the line.
    pub async fn standings<'entries>(
        &self,
        entries: impl IntoIterator<Item = &'entries Entry>,
    ) -> Result<Vec<Option<StandingInLine>>, Error> {
        let entries: Vec<&Entry> = entries.into_iter().collect();
        let waiting = entries.iter().filter(|entry| entry.status == Status::Waiting);
        let keys: Vec<Key> = waiting.flat_map(|entry| keys_for_standing(entry)).collect();
        // Gone numbers only grow, so a slightly stale copy shows a position that was true a moment
        // ago.
        let mut found = get_all(&self.table, keys, Consistency::Eventual).await?;
        // Only the numbers items say whether tiers take turns.
        let turns = lines_that_take_turns(&found)?.iter().map(Key::seats).collect::<Vec<_>>();
        found.extend(get_all(&self.table, turns, Consistency::Eventual).await?);
        entries.iter().map(|entry| standing_from(&found, entry)).collect()
    }
}

/// Whether the items that tell the standing of one entry tell that of the other, too.
pub fn are_told_together(one: &Entry, other: &Entry) -> bool {
    keys_for_standing(one).eq(keys_for_standing(other))
}

/// The entry among these items that the token shows.
fn shown_among(items: Vec<Item>, token: &PresentedToken) -> Result<Option<StoredEntry>, Error> {
    let mut shown = None;
    for item in items {
        let stored = entry_if_any(item)?.filter(|stored| stored.is_shown_by(&token.hash));
        shown = shown.or(stored);
    }
    Ok(shown)
}

fn keys_for_standing(entry: &Entry) -> impl Iterator<Item = Key> {
    keys_to(&entry.lane_id(), entry.number).into_iter().chain([Key::numbers(&entry.place.line)])
}

/// The lines among these numbers items in which tiers take turns.
fn lines_that_take_turns(found: &HashMap<Key, Item>) -> Result<Vec<LineId>, Error> {
    let mut lines = Vec::new();
    for (key, item) in found {
        if let Some(line) = key.to_line().filter(|line| *key == Key::numbers(line))
            && order_from(item)?.needs_turns()
        {
            lines.push(line);
        }
    }
    Ok(lines)
}

fn standing_from(found: &HashMap<Key, Item>, entry: &Entry) -> Result<Option<StandingInLine>, Error> {
    let line = &entry.place.line;
    let Some(numbers) = found.get(&Key::numbers(line)).filter(|_| entry.status == Status::Waiting) else {
        return Ok(None);
    };
    let lanes = lanes_from(numbers)?;
    let none = LaneNumbers::default();
    let [gone, unconfirmed] =
        paths_from(found, &entry.lane_id(), entry.number, lanes.get(&entry.lane).unwrap_or(&none));
    let turns = found.get(&Key::seats(line)).map_or_else(|| Ok(Turns::default()), turns_from)?;
    let in_lane = position(entry.number, &gone);
    let order = order_from(numbers)?;
    Ok(Some(order.standing_in_line(&entry.lane, [in_lane, unconfirmed.count_below(entry.number)], &lanes, &turns)))
}

/// The name of this step in errors and logs.
const FINDING: &str = "finding a customer's entries";

/// The place of the entry with this id. Nothing if there is none, or for a moment after the join.
pub(crate) async fn whereabouts(table: &Table, id: &EntryId) -> Result<Option<PlaceId>, Error> {
    get(table, Key::whereabouts(id)).await?.as_ref().map(place_noted).transpose()
}

fn place_noted(noted: &Item) -> Result<PlaceId, Error> {
    let key = Key { pk: text(noted, "entry_pk")?.to_owned(), sk: text(noted, "entry_sk")?.to_owned() };
    key.to_place().ok_or_else(|| malformed("entry_pk"))
}

/// Fails with [`Refusal::Unauthenticated`] if the event began so long ago that its tokens have
/// ended. The event's end is remembered for seconds.
async fn check_tokens(table: &Table, event_id: &EventId) -> Result<(), Error> {
    let now = table.now();
    if table.token_ends().last(event_id, now) {
        return Ok(());
    }
    let Some(event) = find_copy_of_event(table, event_id).await? else { return Ok(()) };
    event.check_tokens(now)?;
    table.token_ends().remember(event_id, event.tokens_end_at(), now);
    Ok(())
}

/// The newest entry of a place that the table shows, strongly consistent.
pub(crate) async fn entry_at(table: &Table, place: &PlaceId) -> Result<Option<StoredEntry>, Error> {
    if !table.shows(&place.line.event_id) {
        return Ok(None);
    }
    Ok(get(table, Key::entry(place)).await?.map(entry_if_any).transpose()?.flatten())
}

/// The entry as it is now. Fails with [`Refusal::EntryNotFound`] if the person has joined again.
pub(crate) async fn reread(table: &Table, stored: &StoredEntry) -> Result<StoredEntry, Error> {
    same_stay(stored, entry_at(table, &stored.entry.place).await?)
}

/// The entry found at the place, if it is the same one. Fails with [`Refusal::EntryNotFound`]
/// otherwise.
pub(crate) fn same_stay(before: &StoredEntry, now: Option<StoredEntry>) -> Result<StoredEntry, Error> {
    now.filter(|now| now.entry.id == before.entry.id).ok_or(Refusal::EntryNotFound.into())
}
