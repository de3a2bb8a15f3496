//! Offers out of turn: an organiser offers free seats to a chosen entry.
//!
//! Such an offer is not part of the order of the line. It uses up no tier's turn, and no entry
//! counts as passed over.

use waitlist_domain::Error;
use waitlist_domain::Refusal;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::history::journal::Rule;
use waitlist_domain::line::position_index::Mark;
use waitlist_domain::line::seats::Seats;
use waitlist_domain::offering::permission::{Hindrance, Recipient, may_offer};
use waitlist_domain::offering::promotion::make_offer;

use crate::commands::entry_commands::do_once;
use crate::dynamo::failure::unless_contended;
use crate::dynamo::transaction::{Transacted, transact};
use crate::index::position_index::mark;
use crate::items::entry_item::{self, NumberedEntry, StoredEntry};
use crate::items::event_item::get_event;
use crate::items::key::Key;
use crate::items::line::get_line;
use crate::items::seats_item::{Preconditions, write_seats};
use crate::items::table::Table;

const CONTEXT: &str = "offering seats out of turn";

/// Offers seats out of turn.
#[derive(Debug, Clone)]
pub struct OffersOutOfTurn {
    table: Table,
}

impl OffersOutOfTurn {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Offers a waiting entry all seats that it asked for, if so many are free.
    pub async fn offer(&self, stored: &StoredEntry) -> Result<Entry, Error> {
        do_once(&self.table, CONTEXT, stored, async |entry| {
            entry.check_waits()?;
            let event = get_event(&self.table, &entry.place.line.event_id).await?;
            let line = get_line(&self.table, &entry.place.line).await?;
            match may_offer(Recipient::OutOfTurn, &event, line.offering, self.table.now()) {
                Err(Hindrance::EventBegun) => return Err(Refusal::WaitlistClosed.into()),
                // These apply to the line and not to the organiser.
                Err(Hindrance::OfferingPaused | Hindrance::DrawToCome) | Ok(()) => {}
            }
            let offered = self.write(entry, &event, &line.seats).await?;
            if offered.is_some() {
                mark(&self.table, &entry.lane_id(), &[(entry.number, vec![Mark::Gone])]).await?;
            }
            Ok(offered)
        })
        .await
    }

    /// Offers the seats. Nothing if the stored items have changed.
    async fn write(&self, entry: &Entry, event: &Event, seats: &Seats) -> Result<Option<Entry>, Error> {
        let line = &entry.place.line;
        let change = seats.offer_out_of_turn(entry.applicant.quantity)?;
        let now = self.table.now();
        let offer = make_offer(entry.applicant.quantity, &event.rules, now);
        let update = entry_item::offer(NumberedEntry::of(entry), offer.quantity, &offer, Rule::OutOfTurn);
        let update = update.noted_by(self.table.mandate(), now);
        let mut items = vec![update.in_transaction(&self.table, Key::entry(&entry.place))];
        let preconditions = Preconditions { event: Some(event), ..Preconditions::default() };
        items.extend(write_seats(&self.table, line, &change, preconditions, now));
        Ok(match unless_contended(transact(&self.table, CONTEXT, items).await)? {
            Some(Transacted::Made) => Some(Entry { status: Status::Offered, offer: Some(offer), ..entry.clone() }),
            Some(Transacted::ConditionsFailed(_)) | None => None,
        })
    }
}
