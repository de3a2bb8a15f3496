//! The style sheet and the script, by names that change with their content.

use std::borrow::Cow;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use waitlist_domain::values::identifier::hexadecimal;
use waitlist_runtime::http::Response;

/// A file that browsers may keep for ever.
#[derive(Debug)]
pub(crate) struct Asset {
    name: String,
    content_type: &'static str,
    text: &'static str,
}

impl Asset {
    fn new(name: &str, ending: &str, content_type: &'static str, text: &'static str) -> Self {
        let hash = hexadecimal(&Sha256::digest(text)[..6]);
        Self { name: format!("{name}-{hash}.{ending}"), content_type, text }
    }

    /// The path of the file.
    pub(crate) fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

/// The style of all pages.
pub(crate) static STYLESHEET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("page", "css", "text/css; charset=utf-8", include_str!("../assets/page.css")));

/// What pages do beyond their forms, where scripts run.
pub(crate) static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("page", "js", "text/javascript; charset=utf-8", include_str!("../assets/page.js")));

/// Shows the file of this name, if there is one.
pub(crate) fn show(name: &str) -> Option<Response> {
    let assets: [&Asset; 2] = [&STYLESHEET, &SCRIPT];
    let asset = assets.into_iter().find(|asset| asset.name == name)?;
    let headers = [
        ("content-type", Cow::Borrowed(asset.content_type)),
        ("cache-control", Cow::Borrowed("public, max-age=31536000, immutable")),
    ];
    Some(Response::new(200, headers, asset.text.to_owned()))
}
