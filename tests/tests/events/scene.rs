//! The world in which every request and batch is handled, and the functions in it.
//!
//! - `summer-camp-1`: one seat is sold, and 39 are on sale.
//! - `summer-camp-2`: no seats are on sale. `parent-1` waits there for `child-1` and is offered the
//!   one released seat, for 24 hours.
//! - `spring-camp-1`: two releases of two seats a week. The second one is paused.
//! - `autumn-camp-1`: a lottery. One seat is on sale, and nobody waits.
//! - `winter-camp-1`: one seat is free, and offers are paused. `parent-5` waits for four seats, and
//!   `parent-7` behind them for one. `parent-6` has left. `parent-7` has not confirmed their phone
//!   number, and had the code 794824 sent there. `parent-20` joined without a key, is not confirmed
//!   yet, and has got the mail.
//! - `winter-camp-2`: nobody waits. The tier `vip` comes first, and the code EARLYBIRD-2027 leads
//!   into it. EARLYBIRD-2026 was revoked.
//! - `easter-camp-1`: a form asks for school, age and food.
//! - `easter-camp-2`: a join without a key must solve a challenge. Nobody waits.
//!
//! The files in `events/` and the cases name these people and ids.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_smithy_types::base64;
use pages::Pages;
use serde_json::{Value, json};
use waitlist_api::routes::ROUTES;
use waitlist_api::serving::Warm;
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::registration::{Registration, RegistrationStatus, Source};
use waitlist_domain::event::access_code::{AccessCode, MaxUses};
use waitlist_domain::event::details::Details;
use waitlist_domain::event::join_challenge::{JoinChallenge, SigningKey, Work};
use waitlist_domain::event::retention::Retention;
use waitlist_domain::event::{Event, JoinAccess, TicketType, WaitlistRules};
use waitlist_domain::form::Form;
use waitlist_domain::line::fit::Fit;
use waitlist_domain::line::moved_up::MovedUpAt;
use waitlist_domain::line::order::Order;
use waitlist_domain::line::release::{Pace, Release};
use waitlist_domain::line::steering::Offering;
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::contact::{EmailAddress, PersonName, PhoneNumber};
use waitlist_domain::values::credential::{SecretHash, Token};
use waitlist_domain::values::identifier::{
    AttendeeId, CodeId, CustomerId, EntryId, EventId, LineId, PlaceId, RegistrationId, ReleaseId, TicketTypeId, TierId,
};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::mandate::{Actor, Mandate};
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Window;
use waitlist_runtime::http::request::from_event;
use waitlist_runtime::http::{Request, Response};
use waitlist_runtime::workers::lines_in_trouble::LinesInTrouble;
use waitlist_runtime::workers::movers::Movers;
use waitlist_runtime::workers::queues::{
    Notifications, Promotions, PromotionsDeadLetters, Retries, StreamDeadLetters, Timers,
};
use waitlist_store::commands::access_codes::{AccessCodes, WantedCode};
use waitlist_store::commands::confirming::Confirmations;
use waitlist_store::commands::events::{EventChanges, WantedEvent};
use waitlist_store::commands::joining::{Join, Joined, Joins};
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::commands::offers::Departures;
use waitlist_store::commands::personal_data::PersonalData;
use waitlist_store::commands::phone_codes::{Asked, PhoneCodes};
use waitlist_store::commands::places::PlaceNotes;
use waitlist_store::commands::promotions;
use waitlist_store::commands::putting_off::PutOffMessages;
use waitlist_store::commands::registrations::DirectSales;
use waitlist_store::commands::releases::Releases;
use waitlist_store::commands::reminders::Reminders;
use waitlist_store::commands::steering::{Steer, Steering};
use waitlist_store::commands::sweeping::Sweeps;
use waitlist_store::commands::unreachable_addresses::UnreachableAddresses;
use waitlist_store::commands::unsubscribing::Unsubscribing;
use waitlist_store::followers::changes::IndexUpkeep;
use waitlist_store::followers::journal::JournalKeeping;
use waitlist_store::followers::moved_up::MovedUp;
use waitlist_store::queries::entries::{Entries, EntryFilter};
use waitlist_store::queries::events::Events;
use waitlist_store::{Line, StoredEntry, Table};
use waitlist_tests::{
    ApiFunctions, Crashed, Fault, FaultPlan, InProcessCloud, Item, Message, Random, START_MILLISECONDS, StoredKey,
    StreamRecord, as_function, scan_all, simulate, sms_countries, stream_event_json,
};

