//! Bad input: each is a 4xx problem that names the field and the remedy, and nothing is stored.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::{Caller, Line, MAIL_DOMAIN, Person, SOON, Stack, eventually, unique};

const JOIN: &str = "/api/waitlist/join";
/// Types that a browser sends to any host without asking it first.
const SENT_BY_ANY_PAGE: [&str; 3] =
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"];
const REGISTRATIONS: &str = "/api/registrations";

/// `body` with one field replaced.
fn with(body: &Value, pointer: &str, value: Value) -> Value {
    let mut body = body.clone();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
    let parent = body.pointer_mut(parent).expect("the parent is there");
    match parent {
        Value::Object(members) => drop(members.insert(name.to_owned(), value)),
        other => panic!("{other} has no fields"),
    }
    body
}

fn without(body: &Value, name: &str) -> Value {
    let mut body = body.clone();
    body.as_object_mut().expect("an object").remove(name);
    body
}

/// The event of a test, with the items that it has before and must have after.
struct Scene {
    stack: Stack,
    camp: Line,
}

impl Scene {
    async fn new() -> Self {
        let stack = Stack::up().await;
        Self { camp: stack.event().places(0).create().await, stack }
    }

    /// Runs the checks, then compares the event's items with those before.
    async fn stays_as_it_is(&self, checks: impl Future<Output = ()>) {
        let before = self.at_rest().await;
        checks.await;
        let after = self.items().await;
        assert_eq!(before, after);
    }

    /// The items of the event, without its journal, which may lag behind.
    async fn items(&self) -> Vec<String> {
        let of_journal = |item: &String| {
            ["JOURNAL#", "FUNNEL#", "WHEREABOUTS#"].iter().any(|kind| item.contains(&format!("\"pk\": \"{kind}")))
        };
        let items = self.stack.table().items_with(&self.camp.event_id).await;
        items.into_iter().filter(|item| !of_journal(item)).collect()
    }

    /// The items of the event, once they don't change any more.
    async fn at_rest(&self) -> Vec<String> {
        let mut before = self.items().await;
        eventually("the event is at rest", SOON, async || {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let now = self.items().await;
            let last = std::mem::replace(&mut before, now);
            (before == last).then_some(())
        })
        .await;
        before
    }

    /// Sends `good` with one field replaced, for each bad value of each field. The error must point
    /// at that field.
    async fn refuses(
        &self,
        caller: &Caller,
        (method, path): (&str, &str),
        good: &Value,
        fields: &[(&str, Vec<Value>)],
    ) {
        for (pointer, values) in fields {
            for value in values {
                let body = with(good, pointer, value.clone()).to_string().into_bytes();
                let reply = caller.send(method, path, &[], body).await;
                about(pointer, value, || reply.invalid(&[pointer]));
            }
        }
    }
}

/// Runs a check. If it fails, prints its row.
fn about(pointer: &str, value: &Value, check: impl FnOnce()) {
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(check));
    assert!(outcome.is_ok(), "this was about {pointer} = {value:.100}");
}

/// Texts that are no ids.
fn bad_ids() -> Vec<Value> {
    let texts = ["", " ", "a#b", "a/b", ".a", "-a", "a b", "a\u{0}b", "ä", "a\n", "../a", "a%23b"];
    let long = ["a".repeat(129), "a".repeat(1000)];
    let texts = texts.map(str::to_owned).into_iter().chain(long).map(Value::from);
    texts.chain([json!(7), json!(true), json!(["a"]), json!({"a": 1}), Value::Null]).collect()
}

/// Values that name no attendee.
fn bad_attendees() -> Vec<Value> {
    // These are names.
    let is_name = |id: &Value| id == "a b" || id == "ä" || id.is_null();
    bad_ids().into_iter().filter(|id| !is_name(id)).chain([json!("a  b"), json!("Ada!"), json!("a\u{202e}b")]).collect()
}

/// Values that are no quantities.
fn bad_quantities() -> Vec<Value> {
    vec![
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1_000_000_000_000_i64),
        json!(1e300),
        json!("1"),
        json!(true),
        json!([1]),
        json!({"of": 1}),
    ]
}

