//! The journal rows of a change of the table.

use waitlist_domain::Error;
use waitlist_domain::event::access_code::Grant;
use waitlist_domain::history::journal::{
    CodeDeed, Deed, Delivery, EntryDeed, EntryState, EventDeed, JournalId, MessageDeed, ReleaseDeed, Row, SeatsDeed,
    SteeringDeed,
};
use waitlist_domain::line::steering::{Joining, Offering};
use waitlist_domain::values::identifier::{EntryId, EventId, LineId, TicketTypeId};
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::item::{Item, from_item, malformed, number, optional_number, text};
use crate::dynamo::key::key_of;
use crate::followers::changes::Change;
use crate::items::access_code_item::grant_from;
use crate::items::entry_item::{StoredEntry, entry_if_any};
use crate::items::key::{Key, line_id};
use crate::items::last_change::LastChange;
use crate::items::numbers_item::joining_from;
use crate::items::release_item::release_from;
use crate::items::seats_item::{offering_from, seats_from};
use crate::items::sent_marker::{
    FAILED, FAILED_AT, NOT_SERVED, OF_LINE, SENT, SENT_AT, TOO_MANY, UNREACHABLE, WAS_SENT_BY,
};

/// A row with its journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journalled {
    /// The journal that the row belongs to.
    pub journal: JournalId,
    /// The row.
    pub row: Row,
    /// The key of the entry, if the row says that it joined.
    pub(crate) joined: Option<Key>,
}

impl Change {
    /// The rows that this change adds to journals.
    pub fn journalled(&self) -> Result<Vec<Journalled>, Error> {
        let Some(after) = self.after() else { return Ok(Vec::new()) };
        let key = key_of(after)?;
        match JOURNALLED.iter().find(|(beginning, _)| key.pk.starts_with(beginning)) {
            Some((_, rows)) => rows(self, &key, after),
            None => Ok(Vec::new()),
        }
    }

    /// The beginnings of the partition keys of all journalled items. The journal function needs no
    /// other records.
    pub fn kinds_journalled() -> impl Iterator<Item = &'static str> {
        JOURNALLED.iter().map(|(beginning, _)| *beginning)
    }

    fn entry_journalled(&self, key: &Key, after: &Item) -> Result<Vec<Journalled>, Error> {
        let Some(after) = entry_if_any(after.clone())? else { return Ok(Vec::new()) };
        let before = self.before().cloned().map(entry_if_any).transpose()?.flatten();
        let before = before.filter(|before| before.entry.id == after.entry.id);
        let change = &after.last_change;
        if before.as_ref().is_some_and(|before| before.last_change.step == change.step) {
            return Ok(Vec::new());
        }
        let deed = EntryDeed::of_change(before.as_ref().map(state), state(&after), after.offered_by, change.at);
        let joined = before.is_none().then(|| key.clone());
        let journal = journal_of(&after.entry.place.line);
        Ok(vec![Journalled { journal, row: change.row(Deed::Entry(deed)), joined }])
    }

    fn seats_journalled(&self, line: &LineId, after: &Item) -> Result<Vec<Journalled>, Error> {
        let Some(change) = self.new_change(after)? else { return Ok(Vec::new()) };
        let seats = self.before().map(seats_from).transpose()?;
        let seats = SeatsDeed::of_change(seats.as_ref(), &seats_from(after)?).map(Deed::Seats);
        let offering_before = self.before().map_or(Ok(Offering::Open), offering_from)?;
        let offering = Some(offering_from(after)?).filter(|offering| *offering != offering_before);
        let steering = offering
            .map(|offering| SteeringDeed { joining: None, offering: Some(offering.as_str().to_owned()) })
            .map(Deed::Steering);
        Ok(seats.or(steering).map(|deed| plain(journal_of(line), change.row(deed))).into_iter().collect())
    }

    fn joining_journalled(&self, line: &LineId, after: &Item) -> Result<Vec<Journalled>, Error> {
        let before = self.before().map_or(Ok(Joining::Open), joining_from)?;
        let joining = joining_from(after)?;
        let Some(change) = self.new_change(after)?.filter(|_| joining != before) else { return Ok(Vec::new()) };
        let deed = SteeringDeed { joining: Some(joining.as_str().to_owned()), offering: None };
        Ok(vec![plain(journal_of(line), change.row(Deed::Steering(deed)))])
    }

    fn release_journalled(&self, after: &Item) -> Result<Vec<Journalled>, Error> {
        let Some(change) = self.new_change(after)? else { return Ok(Vec::new()) };
        let release = release_from(after.clone())?;
        let row = change.row(Deed::Release(ReleaseDeed::new(&release)));
        Ok(vec![plain(journal_of(&release.line), row)])
    }

    fn event_journalled(&self, event_id: EventId, after: &Item) -> Result<Vec<Journalled>, Error> {
        let Some(change) = self.new_change(after)? else { return Ok(Vec::new()) };
        let row = change.row(Deed::Event(EventDeed { version: number(after, "version")? }));
        Ok(vec![plain(JournalId { event_id, ticket_type_id: None }, row)])
    }

    fn code_journalled(&self, key: &Key, after: &Item) -> Result<Vec<Journalled>, Error> {
        // The count of an event's codes has the same partition key and no change to tell.
        let Some(change) = self.new_change(after)? else { return Ok(Vec::new()) };
        let event_id = key.to_event_of_codes().ok_or_else(|| malformed("pk"))?;
        let Grant { id, tier, revoked_at, .. } = grant_from(after.clone())?;
        let row = change.row(Deed::Code(CodeDeed { code_id: id, tier, revoked: revoked_at.is_some() }));
        Ok(vec![plain(JournalId { event_id, ticket_type_id: None }, row)])
    }

    fn message_journalled(&self, key: &Key, after: &Item) -> Result<Vec<Journalled>, Error> {
        let was_done = self.before().is_some_and(|before| before.get("state") == after.get("state"));
        let row = message_row(key, after)?.filter(|_| !was_done);
        let line = after.contains_key(OF_LINE).then(|| text(after, OF_LINE)).transpose()?.and_then(line_id);
        Ok(row.zip(line).map(|(row, line)| plain(journal_of(&line), row)).into_iter().collect())
    }

    /// The last change of the item, if this stream record made it.
    fn new_change(&self, after: &Item) -> Result<Option<LastChange>, Error> {
        let step = |item: &Item| Ok::<u64, Error>(optional_number(item, "step")?.unwrap_or(0));
        let step_before = self.before().map_or(Ok(0), step)?;
        if step(after)? == step_before { Ok(None) } else { from_item(after.clone()).map(Some) }
    }
}

