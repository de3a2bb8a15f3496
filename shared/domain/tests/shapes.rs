//! The shape that a type tells of its values is the one that its `parse` holds them to.

use proptest::prelude::*;
use proptest::string::string_regex;
use regex_lite::Regex;
use waitlist_domain::entry::Status;
use waitlist_domain::entry::checkout::CheckoutReference;
use waitlist_domain::entry::destination::{MoveTo, ReinstateAt, WithdrawTo};
use waitlist_domain::entry::listing::{Direction, PageSize, SearchText, Statuses};
use waitlist_domain::event::access_code::{AccessCode, GrantStatus, MaxUses};
use waitlist_domain::event::checkout_address::CheckoutAddress;
use waitlist_domain::event::details::Description;
use waitlist_domain::event::reminder::ReminderAt;
use waitlist_domain::event::{JoinAccess, MaxOffers, MaxPlaces, MaxSize};
use waitlist_domain::form::answer_columns::AnswerColumns;
use waitlist_domain::form::question::{Help, QuestionType};
use waitlist_domain::line::draw::ListPart;
use waitlist_domain::line::fit::{FitKind, MaxPasses};
use waitlist_domain::line::moved_up::{MovedUpAt, Threshold};
use waitlist_domain::line::order::OrderKind;
use waitlist_domain::line::release::ReleaseStatus;
use waitlist_domain::line::seats::Capacity;
use waitlist_domain::line::steering::{Joining, Offering};
use waitlist_domain::line::turns::Weight;
use waitlist_domain::values::accent_color::AccentColor;
use waitlist_domain::values::attendee::AttendeeName;
use waitlist_domain::values::channels::{Channel, Channels};
use waitlist_domain::values::contact::{EmailAddress, PersonName, PhoneNumber};
use waitlist_domain::values::credential::{ApiKey, Token, UnsubscribeToken};
use waitlist_domain::values::date::Date;
use waitlist_domain::values::identifier::{
    AttendeeId, CodeId, CustomerId, EntryId, EventId, KeyId, QuestionId, RegistrationId, ReleaseId, TicketTypeId,
    TierId,
};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::phone_code::PhoneCode;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::scope::EventPattern;
use waitlist_domain::values::shape::{Described, Shape};
use waitlist_domain::values::time::{Timestamp, Window};
use waitlist_domain::values::time_zone::ZoneName;
use waitlist_domain::values::web_address::WebAddress;

/// Reads a text: what is kept of it, or why it was refused.
type ParseText = fn(&str) -> Result<String, String>;

/// Types by name, each with its shape and its `parse`.
macro_rules! read_by_parse {
    ($($name:ident,)+) => {
        [$((stringify!($name), $name::SHAPE, |text| Ok($name::parse(text)?.as_str().to_owned()))),+]
    };
}

/// Texts with a least and a greatest length.
const TEXTS: &[(&str, Shape, ParseText)] = &read_by_parse![
    EventId,
    TicketTypeId,
    CustomerId,
    AttendeeId,
    AttendeeName,
    EntryId,
    RegistrationId,
    ReleaseId,
    CodeId,
    KeyId,
    TierId,
    QuestionId,
    EventPattern,
    Label,
    PersonName,
    SearchText,
    Help,
    EmailAddress,
    PhoneNumber,
    PhoneCode,
    LanguageTag,
    AccessCode,
    ApiKey,
    Token,
    UnsubscribeToken,
    Description,
    WebAddress,
    CheckoutAddress,
    AccentColor,
    CheckoutReference,
];

/// Reads a whole number: what is kept of it, or why it was refused.
type ParseWhole = fn(i64) -> Result<i64, String>;

