//! How an entry is stored.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use waitlist_domain::Error;
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::own_change::{MOST_OWN_CHANGES, OwnChange};
use waitlist_domain::entry::recent_offers::RecentOffers;
use waitlist_domain::entry::{AddressVersions, Claim, Entry, Offer, Status};
use waitlist_domain::history::journal::Rule;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::seats::OfferEnd;
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::contact::{ContactChange, EmailAddress, PersonName, PhoneNumber};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{EntryId, LineId, RegistrationId, TierId};
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::{Timestamp, Window};
use waitlist_domain::values::unreachable::{Cause, Unreachable};

use crate::dynamo::expression::{Alternative, Expression};
use crate::dynamo::item::{Item, from_item, malformed, to_attribute, to_item};
use crate::items::command_names::{commands_from, note};
use crate::items::key::{Key, line_order, line_partition};
use crate::items::last_change::LastChange;
use crate::items::unreachable_item::lapsed_at;

/// How many partitions of the `due` index deadlines are spread over.
pub(crate) const DUE_SHARDS: u64 = 4;

/// The attributes of the report that mail does not reach the address.
const UNREACHABLE: &str = "unreachable";
const UNREACHABLE_AT: &str = "unreachable_at";

/// The attribute with the time until which the address is to be confirmed. Missing if it is, or need
/// not be.
pub(crate) const CONFIRM_BY: &str = "confirm_by";

/// The attribute with the time at which the customer was reminded to confirm.
const CONFIRMATION_REMINDED_AT: &str = "confirmation_reminded_at";

/// The attribute with the last time at which somebody joined again with the entry's address.
const JOINED_AGAIN_AT: &str = "joined_again_at";

/// The attribute that says whether news is turned off. Missing if it is not.
const UNSUBSCRIBED: &str = "unsubscribed";

/// The attribute that says that nobody has confirmed the phone number. Missing if messages may go
/// there.
const PHONE_UNPROVEN: &str = "phone_unproven";

/// The attributes with the seats asked for, and the fewest that the customer accepts.
const QUANTITY: &str = "quantity";
const MINIMUM: &str = "minimum";

/// The attribute that counts the changes that the customer made. Missing before the first.
const OWN_CHANGES: &str = "own_changes";

/// The attributes that put an item into the `due` index.
pub(crate) const DUE_INDEX: [&str; 3] = ["due_shard", "due_at", "armed_from"];

/// An entry with what only the store and the proof of a customer need.
#[derive(Debug, Clone)]
pub struct StoredEntry {
    /// The entry itself.
    pub entry: Entry,
    /// Its first position since it joined, was moved or was drawn. Nothing before the draw.
    pub joined_position: Option<u64>,
    /// Hashes of the tokens in mails to its address. Each token proves the customer, as the token of
    /// the join does, and that its bearer reads the address.
    pub mailed_token_hashes: Vec<SecretHash>,
    /// Hashes of the tokens in text messages. Each token proves the customer.
    pub texted_token_hashes: Vec<SecretHash>,
    /// The name of the request that caused the present status. By it a repeated request is
    /// recognised.
    pub action: Option<String>,
    /// The names of the organisers' last commands to the entry, the latest first.
    pub commands: Vec<String>,
    /// Whether the sale that the entry became was cancelled.
    pub registration_cancelled: bool,
    /// Whether the entry may be offered seats that suit no other, by the rules when it joined.
    pub may_overtake: bool,
    /// The last change, for the journal.
    pub last_change: LastChange,
    /// The times of its changes, by which its rows are found in the journal.
    pub moments: Vec<Timestamp>,
    /// How often its customer changed it.
    pub own_changes: u64,
    /// The rule of its last offer.
    pub offered_by: Option<Rule>,
    /// The offers to the person in this line, of this stay and of earlier ones.
    pub offers: RecentOffers,
    /// The last time at which somebody joined again with its address, if that was told.
    pub joined_again_at: Option<Timestamp>,
}

