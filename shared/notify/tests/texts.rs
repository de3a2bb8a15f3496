//! Every word that customers read, compared with the files in `expected/`.
//!
//! After a change of a template: `UPDATE_EXPECTED=1 cargo test -p waitlist-notify`, then read the difference.

use std::path::PathBuf;

use waitlist_domain::contact::{EmailAddress, PersonName, PhoneNumber};
use waitlist_domain::credential::Token;
use waitlist_domain::entry::{Entry, Offer, Status};
use waitlist_domain::event::{Event, JoinAccess, Label, TicketType, WaitlistRules};
use waitlist_domain::fit::Fit;
use waitlist_domain::identifier::{CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId};
use waitlist_domain::message::NotificationKind::{self, Joined, Offered, PurchaseEnded};
use waitlist_domain::quantity::Quantity;
use waitlist_domain::time::{Timestamp, Window};
use waitlist_notify::{Locale, Message, PublicUrl, Rendered, Templates};

/// Two concatenated segments of GSM characters: what a text message with a whole link takes.
const TWO_SEGMENTS: usize = 2 * 153;

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("valid")
}

fn window(text: &str) -> Window {
    Window::parse(text).expect("valid")
}

fn camp() -> Event {
    Event {
        id: EventId::parse("camp-week-1").expect("valid"),
        version: 1,
        name: Label::parse("Summer Camp, Week 1").expect("valid"),
        starts_at: time("2027-08-02T09:00:00-04:00"),
        time_zone: "America/New_York".to_owned(),
        ticket_types: vec![TicketType {
            id: TicketTypeId::parse("camper").expect("valid"),
            name: Label::parse("Camper").expect("valid"),
        }],
        rules: WaitlistRules {
            order: waitlist_domain::order::Order::Fifo,
            join_access: JoinAccess::Public,
            max_size: 10_000,
            max_quantity: Quantity::parse(4).expect("valid"),
            notification_window: window("24 hours"),
            purchase_window: Some(window("PT2H")),
            fit: Fit::Strict,
            pace: None,
        },
    }
}

fn entry(quantity: i64) -> Entry {
    let email = EmailAddress::parse("ada@example.org").expect("valid");
    Entry {
        lane: waitlist_domain::lane::Lane::Common,
        tier: None,
        id: EntryId::from_bits([0xe1; 16]),
        place: PlaceId {
            customer_id: email.customer_id(),
            line: LineId {
                event_id: EventId::parse("camp-week-1").expect("valid"),
                ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
            },
            attendee_id: None,
        },
        number: 7,
        quantity: Quantity::parse(quantity).expect("valid"),
        minimum: None,
        status: Status::Waiting,
        joined_at: time("2027-06-01T12:00:00Z"),
        numbered_at: time("2027-06-01T12:00:00Z"),
        name: PersonName::parse("Ada Lovelace").expect("valid"),
        email,
        phone: Some(PhoneNumber::parse("+14155550123").expect("valid")),
        token_hash: Token::from_bits([1; 32]).hash(),
        offer: None,
        registration_id: None,
    }
}

/// Seats held until Monday 5 July 2027, 09:00 in New York.
fn offered(quantity: i64) -> Entry {
    let offer = Offer {
        offered_at: time("2027-07-04T13:00:00Z"),
        expires_at: time("2027-07-05T13:00:00Z"),
        quantity: Quantity::parse(quantity).expect("valid"),
        purchase_window: Some(window("PT2H")),
    };
    Entry { status: Status::Offered, offer: Some(offer), ..entry(quantity) }
}

/// What a message says two seconds after the offer was made.
fn say(kind: NotificationKind, entry: &Entry, event: &Event) -> Rendered {
    say_at(kind, entry, event, time("2027-07-04T13:00:02Z"))
}

