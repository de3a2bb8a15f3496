//! The measured operations, in the order of a line's life. Each is what its function does with the
//! store.

use serde_json::{Value, json};
use waitlist_domain::entry::places::Door;
use waitlist_domain::line::position_index::{Location, Mark};
use waitlist_domain::line::release::{Pace, Release};
use waitlist_domain::messages::message::NotificationKind;
use waitlist_domain::messages::send_rate::SendRate;
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::identifier::ReleaseId;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Window;
use waitlist_store::commands::confirming::Confirmations;
use waitlist_store::commands::joining::{Join, Joined, Joins};
use waitlist_store::commands::offers::{Claims, Conversions, Departures, registration_id_of};
use waitlist_store::commands::promotions::Promotions;
use waitlist_store::commands::registrations::Cancellations;
use waitlist_store::commands::releases::{Batch, Releases};
use waitlist_store::commands::reminders::{Reminded, Reminders};
use waitlist_store::commands::send_slots::SendSlots;
use waitlist_store::commands::sweeping::{Condition, Sweeps};
use waitlist_store::followers::changes::{Change, IndexUpkeep};
use waitlist_store::followers::moved_up::MovedUp;
use waitlist_store::queries::events::Statistics;

use crate::line::Waitlist;
use crate::metered::Cost;
use crate::report::{Bound, Report, Row};

const HOUR: u64 = 3600;
/// How long an offer lasts in these lines.
const WINDOW: u64 = 24 * HOUR;
/// The name of a request on the entry that it changes.
const REQUEST: &str = "0123456789abcdef0123456789abcdef";
/// How many offers one transaction makes.
const FULL: u32 = 99;

const JOIN: Bound = Bound { write_units: Some(3.0), read_units: Some(1.0), round_trips: Some(3), ..Bound::NONE };
/// A sales system's join does not look for other places of the person.
const TRUSTED_JOIN: Bound = Bound { read_units: Some(0.5), ..JOIN };
const REPEATED_JOIN: Bound = Bound {
    write_units: Some(0.0),
    read_units: Some(2.0),
    round_trips: Some(2),
    same_at_each_length: true,
    ..Bound::NONE
};
const JOIN_AGAIN: Bound = Bound { write_units: Some(4.0), ..JOIN };
const CONFIRM: Bound = Bound { same_at_each_length: true, ..Bound::NONE };
const FIRST_JOIN: Bound = Bound { write_units: Some(3.0), ..Bound::NONE };
const POSITION: Bound = Bound { read_units: Some(2.0), same_at_each_length: true, ..Bound::NONE };
const OFFER: Bound = Bound { write_units: Some(4.0), same_at_each_length: true, ..Bound::NONE };
const MOVED_UP: Bound = Bound { same_at_each_length: true, ..Bound::NONE };
const CLAIM: Bound = Bound { write_requests: Some(1), ..Bound::NONE };
const EXPIRY: Bound = Bound { write_units: Some(12.0), ..Bound::NONE };

/// Operations that are measured in more than one state of a line and must cost the same.
const LAST: &str = "exact position, last in line";
const MIDDLE: &str = "exact position, in the middle";
const UNDISTURBED_OFFERS: &str = "offer, 99 at once";

/// One line, and the report that gets its costs.
pub(crate) struct Measuring<'report> {
    pub(crate) waitlist: Waitlist,
    pub(crate) report: &'report mut Report,
    /// The length of the line, in words.
    pub(crate) length: String,
    /// Whether the bounds apply to this line.
    pub(crate) is_bound: bool,
}

