//! Every word that customers read, compared with the files in `expected/`.
//!
//! After a change of a template: `UPDATE_EXPECTED=1 cargo test --locked -p waitlist-tests texts::`, then
//! read the difference.

mod event;
mod languages;
mod organiser;

use std::path::PathBuf;

use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::{AddressVersions, Entry, Offer, Status};
use waitlist_domain::event::details::Details;
use waitlist_domain::event::retention::Retention;
use waitlist_domain::event::{Event, JoinAccess, TicketType, WaitlistRules};
use waitlist_domain::form::Form;
use waitlist_domain::line::fit::Fit;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::moved_up::MovedUpAt;
use waitlist_domain::line::order::Order;
use waitlist_domain::messages::message::NotificationKind::{
    self, Claimed, Confirm, ConfirmReminder, Converted, Declined, Expired, Joined, JoinedAgain, MovedUp, Offered,
    PhoneCode, PurchaseEnded, Reminder,
};
use waitlist_domain::settings::StackSettings;
use waitlist_domain::values::contact::{EmailAddress, PersonName, PhoneNumber};
use waitlist_domain::values::credential::Token;
use waitlist_domain::values::identifier::{
    CustomerId, EntryId, EventId, LineId, PlaceId, PlaceTag, RegistrationId, TicketTypeId,
};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::{Timestamp, Window};
use waitlist_language::Locale;
use waitlist_notify::{ApiUrl, Links, Message, PhoneCodeMessage, PublicUrl, Rendered, Templates};

/// Two concatenated segments of GSM characters, which hold a text message with its link.
const TWO_SEGMENTS: usize = 2 * 153;

/// The letters of GSM's basic table that ASCII does not have.
const BEYOND_ASCII: &str = "ÄÖÜäöüßàèéùìòñÑÉÇ¿¡";

fn tag() -> PlaceTag {
    PlaceTag::parse("0123456789abcdef").expect("valid")
}

/// Whether a character is in GSM's basic table and counts once.
///
/// Any other character makes each character of the message count more than twice.
fn is_of_the_basic_table(character: char) -> bool {
    BEYOND_ASCII.contains(character) || (character.is_ascii() && !"[]{}\\^~|`".contains(character))
}

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
        locale: None,
        details: Details::default(),
        ticket_types: vec![TicketType {
            id: TicketTypeId::parse("camper").expect("valid"),
            name: Label::parse("Camper").expect("valid"),
        }],
        rules: WaitlistRules {
            order: Order::Fifo,
            join_access: JoinAccess::Public,
            max_size: 10_000,
            max_quantity: Quantity::parse(4).expect("valid"),
            max_offers: WaitlistRules::usual().max_offers,
            proof: WaitlistRules::usual().proof,
            confirm_within: WaitlistRules::usual().confirm_within,
            max_places: WaitlistRules::usual().max_places,
            one_place_per_mailbox: false,
            join_challenge: None,
            notification_window: window("24 hours"),
            purchase_window: Some(window("PT2H")),
            reminder_at: None,
            moved_up_at: MovedUpAt::default(),
            fit: Fit::Strict,
            pace: None,
            form: Form::default(),
            retention: Retention::usual(),
        },
    }
}

fn entry(quantity: i64) -> Entry {
    let email = EmailAddress::parse("ada@example.org").expect("valid");
    Entry {
        lane: Lane::Common,
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
        applicant: Applicant {
            phone: Some(PhoneNumber::parse("+14155550123").expect("valid")),
            ..Applicant::new(
                PersonName::parse("Ada Lovelace").expect("valid"),
                email,
                Quantity::parse(quantity).expect("valid"),
            )
        },
        status: Status::Waiting,
        joined_at: time("2027-06-01T12:00:00Z"),
        numbered_at: time("2027-06-01T12:00:00Z"),
        confirm_by: None,
        confirmation_reminded_at: None,
        token_hash: Token::from_bits(&tag(), [1; 32]).hash(),
        token_only_looks: false,
        address_versions: AddressVersions::default(),
        unreachable_by_mail: None,
        is_unsubscribed: false,
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
        remind_at: None,
        reminded_at: None,
    };
    Entry { status: Status::Offered, offer: Some(offer), ..entry(quantity) }
}

