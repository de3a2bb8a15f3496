//! Sending when there are too many messages, and when the providers fail.

use std::time::{Duration, Instant};

use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::json;

use super::support::{FaultProxy, NOTIFICATION_QUEUES, Notifier, Person, Place, Stack, and_always, setting};

/// The rate of mails a second.
const RATE: u64 = 2;

#[tokio::test]
async fn offers_overtake_confirmations_and_no_more_is_sent_than_the_rate_allows() {
    let stack = Stack::alone().await;
    let notifier = Notifier::at_rest(&stack).await;
    notifier.run_with(json!({"MAIL_RATE": RATE.to_string()})).await;
    and_always(too_much_to_send(stack.clone(), notifier.clone()), notifier.restore()).await;
}

async fn too_much_to_send(stack: Stack, notifier: Notifier) {
    let camp = stack.event().places(0).create().await;
    let began = Instant::now();
    let people = Person::several(40);
    let places = camp.join_in_order(&people).await;
    camp.release(3).await;
    for place in &places[..3] {
        stack.awaited_mail(&place.person.email, "A seat is held for you", Duration::from_secs(10)).await;
    }
    let sent = mails_to(&stack, &people).await;
    let allowed = RATE * (began.elapsed().as_secs() + 1) + 1;
    assert!(sent as u64 <= allowed, "{sent} of {allowed} mails");
    assert!(sent < people.len(), "they overtook many of the {} confirmations: {sent} mails", people.len());
    // In the end everybody is told exactly once.
    notifier.comes_to_rest(Duration::from_secs(60)).await;
    for place in &places {
        let mails = stack.mail_to(&place.person.email).await;
        assert_eq!(mails.iter().filter(|mail| mail.subject.starts_with("You are on the waitlist")).count(), 1);
    }
    let allowed = RATE * (began.elapsed().as_secs() + 1) + 1;
    assert!(people.len() as u64 + 3 <= allowed, "sent too fast");
    camp.holds_together().await;
}

async fn mails_to(stack: &Stack, people: &[Person]) -> usize {
    let mut count = 0;
    for person in people {
        count += stack.mail_to(&person.email).await.len();
    }
    count
}

#[tokio::test]
async fn everybody_is_told_and_nothing_is_lost_however_the_providers_fail() {
    let stack = Stack::alone().await;
    let notifier = Notifier::at_rest(&stack).await;
    let proxy = FaultProxy::start(20_261_125).await;
    notifier.run_with(json!({"AWS_ENDPOINT_URL_SESV2": proxy.url(), "AWS_ENDPOINT_URL_SNS": proxy.url()})).await;
    let mut visibility = Vec::new();
    for queue in NOTIFICATION_QUEUES {
        visibility.push(set_visibility(&stack, queue, "10").await);
    }
    and_always(a_bad_day(stack.clone(), notifier.clone(), proxy), async {
        notifier.restore().await;
        for (queue, seconds) in NOTIFICATION_QUEUES.into_iter().zip(&visibility) {
            set_visibility(&stack, queue, seconds).await;
        }
    })
    .await;
}

async fn a_bad_day(stack: Stack, notifier: Notifier, proxy: FaultProxy) {
    let camp = stack.event().places(0).create().await;
    let people: Vec<Person> = (0..16).map(|_| Person::new().with_phone()).collect();
    let places = camp.join_in_order(&people).await;
    camp.release(8).await;
    for place in &places[..8] {
        camp.offer_to(place).await;
    }
    for place in &places {
        told_once(&stack, &proxy, place, "You are on the waitlist").await;
    }
    for place in &places[..8] {
        told_once(&stack, &proxy, place, "A seat is held for you").await;
        texted_once(&stack, &proxy, place).await;
    }
    notifier.comes_to_rest(Duration::from_secs(60)).await;
    // A message came twice only if its sender got no answer. Nothing has come since.
    for place in &places[..8] {
        texted_once(&stack, &proxy, place).await;
    }
    let struck = proxy.struck();
    assert_eq!(struck.len(), 6, "all that can go wrong did: {struck:?}");
    let letters = stack.messages_in(&setting("NOTIFICATIONS_DEAD_LETTERS_URL")).await;
    let lost = letters.iter().filter(|letter| letter.contains(&camp.event_id)).count();
    assert_eq!(lost, 0, "dead letters");
    camp.holds_together().await;
}

/// Long enough for some failures of 10 seconds each.
const THROUGH_THE_STORM: Duration = Duration::from_secs(120);

async fn told_once(stack: &Stack, proxy: &FaultProxy, place: &Place, subject: &str) {
    let to = &place.person.email;
    stack.awaited_mail(to, subject, THROUGH_THE_STORM).await;
    let told = stack.mail_to(to).await.iter().filter(|mail| mail.subject.starts_with(subject)).count();
    let unheard = proxy.unheard(to, |words| words.starts_with(subject));
    assert!(told <= 1 + unheard, "told {told} times, {unheard} answers were lost");
}

async fn texted_once(stack: &Stack, proxy: &FaultProxy, place: &Place) {
    let phone = place.person.phone.as_deref().expect("everybody has one");
    let words = "Your turn: ";
    stack.awaited_text(phone, words, THROUGH_THE_STORM).await;
    let told = stack.texts_to(phone).await.iter().filter(|text| text.contains(words)).count();
    let unheard = proxy.unheard(phone, |text| text.contains(words));
    assert!(told <= 1 + unheard, "texted {told} times, {unheard} answers were lost");
}

/// Sets the visibility timeout of a queue. Returns the one before.
async fn set_visibility(stack: &Stack, queue: &str, seconds: &str) -> String {
    let (name, url) = (QueueAttributeName::VisibilityTimeout, setting(queue));
    let request = stack.sqs().get_queue_attributes().queue_url(&url).attribute_names(name.clone());
    let mut attributes = request.send().await.expect("the queue has attributes").attributes.unwrap_or_default();
    let request = stack.sqs().set_queue_attributes().queue_url(&url).attributes(name.clone(), seconds);
    request.send().await.expect("the queue's visibility timeout can be set");
    attributes.remove(&name).expect("the visibility timeout is asked for")
}
