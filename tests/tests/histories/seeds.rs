//! The seeds of the histories that a run tells.

use std::path::Path;
use std::process::Command;

/// The first seed if no commit can be read.
const FIXED_SEED: u64 = 1;
/// How many hexadecimal digits of a commit make a seed.
const DIGITS: usize = 10;

/// Seeds of histories that failed once, and what was wrong.
pub(super) const ONCE_FAILED: [(u64, &str); 19] = [
    (71, "an offer out of turn took the last seat and left the waitlist at rest"),
    (2_436, "not recorded"),
    (2_647, "not recorded"),
    (2_655, "not recorded"),
    (7_643, "not recorded"),
    (200_055, "a history ended before the sweep that makes up for a lost wake-up"),
    (306_067, "a claim that was held up on its way was judged by the time of its arrival"),
    (1_007_047, "a repeated command was held to a ticket type that was added after its first answer"),
    (108_591_320_596, "a number handed out while the line was being read was retired as old"),
    (108_591_333_025, "a response was given that was not remembered, and its repetition got another"),
    (108_591_337_683, "a run that was held up for seconds was held to its retries once all was calm"),
    (108_591_344_344, "a repeated request was held to an access code that became good after its first answer"),
    (9_001_409, "an entry shown as over to a token that only looks was held to be stored so"),
    (490_744_252_497, "a refused token was held to the same refusal after its entry had given way to another"),
    (496_355_989_737, "the sweep left a line in which the room of a join that died was still to be given back"),
    (1_059_537_568_560, "a customer who missed the draw got a number at rest, which the check forbade"),
    (1_059_537_569_408, "seats before an unconfirmed entry without its mark were not looked at again"),
    (207_209_236_324, "a phone number was confirmed, and then refused because the entry had ended meanwhile"),
    (2_000_197, "a release of a ticket type that was dropped and is back was taken for one that must go on"),
];

/// A number in the environment, if there is one.
pub(super) fn number_from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} must be a number, not {text:?}")))
}

/// The seed to begin with, and where it comes from.
pub(super) fn first_seed() -> (u64, String) {
    if let Some(seed) = number_from_environment("WAITLIST_FIRST_SEED") {
        return (seed, "WAITLIST_FIRST_SEED".to_owned());
    }
    match commit() {
        Some(commit) => (seed_of(&commit), format!("commit {}", &commit[..DIGITS])),
        None => (FIXED_SEED, "fixed: no commit can be read here".to_owned()),
    }
}

/// The commit that is checked out, in hexadecimal digits. None outside a repository.
fn commit() -> Option<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(here).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let commit = text.trim();
    let is_commit = commit.len() >= DIGITS && commit.bytes().all(|digit| digit.is_ascii_hexdigit());
    (output.status.success() && is_commit).then(|| commit.to_owned())
}

fn seed_of(commit: &str) -> u64 {
    u64::from_str_radix(&commit[..DIGITS], 16).unwrap_or(FIXED_SEED)
}

#[test]
fn the_first_seed_follows_from_the_commit() {
    assert_eq!(seed_of("00000003e8d257a6d52bc6c53ad91a7e3cb2d4fd"), 1_000);
    assert_ne!(
        seed_of("8c0a5d4000000000000000000000000000000000"),
        seed_of("8c0a5d4001000000000000000000000000000000")
    );
}
