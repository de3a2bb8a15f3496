//! The settings of the stack.

use waitlist_domain::settings::StackSettings;
use waitlist_domain::values::accent_color::AccentColor;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::country::Country;
use waitlist_domain::values::label::Label;
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::web_address::WebAddress;
use waitlist_store::commands::settings::SettingsChanges;
use waitlist_store::queries::settings::Settings;

use super::fixture::{Fixture, SECOND, contract};

contract! {
    nothing_is_set_at_first
    what_is_set_is_read_back
    settings_are_replaced_as_a_whole
    settings_are_remembered_for_five_seconds
    of_two_changes_at_once_the_later_one_counts
}

fn everything() -> StackSettings {
    let address = |path: &str| WebAddress::parse(&format!("https://lakeside.example/{path}")).ok();
    StackSettings {
        organiser_name: Label::parse("Lakeside Park").ok(),
        contact: EmailAddress::parse("camp@lakeside.example").ok(),
        reply_to: EmailAddress::parse("office@lakeside.example").ok(),
        website: address(""),
        privacy_url: address("privacy"),
        imprint_url: address("imprint"),
        logo_url: address("logo.svg"),
        accent_color: AccentColor::parse("#0f766e").ok(),
        default_locale: LanguageTag::parse("de").ok(),
        country: Country::parse("AT").ok(),
    }
}

fn named(name: &str) -> StackSettings {
    StackSettings { organiser_name: Label::parse(name).ok(), ..StackSettings::default() }
}

impl Fixture {
    async fn set(&self, settings: &StackSettings) {
        SettingsChanges::new(&self.table).put(settings).await.expect("nothing disturbs it");
    }

    async fn settings(&self) -> StackSettings {
        Settings::new(&self.table).get().await.expect("the table answers")
    }
}

async fn nothing_is_set_at_first(fixture: Fixture) {
    assert_eq!(fixture.settings().await, StackSettings::default());
    let lately = Settings::new(&fixture.table).lately().await.expect("the table answers");
    assert_eq!(*lately, StackSettings::default());
}

async fn what_is_set_is_read_back(fixture: Fixture) {
    fixture.set(&everything()).await;
    assert_eq!(fixture.settings().await, everything());
}

async fn settings_are_replaced_as_a_whole(fixture: Fixture) {
    for settings in [everything(), named("Maple Hall"), StackSettings::default(), everything(), everything()] {
        fixture.set(&settings).await;
        assert_eq!(fixture.settings().await, settings);
    }
}

async fn settings_are_remembered_for_five_seconds(fixture: Fixture) {
    let settings = Settings::new(&fixture.table);
    let name = async || settings.lately().await.expect("the table answers").organiser_name.clone().map(String::from);
    assert_eq!(name().await, None);
    fixture.set(&named("Maple Hall")).await;
    fixture.advance(5 * SECOND - 1);
    assert_eq!(name().await, None, "nobody looks again so soon");
    fixture.advance(1);
    assert_eq!(name().await.as_deref(), Some("Maple Hall"));
    let another = settings.clone();
    fixture.set(&named("Lakeside Park")).await;
    assert_eq!(another.lately().await.expect("remembered").organiser_name, Label::parse("Maple Hall").ok());
}

async fn of_two_changes_at_once_the_later_one_counts(fixture: Fixture) {
    let changes = SettingsChanges::new(&fixture.table);
    let (one, other) = (named("Maple Hall"), named("Lakeside Park"));
    let (first, second) = futures_util::future::join(changes.put(&one), changes.put(&other)).await;
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert!([one, other].contains(&fixture.settings().await));
    fixture.set(&everything()).await;
    assert_eq!(fixture.settings().await, everything());
}