const WHOLES: &[(&str, Shape, ParseWhole)] = &[
    ("Quantity", Quantity::SHAPE, |number| Ok(Quantity::parse(number)?.get().into())),
    ("MaxUses", MaxUses::SHAPE, |number| Ok(MaxUses::parse(number)?.get().into())),
    ("ReminderAt", ReminderAt::SHAPE, |number| Ok(ReminderAt::parse(number)?.get().into())),
    ("Weight", Weight::SHAPE, |number| Ok(Weight::parse(number)?.get().into())),
    ("MaxOffers", MaxOffers::SHAPE, |number| Ok(signed(MaxOffers::parse(number)?.get()))),
    ("MaxPlaces", MaxPlaces::SHAPE, |number| Ok(signed(MaxPlaces::parse(number)?.get()))),
    ("MaxPasses", MaxPasses::SHAPE, |number| Ok(MaxPasses::parse(number)?.get().into())),
    ("Capacity", Capacity::SHAPE, |number| Ok(signed(Capacity::parse(number)?.get()))),
    ("MaxSize", MaxSize::SHAPE, |number| Ok(signed(MaxSize::parse(number)?.get()))),
    ("Threshold", Threshold::SHAPE, |number| Ok(signed(Threshold::parse(number)?.get()))),
    ("PageSize", PageSize::SHAPE, |number| Ok(signed(PageSize::parse_text(&number.to_string())?.get() as u64))),
];

const WORDS: &[(&str, Shape, ParseText)] = &read_by_parse![
    Status,
    Channel,
    JoinAccess,
    OrderKind,
    FitKind,
    Joining,
    Offering,
    MoveTo,
    ReinstateAt,
    WithdrawTo,
    Direction,
    QuestionType,
    ReleaseStatus,
    GrantStatus,
];

fn signed(number: u64) -> i64 {
    i64::try_from(number).expect("small")
}

/// The limits and the pattern of a text.
fn text(shape: Shape) -> (usize, usize, Option<&'static str>) {
    match shape {
        Shape::Text { min, max: Some(max), pattern, .. } => (min, max, pattern),
        other => panic!("{other:?} is no text with limits"),
    }
}

/// Texts that a pattern admits, of any length. The generator always makes whole texts, so it knows no anchors.
fn admitted(pattern: &'static str) -> BoxedStrategy<String> {
    let inner = pattern.strip_prefix('^').and_then(|pattern| pattern.strip_suffix('$')).expect("it has both ends");
    // Of a star there are as many as the longest text has characters.
    string_regex(&inner.replace("]*", "]{0,140}")).expect("a pattern").boxed()
}

/// The text, and what it becomes if one character is taken away or comes in addition at this place.
fn and_nearly_the_same(text: &str, at: usize, other: char) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let without = characters.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, character)| character);
    let with = |other: char| [&characters[..at], &[other], &characters[at..]].concat().into_iter().collect();
    let every_ascii = (0..=127_u8).map(char::from).chain([other]).map(with);
    [text.to_owned(), without.collect()].into_iter().chain(every_ascii).collect()
}

/// Those that have a pattern; of those that share one, the first.
fn any_pattern() -> impl Strategy<Value = (&'static str, Shape, ParseText)> {
    let is_first = |at: usize| TEXTS[..at].iter().all(|(_, shape, _)| *shape != TEXTS[at].1);
    let with_pattern = (0..TEXTS.len()).filter(|at| text(TEXTS[*at].1).2.is_some() && is_first(*at));
    prop::sample::select(with_pattern.map(|at| TEXTS[at]).collect::<Vec<_>>())
}

proptest! {
    // Each case reads a hundred texts and more.
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_text_that_is_accepted_is_one_that_the_pattern_admits(
        ((name, shape, parse), given) in any_pattern().prop_flat_map(|(name, shape, parse)| {
            let pattern = text(shape).2.expect("those with one");
            (Just((name, shape, parse)), admitted(pattern))
        }),
        at: prop::sample::Index,
        other: char,
    ) {
        let (min, max, pattern) = text(shape);
        let pattern = Regex::new(pattern.expect("those with one")).expect("a pattern");
        let has_shape = |text: &str| pattern.is_match(text) && (min..=max).contains(&text.chars().count());
        for given in and_nearly_the_same(&given, at.index(given.chars().count() + 1), other) {
            match parse(&given) {
                Ok(kept) => prop_assert!(has_shape(&kept), "{name}: {given:?} is kept as {kept:?}"),
                Err(_) => prop_assert!(!has_shape(&given), "{name}: {given:?} is refused"),
            }
        }
    }
}

