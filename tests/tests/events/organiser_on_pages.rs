//! What the organiser set for all events, as pages show it; and what they ask of those who join.

use serde_json::{Value, json};
use waitlist_domain::event::retention::Retention;
use waitlist_domain::values::label::Label;
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::web_address::WebAddress;
use waitlist_tests::{Fault, FaultPlan};

use super::pages::{WISH, event, look, offered, press, says};
use super::payload::Payload;
use super::scene::{ASKING, ON_SALE, ORGANISER, SOLD_OUT, Scene, in_scene};

fn settings() -> Value {
    json!({
        "organiserName": "Lakeside Park & Recreation",
        "contact": "camp+a&b@lakeside.example",
        "website": "https://lakeside.example/",
        "privacyUrl": "https://lakeside.example/privacy",
        "imprintUrl": "https://lakeside.example/imprint",
        "logoUrl": "https://cdn.lakeside.example/logo.svg?v=2",
        "accentColor": "#fde047",
        "defaultLocale": "de-AT",
    })
}

async fn set(scene: &Scene, settings: &Value) {
    let done = scene.send(Payload::put("/api/settings").from(ORGANISER).body(settings)).await;
    assert_eq!(done.status, 200, "{done:?}");
}

/// Every kind of page.
fn pages() -> [String; 5] {
    [event(SOLD_OUT), offered(), "/unsubscribe/wu_x".to_owned(), "/privacy".to_owned(), "/x".to_owned()]
}

#[test]
fn every_page_says_who_organises_and_leads_to_them() {
    in_scene(async |scene| {
        set(&scene, &settings()).await;
        for path in pages() {
            let page = look(&scene, &path).await;
            says(
                &page,
                &[
                    "<p class=\"name\">Lakeside Park &amp; Recreation</p>",
                    "href=\"mailto:camp+a%26b@lakeside.example\"",
                    "href=\"https://lakeside.example/\">Website</a>",
                    "href=\"https://lakeside.example/privacy\">Privacy policy</a>",
                    "href=\"https://lakeside.example/imprint\">Imprint</a>",
                    "<img class=\"logo\" src=\"https://cdn.lakeside.example/logo.svg?v=2\" \
                     alt=\"Lakeside Park &amp; Recreation\"",
                    "<style>:root{--accent:#7f7024;--fill:#fde047;--on-fill:#111827}",
                    ">What we store about you</a>",
                ],
            );
        }
    });
}

#[test]
fn without_settings_no_page_has_a_picture_or_a_style_of_its_own() {
    in_scene(async |scene| {
        for path in pages() {
            let page = look(&scene, &path).await;
            assert!(!page.body.contains("<img") && !page.body.contains("<style"), "{}", page.body);
            let policy = &page.headers["content-security-policy"];
            assert!(policy.contains("style-src 'self';") && policy.contains("img-src 'none';"), "{policy}");
        }
    });
}

#[test]
fn pictures_come_from_the_organiser_s_hosts_and_from_nowhere_else() {
    in_scene(async |scene| {
        let image = WebAddress::parse_image("https://photos.example:8443/camp.jpg").ok();
        scene.put_changed_event("photo-camp", 0, |event| event.details.image_url = image).await;
        let policy = |page: &waitlist_runtime::http::Response| page.headers["content-security-policy"].to_string();
        let page = look(&scene, &event("photo-camp")).await;
        says(&page, &["src=\"https://photos.example:8443/camp.jpg\" alt=\"\"", "loading=\"lazy\""]);
        assert!(policy(&page).contains("; img-src https://photos.example:8443; "), "{page:?}");
        set(&scene, &settings()).await;
        let page = look(&scene, &event("photo-camp")).await;
        let both = "; img-src https://cdn.lakeside.example https://photos.example:8443; ";
        assert!(policy(&page).contains(both), "{page:?}");
        assert!(policy(&page).contains("style-src 'self' 'sha256-"), "{page:?}");
        for path in pages() {
            let page = look(&scene, &path).await;
            assert!(policy(&page).starts_with("default-src 'none'; "), "{page:?}");
            assert!(policy(&page).contains("; img-src https://cdn.lakeside.example; "), "{page:?}");
        }
    });
}

