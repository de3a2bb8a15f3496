//! Lost links: somebody asks for the links of an address, and they are mailed there.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use waitlist_runtime::http::Response;
use waitlist_tests::{Fault, FaultPlan, SentMail, queue_event_json, stream_event_json};

use super::payload::Payload;
use super::reply::Reply;
use super::scene::{HOUR, ORGANISER, SALES, SOLD_OUT, Scene, in_scene};

/// The second event of a family.
const OTHER_CAMP: &str = "find-camp";

impl Scene {
    async fn asks_for_links(&self, email: &str, source: &str) -> Reply {
        let body = json!({"email": email, "locale": "en"});
        self.send(Payload::post("/api/waitlist/find").source(source).body(&body)).await
    }

    /// Lets the relay, the journal and notify do what the last changes call for. Returns the mails.
    pub(super) async fn mails(&self) -> Vec<SentMail> {
        let before = self.cloud.sent_mail().len();
        for _ in 0..2 {
            let records = stream_event_json(&self.cloud.take_stream_records());
            for follower in ["relay", "journal"] {
                assert_eq!(self.given_back(follower, records.clone()).await, [""; 0]);
            }
            for queue in ["urgent-notifications", "notifications"] {
                let messages = self.cloud.queue(queue).receive(10);
                assert_eq!(self.given_back("notify", queue_event_json(queue, &messages)).await, [""; 0]);
                self.cloud.queue(queue).delete(&messages);
            }
        }
        self.cloud.sent_mail().into_iter().skip(before).collect()
    }

    /// Joins without a key. Returns the response, with the token of the mail in `mailed`.
    async fn joins_by_mail(&self, event: &str, attendee: &str, email: &str) -> Value {
        let body = json!({
            "eventId": event, "ticketTypeId": "camper", "name": "Ada", "email": email, "attendeeId": attendee,
        });
        let joined = self.send(Payload::post("/api/waitlist/join").body(&body)).await;
        assert_eq!(joined.status, 201, "{joined:?}");
        let mut joined = joined.body;
        joined["mailed"] = json!(tokens_in(&self.mails().await.pop().expect("a mail").text)[0]);
        joined
    }

    async fn confirms_by_mail(&self, joined: &Value) {
        let path = format!("/api/waitlist/confirm/{}", text(joined, "customerId"));
        let confirm = Payload::post(&path).from(text(joined, "mailed")).body(&json!({}));
        assert_eq!(self.send(confirm).await.status, 200);
    }

    /// Ada has places for two children in a line, and for one in another event.
    async fn family(&self) -> [Value; 3] {
        self.put_event(OTHER_CAMP, 0).await;
        let places = [(SOLD_OUT, "Mia"), (SOLD_OUT, "Ben"), (OTHER_CAMP, "Mia")];
        let mut family = Vec::new();
        for (event, attendee) in places {
            let joined = self.joins_by_mail(event, attendee, "ada@example.org").await;
            self.confirms_by_mail(&joined).await;
            family.push(joined);
        }
        self.mails().await;
        family.try_into().expect("three places")
    }

    async fn looks(&self, place: &Value, query: &str, token: &str) -> Reply {
        let path = format!("/api/waitlist/position/{}?{query}", text(place, "customerId"));
        self.send(Payload::get(&path).from(token)).await
    }
}

fn text<'value>(of: &'value Value, name: &str) -> &'value str {
    of[name].as_str().expect("a text")
}

fn tokens_in(mail: &str) -> Vec<String> {
    let after = mail.split("token=").skip(1);
    after.map(|rest| rest.split_whitespace().next().expect("a token").to_owned()).collect()
}

