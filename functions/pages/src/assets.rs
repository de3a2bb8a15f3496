//! The style sheet and the scripts, by names that change with their content; and the button for other
//! sites, whose name stays.

use std::borrow::Cow;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use waitlist_domain::values::identifier::hexadecimal;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::entity_tag::EntityTag;

/// A file that browsers may keep for ever.
#[derive(Debug)]
pub(crate) struct Asset {
    name: String,
    content_type: &'static str,
    text: String,
}

impl Asset {
    fn new(name: &str, ending: &str, content_type: &'static str, source: &str) -> Self {
        let text = without_layout(source);
        let hash = hexadecimal(&Sha256::digest(&text)[..6]);
        Self { name: format!("{name}-{hash}.{ending}"), content_type, text }
    }

    /// The path of the file.
    pub(crate) fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

/// The file without what is only for its readers: indentation, empty lines, and comments that are
/// lines of their own.
fn without_layout(source: &str) -> String {
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The style of all pages.
pub(crate) static STYLESHEET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("page", "css", "text/css; charset=utf-8", include_str!("../assets/page.css")));

/// What pages do beyond their forms, where scripts run.
pub(crate) static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("page", "js", "text/javascript; charset=utf-8", include_str!("../assets/page.js")));

/// The check that no robot fills in a form, on pages of events that ask for it.
pub(crate) static CHALLENGE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("challenge", "js", "text/javascript; charset=utf-8", include_str!("../assets/challenge.js"))
});

/// Shows the file of this name, if there is one.
pub(crate) fn show(name: &str) -> Option<Response> {
    let assets: [&Asset; 3] = [&STYLESHEET, &SCRIPT, &CHALLENGE];
    let asset = assets.into_iter().find(|asset| asset.name == name)?;
    let headers = [
        ("content-type", Cow::Borrowed(asset.content_type)),
        ("cache-control", Cow::Borrowed("public, max-age=31536000, immutable")),
    ];
    Some(Response::new(200, headers, asset.text.clone()))
}

/// The script of a button for any page, by which visitors of other sites come to an event.
const BUTTON: &str = include_str!("../assets/waitlist.js");

/// Shows the script of the button. Other sites name it, so its name never changes.
pub(crate) fn button() -> Response {
    let headers = [
        ("content-type", Cow::Borrowed("text/javascript; charset=utf-8")),
        ("cache-control", Cow::Borrowed("public, max-age=300")),
        // Pages may load it that load nothing from elsewhere without such leave.
        ("cross-origin-resource-policy", Cow::Borrowed("cross-origin")),
        ("etag", Cow::Owned(EntityTag::of(BUTTON).as_str().to_owned())),
    ];
    Response::new(200, headers, BUTTON.to_owned())
}

/// Tells search engines to list the pages of events, and nothing that a link makes secret.
const ROBOTS: &str = "User-agent: *\nAllow: /events/\nAllow: /assets/\nDisallow: /\n";

/// Shows what search engines may read.
pub(crate) fn robots() -> Response {
    let headers = [
        ("content-type", Cow::Borrowed("text/plain; charset=utf-8")),
        ("cache-control", Cow::Borrowed("public, max-age=86400")),
    ];
    Response::new(200, headers, ROBOTS.to_owned())
}

#[cfg(test)]
mod tests {
    use waitlist_language::Locale;

    use super::*;

    #[test]
    fn scripts_are_small_enough_for_a_phone_on_a_bus() {
        assert!(SCRIPT.text.len() <= 4 * 1024, "{}", SCRIPT.text.len());
        assert!(CHALLENGE.text.len() <= 4 * 1024, "{}", CHALLENGE.text.len());
        assert!(BUTTON.len() <= 6 * 1024, "{}", BUTTON.len());
    }

    #[test]
    fn browsers_get_no_layout() {
        assert_eq!(without_layout("// Why.\n(() => {\n  go(); // now\n\n})();\n"), "(() => {\ngo(); // now\n})();\n");
    }

    #[test]
    fn the_button_speaks_every_language() {
        for locale in Locale::ALL {
            let texts = BUTTON.split(&format!("\n    {}: {{", locale.as_str())).nth(1).expect("it has texts");
            let texts = texts.split("\n    }").next().unwrap_or_default();
            for name in ["waitlist", "some", "about", "available", "paused", "closed", "begun"] {
                assert!(texts.contains(&format!("\n      {name}: ")), "{name} in {locale:?}");
            }
        }
    }
}
