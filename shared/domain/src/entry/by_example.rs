//! What an entry may do in each status, and until when.

use crate::Refusal;
use crate::entry::example::{DEADLINE, JOINED_AT, OFFERED_AT, entry, offer, once_offered};
use crate::entry::{Claim, Conversion, Departure, Entry, Offer, Status};
use crate::values::time::{Timestamp, Window};

const JUST_IN_TIME: Timestamp = DEADLINE.plus_milliseconds(-1);
const HOLDING: [Status; 2] = [Status::Offered, Status::Claimed];

fn unconfirmed() -> Entry {
    Entry { confirm_by: Some(DEADLINE), ..entry() }
}

#[test]
fn held_seats_are_bought_or_given_up_before_the_deadline_and_not_at_it() {
    for status in HOLDING {
        let entry = once_offered(status);
        assert_eq!(entry.convert(JUST_IN_TIME), Ok(Conversion::Convert), "{status:?}");
        assert_eq!((entry.decline(JUST_IN_TIME), entry.withdraw(JUST_IN_TIME)), (Ok(()), Ok(())), "{status:?}");
        let expired = Refusal::OfferExpired;
        assert_eq!(entry.convert(DEADLINE), Err(expired.clone()), "{status:?}");
        let given_up = (entry.decline(DEADLINE), entry.withdraw(DEADLINE));
        assert_eq!(given_up, (Err(expired.clone()), Err(expired)), "{status:?}");
        assert_eq!((entry.is_overdue(JUST_IN_TIME), entry.is_overdue(DEADLINE)), (false, true), "{status:?}");
        assert_eq!(entry.deadline(), Some(DEADLINE), "{status:?}");
    }
}

#[test]
fn an_entry_that_holds_no_seats_has_neither_an_offer_nor_a_deadline() {
    for status in Status::ALL.into_iter().filter(|status| !HOLDING.contains(status)) {
        let entry = once_offered(status);
        let refusal = match status {
            Status::Expired => Refusal::OfferExpired,
            _ => Refusal::NoOffer { status: status.as_str() },
        };
        assert_eq!(entry.claim(JUST_IN_TIME), Err(refusal.clone()));
        assert_eq!(entry.decline(JUST_IN_TIME), Err(refusal.clone()));
        assert_eq!(entry.withdraw(JUST_IN_TIME), Err(refusal.clone()));
        let converted = if status == Status::Converted { Ok(Conversion::AlreadyConverted) } else { Err(refusal) };
        assert_eq!(entry.convert(JUST_IN_TIME), converted);
        assert_eq!((entry.deadline(), entry.is_overdue(DEADLINE)), (None, false), "{status:?}");
    }
}

#[test]
fn a_claim_buys_at_once_or_gives_the_time_to_pay_by_the_rules_of_the_offer() {
    let hour = Window::parse("1 hour").expect("valid");
    let to_pay = Offer { purchase_window: Some(hour.clone()), ..offer() };
    let to_pay = Entry { offer: Some(to_pay), ..once_offered(Status::Offered) };
    assert_eq!(to_pay.claim(JUST_IN_TIME), Ok(Claim::Purchase { expires_at: hour.after(JUST_IN_TIME) }));
    assert_eq!(once_offered(Status::Offered).claim(JUST_IN_TIME), Ok(Claim::Convert));
    assert_eq!(to_pay.claim(DEADLINE), Err(Refusal::OfferExpired));
    let again = once_offered(Status::Claimed).claim(JUST_IN_TIME);
    assert_eq!(again, Err(Refusal::NoOffer { status: "claimed" }));
}

#[test]
fn only_an_entry_that_waits_or_holds_seats_leaves_or_is_removed() {
    for (statuses, departure) in [
        (&[Status::Waiting][..], Departure::FromTheLine),
        (&HOLDING, Departure::WithOffer),
        (&Status::MAY_REJOIN, Departure::AlreadyEnded),
        (&[Status::Converted], Departure::AlreadyEnded),
    ] {
        for &status in statuses {
            let entry = once_offered(status);
            let ended = Err(Refusal::EntryEnded { status: status.as_str() });
            let removed = if departure == Departure::AlreadyEnded { ended } else { Ok(departure) };
            assert_eq!((entry.leave(), entry.remove()), (departure, removed), "{status:?}");
        }
    }
}