#[test]
fn the_links_of_an_address_are_mailed_to_it_and_each_acts_for_its_place() {
    in_scene(async |scene| {
        let family = scene.family().await;
        scene.joins_by_mail(OTHER_CAMP, "Stranger.example", "ada@example.org").await;
        let asked = scene.asks_for_links("Ada@Example.org", "192.0.2.7").await;
        assert_eq!((asked.status, &asked.body), (202, &json!({"status": "accepted"})));
        let [mail] = &scene.mails().await[..] else { panic!("one mail") };
        assert_eq!(
            (&mail.to[..], &*mail.subject),
            (&["ada@example.org".to_owned()][..], "Your places, and the links to them")
        );
        for said in ["Summer Camp, Camper", "For: Mia", "For: Ben", "You wait in line.", "Not confirmed yet"] {
            assert!(mail.text.contains(said) && !mail.text.contains("Stranger"), "{said}: {}", mail.text);
        }
        let tokens = tokens_in(&mail.text);
        assert_eq!(tokens.len(), 4);
        let mut shown = BTreeSet::new();
        for token in &tokens {
            let place = scene.looks(&family[0], "", token).await;
            assert_eq!(place.status, 200, "{place:?}");
            assert!(place.body["entries"][0].get("channels").is_some(), "the link acts: {place:?}");
            shown.insert(text(&place.body["entries"][0], "entryId").to_owned());
        }
        assert_eq!(shown.len(), 4);
        assert_eq!(scene.mails().await.len(), 0, "the mail is sent once");
    });
}

#[test]
fn the_answer_and_the_work_are_the_same_whoever_waits() {
    in_scene(async |scene| {
        scene.family().await;
        let mut answers = Vec::new();
        for email in ["ada@example.org", "nobody@example.org", "pat@example.org"] {
            scene.cloud.take_calls();
            let answer = scene.asks_for_links(email, "192.0.2.7").await;
            let work: Vec<String> = scene.cloud.take_calls().into_iter().map(|call| call.operation).collect();
            answers.push((answer.status, answer.body, work));
        }
        assert_eq!(answers[1], answers[2]);
        assert_eq!((answers[0].0, &answers[0].1), (answers[1].0, &answers[1].1));
        let to: Vec<_> = scene.mails().await.into_iter().flat_map(|mail| mail.to).collect();
        assert!(!to.contains(&"nobody@example.org".to_owned()), "{to:?}");
    });
}

#[test]
fn an_address_gets_three_such_mails_a_day_and_a_network_asks_ten_times_an_hour() {
    in_scene(async |scene| {
        scene.family().await;
        let mut sent = 0;
        for source in 0..6 {
            let asked = scene.asks_for_links("ada+x@example.org", &format!("192.0.2.{source}")).await;
            assert_eq!(asked.status, 202);
            sent += scene.mails().await.len();
        }
        assert_eq!(sent, 3);
        scene.cloud.advance(24 * HOUR);
        assert_eq!(scene.asks_for_links("ada@example.org", "192.0.2.1").await.status, 202);
        assert_eq!(scene.mails().await.len(), 1, "a day later");
        for person in 0..10 {
            assert_eq!(scene.asks_for_links(&format!("p{person}@example.org"), "192.0.2.99").await.status, 202);
        }
        let refused = scene.asks_for_links("p@example.org", "192.0.2.99").await;
        assert_eq!((refused.status, refused.slug()), (429, "too-many-link-mails"));
        assert!(refused.headers.contains_key("retry-after"));
    });
}

#[test]
fn a_sales_system_s_places_are_found_and_those_of_another_spelling_get_a_mail_of_their_own() {
    in_scene(async |scene| {
        scene.family().await;
        scene.joins_by_mail(SOLD_OUT, "Zoe", "ada+camp@example.org").await;
        let body = json!({
            "eventId": SOLD_OUT, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org",
            "customerId": "crm-7",
        });
        assert_eq!(scene.send(Payload::post("/api/waitlist/join").from(SALES).body(&body)).await.status, 201);
        scene.mails().await;
        assert_eq!(scene.asks_for_links("ada@example.org", "192.0.2.7").await.status, 202);
        let mut mails = scene.mails().await;
        mails.sort_by_key(|mail| mail.to.clone());
        let counted: Vec<_> = mails.iter().map(|mail| (mail.to[0].as_str(), tokens_in(&mail.text).len())).collect();
        assert_eq!(counted, [("ada+camp@example.org", 1), ("ada@example.org", 4)]);
        assert!(mails[1].text.contains("customerId=crm-7"), "{}", mails[1].text);
    });
}