proptest! {
    #[test]
    fn a_text_that_the_pattern_admits_is_accepted_within_the_limits_and_refused_beyond(
        ((name, shape, parse), given) in any_pattern().prop_flat_map(|(name, shape, parse)| {
            let pattern = text(shape).2.expect("those with one");
            (Just((name, shape, parse)), admitted(pattern))
        })
    ) {
        let (min, max, _) = text(shape);
        prop_assert_eq!(parse(&given).is_ok(), (min..=max).contains(&given.chars().count()), "{} {:?}", name, given);
    }

    #[test]
    fn a_language_tag_is_accepted_if_the_pattern_admits_it(
        tag in concat!(
            "[a-zA-Z]{1,4}(-[a-z]{3}){0,4}(-[A-Za-z]{4})?(-([A-Z]{2}|[0-9]{3}))?(-[a-z0-9]{4,6}){0,2}",
            "(-[a-z0-9](-[a-z0-9]{1,3}){0,2}){0,2}(-x(-[a-z0-9]{1,3}){0,2})?",
        )
    ) {
        let (_, max, pattern) = text(LanguageTag::SHAPE);
        let pattern = Regex::new(pattern.expect("it has one")).expect("a pattern");
        prop_assert_eq!(LanguageTag::parse(&tag).is_ok(), pattern.is_match(&tag) && tag.len() <= max, "{}", tag);
    }

    #[test]
    fn a_text_of_letters_is_accepted_within_the_limits_and_refused_beyond(
        (name, shape, parse) in prop::sample::select(TEXTS.to_vec()),
        letter in prop::sample::select(vec!['a', 'é', '\u{1f680}']),
    ) {
        let (min, max, pattern) = text(shape);
        let of_length = |length: usize| letter.to_string().repeat(length);
        prop_assert!(parse(&of_length(max + 1)).is_err() && parse(&of_length(min - 1)).is_err(), "{}", name);
        if pattern.is_none() && !matches!(shape, Shape::Text { format: Some(_), .. }) {
            prop_assert!(parse(&of_length(max)).is_ok() && parse(&of_length(min)).is_ok(), "{}", name);
        }
    }

    #[test]
    fn an_address_of_the_usual_form_is_accepted(text in "[a-z0-9.+_-]{1,20}@([a-z0-9]{1,20}\\.){1,3}[a-z]{2,8}") {
        let has_dots_at_odd_places = text.starts_with('.') || text.contains("..") || text.contains(".@");
        prop_assert_eq!(EmailAddress::parse(&text).is_ok(), !has_dots_at_odd_places, "{}", text);
    }

    #[test]
    fn a_whole_number_is_accepted_within_the_limits_and_refused_beyond(
        (name, shape, parse) in prop::sample::select(WHOLES.to_vec()),
        number: i64,
        beyond in 1..1_000_i64,
    ) {
        let Shape::Whole { min, max } = shape else { panic!("{name} is no whole number") };
        for right in [min, max, min + number.rem_euclid(max - min + 1)] {
            prop_assert_eq!(parse(right), Ok(right), "{}", name);
        }
        for wrong in [min - beyond, max + beyond] {
            let refusal = parse(wrong).expect_err(name);
            prop_assert!(refusal.contains(&format!("from {min} to {max}")), "{}: {}", name, refusal);
        }
    }

    #[test]
    fn a_word_is_accepted_if_it_is_named(
        (name, shape, parse) in prop::sample::select(WORDS.to_vec()),
        other in "[a-zA-Z -]{0,12}",
    ) {
        let Shape::OneOf(words) = shape else { panic!("{name} has no words") };
        for word in words {
            prop_assert_eq!(parse(word), Ok((*word).to_owned()), "{}", name);
            prop_assert!(parse(&word.to_uppercase()).is_err() && parse(&format!("{word} ")).is_err(), "{}", name);
        }
        prop_assert_eq!(parse(&other).is_ok(), words.contains(&other.as_str()), "{} {}", name, other);
    }

    #[test]
    fn a_duration_is_accepted_within_the_limits_and_refused_beyond(beyond in 1_i64..1_000_000, part in 0_i64..1_000_000) {
        let Shape::Duration { shortest, longest, max } = Window::SHAPE else { panic!("a window lasts") };
        let parse = |milliseconds: i64| Window::parse(&format!("{milliseconds} ms")).map(|window| window.milliseconds());
        for right in [shortest, longest, shortest + (longest - shortest) / 1_000_000 * part] {
            prop_assert_eq!(parse(right), Ok(right));
        }
        prop_assert!(parse(shortest - beyond).is_err() && parse(longest + beyond).is_err());
        let padded = |length: usize| format!("{}2h", " ".repeat(length - 2));
        prop_assert!(Window::parse(&padded(max)).is_ok() && Window::parse(&padded(max + 1)).is_err());
    }

    #[test]
    fn an_instant_and_a_day_are_accepted_in_their_formats(seconds in 0_i64..250_000_000_000, offset in "[+-](0[0-9]|1[0-4]):[0-5][0-9]|Z") {
        let instant = Timestamp::from_milliseconds(seconds * 1000).to_rfc3339();
        let (Shape::Text { min, format, .. }, Shape::Text { min: day_min, .. }) = (Timestamp::SHAPE, Date::SHAPE) else {
            panic!("both are texts")
        };
        prop_assert_eq!((instant.len(), format), (min, Some("date-time")));
        prop_assert!(Timestamp::parse(&instant.replace('Z', &offset)).is_ok());
        prop_assert!(Date::parse(&instant[..day_min]).is_ok());
    }

    #[test]
    fn lists_have_as_many_elements_as_they_may(count in 0_usize..40) {
        let Shape::Joined { max: Some(columns), .. } = AnswerColumns::SHAPE else { panic!("there is a most") };
        let ids: Vec<String> = (0..count).map(|index| format!("question-{index}")).collect();
        prop_assert_eq!(AnswerColumns::parse(&ids.join(",")).is_ok(), count <= columns);
        let Shape::List { max: Some(thresholds), .. } = MovedUpAt::SHAPE else { panic!("there is a most") };
        prop_assert_eq!(MovedUpAt::new(1..=count as u64).is_ok(), count <= thresholds);
    }
}

