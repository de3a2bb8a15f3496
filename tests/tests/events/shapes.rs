//! Event files and rows have the form of AWS's events, and workers' say what our own code writes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use waitlist_api::routes::ROUTES;
use waitlist_tests::policies::{Statement, policies};
use waitlist_tests::{Message, StreamRecord, queue_event_json};
use yaml_rust2::{Yaml, YamlLoader};

use super::cases::{self, workers};
use super::function::{Function, event, template};
use super::routes::DEFAULT;
use super::scene::{HOUR, MINUTE, in_scene};

/// A function in the template, by the binary that it is built from.
fn resource<'template>(template: &'template Yaml, function: &Function) -> &'template Yaml {
    let resources = template["Resources"].as_hash().expect("there are resources");
    let is_it = |resource: &&Yaml| resource["Metadata"]["BuildProperties"]["Binary"].as_str() == Some(&function.0);
    resources.values().find(is_it).unwrap_or_else(|| panic!("{} is not in the template", function.0))
}

/// The type and the properties of a function's event source in the template.
fn source(function: &Function) -> (String, Yaml) {
    let template = YamlLoader::load_from_str(&template()).expect("the template is YAML").remove(0);
    let resource = resource(&template, function);
    let events = resource["Properties"]["Events"].as_hash().expect("something wakes it");
    let source = events.values().next().expect("something wakes it");
    (source["Type"].as_str().expect("a type").to_owned(), source["Properties"].clone())
}

/// The actions that a function's role allows.
fn actions(function: &Function) -> Vec<String> {
    let template = YamlLoader::load_from_str(&template()).expect("the template is YAML").remove(0);
    let role = resource(&template, function)["Properties"]["Role"].as_str().expect("it has a role");
    let role = role.strip_suffix(".Arn").expect("by its ARN");
    let policies = template["Resources"][role]["Properties"]["Policies"].as_vec().expect("it has policies");
    let statements =
        policies.iter().flat_map(|policy| policy["PolicyDocument"]["Statement"].as_vec().into_iter().flatten());
    let allowed = statements.filter(|statement| statement["Effect"].as_str() == Some("Allow"));
    let actions = allowed.flat_map(|statement| statement["Action"].as_vec().into_iter().flatten());
    actions.map(|action| action.as_str().expect("a name").to_owned()).collect()
}

/// Whether a function's role allows anything but reading and writing logs.
pub(super) fn may_write(function: &Function) -> bool {
    const READING: [&str; 3] = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
    actions(function).iter().any(|action| !action.starts_with("logs:") && !READING.contains(&action.as_str()))
}

/// Mail scanners follow links and must not act for the customer, so a GET may write only logs.
#[test]
fn a_get_never_changes_anything() {
    let is_get = |function: &Function| source(function).1["Method"].as_str() == Some("GET");
    let functions: Vec<Function> = Function::of_the_api().into_iter().filter(is_get).collect();
    assert!(functions.len() >= 5, "{}", functions.len());
    for function in functions {
        assert!(!may_write(&function), "functions/{} may {:?}", function.0, actions(&function));
    }
}

fn names(value: &Value) -> BTreeSet<&str> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

fn records(event: &Value) -> &[Value] {
    event["Records"].as_array().expect("it has records")
}

#[test]
fn every_event_of_the_api_comes_by_its_function_s_route() {
    for file in Function::of_the_api().iter().flat_map(Function::files) {
        check_request(&file.function, &file.event, &file.path());
    }
    for case in cases::rows() {
        let function = Function(case.payload.function().to_owned());
        check_request(&function, &case.payload.event(), &case.about);
    }
}

/// Checks a request against its function's route in the template.
fn check_request(function: &Function, event: &Value, about: &str) {
    let (kind, route) = source(function);
    assert_eq!(kind, "HttpApi", "{about}");
    let (method, path) = (route["Method"].as_str().expect("a method"), route["Path"].as_str().expect("a path"));
    assert_eq!(event["version"], "2.0", "{about}");
    let context = &event["requestContext"];
    assert_eq!(context["routeKey"], event["routeKey"], "{about}");
    assert_eq!(context["http"]["path"], event["rawPath"], "{about}");
    if path == DEFAULT {
        // It takes any method and path, and has no parameters.
        assert_eq!((event["routeKey"].as_str(), &event["pathParameters"]), (Some(path), &Value::Null), "{about}");
    } else {
        assert_eq!(event["routeKey"], format!("{method} {path}"), "{about}");
        assert_eq!(context["http"]["method"], method, "{about}");
        let mut raw_path = path.to_owned();
        for (name, value) in event["pathParameters"].as_object().into_iter().flatten() {
            raw_path = raw_path.replace(&format!("{{{name}}}"), value.as_str().expect("a text"));
        }
        assert_eq!(event["rawPath"], raw_path, "{about}");
    }
    let query = event["rawQueryString"].as_str().expect("a text, though empty");
    let query: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    assert_eq!(event["queryStringParameters"], if query.is_empty() { Value::Null } else { json!(query) }, "{about}");
    let headers = names(&event["headers"]);
    assert_eq!(headers.contains("content-type"), event["body"].is_string(), "{about}");
    assert!(headers.iter().all(|name| *name == name.to_lowercase()), "{about}");
}

