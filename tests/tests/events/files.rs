//! Every file in `events/` is run as it is. A new one needs only its name: the status that it must get, or, for a
//! worker, `done` or `poison`.

use super::function::{EventFile, Function, Kind, folders};
use super::scene::in_scene;

/// The status that the file's name begins with.
fn expected_status(file: &EventFile) -> u16 {
    let status = file.name.split_once('-').and_then(|(status, _)| status.parse().ok());
    status.filter(|status| (200..600).contains(status)).unwrap_or_else(|| {
        panic!("{} is not named <expected status>-<what>.json", file.path());
    })
}

/// Whether a worker's file holds something that nobody can make sense of.
fn is_poisoned(file: &EventFile) -> bool {
    match file.name.split_once('-') {
        Some(("done", _)) => false,
        Some(("poison", _)) => true,
        _ => panic!("{} is named neither done-<what>.json nor poison-<what>.json", file.path()),
    }
}

#[test]
fn every_function_has_events_of_both_kinds_and_there_are_no_others() {
    let functions: Vec<String> = Function::all().into_iter().map(|function| function.0).collect();
    assert_eq!(folders("events"), functions);
    for function in Function::all() {
        let files = function.files();
        let is_good = |file: &EventFile| match function.kind() {
            Kind::Api => expected_status(file) < 400,
            Kind::Worker => !is_poisoned(file),
        };
        assert!(files.iter().any(is_good), "events/{} has nothing that is done", function.0);
        assert!(!files.iter().all(is_good), "events/{} has nothing that is refused", function.0);
    }
}

#[test]
fn every_event_of_the_api_gets_the_status_in_its_name() {
    for file in Function::of_the_api().iter().flat_map(Function::files) {
        in_scene(async |scene| {
            let answer = scene.answer(&file.function.0, file.event.clone()).await;
            assert_eq!(answer.status, expected_status(&file), "{}: {answer:?}", file.path());
            answer.check_form(&file.path());
        });
    }
}

#[test]
fn an_event_that_is_refused_or_only_reads_changes_nothing() {
    for file in Function::of_the_api().iter().flat_map(Function::files) {
        if expected_status(&file) < 400 && file.event["requestContext"]["http"]["method"] != "GET" {
            continue;
        }
        in_scene(async |scene| {
            let before = scene.items().await;
            scene.answer(&file.function.0, file.event.clone()).await;
            assert_eq!(scene.items().await, before, "{}", file.path());
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
