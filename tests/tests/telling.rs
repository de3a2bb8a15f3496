//! The messages to customers: the handler of `notify` on the in-process cloud's table, mail and
//! text messages.

mod codes;
mod limits;
mod reports;
mod settings;

use std::cell::RefCell;
use std::io;
use std::sync::{Arc, Once};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use lambda_runtime::tracing::subscriber::filter::{LevelFilter, Targets, dynamic_filter_fn};
use lambda_runtime::tracing::subscriber::fmt;
use lambda_runtime::tracing::subscriber::layer::SubscriberExt;
use lambda_runtime::tracing::subscriber::util::SubscriberInitExt;
use notify::{Ports, handle};
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::details::Details;
use waitlist_domain::event::join_challenge::Work;
use waitlist_domain::event::retention::Retention;
use waitlist_domain::event::{Event, JoinAccess, TicketType, WaitlistRules};
use waitlist_domain::form::Form;
use waitlist_domain::line::fit::Fit;
use waitlist_domain::line::moved_up::MovedUpAt;
use waitlist_domain::line::order::Order;
use waitlist_domain::messages::message::{Notification, NotificationKind};
use waitlist_domain::messages::send_rate::{Precedence, SendRate};
use waitlist_domain::values::channels::{Channel, Channels};
use waitlist_domain::values::contact::{ContactChange, EmailAddress, PersonName, PhoneChange, PhoneNumber};
use waitlist_domain::values::credential::{SecretHash, Token};
use waitlist_domain::values::identifier::{CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::{Timestamp, Window};
use waitlist_notify::{ApiUrl, Mailer, PublicUrl, Sender, Templates, Texter};
use waitlist_runtime::workers::queues::Notifications;
use waitlist_store::commands::contact_changes::ContactChanges;
use waitlist_store::commands::events::{EventChanges, WantedEvent};
use waitlist_store::commands::joining::{Join, Joined, Joins};
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::commands::offers::{Claims, Conversions, Departures};
use waitlist_store::commands::promotions::Promotions;
use waitlist_store::commands::putting_off::PutOffMessages;
use waitlist_store::commands::send_slots::SendSlots;
use waitlist_store::commands::unsubscribing::Unsubscribing;
use waitlist_store::queries::entries::Entries;
use waitlist_store::queries::mailbox_places::MailboxPlaces;
use waitlist_store::queries::settings::Settings;
use waitlist_store::{StoredEntry, Table};
use waitlist_tests::{
    Fault, FaultPlan, InProcessCloud, entry_sort_key, queue_event, scan_all, simulate, sms_countries,
};

const EMAIL: &str = "ada@example.org";
const PHONE: &str = "+14155550123";
const NAME: &str = "Ada Lovelace";
const QUEUE: &str = "notifications";
const API: &str = "https://api.example.org";
const SENDER: &str = "waitlist@tickets.example.org";
/// The time after which a message comes again if it failed or its receiver crashed.
const VISIBILITY: Duration = Duration::from_secs(181);

/// A camp with one line, and the notify function.
struct World {
    cloud: InProcessCloud,
    table: Table,
    ports: Ports,
}

impl World {
    async fn new(cloud: InProcessCloud) -> Self {
        let [clock, chance] = [cloud.clone(), cloud.clone()];
        let random = move || chance.choose(|random| std::array::from_fn(|_| random.below(256) as u8));
        let now = move || Timestamp::from(clock.now());
        let table = Table::new(cloud.dynamodb(), cloud.table_name(), Arc::new(now), Arc::new(random));
        let ports = notifier(&table, &cloud);
        let world = Self { cloud, table, ports };
        world.set_capacity(0).await;
        world
    }

    /// A world that sends this many mails and text messages a second.
    async fn at_rate(cloud: InProcessCloud, per_second: &str) -> Self {
        let mut world = Self::new(cloud).await;
        let rate = SendRate::parse(per_second).expect("valid");
        world.ports.slots = SendSlots::new(&world.table, rate, rate);
        world
    }

    /// A world in which the SDK repeats no failed calls, so that our code sees every failure.
    async fn without_retries(cloud: InProcessCloud) -> Self {
        cloud.set_attempts(1);
        Self::new(cloud).await
    }

    async fn set_capacity(&self, capacity: u64) {
        set_capacity(&self.table, capacity).await;
    }

    async fn join(&self) -> Entry {
        join(&self.table, None, None).await
    }

    /// Somebody joins and is offered the only seat.
    async fn offer(&self) -> Entry {
        self.offer_to(self.join().await).await
    }

    async fn offer_to(&self, entry: Entry) -> Entry {
        self.set_capacity(1).await;
        Promotions::new(&self.table).promote(&line()).await.expect("a seat is free");
        let entry = self.stored(&entry).await.entry;
        assert_eq!(entry.status, Status::Offered);
        entry
    }

    /// Somebody claims the seat and does not pay in time.
    async fn let_purchase_end(&self) -> Entry {
        let entry = self.offer().await;
        Claims::new(&self.table).claim(&self.stored(&entry).await, "claim").await.expect("in time");
        self.cloud.advance(Duration::from_secs(2 * 3600));
        let places = [entry.place.clone()];
        Promotions::new(&self.table).expire(&line(), &places).await.expect("overdue");
        self.stored(&entry).await.entry
    }

    async fn stored(&self, entry: &Entry) -> StoredEntry {
        Entries::new(&self.table).at(&entry.place).await.expect("readable").expect("it is there")
    }

    async fn enqueue(&self, notifications: Vec<Notification>) {
        // One queue for all: their precedence does not matter here.
        let url = self.cloud.queue_url(QUEUE);
        let queue = Notifications::new(self.cloud.sqs(), url.clone(), url);
        queue.send(notifications).await.expect("SQS takes them");
    }

    /// Delivers the queue to the function. Returns the number of messages given back: all after a
    /// crash.
    async fn deliver(&self) -> usize {
        let queue = self.cloud.queue(QUEUE);
        let messages = queue.receive(10);
        let answer = self.cloud.invoke(handle(&self.ports, queue_event(QUEUE, &messages))).await;
        let Ok(answer) = answer else { return messages.len() };
        let given_back: Vec<_> =
            answer.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect();
        let (back, done): (Vec<_>, Vec<_>) = messages.into_iter().partition(|message| given_back.contains(&message.id));
        queue.delete(&done);
        back.len()
    }

    async fn tell(&self, notifications: Vec<Notification>) -> usize {
        self.enqueue(notifications).await;
        self.deliver().await
    }

    /// Delivers until the queue is empty or has made the rest dead letters.
    async fn deliver_to_the_end(&self) {
        for _ in 0..21 {
            self.deliver().await;
            if self.cloud.queue(QUEUE).messages().is_empty() {
                break;
            }
            self.cloud.advance(VISIBILITY);
        }
        assert!(self.cloud.queue(QUEUE).messages().is_empty());
    }

    fn sent(&self) -> usize {
        self.cloud.sent_mail().len() + self.cloud.sent_sms().len()
    }

    /// The states of all markers.
    async fn markers(&self) -> Vec<String> {
        let items = scan_all(&self.cloud.dynamodb(), self.cloud.table_name()).await;
        let text =
            |item: &waitlist_tests::Item, name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
        let markers = items.iter().filter(|item| text(item, "pk").is_some_and(|key| key.starts_with("SENT#")));
        markers.map(|marker| text(marker, "state").unwrap_or_default()).collect()
    }
}

/// The ports of the function, without a limit to its rate.
pub(crate) fn notifier(table: &Table, cloud: &InProcessCloud) -> Ports {
    let public_url = PublicUrl::parse("https://tickets.example.org").expect("valid");
    Ports {
        notifying: Notifying::new(table),
        mailbox_places: MailboxPlaces::new(table),
        slots: SendSlots::new(table, SendRate::FASTEST, SendRate::FASTEST),
        unsubscribing: Unsubscribing::new(table),
        settings: Settings::new(table),
        api_url: ApiUrl::parse(API).expect("valid"),
        templates: Templates::new(public_url).expect("well formed"),
        mailer: Mailer::new(cloud.sesv2(), sender()),
        texter: Texter::new(cloud.sns()),
        countries: sms_countries(),
        put_off_messages: PutOffMessages::new(table),
    }
}

/// The sender of all mails.
pub(crate) fn sender() -> Sender {
    Sender { address: SENDER.to_owned(), name: None, reply_to: None, configuration_set: "mail".to_owned() }
}

fn line() -> LineId {
    LineId {
        event_id: EventId::parse("camp-week-1").expect("valid"),
        ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
    }
}

async fn set_capacity(table: &Table, capacity: u64) {
    put_event(table, capacity, None).await;
}

async fn put_event(table: &Table, capacity: u64, locale: Option<&str>) {
    put_event_in_order(table, capacity, locale, Order::Fifo).await;
}

async fn put_event_in_order(table: &Table, capacity: u64, locale: Option<&str>, order: Order) {
    let window = |text| Window::parse(text).expect("valid");
    let event = Event {
        id: line().event_id,
        version: 1,
        name: Label::parse("Summer Camp, Week 1").expect("valid"),
        starts_at: table.now().plus_milliseconds(90 * 24 * 3_600_000),
        time_zone: "America/New_York".to_owned(),
        locale: locale.map(language),
        details: Details::default(),
        ticket_types: vec![TicketType { id: line().ticket_type_id, name: Label::parse("Camper").expect("valid") }],
        rules: WaitlistRules {
            order,
            join_access: JoinAccess::Public,
            max_size: 100,
            max_quantity: Quantity::ONE,
            max_offers: WaitlistRules::usual().max_offers,
            proof: WaitlistRules::usual().proof,
            confirm_within: WaitlistRules::usual().confirm_within,
            max_places: WaitlistRules::usual().max_places,
            one_place_per_mailbox: false,
            join_challenge: None,
            notification_window: window("24 hours"),
            purchase_window: Some(window("2 hours")),
            reminder_at: None,
            moved_up_at: MovedUpAt::default(),
            fit: Fit::Strict,
            pace: None,
            form: Form::default(),
            retention: Retention::usual(),
        },
    };
    let wanted = WantedEvent { event, capacities: vec![Some(capacity)] };
    EventChanges::new(table).put(&wanted).await.expect("the camp is valid");
}

async fn join(table: &Table, locale: Option<&str>, channels: Option<Channels>) -> Entry {
    let wish = wish(table);
    let applicant = Applicant { locale: locale.map(language), chosen_channels: channels, ..wish.applicant };
    join_as(table, Join { applicant, ..wish }).await
}

/// An entry of another customer with the same address.
async fn join_for(table: &Table, customer: &str) -> Entry {
    let customer_id = CustomerId::parse(customer).expect("valid");
    let token_hash = SecretHash::of(customer);
    let wish = wish(table);
    join_as(table, Join { place: PlaceId { customer_id, ..wish.place.clone() }, token_hash, ..wish }).await
}

/// An entry of a sales system's customer with this address.
async fn join_by(table: &Table, customer: &str, email: EmailAddress) -> Entry {
    let customer_id = CustomerId::parse(&customer.replace('+', "-")).expect("valid");
    let token_hash = SecretHash::of(customer);
    let wish = wish(table);
    let applicant = Applicant { email, ..wish.applicant };
    join_as(table, Join { place: PlaceId { customer_id, ..wish.place.clone() }, token_hash, applicant, ..wish }).await
}

fn wish(table: &Table) -> Join {
    let email = EmailAddress::parse(EMAIL).expect("valid");
    Join {
        place: PlaceId { customer_id: email.customer_id(), line: line(), attendee_id: None },
        tier: None,
        access_code: None,
        is_public: false,
        work: Work::Missing,
        applicant: Applicant {
            phone: Some(PhoneNumber::parse(PHONE).expect("valid")),
            ..Applicant::new(PersonName::parse(NAME).expect("valid"), email, Quantity::ONE)
        },
        token_hash: SecretHash::of("the token of the join"),
        entry_id: EntryId::from_bits(table.random_identifier_bits()),
    }
}

async fn join_as(table: &Table, join: Join) -> Entry {
    match Joins::new(table).join(&join, |_| Ok(())).await.expect("there is room") {
        Joined::New(entry, _) => *entry,
        other => panic!("not a new place: {other:?}"),
    }
}

fn language(tag: &str) -> LanguageTag {
    LanguageTag::parse(tag).expect("well formed")
}

fn about(entry: &Entry, kind: NotificationKind) -> Vec<Notification> {
    Notification::about(entry, kind)
}

fn by_email(entry: &Entry, kind: NotificationKind) -> Notification {
    about(entry, kind).into_iter().find(|notification| notification.channel == Channel::Email).expect("told by mail")
}

/// The hash of the token in a message's link.
fn token_in(text: &str) -> SecretHash {
    let token: String =
        text.split("token=").nth(1).expect("there is a link").chars().take_while(|c| !c.is_whitespace()).collect();
    Token::parse(&token).expect("the link ends with a token").hash()
}

#[test]
fn a_join_is_confirmed_by_a_mail_with_a_link_that_proves_the_customer() {
    simulate(1, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.join().await;
        assert_eq!(world.tell(about(&entry, NotificationKind::Joined)).await, 0);
        let [mail] = &world.cloud.sent_mail()[..] else { panic!("one mail") };
        assert_eq!((mail.from.as_str(), &mail.to[..]), ("waitlist@tickets.example.org", &[EMAIL.to_owned()][..]));
        assert_eq!(mail.subject, "You are on the waitlist: Summer Camp, Week 1");
        assert!(mail.text.starts_with("Hello Ada Lovelace,\n") && mail.html.starts_with("<!doctype html>"));
        let simple = &mail.request["Content"]["Simple"];
        for part in [&simple["Subject"], &simple["Body"]["Text"], &simple["Body"]["Html"]] {
            assert_eq!(part["Charset"], "UTF-8");
        }
        let stored = world.stored(&entry).await;
        assert!(stored.is_proven_by(&token_in(&mail.text)));
        assert!(stored.is_proven_by(&SecretHash::of("the token of the join")), "the first token still counts");
        assert!(world.cloud.sent_sms().is_empty());
        assert_eq!(world.markers().await, ["sent"]);
    });
}

