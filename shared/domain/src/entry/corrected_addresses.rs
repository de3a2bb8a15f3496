//! Corrected addresses: an organiser corrects a customer's contact, and the customer is told again
//! at the new address.

use crate::entry::{AddressVersions, Entry};
use crate::values::channels::Channel;
use crate::values::contact::{ContactChange, PhoneChange, PhoneNumber};

impl Entry {
    /// The entry with the corrected contact.
    ///
    /// An entry that waits, holds seats or was converted is told about again at each new address.
    /// An entry that ended without a sale has nothing more to tell.
    pub fn with_contact(&self, change: &ContactChange) -> Self {
        let mut changed = self.clone();
        changed.applicant.name = change.name.clone().unwrap_or(changed.applicant.name);
        changed.applicant.email = change.email.clone().unwrap_or(changed.applicant.email);
        match &change.phone {
            PhoneChange::Keep => {}
            PhoneChange::Remove => changed.applicant.phone = None,
            PhoneChange::To(phone) | PhoneChange::ToUnproven(phone) => changed.applicant.phone = Some(phone.clone()),
        }
        changed.applicant.is_phone_unproven = match &change.phone {
            PhoneChange::Keep => self.applicant.is_phone_unproven,
            // A number that an API key names is taken as it is.
            PhoneChange::Remove | PhoneChange::To(_) => false,
            PhoneChange::ToUnproven(phone) if self.applicant.phone.as_ref() == Some(phone) => {
                self.applicant.is_phone_unproven
            }
            PhoneChange::ToUnproven(_) => true,
        };
        if changed.applicant.email != self.applicant.email {
            changed.unreachable_by_mail = None;
        }
        if !self.status.may_rejoin() {
            let version = |channel| {
                let address = changed.is_told_at(channel);
                let is_new = address.is_some() && address != self.is_told_at(channel);
                let is_new = is_new || (channel == Channel::Sms && self.is_another_unproven_number(&change.phone));
                self.address_versions.of(channel).saturating_add(u32::from(is_new))
            };
            changed.address_versions = AddressVersions { email: version(Channel::Email), sms: version(Channel::Sms) };
        }
        changed
    }

    /// Whether the customer names another number. Nothing is told there before it is confirmed. What
    /// was meant for the number before is never sent there.
    fn is_another_unproven_number(&self, change: &PhoneChange) -> bool {
        matches!(change, PhoneChange::ToUnproven(phone) if self.applicant.phone.as_ref() != Some(phone))
    }

    /// The address of a channel, if there is one.
    pub fn address(&self, channel: Channel) -> Option<&str> {
        match channel {
            Channel::Email => Some(self.applicant.email.as_str()).filter(|_| !self.applicant.is_removed()),
            Channel::Sms => self.applicant.phone.as_ref().map(PhoneNumber::as_str),
        }
    }