impl Measuring<'_> {
    fn note(&mut self, operation: &'static str, times: u32, cost: Cost, bound: Option<Bound>) {
        let (length, bound) = (self.length.clone(), bound.filter(|_| self.is_bound));
        self.report.add(Row { operation, length, times, cost, bound });
    }

    /// Measures a line in which all who joined still wait.
    pub(crate) async fn measure_undisturbed(&mut self) {
        self.joins().await;
        self.positions(LAST, MIDDLE).await;
        self.offers(UNDISTURBED_OFFERS).await;
        self.offer_actions().await;
        self.leave_waiting().await;
        self.offer_one().await;
        self.expiries("expiry of one and next offer", "expiry of 10 and next offers").await;
        self.statistics().await;
        self.sweep().await;
    }

    /// Measures the same line with every tenth number gone and as many more at its end.
    pub(crate) async fn measure_thinned(&mut self) {
        self.positions("exact position, last in line, 10 % gone", "exact position, in the middle, 10 % gone").await;
        self.offers("offer, 99 at once, 10 % gone").await;
        self.waitlist.advance(WINDOW);
        self.expiries("expiry of one and next offer, 10 % gone", "expiry of 10 and next offers, 10 % gone").await;
        self.joins_again().await;
    }

    // Joining.

    pub(crate) async fn joins(&mut self) {
        let joins = Joins::new(&self.waitlist.table);
        let first = self.join(&joins, Door::Public).await;
        self.note("join, a function's first", 1, first, Some(FIRST_JOIN));
        self.confirm(self.waitlist.next - 1).await;
        let second = self.join(&joins, Door::Public).await;
        self.note("join", 1, second, Some(JOIN));
        let [heard, confirmed, heard_again] = self.confirm(self.waitlist.next - 1).await;
        self.note("relay: an unconfirmed join", 1, heard, Some(CONFIRM));
        self.note("confirm", 1, confirmed, Some(CONFIRM));
        self.note("relay: a confirmation, marked already", 1, heard_again, Some(CONFIRM));
        let third = self.join(&joins, Door::Trusted).await;
        self.note("join, by a sales system", 1, third, Some(TRUSTED_JOIN));
    }

    /// A customer joins. But for its proof, the entry is what loading would have stored.
    async fn join(&mut self, joins: &Joins, door: Door) -> Cost {
        let number = self.waitlist.next;
        let wish = Join { is_public: door == Door::Public, ..self.waitlist.wish(number) };
        let (joined, cost) = self.waitlist.metered.measure(joins.join(&wish, |_| Ok(()))).await;
        assert!(matches!(joined, Ok(Joined::New(..))), "{joined:?}");
        self.waitlist.number_is_taken();
        let mut stored = self.waitlist.stored_item(number);
        let attributes = stored.as_object_mut().expect("it was stored");
        attributes.retain(|name, _| !["confirm_by", "token_only_looks"].contains(&name.as_str()));
        assert_eq!(stored, json!(self.waitlist.waiting_item(number)), "entries are loaded as they are joined");
        cost
    }

    /// The relay hears of a public join, the customer confirms it, and the relay hears of that.
    async fn confirm(&self, number: u64) -> [Cost; 3] {
        let joined = self.images(&[number]);
        let heard = self.relay_of(&[number], vec![None]).await;
        let confirmations = Confirmations::new(&self.waitlist.table);
        self.waitlist.warm(number).await;
        let confirm = async { confirmations.confirm(&self.waitlist.find(number).await).await };
        let (confirmed, cost) = self.waitlist.metered.measure(confirm).await;
        confirmed.expect("in time");
        [heard, cost, self.relay(&[number], joined).await]
    }

    async fn joins_again(&mut self) {
        let joins = Joins::new(&self.waitlist.table);
        joins.event(&self.waitlist.line.event_id).await.expect("it exists");
        let standing = self.waitlist.head(1)[0];
        let left = *self.waitlist.gone.last().expect("many have left");
        // A new entry takes the old one's place in the index: one unit more, which the end of the
        // old one saved.
        let again =
            [("join again while waiting", standing, REPEATED_JOIN), ("join again after leaving", left, JOIN_AGAIN)];
        for (operation, number, bound) in again {
            let wish = Join { entry_id: self.waitlist.another_entry_id(), ..self.waitlist.wish(number) };
            let (joined, cost) = self.waitlist.metered.measure(joins.join(&wish, |_| Ok(()))).await;
            let is_new = matches!(joined, Ok(Joined::New(..)));
            assert_eq!(is_new, number == left, "{joined:?}");
            if is_new {
                self.waitlist.number_is_taken();
            }
            self.note(operation, 1, cost, Some(bound));
        }
    }

    // Positions.

    async fn positions(&mut self, last: &'static str, middle: &'static str) {
        let half = self.waitlist.next / 2;
        let numbers = [(last, self.waitlist.last_standing()), (middle, self.waitlist.standing_from(half))];
        for (operation, number) in numbers {
            self.waitlist.warm(number).await;
            let (position, cost) = self.waitlist.metered.measure(self.waitlist.position(number)).await;
            assert_eq!(position, Some(self.waitlist.counted_position(number)), "the position of number {number}");
            self.note(operation, 1, cost, Some(POSITION));
        }
    }

    // Offers.

    /// The organiser adds 99 seats, and they are offered to the first 99 in line. Then the relay
    /// reads the changes.
    async fn offers(&mut self, operation: &'static str) {
        let capacity = self.waitlist.capacity().await + u64::from(FULL);
        let ((), cost) = self.waitlist.metered.measure(self.waitlist.put_event(capacity)).await;
        if operation == UNDISTURBED_OFFERS {
            self.note("put event, 99 seats more", 1, cost, None);
        }
        let head = self.waitlist.head(FULL as usize);
        self.waitlist.tell_of_joining(&head).await;
        let before = self.images(&head);
        let cost = self.promote(FULL as usize).await;
        self.note(operation, FULL, cost, Some(OFFER));
        let heard = self.relay(&head, before).await;
        if operation == UNDISTURBED_OFFERS {
            self.note("relay: 99 offers, marked already", FULL, heard, None);
            let heard = self.relay_page(head[0]).await;
            self.note("relay: their page, carried up already", 1, heard, None);
            let (told, found) = self.moved_up().await;
            assert_eq!(told, 50, "by mail: it is not urgent");
            self.note("relay: 50 have moved up, by 99", 1, found, Some(MOVED_UP));
        }
    }

    async fn promote(&mut self, offers: usize) -> Cost {
        let promotions = Promotions::new(&self.waitlist.table);
        let line = self.waitlist.line.clone();
        let (promoted, cost) = self.waitlist.metered.measure(promotions.promote(&line)).await;
        assert_eq!(promoted.expect("nothing disturbs it").offered, offers);
        self.waitlist.head_goes(offers);
        cost
    }

    /// A seat falls free and is offered.
    async fn offer_one(&mut self) {
        let free = self.waitlist.free().await;
        self.promote(free).await;
        self.waitlist.put_event(self.waitlist.capacity().await + 1).await;
        let cost = self.promote(1).await;
        self.note("offer of one freed seat", 1, cost, None);
        self.moved_up().await;
        self.waitlist.put_event(self.waitlist.capacity().await + 1).await;
        self.promote(1).await;
        let (told, cost) = self.moved_up().await;
        assert_eq!(told, 5, "one at each threshold");
        self.note("relay: 5 have moved up, by one", 1, cost, Some(MOVED_UP));
    }

    fn images(&self, numbers: &[u64]) -> Vec<Value> {
        numbers.iter().map(|&number| self.waitlist.stored_item(number)).collect()
    }

    /// What the relay does to the position index with these entries' changes, in one batch.
    async fn relay(&self, numbers: &[u64], before: Vec<Value>) -> Cost {
        self.relay_of(numbers, before.into_iter().map(Some).collect()).await
    }

    /// The same, also of entries that are new.
    async fn relay_of(&self, numbers: &[u64], before: Vec<Option<Value>>) -> Cost {
        let changes = before.into_iter().zip(self.images(numbers));
        let consequences = changes.map(|(before, after)| Change::from_images(before, Some(after))?.consequences());
        let marks = consequences.flat_map(|found| found.expect("readable").marks);
        let marks: Vec<_> = marks.map(|(_, number, marks)| (number, marks)).collect();
        let upkeep = IndexUpkeep::new(&self.waitlist.table);
        let (marked, cost) = self.waitlist.metered.measure(upkeep.mark(&self.waitlist.lane(), &marks)).await;
        marked.expect("nothing disturbs it");
        cost
    }

    /// What the relay does with a change of this number's page.
    async fn relay_page(&self, number: u64) -> Cost {
        let lane = self.waitlist.lane();
        let upkeep = IndexUpkeep::new(&self.waitlist.table);
        let carried = upkeep.carry_up(&lane, Location::of(number).page, &[Mark::Gone]);
        let (carried, cost) = self.waitlist.metered.measure(carried).await;
        carried.expect("nothing disturbs it");
        cost
    }

    /// What the relay does to find entries that have moved up, after a number has gone.
    async fn moved_up(&self) -> (usize, Cost) {
        let moved_up = MovedUp::new(&self.waitlist.table);
        let line = &self.waitlist.line;
        let told = async {
            let news = moved_up.look(line).await?;
            let told = news.as_ref().map_or(0, |news| news.notifications.len());
            if let Some(news) = news {
                moved_up.note(&news).await?;
            }
            Ok::<_, waitlist_domain::Error>(told)
        };
        let (told, cost) = self.waitlist.metered.measure(told).await;
        (told.expect("nothing disturbs it"), cost)
    }

    /// The actions of the customers who were offered seats first.
    async fn offer_actions(&mut self) {
        self.waitlist.tell_of_offers(&[2, 3, 4]).await;
        self.notify(1).await;
        self.claim(1).await;
        self.convert(1).await;
        self.cancel(1).await;
        self.convert_unclaimed(2).await;
        self.decline(3).await;
        self.leave("leave, with an offer", 4).await;
        self.release().await;
        self.remind(5).await;
    }

    /// Tells a customer of an offer, and another of having moved up.
    async fn notify(&mut self, number: u64) {
        self.waitlist.tell(number, NotificationKind::Offered, Channel::Sms).await;
        let cost = self.telling(number, NotificationKind::Offered).await;
        self.note("notify: a message", 1, cost, None);
        let waiting = self.waitlist.last_standing();
        // The slot that the first message booked is free again.
        self.waitlist.advance(1);
        let cost = self.telling(waiting, NotificationKind::MovedUp).await;
        self.note("notify: a message of having moved up", 1, cost, None);
    }

    async fn telling(&self, number: u64, kind: NotificationKind) -> Cost {
        let waitlist = &self.waitlist;
        let slots = SendSlots::new(&waitlist.table, SendRate::FASTEST, SendRate::FASTEST);
        let told = async {
            let now = waitlist.table.now();
            slots.book(Channel::Email, kind.precedence(), now).await.expect("nobody else sends");
            waitlist.tell(number, kind, Channel::Email).await;
        };
        waitlist.metered.measure(told).await.1
    }

    /// Reminds a customer who has not claimed yet.
    async fn remind(&mut self, number: u64) {
        self.waitlist.advance(WINDOW / 4 * 3);
        let reminders = Reminders::new(&self.waitlist.table);
        let place = self.waitlist.place(number);
        let (reminded, cost) = self.waitlist.metered.measure(reminders.remind(&place)).await;
        assert_eq!(reminded.expect("nothing disturbs it"), Reminded::Now);
        self.note("reminder", 1, cost, None);
    }

    async fn claim(&mut self, number: u64) {
        let before = self.images(&[number]);
        let waitlist = &self.waitlist;
        let claims = Claims::new(&waitlist.table);
        self.waitlist.warm(number).await;
        let claim = async { claims.claim(&waitlist.find(number).await, REQUEST).await };
        let (claimed, cost) = waitlist.metered.measure(claim).await;
        claimed.expect("in time");
        self.note("claim", 1, cost, Some(CLAIM));
        let heard = self.relay(&[number], before).await;
        self.note("relay: a claim", 1, heard, None);
    }

    async fn convert(&mut self, number: u64) {
        let cost = self.converting(number).await;
        self.note("convert, claimed", 1, cost, None);
    }

    async fn convert_unclaimed(&mut self, number: u64) {
        let cost = self.converting(number).await;
        self.note("convert, not claimed", 1, cost, None);
    }

    async fn converting(&self, number: u64) -> Cost {
        let waitlist = &self.waitlist;
        let conversions = Conversions::new(&waitlist.table);
        let reference = Some("pi_3MtwBwLkdIwHu7ix28a3tqPa".to_owned());
        self.waitlist.warm(number).await;
        let convert = async { conversions.convert(&waitlist.find(number).await, reference).await };
        let (converted, cost) = waitlist.metered.measure(convert).await;
        converted.expect("in time");
        cost
    }

    /// Cancels the sale that the entry became.
    async fn cancel(&mut self, number: u64) {
        let id = registration_id_of(&self.waitlist.find(number).await.entry);
        let cancellations = Cancellations::new(&self.waitlist.table);
        let (cancelled, cost) = self.waitlist.metered.measure(cancellations.cancel(&id)).await;
        cancelled.expect("it was sold");
        self.note("cancel registration", 1, cost, None);
    }

    async fn decline(&mut self, number: u64) {
        let waitlist = &self.waitlist;
        let departures = Departures::new(&waitlist.table);
        self.waitlist.warm(number).await;
        let decline = async { departures.decline(&waitlist.find(number).await, REQUEST).await };
        let (declined, cost) = waitlist.metered.measure(decline).await;
        declined.expect("in time");
        self.note("decline", 1, cost, None);
    }

    async fn leave(&mut self, operation: &'static str, number: u64) {
        let waitlist = &self.waitlist;
        let departures = Departures::new(&waitlist.table);
        self.waitlist.warm(number).await;
        let leave = async { departures.leave(&waitlist.find(number).await).await };
        let (left, cost) = waitlist.metered.measure(leave).await;
        assert!(left.expect("nothing disturbs it"), "{number} leaves");
        self.waitlist.gone.insert(number);
        self.note(operation, 1, cost, None);
    }

    async fn leave_waiting(&mut self) {
        let number = self.waitlist.standing_from(self.waitlist.next * 2 / 3);
        self.leave("leave, waiting", number).await;
        let mut loaded = json!(self.waitlist.left_item(number));
        // The customer who leaves now joined some time ago.
        for of_that_time in ["joined_at", "moments", "action"] {
            loaded[of_that_time] = self.waitlist.stored_item(number)[of_that_time].clone();
        }
        assert_eq!(self.waitlist.stored_item(number), loaded, "who is made to leave in bulk leaves as others do");
    }

    /// Releases three seats at once, and two more by the hour.
    async fn release(&mut self) {
        let releases = Releases::new(&self.waitlist.table);
        let at_once = self.new_release(3, None);
        let (begun, cost) = self.waitlist.metered.measure(releases.begin(&at_once)).await;
        begun.expect("the line is there");
        self.note("release", 1, cost, None);
        let pace = Pace { batch_size: Quantity::ONE, interval: Window::parse("1 hour").expect("valid") };
        let paced = self.new_release(2, Some(pace));
        releases.begin(&paced).await.expect("the line is there");
        self.waitlist.advance(HOUR);
        let (batch, cost) = self.waitlist.metered.measure(releases.deposit(&paced.id)).await;
        assert!(matches!(batch, Ok(Batch::Deposited(_))), "{batch:?}");
        self.note("release, its next batch", 1, cost, None);
    }

    fn new_release(&self, quantity: i64, pace: Option<Pace>) -> Release {
        let table = &self.waitlist.table;
        let id = ReleaseId::from_bits(table.random_identifier_bits());
        let quantity = Quantity::parse(quantity).expect("valid");
        Release::begin(id, self.waitlist.line.clone(), quantity, pace, table.now())
    }

    /// Measures the same line after very many numbers have gone.
    pub(crate) async fn measure_late(&mut self) {
        self.positions(LAST, MIDDLE).await;
        self.offers("offer, 99 at once, late in a long line").await;
        self.expiries("expiry of one and next offer, late", "expiry of 10 and next offers, late").await;
    }

    // Deadlines.

    /// The window of all offers passes. Then one offer is ended, and ten at once, and the next in
    /// line get the seats.
    async fn expiries(&mut self, one: &'static str, ten: &'static str) {
        self.waitlist.advance(WINDOW);
        let overdue = self.waitlist.overdue(11);
        self.waitlist.tell_of_offers(&overdue).await;
        self.waitlist.tell_of_joining(&self.waitlist.head(overdue.len())).await;
        for (operation, numbers) in [(one, &overdue[..1]), (ten, &overdue[1..])] {
            let places: Vec<_> = numbers.iter().map(|&number| self.waitlist.place(number)).collect();
            let promotions = Promotions::new(&self.waitlist.table);
            let line = self.waitlist.line.clone();
            let (promoted, cost) = self.waitlist.metered.measure(promotions.expire(&line, &places)).await;
            let promoted = promoted.expect("nothing disturbs it");
            assert_eq!((promoted.expired, promoted.offered), (numbers.len(), numbers.len()));
            self.waitlist.head_goes(promoted.offered);
            self.note(operation, numbers.len() as u32, cost, Some(EXPIRY));
        }
    }

    // Looking.

    async fn statistics(&mut self) {
        let statistics = Statistics::new(&self.waitlist.table);
        let (counted, cost) = self.waitlist.metered.measure(statistics.get(&self.waitlist.line.event_id)).await;
        let (_, lines) = counted.expect("it exists");
        assert_eq!(lines[0].line.numbers.waiting(), self.waitlist.waiting(), "the line is as long as it should be");
        self.note("stats", 1, cost, None);
    }

    async fn sweep(&mut self) {
        let sweeps = Sweeps::new(&self.waitlist.table);
        let line = self.waitlist.line.clone();
        let look = async {
            let lines = sweeps.lines().await.expect("answers");
            assert_eq!(lines, std::slice::from_ref(&line));
            sweeps.examine(&line).await
        };
        let (condition, cost) = self.waitlist.metered.measure(look).await;
        assert_eq!(condition.expect("answers").condition, Condition::Fine);
        self.note("sweep: a line in which all is well", 1, cost, None);
        let (unused, cost) = self.waitlist.metered.measure(sweeps.audit(&line)).await;
        assert_eq!(unused.expect("answers"), 0, "all numbers have entries");
        // So many numbers are audited at once.
        let audited = (self.waitlist.next - 1).min(10_000);
        self.note("sweep: audit of 1,000 numbers", (audited / 1000).max(1) as u32, cost, None);
        let (unused, cost) = self.waitlist.metered.measure(sweeps.audit(&line)).await;
        assert_eq!(unused.expect("answers"), 0);
        if audited < 10_000 {
            self.note("sweep: audit, nothing new", 1, cost, None);
        }
    }
}
