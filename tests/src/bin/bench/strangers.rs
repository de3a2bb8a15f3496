//! What a stranger's request costs: every public route, and every kind of bad input. A stranger has
//! no key, and may send any request as often as they like.
//!
//! The requests go through the real handlers, warm. The largest items that strangers can make are
//! measured too: those in [`stranger_tokens`](crate::stranger_tokens) and
//! [`stranger_places`](crate::stranger_places). Pages are in [`stranger_pages`](crate::stranger_pages).

use std::fmt::Write as _;

use aws_smithy_types::base64;
use pages::Pages;
use serde_json::{Value, json};
use waitlist_api::routes::answer_as;
use waitlist_api::serving::{JOINS_PER_SOURCE, Warm};
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::order::{Order, WeightedTier};
use waitlist_domain::line::turns::Weight;
use waitlist_domain::values::identifier::TierId;
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_domain::values::time::Timestamp;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::request::from_event;
use waitlist_store::Table;
use waitlist_store::commands::draws::{DrawLists, Draws, Progress};
use waitlist_tests::{START_MILLISECONDS, solution_of};

use crate::line::{IDS, Waitlist, with_thousands};
use crate::metered::Cost;

pub(crate) const HOUR: u64 = 3_600;
/// A token and keys that nobody has.
const TOKEN: &str = "wt_jBnTpFFStCsBI0VniavN7wEjRWeJq83vASNFZ4mrze8BI0VniavN7w";
const KEY: &str = "wl_InventedKey00000000000000000000000000000000";
const UNSUBSCRIBE: &str = "wu_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The function that makes pages.
const PAGES: &str = "pages";

/// A request, as API Gateway hands it to a function.
pub(crate) struct Sent {
    function: &'static str,
    event: Value,
}

impl Sent {
    pub(crate) fn to(function: &'static str) -> Self {
        let event = json!({
            "version": "2.0", "rawPath": "/", "rawQueryString": "", "isBase64Encoded": false, "headers": {},
            "requestContext": {
                "requestId": "r", "stage": "$default",
                "http": {"method": "GET", "path": "/", "sourceIp": "192.0.2.1"},
            },
        });
        Self { function, event }
    }

    pub(crate) fn about(mut self, parameter: &str, value: &str) -> Self {
        self.event["pathParameters"][parameter] = json!(value);
        self
    }

    pub(crate) fn bearing(mut self, credential: &str) -> Self {
        self.event["headers"]["authorization"] = json!(format!("Bearer {credential}"));
        self
    }

    fn keyed(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.event["headers"][name] = json!(value);
        self
    }

    /// Sends it from another network.
    pub(crate) fn sent_from_elsewhere(mut self) -> Self {
        self.event["requestContext"]["http"]["sourceIp"] = json!("198.51.100.1");
        self
    }

    /// A browser's request for a page.
    pub(crate) fn page(method: &str, path: &str) -> Self {
        let mut sent = Self::to(PAGES);
        sent.event["rawPath"] = json!(path);
        sent.event["requestContext"]["http"]["method"] = json!(method);
        sent.event["requestContext"]["http"]["path"] = json!(path);
        sent
    }

    /// The fields of a form.
    pub(crate) fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let fields = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.event["headers"]["content-type"] = json!("application/x-www-form-urlencoded");
        self.event["body"] = json!(fields);
        self
    }

    pub(crate) fn body(mut self, body: &Value) -> Self {
        self.event["headers"]["content-type"] = json!("application/json");
        self.event["body"] = json!(body.to_string());
        self
    }
}

/// The most read units, write units and bytes of a response.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound(pub(crate) f64, pub(crate) f64, pub(crate) usize);

/// Most bytes of a usual response.
pub(crate) const SMALL: usize = 1_000;

struct Row {
    request: &'static str,
    /// The one that it must get, and the one that it got.
    statuses: [u16; 2],
    cost: Cost,
    /// The bytes of the response's body.
    sent: usize,
    bound: Bound,
    /// Most round trips, if they are bounded.
    most_trips: Option<usize>,
}

/// The costs of all requests.
#[derive(Default)]
pub(crate) struct StrangersReport {
    rows: Vec<Row>,
}

