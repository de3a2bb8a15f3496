//! Reads the event that an organiser wants.

use std::collections::HashSet;

use waitlist_domain::event::join_challenge::JoinChallenge;
use waitlist_domain::event::reminder::ReminderAt;
use waitlist_domain::event::retention::Retention;
use waitlist_domain::event::{
    CAPACITY_REQUIRED, Event, JoinAccess, MOST_TICKET_TYPES, MaxOffers, MaxPlaces, MaxSize, Proof, TicketType,
    WaitlistRules,
};
use waitlist_domain::line::fit::{Fit, FitKind, MaxPasses};
use waitlist_domain::line::moved_up::{MovedUpAt, Threshold};
use waitlist_domain::line::seats::Capacity;
use waitlist_domain::values::identifier::{EventId, TicketTypeId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::shape::Described;
use waitlist_domain::values::time::{Timestamp, Window};
use waitlist_domain::values::time_zone::ZoneName;
use waitlist_runtime::input::{Fields, Input};
use waitlist_store::commands::events::WantedEvent;

use super::details::read_details;
use super::form::read_form;
use super::order::{DrawTimes, read_order};
use crate::reading::pace::read_pace;

/// Reads the request. `stored` is the stored event, if there is one.
pub fn read(input: &mut Input, stored: Option<&Event>, now: Timestamp) -> Option<WantedEvent> {
    let id = input.path("eventId", EventId::parse);
    let body = &mut input.body;
    let name = body.text("name", Label::parse);
    let stored_start = stored.map(|event| event.starts_at);
    let ended = stored.filter(|event| event.has_ended_retention(now));
    let starts_at = body.text("startsAt", |text| read_start(text, stored_start, ended.is_some(), now));
    let draw_times = DrawTimes { starts_at, stored: stored.and_then(|event| event.rules.order.draw_at()), now };
    let time_zone = body.text("timeZone", ZoneName::parse);
    let locale = body.optional_text("locale", LanguageTag::parse);
    let details = read_details(body);
    let mut seen = HashSet::new();
    let read_ticket_type = |fields: &mut Fields| read_ticket_type(fields, stored, &mut seen);
    let ticket_types = body.objects("ticketTypes", (1, MOST_TICKET_TYPES), read_ticket_type);
    let rules =
        body.object("waitlist", |fields| read_rules(fields, draw_times, ended.map(|event| &event.rules.retention)));
    let (ticket_types, capacities) = ticket_types?.into_iter().unzip();
    let event = Event {
        id: id?,
        version: 0,
        name: name?,
        starts_at: starts_at?,
        time_zone: time_zone?.into(),
        locale: locale?,
        details: details?,
        ticket_types,
        rules: rules?,
    };
    Some(WantedEvent { event, capacities })
}

/// Reads the start. `has_ended`: the personal data of the stored event were removed.
fn read_start(
    text: &str,
    stored: Option<Timestamp>,
    has_ended: bool,
    now: Timestamp,
) -> Result<Timestamp, &'static str> {
    let starts_at = Timestamp::parse(text)?;
    if has_ended && stored != Some(starts_at) {
        return Err("must stay as it is, because the retention of this event has run out: make another event");
    }
    if starts_at > now || stored == Some(starts_at) { Ok(starts_at) } else { Err("must be in the future") }
}

/// Reads a ticket type. `stored` is the stored event, if there is one. `seen` holds the ids of the
/// earlier ticket types.
fn read_ticket_type(
    fields: &mut Fields,
    stored: Option<&Event>,
    seen: &mut HashSet<TicketTypeId>,
) -> Option<(TicketType, Option<u64>)> {
    let id = fields.text("id", |text| {
        let id = TicketTypeId::parse(text)?;
        if seen.insert(id.clone()) {
            Ok(id)
        } else {
            Err("must differ from those of the event's other ticket types".to_owned())
        }
    });
    let name = fields.text("name", Label::parse);
    let capacity = fields.optional_whole("capacity", Capacity::parse);
    let capacity = match (&id, capacity) {
        (Some(id), Some(None)) if Event::needs_capacity(stored, id) => fields.complain("capacity", CAPACITY_REQUIRED),
        (_, capacity) => capacity,
    };
    Some((TicketType { id: id?, name: name? }, capacity?.map(Capacity::get)))
}

