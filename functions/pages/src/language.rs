//! The language of a page: that of the entry, of the link, of the browser, of the event, of
//! the stack.

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
    Locale::meeting(&LanguageTag::parse(tag?).ok()?)
}