/// The entry that a kind of message is about.
fn told_of(kind: NotificationKind, quantity: i64) -> Entry {
    let offered = offered(quantity);
    match kind {
        Joined | JoinedAgain | MovedUp => entry(quantity),
        Confirm | ConfirmReminder => {
            Entry { confirm_by: Some(time("2027-07-05T13:00:00Z")), token_only_looks: true, ..entry(quantity) }
        }
        Offered | Reminder => offered,
        Claimed => Entry { status: Status::Claimed, ..offered },
        Converted => {
            let registration_id = Some(RegistrationId::from_bits([0x07; 16]));
            Entry { status: Status::Converted, registration_id, ..offered }
        }
        Expired | PurchaseEnded => Entry { status: Status::Expired, ..offered },
        Declined => Entry { status: Status::Declined, ..offered },
        PhoneCode => unreachable!("its message is not made from an entry"),
    }
}

/// The time at which a kind of message is written. An end is told once it has come.
fn moment_of(kind: NotificationKind) -> Timestamp {
    match kind {
        Expired | PurchaseEnded => time("2027-07-05T13:00:01Z"),
        Reminder => time("2027-07-05T07:00:01Z"),
        _ => time("2027-07-04T13:00:02Z"),
    }
}

/// A message, two seconds after the offer was made.
fn say(kind: NotificationKind, entry: &Entry, event: &Event) -> Rendered {
    say_at(kind, entry, event, time("2027-07-04T13:00:02Z"))
}

fn say_at(kind: NotificationKind, entry: &Entry, event: &Event, now: Timestamp) -> Rendered {
    say_in(Locale::English, kind, entry, event, now)
}

fn say_in(locale: Locale, kind: NotificationKind, entry: &Entry, event: &Event, now: Timestamp) -> Rendered {
    say_within(10, locale, kind, entry, event, now)
}

fn say_within(
    threshold: u64,
    locale: Locale,
    kind: NotificationKind,
    entry: &Entry,
    event: &Event,
    now: Timestamp,
) -> Rendered {
    let threshold = (kind == MovedUp).then_some(threshold);
    render(&Message {
        kind,
        locale,
        threshold,
        entrants: None,
        entry,
        event,
        settings: &StackSettings::default(),
        token: &Token::from_bits(&tag(), [0xab; 32]),
        now,
    })
}

#[test]
fn a_message_leads_to_the_stack_s_own_page_of_the_place_unless_the_operator_has_pages() {
    let links = Links::Own(ApiUrl::parse("https://a1.execute-api.eu-west-1.amazonaws.com/").expect("valid"));
    let templates = Templates::new(links).expect("the embedded templates are well formed");
    let (event, entry, token) = (&camp(), &entry(1), &Token::from_bits(&tag(), [0xab; 32]));
    let customer_id = entry.place.customer_id.as_str().replace(':', "%3A").replace('@', "%40");
    let link = format!("https://a1.execute-api.eu-west-1.amazonaws.com/p/{customer_id}~{}", token.as_str());
    let (kind, locale, now) = (Joined, Locale::English, moment_of(Joined));
    let message = Message {
        kind,
        locale,
        threshold: None,
        entrants: None,
        entry,
        event,
        settings: &StackSettings::default(),
        token,
        now,
    };
    let text = templates.render(&message).expect("the templates name only what there is").text;
    assert!(text.contains(&link), "{text}");
}

fn render(message: &Message<'_>) -> Rendered {
    let public_url = PublicUrl::parse("https://tickets.example.org/").expect("valid");
    let templates = Templates::new(public_url).expect("the embedded templates are well formed");
    templates.render(message).expect("the templates name only what there is")
}

/// The message to one of so many people in a draw.
fn say_before_the_draw(locale: Locale, entrants: u64, event: Event) -> Rendered {
    let order = Order::Lottery { tiers: Vec::new(), draw_at: time("2027-07-05T16:00:00Z") };
    let event = &Event { rules: WaitlistRules { order, ..event.rules }, ..event };
    let entry = &Entry { lane: Lane::Pool, ..entry(2) };
    let (kind, token, now) = (Joined, &Token::from_bits(&tag(), [0xab; 32]), moment_of(Joined));
    render(&Message {
        kind,
        locale,
        threshold: None,
        entrants: Some(entrants),
        entry,
        event,
        settings: &StackSettings::default(),
        token,
        now,
    })
}

fn check(locale: Locale, name: &str, message: &Rendered) {
    let parts = [
        ("subject.txt", &message.subject),
        ("body.txt", &message.text),
        ("body.html", &message.html),
        ("sms.txt", &message.sms),
    ];
    for (part, text) in parts {
        check_part(locale, name, part, text);
    }
}

