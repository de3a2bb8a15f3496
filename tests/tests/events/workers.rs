//! The effects of the workers' events: in the table, in the queues, and in what is given back.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue as Attribute;
use serde_json::{Value, json};
use waitlist_domain::entry::Status;
use waitlist_domain::event::Event;
use waitlist_domain::line::fit::{Fit, MaxPasses};
use waitlist_domain::values::time::Window;
use waitlist_store::commands::offers::{Claims, Departures};
use waitlist_tests::{Fault, FaultPlan, QUEUES, START_MILLISECONDS, queue_event_json};

use super::function::event;
use super::messages::{
    FIRST_MESSAGE, batch_is_due, deadlines, draw_is_due, from_queue, line, line_is_due, notification,
};
use super::payload::Payload;
use super::scene::{BY_LOT, HOUR, MINUTE, SOLD_OUT, Scene, in_scene, without_retries};

pub(super) const NOTHING: [&str; 0] = [];

impl Scene {
    /// Runs an event file of a worker. Returns what it gives back.
    pub(super) async fn run(&self, function: &str, file: &str) -> Vec<String> {
        self.given_back(function, event(function, file)).await
    }

    /// Wakes the timer with this message. Returns what it gives back.
    pub(super) async fn wake_up(&self, message: Value) -> Vec<String> {
        self.given_back("timer", from_queue("timers", &[message])).await
    }

    /// Sends the messages about the end of a purchase window. Returns what notify gives back.
    async fn notify_of_a_purchase_ended(&self) -> Vec<String> {
        let messages = ["email", "sms"].map(|channel| notification("purchase-ended", channel));
        self.given_back("notify", from_queue("urgent-notifications", &messages)).await
    }

    /// The queues with messages, and the number of them.
    pub(super) fn queue_lengths(&self) -> Vec<(&'static str, usize)> {
        let lengths = QUEUES.into_iter().map(|queue| (queue, self.queued(queue).len()));
        lengths.filter(|(_, length)| *length > 0).collect()
    }

    /// The delays of a queue's messages, in seconds.
    pub(super) fn delays(&self, queue: &str) -> Vec<i64> {
        self.queued(queue).iter().map(|message| (message.visible_at - message.sent_at) / 1000).collect()
    }

    pub(super) async fn status(&self, customer: &str) -> Status {
        self.entry(customer).await.entry.status
    }

    /// Lets the next call of this operation fail.
    fn fail_next(&self, operation: &str) {
        self.cloud.faults(FaultPlan::none().next(operation, Fault::ServerError));
    }

    /// `parent-2` joins, and one more seat comes free.
    async fn free_a_seat_for_parent_2(&self) {
        self.join("parent-2", "child-2", [2; 16]).await;
        self.put_event(SOLD_OUT, 2).await;
    }
}

#[test]
fn a_join_is_confirmed() {
    in_scene(async |scene| {
        assert_eq!(scene.run("relay", "done-an-entry-joins").await, NOTHING);
        assert_eq!(scene.bodies("notifications"), [notification("joined", "email")]);
        assert_eq!(scene.queue_lengths(), [("notifications", 1)]);
    });
}

#[test]
fn a_public_join_is_the_place_that_a_sales_system_took_with_the_mailbox() {
    in_scene(async |scene| {
        for _ in 0..2 {
            assert_eq!(scene.run("relay", "done-an-entry-joins").await, NOTHING);
        }
        let join = async |attendee: &str| {
            let body = json!({
                "eventId": SOLD_OUT, "ticketTypeId": "camper", "name": "Pat", "email": "Pat+camp@Example.org",
                "attendeeId": attendee,
            });
            scene.send(Payload::post("/api/waitlist/join").body(&body)).await
        };
        let answer = join("child-1").await;
        assert_eq!((answer.status, scene.line(SOLD_OUT).await.numbers.next), (201, 2), "no number is taken");
        assert!(answer.body["customerId"].as_str().is_some_and(|id| id.starts_with("email:")), "{answer:?}");
        assert_eq!(join("child-2").await.status, 201);
        assert_eq!(scene.line(SOLD_OUT).await.numbers.next, 3);
    });
}

