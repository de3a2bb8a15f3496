//! The solution of a challenge is good for one join.

use futures_util::future::join_all;
use waitlist_domain::Refusal;
use waitlist_domain::event::Event;
use waitlist_domain::event::join_challenge::{BadSolution, JoinChallenge, SolvedChallenge, Work};
use waitlist_domain::form::answers::Answer;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::QuestionId;
use waitlist_domain::values::quantity::Quantity;
use waitlist_store::commands::events::{EventChanges, WantedEvent};
use waitlist_store::commands::join_challenges::ChallengeSigning;
use waitlist_store::commands::joining::{Join, Joined};

use super::fixture::{Fixture, HOUR, SECOND, contract, refusal};

contract! {
    a_solution_lets_one_of_many_joins_at_once_in
    a_repeated_request_may_use_its_solution_again
    a_refusal_by_the_line_uses_a_solution_up
    a_join_that_the_event_refuses_uses_nothing_up
    a_join_with_a_key_needs_no_solution
    a_mark_outlives_its_challenge_by_little
    all_functions_sign_by_the_same_key
}

impl Fixture {
    pub(super) async fn asks_for_work(&self, capacity: u64, change: impl FnOnce(&mut Event)) {
        let mut event = self.event();
        event.rules.join_challenge = Some(JoinChallenge::Work);
        change(&mut event);
        let wanted = WantedEvent { event, capacities: vec![Some(capacity)] };
        EventChanges::new(&self.table).put(&wanted).await.expect("the event is valid");
    }

    pub(super) fn solved(&self, challenge: &str) -> Work {
        let ends_at = self.table.now().plus_milliseconds(HOUR);
        Work::Solved(SolvedChallenge { id: SecretHash::of(challenge), ends_at })
    }

    /// A public join that shows this work.
    fn working(&self, name: &str, work: Work) -> Join {
        Join { is_public: true, work, ..self.wish(name, 1) }
    }

    async fn numbers_taken(&self) -> u64 {
        self.line().await.numbers.next
    }

    /// The marks of used solutions: how long each is kept (seconds since 1970).
    async fn marks(&self) -> Vec<i64> {
        let items = waitlist_tests::scan_all(&self.client, self.table_name()).await;
        let marks = items.iter().filter(|item| item["pk"].as_s().is_ok_and(|key| key.starts_with("CHALLENGE#")));
        marks.map(|item| item["ttl"].as_n().expect("a number").parse().expect("a number")).collect()
    }
}

fn used() -> Refusal {
    BadSolution::Used.into()
}

async fn a_solution_lets_one_of_many_joins_at_once_in(fixture: Fixture) {
    fixture.asks_for_work(0, |_| ()).await;
    let names: Vec<String> = (0..8).map(|number| format!("person-{number}")).collect();
    let joins: Vec<Join> = names.iter().map(|name| fixture.working(name, fixture.solved("one"))).collect();
    let before = fixture.numbers_taken().await;
    let (admitted, refused): (Vec<_>, Vec<_>) =
        join_all(joins.iter().map(|join| fixture.joins(join))).await.into_iter().partition(Result::is_ok);
    assert_eq!((admitted.len(), fixture.numbers_taken().await - before), (1, 1));
    assert!(refused.into_iter().all(|refused| refusal(refused) == used()));
    fixture.joins_anew(&fixture.working("late", fixture.solved("two"))).await;
}

async fn a_repeated_request_may_use_its_solution_again(fixture: Fixture) {
    fixture.asks_for_work(0, |_| ()).await;
    let join = fixture.working("ada", fixture.solved("one"));
    fixture.joins_anew(&join).await;
    let again = fixture.joins(&join).await;
    assert!(matches!(again, Ok(Joined::Existing(stored)) if stored.entry.id == join.entry_id));
    let stranger = fixture.working("ada", fixture.solved("one"));
    assert_ne!(stranger.entry_id, join.entry_id);
    assert_eq!(refusal(fixture.joins(&stranger).await), used());
}

async fn a_refusal_by_the_line_uses_a_solution_up(fixture: Fixture) {
    fixture.asks_for_work(1, |_| ()).await;
    let join = fixture.working("ada", fixture.solved("one"));
    assert_eq!(refusal(fixture.joins(&join).await), Refusal::TicketsAvailable);
    assert_eq!(refusal(fixture.joins(&join).await), Refusal::TicketsAvailable, "the request may be repeated");
    assert_eq!(refusal(fixture.joins(&fixture.working("bob", fixture.solved("one"))).await), used());
}

async fn a_join_that_the_event_refuses_uses_nothing_up(fixture: Fixture) {
    fixture.asks_for_work(0, |_| ()).await;
    let join = fixture.working("ada", fixture.solved("one"));
    let mut greedy = join.clone();
    greedy.applicant.quantity = Quantity::parse(1_000).expect("valid");
    let mut chatty = join.clone();
    let unasked = (QuestionId::parse("colour").expect("valid"), Answer::Text("red".to_owned()));
    chatty.applicant.answers = [unasked].into_iter().collect();
    for refused in [greedy, chatty] {
        assert!(matches!(refusal(fixture.joins(&refused).await), Refusal::Invalid(_)));
    }
    for (work, why) in [
        (Work::Missing, Refusal::ChallengeRequired),
        (Work::Bad(BadSolution::Wrong), BadSolution::Wrong.into()),
        (Work::Bad(BadSolution::Expired), BadSolution::Expired.into()),
    ] {
        assert_eq!(refusal(fixture.joins(&fixture.working("ada", work)).await), why);
    }
    assert_eq!(fixture.marks().await, [0_i64; 0]);
    fixture.joins_anew(&fixture.working("bob", fixture.solved("one"))).await;
}

async fn a_join_with_a_key_needs_no_solution(fixture: Fixture) {
    fixture.asks_for_work(0, |_| ()).await;
    fixture.joins_anew(&fixture.wish("ada", 1)).await;
    fixture.joins_anew(&Join { work: fixture.solved("one"), ..fixture.wish("bob", 1) }).await;
    assert_eq!(fixture.marks().await, [0_i64; 0]);
}

async fn a_mark_outlives_its_challenge_by_little(fixture: Fixture) {
    fixture.asks_for_work(0, |_| ()).await;
    fixture.joins_anew(&fixture.working("ada", fixture.solved("one"))).await;
    let ends_at = fixture.table.now().plus_milliseconds(HOUR);
    assert_eq!(fixture.marks().await, [ends_at.plus_milliseconds(60 * SECOND).seconds()]);
}

async fn all_functions_sign_by_the_same_key(fixture: Fixture) {
    let [one, other] = [ChallengeSigning::new(&fixture.table), ChallengeSigning::new(&fixture.table)];
    assert_eq!(one.key().await.expect("the table answers"), None, "nothing has asked for a challenge");
    fixture.asks_for_work(0, |_| ()).await;
    let [one, other] = [one.key().await, other.key().await].map(|key| key.expect("the table answers"));
    assert!(one.is_some() && one == other);
}
