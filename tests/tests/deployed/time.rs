//! Windows and deadlines.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use super::support::{
    Counts, EntryRow, Line, NOTHING, Offer, Person, SOON, Stack, all_at_once, eventually, instant, now, sleep_until,
    text,
};

/// The greatest delay, which leaves room for what else the machine does. A sweep would come later than this.
const A_FEW_SECONDS: TimeDelta = TimeDelta::seconds(5);

/// None of these delays is early, and none so late that it was a sweep.
#[track_caller]
fn assert_in_time(what: &str, late: &[TimeDelta]) {
    let in_time = TimeDelta::zero()..=A_FEW_SECONDS;
    assert!(late.iter().all(|late| in_time.contains(late)), "{what}: {late:?} after the deadline");
}

/// The time between an offer's deadline and its end.
#[track_caller]
fn lateness(entry: &EntryRow) -> TimeDelta {
    let ended = entry.ended_at.unwrap_or_else(|| panic!("{entry:?} has not ended"));
    ended - entry.expires_at.unwrap_or_else(|| panic!("{entry:?} had no offer"))
}

#[tokio::test]
async fn every_window_of_seconds_ends_at_its_deadline_and_never_before() {
    let stack = Stack::in_time().await;
    let windows = ["1 second", "2 seconds", "PT3S", "1500 ms"];
    let late = all_at_once(windows.map(|window| several_offers_lapse_together(stack.clone(), window))).await;
    assert_in_time("the end of an offer", &late.concat());
}

/// The delays with which they ended.
async fn several_offers_lapse_together(stack: Stack, window: &'static str) -> Vec<TimeDelta> {
    let camp = stack.event().places(0).offers_last(window).create().await;
    camp.join_in_order(&Person::several(4)).await;
    camp.release(4).await;
    camp.comes_to(Counts { capacity: 4, free: 4, joined: 4, offers: 4, expired: 4, ..NOTHING }).await;

    let entries = stack.table().line(&camp).await.entries;
    assert!(entries.iter().all(|entry| entry.status == "expired"), "{window}: {entries:?}");
    camp.holds_together().await;
    entries.iter().map(lateness).collect()
}

#[tokio::test]
async fn a_seat_wanders_down_the_line_from_deadline_to_deadline() {
    let stack = Stack::in_time().await;
    let camp = stack.event().places(0).offers_last("1 second").create().await;
    camp.join_in_order(&Person::several(5)).await;
    camp.release(1).await;
    eventually("the last offer lapsed", Duration::from_secs(15), async || {
        (camp.counts().await.expired == 5).then_some(())
    })
    .await;

    let entries = stack.table().line(&camp).await.entries;
    let everybody = "everybody was offered it";
    let passed_on = |pair: &[EntryRow]| pair[1].offered_at.expect(everybody) - pair[0].expires_at.expect(everybody);
    assert_in_time("passing the seat on", &entries.windows(2).map(passed_on).collect::<Vec<_>>());
    assert_eq!(camp.seen_by(&stack.public()).await["available"], json!(1));
    camp.holds_together().await;
}