impl StoredEntry {
    /// Whether this organiser's command was done before and its response was lost.
    pub(crate) fn is_done_by(&self, mandate: &Mandate) -> bool {
        mandate.command.as_ref().is_some_and(|command| self.commands.contains(command))
    }

    /// The time from which an explanation looks back: its last offer, or `now` while it waits.
    pub fn explained_from(&self, now: Timestamp) -> Timestamp {
        let offer = self.entry.offer.as_ref().filter(|_| self.entry.status != Status::Waiting);
        offer.map_or(now, |offer| offer.offered_at)
    }

    /// Whether the same person may join again, with a new entry.
    pub fn may_rejoin(&self) -> bool {
        Status::MAY_REJOIN.contains(&self.entry.status) || self.registration_cancelled
    }

    /// Whether this token shows the entry.
    pub fn is_shown_by(&self, token: &SecretHash) -> bool {
        self.entry.token_hash == *token || self.came_in_a_message(token)
    }

    /// Ends it as unconfirmed where its time is over. Stored entries end a moment later.
    pub(crate) fn end_if_left_unconfirmed(&mut self, now: Timestamp) {
        if self.entry.is_left_unconfirmed(now) {
            self.entry.status = Status::Unconfirmed;
        }
    }

    /// Whether this token proves the entry's customer, so that its bearer may act for them.
    pub fn is_proven_by(&self, token: &SecretHash) -> bool {
        let came_with_the_join = !self.entry.token_only_looks && self.entry.token_hash == *token;
        came_with_the_join || self.came_in_a_message(token)
    }

    fn came_in_a_message(&self, token: &SecretHash) -> bool {
        self.mailed_token_hashes.contains(token) || self.texted_token_hashes.contains(token)
    }

    /// Whether the bearer of this token reads the entry's address, and the entry is confirmed. So
    /// they may act for all places of that address.
    pub fn proves_its_address(&self, token: &SecretHash) -> bool {
        self.entry.is_confirmed() && self.mailed_token_hashes.contains(token)
    }

    /// Whether the entry is confirmed and has the address and the customer of this other one.
    pub fn is_of_the_address_of(&self, other: &Self) -> bool {
        let (ours, theirs) = (&self.entry, &other.entry);
        ours.is_confirmed()
            && ours.place.customer_id == theirs.place.customer_id
            && ours.applicant.email == theirs.applicant.email
            && !ours.applicant.is_removed()
    }
}

#[skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct EntryItem {
    pk: String,
    sk: String,
    entry_id: EntryId,
    number: u64,
    lane: Option<String>,
    numbered_at: Option<Timestamp>,
    tier: Option<TierId>,
    #[serde(flatten)]
    applicant: Applicant,
    status: Status,
    joined_at: Timestamp,
    joined_position: Option<u64>,
    confirm_by: Option<Timestamp>,
    #[serde(default, skip_serializing)]
    confirmation_reminded_at: Option<Timestamp>,
    #[serde(default, skip_serializing)]
    joined_again_at: Option<Timestamp>,
    token_hash: SecretHash,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    token_only_looks: bool,
    #[serde(default, skip_serializing)]
    email_token_hashes: Vec<SecretHash>,
    #[serde(default, skip_serializing)]
    sms_token_hashes: Vec<SecretHash>,
    #[serde(default, skip_serializing)]
    email_readdressed: u32,
    #[serde(default, skip_serializing)]
    sms_readdressed: u32,
    /// Why mail does not reach the address.
    #[serde(default, skip_serializing)]
    unreachable: Option<Cause>,
    /// When that was reported.
    #[serde(default, skip_serializing)]
    unreachable_at: Option<Timestamp>,
    #[serde(default, skip_serializing)]
    unsubscribed: bool,
    line: Option<String>,
    order: Option<String>,
    #[serde(default, skip_serializing)]
    offered_at: Option<Timestamp>,
    #[serde(default, skip_serializing)]
    expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing)]
    offer_quantity: Option<Quantity>,
    #[serde(default, skip_serializing)]
    purchase_window: Option<Window>,
    #[serde(default, skip_serializing)]
    remind_at: Option<Timestamp>,
    #[serde(default, skip_serializing)]
    reminded_at: Option<Timestamp>,
    #[serde(default, skip_serializing)]
    registration_id: Option<RegistrationId>,
    action: Option<String>,
    #[serde(default, skip_serializing)]
    registration_cancelled: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    may_overtake: bool,
    #[serde(flatten)]
    last_change: LastChange,
    /// Stored as a number set.
    #[serde(default, skip_serializing)]
    moments: Vec<Timestamp>,
    #[serde(default, skip_serializing)]
    own_changes: u64,
    /// The times of the offers to its person, in this stay and earlier ones. Stored as a number set.
    #[serde(default, skip_serializing)]
    offered_moments: Vec<Timestamp>,
    /// The rule of its last offer.
    #[serde(default, skip_serializing)]
    rule: Option<Rule>,
}

