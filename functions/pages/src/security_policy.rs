//! What a page may load: the content security policy.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use waitlist_domain::values::web_address::WebAddress;

/// The policy of a page with this style in it, which shows these pictures.
///
/// Nothing else is loaded but our own files. Nothing is sent elsewhere, and nobody frames a page.
pub(crate) fn security_policy(style: Option<&str>, pictures: &[&WebAddress]) -> String {
    let style = style.map(|style| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(style)))).unwrap_or_default();
    let mut origins: Vec<&str> = pictures.iter().map(|picture| picture.origin()).collect();
    origins.dedup();
    let pictures = if origins.is_empty() { "'none'".to_owned() } else { origins.join(" ") };
    format!(
        "default-src 'none'; style-src 'self'{style}; script-src 'self'; connect-src 'self'; img-src {pictures}; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_the_style_by_its_hash_and_pictures_by_their_hosts() {
        let [logo, camp] = ["https://a.example/logo.svg?b", "https://c.example:8443/camp.jpg"]
            .map(|text| WebAddress::parse(text).expect("valid"));
        let plain = security_policy(None, &[]);
        assert!(plain.contains("style-src 'self'; ") && plain.contains("img-src 'none'; "), "{plain}");
        let whole = security_policy(Some("p{}"), &[&logo, &camp]);
        assert!(whole.contains("style-src 'self' 'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='; "), "{whole}");
        assert!(whole.contains("img-src https://a.example https://c.example:8443; "), "{whole}");
        assert!(security_policy(None, &[&logo, &logo]).contains("img-src https://a.example; "));
    }
}
