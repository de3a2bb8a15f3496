//! A table and a clock for each test, and the people of its story.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use waitlist_domain::Error;
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::registration::{Registration, RegistrationStatus, Source};
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::details::Details;
use waitlist_domain::event::join_challenge::Work;
use waitlist_domain::event::retention::Retention;
use waitlist_domain::event::{Event, JoinAccess, TicketType, WaitlistRules};
use waitlist_domain::form::Form;
use waitlist_domain::line::fit::Fit;
use waitlist_domain::line::moved_up::MovedUpAt;
use waitlist_domain::line::order::{Order, StandingInLine};
use waitlist_domain::values::contact::{EmailAddress, PersonName, PhoneNumber};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{
    AttendeeId, CustomerId, EntryId, EventId, LineId, PlaceId, RegistrationId, TicketTypeId,
};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::{Timestamp, Window};
use waitlist_store::commands::events::{EventChanges, Put, WantedEvent};
use waitlist_store::commands::joining::{Join, Joined, Joins};
use waitlist_store::commands::promotions::{Promoted, Promotions};
use waitlist_store::commands::registrations::DirectSales;
use waitlist_store::queries::entries::{Entries, EntryFilter};
use waitlist_store::queries::events::Events;
use waitlist_store::{AccessTable, Clock, Line, Random, StoredEntry, Table};
use waitlist_tests::table::ACCESS_TABLE_NAME;
use waitlist_tests::{DynamoDbLocal, FreshTable, InProcessCloud, entry_sort_key_of};

/// Declares tests that run on every DynamoDB implementation.
macro_rules! contract {
    ($($name:ident)*) => {
        mod on_dynoxide {
            $(#[test]
            fn $name() {
                super::super::fixture::on_dynoxide(super::$name);
            })*
        }

        mod on_dynamodb_local {
            $(#[test]
            fn $name() {
                super::super::fixture::on_dynamodb_local(super::$name);
            })*
        }
    };
}
pub(crate) use contract;

pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const SECOND: i64 = 1000;

/// One table, with one event of one ticket type.
pub(crate) struct Fixture {
    pub(crate) table: Table,
    pub(crate) access: AccessTable,
    pub(crate) client: aws_sdk_dynamodb::Client,
    clock: Arc<AtomicI64>,
    _keeps: Box<dyn std::any::Any>,
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made")
}

pub(crate) fn on_dynoxide(test: impl AsyncFnOnce(Fixture)) {
    runtime().block_on(async {
        let cloud = InProcessCloud::new(1);
        let tables = (cloud.table_name(), ACCESS_TABLE_NAME);
        let fixture = Fixture::new(cloud.dynamodb(), tables, Box::new(cloud.clone()));
        test(fixture).await;
    });
}

/// Runs a test on dynoxide, with the cloud that measures its calls.
pub(crate) fn on_dynoxide_that_measures(test: impl AsyncFnOnce(Fixture, InProcessCloud)) {
    runtime().block_on(async {
        let cloud = InProcessCloud::measuring(1);
        let fixture = Fixture::new(cloud.dynamodb(), (cloud.table_name(), ACCESS_TABLE_NAME), Box::new(()));
        test(fixture, cloud).await;
    });
}

pub(crate) fn on_dynamodb_local(test: impl AsyncFnOnce(Fixture)) {
    let local = DynamoDbLocal::shared()
        .expect("DynamoDB Local is not installed: run `make install`, and set DYNAMODB_LOCAL_DIR as `make unit` does");
    runtime().block_on(async {
        let FreshTable { client, name, access_name } = local.fresh_table().await;
        test(Fixture::new(client, (&name, &access_name), Box::new(()))).await;
    });
}