/// The item of an entry that joins at this position, after these offers to its person.
///
/// The relay does not read the event, so `may_overtake` is on the item.
pub(crate) fn joining_item(
    entry: &Entry,
    position: Option<u64>,
    may_overtake: bool,
    earlier: &RecentOffers,
    mandate: &Mandate,
) -> Result<Item, Error> {
    let key = Key::entry(&entry.place);
    let mut item = to_item(&EntryItem {
        pk: key.pk,
        sk: key.sk,
        entry_id: entry.id.clone(),
        number: entry.number,
        lane: stored_lane(&entry.lane),
        numbered_at: None,
        tier: entry.tier.clone(),
        applicant: entry.applicant.clone(),
        status: entry.status,
        joined_at: entry.joined_at,
        joined_position: position,
        confirm_by: entry.confirm_by,
        confirmation_reminded_at: None,
        joined_again_at: None,
        token_hash: entry.token_hash.clone(),
        token_only_looks: entry.token_only_looks,
        email_token_hashes: Vec::new(),
        sms_token_hashes: Vec::new(),
        email_readdressed: 0,
        sms_readdressed: 0,
        unreachable: None,
        unreachable_at: None,
        unsubscribed: false,
        line: Some(line_partition(&entry.lane_id())),
        order: Some(line_order(entry.number)),
        offered_at: None,
        expires_at: None,
        offer_quantity: None,
        purchase_window: None,
        remind_at: None,
        reminded_at: None,
        registration_id: None,
        action: None,
        registration_cancelled: false,
        may_overtake,
        last_change: LastChange::first(mandate, entry.joined_at),
        moments: Vec::new(),
        own_changes: 0,
        offered_moments: Vec::new(),
        rule: None,
    })?;
    let moments = AttributeValue::Ns(vec![entry.joined_at.milliseconds().to_string()]);
    item.insert("moments".to_owned(), moments);
    if let Some(offers) = stored_offers(&earlier.counted(entry.joined_at)) {
        item.insert(OFFERED_MOMENTS.to_owned(), offers);
    }
    Ok(item)
}

/// The attribute with the times of the offers to a person. Missing without any.
const OFFERED_MOMENTS: &str = "offered_moments";

fn stored_offers(offers: &RecentOffers) -> Option<AttributeValue> {
    let times: Vec<String> = offers.times().map(|time| time.milliseconds().to_string()).collect();
    (!times.is_empty()).then_some(AttributeValue::Ns(times))
}

/// The stored name of a lane. None for the common lane.
fn stored_lane(lane: &Lane) -> Option<String> {
    (*lane != Lane::Common).then(|| lane.as_str().to_owned())
}

