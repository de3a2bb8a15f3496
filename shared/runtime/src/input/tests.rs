//! Readings of whole requests.

use serde_json::{Map, Value, json};
use waitlist_domain::values::contact::PersonName;
use waitlist_domain::values::identifier::{EventId, TicketTypeId};
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::{Error, Refusal};

use crate::input::parameters::Input;

fn input(body: Value) -> Input {
    let Value::Object(body) = body else { panic!("the test's body is no object") };
    let path = vec![("eventId".to_owned(), "camp".to_owned())];
    Input::new(path, Vec::new(), body)
}

fn with_query(query: &[(&str, &str)]) -> Input {
    let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Input::new(Vec::new(), query, Map::new())
}

fn complaints<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<(String, String)> {
    match result {
        Err(Error::Refused(Refusal::Unreadable(errors))) => {
            errors.into_iter().map(|error| (error.pointer, error.detail)).collect()
        }
        other => panic!("expected complaints, got {other:?}"),
    }
}

fn pointers<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<String> {
    complaints(result).into_iter().map(|(pointer, _)| pointer).collect()
}

fn quantity_of(value: Value) -> Result<Quantity, Error> {
    input(json!({"quantity": value})).read(|input| input.body.whole("quantity", Quantity::parse))
}

#[test]
fn every_bad_field_is_listed_at_once() {
    let body = json!({"name": "", "quantity": 0, "colour": "red", "a/b~c": 1});
    let result = input(body).read(|input| {
        let name = input.body.text("name", PersonName::parse);
        let quantity = input.body.whole("quantity", Quantity::parse);
        let ticket_type = input.body.text("ticketTypeId", TicketTypeId::parse);
        Some((name?, quantity?, ticket_type?))
    });
    assert_eq!(pointers(result), ["/name", "/quantity", "/ticketTypeId", "/a~1b~0c", "/colour"]);
}

#[test]
fn quantities_must_be_whole_and_in_range() {
    assert_eq!(quantity_of(json!(2)).expect("valid"), Quantity::parse(2).expect("valid"));
    assert_eq!(quantity_of(json!(2.0)).expect("valid"), Quantity::parse(2).expect("valid"));
    for (value, complaint) in [
        (json!(1.5), "must be a whole number"),
        (json!("2"), "must be a whole number, not a text"),
        (json!(true), "must be a whole number, not true or false"),
        (json!([2]), "must be a whole number, not a list"),
        (json!(0), "must be a whole number from 1 to 100000"),
        (json!(-1), "must be a whole number from 1 to 100000"),
        (json!(1_000_000_000_000_i64), "must be a whole number from 1 to 100000"),
        (json!(1e12), "must be a whole number from 1 to 100000"),
        (json!(1e300), "must be a whole number from 1 to 100000"),
        (json!(u64::MAX), "must be a whole number from 1 to 100000"),
    ] {
        let expected = vec![("/quantity".to_owned(), complaint.to_owned())];
        assert_eq!(complaints(quantity_of(value.clone())), expected, "{value}");
    }
}

#[test]
fn null_is_the_same_as_absence() {
    let optional = input(json!({"quantity": null}))
        .read(|input| input.body.optional_whole("quantity", Quantity::parse).map(|quantity| quantity.is_none()));
    assert!(optional.expect("null is absence"));
    assert_eq!(complaints(quantity_of(Value::Null)), [("/quantity".to_owned(), "is required".to_owned())]);
}

#[test]
fn null_can_mean_none_where_absence_means_a_default() {
    let read = |body: Value| {
        let length = |text: &str| i64::try_from(text.len()).map_err(|error| error.to_string());
        input(body).read(|input| input.body.nullable_text("purchaseWindow", 7, length)).expect("valid")
    };
    assert_eq!(read(json!({})), Some(7));
    assert_eq!(read(json!({"purchaseWindow": null})), None);
    assert_eq!(read(json!({"purchaseWindow": "2h"})), Some(2));
    let number = |body: Value| {
        let any = |number: i64| Ok::<_, String>(number);
        input(body).read(|input| input.body.nullable_whole("reminderAt", Some(75), any)).expect("valid")
    };
    assert_eq!(number(json!({})), Some(75));
    assert_eq!(number(json!({"reminderAt": null})), None);
    assert_eq!(number(json!({"reminderAt": 50})), Some(50));
}

