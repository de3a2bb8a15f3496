//! How a customer confirms their phone number: by a code of six digits, sent to it.
//!
//! Anybody may join with anybody's number. So no message goes to a number that only a public join
//! named, but for a few codes that its holder can enter.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Refusal;
use crate::entry::Entry;
use crate::values::channels::Channel;
use crate::values::contact::PhoneNumber;
use crate::values::sms_countries::SmsCountries;
use crate::values::time::Timestamp;

/// How long a code can be entered (milliseconds): ten minutes.
pub const CODE_LASTS: i64 = 10 * 60 * 1000;

/// How often a code may be tried.
pub const MOST_TRIES: u64 = 5;

/// Most codes that are sent to a phone number within a day, over all events and customers.
pub const MOST_CODES_A_DAY: usize = 3;

/// Most phone numbers that a mailbox may have codes sent to within a day, over all events.
pub const MOST_NUMBERS_A_DAY: usize = 3;

/// For how long a confirmed number needs no other code from the same customer (milliseconds): 180
/// days.
pub const CONFIRMATION_LASTS: i64 = 180 * DAY;

/// The time in which codes are counted (milliseconds).
pub const DAY: i64 = 24 * 60 * 60 * 1000;

impl Entry {
    /// The phone number that its customer may have a code sent to. Nothing if messages may go there
    /// already.
    pub fn phone_to_confirm(&self, countries: &SmsCountries) -> Result<Option<&PhoneNumber>, Refusal> {
        let phone = self.unproven_phone()?;
        if self.status.may_rejoin() {
            return Err(Refusal::EntryEnded { status: self.status.as_str() });
        }
        match phone {
            Some(phone) if !countries.have(phone) => Err(Refusal::CountryNotServed),
            phone => Ok(phone),
        }
    }

    /// The phone number to which text messages will go once its holder has entered a code. Nothing if
    /// none will, because the customer chose mail alone.
    pub fn phone_awaiting_code(&self, countries: &SmsCountries) -> Option<&PhoneNumber> {
        let chosen = self.applicant.chosen_channels.as_ref();
        let wants_texts = chosen.is_none_or(|chosen| chosen.has(Channel::Sms));
        self.phone_to_confirm(countries).ok().flatten().filter(|_| wants_texts)
    }

    /// The phone number that a code may confirm. Nothing if it needs no code.
    pub fn unproven_phone(&self) -> Result<Option<&PhoneNumber>, Refusal> {
        let phone = self.applicant.phone.as_ref().ok_or(Refusal::NoPhone)?;
        Ok(Some(phone).filter(|_| self.applicant.is_phone_unproven))
    }
}

/// The times of the codes that were sent to a phone number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodesToNumber(Vec<Timestamp>);

impl CodesToNumber {
    /// These and one more, unless the number has had [`MOST_CODES_A_DAY`] within a day.
    pub fn with(&self, now: Timestamp) -> Result<Self, Refusal> {
        let mut counted: Vec<Timestamp> = self.0.iter().copied().filter(|at| counts(*at, now)).collect();
        if counted.len() >= MOST_CODES_A_DAY {
            return Err(too_many("this number has had as many codes as it may within a day", counted, now));
        }
        counted.push(now);
        Ok(Self(counted))
    }
}

/// The phone numbers that a mailbox has had codes sent to, by their hashes, with the last time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NumbersOfMailbox(BTreeMap<String, Timestamp>);

impl NumbersOfMailbox {
    /// These and one more, unless there have been codes to [`MOST_NUMBERS_A_DAY`] others within a
    /// day.
    pub fn with(&self, number: &str, now: Timestamp) -> Result<Self, Refusal> {
        let others = self.0.iter().filter(|(other, at)| *other != number && counts(**at, now));
        let mut counted: BTreeMap<String, Timestamp> = others.map(|(other, at)| (other.clone(), *at)).collect();
        if counted.len() >= MOST_NUMBERS_A_DAY {
            let why = "codes went to as many numbers as one customer may have within a day";
            return Err(too_many(why, counted.into_values(), now));
        }
        counted.insert(number.to_owned(), now);
        Ok(Self(counted))
    }
}

fn counts(at: Timestamp, now: Timestamp) -> bool {
    at.milliseconds_until(now) < DAY
}