#[test]
fn an_offer_is_told_by_mail_and_text_message_and_its_number_leaves_the_line() {
    in_scene(async |scene| {
        scene.join("parent-2", "child-2", [2; 16]).await;
        assert_eq!(scene.line(SOLD_OUT).await.numbers.gone, 1);
        // The writer of the second number's offer did not mark it as gone.
        let mut offer = scene.offer_is_made();
        offer["Records"][0]["dynamodb"]["NewImage"]["number"] = json!({"N": "2"});
        assert_eq!(scene.given_back("relay", offer.clone()).await, NOTHING);
        assert_eq!(scene.line(SOLD_OUT).await.numbers.gone, 2);
        let told = [notification("offered", "email"), notification("offered", "sms")];
        assert_eq!(scene.bodies("urgent-notifications"), told);
        // The deadline is a day away and is armed by the sweep later.
        assert_eq!(scene.queue_lengths(), [("urgent-notifications", 2)]);
        assert_eq!(scene.given_back("relay", offer).await, NOTHING);
        assert_eq!(scene.line(SOLD_OUT).await.numbers.gone, 2, "a mark is set once");
    });
}

#[test]
fn the_relay_carries_up_a_page_of_the_position_index_after_its_writer_crashed() {
    in_scene(async |scene| {
        let key = [("pk", "RANK#summer-camp-2#camper"), ("sk", "PAGE#0")];
        let page = scene.cloud.dynamodb().put_item().table_name(scene.cloud.table_name());
        let page = key.iter().fold(page, |page, (name, value)| page.item(*name, Attribute::S((*value).to_owned())));
        page.item("gone", Attribute::B(vec![0b11].into())).send().await.expect("stored");
        let gone = scene.line(SOLD_OUT).await.numbers.gone;
        let mut change = scene.seat_comes_free();
        let image = json!({"pk": {"S": key[0].1}, "sk": {"S": key[1].1}, "gone": {"B": "Aw=="}});
        change["Records"][0]["dynamodb"] = json!({"NewImage": image, "SequenceNumber": "1"});
        for _ in 0..2 {
            assert_eq!(scene.given_back("relay", change.clone()).await, NOTHING);
            assert_eq!(scene.line(SOLD_OUT).await.numbers.gone, gone + 1);
        }
        assert_eq!(scene.queue_lengths(), []);
    });
}

#[test]
fn a_deadline_that_is_near_is_armed_at_once() {
    in_scene(async |scene| {
        let soon = scene.table.now().milliseconds() + 90_500;
        let mut offer = scene.offer_is_made();
        offer["Records"][0]["dynamodb"]["NewImage"]["expires_at"] = json!({"N": soon.to_string()});
        assert_eq!(scene.given_back("relay", offer).await, NOTHING);
        assert_eq!(scene.bodies("timers"), [deadlines(&["parent-1"], soon)]);
        assert_eq!(scene.delays("timers"), [90]);
    });
}

#[test]
fn deadlines_that_fall_together_are_one_message_and_one_write() {
    in_scene(async |scene| {
        let parents = ["parent-2", "parent-3", "parent-4", "parent-8"];
        for (parent, id) in parents.into_iter().zip(2..) {
            scene.join(parent, &parent.replace("parent", "child"), [id; 16]).await;
        }
        let minute = |event: &mut Event| event.rules.notification_window = Window::parse("1 minute").expect("valid");
        scene.put_changed_event(SOLD_OUT, 3, minute).await;
        assert_eq!(scene.run("promote", "done-free-seats").await, NOTHING);
        let due_at = scene.entry("parent-3").await.entry.deadline().expect("offered").milliseconds();
        assert_eq!(scene.given_back("relay", scene.new_changes()).await, NOTHING);
        assert_eq!(scene.bodies("timers"), [deadlines(&["parent-2", "parent-3"], due_at)]);
        scene.cloud.advance(MINUTE);
        scene.cloud.take_calls();
        let message = queue_event_json("timers", &scene.queued("timers"));
        assert_eq!(scene.given_back("timer", message).await, NOTHING);
        let calls = scene.cloud.take_calls();
        assert_eq!(calls.iter().filter(|call| call.operation == "TransactWriteItems").count(), 1);
        let statuses = [scene.status("parent-3").await, scene.status("parent-8").await];
        assert_eq!(statuses, [Status::Expired, Status::Offered]);
    });
}

