//! The funnel of a line: how many entries came to each stage, and how long it took. It is the sum
//! of the journal's rows.

use std::collections::BTreeMap;

use crate::entry::Status;
use crate::history::journal::{Deed, Delivery, EntryChange, EntryDeed, MessageDeed, Row, Rule};
use crate::history::waiting_times::{TimeClass, WaitingTimes};
use crate::values::identifier::TierId;
use crate::values::words::words;

words! {
    /// A stage of the funnel.
    pub enum Stage {
        /// Entries made.
        Joined = "joined",
        /// Offers made.
        Offers = "offers",
        /// Offers claimed.
        Claimed = "claimed",
        /// Offers that became a registration.
        Converted = "converted",
        /// Offers whose deadline passed.
        Expired = "expired",
        /// Offers turned down.
        Declined = "declined",
        /// Entries that left, waiting or with an offer.
        Left = "left",
        /// Entries that the organiser took out, waiting or with an offer.
        Removed = "removed",
        /// Offers that the organiser took back, alone or with their entry.
        Withdrawn = "withdrawn",
        /// Entries whose address was confirmed after they joined.
        Confirmed = "confirmed",
        /// Entries that ended because nobody confirmed their address.
        Unconfirmed = "unconfirmed",
    }
}

impl Stage {
    fn of(deed: &EntryDeed) -> Vec<Self> {
        let had_offer = deed.from.is_some_and(Status::holds_seats);
        match deed.change {
            EntryChange::Joined => vec![Self::Joined],
            EntryChange::Offered => vec![Self::Offers],
            EntryChange::Claimed => vec![Self::Claimed],
            EntryChange::Converted if deed.rule == Some(Rule::Claim) => vec![Self::Claimed, Self::Converted],
            EntryChange::Converted => vec![Self::Converted],
            EntryChange::Expired => vec![Self::Expired],
            EntryChange::Declined => vec![Self::Declined],
            EntryChange::Left => vec![Self::Left],
            EntryChange::Removed if had_offer => vec![Self::Removed, Self::Withdrawn],
            EntryChange::Removed => vec![Self::Removed],
            EntryChange::Withdrawn => vec![Self::Withdrawn],
            EntryChange::Confirmed => vec![Self::Confirmed],
            EntryChange::Unconfirmed => vec![Self::Unconfirmed],
            EntryChange::Moved
            | EntryChange::Reinstated
            | EntryChange::Extended
            | EntryChange::Edited
            | EntryChange::QuantityChanged
            | EntryChange::Reminded
            | EntryChange::Cancelled
            | EntryChange::Unreachable
            | EntryChange::Unsubscribed
            | EntryChange::PhoneConfirmed => Vec::new(),
        }
    }
}

words! {
    /// A time that is measured.
    pub enum Wait {
        /// From joining to an offer.
        Offer = "to-offer",
        /// From an offer to its claim.
        Claim = "to-claim",
        /// From an offer to its sale.
        Convert = "to-convert",
    }
}

impl Wait {
    fn of(deed: &EntryDeed) -> &'static [Self] {
        match deed.change {
            EntryChange::Offered => &[Self::Offer],
            EntryChange::Claimed => &[Self::Claim],
            EntryChange::Converted if deed.rule == Some(Rule::Claim) => &[Self::Claim, Self::Convert],
            EntryChange::Converted => &[Self::Convert],
            _ => &[],
        }
    }
}

/// The sums of a line's journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Funnel {
    /// How many came to each stage, by tier. Entries without a tier stand under `None`.
    pub stages: BTreeMap<Option<TierId>, BTreeMap<Stage, u64>>,
    pub waits: BTreeMap<Wait, WaitingTimes>,
    /// Seats that were sold through the line.
    pub seats_refilled: u64,
    /// Messages that a provider accepted.
    pub messages_sent: u64,
    /// Messages that a provider refused for good.
    pub messages_failed: u64,
    /// Messages held back because their address had enough of their kind.
    pub messages_withheld: u64,
    /// Messages that were not sent because mail does not reach their address.
    pub messages_unreachable: u64,
    /// Times that a mail came back for good and an entry was found unreachable.
    pub bounces: u64,
    /// Times that a recipient complained and an entry was found unreachable.
    pub complaints: u64,
}

