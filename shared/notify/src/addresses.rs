//! The parts of web addresses.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The host in an absolute address, without a port.
pub(crate) fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    host.split_once(':').map_or(host, |(name, _port)| name)
}

/// Encodes all but the unreserved characters of RFC 3986. Programs that find links in texts then
/// find the whole link.
pub(crate) fn percent_encoded(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_unreserved_characters_is_encoded() {
        assert_eq!(percent_encoded("email:a_b.c-d~e@x"), "email%3Aa_b.c-d~e%40x");
        assert_eq!(percent_encoded("ä&="), "%C3%A4%26%3D");
    }
}
