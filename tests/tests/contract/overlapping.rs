//! Two commands on the same items at once: the later write is decided from the earlier one's
//! result.

use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_domain::entry::extension::Extension;
use waitlist_domain::event::reminder::ReminderAt;
use waitlist_domain::event::{Event, WaitlistRules};
use waitlist_domain::line::fit::Fit;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::values::identifier::TierId;
use waitlist_domain::values::time::Window;
use waitlist_store::commands::extensions::Extensions;
use waitlist_store::commands::joining::Joins;
use waitlist_store::commands::moves::{Destination, Moves};
use waitlist_store::commands::offers::{Conversions, Departures};
use waitlist_store::commands::out_of_turn::OffersOutOfTurn;
use waitlist_store::commands::promotions::Promotions;
use waitlist_store::commands::releases::Releases;
use waitlist_store::commands::reminders::{Reminded, Reminders};
use waitlist_store::commands::sweeping::Sweeps;
use waitlist_store::commands::withdrawals::Withdrawals;

use super::fixture::{Fixture, HOUR, contract, line, refusal};
use super::interleaving::held_up;
use super::ordering::priority;
use super::releases::release;

contract! {
    leaving_gives_back_the_seats_of_an_offer_made_meanwhile
    a_conversion_sells_the_seats_of_an_offer_made_meanwhile
    nobody_is_moved_to_a_tier_that_was_dropped_meanwhile
    a_withdrawn_offer_puts_its_entry_by_an_order_that_was_changed_meanwhile
    nobody_is_passed_over_when_enough_seats_came_free_meanwhile
    nobody_is_offered_fewer_seats_than_came_free_meanwhile
    a_reminder_and_an_extension_at_once_leave_the_new_deadline_due
    an_extension_and_a_reminder_at_once_leave_the_new_deadline_due
    an_offer_follows_rules_that_were_changed_meanwhile
    nothing_is_offered_once_the_event_was_moved_to_begin_now
    an_offer_out_of_turn_follows_rules_that_were_changed_meanwhile
}

impl Fixture {
    fn event_with(&self, change: impl FnOnce(&mut WaitlistRules)) -> Event {
        let mut event = self.event();
        change(&mut event.rules);
        event
    }

    fn event_with_fit(&self, fit: Fit) -> Event {
        self.event_with(|rules| rules.fit = fit)
    }

    /// Adds seats and changes no rules.
    async fn deposit(&self, seats: i64) {
        Releases::new(&self.table).begin(&release(self, seats, None)).await.expect("new seats");
    }

    /// Ada wants four seats, would take two, and is offered two. Bob waits for more than there are.
    async fn ada_is_offered_two_of_four(&self) {
        self.put_event(self.event_with_fit(Fit::Partial), 0).await.expect("valid");
        let wish = self.wish_of_at_least("ada", 2, 4);
        Joins::new(&self.table).join(&wish, |_| Ok(())).await.expect("open");
        self.try_join("bob", 9).await.expect("open");
        self.deposit(2).await;
        assert_eq!(self.promote().await.offered, 1);
        assert_eq!(self.seats().await, (0, 2, 0, true));
    }

    /// The organiser withdraws Ada's offer of two, and she is offered four.
    async fn ada_is_offered_four(&self) {
        let withdrawals = Withdrawals::new(&self.commanded("withdraw", None));
        withdrawals.withdraw(&self.entry("ada").await, &Destination::Front).await.expect("she holds an offer");
        self.deposit(2).await;
        assert_eq!(self.promote().await.offered, 1);
        assert_eq!(self.seats().await, (0, 4, 0, true));
    }
}

async fn leaving_gives_back_the_seats_of_an_offer_made_meanwhile(fixture: Fixture) {
    fixture.ada_is_offered_two_of_four().await;
    let ada = fixture.entry("ada").await;
    let leave = async |table| Departures::new(&table).leave(&ada).await;
    let left = held_up(&fixture, "TransactWriteItems", leave, async || fixture.ada_is_offered_four().await).await;
    assert!(left.expect("she holds an offer"));
    assert_eq!(fixture.seats().await, (0, 0, 4, true));
}