impl Funnel {
    /// Counts a row.
    pub fn count(&mut self, row: &Row) {
        match &row.deed {
            Deed::Entry(deed) => self.count_entry(deed),
            Deed::Message(deed) => self.count_message(deed),
            Deed::Seats(_) | Deed::Steering(_) | Deed::Release(_) | Deed::Event(_) | Deed::Code(_) => {}
        }
    }

    fn count_entry(&mut self, deed: &EntryDeed) {
        for stage in Stage::of(deed) {
            *self.stages.entry(deed.tier.clone()).or_default().entry(stage).or_default() += 1;
        }
        for wait in Wait::of(deed) {
            let class = TimeClass::of(deed.after.unwrap_or(0));
            self.waits.entry(*wait).or_default().count(class, 1);
        }
        if deed.change == EntryChange::Converted {
            self.seats_refilled += deed.quantity.map_or(0, u64::from);
        }
        if deed.change == EntryChange::Unreachable {
            let is_complaint = deed.rule == Some(Rule::Complained);
            *(if is_complaint { &mut self.complaints } else { &mut self.bounces }) += 1;
        }
    }

    fn count_message(&mut self, deed: &MessageDeed) {
        *match deed.outcome {
            Delivery::Sent => &mut self.messages_sent,
            Delivery::Refused => &mut self.messages_failed,
            Delivery::Withheld | Delivery::NotServed => &mut self.messages_withheld,
            Delivery::Unreachable => &mut self.messages_unreachable,
        } += 1;
    }

