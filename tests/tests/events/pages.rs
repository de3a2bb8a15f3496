//! The pages for the people who wait, as a browser without scripts gets them.

use serde_json::json;
use waitlist_domain::entry::own_change::MOST_OWN_CHANGES;
use waitlist_domain::event::Event;
use waitlist_domain::line::order::Order;
use waitlist_runtime::http::Response;
use waitlist_tests::{Fault, FaultPlan};

use super::past_events::UNTIL_START;
use super::payload::Payload;
use super::scene::{
    ASKING, BY_TIER, HOUR, MAILED_TOKEN, ON_SALE, ORGANISER, SALES, SOLD_OUT, Scene, TOKEN, UNSUBSCRIBE_TOKEN,
    in_scene, token,
};

pub(super) async fn look(scene: &Scene, path: &str) -> Response {
    scene.browse(Payload::page("GET", path)).await
}

pub(super) async fn press(scene: &Scene, path: &str, fields: &[(&str, &str)]) -> Response {
    scene.browse(Payload::page("POST", path).form(fields)).await
}

/// Presses a button, and looks at the page that this leads to.
pub(super) async fn press_and_look(scene: &Scene, path: &str, fields: &[(&str, &str)]) -> Response {
    let pressed = press(scene, path, fields).await;
    assert_eq!(pressed.status, 303, "{pressed:?}");
    let (page, _) = pressed.headers["location"].split_once('#').unwrap_or((&pressed.headers["location"], ""));
    look(scene, page).await
}

#[track_caller]
pub(super) fn says(page: &Response, texts: &[&str]) {
    for text in texts {
        assert!(page.body.contains(text), "{text:?} is not on the page:\n{}", page.body);
    }
}

/// The entry of `parent-1`, who is offered a seat.
const OFFERED: &str = "ent_00000000000000000000000000000001";
/// The entry of `parent-20`, whose address is not confirmed.
const UNCONFIRMED: &str = "ent_00000000000000000000000000000008";

pub(super) fn offered() -> String {
    format!("/p/parent-1~{TOKEN}")
}

fn unconfirmed() -> String {
    format!("/p/parent-20~{MAILED_TOKEN}")
}

/// What somebody types who joins.
pub(super) const WISH: [(&str, &str); 4] =
    [("ticket-type", "camper"), ("name", "Grace Example"), ("email", "grace@example.org"), ("key", "one")];

pub(super) fn event(id: &str) -> String {
    format!("/events/{id}")
}

/// Presses every button that there is.
pub(super) fn do_all_on_pages() {
    in_scene(async |scene| {
        let joined = press_and_look(&scene, &event(SOLD_OUT), &WISH).await;
        says(&joined, &["Check your e-mail"]);
        press(&scene, &event(SOLD_OUT), &[("key", "again"), WISH[0], WISH[1], WISH[2]]).await;
        press(&scene, &event(BY_TIER), &[("key", "two"), ("access-code", "WRONG-CODE"), WISH[0], WISH[1], WISH[2]])
            .await;
        press(&scene, &event(BY_TIER), &[("key", "4"), ("access-code", "EARLYBIRD-2027"), WISH[0], WISH[1], WISH[2]])
            .await;
        press(&scene, &event(SOLD_OUT), &[("key", "3"), ("attendee", "child"), WISH[0], WISH[1], WISH[2]]).await;
    });
    for act in ["claim", "decline", "leave"] {
        in_scene(async |scene| drop(press(&scene, &format!("{}/{act}", offered()), &[("entryId", OFFERED)]).await));
    }
    in_scene(async |scene| a_claim_without_payment_books_the_seat(&scene).await);
    in_scene(async |scene| {
        let (place, id) = waiting_for_three(&scene).await;
        look(&scene, &format!("{place}/change")).await;
        press(&scene, &format!("{place}/change"), &[("entryId", &*id), ("key", "k"), ("quantity", "1")]).await;
    });
    for act in ["confirm", "leave"] {
        let fields = [("entryId", UNCONFIRMED), ("key", "k")];
        in_scene(async |scene| drop(press(&scene, &format!("{}/{act}", unconfirmed()), &fields).await));
    }
}

