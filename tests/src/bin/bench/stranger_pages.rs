//! What a look at a page costs, and a press on its buttons.

use crate::line::IDS;
use crate::strangers::{Bound, HOUR, Measuring, Sent, wish};

/// Most bytes of a page, before it is compressed.
const PAGE: usize = 20_000;

impl Measuring<'_> {
    /// Pages of an event and of a place in its line.
    pub(crate) async fn pages(&mut self) {
        self.event_page().await;
        self.place_page().await;
    }

    async fn event_page(&mut self) {
        let path = format!("/events/{}", IDS[0]);
        let look = || Sent::page("GET", &path);
        self.send("page of an event, the first of a function", 200, Bound(3.5, 0.0, PAGE), look()).await;
        self.send("page of an event, within 5 seconds", 200, Bound(0.0, 0.0, PAGE), look()).await;
        self.waitlist.advance(HOUR);
        self.send("page of an event, after five seconds", 200, Bound(1.5, 0.0, PAGE), look()).await;
        let unknown = Sent::page("GET", "/events/nowhere");
        self.send("page of an unknown event", 404, Bound(1.0, 0.0, PAGE), unknown).await;
        let typed = [("ticket-type", IDS[1]), ("name", "Ada Example"), ("email", "ada@example.org"), ("key", "one")];
        let join = |typed: &[(&str, &str)]| Sent::page("POST", &path).form(typed);
        self.send("join on a page, the first of an hour", 303, Bound(2.5, 8.0, PAGE), join(&typed)).await;
        let typed = [typed[0], typed[1], ("email", "eve@example.org"), ("key", "two")];
        self.send("join on a page", 303, Bound(1.0, 6.0, PAGE), join(&typed)).await;
        self.send("join on a page, nothing typed", 422, Bound(0.0, 0.0, PAGE), join(&[])).await;
    }

    async fn place_page(&mut self) {
        let someone = self.someone(&wish(1)).await;
        let look = || Sent::page("GET", &someone.page());
        self.waitlist.advance(HOUR);
        self.send("page of a place, the first of a minute", 200, Bound(4.0, 0.0, PAGE), look()).await;
        let shown = self.send("page of a place", 200, Bound(4.0, 0.0, PAGE), look()).await;
        let fresh = || look().header("if-none-match", shown.headers.get("etag").map_or("none", |tag| tag));
        self.send("page of a place, nothing new", 304, Bound(3.0, 0.0, 0), fresh()).await;
        let invented = Sent::page("GET", &someone.page_by_invented_token());
        self.send("page of a place, invented token", 404, Bound(1.5, 0.0, PAGE), invented).await;
    }
}