    /// The sums of both.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        for (tier, stages) in other.stages {
            let own = self.stages.entry(tier).or_default();
            for (stage, count) in stages {
                *own.entry(stage).or_default() += count;
            }
        }
        for (wait, times) in other.waits {
            let own = self.waits.entry(wait).or_default();
            for (class, count) in times.classes() {
                own.count(*class, *count);
            }
        }
        self.seats_refilled += other.seats_refilled;
        self.messages_sent += other.messages_sent;
        self.messages_failed += other.messages_failed;
        self.messages_withheld += other.messages_withheld;
        self.messages_unreachable += other.messages_unreachable;
        self.bounces += other.bounces;
        self.complaints += other.complaints;
        self
    }

    /// How many came to a stage, in all tiers together.
    pub fn total(&self, stage: Stage) -> u64 {
        self.stages.values().filter_map(|stages| stages.get(&stage)).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::values::identifier::EntryId;
    use crate::values::quantity::Quantity;
    use crate::values::time::Timestamp;

    fn row(change: EntryChange, from: Option<Status>, rule: Option<Rule>, tier: Option<&str>) -> Row {
        let deed = EntryDeed {
            entry_id: EntryId::from_bits([1; 16]),
            change,
            from,
            rule,
            tier: tier.map(|tier| TierId::parse(tier).expect("valid")),
            lane: None,
            number: None,
            quantity: Some(Quantity::parse(2).expect("valid")),
            expires_at: None,
            after: Some(90_000),
        };
        let at = Timestamp::from_milliseconds(0);
        Row { at, step: 1, by: "waitlist".to_owned(), why: None, deed: Deed::Entry(deed) }
    }

    fn message(outcome: Delivery) -> Row {
        let [kind, occasion, channel] = ["offered", "1", "email"].map(str::to_owned);
        let deed = MessageDeed { entry_id: EntryId::from_bits([1; 16]), kind, occasion, channel, outcome };
        Row { deed: Deed::Message(deed), ..row(EntryChange::Joined, None, None, None) }
    }

    fn counted(rows: &[Row]) -> Funnel {
        let mut funnel = Funnel::default();
        rows.iter().for_each(|row| funnel.count(row));
        funnel
    }

    #[test]
    fn a_claim_that_buys_counts_as_both() {
        let funnel = counted(&[row(EntryChange::Converted, Some(Status::Offered), Some(Rule::Claim), None)]);
        assert_eq!((funnel.total(Stage::Claimed), funnel.total(Stage::Converted)), (1, 1));
        assert_eq!(funnel.seats_refilled, 2);
        assert_eq!((funnel.waits[&Wait::Claim].total(), funnel.waits[&Wait::Convert].total()), (1, 1));
    }

    #[test]
    fn a_sale_after_a_claim_counts_as_a_sale_alone() {
        let funnel = counted(&[row(EntryChange::Converted, Some(Status::Claimed), None, None)]);
        assert_eq!((funnel.total(Stage::Claimed), funnel.total(Stage::Converted)), (0, 1));
        assert_eq!(funnel.waits.keys().collect::<Vec<_>>(), [&Wait::Convert]);
    }

    #[test]
    fn the_time_to_an_offer_and_to_its_claim_is_counted() {
        for (change, wait) in [(EntryChange::Offered, Wait::Offer), (EntryChange::Claimed, Wait::Claim)] {
            let funnel = counted(&[row(change, Some(Status::Waiting), None, None)]);
            assert_eq!(
                funnel.waits.iter().map(|(wait, times)| (*wait, times.total())).collect::<Vec<_>>(),
                [(wait, 1)]
            );
        }
    }

    #[test]
    fn messages_are_counted_by_what_became_of_them() {
        let rows: Vec<Row> =
            (0..).zip(Delivery::ALL).flat_map(|(more, outcome)| vec![message(outcome); more + 1]).collect();
        let Funnel { messages_sent, messages_failed, messages_withheld, messages_unreachable, .. } = counted(&rows);
        assert_eq!((messages_sent, messages_failed, messages_withheld, messages_unreachable), (1, 2, 3 + 5, 4));
    }

    #[test]
    fn whoever_is_taken_out_with_an_offer_loses_it() {
        let with = row(EntryChange::Removed, Some(Status::Claimed), None, None);
        let without = row(EntryChange::Removed, Some(Status::Waiting), None, None);
        let funnel = counted(&[with, without]);
        assert_eq!((funnel.total(Stage::Removed), funnel.total(Stage::Withdrawn)), (2, 1));
    }

    #[test]
    fn bounces_and_complaints_are_counted_apart() {
        let found = |rule| row(EntryChange::Unreachable, Some(Status::Waiting), Some(rule), None);
        let funnel = counted(&[found(Rule::Bounced), found(Rule::Complained), found(Rule::Bounced)]);
        assert_eq!((funnel.bounces, funnel.complaints), (2, 1));
    }

    #[test]
    fn stages_are_counted_by_tier() {
        let joined = |tier| row(EntryChange::Joined, None, None, tier);
        let funnel = counted(&[joined(Some("vip")), joined(Some("vip")), joined(None)]);
        let vip = Some(TierId::parse("vip").expect("valid"));
        assert_eq!((funnel.stages[&vip][&Stage::Joined], funnel.total(Stage::Joined)), (2, 3));
    }

    fn changes() -> impl Strategy<Value = Row> {
        let change = prop::sample::select(vec![
            EntryChange::Joined,
            EntryChange::Offered,
            EntryChange::Claimed,
            EntryChange::Converted,
            EntryChange::Expired,
            EntryChange::Moved,
            EntryChange::Unreachable,
        ]);
        let rule = prop::sample::select(vec![None, Some(Rule::Complained)]);
        let of_entry = (change, rule, prop::sample::select(vec![None, Some("vip"), Some("general")]))
            .prop_map(|(change, rule, tier)| row(change, Some(Status::Waiting), rule, tier));
        prop_oneof![of_entry, prop::sample::select(Delivery::ALL.to_vec()).prop_map(message)]
    }

    proptest! {
        #[test]
        fn sums_may_be_added_up_in_any_parts(rows in prop::collection::vec(changes(), 0..40), at in 0_usize..40) {
            let (some, others) = rows.split_at(at.min(rows.len()));
            prop_assert_eq!(counted(some).plus(counted(others)), counted(&rows));
        }
    }
}
