//! Nonsense from clients: each request is answered, none with a 5xx, and nothing is stored.

use serde_json::{Value, json};

use super::function::Function;
use super::payload::Payload;
use super::scene::{ON_SALE, ORGANISER, SALES, SOLD_OUT, Scene, TOKEN, in_scene};

/// Bad bodies.
fn bodies() -> Vec<String> {
    let join = |fields: Value| {
        let mut body = json!({"eventId": "summer-camp-2", "ticketTypeId": "camper", "name": "Ada", "email": "a@b.co"});
        body.as_object_mut().expect("an object").extend(fields.as_object().cloned().expect("an object"));
        body
    };
    let objects = [
        json!({}),
        json!({"entryId": 1}),
        json!({"entryId": null}),
        json!({"entryId": "a#b"}),
        json!({"entryId": "x".repeat(1000)}),
        json!({"entryId": "ent_00000000000000000000000000000009"}),
        json!({"a": "b", "__proto__": {}}),
        json!({"eventId": "summer-camp-1", "ticketTypeId": "nope", "quantity": 1, "customerId": "c"}),
        json!({"eventId": "nope", "ticketTypeId": "nope", "quantity": 1, "customerId": "c"}),
        json!({"ticketTypeId": "nope", "quantity": 1}),
        json!({"ticketTypeId": "camper", "quantity": 1e12}),
        json!({"ticketTypeId": "camper", "quantity": 1, "batchSize": 0, "batchInterval": "-1 hour"}),
        join(json!({"name": "x".repeat(300), "email": "a@b"})),
        join(json!({"name": "a\u{0}b", "quantity": 5})),
        join(json!({"quantity": 5})),
        join(json!({"phone": "+0"})),
        join(json!({"answers": []})),
        join(json!({"answers": {"a": {}, "b/c": [[]], "": 1e300, "d": "x".repeat(9_000)}})),
        join(json!({"eventId": "easter-camp-1", "answers": {"school": "\u{0}", "age": -1, "food": []}})),
        json!({"name": "Camp", "startsAt": "2027-07-19T09:00:00-04:00", "timeZone": "UTC", "ticketTypes": []}),
        json!({"waitlist": {"form": {}}}),
        json!({"waitlist": {"form": [[], {}, {"type": "choice", "options": [{}, [], ""]}, {"type": "number", "min": 1e30}]}}),
    ];
    let texts = [
        "",
        " ",
        "{",
        "[]",
        "null",
        "1",
        "\"x\"",
        "\u{feff}{}",
        "{\"a\":1}{\"a\":1}",
        "{\"quantity\":1e999}",
        "{\"quantity\":-0}",
        "{\"quantity\":123456789012345678901234567890}",
        "{\"entryId\":\"\\ud800\"}",
        "a=b&c=d",
    ];
    let large = [
        "x".repeat(65_537),
        format!("{{\"a\":\"{}\"}}", "x".repeat(65_000)),
        "[".repeat(60_000),
        format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000)),
        // Each of a thousand errors would repeat the name.
        format!("{{\"{}\":[{}]}}", "x".repeat(2_500), vec!["{\"a\":1,\"a\":1}"; 4_100].join(",")),
        format!("{{\"{}\":[{}]}}", "\\u0001".repeat(5_000), vec!["{\"a\":1,\"a\":1}"; 2_200].join(",")),
        format!("{{\"movedUpAt\":[{}],\"channels\":[{}]}}", vec!["0"; 15_000].join(","), vec!["1"; 15_000].join(",")),
        format!("{{\"waitlist\":{{\"movedUpAt\":[{}]}}}}", vec!["0"; 32_000].join(",")),
        format!("{{{}}}", (0..6000).map(|index| format!("\"f{index}\":1")).collect::<Vec<_>>().join(",")),
    ];
    let objects = objects.iter().map(Value::to_string);
    objects.chain(texts.map(str::to_owned)).chain(large).collect()
}

/// Parameters of a path, decoded as API Gateway does.
fn ids() -> Vec<String> {
    let ids = ["a#b", "a/b", "", "a%20b", "%", "%zz", "%ff", "\u{0}", "\u{e9}", "\u{202e}", "..", "nobody", "' OR 1=1"];
    ids.map(str::to_owned).into_iter().chain(["x".repeat(1000)]).collect()
}

/// Queries.
fn queries() -> Vec<String> {
    let queries = [
        "",
        "a=b",
        "eventId=%23",
        "eventId=<>\"{}|\\^`",
        "token=nonsense",
        "eventId=a&eventId=b",
        "&&==&",
        "eventId",
        "%ff=%ff",
        "token=&token=",
        "eventId=\u{0}\u{e9}\u{1f39f}",
        "? #/",
    ];
    queries.map(str::to_owned).into_iter().chain([format!("eventId={}", "\"".repeat(10_000))]).collect()
}

/// Values of the `Authorization` header.
fn credentials() -> [Option<String>; 8] {
    let bearer = |text: &str| Some(format!("Bearer {text}"));
    [
        None,
        bearer(ORGANISER),
        bearer(SALES),
        bearer(TOKEN),
        bearer("wl_x"),
        bearer(""),
        Some("Basic d2w6d2w=".to_owned()),
        Some("Bearer \u{e9}\u{0}\n".to_owned()),
    ]
}

