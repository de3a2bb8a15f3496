//! Access codes: made, listed and revoked by the organiser.

use serde_json::{Value, json};

use super::case::Caller::{Organiser, Sales};
use super::case::{Case, done, invalid, refused};

/// A code for `vip`, with this member as well.
fn code_with(name: &str, value: &str) -> Value {
    let mut body = json!({
        "code": "MEMBERS-2027", "tier": "vip", "maxUses": 50, "endsAt": "2099-07-05T09:00:00Z",
        "label": "Members' letter", "reason": "The members' meeting wished for it",
    });
    body[name] = json!(value);
    body
}

pub(super) fn rows() -> Vec<Case> {
    let members = || code_with("code", "MEMBERS-2027");
    vec![
        done(201, "the organiser chooses the code")
            .post("/api/waitlist/codes/winter-camp-2", Organiser)
            .keyed("code-1")
            .body(members()),
        refused(403, "forbidden", "a sales key makes a code")
            .post("/api/waitlist/codes/winter-camp-2", Sales)
            .body(members()),
        refused(404, "event-not-found", "a code for no event")
            .post("/api/waitlist/codes/nowhere", Organiser)
            .body(members()),
        invalid(&["/endsAt"], "a code that has ended already")
            .post("/api/waitlist/codes/winter-camp-2", Organiser)
            .body(code_with("endsAt", "2020-01-01T00:00:00Z")),
        invalid(&["/code", "/tier", "/maxUses", "/endsAt", "/colour"], "a code with every field bad")
            .post("/api/waitlist/codes/winter-camp-2", Organiser)
            .body(json!({"code": "short", "tier": "", "maxUses": 0, "endsAt": "soon", "colour": "red"})),
        invalid(&["/code", "/maxUses", "/endsAt"], "a code that has ended already, with other bad fields")
            .post("/api/waitlist/codes/winter-camp-2", Organiser)
            .body(json!({"code": "short", "tier": "vip", "maxUses": 0, "endsAt": "2020-01-01T00:00:00Z"})),
        invalid(&["/tier"], "a code for an event without tiers")
            .post("/api/waitlist/codes/summer-camp-2", Organiser)
            .body(members()),
        done(200, "the codes of an event that has none").get("/api/waitlist/codes/summer-camp-1", Organiser),
        refused(403, "forbidden", "a sales key lists codes").get("/api/waitlist/codes/winter-camp-2", Sales),
        done(200, "a code is revoked that is revoked already")
            .delete("/api/waitlist/codes/winter-camp-2/cod_00000000000000000000000000000002", Organiser),
        refused(403, "forbidden", "a sales key revokes a code")
            .delete("/api/waitlist/codes/winter-camp-2/cod_00000000000000000000000000000001", Sales),
        invalid(&["codeId"], "a malformed id of a code").delete("/api/waitlist/codes/winter-camp-2/_", Organiser),
    ]
}
