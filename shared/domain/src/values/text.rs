//! Types of texts that were read once, as proof that they are well formed.

/// Makes a type of texts. Its `parse` and its shape are written by hand.
///
/// `pub struct Name;` may appear anywhere.
///
/// `pub struct Name: private;` may appear in the table and in responses. `Debug` hides it, so that no
/// log can show it.
///
/// `pub struct Name: secret;` appears only where its text is taken out by hand. `Debug` hides it too.
macro_rules! text {
    ($(#[$attribute:meta])* pub struct $name:ident: private;) => {
        $(#[$attribute])*
        #[derive(Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        $crate::values::text::text!(@kept $name);
        $crate::values::text::text!(@hidden $name);

        impl $name {
            /// The text, to store or to send to its owner. It must not be logged.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
    ($(#[$attribute:meta])* pub struct $name:ident: secret;) => {
        $(#[$attribute])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        $crate::values::text::text!(@hidden $name);

        impl $name {
            /// The text, to hand to its owner. It must not be logged or stored.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
    (@kept $name:ident) => {
        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text).map_err(|rule| rule.to_string())
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
    (@hidden $name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(private)"))
            }
        }
    };
    ($(#[$attribute:meta])* pub struct $name:ident;) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        $crate::values::text::text!(@kept $name);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

pub(crate) use text;
