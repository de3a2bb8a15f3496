//! The rules of an event, as the organiser sets them.

use serde_json::{Value, json};
use waitlist_domain::values::time::Timestamp;
use waitlist_tests::Random;

use super::mirror::sales::Fit;

/// The order of serving, as the organiser sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Order {
    Fifo,
    /// So many tiers.
    Priority(usize),
    /// Tiers with these weights.
    Weighted(Vec<u64>),
    /// So many tiers, drawn so many milliseconds from the beginning.
    Lottery(usize, i64),
}

pub(super) const TIERS: [&str; 3] = ["vip", "loyalty", "general"];

impl Fit {
    pub(super) fn draw(random: &mut Random) -> Self {
        match random.below(10) {
            0..5 => Self::Strict,
            5..8 => Self::Skip(1 + random.below(3) as u64),
            _ => Self::Partial,
        }
    }
}

impl Order {
    pub(super) fn draw(random: &mut Random) -> Self {
        match random.below(10) {
            0..5 => Self::Fifo,
            5..7 => Self::Priority(1 + random.below(3)),
            7 => Self::Weighted((0..=random.below(3)).map(|_| 1 + random.below(4) as u64).collect()),
            _ => Self::Lottery(random.below(3), [500, 5_000, 70_000, 400_000][random.below(4)]),
        }
    }

    pub(super) fn tiers(&self) -> &'static [&'static str] {
        match self {
            Self::Fifo => &[],
            Self::Priority(count) | Self::Lottery(count, _) => &TIERS[..*count],
            Self::Weighted(weights) => &TIERS[..weights.len()],
        }
    }

    /// Writes the order into an event's rules, for a history that began then.
    pub(super) fn say(&self, rules: &mut Value, beginning: i64) {
        if !self.tiers().is_empty() {
            rules["tiers"] = json!(self.tiers());
        }
        match self {
            Self::Fifo => {}
            Self::Priority(_) => rules["order"] = json!("priority"),
            Self::Weighted(weights) => {
                rules["order"] = json!("weighted");
                rules["weights"] = self
                    .tiers()
                    .iter()
                    .zip(weights)
                    .map(|(tier, weight)| ((*tier).to_owned(), json!(weight)))
                    .collect();
            }
            Self::Lottery(_, draw_in) => {
                rules["order"] = json!("lottery");
                rules["drawAt"] = json!(Timestamp::from_milliseconds(beginning + draw_in).to_rfc3339());
            }
        }
    }
}

/// A form with these questions. Each must be answered.
pub(super) fn asked<Id: AsRef<str>>(questions: &[Id]) -> Value {
    let ids = questions.iter().map(AsRef::as_ref);
    ids.map(|id| json!({ "id": id, "type": "text", "label": id, "required": true })).collect()
}

/// Sets how often an entry may be passed over, if any may.
pub(super) fn with_passes(event: &mut Value, fit: Fit) {
    if let Some(passes) = fit.words().1 {
        event["waitlist"]["maxPasses"] = json!(passes);
    }
}
