//! Types of a few words, such as the statuses of an entry.

/// Makes an enumeration that is written as words everywhere: in requests, responses, logs and the
/// table.
///
/// Another word is refused with a list of these words, or with the text in front.
macro_rules! words {
    (
        $(refused: $refused:literal;)?
        $(#[$attribute:meta])*
        pub enum $name:ident { $($(#[$of_variant:meta])* $variant:ident = $word:tt,)+ }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$of_variant])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads the word. The error lists the words.
            pub fn parse(text: &str) -> Result<Self, String> {
                let named = Self::ALL.into_iter().find(|one| one.as_str() == text);
                named.ok_or_else(|| $crate::values::words::words!(@refusal [$($refused)?] [$($word),+]))
            }
        }

        impl $crate::values::shape::Described for $name {
            const SHAPE: $crate::values::shape::Shape = $crate::values::shape::Shape::OneOf(&[$($word),+]);
        }
    };
    (@refusal [$refused:literal] $words:tt) => { $refused.to_owned() };
    (@refusal [] $words:tt) => { $crate::values::words::must_be_one_of(&$words) };
}

pub(crate) use words;

/// Up to so many words are quoted in a refusal. A longer list is easier to read without quotation
/// marks.
const MOST_QUOTED: usize = 4;

/// The refusal of a word that is none of these.
pub(crate) fn must_be_one_of(words: &[&str]) -> String {
    match words {
        [others @ .., last] if (1..MOST_QUOTED).contains(&others.len()) => {
            let others: Vec<String> = others.iter().map(|word| format!("\"{word}\"")).collect();
            format!("must be {} or \"{last}\"", others.join(", "))
        }
        _ => format!("must be one of {}", words.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_lists_the_words_and_quotes_a_few() {
        for (words, refusal) in [
            (&["a"][..], "must be one of a"),
            (&["a", "b"], r#"must be "a" or "b""#),
            (&["a", "b", "c", "d"], r#"must be "a", "b", "c" or "d""#),
            (&["a", "b", "c", "d", "e"], "must be one of a, b, c, d, e"),
        ] {
            assert_eq!(must_be_one_of(words), refusal);
        }
    }
}
