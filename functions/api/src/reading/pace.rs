//! Reads the pace of releases, in the request for a release and in the rules of an event.

use waitlist_domain::line::release::{Pace, WantedPace};
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Window;
use waitlist_runtime::input::Fields;

/// Reads `batchSize` and `batchInterval`. A request has both or neither.
pub fn read_pace(fields: &mut Fields) -> Option<Option<Pace>> {
    let batch_size = fields.optional_whole("batchSize", Quantity::parse);
    let interval = fields.optional_text("batchInterval", Window::parse);
    // A request with only one of the two is told that the other is required, even if the one is
    // bad.
    match (batch_size, interval) {
        (Some(Some(batch_size)), Some(Some(interval))) => Some(Some(Pace { batch_size, interval })),
        (Some(None), Some(None)) => Some(None),
        (Some(None), _) => fields.complain("batchSize", "is required beside batchInterval"),
        (_, Some(None)) => fields.complain("batchInterval", "is required beside batchSize"),
        (None, _) | (_, None) => None,
    }
}

/// Reads the pace of a release. Without both fields the event's pace holds. `"batchSize": null`
/// asks for all seats at once.
pub fn read_wanted_pace(fields: &mut Fields) -> Option<WantedPace> {
    let is_at_once = fields.is_null("batchSize");
    let pace = read_pace(fields);
    fields.has_null("batchSize");
    Some(match pace? {
        Some(pace) => WantedPace::Paced(pace),
        None if is_at_once => WantedPace::AtOnce,
        None => WantedPace::AsUsual,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use waitlist_domain::{Error, Refusal};

    use super::*;
    use waitlist_runtime::input::Input;

    fn wanted(body: Value) -> Result<WantedPace, Vec<String>> {
        let Value::Object(body) = body else { panic!("the test's body is no object") };
        match Input::new(Vec::new(), Vec::new(), body).read(|input| read_wanted_pace(&mut input.body)) {
            Ok(wanted) => Ok(wanted),
            Err(Error::Refused(Refusal::Unreadable(errors))) => {
                Err(errors.into_iter().map(|error| error.pointer).collect())
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_pace_has_a_size_and_an_interval() {
        let pace =
            Pace { batch_size: Quantity::parse(2).expect("valid"), interval: Window::parse("PT1H").expect("valid") };
        assert_eq!(wanted(json!({"batchSize": 2, "batchInterval": "PT1H"})), Ok(WantedPace::Paced(pace)));
    }

    #[test]
    fn what_names_neither_is_paced_as_usual() {
        assert_eq!(wanted(json!({})), Ok(WantedPace::AsUsual));
        assert_eq!(wanted(json!({"batchInterval": null})), Ok(WantedPace::AsUsual));
    }

    #[test]
    fn without_a_size_on_purpose_all_seats_come_at_once() {
        assert_eq!(wanted(json!({"batchSize": null})), Ok(WantedPace::AtOnce));
        assert_eq!(wanted(json!({"batchSize": null, "batchInterval": null})), Ok(WantedPace::AtOnce));
    }

    #[test]
    fn one_without_the_other_is_pointed_at() {
        for (body, pointers) in [
            (json!({"batchSize": 2}), vec!["/batchInterval"]),
            (json!({"batchInterval": "1 hour"}), vec!["/batchSize"]),
            (json!({"batchSize": null, "batchInterval": "1 hour"}), vec!["/batchSize"]),
            (json!({"batchSize": 0}), vec!["/batchSize", "/batchInterval"]),
            (json!({"batchSize": 0, "batchInterval": "soon"}), vec!["/batchSize", "/batchInterval"]),
        ] {
            let expected: Vec<String> = pointers.into_iter().map(str::to_owned).collect();
            assert_eq!(wanted(body), Err(expected));
        }
    }
}