#[test]
fn an_offer_is_told_by_mail_and_text_message() {
    simulate(2, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        assert_eq!(world.tell(about(&entry, NotificationKind::Offered)).await, 0);
        let [mail] = &world.cloud.sent_mail()[..] else { panic!("one mail") };
        let [sms] = &world.cloud.sent_sms()[..] else { panic!("one text message") };
        let held = "Held until: Tuesday 5 January 2027 at 04:00 (America/New_York, UTC-05:00)\nThat is in 24 hours.\n";
        assert!(mail.text.contains(held), "{}", mail.text);
        assert_eq!(sms.phone_number, PHONE);
        assert!(
            sms.message
                .starts_with("Your turn: a seat for Summer Camp, Week 1, say yes until 5 Jan 2027 04:00 UTC-05:00.")
        );
        let calls = world.cloud.calls();
        let published = calls.iter().find(|call| call.operation == "Publish").expect("it was");
        assert!(published.request.contains("Transactional"), "{}", published.request);
        let stored = world.stored(&entry).await;
        let (mailed, texted) = (token_in(&mail.text), token_in(&sms.message));
        assert!(stored.is_proven_by(&mailed) && stored.is_proven_by(&texted) && mailed != texted);
    });
}

#[test]
fn a_purchase_that_ended_is_told_and_another_stay_has_its_own_messages() {
    simulate(3, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.let_purchase_end().await;
        assert_eq!(entry.status, Status::Expired);
        assert_eq!(world.tell(about(&entry, NotificationKind::PurchaseEnded)).await, 0);
        assert_eq!(world.cloud.sent_mail()[0].subject, "Your time to pay is over: Summer Camp, Week 1");
        assert_eq!(world.cloud.sent_sms().len(), 1);
        world.set_capacity(0).await;
        let again = world.join().await;
        let mut late = about(&entry, NotificationKind::PurchaseEnded);
        late.extend(about(&again, NotificationKind::Joined));
        assert_eq!(world.tell(late).await, 0);
        assert_eq!(world.cloud.sent_mail().len(), 2);
        assert!(!world.stored(&again).await.is_proven_by(&token_in(&world.cloud.sent_mail()[0].text)));
    });
}

