//! The places of a person in an event: a join looks whether it may take another.
//!
//! Most joins read two items here and write none. A join that counts reads all places of its person
//! and names its own among them, in the transaction that stores its entry.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::TransactWriteItem;
use serde::{Deserialize, Serialize};
use waitlist_domain::entry::places::{Door, PersonPlaces};
use waitlist_domain::entry::recent_offers::RecentOffers;
use waitlist_domain::event::{Event, MaxPlaces};
use waitlist_domain::values::contact::{EmailAddress, Mailbox};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{CustomerId, EntryId, PlaceId};
use waitlist_domain::{Error, Refusal};

use crate::dynamo::item::Item;
use crate::dynamo::reading::{Consistency, get_all};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::send_update;
use crate::items::entry_item::{StoredEntry, close, entry_if_any, is_counted};
use crate::items::key::Key;
use crate::items::places_item::{NotedPlaces, OffersByType, note};
use crate::items::table::Table;
use crate::queries::entries::entry_at;

/// What a join finds at its place.
#[derive(Debug)]
pub(crate) enum Look {
    /// The person may have it.
    Free(Vacancy),
    /// The person has it already.
    Occupied(Box<StoredEntry>),
    /// The person may not have it.
    Refused(Refusal),
}

/// A place that a person may have.
#[derive(Debug)]
pub(crate) struct Vacancy {
    /// The offers in earlier stays at the place. The new entry goes on counting them.
    pub(crate) earlier_offers: RecentOffers,
    /// The offers of the line that count for the person.
    pub(crate) offers: RecentOffers,
    /// The count of the person's places, if there must be one.
    pub(crate) count: Option<Count>,
}

/// A count of the places of a person, with the new place among them.
#[derive(Debug)]
pub(crate) struct Count {
    key: Key,
    noted: NotedPlaces,
    places: BTreeSet<PlaceId>,
    offers: OffersByType,
    /// The open places to close, each with its ended entry, if it has one.
    to_close: Vec<(PlaceId, Option<EntryId>)>,
}

impl Count {
    /// The writes that belong into one transaction with the entry. They fail if another join of the
    /// person has come between.
    pub(crate) fn writes(&self, table: &Table) -> impl Iterator<Item = TransactWriteItem> {
        let counted = self.noted.become_these(&self.places, &self.offers).in_transaction(table, self.key.clone());
        let closed = self.to_close.iter();
        let closed = closed.map(|(place, ended)| close(ended.as_ref()).in_transaction(table, Key::entry(place)));
        [counted].into_iter().chain(closed)
    }
}

/// The items that a join without a count reads first.
#[derive(Debug)]
pub(crate) struct FirstRead(HashMap<Key, Item>);

/// A person who wants a place.
#[derive(Debug, Clone)]
pub(crate) struct Seeker {
    place: PlaceId,
    door: Door,
    mailbox: Mailbox,
    /// The id of the person as a customer without a key.
    customer_id: CustomerId,
    /// The person's places without an attendee, one for each ticket type.
    unnamed: Vec<PlaceId>,
    most: MaxPlaces,
    must_count: bool,
    /// Whether a join without an attendee may leave the places uncounted.
    leaves_uncounted: bool,
}

impl Seeker {
    pub(crate) fn new(place: &PlaceId, door: Door, email: &EmailAddress, event: &Event) -> Self {
        let customer_id = email.customer_id();
        let unnamed = |line| PlaceId { customer_id: customer_id.clone(), line, attendee_id: None };
        let leaves_uncounted = event.leaves_places_uncounted();
        Self {
            place: place.clone(),
            door,
            mailbox: email.mailbox(),
            unnamed: event.lines().map(unnamed).collect(),
            customer_id,
            most: match door {
                Door::Public => event.rules.max_places,
                Door::Trusted => MaxPlaces::MOST,
            },
            must_count: match door {
                Door::Public => place.attendee_id.is_some() || !leaves_uncounted,
                Door::Trusted => event.rules.one_place_per_mailbox,
            },
            leaves_uncounted,
        }
    }

