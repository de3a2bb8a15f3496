//! What mails show of the organiser.

use waitlist_domain::event::Event;
use waitlist_domain::event::details::Details;
use waitlist_domain::messages::message::NotificationKind::{Confirm, Offered};
use waitlist_domain::settings::StackSettings;
use waitlist_domain::values::accent_color::AccentColor;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::credential::Token;
use waitlist_domain::values::identifier::AttendeeId;
use waitlist_domain::values::label::Label;
use waitlist_domain::values::web_address::WebAddress;
use waitlist_language::Locale;
use waitlist_notify::{ApiUrl, Links, Message, Rendered, Templates};

use super::{camp, check, moment_of, say, tag, told_of};

fn settings() -> StackSettings {
    let page = |path: &str| WebAddress::parse(&format!("https://lakeside.example{path}")).ok();
    StackSettings {
        organiser_name: Label::parse("Lakeside Park & Recreation").ok(),
        contact: EmailAddress::parse("camp@lakeside.example").ok(),
        website: page("/"),
        imprint_url: page("/imprint"),
        logo_url: page("/logo.png"),
        accent_color: AccentColor::parse("#fde047").ok(),
        ..StackSettings::default()
    }
}

/// The offer of a seat to a child, by a stack that has its own pages.
fn say_of(locale: Locale, settings: &StackSettings) -> Rendered {
    let links = Links::Own(ApiUrl::parse("https://waitlist.lakeside.example").expect("valid"));
    let templates = Templates::new(links).expect("the embedded templates are well formed");
    let details = Details { venue: Label::parse("Maple Hall").ok(), ..Details::default() };
    let (event, mut entry, kind) = (&Event { details, ..camp() }, told_of(Offered, 1), Offered);
    entry.place.attendee_id = AttendeeId::parse("Mia").ok();
    let token = &Token::from_bits(&tag(), [0xab; 32]);
    let (entry, now) = (&entry, moment_of(Offered));
    let message = Message { kind, locale, threshold: None, entrants: None, entry, event, settings, token, now };
    templates.render(&message).expect("the templates name only what there is")
}

#[test]
fn a_mail_of_an_organiser_with_a_logo_and_a_colour_reads_as_expected() {
    for locale in Locale::ALL {
        check(locale, "offered-by-an-organiser", &say_of(locale, &settings()));
    }
}

#[test]
fn a_mail_leads_to_the_organiser_s_page_on_privacy_or_else_to_the_stack_s() {
    let own = "https://waitlist.lakeside.example/privacy?lang=en&event=camp-week-1";
    assert!(say_of(Locale::English, &StackSettings::default()).text.ends_with(&format!("\n\nPrivacy: {own}")));
    let settings = StackSettings { privacy_url: WebAddress::parse("https://lakeside.example/p").ok(), ..settings() };
    let mail = say_of(Locale::English, &settings);
    assert!(mail.text.ends_with("\nPrivacy: https://lakeside.example/p"), "{}", mail.text);
    assert!(mail.html.contains("href=\"https://lakeside.example/p\""), "{}", mail.html);
}

#[test]
fn whom_to_ask_about_an_event_goes_before_whom_to_ask_otherwise() {
    let details = Details { contact: EmailAddress::parse("week1@lakeside.example").ok(), ..Details::default() };
    let mail = say(Offered, &told_of(Offered, 1), &Event { details, ..camp() });
    assert!(mail.text.ends_with("\n\nContact: week1@lakeside.example"), "{}", mail.text);
    assert!(mail.html.contains("href=\"mailto:week1@lakeside.example\""), "{}", mail.html);
    let plain = say(Confirm, &told_of(Confirm, 1), &camp());
    assert!(!plain.html.contains("class=\"foot\"") && !plain.html.contains("<img"), "{}", plain.html);
}