#[test]
fn a_claim_a_sale_and_a_refusal_are_confirmed_by_mail_alone() {
    simulate(16, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        Claims::new(&world.table).claim(&world.stored(&entry).await, "claim").await.expect("in time");
        assert_eq!(world.tell(about(&entry, NotificationKind::Claimed)).await, 0);
        Conversions::new(&world.table).convert(&world.stored(&entry).await, None).await.expect("in time");
        assert_eq!(world.tell(about(&entry, NotificationKind::Claimed)).await, 0, "it is paid for already");
        assert_eq!(world.tell(about(&entry, NotificationKind::Converted)).await, 0);
        let subjects: Vec<String> = world.cloud.sent_mail().iter().map(|mail| mail.subject.clone()).collect();
        let camp = "Summer Camp, Week 1";
        assert_eq!(subjects, [format!("Please pay: a seat for {camp}"), format!("Your seat is booked: {camp}")]);
        assert!(world.cloud.sent_mail()[1].text.contains("\nBooking: reg_"));
        assert!(world.cloud.sent_sms().is_empty());
    });
    simulate(17, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        Departures::new(&world.table).decline(&world.stored(&entry).await, "decline").await.expect("in time");
        assert_eq!(world.tell(about(&entry, NotificationKind::Declined)).await, 0);
        assert_eq!(world.cloud.sent_mail()[0].subject, "You let your seat go: Summer Camp, Week 1");
        assert!(world.cloud.sent_sms().is_empty());
    });
}