fn check_part(locale: Locale, name: &str, part: &str, text: &str) {
    let file =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/expected").join(locale.as_str()).join(name).join(part);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::create_dir_all(file.parent().expect("it has one")).expect("the folder can be made");
        std::fs::write(&file, format!("{text}\n")).expect("the file can be written");
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(format!("{text}\n"), expected, "{}", file.display());
}

/// Every kind of message about an entry, in every language.
fn every_message() -> impl Iterator<Item = (Locale, NotificationKind)> {
    let kinds = || NotificationKind::ALL.into_iter().filter(|kind| *kind != PhoneCode);
    Locale::ALL.into_iter().flat_map(move |locale| kinds().map(move |kind| (locale, kind)))
}

fn say_code(locale: Locale, event: &Event, public_url: &str) -> String {
    let code = &waitlist_domain::values::phone_code::PhoneCode::parse("012345").expect("valid");
    let templates = Templates::new(PublicUrl::parse(public_url).expect("valid")).expect("they are well formed");
    templates.render_code(&PhoneCodeMessage { locale, event, code }).expect("the template names only what there is")
}

#[test]
fn a_code_reads_as_expected() {
    for locale in Locale::ALL {
        let text = say_code(locale, &camp(), "https://tickets.example.org/waitlist");
        check_part(locale, "phone-code", "sms.txt", &text);
    }
}

/// Browsers read the last line, and fill the code in on pages of that host alone (WebOTP).
#[test]
fn a_code_ends_with_the_host_that_it_is_for() {
    for locale in Locale::ALL {
        let text = say_code(locale, &camp(), "https://tickets.example.org:8443/waitlist");
        assert_eq!(text.lines().last(), Some("@tickets.example.org #012345"), "{text}");
        assert!(text.starts_with("012345 "), "the notification on a locked screen shows it: {text}");
    }
}

#[test]
fn a_code_is_one_text_message_whatever_the_name_of_the_event() {
    let name = Label::parse(&"Summer Camp of the Long Names ".repeat(6)).expect("valid");
    let event = Event { name, ..camp() };
    for locale in Locale::ALL {
        let text = say_code(locale, &event, "https://tickets.example.org");
        let is_plain = |character| character == '\n' || is_of_the_basic_table(character);
        assert!(text.chars().all(is_plain) && text.chars().count() <= 160, "{text}");
    }
}

#[test]
fn every_message_reads_as_expected() {
    for (locale, kind) in every_message() {
        let say = |quantity| say_in(locale, kind, &told_of(kind, quantity), &camp(), moment_of(kind));
        check(locale, kind.as_str(), &say(2));
        check(locale, &format!("{}-one-seat", kind.as_str()), &say(1));
    }
}

#[test]
fn an_offer_of_one_seat_with_nothing_to_pay_reads_as_expected() {
    let mut entry = offered(1);
    if let Some(offer) = &mut entry.offer {
        offer.purchase_window = None;
    }
    for locale in Locale::ALL {
        let message = say_in(locale, Offered, &entry, &camp(), moment_of(Offered));
        check(locale, "offered-nothing-to-pay", &message);
    }
}

#[test]
fn the_head_of_the_line_is_told_so_in_words() {
    for locale in Locale::ALL {
        let message = say_within(1, locale, MovedUp, &entry(2), &camp(), moment_of(MovedUp));
        check(locale, "moved-up-to-the-head", &message);
    }
}

#[test]
fn a_position_in_a_draw_tells_its_size_and_time() {
    for locale in Locale::ALL {
        check(locale, "joined-a-draw", &say_before_the_draw(locale, 1_234, camp()));
        check(locale, "joined-a-draw-first", &say_before_the_draw(locale, 1, camp()));
        are_balanced(&say_before_the_draw(locale, 2, camp()).html);
    }
}

