use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::values::credential::{Role, SecretHash};
use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::key_grant::KeyGrant;
use waitlist_domain::values::scope::Scope;
use waitlist_store::queries::api_keys::ApiKeys;
use waitlist_tests::StoredKey;

use super::fixture::{Fixture, SECOND, contract};

contract! {
    a_key_grants_the_role_it_was_made_for
    an_unknown_key_grants_nothing
    a_revoked_key_grants_nothing_from_the_next_request_on
    a_key_grants_nothing_from_its_end_on
    a_key_is_for_the_events_of_its_patterns
    a_key_that_is_not_stored_as_keys_are_is_a_fault
}

impl Fixture {
    async fn create(&self, key: &StoredKey<'_>) {
        key.create(&self.client, self.access.name()).await;
    }

    /// What a key grants.
    async fn find(&self, key: &str) -> Result<Option<KeyGrant>, Error> {
        ApiKeys::new(&self.access).find(&SecretHash::of(key)).await
    }

    async fn role(&self, key: &str) -> Option<Role> {
        self.find(key).await.expect("the table answers").map(|grant| grant.role)
    }

    /// Sets or removes an attribute of a key's item.
    async fn change_key(&self, key: &str, attribute: &str, value: Option<AttributeValue>) {
        let update = self.client.update_item().table_name(self.access.name());
        let change = if value.is_some() { "SET #attribute = :value" } else { "REMOVE #attribute" };
        update
            .key("pk", AttributeValue::S(format!("KEY#{}", SecretHash::of(key).as_str())))
            .key("sk", AttributeValue::S("KEY".to_owned()))
            .update_expression(change)
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#attribute", attribute)
            .set_expression_attribute_values(value.map(|value| [(":value".to_owned(), value)].into()))
            .send()
            .await
            .expect("the key is there");
    }
}

async fn a_key_grants_the_role_it_was_made_for(fixture: Fixture) {
    for role in Role::ALL {
        let key = StoredKey::new(role.as_str(), role.as_str());
        fixture.create(&key).await;
        let grant = fixture.find(role.as_str()).await.expect("the table answers").expect("it is live");
        assert_eq!((grant.role, grant.id.as_str()), (role, key.id().as_str()));
        assert_eq!((grant.scope, grant.ends_at), (Scope::all(), None));
    }
}

async fn an_unknown_key_grants_nothing(fixture: Fixture) {
    fixture.create(&StoredKey::new("wl_sales", "sales")).await;
    assert_eq!(fixture.role("wl_another").await, None);
    // Neither the hash of a key nor its beginning is a key.
    assert_eq!(fixture.role(SecretHash::of("wl_sales").as_str()).await, None);
    assert_eq!(fixture.role("wl_sale").await, None);
}

async fn a_revoked_key_grants_nothing_from_the_next_request_on(fixture: Fixture) {
    fixture.create(&StoredKey::new("wl_sales", "sales")).await;
    fixture.create(&StoredKey::new("wl_another", "sales")).await;
    assert_eq!(fixture.role("wl_sales").await, Some(Role::Sales));
    let now = AttributeValue::N(fixture.table.now().milliseconds().to_string());
    fixture.change_key("wl_sales", "revoked_at", Some(now)).await;
    assert_eq!(fixture.role("wl_sales").await, None);
    assert_eq!(fixture.role("wl_another").await, Some(Role::Sales));
}

async fn a_key_grants_nothing_from_its_end_on(fixture: Fixture) {
    let ends_at = fixture.table.now().milliseconds() + SECOND;
    fixture.create(&StoredKey::new("wl_sales", "sales").until(ends_at)).await;
    fixture.advance(SECOND - 1);
    assert_eq!(fixture.role("wl_sales").await, Some(Role::Sales));
    fixture.advance(1);
    assert_eq!(fixture.role("wl_sales").await, None);
}

async fn a_key_is_for_the_events_of_its_patterns(fixture: Fixture) {
    fixture.create(&StoredKey::new("wl_sales", "sales").for_events(&["summer-*", "gala"])).await;
    let scope = fixture.find("wl_sales").await.expect("the table answers").expect("it is live").scope;
    let includes = |event: &str| scope.includes(&EventId::parse(event).expect("valid"));
    assert_eq!(["summer-1", "gala", "gala-2", "winter-1"].map(includes), [true, true, false, false]);
}

async fn a_key_that_is_not_stored_as_keys_are_is_a_fault(fixture: Fixture) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    for (key, attribute, value) in [
        ("wl_owner", "role", Some(text("owner"))),
        ("wl_nowhere", "events", Some(AttributeValue::L(Vec::new()))),
        ("wl_odd", "events", Some(AttributeValue::L(vec![text("a b")]))),
        // A key without a scope must not be one for all events.
        ("wl_everywhere", "events", None),
        ("wl_nameless", "key_id", None),
    ] {
        fixture.create(&StoredKey::new(key, "sales")).await;
        fixture.change_key(key, attribute, value).await;
        let found = fixture.find(key).await;
        assert!(matches!(found, Err(Error::Internal { .. })), "{key}: {found:?}");
    }
}
