//! Challenges in the form of ALTCHA (proof of work v2): a challenge is made, and its solution
//! checked. Neither needs anything stored.

use altcha::{
    Challenge, ChallengeParameters, HmacAlgorithm, Payload, VerifySolutionOptions, sign_challenge, verify_solution,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use waitlist_domain::Error;
use waitlist_domain::event::join_challenge::{BadSolution, SigningKey, SolvedChallenge, Work};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::hexadecimal;
use waitlist_domain::values::shape::{Described, Shape};
use waitlist_domain::values::time::Timestamp;

/// The function that a solver calls again and again.
const ALGORITHM: &str = "PBKDF2/SHA-256";
/// The bytes that it makes.
const KEY_LENGTH: usize = 32;
/// How long a challenge can be solved and its solution sent (milliseconds). A customer fills in a
/// form meanwhile.
const LASTS: i64 = 20 * 60 * 1000;

/// How much work a challenge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difficulty {
    /// The rounds of one try. To check a solution takes as many.
    pub rounds: u32,
    /// The hexadecimal digits with which the result of a try must begin. A try in 16 succeeds for
    /// each digit.
    pub beginning: &'static str,
}

impl Difficulty {
    /// About a second of a phone: 256 tries on average.
    pub const USUAL: Self = Self { rounds: 15_000, beginning: "00" };
    /// Next to no work, where many functions share a process.
    pub const LIGHT: Self = Self { rounds: 1, beginning: "0" };
}

/// Makes a challenge from 256 random bits.
pub fn make_challenge(
    key: &SigningKey,
    random: [u8; 32],
    now: Timestamp,
    difficulty: Difficulty,
) -> Result<Challenge, Error> {
    let (nonce, salt) = random.split_at(16);
    let parameters = ChallengeParameters {
        algorithm: ALGORITHM.to_owned(),
        cost: difficulty.rounds,
        data: None,
        expires_at: Some(now.plus_milliseconds(LASTS).seconds()),
        key_length: KEY_LENGTH,
        key_prefix: difficulty.beginning.to_owned(),
        key_signature: None,
        memory_cost: None,
        nonce: hexadecimal(nonce),
        parallelism: None,
        salt: hexadecimal(salt),
    };
    sign(key, parameters)
}

/// The challenge of these parameters, with its signature.
fn sign(key: &SigningKey, mut parameters: ChallengeParameters) -> Result<Challenge, Error> {
    let signed = sign_challenge(&HmacAlgorithm::Sha256, &mut parameters, None, key.as_str(), None);
    signed.map_err(|error| Error::internal("signing a challenge", error))
}

/// The solution of a challenge, with the challenge, as ALTCHA's widget sends both.
#[derive(Debug, Clone)]
pub struct Solution(Payload);

impl Solution {
    /// The most characters. The widget sends about 600.
    const LONGEST: usize = 4096;

    /// Accepts base64 of JSON with a challenge and a solution.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let decoded = Some(text).filter(|text| text.len() <= Self::LONGEST).and_then(|text| STANDARD.decode(text).ok());
        let payload = decoded.and_then(|json| serde_json::from_slice(&json).ok());
        payload.map(Self).ok_or(
            "must be what ALTCHA's widget makes of a solved challenge from GET /api/waitlist/challenge: base64 of JSON \
             with challenge and solution",
        )
    }

    /// Checks the solution. Only if the challenge is ours, this takes the rounds of one try.
    pub fn check(&self, key: &SigningKey, now: Timestamp) -> Result<Work, Error> {
        let Payload { challenge, solution } = &self.0;
        let ours = sign(key, challenge.parameters.clone())?.signature;
        let (Some(ours), Some(theirs)) = (ours, &challenge.signature) else { return Ok(WRONG) };
        // Hashes are compared, so that the time of it tells nothing of our signature.
        let id = SecretHash::of(theirs);
        if id != SecretHash::of(&ours) {
            return Ok(WRONG);
        }
        let seconds = challenge.parameters.expires_at.unwrap_or_default();
        let ends_at = Timestamp::from_milliseconds(seconds.saturating_mul(1000));
        if ends_at <= now {
            return Ok(Work::Bad(BadSolution::Expired));
        }
        // The crate would compare the end with a clock of its own.
        let endless = sign(key, ChallengeParameters { expires_at: None, ..challenge.parameters.clone() })?;
        let verified = verify_solution(VerifySolutionOptions::new(&endless, solution, key.as_str()));
        let verified = verified.map_err(|error| Error::internal("checking the solution of a challenge", error))?;
        Ok(if verified.verified { Work::Solved(SolvedChallenge { id, ends_at }) } else { WRONG })
    }
}

const WRONG: Work = Work::Bad(BadSolution::Wrong);

impl Described for Solution {
    const SHAPE: Shape = Shape::text(1, Self::LONGEST);
}

