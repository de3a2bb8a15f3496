//! What a change of the table means to the workers. The stream is the outbox.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use waitlist_domain::Error;
use waitlist_domain::entry::{Entry, Offer, Status};
use waitlist_domain::line::lane::{Lane, LaneId};
use waitlist_domain::line::position_index::Mark;
use waitlist_domain::messages::link_mail::LinkMailRequest;
use waitlist_domain::messages::message::{
    LONGEST_ARMED_AT_ONCE, Notification, NotificationKind, PromotionRequest, Wake,
};
use waitlist_domain::values::identifier::LineId;

use crate::commands::places::PlaceOfMailbox;
use crate::dynamo::item::{Item, malformed};
use crate::dynamo::key::key_of;
use crate::index::position_index::{MARKS_OF_A_MOVE, Marked, carry_up, mark};
use crate::items::entry_item::{StoredEntry, entry_if_any, is_counted};
use crate::items::event_item::event_from;
use crate::items::key::{Key, mark_name};
use crate::items::link_mail_item::{ASKED_AT as LINKS_ASKED_AT, LinkMailItem};
use crate::items::numbers_item::DRAWN_AT;
use crate::items::phone_items::{ASKED_AT, message_with_code};
use crate::items::put_off_item::PutOffItem;
use crate::items::release_item::release_from;
use crate::items::seats_item::seats_from;
use crate::items::table::Table;

/// An item before and after a change.
#[derive(Debug, Clone, Default)]
pub struct Change {
    before: Option<Item>,
    after: Option<Item>,
}

/// What follows from a change. It has ids alone and nothing personal, so that it may wait in a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequences {
    /// Marks to set in the position index, each with its lane and number.
    pub marks: Vec<(LaneId, u64, Vec<Mark>)>,
    /// A page of the position index with marks that are to be carried up to the root.
    pub page: Option<(LaneId, u64, Vec<Mark>)>,
    /// The lines to promote.
    pub promotions: Vec<PromotionRequest>,
    /// What is to be woken when it is due.
    pub wakes: Vec<Wake>,
    /// The messages to send.
    pub notifications: Vec<Notification>,
    /// A place to note, because its join did not name it.
    pub place: Option<PlaceOfMailbox>,
    /// A line in which entries may have moved up, because its lots were drawn.
    pub drawn: Option<LineId>,
    /// Somebody asked for the links of a mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_mail: Option<LinkMailRequest>,
}

impl Consequences {
    /// The line that they are about. None if there is nothing to do, or only for a release.
    ///
    /// A changed event is about all its lines. This is the first of them.
    pub fn line(&self) -> Option<&LineId> {
        let marks = self.marks.iter().map(|(lane, ..)| &lane.line);
        let page = self.page.iter().map(|(lane, ..)| &lane.line);
        let promotions = self.promotions.iter().map(|promotion| &promotion.line);
        let wakes = self.wakes.iter().filter_map(Wake::line);
        let notifications = self.notifications.iter().map(|notification| &notification.place.line);
        let place = self.place.iter().map(|noted| &noted.place.line);
        marks.chain(page).chain(promotions).chain(wakes).chain(notifications).chain(place).chain(&self.drawn).next()
    }
}

impl Change {
    /// Reads the images of a stream record, in DynamoDB's JSON (`{"name": {"S": "…"}}`).
    pub fn from_images(before: Option<Json>, after: Option<Json>) -> Result<Self, Error> {
        let read = |image: Option<Json>| image.map(item_from_json).transpose();
        Ok(Self { before: read(before)?, after: read(after)? })
    }

    /// The item before, if there was one.
    pub(crate) const fn before(&self) -> Option<&Item> {
        self.before.as_ref()
    }

    /// The item after, if there is one.
    pub(crate) const fn after(&self) -> Option<&Item> {
        self.after.as_ref()
    }

    /// What follows from the change.
    pub fn consequences(&self) -> Result<Consequences, Error> {
        // Nothing follows from a deletion. Only expired items and the places of persons are deleted.
        let Some(after) = &self.after else { return Ok(Consequences::default()) };
        let key = key_of(after)?;
        match FOLLOWED.iter().find(|(beginning, _)| key.pk.starts_with(beginning)) {
            Some((_, follow)) => follow(self, &key, after),
            None => Ok(Consequences::default()),
        }
    }

