//! Entries, as the table holds them.

use std::collections::BTreeMap;

use serde_json::Value;
use waitlist_domain::entry::Status;

use crate::histories::image::Image;
use crate::histories::violation::Violation;

/// The offer of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Offer {
    pub(in crate::histories) offered_at: i64,
    pub(in crate::histories) expires_at: i64,
    pub(in crate::histories) quantity: u64,
    pub(in crate::histories) has_purchase_window: bool,
    pub(in crate::histories) remind_at: Option<i64>,
    pub(in crate::histories) reminded_at: Option<i64>,
}

/// An item's position in the `due` index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Due {
    pub(in crate::histories) shard: String,
    pub(in crate::histories) at: i64,
    pub(in crate::histories) armed_from: Option<i64>,
}

impl Due {
    pub(in crate::histories) fn read(image: Image<'_>) -> Result<Option<Self>, Violation> {
        let Some(shard) = image.text_if_any("due_shard") else { return Ok(None) };
        let (at, armed_from) = (image.number("due_at")?, image.number_if_any("armed_from"));
        Ok(Some(Self { shard: shard.to_owned(), at, armed_from }))
    }
}

/// One entry item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Entry {
    /// `event#ticket type`.
    pub(in crate::histories) line: String,
    pub(in crate::histories) customer: String,
    pub(in crate::histories) attendee: String,
    pub(in crate::histories) id: String,
    /// Empty for the common lane.
    pub(in crate::histories) lane: String,
    pub(in crate::histories) number: u64,
    pub(in crate::histories) numbered_at: i64,
    pub(in crate::histories) tier: Option<String>,
    /// The access code that admitted it.
    pub(in crate::histories) code: Option<String>,
    pub(in crate::histories) quantity: u64,
    /// The fewest seats that it would take.
    pub(in crate::histories) minimum: u64,
    pub(in crate::histories) status: Status,
    pub(in crate::histories) joined_at: i64,
    /// Until when its address is to be confirmed. None if it is, or need not be.
    pub(in crate::histories) confirm_by: Option<i64>,
    pub(in crate::histories) confirmed_at: Option<i64>,
    pub(in crate::histories) confirmation_reminded_at: Option<i64>,
    /// When somebody joined again with its address, if its customer is told of it.
    pub(in crate::histories) joined_again_at: Option<i64>,
    /// None before its lot is drawn.
    pub(in crate::histories) joined_position: Option<u64>,
    pub(in crate::histories) email: String,
    pub(in crate::histories) phone: Option<String>,
    /// Whether nobody has shown that the number is theirs.
    pub(in crate::histories) is_phone_unproven: bool,
    /// Whether it is noted that mail does not reach it.
    pub(in crate::histories) is_unreachable: bool,
    pub(in crate::histories) locale: Option<String>,
    /// By question. All answers are texts.
    pub(in crate::histories) answers: BTreeMap<String, String>,
    pub(in crate::histories) stands_in_line_index: bool,
    pub(in crate::histories) offer: Option<Offer>,
    pub(in crate::histories) due: Option<Due>,
    pub(in crate::histories) claimed_at: Option<i64>,
    pub(in crate::histories) ended_at: Option<i64>,
    /// The time of its last change, by its writer's clock.
    pub(in crate::histories) changed_at: i64,
    pub(in crate::histories) registration: Option<String>,
    /// The request that caused its status, if that was a claim or a decline.
    pub(in crate::histories) action: Option<String>,
    /// Whether the sale that it became was cancelled.
    pub(in crate::histories) is_cancelled: bool,
}