#[test]
fn a_sold_out_event_shows_its_form_and_one_on_sale_does_not() {
    in_scene(async |scene| {
        let page = look(&scene, &event(SOLD_OUT)).await;
        assert_eq!((page.status, &*page.headers["content-type"]), (200, "text/html; charset=utf-8"));
        says(
            &page,
            &["Summer Camp", "<form method=\"post\"", "name=\"email\"", "Join the waitlist", "<html lang=\"en\">"],
        );
        let page = look(&scene, &event(ON_SALE)).await;
        says(&page, &["Seats are on sale", "Ask the organiser how to get one."]);
        assert!(!page.body.contains("<form"), "{}", page.body);
        let unknown = look(&scene, "/events/unknown").await;
        assert_eq!(unknown.status, 404);
        says(&unknown, &["We can’t find this page"]);
    });
}

#[test]
fn where_one_ticket_is_on_sale_the_form_names_the_other() {
    in_scene(async |scene| {
        let tickets = [("camper", "Camper", 0), ("helper", "Helper", 2)];
        let tickets = tickets.map(|(id, name, capacity)| json!({"id": id, "name": name, "capacity": capacity}));
        let body = json!({
            "name": "Summer Camp", "startsAt": "2099-07-05T09:00:00Z", "timeZone": "Europe/Vienna",
            "ticketTypes": tickets, "shopUrl": "https://shop.example/",
        });
        let put = Payload::put("/api/events/two-tickets").from(ORGANISER).body(&body);
        assert_eq!(scene.send(put).await.status, 201);
        let page = look(&scene, &event("two-tickets")).await;
        says(&page, &["<h2>Join the waitlist for Camper</h2>", "<p class=\"state on-sale\">Seats are on sale</p>"]);
        says(&page, &["<a class=\"button\" href=\"https://shop.example/\">Buy a ticket</a>"]);
    });
}

#[test]
fn a_lottery_says_when_the_draw_is_and_that_being_early_is_no_help() {
    in_scene(async |scene| {
        let draw_at = scene.entry("parent-1").await.entry.joined_at.plus_milliseconds(500_000_000);
        let order = Order::Lottery { tiers: Vec::new(), draw_at };
        scene.put_changed_event("lot-camp", 0, |event| event.rules.order = order).await;
        let page = look(&scene, &event("lot-camp")).await;
        says(&page, &["<h1>The places in line are drawn by lot</h1>", "The draw is on ", "Join the draw"]);
        assert!(!page.body.contains("Join the waitlist"), "{}", page.body);
    });
}

#[test]
fn a_page_speaks_the_language_of_the_link_or_else_of_the_browser() {
    in_scene(async |scene| {
        let german = look(&scene, &format!("{}?lang=de", event(SOLD_OUT))).await;
        says(&german, &["<html lang=\"de\">", "In die Warteliste eintragen"]);
        let asked = Payload::page("GET", &event(SOLD_OUT)).header("accept-language", "fr-CA,de;q=0.5");
        says(&scene.browse(asked).await, &["<html lang=\"fr\">", "Rejoindre la liste d’attente"]);
        let asked = Payload::page("GET", &event(SOLD_OUT)).header("accept-language", "es-419");
        says(&scene.browse(asked).await, &["<html lang=\"es\">", "Apuntarme a la lista de espera"]);
    });
}

#[test]
fn a_join_leads_to_the_page_of_the_place_once_however_often_it_is_pressed() {
    in_scene(async |scene| {
        let first = press(&scene, &event(SOLD_OUT), &WISH).await;
        assert_eq!(first.status, 303, "{first:?}");
        let again = press(&scene, &event(SOLD_OUT), &WISH).await;
        assert_eq!(again.headers["location"], first.headers["location"]);
        let page = look(&scene, &first.headers["location"]).await;
        says(&page, &["Check your e-mail", "We sent you an e-mail"]);
        assert!(!page.body.contains("<button"), "a token that only looks does nothing: {}", page.body);
        assert_eq!((&*page.headers["cache-control"], &*page.headers["x-robots-tag"]), ("no-store", "noindex"));
    });
}

