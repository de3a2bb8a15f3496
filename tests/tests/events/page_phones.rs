//! Telephone numbers on pages, and the codes that confirm them.

use serde_json::{Value, json};
use waitlist_domain::values::contact::PhoneNumber;
use waitlist_runtime::http::Response;
use waitlist_store::StoredEntry;

use super::pages::{event, look, press, press_and_look, says};
use super::payload::Payload;
use super::scene::{ASKING, MINUTE, ORGANISER, SOLD_OUT, Scene, in_scene};

const NUMBER: &str = "+14155550177";

/// Sets the country in whose way numbers are written.
async fn home_is(scene: &Scene, country: &str) {
    let put = Payload::put("/api/settings").from(ORGANISER).body(&json!({"country": country}));
    assert_eq!(scene.send(put).await.status, 200);
}

/// Sends the form with these fields beside those that it must have.
async fn joins(scene: &Scene, id: &str, email: &str, more: &[(&str, &str)]) -> Response {
    let fields = [("ticket-type", "camper"), ("name", "Ada Example"), ("email", email), ("key", email)];
    let fields: Vec<(&str, &str)> = fields.iter().chain(more).copied().collect();
    press(scene, &event(id), &fields).await
}

/// The customer and the token in the address of a place.
fn customer_and_token(place: &str) -> (String, String) {
    let (customer, token) = place.trim_start_matches("/p/").split_once('~').expect("a tilde");
    (customer.replace("%3A", ":"), token.split('?').next().expect("a token").to_owned())
}

async fn entry_of(scene: &Scene, joined: &Response) -> StoredEntry {
    assert_eq!(joined.status, 303, "{joined:?}");
    scene.entry(&customer_and_token(&joined.headers["location"]).0).await
}

/// The channels that the customer chose.
fn channels(stored: &StoredEntry) -> Value {
    serde_json::to_value(&stored.entry.applicant.chosen_channels).expect("JSON")
}

/// A place with a number, and what its forms send.
struct Place {
    path: String,
    entry: String,
}

impl Place {
    /// Somebody joins with a number and confirms their address by the mailed link.
    async fn with_number(scene: &Scene, email: &str, number: &str) -> Self {
        let joined =
            joins(scene, SOLD_OUT, email, &[("phone", number), ("channel", "email"), ("channel", "sms")]).await;
        let stored = entry_of(scene, &joined).await;
        let (customer, _) = customer_and_token(&joined.headers["location"]);
        scene.texts().await;
        let mail = scene.cloud.sent_mail().pop().expect("a mail was sent");
        let token = mail.text.split("token=").nth(1).and_then(|rest| rest.split_whitespace().next());
        let path = format!("/p/{customer}~{}", token.expect("it has a token"));
        let place = Self { path, entry: stored.entry.id.as_str().to_owned() };
        place.act(scene, "confirm", &[]).await;
        place
    }

    async fn looks(&self, scene: &Scene) -> Response {
        look(scene, &self.path).await
    }

    /// Presses a button, and looks at the page that follows.
    async fn act(&self, scene: &Scene, name: &str, more: &[(&str, &str)]) -> Response {
        let fields: Vec<(&str, &str)> = [("entryId", &*self.entry)].iter().chain(more).copied().collect();
        press_and_look(scene, &format!("{}/{name}", self.path), &fields).await
    }
}