/// Reads an entry from its item.
pub(crate) fn stored_entry(item: Item) -> Result<StoredEntry, Error> {
    let commands = commands_from(&item);
    let stored: EntryItem = from_item(item)?;
    let key = Key { pk: stored.pk, sk: stored.sk };
    let offer = match (stored.offered_at, stored.expires_at, stored.offer_quantity) {
        (Some(offered_at), Some(expires_at), Some(quantity)) => {
            let (purchase_window, remind_at, reminded_at) =
                (stored.purchase_window, stored.remind_at, stored.reminded_at);
            Some(Offer { offered_at, expires_at, quantity, purchase_window, remind_at, reminded_at })
        }
        _ => None,
    };
    let unreachable = stored.unreachable.zip(stored.unreachable_at);
    let entry = Entry {
        id: stored.entry_id,
        place: key.to_place().ok_or_else(|| malformed("pk"))?,
        lane: stored.lane.map_or(Ok(Lane::Common), |lane| Lane::parse(&lane)).map_err(|_| malformed("lane"))?,
        number: stored.number,
        numbered_at: stored.numbered_at.unwrap_or(stored.joined_at),
        tier: stored.tier,
        applicant: stored.applicant,
        status: stored.status,
        joined_at: stored.joined_at,
        confirm_by: stored.confirm_by,
        confirmation_reminded_at: stored.confirmation_reminded_at,
        token_hash: stored.token_hash,
        token_only_looks: stored.token_only_looks,
        address_versions: AddressVersions { email: stored.email_readdressed, sms: stored.sms_readdressed },
        unreachable_by_mail: unreachable.map(|(cause, at)| Unreachable { cause, at }),
        is_unsubscribed: stored.unsubscribed,
        offer,
        registration_id: stored.registration_id,
    };
    Ok(StoredEntry {
        entry,
        joined_position: stored.joined_position,
        mailed_token_hashes: stored.email_token_hashes,
        texted_token_hashes: stored.sms_token_hashes,
        action: stored.action,
        commands,
        registration_cancelled: stored.registration_cancelled,
        may_overtake: stored.may_overtake,
        last_change: stored.last_change,
        moments: stored.moments,
        own_changes: stored.own_changes,
        offers: RecentOffers::new(stored.offered_moments),
        offered_by: stored.rule,
        joined_again_at: stored.joined_again_at,
    })
}

/// The attribute of an entry that was stored with a count of its person's places. The next join
/// there must count too.
///
/// An item without an entry has it where a place was closed before anybody had it.
const COUNTED: &str = "counted";

/// Whether a join at the place of this item must count.
pub(crate) fn is_counted(item: &Item) -> bool {
    item.contains_key(COUNTED)
}

/// Marks the item of a join that counted.
pub(crate) fn mark_as_counted(item: &mut Item) {
    item.insert(COUNTED.to_owned(), AttributeValue::Bool(true));
}

/// Reads the entry of an item, unless the item only closes its place.
pub(crate) fn entry_if_any(item: Item) -> Result<Option<StoredEntry>, Error> {
    if is_counted(&item) && !item.contains_key("entry_id") { Ok(None) } else { stored_entry(item).map(Some) }
}

/// Closes a place to joins that do not count, while it is empty or its entry is this ended one.
pub(crate) fn close(ended: Option<&EntryId>) -> Expression {
    let closed = Expression::new().set(COUNTED, true);
    match ended {
        None => closed.when_absent("pk"),
        Some(id) => closed.when_equal("entry_id", id.as_str()).when_any(has_ended()),
    }
}

/// The person of the entry may join again.
fn has_ended() -> impl Iterator<Item = Alternative> {
    let cancelled = Alternative::Equal("registration_cancelled", true.into());
    let ended = Status::MAY_REJOIN.map(|status| Alternative::Equal("status", status.as_str().into()));
    [cancelled].into_iter().chain(ended)
}

/// The place is free for the entry `id`: it is empty, or its earlier entry has ended and the person
/// may join again.
///
/// A late repetition of a join does not restart its ended entry. The new entry goes on counting the
/// `earlier` offers, so there must be no others.
pub(crate) fn may_join(id: &EntryId, earlier: &RecentOffers) -> Expression {
    Expression::new()
        .when_any([Alternative::Lacks("entry_id")].into_iter().chain(has_ended()))
        .when_not("entry_id", id.as_str())
        .when_still(OFFERED_MOMENTS, stored_offers(earlier))
}