#[test]
fn what_is_missing_or_wrong_is_said_beside_its_field_and_nothing_typed_is_lost() {
    in_scene(async |scene| {
        let fields = [("ticket-type", "camper"), ("name", "<b>\"Ada\""), ("email", "ada@"), ("answer-school", "Hill")];
        let page = press(&scene, &event(ASKING), &fields).await;
        assert_eq!(page.status, 422);
        says(
            &page,
            &[
                "There is a problem",
                "href=\"#email\"",
                "id=\"email-error\"",
                "aria-describedby=\"email-hint email-error\" aria-invalid=\"true\"",
                "value=\"&lt;b&gt;&quot;Ada&quot;\"",
                "value=\"ada@\"",
                "value=\"Hill\"",
            ],
        );
        let page = press(&scene, &event(ASKING), &[("ticket-type", "camper")]).await;
        says(&page, &["Enter your name.", "Enter your e-mail address.", "School: Please answer this."]);
    });
}

#[test]
fn the_mailed_link_confirms_by_its_button_alone() {
    in_scene(async |scene| {
        let before = scene.items().await;
        for method in ["GET", "HEAD", "GET", "HEAD"] {
            assert_eq!(scene.browse(Payload::page(method, &unconfirmed())).await.status, 200);
        }
        assert_eq!(scene.items().await, before, "looking changes nothing");
        let page = look(&scene, &unconfirmed()).await;
        says(&page, &["Yes, this is my place"]);
        let page = press_and_look(&scene, &format!("{}/confirm", unconfirmed()), &[("entryId", UNCONFIRMED)]).await;
        says(&page, &["You are", "3rd", "in line", "Leave the line"]);
    });
}

#[test]
fn an_offer_is_claimed_and_a_second_tap_does_nothing() {
    in_scene(async |scene| {
        let page = look(&scene, &offered()).await;
        says(&page, &["It is your turn", "Say yes by", "Yes, I want it", "No, give it to the next"]);
        let claim = format!("{}/claim", offered());
        let page = press_and_look(&scene, &claim, &[("entryId", OFFERED), ("key", "a")]).await;
        says(&page, &["Pay by"]);
        let page = press_and_look(&scene, &claim, &[("entryId", OFFERED), ("key", "a")]).await;
        says(&page, &["Pay by"]);
    });
}

#[test]
fn who_lets_a_claimed_seat_go_is_asked_first() {
    in_scene(async |scene| {
        let page = press_and_look(&scene, &format!("{}/claim", offered()), &[("entryId", OFFERED), ("key", "a")]).await;
        says(&page, &["?leave=ask#leave\">Let the seat go</a>"]);
        let page = look(&scene, &format!("{}?leave=ask", offered())).await;
        says(
            &page,
            &["Let the seat go?", "It goes to the next family", ">No, keep it</a>", ">Yes, let it go</button>"],
        );
        assert!(!page.body.contains("Leave the line"), "{}", page.body);
    });
}

/// The answer to the only question.
const WITH_ANSWER: (&str, &str) = ("answer-school", "Oak Lane");

/// The name of a child, as people write it.
const MIA: &str = "Mia O'Neil-\u{c5}str\u{f6}m";

/// Somebody waits for 3 seats in an event with a question. Returns the path of their place, and the
/// id of the entry.
async fn waiting_for_three(scene: &Scene) -> (String, String) {
    let question = json!([{"id": "school", "type": "text", "label": "School", "required": true}]);
    let form = |event: &mut Event| event.rules.form = serde_json::from_value(question.clone()).expect("a form");
    scene.put_changed_event("change-camp", 0, form).await;
    let join = json!({
        "eventId": "change-camp", "ticketTypeId": "camper", "customerId": "parent-77", "quantity": 3, "minQuantity": 3,
        "name": "Pat Example", "email": "pat-77@example.org", "attendeeId": MIA, "answers": {"school": "Hill School"},
    });
    let joined = scene.send(Payload::post("/api/waitlist/join").from(SALES).body(&join)).await;
    let text = |name: &str| joined.body[name].as_str().unwrap_or_else(|| panic!("{joined:?}")).to_owned();
    (format!("/p/parent-77~{}", text("token")), text("entryId"))
}