#[test]
fn the_stack_s_language_counts_after_the_link_s_the_browser_s_and_the_event_s() {
    in_scene(async |scene| {
        set(&scene, &settings()).await;
        let french = LanguageTag::parse("fr-CA").ok();
        scene.put_changed_event("camp-d-ete", 0, |event| event.locale = french).await;
        for (path, accepted, language) in [
            (event(SOLD_OUT), "ja", "de"),
            ("/privacy".to_owned(), "ja", "de"),
            ("/x".to_owned(), "ja", "de"),
            (event("camp-d-ete"), "ja", "fr"),
            (event("camp-d-ete"), "es", "es"),
            (format!("{}?lang=en", event("camp-d-ete")), "es", "en"),
        ] {
            let page = scene.browse(Payload::page("GET", &path).header("accept-language", accepted)).await;
            says(&page, &[&format!("<html lang=\"{language}\">")]);
        }
    });
}

#[test]
fn a_page_says_how_long_this_event_keeps_what_people_typed() {
    in_scene(async |scene| {
        let retention = Retention::parse("30 days").expect("valid");
        scene.put_changed_event("short-camp", 0, |event| event.rules.retention = retention).await;
        let page = look(&scene, &event("short-camp")).await;
        says(&page, &["href=\"/privacy?lang=en&amp;event=short-camp\""]);
        let page = look(&scene, "/privacy?lang=en&event=short-camp").await;
        says(&page, &["are deleted 30 days after it began", "Please ask the organiser", "Summer Camp"]);
        for path in ["/privacy", "/privacy?event=unknown", "/privacy?event=%00"] {
            let page = look(&scene, path).await;
            assert_eq!(page.status, 200, "{page:?}");
            says(&page, &["that is 180 days after it began"]);
        }
        set(&scene, &settings()).await;
        let page = look(&scene, "/privacy?lang=en").await;
        says(
            &page,
            &[
                "Lakeside Park &amp; Recreation runs this waitlist.",
                "Please ask Lakeside Park &amp; Recreation.",
                ">camp+a&amp;b@lakeside.example</a>",
                "href=\"https://lakeside.example/privacy\">Privacy policy of Lakeside Park",
            ],
        );
    });
}

#[test]
fn who_joins_agrees_to_the_organiser_s_page_on_privacy_by_themselves() {
    in_scene(async |scene| {
        let page = look(&scene, &event(SOLD_OUT)).await;
        says(&page, &["We keep what you typed to hold your place", ">What we store about you</a>"]);
        assert!(!page.body.contains("name=\"consent\""), "{}", page.body);
        set(&scene, &settings()).await;
        let page = look(&scene, &event(SOLD_OUT)).await;
        says(&page, &["name=\"consent\" value=\"yes\" type=\"checkbox\" required aria-describedby=\"consent-page\">"]);
        says(&page, &["I agree that Lakeside Park &amp; Recreation uses", "href=\"https://lakeside.example/privacy\""]);
        let before = scene.items().await;
        let page = press(&scene, &event(SOLD_OUT), &WISH).await;
        assert_eq!(page.status, 422, "{page:?}");
        assert_eq!(scene.items().await, before, "nobody joins without it");
        says(
            &page,
            &[
                "<a href=\"#consent\">Tick the box if you agree.",
                "id=\"consent-error\"",
                "aria-describedby=\"consent-page consent-error\" aria-invalid=\"true\"",
                "value=\"Grace Example\"",
            ],
        );
        let page = press(&scene, &event(SOLD_OUT), &[("consent", "yes"), ("name", ""), WISH[0], WISH[2]]).await;
        says(&page, &["type=\"checkbox\" required checked"]);
        let joined = press(&scene, &event(SOLD_OUT), &[("consent", "yes"), WISH[0], WISH[1], WISH[2], WISH[3]]).await;
        assert_eq!(joined.status, 303, "{joined:?}");
    });
}

