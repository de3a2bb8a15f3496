//! Every event file and every row of the cases, in a fresh world each.
//!
//! A file needs only its name: the status that it must get, or, for a worker, `done` or `poison`.

use super::cases::{self, workers};
use super::function::{EventFile, Function, folders};
use super::payload::Payload;
use super::scene::in_scene;

#[test]
fn every_function_has_one_file_that_is_answered_well_and_one_that_is_refused() {
    let functions: Vec<String> = Function::all().into_iter().map(|function| function.0).collect();
    assert_eq!(folders("events"), functions);
    for function in Function::of_the_api().into_iter().chain([Function("pages".to_owned())]) {
        let is_good = |file: &EventFile| file.expected_status() < 400;
        let mut files: Vec<bool> = function.files().iter().map(is_good).collect();
        files.sort_unstable();
        assert_eq!(files, [false, true], "events/{}: further cases are rows in tests/tests/events/cases", function.0);
    }
    for function in Function::workers() {
        let batches = workers::files().into_iter().filter(|batch| batch.function == function);
        let mut files: Vec<bool> = batches.map(|batch| !batch.is_poisoned).collect();
        files.sort_unstable();
        assert_eq!(files, [false, true], "events/{}", function.0);
    }
}

#[test]
fn every_page_in_a_file_gets_its_status() {
    for file in Function("pages".to_owned()).files() {
        in_scene(async |scene| {
            let page = scene.browse(Payload::of_event(file.event.clone())).await;
            assert_eq!(page.status, file.expected_status(), "{}: {page:?}", file.path());
        });
    }
}

#[test]
fn every_case_of_the_api_gets_its_answer() {
    for case in cases::all() {
        in_scene(async |scene| case.check(&scene.send(case.payload.clone()).await));
    }
}

#[test]
fn a_case_that_is_refused_or_only_reads_changes_nothing() {
    for case in cases::all().into_iter().filter(|case| !case.succeeds() || case.method() == "GET") {
        in_scene(async |scene| {
            let before = scene.items_of_the_waitlist().await;
            scene.send(case.payload).await;
            assert_eq!(scene.items_of_the_waitlist().await, before, "{}", case.about);
        });
    }
}

#[test]
fn every_batch_of_a_worker_is_done_except_for_unreadable_parts() {
    for batch in workers::all() {
        in_scene(async |scene| {
            let given_back = scene.given_back(&batch.function.0, batch.event.clone()).await;
            let queues = ["relay-dead-letters", "journal-dead-letters", "promotions-dead-letters.fifo"];
            let dead_letters: usize = queues.map(|queue| scene.queued(queue).len()).into_iter().sum();
            let records = batch.event["Records"].as_array().map_or(0, Vec::len);
            let outcome = format!("{}: {given_back:?}, {dead_letters} dead letters", batch.about);
            match (batch.function.0.as_str(), batch.is_poisoned) {
                // What is given back would hold up the stream, or a FIFO queue's group.
                ("relay" | "journal" | "promote", true) => {
                    assert!(given_back.is_empty() && (1..records).contains(&dead_letters), "{outcome}");
                }
                // The sweep reads nothing in its event.
                ("sweep", _) | (_, false) => assert_eq!((given_back.len(), dead_letters), (0, 0), "{outcome}"),
                (_, true) => assert!((1..records).contains(&given_back.len()), "{outcome}"),
            }
        });
    }
}