    fn key(&self) -> Key {
        Key::places(&Key::mailbox_hash(&self.mailbox), &self.place.line.event_id)
    }

    /// The key of the person's places, if the join is public. A trusted join need not know them.
    fn key_if_public(&self) -> Option<Key> {
        (self.door == Door::Public).then(|| self.key())
    }

    /// Whether the person may have the place.
    pub(crate) async fn look(&self, table: &Table, consistency: Consistency) -> Result<Look, Error> {
        let first = self.read_first(table, consistency).await?;
        self.look_after(first, table).await
    }

    /// Reads what most joins read. Nothing for a person whose places must be counted.
    pub(crate) async fn read_first(&self, table: &Table, consistency: Consistency) -> Result<Option<FirstRead>, Error> {
        if self.must_count {
            return Ok(None);
        }
        let keys = [Key::entry(&self.place)].into_iter().chain(self.key_if_public());
        get_all(table, keys, consistency).await.map(|found| Some(FirstRead(found)))
    }

    /// Whether the person may have the place, after a first read. An entry that seems to keep it is
    /// read again, in case the first read was stale.
    pub(crate) async fn look_after(&self, first: Option<FirstRead>, table: &Table) -> Result<Look, Error> {
        let Some(FirstRead(mut found)) = first else { return self.count(table).await };
        let item = found.remove(&Key::entry(&self.place));
        let key_if_public = self.key_if_public();
        let is_known =
            key_if_public.is_some_and(|key| found.contains_key(&key) || item.as_ref().is_some_and(is_counted));
        let mut stored = item.map(entry_if_any).transpose()?.flatten();
        if stored.as_ref().is_some_and(|stored| !stored.may_rejoin()) {
            stored = entry_at(table, &self.place).await?;
        }
        match stored {
            Some(stored) if !stored.may_rejoin() => Ok(Look::Occupied(Box::new(stored))),
            _ if is_known => self.count(table).await,
            ended => {
                let offers = ended.map(|stored| stored.offers).unwrap_or_default();
                Ok(Look::Free(Vacancy { earlier_offers: offers.clone(), offers, count: None }))
            }
        }
    }

    /// Counts the places of the person, strongly consistent.
    pub(crate) async fn count(&self, table: &Table) -> Result<Look, Error> {
        let places = self.unnamed.iter().chain([&self.place]).map(Key::entry);
        let mut found = get_all(table, places.chain([self.key()]), Consistency::Strong).await?;
        let noted = NotedPlaces::read(found.remove(&self.key()).as_ref(), &self.place.line.event_id)?;
        let mut survey = Survey::default();
        survey.read(found.into_iter())?;
        // The entry may have been read before the item that names it.
        let unseen = noted.places.iter().filter(|place| !survey.is_held(place)).map(Key::entry);
        survey.read(get_all(table, unseen, Consistency::Strong).await?.into_iter())?;
        Ok(self.judge(noted, survey, table))
    }

    fn judge(&self, noted: NotedPlaces, survey: Survey, table: &Table) -> Look {
        let held: BTreeSet<PlaceId> = survey
            .entries
            .values()
            .filter(|stored| self.holds(stored))
            .map(|stored| stored.entry.place.clone())
            .collect();
        if let Some(place) = held.get(&self.place).or_else(|| held.iter().find(|place| self.is_same(place))) {
            return Look::Occupied(Box::new(survey.entries[place].clone()));
        }
        let open = self.unnamed.iter().filter(|place| **place != self.place && !held.contains(place));
        let open: Vec<&PlaceId> = open.filter(|place| !survey.closed.contains(place)).collect();
        let places = PersonPlaces { held, open: open.len() };
        if let Err(refusal) = places.check(self.most) {
            return Look::Refused(refusal);
        }
        let earlier_offers = survey.entries.get(&self.place).map(|stored| stored.offers.clone()).unwrap_or_default();
        let closes = self.door == Door::Public && self.leaves_uncounted && places.could_exceed(self.most);
        let to_close = open.into_iter().filter(|_| closes);
        let to_close =
            to_close.map(|place| (place.clone(), survey.entries.get(place).map(|stored| stored.entry.id.clone())));
        let to_close = to_close.collect();
        let offers = match self.door {
            Door::Public => survey.offers_of(&noted, &self.place),
            Door::Trusted => earlier_offers.clone(),
        };
        let gone = noted.places.iter().filter(|place| !places.held.contains(place) && **place != self.place);
        let carried = survey.carried(&noted, gone, table);
        let named = noted.places.iter().filter(|place| places.held.contains(place)).chain([&self.place]);
        let places = named.cloned().collect();
        let count = Count { key: self.key(), noted, places, offers: carried, to_close };
        Look::Free(Vacancy { earlier_offers, offers, count: Some(count) })
    }

