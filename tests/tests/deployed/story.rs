//! The whole story: from a sold-out event to a seat.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use super::support::{Counts, NOTHING, Offer, Person, SOON, Stack, eventually, instant, link_in, now, place, text};

/// Within it a message comes, whatever else the machine does. Usually it takes a fifth of a second.
const A_FEW_SECONDS: Duration = Duration::from_secs(8);

#[tokio::test]
async fn a_camp_week_goes_from_sold_out_to_seated() {
    let stack = Stack::in_time().await;
    let (organiser, sales, public) = (stack.organiser(), stack.sales(), stack.public());

    // An organiser creates a camp week with 2 places.
    let camp = stack.event().named("Lake Camp, Week 1").places(2).offers_last("20 seconds").create().await;
    let week = public.get(&camp.path()).await.is(200);
    assert_eq!(week["name"], json!("Lake Camp, Week 1"));
    let camper = camp.seen_by(&public).await;
    assert_eq!((&camper["status"], &camper["available"]), (&json!("available"), &json!(2)));
    camp.comes_to(Counts { capacity: 2, free: 2, ..NOTHING }).await;

    // The sales system registers two children; the second sale activates the waitlist.
    let early = Person::new();
    let join_early = camp.try_to_join(&early).await;
    join_early.problem(409, "tickets-available");
    let first_sale = camp.sell(1).await;
    let camper = camp.seen_by(&sales).await;
    assert_eq!((&camper["status"], &camper["available"]), (&json!("available"), &json!(1)));
    camp.comes_to(Counts { capacity: 2, sold: 1, free: 1, ..NOTHING }).await;
    camp.sell(1).await;
    let camper = camp.seen_by(&sales).await;
    assert_eq!((&camper["status"], &camper["available"]), (&json!("waitlist"), &json!(0)));
    let sold_out = Counts { capacity: 2, sold: 2, ..NOTHING };
    camp.comes_to(sold_out).await;

    // Three parents join, each for a child.
    let parents = [Person::new().with_phone(), Person::new().with_phone(), Person::new()];
    let mut places = Vec::new();
    for (parent, position) in parents.iter().zip(1u64..) {
        let joined = camp.join(&parent.parent_of("child-1")).await;
        assert_eq!(joined.position, position);
        assert_eq!(camp.entry(&joined).await["attendeeId"], json!("child-1"));
        camp.comes_to(Counts { waiting: position, joined: position, ..sold_out }).await;
        places.push(joined);
    }
    let [first, second, third] = places.as_slice() else { unreachable!("three joined") };
    let three_wait = Counts { waiting: 3, joined: 3, ..sold_out };
    let confirmation = stack.awaited_mail(&first.person.email, "You are on the waitlist", SOON).await;
    assert!(confirmation.text.contains("Lake Camp, Week 1"), "{confirmation:?}");

    // The fourth join, of the same child, makes no second place.
    camp.join_again(&parents[0].parent_of("child-1")).await;
    camp.comes_to(three_wait).await;

    // Someone tries to buy past the line and is refused.
    camp.try_to_sell(1).await.problem(409, "sold-out");
    camp.comes_to(three_wait).await;

    // One registration is cancelled. The first parent soon has the offer by mail and text message.
    let cancelled = camp.cancel(&first_sale).await.is(200);
    assert_eq!(cancelled["status"], json!("cancelled"));
    let offer_mail = stack.awaited_mail(&first.person.email, "A seat is held for you", A_FEW_SECONDS).await;
    let phone = first.person.phone.as_deref().expect("the first has a phone");
    let offer_text = stack.awaited_text(phone, "Lake Camp", A_FEW_SECONDS).await;
    assert!(offer_mail.subject.contains("Lake Camp, Week 1"), "{offer_mail:?}");
    assert!(offer_mail.text.contains("America/New_York"), "{offer_mail:?}");
    assert_ne!(link_in(&offer_text).token, "");
    let first_offer = Offer::of(&camp.entry(first).await);
    assert_eq!(first_offer.quantity, 1);
    assert_eq!(first_offer.expires_at - first_offer.offered_at, TimeDelta::seconds(20));
    let one_offered = Counts { sold: 1, held: 1, waiting: 2, offers: 1, ..three_wait };
    camp.comes_to(one_offered).await;
    assert_eq!(camp.position(second).await, Some(1));

    // They let it lapse. Soon after the deadline the second parent gets it, without a request.
    let until_then = (first_offer.expires_at - now()).to_std().unwrap_or_default();
    let from_mail = eventually("the second parent's mail", until_then + A_FEW_SECONDS, async || {
        stack.mail_to(&second.person.email).await.into_iter().find(|mail| mail.subject.starts_with("A seat is held"))
    })
    .await;
    let second_offer = Offer::of(&camp.entry(second).await);
    let late = second_offer.offered_at - first_offer.expires_at;
    assert!(late >= TimeDelta::zero() && late <= TimeDelta::seconds(5), "passed on {late} after the deadline");
    assert_eq!(camp.entry(first).await["status"], json!("expired"));
    camp.claim(first).await.problem(410, "offer-expired");
    let passed_on = Counts { waiting: 1, offers: 2, expired: 1, ..one_offered };
    camp.comes_to(passed_on).await;

    // The second claims, with the link in their mail.
    let by_mail = stack.bearer(&link_in(&from_mail.text).token);
    let entry = json!({"entryId": second.entry_id});
    let claimed = by_mail.post(&format!("/api/waitlist/claim/{}", second.customer_id), &entry).await.is(200);
    assert_eq!(claimed["status"], json!("claimed"));
    assert!(instant(&claimed["offer"]["expiresAt"]) - now() > TimeDelta::minutes(119), "two hours to pay: {claimed}");
    let one_claimed = Counts { claimed: 1, ..passed_on };
    camp.comes_to(one_claimed).await;

    // Then the sale is converted into a registration.
    let converted = camp.convert(second).await.is(200);
    assert_eq!(converted["status"], json!("converted"));
    let registration = text(&converted["registrationId"]);
    let sale = sales.get(&format!("/api/registrations/{registration}")).await.is(200);
    assert_eq!((&sale["status"], &sale["source"]), (&json!("confirmed"), &json!("waitlist")));
    assert_eq!((&sale["customerId"], &sale["quantity"]), (&json!(second.customer_id), &json!(1)));
    let seated = Counts { sold: 2, held: 0, converted: 1, ..one_claimed };
    camp.comes_to(seated).await;

    // The third sees position 1, then leaves.
    assert_eq!(camp.position(third).await, Some(1));
    let left = camp.leave(third).await.is(200);
    assert_eq!(left, json!({"left": [third.entry_id]}));
    assert_eq!(camp.entry(third).await["status"], json!("left"));
    let nobody_waits = Counts { waiting: 0, left: 1, ..seated };
    camp.comes_to(nobody_waits).await;

    // The organiser releases 3 more seats, which go on sale as nobody waits.
    let release = json!({"ticketTypeId": "camper", "quantity": 3});
    let released = organiser.post(&camp.release_path(), &release).await.is(202);
    assert_eq!(
        (&released["quantity"], &released["released"], &released["remaining"]),
        (&json!(3), &json!(3), &json!(0))
    );
    camp.comes_to(Counts { capacity: 5, free: 3, ..nobody_waits }).await;
    let camper = camp.seen_by(&sales).await;
    assert_eq!((&camper["status"], &camper["available"]), (&json!("available"), &json!(3)));
    let statistics = organiser.get(&format!("/api/waitlist/stats/{}", camp.event_id)).await.is(200);
    assert_eq!(statistics["totals"]["conversionRate"], json!(0.5));

    // The first may join again once the line is needed again, at its end.
    camp.sell(3).await;
    let rejoined = public.post("/api/waitlist/join", &camp.joining(&parents[0].parent_of("child-1"))).await.is(201);
    assert_eq!(place(&parents[0], &rejoined).position, 1);
    camp.holds_together().await;
}
