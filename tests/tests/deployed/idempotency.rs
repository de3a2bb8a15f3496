//! `Idempotency-Key`, on every POST.

use serde_json::{Value, json};

use super::support::{Caller, Counts, NOTHING, Person, Stack, all_at_once, place, unique};

/// Checks that a request sent at once and again gets one answer, and that another with its key is
/// refused.
async fn answers_once(caller: &Caller, path: &str, body: &Value, other: &Value, status: u16) -> Value {
    let key = unique("key");
    let replies = all_at_once((0..4).map(|_| {
        let (caller, key, path, body) = (caller.clone(), key.clone(), path.to_owned(), body.clone());
        async move { caller.post_once(&key, &path, &body).await.is(status) }
    }))
    .await;
    let later = caller.post_once(&key, path, body).await.is(status);
    for reply in &replies {
        assert_eq!(reply, &later, "{path}");
    }
    caller.post_once(&key, path, other).await.problem(422, "idempotency-key-reused");
    later
}

#[tokio::test]
async fn a_repeated_sale_is_one_sale() {
    let camp = Stack::up().await.event().places(5).create().await;
    answers_once(&camp.stack.sales(), "/api/registrations", &camp.sale(2), &camp.sale(1), 201).await;
    camp.comes_to(Counts { capacity: 5, sold: 2, free: 3, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_repeated_join_answers_with_the_same_token_again() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let (person, other) = (Person::new(), Person::new());
    let (path, body) = ("/api/waitlist/join", camp.joining(&person));
    let joined = answers_once(&stack.public(), path, &body, &camp.joining(&other), 201).await;
    assert_eq!(camp.entry(&place(&person, &joined)).await["status"], json!("waiting"));
    let behalf = camp.joining_for(&other);
    let joined = answers_once(&stack.sales(), path, &behalf, &body, 201).await;
    assert_eq!(camp.entry(&place(&other, &joined)).await["position"], json!(2));
    camp.comes_to(Counts { waiting: 2, joined: 2, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_repeated_claim_conversion_or_refusal_is_answered_again() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let [ada, bob] = [camp.join(&Person::new()).await, camp.join(&Person::new()).await];
    let (entry, other) = (json!({"entryId": ada.entry_id}), json!({"entryId": bob.entry_id}));
    let claim = format!("/api/waitlist/claim/{}", ada.customer_id);
    // A refusal is kept as well, although an offer is made meanwhile.
    let key = unique("key");
    camp.customer(&ada).post_once(&key, &claim, &entry).await.problem(409, "no-offer");
    camp.release(2).await;
    camp.offer_to(&ada).await;
    camp.customer(&ada).post_once(&key, &claim, &entry).await.problem(409, "no-offer");

    let claimed = answers_once(&camp.customer(&ada), &claim, &entry, &other, 200).await;
    assert_eq!(claimed["status"], json!("claimed"));
    let convert = format!("/api/waitlist/convert/{}", ada.customer_id);
    let converted = answers_once(&stack.sales(), &convert, &entry, &other, 200).await;
    assert_eq!(converted["status"], json!("converted"));
    let decline = format!("/api/waitlist/decline/{}", bob.customer_id);
    let declined = answers_once(&camp.customer(&bob), &decline, &other, &entry, 200).await;
    assert_eq!(declined["status"], json!("declined"));
    let after = Counts {
        capacity: 2,
        sold: 1,
        free: 1,
        joined: 2,
        offers: 2,
        claimed: 1,
        converted: 1,
        declined: 1,
        ..NOTHING
    };
    camp.comes_to(after).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_key_means_another_request_on_another_route() {
    let stack = Stack::up().await;
    let [camp, fair] = [stack.event().places(0).create().await, stack.event().places(0).create().await];
    let key = unique("key");
    let body = json!({"ticketTypeId": "camper", "quantity": 1});
    stack.sales().post_once(&key, &camp.release_path(), &body).await.is(202);
    stack.sales().post_once(&key, &fair.release_path(), &body).await.problem(422, "idempotency-key-reused");
    stack.sales().post_once(&key, "/api/registrations", &camp.sale(1)).await.problem(422, "idempotency-key-reused");
    fair.comes_to(NOTHING).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_malformed_key_is_refused_and_nothing_is_done() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let body = json!({"ticketTypeId": "camper", "quantity": 1});
    for key in ["k".repeat(256), "two words".to_owned()] {
        stack.sales().post_once(&key, &camp.release_path(), &body).await.invalid(&["Idempotency-Key"]);
    }
    let longest = format!("{:k<255}", unique("key"));
    stack.sales().post_once(&longest, &camp.release_path(), &body).await.is(202);
    camp.comes_to(Counts { capacity: 1, free: 1, ..NOTHING }).await;
}
