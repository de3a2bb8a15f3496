//! A claimed offer is paid in a shop that knows nothing of the waitlist.

use serde_json::{Value, json};
use waitlist_domain::event::Event;
use waitlist_domain::event::checkout_address::CheckoutAddress;

use super::cases::entry;
use super::payload::Payload;
use super::reply::Reply;
use super::scene::{REFERENCE, SALES, SOLD_OUT, Scene, TOKEN, in_scene};

impl Scene {
    /// Puts the sold-out event with a shop for claimed offers.
    async fn sell_in_a_shop(&self) {
        let address = "https://shop.example.org/{entryId}?seats={quantity}&customer={customerId}&ref={reference}";
        let in_a_shop =
            |event: &mut Event| event.details.checkout_url = Some(CheckoutAddress::parse(address).expect("valid"));
        self.put_changed_event(SOLD_OUT, 1, in_a_shop).await;
    }

    async fn claim(&self) -> Value {
        let claim = Payload::post("/api/waitlist/claim/parent-1").from(TOKEN).body(&json!({"entryId": entry(1)}));
        self.send(claim).await.body
    }

    async fn convert(&self, reference: &str) -> Reply {
        let body = json!({"entryId": entry(1), "paymentReference": "pay-1", "reference": reference});
        self.send(Payload::post("/api/waitlist/convert/parent-1").from(SALES).body(&body)).await
    }
}

/// The claim of an offer that is paid in a shop.
pub(super) async fn a_claim_with_a_checkout(scene: &Scene) -> Value {
    scene.sell_in_a_shop().await;
    scene.claim().await
}

fn position(caller: &str) -> Payload {
    Payload::get("/api/waitlist/position/parent-1").from(caller)
}

#[test]
fn a_customer_who_claimed_is_sent_to_the_shop_which_converts_by_the_reference() {
    in_scene(async |scene| {
        let before = scene.send(position(TOKEN)).await;
        assert_eq!(before.body["entries"][0].get("checkout"), None, "it is offered");
        let claimed = a_claim_with_a_checkout(&scene).await;
        let checkout = claimed["checkout"].as_str().expect("an address").to_owned();
        let (beginning, reference) = checkout.split_once("&ref=").expect("the event's address");
        assert_eq!(beginning, format!("https://shop.example.org/{}?seats=1&customer=parent-1", entry(1)));
        for caller in [TOKEN, SALES] {
            let seen = scene.send(position(caller)).await;
            assert_eq!(seen.body["entries"][0]["checkout"], json!(checkout), "{seen:?}");
        }
        assert_eq!(reference, REFERENCE);
        let other = reference.replace(&entry(1), &entry(2));
        for (wrong, about) in [(&*other, "of another entry"), (&"x".repeat(59), "no reference"), ("", "nothing")] {
            let refused = scene.convert(wrong).await;
            assert_eq!((refused.status, refused.pointers()), (422, vec!["/reference"]), "{about}: {refused:?}");
        }
        let converted = scene.convert(reference).await;
        assert_eq!((converted.status, &converted.body["status"]), (200, &json!("converted")), "{converted:?}");
        assert_eq!(converted.body.get("checkout"), None);
        assert_eq!(scene.convert(reference).await.body, converted.body, "repeated");
        assert_eq!(scene.convert(&other).await.status, 422);
    });
}

/// The idempotency records, as text.
async fn records(scene: &Scene) -> String {
    let items = scene.items().await;
    let records = items.iter().filter(|item| item["pk"].as_s().is_ok_and(|pk| pk.starts_with("IDEMPOTENCY#")));
    format!("{:?}", records.collect::<Vec<_>>())
}

#[test]
fn a_record_keeps_neither_the_name_of_a_child_nor_an_address_to_pay_and_a_repetition_shows_both() {
    const NAME: &str = "Mia O'Neil-\u{c5}str\u{f6}m";
    in_scene(async |scene| {
        scene.sell_in_a_shop().await;
        let join = json!({
            "eventId": SOLD_OUT, "ticketTypeId": "camper", "customerId": "parent-77", "quantity": 1,
            "name": "Pat Example", "email": "pat-77@example.org", "attendeeId": NAME,
        });
        let join = Payload::post("/api/waitlist/join").from(SALES).keyed("join").body(&join);
        let joined = scene.send(join.clone()).await;
        assert_eq!((joined.status, &joined.body["attendeeId"]), (201, &json!(NAME)), "{joined:?}");
        let change = json!({"entryId": joined.body["entryId"], "locale": "fr"});
        let change = Payload::post("/api/waitlist/change/parent-77").from(SALES).keyed("change").body(&change);
        let claim = Payload::post("/api/waitlist/claim/parent-1").from(TOKEN).keyed("claim");
        let claim = claim.body(&json!({"entryId": entry(1)}));
        let (changed, claimed) = (scene.send(change.clone()).await, scene.send(claim.clone()).await);
        assert_eq!((changed.status, &changed.body["attendeeId"]), (200, &json!(NAME)), "{changed:?}");
        assert!(claimed.body["checkout"].is_string(), "{claimed:?}");

        let kept = records(&scene).await;
        assert_eq!(kept.matches("nameOf").count(), 2, "{kept}");
        for personal in ["Mia", "O'Neil", "Pat", "shop.example.org", REFERENCE] {
            assert!(!kept.contains(personal), "{personal} in {kept}");
        }
        for (request, first) in [(join, joined), (change, changed), (claim.clone(), claimed.clone())] {
            assert_eq!(scene.send(request).await, first);
        }
        let reference = json!({"entryId": entry(1), "paymentReference": "pay-1"});
        let paid = Payload::post("/api/waitlist/convert/parent-1").from(SALES).body(&reference);
        assert_eq!(scene.send(paid).await.status, 200);
        let again = scene.send(claim).await;
        assert_eq!((again.status, again.body.get("checkout")), (200, None), "it is paid");
    });
}

#[test]
fn without_a_shop_a_claim_has_no_address_to_pay_and_a_reference_is_refused() {
    in_scene(async |scene| {
        assert_eq!(scene.claim().await.get("checkout"), None);
        let refused = scene.convert(&format!("{}.{}", entry(1), "a".repeat(22))).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/reference"]), "{refused:?}");
    });
}

#[test]
fn a_look_of_a_customer_who_claimed_reads_one_item_more_and_a_warm_one_costs_one_unit() {
    in_scene(async |scene| {
        a_claim_with_a_checkout(&scene).await;
        scene.send(position(TOKEN)).await;
        scene.cloud.take_meter();
        let seen = scene.send(position(TOKEN)).await;
        let meter = scene.cloud.take_meter();
        assert!(seen.body["entries"][0]["checkout"].is_string(), "{seen:?}");
        assert_eq!(meter.round_trips(), 2, "the entry and the event");
        assert!(meter.units().read <= 1.0, "{:?}", meter.units());
    });
}
