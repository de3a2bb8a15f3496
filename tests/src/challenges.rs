//! A solver of challenges, as ALTCHA's widget is one in a browser.

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use aws_smithy_types::base64;
use serde_json::Value;

/// The text that the widget makes of this challenge, for the field `challenge` of a join.
///
/// # Panics
/// If the challenge is malformed, or takes longer than a minute and a half.
pub fn solution_of(challenge: &Value) -> String {
    let challenge: Challenge = serde_json::from_value(challenge.clone()).expect("it is a challenge");
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).expect("it is well-formed");
    let payload = Payload { challenge, solution: solution.expect("it is solved in time") };
    base64::encode(serde_json::to_string(&payload).expect("it is JSON"))
}