/// One event, and the warm functions that strangers call.
pub(crate) struct Measuring<'report> {
    pub(crate) waitlist: Waitlist,
    warm: Warm,
    /// It remembers nothing of what the functions of the API have read.
    pages: Pages,
    report: &'report mut StrangersReport,
}

/// Measures each request once.
pub(crate) async fn measure() -> StrangersReport {
    let mut report = StrangersReport::default();
    let tiers = || ["vip", "general"].map(|tier| TierId::parse(tier).expect("valid")).to_vec();
    let mut by_tier = Measuring::over(Order::Priority { tiers: tiers() }, &mut report).await;
    by_tier.looks().await;
    by_tier.joins().await;
    by_tier.bad_joins().await;
    by_tier.guesses().await;
    let mut by_work = Measuring::over(Order::Fifo, &mut report).await;
    by_work.challenges().await;
    let mut asking = Measuring::over(Order::Fifo, &mut report).await;
    asking.tokens().await;
    let mut browsing = Measuring::over(Order::Fifo, &mut report).await;
    browsing.pages().await;
    let mut in_turns =
        Measuring::over(Order::Weighted { tiers: ["vip", "general"].map(weighted).to_vec() }, &mut report).await;
    in_turns.turns().await;
    for types in [1, 5, 24] {
        let mut with_types = Measuring::over(Order::Fifo, &mut report).await;
        with_types.attendees(types).await;
    }
    let mut by_code = Measuring::over(Order::Priority { tiers: tiers() }, &mut report).await;
    by_code.codes().await;
    let draw_at = Timestamp::from_milliseconds(START_MILLISECONDS + 1_000);
    let mut by_lot = Measuring::over(Order::Lottery { tiers: tiers(), draw_at }, &mut report).await;
    by_lot.draws().await;
    report
}

fn weighted(tier: &str) -> WeightedTier {
    WeightedTier { id: TierId::parse(tier).expect("valid"), weight: Weight::LEAST }
}

/// A join of a person, without a key.
pub(crate) fn wish(person: u64) -> Value {
    let [event, ticket_type] = IDS;
    let email = format!("stranger-{person}@example.org");
    json!({"eventId": event, "ticketTypeId": ticket_type, "name": "Ada Example", "email": email})
}

/// The same with another value of a field.
pub(crate) fn wish_with(person: u64, field: &str, value: &str) -> Value {
    let mut wish = wish(person);
    wish[field] = json!(value);
    wish
}

fn started(waitlist: &Waitlist, table: &Table) -> Warm {
    Warm::new(table, &waitlist.access(), SmsCountries::parse("+43").expect("valid"))
}

/// The function of pages, as it starts.
fn pages(waitlist: &Waitlist) -> Pages {
    let table = waitlist.cold_table();
    Pages::new(&table, started(waitlist, &table))
}

/// A solution that is well-formed and wrong.
fn with_another_counter(solution: &str) -> String {
    let solution = base64::decode(solution).expect("it was made by an encoder");
    let mut payload: Value = serde_json::from_slice(&solution).expect("it is JSON");
    payload["solution"]["counter"] = json!(payload["solution"]["counter"].as_u64().expect("a number") + 1);
    base64::encode(payload.to_string())
}

impl<'report> Measuring<'report> {
    pub(crate) async fn over(order: Order, report: &'report mut StrangersReport) -> Self {
        let waitlist = Waitlist::sold_out_in_order(IDS, order).await;
        let warm = started(&waitlist, &waitlist.table);
        let pages = pages(&waitlist);
        Self { waitlist, warm, pages, report }
    }

    pub(crate) async fn answer(&self, sent: &Sent) -> Response {
        let request = from_event(sent.event.clone()).expect("an event");
        match sent.function {
            // Boxed, because these futures hold those of all handlers and would be large.
            PAGES => Box::pin(self.pages.respond(request)).await,
            function => Box::pin(answer_as(function, &self.warm, request)).await,
        }
    }

    /// Sends a request, which must get this status, and notes its cost.
    pub(crate) async fn send(&mut self, request: &'static str, status: u16, bound: Bound, sent: Sent) -> Response {
        let (response, cost) = self.waitlist.metered.measure(self.answer(&sent)).await;
        self.report.rows.push(Row {
            request,
            statuses: [status, response.status],
            cost,
            sent: response.body.len(),
            bound,
            most_trips: None,
        });
        response
    }

