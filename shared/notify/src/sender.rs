//! The sender of mails: address, name and where replies go.

use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::label::Label;

/// The name that mail programs show beside the sender's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderName(String);

/// The most bytes of a word in a header that are encoded together. With what stands around them,
/// such a word has at most 75 characters (RFC 2047).
const MOST_ENCODED_AT_ONCE: usize = 21;

impl SenderName {
    /// The most characters.
    const LONGEST: usize = 64;

    /// Accepts up to 64 characters without control characters or invisible marks.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = Label::parse(text)?;
        if name.as_str().chars().count() > Self::LONGEST {
            return Err(format!("must have at most {} characters", Self::LONGEST));
        }
        Ok(Self(name.as_str().to_owned()))
    }

    /// The name of an organiser. A long one is cut.
    pub fn of(organiser: &Label) -> Self {
        let cut: String = organiser.as_str().chars().take(Self::LONGEST).collect();
        Self(cut.trim_end().to_owned())
    }

    /// The name as a header holds it: quoted, or encoded if it is not plain ASCII. No character of
    /// it can end the name.
    fn in_header(&self) -> String {
        if self.0.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            format!("\"{}\"", self.0.replace('\\', "\\\\").replace('"', "\\\""))
        } else {
            self.encoded()
        }
    }

    /// The name in encoded words (RFC 2047). Between two of them a reader drops the space.
    fn encoded(&self) -> String {
        let mut words = vec![Vec::new()];
        for character in self.0.chars() {
            let mut bytes = [0; 4];
            let bytes = character.encode_utf8(&mut bytes).as_bytes();
            let last = words.last().map_or(0, Vec::len);
            if last + bytes.len() > MOST_ENCODED_AT_ONCE {
                words.push(Vec::new());
            }
            words.last_mut().expect("there is a first word").extend_from_slice(bytes);
        }
        let word = |bytes: &Vec<u8>| {
            let letters: String = bytes.iter().map(|byte| format!("={byte:02X}")).collect();
            format!("=?UTF-8?Q?{letters}?=")
        };
        words.iter().map(word).collect::<Vec<_>>().join(" ")
    }
}

/// The sender of all mails, as SES knows it.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The address that mails come from, an identity that SES has verified.
    pub address: String,
    /// The name beside it.
    pub name: Option<SenderName>,
    /// Where replies go, if not to the sender.
    pub reply_to: Option<EmailAddress>,
    /// The configuration set by which SES reports bounces and complaints.
    pub configuration_set: String,
}

impl Sender {
    /// The sender as the `From` header holds it, by this name or else by its own.
    pub(crate) fn in_header(&self, name: Option<&SenderName>) -> String {
        match name.or(self.name.as_ref()) {
            Some(name) => format!("{} <{}>", name.in_header(), self.address),
            None => self.address.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn from(name: &str) -> String {
        let name = Some(SenderName::parse(name).expect("valid"));
        let (address, configuration_set) = ("camp@example.org".to_owned(), "mail".to_owned());
        Sender { address, name, reply_to: None, configuration_set }.in_header(None)
    }

    #[test]
    fn an_organiser_s_name_goes_before_the_sender_s_own_and_is_cut() {
        let (address, configuration_set) = ("camp@example.org".to_owned(), "mail".to_owned());
        let name = SenderName::parse("Summer Camp").ok();
        let sender = Sender { address, name, reply_to: None, configuration_set };
        let of = |name: &str| sender.in_header(Some(&SenderName::of(&Label::parse(name).expect("valid"))));
        assert_eq!(of("Lakeside Park"), "\"Lakeside Park\" <camp@example.org>");
        let long = format!("{} Park", "a".repeat(63));
        assert_eq!(of(&long), format!("\"{}\" <camp@example.org>", "a".repeat(63)));
    }

    #[test]
    fn a_name_stands_quoted_or_encoded_before_the_address() {
        assert_eq!(from("Summer Camp"), "\"Summer Camp\" <camp@example.org>");
        assert_eq!(from("Camp, \"Lake\" \\"), "\"Camp, \\\"Lake\\\" \\\\\" <camp@example.org>");
        assert_eq!(from("Zoë"), "=?UTF-8?Q?=5A=6F=C3=AB?= <camp@example.org>");
    }

    #[test]
    fn a_name_that_could_break_the_header_is_refused() {
        for name in ["", " ", "Camp\r\nBcc: everyone@example.org", "a\nb", "a\u{0}b", "a\u{202e}b", &"a".repeat(65)] {
            assert!(SenderName::parse(name).is_err(), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn no_name_ends_before_its_end(name in "\\PC{1,64}") {
            let Ok(name) = SenderName::parse(&name) else { return Ok(()) };
            let header = name.in_header();
            prop_assert!(header.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
            if let Some(quoted) = header.strip_prefix('"') {
                let mut characters = quoted.chars();
                let (mut read, mut end) = (String::new(), None);
                while let Some(character) = characters.next() {
                    match character {
                        '\\' => read.extend(characters.next()),
                        '"' => { end = Some(characters.as_str()); break; }
                        other => read.push(other),
                    }
                }
                prop_assert_eq!((read, end), (name.0, Some("")));
            } else {
                let words = header.split(' ');
                let mut bytes = Vec::new();
                for word in words {
                    prop_assert!(word.len() <= 75);
                    let letters = word.strip_prefix("=?UTF-8?Q?").and_then(|word| word.strip_suffix("?="));
                    for letter in letters.expect("an encoded word").split('=').skip(1) {
                        bytes.push(u8::from_str_radix(letter, 16).expect("hexadecimal"));
                    }
                }
                prop_assert_eq!(String::from_utf8(bytes).expect("UTF-8"), name.0);
            }
        }
    }
}