#[tokio::test]
async fn a_claim_that_is_not_paid_for_ends_in_time_and_the_customer_is_told() {
    let stack = Stack::in_time().await;
    let camp = stack.event().places(0).purchases_last("2 seconds").create().await;
    let [ada, bob] = [Person::new().with_phone(), Person::new()];
    let [ada, bob] = [camp.join(&ada).await, camp.join(&bob).await];
    camp.release(1).await;
    camp.offer_to(&ada).await;
    let claimed = camp.claim(&ada).await.is(200);
    let deadline = instant(&claimed["offer"]["expiresAt"]);
    let left = deadline - now();
    assert!(left > TimeDelta::zero() && left <= TimeDelta::seconds(2), "{left} to pay");

    sleep_until(deadline).await;
    let passed_on = camp.offer_to(&bob).await;
    let late = passed_on.offered_at - deadline;
    assert!(late >= TimeDelta::zero() && late <= A_FEW_SECONDS, "{late} after the deadline");
    assert_eq!(camp.entry(&ada).await["status"], json!("expired"));
    camp.convert(&ada).await.problem(410, "offer-expired");
    let told = stack.awaited_mail(&ada.person.email, "Your time to pay is over", SOON).await;
    assert!(told.text.contains("Summer Camp"), "{told:?}");
    let phone = ada.person.phone.as_deref().expect("ada has a phone");
    stack.awaited_text(phone, "time to pay", SOON).await;
    let passed = Counts { capacity: 1, held: 1, joined: 2, offers: 2, claimed: 1, expired: 1, ..NOTHING };
    camp.comes_to(passed).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_claim_after_the_deadline_is_refused() {
    let stack = Stack::in_time().await;
    let camp = stack.event().places(0).offers_last("1 second").create().await;
    let ada = camp.join(&Person::new()).await;
    camp.release(1).await;
    let deadline = camp.offer_to(&ada).await.expires_at;
    sleep_until(deadline).await;

    camp.claim(&ada).await.problem(410, "offer-expired");
    camp.convert(&ada).await.problem(410, "offer-expired");
    camp.comes_to_be(&ada, "expired").await;
    camp.claim(&ada).await.problem(410, "offer-expired");
    camp.convert(&ada).await.problem(410, "offer-expired");
    camp.holds_together().await;
}

#[tokio::test]
async fn windows_are_echoed_as_written_and_mean_what_they_say() {
    let windows = [
        ("24 hours", 86_400),
        ("2h", 7_200),
        ("PT2H", 7_200),
        ("90 seconds", 90),
        ("P1D", 86_400),
        ("1h 30m", 5_400),
        ("365 days", 31_536_000),
    ];
    let stack = Stack::up().await;
    all_at_once(windows.map(|(written, seconds)| echo_window(stack.clone(), written, seconds))).await;
}

async fn echo_window(stack: Stack, written: &'static str, seconds: i64) {
    let event = stack.event().places(0).offers_last(written).purchases_last(written).starts_at(in_two_years());
    let made = stack.organiser().put(&event.path(), &event.body()).await.is(201);
    let camp = Line::new(&stack, &text(&made["eventId"]), "camper");
    let read = stack.organiser().get(&camp.path()).await.is(200);
    for event in [made, read] {
        assert_eq!(event["waitlist"]["notificationWindow"], json!(written));
        assert_eq!(event["waitlist"]["purchaseWindow"], json!(written));
    }

    let ada = camp.join(&Person::new()).await;
    camp.release(1).await;
    let offer = camp.offer_to(&ada).await;
    assert_eq!(offer.expires_at - offer.offered_at, TimeDelta::seconds(seconds), "{written}");
    let before = now();
    let claimed = Offer::of(&camp.claim(&ada).await.is(200));
    let to_pay = claimed.expires_at - before;
    assert!((to_pay - TimeDelta::seconds(seconds)).abs() < TimeDelta::seconds(3), "{written}: {to_pay} to pay");
    camp.holds_together().await;
}

fn in_two_years() -> chrono::DateTime<chrono::Utc> {
    now() + TimeDelta::days(730)
}

#[tokio::test]
async fn a_paced_release_deposits_each_batch_when_it_is_due() {
    let stack = Stack::in_time().await;
    let camp = stack.event().places(0).create().await;
    camp.join_in_order(&Person::several(5)).await;
    let body = json!({"ticketTypeId": "camper", "quantity": 5, "batchSize": 2, "batchInterval": "2 seconds"});
    let started = now();
    let released = stack.sales().post(&camp.release_path(), &body).await.is(202);
    assert_eq!(
        (&released["quantity"], &released["released"], &released["remaining"]),
        (&json!(5), &json!(2), &json!(3))
    );
    let answered = now();
    camp.comes_to(Counts { capacity: 5, held: 5, joined: 5, offers: 5, ..NOTHING }).await;

    let entries = stack.table().line(&camp).await.entries;
    for (entry, batch) in entries.iter().zip([0, 0, 1, 1, 2]) {
        let offered_at = entry.offered_at.expect("everybody was offered a seat");
        let due = TimeDelta::seconds(2 * batch);
        assert!(offered_at >= started + due, "batch {batch} came early, at {offered_at}");
        let late = offered_at - answered - due;
        assert!(batch == 0 || late <= A_FEW_SECONDS, "batch {batch} came {late} late");
    }
    camp.holds_together().await;
}
