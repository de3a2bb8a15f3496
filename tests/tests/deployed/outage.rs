//! An outage of the timers that loses their messages.
//!
//! The test takes two minutes. Tests with deadlines don't run beside it.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::support::{
    Counts, Line, NOTHING, Person, Place, Stack, and_always, eventually, instant, now, setting, sleep_until,
};

const OUTAGE: TimeDelta = TimeDelta::seconds(60);
/// A sweep comes every minute, up to 10 s late on the local cloud, and takes a moment.
const ONE_SWEEP: Duration = Duration::from_secs(75);

#[tokio::test]
async fn after_an_outage_of_the_timers_one_sweep_does_everything_overdue_and_no_late_claim_succeeded() {
    let stack = Stack::up().await;
    let mut lines = Vec::new();
    for _ in 0..3 {
        let camp = stack.event().places(0).offers_last("5 seconds").purchases_last("5 seconds").create().await;
        let places = camp.join_in_order(&Person::several(4)).await;
        lines.push((camp, places));
    }
    let paced = stack.event().places(0).create().await;
    paced.join_in_order(&Person::several(2)).await;

    let timers = Timers::of(&stack).await;
    timers.enable(&stack, false).await;
    and_always(lapse_unnoticed(stack.clone(), lines.clone(), paced.clone()), async {
        // The messages for the timers are lost.
        timers.lose_messages(&stack).await;
        timers.enable(&stack, true).await;
    })
    .await;

    eventually("everything overdue is done", ONE_SWEEP, async || {
        for (camp, _) in &lines {
            if camp.counts().await.expired < 2 {
                return None;
            }
        }
        (paced.counts().await.offers == 2).then_some(())
    })
    .await;
    for (camp, places) in &lines {
        refuse_everything(camp, &places[..2]).await;
        // The others had offers of 5 s each meanwhile.
        camp.comes_to(Counts { capacity: 2, free: 2, joined: 4, offers: 4, claimed: 1, expired: 4, ..NOTHING }).await;
        camp.holds_together().await;
    }
    paced.holds_together().await;
}

/// While the timers are down, offers are made and one is claimed. Then all of them fall due, and
/// nothing succeeds.
async fn lapse_unnoticed(stack: Stack, lines: Vec<(Line, Vec<Place>)>, paced: Line) {
    let down_until = now() + OUTAGE;
    let batches = json!({"ticketTypeId": "camper", "quantity": 2, "batchSize": 1, "batchInterval": "5 seconds"});
    stack.sales().post(&paced.release_path(), &batches).await.is(202);
    let mut deadline = now();
    for (camp, places) in &lines {
        camp.release(2).await;
        camp.offer_to(&places[0]).await;
        camp.offer_to(&places[1]).await;
        deadline = deadline.max(instant(&camp.claim(&places[1]).await.is(200)["offer"]["expiresAt"]));
    }
    sleep_until(deadline).await;
    while now() < down_until {
        for (camp, places) in &lines {
            refuse_everything(camp, &places[..2]).await;
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

async fn refuse_everything(camp: &Line, places: &[Place]) {
    for place in places {
        let status = camp.entry(place).await["status"].clone();
        // A repeated claim is not a late one.
        if status != json!("claimed") {
            camp.claim(place).await.problem(410, "offer-expired");
        }
        camp.convert(place).await.problem(410, "offer-expired");
    }
}

/// The timers queue's event source mapping.
struct Timers {
    queue_url: String,
    mapping: String,
}

impl Timers {
    async fn of(stack: &Stack) -> Self {
        let queue_url = setting("TIMERS_QUEUE_URL");
        let queue = queue_url.rsplit('/').next().unwrap_or_default();
        let listing = stack.cloud("GET", "/2015-03-31/event-source-mappings/", "lambda", None).await;
        let mappings = listing["EventSourceMappings"].as_array().cloned().unwrap_or_default();
        let reads = |mapping: &&Value| {
            mapping["EventSourceArn"].as_str().is_some_and(|source| source.ends_with(&format!(":{queue}")))
        };
        let mapping = mappings.iter().find(reads).unwrap_or_else(|| panic!("nothing consumes {queue}: {listing}"));
        let mapping = mapping["UUID"].as_str().expect("a mapping has an id").to_owned();
        Self { queue_url, mapping }
    }

    async fn enable(&self, stack: &Stack, enabled: bool) {
        let path = format!("/2015-03-31/event-source-mappings/{}", self.mapping);
        stack.cloud("PUT", &path, "lambda", Some(json!({"Enabled": enabled}))).await;
    }

    async fn lose_messages(&self, stack: &Stack) {
        stack.sqs().purge_queue().queue_url(&self.queue_url).send().await.expect("the timers queue can be emptied");
    }
}
