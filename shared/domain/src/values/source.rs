//! Where requests without a key come from, and how many of them are taken.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::values::credential::SecretHash;
use crate::values::identifier::hexadecimal;
use crate::values::time::Timestamp;

/// The network of a caller: an IPv4 address, or the first 64 bits of an IPv6 address. One customer
/// of a provider has at least such a network to themselves.
///
/// It is personal data, so `Debug` hides it, and the table has only its keyed hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Source(Vec<u8>);

impl Source {
    /// Reads the address of a caller. Nothing if it is none.
    pub fn parse(address: &str) -> Option<Self> {
        let address: IpAddr = address.trim().parse().ok()?;
        Some(Self(match address.to_canonical() {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets()[..8].to_vec(),
        }))
    }

    /// The hash under which the source is stored. Without the secret nobody can tell the addresses
    /// by trying all of them.
    pub fn hash(&self, secret: &[u8; 32]) -> SecretHash {
        let digest = Sha256::new().chain_update(secret).chain_update(&self.0).finalize();
        SecretHash::of(&hexadecimal(&digest))
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Source(private)")
    }
}

/// How many requests of one kind a source has made within an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourlyCount {
    pub count: u64,
    /// The end of the hour, which began with the first of them.
    pub ends_at: Timestamp,
}

impl HourlyCount {
    /// How long the hour lasts (milliseconds).
    pub const HOUR: i64 = 60 * 60 * 1000;

    /// The count of a first request.
    pub fn first(now: Timestamp) -> Self {
        Self { count: 1, ends_at: now.plus_milliseconds(Self::HOUR) }
    }

    /// Whether the hour is over, so that counting begins anew.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ends_at <= now
    }

    /// The seconds until the next request is taken, if there were `most` requests already. At least
    /// one.
    pub fn seconds_to_wait(&self, most: u64, now: Timestamp) -> Option<u64> {
        let left = now.milliseconds_until(self.ends_at);
        let is_spent = self.count >= most && !self.is_over(now);
        is_spent.then(|| u64::try_from(left).unwrap_or(0).div_ceil(1000).max(1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn source(address: &str) -> Source {
        Source::parse(address).expect("an address")
    }

    #[test]
    fn an_ipv4_address_is_a_source_however_it_is_written() {
        assert_eq!(source("192.0.2.1"), source(" ::ffff:192.0.2.1 "));
        assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
    }

    #[test]
    fn the_first_64_bits_of_an_ipv6_address_are_a_source() {
        assert_eq!(source("2001:db8:1:2::1"), source("2001:0db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
    }

    #[test]
    fn what_is_no_address_is_no_source() {
        for text in ["", "localhost", "192.0.2", "192.0.2.1:80", "[::1]", "-"] {
            assert_eq!(Source::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_source_is_told_only_with_the_secret() {
        let one = source("192.0.2.1");
        assert_eq!(one.hash(&[1; 32]), source("192.0.2.1").hash(&[1; 32]));
        assert_ne!(one.hash(&[1; 32]), one.hash(&[2; 32]));
        assert_eq!(format!("{one:?}"), "Source(private)");
    }

    #[test]
    fn an_hour_begins_with_its_first_request_and_ends_for_all_of_them() {
        let at = Timestamp::from_milliseconds;
        let count = HourlyCount::first(at(0));
        for (now, most, seconds) in
            [(0, 1, Some(3_600)), (1, 1, Some(3_600)), (3_599_999, 1, Some(1)), (3_600_000, 1, None), (0, 2, None)]
        {
            assert_eq!(count.seconds_to_wait(most, at(now)), seconds, "{now} {most}");
        }
    }

    proptest! {
        #[test]
        fn in_no_counted_hour_are_there_more_than_are_taken(
            most in 1_u64..6,
            gaps in proptest::collection::vec(0_i64..HourlyCount::HOUR / 2, 1..60),
        ) {
            let (mut counted, mut now) = (None::<HourlyCount>, Timestamp::from_milliseconds(0));
            for gap in gaps {
                now = now.plus_milliseconds(gap);
                let running = counted.filter(|count| !count.is_over(now));
                match running.map(|count| (count, count.seconds_to_wait(most, now))) {
                    None => counted = Some(HourlyCount::first(now)),
                    Some((count, None)) => counted = Some(HourlyCount { count: count.count + 1, ..count }),
                    Some((count, Some(seconds))) => {
                        prop_assert_eq!(count.count, most);
                        let waited = now.plus_milliseconds(i64::try_from(seconds).expect("an hour") * 1000);
                        prop_assert!(count.is_over(waited) && seconds <= 3600);
                    }
                }
                prop_assert!(counted.is_some_and(|count| count.count <= most));
            }
        }
    }
}
