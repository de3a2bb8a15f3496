//! The organiser's lists: entries, one entry and its explanation, the export and the journal.

use super::case::Caller::{Anyone, Organiser, Sales};
use super::case::{Case, done, invalid, refused};

pub(super) fn rows() -> Vec<Case> {
    [entries(), single_entries(), exports(), journals()].concat()
}

fn entries() -> Vec<Case> {
    vec![
        done(200, "the entries of a tier")
            .get("/api/waitlist/entries/autumn-camp-1?tier=vip&status=waiting", Organiser),
        done(200, "the newest entries of a line from a cursor on")
            .get("/api/waitlist/entries/winter-camp-1?order=newest&ticketTypeId=camper&cursor=3~~camper", Organiser),
        refused(404, "event-not-found", "the entries of no event").get("/api/waitlist/entries/nowhere", Organiser),
        refused(404, "event-not-found", "the statistics of no event").get("/api/waitlist/stats/nowhere", Organiser),
        invalid(&["cursor"], "a cursor beyond all numbers")
            .get("/api/waitlist/entries/summer-camp-2?order=oldest&cursor=9999999999998~~camper", Organiser),
        invalid(&["cursor"], "the cursor of another list")
            .get("/api/waitlist/entries/summer-camp-2?order=oldest&cursor=1~~grown-up", Organiser),
        invalid(&["tier"], "the entries of two tiers at once")
            .get("/api/waitlist/entries/summer-camp-2?tier=vip%2Cgeneral", Organiser),
        invalid(&["tier"], "the entries of an unknown tier")
            .get("/api/waitlist/entries/autumn-camp-1?tier=gold", Organiser),
        invalid(&["tier"], "the entries of a tier of an event without tiers")
            .get("/api/waitlist/entries/summer-camp-2?tier=nope", Organiser),
        invalid(&["status", "order", "cursor", "limit"], "a list of entries with many bad parameters")
            .get("/api/waitlist/entries/summer-camp-2?status=gone&limit=0&order=up&cursor=x", Organiser),
        invalid(&["ticketTypeId"], "the entries of an unknown ticket type")
            .get("/api/waitlist/entries/summer-camp-2?ticketTypeId=parking", Organiser),
    ]
}

fn single_entries() -> Vec<Case> {
    vec![
        refused(401, "unauthenticated", "anyone asks for an entry")
            .get("/api/waitlist/entries/winter-camp-1/ent_00000000000000000000000000000006", Anyone),
        refused(404, "entry-not-found", "an entry of another event")
            .get("/api/waitlist/entries/summer-camp-2/ent_00000000000000000000000000000006", Organiser),
        invalid(&["entryId"], "a malformed id of an entry").get("/api/waitlist/entries/winter-camp-1/ent 6", Organiser),
        done(200, "why an entry waits").get("/api/waitlist/explain/ent_00000000000000000000000000000007", Organiser),
        refused(403, "forbidden", "a sales key has an entry explained")
            .get("/api/waitlist/explain/ent_00000000000000000000000000000001", Sales),
        invalid(&["language"], "an explanation with an unknown parameter")
            .get("/api/waitlist/explain/ent_00000000000000000000000000000001?language=de", Organiser),
    ]
}

fn exports() -> Vec<Case> {
    vec![
        done(200, "the export of a ticket type")
            .get("/api/waitlist/export/winter-camp-1?ticketTypeId=camper", Organiser),
        done(200, "the export of some statuses from a cursor on")
            .get("/api/waitlist/export/winter-camp-1?status=waiting,left&cursor=1~~camper", Organiser),
        done(200, "the export of a tier").get("/api/waitlist/export/autumn-camp-1?tier=vip", Organiser),
        done(200, "an export with chosen columns")
            .get("/api/waitlist/export/winter-camp-1?questions=school,age", Organiser),
        refused(403, "forbidden", "a sales key exports").get("/api/waitlist/export/winter-camp-1", Sales),
        invalid(&["questions"], "an export with a column twice")
            .get("/api/waitlist/export/winter-camp-1?questions=age,age", Organiser),
        invalid(&["tier"], "the export of an unknown tier")
            .get("/api/waitlist/export/autumn-camp-1?tier=gold", Organiser),
        invalid(&["tier"], "the export of a tier of an event without tiers")
            .get("/api/waitlist/export/winter-camp-1?tier=nope", Organiser),
        invalid(&["ticketTypeId"], "the export of an unknown ticket type")
            .get("/api/waitlist/export/winter-camp-1?ticketTypeId=nope", Organiser),
        invalid(&["cursor"], "an export from a malformed cursor on")
            .get("/api/waitlist/export/winter-camp-1?cursor=x", Organiser),
    ]
}

fn journals() -> Vec<Case> {
    vec![
        done(200, "the newest rows of a line's journal")
            .get("/api/waitlist/journal/summer-camp-2?ticketTypeId=camper&order=newest&limit=2", Organiser),
        done(200, "a journal from a cursor on")
            .get("/api/waitlist/journal/summer-camp-2?cursor=1799053200000~camper", Organiser),
        refused(403, "forbidden", "a sales key reads the journal").get("/api/waitlist/journal/winter-camp-1", Sales),
        invalid(&["order", "cursor", "limit", "page"], "a journal with many bad parameters")
            .get("/api/waitlist/journal/winter-camp-1?cursor=x&limit=0&order=up&page=2", Organiser),
        invalid(&["ticketTypeId"], "the journal of an unknown ticket type")
            .get("/api/waitlist/journal/winter-camp-1?ticketTypeId=nope", Organiser),
    ]
}
