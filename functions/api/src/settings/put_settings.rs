//! `PUT /api/settings`: an organiser replaces the settings of the stack.

use waitlist_domain::Error;
use waitlist_domain::settings::StackSettings;
use waitlist_domain::values::accent_color::AccentColor;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::country::Country;
use waitlist_domain::values::label::Label;
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::web_address::WebAddress;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;
use waitlist_store::commands::settings::SettingsChanges;

use crate::settings::check_scope;
use crate::views::settings::SettingsView;

pub(crate) fn read(input: &mut Input) -> Option<StackSettings> {
    let body = &mut input.body;
    let organiser_name = body.optional_text("organiserName", Label::parse);
    let contact = body.optional_text("contact", EmailAddress::parse);
    let reply_to = body.optional_text("replyTo", EmailAddress::parse);
    let website = body.optional_text("website", WebAddress::parse);
    let privacy_url = body.optional_text("privacyUrl", WebAddress::parse);
    let imprint_url = body.optional_text("imprintUrl", WebAddress::parse);
    let logo_url = body.optional_text("logoUrl", WebAddress::parse_image);
    let accent_color = body.optional_text("accentColor", AccentColor::parse);
    let default_locale = body.optional_text("defaultLocale", LanguageTag::parse);
    let country = body.optional_text("country", Country::parse);
    Some(StackSettings {
        organiser_name: organiser_name?,
        contact: contact?,
        reply_to: reply_to?,
        website: website?,
        privacy_url: privacy_url?,
        imprint_url: imprint_url?,
        logo_url: logo_url?,
        accent_color: accent_color?,
        default_locale: default_locale?,
        country: country?,
    })
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    check_scope(&call.caller)?;
    let wanted = call.input.read(read)?;
    SettingsChanges::new(table).put(&wanted).await?;
    Reply::ok(&SettingsView::new(&wanted))
}