async fn a_conversion_sells_the_seats_of_an_offer_made_meanwhile(fixture: Fixture) {
    fixture.ada_is_offered_two_of_four().await;
    let ada = fixture.entry("ada").await;
    let convert = async |table| Conversions::new(&table).convert(&ada, None).await;
    let converted = held_up(&fixture, "TransactWriteItems", convert, async || fixture.ada_is_offered_four().await);
    assert_eq!(converted.await.expect("in time").status, Status::Converted);
    assert_eq!(fixture.seats().await, (4, 0, 0, true));
}

fn tier(name: &str) -> TierId {
    TierId::parse(name).expect("valid")
}

async fn nobody_is_moved_to_a_tier_that_was_dropped_meanwhile(fixture: Fixture) {
    fixture.put_event(fixture.event_in_order(priority(&["vip", "general"])), 0).await.expect("valid");
    fixture.join_all(&["general1"]).await;
    let stored = fixture.entry("general1").await;
    let to_vip = Destination::Tier(tier("vip"));
    let move_to_vip = async |table| Moves::new(&table).move_to(&stored, &to_vip).await;
    let drop_vip = async || {
        fixture.put_event(fixture.event_in_order(priority(&["general"])), 0).await.expect("nobody waits there");
    };
    let refused = refusal(held_up(&fixture, "UpdateItem", move_to_vip, drop_vip).await);
    assert!(matches!(refused, Refusal::Invalid(errors) if errors[0].pointer == "/tier"));
    assert_eq!(fixture.line().await.numbers.waiting(), 1);
    fixture.deposit(1).await;
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(fixture.status("general1").await, Status::Offered);
}

async fn a_withdrawn_offer_puts_its_entry_by_an_order_that_was_changed_meanwhile(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    fixture.deposit(1).await;
    fixture.promote().await;
    let (stored, table) = (fixture.entry("ada").await, fixture.mandate("withdraw", None));
    let withdraw = async |over: waitlist_store::Table| {
        Withdrawals::new(&over.acting_as(table)).withdraw(&stored, &Destination::End).await
    };
    let introduce_tiers = async || {
        let capacity = fixture.line().await.seats.capacity;
        fixture.put_event(fixture.event_in_order(priority(&["vip", "general"])), capacity).await.expect("nobody waits");
    };
    let withdrawn = held_up(&fixture, "UpdateItem", withdraw, introduce_tiers).await.expect("she holds an offer");
    assert_eq!((withdrawn.lane, withdrawn.number), (Lane::Tier(tier("general")), 1));
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(fixture.status("ada").await, Status::Offered);
}

/// Promotes. `meanwhile` happens between its read and its write.
async fn promote_while(fixture: &Fixture, meanwhile: impl AsyncFnOnce()) -> usize {
    let promote = async |table| Promotions::new(&table).promote(&line()).await;
    held_up(fixture, "TransactWriteItems", promote, meanwhile).await.expect("it decides anew").offered
}

async fn nobody_is_passed_over_when_enough_seats_came_free_meanwhile(fixture: Fixture) {
    let skip = Fit::Skip { max_passes: 3.try_into().expect("some") };
    fixture.put_event(fixture.event_with_fit(skip), 0).await.expect("valid");
    fixture.try_join("ada", 4).await.expect("open");
    fixture.try_join("bob", 2).await.expect("open");
    fixture.deposit(2).await;
    assert_eq!(promote_while(&fixture, async || fixture.deposit(2).await).await, 1);
    assert_eq!((fixture.status("ada").await, fixture.status("bob").await), (Status::Offered, Status::Waiting));
}

async fn nobody_is_offered_fewer_seats_than_came_free_meanwhile(fixture: Fixture) {
    fixture.put_event(fixture.event_with_fit(Fit::Partial), 0).await.expect("valid");
    let wish = fixture.wish_of_at_least("ada", 2, 4);
    Joins::new(&fixture.table).join(&wish, |_| Ok(())).await.expect("open");
    fixture.deposit(2).await;
    assert_eq!(promote_while(&fixture, async || fixture.deposit(2).await).await, 1);
    assert_eq!(fixture.seats().await, (0, 4, 0, true));
}