#[test]
fn the_end_of_an_unclaimed_offer_is_told_by_mail_and_text_message() {
    simulate(18, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        world.cloud.advance(Duration::from_secs(24 * 3600));
        let places = [entry.place.clone()];
        Promotions::new(&world.table).expire(&line(), &places).await.expect("overdue");
        assert_eq!(world.tell(about(&entry, NotificationKind::Expired)).await, 0);
        assert_eq!(world.cloud.sent_mail()[0].subject, "Your time to say yes is over: Summer Camp, Week 1");
        let sms = &world.cloud.sent_sms()[0].message;
        assert!(sms.starts_with("Your time to say yes to a seat for Summer Camp, Week 1 is over. https://"), "{sms}");
    });
}

#[test]
fn everybody_is_told_in_their_own_language_or_in_the_event_s_or_in_english() {
    const ENGLISH: &str = "You are on the waitlist: Summer Camp, Week 1";
    const GERMAN: &str = "Sie stehen auf der Warteliste: Summer Camp, Week 1";
    const FRENCH: &str = "Vous êtes sur la liste d'attente : Summer Camp, Week 1";
    const SPANISH: &str = "Ya está en la lista de espera: Summer Camp, Week 1";
    for (own, events, subject) in [
        (Some("de-AT"), None, GERMAN),
        (Some("DE"), Some("en"), GERMAN),
        (Some("en-GB"), Some("de"), ENGLISH),
        (Some("it-CH"), Some("de-CH"), GERMAN),
        (Some("fr-CA"), Some("en"), FRENCH),
        (Some("es-419"), None, SPANISH),
        (Some("it"), None, ENGLISH),
        (None, Some("de"), GERMAN),
        (None, Some("ja"), ENGLISH),
    ] {
        simulate(19, async |cloud| {
            let world = World::new(cloud).await;
            put_event(&world.table, 0, events).await;
            let entry = join(&world.table, own, None).await;
            assert_eq!(world.tell(about(&entry, NotificationKind::Joined)).await, 0);
            assert_eq!(world.cloud.sent_mail()[0].subject, subject, "{own:?} at an event in {events:?}");
        });
    }
}

#[test]
fn a_join_to_a_draw_tells_its_size_and_no_position() {
    simulate(20, async |cloud| {
        let world = World::new(cloud).await;
        let draw_at = world.table.now().plus_milliseconds(24 * 3_600_000);
        let order = Order::Lottery { tiers: Vec::new(), draw_at };
        put_event_in_order(&world.table, 0, None, order).await;
        join_for(&world.table, "somebody-else").await;
        let entry = world.join().await;
        assert_eq!(world.tell(about(&entry, NotificationKind::Joined)).await, 0);
        let mail = &world.cloud.sent_mail()[0];
        assert!(mail.text.contains("So far 2 people are in the draw, you among them."), "{}", mail.text);
        assert!(mail.text.contains("\nDraw: "), "{}", mail.text);
    });
}

