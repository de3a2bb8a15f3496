//! Reads in which sequence an organiser wants those who wait to be served.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::num::NonZeroU32;

use waitlist_domain::identifier::TierId;
use waitlist_domain::order::{MOST_TIERS, Order, WeightedTier};
use waitlist_domain::time::Timestamp;
use waitlist_domain::turns::MOST_WEIGHT;
use waitlist_runtime::fields::Fields;

/// The words for the orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Fifo,
    Priority,
    Weighted,
    Lottery,
}

/// What a draw's time is held against.
#[derive(Debug, Clone, Copy)]
pub struct DrawTimes {
    /// When the event begins, if that can be read.
    pub starts_at: Option<Timestamp>,
    /// When the lots of the event as it is now are drawn, or were.
    pub stored: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
}

/// Reads `order`, `tiers`, `weights` and `drawAt`.
pub fn read_order(fields: &mut Fields, draw_times: DrawTimes) -> Option<Order> {
    let kind = fields.optional_text("order", read_kind);
    let mut seen = HashSet::new();
    let tiers = fields.optional_texts_within("tiers", 1..=MOST_TIERS, |name| {
        let tier = TierId::parse(name)?;
        if seen.insert(tier.clone()) { Ok(tier) } else { Err("must differ from the event's other tiers") }
    });
    let weights = fields.optional_named_wholes("weights", |name, weight| {
        let id = TierId::parse(name)?;
        Ok::<_, String>(WeightedTier { id, weight: read_weight(weight)? })
    });
    let draw_at = fields.optional_text("drawAt", |text| read_draw_at(text, draw_times));
    let (kind, tiers, weights, draw_at) = (kind?.unwrap_or(Kind::Fifo), tiers?, weights?, draw_at?);
    if kind != Kind::Lottery && draw_at.is_some() {
        return fields.complain("drawAt", "belongs to \"order\": \"lottery\": leave it out, or draw lots");
    }
    if kind != Kind::Weighted && weights.is_some() {
        return fields.complain("weights", "belongs to \"order\": \"weighted\": leave it out, or weigh");
    }
    match kind {
        Kind::Fifo if tiers.is_some() => {
            fields.complain("tiers", "belongs to another order than \"fifo\": leave it out, or choose one")
        }
        Kind::Fifo => Some(Order::Fifo),
        Kind::Priority => match tiers {
            Some(tiers) => Some(Order::Priority { tiers }),
            None => fields.complain("tiers", "is required with \"order\": \"priority\""),
        },
        Kind::Weighted => weigh(fields, tiers, weights),
        Kind::Lottery => match draw_at {
            Some(draw_at) => Some(Order::Lottery { tiers: tiers.unwrap_or_default(), draw_at }),
            None => fields.complain("drawAt", "is required with \"order\": \"lottery\""),
        },
    }
}

fn read_kind(text: &str) -> Result<Kind, &'static str> {
    match text {
        "fifo" => Ok(Kind::Fifo),
        "priority" => Ok(Kind::Priority),
        "weighted" => Ok(Kind::Weighted),
        "lottery" => Ok(Kind::Lottery),
        _ => Err("must be \"fifo\", \"priority\", \"weighted\" or \"lottery\""),
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

fn read_weight(weight: i64) -> Result<NonZeroU32, String> {
    let weight = u32::try_from(weight).ok().filter(|weight| *weight <= MOST_WEIGHT).and_then(NonZeroU32::new);
    weight.ok_or_else(|| format!("must be a whole number from 1 to {MOST_WEIGHT}"))
}

/// The tiers with their weights: in the order in which the organiser names the tiers, or else the heaviest first.
fn weigh(fields: &mut Fields, tiers: Option<Vec<TierId>>, weights: Option<Vec<WeightedTier>>) -> Option<Order> {
    let Some(mut weighted) = weights else {
        return fields.complain("weights", "is required with \"order\": \"weighted\"");
    };
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
    use super::*;

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