fn say_at(kind: NotificationKind, entry: &Entry, event: &Event, now: Timestamp) -> Rendered {
    let public_url = PublicUrl::parse("https://tickets.example.org/").expect("valid");
    let templates = Templates::new(public_url).expect("the embedded templates are well formed");
    let message = Message { kind, locale: Locale::English, entry, event, token: &Token::from_bits([0xab; 32]), now };
    templates.render(&message).expect("the templates name only what there is")
}

fn check(name: &str, message: &Rendered) {
    let parts = [
        ("subject.txt", &message.subject),
        ("body.txt", &message.text),
        ("body.html", &message.html),
        ("sms.txt", &message.sms),
    ];
    for (part, text) in parts {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/expected").join(name).join(part);
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::create_dir_all(file.parent().expect("it has one")).expect("the folder can be made");
            std::fs::write(&file, format!("{text}\n")).expect("the file can be written");
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(format!("{text}\n"), expected, "{}", file.display());
    }
}

#[test]
fn a_joined_message_reads_as_expected() {
    check("joined", &say(Joined, &entry(2), &camp()));
    check("joined-one-seat", &say(Joined, &entry(1), &camp()));
}

#[test]
fn an_offered_message_reads_as_expected() {
    check("offered", &say(Offered, &offered(2), &camp()));
}

#[test]
fn an_offer_of_one_seat_with_nothing_to_pay_reads_as_expected() {
    let mut entry = offered(1);
    if let Some(offer) = &mut entry.offer {
        offer.purchase_window = None;
    }
    check("offered-one-seat", &say(Offered, &entry, &camp()));
}

#[test]
fn a_purchase_ended_message_reads_as_expected() {
    let ended = |quantity| Entry { status: Status::Expired, ..offered(quantity) };
    let now = time("2027-07-05T13:00:01Z");
    check("purchase-ended", &say_at(PurchaseEnded, &ended(2), &camp(), now));
    check("purchase-ended-one-seat", &say_at(PurchaseEnded, &ended(1), &camp(), now));
}