#[test]
fn bad_fields_in_lists_and_objects_are_pointed_at() {
    let body = json!({
        "ticketTypes": [{"capacity": "many"}, 7, {"capacity": 1, "colour": "red"}],
        "waitlist": {"maxSize": 0.5}
    });
    let capacity = |number: i64| Ok::<_, String>(number);
    let result = input(body).read(|input| {
        let capacities = input.body.objects("ticketTypes", (1, 30), |fields| fields.whole("capacity", capacity));
        let size = input.body.object("waitlist", |fields| fields.optional_whole("maxSize", capacity));
        Some((capacities?, size?))
    });
    let expected = ["/ticketTypes/0/capacity", "/ticketTypes/1", "/ticketTypes/2/colour", "/waitlist/maxSize"];
    assert_eq!(pointers(result), expected);
}

#[test]
fn a_list_must_have_as_many_elements_as_the_contract_says() {
    for body in [json!({"ticketTypes": []}), json!({"ticketTypes": [{}, {}, {}]}), json!({"ticketTypes": {}})] {
        let result = input(body).read(|input| input.body.objects("ticketTypes", (1, 2), |_| Some(())));
        assert_eq!(pointers(result), ["/ticketTypes"]);
    }
}

#[test]
fn every_bad_element_of_a_list_of_texts_is_pointed_at() {
    let read = |body: Value| input(body).read(|input| input.body.optional_texts("ids", EventId::parse));
    let ids = read(json!({"ids": ["a", "b"]})).expect("valid").expect("there are some");
    assert_eq!(ids.iter().map(EventId::as_str).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(read(json!({})).expect("it may be left out"), None);
    assert_eq!(pointers(read(json!({"ids": ["#", "a", 7]}))), ["/ids/0", "/ids/2"]);
    assert_eq!(pointers(read(json!({"ids": "a"}))), ["/ids"]);
}

#[test]
fn every_bad_element_of_a_list_of_whole_numbers_is_pointed_at() {
    let positive = |count: i64| if count > 0 { Ok(count) } else { Err("must be above 0") };
    let read = |body: Value| input(body).read(|input| input.body.optional_wholes("counts", positive));
    assert_eq!(read(json!({"counts": [3, 1.0]})).expect("valid"), Some(vec![3, 1]));
    assert_eq!(read(json!({})).expect("it may be left out"), None);
    assert_eq!(pointers(read(json!({"counts": [0, 1, "2", 1.5]}))), ["/counts/0", "/counts/2", "/counts/3"]);
    assert_eq!(pointers(read(json!({"counts": 1}))), ["/counts"]);
}

#[test]
fn parameters_are_named_without_a_slash() {
    let bad = Input::new(vec![("eventId".to_owned(), "a#b".to_owned())], Vec::new(), Map::new());
    assert_eq!(pointers(bad.read(|input| input.path("eventId", EventId::parse))), ["eventId"]);
    let bad = with_query(&[("eventId", "a b")]);
    assert_eq!(pointers(bad.read(|input| input.query("eventId", EventId::parse))), ["eventId"]);
}

#[test]
fn unknown_and_repeated_parameters_are_refused() {
    let unknown = with_query(&[("colour", "red")]);
    assert_eq!(pointers(unknown.read(|_| Some(()))), ["colour"]);
    let repeated = with_query(&[("eventId", "a"), ("eventId", "b")]);
    let expected = [("eventId".to_owned(), "must not be given more than once".to_owned())];
    assert_eq!(complaints(repeated.read(|input| input.query("eventId", EventId::parse))), expected);
}
