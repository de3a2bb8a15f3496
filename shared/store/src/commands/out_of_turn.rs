//! Offers out of turn: an organiser offers free seats to somebody who may not be next.
//!
//! It is the organiser's deed and no turn of the line's: where tiers take turns it uses none up, and nobody counts as
//! passed over by it.

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
use crate::dynamo::failure::Failure;
use crate::dynamo::transaction::{Transacted, transact};
use crate::index::position_index::mark;
use crate::items::entry_item::{self, NumberedEntry, StoredEntry};
use crate::items::event_item::get_event;
use crate::items::key::Key;
use crate::items::line::get_line;
use crate::items::seats_item::{Premises, write_seats};
use crate::items::table::Table;

const CONTEXT: &str = "offering seats out of turn";

/// Offering seats out of turn.
#[derive(Debug, Clone)]
pub struct OffersOutOfTurn {
    table: Table,
}

impl OffersOutOfTurn {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Offers an entry that waits all the seats it asked for, if as many are free.
    pub async fn offer(&self, stored: &StoredEntry) -> Result<Entry, Error> {
        do_once(&self.table, CONTEXT, stored, async |entry| {
            entry.be_offered_out_of_turn()?;
            let event = get_event(&self.table, &entry.place.line.event_id).await?;
            let line = get_line(&self.table, &entry.place.line).await?;
            match may_offer(Recipient::Chosen, &event, line.offering, self.table.now()) {
                Err(Hindrance::EventBegun) => return Err(Refusal::WaitlistClosed.into()),
                // These hold back the line and not the organiser.
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

    /// Offers the seats; nothing if the stored items were not as expected.
    async fn write(&self, entry: &Entry, event: &Event, seats: &Seats) -> Result<Option<Entry>, Error> {
        let line = &entry.place.line;
        let change = seats.offer_out_of_turn(entry.applicant.quantity)?;
        let now = self.table.now();
        let offer = make_offer(entry.applicant.quantity, &event.rules, now);
        let update =
            entry_item::offer(NumberedEntry::of(entry), &offer, Rule::OutOfTurn).under(self.table.mandate(), now);
        let mut items = vec![update.in_transaction(&self.table, Key::entry(&entry.place))];
        let premises = Premises { event: Some(event), ..Premises::default() };
        items.extend(write_seats(&self.table, line, &change, premises, now));
        match transact(&self.table, CONTEXT, items).await {
            Ok(Transacted::Made) => Ok(Some(Entry { status: Status::Offered, offer: Some(offer), ..entry.clone() })),
            Ok(Transacted::ConditionsFailed(_)) | Err(Failure::Contended) => Ok(None),
            Err(Failure::Other(error)) => Err(error),
        }
    }
}