/// Notes that the sale of an entry is cancelled, so that the person may join again.
pub(crate) fn cancel_registration(id: &EntryId) -> Expression {
    Expression::new().set("registration_cancelled", true).when_equal("entry_id", id.as_str())
}

/// Beginnings of partitions of the `due` index, before a `#` and a number. The first is for
/// deadlines and batches, the second for reminders.
pub(crate) const DUE: &str = "DUE";
pub(crate) const REMINDERS: &str = "REMIND";

/// The partition of the `due` index for an entry's reminder or deadline.
fn due_shard(what: &str, number: u64) -> String {
    format!("{what}#{}", number % DUE_SHARDS)
}

/// Offers seats to a waiting entry that still has its number and `asks` for as many seats, by this
/// rule.
pub(crate) fn offer(read: NumberedEntry<'_>, asks: Quantity, offer: &Offer, rule: Rule) -> Expression {
    let content = [Alternative::Lacks(MINIMUM), Alternative::AtMost(MINIMUM, offer.quantity.get().into())];
    Expression::new()
        .set("status", Status::Offered.as_str())
        .set("rule", rule.as_str())
        .set("offered_at", offer.offered_at)
        .set("expires_at", offer.expires_at)
        .set("offer_quantity", offer.quantity.get())
        .set_if_some("purchase_window", offer.purchase_window.as_ref().map(Window::as_str))
        .set_if_some("remind_at", offer.remind_at)
        .set("due_shard", due_shard(if offer.remind_at.is_some() { REMINDERS } else { DUE }, read.number))
        .set("due_at", offer.remind_at.unwrap_or(offer.expires_at))
        .set("armed_from", offer.offered_at)
        .add_moment(OFFERED_MOMENTS, offer.offered_at)
        .when_equal("status", Status::Waiting.as_str())
        .when_absent(CONFIRM_BY)
        .when_equal(QUANTITY, asks.get())
        .when_any(content)
        .when_still_numbered(read)
}

/// An entry and its number as they were read. An entry gets a new number before it gets another
/// offer. So the number tells its offers apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberedEntry<'read> {
    pub(crate) id: &'read EntryId,
    pub(crate) lane: &'read Lane,
    pub(crate) number: u64,
}

impl<'read> NumberedEntry<'read> {
    pub(crate) const fn of(entry: &'read Entry) -> Self {
        Self { id: &entry.id, lane: &entry.lane, number: entry.number }
    }
}

impl Expression {
    /// Notes the change on an entry for the journal: the actor, the time, the reason and the number
    /// of the change.
    ///
    /// Also adds the time to `moments`, by which the entry's rows are found in the journal.
    ///
    /// The names of the last commands stay on the entry. So a repeated command is recognised,
    /// whatever has changed since.
    pub(crate) fn noted_by(self, mandate: &Mandate, now: Timestamp) -> Self {
        note(self.journalled(mandate, now).add_moment("moments", now), mandate.command.as_deref())
    }

    /// Joins at this place need not count.
    pub(crate) fn when_open(self) -> Self {
        self.when_absent(COUNTED)
    }

    /// The entry is the same and has the number that was read.
    fn when_still_numbered(self, read: NumberedEntry<'_>) -> Self {
        self.when_equal("entry_id", read.id.as_str())
            .when_equal("number", read.number)
            .when_still("lane", stored_lane(read.lane))
    }
}

/// A number that was issued for an entry, and belongs to it once it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewNumber {
    pub(crate) lane: Lane,
    pub(crate) number: u64,
    pub(crate) tier: Option<TierId>,
    /// The first position of the entry with it. Nothing before the draw.
    pub(crate) position: Option<u64>,
}