/// Reads the rules. The retention of an event must stay as it is once it has run out.
fn read_rules(fields: &mut Fields, draw_times: DrawTimes, ended: Option<&Retention>) -> Option<WaitlistRules> {
    let join_access = fields.optional_text("joinAccess", JoinAccess::parse);
    let join_challenge = fields.optional_text("joinChallenge", JoinChallenge::parse);
    let proof = fields.optional_text("proof", Proof::parse);
    let confirm_within = fields.optional_text("confirmWithin", Window::parse);
    let max_size = fields.optional_whole("maxSize", MaxSize::parse);
    let max_quantity = fields.optional_whole("maxQuantity", Quantity::parse);
    let max_offers = fields.optional_whole("maxOffers", MaxOffers::parse);
    let max_places = fields.optional_whole("maxPlaces", MaxPlaces::parse);
    let one_place_per_mailbox = fields.optional_flag("onePlacePerMailbox");
    let notification_window = fields.optional_text("notificationWindow", Window::parse);
    let usual = WaitlistRules::usual();
    let usual_window = usual.purchase_window.expect("the usual rules have a purchase window");
    let purchase_window = fields.nullable_text("purchaseWindow", usual_window, Window::parse);
    let notification_window = notification_window.map(|window| window.unwrap_or(usual.notification_window));
    let usual_reminder = notification_window.as_ref().and_then(ReminderAt::usual);
    let reminder_at = fields.nullable_whole("reminderAt", usual_reminder, ReminderAt::parse);
    let moved_up_at = read_moved_up_at(fields);
    let order = read_order(fields, draw_times);
    let fit = read_fit(fields);
    let pace = read_pace(fields);
    let form = read_form(fields);
    let retention = fields.optional_text("retention", Retention::parse);
    let retention = match retention.map(|retention| retention.unwrap_or(usual.retention)) {
        Some(changed) if ended.is_some_and(|ended| *ended != changed) => {
            fields.complain("retention", "must stay as it is, because it has run out: name the stored one")
        }
        retention => retention,
    };
    Some(WaitlistRules {
        join_access: join_access?.unwrap_or(usual.join_access),
        join_challenge: join_challenge?,
        proof: proof?.unwrap_or(usual.proof),
        confirm_within: confirm_within?.unwrap_or(usual.confirm_within),
        max_size: max_size?.map_or(usual.max_size, MaxSize::get),
        max_quantity: max_quantity?.unwrap_or(usual.max_quantity),
        max_offers: max_offers?.unwrap_or(usual.max_offers),
        max_places: max_places?.unwrap_or(usual.max_places),
        one_place_per_mailbox: one_place_per_mailbox?.unwrap_or(usual.one_place_per_mailbox),
        notification_window: notification_window?,
        purchase_window: purchase_window?,
        reminder_at: reminder_at?,
        moved_up_at: moved_up_at?,
        order: order?,
        fit: fit?,
        pace: pace?,
        form: form?,
        retention: retention?,
    })
}

fn read_moved_up_at(fields: &mut Fields) -> Option<MovedUpAt> {
    let positions = fields.optional_wholes("movedUpAt", Threshold::parse);
    fields.has_shape("movedUpAt", MovedUpAt::SHAPE);
    match positions? {
        None => Some(MovedUpAt::default()),
        Some(positions) => match MovedUpAt::new(positions.into_iter().map(Threshold::get)) {
            Ok(thresholds) => Some(thresholds),
            Err(rule) => fields.complain("movedUpAt", rule),
        },
    }
}