use crate::conformance::{Exchange, Parameters, check, decoded};
use crate::telling::notifier;

use super::payload::Payload;
use super::reply::Reply;

pub(super) const ORGANISER: &str = "wl_ExampleOrganiserKey000000000000000000000000";
pub(super) const SALES: &str = "wl_ExampleSalesKey0000000000000000000000000000";
pub(super) const VIEWER: &str = "wl_ExampleViewerKey000000000000000000000000000";
/// The token of `parent-1` for the place of `child-1` in the line of the sold-out event.
pub(super) const TOKEN: &str = "wt_jBnTpFFStCsBI0VniavN7wEjRWeJq83vASNFZ4mrze8BI0VniavN7w";

/// The token in the mail to `parent-20`.
pub(super) const MAILED_TOKEN: &str = "wt_CtJocIKbd2kBI0VniavN7wEjRWeJq83vASNFZ4mrze8BI0VniavN7w";

/// The token of a link by which `parent-1` turns news off.
pub(super) const UNSUBSCRIBE_TOKEN: &str = "wu_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The reference of the offer to `parent-1`, with which they come to a shop.
pub(super) const REFERENCE: &str = "ent_00000000000000000000000000000001.000DfLDssI2z9JZINRvubg";

/// The key that signs challenges. It derives from the secret that the scene's first phone code
/// makes.
pub(super) fn signing_key() -> SigningKey {
    SigningKey::derive(&SECRET)
}

/// The random bits behind the scene's phone code, and the secret of its stack.
const SECRET: [u8; 32] = [7; 32];

/// The phone number of everybody who waits.
const PHONE: &str = "+14155550123";

/// The event with seats on sale.
pub(super) const ON_SALE: &str = "summer-camp-1";
/// The event with releases of two seats a week.
const WEEK_BY_WEEK: &str = "spring-camp-1";
/// The event with a lottery.
pub(super) const BY_LOT: &str = "autumn-camp-1";
/// The event with offers paused.
pub(super) const GATHERING: &str = "winter-camp-1";
/// The event with tiers.
pub(super) const BY_TIER: &str = "winter-camp-2";
/// The event with a form.
pub(super) const ASKING: &str = "easter-camp-1";
/// The event that asks for a solved challenge.
pub(super) const ASKING_FOR_WORK: &str = "easter-camp-2";
/// The sold-out event, with a line and an offer.
pub(super) const SOLD_OUT: &str = "summer-camp-2";

pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const HOUR: Duration = Duration::from_secs(3600);

/// One world, in which a test happens.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) cloud: InProcessCloud,
    /// The table as the story sees it. Each function has one of its own.
    pub(super) table: Table,
    functions: ApiFunctions,
    /// The stream's records of how the scene was made.
    pub(super) beginning: Vec<StreamRecord>,
}

/// The seed of chance where no other is named.
const SEED: u64 = 1;

/// How every scene begins. It is made once, because that takes longer than most stories.
struct Beginning {
    items: Vec<Value>,
    records: Vec<StreamRecord>,
    /// Where chance stands, so that no story gets random bits that made the scene.
    random: Random,
}

impl Beginning {
    fn get() -> &'static Self {
        static BEGINNING: OnceLock<Beginning> = OnceLock::new();
        BEGINNING.get_or_init(|| simulate(SEED, async |cloud| Self::of(&Scene::new(cloud).await)))
    }

    fn of(scene: &Scene) -> Self {
        assert_eq!(scene.cloud.now().timestamp_millis(), START_MILLISECONDS, "no time passes in the making");
        let random = scene.cloud.choose(|random| random.clone());
        Self { items: scene.cloud.items(), records: scene.beginning.clone(), random }
    }

    /// A scene of its own.
    async fn scene(&self, cloud: InProcessCloud, seed: u64) -> Scene {
        cloud.load(self.items.iter().cloned());
        if seed == SEED {
            cloud.choose(|random| *random = self.random.clone());
        }
        let mut scene = Scene::empty(cloud).await;
        scene.beginning.clone_from(&self.records);
        scene
    }
}