    /// The same for a request whose customer waits for each round trip.
    async fn send_within(&mut self, trips: usize, request: &'static str, status: u16, bound: Bound, sent: Sent) {
        self.send(request, status, bound, sent).await;
        self.report.rows.last_mut().expect("it was noted").most_trips = Some(trips);
    }

    async fn looks(&mut self) {
        let look = || Sent::to("get-event").about("eventId", IDS[0]);
        self.send("event", 200, Bound(3.0, 0.0, SMALL), look()).await;
        self.send("event, within 5 seconds", 200, Bound(0.0, 0.0, SMALL), look()).await;
        self.send("event, with an invented token", 200, Bound(0.0, 0.0, SMALL), look().bearing(TOKEN)).await;
        self.send("event, with an invented key", 401, Bound(1.0, 0.0, SMALL), look().bearing(KEY)).await;
        let unknown = Sent::to("get-event").about("eventId", "nowhere");
        self.send("event, unknown", 404, Bound(1.0, 0.0, SMALL), unknown).await;
        let document = || Sent::to("openapi");
        let sent = self.send("OpenAPI document", 200, Bound(0.0, 0.0, 180_000), document()).await;
        let held = document().header("if-none-match", &sent.headers["etag"]);
        self.send("OpenAPI document, with its ETag", 304, Bound(0.0, 0.0, 0), held).await;
    }

    async fn joins(&mut self) {
        let join = |wish: &Value| Sent::to("join").body(wish);
        self.send("join, the first of a function and of an hour", 201, Bound(2.5, 6.0, SMALL), join(&wish(1))).await;
        self.send_within(3, "join", 201, Bound(1.0, 4.0, SMALL), join(&wish(2))).await;
        self.send("join, with Idempotency-Key", 201, Bound(1.0, 6.0, SMALL), join(&wish(3)).keyed("a")).await;
        self.send("join, the same repeated with the key", 201, Bound(0.0, 1.0, SMALL), join(&wish(3)).keyed("a")).await;
        self.send("join, repeated", 201, Bound(5.0, 4.0, SMALL), join(&wish(2))).await;
    }

    async fn bad_joins(&mut self) {
        let join = |wish: &Value| Sent::to("join").body(wish);
        let bad = wish_with(4, "email", "nobody");
        self.send("join, bad body", 422, Bound(0.0, 0.0, SMALL), join(&bad)).await;
        self.send("join, bad body with Idempotency-Key", 422, Bound(0.0, 2.0, SMALL), join(&bad).keyed("b")).await;
        self.send("join, no JSON", 415, Bound(0.0, 0.0, SMALL), {
            let mut sent = join(&wish(4));
            sent.event["headers"]["content-type"] = json!("text/plain");
            sent
        })
        .await;
        self.send("join, with an invented token", 403, Bound(0.0, 0.0, SMALL), join(&wish(4)).bearing(TOKEN)).await;
        self.send("join, with an invented key", 401, Bound(1.0, 0.0, SMALL), join(&wish(4)).bearing(KEY)).await;
        let unknown_event = wish_with(4, "eventId", "nowhere");
        self.send("join, unknown event", 404, Bound(1.0, 1.0, SMALL), join(&unknown_event)).await;
        let unknown_type = wish_with(4, "ticketTypeId", "parking");
        self.send("join, unknown ticket type", 422, Bound(1.0, 1.0, SMALL), join(&unknown_type)).await;
        let wrong = wish_with(4, "accessCode", "GUESS-2027");
        self.waitlist.advance(HOUR);
        self.send("join, the first wrong access code of an hour", 422, Bound(4.5, 4.0, SMALL), join(&wrong)).await;
        self.send("join, wrong access code", 422, Bound(4.5, 2.0, SMALL), join(&wrong)).await;
        for _ in 0..JOINS_PER_SOURCE / 3 {
            self.answer(&join(&wrong)).await;
        }
        self.send("join, wrong access code over the limit", 429, Bound(0.5, 1.0, SMALL), join(&wrong)).await;
        for _ in 0..JOINS_PER_SOURCE {
            self.answer(&join(&wish(2))).await;
        }
        self.send_within(1, "join, over JoinsPerSource", 429, Bound(1.0, 1.0, SMALL), join(&wish(2))).await;
        self.send("join, over it with Idempotency-Key", 429, Bound(1.0, 3.0, SMALL), join(&wish(2)).keyed("c")).await;
        self.send("join, over it, unknown event", 429, Bound(0.0, 1.0, SMALL), join(&unknown_event)).await;
        let for_attendee = wish_with(4, "attendeeId", "child-1");
        self.send("join, over it, for an attendee", 429, Bound(0.0, 1.0, SMALL), join(&for_attendee)).await;
        self.send("join, over it, unknown ticket type", 429, Bound(0.0, 1.0, SMALL), join(&unknown_type)).await;
    }

