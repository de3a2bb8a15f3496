//! Reads the order in which an organiser wants a line to be served.

use std::cmp::Reverse;
use std::collections::HashSet;

use waitlist_domain::line::order::{MOST_TIERS, Order, OrderKind, WeightedTier};
use waitlist_domain::line::turns::Weight;
use waitlist_domain::values::identifier::TierId;
use waitlist_domain::values::time::Timestamp;
use waitlist_runtime::input::Fields;

/// The times that a draw's time is compared with.
#[derive(Debug, Clone, Copy)]
pub struct DrawTimes {
    /// The start of the event, if it is readable.
    pub starts_at: Option<Timestamp>,
    /// The time of the draw in the stored event.
    pub stored: Option<Timestamp>,
    /// The current time.
    pub now: Timestamp,
}

/// Reads `order`, `tiers`, `weights` and `drawAt`.
pub fn read_order(fields: &mut Fields, draw_times: DrawTimes) -> Option<Order> {
    let given = Given::of(fields);
    let kind = fields.optional_text("order", OrderKind::parse);
    let mut seen = HashSet::new();
    let tiers = fields.optional_texts_within("tiers", 1..=MOST_TIERS, |name| {
        let tier = TierId::parse(name)?;
        if seen.insert(tier.clone()) { Ok(tier) } else { Err("must differ from the event's other tiers".to_owned()) }
    });
    let weights = fields.optional_named_wholes("weights", |name, weight| {
        let id = TierId::parse(name)?;
        Ok::<_, String>(WeightedTier { id, weight: Weight::parse(weight)? })
    });
    let draw_at = fields.optional_text("drawAt", |text| read_draw_at(text, draw_times));
    let kind = kind?.unwrap_or_default();
    // Checked before an unreadable field ends the reading, so that the refusal names every bad
    // field.
    let goes_together = given.goes_with(kind, fields);
    let (tiers, draw_at) = (tiers?, draw_at?);
    let order = match kind {
        OrderKind::Fifo => Some(Order::Fifo),
        OrderKind::Priority => tiers.map(|tiers| Order::Priority { tiers }),
        OrderKind::Weighted => weigh(fields, tiers, weights??),
        OrderKind::Lottery => draw_at.map(|draw_at| Order::Lottery { tiers: tiers.unwrap_or_default(), draw_at }),
    };
    order.filter(|_| goes_together)
}

/// Which fields the request has of those that belong to some orders only.
#[derive(Debug, Clone, Copy)]
struct Given {
    tiers: bool,
    weights: bool,
    draw_at: bool,
}

impl Given {
    fn of(fields: &Fields) -> Self {
        Self { tiers: fields.names("tiers"), weights: fields.names("weights"), draw_at: fields.names("drawAt") }
    }

    /// Whether every field goes with the order, and none is missing. Complains about each field
    /// that does not.
    fn goes_with(self, kind: OrderKind, fields: &mut Fields) -> bool {
        let tiers = match (kind, self.tiers) {
            (OrderKind::Fifo, true) => Some("belongs to another order than \"fifo\": leave it out, or choose one"),
            (OrderKind::Priority, false) => Some("is required with \"order\": \"priority\""),
            _ => None,
        };
        let weights = match (kind == OrderKind::Weighted, self.weights) {
            (false, true) => Some("belongs to \"order\": \"weighted\": leave it out, or weigh"),
            (true, false) => Some("is required with \"order\": \"weighted\""),
            _ => None,
        };
        let draw_at = match (kind == OrderKind::Lottery, self.draw_at) {
            (false, true) => Some("belongs to \"order\": \"lottery\": leave it out, or draw lots"),
            (true, false) => Some("is required with \"order\": \"lottery\""),
            _ => None,
        };
        let complaints = [("tiers", tiers), ("weights", weights), ("drawAt", draw_at)];
        for (name, detail) in complaints.into_iter().filter_map(|(name, detail)| Some((name, detail?))) {
            fields.complain::<()>(name, detail);
        }
        complaints.iter().all(|(_, detail)| detail.is_none())
    }
}

fn read_draw_at(text: &str, times: DrawTimes) -> Result<Timestamp, &'static str> {
    let draw_at = Timestamp::parse(text)?;
    if times.starts_at.is_some_and(|starts_at| starts_at <= draw_at) {
        return Err("must be before startsAt: from then on nothing is offered");
    }
    let is_to_come = draw_at > times.now || times.stored == Some(draw_at);
    if is_to_come { Ok(draw_at) } else { Err("must be in the future: who joins afterwards is in no draw") }
}

