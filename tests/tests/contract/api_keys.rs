use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::values::credential::{Role, SecretHash};
use waitlist_store::queries::api_keys::role_of;

use super::fixture::{Fixture, contract};

contract! {
    a_key_has_the_role_it_was_made_for
    an_unknown_key_has_no_role
    a_revoked_key_has_no_role_from_the_next_request_on
    a_key_that_was_made_for_no_known_role_is_a_fault
}

/// Puts an item as `tools/keys create` does.
async fn create(fixture: &Fixture, key: &str, role: &str) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let put = fixture.client.put_item().table_name(fixture.table_name());
    put.item("pk", text(&format!("KEY#{}", SecretHash::of(key).as_str())))
        .item("sk", text("KEY"))
        .item("role", text(role))
        .item("label", text("box office"))
        .item("created_at", AttributeValue::N(fixture.table.now().milliseconds().to_string()))
        .send()
        .await
        .expect("the table takes it");
}

/// Updates the item as `tools/keys revoke` does.
async fn revoke(fixture: &Fixture, key: &str) {
    let update = fixture.client.update_item().table_name(fixture.table_name());
    update
        .key("pk", AttributeValue::S(format!("KEY#{}", SecretHash::of(key).as_str())))
        .key("sk", AttributeValue::S("KEY".to_owned()))
        .update_expression("SET revoked_at = :now")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_values(":now", AttributeValue::N(fixture.table.now().milliseconds().to_string()))
        .send()
        .await
        .expect("the key is there");
}

async fn role(fixture: &Fixture, key: &str) -> Option<Role> {
    role_of(&fixture.table, &SecretHash::of(key)).await.expect("the table answers")
}

async fn a_key_has_the_role_it_was_made_for(fixture: Fixture) {
    create(&fixture, "wl_organiser", "organiser").await;
    create(&fixture, "wl_sales", "sales").await;
    assert_eq!(role(&fixture, "wl_organiser").await, Some(Role::Organiser));
    assert_eq!(role(&fixture, "wl_sales").await, Some(Role::Sales));
}

async fn an_unknown_key_has_no_role(fixture: Fixture) {
    create(&fixture, "wl_sales", "sales").await;
    assert_eq!(role(&fixture, "wl_another").await, None);
    // Neither the hash of a key nor its beginning is a key.
    assert_eq!(role(&fixture, SecretHash::of("wl_sales").as_str()).await, None);
    assert_eq!(role(&fixture, "wl_sale").await, None);
}

async fn a_revoked_key_has_no_role_from_the_next_request_on(fixture: Fixture) {
    create(&fixture, "wl_sales", "sales").await;
    create(&fixture, "wl_another", "sales").await;
    assert_eq!(role(&fixture, "wl_sales").await, Some(Role::Sales));
    revoke(&fixture, "wl_sales").await;
    assert_eq!(role(&fixture, "wl_sales").await, None);
    assert_eq!(role(&fixture, "wl_another").await, Some(Role::Sales));
}

async fn a_key_that_was_made_for_no_known_role_is_a_fault(fixture: Fixture) {
    create(&fixture, "wl_owner", "owner").await;
    let answer = role_of(&fixture.table, &SecretHash::of("wl_owner")).await;
    assert!(matches!(answer, Err(Error::Internal { .. })), "{answer:?}");
}
