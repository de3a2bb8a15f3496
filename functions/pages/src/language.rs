//! The language of a page: that of the entry, of the link, of the browser, of the event.

use waitlist_domain::values::language::LanguageTag;
use waitlist_language::Locale;
use waitlist_runtime::http::pages::PageRequest;

/// The language that the link or else the browser asks for.
pub(crate) fn of_request(request: &PageRequest) -> Option<Locale> {
    let of_link = request.query("lang").and_then(|tag| Locale::named(&tag));
    of_link.or_else(|| Locale::of_accept_language(request.header("accept-language")?))
}

/// The language of a tag, as an entry or an event names it.
pub(crate) fn of_tag(tag: Option<&str>) -> Option<Locale> {
    let tag = LanguageTag::parse(tag?).ok()?;
    Locale::ALL.into_iter().find(|locale| Locale::of([&tag]) == *locale && is_met(&tag, *locale))
}

/// Whether a tag names this language, and does not only fall back to it.
fn is_met(tag: &LanguageTag, locale: Locale) -> bool {
    tag.from_special_to_general().any(|tag| tag.eq_ignore_ascii_case(locale.as_str()))
}