/// On a telephone the mail is one column, as wide as the screen, with a button large enough for a
/// thumb.
#[test]
fn every_mail_is_a_whole_page_made_for_a_telephone_and_asks_for_nothing_from_elsewhere() {
    for (locale, kind) in every_message() {
        let html = say_in(locale, kind, &told_of(kind, 2), &camp(), moment_of(kind)).html;
        let beginning = format!("<!doctype html>\n<html lang=\"{}\">", locale.as_str());
        assert!(html.starts_with(&beginning) && html.ends_with("</html>"), "{html}");
        assert!(html.contains(r#"<meta name="viewport" content="width=device-width, initial-scale=1">"#), "{html}");
        assert_eq!(html.matches("<a href=").count(), 1, "{html}");
        assert!(html.contains("display:block;padding:16px 24px"), "{html}");
        for element in ["<link", "@import", "<script", "<img", "<form", " src=", "url("] {
            assert!(!html.contains(element), "{element} in {html}");
        }
        are_balanced(&html);
    }
}

/// Checks that every element is closed in order.
fn are_balanced(html: &str) {
    let mut open = Vec::new();
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split(['>', ' ']).next()) {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{html}"),
            None if matches!(tag, "!doctype" | "meta" | "br") => {}
            None => open.push(tag),
        }
    }
    assert!(open.is_empty(), "{open:?} in {html}");
}

#[test]
fn a_hostile_name_is_only_text() {
    let mut entry = offered(2);
    entry.applicant.name = PersonName::parse(r#"<script>alert("1")</script> & 'Co'"#).expect("valid");
    let mut event = camp();
    event.name = Label::parse(r#"</title><img src=x onerror=alert(1)> {{ link }} {% raw %}"#).expect("valid");
    let message = say(Offered, &entry, &event);
    assert!(!message.html.contains("<script") && !message.html.contains("<img"), "{}", message.html);
    let escaped = "Hello &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#x27;Co&#x27;,";
    assert!(message.html.contains(escaped), "{}", message.html);
    assert!(message.html.contains("&lt;img src=x onerror=alert(1)&gt; {{ link }} {% raw %}"), "{}", message.html);
    // Plain text is not escaped.
    assert!(message.text.starts_with(r#"Hello <script>alert("1")</script> & 'Co',"#), "{}", message.text);
    assert!(message.subject.ends_with("{{ link }} {% raw %}"), "{}", message.subject);
}

#[test]
fn everybody_is_greeted_by_name() {
    for name in ["K.Ramesh", "Dr.Anna Müller", "St.John", "Łukasz", "山田太郎", "Jean d'Arc Jr.", "علی\u{200c}رضا"]
    {
        let mut entry = entry(1);
        entry.applicant.name = PersonName::parse(name).expect("valid");
        let message = say(Joined, &entry, &camp());
        assert!(message.text.starts_with(&format!("Hello {name},\n")), "{}", message.text);
        let escaped = name.replace('\'', "&#x27;");
        assert!(message.html.contains(&format!("Hello {escaped},<")), "{}", message.html);
    }
}

#[test]
fn a_link_is_safe_whatever_the_identifiers() {
    let mut entry = offered(1);
    entry.place.customer_id = CustomerId::parse("a:b@c").expect("valid");
    let link = format!(
        "https://tickets.example.org/offer?customerId=a%3Ab%40c&entryId=ent_{}&token={}",
        "e1".repeat(16),
        Token::from_bits(&tag(), [0xab; 32]).as_str()
    );
    let message = say(Offered, &entry, &camp());
    assert!(message.text.lines().any(|line| line == link), "{}", message.text);
    assert!(message.sms.ends_with(&format!(" {link}")), "{}", message.sms);
    let escaped = link.replace('&', "&amp;");
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
        assert!(message.html.contains(at), "{}", message.html);
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
    let of_each_kind =
        every_message().map(|(locale, kind)| say_in(locale, kind, &told_of(kind, 4), &event, moment_of(kind)));
    let of_draws = Locale::ALL.map(|locale| say_before_the_draw(locale, 99_999, event.clone()));
    for message in of_each_kind.chain(of_draws) {
        let sms = message.sms;
        let length = sms.chars().count();
        assert!(sms.chars().all(is_of_the_basic_table) && length <= TWO_SEGMENTS, "{length} characters: {sms}");
        let words = sms.split("https://").next().unwrap_or_default().chars().count();
        assert!(words <= 160, "{words} characters: {sms}");
    }
}

#[test]
fn a_template_that_lacks_a_value_fails() {
    let public_url = PublicUrl::parse("https://tickets.example.org").expect("valid");
    let templates = Templates::new(public_url).expect("the embedded templates are well formed");
    let message = Message {
        kind: Offered,
        locale: Locale::English,
        threshold: None,
        entrants: None,
        entry: &entry(1),
        event: &camp(),
        settings: &StackSettings::default(),
        token: &Token::from_bits(&tag(), [0; 32]),
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