#[test]
fn only_an_entry_that_ended_without_a_sale_is_reinstated() {
    for status in Status::ALL {
        let may_rejoin = Status::MAY_REJOIN.contains(&status);
        assert_eq!(status.may_rejoin(), may_rejoin, "{status:?}");
        let refusal = Err(Refusal::StillWaiting { status: status.as_str() });
        assert_eq!(once_offered(status).reinstate(), if may_rejoin { Ok(()) } else { refusal });
    }
}

#[test]
fn the_organiser_moves_only_a_confirmed_entry_that_waits() {
    assert_eq!((entry().check_waits(), unconfirmed().check_waits()), (Ok(()), Err(Refusal::NotConfirmed)));
    for status in Status::ALL.into_iter().filter(|status| *status != Status::Waiting) {
        let refusal = Err(Refusal::NotWaiting { status: status.as_str() });
        assert_eq!(once_offered(status).check_waits(), refusal);
    }
}

#[test]
fn there_is_something_to_confirm_while_an_unconfirmed_entry_waits() {
    assert_eq!((unconfirmed().is_confirmed(), unconfirmed().confirm()), (false, Ok(true)));
    assert_eq!((entry().is_confirmed(), entry().confirm()), (true, Ok(false)));
    for status in [Status::Offered, Status::Claimed, Status::Converted] {
        assert_eq!(once_offered(status).confirm(), Ok(false), "{status:?}");
    }
    for status in Status::MAY_REJOIN {
        let ended = Entry { status, ..unconfirmed() };
        assert_eq!(ended.confirm(), Err(Refusal::EntryEnded { status: status.as_str() }));
    }
}

#[test]
fn an_entry_is_left_unconfirmed_if_it_still_waits_at_the_end_of_its_time() {
    let unconfirmed = unconfirmed();
    assert!(!unconfirmed.is_left_unconfirmed(JUST_IN_TIME) && unconfirmed.is_left_unconfirmed(DEADLINE));
    assert!(!entry().is_left_unconfirmed(DEADLINE), "it is confirmed");
    assert!(!Entry { status: Status::Left, ..unconfirmed }.is_left_unconfirmed(DEADLINE), "it has ended");
}

#[test]
fn the_reminder_to_confirm_comes_once_and_halfway() {
    let unconfirmed = unconfirmed();
    let half = JOINED_AT.milliseconds_until(DEADLINE) / 2;
    assert_eq!(unconfirmed.confirmation_reminder_due_at(), Some(JOINED_AT.plus_milliseconds(half)));
    for other in [
        entry(),
        Entry { confirmation_reminded_at: Some(OFFERED_AT), ..unconfirmed.clone() },
        Entry { status: Status::Left, ..unconfirmed },
    ] {
        assert_eq!(other.confirmation_reminder_due_at(), None, "{other:?}");
    }
}

#[test]
fn an_offer_is_reminded_of_once_between_its_reminders_time_and_its_deadline() {
    let remind_at = OFFERED_AT.plus_milliseconds(1_000);
    let reminded = |status, reminded_at| {
        let offer = Offer { remind_at: Some(remind_at), reminded_at, ..offer() };
        Entry { offer: Some(offer), ..once_offered(status) }
    };
    let offered = reminded(Status::Offered, None);
    assert_eq!(offered.reminder_due_at(), Some(remind_at));
    for (now, is_due) in
        [(remind_at.plus_milliseconds(-1), false), (remind_at, true), (JUST_IN_TIME, true), (DEADLINE, false)]
    {
        assert_eq!(offered.is_to_be_reminded(now), is_due, "{now:?}");
    }
    for other in [reminded(Status::Claimed, None), reminded(Status::Offered, Some(remind_at)), entry()] {
        assert_eq!((other.reminder_due_at(), other.is_to_be_reminded(remind_at)), (None, false), "{other:?}");
    }
}