#[test]
fn free_seats_have_their_line_looked_at() {
    in_scene(async |scene| {
        assert_eq!(scene.given_back("relay", scene.seat_comes_free()).await, NOTHING);
        assert_eq!(scene.bodies("promotions.fifo"), [json!({"line": line()})]);
        assert_eq!(scene.queue_lengths(), [("promotions.fifo", 1)]);
        // A record that is delivered twice makes one message.
        assert_eq!(scene.given_back("relay", scene.seat_comes_free()).await, NOTHING);
        assert_eq!(scene.queue_lengths(), [("promotions.fifo", 1)]);
    });
}

/// In `summer-camp-2` one seat is free, and the head of the line wants two.
async fn a_seat_is_left_free(scene: &Scene, fit: Fit) {
    scene.put_changed_event(SOLD_OUT, 1, |event| event.rules.fit = fit).await;
    scene.join_for("parent-2", "child-2", [2; 16], 2).await;
    scene.put_changed_event(SOLD_OUT, 2, |event| event.rules.fit = fit).await;
    scene.new_changes();
}

const SKIP: Fit = Fit::Skip { max_passes: MaxPasses::LEAST };

#[test]
fn a_changed_event_has_its_lines_looked_at_and_a_new_one_has_not() {
    in_scene(async |scene| {
        a_seat_is_left_free(&scene, Fit::Strict).await;
        scene.put_changed_event(SOLD_OUT, 2, |event| event.rules.fit = SKIP).await;
        assert_eq!(scene.given_back("relay", scene.new_changes()).await, NOTHING);
        assert_eq!(scene.bodies("promotions.fifo"), [json!({"line": line()})]);
    });
    in_scene(async |scene| {
        scene.put_event("new-camp", 3).await;
        assert_eq!(scene.given_back("relay", scene.new_changes()).await, NOTHING);
        assert_eq!(scene.queue_lengths(), []);
    });
}

#[test]
fn a_join_under_skip_starts_a_promotion_for_seats_that_fit_nobody_else() {
    let for_one = json!({"line": line(), "newcomers_need": 1});
    for (fit, looked_at) in [(SKIP, vec![for_one]), (Fit::Strict, vec![]), (Fit::Partial, vec![])] {
        in_scene(async |scene| {
            a_seat_is_left_free(&scene, fit).await;
            scene.join("parent-3", "child-3", [3; 16]).await;
            assert_eq!(scene.given_back("relay", scene.new_changes()).await, NOTHING);
            assert_eq!(scene.bodies("promotions.fifo"), looked_at, "{fit:?}");
        });
    }
}

impl Scene {
    /// Families join for so many seats each. The relay gets each join in a batch of its own.
    async fn families_join(&self, seats: &[i64]) {
        for (&seats, family) in seats.iter().zip(self.joined().await + 1..) {
            let id = u128::from(family).to_be_bytes();
            self.join_for(&format!("parent-{family}"), &format!("child-{family}"), id, seats).await;
            assert_eq!(self.given_back("relay", self.new_changes()).await, NOTHING);
        }
    }

    async fn joined(&self) -> u64 {
        self.line(SOLD_OUT).await.numbers.next - 1
    }

    /// Runs promote on up to ten queued messages. Returns the operations that it calls.
    pub(super) async fn promote_queued(&self) -> Vec<String> {
        let messages = self.cloud.queue("promotions.fifo").receive(10);
        self.cloud.queue("promotions.fifo").delete(&messages);
        self.cloud.take_calls();
        assert_eq!(self.given_back("promote", queue_event_json("promotions.fifo", &messages)).await, NOTHING);
        self.cloud.take_calls().into_iter().map(|call| call.operation).collect()
    }
}

