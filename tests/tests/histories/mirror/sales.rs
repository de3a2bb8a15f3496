//! Registrations, releases and events, as the table holds them.

use serde_json::{Value, json};
use waitlist_domain::values::time::Timestamp;

use crate::histories::image::Image;
use crate::histories::mirror::entry::Due;
use crate::histories::violation::Violation;

/// A sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Registration {
    pub(in crate::histories) line: String,
    pub(in crate::histories) quantity: u64,
    pub(in crate::histories) customer: String,
    /// The entry that it came from. None for a direct sale.
    pub(in crate::histories) entry: Option<String>,
    pub(in crate::histories) is_confirmed: bool,
}

impl Registration {
    pub(in crate::histories) fn read(image: Image<'_>) -> Result<Self, Violation> {
        let whole = image.map("registration")?;
        Ok(Self {
            line: line_of(whole)?,
            quantity: whole.count("quantity")?,
            customer: whole.text("customer_id")?.to_owned(),
            entry: whole.text_if_any("entry_id").map(str::to_owned),
            is_confirmed: image.text("status")? == "confirmed",
        })
    }
}

/// New seats, at once or in batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Release {
    pub(in crate::histories) line: String,
    pub(in crate::histories) quantity: u64,
    pub(in crate::histories) released: u64,
    pub(in crate::histories) batch_size: Option<u64>,
    pub(in crate::histories) created_at: i64,
    pub(in crate::histories) due: Option<Due>,
    /// When the next batch would have been due, while it is paused.
    pub(in crate::histories) paused_due_at: Option<i64>,
}

/// The state of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::histories) enum State {
    Releasing,
    Paused,
    Done,
    Cancelled,
}

impl State {
    pub(in crate::histories) const ALL: [Self; 4] = [Self::Releasing, Self::Paused, Self::Done, Self::Cancelled];

    /// The name of the state in responses.
    pub(in crate::histories) fn name(self) -> &'static str {
        match self {
            Self::Releasing => "releasing",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Release {
    pub(in crate::histories) fn read(image: Image<'_>) -> Result<Self, Violation> {
        let whole = image.map("release")?;
        let pace = whole.map("pace").ok();
        Ok(Self {
            line: line_of(whole)?,
            quantity: whole.count("quantity")?,
            released: image.count("released")?,
            batch_size: pace.map(|pace| pace.count("batch_size")).transpose()?,
            created_at: whole.number("created_at")?,
            due: Due::read(image)?,
            paused_due_at: whole.number_if_any("paused_due_at"),
        })
    }

    pub(in crate::histories) fn state(&self) -> State {
        match (&self.due, self.paused_due_at) {
            _ if self.released == self.quantity => State::Done,
            (Some(_), _) => State::Releasing,
            (None, Some(_)) => State::Paused,
            (None, None) => State::Cancelled,
        }
    }

    /// Whether a response shows the release as it is.
    pub(in crate::histories) fn is_shown_by(&self, body: &Value) -> bool {
        let rest = self.quantity - self.released;
        let (remaining, cancelled) = if self.state() == State::Cancelled { (0, rest) } else { (rest, 0) };
        let next = self.due.as_ref().map(|due| Timestamp::from_milliseconds(due.at).to_rfc3339());
        body["status"] == self.state().name()
            && body["quantity"] == self.quantity
            && body["released"] == self.released
            && body["remaining"] == remaining
            && body["cancelled"].as_u64().unwrap_or(0) == cancelled
            && body["nextBatchAt"].as_str() == next.as_deref()
            && body["batchSize"].as_u64() == self.batch_size
    }
}

fn line_of(whole: Image<'_>) -> Result<String, Violation> {
    let line = whole.map("line")?;
    Ok(format!("{}#{}", line.text("event_id")?, line.text("ticket_type_id")?))
}

/// What happens to seats that are too few for the head of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::histories) enum Fit {
    Strict,
    /// An entry behind gets them, while no entry is passed over more often than this.
    Skip(u64),
    Partial,
}

impl Fit {
    fn read(rules: Image<'_>) -> Result<Self, Violation> {
        match rules.text_if_any("fit") {
            Some("strict") => Ok(Self::Strict),
            Some("partial") => Ok(Self::Partial),
            Some(_) => Err(Violation::new("every item is of our form", format!("{rules:?}"))),
            None => Ok(Self::Skip(rules.map("fit")?.map("skip")?.count("max_passes")?)),
        }
    }

    /// The word for it, and the most passes.
    pub(in crate::histories) fn words(self) -> (&'static str, Option<u64>) {
        match self {
            Self::Strict => ("strict", None),
            Self::Skip(passes) => ("skip", Some(passes)),
            Self::Partial => ("partial", None),
        }
    }
}

/// The order of serving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Order {
    pub(in crate::histories) kind: String,
    pub(in crate::histories) tiers: Vec<String>,
    /// The weight of each tier, if they take turns.
    pub(in crate::histories) weights: Vec<u64>,
    /// When the lots are drawn.
    pub(in crate::histories) draw_at: Option<i64>,
}

