//! What messages say of the event, and for whom the seats are.

use waitlist_domain::entry::Entry;
use waitlist_domain::event::Event;
use waitlist_domain::messages::message::NotificationKind::{self, Joined, Offered};
use waitlist_domain::values::identifier::{AttendeeId, PlaceId};
use waitlist_language::Locale;
use waitlist_notify::Rendered;

use super::{camp, entry, every_message, moment_of, say, say_in, told_of};

/// An entry for an attendee with this id.
fn for_attendee(id: &str, entry: Entry) -> Entry {
    let attendee_id = Some(AttendeeId::parse(id).expect("valid"));
    Entry { place: PlaceId { attendee_id, ..entry.place }, ..entry }
}

fn say_for_mia(locale: Locale, kind: NotificationKind) -> Rendered {
    say_in(locale, kind, &for_attendee("Mia", told_of(kind, 2)), &camp(), moment_of(kind))
}

/// The rows of a mail's table, each with its label and value in one text.
fn rows(html: &str) -> Vec<String> {
    let rows = html.split("<tr>").skip(1).filter_map(|rest| rest.split("</tr>").next());
    rows.map(|row| row.replace("</td><td", " <td")).map(|row| without_tags(&row)).collect()
}

/// A text of HTML without its elements.
pub(super) fn without_tags(html: &str) -> String {
    let texts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    texts.collect::<String>().replace("&nbsp;", " ").replace("&#x27;", "'").replace("&amp;", "&")
}

#[test]
fn every_mail_says_when_the_event_starts_by_the_clocks_of_its_zone() {
    let event = Event { time_zone: "Europe/Berlin".to_owned(), ..camp() };
    for (locale, kind) in every_message() {
        let mail = say_in(locale, kind, &told_of(kind, 2), &event, moment_of(kind));
        let row = match locale {
            Locale::English => "When: Monday 2 August 2027 at 15:00 (Europe/Berlin, UTC+02:00)",
            Locale::German => "Wann: Montag, 2. August 2027, 15:00 Uhr (Europe/Berlin, UTC+02:00)",
            Locale::French => "Quand : lundi 2 août 2027 à 15:00 (Europe/Berlin, UTC+02:00)",
            Locale::Spanish => "Cuándo: lunes, 2 de agosto de 2027, 15:00 (Europe/Berlin, UTC+02:00)",
        };
        assert!(mail.text.lines().any(|line| line == row), "{}", mail.text);
        let in_html = row.replacen(" : ", " ", 1).replacen(": ", " ", 1);
        assert_eq!(rows(&mail.html)[0], in_html);
    }
}

#[test]
fn a_mail_says_for_whom_the_seats_are() {
    for (locale, kind) in every_message().filter(|(_, kind)| !kind.proves_the_address()) {
        let mail = say_for_mia(locale, kind);
        let row = match locale {
            Locale::English => "For: Mia",
            Locale::German => "Für: Mia",
            Locale::French => "Pour : Mia",
            Locale::Spanish => "Para: Mia",
        };
        assert!(mail.text.lines().any(|line| line == row), "{}", mail.text);
        assert_eq!(rows(&mail.html)[1], row.replacen(" : ", " ", 1).replacen(": ", " ", 1));
        let without = say_in(locale, kind, &told_of(kind, 2), &camp(), moment_of(kind));
        assert_eq!(rows(&without.html).len() + 1, rows(&mail.html).len(), "{}", without.html);
    }
}

/// Anybody may join with anybody's address, and their words must not reach its owner.
#[test]
fn a_mail_that_proves_the_address_repeats_no_word_of_the_joiner() {
    for (locale, kind) in every_message().filter(|(_, kind)| kind.proves_the_address()) {
        let Rendered { subject, text, html, sms } = say_for_mia(locale, kind);
        for part in [subject, text, html, sms] {
            assert!(!["Ada", "Lovelace", "Mia"].iter().any(|word| part.contains(word)), "{part}");
        }
    }
}

#[test]
fn an_attendee_that_would_be_shown_as_a_link_is_left_out() {
    for id in ["www.example.com", "ada@example.org", "evil.example.com:80"] {
        let mail = say(Offered, &for_attendee(id, told_of(Offered, 1)), &camp());
        assert!(!mail.text.contains("For: ") && !mail.html.contains("example.com"), "{}", mail.text);
    }
    assert!(say(Joined, &for_attendee("child-1", entry(1)), &camp()).text.contains("\nFor: child-1\n"));
}
