//! Claiming, converting and declining an offer.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::support::{Counts, Line, NOTHING, Offer, Person, Place, Stack, instant, now, text};

/// A line with one seat, offered to the first of two.
async fn offered() -> (Line, Place, Place) {
    let camp = Stack::up().await.event().places(0).create().await;
    let [ada, bob] = [camp.join(&Person::new()).await, camp.join(&Person::new()).await];
    camp.release(1).await;
    camp.offer_to(&ada).await;
    (camp, ada, bob)
}

const OFFERED: Counts = Counts { capacity: 1, held: 1, waiting: 1, joined: 2, offers: 1, ..NOTHING };

#[tokio::test]
async fn a_claimed_offer_waits_to_be_paid_for() {
    let (camp, ada, _) = offered().await;
    let offered = Offer::of(&camp.entry(&ada).await);
    let claimed = camp.claim(&ada).await.is(200);
    assert_eq!((&claimed["status"], &claimed["entryId"]), (&json!("claimed"), &json!(ada.entry_id)));
    assert_eq!(claimed["registrationId"], Value::Null);
    let offer = Offer::of(&claimed);
    assert_eq!((offer.offered_at, offer.quantity), (offered.offered_at, 1));
    assert!((offer.expires_at - now() - TimeDelta::hours(2)).abs() < TimeDelta::seconds(5), "{offer:?}");
    assert_eq!(camp.entry(&ada).await, claimed);
    camp.comes_to(Counts { claimed: 1, ..OFFERED }).await;
    camp.claim(&ada).await.problem(409, "no-offer");
    camp.holds_together().await;
}

/// The organiser names the address of a shop. A customer who claims after that is sent there.
#[tokio::test]
async fn a_claimed_offer_is_paid_in_a_shop_by_its_reference() {
    let (camp, ada, _) = offered().await;
    let organiser = camp.stack.organiser();
    let event = organiser.get(&camp.path()).await.is(200);
    let with_a_shop = json!({
        "name": event["name"], "startsAt": event["startsAt"], "timeZone": event["timeZone"],
        "ticketTypes": [{"id": "camper", "name": "Camper"}], "waitlist": {"proof": "none"},
        "place": "Maple Hall", "checkoutUrl": "https://shop.example.org/pay?ref={reference}",
    });
    organiser.put(&camp.path(), &with_a_shop).await.is(200);
    assert_eq!(camp.stack.public().get(&camp.path()).await.is(200)["place"], json!("Maple Hall"));
    let claimed = camp.claim(&ada).await.is(200);
    let checkout = text(&claimed["checkout"]);
    assert_eq!(camp.entry(&ada).await["checkout"], json!(checkout));
    let reference = checkout.strip_prefix("https://shop.example.org/pay?ref=").expect("the address of the shop");
    let convert = async |reference: &str| {
        let body = json!({"entryId": ada.entry_id, "reference": reference});
        camp.stack.sales().post(&format!("/api/waitlist/convert/{}", ada.customer_id), &body).await
    };
    let foreign = format!("{}{}", &reference[..37], "a".repeat(22));
    convert(&foreign).await.invalid(&["/reference"]);
    assert_eq!(convert(reference).await.is(200)["status"], json!("converted"));
    camp.holds_together().await;
}

#[tokio::test]
async fn a_claim_converts_if_there_is_nothing_to_pay() {
    let camp = Stack::up().await.event().places(0).claiming_converts().create().await;
    let ada = camp.join_for_seats(&Person::new(), 2).await;
    camp.release(2).await;
    camp.offer_to(&ada).await;
    let converted = camp.claim(&ada).await.is(200);
    assert_eq!(converted["status"], json!("converted"));
    let registration = text(&converted["registrationId"]);
    let sale = camp.stack.sales().get(&format!("/api/registrations/{registration}")).await.is(200);
    assert_eq!(
        (&sale["source"], &sale["status"], &sale["quantity"]),
        (&json!("waitlist"), &json!("confirmed"), &json!(2))
    );
    camp.comes_to(Counts { capacity: 2, sold: 2, joined: 1, offers: 1, claimed: 1, converted: 1, ..NOTHING }).await;
    camp.claim(&ada).await.problem(409, "no-offer");
    camp.holds_together().await;
}

