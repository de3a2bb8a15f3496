//! A line of real entries, as long as wanted.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dynoxide::types::{AttributeValue, Item};
use serde_json::{Value, json};
use waitlist_domain::entry::Entry;
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::registration::{Registration, RegistrationStatus, Source};
use waitlist_domain::event::details::Details;
use waitlist_domain::event::join_challenge::{JoinChallenge, Work};
use waitlist_domain::event::reminder::ReminderAt;
use waitlist_domain::event::retention::Retention;
use waitlist_domain::event::{Event, JoinAccess, TicketType, WaitlistRules};
use waitlist_domain::form::Form;
use waitlist_domain::line::fit::Fit;
use waitlist_domain::line::lane::{Lane, LaneId};
use waitlist_domain::line::moved_up::MovedUpAt;
use waitlist_domain::line::order::{Order, StandingInLine};
use waitlist_domain::line::position_index::{Location, Mark};
use waitlist_domain::messages::message::{Notification, NotificationKind, Occasion};
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::contact::{EmailAddress, PersonName, PhoneNumber};
use waitlist_domain::values::credential::{PresentedToken, SecretHash, Token, UnsubscribeToken};
use waitlist_domain::values::identifier::{
    CustomerId, EntryId, EventId, LineId, PlaceId, RegistrationId, TicketTypeId,
};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::source;
use waitlist_domain::values::time::{Timestamp, Window};
use waitlist_store::commands::events::{EventChanges, WantedEvent};
use waitlist_store::commands::joining::Join;
use waitlist_store::commands::notifying::{Allowance, Beginning, Notifying};
use waitlist_store::commands::registrations::DirectSales;
use waitlist_store::commands::sources::{Counted, Sources};
use waitlist_store::commands::unsubscribing::Unsubscribing;
use waitlist_store::followers::changes::IndexUpkeep;
use waitlist_store::queries::entries::Entries;
use waitlist_store::queries::events::Events;
use waitlist_store::{AccessTable, StoredEntry, Table};
use waitlist_tests::{Clock, entry_sort_key};

use crate::metered::{Metered, TABLE};

/// Ids of event and ticket type, as long as organisers choose them.
pub(crate) const IDS: [&str; 2] = ["summer-camp-2027-week-2", "camper"];

/// Items that are stored at once.
const BATCH: usize = 5000;

/// One event with one ticket type, and the customers who wait for it.
#[derive(Debug)]
pub(crate) struct Waitlist {
    pub(crate) metered: Metered,
    pub(crate) table: Table,
    pub(crate) line: LineId,
    /// The hash of the token that proves every customer.
    token_hash: SecretHash,
    clock: Clock,
    order: Order,
    /// The number that the next entry gets.
    pub(crate) next: u64,
    /// The numbers that no longer wait, kept beside the position index to check it.
    pub(crate) gone: BTreeSet<u64>,
    /// The gone numbers whose entries were offered seats.
    offered: BTreeSet<u64>,
}

impl Waitlist {
    /// An event with few seats, all sold, so that its line is open. `names` are the ids of event
    /// and ticket type.
    pub(crate) async fn sold_out(names: [&str; 2]) -> Self {
        let waitlist = Self::on_sale(names).await;
        waitlist.sell().await;
        waitlist
    }

    /// A sold-out event with another order than first come, first served.
    pub(crate) async fn sold_out_in_order(names: [&str; 2], order: Order) -> Self {
        let waitlist = Self::on_sale_in_order(names, order).await;
        waitlist.sell().await;
        waitlist
    }

    /// An event with one seat left.
    pub(crate) async fn on_sale(names: [&str; 2]) -> Self {
        Self::on_sale_in_order(names, Order::Fifo).await
    }

    async fn on_sale_in_order([event, ticket_type]: [&str; 2], order: Order) -> Self {
        let clock = Clock::standing_still();
        let metered = Metered::new(&clock);
        let table = store_table(&metered, &clock);
        let line = LineId {
            event_id: EventId::parse(event).expect("valid"),
            ticket_type_id: TicketTypeId::parse(ticket_type).expect("valid"),
        };
        let token_hash = SecretHash::of("a token");
        let (gone, offered) = (BTreeSet::new(), BTreeSet::new());
        let waitlist = Self { metered, table, line, token_hash, clock, order, next: 1, gone, offered };
        waitlist.put_event(1).await;
        waitlist
    }

    /// The table of keys, which is empty: it reads the same table, where no key stands.
    pub(crate) fn access(&self) -> AccessTable {
        let (client, now) = (self.metered.client(&self.clock), self.clock.clone());
        let now = move || Timestamp::from_milliseconds(now.milliseconds());
        AccessTable::new(client, TABLE, Arc::new(now), Arc::new(|| [0; 32]))
    }