#[test]
fn a_customer_changes_seats_name_language_and_answers_and_keeps_their_place() {
    in_scene(async |scene| {
        let (place, id) = waiting_for_three(&scene).await;
        let page = look(&scene, &place).await;
        says(&page, &["Camper · 3 seats · for Mia O&#x27;Neil-\u{c5}str\u{f6}m", "we hold 3 seats for you"]);
        says(&page, &[&format!("href=\"{place}/change\">Change seats, name, language, answers<")]);
        let before = scene.items().await;
        let form = look(&scene, &format!("{place}/change")).await;
        says(&form, &["Change what you told us", "value=\"3\"", "max=\"3\"", "Fran\u{e7}ais", "School"]);
        assert!(!form.body.contains("Pat Example") && !form.body.contains("Hill School"), "{}", form.body);
        assert_eq!(scene.items().await, before, "looking changes nothing");

        let send = async |fields: &[(&str, &str)]| {
            let fields = [&[("entryId", &*id), ("key", "k"), ("language", "fr")], fields].concat();
            press(&scene, &format!("{place}/change"), &fields).await
        };
        let page = send(&[("quantity", "9"), ("name", "Pat King"), ("answer-school", "Oak Lane")]).await;
        assert_eq!(page.status, 422);
        let kept =
            ["There is a problem", "id=\"quantity-error\"", "value=\"9\"", "value=\"Pat King\"", "value=\"Oak Lane\""];
        says(&page, &kept);
        says(&page, &["<a href=\"#quantity\">Enter a number from 1 to 3.</a>"]);
        assert!(page.body.contains("<details open>") && page.body.contains("value=\"fr\" checked"), "{}", page.body);
        let number = scene.entry("parent-77").await.entry.number;
        // The fewest seats were not typed anew, so they follow.
        let fewer = [("quantity", "2"), ("minimum", "3"), ("minimum-before", "3"), ("name", "Pat King"), WITH_ANSWER];
        for _ in 0..2 {
            let done = send(&fewer).await;
            assert_eq!(
                (done.status, &*done.headers["location"]),
                (303, &*format!("{place}?notice=changed")),
                "{done:?}"
            );
        }
        let stored = scene.entry("parent-77").await;
        assert_eq!((stored.entry.number, stored.own_changes), (number, 1), "a second press does nothing");
        let applicant = stored.entry.applicant;
        assert_eq!((applicant.quantity.get(), applicant.name.as_str()), (2, "Pat King"));
        assert!(format!("{:?}", scene.items().await).contains("Oak Lane"));
        says(
            &look(&scene, &format!("{place}?notice=changed")).await,
            &["<html lang=\"fr\">", "C\u{2019}est modifi\u{e9}."],
        );

        let done = send(&[("quantity", "2")]).await;
        assert_eq!(done.status, 303, "what is left empty stays: {done:?}");
        assert_eq!(scene.entry("parent-77").await.entry.applicant.name.as_str(), "Pat King");
    });
}

#[test]
fn who_answers_one_question_anew_is_asked_for_all_that_must_be_answered() {
    in_scene(async |scene| {
        let questions = json!([
            {"id": "school", "type": "text", "label": "School", "required": true},
            {"id": "about", "type": "text", "label": "About"},
        ]);
        let (place, id) = waiting_for_three(&scene).await;
        let form = |event: &mut Event| event.rules.form = serde_json::from_value(questions.clone()).expect("a form");
        scene.put_changed_event("change-camp", 0, form).await;
        let fields = [("entryId", &*id), ("key", "k"), ("answer-about", "Likes boats")];
        let page = press(&scene, &format!("{place}/change"), &fields).await;
        assert_eq!(page.status, 422);
        says(&page, &["School: Please answer this.", "value=\"Likes boats\""]);
    });
}

#[test]
fn a_change_that_comes_too_late_or_too_often_says_so_at_the_place() {
    in_scene(async |scene| {
        let page = look(&scene, &format!("{}/change", offered())).await;
        assert_eq!((page.status, &*page.headers["location"]), (303, &*offered()), "no form while seats are offered");
        let fields = [("entryId", OFFERED), ("key", "k"), ("quantity", "3")];
        let page = press_and_look(&scene, &format!("{}/change", offered()), &fields).await;
        says(&page, &["That is no longer possible."]);

        let (place, id) = waiting_for_three(&scene).await;
        let mut notices = Vec::new();
        for number in 0..=MOST_OWN_CHANGES {
            let name = format!("Pat the {number}th");
            let fields = [("entryId", &*id), ("key", "k"), ("name", &*name)];
            notices.push(press(&scene, &format!("{place}/change"), &fields).await.headers["location"].to_string());
        }
        assert_eq!(notices.pop(), Some(format!("{place}?notice=too-many-changes")));
        assert!(notices.iter().all(|notice| notice.ends_with("?notice=changed")), "{notices:?}");
        says(&look(&scene, &format!("{place}?notice=too-many-changes")).await, &["only the organiser can change it"]);
    });
}

