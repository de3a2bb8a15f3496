//! All that the functions do to the table, and what they do only seldom.

use serde_json::json;
use waitlist_domain::values::identifier::EntryId;
use waitlist_tests::{Fault, FaultPlan};

use super::cases;
use super::challenges::the_first_event_asks_for_work;
use super::finding::links_are_asked_for_and_mailed;
use super::page_checks::joins_by_work;
use super::page_phones::a_code_is_entered;
use super::pages::do_all_on_pages;
use super::payload::Payload;
use super::phones::a_code_confirms_the_address_too;
use super::put_off_messages::send_a_mail_beyond_the_limit;
use super::scene::{GATHERING, ORGANISER, SALES, SOLD_OUT, Scene, in_empty_scene, in_scene};

/// Sends every request of the cases and every batch of the workers, each in a scene of its own.
/// Then come the things that seldom happen.
pub(crate) fn do_everything() {
    for case in cases::all() {
        in_scene(async |scene| drop(scene.send(case.payload).await));
    }
    for batch in cases::workers::all() {
        in_scene(async |scene| drop(scene.work(&batch.function.0, batch.event).await));
    }
    for write in ["UpdateItem", "TransactWriteItems"] {
        for case in cases::all().into_iter().filter(cases::Case::succeeds) {
            in_scene(async |scene| {
                scene.cloud.faults(FaultPlan::none().next(write, Fault::LostResponse));
                // Every route takes an API key.
                drop(scene.send(case.payload.from(ORGANISER)).await);
            });
        }
    }
    in_scene(async |scene| the_last_seat_is_sold_after_everybody_has_left_the_line(&scene).await);
    in_empty_scene(async |scene| the_first_event_asks_for_work(&scene).await);
    in_scene(async |scene| scene.outlast_the_retention().await);
    in_scene(async |scene| a_sale_from_the_line_is_cancelled(&scene).await);
    in_scene(async |scene| a_confirmed_number_is_confirmed_in_another_line(&scene).await);
    in_scene(async |scene| a_code_confirms_the_address_too(&scene).await);
    in_scene(async |scene| send_a_mail_beyond_the_limit(&scene).await);
    in_scene(async |scene| links_are_asked_for_and_mailed(&scene).await);
    do_all_on_pages();
    in_scene(async |scene| a_code_is_entered(&scene).await);
    in_scene(async |scene| drop(joins_by_work(&scene, "ada@example.org").await));
}

#[test]
fn a_number_that_its_customer_confirmed_needs_no_code_in_another_line() {
    in_scene(async |scene| a_confirmed_number_is_confirmed_in_another_line(&scene).await);
}

async fn a_confirmed_number_is_confirmed_in_another_line(scene: &Scene) {
    let code = json!({"entryId": cases::entry(7), "code": "794824"});
    let confirmed = scene.send(Payload::post("/api/waitlist/phone/parent-7/confirm").from(SALES).body(&code)).await;
    assert_eq!(confirmed.status, 200, "{confirmed:?}");
    scene.join("parent-7", "child-8", [8; 16]).await;
    let body = json!({"entryId": EntryId::from_bits([8; 16])});
    let asked = scene.send(Payload::post("/api/waitlist/phone/parent-7").from(SALES).body(&body)).await;
    assert_eq!((asked.status, &asked.body["phoneConfirmed"]), (200, &json!(true)), "{asked:?}");
    assert_eq!(asked.body["eventId"], json!(SOLD_OUT));
}

async fn the_last_seat_is_sold_after_everybody_has_left_the_line(scene: &Scene) {
    for customer in ["parent-5", "parent-7", "parent-20"] {
        let leave = Payload::delete(&format!("/api/waitlist/leave/{customer}")).from(SALES);
        assert_eq!(scene.send(leave).await.status, 200);
    }
    let body = json!({"eventId": GATHERING, "ticketTypeId": "camper", "quantity": 1, "customerId": "buyer"});
    let sold = scene.send(Payload::post("/api/registrations").from(SALES).body(&body)).await;
    assert_eq!(sold.status, 201, "{sold:?}");
}

async fn a_sale_from_the_line_is_cancelled(scene: &Scene) {
    let body = json!({"entryId": cases::entry(1)});
    let bought = scene.send(Payload::post("/api/waitlist/convert/parent-1").from(SALES).body(&body)).await;
    let registration = bought.body["registrationId"].as_str().expect("an id");
    let path = format!("/api/registrations/{registration}");
    let cancelled = scene.send(Payload::delete(&path).from(SALES)).await;
    assert_eq!(cancelled.status, 200, "{cancelled:?}");
}