#[test]
fn a_mail_that_is_throttled_is_sent_later_with_the_same_tokens() {
    in_scene(async |scene| {
        let mia = &scene.family().await[0];
        let tokens = async || scene.entry(text(mia, "customerId")).await.mailed_token_hashes.len();
        let before = tokens().await;
        // More than the client retries by itself.
        let throttled = (0..7).fold(FaultPlan::none(), |plan, _| plan.next("SendEmail", Fault::Throttled));
        scene.cloud.faults(throttled);
        assert_eq!(scene.asks_for_links("ada@example.org", "192.0.2.7").await.status, 202);
        assert_eq!(scene.mails().await.len(), 1);
        assert_eq!(tokens().await, before + 1, "an entry does not grow with each attempt");
    });
}

#[test]
fn however_many_spellings_strangers_join_with_a_mailbox_gets_few_mails() {
    in_scene(async |scene| {
        scene.family().await;
        for (event, tag) in [(SOLD_OUT, "a"), (OTHER_CAMP, "b"), (OTHER_CAMP, "c")] {
            let email = format!("ada+{tag}@example.org");
            let body = json!({
                "eventId": event, "ticketTypeId": "camper", "name": "Ada", "email": email, "attendeeId": tag,
            });
            let joined = scene.send(Payload::post("/api/waitlist/join").body(&body)).await;
            assert_eq!(joined.status, 201, "{}", joined.body);
        }
        scene.mails().await;
        assert_eq!(scene.asks_for_links("ada@example.org", "192.0.2.7").await.status, 202);
        let mails = scene.mails().await;
        assert_eq!(mails.len(), 3, "{mails:?}");
        assert!(mails.iter().any(|mail| mail.to[0] == "ada@example.org"), "the confirmed places are among them");
    });
}

#[test]
fn a_mailed_token_shows_and_acts_for_the_other_places_of_its_address_and_no_others() {
    in_scene(async |scene| {
        let family = scene.family().await;
        let unconfirmed = scene.joins_by_mail(OTHER_CAMP, "Zoe", "ada@example.org").await;
        let spelled = scene.joins_by_mail(OTHER_CAMP, "Kim", "ada+kim@example.org").await;
        scene.confirms_by_mail(&spelled).await;
        scene.mails().await;
        let [mia, ben, _] = &family;
        let token = text(mia, "mailed");
        let shown = scene.looks(mia, "otherPlaces=true", token).await;
        let others: Vec<_> = shown.body["otherPlaces"].as_array().expect("others").iter().collect();
        let named: Vec<_> = others.iter().map(|other| (text(other, "attendeeId"), text(other, "eventId"))).collect();
        assert_eq!(BTreeSet::from_iter(named), BTreeSet::from([("Ben", SOLD_OUT), ("Mia", OTHER_CAMP)]));
        let of_ben = others.iter().find(|other| other["attendeeId"] == "Ben").expect("Ben");
        assert!(of_ben["position"].is_u64() && of_ben["eventName"] == "Summer Camp", "{of_ben}");
        assert_eq!(scene.looks(mia, "", token).await.body.get("otherPlaces"), None, "they were not asked for");

        let query = format!("entryId={}&otherPlaces=true", text(ben, "entryId"));
        let of_ben = scene.looks(mia, &query, token).await;
        assert_eq!(of_ben.body["entries"][0]["attendeeId"], "Ben", "{of_ben:?}");
        assert!(of_ben.body["entries"][0].get("channels").is_some(), "it may act");
        let looks = text(mia, "token");
        assert_eq!(scene.looks(mia, &query, looks).await.status, 404, "the token of the join");
        let without = scene.looks(mia, "otherPlaces=true", looks).await;
        assert_eq!((without.status, without.body.get("otherPlaces")), (200, None));
        for other in [&unconfirmed, &spelled] {
            let query = format!("entryId={}", text(other, "entryId"));
            assert_eq!(scene.looks(mia, &query, token).await.status, 404);
            assert_eq!(scene.looks(other, "otherPlaces=true", text(other, "mailed")).await.body["otherPlaces"], {
                if other["entryId"] == spelled["entryId"] { json!([]) } else { Value::Null }
            });
        }
        let leave = format!("/api/waitlist/leave/{}?entryId={}", text(mia, "customerId"), text(ben, "entryId"));
        let left = scene.send(Payload::delete(&leave).from(token)).await;
        assert_eq!(left.body["left"], json!([ben["entryId"]]), "{left:?}");
        assert_eq!(scene.looks(mia, "", token).await.body["entries"][0]["status"], "waiting");
    });
}