#[test]
fn people_who_join_and_need_more_than_is_free_start_no_promotion() {
    in_scene(async |scene| {
        a_seat_is_left_free(&scene, SKIP).await;
        scene.families_join(&[2, 3, 2, 2]).await;
        assert_eq!(scene.queued("promotions.fifo").len(), 4);
        assert_eq!(scene.promote_queued().await, ["GetItem"], "one look at the seats serves all four");
        scene.families_join(&[2, 1]).await;
        let calls = scene.promote_queued().await;
        let mut statuses = Vec::new();
        for family in [7, 8] {
            statuses.push(scene.status(&format!("parent-{family}")).await);
        }
        assert_eq!(statuses, [Status::Waiting, Status::Offered], "{calls:?}");
    });
}

#[test]
fn a_leave_starts_a_promotion_although_others_join_who_need_more() {
    in_scene(async |scene| {
        a_seat_is_left_free(&scene, SKIP).await;
        // The second family is passed over as often as is allowed, and then leaves.
        scene.families_join(&[1]).await;
        scene.promote_queued().await;
        scene.put_changed_event(SOLD_OUT, 3, |event| event.rules.fit = SKIP).await;
        scene.families_join(&[1]).await;
        scene.promote_queued().await;
        assert_eq!(scene.status("parent-4").await, Status::Waiting);
        let second = scene.entry("parent-2").await;
        Departures::new(&scene.table).leave(&second).await.expect("they wait");
        scene.families_join(&[2]).await;
        scene.promote_queued().await;
        assert_eq!(scene.status("parent-4").await, Status::Offered);
    });
}

#[test]
fn the_next_batch_of_a_release_is_armed() {
    in_scene(async |scene| {
        assert_eq!(scene.given_back("relay", scene.release_begins().await).await, NOTHING);
        assert_eq!(scene.bodies("timers"), [batch_is_due()]);
        assert_eq!(scene.delays("timers"), [600]);
        assert_eq!(scene.queue_lengths(), [("timers", 1)]);
    });
}

#[test]
fn nothing_follows_from_a_deletion_by_dynamodb() {
    in_scene(async |scene| {
        assert_eq!(scene.given_back("relay", scene.kept_answer_expires().await).await, NOTHING);
        assert_eq!(scene.queue_lengths(), []);
    });
}

#[test]
fn a_stream_record_that_cannot_be_read_is_put_aside_without_what_it_says_of_people() {
    in_scene(async |scene| {
        let file = "poison-an-entry-of-no-known-status";
        assert_eq!(scene.run("relay", file).await, NOTHING);
        let lengths = [("promotions.fifo", 1), ("notifications", 1), ("relay-dead-letters", 1)];
        assert_eq!(scene.queue_lengths(), lengths);
        let record = &event("relay", file)["Records"][1];
        let letter = json!({
            "eventID": record["eventID"],
            "sequenceNumber": record["dynamodb"]["SequenceNumber"],
            "keys": record["dynamodb"]["Keys"],
        });
        assert_eq!(scene.bodies("relay-dead-letters"), [letter]);
    });
}

/// Removes the limit from the line's item, so that no number can be marked as gone.
async fn damage_the_line(scene: &Scene) {
    let key = [("pk", "NUMBERS#summer-camp-2#camper"), ("sk", "NUMBERS")];
    let update = scene.cloud.dynamodb().update_item().table_name(scene.cloud.table_name());
    let update = key.iter().fold(update, |update, (name, value)| update.key(*name, Attribute::S((*value).to_owned())));
    let update = update.update_expression("REMOVE #limit").expression_attribute_names("#limit", "limit");
    update.send().await.expect("it is there");
}