#[test]
fn a_hostile_name_is_only_text() {
    let mut entry = offered(2);
    entry.name = PersonName::parse(r#"<script>alert("1")</script> & 'Co'"#).expect("valid");
    let mut event = camp();
    event.name = Label::parse(r#"</title><img src=x onerror=alert(1)> {{ link }} {% raw %}"#).expect("valid");
    let message = say(Offered, &entry, &event);
    assert!(!message.html.contains("<script") && !message.html.contains("<img"), "{}", message.html);
    let escaped = "Hello &lt;script&gt;alert(&quot;1&quot;)&lt;&#x2f;script&gt; &amp; &#x27;Co&#x27;,";
    assert!(message.html.contains(escaped), "{}", message.html);
    assert!(message.html.contains("&lt;img src=x onerror=alert(1)&gt; {{ link }} {% raw %}"), "{}", message.html);
    // In plain text nothing needs escaping, and nothing is.
    assert!(message.text.starts_with(r#"Hello <script>alert("1")</script> & 'Co',"#), "{}", message.text);
    assert!(message.subject.ends_with("{{ link }} {% raw %}"), "{}", message.subject);
}

#[test]
fn nobody_is_greeted_with_a_web_address() {
    let mut entry = entry(1);
    entry.name = PersonName::parse("You won! https://example.org").expect("valid");
    let message = say(Joined, &entry, &camp());
    assert!(message.text.starts_with("Hello,\n") && message.html.contains("Hello,<"), "{}", message.text);
}

#[test]
fn a_link_is_safe_whatever_the_identifiers() {
    let mut entry = offered(1);
    entry.place.customer_id = CustomerId::parse("a:b@c").expect("valid");
    let link = format!(
        "https://tickets.example.org/offer?customerId=a%3Ab%40c&entryId=ent_{}&token=wt_{}",
        "e1".repeat(16),
        "ab".repeat(32)
    );
    let message = say(Offered, &entry, &camp());
    assert!(message.text.lines().any(|line| line == link), "{}", message.text);
    assert!(message.sms.ends_with(&format!(" {link}")), "{}", message.sms);
    let escaped = link.replace('&', "&amp;").replace('/', "&#x2f;");
    assert!(message.html.contains(&format!(r#"<a href="{escaped}""#)), "{}", message.html);
}

#[test]
fn a_deadline_around_a_change_of_clocks_is_unmistakable() {
    let event = Event { time_zone: "Europe/Berlin".to_owned(), ..camp() };
    for (expires_at, at) in [
        ("2027-10-31T00:30:00Z", "Sunday 31 October 2027 at 02:30 (Europe/Berlin, UTC+02:00)"),
        ("2027-10-31T01:30:00Z", "Sunday 31 October 2027 at 02:30 (Europe/Berlin, UTC+01:00)"),
    ] {
        let mut entry = offered(1);
        entry.offer.as_mut().expect("it has one").expires_at = time(expires_at);
        let message = say_at(Offered, &entry, &event, time("2027-10-30T00:30:00Z"));
        assert!(message.text.contains(&format!("Held until: {at}\n")), "{}", message.text);
        assert!(message.html.contains(&at.replace('/', "&#x2f;")), "{}", message.html);
    }
}

#[test]
fn an_offer_that_ends_soon_names_the_second() {
    let mut entry = offered(1);
    entry.offer.as_mut().expect("it has one").expires_at = time("2027-07-04T13:01:32Z");
    let message = say(Offered, &entry, &camp());
    assert!(message.text.contains("Sunday 4 July 2027 at 09:01:32 (America/New_York, UTC-04:00)"), "{}", message.text);
    assert!(message.text.contains("That is in 1 minute 30 seconds."), "{}", message.text);
    assert!(message.sms.contains("until 4 Jul 2027 09:01:32 UTC-04:00. "), "{}", message.sms);
}

#[test]
fn a_text_message_is_short() {
    let mut event = camp();
    event.name = Label::parse(&"Summer Camp of the Long Names ".repeat(6)).expect("valid");
    let [joined, offer] = [entry(4), offered(4)];
    let ended = Entry { status: Status::Expired, ..offered(4) };
    for (kind, entry) in [(Joined, &joined), (Offered, &offer), (PurchaseEnded, &ended)] {
        let sms = say(kind, entry, &event).sms;
        assert!(sms.is_ascii() && sms.len() <= TWO_SEGMENTS, "{} characters: {sms}", sms.len());
        let words = sms.split("https://").next().unwrap_or_default();
        assert!(words.len() <= 160, "{} characters: {words}", words.len());
        // Characters of the basic table, each of which counts once.
        assert!(!sms.contains(['[', ']', '{', '}', '\\', '^', '~', '|', '`']), "{sms}");
    }
}

#[test]
fn a_template_that_lacks_a_value_fails() {
    let public_url = PublicUrl::parse("https://tickets.example.org").expect("valid");
    let templates = Templates::new(public_url).expect("the embedded templates are well formed");
    let message = Message {
        kind: Offered,
        locale: Locale::English,
        entry: &entry(1),
        event: &camp(),
        token: &Token::from_bits([0; 32]),
        now: time("2027-07-04T13:00:00Z"),
    };
    let error = templates.render(&message).expect_err("an entry without an offer has no deadline");
    assert_eq!(error.to_string(), "the template en/offered/body.txt can't be rendered");
}

#[test]
fn a_ticket_type_that_was_dropped_is_called_by_its_id() {
    let event = Event { ticket_types: Vec::new(), ..camp() };
    assert!(
        say(PurchaseEnded, &Entry { status: Status::Expired, ..offered(1) }, &event).text.contains("Ticket: camper\n")
    );
}

#[test]
fn a_message_does_not_show_in_debug() {
    assert_eq!(format!("{:?}", say(Joined, &entry(1), &camp())), "Rendered(private)");
}