#[test]
fn a_link_that_only_looks_changes_nothing() {
    in_scene(async |scene| {
        let joined = press(&scene, &event(SOLD_OUT), &WISH).await.headers["location"].to_string();
        let place = joined.split('?').next().expect("a path");
        let page = look(&scene, &format!("{place}/change")).await;
        assert_eq!((page.status, &*page.headers["location"]), (303, place));
        let before = scene.items().await;
        let page = press(&scene, &format!("{place}/change"), &[("entryId", OFFERED), ("name", "Pat King")]).await;
        assert_eq!(page.status, 403);
        assert_eq!(scene.items().await, before);
    });
}

#[test]
fn a_name_of_a_child_that_is_none_is_refused_in_words() {
    in_scene(async |scene| {
        let page = press(&scene, &event(SOLD_OUT), &[&WISH[..], &[("attendee", "Mia <3")]].concat()).await;
        assert_eq!(page.status, 422);
        says(&page, &["Enter one name only, with letters, digits", "Mia &lt;3"]);
        let fields = [&WISH[..], &[("attendee", "Mia  O'Neil-\u{c5}str\u{f6}m")]].concat();
        let joined = press(&scene, &event(SOLD_OUT), &fields).await.headers["location"].to_string();
        says(&look(&scene, &joined).await, &["for Mia O&#x27;Neil-\u{c5}str\u{f6}m"]);
    });
}

#[test]
fn a_claim_where_nothing_is_to_pay_books_the_seat() {
    in_scene(async |scene| a_claim_without_payment_books_the_seat(&scene).await);
}

async fn a_claim_without_payment_books_the_seat(scene: &Scene) {
    scene.put_changed_event("free-camp", 0, |event| event.rules.purchase_window = None).await;
    scene.join_line("free-camp", "parent-9", "child-9", [9; 16], 1).await;
    let seats = json!({"ticketTypeId": "camper", "quantity": 1});
    let entry = scene.entry("parent-9").await.entry;
    let offer = json!({"entryId": entry.id});
    for (path, body) in [("/api/waitlist/release/free-camp", seats), ("/api/waitlist/offer/parent-9", offer)] {
        let done = scene.send(Payload::post(path).from(ORGANISER).body(&body)).await;
        assert!(done.status < 300, "{done:?}");
    }
    let claim = format!("/p/parent-9~{}/claim", token(&entry.place).as_str());
    let page = press_and_look(scene, &claim, &[("entryId", entry.id.as_str()), ("key", "k")]).await;
    says(&page, &["Your seat is booked"]);
}

#[test]
fn the_tab_that_joined_shows_an_offer_and_lets_nobody_act() {
    in_scene(async |scene| {
        scene.put_event("tab-camp", 0).await;
        let joined = press(&scene, &event("tab-camp"), &WISH).await.headers["location"].to_string();
        let customer = joined.trim_start_matches("/p/").split('~').next().expect("a customer").replace("%3A", ":");
        let entry = scene.entry(&customer).await.entry;
        let confirm = json!({"entryId": entry.id});
        let path = format!("/api/waitlist/confirm/{customer}");
        assert_eq!(scene.send(Payload::post(&path).from(ORGANISER).body(&confirm)).await.status, 200);
        let waiting = look(&scene, &joined).await;
        says(&waiting, &["1st"]);
        let seats = json!({"ticketTypeId": "camper", "quantity": 1});
        let offer = (format!("/api/waitlist/offer/{customer}"), confirm);
        for (path, body) in [("/api/waitlist/release/tab-camp".to_owned(), seats), offer] {
            let done = scene.send(Payload::post(&path).from(ORGANISER).body(&body)).await;
            assert!(done.status < 300, "{done:?}");
        }
        let offered = look(&scene, &joined).await;
        says(&offered, &["It is your turn", "We sent you an e-mail about it."]);
        for page in [waiting, offered] {
            assert_eq!(page.status, 200);
            assert!(!page.body.contains("<button") && !page.body.contains("Leave the line"), "{}", page.body);
        }
    });
}