    /// The beginnings of the partition keys of all items that the relay follows. It needs no other
    /// records.
    pub fn kinds_followed() -> impl Iterator<Item = &'static str> {
        FOLLOWED.iter().map(|(beginning, _)| *beginning)
    }

    fn seats_changed(key: &Key, after: &Item) -> Result<Consequences, Error> {
        let seats = seats_from(after)?;
        let line = key.to_line().ok_or_else(|| malformed("pk"))?;
        // Resuming to offer also changes the seats item.
        let promotion = (seats.waitlist_active && seats.free > 0).then(|| PromotionRequest::to_anybody(line));
        Ok(Consequences { promotions: promotion.into_iter().collect(), ..Consequences::default() })
    }

    /// The writer may have crashed before it carried the counts of the page up.
    fn page_changed(&self, key: &Key, after: &Item) -> Consequences {
        let page = key.to_page().map(|(lane, page)| (lane, page, self.changed_marks(after)));
        Consequences { page, ..Consequences::default() }
    }

    fn draw_changed(&self, key: &Key, after: &Item) -> Consequences {
        let drawn = key.to_line_of_draw().filter(|_| key.sk == "DRAW" && self.is_drawn_now(after));
        Consequences { drawn, ..Consequences::default() }
    }

    fn release_changed(after: &Item) -> Result<Consequences, Error> {
        let release = release_from(after.clone())?;
        let wake = release.due_at.map(|due_at| Wake::Batch { release_id: release.id, due_at });
        Ok(Consequences { wakes: wake.into_iter().collect(), ..Consequences::default() })
    }

    /// A message was put off. Once it was given back, nothing is due any more.
    fn message_put_off(after: &Item) -> Result<Consequences, Error> {
        let wake = PutOffItem::read(after.clone())?.wake().map(|(wake, _)| wake);
        Ok(Consequences { wakes: wake.into_iter().collect(), ..Consequences::default() })
    }

    /// A code was asked for. A try of the code changes its item too.
    fn code_changed(&self, after: &Item) -> Result<Consequences, Error> {
        let is_tried = self.before.as_ref().is_some_and(|before| before.get(ASKED_AT) == after.get(ASKED_AT));
        let message = (!is_tried).then(|| message_with_code(after)).transpose()?;
        Ok(Consequences { notifications: message.into_iter().collect(), ..Consequences::default() })
    }

    /// Links were asked for. The markers of their mails are items beside it.
    fn links_asked_for(&self, key: &Key, after: &Item) -> Result<Consequences, Error> {
        let is_asked = key.sk == "LINKS"
            && self.before.as_ref().is_none_or(|before| before.get(LINKS_ASKED_AT) != after.get(LINKS_ASKED_AT));
        let asked = is_asked.then(|| LinkMailItem::from_stored(after.clone())).transpose()?;
        Ok(Consequences { link_mail: asked.map(|asked| asked.last), ..Consequences::default() })
    }

    /// By the new rules free seats may suit other entries. Or the event was postponed, so that
    /// offers begin again.
    fn event_changed(&self, after: &Item) -> Result<Consequences, Error> {
        if self.before.is_none() {
            return Ok(Consequences::default());
        }
        let promotions = event_from(after.clone())?.lines().map(PromotionRequest::to_anybody).collect();
        Ok(Consequences { promotions, ..Consequences::default() })
    }

    /// Whether this change made the places of a draw count.
    fn is_drawn_now(&self, after: &Item) -> bool {
        let is_drawn = |item: &Item| item.contains_key(DRAWN_AT);
        is_drawn(after) && !self.before.as_ref().is_some_and(is_drawn)
    }

    fn changed_marks(&self, page: &Item) -> Vec<Mark> {
        let bitmap_before = |mark| self.before.as_ref().and_then(|before| before.get(mark_name(mark)));
        Mark::ALL.into_iter().filter(|&mark| page.get(mark_name(mark)) != bitmap_before(mark)).collect()
    }

    fn entry_changed(&self, after: &Item) -> Result<Consequences, Error> {
        let Some(stored) = entry_if_any(after.clone())? else { return Ok(Consequences::default()) };
        let before = self.before.clone().map(entry_if_any).transpose()?.flatten();
        // An earlier stay at the place was another entry.
        let before = before.filter(|before| before.entry.id == stored.entry.id);
        let consequences = match &before {
            Some(before) if before.entry.status == stored.entry.status => status_stayed(before, &stored),
            Some(before) => status_changed(Some(&before.entry), &stored),
            None => status_changed(None, &stored),
        };
        let place = place_to_note(before.as_ref().map(|before| &before.entry), &stored.entry, is_counted(after));
        Ok(Consequences { place, ..consequences })
    }
}