#[test]
fn news_that_is_no_longer_true_is_not_sent() {
    simulate(4, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        world.cloud.advance(Duration::from_secs(24 * 3600));
        assert_eq!(world.tell(about(&entry, NotificationKind::Offered)).await, 0, "the deadline has come");
        Departures::new(&world.table).leave(&world.stored(&entry).await).await.expect("it can");
        for kind in NotificationKind::ALL {
            assert_eq!(world.tell(about(&entry, kind)).await, 0, "{kind:?}");
        }
        let nobody =
            Notification { entry_id: EntryId::from_bits([0; 16]), ..by_email(&entry, NotificationKind::Joined) };
        assert_eq!(world.tell(vec![nobody]).await, 0);
        assert_eq!((world.sent(), world.markers().await.len()), (0, 0));
        assert_eq!(world.stored(&entry).await.mailed_token_hashes, []);
    });
}

#[test]
fn everybody_is_told_by_their_chosen_channels() {
    use Channel::{Email, Sms};
    // Mails and text messages about a join and an offer.
    for (chosen, mails, texts) in [
        (None, 2, 1),
        (Some(&[Email, Sms][..]), 2, 1),
        (Some(&[Email]), 2, 0),
        // A join is not urgent, but they have chosen no other channel.
        (Some(&[Sms]), 0, 2),
    ] {
        simulate(20, async |cloud| {
            let world = World::new(cloud).await;
            let chosen_channels = chosen.map(|chosen| Channels::new(chosen.iter().copied()).expect("at least one"));
            let entry = join(&world.table, None, chosen_channels.clone()).await;
            assert_eq!(world.stored(&entry).await.entry.applicant.chosen_channels, chosen_channels);
            assert_eq!(world.tell(about(&entry, NotificationKind::Joined)).await, 0);
            let entry = world.offer_to(entry).await;
            assert_eq!(world.tell(about(&entry, NotificationKind::Offered)).await, 0);
            assert_eq!((world.cloud.sent_mail().len(), world.cloud.sent_sms().len()), (mails, texts), "{chosen:?}");
        });
    }
}

#[test]
fn no_text_message_goes_to_a_missing_phone_number() {
    simulate(5, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        let remove = world.cloud.dynamodb().update_item().table_name(world.cloud.table_name());
        remove
            .key("pk", AttributeValue::S(format!("CUSTOMER#{}", entry.place.customer_id)))
            .key("sk", AttributeValue::S(entry_sort_key(&entry.place)))
            .update_expression("REMOVE phone")
            .send()
            .await
            .expect("it is there");
        assert_eq!(world.tell(about(&entry, NotificationKind::Offered)).await, 0);
        assert_eq!((world.cloud.sent_mail().len(), world.cloud.sent_sms().len()), (1, 0));
    });
}

#[test]
fn a_doubled_notification_is_told_once() {
    simulate(6, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        let once = about(&entry, NotificationKind::Offered);
        assert_eq!(world.tell([once.clone(), once.clone()].concat()).await, 0);
        assert_eq!(world.tell(once).await, 0);
        assert_eq!((world.cloud.sent_mail().len(), world.cloud.sent_sms().len()), (1, 1));
    });
}

#[test]
fn two_deliveries_at_once_send_one_message() {
    for seed in 0..40 {
        simulate(seed, async |cloud| {
            let world = World::new(cloud).await;
            let entry = world.offer().await;
            let one = by_email(&entry, NotificationKind::Offered);
            world.enqueue(vec![one]).await;
            let messages = world.cloud.queue(QUEUE).receive(1);
            world.cloud.faults(FaultPlan::none().interleaving(3));
            let event = || queue_event(QUEUE, &messages);
            let both = vec![handle(&world.ports, event()), handle(&world.ports, event())];
            let answers = world.cloud.invoke_together(both).await;
            let failures: usize =
                answers.into_iter().map(|answer| answer.map_or(1, |answer| answer.batch_item_failures.len())).sum();
            assert_eq!(world.sent(), 1, "seed {seed}");
            assert!(failures <= 1, "seed {seed}");
            // The second delivery keeps its message in the queue and finds it done later.
            world.cloud.advance(VISIBILITY);
            assert_eq!(world.deliver().await, 0, "seed {seed}");
            assert_eq!((world.sent(), world.markers().await), (1, vec!["sent".to_owned()]), "seed {seed}");
        });
    }
}

#[test]
fn a_message_stays_until_its_sender_is_known_to_be_done() {
    simulate(15, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        let one = by_email(&entry, NotificationKind::Offered);
        // Another delivery took the marker and crashed.
        world.ports.notifying.begin_sending(&one).await.expect("the table answers");
        assert_eq!(world.tell(vec![one]).await, 1);
        assert_eq!(world.sent(), 0);
        world.cloud.advance(VISIBILITY);
        assert_eq!(world.deliver().await, 0);
        assert_eq!(world.sent(), 1);
    });
}

#[test]
fn a_passing_failure_of_a_provider_is_tried_again() {
    for fault in [Fault::ServerError, Fault::LostRequest] {
        for operation in ["SendEmail", "Publish"] {
            simulate(7, async |cloud| {
                let world = World::without_retries(cloud).await;
                let entry = world.offer().await;
                world.cloud.faults(FaultPlan::none().next(operation, fault));
                assert_eq!(world.tell(about(&entry, NotificationKind::Offered)).await, 1, "{fault:?} {operation}");
                assert_eq!(world.sent(), 1, "the neighbour is not held up");
                world.cloud.advance(VISIBILITY);
                assert_eq!(world.deliver().await, 0);
                assert_eq!((world.cloud.sent_mail().len(), world.cloud.sent_sms().len()), (1, 1));
            });
        }
    }
}

