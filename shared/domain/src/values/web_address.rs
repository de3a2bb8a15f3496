//! Web addresses that an organiser names.

use crate::values::mail_host::is_mail_host;
use crate::values::shape::{Described, Shape};
use crate::values::text::text;

text! {
    /// The address of a page or a picture: `https://`, a host by its name, and the rest as it was
    /// written. Scheme and host are in lower case.
    pub struct WebAddress;
}

const RULE: &str = "must be a web address of at most 500 characters such as https://example.org/camp: https://, the \
    name of a host, and neither spaces nor a user name";

const FRAGMENT: &str = "must have no fragment, because a picture has no parts: leave out # and what follows";

impl WebAddress {
    /// The most characters.
    pub const LONGEST: usize = 500;

    /// The shortest address, `https://a.b`.
    pub(crate) const SHORTEST: usize = 11;

    /// Accepts the address of a page. White space around it is dropped.
    ///
    /// It is in ASCII: a host in another script is written as `xn--…`, and the rest is escaped. With
    /// `http://` only names of this machine are accepted, so that everything runs on one machine.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        normalised(text, "").map(Self).ok_or(RULE)
    }

    /// Accepts the address of a picture, which has no fragment.
    pub fn parse_image(text: &str) -> Result<Self, &'static str> {
        let address = Self::parse(text)?;
        if address.0.contains('#') { Err(FRAGMENT) } else { Ok(address) }
    }

    /// Scheme, host and port, as a content security policy names where pictures may come from.
    pub fn origin(&self) -> &str {
        let host = self.0.find("://").map_or(0, |at| at + "://".len());
        let end = self.0[host..].find(['/', '?', '#']).map_or(self.0.len(), |at| host + at);
        &self.0[..end]
    }
}

impl Described for WebAddress {
    const SHAPE: Shape = Shape::format(Self::SHORTEST, Some(Self::LONGEST), "uri");
}

/// The address with its scheme and host in lower case. Behind the host it may have `more`
/// characters than others.
pub(crate) fn normalised(text: &str, more: &str) -> Option<String> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://")?;
    let (host_and_port, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (scheme, host_and_port) = (scheme.to_ascii_lowercase(), host_and_port.to_ascii_lowercase());
    let (host, port) = host_and_port.split_once(':').map_or((&*host_and_port, None), |(host, port)| (host, Some(port)));
    let is_of_this_machine = host == "localhost" || host.ends_with(".localhost");
    let is_host = is_mail_host(host) || host == "localhost";
    let is_scheme = scheme == "https" || (scheme == "http" && is_of_this_machine);
    let is_whole = text.len() <= WebAddress::LONGEST && is_scheme && is_host && port.is_none_or(is_port);
    let is_plain = path.chars().all(|character| is_plain(character) || more.contains(character));
    (is_whole && is_plain).then(|| format!("{scheme}://{host_and_port}{path}"))
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

/// Whether an address may have it: a visible character of ASCII that ends no attribute and no link.
fn is_plain(character: char) -> bool {
    character.is_ascii_graphic() && !"\"<>\\^`{|}".contains(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_kept_with_its_scheme_and_host_in_lower_case() {
        for (text, kept) in [
            ("https://example.org", "https://example.org"),
            (" HTTPS://Example.ORG/Camp?Week=1#Day ", "https://example.org/Camp?Week=1#Day"),
            ("https://shop.example.org:8443/a%20b?c[]=d", "https://shop.example.org:8443/a%20b?c[]=d"),
            ("https://example.org?a=b", "https://example.org?a=b"),
            ("https://xn--mnchen-3ya.de/", "https://xn--mnchen-3ya.de/"),
            ("http://localhost:3000/camp", "http://localhost:3000/camp"),
            ("http://waitlist.localhost", "http://waitlist.localhost"),
            ("https://localhost", "https://localhost"),
        ] {
            assert_eq!(WebAddress::parse(text).map(String::from).as_deref(), Ok(kept), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_page_is_refused() {
        for text in [
            "",
            "example.org",
            "//example.org",
            "https://",
            "https:///camp",
            "https:example.org",
            "http://example.org",
            "http://localhost.example.org",
            "http://notlocalhost",
            "ftp://example.org",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,x",
            "https://example",
            "https://127.0.0.1",
            "https://[::1]/",
            "https://ada@example.org",
            "https://ada:secret@example.org",
            "https://example.org:",
            "https://example.org:0",
            "https://example.org:65536",
            "https://example.org:80a",
            "https://example.org:+80",
            "https://example.org:80:80",
            "https://example.org\\@evil.example",
            "https://example.org/a b",
            "https://example.org/\nx",
            "https://example.org/\"onclick=",
            "https://example.org/<b>",
            "https://example.org/{entryId}",
            "https://münchen.de",
            "https://example.org/ü",
            "https://example.org/\u{200b}",
            "https:// example.org",
            &format!("https://example.org/{}", "a".repeat(481)),
        ] {
            assert!(WebAddress::parse(text).is_err(), "{text:?} should be refused");
        }
        assert!(WebAddress::parse(&format!("https://example.org/{}", "a".repeat(480))).is_ok());
    }

    #[test]
    fn a_picture_has_no_fragment() {
        assert!(WebAddress::parse_image("https://example.org/camp.jpg?width=900").is_ok());
        assert_eq!(WebAddress::parse_image("https://example.org/camp.jpg#top"), Err(FRAGMENT));
        assert_eq!(WebAddress::parse_image("http://example.org/camp.jpg"), Err(RULE));
    }

    #[test]
    fn an_origin_ends_before_the_path() {
        for (text, origin) in [
            ("https://Example.org", "https://example.org"),
            ("https://example.org:8443/logo.png?a=https://b/c", "https://example.org:8443"),
            ("https://example.org?a;b", "https://example.org"),
            ("http://localhost:3000/logo.svg", "http://localhost:3000"),
        ] {
            assert_eq!(WebAddress::parse(text).expect("valid").origin(), origin, "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_origin_adds_nothing_to_a_policy(text in "https://[a-z.:;, '0-9]{3,20}\\PC{0,9}") {
            if let Ok(address) = WebAddress::parse(&text) {
                prop_assert!(!address.origin()[8..].contains([';', ',', ' ', '\'', '/', '*']), "{}", address.origin());
            }
        }

        #[test]
        fn whatever_is_kept_is_kept_the_second_time_and_is_plain(text in "(https?|HTTPS)://[a-z.@:]{0,9}localhost(:[0-9]{0,6})?[/?#]?\\PC{0,20}|https://[aB.:@]{1,12}\\PC{0,9}") {
            if let Ok(address) = WebAddress::parse(&text) {
                prop_assert!(address.as_str().chars().all(is_plain) && !address.as_str()[..8].contains('@'));
                prop_assert_eq!(WebAddress::parse(address.as_str()), Ok(address));
            }
        }

        #[test]
        fn every_page_of_a_named_host_has_an_address(host in "([a-z0-9]{1,9}\\.){1,3}[a-z]{2,9}", path in "(/[A-Za-z0-9._~%-]{0,9}){0,4}(\\?[a-z=&]{0,9})?(#[a-z]{0,9})?") {
            let text = format!("https://{host}{path}");
            prop_assert_eq!(WebAddress::parse(&text).map(String::from), Ok(text));
        }
    }
}