/// The refusal until the first of these times is a day ago.
fn too_many(why: &'static str, counted: impl IntoIterator<Item = Timestamp>, now: Timestamp) -> Refusal {
    let free_at = counted.into_iter().min().map_or(now, |first| first.plus_milliseconds(DAY));
    let seconds = u64::try_from(now.milliseconds_until(free_at)).unwrap_or(0).div_ceil(1000).max(1);
    Refusal::TooManyPhoneCodes { why, seconds }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entry::Status;
    use crate::entry::example::{entry, once_offered, with_phone};
    use crate::values::channels::Channels;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_milliseconds(milliseconds)
    }

    #[test]
    fn a_code_is_sent_only_to_an_unproven_number_that_is_texted_and_only_for_an_entry_that_goes_on() {
        let [here, elsewhere] = ["+1415", "+43"].map(|text| SmsCountries::parse(text).expect("valid"));
        let (unproven, proven) = (with_phone(entry(), true), with_phone(entry(), false));
        let phone = unproven.applicant.phone.as_ref();
        assert_eq!(unproven.phone_to_confirm(&here), Ok(phone));
        assert_eq!(unproven.phone_to_confirm(&elsewhere), Err(Refusal::CountryNotServed));
        assert_eq!(proven.phone_to_confirm(&elsewhere), Ok(None), "it needs no code");
        assert_eq!((unproven.unproven_phone(), proven.unproven_phone()), (Ok(phone), Ok(None)));
        assert_eq!(entry().phone_to_confirm(&here), Err(Refusal::NoPhone));
        for status in Status::ALL {
            let ended = Err(Refusal::EntryEnded { status: status.as_str() });
            let expected = if Status::MAY_REJOIN.contains(&status) { ended } else { Ok(phone) };
            assert_eq!(with_phone(once_offered(status), true).phone_to_confirm(&here), expected);
        }
    }

    #[test]
    fn a_number_awaits_its_code_only_if_text_messages_follow() {
        let [here, elsewhere] = ["+1415", "+43"].map(|text| SmsCountries::parse(text).expect("valid"));
        let choosing = |channels: &[Channel]| {
            let mut entry = with_phone(entry(), true);
            entry.applicant.chosen_channels = Channels::new(channels.iter().copied()).ok();
            entry
        };
        for (channels, awaits) in [
            (&[][..], true),
            (&[Channel::Sms], true),
            (&[Channel::Email, Channel::Sms], true),
            (&[Channel::Email], false),
        ] {
            let entry = choosing(channels);
            let phone = entry.applicant.phone.as_ref().filter(|_| awaits);
            assert_eq!(entry.phone_awaiting_code(&here), phone, "{channels:?}");
            assert_eq!(entry.phone_awaiting_code(&elsewhere), None);
        }
        assert_eq!(with_phone(entry(), false).phone_awaiting_code(&here), None, "it is proven");
        assert_eq!(entry().phone_awaiting_code(&here), None);
        assert_eq!(with_phone(once_offered(Status::Expired), true).phone_awaiting_code(&here), None);
        let phone = PhoneNumber::parse("+43 664 1234567").expect("valid");
        assert_eq!(phone.ending(), "67");
    }

    #[test]
    fn a_code_lasts_ten_minutes_and_a_confirmation_180_days() {
        assert_eq!((CODE_LASTS, CONFIRMATION_LASTS), (600_000, 180 * 24 * 3_600_000));
    }

    #[test]
    fn a_number_gets_three_codes_within_a_day() {
        let sent = (0..3).try_fold(CodesToNumber::default(), |sent, hour| sent.with(at(hour * 3_600_000)));
        let sent = sent.expect("three");
        let wait = |now: i64| match sent.with(at(now)) {
            Err(Refusal::TooManyPhoneCodes { seconds, .. }) => seconds,
            other => panic!("{other:?}"),
        };
        assert_eq!(wait(2 * 3_600_000), 22 * 3_600);
        assert_eq!(wait(DAY - 1), 1);
        assert_eq!(wait(DAY - 1_001), 2, "a part of a second counts as a whole one");
        assert!(sent.with(at(DAY)).is_ok(), "the first was a day ago");
    }

    #[test]
    fn a_mailbox_has_codes_sent_to_three_numbers_within_a_day() {
        let mut numbers = NumbersOfMailbox::default();
        for number in ["a", "b", "a", "c", "b"] {
            numbers = numbers.with(number, at(5)).expect("not too many");
        }
        assert!(matches!(numbers.with("d", at(6)), Err(Refusal::TooManyPhoneCodes { .. })));
        assert!(numbers.with("c", at(6)).is_ok(), "it is one of them");
        assert!(numbers.with("d", at(5 + DAY)).is_ok(), "all were a day ago");
    }

    proptest! {
        #[test]
        fn on_no_day_are_there_more_codes_than_a_number_gets(gaps in proptest::collection::vec(0..DAY, 1..40)) {
            let (mut codes, mut now, mut sent) = (CodesToNumber::default(), 0, Vec::new());
            for gap in gaps {
                now += gap;
                match codes.with(at(now)) {
                    Ok(more) => {
                        codes = more;
                        sent.push(now);
                    }
                    Err(Refusal::TooManyPhoneCodes { seconds, .. }) => {
                        let then = now + i64::try_from(seconds).expect("a day") * 1000;
                        prop_assert!(codes.with(at(then)).is_ok());
                    }
                    Err(other) => prop_assert!(false, "{other:?}"),
                }
                prop_assert!(sent.iter().filter(|&&sent_at| now - sent_at < DAY).count() <= MOST_CODES_A_DAY);
            }
        }

        #[test]
        fn on_no_day_are_there_more_numbers_than_a_mailbox_may_have(
            requests in proptest::collection::vec((0_u8..6, 0..DAY / 2), 1..40),
        ) {
            let (mut numbers, mut now, mut sent) = (NumbersOfMailbox::default(), 0, Vec::new());
            for (number, gap) in requests {
                now += gap;
                if let Ok(more) = numbers.with(&number.to_string(), at(now)) {
                    numbers = more;
                    sent.push((number, now));
                }
                let today = sent.iter().filter(|(_, sent_at)| now - sent_at < DAY).map(|(number, _)| *number);
                prop_assert!(today.collect::<std::collections::BTreeSet<u8>>().len() <= MOST_NUMBERS_A_DAY);
            }
        }
    }
}
