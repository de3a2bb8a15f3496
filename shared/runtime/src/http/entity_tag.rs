//! Entity tags: whether a caller has a response already.

use sha2::{Digest, Sha256};
use waitlist_domain::values::identifier::hexadecimal;

/// A strong entity tag, as the header `ETag` has it. It is a hash of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// The tag of a response with this body.
    pub fn of(body: &str) -> Self {
        Self(format!("\"{}\"", hexadecimal(&Sha256::digest(body))))
    }

    /// The value of the header, with its quotation marks.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the header `If-None-Match` lists this tag (RFC 9110). A cache may mark a tag as weak.
pub(crate) fn lists(if_none_match: &str, tag: &str) -> bool {
    // No tag of ours has a comma in it.
    let mut listed = if_none_match.split(',').map(str::trim);
    listed.any(|listed| listed == "*" || listed.strip_prefix("W/").unwrap_or(listed) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_follows_from_the_body_alone() {
        assert_eq!(EntityTag::of("{}"), EntityTag::of("{}"));
        assert_ne!(EntityTag::of("{}"), EntityTag::of("{ }"));
        let tag = EntityTag::of("");
        assert_eq!(tag.as_str(), "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"");
    }

    #[test]
    fn a_tag_is_found_among_others_and_where_it_is_marked_as_weak() {
        for listing in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b\",W/\"a\" ", "*", " * "] {
            assert!(lists(listing, "\"a\""), "{listing}");
        }
        for other in ["", "a", "\"b\"", "W/\"b\"", "\"aa\"", "w/\"a\"", "\"a", "**"] {
            assert!(!lists(other, "\"a\""), "{other}");
        }
    }
}
