//! Hosts of e-mail addresses: names of domains, and no numbers of machines.

/// The most characters of a label (RFC 1035, 2.3.4).
const LONGEST_LABEL: usize = 63;

/// Whether mail can be sent to this host, which is in lower case.
///
/// It has two labels or more, and the last one begins with a letter. So it is no number of a machine
/// such as `127.0.0.1` or `0x7f.1`, and no name within one's own network. A label in another script
/// is written in ASCII, as `xn--…`.
pub(crate) fn is_mail_host(host: &str) -> bool {
    let mut labels = host.rsplit('.');
    let is_top = |top: &str| is_label(top) && top.starts_with(|first: char| first.is_ascii_lowercase());
    labels.next().is_some_and(is_top) && labels.next().is_some_and(is_label) && labels.all(is_label)
}

/// Whether a label has letters, digits and hyphens alone, and no hyphen at its ends.
fn is_label(label: &str) -> bool {
    (1..=LONGEST_LABEL).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex_lite::Regex;

    use super::*;

    #[test]
    fn hosts_are_names_of_domains() {
        for host in [
            "example.org",
            "a.b",
            "mail.example.co.uk",
            "3com.com",
            "163.com",
            "1.2.3.example",
            "xn--mnchen-3ya.de",
            "xn--e1afmkfd.xn--p1ai",
            "a--b.org",
            &format!("{}.org", "a".repeat(63)),
        ] {
            assert!(is_mail_host(host), "{host}");
        }
    }

    #[test]
    fn what_is_no_name_of_a_domain_is_refused() {
        for host in [
            "",
            ".",
            "localhost",
            "example.",
            ".example",
            "example..org",
            "127.0.0.1",
            "1.2",
            "example.123",
            "127.0.0.0x1",
            "2130706433",
            "[127.0.0.1]",
            "[ipv6:::1]",
            "ex_ample.org",
            "-example.org",
            "example-.org",
            "example.-org",
            "example.org-",
            "exa mple.org",
            "münchen.de",
            "example.org:25",
            "example.org/a",
            &format!("{}.org", "a".repeat(64)),
        ] {
            assert!(!is_mail_host(host), "{host}");
        }
    }

    /// The rule for hosts, as a pattern.
    fn rule() -> Regex {
        let label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
        Regex::new(&format!("^({label}\\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])?$")).expect("a pattern")
    }

    proptest! {
        #[test]
        fn a_host_is_taken_exactly_by_the_rule(host in "[ab1_.é -]{0,9}|[a1-]{60,66}\\.(org|[a1-]{60,66})|[0-9]{1,3}(\\.[0-9]{1,3}){1,4}") {
            prop_assert_eq!(is_mail_host(&host), rule().is_match(&host));
        }

        #[test]
        fn every_name_of_a_domain_is_taken(labels in prop::collection::vec("[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", 1..5), top in "[a-z]{2,20}") {
            let host = format!("{}.{top}", labels.join("."));
            prop_assert!(is_mail_host(&host), "{}", host);
        }
    }
}