#[test]
fn a_provider_that_was_sent_too_much_is_given_a_rest_and_nothing_goes_back_to_the_queue() {
    for operation in ["SendEmail", "Publish"] {
        simulate(24, async |cloud| {
            let world = World::without_retries(cloud).await;
            let entry = world.offer().await;
            let twice = FaultPlan::none().next(operation, Fault::Throttled).next(operation, Fault::Throttled);
            world.cloud.faults(twice);
            let began = world.table.now();
            assert_eq!(world.tell(about(&entry, NotificationKind::Offered)).await, 0, "{operation}");
            assert!(began.milliseconds_until(world.table.now()) >= 2000, "{operation}");
            assert_eq!((world.cloud.sent_mail().len(), world.cloud.sent_sms().len()), (1, 1));
            // Each message has one slot, however often it was tried.
            let stored = world.stored(&entry).await;
            assert_eq!((stored.mailed_token_hashes.len(), stored.texted_token_hashes.len()), (1, 1));
        });
    }
}

#[test]
fn a_provider_that_takes_nothing_for_long_holds_no_message_beyond_the_function_s_time() {
    simulate(25, async |cloud| {
        let world = World::without_retries(cloud).await;
        let entry = world.offer().await;
        let only_mail = (0..100).fold(FaultPlan::none(), |plan, _| plan.next("SendEmail", Fault::Throttled));
        world.cloud.faults(only_mail);
        let began = world.table.now();
        assert_eq!(world.tell(about(&entry, NotificationKind::Offered)).await, 1, "the mail");
        assert!((40_000..50_000).contains(&began.milliseconds_until(world.table.now())));
        assert_eq!((world.cloud.sent_mail().len(), world.cloud.sent_sms().len()), (0, 1));
        world.cloud.faults(FaultPlan::none());
        world.cloud.advance(VISIBILITY);
        assert_eq!(world.deliver().await, 0);
        assert_eq!(world.cloud.sent_mail().len(), 1);
    });
}

#[test]
fn news_that_became_untrue_is_not_sent_and_news_untrue_from_the_start_takes_no_slot() {
    simulate(26, async |cloud| {
        let world = World::at_rate(cloud, "1").await;
        let entry = world.offer().await;
        world.tell(vec![by_email(&entry, NotificationKind::Claimed)]).await;
        let items = scan_all(&world.cloud.dynamodb(), world.cloud.table_name()).await;
        let is_slots = |item: &waitlist_tests::Item| item["pk"].as_s().is_ok_and(|key| key.starts_with("SLOTS#"));
        assert!(!items.iter().any(is_slots), "nothing was booked");

        // The current slot is taken, so the offer's message waits a second. Meanwhile the offer is
        // claimed.
        world.ports.slots.book(Channel::Email, Precedence::First, world.table.now()).await.expect("it is free");
        let claim = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            Claims::new(&world.table).claim(&world.stored(&entry).await, "claim").await.expect("in time");
        };
        let offered = world.tell(vec![by_email(&entry, NotificationKind::Offered)]);
        assert_eq!(tokio::join!(offered, claim).0, 0);
        assert_eq!(world.sent(), 0);
    });
}

#[test]
fn a_customer_with_an_address_put_right_meanwhile_is_told_only_there() {
    simulate(28, async |cloud| {
        let world = World::at_rate(cloud, "1").await;
        let entry = world.offer().await;
        world.ports.slots.book(Channel::Email, Precedence::First, world.table.now()).await.expect("it is free");
        // The address changes while the message waits a second for its slot.
        let edit = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let email = Some(EmailAddress::parse("lovelace@example.org").expect("valid"));
            let change = ContactChange { name: None, email, phone: PhoneChange::Keep };
            let stored = world.stored(&entry).await;
            ContactChanges::new(&world.table).change(&stored, &change).await.expect("she is there")
        };
        let (back, edited) = tokio::join!(world.tell(vec![by_email(&entry, NotificationKind::Offered)]), edit);
        assert_eq!((back, world.sent()), (0, 0));
        let again = Notification::of_corrected_addresses(&edited, entry.address_versions);
        assert_eq!(world.tell([again.clone(), again].concat()).await, 0);
        let to: Vec<Vec<String>> = world.cloud.sent_mail().into_iter().map(|mail| mail.to).collect();
        assert_eq!((to, world.sent()), (vec![vec!["lovelace@example.org".to_owned()]], 1));
    });
}

#[test]
fn at_a_low_rate_messages_are_sent_one_after_another() {
    simulate(27, async |cloud| {
        let world = World::at_rate(cloud, "4").await;
        let mut joined = Vec::new();
        for number in 0..4 {
            joined
                .push(by_email(&join_for(&world.table, &format!("customer-{number}")).await, NotificationKind::Joined));
        }
        assert_eq!(world.tell(joined).await, 0);
        let times: Vec<i64> = world.cloud.sent_mail().iter().map(|mail| mail.at).collect();
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= 250), "{times:?}");
        assert_eq!(times.len(), 4);
    });
}