impl Order {
    fn read(rules: Image<'_>) -> Result<Self, Violation> {
        let order = rules.map("order")?;
        let of_weighted = order.maps("tiers").filter_map(|tier| tier.text_if_any("id")).map(str::to_owned);
        let mut tiers: Vec<String> = order.texts("tiers").map(str::to_owned).collect();
        tiers.extend(of_weighted);
        let weights = order.maps("tiers").filter(|tier| tier.has("weight")).map(|tier| tier.count("weight"));
        Ok(Self {
            kind: order.text("kind")?.to_owned(),
            tiers,
            weights: weights.collect::<Result<_, _>>()?,
            draw_at: order.number_if_any("draw_at"),
        })
    }

    /// Writes the order into an event's rules.
    pub(in crate::histories) fn say(&self, rules: &mut Value) {
        rules["order"] = json!(self.kind);
        if !self.tiers.is_empty() {
            rules["tiers"] = json!(self.tiers);
        }
        if self.takes_turns() {
            let weights = self.tiers.iter().zip(&self.weights);
            rules["weights"] = weights.map(|(tier, weight)| (tier.clone(), json!(weight))).collect();
        }
        if let Some(draw_at) = self.draw_at {
            rules["drawAt"] = json!(Timestamp::from_milliseconds(draw_at).to_rfc3339());
        }
    }

    /// Whether entries are served from a lane.
    pub(in crate::histories) fn serves(&self, lane: &str) -> bool {
        match lane {
            "-front" => true,
            "-pool" | "-drawn" => self.kind == "lottery",
            "" => matches!(self.kind.as_str(), "fifo" | "lottery"),
            tier => matches!(self.kind.as_str(), "priority" | "weighted") && self.tiers.iter().any(|of| of == tier),
        }
    }

    /// Whether tiers take turns, so that places do not say which entry is next.
    pub(in crate::histories) fn takes_turns(&self) -> bool {
        self.kind == "weighted"
    }

    /// A sort key: lanes with a lower rank are served first.
    pub(in crate::histories) fn rank(&self, lane: &str) -> usize {
        match lane {
            "-front" => 0,
            "-pool" => 1,
            "-drawn" => 2,
            "" => 3,
            // Of two tiers with the same turn, the one named first is next.
            tier => 4 + self.tiers.iter().position(|of| of == tier).unwrap_or(self.tiers.len()),
        }
    }
}

/// The event, as it is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Event {
    pub(in crate::histories) version: u64,
    pub(in crate::histories) starts_at: i64,
    pub(in crate::histories) ticket_types: Vec<String>,
    pub(in crate::histories) join_access: String,
    /// What a public join must prove: `email` or `none`.
    pub(in crate::histories) proof: String,
    pub(in crate::histories) confirm_within: String,
    pub(in crate::histories) max_size: u64,
    pub(in crate::histories) max_quantity: u64,
    pub(in crate::histories) max_offers: u64,
    pub(in crate::histories) max_places: u64,
    pub(in crate::histories) one_place_per_mailbox: bool,
    pub(in crate::histories) notification_window: String,
    pub(in crate::histories) purchase_window: Option<String>,
    pub(in crate::histories) reminder_at: Option<i64>,
    pub(in crate::histories) order: Order,
    pub(in crate::histories) fit: Fit,
    /// The seats of a batch and the interval, for releases without a pace of their own.
    pub(in crate::histories) pace: Option<(u64, String)>,
    /// The ids of the questions of a join.
    pub(in crate::histories) form: Vec<String>,
}

impl Event {
    pub(in crate::histories) fn read(image: Image<'_>) -> Result<Self, Violation> {
        let whole = image.map("event")?;
        let rules = whole.map("rules")?;
        let ticket_types = whole.maps("ticket_types").map(|kind| kind.text("id").map(str::to_owned));
        Ok(Self {
            version: image.count("version")?,
            starts_at: whole.number("starts_at")?,
            ticket_types: ticket_types.collect::<Result<_, _>>()?,
            join_access: rules.text("join_access")?.to_owned(),
            proof: rules.text("proof")?.to_owned(),
            confirm_within: rules.text("confirm_within")?.to_owned(),
            max_size: rules.count("max_size")?,
            max_quantity: rules.count("max_quantity")?,
            max_offers: rules.count("max_offers")?,
            max_places: rules.count("max_places")?,
            one_place_per_mailbox: rules.flag("one_place_per_mailbox").unwrap_or(false),
            notification_window: rules.text("notification_window")?.to_owned(),
            purchase_window: rules.text_if_any("purchase_window").map(str::to_owned),
            reminder_at: rules.number_if_any("reminder_at"),
            order: Order::read(rules)?,
            fit: Fit::read(rules)?,
            pace: rules.map("pace").ok().map(read_pace).transpose()?,
            form: rules.maps("form").filter_map(|question| question.text_if_any("id")).map(str::to_owned).collect(),
        })
    }
}

fn read_pace(pace: Image<'_>) -> Result<(u64, String), Violation> {
    Ok((pace.count("batch_size")?, pace.text("interval")?.to_owned()))
}
