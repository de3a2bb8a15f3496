//! Every event file and every row of the cases, in a fresh world each.
//!
//! A file needs only its name: the status that it must get, or, for a worker, `done` or `poison`.

use super::cases;
use super::function::{EventFile, Function, folders};
use super::scene::in_scene;

/// Whether a worker's file holds something that cannot be read.
fn is_poisoned(file: &EventFile) -> bool {
    match file.name.split_once('-') {
        Some(("done", _)) => false,
        Some(("poison", _)) => true,
        _ => panic!("{} is named neither done-<what>.json nor poison-<what>.json", file.path()),
    }
}

#[test]
fn every_function_has_one_file_that_is_answered_well_and_one_that_is_refused() {
    let functions: Vec<String> = Function::all().into_iter().map(|function| function.0).collect();
    assert_eq!(folders("events"), functions);
    for function in Function::of_the_api() {
        let is_good = |file: &EventFile| file.expected_status() < 400;
        let mut files: Vec<bool> = function.files().iter().map(is_good).collect();
        files.sort_unstable();
        assert_eq!(files, [false, true], "events/{}: further cases are rows in tests/tests/events/cases", function.0);
    }
    for function in Function::workers() {
        let files: Vec<bool> = function.files().iter().map(is_poisoned).collect();
        assert!(files.contains(&true) && files.contains(&false), "events/{}", function.0);
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
            let before = scene.items().await;
            scene.send(case.payload).await;
            assert_eq!(scene.items().await, before, "{}", case.about);
        });
    }
}

#[test]
fn every_event_of_a_worker_is_done_but_for_what_is_poison_in_it() {
    for file in Function::workers().iter().flat_map(Function::files) {
        in_scene(async |scene| {
            let given_back = scene.given_back(&file.function.0, file.event.clone()).await;
            let queues = ["relay-dead-letters", "journal-dead-letters", "promotions-dead-letters.fifo"];
            let dead_letters: usize = queues.map(|queue| scene.queued(queue).len()).into_iter().sum();
            let records = file.event["Records"].as_array().map_or(0, Vec::len);
            match (file.function.0.as_str(), is_poisoned(&file)) {
                // The stream, and a FIFO queue's group, would hold everything up behind what is given back.
                ("relay" | "journal" | "promote", true) => {
                    assert_eq!(given_back, [""; 0], "{}", file.path());
                    assert!((1..records).contains(&dead_letters), "{}: {dead_letters}", file.path());
                }
                // The schedule's event says nothing that matters.
                ("sweep", _) => assert_eq!((given_back.len(), dead_letters), (0, 0), "{}", file.path()),
                (_, true) => {
                    assert!((1..records).contains(&given_back.len()), "{}: {given_back:?}", file.path());
                }
                (_, false) => assert_eq!((given_back.len(), dead_letters), (0, 0), "{}", file.path()),
            }
        });
    }
}