    /// An event that asks joins for the solution of a challenge.
    async fn challenges(&mut self) {
        let look = || Sent::to("get-challenge");
        self.send("challenge, that no event asks for", 404, Bound(1.0, 0.0, SMALL), look()).await;
        self.waitlist.ask_for_work().await;
        self.warm = started(&self.waitlist, &self.waitlist.cold_table());
        self.send("challenge, the first of a function", 200, Bound(1.0, 0.0, SMALL), look()).await;
        self.send("challenge", 200, Bound(0.0, 0.0, SMALL), look()).await;
        let join = |wish: &Value| Sent::to("join").body(wish);
        let (first, used) = (self.solution().await, self.solution().await);
        self.answer(&join(&wish_with(1, "challenge", &first))).await;
        self.send("join, no solution of a challenge", 409, Bound(1.0, 1.0, SMALL), join(&wish(2))).await;
        self.send("join, the same with Idempotency-Key", 409, Bound(2.0, 3.0, SMALL), join(&wish(2)).keyed("e")).await;
        let bad = wish_with(2, "challenge", "nonsense");
        self.send("join, malformed solution", 422, Bound(0.0, 0.0, SMALL), join(&bad)).await;
        let wrong = wish_with(2, "challenge", &with_another_counter(&used));
        self.send("join, wrong solution", 409, Bound(1.0, 1.0, SMALL), join(&wrong)).await;
        let solved = wish_with(2, "challenge", &used);
        self.send_within(5, "join, solved challenge", 201, Bound(1.0, 5.0, SMALL), join(&solved)).await;
        let repeated = wish_with(3, "challenge", &used);
        self.send("join, solution used before", 409, Bound(1.0, 2.0, SMALL), join(&repeated)).await;
        self.waitlist.advance(HOUR);
        self.answer(&join(&wish(4))).await;
        self.send("join, solution of an old challenge", 409, Bound(1.0, 1.0, SMALL), join(&repeated)).await;
    }

    /// The solution of a new challenge.
    async fn solution(&self) -> String {
        // No two challenges of the bench have the same time. Their random bits may be the same.
        self.waitlist.advance(1);
        let made = self.answer(&Sent::to("get-challenge")).await;
        solution_of(&serde_json::from_str(&made.body).expect("it is JSON"))
    }

    /// Routes for customers, with tokens that belong to nobody.
    async fn guesses(&mut self) {
        let of = |function| Sent::to(function).about("customerId", "family-1").bearing(TOKEN);
        let entry = json!({"entryId": format!("ent_{}", "0".repeat(32))});
        self.send("position, invented token", 404, Bound(1.5, 0.0, SMALL), of("position")).await;
        self.send("leave, invented token", 404, Bound(1.0, 0.0, SMALL), of("leave")).await;
        self.send("claim, invented token", 404, Bound(1.0, 0.0, SMALL), of("claim").body(&entry)).await;
        self.send(
            "claim, the same with Idempotency-Key",
            404,
            Bound(1.0, 2.0, SMALL),
            of("claim").body(&entry).keyed("d"),
        )
        .await;
        self.send("decline, invented token", 404, Bound(1.0, 0.0, SMALL), of("decline").body(&entry)).await;
        let stop = Sent::to("unsubscribe").about("token", UNSUBSCRIBE);
        self.send("unsubscribe, invented token", 404, Bound(1.0, 0.0, SMALL), stop).await;
        let looks = [("position", "customerId"), ("explain-entry", "entryId")];
        for (request, (function, parameter)) in
            ["position, no credential", "explain, no credential"].into_iter().zip(looks)
        {
            let sent = Sent::to(function).about(parameter, "family-1");
            self.send(request, 401, Bound(0.0, 0.0, SMALL), sent).await;
        }
        self.send("confirm, invented token", 404, Bound(1.0, 0.0, SMALL), of("confirm").body(&json!({}))).await;
        self.send("phone code, invented token", 404, Bound(1.0, 0.0, SMALL), of("send-phone-code").body(&entry)).await;
        let tried = json!({"entryId": entry["entryId"], "code": "123456"});
        self.send("phone number, invented token", 404, Bound(1.0, 0.0, SMALL), of("confirm-phone").body(&tried)).await;
        let find = |email: &str| Sent::to("find").body(&json!({ "email": email }));
        self.send("links, the first of an hour", 202, Bound(1.0, 3.0, SMALL), find("one@example.org")).await;
        self.send("links", 202, Bound(1.0, 2.0, SMALL), find("two@example.org")).await;
        self.send("any other route", 401, Bound(0.0, 0.0, SMALL), Sent::to("stats").about("eventId", IDS[0])).await;
        self.send("any other route, with an invented key", 401, Bound(1.0, 0.0, SMALL), {
            Sent::to("stats").about("eventId", IDS[0]).bearing(KEY)
        })
        .await;
    }

