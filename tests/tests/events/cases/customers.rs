//! What customers, and sales for them, do with their entries: look, claim, decline and buy.

use serde_json::json;

use super::case::Caller::{Anyone, Customer, Mailed, Organiser, Sales};
use super::case::{Case, done, entry, invalid, refused};
use crate::events::scene::{REFERENCE, TOKEN, UNSUBSCRIBE_TOKEN};

pub(super) fn rows() -> Vec<Case> {
    vec![
        done(200, "a key looks up a position").get("/api/waitlist/position/parent-1", Sales),
        done(200, "a position for an attendee")
            .get("/api/waitlist/position/parent-1?ticketTypeId=camper&attendeeId=child-1", Sales),
        done(200, "the next page of a customer's positions")
            .get("/api/waitlist/position/parent-1?cursor=b~camper~child-9", Sales),
        done(200, "a page behind the last has no positions")
            .get("/api/waitlist/position/parent-1?cursor=summer-camp-2~camper~child-1", Sales),
        invalid(&["cursor"], "a position behind no entry")
            .get("/api/waitlist/position/parent-1?cursor=2~camper", Sales),
        done(200, "the next page of a customer's places is left")
            .delete("/api/waitlist/leave/parent-1?cursor=b~camper~child-9", Sales),
        done(200, "an attendee's place is left")
            .delete("/api/waitlist/leave/parent-1?ticketTypeId=camper&attendeeId=child-1", Sales),
        invalid(&["colour"], "a position by a filter that does not exist")
            .get("/api/waitlist/position/parent-1?colour=red", Sales),
        invalid(&["/entryId"], "a claim without an entry")
            .post("/api/waitlist/claim/parent-1", Customer)
            .body(json!({})),
        invalid(&["/entryId"], "a customer declines without an entry")
            .post("/api/waitlist/decline/parent-1", Customer)
            .body(json!({})),
        refused(409, "no-offer", "a claim without an offer")
            .post("/api/waitlist/claim/parent-5", Sales)
            .body(json!({"entryId": entry(5)})),
        refused(409, "no-offer", "nothing to decline")
            .post("/api/waitlist/decline/parent-5", Sales)
            .body(json!({"entryId": entry(5)})),
        done(200, "a sale by the reference that the customer brings")
            .post("/api/waitlist/convert/parent-1", Sales)
            .body(json!({"entryId": entry(1), "reference": REFERENCE})),
        invalid(&["/reference"], "a sale by no reference")
            .post("/api/waitlist/convert/parent-1", Sales)
            .body(json!({"entryId": entry(1), "reference": "pay-1"})),
        refused(409, "no-offer", "nothing to convert")
            .post("/api/waitlist/convert/parent-5", Sales)
            .body(json!({"entryId": entry(5)})),
        done(200, "a customer confirms by the token alone, which names the entry")
            .post("/api/waitlist/confirm/parent-20", Mailed)
            .body(json!({})),
        done(200, "an unconfirmed customer changes what they said, and is confirmed by that")
            .post("/api/waitlist/change/parent-20", Mailed)
            .body(json!({"entryId": entry(8), "phone": "+14155550199", "locale": "de"})),
        done(200, "a sales system changes all that may change").post("/api/waitlist/change/parent-5", Sales).body(
            json!({
                "entryId": entry(5), "name": "Pat B. Example", "phone": "+14155550199", "locale": "de",
                "channels": ["sms"], "answers": {}, "quantity": 1, "minQuantity": 1,
            }),
        ),
        invalid(&["/quantity"], "a change to more seats, which need another join")
            .post("/api/waitlist/change/parent-5", Sales)
            .keyed("a-change")
            .body(json!({"entryId": entry(5), "quantity": 50})),
        invalid(&["/minQuantity"], "a change to a least number of seats above the number")
            .post("/api/waitlist/change/parent-5", Sales)
            .body(json!({"entryId": entry(5), "minQuantity": 50})),
        invalid(&["/answers"], "answers to an event without questions")
            .post("/api/waitlist/change/parent-5", Sales)
            .body(json!({"entryId": entry(5), "answers": {"age": 7}})),
        invalid(&["/name", "/phone", "/locale", "/channels/0"], "a change of everything to nonsense")
            .post("/api/waitlist/change/parent-5", Sales)
            .body(json!({"entryId": entry(5), "name": "", "phone": "call me", "locale": "?", "channels": ["pigeon"]})),
        invalid(&["/name"], "a change of nothing")
            .post("/api/waitlist/change/parent-5", Sales)
            .body(json!({"entryId": entry(5)})),
        done(200, "a change of an offered entry to what it is already")
            .post("/api/waitlist/change/parent-1", Customer)
            .body(json!({"entryId": entry(1), "quantity": 1})),
        refused(409, "not-waiting", "another number of seats than that of an offer")
            .post("/api/waitlist/change/parent-1", Customer)
            .body(json!({"entryId": entry(1), "quantity": 2})),
        done(200, "another name while seats are offered")
            .post("/api/waitlist/change/parent-1", Customer)
            .body(json!({"entryId": entry(1), "name": "Pat B. Example"})),
        refused(409, "entry-ended", "a change of an entry that has ended")
            .post("/api/waitlist/change/parent-6", Sales)
            .body(json!({"entryId": entry(6), "name": "Pat B. Example"})),
        done(200, "a sales system confirms for a customer")
            .post("/api/waitlist/confirm/parent-20", Sales)
            .body(json!({"entryId": entry(8)})),
        done(200, "a confirmation of an entry that is confirmed")
            .post("/api/waitlist/confirm/parent-5", Sales)
            .body(json!({"entryId": entry(5)})),
        invalid(&["/entryId"], "a key confirms no entry by name")
            .post("/api/waitlist/confirm/parent-20", Sales)
            .body(json!({})),
        refused(409, "entry-ended", "a confirmation of an entry that has ended")
            .post("/api/waitlist/confirm/parent-6", Sales)
            .body(json!({"entryId": entry(6)})),
        refused(409, "no-offer", "a claim by a customer who is not confirmed")
            .post("/api/waitlist/claim/parent-20", Mailed)
            .body(json!({"entryId": entry(8)})),
        refused(409, "no-offer", "an unconfirmed customer has nothing to decline")
            .post("/api/waitlist/decline/parent-20", Mailed)
            .body(json!({"entryId": entry(8)})),
        done(200, "an unconfirmed customer looks up their position").get("/api/waitlist/position/parent-20", Mailed),
        done(202, "a key has a code sent for a customer")
            .post("/api/waitlist/phone/parent-7", Sales)
            .body(json!({"entryId": entry(7)})),
        done(200, "a number that an API key named needs no code")
            .post("/api/waitlist/phone/parent-1", Customer)
            .body(json!({"entryId": entry(1)})),
        done(200, "whoever needs no code may enter any")
            .post("/api/waitlist/phone/parent-1/confirm", Customer)
            .body(json!({"entryId": entry(1), "code": "123456"})),
        refused(401, "unauthenticated", "a code for anybody")
            .post("/api/waitlist/phone/parent-7", Anyone)
            .body(json!({"entryId": entry(7)})),
        invalid(&["/entryId"], "a code for no entry").post("/api/waitlist/phone/parent-7", Sales).body(json!({})),
        invalid(&["/entryId", "/code"], "nothing is confirmed")
            .post("/api/waitlist/phone/parent-7/confirm", Sales)
            .body(json!({})),
        invalid(&["/code"], "a code of letters")
            .post("/api/waitlist/phone/parent-7/confirm", Sales)
            .body(json!({"entryId": entry(7), "code": "12345a"})),
        done(200, "nobody leaves twice").delete("/api/waitlist/leave/parent-6", Organiser),
        invalid(&["token"], "news is turned off by a customer's token")
            .post(&format!("/api/waitlist/unsubscribe/{TOKEN}"), Anyone),
        done(200, "a mail program's body is not read")
            .post(&format!("/api/waitlist/unsubscribe/{UNSUBSCRIBE_TOKEN}"), Anyone)
            .text("List-Unsubscribe=One-Click"),
        done(202, "a key asks for the links of an address")
            .post("/api/waitlist/find", Sales)
            .body(json!({"email": "nobody@example.org"})),
        invalid(&["/email", "/locale"], "links of no address in no language")
            .post("/api/waitlist/find", Anyone)
            .body(json!({"locale": "?"})),
        done(200, "a key looks up one entry")
            .get(&format!("/api/waitlist/position/parent-1?entryId={}", entry(1)), Sales),
        done(200, "a customer looks up the entry and asks for others without a mailed token")
            .get(&format!("/api/waitlist/position/parent-1?entryId={}&otherPlaces=true", entry(1)), Customer),
        done(200, "a mailed token of an unconfirmed entry shows no other places")
            .get("/api/waitlist/position/parent-20?otherPlaces=true", Mailed),
        refused(404, "entry-not-found", "a customer looks up another's entry")
            .get(&format!("/api/waitlist/position/parent-1?entryId={}", entry(5)), Customer),
        done(200, "one entry is left by its id")
            .delete(&format!("/api/waitlist/leave/parent-1?entryId={}", entry(1)), Sales),
        refused(404, "entry-not-found", "a customer leaves by the id of another stay")
            .delete(&format!("/api/waitlist/leave/parent-1?entryId={}", entry(99)), Customer),
        invalid(&["entryId"], "nothing is left by no id").delete("/api/waitlist/leave/parent-1?entryId=-", Customer),
        invalid(&["otherPlaces"], "other places may be asked for, or not")
            .get("/api/waitlist/position/parent-1?otherPlaces=no", Customer),
        refused(403, "forbidden", "a customer converts an offer by themselves")
            .post("/api/waitlist/convert/parent-1", Customer)
            .body(json!({"entryId": entry(1)})),
    ]
}
