//! An export of few matches among many entries.

use serde_json::{Value, json};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::EntryId;
use waitlist_tests::entry_sort_key_of;

use super::payload::Payload;
use super::scene::{ORGANISER, in_scene};

/// The item of an entry that left.
fn who_left(number: u64) -> Value {
    let entry_id = EntryId::from_bits(u128::from(number).to_be_bytes());
    json!({
        "pk": {"S": format!("CUSTOMER#guest-{number}")},
        "sk": {"S": entry_sort_key_of("summer-camp-2", "camper", "")},
        "entry_id": {"S": entry_id.as_str()},
        "number": {"N": number.to_string()},
        "quantity": {"N": "1"},
        "status": {"S": "left"},
        "joined_at": {"N": "1799053200000"},
        "name": {"S": "Guest"},
        "email": {"S": "guest@example.org"},
        "token_hash": {"S": SecretHash::of("token").as_str()},
        "by": {"S": "customer"},
        "line": {"S": "LINE#summer-camp-2#camper"},
        "order": {"S": format!("{number:012}")},
    })
}

#[test]
fn an_export_of_few_of_many_entries_comes_in_parts() {
    in_scene(async |scene| {
        scene.cloud.load((1_000..11_500).map(who_left));
        let export = "/api/waitlist/export/summer-camp-2?status=removed";
        let first = scene.send(Payload::get(export).from(ORGANISER)).await;
        let link = first.headers.get("link").expect("there is more");
        let cursor = link.split("cursor=").nth(1).and_then(|rest| rest.split(['&', '>']).next()).expect("a cursor");
        assert_eq!((first.status, first.body.as_str().map(|text| text.lines().count())), (200, Some(1)));
        let second = scene.send(Payload::get(&format!("{export}&cursor={cursor}")).from(ORGANISER)).await;
        assert_eq!((second.status, second.headers.get("link"), &second.body), (200, None, &json!("")));
    });
}