#[test]
fn a_claim_after_the_deadline_says_that_the_time_is_over() {
    in_scene(async |scene| {
        scene.cloud.advance(25 * HOUR);
        let claim = format!("{}/claim", offered());
        let page = press_and_look(&scene, &claim, &[("entryId", OFFERED), ("key", "a")]).await;
        says(&page, &["You answered too late: the time to say yes was over."]);
    });
}

#[test]
fn who_has_no_link_sees_no_place() {
    in_scene(async |scene| {
        let others = format!("/p/parent-5~{TOKEN}");
        for path in [&others, "/p/parent-1", "/p/x~y", "/p/", "/p/parent-1~wt_", "/assets/page.css", "/x"] {
            let page = look(&scene, path).await;
            assert_eq!(page.status, 404, "{path}");
            says(&page, &["We can’t find this page"]);
        }
    });
}

#[test]
fn the_page_of_another_site_can_press_no_button() {
    in_scene(async |scene| {
        let before = scene.items().await;
        for site in ["cross-site", "same-site"] {
            let payload = Payload::page("POST", &event(SOLD_OUT)).form(&WISH).header("sec-fetch-site", site);
            assert_eq!(scene.browse(payload).await.status, 403);
        }
        let text = Payload::page("POST", &event(SOLD_OUT)).typed(Some("text/plain"), "name=Ada");
        assert_eq!(scene.browse(text).await.status, 400);
        assert_eq!(scene.items().await, before);
    });
}

#[test]
fn an_older_browser_names_the_site_by_its_origin_alone() {
    in_scene(async |scene| {
        let press = async |origin: &str| {
            let payload = Payload::page("POST", &event(SOLD_OUT)).form(&WISH).header("origin", origin);
            let payload = payload.without_header("sec-fetch-site");
            scene.browse(payload).await.status
        };
        let before = scene.items().await;
        assert_eq!(press("https://evil.example").await, 403);
        assert_eq!(scene.items().await, before);
        assert_eq!(press("https://api.example.org").await, 303);
    });
}

#[test]
fn a_mail_program_turns_news_off_by_the_page_of_the_link_from_anywhere() {
    in_scene(async |scene| {
        let path = format!("/unsubscribe/{UNSUBSCRIBE_TOKEN}");
        let before = scene.items().await;
        says(&look(&scene, &path).await, &["Send me no more news"]);
        assert_eq!(scene.items().await, before, "looking changes nothing");
        let click = Payload::page("POST", &path).form(&[("List-Unsubscribe", "One-Click")]);
        let click = click.header("sec-fetch-site", "cross-site").header("origin", "https://mail.example");
        let done = scene.browse(click).await;
        assert_eq!(done.status, 200, "{done:?}");
        says(&done, &["You get no more news"]);
        assert_ne!(scene.items().await, before);
    });
}

#[test]
fn nonsense_in_a_form_is_refused_in_words() {
    in_scene(async |scene| {
        let long = "\u{1f511}\u{0}<".repeat(6_000);
        let names =
            ["ticket-type", "quantity", "minimum", "name", "email", "phone", "attendee", "access-code", "sms", "key"];
        for name in names {
            for value in ["\u{0}", "-1", "1e9", "<script>", &long] {
                let mut fields = WISH.to_vec();
                fields.retain(|(field, _)| *field != name);
                fields.push((name, value));
                let page = press(&scene, &event(SOLD_OUT), &fields).await;
                assert!([303, 422, 400].contains(&page.status), "{name} {value:.20}: {page:?}");
            }
        }
    });
}

#[test]
fn style_and_script_are_kept_for_ever_by_names_that_change_with_them() {
    in_scene(async |scene| {
        let page = look(&scene, &event(SOLD_OUT)).await;
        for (before, kind) in [("href=\"", "text/css"), ("src=\"", "text/javascript")] {
            let path = page.body.split(before).find(|rest| rest.starts_with("/assets/")).expect("it is named");
            let asset = look(&scene, path.split('"').next().expect("the path ends")).await;
            assert_eq!(asset.status, 200);
            assert!(
                asset.headers["content-type"].starts_with(kind) && asset.headers["cache-control"].contains("immutable")
            );
        }
    });
}

