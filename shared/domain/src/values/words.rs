//! Types of a few words, such as the statuses of an entry.

/// Makes an enumeration whose variants are written as words: in requests, in answers, in the table and in logs. Another
/// word is refused with a list of these, or with the text in front.
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
            /// All of them.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads the word; the error says which there are.
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

/// How many words are named in quotation marks: more of them are easier to read without.
const MOST_QUOTED: usize = 4;

/// What is said of a word that is none of these.
pub(crate) fn must_be_one_of(words: &[&str]) -> String {
    match words {
        [others @ .., last] if (1..MOST_QUOTED).contains(&others.len()) => {
            let others: Vec<String> = others.iter().map(|word| format!("\"{word}\"")).collect();
            format!("must be {} or \"{last}\"", others.join(", "))
        }
        _ => format!("must be one of {}", words.join(", ")),
    }
}
