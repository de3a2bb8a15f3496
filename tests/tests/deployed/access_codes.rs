//! Access codes: `/api/waitlist/codes/{eventId}`, and joins by a code.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::support::{Line, Person, Reply, SOON, Stack, eventually, is_a_stand_in, now, place, text, unique};

const JOIN: &str = "/api/waitlist/join";

/// An event with a tier for members, which comes first.
async fn members_first(stack: &Stack) -> Line {
    let tiers = json!(["member", "general"]);
    stack.event().places(0).rule("order", json!("priority")).rule("tiers", tiers).create().await
}

/// Part of every code that the tests choose. The logs are searched for it.
pub const CODE_MARK: &str = "MARIGOLD";

fn codes(camp: &Line) -> String {
    format!("/api/waitlist/codes/{}", camp.event_id)
}

/// The body that makes a code for members.
fn code(code: &str, uses: u64) -> Value {
    json!({"code": code, "tier": "member", "maxUses": uses, "endsAt": (now() + TimeDelta::hours(1)).to_rfc3339()})
}

async fn set_up(camp: &Line, body: &Value) -> Value {
    camp.stack.organiser().post(&codes(camp), body).await.is(201)
}

async fn listed(camp: &Line) -> Vec<Value> {
    let list = camp.stack.organiser().get(&codes(camp)).await.is(200);
    assert_eq!(list["eventId"], json!(camp.event_id));
    list["codes"].as_array().expect("a list").clone()
}

async fn join_by(camp: &Line, person: &Person, code: &str) -> Reply {
    let mut body = camp.joining(person);
    body["accessCode"] = json!(code);
    camp.stack.public().post(JOIN, &body).await
}