/// The most bytes of a refusal (docs/api.md).
const LARGEST_REFUSAL: usize = 32 * 1024;

/// Sends a request that should do nothing.
async fn send(scene: &Scene, function: &str, payload: Payload, about: &str) {
    let answer = scene.answer(function, payload.event()).await;
    assert!(answer.status < 500, "{function} {about:.300}: {answer:?}");
    answer.check_form(&format!("{function} {about:.300}"));
    let size = answer.body.to_string().len();
    assert!(answer.status < 400 || size <= LARGEST_REFUSAL, "{function} {about:.300}: {size} bytes");
}

/// Sends every id with every body. Queries and credentials take turns.
async fn send_all(scene: &Scene, function: &str) {
    let (bodies, queries, credentials) = (bodies(), queries(), credentials());
    let mut count = 0;
    for id in ids() {
        let path =
            [("eventId", &*id), ("customerId", &*id), ("registrationId", &*id), ("releaseId", &*id), ("token", &*id)];
        for body in &bodies {
            let query = &queries[count % queries.len()];
            let credential = &credentials[count / 3 % credentials.len()];
            count += 1;
            let payload = Payload::new().path(&path).raw(&format!("/api/{id}"), query).text(body);
            let payload = credential.iter().fold(payload, |payload, text| payload.header("authorization", text));
            let about = format!("{id:.50} ?{query:.50} {credential:?} {body:.100}");
            send(scene, function, payload, &about).await;
        }
    }
}

#[test]
fn no_nonsense_is_a_fault_of_ours_and_none_is_stored() {
    for function in Function::of_the_api() {
        in_scene(async |scene| {
            let before = scene.items().await;
            send_all(&scene, &function.0).await;
            assert_eq!(scene.items().await, before, "{}", function.0);
        });
    }
}

#[test]
fn a_caller_with_every_right_may_not_send_nonsense() {
    for function in Function::of_the_api() {
        in_scene(async |scene| {
            let before = scene.items().await;
            // Its body is not read, so its query is bad.
            let query = if function.0 == "leave" { "colour=red" } else { "" };
            for credential in [ORGANISER, SALES, TOKEN] {
                for event in [ON_SALE, SOLD_OUT] {
                    let path = [
                        ("eventId", event),
                        ("customerId", "parent-1"),
                        ("registrationId", "reg_0"),
                        ("releaseId", "rel_0"),
                    ];
                    for body in bodies() {
                        let payload = Payload::new().from(credential).path(&path).raw("/", query).text(&body);
                        send(&scene, &function.0, payload, &format!("{credential} {event} {body:.100}")).await;
                    }
                }
            }
            assert_eq!(scene.items().await, before, "{}", function.0);
        });
    }
}

#[test]
fn no_header_and_no_encoding_of_a_body_is_a_fault_of_ours() {
    let headers = [
        ("host", "a b/"),
        ("Host", "<>"),
        ("", "x"),
        ("x-\u{e9}", "\u{e9}"),
        ("x y", "z"),
        ("x", "\u{0}\r\n"),
        ("cookie", "\u{0}"),
        ("x-forwarded-proto", ""),
        ("x-forwarded-proto", "<>"),
        ("X-Forwarded-Proto", "gopher, https"),
        ("x-forwarded-host", "a b"),
        ("content-type", "text/\u{e9}"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-encoding", "gzip"),
        ("idempotency-key", "\u{0}"),
        ("authorization", "\u{1f511}"),
        ("Authorization", "Bearer"),
        ("x-long", &"x".repeat(10_000)),
    ];
    let encoded = ["", "not base64!", "/w==", "e30", "e30=", "e31=", " e30=", "e30=\n", "=", "\u{e9}", "7b7d"];
    in_scene(async |scene| {
        let before = scene.items().await;
        for function in Function::of_the_api() {
            for (name, value) in headers {
                let payload = Payload::new().text("{}").header(name, value);
                send(&scene, &function.0, payload, &format!("{name}: {value}")).await;
            }
            for body in encoded {
                send(&scene, &function.0, Payload::new().from(ORGANISER).base64(body), body).await;
            }
        }
        assert_eq!(scene.items().await, before);
    });
}

#[test]
fn an_event_without_an_optional_member_is_answered() {
    in_scene(async |scene| {
        for function in Function::of_the_api() {
            for missing in ["headers", "rawQueryString", "rawPath", "isBase64Encoded", "routeKey"] {
                let mut event = Payload::new().event();
                event.as_object_mut().expect("an object").remove(missing);
                let answer = scene.answer(&function.0, event).await;
                // The description of the API, and a challenge, are read without anything.
                let is_read = ["openapi", "get-challenge"].contains(&function.0.as_str());
                let is_answered = (400..500).contains(&answer.status) || is_read;
                assert!(is_answered, "{} without {missing}: {answer:?}", function.0);
            }
        }
    });
}