fn read_fit(fields: &mut Fields) -> Option<Fit> {
    let fit = fields.optional_text("fit", FitKind::parse);
    let max_passes = fields.optional_whole("maxPasses", |count| match fit {
        Some(Some(FitKind::Skip)) | None => MaxPasses::parse(count),
        Some(_) => Err("belongs to \"fit\": \"skip\": leave it out, or skip".to_owned()),
    });
    let max_passes = max_passes?;
    Some(match fit?.unwrap_or_default() {
        FitKind::Strict => Fit::Strict,
        FitKind::Skip => Fit::Skip { max_passes: max_passes.unwrap_or(MaxPasses::USUAL) },
        FitKind::Partial => Fit::Partial,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use waitlist_domain::line::order::Order;
    use waitlist_domain::{Error, Refusal};

    use super::*;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);

    fn wanted(change: impl FnOnce(&mut Value)) -> Result<WantedEvent, Vec<String>> {
        let mut body = json!({
            "name": "Summer Camp, Week 1",
            "startsAt": "2027-07-05T09:00:00-04:00",
            "timeZone": "America/New_York",
            "ticketTypes": [{"id": "camper", "name": "Camper", "capacity": 40}],
        });
        change(&mut body);
        let Value::Object(body) = body else { panic!("the test's body is no object") };
        let path = vec![("eventId".to_owned(), "summer-camp-1".to_owned())];
        match Input::new(path, Vec::new(), body).read(|input| read(input, None, NOW)) {
            Ok(wanted) => Ok(wanted),
            Err(Error::Refused(Refusal::Unreadable(errors))) => {
                Err(errors.into_iter().map(|error| error.pointer).collect())
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_the_organiser_leaves_out_has_its_usual_value() {
        let rules = wanted(|_| {}).expect("valid").event.rules;
        assert_eq!((rules.join_access, rules.max_size, rules.max_quantity.get()), (JoinAccess::Public, 10_000, 4));
        assert_eq!(rules.notification_window.as_str(), "24 hours");
        assert_eq!(rules.purchase_window.map(String::from), Some("2 hours".to_owned()));
    }

    #[test]
    fn whoever_moves_up_is_told_at_the_positions_that_the_organiser_names() {
        let moved_up_at = |rules: Value| {
            let wanted = wanted(|body| body["waitlist"] = rules).expect("valid");
            Vec::from(wanted.event.rules.moved_up_at)
        };
        assert_eq!(moved_up_at(json!({})), [50, 25, 10, 5, 1]);
        assert_eq!(moved_up_at(json!({"movedUpAt": [3, 100, 3]})), [100, 3]);
        assert_eq!(moved_up_at(json!({"movedUpAt": []})), [0_u64; 0]);
    }

    #[test]
    fn a_reminder_is_sent_as_the_organiser_says_or_else_where_the_window_is_long() {
        let reminder = |rules: Value| {
            let wanted = wanted(|body| body["waitlist"] = rules).expect("valid");
            wanted.event.rules.reminder_at.map(ReminderAt::get)
        };
        assert_eq!(reminder(json!({})), Some(75));
        assert_eq!(reminder(json!({"notificationWindow": "1 hour"})), Some(75));
        assert_eq!(reminder(json!({"notificationWindow": "10 minutes"})), None);
        assert_eq!(reminder(json!({"notificationWindow": "10 minutes", "reminderAt": 50})), Some(50));
        assert_eq!(reminder(json!({"reminderAt": null})), None);
    }

    #[test]
    fn without_a_purchase_window_a_claim_converts_at_once() {
        let wanted = wanted(|body| body["waitlist"] = json!({"purchaseWindow": null})).expect("valid");
        assert_eq!(wanted.event.rules.purchase_window, None);
    }

    #[test]
    fn releases_have_a_usual_pace_where_the_organiser_names_all_of_it() {
        let rules = |rules: Value| wanted(|body| body["waitlist"] = rules).map(|wanted| wanted.event.rules.pace);
        let pace = rules(json!({"batchSize": 5, "batchInterval": "1 day"})).expect("valid").expect("named");
        assert_eq!((pace.batch_size.get(), pace.interval.as_str()), (5, "1 day"));
        assert_eq!(rules(json!({})), Ok(None));
        assert_eq!(rules(json!({"batchSize": null, "batchInterval": null})), Ok(None));
        assert_eq!(rules(json!({"batchSize": 5})), Err(vec!["/waitlist/batchInterval".to_owned()]));
        assert_eq!(rules(json!({"batchInterval": "1 day"})), Err(vec!["/waitlist/batchSize".to_owned()]));
    }

    #[test]
    fn every_bad_field_of_an_event_is_pointed_at() {
        let pointers = wanted(|body| {
            body["startsAt"] = json!("2020-01-01T00:00:00Z");
            body["timeZone"] = json!("Mars/Olympus");
            body["locale"] = json!("de_AT");
            body["ticketTypes"] = json!([{"id": "a b", "name": "", "capacity": -1}]);
            body["waitlist"] = json!({"joinAccess": "all", "maxSize": 0, "notificationWindow": "soon", "reminderAt": 100, "movedUpAt": [5, 0],
                                      "colour": 1});
        });
        let expected = [
            "/startsAt",
            "/timeZone",
            "/locale",
            "/ticketTypes/0/id",
            "/ticketTypes/0/name",
            "/ticketTypes/0/capacity",
            "/waitlist/joinAccess",
            "/waitlist/maxSize",
            "/waitlist/notificationWindow",
            "/waitlist/reminderAt",
            "/waitlist/movedUpAt/1",
            "/waitlist/colour",
        ];
        assert_eq!(pointers.expect_err("bad"), expected);
    }

    #[test]
    fn how_often_anybody_may_be_passed_over_is_three_times_unless_the_organiser_says() {
        let fit = |rules: Value| wanted(|body| body["waitlist"] = rules).map(|wanted| wanted.event.rules.fit);
        let skip = |passes: i64| Fit::Skip { max_passes: MaxPasses::parse(passes).expect("some") };
        assert_eq!(fit(json!({})), Ok(Fit::Strict));
        assert_eq!(fit(json!({"fit": "partial"})), Ok(Fit::Partial));
        assert_eq!(fit(json!({"fit": "skip"})), Ok(skip(3)));
        assert_eq!(fit(json!({"fit": "skip", "maxPasses": 7})), Ok(skip(7)));
        for (rules, pointer) in [
            (json!({"fit": "any"}), "/waitlist/fit"),
            (json!({"fit": "skip", "maxPasses": 0}), "/waitlist/maxPasses"),
            (json!({"fit": "skip", "maxPasses": 101}), "/waitlist/maxPasses"),
            (json!({"maxPasses": 3}), "/waitlist/maxPasses"),
        ] {
            assert_eq!(fit(rules), Err(vec![pointer.to_owned()]));
        }
    }

    #[test]
    fn tiers_are_served_in_the_order_in_which_they_are_named() {
        let order = |rules: Value| wanted(|body| body["waitlist"] = rules).map(|wanted| wanted.event.rules.order);
        let names = |order: Order| order.tiers().into_iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(order(json!({})), Ok(Order::Fifo));
        let priority = order(json!({"order": "priority", "tiers": ["vip", "loyalty", "general"]})).expect("valid");
        assert_eq!(
            (priority.kind().as_str(), names(priority)),
            ("priority", vec!["vip".into(), "loyalty".into(), "general".into()])
        );
        let weights = json!({"general": 1, "loyalty": 2, "vip": 3});
        let weighted = order(json!({"order": "weighted", "weights": weights})).expect("valid");
        assert_eq!(names(weighted), ["vip", "loyalty", "general"]);
        let named = json!({"order": "weighted", "weights": weights, "tiers": ["loyalty", "general", "vip"]});
        assert_eq!(names(order(named).expect("valid")), ["loyalty", "general", "vip"]);
        for (rules, pointer) in [
            (json!({"order": "random"}), "/waitlist/order"),
            (json!({"order": "lottery"}), "/waitlist/drawAt"),
            (json!({"order": "lottery", "drawAt": "2027-07-06T09:00:00Z"}), "/waitlist/drawAt"),
            (json!({"drawAt": "2027-07-01T09:00:00Z"}), "/waitlist/drawAt"),
            (json!({"order": "priority"}), "/waitlist/tiers"),
            (json!({"order": "priority", "tiers": []}), "/waitlist/tiers"),
            (json!({"order": "priority", "tiers": ["vip", "vip"]}), "/waitlist/tiers/1"),
            (json!({"order": "priority", "tiers": ["a b"]}), "/waitlist/tiers/0"),
            (json!({"order": "priority", "tiers": ["vip"], "weights": {"vip": 1}}), "/waitlist/weights"),
            (json!({"tiers": ["vip"]}), "/waitlist/tiers"),
            (json!({"order": "weighted"}), "/waitlist/weights"),
            (json!({"order": "weighted", "weights": {"vip": 0}}), "/waitlist/weights/vip"),
            (json!({"order": "weighted", "weights": {"vip": 1.5}}), "/waitlist/weights/vip"),
            (json!({"order": "weighted", "weights": {"vip": 1}, "tiers": ["general"]}), "/waitlist/weights"),
        ] {
            assert_eq!(order(rules), Err(vec![pointer.to_owned()]));
        }
    }

    #[test]
    fn two_ticket_types_have_two_ids() {
        let camper = json!({"id": "camper", "name": "Camper", "capacity": 0});
        let pointers = wanted(|body| body["ticketTypes"] = json!([camper, camper])).expect_err("bad");
        assert_eq!(pointers, ["/ticketTypes/1/id"]);
    }

    #[test]
    fn an_event_that_has_begun_keeps_its_start_and_none_is_moved_into_the_past() {
        let past = Timestamp::from_milliseconds(NOW.milliseconds() - 1000);
        assert!(read_start(&past.to_rfc3339(), None, false, NOW).is_err());
        assert_eq!(read_start(&past.to_rfc3339(), Some(past), false, NOW), Ok(past));
    }
}