#[tokio::test]
async fn a_code_leads_into_its_tier() {
    let stack = Stack::up().await;
    let camp = members_first(&stack).await;
    let created = set_up(&camp, &code("Marigold-Members", 2)).await;
    assert_eq!((&created["tier"], &created["maxUses"], &created["used"]), (&json!("member"), &json!(2), &json!(0)));
    assert_eq!((&created["status"], &created["label"]), (&json!("open"), &Value::Null));
    let general = camp.join(&Person::new()).await;
    let person = Person::new();
    let joined = join_by(&camp, &person, " marigold-members ").await.is(201);
    assert_eq!((&joined["tier"], &joined["position"]), (&json!("member"), &json!(1)));
    let member = place(&person, &joined);
    camp.comes_to_position(&general, 2).await;
    is_a_stand_in(&join_by(&camp, &person, "MARIGOLD-MEMBERS").await.is(201), &person);
    // A sales system may use a code as well.
    let mut body = camp.joining_for(&Person::new());
    body["accessCode"] = json!("MARIGOLD-MEMBERS");
    assert_eq!(stack.sales().post(JOIN, &body).await.is(201)["tier"], json!("member"));
    body["tier"] = json!("member");
    stack.sales().post(JOIN, &body).await.invalid(&["/accessCode"]);
    let [listed] = &listed(&camp).await[..] else { panic!("there is one code") };
    assert_eq!((&listed["codeId"], &listed["used"]), (&created["codeId"], &json!(2)));
    assert_eq!(listed["status"], json!("used-up"));
    // A repeated join is refused as anybody's is, and keeps the place that used the code up.
    join_by(&camp, &person, "MARIGOLD-MEMBERS").await.invalid(&["/accessCode"]);
    // The index follows the table in a moment.
    let members = format!("/api/waitlist/entries/{}?tier=member", camp.event_id);
    eventually("both members are listed", SOON, async || {
        let page = stack.organiser().get(&members).await.is(200);
        let entries = page["entries"].as_array().expect("a list");
        assert!(entries.iter().all(|entry| entry["tier"] == "member"), "{page}");
        (entries.len() == 2).then_some(())
    })
    .await;
    let csv = stack.organiser().get(&format!("/api/waitlist/export/{}?tier=general", camp.event_id)).await.text;
    assert!(csv.contains(&general.entry_id) && !csv.contains(&member.entry_id), "{csv}");
    camp.release(1).await;
    camp.offer_to(&member).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_code_for_five_lets_in_five_of_twenty_at_once() {
    let stack = Stack::up_for_a_crowd().await;
    let camp = members_first(&stack).await;
    set_up(&camp, &code("MARIGOLD-FIVE", 5)).await;
    let people = Person::several(20);
    let replies = join_all(people.iter().map(|person| join_by(&camp, person, "MARIGOLD-FIVE"))).await;
    let (joined, refused): (Vec<Reply>, Vec<Reply>) = replies.into_iter().partition(|reply| reply.status == 201);
    assert_eq!((joined.len(), refused.len()), (5, 15));
    for reply in refused {
        reply.invalid(&["/accessCode"]);
    }
    // The numbers of refused joins may be left to the sweep for more than a minute.
    assert_eq!(listed(&camp).await[0]["used"], json!(5));
}

#[tokio::test]
async fn every_useless_code_is_refused_with_the_same_words() {
    let stack = Stack::up().await;
    let camp = members_first(&stack).await;
    let elsewhere = members_first(&stack).await;
    set_up(&elsewhere, &code("MARIGOLD-ELSEWHERE", 9)).await;
    set_up(&camp, &code("MARIGOLD-USED-UP", 1)).await;
    join_by(&camp, &Person::new(), "MARIGOLD-USED-UP").await.is(201);
    let revoked = set_up(&camp, &code("MARIGOLD-REVOKED", 9)).await;
    let path = format!("{}/{}?reason=Leaked", codes(&camp), text(&revoked["codeId"]));
    let first = stack.organiser().delete(&path).await.is(200);
    assert_eq!((&first["status"], &stack.organiser().delete(&path).await.is(200)), (&json!("revoked"), &first));
    let mut short = code("MARIGOLD-SHORT-LIVED", 9);
    let ends_at = now() + TimeDelta::seconds(5);
    short["endsAt"] = json!(ends_at.to_rfc3339());
    set_up(&camp, &short).await;
    eventually("the code has ended", SOON, async || (now() > ends_at).then_some(())).await;
    let mut told = Vec::new();
    for code in [
        "MARIGOLD-NEVER-WAS",
        "MARIGOLD-ELSEWHERE",
        "MARIGOLD-USED-UP",
        "MARIGOLD-REVOKED",
        "MARIGOLD-SHORT-LIVED",
        "short",
    ] {
        let reply = join_by(&camp, &Person::new(), code).await;
        told.push(reply.text.clone());
        reply.invalid(&["/accessCode"]);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    camp.holds_together().await;
}

#[tokio::test]
async fn a_code_is_set_up_once_and_never_shown_nor_stored() {
    let stack = Stack::up().await;
    let camp = members_first(&stack).await;
    let (organiser, secret, key) = (stack.organiser(), unique(CODE_MARK), unique("code"));
    let mut body = code(&secret, 3);
    body["label"] = json!("Members' letter");
    body["reason"] = json!("The members' meeting wished for it");
    let created = organiser.post_once(&key, &codes(&camp), &body).await.is(201);
    assert_eq!(organiser.post_once(&key, &codes(&camp), &body).await.is(201), created);
    organiser.post(&codes(&camp), &body).await.problem(409, "code-taken");
    assert_eq!(listed(&camp).await, std::slice::from_ref(&created));
    join_by(&camp, &Person::new(), &secret).await.is(201);
    assert!(!listed(&camp).await[0].to_string().contains(&secret));
    for spelling in [secret.clone(), secret.to_uppercase()] {
        let found = stack.table().items_with(&spelling).await;
        assert!(found.is_empty(), "a code is stored: {found:?}");
    }
    let noted = stack.table().items_with("members' meeting").await;
    assert!(noted.iter().any(|item| item.contains("organiser:")), "who set it up, and why, is noted: {noted:?}");
}

#[tokio::test]
async fn a_code_that_is_made_is_shown_once_to_its_organiser_and_lets_people_in() {
    let stack = Stack::up().await;
    let camp = members_first(&stack).await;
    let mut wish = code("", 2);
    wish.as_object_mut().expect("an object").remove("code");
    let (organiser, key) = (stack.organiser(), unique("code"));
    let made = organiser.post_once(&key, &codes(&camp), &wish).await.is(201);
    let secret = text(&made["code"]);
    assert_eq!(organiser.post_once(&key, &codes(&camp), &wish).await.is(201), made, "repeated, it is the same");
    let another = set_up(&camp, &wish).await;
    assert_ne!(another["code"], made["code"]);
    let person = Person::new();
    let joined = join_by(&camp, &person, &secret.to_lowercase()).await.is(201);
    assert_eq!(joined["tier"], json!("member"));
    let listed = listed(&camp).await;
    assert_eq!(listed.len(), 2);
    assert!(!json!(listed).to_string().contains(&secret), "it is not shown again");
    let found = stack.table().items_with(&secret).await;
    assert!(found.is_empty(), "a code is stored: {found:?}");
    camp.holds_together().await;
}

#[tokio::test]
async fn bad_fields_of_a_code_are_named() {
    let stack = Stack::up().await;
    let camp = members_first(&stack).await;
    let organiser = stack.organiser();
    let bad = json!({"code": "1234567", "tier": "", "maxUses": 0, "endsAt": "soon", "uses": 1});
    organiser.post(&codes(&camp), &bad).await.invalid(&["/code", "/tier", "/maxUses", "/endsAt", "/uses"]);
    let mut past = code("MARIGOLD-MEMBERS", 1);
    past["endsAt"] = json!((now() - TimeDelta::hours(1)).to_rfc3339());
    past["tier"] = json!("royal");
    organiser.post(&codes(&camp), &past).await.invalid(&["/tier", "/endsAt"]);
    let simple = stack.event().places(0).create().await;
    organiser.post(&codes(&simple), &code("MARIGOLD-MEMBERS", 1)).await.invalid(&["/tier"]);
    organiser.get("/api/waitlist/codes/nowhere").await.problem(404, "event-not-found");
    let unknown = format!("{}/cod_00000000000000000000000000000000", codes(&camp));
    organiser.delete(&unknown).await.problem(404, "code-not-found");
}