/// A code is asked for, and a wrong and the right one are entered.
pub(super) async fn a_code_is_entered(scene: &Scene) {
    let place = Place::with_number(scene, "ada@example.org", NUMBER).await;
    let before = scene.items().await;
    let page = place.looks(scene).await;
    says(&page, &["Get texts on your phone", "the number that ends in 77", "Send the code"]);
    for query in ["", "?code=sent", "?code=wrong&left=4", "?notice=phone-confirmed"] {
        assert_eq!(look(scene, &format!("{}{query}", place.path)).await.status, 200);
    }
    assert_eq!(scene.items().await, before, "looking changes nothing");

    let page = place.act(scene, "phone-code", &[("key", "one")]).await;
    says(&page, &["We sent a code to the number that ends in 77.", "one-time-code", "inputmode=\"numeric\""]);
    let [(number, text)] = &scene.texts().await[..] else { panic!("one text is sent") };
    assert_eq!(number, NUMBER);
    let code = &text[..6];
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let page = place.act(scene, "phone", &[("code", wrong), ("key", "two")]).await;
    says(&page, &["This is not the code. You can try 4 more times.", "aria-invalid=\"true\"", "<title>Error: "]);
    let page = place.act(scene, "phone", &[("code", wrong), ("key", "two")]).await;
    says(&page, &["You can try 4 more times."]);
    for nothing in ["", "12345", "abcdef"] {
        says(&place.act(scene, "phone", &[("code", nothing)]).await, &["Enter the six digits"]);
    }
    let typed = format!("{} {}", &code[..3], &code[3..]);
    let page = place.act(scene, "phone", &[("code", &typed), ("key", "two")]).await;
    says(&page, &["Your number is confirmed."]);
    assert!(!place.looks(scene).await.body.contains("Get texts on your phone"));
}

#[test]
fn a_code_confirms_the_number_and_a_wrong_one_says_how_often_it_can_be_tried() {
    in_scene(async |scene| a_code_is_entered(&scene).await);
}

#[test]
fn a_code_that_was_tried_too_often_or_is_too_old_asks_for_another() {
    in_scene(async |scene| {
        let place = Place::with_number(&scene, "ada@example.org", NUMBER).await;
        says(&place.act(&scene, "phone", &[("code", "123456")]).await, &["This code no longer works."]);
        place.act(&scene, "phone-code", &[]).await;
        let [(_, text)] = &scene.texts().await[..] else { panic!("one text is sent") };
        let wrong = if &text[..6] == "000000" { "111111" } else { "000000" };
        for left in ["4 more times", "3 more times", "2 more times", "once more"] {
            says(&place.act(&scene, "phone", &[("code", wrong)]).await, &[left]);
        }
        let page = place.act(&scene, "phone", &[("code", wrong)]).await;
        says(&page, &["it can’t be tried again", "Send another code"]);
        assert!(!page.body.contains("id=\"code\""), "there is no code to enter: {}", page.body);
        says(&place.act(&scene, "phone", &[("code", &text[..6])]).await, &["This code no longer works."]);

        place.act(&scene, "phone-code", &[]).await;
        let [(_, text)] = &scene.texts().await[..] else { panic!("another text is sent") };
        scene.cloud.advance(11 * MINUTE);
        says(&place.act(&scene, "phone", &[("code", &text[..6])]).await, &["This code no longer works."]);
    });
}

#[test]
fn after_three_codes_the_page_says_that_there_are_no_more_today() {
    in_scene(async |scene| {
        let place = Place::with_number(&scene, "ada@example.org", NUMBER).await;
        for _ in 0..3 {
            says(&place.act(&scene, "phone-code", &[]).await, &["We sent a code"]);
        }
        let page = place.act(&scene, "phone-code", &[]).await;
        says(&page, &["ask for another one tomorrow."]);
        assert!(!page.body.contains("Send another code"), "{}", page.body);
    });
}

#[test]
fn the_tab_that_joined_shows_nothing_of_the_number_and_sends_no_code() {
    in_scene(async |scene| {
        let joined = joins(&scene, SOLD_OUT, "ada@example.org", &[("phone", NUMBER), ("channel", "sms")]).await;
        let stored = entry_of(&scene, &joined).await;
        let (customer, token) = customer_and_token(&joined.headers["location"]);
        let path = format!("/p/{customer}~{token}");
        let page = look(&scene, &path).await;
        assert!(!page.body.contains("phone") && !page.body.contains("77"), "{}", page.body);
        for act in ["phone", "phone-code"] {
            let fields = [("entryId", stored.entry.id.as_str()), ("code", "123456")];
            assert_eq!(press(&scene, &format!("{path}/{act}"), &fields).await.status, 403, "{act}");
        }
        assert_eq!(scene.texts().await, []);
    });
}