/// Ada has an offer of 24 hours with a reminder after 18. The 18 hours have passed.
async fn to_be_reminded(fixture: &Fixture) {
    let event = fixture.event_with(|rules| rules.reminder_at = Some(ReminderAt::parse(75).expect("valid")));
    fixture.put_event(event, 0).await.expect("valid");
    fixture.join("ada").await;
    fixture.deposit(1).await;
    fixture.promote().await;
    fixture.advance(18 * HOUR);
}

async fn remind(fixture: &Fixture, table: waitlist_store::Table) -> Reminded {
    let place = fixture.entry("ada").await.entry.place;
    Reminders::new(&table).remind(&place).await.expect("the table answers")
}

async fn extend(fixture: &Fixture, table: waitlist_store::Table) {
    let by = Extension::By(Window::parse("2 hours").expect("valid"));
    let extensions = Extensions::new(&table.acting_as(fixture.mandate("extend", None)));
    extensions.extend(&fixture.entry("ada").await, &by).await.expect("it is live");
}

async fn is_due_at_the_new_deadline(fixture: &Fixture) {
    let deadline = fixture.entry("ada").await.entry.deadline().expect("seats are held");
    assert_eq!(fixture.table.now().milliseconds_until(deadline), 8 * HOUR);
    let due = Sweeps::new(&fixture.table).due_before(deadline.plus_milliseconds(1)).await.expect("answers");
    assert_eq!(due.iter().map(|due| due.wake.due_at()).collect::<Vec<_>>(), [deadline]);
}

async fn a_reminder_and_an_extension_at_once_leave_the_new_deadline_due(fixture: Fixture) {
    to_be_reminded(&fixture).await;
    let reminding = async |table| remind(&fixture, table).await;
    let extending = async || extend(&fixture, fixture.table.clone()).await;
    assert_eq!(held_up(&fixture, "UpdateItem", reminding, extending).await, Reminded::Now);
    is_due_at_the_new_deadline(&fixture).await;
}

async fn an_extension_and_a_reminder_at_once_leave_the_new_deadline_due(fixture: Fixture) {
    to_be_reminded(&fixture).await;
    let extending = async |table| extend(&fixture, table).await;
    let reminding = async || assert_eq!(remind(&fixture, fixture.table.clone()).await, Reminded::Now);
    held_up(&fixture, "UpdateItem", extending, reminding).await;
    is_due_at_the_new_deadline(&fixture).await;
}

/// Makes the event's offers shorter.
async fn an_hour_from_now_on(fixture: &Fixture) {
    let hour = Window::parse("1 hour").expect("valid");
    let event = fixture.event_with(|rules| rules.notification_window = hour);
    let capacity = fixture.line().await.seats.capacity;
    fixture.put_event(event, capacity).await.expect("valid");
}

async fn an_offer_follows_rules_that_were_changed_meanwhile(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.deposit(1).await;
    assert_eq!(promote_while(&fixture, async || an_hour_from_now_on(&fixture).await).await, 1);
    let deadline = fixture.entry("ada").await.entry.deadline().expect("seats are held");
    assert_eq!(fixture.table.now().milliseconds_until(deadline), HOUR);
}

async fn nothing_is_offered_once_the_event_was_moved_to_begin_now(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.deposit(1).await;
    let begin_now = async || {
        let event = Event { starts_at: fixture.table.now(), ..fixture.event() };
        let capacity = fixture.line().await.seats.capacity;
        fixture.put_event(event, capacity).await.expect("valid");
    };
    assert_eq!(promote_while(&fixture, begin_now).await, 0);
    assert_eq!(fixture.status("ada").await, Status::Waiting);
}

async fn an_offer_out_of_turn_follows_rules_that_were_changed_meanwhile(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.deposit(1).await;
    let cyd = fixture.entry("cyd").await;
    let offer = async |table| OffersOutOfTurn::new(&table).offer(&cyd).await;
    let offered = held_up(&fixture, "TransactWriteItems", offer, async || an_hour_from_now_on(&fixture).await).await;
    let deadline = offered.expect("a seat is free").deadline().expect("seats are held");
    assert_eq!(fixture.table.now().milliseconds_until(deadline), HOUR);
}