/// Values that are no windows.
fn bad_windows() -> Vec<Value> {
    let texts = [
        "-1 hour",
        "soon",
        "",
        "0 seconds",
        "999 ms",
        "366 days",
        "1 year",
        "2 months",
        "24",
        "PT",
        "-PT2H",
        "1 hour ago",
    ];
    texts.map(Value::from).into_iter().chain([json!("9".repeat(1000)), json!(3600), json!(["1 hour"])]).collect()
}

#[tokio::test]
async fn a_bad_event_is_refused_field_by_field() {
    let scene = Scene::new().await;
    let stack = &scene.stack;
    let path = scene.camp.path();
    let good = json!({
        "name": "Summer Camp", "startsAt": "2031-07-05T09:00:00-04:00", "timeZone": "America/New_York",
        "ticketTypes": [{"id": "camper", "name": "Camper", "capacity": 40}],
        "waitlist": {"joinAccess": "public", "batchSize": 5, "batchInterval": "1 day"},
    });
    let texts = || {
        let texts = ["", "   ", "a\u{0}b", "a\nb"].map(Value::from).into_iter();
        texts.chain([json!("n".repeat(300)), json!(7), Value::Null]).collect()
    };
    let times = ["2031-07-05T09:00:00", "2031-07-05", "soon", "", "2031-13-05T09:00:00Z", "2020-07-05T09:00:00Z"];
    let zones = ["Mars/Olympus", "", "EST5", "+02:00\u{0}"];
    let fields = [
        ("/name", texts()),
        ("/startsAt", times.map(Value::from).into_iter().chain([json!(1_900_000_000), Value::Null]).collect()),
        ("/timeZone", zones.map(Value::from).into_iter().chain([json!(2), Value::Null]).collect()),
        ("/ticketTypes", vec![json!([]), json!({}), json!("camper"), Value::Null, json!(vec![json!({}); 200])]),
        ("/ticketTypes/0/id", bad_ids()),
        ("/ticketTypes/0/name", texts()),
        // A capacity of 0 is allowed.
        ("/ticketTypes/0/capacity", bad_quantities().into_iter().skip(1).collect()),
        ("/ticketTypes/0/price", vec![json!(10)]),
        ("/waitlist", vec![json!([]), json!("public"), json!(1)]),
        ("/waitlist/joinAccess", vec![json!("everybody"), json!(""), json!(true)]),
        ("/waitlist/maxSize", bad_quantities()),
        ("/waitlist/maxQuantity", bad_quantities()),
        ("/waitlist/notificationWindow", bad_windows()),
        ("/waitlist/purchaseWindow", bad_windows()),
        ("/waitlist/batchSize", bad_quantities()),
        ("/waitlist/batchInterval", bad_windows()),
        ("/waitlist/maxsize", vec![json!(10)]),
        ("/colour", vec![json!("red")]),
        ("/capacity", vec![json!(10)]),
    ];
    let checks = async {
        scene.refuses(&stack.organiser(), ("PUT", &path), &good, &fields).await;
        // One id twice, and each required field left out.
        let twice = with(&good, "/ticketTypes", json!([good["ticketTypes"][0], good["ticketTypes"][0]]));
        stack.organiser().put(&path, &twice).await.invalid(&["/ticketTypes/1/id"]);
        for name in ["name", "startsAt", "timeZone", "ticketTypes"] {
            stack.organiser().put(&path, &without(&good, name)).await.invalid(&[&format!("/{name}")]);
        }
        // A new ticket type needs a capacity.
        let other = json!({"id": "other", "name": "Other"});
        let more = with(&good, "/ticketTypes", json!([good["ticketTypes"][0], other]));
        stack.organiser().put(&path, &more).await.invalid(&["/ticketTypes/1/capacity"]);
        // One without the other has no meaning.
        for (present, missing) in [("batchSize", "batchInterval"), ("batchInterval", "batchSize")] {
            let mut alone = good.clone();
            alone["waitlist"] = json!({ present: good["waitlist"][present] });
            stack.organiser().put(&path, &alone).await.invalid(&[&format!("/waitlist/{missing}")]);
        }
        // Every bad field is named at once.
        let bad = json!({
            "name": "", "startsAt": "2031-07-05T09:00:00", "timeZone": "Mars/Olympus", "colour": "red",
            "ticketTypes": [{"id": "a#b", "name": "Camper", "capacity": 1.5}, {"id": "adult", "capacity": -1}],
            "waitlist": {"notificationWindow": "soon", "purchaseWindow": "-1 hour", "maxQuantity": 0},
        });
        stack.organiser().put(&path, &bad).await.invalid(&[
            "/name",
            "/startsAt",
            "/timeZone",
            "/colour",
            "/ticketTypes/0/id",
            "/ticketTypes/0/capacity",
            "/ticketTypes/1/name",
            "/ticketTypes/1/capacity",
            "/waitlist/notificationWindow",
            "/waitlist/purchaseWindow",
            "/waitlist/maxQuantity",
        ]);
    };
    scene.stays_as_it_is(checks).await;
}