    async fn draws(&mut self) {
        let look = |event| Sent::to("get-draw").about("eventId", event).about("ticketTypeId", IDS[1]);
        self.send("draw, before it", 200, Bound(2.5, 0.0, SMALL), look(IDS[0])).await;
        self.send("draw, unknown event", 404, Bound(1.5, 0.0, SMALL), look("nowhere")).await;
        self.waitlist.load_lanes(&[Lane::Pool], DrawLists::ENTRANTS_TO_A_PART as u64);
        self.waitlist.advance(HOUR);
        let draws = Draws::new(&self.waitlist.table);
        while draws.hold(&self.waitlist.line, self.waitlist.table.now()).await.expect("it goes on")
            != Progress::Finished
        {}
        self.send("draw, held, the first of a function", 200, Bound(7.5, 0.0, 30_000), look(IDS[0])).await;
        self.send("draw, held", 200, Bound(0.0, 0.0, 30_000), look(IDS[0])).await;
    }
}

impl Row {
    /// Read and write units by the dearer count. Only AWS's rules count refused writes.
    fn units(&self) -> [f64; 2] {
        let (reported, by_rules) = (self.cost.reported.total(), self.cost.by_rules.total());
        [reported.read.max(by_rules.read), reported.write.max(by_rules.write)]
    }

    fn is_within(&self) -> bool {
        let ([read, write], Bound(most_read, most_write, most_sent)) = (self.units(), self.bound);
        let [expected, status] = self.statuses;
        let is_quick = self.most_trips.is_none_or(|most| self.cost.round_trips <= most);
        status == expected && is_quick && read <= most_read && write <= most_write && self.sent <= most_sent
    }
}

impl StrangersReport {
    /// Whether every bound holds.
    pub(crate) fn is_within_bounds(&self) -> bool {
        self.rows.iter().all(Row::is_within)
    }

    /// The table, as text.
    pub(crate) fn table(&self) -> String {
        let mut text = "What a stranger's request costs\n".to_owned();
        text += "request                                                        status   trips    RRU    WRU   \
                 largest write, bytes   response, bytes   bound                                          within\n";
        for row in &self.rows {
            let ([read, write], within) = (row.units(), if row.is_within() { "yes" } else { "NO" });
            let Bound(most_read, most_write, most_sent) = row.bound;
            let trips = row.most_trips.map_or_else(String::new, |most| format!(", ≤ {most} trips"));
            let bound = format!("≤ {most_read} RRU, ≤ {most_write} WRU, ≤ {} bytes{trips}", with_thousands(most_sent));
            writeln!(
                text,
                "{:<62} {:>6} {:>7} {read:>6} {write:>6} {:>22} {:>17}   {bound:<47}{within}",
                row.request, row.statuses[1], row.cost.round_trips, row.cost.largest_item, row.sent,
            )
            .expect("a string takes all");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_request_of_a_stranger_costs_more_than_its_bound() {
        let report = measure().await;
        assert!(report.is_within_bounds(), "{}", report.table());
    }
}
