use futures_util::future::join_all;
use waitlist_domain::Refusal;
use waitlist_domain::values::source::Source;
use waitlist_store::commands::join_limits::JoinLimits;
use waitlist_store::commands::sources::{Counted, Sources};

use super::fixture::{Fixture, HOUR, contract, refusal};

contract! {
    of_many_joins_at_once_no_more_are_taken_than_a_source_may_send
    each_kind_of_request_and_each_source_is_counted_by_itself
    all_functions_tell_a_source_by_the_same_secret
    a_third_of_a_sources_joins_may_present_a_wrong_code
    a_source_that_is_not_known_has_no_limit
}

fn source(address: &str) -> Source {
    Source::parse(address).expect("an address")
}

async fn of_many_joins_at_once_no_more_are_taken_than_a_source_may_send(fixture: Fixture) {
    let (sources, source) = (Sources::new(&fixture.table), source("192.0.2.7"));
    for _ in 0..2 {
        let attempts = (0..12).map(|_| sources.count(Counted::Joins, &source, 5));
        let taken = join_all(attempts).await.into_iter().filter(Result::is_ok).count();
        assert_eq!(taken, 5);
        fixture.advance(HOUR - 1);
        let refused = refusal(sources.count(Counted::Joins, &source, 5).await);
        assert_eq!(refused, Refusal::TooManyJoins { seconds: 1 });
        fixture.advance(1);
    }
}

async fn each_kind_of_request_and_each_source_is_counted_by_itself(fixture: Fixture) {
    let sources = Sources::new(&fixture.table);
    let [one, other] = ["192.0.2.7", "2001:db8::1"].map(source);
    sources.count(Counted::Joins, &one, 1).await.expect("the first");
    sources.count(Counted::WrongCodes, &one, 1).await.expect("the first");
    sources.count(Counted::Joins, &other, 1).await.expect("the first");
    for counted in [Counted::Joins, Counted::WrongCodes] {
        assert!(sources.check(counted, &one, 1).await.is_err(), "{counted:?}");
    }
    sources.check(Counted::WrongCodes, &other, 1).await.expect("none yet");
}

async fn all_functions_tell_a_source_by_the_same_secret(fixture: Fixture) {
    let source = source("192.0.2.7");
    Sources::new(&fixture.table).count(Counted::Joins, &source, 2).await.expect("the first");
    Sources::new(&fixture.table).count(Counted::Joins, &source, 2).await.expect("the second");
    assert!(Sources::new(&fixture.table).count(Counted::Joins, &source, 2).await.is_err());
}

async fn a_third_of_a_sources_joins_may_present_a_wrong_code(fixture: Fixture) {
    let (limits, source) = (JoinLimits::new(&fixture.table, 7), source("192.0.2.7"));
    let source = Some(&source);
    for _ in 0..2 {
        limits.count_join(source, true).await.expect("fewer than a third were wrong");
        limits.count_wrong_code(source).await.expect("no more than a third");
    }
    assert_eq!(refusal(limits.count_join(source, true).await), Refusal::TooManyWrongCodes { seconds: 3600 });
    assert_eq!(refusal(limits.count_wrong_code(source).await), Refusal::TooManyWrongCodes { seconds: 3600 });
    for _ in 3..7 {
        limits.count_join(source, false).await.expect("without a code");
    }
    assert_eq!(refusal(limits.count_join(source, false).await), Refusal::TooManyJoins { seconds: 3600 });
}

async fn a_source_that_is_not_known_has_no_limit(fixture: Fixture) {
    let limits = JoinLimits::new(&fixture.table, 1);
    for _ in 0..3 {
        limits.count_join(None, true).await.expect("nobody is counted");
        limits.count_wrong_code(None).await.expect("nobody is counted");
    }
}