/// Notes the reminder of an offer. From then on its deadline is in the `due` index.
pub(crate) fn remind(read: NumberedEntry<'_>, offer: &Offer, now: Timestamp) -> Expression {
    Expression::new()
        .set("reminded_at", now)
        .set("due_shard", due_shard(DUE, read.number))
        .set("due_at", offer.expires_at)
        .set("armed_from", now)
        .when_still_numbered(read)
        .when_equal("status", Status::Offered.as_str())
        .when_absent("reminded_at")
        .when_equal("expires_at", offer.expires_at)
        .when_more_than("expires_at", now)
}

/// Claims an offer before its deadline.
pub(crate) fn claim(read: NumberedEntry<'_>, expires_at: Timestamp, action: &str, now: Timestamp) -> Expression {
    Expression::new()
        .set("status", Status::Claimed.as_str())
        .set("expires_at", expires_at)
        .set("due_shard", due_shard(DUE, read.number))
        .set("due_at", expires_at)
        .set("armed_from", now)
        .set("claimed_at", now)
        .set("action", action)
        .when_still_numbered(read)
        .when_equal("status", Status::Offered.as_str())
        .when_more_than("expires_at", now)
}

/// Turns held seats into a sale before the deadline. A claim without a purchase window does this
/// too, `from` an unclaimed offer only.
pub(crate) fn convert(
    read: NumberedEntry<'_>,
    from: &[Status],
    registration: &RegistrationId,
    action: Option<&str>,
    now: Timestamp,
) -> Expression {
    end(Status::Converted)
        .set("registration_id", registration.as_str())
        .set_if_some("action", action)
        .set("ended_at", now)
        .when_still_numbered(read)
        .when_one_of("status", from.iter().map(|status| status.as_str()))
        .when_more_than("expires_at", now)
}

/// Ends an offer without a sale.
pub(crate) fn end_offer(read: NumberedEntry<'_>, how: OfferEnd, action: Option<&str>, now: Timestamp) -> Expression {
    let ended = end(how.status())
        .set_if_some("action", action)
        .set("ended_at", now)
        .when_still_numbered(read)
        .when_one_of("status", [Status::Offered.as_str(), Status::Claimed.as_str()]);
    match how {
        OfferEnd::Expired => ended.when_at_most("expires_at", now),
        OfferEnd::Declined => ended.when_more_than("expires_at", now),
        OfferEnd::Left | OfferEnd::Removed => ended,
    }
}

/// Gives a waiting entry a new number.
pub(crate) fn move_to(read: NumberedEntry<'_>, line: &LineId, new: &NewNumber, now: Timestamp) -> Expression {
    renumber(line, new, now)
        .when_still_numbered(read)
        .when_equal("status", Status::Waiting.as_str())
        .when_absent(CONFIRM_BY)
}

/// Confirms the address of an entry that waits for it. It keeps its number unless it gets a new one.
pub(crate) fn confirm(entry: &Entry, new: Option<&NewNumber>, now: Timestamp) -> Expression {
    let renumbered = new.map_or_else(Expression::new, |new| renumber(&entry.place.line, new, now));
    renumbered
        .set("confirmed_at", now)
        .remove(&[CONFIRM_BY])
        .when_equal("status", Status::Waiting.as_str())
        .when_still(CONFIRM_BY, entry.confirm_by)
        .when_still_numbered(NumberedEntry::of(entry))
}

/// Notes that the customer is reminded to confirm.
pub(crate) fn remind_to_confirm(entry: &Entry, now: Timestamp) -> Expression {
    Expression::new()
        .set(CONFIRMATION_REMINDED_AT, now)
        .when_equal("status", Status::Waiting.as_str())
        .when_absent(CONFIRMATION_REMINDED_AT)
        .when_still(CONFIRM_BY, entry.confirm_by)
        .when_still_numbered(NumberedEntry::of(entry))
}

/// Notes that somebody joined again with the entry's address, if nobody has since `since`.
pub(crate) fn join_again(id: &EntryId, since: Timestamp, now: Timestamp) -> Expression {
    Expression::new()
        .set(JOINED_AGAIN_AT, now)
        .when_equal("entry_id", id.as_str())
        .when_any([Alternative::Lacks(JOINED_AGAIN_AT), Alternative::AtMost(JOINED_AGAIN_AT, since.into())])
}

