//! The sums of a line's journal.

use std::collections::BTreeMap;

use serde::Serialize;
use waitlist_domain::history::funnel::{Funnel, Stage, Wait};
use waitlist_domain::history::waiting_times::WaitingTimes;
use waitlist_domain::values::identifier::TierId;

/// The outcomes of all entries by tier, and the times to each step.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FunnelView {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<TierFunnelView>,
    time_to_offer: TimesView,
    time_to_claim: TimesView,
    time_to_convert: TimesView,
    seats_refilled: u64,
    messages: MessagesView,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct TierFunnelView {
    tier: TierId,
    joined: u64,
    offers: u64,
    claimed: u64,
    converted: u64,
    expired: u64,
    declined: u64,
    left: u64,
    removed: u64,
    withdrawn: u64,
    confirmed: u64,
    ended_unconfirmed: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct TimesView {
    count: u64,
    median_seconds: Option<Seconds>,
    percentile90_seconds: Option<Seconds>,
}

/// A length of time in seconds. Below 100 seconds it has up to two decimals. From 100 seconds on it
/// is whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Seconds {
    Whole(i64),
    Fraction(f64),
}

impl Seconds {
    /// From milliseconds, rounded to the nearest shown value.
    fn nearest(milliseconds: i64) -> Self {
        let hundredths = milliseconds.saturating_add(5).div_euclid(10);
        match i32::try_from(hundredths) {
            Ok(hundredths @ ..10_000) if hundredths % 100 != 0 => Self::Fraction(f64::from(hundredths) / 100.0),
            Ok(hundredths @ ..10_000) => Self::Whole(i64::from(hundredths / 100)),
            _ => Self::Whole(milliseconds.saturating_add(500).div_euclid(1000)),
        }
    }
}

impl TimesView {
    fn new(times: Option<&WaitingTimes>) -> Self {
        let seconds = |percent| times.and_then(|times| times.percentile(percent)).map(Seconds::nearest);
        Self {
            count: times.map_or(0, WaitingTimes::total),
            median_seconds: seconds(50),
            percentile90_seconds: seconds(90),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
struct MessagesView {
    sent: u64,
    failed: u64,
    withheld: u64,
    unreachable: u64,
    bounced: u64,
    complained: u64,
}

impl FunnelView {
    /// Shows the sums of one or several journals.
    pub fn new(funnel: &Funnel) -> Self {
        let tier = |(tier, stages): (&Option<TierId>, &BTreeMap<Stage, u64>)| {
            let count = |stage| stages.get(&stage).copied().unwrap_or(0);
            tier.clone().map(|tier| TierFunnelView {
                tier,
                joined: count(Stage::Joined),
                offers: count(Stage::Offers),
                claimed: count(Stage::Claimed),
                converted: count(Stage::Converted),
                expired: count(Stage::Expired),
                declined: count(Stage::Declined),
                left: count(Stage::Left),
                removed: count(Stage::Removed),
                withdrawn: count(Stage::Withdrawn),
                confirmed: count(Stage::Confirmed),
                ended_unconfirmed: count(Stage::Unconfirmed),
            })
        };
        let times = |wait| TimesView::new(funnel.waits.get(&wait));
        Self {
            tiers: funnel.stages.iter().filter_map(tier).collect(),
            time_to_offer: times(Wait::Offer),
            time_to_claim: times(Wait::Claim),
            time_to_convert: times(Wait::Convert),
            seats_refilled: funnel.seats_refilled,
            messages: MessagesView {
                sent: funnel.messages_sent,
                failed: funnel.messages_failed,
                withheld: funnel.messages_withheld,
                unreachable: funnel.messages_unreachable,
                bounced: funnel.bounces,
                complained: funnel.complaints,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use waitlist_domain::history::waiting_times::TimeClass;

    use super::*;

    fn told(milliseconds: i64) -> serde_json::Value {
        let mut times = WaitingTimes::default();
        times.count(TimeClass::of(milliseconds), 1);
        serde_json::to_value(TimesView::new(Some(&times))).expect("plain numbers")["medianSeconds"].clone()
    }

    #[test]
    fn short_times_are_told_to_the_hundredth_of_a_second_and_others_in_whole_ones() {
        for (milliseconds, seconds) in [
            (0, json!(0)),
            (994, json!(0.99)),
            (995, json!(1)),
            (1_094, json!(1.09)),
            (99_994, json!(99.99)),
            (99_995, json!(100)),
            (100_499, json!(100)),
            (100_500, json!(101)),
            (i64::MAX, json!(i64::MAX / 1000)),
        ] {
            assert_eq!(json!(Seconds::nearest(milliseconds)), seconds, "{milliseconds}");
        }
    }

    #[test]
    fn less_than_a_second_is_told_as_half_a_second() {
        assert_eq!((told(0), told(999)), (json!(0.5), json!(0.5)));
    }

    proptest! {
        #[test]
        fn from_a_second_on_what_is_told_is_within_a_tenth_of_the_truth(milliseconds in 1_000_i64..1_000_000) {
            let told = told(milliseconds).as_f64().expect("a number") * 1000.0;
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
            let truth = milliseconds as f64;
            prop_assert!((told - truth).abs() <= truth / 10.0, "{told} instead of {truth}");
        }
    }
}
