use waitlist_domain::values::credential::{Seal, SecretHash};
use waitlist_domain::values::identifier::PlaceTag;
use waitlist_store::commands::idempotency::{
    Beginning, Lease, RememberedReply, Request, ShownSecret, begin, finish, release,
};
use waitlist_tests::scan_all;

use super::fixture::{Fixture, HOUR, SECOND, contract};

contract! {
    the_first_request_with_a_key_is_fresh_and_holds_off_others
    an_answered_request_is_answered_again_and_nothing_is_done
    a_key_is_for_one_request_only
    each_caller_has_keys_of_their_own
    a_run_that_died_is_taken_over_with_the_same_nonce
    a_run_that_lost_its_lease_changes_nothing
    a_released_request_runs_again_at_once_with_the_same_nonce
    a_key_is_fresh_again_after_24_hours_whether_or_not_its_record_was_deleted
    one_of_several_first_requests_at_once_is_fresh
    one_of_several_that_find_a_dead_run_takes_it_over
    one_of_several_that_find_an_old_record_is_fresh
    neither_the_key_nor_the_request_can_be_read_in_the_table
}

/// How long a run may work before others take the request over.
const LEASE: i64 = 12 * SECOND;

fn request(content: &str) -> Request {
    request_of("ada", content)
}

fn request_of(caller: &str, content: &str) -> Request {
    Request { scope: SecretHash::of(caller), content: SecretHash::of(content) }
}

fn reply(status: u16) -> RememberedReply {
    RememberedReply {
        status,
        body: r#"{"entryId":"ent_1"}"#.to_owned(),
        shown: ShownSecret::Token(
            PlaceTag::parse("0123456789abcdef").expect("valid"),
            Seal::parse("fedcba9876543210").expect("valid"),
        ),
    }
}

async fn beginning(fixture: &Fixture, request: &Request) -> Beginning {
    begin(&fixture.table, request).await.expect("the table answers")
}

/// The lease of a request that must be fresh.
async fn fresh(fixture: &Fixture, request: &Request) -> Lease {
    match beginning(fixture, request).await {
        Beginning::Fresh(lease) => lease,
        other => panic!("it should be fresh: {other:?}"),
    }
}

/// Begins eight times at once. Returns the leases of the fresh ones; the others were told to wait.
async fn fresh_of_eight(fixture: &Fixture, request: &Request) -> Vec<Lease> {
    let one = || beginning(fixture, request);
    let (a, b, c, d, e, f, g, h) = tokio::join!(one(), one(), one(), one(), one(), one(), one(), one());
    let leases = [a, b, c, d, e, f, g, h].into_iter().filter_map(|beginning| match beginning {
        Beginning::Fresh(lease) => Some(lease),
        Beginning::InProgress => None,
        other => panic!("neither fresh nor in progress: {other:?}"),
    });
    leases.collect()
}

async fn the_first_request_with_a_key_is_fresh_and_holds_off_others(fixture: Fixture) {
    fresh(&fixture, &request("join")).await;
    assert_eq!(beginning(&fixture, &request("join")).await, Beginning::InProgress);
    fixture.advance(LEASE - 1);
    assert_eq!(beginning(&fixture, &request("join")).await, Beginning::InProgress);
}

async fn an_answered_request_is_answered_again_and_nothing_is_done(fixture: Fixture) {
    for (content, remembered) in [
        ("join", reply(201)),
        ("claim", RememberedReply { status: 409, body: "{}".to_owned(), shown: ShownSecret::Nothing }),
        (
            "position",
            RememberedReply { status: 200, body: "\"\u{e4}\u{1f39f}\"".repeat(5000), shown: ShownSecret::Code },
        ),
    ] {
        let request = request_of(content, content);
        let lease = fresh(&fixture, &request).await;
        finish(&fixture.table, &lease, &remembered).await.expect("it holds the lease");
        let again = Beginning::Answered { reply: remembered, nonce: lease.nonce };
        assert_eq!(beginning(&fixture, &request).await, again);
        // The time since then does not matter, as long as the record is kept.
        fixture.advance(HOUR);
        assert_eq!(beginning(&fixture, &request).await, again);
        // A late run does not overwrite the answer.
        finish(&fixture.table, &lease, &reply(500)).await.expect("nothing happens");
        release(&fixture.table, &lease).await.expect("nothing happens");
        assert_eq!(beginning(&fixture, &request).await, again);
    }
}

async fn a_key_is_for_one_request_only(fixture: Fixture) {
    let lease = fresh(&fixture, &request("join")).await;
    assert_eq!(beginning(&fixture, &request("another")).await, Beginning::Reused);
    finish(&fixture.table, &lease, &reply(201)).await.expect("it holds the lease");
    assert_eq!(beginning(&fixture, &request("another")).await, Beginning::Reused);
    // The key of a run that died is not free for another request either.
    let lease = fresh(&fixture, &request_of("bob", "join")).await;
    fixture.advance(LEASE);
    assert_eq!(beginning(&fixture, &request_of("bob", "another")).await, Beginning::Reused);
    assert_eq!(fresh(&fixture, &request_of("bob", "join")).await.nonce, lease.nonce);
}