#[test]
fn a_corrected_address_ends_what_its_old_link_may_see() {
    in_scene(async |scene| {
        let [mia, ben, _] = scene.family().await;
        let edit = format!("/api/waitlist/edit/{}", text(&ben, "customerId"));
        let body = json!({"entryId": ben["entryId"], "email": "grandma@example.org"});
        assert_eq!(scene.send(Payload::post(&edit).from(ORGANISER).body(&body)).await.status, 200);
        let query = format!("entryId={}", text(&ben, "entryId"));
        assert_eq!(scene.looks(&mia, &query, text(&mia, "mailed")).await.status, 404);
        scene.mails().await;
        scene.asks_for_links("ada@example.org", "192.0.2.7").await;
        let [mail] = &scene.mails().await[..] else { panic!("one mail") };
        assert_eq!(tokens_in(&mail.text).len(), 2, "{}", mail.text);
        scene.asks_for_links("grandma@example.org", "192.0.2.7").await;
        let [mail] = &scene.mails().await[..] else { panic!("one mail") };
        assert_eq!((mail.to[0].as_str(), tokens_in(&mail.text).len()), ("grandma@example.org", 1));
    });
}

async fn page(scene: &Scene, path: &str) -> Response {
    scene.browse(Payload::page("GET", path)).await
}

#[test]
fn a_place_leads_to_the_other_places_of_its_address_and_its_refreshes_leave_them_out() {
    in_scene(async |scene| {
        let [mia, ben, _] = scene.family().await;
        let path = format!("/p/{}~{}", text(&mia, "customerId"), text(&mia, "mailed"));
        let first = page(&scene, &path).await;
        let to_ben = format!("{path}~{}", text(&ben, "entryId"));
        assert!(first.body.contains("Your other places") && first.body.contains(&to_ben), "{}", first.body);
        let ask = Payload::page("GET", &path).header("if-none-match", "\"\"");
        let again = scene.browse(ask.clone()).await;
        assert!(!again.body.contains("Your other places"), "{}", again.body);
        let tag = again.headers["etag"].clone();
        assert_eq!(scene.browse(Payload::page("GET", &path).header("if-none-match", &tag)).await.status, 304);

        let of_ben = page(&scene, &to_ben).await;
        assert!(of_ben.body.contains("for Ben") && of_ben.body.contains("Leave the line"), "{}", of_ben.body);
        let fields = [("entryId", text(&ben, "entryId")), ("key", "k")];
        let left = scene.browse(Payload::page("POST", &format!("{to_ben}/leave")).form(&fields)).await;
        assert_eq!((left.status, &*left.headers["location"]), (303, &*to_ben));
        assert!(page(&scene, &to_ben).await.body.contains("You left the line"));
        assert!(page(&scene, &path).await.body.contains("in line"), "Mia still waits");
    });
}