#[test]
fn a_number_is_read_as_people_write_it_in_the_country_of_the_stack() {
    in_scene(async |scene| {
        for (index, (country, typed, number)) in [
            ("AT", "0664 123 45 67", "+436641234567"),
            ("AT", "+1 (415) 555-0123", "+14155550123"),
            ("DE", "0171/1234567", "+491711234567"),
            ("US", "(415) 555-0124", "+14155550124"),
            ("US", "011 43 664 1234567", "+436641234567"),
        ]
        .into_iter()
        .enumerate()
        {
            home_is(&scene, country).await;
            let joined = joins(&scene, SOLD_OUT, &format!("p{index}@example.org"), &[("phone", typed)]).await;
            let phone = entry_of(&scene, &joined).await.entry.applicant.phone;
            assert_eq!(phone.as_ref().map(PhoneNumber::as_str), Some(number), "{typed} in {country}");
        }
    });
}

#[test]
fn a_number_that_cannot_be_read_is_kept_with_the_remedy_beside_it() {
    in_scene(async |scene| {
        says(&look(&scene, &event(SOLD_OUT)).await, &["Write it with the country’s code"]);
        let page = joins(&scene, SOLD_OUT, "ada@example.org", &[("phone", "0664 1234567")]).await;
        assert_eq!(page.status, 422);
        says(
            &page,
            &["href=\"#phone\"", "id=\"phone-error\"", "We can’t read this phone number.", "value=\"0664 1234567\""],
        );
        home_is(&scene, "AT").await;
        let shown = look(&scene, &event(SOLD_OUT)).await;
        assert!(!shown.body.contains("Write it with the country’s code"), "{}", shown.body);
        let page = joins(&scene, SOLD_OUT, "ada@example.org", &[("phone", "1234"), ("channel", "email")]).await;
        says(&page, &["We can’t read this phone number.", "value=\"email\" type=\"checkbox\" checked"]);
        assert!(!page.body.contains("value=\"sms\" type=\"checkbox\" checked"), "what was not ticked stays so");
    });
}

#[test]
fn somebody_is_told_as_they_wish_where_text_messages_go() {
    in_scene(async |scene| {
        says(&look(&scene, &event(SOLD_OUT)).await, &["How to tell you", "We text numbers that begin with +1, +49."]);
        let (email, sms) = (("channel", "email"), ("channel", "sms"));
        let [texted, other] = [("phone", NUMBER), ("phone", "+436641234567")];
        for (index, (fields, chosen)) in [
            (&[texted, email, sms][..], json!(["email", "sms"])),
            (&[texted, sms], json!(["sms"])),
            (&[texted, email], json!(["email"])),
            (&[texted], json!(["email"])),
            (&[email, sms], json!(["email"])),
            (&[other, email, sms], json!(["email"])),
        ]
        .into_iter()
        .enumerate()
        {
            let joined = joins(&scene, SOLD_OUT, &format!("p{index}@example.org"), fields).await;
            assert_eq!(channels(&entry_of(&scene, &joined).await), chosen, "{fields:?}");
        }
        for (fields, said) in [
            (&[sms][..], "Enter your phone number, or choose e-mail."),
            (&[other, sms], "We send no texts to numbers of this country."),
        ] {
            let page = joins(&scene, SOLD_OUT, "ada@example.org", fields).await;
            assert_eq!(page.status, 422, "{fields:?}");
            says(&page, &["id=\"phone-error\"", said]);
        }
    });
}

#[test]
fn a_number_among_the_answers_is_read_in_the_same_way() {
    in_scene(async |scene| {
        home_is(&scene, "AT").await;
        scene.ask(&json!([{"id": "neighbour", "type": "phone", "label": "Neighbour"}])).await;
        let page = joins(&scene, ASKING, "ada@example.org", &[("answer-neighbour", "12")]).await;
        assert_eq!(page.status, 422);
        says(&page, &["Neighbour: We can’t read this phone number.", "id=\"answer-neighbour-error\""]);
        let joined = joins(&scene, ASKING, "ada@example.org", &[("answer-neighbour", "0664/1234567")]).await;
        let answers = serde_json::to_value(&entry_of(&scene, &joined).await.entry.applicant.answers).expect("JSON");
        assert!(answers.to_string().contains("+436641234567"), "{answers}");
    });
}
