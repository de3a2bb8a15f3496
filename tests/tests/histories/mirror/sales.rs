//! Registrations, releases and events, as the table holds them.

use crate::histories::image::Image;
use crate::histories::mirror::entry::Due;
use crate::histories::violation::Violation;

/// A sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Registration {
    pub(in crate::histories) line: String,
    pub(in crate::histories) quantity: u64,
    pub(in crate::histories) customer: String,
    /// The entry it came from; none of a direct sale.
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
        })
    }
}

fn line_of(whole: Image<'_>) -> Result<String, Violation> {
    let line = whole.map("line")?;
    Ok(format!("{}#{}", line.text("event_id")?, line.text("ticket_type_id")?))
}

/// The event, as it is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Event {
    pub(in crate::histories) version: u64,
    pub(in crate::histories) starts_at: i64,
    pub(in crate::histories) ticket_types: Vec<String>,
    pub(in crate::histories) join_access: String,
    pub(in crate::histories) max_size: u64,
    pub(in crate::histories) max_quantity: u64,
    pub(in crate::histories) notification_window: String,
    pub(in crate::histories) purchase_window: Option<String>,
    pub(in crate::histories) reminder_at: Option<i64>,
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
            max_size: rules.count("max_size")?,
            max_quantity: rules.count("max_quantity")?,
            notification_window: rules.text("notification_window")?.to_owned(),
            purchase_window: rules.text_if_any("purchase_window").map(str::to_owned),
            reminder_at: rules.number_if_any("reminder_at"),
        })
    }
}