    /// The table of a function that has just started: it remembers nothing.
    pub(crate) fn cold_table(&self) -> Table {
        store_table(&self.metered, &self.clock)
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Lets less than a second pass.
    pub(crate) fn tick(&self, milliseconds: u64) {
        self.clock.advance(Duration::from_millis(milliseconds));
    }

    // What the organiser and the sales system do.

    pub(crate) fn event(&self) -> Event {
        Event {
            id: self.line.event_id.clone(),
            version: 0,
            name: Label::parse("Summer Camp, second week").expect("valid"),
            starts_at: self.table.now().plus_milliseconds(90 * 24 * 3_600_000),
            time_zone: "America/New_York".to_owned(),
            locale: None,
            details: Details::default(),
            ticket_types: vec![TicketType {
                id: self.line.ticket_type_id.clone(),
                name: Label::parse("Camper").expect("valid"),
            }],
            rules: WaitlistRules {
                order: self.order.clone(),
                join_access: JoinAccess::Public,
                max_size: 10_000_000,
                max_quantity: Quantity::parse(10).expect("valid"),
                max_offers: WaitlistRules::usual().max_offers,
                proof: WaitlistRules::usual().proof,
                confirm_within: WaitlistRules::usual().confirm_within,
                max_places: WaitlistRules::usual().max_places,
                one_place_per_mailbox: false,
                join_challenge: None,
                notification_window: Window::parse("24 hours").expect("valid"),
                purchase_window: Some(Window::parse("2 hours").expect("valid")),
                reminder_at: Some(ReminderAt::parse(75).expect("valid")),
                moved_up_at: MovedUpAt::default(),
                fit: Fit::Strict,
                pace: None,
                form: Form::default(),
                retention: Retention::usual(),
            },
        }
    }

    pub(crate) async fn put_event(&self, capacity: u64) {
        self.put(self.event(), vec![Some(capacity)]).await;
    }

    pub(crate) async fn put(&self, event: Event, capacities: Vec<Option<u64>>) {
        let wanted = WantedEvent { event, capacities };
        EventChanges::new(&self.table).put(&wanted).await.expect("the event is valid");
    }

    /// Asks joins without a key for the solution of a challenge.
    pub(crate) async fn ask_for_work(&self) {
        let mut event = self.event();
        event.rules.join_challenge = Some(JoinChallenge::Work);
        let wanted = WantedEvent { event, capacities: vec![None] };
        EventChanges::new(&self.table).put(&wanted).await.expect("the event is valid");
    }

    pub(crate) async fn capacity(&self) -> u64 {
        let event = Events::new(&self.table).get_with_lines(&self.line.event_id).await.expect("it exists");
        event.lines[0].seats.capacity
    }

    pub(crate) async fn sell(&self) -> Registration {
        let registration = Registration {
            id: RegistrationId::from_bits(self.table.random_identifier_bits()),
            line: self.line.clone(),
            quantity: Quantity::ONE,
            customer_id: CustomerId::parse("buyer").expect("valid"),
            attendee_id: None,
            status: RegistrationStatus::Confirmed,
            source: Source::Direct,
            entry_id: None,
            payment_reference: Some("pi_3MtwBwLkdIwHu7ix28a3tqPa".to_owned()),
            created_at: self.table.now(),
        };
        DirectSales::new(&self.table).sell(&registration).await.expect("a seat is free")
    }

    /// How many seats are free.
    pub(crate) async fn free(&self) -> usize {
        let event = Events::new(&self.table).get_with_lines(&self.line.event_id).await.expect("it exists");
        usize::try_from(event.lines[0].seats.free).expect("few are")
    }

    // Who stands where.

    /// The first `count` waiting entries have been offered seats.
    pub(crate) fn head_goes(&mut self, count: usize) {
        let head = self.head(count);
        self.gone.extend(&head);
        self.offered.extend(head);
    }

    /// The first `count` numbers that wait.
    pub(crate) fn head(&self, count: usize) -> Vec<u64> {
        self.standing().take(count).collect()
    }

    /// All numbers that wait.
    fn standing(&self) -> impl DoubleEndedIterator<Item = u64> {
        (1..self.next).filter(|number| !self.gone.contains(number))
    }

    /// The first number from `number` on that waits.
    pub(crate) fn standing_from(&self, number: u64) -> u64 {
        (number..self.next).find(|number| !self.gone.contains(number)).expect("somebody stands there")
    }

    pub(crate) fn last_standing(&self) -> u64 {
        self.standing().next_back().expect("somebody stands")
    }

    /// A number was taken, and its entry waits.
    pub(crate) fn number_is_taken(&mut self) {
        self.next += 1;
    }

    /// The first `count` entries whose offer has passed its deadline.
    pub(crate) fn overdue(&self, count: usize) -> Vec<u64> {
        let now = self.table.now().milliseconds();
        let is_overdue = |number: &u64| {
            let item = self.stored_item(*number);
            let expires_at = item["expires_at"]["N"].as_str().and_then(|digits| digits.parse::<i64>().ok());
            item["status"]["S"] == "offered" && expires_at.is_some_and(|deadline| deadline <= now)
        };
        self.offered.iter().copied().filter(is_overdue).take(count).collect()
    }

    /// How many entries wait.
    pub(crate) fn waiting(&self) -> u64 {
        self.next - 1 - self.gone.len() as u64
    }

    // People.

    pub(crate) fn wish(&self, number: u64) -> Join {
        Join {
            place: self.place(number),
            tier: None,
            access_code: None,
            is_public: false,
            work: Work::Missing,
            applicant: Applicant {
                phone: Some(PhoneNumber::parse(&phone(number)).expect("valid")),
                ..Applicant::new(
                    PersonName::parse(&name(number)).expect("valid"),
                    EmailAddress::parse(&email(number)).expect("valid"),
                    Quantity::ONE,
                )
            },
            token_hash: self.token_hash.clone(),
            entry_id: entry_id(number),
        }
    }

    pub(crate) fn another_entry_id(&self) -> EntryId {
        EntryId::from_bits(self.table.random_identifier_bits())
    }

    pub(crate) fn place(&self, number: u64) -> PlaceId {
        PlaceId { customer_id: customer(number), line: self.line.clone(), attendee_id: None }
    }

    /// The entry that joined with this number, found as the endpoints find it.
    pub(crate) async fn find(&self, number: u64) -> StoredEntry {
        let token = PresentedToken::unsealed(self.token_hash.clone(), self.place(number).tag());
        let found = Entries::new(&self.table).shown_by(&customer(number), &token).await;
        found.expect("the table answers").expect("they joined")
    }

    /// Lets the functions remember what warm ones do. That is the secret of hashes, which a public
    /// join has made, and for a minute when the event's tokens end.
    pub(crate) async fn warm(&self, number: u64) {
        let source = source::Source::parse("192.0.2.1").expect("an address");
        Sources::new(&self.table).count(Counted::Joins, &source, u64::MAX).await.expect("there is no limit");
        self.find(number).await;
    }

    /// What `GET …/position` does.
    pub(crate) async fn position(&self, number: u64) -> Option<u64> {
        let token = PresentedToken::unsealed(self.token_hash.clone(), self.place(number).tag());
        let found = Entries::new(&self.table).lately_shown_by(&customer(number), &token).await;
        let entry: Entry = found.expect("the table answers").expect("they joined").entry;
        let standings = Entries::new(&self.table).standings([&entry]).await.expect("the table answers");
        standings[0].and_then(StandingInLine::position)
    }

    /// The position by counting.
    pub(crate) fn counted_position(&self, number: u64) -> u64 {
        number - self.gone.range(..number).count() as u64
    }

    /// The entry's item as it is stored.
    pub(crate) fn stored_item(&self, number: u64) -> Value {
        let customer = customer(number);
        let key = json!({ "pk": { "S": format!("CUSTOMER#{customer}") }, "sk": { "S": entry_sort_key(&self.place(number)) } });
        self.metered.item(&key)
    }

    /// What the function `notify` does to send one notification.
    pub(crate) async fn tell(&self, number: u64, kind: NotificationKind, channel: Channel) {
        const STORED: &str = "nothing disturbs it";
        let notifying = Notifying::new(&self.table);
        let entry = notifying.entry(&self.place(number)).await.expect(STORED).expect("they joined").entry;
        notifying.event(&self.line.event_id).await.expect(STORED);
        let (place, entry_id, occasion) = (entry.place.clone(), entry.id.clone(), Occasion::of(kind, &entry));
        let notification = Notification { place, entry_id, kind, occasion, channel, address_version: 0 };
        let lease = match notifying.begin_sending(&notification).await.expect(STORED) {
            Beginning::Proceed(lease) => lease,
            other => panic!("a message is sent once: {other:?}"),
        };
        if channel == Channel::Email {
            assert!(notifying.is_within_reach(&entry).await.expect(STORED), "nothing is reported");
        }
        let address = if channel == Channel::Email { email(number) } else { phone(number) };
        let allowance = notifying.count_against_limit(&notification, &address).await.expect(STORED);
        assert_eq!(allowance, Allowance::Now, "it gets few");
        let nonce = notifying.fresh_nonce();
        let token = Token::derive(&entry.place.tag(), &nonce, &address).hash();
        assert!(notifying.add_message_token(&entry, channel, &token).await.expect(STORED));
        if kind.is_news() {
            let link = UnsubscribeToken::derive(&nonce).hash();
            Unsubscribing::new(&self.table).add_link(&entry, &link).await.expect(STORED);
        }
        let provider_id = "0102018f5c0e4f4e-5c2f8b1a-7b0e-4a83-9f0e-2f1d5c1f9a77-000000";
        notifying.finish_sending(&lease, provider_id).await.expect(STORED);
    }

    /// Tells the customers with these numbers that they joined.
    pub(crate) async fn tell_of_joining(&self, numbers: &[u64]) {
        for &number in numbers {
            self.tell(number, NotificationKind::Joined, Channel::Email).await;
        }
    }

    /// Tells the customers with these numbers of their offer.
    pub(crate) async fn tell_of_offers(&self, numbers: &[u64]) {
        for &number in numbers {
            self.tell(number, NotificationKind::Offered, Channel::Email).await;
            self.tell(number, NotificationKind::Offered, Channel::Sms).await;
        }
    }

    // Many at once.

    /// The item that a join with this number makes now, without the attributes that tell where the
    /// entry stands. Every measured join checks that it is the same.
    fn entry(&self, number: u64) -> Item {
        let now = self.table.now().milliseconds();
        let texts = [
            ("pk", format!("CUSTOMER#{}", customer(number))),
            ("sk", entry_sort_key(&self.place(number))),
            ("entry_id", entry_id(number).as_str().to_owned()),
            ("name", name(number)),
            ("email", email(number)),
            ("phone", phone(number)),
            ("by", "waitlist".to_owned()),
            ("token_hash", self.token_hash.as_str().to_owned()),
        ];
        // No number had gone when they joined.
        let numbers = [
            ("number", number.to_string()),
            ("joined_position", number.to_string()),
            ("quantity", "1".to_owned()),
            ("joined_at", now.to_string()),
            ("at", now.to_string()),
            ("step", "1".to_owned()),
        ];
        let moments = ("moments".to_owned(), AttributeValue::NS(vec![now.to_string()]));
        let texts = texts.map(|(name, text)| (name.to_owned(), AttributeValue::S(text)));
        let numbers = numbers.map(|(name, digits)| (name.to_owned(), AttributeValue::N(digits)));
        texts.into_iter().chain(numbers).chain([moments]).collect()
    }

    /// The item of an entry that waits.
    pub(crate) fn waiting_item(&self, number: u64) -> Item {
        let place = [
            ("status", "waiting".to_owned()),
            ("line", format!("LINE#{}", self.line)),
            ("order", format!("{number:012}")),
        ];
        let mut item = self.entry(number);
        item.extend(place.map(|(name, text)| (name.to_owned(), AttributeValue::S(text))));
        item
    }

    /// The item of an entry that has left.
    pub(crate) fn left_item(&self, number: u64) -> Item {
        let now = self.table.now().milliseconds();
        let mut item = self.waiting_item(number);
        item.insert("status".to_owned(), AttributeValue::S("left".to_owned()));
        item.insert("ended_at".to_owned(), AttributeValue::N(now.to_string()));
        item.insert("action".to_owned(), AttributeValue::S("da000000000000000000000000000000".to_owned()));
        item.insert("step".to_owned(), AttributeValue::N("2".to_owned()));
        item
    }

    /// Lets `count` customers join, in bulk below the SDK: their entries and the counts of the
    /// numbers item.
    pub(crate) fn load(&mut self, count: u64) {
        let (first, end) = (self.next, self.next + count);
        let numbers: Vec<u64> = (first..end).collect();
        self.import("entries", &numbers, Self::waiting_item);
        self.set_next(end);
    }

    pub(crate) fn import(&self, what: &str, numbers: &[u64], item: impl Fn(&Self, u64) -> Item) {
        let progress = Progress::new(what, numbers.len());
        for batch in numbers.chunks(BATCH) {
            self.metered.import(batch.iter().map(|&number| item(self, number)).collect());
            progress.more(batch.len());
        }
    }

    pub(crate) fn numbers_key(&self) -> Value {
        json!({ "pk": { "S": format!("NUMBERS#{}", self.line) }, "sk": { "S": "NUMBERS" } })
    }

    /// Sets the counts that so many joins would have left.
    fn set_next(&mut self, next: u64) {
        let request = json!({
            "TableName": TABLE,
            "Key": self.numbers_key(),
            "UpdateExpression": "SET #next = :next, issued = :issued, last_issued_at = :now",
            "ExpressionAttributeNames": { "#next": "next" },
            "ExpressionAttributeValues": {
                ":next": { "N": next.to_string() },
                ":issued": { "N": (next - 1).to_string() },
                ":now": { "N": self.table.now().milliseconds().to_string() },
            },
        });
        self.metered.call("UpdateItem", &request);
        self.next = next;
    }

    /// Lets as many customers join as a tenth of those who wait, and then every tenth leave the
    /// line.
    pub(crate) async fn thin_out(&mut self) {
        self.load(self.waiting() / 9);
        let last = self.last_standing();
        let tenths: Vec<u64> = self.standing().filter(|number| number % 10 == 0 && *number != last).collect();
        self.leave(&tenths).await;
    }

    /// Makes the first `count` numbers gone, without any entries.
    pub(crate) async fn begin_after(&mut self, count: u64) {
        self.set_next(count + 1);
        let numbers: Vec<u64> = (1..=count).collect();
        self.mark(&numbers, &[Mark::Gone]).await;
    }

    /// Lets these numbers leave the line: their entries in bulk, their marks by the store, page by
    /// page.
    async fn leave(&mut self, numbers: &[u64]) {
        self.import("leavers", numbers, Self::left_item);
        self.mark(numbers, &[Mark::Gone, Mark::Left]).await;
    }

    /// The lane of all entries.
    pub(crate) fn lane(&self) -> LaneId {
        self.line.lane(Lane::Common)
    }

    /// Sets marks through the store.
    async fn mark(&mut self, numbers: &[u64], marks: &[Mark]) {
        let progress = Progress::new("marks", numbers.len());
        let upkeep = IndexUpkeep::new(&self.table);
        for page in numbers.chunk_by(|one, other| Location::of(*one).page == Location::of(*other).page) {
            let marked: Vec<_> = page.iter().map(|&number| (number, marks.to_vec())).collect();
            upkeep.mark(&self.lane(), &marked).await.expect("nothing disturbs it");
            progress.more(page.len());
        }
        self.gone.extend(numbers);
    }
}

/// The store's table, at the clock's time, with random bits that repeat in every run.
fn store_table(metered: &Metered, clock: &Clock) -> Table {
    let now = clock.clone();
    let drawn = AtomicU64::new(0);
    let random = move || {
        let mut bits = [0; 32];
        bits[..8].copy_from_slice(&drawn.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        bits
    };
    let now = move || Timestamp::from_milliseconds(now.milliseconds());
    Table::new(metered.client(clock), TABLE, Arc::new(now), Arc::new(random))
}

/// A customer id as given to customers who join by themselves.
fn customer(number: u64) -> CustomerId {
    CustomerId::parse(&format!("email:{number:032x}")).expect("valid")
}

pub(crate) fn entry_id(number: u64) -> EntryId {
    EntryId::from_bits(u128::from(number).to_be_bytes())
}

/// A name as long as if it ended in the number. Digits in a row would be a telephone number.
fn name(number: u64) -> String {
    let letters = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect::<String>();
    format!("Augusta Ada King, Countess of Lovelace {letters}")
}

/// A phone number of its own, because messages to each are limited.
fn phone(number: u64) -> String {
    format!("+1{}", 4_150_000_000 + number)
}

fn email(number: u64) -> String {
    format!("ada.lovelace.{number}@example.org")
}

/// Reports the progress of a long piece of work on stderr.
struct Progress<'what> {
    what: &'what str,
    whole: usize,
    done: Cell<usize>,
    started: Instant,
    told: Cell<u64>,
}

impl<'what> Progress<'what> {
    fn new(what: &'what str, whole: usize) -> Self {
        Self { what, whole, done: Cell::new(0), started: Instant::now(), told: Cell::new(0) }
    }

    /// So many more are done. Reports once a second, and at the end if that took a second.
    #[expect(clippy::print_stderr, reason = "so that nobody thinks it hangs, and stdout stays the table's")]
    fn more(&self, more: usize) {
        self.done.set(self.done.get() + more);
        let (done, seconds) = (self.done.get(), self.started.elapsed().as_secs());
        if seconds > self.told.get() || (done == self.whole && seconds > 0) {
            self.told.set(seconds);
            eprintln!("{} of {} {}, {seconds} s", with_thousands(done), with_thousands(self.whole), self.what);
        }
    }
}

/// 1000000 as 1,000,000.
pub(crate) fn with_thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok());
    groups.collect::<Vec<_>>().join(",")
}
