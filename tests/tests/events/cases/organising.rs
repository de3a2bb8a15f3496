//! What an organiser does to one entry.

use serde_json::json;

use super::case::Caller::{Organiser, Sales};
use super::case::{Case, done, entry, invalid, refused};

pub(super) fn rows() -> Vec<Case> {
    [moves(), removals(), reinstatements(), offers(), extensions(), withdrawals(), edits()].concat()
}

fn moves() -> Vec<Case> {
    vec![
        done(200, "an entry is moved to the end")
            .post("/api/waitlist/move/parent-5", Organiser)
            .body(json!({"entryId": entry(5), "to": "end"})),
        refused(403, "forbidden", "a sales key moves an entry")
            .post("/api/waitlist/move/parent-5", Sales)
            .body(json!({"entryId": entry(5), "to": "front"})),
        refused(404, "entry-not-found", "an unknown entry is moved")
            .post("/api/waitlist/move/parent-5", Organiser)
            .body(json!({"entryId": entry(99), "to": "front"})),
        refused(409, "not-confirmed", "an entry is moved that nobody has confirmed")
            .post("/api/waitlist/move/parent-20", Organiser)
            .body(json!({"entryId": entry(8), "to": "front"})),
        invalid(&["/tier"], "a move to the front names a tier")
            .post("/api/waitlist/move/parent-5", Organiser)
            .body(json!({"entryId": entry(5), "to": "front", "tier": "vip"})),
        invalid(&["/tier"], "a move to a tier in an event without tiers")
            .post("/api/waitlist/move/parent-5", Organiser)
            .body(json!({"entryId": entry(5), "to": "tier", "tier": "vip"})),
        invalid(&["/reason", "/to"], "a move to an unknown place without a reason")
            .post("/api/waitlist/move/parent-5", Organiser)
            .body(json!({"entryId": entry(5), "to": "nowhere", "reason": ""})),
    ]
}

fn removals() -> Vec<Case> {
    vec![
        done(200, "an entry with an offer is removed")
            .post("/api/waitlist/remove/parent-1", Organiser)
            .body(json!({"entryId": entry(1)})),
        refused(403, "forbidden", "a sales key removes an entry")
            .post("/api/waitlist/remove/parent-5", Sales)
            .body(json!({"entryId": entry(5)})),
        refused(404, "entry-not-found", "an unknown entry is removed")
            .post("/api/waitlist/remove/parent-5", Organiser)
            .body(json!({"entryId": entry(99)})),
        invalid(&["/entryId"], "a removal without an entry")
            .post("/api/waitlist/remove/parent-5", Organiser)
            .body(json!({})),
    ]
}

fn reinstatements() -> Vec<Case> {
    vec![
        done(200, "an entry that left is put back at the front")
            .post("/api/waitlist/reinstate/parent-6", Organiser)
            .body(json!({"entryId": entry(6), "at": "front"})),
        refused(403, "forbidden", "a sales key puts an entry back")
            .post("/api/waitlist/reinstate/parent-6", Sales)
            .body(json!({"entryId": entry(6)})),
        refused(404, "entry-not-found", "an unknown entry is put back")
            .post("/api/waitlist/reinstate/parent-6", Organiser)
            .body(json!({"entryId": entry(99)})),
        invalid(&["/at"], "an entry is put back at an unknown place")
            .post("/api/waitlist/reinstate/parent-6", Organiser)
            .body(json!({"entryId": entry(6), "at": "tier"})),
    ]
}

fn offers() -> Vec<Case> {
    vec![
        refused(403, "forbidden", "a sales key offers a seat out of turn")
            .post("/api/waitlist/offer/parent-7", Sales)
            .body(json!({"entryId": entry(7)})),
        refused(404, "entry-not-found", "a seat is offered to an unknown entry")
            .post("/api/waitlist/offer/parent-7", Organiser)
            .body(json!({"entryId": entry(99)})),
        refused(409, "not-confirmed", "a seat is offered to an entry that nobody has confirmed")
            .post("/api/waitlist/offer/parent-20", Organiser)
            .body(json!({"entryId": entry(8)})),
        refused(409, "not-waiting", "a seat is offered to an entry with an offer")
            .post("/api/waitlist/offer/parent-1", Organiser)
            .body(json!({"entryId": entry(1)})),
        invalid(&["/entryId"], "an offer without an entry")
            .post("/api/waitlist/offer/parent-7", Organiser)
            .body(json!({"reason": "x"})),
    ]
}

fn extensions() -> Vec<Case> {
    vec![
        done(200, "an offer is extended until a time")
            .post("/api/waitlist/extend/parent-1", Organiser)
            .body(json!({"entryId": entry(1), "until": "2027-03-01T12:00:00Z"})),
        refused(403, "forbidden", "a sales key extends an offer")
            .post("/api/waitlist/extend/parent-1", Sales)
            .body(json!({"entryId": entry(1), "by": "1 day"})),
        refused(404, "entry-not-found", "the offer of an unknown entry is extended")
            .post("/api/waitlist/extend/parent-1", Organiser)
            .body(json!({"entryId": entry(99), "by": "1 day"})),
        invalid(&["/by"], "an offer is extended without a time")
            .post("/api/waitlist/extend/parent-1", Organiser)
            .body(json!({"entryId": entry(1)})),
        invalid(&["/until"], "an offer is extended until a time in the past")
            .post("/api/waitlist/extend/parent-1", Organiser)
            .body(json!({"entryId": entry(1), "until": "2020-01-01T12:00:00Z"})),
        invalid(&["/until"], "an offer is extended by a duration and until a time")
            .post("/api/waitlist/extend/parent-1", Organiser)
            .body(json!({"entryId": entry(1), "by": "1 day", "until": "2027-03-01T12:00:00Z"})),
    ]
}

fn withdrawals() -> Vec<Case> {
    vec![
        done(200, "an offer is withdrawn and its entry removed")
            .post("/api/waitlist/withdraw/parent-1", Organiser)
            .body(json!({"entryId": entry(1), "to": "out"})),
        done(200, "an offer is withdrawn and its entry put at the front")
            .post("/api/waitlist/withdraw/parent-1", Organiser)
            .body(json!({"entryId": entry(1), "to": "front"})),
        refused(403, "forbidden", "a sales key withdraws an offer")
            .post("/api/waitlist/withdraw/parent-1", Sales)
            .body(json!({"entryId": entry(1)})),
        refused(404, "entry-not-found", "the offer of an unknown entry is withdrawn")
            .post("/api/waitlist/withdraw/parent-1", Organiser)
            .body(json!({"entryId": entry(99)})),
        invalid(&["/to"], "an offer is withdrawn and its entry put at an unknown place")
            .post("/api/waitlist/withdraw/parent-1", Organiser)
            .body(json!({"entryId": entry(1), "to": "tier"})),
    ]
}

fn edits() -> Vec<Case> {
    vec![
        done(200, "a phone number is dropped")
            .post("/api/waitlist/edit/parent-5", Organiser)
            .body(json!({"entryId": entry(5), "phone": null})),
        refused(403, "forbidden", "a sales key edits an entry")
            .post("/api/waitlist/edit/parent-5", Sales)
            .body(json!({"entryId": entry(5), "name": "Ada"})),
        invalid(&["/email", "/phone"], "an entry gets bad addresses")
            .post("/api/waitlist/edit/parent-5", Organiser)
            .body(json!({"entryId": entry(5), "email": "ada@localhost", "phone": "1"})),
        invalid(&["/name"], "an entry is edited without a change")
            .post("/api/waitlist/edit/parent-5", Organiser)
            .body(json!({"entryId": entry(5)})),
    ]
}