/// The tiers with their weights, in the sequence of `tiers`. Without `tiers` the heaviest comes
/// first.
fn weigh(fields: &mut Fields, tiers: Option<Vec<TierId>>, mut weighted: Vec<WeightedTier>) -> Option<Order> {
    if weighted.is_empty() || weighted.len() > MOST_TIERS {
        return fields.complain("weights", format!("must have 1 to {MOST_TIERS} tiers, not {}", weighted.len()));
    }
    let Some(tiers) = tiers else {
        weighted.sort_by_key(|tier| (Reverse(tier.weight), tier.id.clone()));
        return Some(Order::Weighted { tiers: weighted });
    };
    let place = |tier: &WeightedTier| tiers.iter().position(|id| *id == tier.id);
    if tiers.len() != weighted.len() || weighted.iter().any(|tier| place(tier).is_none()) {
        return fields.complain("weights", "must have a weight for each of the tiers, and for no other");
    }
    weighted.sort_by_key(place);
    Some(Order::Weighted { tiers: weighted })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use waitlist_domain::{Error, Refusal};
    use waitlist_runtime::input::Input;

    use super::*;

    const TIMES: DrawTimes = DrawTimes { starts_at: None, stored: None, now: Timestamp::from_milliseconds(0) };

    fn read(body: Value) -> Result<Order, Error> {
        let Value::Object(body) = body else { panic!("the test's body is no object") };
        Input::new(Vec::new(), Vec::new(), body).read(|input| read_order(&mut input.body, TIMES))
    }

    fn pointers(body: Value) -> Vec<String> {
        match read(body) {
            Err(Error::Refused(Refusal::Unreadable(errors))) => errors.into_iter().map(|error| error.pointer).collect(),
            other => panic!("expected complaints, got {other:?}"),
        }
    }

    const TIME: &str = "2027-01-01T00:00:00Z";

    #[test]
    fn every_field_that_belongs_to_another_order_is_named_at_once() {
        let all = |order: &str| json!({"order": order, "tiers": ["a"], "weights": {"a": 1}, "drawAt": TIME});
        assert_eq!(pointers(all("fifo")), ["/tiers", "/weights", "/drawAt"]);
        assert_eq!(pointers(all("priority")), ["/weights", "/drawAt"]);
        assert_eq!(pointers(all("weighted")), ["/drawAt"]);
        assert_eq!(pointers(all("lottery")), ["/weights"]);
    }

    #[test]
    fn what_is_missing_is_named_beside_what_is_too_much_and_what_is_bad() {
        assert_eq!(pointers(json!({"order": "priority", "drawAt": TIME})), ["/tiers", "/drawAt"]);
        assert_eq!(pointers(json!({"order": "weighted", "tiers": ["a#b"]})), ["/tiers/0", "/weights"]);
        assert_eq!(pointers(json!({"order": "lottery", "weights": {"a": 0}})), ["/weights/a", "/weights", "/drawAt"]);
        let mismatched = json!({"order": "weighted", "tiers": ["a"], "weights": {"b": 1}, "drawAt": TIME});
        assert_eq!(pointers(mismatched), ["/drawAt", "/weights"]);
    }

    #[test]
    fn a_weight_is_pointed_at_whatever_its_name() {
        assert_eq!(pointers(json!({"order": "weighted", "weights": {"a/b~c": 0}})), ["/weights/a~1b~0c"]);
        assert_eq!(pointers(json!({"order": "weighted", "weights": {"a/b": null}})), ["/weights/a~1b"]);
    }

    #[test]
    fn an_order_that_is_put_together_is_read() {
        assert_eq!(read(json!({})).expect("valid"), Order::Fifo);
        for body in [
            json!({"order": "priority", "tiers": ["a", "b"]}),
            json!({"order": "weighted", "weights": {"a": 2, "b": 1}}),
            json!({"order": "lottery", "drawAt": TIME}),
            json!({"order": "lottery", "drawAt": TIME, "tiers": ["a"]}),
        ] {
            assert_eq!(read(body.clone()).expect("valid").kind().as_str(), body["order"]);
        }
    }

    #[test]
    fn lots_are_drawn_after_now_and_before_the_event_begins_or_when_they_were_to_be_all_along() {
        let [past, now, soon, start] = [1_000, 2_000, 3_000, 4_000].map(Timestamp::from_milliseconds);
        let read = |draw_at: Timestamp, stored| {
            let times = DrawTimes { starts_at: Some(start), stored, now };
            read_draw_at(&draw_at.to_date_time().to_rfc3339(), times)
        };
        assert_eq!(read(soon, None), Ok(soon));
        assert_eq!(read(past, Some(past)), Ok(past));
        for (draw_at, stored) in [(past, None), (now, None), (past, Some(soon)), (now, Some(past))] {
            assert_eq!(read(draw_at, stored), Err("must be in the future: who joins afterwards is in no draw"));
        }
        let refusal = Err("must be before startsAt: from then on nothing is offered");
        assert_eq!([read(start, None), read(start, Some(start))], [refusal, refusal]);
    }
}
