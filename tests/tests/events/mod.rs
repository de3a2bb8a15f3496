//! Every function on the events that Lambda hands it: the files in `events/`, rows of further
//! cases, repetitions with an idempotency key, and nonsense.
//!
//! Handlers and workers are the real ones. They run on the in-process cloud.

mod answers;
mod cases;
mod challenges;
mod checkouts;
mod contention;
mod dashboard;
mod everything;
mod examples;
mod exporting;
mod exporting_few;
mod files;
mod function;
mod idempotency;
mod limits;
mod lines_apart;
mod listing;
mod media_types;
mod messages;
mod nonsense;
mod operation_example;
mod organiser_on_pages;
mod pages;
mod past_events;
mod payload;
mod phones;
mod problems;
mod public_callers;
mod public_views;
mod put_off_messages;
mod reply;
mod routes;
mod scene;
mod scopes;
mod sent;
mod shapes;
mod stream;
mod twice_and_null;
mod viewers;
mod workers;

pub(crate) use operation_example::example;

pub(crate) use everything::do_everything;