#[test]
fn a_token_of_a_new_stay_is_found_although_the_copy_still_shows_the_earlier_one() {
    in_scene(async |scene| {
        scene.cloud.faults(FaultPlan::none().chance(Fault::StaleRead, 1_000));
        let wish = json!({
            "eventId": SOLD_OUT, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org",
            "customerId": "crm-9",
        });
        for stay in 0..8 {
            let joined = scene.send(Payload::post("/api/waitlist/join").from(SALES).body(&wish)).await;
            assert_eq!(joined.status, 201, "{stay}: {joined:?}");
            let seen = scene.looks(&joined.body, "", text(&joined.body, "token")).await;
            assert_eq!(seen.body["entries"][0]["entryId"], joined.body["entryId"], "{stay}: {seen:?}");
            let left = scene.send(Payload::delete("/api/waitlist/leave/crm-9").from(SALES)).await;
            assert_eq!(left.body["left"], json!([joined.body["entryId"]]), "{left:?}");
        }
    });
}

#[test]
fn a_tab_of_an_earlier_stay_leaves_the_newer_one_alone() {
    in_scene(async |scene| {
        let mia = scene.joins_by_mail(SOLD_OUT, "Mia", "ada@example.org").await;
        scene.confirms_by_mail(&mia).await;
        let path = format!("/p/{}~{}", text(&mia, "customerId"), text(&mia, "mailed"));
        for act in ["leave", "claim", "decline", "confirm", "phone-code", "phone", "change"] {
            let entry = ("entryId", "ent_000000000000000000000000000000aa");
            let fields = [entry, ("key", act), ("code", "012345"), ("name", "Ada Example")];
            let pressed = scene.browse(Payload::page("POST", &format!("{path}/{act}")).form(&fields)).await;
            assert_eq!(
                (pressed.status, &*pressed.headers["location"]),
                (303, &*format!("{path}?notice=not-now")),
                "{act}"
            );
        }
        let shown = page(&scene, &format!("{path}?notice=not-now")).await;
        assert!(shown.body.contains("That is no longer possible") && shown.body.contains("in line"), "{}", shown.body);
    });
}

/// Asks on the page, and lets the workers do what follows.
pub(super) async fn links_are_asked_for_and_mailed(scene: &Scene) {
    scene.family().await;
    let sent = scene.browse(Payload::page("POST", "/find").form(&[("email", "ada@example.org")])).await;
    assert_eq!(sent.status, 303, "{sent:?}");
    assert_eq!(scene.mails().await.len(), 1);
}

#[test]
fn the_page_for_lost_links_says_the_same_to_everybody() {
    in_scene(async |scene| {
        links_are_asked_for_and_mailed(&scene).await;
        let press = async |email: &str, lang: &str| {
            let path = format!("/find?lang={lang}");
            scene.browse(Payload::page("POST", &path).form(&[("email", email)])).await
        };
        let (known, unknown) = (press("ada@example.org", "en").await, press("nobody@example.org", "en").await);
        assert_eq!((known.status, &known.headers["location"]), (303, &unknown.headers["location"]));
        let sent = page(&scene, &known.headers["location"]).await;
        assert!(sent.body.contains("Check your e-mail"), "{}", sent.body);
        for (typed, said) in [("", "Geben Sie Ihre E-Mail"), ("ada@", "id=\"email-error\"")] {
            let wrong = press(typed, "de").await;
            assert!(wrong.status == 422 && wrong.body.contains(said), "{}", wrong.body);
            assert!(wrong.body.contains(&format!("value=\"{typed}\"")), "{}", wrong.body);
        }
        let before = scene.items().await;
        let form = page(&scene, "/find").await;
        assert!(form.status == 200 && form.body.contains("autocomplete=\"email\""), "{}", form.body);
        assert_eq!(scene.items().await, before);
        for person in 0..10 {
            press(&format!("p{person}@example.org"), "en").await;
        }
        let refused = press("p@example.org", "en").await;
        assert!(refused.status == 429 && refused.headers.contains_key("retry-after"), "{refused:?}");
        assert!(refused.body.contains("try again in an hour"), "{}", refused.body);
        assert!(page(&scene, "/x").await.body.contains("href=\"/find?lang=en\""));
    });
}