#[test]
fn a_place_that_has_not_changed_is_answered_in_few_bytes_and_one_that_has_is_shown() {
    in_scene(async |scene| {
        let first = look(&scene, &offered()).await;
        let tag = first.headers["etag"].clone();
        let ask = Payload::page("GET", &offered()).header("if-none-match", &tag);
        scene.cloud.advance(HOUR);
        let again = scene.browse(ask.clone()).await;
        assert_eq!((again.status, &*again.body), (304, ""), "{again:?}");
        let bytes: usize = again.headers.iter().map(|(name, value)| name.len() + value.len() + ": \r\n".len()).sum();
        assert!(bytes <= 300, "{bytes}: {again:?}");
        press(&scene, &format!("{}/claim", offered()), &[("entryId", OFFERED), ("key", "a")]).await;
        let changed = scene.browse(ask).await;
        assert_eq!(changed.status, 200);
        assert_ne!(changed.headers["etag"], tag);
        says(&changed, &["Pay by", "data-fresh"]);
    });
}

#[test]
fn who_goes_back_and_types_another_name_joins_anew() {
    in_scene(async |scene| {
        let first = press(&scene, &event(SOLD_OUT), &WISH).await;
        let other = [WISH[0], WISH[1], ("email", "ada@example.org"), WISH[3]];
        let second = press(&scene, &event(SOLD_OUT), &other).await;
        assert_eq!((first.status, second.status), (303, 303), "{second:?}");
        assert_ne!(first.headers["location"], second.headers["location"]);
    });
}

#[test]
fn what_the_script_says_of_a_field_stands_beside_it_in_the_language_of_the_page() {
    in_scene(async |scene| {
        let page = look(&scene, &format!("{}?lang=es", event(ASKING))).await;
        says(
            &page,
            &[
                "data-missing=\"Indique su nombre.\"",
                "data-missing=\"Indique su correo electrónico.\" data-wrong=\"",
                "data-missing=\"Responda aquí, por favor.\"",
            ],
        );
    });
}

fn calendar() -> String {
    format!("{}/calendar.ics", offered())
}

#[test]
fn the_deadline_of_an_offer_goes_into_a_calendar_and_nothing_about_the_person() {
    in_scene(async |scene| {
        says(&look(&scene, &offered()).await, &["Add to calendar", &calendar()]);
        let file = look(&scene, &calendar()).await;
        assert_eq!((file.status, &*file.headers["content-type"]), (200, "text/calendar; charset=utf-8"));
        assert_eq!(file.headers["cache-control"], "no-store");
        let deadline = scene.entry("parent-1").await.entry.offer.expect("an offer").expires_at;
        let deadline = deadline.to_date_time().format("DTSTART:%Y%m%dT%H%M%SZ").to_string();
        says(&file, &["SUMMARY:Last moment to say yes: Summer Camp", &deadline, "TRIGGER:-PT1H"]);
        let link = format!("URL:https://api.example.org{}", offered());
        assert!(file.body.replace("\r\n ", "").contains(&link), "{file:?}");
        for personal in ["Pat Example", "pat@example.org", "+14155550123"] {
            assert!(!file.body.contains(personal), "{file:?}");
        }
        press(&scene, &format!("{}/claim", offered()), &[("entryId", OFFERED), ("key", "a")]).await;
        says(&look(&scene, &calendar()).await, &["SUMMARY:Last moment to pay: Summer Camp"]);
    });
}

#[test]
fn a_place_without_a_deadline_has_no_calendar_file_and_shows_itself_instead() {
    in_scene(async |scene| {
        let file = look(&scene, &format!("{}/calendar.ics", unconfirmed())).await;
        assert_eq!((file.status, &*file.headers["location"]), (303, &*unconfirmed()));
        let others = look(&scene, &format!("/p/parent-5~{TOKEN}/calendar.ics")).await;
        assert_eq!(others.status, 404);
    });
}

