//! Types of whole numbers within limits.

/// Makes a type of the whole numbers in a range. A text at the end is added to the refusal of other
/// numbers.
macro_rules! whole {
    ($(#[$attribute:meta])* pub struct $name:ident($inner:ty) = $least:literal..=$most:expr $(, $more:literal)?;) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            pub const LEAST: Self = Self($least);

            pub const MOST: Self = Self($most);

            /// Accepts the numbers of the range. The error names its ends.
            pub fn parse(number: i64) -> Result<Self, String> {
                let number = <$inner>::try_from(number).ok().filter(|number| ($least..=$most).contains(number));
                number.map(Self).ok_or_else(|| {
                    format!(concat!("must be a whole number from {} to {}" $(, $more)?), $least, $most)
                })
            }

            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl $crate::values::shape::Described for $name {
            const SHAPE: $crate::values::shape::Shape =
                $crate::values::shape::Shape::Whole { min: $least, max: $most as i64 };
        }

        impl From<$name> for $inner {
            fn from(number: $name) -> Self {
                number.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = String;

            fn try_from(number: i64) -> Result<Self, Self::Error> {
                Self::parse(number)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(<i64 as serde::Deserialize>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use whole;
