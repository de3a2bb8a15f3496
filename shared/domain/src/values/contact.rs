//! Contacts of customers. No `Debug` shows them, so that no log can.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::values::credential::SecretHash;
use crate::values::identifier::CustomerId;
use crate::values::label::{Label, parse_label};
use crate::values::mail_host::is_mail_host;
use crate::values::person_name;
use crate::values::shape::{Described, Shape};
use crate::values::text::text;

text! {
    /// An e-mail address, trimmed and in lower case. It is written to as it was given.
    pub struct EmailAddress: private;
}
text! {
    /// A mailbox: an e-mail address without what its owner may vary. Two spellings of a mailbox
    /// are one customer, and share the limits of messages.
    pub struct Mailbox: private;
}
text! {
    /// A phone number in E.164 form: `+`, the country code, up to 15 digits in all.
    pub struct PhoneNumber: private;
}
text! {
    /// A person's name, as they wrote it.
    pub struct PersonName: private;
}

/// A change of a customer's name and addresses. An absent part stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactChange {
    pub name: Option<PersonName>,
    pub email: Option<EmailAddress>,
    pub phone: PhoneChange,
}

/// A change of a phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhoneChange {
    /// It stays.
    Keep,
    /// It is removed.
    Remove,
    /// It becomes this one, which is known to be the customer's.
    To(PhoneNumber),
    /// It becomes this one, and nobody has shown yet that it is the customer's.
    ToUnproven(PhoneNumber),
}

impl Described for PhoneChange {
    const SHAPE: Shape = PhoneNumber::SHAPE;
}

impl PersonName {
    /// What stands for a name that was removed. No person has it.
    pub(crate) const fn removed() -> Self {
        Self(String::new())
    }
}

impl EmailAddress {
    /// What stands for an address that was removed. Nobody can give it.
    pub(crate) const fn removed() -> Self {
        Self(String::new())
    }

    /// Whether the address was removed.
    pub(crate) const fn is_removed(&self) -> bool {
        self.0.is_empty()
    }

    /// Longest address that SMTP carries (RFC 5321, 4.5.3.1.3).
    const LONGEST: usize = 254;

    /// The shortest address, `a@b.c`.
    const SHORTEST: usize = 5;

    /// The link to write to the address. Nothing of the address ends it, or begins a subject.
    pub fn mailto(&self) -> String {
        const RESERVED: &AsciiSet =
            &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b'+');
        format!("mailto:{}", utf8_percent_encode(&self.0, RESERVED))
    }

    /// Accepts `local@domain.tld` in ASCII. SES carries nothing else before the `@`, and a domain in
    /// another script has a form in ASCII (`xn--…`).
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const RULE: &str = "must be an e-mail address such as name@example.org";
        // Only ASCII is put into lower case. By Unicode's rules the Kelvin sign would become a k.
        let normalised = text.trim().to_ascii_lowercase();
        let options =
            email_address::Options::default().with_required_tld().without_display_text().without_domain_literal();
        let valid = normalised.len() <= Self::LONGEST
            && normalised.is_ascii()
            && !normalised.contains(['"', ' '])
            && normalised.rsplit_once('@').is_some_and(|(_, host)| is_mail_host(host))
            && email_address::EmailAddress::parse_with_options(&normalised, options).is_ok();
        if valid { Ok(Self(normalised)) } else { Err(RULE) }
    }

    /// The mailbox of the address. A tag after `+` names no other mailbox. At Gmail neither do dots,
    /// nor the domain `googlemail.com`.
    pub fn mailbox(&self) -> Mailbox {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let untagged = local.split('+').next().filter(|name| !name.is_empty()).unwrap_or(local);
        if !GMAIL.contains(&domain) {
            return Mailbox(format!("{untagged}@{domain}"));
        }
        Mailbox(format!("{}@{}", untagged.replace('.', ""), GMAIL[0]))
    }

    /// The id of a customer who joins without an API key. It may stand in URLs and logs, since it
    /// does not tell the address.
    pub fn customer_id(&self) -> CustomerId {
        CustomerId::of_mailbox(&SecretHash::of(self.mailbox().as_str()))
    }
}