type Follow = fn(&Change, &Key, &Item) -> Result<Consequences, Error>;

/// The items with consequences, by the beginning of their partition keys. The template's stream
/// filter names them too.
const FOLLOWED: [(&str, Follow); 9] = [
    ("CUSTOMER#", |change, _, after| change.entry_changed(after)),
    ("SEATS#", |_, key, after| Change::seats_changed(key, after)),
    ("EVENT#", |change, _, after| change.event_changed(after)),
    ("RANK#", |change, key, after| Ok(change.page_changed(key, after))),
    ("DRAW#", |change, key, after| Ok(change.draw_changed(key, after))),
    ("RELEASE#", |_, _, after| Change::release_changed(after)),
    ("PHONECODE#", |change, _, after| change.code_changed(after)),
    ("PUTOFF#", |_, _, after| Change::message_put_off(after)),
    ("LINKS#", |change, key, after| change.links_asked_for(key, after)),
];

/// What follows for an entry that was moved, confirmed, changed, extended, reminded, corrected,
/// reported or joined again.
fn status_stayed(before: &StoredEntry, after: &StoredEntry) -> Consequences {
    let (was, is) = (&before.entry, &after.entry);
    let left = number_left(was, is);
    let is_confirmed_now = !was.is_confirmed() && is.is_confirmed();
    let is_looked_at = left.is_some() || is_confirmed_now || is.suits_more_than(was);
    let look = is_looked_at.then(|| PromotionRequest::to_anybody(is.place.line.clone()));
    let extended = deadline_of(is).filter(|_| was.deadline() != is.deadline());
    let reminded = if was_reminded(was, is) { reminded(is) } else { Consequences::default() };
    Consequences {
        marks: left.into_iter().chain(marks_of_confirmation(Some(was), is)).collect(),
        promotions: look.into_iter().collect(),
        wakes: reminded.wakes.into_iter().chain(extended).collect(),
        notifications: reminded.notifications.into_iter().chain(told_in_same_status(before, after)).collect(),
        ..Consequences::default()
    }
}

/// The messages to an entry whose status stayed, without the reminder of its offer.
fn told_in_same_status(before: &StoredEntry, after: &StoredEntry) -> impl Iterator<Item = Notification> {
    let (was, is) = (&before.entry, &after.entry);
    let is_asked_again = was.confirmation_reminded_at != is.confirmation_reminded_at;
    let asked_again = is_asked_again.then(|| Notification::about(is, NotificationKind::ConfirmReminder));
    let joined_again = after.joined_again_at.filter(|_| before.joined_again_at != after.joined_again_at);
    let joined_again = joined_again.map(|at| Notification::of_having_joined_again(is, at));
    let told = [
        Some(Notification::of_corrected_addresses(is, was.address_versions)),
        Some(Notification::of_missed_offer(was, is)),
        asked_again,
        joined_again,
    ];
    told.into_iter().flatten().flatten()
}

/// What follows for an entry that is new or has another status.
fn status_changed(before: Option<&Entry>, stored: &StoredEntry) -> Consequences {
    let entry = &stored.entry;
    let was = before.map(|before| before.status);
    let left = before.and_then(|before| number_left(before, entry));
    let waits_again = left.is_some() && entry.status == Status::Waiting;
    let of_status = marks_of(entry, was, stored.action.is_some());
    let of_status = (!of_status.is_empty()).then(|| (entry.lane_id(), entry.number, of_status));
    let promotion = promotion_after(was, stored, waits_again);
    let notifications = match NotificationKind::of_change(was, entry.status) {
        Some(NotificationKind::Joined) => Notification::of_having_joined(entry),
        kind => kind.map(|kind| Notification::about(entry, kind)).unwrap_or_default(),
    };
    Consequences {
        marks: left.into_iter().chain(of_status).chain(marks_of_confirmation(before, entry)).collect(),
        promotions: promotion.into_iter().collect(),
        wakes: wakes_of(entry).chain(confirmations_of(entry)).collect(),
        notifications,
        ..Consequences::default()
    }
}