#[test]
fn the_refusal_of_a_text_that_is_too_long_names_the_limit() {
    let names_none =
        ["EmailAddress", "PhoneNumber", "ApiKey", "Token", "UnsubscribeToken", "AccentColor", "CheckoutReference"];
    for (name, shape, parse) in TEXTS.iter().copied().filter(|(name, ..)| !names_none.contains(name)) {
        let (_, max, _) = text(shape);
        let refusal = parse(&"a".repeat(max + 1)).expect_err(name);
        assert!(refusal.contains(&max.to_string()), "{name}: {refusal}");
    }
}

#[test]
fn a_list_that_needs_an_element_is_not_empty() {
    assert!(matches!(Channels::SHAPE, Shape::List { min: 1, .. }) && Channels::new([]).is_err());
    assert!(matches!(Statuses::SHAPE, Shape::Joined { min: 1, .. }) && Statuses::parse("").is_err());
}

#[test]
fn a_part_of_a_draw_is_accepted_up_to_the_last() {
    let Shape::Whole { min, max } = ListPart::SHAPE else { panic!("a part has a number") };
    for (text, is_part) in [(min, true), (max, true), (min - 1, false), (max + 1, false)] {
        assert_eq!(ListPart::parse(&text.to_string()).is_ok(), is_part, "{text}");
    }
}

#[test]
fn a_zone_has_a_name() {
    assert!(ZoneName::parse("Europe/Berlin").is_ok() && ZoneName::parse("").is_err());
    assert!(matches!(ZoneName::SHAPE, Shape::Text { min: 1, .. }));
}