/// A batch of an offer to the second number and of a join. The line is damaged, so the offer's mark
/// fails.
pub(super) async fn an_offer_in_a_damaged_line(scene: &Scene) -> Value {
    scene.join("parent-2", "child-2", [2; 16]).await;
    damage_the_line(scene).await;
    let mut batch = scene.offer_is_made();
    batch["Records"][0]["dynamodb"]["NewImage"]["number"] = json!({"N": "2"});
    batch["Records"][0]["dynamodb"]["SequenceNumber"] = json!("7");
    let joined = event("relay", "done-an-entry-joins")["Records"][0].clone();
    batch["Records"].as_array_mut().expect("a list").push(joined);
    batch
}

#[test]
fn a_change_that_can_never_be_passed_on_is_put_aside_and_its_neighbours_are_passed_on() {
    in_scene(async |scene| {
        let batch = an_offer_in_a_damaged_line(&scene).await;
        assert_eq!(scene.given_back("relay", batch).await, NOTHING);
        assert_eq!(scene.bodies("notifications"), [notification("joined", "email")]);
        let letters = scene.bodies("relay-dead-letters");
        assert_eq!((letters.len(), &letters[0]["sequenceNumber"]), (1, &json!("7")));
    });
}

#[test]
fn a_row_that_can_never_be_counted_is_put_aside_and_the_journal_goes_on_behind_it() {
    in_scene(async |scene| {
        let text = |text: &str| Attribute::S(text.to_owned());
        let put = scene.cloud.dynamodb().put_item().table_name(scene.cloud.table_name());
        let put = put.item("pk", text("FUNNEL#summer-camp-2#camper")).item("sk", text("FUNNEL"));
        put.item("seats_refilled", text("many")).send().await.expect("it takes anything");
        let mut batch = event("journal", "done-an-entry-joins");
        let release = scene.release_begins().await["Records"][0].to_string();
        // The journal does not have this release.
        let new_id = format!("rel_{:032}", 9);
        let another = release.replace(&format!("rel_{:032}", 2), &new_id);
        let another = serde_json::from_str(&another).expect("it was JSON");
        batch["Records"].as_array_mut().expect("a list").push(another);
        let has_row = async || {
            let items = scene.items().await;
            let is_journal =
                |item: &&waitlist_tests::Item| item["pk"].as_s().is_ok_and(|key| key.starts_with("JOURNAL#"));
            items.iter().filter(is_journal).flat_map(|item| item.keys()).any(|name| name.contains(&new_id))
        };
        assert!(!has_row().await);
        assert_eq!(scene.given_back("journal", batch.clone()).await, NOTHING);
        assert!(has_row().await);
        let letters = scene.bodies("journal-dead-letters");
        let damaged = &batch["Records"][0]["dynamodb"]["SequenceNumber"];
        assert_eq!((letters.len(), &letters[0]["sequenceNumber"]), (1, damaged));
    });
}

#[test]
fn the_head_of_the_line_is_offered_free_seats() {
    in_scene(async |scene| {
        scene.free_a_seat_for_parent_2().await;
        assert_eq!(scene.run("promote", "done-free-seats").await, NOTHING);
        assert_eq!(scene.status("parent-2").await, Status::Offered);
        let seats = scene.line(SOLD_OUT).await.seats;
        assert_eq!((seats.held, seats.free), (2, 0));
        assert_eq!(scene.queue_lengths(), []);
        // A second run finds nothing to do.
        assert_eq!(scene.run("promote", "done-free-seats").await, NOTHING);
        assert_eq!(scene.line(SOLD_OUT).await.seats, seats);
    });
}

#[test]
fn a_line_behind_a_number_without_an_entry_is_looked_at_again_in_a_second() {
    in_scene(async |scene| {
        scene.lose_an_entry().await;
        scene.put_event(SOLD_OUT, 2).await;
        assert_eq!(scene.run("promote", "done-free-seats").await, NOTHING);
        assert_eq!(scene.status("parent-3").await, Status::Waiting);
        assert_eq!((scene.queue_lengths(), scene.delays("timers")), (vec![("timers", 1)], vec![1]));
        assert_eq!(scene.bodies("timers"), [line_is_due()]);
    });
}