impl Entry {
    pub(in crate::histories) fn read(image: Image<'_>) -> Result<Self, Violation> {
        let malformed = |name| Violation::new("every item is of our form", format!("{name} of {image:?}"));
        let customer = image.text("pk")?.strip_prefix("CUSTOMER#").ok_or_else(|| malformed("pk"))?;
        let mut parts = image.text("sk")?.split('#').skip(2);
        let mut part = || parts.next().ok_or_else(|| malformed("sk"));
        let (event, ticket_type, attendee) = (part()?, part()?, part()?);
        let status = serde_json::from_value(Value::from(image.text("status")?)).map_err(|_| malformed("status"))?;
        Ok(Self {
            line: format!("{event}#{ticket_type}"),
            customer: customer.to_owned(),
            attendee: attendee.to_owned(),
            id: image.text("entry_id")?.to_owned(),
            lane: image.text_if_any("lane").unwrap_or_default().to_owned(),
            number: image.count("number")?,
            numbered_at: image.number_if_any("numbered_at").map_or_else(|| image.number("joined_at"), Ok)?,
            tier: image.text_if_any("tier").map(str::to_owned),
            quantity: image.count("quantity")?,
            code: image.text_if_any("access_code").map(str::to_owned),
            minimum: if image.has("minimum") { image.count("minimum")? } else { image.count("quantity")? },
            status,
            joined_at: image.number("joined_at")?,
            confirm_by: image.number_if_any("confirm_by"),
            confirmed_at: image.number_if_any("confirmed_at"),
            confirmation_reminded_at: image.number_if_any("confirmation_reminded_at"),
            joined_again_at: image.number_if_any("joined_again_at"),
            joined_position: image.number_if_any("joined_position").and_then(|position| u64::try_from(position).ok()),
            email: image.text("email")?.to_owned(),
            phone: image.text_if_any("phone").map(str::to_owned),
            is_phone_unproven: image.flag("phone_unproven").unwrap_or(false),
            is_unreachable: image.has("unreachable_at"),
            locale: image.text_if_any("locale").map(str::to_owned),
            answers: read_answers(image)?,
            stands_in_line_index: image.has("line") && image.has("order"),
            offer: read_offer(image)?,
            due: Due::read(image)?,
            claimed_at: image.number_if_any("claimed_at"),
            ended_at: image.number_if_any("ended_at"),
            changed_at: image.number("at")?,
            registration: image.text_if_any("registration_id").map(str::to_owned),
            action: image.text_if_any("action").map(str::to_owned),
            is_cancelled: image.flag("registration_cancelled").unwrap_or(false),
        })
    }

    /// The phone number that messages may go to.
    pub(in crate::histories) fn proven_phone(&self) -> Option<&String> {
        self.phone.as_ref().filter(|_| !self.is_phone_unproven)
    }

    /// Its place in the line: its lane and its number there.
    pub(in crate::histories) fn place(&self) -> (String, u64) {
        (self.lane.clone(), self.number)
    }

    /// Whether it stands in line without a confirmed address.
    pub(in crate::histories) fn is_unconfirmed(&self) -> bool {
        self.status == Status::Waiting && self.confirm_by.is_some()
    }

    /// Whether it waits and may be served.
    pub(in crate::histories) fn is_in_turn(&self) -> bool {
        self.status == Status::Waiting && self.confirm_by.is_none()
    }

    /// When its customer is to be reminded to confirm, if they were not.
    pub(in crate::histories) fn confirmation_reminder(&self) -> Option<i64> {
        let confirm_by = self.confirm_by.filter(|_| self.is_unconfirmed())?;
        self.confirmation_reminded_at.is_none().then(|| self.joined_at + (confirm_by - self.joined_at) / 2)
    }

    /// Whether it waits or holds seats.
    pub(in crate::histories) fn is_live(&self) -> bool {
        self.status == Status::Waiting || self.status.holds_seats()
    }

    /// The seats held for it.
    pub(in crate::histories) fn held(&self) -> u64 {
        self.offer.as_ref().filter(|_| self.status.holds_seats()).map_or(0, |offer| offer.quantity)
    }

    /// When its reminder is due: once, and before the deadline.
    pub(in crate::histories) fn reminder(&self) -> Option<i64> {
        let offer = self.offer.as_ref().filter(|offer| self.status == Status::Offered && offer.reminded_at.is_none());
        offer.and_then(|offer| offer.remind_at)
    }

    /// When it entered its status, by its writer's clock.
    pub(in crate::histories) fn entered_at(&self) -> Option<i64> {
        match self.status {
            Status::Waiting => Some(self.numbered_at),
            Status::Offered => self.offer.as_ref().map(|offer| offer.offered_at),
            Status::Claimed => self.claimed_at,
            _ => self.ended_at,
        }
    }

    /// The deadline of the seats it holds.
    pub(in crate::histories) fn deadline(&self) -> Option<i64> {
        self.offer.as_ref().filter(|_| self.status.holds_seats()).map(|offer| offer.expires_at)
    }
}

fn read_answers(image: Image<'_>) -> Result<BTreeMap<String, String>, Violation> {
    let Ok(answers) = image.map("answers") else { return Ok(BTreeMap::new()) };
    answers.names().map(|name| Ok((name.to_owned(), answers.text(name)?.to_owned()))).collect()
}

fn read_offer(image: Image<'_>) -> Result<Option<Offer>, Violation> {
    if !image.has("offered_at") {
        return Ok(None);
    }
    Ok(Some(Offer {
        offered_at: image.number("offered_at")?,
        expires_at: image.number("expires_at")?,
        quantity: image.count("offer_quantity")?,
        has_purchase_window: image.has("purchase_window"),
        remind_at: image.number_if_any("remind_at"),
        reminded_at: image.number_if_any("reminded_at"),
    }))
}