#[tokio::test]
async fn a_new_event_that_is_refused_is_not_stored() {
    let stack = Stack::up().await;
    let event = stack.event().places(1).rule("maxQuantity", json!(0));
    stack.organiser().put(&event.path(), &event.body()).await.invalid(&["/waitlist/maxQuantity"]);
    stack.public().get(&event.path()).await.problem(404, "event-not-found");
    let id = event.path().rsplit('/').next().expect("a path").to_owned();
    assert_eq!(stack.table().items_with(&id).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_bad_join_is_refused_field_by_field() {
    let scene = Scene::new().await;
    let (stack, camp) = (&scene.stack, &scene.camp);
    let person = Person::new().with_phone().parent_of("child-1");
    let good = with(&camp.joining(&person), "/quantity", json!(1));
    let names = ["", "a\u{0}b", "a\r\nb", "a\u{202e}b"];
    let addresses = [
        "",
        " ",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "a b@example.org",
        "ada@exa\nmple.org",
        "ada@@example.org",
        "ada@example..org",
        "Ada <ada@example.org>",
        "ada@[127.0.0.1]",
        "ada@example.org, bob@example.org",
        "ada@example.org\r\nBcc: bob@example.org",
        "ada\u{0}@example.org",
    ];
    let long = format!("{}@{MAIL_DOMAIN}", "a".repeat(300));
    let phones = [
        "",
        "4155550123",
        "+0123456789",
        "+1",
        "+1415555012345678",
        "+1415x550123",
        "++14155550123",
        "call me",
        "+1 415\u{0}5550123",
    ];
    let fields = [
        ("/eventId", bad_ids()),
        ("/ticketTypeId", bad_ids()),
        ("/attendeeId", bad_attendees()),
        ("/quantity", bad_quantities().into_iter().chain([json!(5)]).collect()),
        ("/name", names.map(Value::from).into_iter().chain([json!("n".repeat(300)), json!(7), Value::Null]).collect()),
        ("/email", addresses.map(Value::from).into_iter().chain([json!(long), json!(7), json!(["a@b.org"])]).collect()),
        (
            "/phone",
            phones.map(Value::from).into_iter().chain([json!(14_155_550_123_i64), json!(["+14155550123"])]).collect(),
        ),
        ("/colour", vec![json!("red")]),
        ("/token", vec![json!("mine")]),
    ];
    let checks = async {
        scene.refuses(&stack.public(), ("POST", JOIN), &good, &fields).await;
        scene.refuses(&stack.sales(), ("POST", JOIN), &good, &[("/customerId", bad_ids())]).await;
        for name in ["eventId", "ticketTypeId", "name", "email"] {
            stack.public().post(JOIN, &without(&good, name)).await.invalid(&[&format!("/{name}")]);
        }
        let bad = json!({
            "eventId": "a#b", "ticketTypeId": "x".repeat(1000), "quantity": 0, "name": "n".repeat(300), "email": "ada",
            "phone": "call me", "attendeeId": "a/b", "colour": "red", "size/weight": 1,
        });
        stack.public().post(JOIN, &bad).await.invalid(&[
            "/eventId",
            "/ticketTypeId",
            "/quantity",
            "/name",
            "/email",
            "/phone",
            "/attendeeId",
            "/colour",
            "/size~1weight",
        ]);
    };
    scene.stays_as_it_is(checks).await;
}

#[tokio::test]
async fn a_bad_sale_is_refused_field_by_field() {
    let scene = Scene::new().await;
    let (stack, good) = (&scene.stack, scene.camp.sale(1));
    let fields = [
        ("/eventId", bad_ids()),
        ("/ticketTypeId", bad_ids()),
        ("/customerId", bad_ids()),
        ("/attendeeId", bad_attendees()),
        ("/quantity", bad_quantities().into_iter().chain([Value::Null]).collect()),
        ("/price", vec![json!(10)]),
    ];
    let checks = async {
        scene.refuses(&stack.sales(), ("POST", REGISTRATIONS), &good, &fields).await;
        let nowhere = with(&good, "/eventId", json!("nowhere"));
        stack.sales().post(REGISTRATIONS, &nowhere).await.problem(404, "event-not-found");
        stack
            .sales()
            .post(REGISTRATIONS, &with(&good, "/ticketTypeId", json!("adult")))
            .await
            .invalid(&["/ticketTypeId"]);
        stack.sales().post(REGISTRATIONS, &good).await.problem(409, "sold-out");
    };
    scene.stays_as_it_is(checks).await;
}

#[tokio::test]
async fn a_bad_release_is_refused_field_by_field() {
    let scene = Scene::new().await;
    let stack = &scene.stack;
    let path = scene.camp.release_path();
    let good = json!({"ticketTypeId": "camper", "quantity": 4, "batchSize": 2, "batchInterval": "1 hour"});
    let fields = [
        ("/ticketTypeId", bad_ids()),
        ("/quantity", bad_quantities()),
        ("/batchSize", bad_quantities()),
        ("/batchInterval", bad_windows()),
        ("/eventId", vec![json!("camp")]),
    ];
    let checks = async {
        scene.refuses(&stack.sales(), ("POST", &path), &good, &fields).await;
        // One without the other has no meaning.
        let missing = stack.sales().post(&path, &without(&good, "batchInterval")).await;
        missing.invalid(&["/batchInterval"]);
        let missing = stack.sales().post(&path, &without(&good, "batchSize")).await;
        missing.invalid(&["/batchSize"]);
        let bad = json!({"quantity": 0, "batchSize": -1, "batchInterval": "soon"});
        let all = ["/ticketTypeId", "/quantity", "/batchSize", "/batchInterval"];
        stack.sales().post(&path, &bad).await.invalid(&all);
    };
    scene.stays_as_it_is(checks).await;
}

#[tokio::test]
async fn a_bad_claim_conversion_or_refusal_is_refused_field_by_field() {
    let scene = Scene::new().await;
    let (stack, camp) = (&scene.stack, &scene.camp);
    let ada = camp.join(&Person::new()).await;
    stack.awaited_mail(&ada.person.email, "You are on the waitlist", SOON).await;
    let good = json!({"entryId": ada.entry_id});
    let checks = async {
        for action in ["claim", "decline", "convert"] {
            let path = format!("/api/waitlist/{action}/{}", ada.customer_id);
            for id in bad_ids() {
                let reply = stack.sales().post(&path, &json!({"entryId": id})).await;
                about("/entryId", &id, || reply.invalid(&["/entryId"]));
            }
            stack.sales().post(&path, &json!({})).await.invalid(&["/entryId"]);
            stack.sales().post(&path, &with(&good, "/colour", json!(1))).await.invalid(&["/colour"]);
            let unknown = json!({"entryId": unique("entry")});
            stack.sales().post(&path, &unknown).await.problem(404, "entry-not-found");
        }
        let path = format!("/api/waitlist/convert/{}", ada.customer_id);
        for reference in [json!(7), json!("a\u{0}b"), json!("r".repeat(1000)), json!("")] {
            let reply = stack.sales().post(&path, &with(&good, "/paymentReference", reference.clone())).await;
            about("/paymentReference", &reference, || reply.invalid(&["/paymentReference"]));
        }
    };
    scene.stays_as_it_is(checks).await;
}

#[tokio::test]
async fn a_bad_parameter_in_path_or_query_is_refused_by_name() {
    let stack = Stack::up().await;
    let long = "a".repeat(1000);
    // An id with a slash would be another path.
    let bad = ["a%23b", "%20", ".a", "a%00b", "%C3%A4", "a%0Ab", "a%25b", "%FF", "a%3Fb", long.as_str()];
    let (sales, organiser) = (stack.sales(), stack.organiser());
    let event = json!({"name": "x"});
    let entry = json!({"entryId": "ent_1"});
    let release = json!({"ticketTypeId": "camper", "quantity": 1});
    for id in bad {
        stack.public().get(&format!("/api/events/{id}")).await.invalid(&["eventId"]);
        organiser.get(&format!("/api/waitlist/stats/{id}")).await.invalid(&["eventId"]);
        let rows = ["eventId", "/startsAt", "/timeZone", "/ticketTypes"];
        organiser.put(&format!("/api/events/{id}"), &event).await.invalid(&rows);
        sales.post(&format!("/api/waitlist/release/{id}"), &release).await.invalid(&["eventId"]);
        sales.get(&format!("/api/waitlist/releases/{id}")).await.invalid(&["releaseId"]);
        for action in ["pause", "resume", "cancel"] {
            let path = format!("/api/waitlist/releases/{id}/{action}");
            organiser.post(&path, &json!({})).await.invalid(&["releaseId"]);
        }
        sales.get(&format!("/api/registrations/{id}")).await.invalid(&["registrationId"]);
        sales.delete(&format!("/api/registrations/{id}")).await.invalid(&["registrationId"]);
        sales.get(&format!("/api/waitlist/position/{id}")).await.invalid(&["customerId"]);
        sales.delete(&format!("/api/waitlist/leave/{id}")).await.invalid(&["customerId"]);
        for action in ["claim", "decline", "convert"] {
            sales.post(&format!("/api/waitlist/{action}/{id}"), &entry).await.invalid(&["customerId"]);
        }
        for route in ["position", "leave"] {
            // An attendee may have a name.
            let is_name = id == "%C3%A4";
            let names = ["eventId", "ticketTypeId", "attendeeId"];
            for name in names.into_iter().filter(|name| !(is_name && *name == "attendeeId")) {
                let path = format!("/api/waitlist/{route}/somebody?{name}={id}");
                let method = if route == "leave" { "DELETE" } else { "GET" };
                sales.send(method, &path, &[], Vec::new()).await.invalid(&[name]);
            }
        }
    }
    sales.get("/api/waitlist/position/somebody?colour=red").await.invalid(&["colour"]);
    sales.delete("/api/waitlist/leave/somebody?eventID=camp").await.invalid(&["eventID"]);
    sales.get("/api/waitlist/position/somebody?eventId=a&eventId=b").await.invalid(&["eventId"]);
    stack.public().get("/api/events/nowhere?colour=red").await.invalid(&["colour"]);
    sales.get("/api/waitlist/position/a%23b?eventId=%20&colour=red").await.invalid(&[
        "customerId",
        "eventId",
        "colour",
    ]);
}

#[tokio::test]
async fn a_slash_or_a_step_up_in_a_path_reaches_nothing() {
    let stack = Stack::up().await;
    let paths = [
        "/api/events/a%2Fb",
        "/api/events/..%2F..%2Fapi%2Fevents%2Fa",
        "/api/events/%2e%2e",
        "/api/events/a/b",
        "/api/events/",
        "/api/events/?eventId=a",
        "//api//events//a",
        "/api/events/%",
        "/api/events/%zz",
        "/api/events/a;b=c",
        "/api/events/{eventId}",
    ];
    for path in paths {
        // `{` and `}` cannot be sent unencoded.
        let path = path.replace('{', "%7B").replace('}', "%7D");
        let reply = stack.organiser().get(&path).await;
        assert!((400..500).contains(&reply.status), "{reply:?}");
        assert_eq!(reply.header("content-type"), "application/problem+json", "{reply:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused_on_every_route_with_one() {
    let scene = Scene::new().await;
    let (stack, camp) = (&scene.stack, &scene.camp);
    let routes = [
        ("PUT", camp.path()),
        ("POST", REGISTRATIONS.to_owned()),
        ("POST", JOIN.to_owned()),
        ("POST", camp.release_path()),
        ("POST", "/api/waitlist/claim/somebody".to_owned()),
        ("POST", "/api/waitlist/decline/somebody".to_owned()),
        ("POST", "/api/waitlist/convert/somebody".to_owned()),
    ];
    let private = format!("{{\"email\": \"ada@{MAIL_DOMAIN}\", \"name\": \"Ada Quillfeather\", ");
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"   ".to_vec(),
        b"{".to_vec(),
        b"{'eventId': 'camp'}".to_vec(),
        b"{\"eventId\": \"camp\",}".to_vec(),
        b"{\"eventId\": \"camp\"} {}".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"7".to_vec(),
        b"\"text\"".to_vec(),
        b"NaN".to_vec(),
        b"{\"eventId\": \"\xff\xfe\"".to_vec(),
        "[".repeat(20_000).into_bytes(),
        "{\"a\":".repeat(10_000).into_bytes(),
        private.into_bytes(),
    ];
    let checks = async {
        for (method, path) in &routes {
            for body in &bodies {
                let reply =
                    stack.organiser().send(method, path, &[("content-type", "application/json")], body.clone()).await;
                let shown = String::from_utf8_lossy(body).chars().take(40).collect::<String>();
                about(path, &json!(shown), || drop(reply.problem(400, "malformed-body")));
            }
        }
    };
    scene.stays_as_it_is(checks).await;
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_are_refused() {
    let stack = Stack::up().await;
    let body = b"{\"eventId\": \"\xff\xfe\"}".to_vec();
    let reply = stack.organiser().send("POST", JOIN, &[("content-type", "application/json")], body).await;
    assert!([400, 422].contains(&reply.status), "{reply:?}");
}

#[tokio::test]
async fn a_web_page_can_not_have_its_visitors_join_without_being_asked() {
    let scene = Scene::new().await;
    let checks = async {
        for content_type in SENT_BY_ANY_PAGE {
            let body = scene.camp.joining(&Person::new()).to_string().into_bytes();
            let reply = scene.stack.public().send("POST", JOIN, &[("content-type", content_type)], body).await;
            reply.problem(415, "unsupported-media-type");
        }
    };
    scene.stays_as_it_is(checks).await;
}

#[tokio::test]
async fn a_body_over_64_kilobytes_is_refused() {
    let scene = Scene::new().await;
    let (stack, camp) = (&scene.stack, &scene.camp);
    let joining = |length: usize| {
        let body = camp.joining(&Person::new()).to_string();
        format!("{body}{}", " ".repeat(length - body.len())).into_bytes()
    };
    let checks = async {
        for (method, path) in [("POST", JOIN.to_owned()), ("PUT", camp.path()), ("POST", camp.release_path())] {
            for length in [65_537, 1_000_000] {
                let reply = stack.organiser().send(method, &path, &[], joining(length)).await;
                reply.problem(413, "body-too-large");
            }
        }
    };
    scene.stays_as_it_is(checks).await;
    stack.public().send("POST", JOIN, &[], joining(65_536)).await.is(201);
}

#[tokio::test]
async fn a_name_may_be_of_any_script_and_as_long_as_is_allowed() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    for name in [
        "Ærøskøbing Quillfeather",
        "山田 Quillfeather",
        "O'Brien-Quillfeather, Jr.",
        &format!("Quillfeather{}", "é".repeat(188)),
    ] {
        camp.join(&Person { name: name.to_owned(), ..Person::new() }).await;
    }
    let spaced = Person { phone: Some("+88 (2995) 550-100200".to_owned()), ..Person::new() };
    camp.join(&spaced).await;
    camp.holds_together().await;
}