#[test]
fn every_page_leads_to_what_is_kept_of_somebody() {
    in_scene(async |scene| {
        for path in [event(SOLD_OUT), offered()] {
            let link = format!("href=\"/privacy?lang=en&amp;event={SOLD_OUT}\"");
            says(&look(&scene, &path).await, &[&link]);
        }
        for path in ["/unsubscribe/x", "/x"] {
            says(&look(&scene, path).await, &["href=\"/privacy?lang=en\""]);
        }
        let page = look(&scene, "/privacy?lang=de").await;
        assert_eq!(page.status, 200);
        says(&page, &["<html lang=\"de\">", "180 Tage", "Wen Sie fragen"]);
    });
}

#[test]
fn search_engines_list_events_and_no_places() {
    in_scene(async |scene| {
        let robots = look(&scene, "/robots.txt").await;
        assert_eq!((robots.status, &*robots.headers["content-type"]), (200, "text/plain; charset=utf-8"));
        assert_eq!(robots.body, "User-agent: *\nAllow: /events/\nAllow: /assets/\nDisallow: /\n");
        assert!(!look(&scene, &event(SOLD_OUT)).await.headers.contains_key("x-robots-tag"));
        assert_eq!(look(&scene, &offered()).await.headers["x-robots-tag"], "noindex");
    });
}

#[test]
fn a_busy_stack_says_so_and_leads_to_the_page_again() {
    in_scene(async |scene| {
        scene.cloud.faults(FaultPlan::none().chance(Fault::Throttled, 1_000));
        let page = look(&scene, &offered()).await;
        assert_eq!(page.status, 503, "{page:?}");
        assert!(page.headers.contains_key("retry-after"), "{page:?}");
        says(&page, &["A lot is going on right now", &format!("href=\"{}\"", offered()), "Try again"]);
        let page = press(&scene, &format!("{}/claim", offered()), &[("entryId", OFFERED), ("key", "a")]).await;
        assert_eq!(page.status, 503, "{page:?}");
        says(&page, &[&format!("href=\"{}\"", offered())]);
    });
}

#[test]
fn a_join_that_finds_the_stack_busy_loses_nothing_that_was_typed() {
    in_scene(async |scene| {
        // The event can still be read, and no join can be written.
        scene.cloud.faults(FaultPlan::none().about("IDEMPOTENCY#", Fault::Throttled));
        let page = press(&scene, &event(SOLD_OUT), &WISH).await;
        assert_eq!((page.status, page.headers.contains_key("retry-after")), (503, true), "{page:?}");
        says(
            &page,
            &[
                "nothing happens twice",
                "name=\"key\" value=\"one\"",
                "value=\"Grace Example\"",
                "value=\"grace@example.org\"",
            ],
        );
    });
}

#[test]
fn a_place_whose_event_is_long_over_says_so() {
    in_scene(async |scene| {
        scene.cloud.advance(UNTIL_START + 30 * 24 * HOUR);
        for path in [offered(), calendar()] {
            let page = look(&scene, &path).await;
            assert_eq!(page.status, 410, "{page:?}");
            says(&page, &["This event is long over", "ask the organiser"]);
            assert!(!page.body.contains("Try again"), "{page:?}");
        }
    });
}

#[test]
fn the_button_for_other_sites_is_asked_for_again_after_five_minutes() {
    in_scene(async |scene| {
        let script = look(&scene, "/waitlist.js").await;
        assert_eq!((script.status, &*script.headers["cache-control"]), (200, "public, max-age=300"));
        assert_eq!(script.headers["content-type"], "text/javascript; charset=utf-8");
        says(&script, &["waitlist-button", "api/events/"]);
        let again = Payload::page("GET", "/waitlist.js").header("if-none-match", &script.headers["etag"]);
        let again = scene.browse(again).await;
        assert_eq!((again.status, &*again.body), (304, ""));
    });
}

#[test]
fn no_page_loads_anything_from_elsewhere_or_tells_others_where_it_is() {
    in_scene(async |scene| {
        for path in [event(SOLD_OUT), offered(), "/x".to_owned()] {
            let page = look(&scene, &path).await;
            assert!(page.headers["content-security-policy"].starts_with("default-src 'none'"), "{path}");
            assert_eq!(page.headers["referrer-policy"], "no-referrer", "{path}");
        }
    });
}