/// Lets an entry with one of these statuses wait again, with a new number. Removes its offer.
pub(crate) fn wait_again(entry: &Entry, from: &[Status], new: &NewNumber, now: Timestamp) -> Expression {
    renumber(&entry.place.line, new, now)
        .set("status", Status::Waiting.as_str())
        .remove(&DUE_INDEX)
        .remove(&["offered_at", "expires_at", "offer_quantity", "purchase_window", "remind_at", "reminded_at"])
        // The organiser vouches for whom they put back.
        .remove(&["claimed_at", "ended_at", "action", CONFIRM_BY])
        .when_still_numbered(NumberedEntry::of(entry))
        .when_one_of("status", from.iter().map(|status| status.as_str()))
}

/// Sets the number of an entry and its key in the `line` index.
fn renumber(line: &LineId, new: &NewNumber, now: Timestamp) -> Expression {
    Expression::new()
        .set("number", new.number)
        .set("numbered_at", now)
        .set("line", line_partition(&line.lane(new.lane.clone())))
        .set("order", line_order(new.number))
        .set_or_remove("lane", stored_lane(&new.lane))
        .set_if_some("tier", new.tier.as_ref().map(TierId::as_str))
        .set_or_remove("joined_position", new.position)
}

/// Postpones the deadline of an offer, if it has not passed and is still the one that was read.
pub(crate) fn extend(entry: &Entry, expires_at: Timestamp, now: Timestamp) -> Expression {
    let extended = Expression::new().set("expires_at", expires_at);
    // While a reminder is due, it is in the index instead of the deadline.
    let extended = if entry.reminder_due_at().is_some() {
        extended
    } else {
        extended.set("due_at", expires_at).set("armed_from", now)
    };
    extended
        .when_still_numbered(NumberedEntry::of(entry))
        .when_equal("status", entry.status.as_str())
        .when_still("reminded_at", entry.offer.as_ref().and_then(|offer| offer.reminded_at))
        .when_still("expires_at", entry.deadline())
        .when_more_than("expires_at", now)
}

/// The attribute with the hashes of the tokens sent by a channel.
pub(crate) const fn tokens_sent_by(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email_token_hashes",
        Channel::Sms => "sms_token_hashes",
    }
}

/// The attribute that counts the changes of a channel's address. Missing before the first.
const fn count_of(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email_readdressed",
        Channel::Sms => "sms_readdressed",
    }
}

/// The attribute with the address of a channel.
pub(crate) const fn address_of(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email",
        Channel::Sms => "phone",
    }
}

/// Notes that mail does not reach the entry's customer, unless it is noted already or the entry has
/// another address.
pub(crate) fn note_unreachable(id: &EntryId, address: &EmailAddress, unreachable: Unreachable) -> Expression {
    let lapsed = Alternative::AtMost(UNREACHABLE_AT, lapsed_at(unreachable.at).into());
    Expression::new()
        .set(UNREACHABLE, unreachable.cause.as_str())
        .set(UNREACHABLE_AT, unreachable.at)
        .when_equal("entry_id", id.as_str())
        .when_equal(address_of(Channel::Email), address.as_str())
        .when_any([Alternative::Lacks(UNREACHABLE_AT), lapsed])
}

/// Turns off the messages that are not about the customer's own seats.
pub(crate) fn unsubscribe(id: &EntryId) -> Expression {
    Expression::new().set(UNSUBSCRIBED, true).when_equal("entry_id", id.as_str()).when_absent(UNSUBSCRIBED)
}

/// Notes that the customer's phone number is confirmed, if it is still this one and unproven.
pub(crate) fn confirm_phone(id: &EntryId, phone: &PhoneNumber) -> Expression {
    Expression::new()
        .remove(&[PHONE_UNPROVEN])
        .when_equal("entry_id", id.as_str())
        .when_equal(address_of(Channel::Sms), phone.as_str())
        .when_equal(PHONE_UNPROVEN, true)
}