#[cfg(test)]
mod tests {
    use altcha::{SolveChallengeOptions, solve_challenge};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);

    fn key(byte: u8) -> SigningKey {
        SigningKey::derive(&[byte; 32])
    }

    fn challenge(random: u8) -> Challenge {
        make_challenge(&key(1), [random; 32], NOW, Difficulty::LIGHT).expect("it can be signed")
    }

    fn payload(challenge: Challenge) -> Payload {
        let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).expect("it is well-formed");
        Payload { solution: solution.expect("it takes no time"), challenge }
    }

    fn text(payload: &Payload) -> String {
        STANDARD.encode(serde_json::to_string(payload).expect("JSON"))
    }

    /// Checks a payload as it arrives, with the key of this byte.
    fn checked(payload: &Payload, byte: u8, now: Timestamp) -> Work {
        Solution::parse(&text(payload)).expect("well-formed").check(&key(byte), now).expect("no fault")
    }

    #[test]
    fn a_solution_is_right_until_the_challenge_ends() {
        let payload = payload(challenge(7));
        let ends_at = NOW.plus_milliseconds(LASTS);
        let id = SecretHash::of(payload.challenge.signature.as_deref().expect("it is signed"));
        for now in [NOW, ends_at.plus_milliseconds(-1)] {
            assert_eq!(checked(&payload, 1, now), Work::Solved(SolvedChallenge { id: id.clone(), ends_at }));
        }
        assert_eq!(checked(&payload, 1, ends_at), Work::Bad(BadSolution::Expired));
    }

    #[test]
    fn another_stack_accepts_no_challenge_of_ours() {
        assert_eq!(checked(&payload(challenge(7)), 2, NOW), WRONG);
    }

    #[test]
    fn nobody_can_make_a_challenge_easier_or_later() {
        let changes: [fn(&mut ChallengeParameters); 6] = [
            |parameters| parameters.cost = 2,
            |parameters| parameters.key_prefix = String::new(),
            |parameters| parameters.expires_at = Some(NOW.seconds() + 1_000_000),
            |parameters| parameters.expires_at = None,
            |parameters| parameters.algorithm = "SHA-256".to_owned(),
            |parameters| parameters.salt = "00".repeat(16),
        ];
        for change in changes {
            let mut changed = challenge(7);
            change(&mut changed.parameters);
            assert_eq!(checked(&payload(changed), 1, NOW), WRONG);
        }
        let unsigned = Challenge { signature: None, ..challenge(7) };
        assert_eq!(checked(&payload(unsigned), 1, NOW), WRONG);
    }

    #[test]
    fn a_number_that_solves_another_challenge_is_wrong() {
        let (one, other) = (payload(challenge(7)), payload(challenge(8)));
        let mixed = Payload { challenge: one.challenge.clone(), solution: other.solution };
        assert_eq!(checked(&mixed, 1, NOW), WRONG);
        let mut claimed = one;
        claimed.solution.counter += 1;
        assert_eq!(checked(&claimed, 1, NOW), WRONG);
        claimed.solution.derived_key = "nonsense".to_owned();
        assert_eq!(checked(&claimed, 1, NOW), WRONG);
    }

    #[test]
    fn another_spelling_of_a_solution_is_the_same_challenge() {
        let solved = payload(challenge(7));
        let mut spelled = solved.clone();
        spelled.solution.time = Some(12.5);
        assert_eq!(checked(&solved, 1, NOW), checked(&spelled, 1, NOW));
        let mut shouted = solved;
        shouted.challenge.signature = shouted.challenge.signature.map(|signature| signature.to_uppercase());
        assert_eq!(checked(&shouted, 1, NOW), WRONG);
    }

    #[test]
    fn the_widget_s_text_is_read_and_nothing_else() {
        let widget =
            json!({"challenge": challenge(7), "solution": {"counter": 3, "derivedKey": "00ff", "time": 412.3}});
        assert!(Solution::parse(&STANDARD.encode(widget.to_string())).is_ok());
        let old = json!({"algorithm": "SHA-256", "challenge": "00", "number": 3, "salt": "00", "signature": "00"});
        let long = text(&payload(challenge(7))) + &"A".repeat(Solution::LONGEST);
        for refused in ["", "nonsense", "e30=", &widget.to_string(), &STANDARD.encode(old.to_string()), &long] {
            assert!(Solution::parse(refused).is_err(), "{refused}");
        }
    }

    proptest! {
        #[test]
        fn no_two_challenges_are_one(one in any::<[u8; 32]>(), other in any::<[u8; 32]>()) {
            prop_assume!(one != other);
            let make = |random| make_challenge(&key(1), random, NOW, Difficulty::LIGHT).expect("it can be signed");
            prop_assert_ne!(make(one).signature, make(other).signature);
        }
    }
}
