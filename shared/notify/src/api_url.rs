//! The address of the API, under which mail programs unsubscribe and the stack's own pages are.

use waitlist_domain::values::credential::UnsubscribeToken;

use crate::addresses::host_of;

/// The base URL of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiUrl(String);

impl ApiUrl {
    /// Accepts an HTTPS address. Mail programs unsubscribe by HTTPS only (RFC 8058). With `http://`
    /// only names of this machine are accepted, so that everything runs on one machine.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let on_this_machine = |rest: &&str| host_of(rest).ends_with(".localhost");
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://").filter(on_this_machine));
        let host = rest.map(|rest| rest.trim_end_matches('/'));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:/".contains(&byte);
        let is_plain = host.is_some_and(|host| !host.is_empty() && host.bytes().all(plain));
        if !is_plain {
            return Err("must be an address such as https://api.example.org");
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }

    /// The address, without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Where one POST turns the news off.
    pub fn unsubscribe_link(&self, token: &UnsubscribeToken) -> String {
        format!("{}/api/waitlist/unsubscribe/{}", self.0, token.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_https_address_can_stand_in_a_mail_s_header() {
        let url = ApiUrl::parse("https://a1.execute-api.eu-west-1.amazonaws.com/").expect("valid");
        let link = url.unsubscribe_link(&UnsubscribeToken::derive(&[7; 32]));
        assert!(link.starts_with("https://a1.execute-api.eu-west-1.amazonaws.com/api/waitlist/unsubscribe/wu_"));
        assert!(ApiUrl::parse("http://a1.execute-api.localhost:4566").is_ok(), "a stack on this machine");
        let elsewhere =
            ["http://localhost.example.org", "http://example.org/.localhost", "http://example.org:.localhost"];
        for text in elsewhere {
            assert!(ApiUrl::parse(text).is_err(), "{text:?} should be refused");
        }
        for text in ["", "http://example.org", "https://", "https:///", "https://a b", "https://a>", "https://a\r\nb"] {
            assert!(ApiUrl::parse(text).is_err(), "{text:?} should be refused");
        }
    }
}