    /// Whether the person has the place of this entry. An organiser may have given the entry another
    /// person's address.
    fn holds(&self, stored: &StoredEntry) -> bool {
        let entry = &stored.entry;
        let is_theirs = entry.place.customer_id == self.customer_id || entry.applicant.email.mailbox() == self.mailbox;
        !stored.may_rejoin() && (is_theirs || entry.place == self.place)
    }

    /// Whether this is the wanted place, whichever customer of the mailbox has it.
    fn is_same(&self, place: &PlaceId) -> bool {
        (&place.line, &place.attendee_id) == (&self.place.line, &self.place.attendee_id)
    }
}

/// The entries at a person's places.
#[derive(Debug, Default)]
struct Survey {
    entries: BTreeMap<PlaceId, StoredEntry>,
    /// The places at which every join counts.
    closed: BTreeSet<PlaceId>,
}

impl Survey {
    fn read(&mut self, found: impl Iterator<Item = (Key, Item)>) -> Result<(), Error> {
        for (key, item) in found {
            let Some(place) = key.to_place() else { continue };
            if is_counted(&item) {
                self.closed.insert(place.clone());
            }
            match entry_if_any(item)? {
                Some(stored) => self.entries.insert(place, stored),
                None => self.entries.remove(&place),
            };
        }
        Ok(())
    }

    fn is_held(&self, place: &PlaceId) -> bool {
        self.entries.get(place).is_some_and(|stored| !stored.may_rejoin())
    }

    /// All offers of the line of `place` to the person.
    fn offers_of(&self, noted: &NotedPlaces, place: &PlaceId) -> RecentOffers {
        let of_line = self.entries.values().filter(|stored| stored.entry.place.line == place.line);
        let earlier = noted.offers.get(&place.line.ticket_type_id).cloned().unwrap_or_default();
        of_line.fold(earlier, |all, stored| all.and(&stored.offers))
    }

    /// The offers that still count at places that are named no more.
    fn carried<'gone>(
        &self,
        noted: &NotedPlaces,
        gone: impl Iterator<Item = &'gone PlaceId>,
        table: &Table,
    ) -> OffersByType {
        let mut carried = noted.offers.clone();
        for stored in gone.filter_map(|place| self.entries.get(place)) {
            let merged = carried.entry(stored.entry.place.line.ticket_type_id.clone()).or_default();
            *merged = merged.and(&stored.offers);
        }
        let now = table.now();
        carried.values_mut().for_each(|offers| *offers = offers.counted(now));
        carried
    }
}

/// Names the places of persons that their joins did not name.
#[derive(Debug, Clone)]
pub struct PlaceNotes {
    table: Table,
}

/// A place with the mailbox of its person. It waits in queues, so it has no address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceOfMailbox {
    /// The hash of the mailbox.
    pub mailbox: SecretHash,
    /// The place.
    pub place: PlaceId,
}

impl PlaceNotes {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Notes a place, so that later joins with the mailbox know of it. Repeating it does no harm.
    pub async fn note(&self, noted: &PlaceOfMailbox) -> Result<(), Error> {
        const CONTEXT: &str = "noting a person's place";
        let PlaceOfMailbox { mailbox, place } = noted;
        retry(&self.table, RetryBudget::WORKER, CONTEXT, async || {
            let request = note(place).update(&self.table, Key::places(mailbox, &place.line.event_id));
            send_update(CONTEXT, request).await.map(|_| Attempt::Done(()))
        })
        .await
    }
}
