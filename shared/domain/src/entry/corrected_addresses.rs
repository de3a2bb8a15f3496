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
            PhoneChange::To(phone) => changed.applicant.phone = Some(phone.clone()),
        }
        if change.phone != PhoneChange::Keep {
            // Only an API key corrects a contact, and the number that it names is taken as it is.
            changed.applicant.is_phone_unproven = false;
        }
        if changed.applicant.email != self.applicant.email {
            changed.unreachable_by_mail = None;
        }
        if !self.status.may_rejoin() {
            let version = |channel| {
                let address = changed.is_told_at(channel);
                let is_new = address.is_some() && address != self.is_told_at(channel);
                self.address_versions.of(channel).saturating_add(u32::from(is_new))
            };
            changed.address_versions = AddressVersions { email: version(Channel::Email), sms: version(Channel::Sms) };
        }
        changed
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