impl Fixture {
    fn new(client: aws_sdk_dynamodb::Client, (table, access): (&str, &str), keeps: Box<dyn std::any::Any>) -> Self {
        let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
        let now = Arc::clone(&clock);
        let drawn = AtomicU64::new(0);
        let random = move || {
            let mut bits = [0; 32];
            bits[..8].copy_from_slice(&drawn.fetch_add(1, Ordering::Relaxed).to_le_bytes());
            bits
        };
        let now: Clock = Arc::new(move || Timestamp::from_milliseconds(now.load(Ordering::Relaxed)));
        let random: Random = Arc::new(random);
        let access = AccessTable::new(client.clone(), access, Arc::clone(&now), Arc::clone(&random));
        let table = Table::new(client.clone(), table, now, random);
        Self { table, access, client, clock, _keeps: keeps }
    }

    /// The table behind another HTTP client, which `wrap` makes from the fixture's.
    pub(crate) fn table_through(&self, wrap: impl FnOnce(SharedHttpClient) -> SharedHttpClient) -> Table {
        let inner = self.client.config().http_client().expect("the fixture's client was made with one");
        let config = self.client.config().to_builder().http_client(wrap(inner)).build();
        let (clock, random) = (self.table.clone(), self.table.clone());
        Table::new(
            aws_sdk_dynamodb::Client::from_conf(config),
            self.table_name(),
            Arc::new(move || clock.now()),
            Arc::new(move || random.random()),
        )
    }