#[tokio::test]
async fn an_offer_is_converted_from_offered_and_from_claimed_and_again() {
    for claim_first in [false, true] {
        let (camp, ada, _) = offered().await;
        if claim_first {
            camp.claim(&ada).await.is(200);
        }
        let path = format!("/api/waitlist/convert/{}", ada.customer_id);
        let body = json!({"entryId": ada.entry_id, "paymentReference": "invoice 7"});
        let converted = camp.stack.sales().post(&path, &body).await.is(200);
        assert_eq!(converted["status"], json!("converted"));
        let again = camp.stack.sales().post(&path, &body).await.is(200);
        assert_eq!(converted, again);
        let registration = text(&converted["registrationId"]);
        let sale = camp.stack.sales().get(&format!("/api/registrations/{registration}")).await.is(200);
        assert_eq!(sale["customerId"], json!(ada.customer_id));
        assert_eq!(sale["paymentReference"], json!("invoice 7"));
        assert_eq!(camp.entry(&ada).await["registrationId"], json!(registration));
        let claimed = u64::from(claim_first);
        camp.comes_to(Counts { sold: 1, held: 0, claimed, converted: 1, ..OFFERED }).await;
        camp.claim(&ada).await.problem(409, "no-offer");
        camp.decline(&ada).await.problem(409, "no-offer");
        camp.holds_together().await;
    }
}

#[tokio::test]
async fn the_customer_can_not_convert() {
    let (camp, ada, _) = offered().await;
    let path = format!("/api/waitlist/convert/{}", ada.customer_id);
    camp.customer(&ada).post(&path, &json!({"entryId": ada.entry_id})).await.problem(403, "forbidden");
    camp.comes_to(OFFERED).await;
}

#[tokio::test]
async fn a_declined_offer_goes_to_the_next() {
    for claim_first in [false, true] {
        let (camp, ada, bob) = offered().await;
        if claim_first {
            camp.claim(&ada).await.is(200);
        }
        let declined = camp.decline(&ada).await.is(200);
        assert_eq!((&declined["status"], &declined["entryId"]), (&json!("declined"), &json!(ada.entry_id)));
        camp.offer_to(&bob).await;
        camp.decline(&ada).await.problem(409, "no-offer");
        camp.claim(&ada).await.problem(409, "no-offer");
        let claimed = u64::from(claim_first);
        camp.comes_to(Counts { waiting: 0, offers: 2, claimed, declined: 1, ..OFFERED }).await;
        camp.holds_together().await;
    }
}

#[tokio::test]
async fn a_waiting_entry_has_nothing_to_claim() {
    let (camp, _, bob) = offered().await;
    camp.claim(&bob).await.problem(409, "no-offer");
    camp.decline(&bob).await.problem(409, "no-offer");
    camp.convert(&bob).await.problem(409, "no-offer");
    assert_eq!(camp.position(&bob).await, Some(1));
    camp.comes_to(OFFERED).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_sales_system_claims_and_declines_for_any_customer() {
    let (camp, ada, bob) = offered().await;
    for caller in [camp.stack.sales(), camp.stack.organiser()] {
        let path = format!("/api/waitlist/claim/{}", bob.customer_id);
        caller.post(&path, &json!({"entryId": bob.entry_id})).await.problem(409, "no-offer");
    }
    let claim = format!("/api/waitlist/claim/{}", ada.customer_id);
    let decline = format!("/api/waitlist/decline/{}", ada.customer_id);
    let entry = json!({"entryId": ada.entry_id});
    assert_eq!(camp.stack.sales().post(&claim, &entry).await.is(200)["status"], json!("claimed"));
    assert_eq!(camp.stack.organiser().post(&decline, &entry).await.is(200)["status"], json!("declined"));
    camp.offer_to(&bob).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn an_entry_is_acted_on_only_under_its_own_customer() {
    let (camp, ada, bob) = offered().await;
    let unknown = json!({"entryId": "ent_00000000000000000000000000000000"});
    for action in ["claim", "decline", "convert"] {
        let path = format!("/api/waitlist/{action}/{}", bob.customer_id);
        let entry = json!({"entryId": ada.entry_id});
        camp.stack.sales().post(&path, &entry).await.problem(404, "entry-not-found");
        camp.stack.sales().post(&path, &unknown).await.problem(404, "entry-not-found");
        let path = format!("/api/waitlist/{action}/nobody");
        camp.stack.sales().post(&path, &entry).await.problem(404, "entry-not-found");
    }
    camp.comes_to(OFFERED).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn an_offer_shows_when_it_was_made_and_until_when_it_holds() {
    let (camp, ada, bob) = offered().await;
    let entry = camp.entry(&ada).await;
    assert_eq!(entry["position"], Value::Null, "who is offered seats waits no more: {entry}");
    let offer = Offer::of(&entry);
    assert_eq!(offer.expires_at - offer.offered_at, TimeDelta::hours(24));
    assert!(offer.offered_at >= instant(&entry["joinedAt"]));
    let waiting = camp.entry(&bob).await;
    assert_eq!((&waiting["offer"], &waiting["position"]), (&Value::Null, &json!(1)));
    camp.holds_together().await;
}