#[test]
fn a_stack_whose_settings_can_t_be_read_says_that_it_is_busy() {
    in_scene(async |scene| {
        set(&scene, &settings()).await;
        scene.cloud.faults(FaultPlan::none().about("SETTINGS#", Fault::Throttled));
        let page = look(&scene, &event(SOLD_OUT)).await;
        assert_eq!((page.status, page.headers.contains_key("retry-after")), (503, true), "{page:?}");
        says(&page, &["A lot is going on right now"]);
    });
}

#[test]
fn a_title_says_what_can_be_done() {
    in_scene(async |scene| {
        says(&look(&scene, &event(SOLD_OUT)).await, &["<title>Join the waitlist · Summer Camp</title>"]);
        says(&look(&scene, &event(ON_SALE)).await, &["<title>Seats are on sale · Summer Camp</title>"]);
        for (joining, title) in [("paused", "The line is paused"), ("closed", "The line is closed")] {
            let steer = Payload::post(&format!("/api/waitlist/steer/{SOLD_OUT}")).from(ORGANISER);
            assert_eq!(scene.send(steer.body(&json!({"joining": joining}))).await.status, 200);
            says(&look(&scene, &event(SOLD_OUT)).await, &[&format!("<title>{title} · Summer Camp</title>")]);
        }
    });
}

#[test]
fn a_group_with_something_wrong_says_so_as_a_whole() {
    in_scene(async |scene| {
        let options = json!([{"id": "one", "label": "One"}, {"id": "two", "label": "Two"}]);
        let questions = json!([
            {"id": "food", "type": "choice", "label": "Food", "required": true, "options": options},
            {"id": "days", "type": "choices", "label": "Days", "required": true, "options": options},
            {"id": "low", "type": "number", "label": "Lowest", "min": -5},
            {"id": "high", "type": "number", "label": "Highest", "min": 0},
        ]);
        scene.ask(&questions).await;
        let page = press(&scene, &event(ASKING), &WISH).await;
        let group = "role=\"radiogroup\" aria-invalid=\"true\" aria-describedby=\"answer-food-error\"";
        says(&page, &[group, "type=\"checkbox\" aria-invalid=\"true\""]);
        // The keys for digits have no minus.
        says(&page, &["id=\"answer-high\" name=\"answer-high\" type=\"number\" value=\"\" inputmode=\"numeric\""]);
        says(&page, &["id=\"answer-low\" name=\"answer-low\" type=\"number\" value=\"\" min=\"-5\""]);
    });
}

#[test]
fn a_summary_of_errors_leads_to_no_field_that_is_gone() {
    in_scene(async |scene| {
        let page = press(&scene, &event(SOLD_OUT), &[("ticket-type", "camper")]).await;
        says(&page, &["<a href=\"#name\">Enter your name.</a>"]);
        let page = press(&scene, &event(ON_SALE), &[("ticket-type", "camper")]).await;
        says(&page, &["<li>Enter your name.</li>"]);
        assert!(!page.body.contains("href=\"#name\""), "{}", page.body);
    });
}

#[test]
fn a_description_in_another_language_says_which() {
    in_scene(async |scene| {
        let german = LanguageTag::parse("de-AT").ok();
        let change = |event: &mut waitlist_domain::event::Event| {
            event.locale = german;
            event.details.venue = Label::parse("Ahornsaal").ok();
            event.details.description = waitlist_domain::event::details::Description::parse("Eine Woche am See").ok();
        };
        scene.put_changed_event("see-camp", 0, change).await;
        says(&look(&scene, &event("see-camp")).await, &["<p class=\"description\" lang=\"de-AT\">Eine Woche"]);
        says(
            &look(&scene, &format!("{}?lang=de", event("see-camp"))).await,
            &["<p class=\"description\" lang=\"de-AT\">"],
        );
    });
}
