//! That all languages say the same, each in its own words.

use std::collections::BTreeSet;

use waitlist_domain::event::{Event, TicketType};
use waitlist_domain::messages::message::NotificationKind::MovedUp;
use waitlist_domain::values::label::Label;
use waitlist_language::Locale;
use waitlist_notify::Rendered;

use super::event::without_tags;
use super::{camp, entry, every_message, moment_of, say_before_the_draw, say_code, say_in, say_within, told_of};

/// A camp whose names are words of no language.
fn nameless_camp() -> Event {
    let label = |text: &str| Label::parse(text).expect("valid");
    let camp = camp();
    let ticket_types = camp.ticket_types.into_iter();
    let ticket_types = ticket_types.map(|ticket_type| TicketType { name: label("Qaz"), ..ticket_type }).collect();
    Event { name: label("Xyzzy"), time_zone: "UTC".to_owned(), ticket_types, ..camp }
}

/// Every message about so many seats in a language.
fn messages_about(quantity: i64, locale: Locale) -> Vec<Rendered> {
    let event = &nameless_camp();
    let kinds = every_message().filter(|(of, _)| *of == locale).map(|(_, kind)| kind);
    let mut messages: Vec<Rendered> =
        kinds.map(|kind| say_in(locale, kind, &told_of(kind, quantity), event, moment_of(kind))).collect();
    messages.push(say_within(1, locale, MovedUp, &entry(quantity), event, moment_of(MovedUp)));
    messages
}

/// Every message in a language.
fn messages(locale: Locale) -> Vec<Rendered> {
    let about_seats = [1, 2].into_iter().flat_map(|quantity| messages_about(quantity, locale));
    about_seats.chain([1, 2].map(|entrants| say_before_the_draw(locale, entrants, nameless_camp()))).collect()
}

/// What a customer reads of a message.
fn read(message: &Rendered) -> [String; 4] {
    let body = message.html.split("<body").nth(1).unwrap_or_default();
    [message.subject.clone(), message.text.clone(), without_tags(&format!("<body{body}")), message.sms.clone()]
}

fn words(text: &str) -> BTreeSet<String> {
    let addressed = text.split_whitespace().filter(|word| !word.starts_with("https://"));
    let parts = addressed.flat_map(|word| word.split(|letter: char| !letter.is_alphanumeric()));
    parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
}

/// Words that one language uses often, and no other has at all.
fn own_words(locale: Locale) -> BTreeSet<&'static str> {
    let words = match locale {
        Locale::English => {
            "the you your seat seats waitlist until hold held please it of with is are for and when where monday july \
             reminder hello here say yes"
        }
        Locale::German => {
            "sie ihr ihre ihren platz plätze warteliste bis bitte und der für wann uhr montag juli guten reihe ist \
             sind zum"
        }
        Locale::French => "vous votre vos nous liste pour merci avez quand lundi juillet dans bonjour sont est",
        Locale::Spanish => {
            "usted su sus fila plaza plazas puesto hasta lista para cuándo lunes julio hola dentro guardamos"
        }
    };
    words.split(' ').collect()
}

#[test]
fn no_message_has_a_word_of_another_language() {
    for locale in Locale::ALL {
        let others: BTreeSet<&str> =
            Locale::ALL.into_iter().filter(|other| *other != locale).flat_map(own_words).collect();
        let code = say_code(locale, &nameless_camp(), "https://tickets.example.org");
        for text in messages(locale).iter().flat_map(read).chain([code]) {
            let foreign: Vec<String> = words(&text).into_iter().filter(|word| others.contains(word.as_str())).collect();
            assert!(foreign.is_empty(), "{foreign:?} in {text}");
        }
    }
}

#[test]
fn every_message_has_words_of_its_language() {
    for locale in Locale::ALL {
        let own = own_words(locale);
        for text in messages(locale).iter().flat_map(read) {
            assert!(words(&text).iter().any(|word| own.contains(word.as_str())), "{locale:?}: {text}");
        }
    }
}

/// The letters and digits of a text, in order.
fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).collect()
}

/// The line that leads to the link is on the button in HTML, and so it is not compared.
#[test]
fn a_mail_says_the_same_as_plain_text_and_as_html() {
    for message in Locale::ALL.into_iter().flat_map(messages) {
        let html = letters(&read(&message)[2]);
        let lines: Vec<&str> = message.text.lines().collect();
        let link = lines.iter().position(|line| line.starts_with("https://")).expect("it has one");
        for (_, line) in lines.iter().enumerate().filter(|(at, _)| *at != link && at + 1 != link) {
            assert!(html.contains(&letters(line)), "{line:?} is not in {}", message.html);
        }
    }
}

#[test]
fn one_seat_and_several_are_told_apart() {
    for locale in Locale::ALL {
        let (one, several) = match locale {
            Locale::English => ("a seat", "2 seats"),
            Locale::German => ("einen platz", "2 plätze"),
            Locale::French => ("une place", "2 places"),
            Locale::Spanish => ("una plaza", "2 plazas"),
        };
        for (of_one, of_two) in messages_about(1, locale).iter().zip(&messages_about(2, locale)) {
            let [of_one, of_two] = [of_one, of_two].map(|message| read(message).join("\n").to_lowercase());
            assert!(!of_one.contains(several), "{of_one}");
            // Mails that prove an address say nothing of seats, and tell of a place in line.
            assert!(of_one == of_two || !of_two.contains(one), "{of_two}");
        }
    }
}

#[test]
fn the_entrants_of_a_draw_are_grouped_as_each_language_does() {
    for (locale, people) in [
        (Locale::English, "12,345 people"),
        (Locale::German, "12.345 Personen"),
        (Locale::French, "12\u{a0}345 personnes"),
        (Locale::Spanish, "12.345 personas"),
    ] {
        let message = say_before_the_draw(locale, 12_345, camp());
        assert!(message.text.contains(people) && message.html.contains(people), "{}", message.text);
        assert!(message.sms.contains("12345 "), "{}", message.sms);
    }
}

#[test]
fn a_single_entrant_is_no_crowd() {
    for locale in Locale::ALL {
        let text = read(&say_before_the_draw(locale, 1, camp())).join("\n");
        assert!(!["people", "Personen", "personnes", "personas"].iter().any(|word| text.contains(word)), "{text}");
    }
}