#[test]
fn a_message_that_names_no_line_is_put_aside_and_the_next_is_done() {
    in_scene(async |scene| {
        scene.free_a_seat_for_parent_2().await;
        let file = "poison-no-line";
        for _ in 0..2 {
            assert_eq!(scene.run("promote", file).await, NOTHING);
            let poison = event("promote", file)["Records"][0]["body"].as_str().expect("a text").to_owned();
            let aside = scene.queued("promotions-dead-letters.fifo");
            assert_eq!(aside.iter().map(|message| &message.body).collect::<Vec<_>>(), [&poison]);
        }
        assert_eq!(scene.status("parent-2").await, Status::Offered);
    });
}

#[test]
fn a_promotion_that_fails_is_given_back() {
    without_retries(async |scene| {
        scene.free_a_seat_for_parent_2().await;
        scene.fail_next("TransactWriteItems");
        assert_eq!(scene.run("promote", "done-free-seats").await, [FIRST_MESSAGE]);
        assert_eq!(scene.status("parent-2").await, Status::Waiting);
        assert_eq!(scene.run("promote", "done-free-seats").await, NOTHING);
        assert_eq!(scene.status("parent-2").await, Status::Offered);
    });
}

#[test]
fn a_deadline_that_is_far_away_waits_on_in_the_queue() {
    in_scene(async |scene| {
        assert_eq!(scene.run("timer", "done-a-deadline").await, NOTHING);
        assert_eq!(scene.status("parent-1").await, Status::Offered);
        assert_eq!(scene.bodies("timers"), [deadlines(&["parent-1"], START_MILLISECONDS + 86_400_000)]);
        assert_eq!(scene.delays("timers"), [900]);
    });
}

#[test]
fn at_its_deadline_an_offer_passes_to_the_next_in_line() {
    in_scene(async |scene| {
        scene.join("parent-2", "child-2", [2; 16]).await;
        // The timer is half a second early and sleeps until the deadline.
        scene.cloud.advance(24 * HOUR - MINUTE / 120);
        assert_eq!(scene.run("timer", "done-a-deadline").await, NOTHING);
        assert_eq!(scene.status("parent-1").await, Status::Expired);
        assert_eq!(scene.status("parent-2").await, Status::Offered);
        let seats = scene.line(SOLD_OUT).await.seats;
        assert_eq!((seats.held, seats.free, seats.outcomes.expired), (1, 0, 1));
        assert_eq!(scene.queue_lengths(), []);
        assert_eq!(scene.run("timer", "done-a-deadline").await, NOTHING);
        assert_eq!(scene.line(SOLD_OUT).await.seats, seats);
    });
}

#[test]
fn a_deadline_that_was_put_off_is_not_kept() {
    in_scene(async |scene| {
        scene.cloud.advance(23 * HOUR);
        Claims::new(&scene.table).claim(&scene.entry("parent-1").await, "claim").await.expect("in time");
        scene.cloud.advance(HOUR);
        assert_eq!(scene.run("timer", "done-a-deadline").await, NOTHING);
        assert_eq!(scene.status("parent-1").await, Status::Claimed, "there is an hour left to pay");
    });
}

#[test]
fn a_batch_of_a_release_is_deposited_when_it_is_due() {
    in_scene(async |scene| {
        scene.release_in_batches().await;
        scene.cloud.advance(10 * MINUTE);
        assert_eq!(scene.line(SOLD_OUT).await.seats.capacity, 1 + 2);
        for _ in 0..2 {
            assert_eq!(scene.wake_up(batch_is_due()).await, NOTHING);
            assert_eq!(
                scene.line(SOLD_OUT).await.seats.capacity,
                1 + 2 + 2,
                "a message that comes twice frees nothing"
            );
        }
    });
}