impl CustomerId {
    /// The id of a person who joins without an API key, by the hash of their mailbox.
    pub fn of_mailbox(mailbox: &SecretHash) -> Self {
        let text = format!("email:{}", &mailbox.as_str()[..32]);
        Self::parse(&text).expect("a prefix and 32 hexadecimal digits are an identifier")
    }
}

/// The domains of Gmail. They name the same mailboxes.
const GMAIL: [&str; 2] = ["gmail.com", "googlemail.com"];

impl Mailbox {
    /// Accepts the mailbox of an address.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        EmailAddress::parse(text).map(|address| address.mailbox())
    }
}

impl Described for EmailAddress {
    const SHAPE: Shape = Shape::format(Self::SHORTEST, Some(Self::LONGEST), "email");
}

impl PhoneNumber {
    /// Fewest and most digits, with the country code.
    const DIGITS: (usize, usize) = (8, 15);

    /// Accepts an international number. Spaces, hyphens, dots and parentheses are dropped.
    ///
    /// So is `(0)`: the zero that is dialled only within a country.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const RULE: &str = "must be an international phone number such as +14155550123";
        let (fewest, most) = Self::DIGITS;
        let dialled = text.trim().replacen("(0)", "", 1);
        let compact: String = dialled.chars().filter(|character| !" -.()".contains(*character)).collect();
        let digits = compact.strip_prefix('+').ok_or(RULE)?;
        let valid = (fewest..=most).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if valid { Ok(Self(compact)) } else { Err(RULE) }
    }

    /// The last two digits, by which people know their own number.
    pub fn ending(&self) -> &str {
        &self.0[self.0.len() - 2..]
    }
}

impl Described for PhoneNumber {
    const SHAPE: Shape = Shape::pattern(1 + Self::DIGITS.0, 1 + Self::DIGITS.1, r"^\+[1-9][0-9]*$");
}

impl PersonName {
    /// Accepts 1 to 200 characters that can be a name; surrounding white space is
    /// dropped.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = parse_label(text)?;
        person_name::complaint(&name).map_or(Ok(Self(name)), |complaint| Err(complaint.to_owned()))
    }
}

impl Described for PersonName {
    const SHAPE: Shape = Label::SHAPE;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_link_to_write_to_an_address_says_nothing_but_whom_to_write_to() {
        let mailto = |text| EmailAddress::parse(text).expect("valid").mailto();
        assert_eq!(mailto("camp+1@lakeside.example"), "mailto:camp+1@lakeside.example");
        assert_eq!(mailto("camp+week-1@lakeside.example"), "mailto:camp+week-1@lakeside.example");
        assert_eq!(mailto("a?subject=b&c@x.example"), "mailto:a%3Fsubject%3Db%26c@x.example");
        assert_eq!(mailto("a?subject=b&c%d/e@x.example"), "mailto:a%3Fsubject%3Db%26c%25d%2Fe@x.example");
    }

    fn mailbox(text: &str) -> String {
        EmailAddress::parse(text).expect("valid").mailbox().into()
    }

    #[test]
    fn a_removed_address_is_told_from_every_other() {
        let address = EmailAddress::parse("a@b.cd").expect("valid");
        assert!(EmailAddress::removed().is_removed() && !address.is_removed());
    }

    #[test]
    fn spellings_of_one_mailbox_are_one_customer() {
        let customer = |text: &str| EmailAddress::parse(text).expect("valid").customer_id();
        for other in [" Ada@Example.ORG ", "ada+camp@example.org", "ADA+@example.org", "ada+a+b@example.org"] {
            assert_eq!(customer("ada@example.org"), customer(other), "{other}");
        }
        assert_ne!(customer("ada@example.org"), customer("a.da@example.org"));
    }

    #[test]
    fn at_gmail_dots_and_the_older_domain_name_the_same_mailbox() {
        for text in ["adalovelace@gmail.com", "Ada.Love.Lace@googlemail.com", "a.dalovelace+x@gmail.com"] {
            assert_eq!(mailbox(text), "adalovelace@gmail.com");
        }
        assert_eq!(mailbox("ada.lovelace@gmail.com.example.org"), "ada.lovelace@gmail.com.example.org");
    }

    #[test]
    fn an_address_of_a_tag_alone_is_its_own_mailbox() {
        assert_eq!(mailbox("+camp@example.org"), "+camp@example.org");
    }

