//! What a page answers: a document, a redirect, or what went wrong in words.

use std::borrow::Cow;
use std::sync::Arc;

use minijinja::context;
use minijinja::value::Value;
use waitlist_domain::Error;
use waitlist_domain::settings::StackSettings;
use waitlist_domain::values::web_address::WebAddress;
use waitlist_language::Locale;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::entity_tag::EntityTag;
use waitlist_runtime::http::pages::PageRequest;

use crate::accent;
use crate::api::Problem;
use crate::language;
use crate::making::Making;
use crate::security_policy::security_policy;
use crate::templates::{Templates, value};

/// What every page shows of its stack and its event.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) locale: Locale,
    /// The event as the API shows it, if the page is about one.
    pub(crate) event: serde_json::Value,
    /// What the organiser set for all events.
    pub(crate) settings: Arc<StackSettings>,
}

impl Look {
    /// The look of a page about an event. The language is the wished one, or else the event's, or
    /// else the stack's.
    pub(crate) async fn new(
        making: &Making,
        wished: Option<Locale>,
        event: serde_json::Value,
    ) -> Result<Self, Failure> {
        let settings = making.settings.lately().await?;
        let wished = wished.or_else(|| language::of_tag(event["locale"].as_str()));
        Ok(Self { locale: or_of_stack(wished, &settings), event, settings })
    }

    /// The look of a page that is about no event.
    pub(crate) async fn without_event(making: &Making, request: &PageRequest) -> Result<Self, Failure> {
        Self::new(making, language::of_request(request), serde_json::Value::Null).await
    }

    /// Where it is told what is kept of people, and for how long at this event.
    fn privacy_page(&self) -> String {
        let event = self.event["eventId"].as_str().map(|id| format!("&event={id}")).unwrap_or_default();
        format!("/privacy?lang={}{event}", self.locale.as_str())
    }

    /// The look of a page that says what went wrong. A busy stack is asked for nothing more.
    pub(crate) async fn of_failure(making: &Making, request: &PageRequest, failure: &Failure) -> Self {
        if failure.status() < 500
            && let Ok(look) = Self::without_event(making, request).await
        {
            return look;
        }
        let settings = making.settings.read_last();
        let locale = or_of_stack(language::of_request(request), &settings);
        Self { locale, event: serde_json::Value::Null, settings }
    }
}

fn or_of_stack(wished: Option<Locale>, settings: &StackSettings) -> Locale {
    wished.or_else(|| Locale::meeting(settings.default_locale.as_ref()?)).unwrap_or_default()
}

/// Who may keep a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// The browser, for some seconds. No shared cache does: each making of a form has its own key.
    Briefly,
    /// Nobody. No search engine lists it.
    Private,
}

/// A page.
pub(crate) fn html(
    templates: &Templates,
    look: &Look,
    (status, keeping): (u16, Keeping),
    name: &str,
    values: Value,
) -> Result<Response, Failure> {
    let key = values.get_attr("key").unwrap_or_default();
    let settings = &*look.settings;
    let style = settings.accent_color.as_ref().map(accent::style);
    let picture = values.get_attr("picture").ok().and_then(|url| WebAddress::parse_image(url.as_str()?).ok());
    let pictures: Vec<&WebAddress> = settings.logo_url.iter().chain(&picture).collect();
    let policy = security_policy(style.as_deref(), &pictures);
    let privacy_page = look.privacy_page();
    let values = context! { event => value(&look.event), settings => value(settings), style, privacy_page, ..values };
    let text = templates.render(look.locale, name, values).map_err(Failure::Template)?;
    let cache_control = if keeping == Keeping::Briefly { "private, max-age=5" } else { "no-store" };
    let mut headers = vec![
        ("content-type", Cow::Borrowed("text/html; charset=utf-8")),
        ("content-security-policy", Cow::Owned(policy)),
        ("cache-control", Cow::Borrowed(cache_control)),
        ("content-language", Cow::Borrowed(look.locale.as_str())),
        ("vary", Cow::Borrowed("Accept-Language")),
    ];
    if keeping == Keeping::Private {
        headers.push(("x-robots-tag", Cow::Borrowed("noindex")));
    }
    if status == 200 {
        headers.push(("etag", Cow::Owned(tag_of(&text, keeping, &key).as_str().to_owned())));
    }
    Ok(Response::new(status, headers, text))
}

/// The tag of a page that shows this.
///
/// A private page is asked for again and again by its own script. Its tag leaves out the key of its
/// forms, which differs each time. A public page keeps the key in its tag: a browser that kept the
/// page would send the key of an earlier join again.
fn tag_of(text: &str, keeping: Keeping, key: &Value) -> EntityTag {
    match key.as_str().filter(|key| keeping == Keeping::Private && !key.is_empty()) {
        Some(key) => EntityTag::of(&text.replace(key, "")),
        None => EntityTag::of(text),
    }
}

/// Sends the browser to another page, which it GETs. So nothing is sent twice.
pub(crate) fn see_other(path: String) -> Response {
    Response::new(303, [("location", Cow::Owned(path))], String::new())
}

/// A page that says that the same may succeed later, and when.
pub(crate) fn try_later(mut response: Response, problem: Problem) -> Response {
    response.status = problem.status;
    response.headers.extend(problem.retry_after.map(|seconds| ("retry-after", Cow::Owned(seconds))));
    response
}

/// Why there is no page to show.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No such page, event or place.
    NotFound,
    /// The event is so long over that its links have ended.
    Over,
    /// A method that pages do not have.
    Method,
    /// Another site's page sent a form.
    AnotherSite,
    /// What was sent is no form of ours.
    NoForm,
    /// The API refused.
    Refused(Problem),
    /// A template does not fit its values, which is a bug.
    Template(minijinja::Error),
}

/// The settings could not be read.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "the settings could not be read");
        Self::Refused(Problem::of(&error))
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        match problem.status {
            404 | 422 => Self::NotFound,
            // The link has a well-formed token, so this says that its time has ended.
            401 => Self::Over,
            _ => Self::Refused(problem),
        }
    }
}

impl Failure {
    const fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Over => 410,
            Self::Method => 405,
            Self::AnotherSite => 403,
            Self::NoForm => 400,
            Self::Refused(problem) => problem.status,
            Self::Template(_) => 500,
        }
    }

    /// The names of the texts that say it.
    fn text(&self) -> &'static str {
        match self.status() {
            404 => "not-found",
            410 => "over",
            429 | 503 => "busy",
            400 | 403 | 405 | 413 | 422 => "not-sent",
            _ => "try-again",
        }
    }

    /// The page that says it. Where another try may succeed, it leads to `page` again.
    pub(crate) fn into_response(self, templates: &Templates, look: &Look, page: &str) -> Response {
        if let Self::Template(error) = &self {
            // A template's error names the template and what it lacks, and no value.
            tracing::error!(error = error as &dyn std::error::Error, "a page could not be made");
        }
        let (status, text) = (self.status(), self.text());
        let page = Some(page).filter(|_| ["busy", "try-again"].contains(&text));
        let made = html(templates, look, (status, Keeping::Private), "message.html", context! { text, page });
        let mut response = made.unwrap_or_else(|_| Response::new(status, [], String::new()));
        if let Self::Refused(Problem { retry_after: Some(seconds), .. }) = self {
            response.headers.insert("retry-after", Cow::Owned(seconds));
        }
        if status == 405 {
            response.headers.insert("allow", Cow::Borrowed("GET, HEAD, POST"));
        }
        response
    }
}
