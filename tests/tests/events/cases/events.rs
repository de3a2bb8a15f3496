//! Events: put, shown, steered, and their draws.

use serde_json::{Value, json};

use super::case::Caller::{Anyone, Organiser, Sales, Viewer};
use super::case::{Case, done, invalid, refused};

/// An event of 40 seats with this waitlist.
fn camp(waitlist: &Value) -> Value {
    json!({
        "name": "Summer Camp, Week 3", "startsAt": "2027-07-19T09:00:00-04:00", "timeZone": "America/New_York",
        "ticketTypes": [{"id": "camper", "name": "Camper", "capacity": 40}],
        "waitlist": waitlist,
    })
}

/// The rules of a waitlist, with these two as well.
fn rules(fit: &str, max_passes: u32) -> Value {
    json!({
        "joinAccess": "public", "maxSize": 10000, "maxQuantity": 4, "maxOffers": 5, "proof": "none", "confirmWithin": "2 hours",
        "maxPlaces": 2, "onePlacePerMailbox": true, "joinChallenge": "work",
        "notificationWindow": "24 hours", "purchaseWindow": "2 hours",
        "fit": fit, "maxPasses": max_passes,
    })
}

pub(super) fn rows() -> Vec<Case> {
    [events(), draws(), steering()].concat()
}

fn events() -> Vec<Case> {
    vec![
        done(201, "an event with a form").put("/api/events/summer-camp-5", Organiser).body(camp(&json!({"form": [
            {"id": "school", "type": "text", "label": "School", "required": true, "maxLength": 100},
            {"id": "allergies", "type": "longText", "label": "Allergies", "help": "Leave it empty where there are none"},
            {"id": "age", "type": "number", "label": "Age on the first day", "required": true, "min": 6, "max": 14},
            {"id": "food", "type": "choice", "label": "Food",
             "options": ["Anything", {"id": "veg", "label": "Vegetarian"}]},
            {"id": "days", "type": "choices", "label": "Days", "options": ["Monday", "Tuesday", "Wednesday"],
             "minChoices": 2},
            {"id": "swims", "type": "yesNo", "label": "Can your child swim?"},
            {"id": "tetanus", "type": "date", "label": "Last vaccination against tetanus", "earliest": "2010-01-01"},
            {"id": "emergency", "type": "phone", "label": "Whom to call"},
        ]}))),
        done(201, "an event with weighted tiers and every other rule").put("/api/events/summer-camp-5", Organiser).body({
            let mut event = camp(&json!({
                "order": "weighted", "tiers": ["vip", "general"], "weights": {"vip": 3, "general": 1},
                "reminderAt": 50, "movedUpAt": [5, 1], "batchSize": 2, "batchInterval": "10 minutes",
                "retention": "26 weeks",
                "form": [
                    {"id": "school", "type": "text", "label": "School", "minLength": 3},
                    {"id": "days", "type": "choices", "label": "Days", "options": ["Monday", "Tuesday"], "maxChoices": 1},
                    {"id": "born", "type": "date", "label": "Day of birth", "latest": "2022-12-31"},
                ],
            }));
            event["locale"] = json!("de-AT");
            event["reason"] = json!("The third week is in demand");
            event
        }),
        done(201, "an event with a place, a description and a shop").put("/api/events/summer-camp-5", Organiser).body({
            let mut event = camp(&json!({}));
            event["place"] = json!("Maple Hall, Lakeside Park");
            event["description"] = json!("A week by the lake.\n\nBring a towel.");
            event["imageUrl"] = json!("https://lakeside.example/week-3.jpg");
            event["contact"] = json!("camp@lakeside.example");
            event["shopUrl"] = json!("https://shop.lakeside.example/week-3");
            event["checkoutUrl"] =
                json!("https://shop.lakeside.example/pay/{customerId}/{entryId}?n={quantity}&ref={reference}");
            event
        }),
        invalid(
            &["/place", "/description", "/imageUrl", "/contact", "/shopUrl", "/checkoutUrl"],
            "an event with bad details",
        )
        .put("/api/events/summer-camp-5", Organiser)
        .body({
            let mut event = camp(&json!({}));
            event["place"] = json!("Maple Hall\nLakeside Park");
            event["description"] = json!("x".repeat(2_001));
            event["imageUrl"] = json!("https://lakeside.example/week-3.jpg#top");
            event["contact"] = json!("Ada");
            event["shopUrl"] = json!("http://shop.lakeside.example");
            event["checkoutUrl"] = json!("https://shop.lakeside.example/pay/{token}");
            event
        }),
        done(201, "an event with a lottery").put("/api/events/summer-camp-5", Organiser).body(camp(&json!({
            "order": "lottery", "tiers": ["vip", "general"], "drawAt": "2027-03-01T12:00:00+01:00",
        }))),
        done(200, "the events from a cursor on").get("/api/events?cursor=1.summer-camp-1", Organiser),
        done(201, "an event whose line lets smaller groups pass")
            .put("/api/events/summer-camp-5", Organiser)
            .body(camp(&rules("skip", 5))),
        invalid(&["/waitlist/fit", "/waitlist/maxPasses"], "an event with an unknown fit")
            .put("/api/events/summer-camp-6", Organiser)
            .body(camp(&rules("any", 0))),
        invalid(
            &[
                "/startsAt",
                "/timeZone",
                "/ticketTypes/0/capacity",
                "/waitlist/joinChallenge",
                "/waitlist/maxOffers",
                "/waitlist/maxPlaces",
                "/waitlist/onePlacePerMailbox",
                "/waitlist/notificationWindow",
                "/waitlist/retention",
                "/colour",
            ],
            "an event with many bad fields",
        )
        .put("/api/events/summer-camp-3", Organiser)
        .body(json!({
            "name": "Summer Camp, Week 3", "startsAt": "2027-07-19T09:00:00", "timeZone": "Mars/Olympus",
            "ticketTypes": [{"id": "camper", "name": "Camper", "capacity": 1.5}],
            "waitlist": {"joinAccess": "public", "joinChallenge": "riddle", "maxSize": 10000, "maxQuantity": 4,
                         "maxOffers": 0, "maxPlaces": 101,
                         "onePlacePerMailbox": 1, "notificationWindow": "soon", "purchaseWindow": "2 hours",
                         "retention": "23 hours"},
            "colour": "red",
        })),
        invalid(
            &[
                "/waitlist/form/0/options/0",
                "/waitlist/form/1/id",
                "/waitlist/form/1/minLength",
                "/waitlist/form/2/type",
            ],
            "an event with bad questions",
        )
        .put("/api/events/summer-camp-5", Organiser)
        .body(camp(&json!({"form": [
            {"id": "food", "type": "choice", "label": "Food", "options": ["", "veg"]},
            {"id": "food", "type": "number", "label": "Age", "minLength": 2, "min": 9},
            {"id": "when", "type": "time", "label": "When?"},
        ]}))),
        done(200, "anyone sees an event's questions").get("/api/events/easter-camp-1", Anyone),
        done(200, "the organiser sees a whole event").get("/api/events/summer-camp-1", Organiser),
        done(200, "a viewer sees a whole event").get("/api/events/summer-camp-1", Viewer),
        refused(403, "forbidden", "a viewer puts an event").put("/api/events/summer-camp-5", Viewer).body(json!({})),
        invalid(&["eventId"], "an event's id with a hash").get("/api/events/summer#camp", Anyone),
    ]
}