type Rows = fn(&Change, &Key, &Item) -> Result<Vec<Journalled>, Error>;

/// The journalled items, by the beginning of their partition keys. The template's stream filter
/// names them too.
const JOURNALLED: [(&str, Rows); 7] = [
    ("CUSTOMER#", |change, key, after| change.entry_journalled(key, after)),
    ("SEATS#", |change, key, after| change.seats_journalled(&key.to_line().ok_or_else(|| malformed("pk"))?, after)),
    ("NUMBERS#", |change, key, after| change.joining_journalled(&key.to_line().ok_or_else(|| malformed("pk"))?, after)),
    ("RELEASE#", |change, _, after| change.release_journalled(after)),
    ("EVENT#", |change, key, after| change.event_journalled(key.to_event().ok_or_else(|| malformed("pk"))?, after)),
    ("CODES#", |change, key, after| change.code_journalled(key, after)),
    ("SENT#", |change, key, after| change.message_journalled(key, after)),
];

/// The row of a message, by its marker. Nothing while the message is not done.
pub(crate) fn message_row(key: &Key, marker: &Item) -> Result<Option<Row>, Error> {
    let (outcome, at) = match text(marker, "state")? {
        SENT => (Delivery::Sent, SENT_AT),
        FAILED => {
            let code = marker.get("code").and_then(|code| code.as_s().ok()).map(String::as_str);
            let outcome = match code {
                Some(TOO_MANY) => Delivery::Withheld,
                Some(UNREACHABLE) => Delivery::Unreachable,
                Some(NOT_SERVED) => Delivery::NotServed,
                _ => Delivery::Refused,
            };
            (outcome, FAILED_AT)
        }
        _ => return Ok(None),
    };
    let mut parts = key.sk.splitn(3, '#').map(ToOwned::to_owned);
    let mut part = || parts.next().ok_or_else(|| malformed("sk"));
    let (kind, occasion, channel) = (part()?, part()?, part()?);
    let entry_id =
        key.pk.strip_prefix("SENT#").and_then(|id| EntryId::parse(id).ok()).ok_or_else(|| malformed("pk"))?;
    Ok(Some(Row {
        at: Timestamp::from_milliseconds(number(marker, at)?),
        step: 1,
        by: WAS_SENT_BY.to_string(),
        why: None,
        deed: Deed::Message(MessageDeed { entry_id, kind, occasion, channel, outcome }),
    }))
}

fn state(stored: &StoredEntry) -> EntryState<'_> {
    EntryState {
        entry: &stored.entry,
        registration_cancelled: stored.registration_cancelled,
        by_action: stored.action.is_some(),
    }
}

pub(crate) fn journal_of(line: &LineId) -> JournalId {
    let ticket_type_id: Option<TicketTypeId> = Some(line.ticket_type_id.clone());
    JournalId { event_id: line.event_id.clone(), ticket_type_id }
}

const fn plain(journal: JournalId, row: Row) -> Journalled {
    Journalled { journal, row, joined: None }
}

impl LastChange {
    fn row(&self, deed: Deed) -> Row {
        let why = self.why.as_ref().map(|why| why.as_str().to_owned());
        Row { at: self.at, step: self.step, by: self.by.clone(), why, deed }
    }
}