#[test]
fn the_template_deploys_the_routes_of_the_table_and_no_others() {
    for route in ROUTES {
        let (kind, event) = source(&Function(route.function.to_owned()));
        let deployed = (kind.as_str(), event["Method"].as_str(), event["Path"].as_str());
        assert_eq!(deployed, ("HttpApi", Some(route.method.as_str()), Some(route.path)), "{}", route.function);
    }
    let template = YamlLoader::load_from_str(&template()).expect("the template is YAML").remove(0);
    let resources = template["Resources"].as_hash().expect("there are resources");
    let paths = resources
        .values()
        .filter_map(|resource| resource["Properties"]["Events"]["Http"]["Properties"]["Path"].as_str());
    assert_eq!(paths.filter(|path| *path != "$default").count(), ROUTES.len());
}

#[test]
fn the_template_describes_each_function_as_the_table_does() {
    let template = YamlLoader::load_from_str(&template()).expect("the template is YAML").remove(0);
    for route in ROUTES {
        let function = resource(&template, &Function(route.function.to_owned()));
        assert_eq!(function["Properties"]["Description"].as_str(), Some(route.summary), "{}", route.function);
    }
}

#[test]
fn only_the_sweep_deletes_places_of_persons_and_no_function_reads_the_whole_table() {
    for action in ["dynamodb:BatchWriteItem", "dynamodb:Scan", "dynamodb:*"] {
        assert!(!template().contains(action), "nothing calls {action}");
    }
    let statements = policies().iter().flat_map(|(function, all)| all.iter().map(move |one| (function, one)));
    let deletes = |(_, one): &(&str, &Statement)| one.actions.iter().any(|action| action == "dynamodb:DeleteItem");
    let keys = statements.filter(deletes).map(|(function, one)| (function, one.leading_keys.clone()));
    assert_eq!(keys.collect::<Vec<_>>(), [("sweep", Some(vec!["MAILBOX#*".to_owned()]))]);
}

#[test]
fn every_batch_of_a_worker_comes_from_its_event_source() {
    for batch in workers::all() {
        match source(&batch.function).0.as_str() {
            "DynamoDB" => records(&batch.event).iter().for_each(|record| check_stream_record(record, &batch.about)),
            "SQS" => records(&batch.event).iter().for_each(|record| check_message(record, &batch.about)),
            // Apart from the schedule, only a person invokes the sweep.
            "Schedule" if batch.is_poisoned => {}
            "Schedule" => check_tick(&batch.event, &batch.about),
            other => panic!("{} is woken by {other}", batch.function.0),
        }
    }
}

/// Checks a stream record against AWS's documentation.
fn check_stream_record(record: &Value, about: &str) {
    let mut fields = BTreeSet::from([
        "awsRegion",
        "dynamodb",
        "eventID",
        "eventName",
        "eventSource",
        "eventSourceARN",
        "eventVersion",
    ]);
    let images: &[&str] = match record["eventName"].as_str() {
        Some("INSERT") => &["NewImage"],
        Some("MODIFY") => &["NewImage", "OldImage"],
        Some("REMOVE") => &["OldImage"],
        other => panic!("{about}: {other:?}"),
    };
    if record["eventName"] == "REMOVE" {
        // Only DynamoDB deletes items, once they have expired.
        fields.insert("userIdentity");
        let deleter = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
        assert_eq!(record["userIdentity"], deleter, "{about}");
    }
    assert_eq!(names(record), fields, "{about}");
    assert_eq!((&record["eventSource"], &record["eventVersion"]), (&json!("aws:dynamodb"), &json!("1.1")), "{about}");
    let change = &record["dynamodb"];
    let always = ["ApproximateCreationDateTime", "Keys", "SequenceNumber", "SizeBytes", "StreamViewType"];
    assert_eq!(names(change), always.iter().chain(images).copied().collect(), "{about}");
    assert_eq!(change["StreamViewType"], "NEW_AND_OLD_IMAGES", "{about}");
    for name in ["pk", "sk"] {
        assert!(images.iter().all(|image| change[image][name] == change["Keys"][name]), "{about}");
    }
}