    pub(crate) fn advance(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::Relaxed);
    }

    pub(crate) fn event(&self) -> Event {
        Event {
            id: event_id(),
            version: 0,
            name: Label::parse("Summer Camp").expect("valid"),
            starts_at: self.table.now().plus_milliseconds(1000 * HOUR),
            time_zone: "America/New_York".to_owned(),
            locale: None,
            details: Details::default(),
            ticket_types: vec![TicketType { id: line().ticket_type_id, name: Label::parse("Camper").expect("valid") }],
            rules: WaitlistRules {
                order: Order::Fifo,
                join_access: JoinAccess::Public,
                max_size: 10_000,
                max_quantity: Quantity::parse(10).expect("valid"),
                max_offers: WaitlistRules::usual().max_offers,
                proof: WaitlistRules::usual().proof,
                confirm_within: WaitlistRules::usual().confirm_within,
                max_places: WaitlistRules::usual().max_places,
                one_place_per_mailbox: false,
                join_challenge: None,
                notification_window: Window::parse("24 hours").expect("valid"),
                purchase_window: Some(Window::parse("2 hours").expect("valid")),
                reminder_at: None,
                moved_up_at: MovedUpAt::default(),
                fit: Fit::Strict,
                pace: None,
                form: Form::default(),
                retention: Retention::usual(),
            },
        }
    }

    pub(crate) async fn put_event(&self, event: Event, capacity: u64) -> Result<Put, Error> {
        EventChanges::new(&self.table).put(&WantedEvent { event, capacities: vec![Some(capacity)] }).await
    }

    /// Puts the event and sells all its seats, so that its waitlist is active.
    pub(crate) async fn sold_out(&self, capacity: i64) -> Registration {
        self.put_event(self.event(), capacity.unsigned_abs()).await.expect("the event is valid");
        self.sell(capacity).await.expect("the seats are free")
    }

    pub(crate) async fn sell(&self, quantity: i64) -> Result<Registration, Error> {
        let registration = Registration {
            id: RegistrationId::from_bits(self.table.random_identifier_bits()),
            line: line(),
            quantity: Quantity::parse(quantity).expect("valid"),
            customer_id: customer("buyer"),
            attendee_id: None,
            status: RegistrationStatus::Confirmed,
            source: Source::Direct,
            entry_id: None,
            payment_reference: None,
            created_at: self.table.now(),
        };
        DirectSales::new(&self.table).sell(&registration).await
    }

    pub(crate) fn wish(&self, name: &str, quantity: i64) -> Join {
        Join {
            place: PlaceId { customer_id: customer(name), line: line(), attendee_id: None },
            tier: None,
            access_code: None,
            is_public: false,
            work: Work::Missing,
            applicant: Applicant {
                phone: Some(PhoneNumber::parse("+14155550123").expect("valid")),
                ..Applicant::new(
                    PersonName::parse(name).expect("valid"),
                    EmailAddress::parse(&format!("{name}@example.org")).expect("valid"),
                    Quantity::parse(quantity).expect("valid"),
                )
            },
            token_hash: SecretHash::of(name),
            entry_id: EntryId::from_bits(self.table.random_identifier_bits()),
        }
    }

    /// A wish for `most` seats that fewer would satisfy, down to `least`.
    pub(crate) fn wish_of_at_least(&self, name: &str, least: i64, most: i64) -> Join {
        let wish = self.wish(name, most);
        let minimum = Some(Quantity::parse(least).expect("valid"));
        Join { applicant: Applicant { minimum, ..wish.applicant }, ..wish }
    }

    pub(crate) async fn try_join(&self, name: &str, quantity: i64) -> Result<Joined, Error> {
        Joins::new(&self.table).join(&self.wish(name, quantity), |_| Ok(())).await
    }

    /// Joins the line; returns the position.
    pub(crate) async fn join(&self, name: &str) -> u64 {
        match self.try_join(name, 1).await.expect("the line is open") {
            Joined::New(_, standing) => standing.position().expect("nobody is in a draw"),
            Joined::Existing(_) => panic!("{name} stands in line already"),
        }
    }

    pub(crate) async fn entry(&self, name: &str) -> StoredEntry {
        let page = Entries::new(&self.table).of_customer(&customer(name), &EntryFilter::default(), None).await;
        page.expect("the table answers").entries.pop().unwrap_or_else(|| panic!("{name} has no entry"))
    }

    pub(crate) async fn status(&self, name: &str) -> Status {
        self.entry(name).await.entry.status
    }

    pub(crate) async fn position(&self, name: &str) -> Option<u64> {
        let entry: Entry = self.entry(name).await.entry;
        let standings = Entries::new(&self.table).standings([&entry]).await.expect("the table answers");
        standings[0].and_then(StandingInLine::position)
    }

    pub(crate) async fn promote(&self) -> Promoted {
        Promotions::new(&self.table).promote(&line()).await.expect("nothing disturbs it")
    }

    pub(crate) async fn expire(&self, name: &str) -> Promoted {
        let place = self.entry(name).await.entry.place;
        Promotions::new(&self.table).expire(&line(), &[place]).await.expect("nothing disturbs it")
    }

    pub(crate) async fn line(&self) -> Line {
        let mut lines = Events::new(&self.table).get_with_lines(&event_id()).await.expect("the event exists").lines;
        let line = lines.remove(0);
        assert!(line.seats.is_balanced(), "{line:?}");
        line
    }

    /// The seats sold, held and free, and whether the waitlist is active.
    pub(crate) async fn seats(&self) -> (u64, u64, u64, bool) {
        let seats = self.line().await.seats;
        (seats.sold, seats.held, seats.free, seats.waitlist_active)
    }

    /// Changes an entry's lane, but not its item in the index, as in a stale read just after a
    /// move.
    pub(crate) async fn reads_elsewhere(&self, name: &str, lane: &str) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let update =
            self.client.update_item().table_name(self.table_name()).key("pk", text(&format!("CUSTOMER#{name}")));
        let update =
            update.key("sk", text(&entry_sort_key_of("camp", "camper", ""))).update_expression("SET lane = :lane");
        let update =
            update.condition_expression("attribute_exists(pk)").expression_attribute_values(":lane", text(lane));
        update.send().await.expect("they have joined");
    }

    pub(crate) fn table_name(&self) -> &str {
        self.table.name()
    }
}

pub(crate) fn event_id() -> EventId {
    EventId::parse("camp").expect("valid")
}

pub(crate) fn line() -> LineId {
    LineId { event_id: event_id(), ticket_type_id: TicketTypeId::parse("camper").expect("valid") }
}

pub(crate) fn customer(name: &str) -> CustomerId {
    CustomerId::parse(name).expect("valid")
}

pub(crate) fn attendee(name: &str) -> Option<AttendeeId> {
    Some(AttendeeId::parse(name).expect("valid"))
}

/// The refusal of a command.
///
/// # Panics
/// If the command was not refused.
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> waitlist_domain::Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("a refusal was expected: {other:?}"),
    }
}