/// Runs a story in a fresh world.
pub(super) fn in_scene<T>(story: impl AsyncFnOnce(Scene) -> T) -> T {
    in_scene_of_seed(SEED, story)
}

/// Runs a story in a fresh world, in which chance follows from this seed.
pub(super) fn in_scene_of_seed<T>(seed: u64, story: impl AsyncFnOnce(Scene) -> T) -> T {
    let beginning = Beginning::get();
    simulate(seed, async |cloud| story(beginning.scene(cloud, seed).await).await)
}

/// Runs a story in a world with keys and nothing else.
pub(super) fn in_empty_scene<T>(story: impl AsyncFnOnce(Scene) -> T) -> T {
    simulate(SEED, async |cloud| story(Scene::empty(cloud).await).await)
}

/// Runs a story in which the SDK repeats no failed calls, so that our code sees every failure.
pub(super) fn without_retries(story: impl AsyncFnOnce(Scene)) {
    let beginning = Beginning::get();
    simulate(SEED, async |cloud| {
        cloud.set_attempts(1);
        story(beginning.scene(cloud, SEED).await).await;
    });
}

/// The request in API Gateway's event.
fn request(event: Value) -> Request {
    from_event(event).expect("it is an event of payload format 2.0")
}

pub(super) fn event_id(event: &str) -> EventId {
    EventId::parse(event).expect("valid")
}

/// The line of campers of an event.
pub(super) fn line(event: &str) -> LineId {
    LineId { event_id: event_id(event), ticket_type_id: TicketTypeId::parse("camper").expect("valid") }
}

/// The bits of the ids that end in 1.
pub(super) const FIRST: [u8; 16] = bits(1);

const fn bits(number: u8) -> [u8; 16] {
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number]
}

fn quantity(quantity: i64) -> Quantity {
    Quantity::parse(quantity).expect("valid")
}

/// The token for a place. It has the same random bits for each.
pub(super) fn token(place: &PlaceId) -> Token {
    let bits = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef_u128.to_be_bytes();
    let bits: Vec<u8> = [bits, bits].concat();
    Token::from_bits(&place.tag(), bits.try_into().expect("32 bytes"))
}

/// How the scene is made, and what may happen in it.
impl Scene {
    /// A scene with keys and nothing else.
    async fn empty(cloud: InProcessCloud) -> Self {
        let start = cloud.clone();
        let start = move || Warm::new(&start.table(), &start.access_table(), sms_countries());
        let functions = ApiFunctions::new(start);
        let scene = Self { functions, table: cloud.table(), cloud, beginning: Vec::new() };
        for (key, role) in [(ORGANISER, "organiser"), (SALES, "sales"), (VIEWER, "viewer")] {
            scene.cloud.create_key(&StoredKey::new(key, role)).await;
        }
        scene
    }

    async fn new(cloud: InProcessCloud) -> Self {
        let mut scene = Self::empty(cloud).await;
        scene.put_event(ON_SALE, 40).await;
        scene.put_event(SOLD_OUT, 0).await;
        scene.draw_lots_for(BY_LOT).await;
        scene.sell_a_seat().await;
        scene.join("parent-1", "child-1", FIRST).await;
        scene.release(SOLD_OUT, FIRST, 1, None).await;
        promotions::Promotions::new(&scene.table).promote(&line(SOLD_OUT)).await.expect("nothing disturbs it");
        scene.add_unsubscribe_link().await;
        scene.release_week_by_week().await;
        scene.gather_seats().await;
        scene.send_phone_code().await;
        scene.hand_out_codes().await;
        scene
            .ask(&json!([
                {"id": "school", "type": "text", "label": "School", "required": true},
                {"id": "age", "type": "number", "label": "Age", "min": 6, "max": 14},
                {"id": "food", "type": "choice", "label": "Food", "options": [
                    {"id": "all", "label": "Anything"}, {"id": "veg", "label": "Vegetarian"},
                ]},
            ]))
            .await;
        let asks_for_work = |event: &mut Event| event.rules.join_challenge = Some(JoinChallenge::Work);
        scene.put_changed_event(ASKING_FOR_WORK, 0, asks_for_work).await;
        scene.beginning = scene.cloud.take_stream_records();
        scene.given_back("journal", stream_event_json(&scene.beginning)).await;
        // Nobody follows the journal's own writes.
        scene.cloud.take_stream_records();
        scene
    }