/// If an entry left or moved, the free seats may suit the next one. If an entry joined, they may
/// suit it.
fn promotion_after(was: Option<Status>, stored: &StoredEntry, waits_again: bool) -> Option<PromotionRequest> {
    let entry = &stored.entry;
    let look_at_line = || PromotionRequest::to_anybody(entry.place.line.clone());
    match (was, entry.status) {
        (Some(Status::Waiting), Status::Left | Status::Removed) => Some(look_at_line()),
        (None, Status::Waiting) => {
            (stored.may_overtake && entry.is_confirmed()).then(|| PromotionRequest::to_newcomer(entry))
        }
        _ => waits_again.then(look_at_line),
    }
}

/// The marks of the number that an entry left for another, if it did.
///
/// A draw marks the numbers of its pool itself, once the places count. They must not go before.
fn number_left(before: &Entry, after: &Entry) -> Option<(LaneId, u64, Vec<Mark>)> {
    let is_drawn = after.lane == Lane::Drawn && after.status == Status::Waiting;
    let has_moved = place_in_line(before) != place_in_line(after) && !is_drawn;
    has_moved.then(|| (before.lane_id(), before.number, MARKS_OF_A_MOVE.to_vec()))
}

/// The place of an entry, if its person's places do not name it yet.
///
/// That is so after a join of a sales system. Or an organiser reinstated the entry or gave it
/// another mailbox. An entry whose personal data were removed has no mailbox.
fn place_to_note(before: Option<&Entry>, after: &Entry, is_counted: bool) -> Option<PlaceOfMailbox> {
    if after.applicant.is_removed() {
        return None;
    }
    let email = &after.applicant.email;
    let mailbox = email.mailbox();
    // A join finds this place without a note.
    let is_own = after.place.attendee_id.is_none() && after.place.customer_id == email.customer_id();
    let is_news = match before {
        None => !is_counted,
        Some(before) => before.status.may_rejoin() || before.applicant.email.mailbox() != mailbox,
    };
    let noted = PlaceOfMailbox { mailbox: Key::mailbox_hash(&mailbox), place: after.place.clone() };
    (is_news && !is_own && !after.status.may_rejoin()).then_some(noted)
}

/// The reminder and the deadline of an entry's offer.
fn wakes_of(entry: &Entry) -> impl Iterator<Item = Wake> {
    let reminder = entry.reminder_due_at().map(|due_at| Wake::Reminder { place: entry.place.clone(), due_at });
    reminder.into_iter().chain(deadline_of(entry))
}

/// The reminder to confirm the entry, and the end of the time for it.
fn confirmations_of(entry: &Entry) -> impl Iterator<Item = Wake> {
    let due = [entry.confirmation_reminder_due_at(), entry.confirm_by.filter(|_| entry.status == Status::Waiting)];
    due.into_iter().flatten().map(|due_at| Wake::Confirmation { place: entry.place.clone(), due_at })
}

fn deadline_of(entry: &Entry) -> Option<Wake> {
    entry.deadline().map(|due_at| Wake::deadline(entry.place.clone(), due_at))
}

/// Whether this change noted the reminder of the offer.
fn was_reminded(before: &Entry, after: &Entry) -> bool {
    let reminded = |entry: &Entry| entry.offer.as_ref().is_some_and(|offer| offer.reminded_at.is_some());
    reminded(after) && !reminded(before)
}

/// Reminds the customer. The deadline is armed too, if it was too far away when the offer began.
fn reminded(entry: &Entry) -> Consequences {
    let is_long = |offer: &Offer| offer.offered_at.milliseconds_until(offer.expires_at) > LONGEST_ARMED_AT_ONCE;
    let deadline = deadline_of(entry).filter(|_| entry.offer.as_ref().is_some_and(is_long));
    Consequences {
        wakes: deadline.into_iter().collect(),
        notifications: Notification::about(entry, NotificationKind::Reminder),
        ..Consequences::default()
    }
}