#[test]
fn a_failure_gives_the_marker_back_at_once() {
    simulate(8, async |cloud| {
        let world = World::without_retries(cloud).await;
        let entry = world.offer().await;
        world.cloud.faults(FaultPlan::none().next("SendEmail", Fault::ServerError));
        let one = by_email(&entry, NotificationKind::Offered);
        assert_eq!(world.tell(vec![one.clone()]).await, 1);
        // Another delivery need not wait for the end of the lease.
        assert_eq!(world.tell(vec![one]).await, 0);
        assert_eq!(world.sent(), 1);
    });
}

#[test]
fn a_refusal_for_good_is_noted_and_not_repeated() {
    for operation in ["SendEmail", "Publish"] {
        simulate(9, async |cloud| {
            let world = World::new(cloud).await;
            let entry = world.offer().await;
            world.cloud.faults(FaultPlan::none().next(operation, Fault::Refused));
            let both = about(&entry, NotificationKind::Offered);
            assert_eq!(world.tell(both.clone()).await, 0);
            assert_eq!(world.tell(both).await, 0);
            assert_eq!(world.sent(), 1, "only the other channel");
            let mut markers = world.markers().await;
            markers.sort();
            assert_eq!(markers, ["failed", "sent"]);
        });
    }
}

#[test]
fn a_crash_at_any_call_loses_nothing() {
    for fault in [Fault::CrashBefore, Fault::CrashAfter] {
        for call in 0..13 {
            simulate(10, async |cloud| {
                let world = World::new(cloud).await;
                let entry = world.offer().await;
                world.enqueue(vec![by_email(&entry, NotificationKind::Offered)]).await;
                world.cloud.faults(FaultPlan::none().at_call(call, fault));
                world.deliver_to_the_end().await;
                // Calls: entry, slot, event, marker, address twice, limit read and written, token, settings, SendEmail, note.
                let twice = matches!((fault, call), (Fault::CrashAfter, 10) | (Fault::CrashBefore, 11));
                assert_eq!(world.sent(), if twice { 2 } else { 1 }, "{fault:?} at call {call}");
                assert_eq!(world.markers().await, ["sent"], "{fault:?} at call {call}");
            });
        }
    }
}

#[test]
fn an_address_gets_five_mails_about_joining_in_an_hour_and_all_others() {
    simulate(21, async |cloud| {
        let world = World::new(cloud).await;
        let mut entries = Vec::new();
        for customer in ["a", "b", "c", "d", "e", "f", "g"] {
            entries.push(join_for(&world.table, customer).await);
            assert_eq!(world.tell(about(&entries[entries.len() - 1], NotificationKind::Joined)).await, 0);
        }
        assert_eq!(world.cloud.sent_mail().len(), 5);
        let mut markers = world.markers().await;
        markers.sort();
        assert_eq!(markers, ["failed", "failed", "sent", "sent", "sent", "sent", "sent"]);
        // A withheld message does not come later.
        world.cloud.advance(Duration::from_secs(3600));
        assert_eq!(world.tell(about(&entries[6], NotificationKind::Joined)).await, 0);
        assert_eq!(world.cloud.sent_mail().len(), 5);
        let later = join_for(&world.table, "h").await;
        assert_eq!(world.tell(about(&later, NotificationKind::Joined)).await, 0);
        assert_eq!(world.cloud.sent_mail().len(), 6);
        // An offer is told in any case.
        let offered = world.offer_to(entries[0].clone()).await;
        assert_eq!(world.tell(about(&offered, NotificationKind::Offered)).await, 0);
        assert_eq!(world.cloud.sent_mail().len(), 7);
    });
}

#[test]
fn all_spellings_of_a_mailbox_share_its_limit_and_each_is_written_to_as_it_was_given() {
    simulate(22, async |cloud| {
        let world = World::new(cloud).await;
        for spelling in ["a.da@gmail.com", "ad.a@gmail.com", "ada+1@gmail.com", "ada+2@gmail.com", "ada@googlemail.com"]
        {
            let email = EmailAddress::parse(spelling).expect("valid");
            let entry = join_by(&world.table, spelling, email).await;
            assert_eq!(world.tell(about(&entry, NotificationKind::Joined)).await, 0);
            assert_eq!(world.cloud.sent_mail().last().expect("it is sent").to, [spelling]);
        }
        let sixth = EmailAddress::parse("ada+6@gmail.com").expect("valid");
        let sixth = join_by(&world.table, "sixth", sixth).await;
        assert_eq!(world.tell(about(&sixth, NotificationKind::Joined)).await, 0);
        assert_eq!(world.cloud.sent_mail().len(), 5);
    });
}

#[test]
fn a_customer_who_moves_up_is_told_of_each_threshold_once_and_once_an_hour() {
    simulate(23, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.join().await;
        let at = |threshold| Notification::of_having_moved_up(&entry, threshold);
        assert_eq!(world.tell(at(10)).await, 0);
        assert_eq!(world.tell(at(10)).await, 0);
        let subjects = || world.cloud.sent_mail().into_iter().map(|mail| mail.subject).collect::<Vec<_>>();
        assert_eq!(subjects(), ["You are among the first 10 in line: Summer Camp, Week 1"]);
        assert!(world.cloud.sent_sms().is_empty(), "it is not urgent");
        // No second message comes within the hour, not even about another entry.
        world.cloud.advance(Duration::from_secs(3599));
        assert_eq!(world.tell(at(5)).await, 0);
        let sibling = join_for(&world.table, "b").await;
        assert_eq!(world.tell(Notification::of_having_moved_up(&sibling, 10)).await, 0);
        assert_eq!(world.cloud.sent_mail().len(), 1);
        world.cloud.advance(Duration::from_secs(1));
        assert_eq!(world.tell(at(1)).await, 0);
        assert_eq!(subjects()[1], "You are next in line: Summer Camp, Week 1");
        // An entry with an offer has moved past the threshold.
        world.cloud.advance(Duration::from_secs(3600));
        let offered = world.offer_to(entry.clone()).await;
        assert_eq!(world.tell(Notification::of_having_moved_up(&offered, 2)).await, 0);
        assert_eq!(world.cloud.sent_mail().len(), 2);
    });
}