    /// The address of a channel, if the customer is told things by it.
    fn is_told_at(&self, channel: Channel) -> Option<&str> {
        let stands_in = channel == Channel::Sms && self.gets_offer_by_text_instead();
        self.address(channel).filter(|_| stands_in || self.applicant.channels().has(channel))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Status;
    use crate::entry::example::{JOINED_AT, OFFERED_AT, entry, once_offered, with_phone};
    use crate::values::channels::Channels;
    use crate::values::contact::EmailAddress;
    use crate::values::unreachable::{Cause, Unreachable};

    const SAME: ContactChange = ContactChange { name: None, email: None, phone: PhoneChange::Keep };

    fn to_mail(address: &str) -> ContactChange {
        ContactChange { email: Some(EmailAddress::parse(address).expect("valid")), ..SAME }
    }

    fn to_phone(number: &str) -> ContactChange {
        ContactChange { phone: PhoneChange::To(PhoneNumber::parse(number).expect("valid")), ..SAME }
    }

    fn bounced() -> Option<Unreachable> {
        Some(Unreachable { cause: Cause::Bounced, at: JOINED_AT })
    }

    /// The versions of both addresses after a change.
    fn versions(entry: &Entry, change: &ContactChange) -> (u32, u32) {
        let versions = entry.with_contact(change).address_versions;
        (versions.of(Channel::Email), versions.of(Channel::Sms))
    }

    #[test]
    fn a_customer_is_told_again_only_at_an_address_that_is_new() {
        let remove = ContactChange { phone: PhoneChange::Remove, ..SAME };
        let entry = with_phone(entry(), false);
        for (change, expected) in [
            (SAME, (0, 0)),
            (to_mail("ada@example.org"), (0, 0)),
            (to_mail("ada@example.com"), (1, 0)),
            (to_phone("+14155550123"), (0, 0)),
            (to_phone("+14155550124"), (0, 1)),
            (remove, (0, 0)),
        ] {
            assert_eq!(versions(&entry, &change), expected, "{change:?}");
        }
        let corrected = entry.with_contact(&to_mail("ada@example.com"));
        assert_eq!(versions(&corrected, &to_mail("ada@example.org")), (2, 0), "each correction counts");
    }

    #[test]
    fn an_entry_that_ended_without_a_sale_has_nothing_more_to_tell() {
        for status in Status::ALL {
            let is_told = u32::from(!Status::MAY_REJOIN.contains(&status));
            assert_eq!(versions(&once_offered(status), &to_mail("ada@example.com")), (is_told, 0), "{status:?}");
        }
    }

    #[test]
    fn a_number_counts_only_if_the_customer_is_told_things_by_text() {
        let by_mail = |unreachable_by_mail| {
            let mut entry = once_offered(Status::Offered);
            entry.applicant.chosen_channels = Some(Channels::usual(false));
            Entry { unreachable_by_mail, ..entry }
        };
        let change = to_phone("+14155550123");
        assert_eq!(versions(&by_mail(None), &change), (0, 0));
        assert_eq!(versions(&by_mail(bounced()), &change), (0, 1), "the offer goes by text instead");
    }

    #[test]
    fn a_number_that_an_organiser_names_is_taken_as_it_is() {
        let unproven = with_phone(entry(), true);
        assert!(unproven.with_contact(&SAME).applicant.is_phone_unproven);
        let named = unproven.with_contact(&to_phone("+14155550123"));
        assert!(!named.applicant.is_phone_unproven);
        assert_eq!(named.address_versions.sms, 1, "messages go there now");
    }

    #[test]
    fn another_number_that_the_customer_names_counts_before_anybody_confirms_it() {
        let to = |number| ContactChange {
            phone: PhoneChange::ToUnproven(PhoneNumber::parse(number).expect("valid")),
            ..SAME
        };
        for is_unproven in [false, true] {
            let entry = with_phone(entry(), is_unproven);
            assert_eq!(versions(&entry, &to("+14155550124")), (0, 1), "what is queued for the other is not sent");
            assert_eq!(versions(&entry, &to("+14155550123")), (0, 0));
        }
        assert_eq!(versions(&entry(), &to("+14155550123")), (0, 1));
    }

    #[test]
    fn a_report_ends_with_the_address_that_it_is_about() {
        let missed = Entry { unreachable_by_mail: bounced(), ..entry() };
        for (change, expected) in
            [(SAME, bounced()), (to_mail("ada@example.org"), bounced()), (to_mail("ada@example.com"), None)]
        {
            assert_eq!(missed.with_contact(&change).unreachable_by_mail, expected, "{change:?}");
        }
        assert_eq!(missed.unreachable_by(Channel::Email, OFFERED_AT), Some(Cause::Bounced));
        assert_eq!(missed.unreachable_by(Channel::Sms, OFFERED_AT), None, "nobody reports of texts");
    }

    #[test]
    fn a_removed_address_is_none() {
        let mut entry = with_phone(entry(), false);
        assert_eq!(entry.address(Channel::Email), Some("ada@example.org"));
        assert_eq!(entry.address(Channel::Sms), Some("+14155550123"));
        entry.applicant.email = EmailAddress::removed();
        assert_eq!((entry.applicant.is_removed(), entry.address(Channel::Email)), (true, None));
    }
}
