//! Scopes: the events that an API key is for.

use serde::{Deserialize, Serialize};

use crate::values::identifier::EventId;
use crate::values::shape::{Described, Shape};
use crate::values::text::text;

/// The character of a pattern that stands for any characters, or none.
const ANY: char = '*';

text! {
    /// A pattern of event ids: the characters of an id, and `*` for any number of characters.
    pub struct EventPattern;
}

impl EventPattern {
    pub const LONGEST: usize = 128;

    /// Accepts 1 to 128 characters of event ids and `*`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_of_pattern = |byte: u8| byte.is_ascii_alphanumeric() || b"._:@-*".contains(&byte);
        if (1..=Self::LONGEST).contains(&text.len()) && text.bytes().all(is_of_pattern) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("must be 1 to {} characters of A-Z a-z 0-9 . _ : @ - and *", Self::LONGEST))
        }
    }

    /// Whether the whole id matches. Reads the id once.
    fn matches(&self, id: &EventId) -> bool {
        let mut parts = self.0.split(ANY);
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = id.as_str().strip_prefix(first) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            // The first place of a part leaves the most room for the parts that follow.
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }
}

impl Described for EventPattern {
    const SHAPE: Shape = Shape::pattern(1, Self::LONGEST, "^[A-Za-z0-9._:@*-]*$");
}

/// The events that an API key is for: those whose id matches one of the patterns.
///
/// For the key no other event exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<EventPattern>", into = "Vec<EventPattern>")]
pub struct Scope(Vec<EventPattern>);

impl Scope {
    pub const MOST_PATTERNS: usize = 20;

    /// Every event.
    pub fn all() -> Self {
        Self(vec![EventPattern(ANY.to_string())])
    }

    /// Accepts 1 to 20 patterns. An empty list is refused, so that no mistake makes a scope of all
    /// events, or of none.
    pub fn new(patterns: Vec<EventPattern>) -> Result<Self, String> {
        if (1..=Self::MOST_PATTERNS).contains(&patterns.len()) {
            Ok(Self(patterns))
        } else {
            Err(format!("must be 1 to {} patterns", Self::MOST_PATTERNS))
        }
    }

    /// Whether every event is in the scope, whatever its id.
    pub fn is_all(&self) -> bool {
        self.0.iter().any(|pattern| pattern.0.bytes().all(|byte| char::from(byte) == ANY))
    }

    /// Whether an event is in the scope.
    pub fn includes(&self, event: &EventId) -> bool {
        self.0.iter().any(|pattern| pattern.matches(event))
    }
}

impl TryFrom<Vec<EventPattern>> for Scope {
    type Error = String;

    fn try_from(patterns: Vec<EventPattern>) -> Result<Self, String> {
        Self::new(patterns)
    }
}

impl From<Scope> for Vec<EventPattern> {
    fn from(scope: Scope) -> Self {
        scope.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> EventPattern {
        EventPattern::parse(text).expect("valid")
    }

    fn event(text: &str) -> EventId {
        EventId::parse(text).expect("valid")
    }

    /// Tries every length for each `*`.
    fn matches_by_trying(pattern: &[u8], id: &[u8]) -> bool {
        match pattern {
            [] => id.is_empty(),
            [b'*', rest @ ..] => (0..=id.len()).any(|length| matches_by_trying(rest, &id[length..])),
            [one, rest @ ..] => id.first() == Some(one) && matches_by_trying(rest, &id[1..]),
        }
    }

    #[test]
    fn a_scope_is_read_back_as_it_was_written() {
        let scope: Scope = serde_json::from_str(r#"["camp*","day"]"#).expect("valid");
        assert_eq!(serde_json::to_string(&scope).expect("a list"), r#"["camp*","day"]"#);
    }

    #[test]
    fn a_pattern_matches_whole_ids() {
        for (text, matching, other) in [
            ("summer", "summer", "summer-1"),
            ("summer-*", "summer-camp-1", "midsummer-1"),
            ("*-camp", "summer-camp", "summer-camp-1"),
            ("s*r-*-1", "summer-camp-1", "summer-1"),
            ("a*a", "aba", "a"),
            ("a.c", "a.c", "abc"),
        ] {
            assert!(pattern(text).matches(&event(matching)), "{text} {matching}");
            assert!(!pattern(text).matches(&event(other)), "{text} {other}");
        }
    }

    #[test]
    fn a_pattern_has_1_to_128_characters_of_ids_and_stars() {
        assert!(EventPattern::parse(&"*".repeat(128)).is_ok());
        for text in ["", &"a".repeat(129), "a b", "a#", "a?", "[a]", "ä", "a\n", "a/b"] {
            assert!(EventPattern::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn a_scope_is_of_all_events_where_a_pattern_is_stars_alone() {
        for (patterns, is_all) in
            [(&["*"][..], true), (&["summer", "*"], true), (&["**"], true), (&["a*", "*a"], false), (&["a"], false)]
        {
            let scope = Scope::new(patterns.iter().map(|text| pattern(text)).collect()).expect("valid");
            assert_eq!(scope.is_all(), is_all, "{patterns:?}");
        }
    }

    #[test]
    fn a_scope_has_1_to_20_patterns() {
        assert!(Scope::new(Vec::new()).is_err());
        assert!(Scope::new(vec![pattern("a"); 20]).is_ok());
        assert!(Scope::new(vec![pattern("a"); 21]).is_err());
        assert!(serde_json::from_str::<Scope>("[]").is_err());
        assert_eq!(serde_json::from_str::<Scope>(r#"["*"]"#).expect("a scope"), Scope::all());
    }

    proptest! {
        #[test]
        fn a_pattern_matches_what_trying_every_length_of_each_star_matches(
            text in "[ab*]{1,8}", id in "[ab]{1,8}",
        ) {
            let expected = matches_by_trying(text.as_bytes(), id.as_bytes());
            prop_assert_eq!(pattern(&text).matches(&event(&id)), expected);
        }

        #[test]
        fn an_id_as_a_pattern_matches_itself_alone(
            one in "[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}", other in "[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}",
        ) {
            prop_assert!(pattern(&one).matches(&event(&one)));
            prop_assert_eq!(pattern(&one).matches(&event(&other)), one == other);
        }

        #[test]
        fn a_star_in_place_of_any_part_of_an_id_matches_the_id(
            id in "[A-Za-z0-9][A-Za-z0-9._:@-]{0,40}", from in 0usize..42, length in 0usize..42,
        ) {
            let from = from.min(id.len());
            let to = (from + length).min(id.len());
            let text = format!("{}*{}", &id[..from], &id[to..]);
            prop_assert!(pattern(&text).matches(&event(&id)));
        }

        #[test]
        fn a_scope_includes_what_any_of_its_patterns_matches(
            texts in proptest::collection::vec("[ab*]{1,5}", 1..=20), id in "[ab]{1,5}",
        ) {
            let patterns: Vec<EventPattern> = texts.iter().map(|text| pattern(text)).collect();
            let scope = Scope::new(patterns.clone()).expect("valid");
            let id = event(&id);
            prop_assert_eq!(scope.includes(&id), patterns.iter().any(|pattern| pattern.matches(&id)));
            prop_assert!(Scope::all().includes(&id));
        }
    }
}