fn draws() -> Vec<Case> {
    vec![
        done(200, "a later part of a draw that is not held")
            .get("/api/events/autumn-camp-1/draws/camper?part=1", Anyone),
        refused(404, "event-not-found", "the draw of no event").get("/api/events/winter-camp-9/draws/camper", Anyone),
        invalid(&["part"], "a part of a draw that is no number")
            .get("/api/events/summer-camp-1/draws/camper?part=last", Anyone),
        invalid(&["ticketTypeId"], "the draw for an unknown ticket type")
            .get("/api/events/summer-camp-1/draws/parking", Anyone),
    ]
}

fn steering() -> Vec<Case> {
    vec![
        done(200, "the organiser closes a line")
            .post("/api/waitlist/steer/winter-camp-1", Organiser)
            .body(json!({"ticketTypeId": "camper", "joining": "closed"})),
        done(200, "the organiser pauses offers")
            .post("/api/waitlist/steer/winter-camp-1", Organiser)
            .body(json!({"ticketTypeId": "camper", "offering": "paused"})),
        refused(403, "forbidden", "a sales key pauses joining")
            .post("/api/waitlist/steer/winter-camp-1", Sales)
            .body(json!({"joining": "paused"})),
        invalid(&["/joining", "/offering"], "a line is steered to unknown states")
            .post("/api/waitlist/steer/winter-camp-1", Organiser)
            .body(json!({"joining": "shut", "offering": "closed"})),
        invalid(&["/ticketTypeId"], "the line of an unknown ticket type is paused")
            .post("/api/waitlist/steer/winter-camp-1", Organiser)
            .body(json!({"ticketTypeId": "nope", "joining": "paused"})),
        invalid(&["/joining"], "a line is steered without a change")
            .post("/api/waitlist/steer/winter-camp-1", Organiser)
            .body(json!({})),
    ]
}