#[test]
fn lots_are_drawn_when_their_time_has_come() {
    in_scene(async |scene| {
        assert!(!scene.is_drawn(BY_LOT).await);
        scene.cloud.advance(Duration::from_millis(500_000_000));
        for _ in 0..2 {
            assert_eq!(scene.wake_up(draw_is_due()).await, NOTHING);
            assert!(scene.is_drawn(BY_LOT).await);
        }
    });
}

#[test]
fn a_draw_keeps_no_deadline_waiting_that_comes_with_it() {
    in_scene(async |scene| {
        scene.cloud.advance(Duration::from_millis(500_000_000));
        let deadline = deadlines(&["parent-1"], START_MILLISECONDS + 86_400_000);
        let batch = from_queue("timers", &[draw_is_due(), deadline]);
        scene.cloud.take_calls();
        assert_eq!(scene.given_back("timer", batch).await, NOTHING);
        let calls = scene.cloud.take_calls();
        let first = |what: &str| calls.iter().position(|call| call.request.contains(what)).expect(what);
        let last = |what: &str| calls.iter().rposition(|call| call.request.contains(what)).expect(what);
        assert!(last("CUSTOMER#parent-1") < first("NUMBERS#autumn-camp-1"), "{calls:?}");
        assert!(scene.is_drawn(BY_LOT).await);
    });
}

#[test]
fn a_line_is_looked_at_again() {
    in_scene(async |scene| {
        scene.free_a_seat_for_parent_2().await;
        assert_eq!(scene.wake_up(line_is_due()).await, NOTHING);
        assert_eq!(scene.status("parent-2").await, Status::Offered);
    });
}

#[test]
fn a_wake_up_of_an_unknown_kind_is_given_back_and_the_next_is_done() {
    in_scene(async |scene| {
        scene.cloud.advance(24 * HOUR);
        assert_eq!(scene.run("timer", "poison-of-an-unknown-kind").await, [FIRST_MESSAGE]);
        assert_eq!(scene.status("parent-1").await, Status::Expired);
    });
}

#[test]
fn a_deadline_that_fails_is_given_back() {
    without_retries(async |scene| {
        scene.cloud.advance(24 * HOUR);
        scene.fail_next("TransactWriteItems");
        assert_eq!(scene.run("timer", "done-a-deadline").await, [FIRST_MESSAGE]);
        assert_eq!(scene.status("parent-1").await, Status::Offered);
        assert_eq!(scene.run("timer", "done-a-deadline").await, NOTHING);
        assert_eq!(scene.status("parent-1").await, Status::Expired);
    });
}

#[test]
fn customers_are_told_by_mail_and_of_urgent_news_by_text_message_as_well() {
    in_scene(async |scene| {
        let joined = from_queue("notifications", &[notification("joined", "email")]);
        assert_eq!(scene.given_back("notify", joined).await, NOTHING);
        assert_eq!((scene.cloud.sent_mail().len(), scene.cloud.sent_sms().len()), (1, 0));
        assert_eq!(scene.run("notify", "done-offered").await, NOTHING);
        assert_eq!((scene.cloud.sent_mail().len(), scene.cloud.sent_sms().len()), (2, 1));
        assert_eq!(scene.cloud.sent_mail()[1].to, ["pat@example.org"]);
        assert_eq!(scene.cloud.sent_sms()[0].phone_number, "+14155550123");
        // A message is not repeated, and an untrue one is not sent.
        assert_eq!(scene.run("notify", "done-offered").await, NOTHING);
        assert_eq!(scene.notify_of_a_purchase_ended().await, NOTHING);
        assert_eq!((scene.cloud.sent_mail().len(), scene.cloud.sent_sms().len()), (2, 1));
    });
}

#[test]
fn a_customer_who_does_not_pay_in_time_is_told_that_the_seats_are_gone() {
    in_scene(async |scene| {
        Claims::new(&scene.table).claim(&scene.entry("parent-1").await, "claim").await.expect("in time");
        scene.cloud.advance(2 * HOUR);
        let now = scene.table.now().milliseconds();
        assert_eq!(scene.wake_up(deadlines(&["parent-1"], now)).await, NOTHING);
        assert_eq!(scene.notify_of_a_purchase_ended().await, NOTHING);
        assert_eq!((scene.cloud.sent_mail().len(), scene.cloud.sent_sms().len()), (1, 1));
    });
}

