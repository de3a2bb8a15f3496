//! The settings of the stack.

use serde_json::json;

use super::case::Caller::{Anyone, Customer, Organiser, Sales, Viewer};
use super::case::{Case, done, invalid, refused};

pub(super) fn rows() -> Vec<Case> {
    vec![
        done(200, "a viewer reads the settings").get("/api/settings", Viewer),
        done(200, "nothing is set any more").put("/api/settings", Organiser).body(json!({})),
        done(200, "pages of this machine are set")
            .put("/api/settings", Organiser)
            .body(json!({"website": "http://waitlist.localhost:3000/camp", "accentColor": "#FFFFFF"})),
        refused(401, "unauthenticated", "anyone reads the settings").get("/api/settings", Anyone),
        refused(403, "forbidden", "a customer reads the settings").get("/api/settings", Customer),
        refused(403, "forbidden", "a sales key sets").put("/api/settings", Sales).body(json!({})),
        refused(403, "forbidden", "a viewer sets").put("/api/settings", Viewer).body(json!({})),
        invalid(&["colour"], "settings by a parameter").get("/api/settings?colour=red", Organiser),
        invalid(
            &[
                "/organiserName",
                "/contact",
                "/replyTo",
                "/website",
                "/privacyUrl",
                "/imprintUrl",
                "/logoUrl",
                "/accentColor",
                "/defaultLocale",
                "/country",
                "/colour",
            ],
            "settings with many bad fields",
        )
        .put("/api/settings", Organiser)
        .body(json!({
            "organiserName": " ", "contact": "lakeside.example", "replyTo": "office@localhost",
            "website": "http://lakeside.example", "privacyUrl": "javascript:alert(1)",
            "imprintUrl": "https://ada@lakeside.example", "logoUrl": "https://lakeside.example/logo.svg#icon",
            "accentColor": "#0f7", "defaultLocale": "de_AT", "country": "UK", "colour": "red",
        })),
    ]
}
