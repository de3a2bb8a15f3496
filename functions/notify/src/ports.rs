//! What the function may touch.

use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_notify::{ApiUrl, Mailer, Templates, Texter};
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::commands::putting_off::PutOffMessages;
use waitlist_store::commands::send_slots::SendSlots;
use waitlist_store::commands::unsubscribing::Unsubscribing;
use waitlist_store::queries::mailbox_places::MailboxPlaces;
use waitlist_store::queries::settings::Settings;

/// What the function may touch.
#[derive(Debug, Clone)]
pub struct Ports {
    /// Entries, events and the markers of sent messages.
    pub notifying: Notifying,
    /// Finds the places of those who lost their links.
    pub mailbox_places: MailboxPlaces,
    /// Books the time at which each message may be sent.
    pub slots: SendSlots,
    /// Stores the links by which customers turn news off.
    pub unsubscribing: Unsubscribing,
    /// The organiser's name, language and address for replies.
    pub settings: Settings,
    /// The API, which those links lead to.
    pub api_url: ApiUrl,
    /// Writes the messages.
    pub templates: Templates,
    /// Sends e-mail.
    pub mailer: Mailer,
    /// Sends text messages.
    pub texter: Texter,
    /// The countries that text messages go to.
    pub countries: SmsCountries,
    /// Keeps messages that must not be lost until their address may have another.
    pub put_off_messages: PutOffMessages,
}