    pub(super) async fn put_event(&self, event: &str, capacity: u64) {
        self.put_changed_event(event, capacity, |_| ()).await;
    }

    /// Puts an event with one seat on sale, and with a draw some days before it begins.
    async fn draw_lots_for(&self, event: &str) {
        let draw_at = self.table.now().plus_milliseconds(500_000_000);
        let tiers = ["vip", "general"].map(|tier| TierId::parse(tier).expect("valid")).to_vec();
        let order = Order::Lottery { tiers, draw_at };
        self.put_changed_event(event, 1, |event| event.rules.order = order).await;
    }

    /// Puts an event that differs from the usual one by `change`.
    pub(super) async fn put_changed_event(&self, event: &str, capacity: u64, change: impl FnOnce(&mut Event)) {
        let window = |text| Window::parse(text).expect("valid");
        let mut event = Event {
            id: event_id(event),
            version: 0,
            name: Label::parse("Summer Camp").expect("valid"),
            starts_at: self.table.now().plus_milliseconds(1_000_000_000),
            time_zone: "America/New_York".to_owned(),
            locale: None,
            details: Details::default(),
            ticket_types: vec![TicketType {
                id: line(event).ticket_type_id,
                name: Label::parse("Camper").expect("valid"),
            }],
            rules: WaitlistRules {
                order: Order::Fifo,
                join_access: JoinAccess::Public,
                max_size: 10_000,
                max_quantity: quantity(4),
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
        change(&mut event);
        let wanted = WantedEvent { event, capacities: vec![Some(capacity)] };
        EventChanges::new(&self.table).put(&wanted).await.expect("it is valid");
    }

    /// Sets the form of `easter-camp-1`.
    pub(super) async fn ask(&self, questions: &Value) {
        let form: Form = serde_json::from_value(questions.clone()).expect("a form");
        self.put_changed_event(ASKING, 0, |event| event.rules.form = form).await;
    }

    async fn sell_a_seat(&self) {
        let registration = Registration {
            id: RegistrationId::from_bits(FIRST),
            line: line(ON_SALE),
            quantity: Quantity::ONE,
            customer_id: CustomerId::parse("parent-1").expect("valid"),
            attendee_id: None,
            status: RegistrationStatus::Confirmed,
            source: Source::Direct,
            entry_id: None,
            payment_reference: None,
            created_at: self.table.now(),
        };
        DirectSales::new(&self.table).sell(&registration).await.expect("seats are on sale");
    }

    /// Somebody joins the line for one seat.
    pub(super) async fn join(&self, customer: &str, attendee: &str, id: [u8; 16]) {
        self.join_for(customer, attendee, id, 1).await;
    }

    /// Somebody joins the line for some seats.
    pub(super) async fn join_for(&self, customer: &str, attendee: &str, id: [u8; 16], seats: i64) {
        self.join_line(SOLD_OUT, customer, attendee, id, seats).await;
    }

    /// Somebody joins the line of an event.
    pub(super) async fn join_line(&self, event: &str, customer: &str, attendee: &str, id: [u8; 16], seats: i64) {
        self.join_with(event, customer, attendee, id, seats, false).await;
    }

    /// Somebody joins without a key, and reads the token in their mail.
    async fn join_publicly(&self, event: &str, customer: &str, attendee: &str, id: [u8; 16]) {
        self.join_with(event, customer, attendee, id, 1, true).await;
        let entry = self.entry(customer).await.entry;
        let token = token(&entry.place).hash();
        let added = Notifying::new(&self.table).add_message_token(&entry, Channel::Email, &token).await;
        added.expect("the table answers");
    }

    async fn join_with(&self, event: &str, customer: &str, attendee: &str, id: [u8; 16], seats: i64, is_public: bool) {
        let place = PlaceId {
            customer_id: CustomerId::parse(customer).expect("valid"),
            line: line(event),
            attendee_id: Some(AttendeeId::parse(attendee).expect("valid")),
        };
        let join = Join {
            tier: None,
            access_code: None,
            is_public,
            work: Work::Missing,
            applicant: Applicant {
                phone: Some(PhoneNumber::parse(PHONE).expect("valid")),
                is_phone_unproven: customer == "parent-7",
                ..Applicant::new(
                    PersonName::parse("Pat Example").expect("valid"),
                    EmailAddress::parse("pat@example.org").expect("valid"),
                    quantity(seats),
                )
            },
            token_hash: token(&place).hash(),
            entry_id: EntryId::from_bits(id),
            place,
        };
        let table = self.table.acting_as(Mandate::of(Actor::Customer));
        let joined = Joins::new(&table).join(&join, |_| Ok(())).await;
        assert!(matches!(joined, Ok(Joined::New(..))), "{joined:?}");
    }

    /// `parent-2` takes the second number and crashes. Then `parent-3` joins.
    pub(super) async fn lose_an_entry(&self) {
        self.cloud.faults(FaultPlan::none().next("PutItem", Fault::CrashBefore));
        let joining = self.cloud.invoke(self.join("parent-2", "child-2", [2; 16])).await;
        assert_eq!(joining, Err(Crashed));
        self.join("parent-3", "child-3", [3; 16]).await;
    }

    async fn release(&self, event: &str, id: [u8; 16], seats: i64, pace: Option<Pace>) {
        let release = Release::begin(ReleaseId::from_bits(id), line(event), quantity(seats), pace, self.table.now());
        Releases::new(&self.table).begin(&release).await.expect("the line is there");
    }

    /// Releases six seats into the line, two now and two every ten minutes.
    pub(super) async fn release_in_batches(&self) {
        let interval = Window::parse("10 minutes").expect("valid");
        self.release(SOLD_OUT, bits(2), 6, Some(Pace { batch_size: quantity(2), interval })).await;
    }

    async fn add_unsubscribe_link(&self) {
        let entry = self.entry("parent-1").await.entry;
        let added = Unsubscribing::new(&self.table).add_link(&entry, &SecretHash::of(UNSUBSCRIBE_TOKEN)).await;
        added.expect("the table answers");
    }

    async fn release_week_by_week(&self) {
        self.put_event(WEEK_BY_WEEK, 1).await;
        let pace = Pace { batch_size: quantity(2), interval: Window::parse("7 days").expect("valid") };
        self.release(WEEK_BY_WEEK, bits(3), 6, Some(pace.clone())).await;
        self.release(WEEK_BY_WEEK, bits(4), 6, Some(pace)).await;
        let paused = Releases::new(&self.table).pause(&ReleaseId::from_bits(bits(4))).await;
        paused.expect("it goes on");
    }

    async fn hand_out_codes(&self) {
        let tiers = ["vip", "general"].map(|tier| TierId::parse(tier).expect("valid")).to_vec();
        self.put_changed_event(BY_TIER, 0, |event| event.rules.order = Order::Priority { tiers }).await;
        let codes = AccessCodes::new(&self.table);
        for (number, code) in [(1, "EARLYBIRD-2027"), (2, "EARLYBIRD-2026")] {
            let wanted = WantedCode {
                event_id: event_id(BY_TIER),
                code: AccessCode::parse(code).expect("valid"),
                id: CodeId::from_bits(bits(number)),
                tier: TierId::parse("vip").expect("valid"),
                max_uses: MaxUses::parse(20).expect("valid"),
                ends_at: self.table.now().plus_milliseconds(500_000_000),
                label: None,
            };
            codes.create(&wanted).await.expect("the event has the tier");
        }
        codes.revoke(&event_id(BY_TIER), &CodeId::from_bits(bits(2))).await.expect("it is there");
    }

    /// Has a code sent to the phone number of `parent-7`. It is always the same, because all random
    /// bits are.
    async fn send_phone_code(&self) {
        let (clock, stored) = (self.table.clone(), self.entry("parent-7").await);
        let now = move || clock.now();
        let table = Table::new(self.cloud.dynamodb(), self.cloud.table_name(), Arc::new(now), Arc::new(|| SECRET));
        let phone = PhoneNumber::parse(PHONE).expect("valid");
        let asked = PhoneCodes::new(&table).ask(&stored, &phone, "the scene").await;
        assert!(matches!(asked, Ok(Asked::OnItsWay(_))), "{asked:?}");
    }

    async fn gather_seats(&self) {
        self.put_event(GATHERING, 0).await;
        for (customer, attendee, number, seats) in
            [("parent-5", "child-5", 5, 4), ("parent-6", "child-6", 6, 1), ("parent-7", "child-7", 7, 1)]
        {
            self.join_line(GATHERING, customer, attendee, bits(number), seats).await;
        }
        self.join_publicly(GATHERING, "parent-20", "child-8", bits(8)).await;
        let left = CustomerId::parse("parent-6").expect("valid");
        let page = Entries::new(&self.table).of_customer(&left, &EntryFilter::default(), None).await;
        let entry = page.expect("the table answers").entries.remove(0);
        Departures::new(&self.table).leave(&entry).await.expect("they wait");
        let steer = Steer { joining: None, offering: Some(Offering::Paused) };
        Steering::new(&self.table).steer(&[line(GATHERING)], steer).await.expect("the line is there");
        self.release(GATHERING, bits(5), 1, None).await;
    }
}

/// The body of a request as it was sent.
fn body(event: &Value) -> Vec<u8> {
    let text = event["body"].as_str().unwrap_or_default();
    let is_encoded = event["isBase64Encoded"] == true;
    is_encoded.then(|| base64::decode(text).ok()).flatten().unwrap_or_else(|| text.as_bytes().to_vec())
}

/// The parameters of a request.
fn parameters(event: &Value) -> Parameters {
    let texts = |place: &str| -> Vec<(String, String)> {
        let members = event[place].as_object().into_iter().flatten();
        members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
    };
    let query = event["rawQueryString"].as_str().unwrap_or_default();
    Parameters {
        path: texts("pathParameters").into_iter().map(|(name, value)| (name, decoded(&value))).collect(),
        query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        header: texts("headers"),
    }
}

/// The functions of the scene.
impl Scene {
    /// The answer of an API function to an event.
    pub(super) async fn answer(&self, function: &str, event: Value) -> Reply {
        let (sent, parameters) = (body(&event), parameters(&event));
        let answer = self.unchecked_answer(function, event).await;
        check(&Exchange {
            route: ROUTES.iter().find(|route| route.function == function),
            parameters,
            request: &sent,
            status: answer.status,
            headers: answer.headers.clone(),
            response: &answer.body,
        });
        answer
    }

    /// The same where `openapi.json` may not be made yet.
    pub(super) async fn unchecked_answer(&self, function: &str, event: Value) -> Reply {
        Reply::new(&self.respond(function, request(event)).await)
    }

    /// The answer of the function behind a request's route.
    pub(super) async fn send(&self, payload: Payload) -> Reply {
        let function = payload.function();
        self.answer(function, payload.event()).await
    }

    async fn respond(&self, function: &str, request: Request) -> Response {
        match function {
            "no-route" => waitlist_api::no_route::handle(&request),
            _ => self.functions.answer(function, request).await,
        }
    }

    /// What a browser gets of a page.
    pub(super) async fn browse(&self, payload: Payload) -> Response {
        let table = self.cloud.table();
        let pages = Pages::new(&table, Warm::new(&table, &self.cloud.access_table(), sms_countries()));
        as_function("pages", pages.respond(request(payload.event()))).await
    }

    /// The answer of a worker to an event, in Lambda's JSON.
    pub(super) async fn work(&self, function: &str, event: Value) -> Value {
        as_function(function, self.work_unnamed(function, event)).await
    }

    /// The records that an instance of the relay gives back.
    pub(super) async fn relayed_by(&self, relay: &relay::Relay, event: Value) -> Vec<String> {
        let answer = as_function("relay", Box::pin(relay::answer(relay, event))).await.expect("JSON");
        let failures = answer["batchItemFailures"].as_array().into_iter().flatten();
        failures.map(|failure| failure["itemIdentifier"].as_str().expect("a name").to_owned()).collect()
    }

    async fn work_unnamed(&self, function: &str, event: Value) -> Value {
        let answer = match function {
            "relay" => Box::pin(relay::answer(&self.relay(), event)).await,
            "journal" => serde_json::to_value(Box::pin(journal::handle(&self.journal(), &event)).await),
            "promote" => serde_json::to_value(Box::pin(promote::handle(&self.promoter(), read(event))).await),
            "timer" => serde_json::to_value(Box::pin(timer::handle(&self.timer(), read(event))).await),
            "notify" => serde_json::to_value(Box::pin(notify::handle(&self.notifier(), read(event))).await),
            "feedback" => {
                let addresses = UnreachableAddresses::new(&self.cloud.table());
                serde_json::to_value(Box::pin(feedback::handle(&addresses, read(event))).await)
            }
            "sweep" => {
                let swept = Box::pin(sweep::answer(&self.sweeper(), &event)).await;
                Ok(swept.map_or_else(|error| json!({"errorMessage": error.to_string()}), |()| Value::Null))
            }
            other => panic!("the worker {other} is new: give it its handler here"),
        };
        answer.expect("what a worker answers is JSON")
    }

    /// The records or messages that a worker gives back.
    ///
    /// # Panics
    /// If the worker fails as a whole.
    pub(super) async fn given_back(&self, function: &str, event: Value) -> Vec<String> {
        let answer = self.work(function, event).await;
        assert_eq!(answer.get("errorMessage"), None, "{function} failed");
        let failures = answer["batchItemFailures"].as_array().into_iter().flatten();
        failures.map(|failure| failure["itemIdentifier"].as_str().expect("a name").to_owned()).collect()
    }

    /// A relay that has just started. As every worker here, it remembers nothing that others have
    /// read.
    pub(super) fn relay(&self) -> relay::Relay {
        let table = self.cloud.table();
        relay::Relay {
            index: IndexUpkeep::new(&table),
            places: PlaceNotes::new(&table),
            movers: self.movers(&table),
            promotions: self.promotions(),
            timers: self.timers(),
            notifications: self.notifications(),
            retries: Retries::new(self.cloud.sqs(), self.cloud.queue_url("retries.fifo")),
            trouble: LinesInTrouble::default(),
            dead_letters: StreamDeadLetters::new(self.cloud.sqs(), self.cloud.queue_url("relay-dead-letters")),
            table,
        }
    }

    fn journal(&self) -> journal::Ports {
        journal::Ports {
            journals: JournalKeeping::new(&self.cloud.table()),
            dead_letters: StreamDeadLetters::new(self.cloud.sqs(), self.cloud.queue_url("journal-dead-letters")),
        }
    }

    fn notifications(&self) -> Notifications {
        let url = |queue| self.cloud.queue_url(queue);
        Notifications::new(self.cloud.sqs(), url("urgent-notifications"), url("notifications"))
    }

    fn movers(&self, table: &Table) -> Movers {
        Movers::new(MovedUp::new(table), self.notifications(), self.timers())
    }

    fn promoter(&self) -> promote::Promote {
        let table = self.cloud.table();
        let promotions = promotions::Promotions::new(&table);
        let dead_letters = self.cloud.queue_url("promotions-dead-letters.fifo");
        let dead_letters = PromotionsDeadLetters::new(self.cloud.sqs(), dead_letters);
        promote::Promote { table, promotions, timers: self.timers(), dead_letters }
    }

    fn timer(&self) -> timer::Timer {
        let table = self.cloud.table();
        timer::Timer {
            promotions: promotions::Promotions::new(&table),
            draws: waitlist_store::commands::draws::Draws::new(&table),
            reminders: Reminders::new(&table),
            confirmations: Confirmations::new(&table),
            movers: self.movers(&table),
            releases: Releases::new(&table),
            put_off_messages: PutOffMessages::new(&table),
            notifications: self.notifications(),
            timers: self.timers(),
            table,
        }
    }

    fn notifier(&self) -> notify::Ports {
        notifier(&self.cloud.table(), &self.cloud)
    }

    fn sweeper(&self) -> sweep::Sweep {
        let table = self.cloud.table();
        sweep::Sweep {
            sweeps: Sweeps::new(&table),
            promotions: self.promotions(),
            timers: self.timers(),
            personal_data: PersonalData::new(&table),
        }
    }

    fn promotions(&self) -> Promotions {
        Promotions::new(self.cloud.sqs(), self.cloud.queue_url("promotions.fifo"))
    }

    fn timers(&self) -> Timers {
        Timers::new(self.cloud.sqs(), self.cloud.queue_url("timers"))
    }
}

/// An event, parsed as the Lambda runtime does.
fn read<T: serde::de::DeserializeOwned>(event: Value) -> T {
    serde_json::from_value(event).expect("an event of the function's kind")
}

/// The state of the scene.
impl Scene {
    /// Every item in the table.
    pub(super) async fn items(&self) -> Vec<Item> {
        scan_all(&self.cloud.dynamodb(), self.cloud.table_name()).await
    }

    /// Every item in the table, except for the records of idempotency, the counts by sources, and
    /// codes with their tries.
    pub(super) async fn items_of_the_waitlist(&self) -> Vec<Item> {
        let is_beside =
            |key: &String| ["IDEMPOTENCY#", "SOURCE#", "PHONECODE#"].iter().any(|kind| key.starts_with(kind));
        self.items().await.into_iter().filter(|item| !item["pk"].as_s().is_ok_and(is_beside)).collect()
    }

    /// The newest entry of a customer.
    pub(super) async fn entry(&self, customer: &str) -> StoredEntry {
        let customer_id = CustomerId::parse(customer).expect("valid");
        let page = Entries::new(&self.table).of_customer(&customer_id, &EntryFilter::default(), None).await;
        page.expect("the table answers").entries.pop().unwrap_or_else(|| panic!("{customer} has no entry"))
    }

    /// The counts of an event's line.
    pub(super) async fn line(&self, event: &str) -> Line {
        Events::new(&self.table).get_with_lines(&event_id(event)).await.expect("it is there").lines.remove(0)
    }

    /// Whether the lots of an event's line are drawn.
    pub(super) async fn is_drawn(&self, event: &str) -> bool {
        let held = waitlist_store::commands::draws::DrawLists::new(&self.table).held(&line(event), 0).await;
        held.expect("nothing disturbs it").is_some_and(|draw| draw.result.is_some())
    }

    /// The messages in a queue, in the order of sending.
    pub(super) fn queued(&self, queue: &str) -> Vec<Message> {
        self.cloud.queue(queue).messages()
    }

    /// The parsed bodies of the messages in a queue.
    pub(super) fn bodies(&self, queue: &str) -> Vec<Value> {
        let messages = self.queued(queue);
        messages.iter().map(|message| serde_json::from_str(&message.body).expect("JSON")).collect()
    }

    /// The changes since the last call, as an event for the stream's followers.
    pub(super) fn new_changes(&self) -> Value {
        stream_event_json(&self.cloud.take_stream_records())
    }

    /// The records of an item from the making of the scene.
    pub(super) fn beginning_of(&self, item: &str) -> Vec<StreamRecord> {
        self.beginning.iter().filter(|record| record.item() == item).cloned().collect()
    }
}