#[test]
fn a_mail_that_is_tried_again_counts_once() {
    for fault in [Fault::CrashBefore, Fault::CrashAfter] {
        for call in 0..13 {
            simulate(22, async |cloud| {
                let world = World::new(cloud).await;
                let mut entries = Vec::new();
                for customer in ["a", "b", "c", "d", "e"] {
                    entries.push(join_for(&world.table, customer).await);
                }
                world.enqueue(vec![by_email(&entries[0], NotificationKind::Joined)]).await;
                world.cloud.faults(FaultPlan::none().at_call(call, fault));
                world.deliver_to_the_end().await;
                world.cloud.faults(FaultPlan::none());
                for entry in &entries[1..] {
                    assert_eq!(world.tell(about(entry, NotificationKind::Joined)).await, 0);
                }
                // Calls: entry, slot, event, marker, address twice, count read, counted, token, settings, SendEmail, note.
                let twice = matches!((fault, call), (Fault::CrashAfter, 10) | (Fault::CrashBefore, 11));
                assert_eq!(world.sent(), if twice { 6 } else { 5 }, "{fault:?} at call {call}");
                assert!(world.markers().await.iter().all(|state| state == "sent"), "{fault:?} at call {call}");
            });
        }
    }
}

#[test]
fn in_a_storm_nothing_is_lost() {
    for seed in 0..60 {
        simulate(seed, async |cloud| {
            let world = World::new(cloud).await;
            let entry = world.offer().await;
            world.enqueue(about(&entry, NotificationKind::Offered)).await;
            // Too few faults to fail a message five times with three tries each.
            world.cloud.faults(FaultPlan::storm(60).at_most(4));
            world.deliver_to_the_end().await;
            let (mail, sms) = (world.cloud.sent_mail().len(), world.cloud.sent_sms().len());
            assert!(mail >= 1 && sms >= 1, "seed {seed}: {mail} mails and {sms} text messages");
            assert_eq!(world.cloud.queue(QUEUE).dead_letters(), [], "seed {seed}");
        });
    }
}

#[test]
fn a_lost_answer_to_the_marker_does_not_stop_its_taker() {
    simulate(12, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        // Calls: entry, slot, event, marker; the message is enqueued before.
        world.enqueue(vec![by_email(&entry, NotificationKind::Offered)]).await;
        world.cloud.faults(FaultPlan::none().at_call(3, Fault::LostResponse));
        assert_eq!(world.deliver().await, 0);
        assert_eq!(world.sent(), 1);
    });
}

thread_local! {
    /// The log of this thread since [`listen`]. Each test has a thread of its own.
    static LOGGED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Writes to this thread's log.
struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = str::from_utf8(bytes).map_err(io::Error::other)?;
        LOGGED.with_borrow_mut(|logged| logged.iter_mut().for_each(|logged| logged.push_str(text)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Collects the log of this thread.
///
/// The subscriber is the whole process's. A thread's own would miss callsites that another thread
/// had registered first.
fn listen() {
    static SUBSCRIBED: Once = Once::new();
    SUBSCRIBED.call_once(|| {
        let heard =
            Targets::new().with_target("notify", LevelFilter::TRACE).with_target("waitlist", LevelFilter::TRACE);
        let here = dynamic_filter_fn(|_, _| LOGGED.with_borrow(Option::is_some));
        fmt().with_max_level(LevelFilter::TRACE).with_writer(|| Log).finish().with(heard).with(here).init();
    });
    LOGGED.set(Some(String::new()));
}

#[test]
fn logs_tell_of_no_person() {
    listen();
    simulate(14, async |cloud| {
        let world = World::without_retries(cloud).await;
        let entry = world.offer().await;
        world.cloud.faults(FaultPlan::none().next("SendEmail", Fault::Refused));
        world.tell(vec![by_email(&entry, NotificationKind::Offered)]).await;
        for fault in [Fault::ServerError, Fault::LostResponse, Fault::Throttled] {
            world.cloud.faults(FaultPlan::none().next("Publish", fault));
            world.tell(about(&entry, NotificationKind::Offered)).await;
        }
        world.cloud.faults(FaultPlan::none());
        world.tell(about(&entry, NotificationKind::PurchaseEnded)).await;
        let text = LOGGED.take().expect("it listens");
        assert!(text.contains(entry.id.as_str()) && text.contains("refused for good"), "{text}");
        assert!(text.contains("sending a message: SNS did not accept a message: InternalError"), "{text}");
        assert!(text.contains("throttled: to be sent more slowly"), "{text}");
        for private in [EMAIL, PHONE, NAME, "wt_", entry.place.customer_id.as_str()] {
            assert!(!text.contains(private), "{private} in {text}");
        }
    });
}