/// Changes the customer's name and addresses. Tokens sent to a replaced address are revoked.
pub(crate) fn change_contact(entry: &Entry, change: &ContactChange) -> Expression {
    let changed = entry.with_contact(change);
    let mut expression = Expression::new()
        .set_if_some("name", change.name.as_ref().map(PersonName::as_str))
        .when_equal("entry_id", entry.id.as_str())
        .when_equal("status", entry.status.as_str());
    let unproven = entry.applicant.is_phone_unproven;
    expression = expression.when_still(PHONE_UNPROVEN, unproven.then_some(true));
    if changed.applicant.is_phone_unproven != unproven {
        expression = expression.set_or_remove(PHONE_UNPROVEN, (!unproven).then_some(true));
    }
    for channel in Channel::ALL {
        let (was, is) = (entry.address(channel), changed.address(channel));
        let (before, after) = (entry.address_versions.of(channel), changed.address_versions.of(channel));
        expression = expression.when_still(address_of(channel), was);
        // The address may have been changed and changed back meanwhile.
        expression = expression.when_still(count_of(channel), (before > 0).then_some(u64::from(before)));
        if is != was {
            expression = expression.set_or_remove(address_of(channel), is).remove(&[tokens_sent_by(channel)]);
        }
        if is != was && channel == Channel::Email {
            expression = expression.remove(&[UNREACHABLE, UNREACHABLE_AT]);
        }
        if after != before {
            expression = expression.set(count_of(channel), u64::from(after));
        }
    }
    expression
}

/// Changes what a customer said when they joined. `changed` is the entry after the change.
///
/// The changes of a stay are counted here, because each adds a time to the entry's `moments`.
pub(crate) fn change_own(entry: &Entry, changed: &Entry, change: &OwnChange) -> Result<Expression, Error> {
    let (was, is) = (&entry.applicant, &changed.applicant);
    let mut expression = change_contact(entry, &change.contact())
        .set_if_some("locale", change.locale.as_ref().map(LanguageTag::as_str))
        .increase(OWN_CHANGES, 1)
        .when_any([Alternative::Lacks(OWN_CHANGES), Alternative::AtMost(OWN_CHANGES, (MOST_OWN_CHANGES - 1).into())])
        .when_equal(QUANTITY, was.quantity.get())
        .when_still(MINIMUM, was.minimum.map(Quantity::get));
    if let Some(channels) = &change.channels {
        expression = expression.set("channels", to_attribute(channels)?);
    }
    if let Some(answers) = &change.answers {
        expression = expression.set("answers", to_attribute(answers)?);
    }
    if (is.quantity, is.minimum) != (was.quantity, was.minimum) {
        expression = expression.set(QUANTITY, is.quantity.get()).set_if_some(MINIMUM, is.minimum.map(Quantity::get));
    }
    Ok(expression)
}

/// Ends a waiting entry that has no offer and is confirmed, or not, as it was read.
pub(crate) fn end_waiting(entry: &Entry, how: Status, action: Option<&str>, now: Timestamp) -> Expression {
    end(how)
        .set_if_some("action", action)
        .set("ended_at", now)
        .when_still_numbered(NumberedEntry::of(entry))
        .when_equal("status", Status::Waiting.as_str())
        .when_still(CONFIRM_BY, entry.confirm_by)
}

/// Ends an entry: nothing is due for it. It stays in the `line` index for the organiser's list.
fn end(status: Status) -> Expression {
    Expression::new().set("status", status.as_str()).remove(&DUE_INDEX)
}

/// The new deadline of a claim with a purchase window. Nothing without one.
pub(crate) fn claim_deadline(claim: &Claim) -> Option<Timestamp> {
    match claim {
        Claim::Purchase { expires_at } => Some(*expires_at),
        Claim::Convert => None,
    }
}
