//! `POST /api/waitlist/find`: who lost their link has it mailed again.

use std::collections::BTreeSet;

use serde_json::json;

use super::support::{Person, SOON, Stack, link_in, place, text};

#[tokio::test]
async fn lost_links_are_mailed_to_their_address_and_each_acts_for_its_place() {
    let stack = Stack::up().await;
    let create = async || stack.event().places(0).confirmed_within("2 hours").create().await;
    let (camp, fair) = (create().await, create().await);
    let parent = Person::new();
    let mut places = BTreeSet::new();
    for (line, child) in [(&camp, "Mia"), (&camp, "Ben"), (&fair, "Mia")] {
        let person = parent.parent_of(child);
        let joined = line.try_to_join(&person).await.is(201);
        places.insert(place(&person, &joined).entry_id);
    }
    for address in [parent.email.as_str(), "nobody-at-all@example.org"] {
        let asked = stack.public().post("/api/waitlist/find", &json!({"email": address, "locale": "de"})).await;
        assert_eq!(asked.is(202), json!({"status": "accepted"}));
    }
    let mail = stack.awaited_mail(&parent.email, "Ihre Plätze und die Links dazu", SOON).await;
    let lines = mail.text.lines().filter(|line| line.contains("/p/"));
    let mut found = BTreeSet::new();
    for link in lines.map(link_in) {
        let (customer, _) = link.url.split_once("/p/").and_then(|(_, place)| place.split_once('~')).expect("a place");
        let path = format!("/api/waitlist/position/{customer}");
        let seen = stack.bearer(&link.token).get(&path).await.is(200);
        found.insert(text(&seen["entries"][0]["entryId"]));
        let confirmed = stack.bearer(&link.token).post(&format!("/api/waitlist/confirm/{customer}"), &json!({})).await;
        assert_eq!(confirmed.is(200)["confirmed"], json!(true), "the link acts");
        let others = stack.bearer(&link.token).get(&format!("{path}?otherPlaces=true")).await.is(200);
        assert_eq!(others["otherPlaces"].as_array().map(Vec::len), Some(found.len() - 1), "{others}");
    }
    assert_eq!(found, places);
    assert!(stack.mail_to("nobody-at-all@example.org").await.is_empty());
    camp.holds_together().await;
}