async fn each_caller_has_keys_of_their_own(fixture: Fixture) {
    let ada = fresh(&fixture, &request_of("ada", "join")).await;
    let bob = fresh(&fixture, &request_of("bob", "join")).await;
    assert_ne!(ada.nonce, bob.nonce);
    finish(&fixture.table, &ada, &reply(201)).await.expect("it holds the lease");
    assert_eq!(beginning(&fixture, &request_of("bob", "join")).await, Beginning::InProgress);
}

async fn a_run_that_died_is_taken_over_with_the_same_nonce(fixture: Fixture) {
    let died = fresh(&fixture, &request("join")).await;
    for _ in 0..3 {
        fixture.advance(LEASE);
        let next = fresh(&fixture, &request("join")).await;
        assert_eq!(next.nonce, died.nonce);
        assert_ne!(next, died, "it is another run");
        assert_eq!(beginning(&fixture, &request("join")).await, Beginning::InProgress, "with a lease of its own");
    }
}

async fn a_run_that_lost_its_lease_changes_nothing(fixture: Fixture) {
    let late = fresh(&fixture, &request("join")).await;
    fixture.advance(LEASE);
    let next = fresh(&fixture, &request("join")).await;
    finish(&fixture.table, &late, &reply(500)).await.expect("nothing happens");
    assert_eq!(beginning(&fixture, &request("join")).await, Beginning::InProgress);
    release(&fixture.table, &late).await.expect("nothing happens");
    assert_eq!(beginning(&fixture, &request("join")).await, Beginning::InProgress);
    finish(&fixture.table, &next, &reply(201)).await.expect("it holds the lease");
    finish(&fixture.table, &late, &reply(500)).await.expect("nothing happens");
    let answered = Beginning::Answered { reply: reply(201), nonce: late.nonce };
    assert_eq!(beginning(&fixture, &request("join")).await, answered);
}

async fn a_released_request_runs_again_at_once_with_the_same_nonce(fixture: Fixture) {
    let lease = fresh(&fixture, &request("join")).await;
    release(&fixture.table, &lease).await.expect("it holds the lease");
    assert_eq!(beginning(&fixture, &request("another")).await, Beginning::Reused);
    let next = fresh(&fixture, &request("join")).await;
    assert_eq!(next.nonce, lease.nonce);
    finish(&fixture.table, &next, &reply(201)).await.expect("it holds the lease");
    let answered = Beginning::Answered { reply: reply(201), nonce: lease.nonce };
    assert_eq!(beginning(&fixture, &request("join")).await, answered);
}

async fn a_key_is_fresh_again_after_24_hours_whether_or_not_its_record_was_deleted(fixture: Fixture) {
    let first = fresh(&fixture, &request("join")).await;
    finish(&fixture.table, &first, &reply(201)).await.expect("it holds the lease");
    fixture.advance(24 * HOUR - SECOND);
    let answered = Beginning::Answered { reply: reply(201), nonce: first.nonce };
    assert_eq!(beginning(&fixture, &request("join")).await, answered);
    fixture.advance(SECOND);
    // DynamoDB has not deleted the record yet.
    let second = fresh(&fixture, &request("join")).await;
    assert_ne!(second.nonce, first.nonce);
    finish(&fixture.table, &first, &reply(500)).await.expect("nothing happens");
    assert_eq!(beginning(&fixture, &request("join")).await, Beginning::InProgress);
    finish(&fixture.table, &second, &reply(202)).await.expect("it holds the lease");
    fixture.advance(24 * HOUR - SECOND);
    let answered = Beginning::Answered { reply: reply(202), nonce: second.nonce };
    assert_eq!(beginning(&fixture, &request("join")).await, answered, "it is remembered as long as the first");
    fixture.advance(SECOND);
    // The key may be used for any request then.
    let third = fresh(&fixture, &request("another")).await;
    assert!(third.nonce != first.nonce && third.nonce != second.nonce);
}

async fn one_of_several_first_requests_at_once_is_fresh(fixture: Fixture) {
    assert_eq!(fresh_of_eight(&fixture, &request("join")).await.len(), 1);
}

async fn one_of_several_that_find_a_dead_run_takes_it_over(fixture: Fixture) {
    let died = fresh(&fixture, &request("join")).await;
    fixture.advance(LEASE);
    let leases = fresh_of_eight(&fixture, &request("join")).await;
    assert_eq!(leases.iter().map(|lease| lease.nonce).collect::<Vec<_>>(), [died.nonce]);
}

async fn one_of_several_that_find_an_old_record_is_fresh(fixture: Fixture) {
    let old = fresh(&fixture, &request("join")).await;
    finish(&fixture.table, &old, &reply(201)).await.expect("it holds the lease");
    fixture.advance(24 * HOUR);
    let leases = fresh_of_eight(&fixture, &request("join")).await;
    assert_eq!(leases.len(), 1);
    assert_ne!(leases[0].nonce, old.nonce);
}

async fn neither_the_key_nor_the_request_can_be_read_in_the_table(fixture: Fixture) {
    let lease = fresh(&fixture, &request_of("the caller and the key", "the route and the body")).await;
    finish(&fixture.table, &lease, &reply(201)).await.expect("it holds the lease");
    let items = format!("{:?}", scan_all(&fixture.client, fixture.table_name()).await);
    assert!(items.contains("IDEMPOTENCY#"), "{items}");
    assert!(!items.contains("the caller") && !items.contains("the route"), "{items}");
}