fn check_message(record: &Value, about: &str) {
    let queue = record["eventSourceARN"].as_str().and_then(|arn| arn.rsplit(':').next()).expect("a queue");
    let of_a_group = queue.ends_with(".fifo").then(|| "of a group".to_owned());
    let message = Message {
        id: String::new(),
        body: String::new(),
        attributes: json!({}),
        group: of_a_group.clone(),
        deduplication_id: of_a_group,
        sent_at: 0,
        visible_at: 0,
        received: 1,
    };
    let event = queue_event_json(queue, &[message]);
    let delivered = &records(&event)[0];
    assert_eq!(names(record), names(delivered), "{about}");
    assert_eq!(names(&record["attributes"]), names(&delivered["attributes"]), "{about}");
    for name in ["eventSource", "eventSourceARN", "awsRegion"] {
        assert_eq!(record[name], delivered[name], "{about}");
    }
    assert!(record["attributes"].as_object().into_iter().flatten().all(|(_, value)| value.is_string()), "{about}");
}

fn check_tick(event: &Value, about: &str) {
    let fields = ["account", "detail", "detail-type", "id", "region", "resources", "source", "time", "version"].into();
    assert_eq!(names(event), fields, "{about}");
    assert_eq!((&event["source"], &event["detail-type"]), (&json!("aws.events"), &json!("Scheduled Event")), "{about}");
    assert_eq!(event["detail"], json!({}), "{about}");
}

/// The event files of both followers of the stream, each with the index of its unreadable record.
const STREAM_FILES: [(&str, Option<usize>); 2] =
    [("done-an-entry-joins", None), ("poison-an-entry-of-no-known-status", Some(1))];

#[test]
fn the_stream_delivers_the_changes_in_the_files_of_its_followers() {
    in_scene(async |scene| {
        for (function, (file, poison)) in
            ["relay", "journal"].iter().flat_map(|name| STREAM_FILES.map(|file| (name, file)))
        {
            let event = event(function, file);
            let readable = records(&event).iter().enumerate().filter(|(index, _)| Some(*index) != poison);
            for (index, record) in readable {
                let is_same = |delivered: &&StreamRecord| {
                    delivered.as_json()["eventName"] == record["eventName"]
                        && *delivered.keys() == record["dynamodb"]["Keys"]
                };
                let delivered = scene.beginning.iter().find(is_same).expect("the stream has such a change");
                for image in ["OldImage", "NewImage"] {
                    let said = &delivered.as_json()["dynamodb"][image];
                    assert_eq!(&record["dynamodb"][image], said, "{image} in record {index} of {function}/{file}");
                }
            }
        }
    });
}

/// Checks the last messages in a file against those that our code sent.
fn check_sent(function: &str, file: &str, sent: &[Message]) {
    let event = event(function, file);
    let written = records(&event);
    assert!(!sent.is_empty() && sent.len() <= written.len(), "{file}: {sent:?}");
    for (record, message) in written[written.len() - sent.len()..].iter().zip(sent) {
        let attribute = |name: &str| record["attributes"][name].as_str();
        assert_eq!(record["body"], message.body, "{file}");
        assert_eq!(attribute("MessageGroupId"), message.group.as_deref(), "{file}");
        assert_eq!(attribute("MessageDeduplicationId"), message.deduplication_id.as_deref(), "{file}");
    }
}

#[test]
fn the_relay_sends_the_messages_in_the_files_of_notify_and_promote() {
    in_scene(async |scene| {
        scene.work("relay", event("relay", "done-an-entry-joins")).await;
        check_sent("notify", "poison-cut-short", &scene.queued("notifications"));
    });
    in_scene(async |scene| {
        scene.work("relay", scene.offer_is_made()).await;
        check_sent("notify", "done-offered", &scene.queued("urgent-notifications"));
    });
    in_scene(async |scene| {
        scene.work("relay", event("relay", "poison-an-entry-of-no-known-status")).await;
        check_sent("promote", "done-free-seats", &scene.queued("promotions.fifo"));
        check_sent("promote", "poison-no-line", &scene.queued("promotions.fifo"));
    });
}

#[test]
fn the_sweep_sends_the_deadlines_in_the_files_of_the_timer() {
    in_scene(async |scene| {
        scene.cloud.advance(23 * HOUR + 59 * MINUTE);
        scene.work("sweep", event("sweep", "done-every-minute")).await;
        check_sent("timer", "done-a-deadline", &scene.queued("timers"));
        check_sent("timer", "poison-of-an-unknown-kind", &scene.queued("timers"));
    });
}