    #[test]
    fn an_address_is_written_to_as_it_was_given() {
        assert_eq!(EmailAddress::parse("Ada+Camp@Gmail.com").expect("valid").as_str(), "ada+camp@gmail.com");
    }

    #[test]
    fn nonsense_is_no_address() {
        for text in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "ada@example",
            "a b@example.org",
            "ada@exa\nmple.org",
            "ada@@example.org",
            "ä@example.org",
            "Ada <ada@example.org>",
            "\u{212a}ada@example.org",
            "ada@[127.0.0.1]",
            "ada@127.0.0.1",
            "ada@2130706433",
            "ada@localhost",
            "ada@exa_mple.org",
            "ada@-example.org",
            "ada@example.123",
        ] {
            assert!(EmailAddress::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn phone_numbers_are_kept_in_international_form() {
        assert_eq!(PhoneNumber::parse("+1 (415) 555-0123").expect("valid").as_str(), "+14155550123");
        assert_eq!(PhoneNumber::parse("+49 (0)30 123456").expect("valid").as_str(), "+4930123456");
        for text in ["", "4155550123", "+0123456789", "+1", "+1415555012345678", "+1415x550123", "++14155550123"] {
            assert!(PhoneNumber::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn names_have_at_most_200_characters_and_no_control_characters_and_can_be_seen() {
        assert!(PersonName::parse(&"é".repeat(200)).is_ok());
        for text in [
            "".to_owned(),
            "   ".to_owned(),
            "é".repeat(201),
            "a\u{0}b".to_owned(),
            "a\nb".to_owned(),
            "a\u{202e}b".to_owned(),
            "a\u{200e}b".to_owned(),
            "\u{200f}ab".to_owned(),
            "a\u{61c}b".to_owned(),
            "\u{200b}\u{200d}".to_owned(),
            "\u{feff} \u{3164}".to_owned(),
        ] {
            assert!(PersonName::parse(&text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn whoever_pasted_an_invisible_mark_into_a_name_is_told_of_it() {
        for text in ["Ada\u{200e}", "a\u{202e}b", "a\nb"] {
            assert!(PersonName::parse(text).is_err_and(|detail| detail.contains("invisible marks")), "{text:?}");
        }
        assert!(PersonName::parse("\u{200b}").is_err_and(|detail| detail.contains("can be seen")));
    }

    #[test]
    fn a_name_that_carries_a_message_is_refused_with_the_remedy() {
        for (name, remedy) in [
            ("Win at prize.example", "write a space behind a full stop"),
            ("Call 0900 123456", "put it into phone"),
            ("A\u{200b}da", "type it anew"),
        ] {
            assert!(PersonName::parse(name).is_err_and(|detail| detail.contains(remedy)), "{name:?}");
        }
        assert_eq!(PersonName::parse(" Dr.Anna Müller ").expect("valid").as_str(), "Dr.Anna Müller");
    }

    proptest! {
        #[test]
        fn an_address_is_taken_with_a_good_host_alone(host in "[a1._-]{1,12}(\\.[a1-]{1,4}){0,3}") {
            let is_taken = EmailAddress::parse(&format!("Ada@{}", host.to_uppercase())).is_ok();
            prop_assert_eq!(is_taken, is_mail_host(&host), "{}", host);
        }

        #[test]
        fn every_mail_host_makes_an_address(labels in prop::collection::vec("[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", 1..5), top in "[a-z]{1,20}") {
            prop_assert!(EmailAddress::parse(&format!("ada@{}.{top}", labels.join("."))).is_ok(), "{:?} {}", labels, top);
        }

        #[test]
        fn a_name_that_was_taken_is_taken_again(text in "[A-Za-z.@/0-9 é\u{200c}\u{200d}\u{620}-\u{64a}\u{900}-\u{dff}]{1,12}") {
            if let Ok(name) = PersonName::parse(&text) {
                prop_assert_eq!(PersonName::parse(name.as_str()), Ok(name));
            }
        }
    }

    #[test]
    fn contact_details_do_not_show_in_debug() {
        let address = EmailAddress::parse("ada@example.org").expect("valid");
        assert_eq!(format!("{address:?}"), "EmailAddress(private)");
    }
}