fn place_in_line(entry: &Entry) -> (&Lane, u64) {
    (&entry.lane, entry.number)
}

/// The marks of an entry's number when it joins unconfirmed, and when it is confirmed or ends so.
fn marks_of_confirmation(before: Option<&Entry>, after: &Entry) -> Option<(LaneId, u64, Vec<Mark>)> {
    let was_open = before.is_some_and(|before| !before.is_confirmed() && before.status == Status::Waiting);
    let is_open = !after.is_confirmed() && after.status == Status::Waiting;
    let numbered = before.unwrap_or(after);
    let marks = match (was_open, is_open) {
        (false, true) => vec![Mark::Unconfirmed],
        (true, false) => vec![Mark::Unconfirmed, Mark::Resolved],
        (true, true) | (false, false) => return None,
    };
    Some((numbered.lane_id(), numbered.number, marks))
}

/// The marks that an entry's new status gives its number. The writer sets most of them too, but may
/// have crashed before.
fn marks_of(entry: &Entry, was: Option<Status>, by_action: bool) -> Vec<Mark> {
    match entry.status {
        Status::Waiting => Vec::new(),
        Status::Offered | Status::Removed | Status::Unconfirmed => vec![Mark::Gone, Mark::Found],
        Status::Claimed => vec![Mark::Claimed],
        Status::Left => vec![Mark::Gone, Mark::Left, Mark::Found],
        // Without a purchase window a claim converts at once. The conversion of a sales system has
        // no action.
        Status::Converted if was == Some(Status::Offered) && by_action => vec![Mark::Claimed],
        Status::Converted | Status::Expired | Status::Declined => Vec::new(),
    }
}

/// Keeps the position index up to date with the changes.
#[derive(Debug, Clone)]
pub struct IndexUpkeep {
    table: Table,
}

impl IndexUpkeep {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Sets marks of one lane. Marks that are set already cost reads only.
    pub async fn mark(&self, lane: &LaneId, marked: &[(u64, Vec<Mark>)]) -> Result<(), Error> {
        let marked: &[Marked] = marked;
        Box::pin(mark(&self.table, lane, marked)).await
    }

    /// Carries a page's counts of these marks up to the root. Counts that are there already cost
    /// reads only.
    pub async fn carry_up(&self, lane: &LaneId, page: u64, marks: &[Mark]) -> Result<(), Error> {
        Box::pin(carry_up(&self.table, lane, page, marks)).await
    }
}

fn item_from_json(image: Json) -> Result<Item, Error> {
    let Json::Object(attributes) = image else { return Err(malformed("image")) };
    attributes.into_iter().map(|(name, value)| Ok((name, attribute_from_json(value)?))).collect()
}

fn attribute_from_json(value: Json) -> Result<aws_sdk_dynamodb::types::AttributeValue, Error> {
    use aws_sdk_dynamodb::types::AttributeValue as Attribute;
    let Json::Object(tagged) = value else { return Err(malformed("attribute")) };
    let Some((tag, value)) = tagged.into_iter().next() else { return Err(malformed("attribute")) };
    let texts = |value: Json| -> Result<Vec<String>, Error> {
        serde_json::from_value(value).map_err(|error| Error::internal("reading a stream record", error))
    };
    Ok(match (tag.as_str(), value) {
        ("S", Json::String(text)) => Attribute::S(text),
        ("N", Json::String(digits)) => Attribute::N(digits),
        ("BOOL", Json::Bool(flag)) => Attribute::Bool(flag),
        ("NULL", _) => Attribute::Null(true),
        ("SS", value) => Attribute::Ss(texts(value)?),
        ("NS", value) => Attribute::Ns(texts(value)?),
        ("M", value) => Attribute::M(item_from_json(value)?),
        ("L", Json::Array(values)) => {
            Attribute::L(values.into_iter().map(attribute_from_json).collect::<Result<_, _>>()?)
        }
        // Bitmaps and nonces are only compared here, so they stay in base64.
        ("B", Json::String(base64)) => Attribute::B(base64.into_bytes().into()),
        _ => return Err(malformed("attribute")),
    })
}