#[test]
fn a_notification_that_was_cut_short_is_given_back_and_the_next_is_sent() {
    in_scene(async |scene| {
        assert_eq!(scene.run("notify", "poison-cut-short").await, [FIRST_MESSAGE]);
        assert_eq!(scene.cloud.sent_mail().len(), 1);
    });
}

#[test]
fn a_sweep_that_finds_nothing_does_nothing() {
    in_scene(async |scene| {
        assert_eq!(scene.run("sweep", "done-every-minute").await, NOTHING);
        assert_eq!(scene.queue_lengths(), []);
    });
}

#[test]
fn the_sweep_arms_deadlines_within_ninety_seconds() {
    in_scene(async |scene| {
        scene.cloud.advance(24 * HOUR - 2 * MINUTE);
        assert_eq!(scene.run("sweep", "done-every-minute").await, NOTHING);
        assert_eq!(scene.queue_lengths(), []);
        scene.cloud.advance(MINUTE);
        assert_eq!(scene.run("sweep", "done-every-minute").await, NOTHING);
        let deadlines = scene.bodies("timers").into_iter().filter(|wake| wake["kind"] == "deadlines").count();
        assert_eq!((deadlines, scene.delays("timers")[0]), (1, 60));
    });
}

#[test]
fn the_sweep_restarts_a_line_that_stalled() {
    in_scene(async |scene| {
        scene.free_a_seat_for_parent_2().await;
        assert_eq!(scene.run("sweep", "done-every-minute").await, NOTHING);
        assert_eq!(scene.bodies("promotions.fifo"), [json!({"line": line()})]);
        assert_eq!(scene.queue_lengths(), [("promotions.fifo", 1)]);
    });
}

#[test]
fn the_sweep_retires_numbers_that_never_got_an_entry() {
    in_scene(async |scene| {
        scene.lose_an_entry().await;
        scene.cloud.advance(MINUTE);
        assert_eq!(scene.line(SOLD_OUT).await.numbers.gone, 1);
        assert_eq!(scene.run("sweep", "done-every-minute").await, NOTHING);
        assert_eq!(scene.line(SOLD_OUT).await.numbers.gone, 2);
    });
}

#[test]
fn the_sweep_does_the_rest_in_spite_of_a_strange_event_and_strange_items() {
    in_scene(async |scene| {
        scene.cloud.load([
            json!({"pk": {"S": "CUSTOMER#?"}, "sk": {"S": "ENTRY#?"}, "due_shard": {"S": "DUE#1"}, "due_at": {"N": "0"}}),
            json!({"pk": {"S": "SEATS"}, "sk": {"S": "SEATS"}, "due_shard": {"S": "LINES"}, "due_at": {"N": "0"}}),
        ]);
        scene.free_a_seat_for_parent_2().await;
        scene.cloud.advance(24 * HOUR);
        assert_eq!(scene.run("sweep", "poison-of-no-schedule").await, NOTHING);
        assert_eq!(scene.queue_lengths(), [("promotions.fifo", 1), ("timers", 1)]);
    });
}

#[test]
fn a_sweep_with_a_failed_part_fails_and_still_does_the_rest() {
    for operation in ["Query", "BatchGetItem", "SendMessageBatch"] {
        without_retries(async |scene| {
            scene.free_a_seat_for_parent_2().await;
            scene.cloud.advance(24 * HOUR);
            scene.fail_next(operation);
            let answer = scene.work("sweep", event("sweep", "done-every-minute")).await;
            assert!(answer["errorMessage"].is_string(), "{operation}: {answer}");
            // The part that fails depends on the line with which the sweep begins in this minute.
            assert!(!scene.queue_lengths().is_empty(), "{operation}: nothing was done");
        });
    }
}
