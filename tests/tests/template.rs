//! The template's settings that the code relies on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex_lite::Regex;
use waitlist_api::routes::ROUTES;
use waitlist_api::serving::JOINS_PER_SOURCE;
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_notify::{ApiUrl, PublicUrl, SenderName};
use waitlist_store::followers::changes::Change;
use yaml_rust2::{Yaml, YamlLoader};

/// The parsed template.
fn template() -> Yaml {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
    let text = std::fs::read_to_string(path).expect("the template can be read");
    YamlLoader::load_from_str(&text).expect("the template is YAML").remove(0)
}

/// The number of functions. Each has a log.
pub(crate) fn count_of_functions() -> usize {
    let template = template();
    let resources = template["Resources"].as_hash().expect("the template has resources");
    let is_function = |resource: &&Yaml| resource["Type"].as_str() == Some("AWS::Serverless::Function");
    resources.values().filter(is_function).count()
}

#[test]
fn every_worker_and_every_route_is_deployed() {
    let folders = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions")).expect("a folder");
    let workers = folders.count() - 1;
    // The API's folder has a function for each route, and one for what has none.
    assert_eq!(count_of_functions(), workers + ROUTES.len() + 1);
}

/// The prefixes of partition keys by which the stream is filtered for a function.
fn kinds_told(function: &str) -> BTreeSet<String> {
    let template = template();
    let source = &template["Resources"][function]["Properties"]["Events"]["Stream"]["Properties"];
    let filters = source["FilterCriteria"]["Filters"].as_vec().expect("it is told of few");
    let pattern = |filter: &Yaml| -> serde_json::Value {
        serde_json::from_str(filter["Pattern"].as_str().expect("a text")).expect("JSON")
    };
    let beginnings = filters.iter().flat_map(|filter| {
        let kinds = pattern(filter)["dynamodb"]["Keys"]["pk"]["S"].as_array().expect("by partition key").clone();
        kinds.into_iter().map(|kind| kind["prefix"].as_str().expect("by what it begins with").to_owned())
    });
    beginnings.collect()
}

#[test]
fn the_stream_is_filtered_to_the_changes_that_each_follower_reads() {
    assert_eq!(kinds_told("RelayFunction"), Change::kinds_followed().map(str::to_owned).collect());
    assert_eq!(kinds_told("JournalFunction"), Change::kinds_journalled().map(str::to_owned).collect());
}

/// Only the relay sends a change's messages, so a failed batch must come again for hours.
#[test]
fn the_relay_is_asked_again_until_a_change_is_hours_old() {
    let template = template();
    let source = &template["Resources"]["RelayFunction"]["Properties"]["Events"]["Stream"]["Properties"];
    assert_eq!(source["MaximumRetryAttempts"].as_i64(), Some(-1));
    let most = source["MaximumRecordAgeInSeconds"].as_i64().expect("a number");
    // The stream keeps a change for a day. The rest of the day remains for people to look at it.
    assert!((6 * 3600..=12 * 3600).contains(&most), "{most}");
}

#[test]
fn each_shard_of_the_stream_has_ten_readers_of_the_relay() {
    let template = template();
    let source = &template["Resources"]["RelayFunction"]["Properties"]["Events"]["Stream"]["Properties"];
    assert_eq!(source["ParallelizationFactor"].as_i64(), Some(10));
}

#[test]
fn what_the_relay_puts_off_is_retried_for_hours_by_itself_for_each_line() {
    let template = template();
    let queue = &template["Resources"]["RetriesQueue"]["Properties"];
    assert_eq!(queue["FifoQueue"].as_bool(), Some(true), "each line is a message group");
    let seconds = |name: &str| queue[name].as_i64().expect("a number");
    let tried_for =
        queue["RedrivePolicy"]["maxReceiveCount"].as_i64().expect("a number") * seconds("VisibilityTimeout");
    assert!((6 * 3600..seconds("MessageRetentionPeriod")).contains(&tried_for), "{tried_for}");
    let function = &template["Resources"]["RelayFunction"]["Properties"];
    assert!(function["Timeout"].as_i64().expect("a number") <= seconds("VisibilityTimeout"));
}

#[test]
fn the_template_and_notify_take_the_same_public_urls() {
    let template = template();
    let pattern = template["Parameters"]["PublicUrl"]["AllowedPattern"].as_str().expect("a pattern");
    let pattern = Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
    let characters = (' '..='\u{7f}').chain(['\t', '\n', '\u{e9}', '\u{2028}']);
    let forms = ["https://{}", "http://{}x", "https://x{}y", "https://example.org/a{}", "https{}://x", "https:/{}"];
    let texts = characters.flat_map(|character| forms.map(|form| form.replace("{}", &character.to_string())));
    let texts: BTreeSet<String> = texts.chain(["https://", "http://", "ftp://x", "x", ""].map(str::to_owned)).collect();
    let taken = texts.iter().filter(|text| pattern.is_match(text)).count();
    assert!(taken > 200, "{taken}");
    for text in texts {
        // The template does not take a closing slash, which notify drops.
        let is_taken = text.is_empty() || PublicUrl::parse(&text).is_ok() && !text.ends_with('/');
        assert_eq!(pattern.is_match(&text), is_taken, "{text:?}");
    }
}

#[test]
fn links_in_messages_lead_to_the_address_that_the_outputs_name() {
    let template = template();
    let told = &template["Resources"]["NotifyFunction"]["Properties"]["Environment"]["Variables"]["API_URL"];
    assert_eq!(told, &template["Outputs"]["ApiUrl"]["Value"]);
    assert_eq!(told[0].as_str(), Some("HasDomain"));
    assert_eq!(told[1].as_str(), Some("https://${DomainName}"));
}

#[test]
fn a_domain_of_one_s_own_makes_an_address_that_notify_takes() {
    let template = template();
    let pattern = template["Parameters"]["DomainName"]["AllowedPattern"].as_str().expect("a pattern");
    let pattern = Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
    for domain in ["waitlist.example.org", "a.bc", "x-1.xn--mnchen-3ya.de", "example.xn--p1ai"] {
        assert!(pattern.is_match(domain) && ApiUrl::parse(&format!("https://{domain}")).is_ok(), "{domain}");
    }
    for domain in ["Waitlist.example.org", "https://example.org", "example.org/", "localhost", "a..b", "-a.bc", "a b.c"]
    {
        assert!(!pattern.is_match(domain), "{domain}");
    }
    for parameter in ["DomainName", "CertificateArn"] {
        assert_eq!(template["Parameters"][parameter]["Default"].as_str(), Some(""), "{parameter}");
    }
    for resource in ["Domain", "DomainMapping"] {
        assert_eq!(template["Resources"][resource]["Condition"].as_str(), Some("HasDomain"), "{resource}");
    }
}

#[test]
fn the_template_and_the_functions_take_the_same_lists_of_countries() {
    let template = template();
    let parameter = &template["Parameters"]["SmsCountries"];
    assert_eq!(parameter["Default"].as_str(), Some(""), "no text message is sent unless a country is named");
    let pattern = parameter["AllowedPattern"].as_str().expect("a pattern");
    let pattern = Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
    for text in ["", "+1", "+43,+49", "+1212,+43", "+1234567", "+7", "+7,+1", "+20"] {
        assert!(pattern.is_match(text) && SmsCountries::parse(text).is_ok(), "{text:?}");
    }
    for text in [
        "43",
        "AT",
        "+",
        "+0",
        "+43,",
        ",+43",
        "+43;+49",
        "+43 +49",
        "+12345678",
        "++43",
        "*",
        "+4",
        "+43,+9",
        "+2,+43",
    ] {
        assert!(!pattern.is_match(text) && SmsCountries::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn every_function_that_asks_for_the_countries_of_text_messages_is_told_them() {
    let template = template();
    for function in ["NotifyFunction", "SendPhoneCodeFunction", "GetEventFunction"] {
        let variables = &template["Resources"][function]["Properties"]["Environment"]["Variables"];
        assert_eq!(variables["SMS_COUNTRIES"].as_str(), Some("SmsCountries"), "{function}");
    }
}

#[test]
fn an_alarm_goes_off_when_text_messages_cost_more_than_the_parameter_says() {
    let template = template();
    let alarm = &template["Resources"]["SmsSpendAlarm"]["Properties"];
    assert_eq!(alarm["Namespace"].as_str(), Some("AWS/SNS"));
    assert_eq!(alarm["MetricName"].as_str(), Some("SMSMonthToDateSpentUSD"));
    assert_eq!(alarm["Threshold"].as_str(), Some("SmsAlarmUsd"));
    assert_eq!(alarm["AlarmActions"][0].as_str(), Some("AlarmsTopic"));
}

/// The variables that the access log may name. None of them holds a path, a query or a header.
/// `$context.stage` is missing, because the name of the keys' stage is a secret.
const LOGGED: [&str; 7] = [
    "$context.requestId",
    "$context.routeKey",
    "$context.status",
    "$context.identity.sourceIp",
    "$context.responseLatency",
    "$context.integrationLatency",
    "$context.integrationErrorMessage",
];

/// A path may hold a customer's id, and a query a token.
#[test]
fn the_access_log_is_json_that_names_routes_and_neither_paths_nor_queries() {
    let template = template();
    for (api, stage) in [("HttpApi", "public"), ("KeyApiStage", "keys")] {
        let format = template["Resources"][api]["Properties"]["AccessLogSettings"]["Format"].as_str();
        let format = format.expect("a text");
        for secret in ["path", "query", "header", "authorizer", "$context.resource", "$context.stage"] {
            assert!(!format.to_lowercase().contains(secret), "{secret} in {format}");
        }
        let mut fields: BTreeMap<String, String> = serde_json::from_str(format).expect("an object of texts");
        assert_eq!(fields.remove("stage").as_deref(), Some(stage), "a flood by keys differs from one by strangers");
        let variables: BTreeSet<&str> = fields.values().map(String::as_str).collect();
        assert_eq!(variables, BTreeSet::from(LOGGED));
    }
}

/// The number that a parameter has by default.
fn default_of(template: &Yaml, parameter: &str) -> i64 {
    template["Parameters"][parameter]["Default"].as_i64().unwrap_or_else(|| panic!("{parameter} has no default"))
}

#[test]
fn keys_have_a_stage_with_rates_of_its_own_whose_name_nobody_guesses() {
    let template = template();
    let stage = &template["Resources"]["KeyApiStage"]["Properties"];
    assert_eq!(stage["ApiId"].as_str(), Some("HttpApi"));
    assert_eq!(stage["AutoDeploy"].as_bool(), Some(true), "it has the routes of the API");
    let rates = &stage["DefaultRouteSettings"];
    let settings = [&rates["ThrottlingRateLimit"], &rates["ThrottlingBurstLimit"]].map(Yaml::as_str);
    assert_eq!(settings, [Some("KeyRate"), Some("KeyBurst")]);
    assert!(stage["RouteSettings"].is_badvalue(), "keys join at the same rate as they do all else");
    let destination = |of: &Yaml| of["AccessLogSettings"]["DestinationArn"].as_str().map(str::to_owned);
    assert_eq!(destination(stage), destination(&template["Resources"]["HttpApi"]["Properties"]));
    assert!(format!("{:?}", stage["StageName"]).contains("AWS::StackId"), "{:?}", stage["StageName"]);
    let pattern = template["Parameters"]["KeyStage"]["AllowedPattern"].as_str().expect("a pattern");
    let pattern = Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
    for (name, is_taken) in [("", true), ("keys", false), ("keys-7f3c2b9a1d5e", true), ("a/b-7f3c2b9a1d5e0", false)] {
        assert_eq!(pattern.is_match(name), is_taken, "{name}");
    }
}

#[test]
fn joins_have_a_lower_rate_than_all_else_where_strangers_may_send_them() {
    let template = template();
    let routes = template["Resources"]["HttpApi"]["Properties"]["RouteSettings"].as_hash().expect("of routes");
    let rates = routes.iter().map(|(route, rates)| (route.as_str(), rates["ThrottlingRateLimit"].as_str()));
    let rates: Vec<_> = rates.filter(|(route, _)| *route != Some(DOCUMENT)).collect();
    let of_joins = ["POST /api/waitlist/join", "POST /events/{eventId}"];
    assert_eq!(rates, of_joins.map(|route| (Some(route), Some("JoinRate"))));
    for (of_joins, of_all) in [("JoinRate", "RequestRate"), ("JoinBurst", "RequestBurst")] {
        assert!(default_of(&template, of_joins) < default_of(&template, of_all), "{of_joins}");
    }
}

/// The route with the largest response.
const DOCUMENT: &str = "GET /openapi.json";

#[test]
fn strangers_cannot_have_the_openapi_document_sent_to_them_often() {
    let template = template();
    let rates = &template["Resources"]["HttpApi"]["Properties"]["RouteSettings"][DOCUMENT];
    let rates = [&rates["ThrottlingRateLimit"], &rates["ThrottlingBurstLimit"]].map(Yaml::as_i64);
    assert_eq!(rates, [Some(5), Some(20)]);
}

#[test]
fn a_page_of_any_site_may_read_an_event_unless_origins_are_listed() {
    let template = template();
    assert_eq!(template["Parameters"]["CorsAllowedOrigins"]["Default"].as_str(), Some("*"));
    let cors = &template["Resources"]["HttpApi"]["Properties"]["CorsConfiguration"];
    assert_eq!(cors["AllowOrigins"].as_str(), Some("CorsAllowedOrigins"));
    let mut methods = cors["AllowMethods"].as_vec().into_iter().flatten();
    assert!(methods.any(|method| method.as_str() == Some("GET")));
    assert!(cors["AllowCredentials"].is_badvalue(), "credentials are keys, and no cookie is ever set");
}

#[test]
fn every_log_is_kept_as_long_as_the_parameter_says() {
    let template = template();
    let resources = template["Resources"].as_hash().expect("the template has resources");
    let logs = resources.values().filter(|resource| resource["Type"].as_str() == Some("AWS::Logs::LogGroup"));
    let kept: Vec<_> = logs.map(|log| log["Properties"]["RetentionInDays"].as_str()).collect();
    assert!(kept.iter().all(|days| *days == Some("LogRetentionDays")), "{kept:?}");
    assert_eq!(kept.len(), count_of_functions() + 1, "one for each function, and one for the API");
}

#[test]
fn executions_can_be_reserved_for_the_workers_and_for_no_other_function() {
    let template = template();
    let resources = template["Resources"].as_hash().expect("the template has resources");
    let functions =
        resources.values().filter(|resource| resource["Type"].as_str() == Some("AWS::Serverless::Function"));
    for function in functions {
        let (name, properties) = (function["Metadata"]["BuildProperties"]["Binary"].as_str(), &function["Properties"]);
        let reserved: Vec<&str> = properties["ReservedConcurrentExecutions"]
            .as_vec()
            .into_iter()
            .flatten()
            .filter_map(Yaml::as_str)
            .collect();
        let expected = ["ReservesForWorkers", "WorkerConcurrency", "AWS::NoValue"];
        let is_for_callers = ["functions/api/", "functions/pages/"].map(Some).contains(&properties["CodeUri"].as_str());
        let is_worker = !is_for_callers;
        assert_eq!(reserved, if is_worker { expected.to_vec() } else { Vec::new() }, "{name:?}");
    }
    let parameter = &template["Parameters"]["WorkerConcurrency"];
    assert_eq!(parameter["Default"].as_str(), Some("0"), "off at first");
    let pattern = parameter["AllowedPattern"].as_str().expect("a pattern");
    let pattern = Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
    for number in (0..=30).chain([99, 100, 1_000]) {
        assert_eq!(pattern.is_match(&number.to_string()), number == 0 || number >= 5, "{number}");
    }
}

#[test]
fn the_tests_limit_a_network_as_a_stack_does_by_default() {
    let template = template();
    assert_eq!(u64::try_from(default_of(&template, "JoinsPerSource")), Ok(JOINS_PER_SOURCE));
    let variables = &template["Resources"]["JoinFunction"]["Properties"]["Environment"]["Variables"];
    assert_eq!(variables["JOINS_PER_SOURCE"].as_str(), Some("JoinsPerSource"));
}

#[test]
fn the_template_takes_no_sender_name_that_notify_refuses() {
    let template = template();
    let pattern = template["Parameters"]["SenderName"]["AllowedPattern"].as_str().expect("a pattern");
    let pattern = Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
    let texts = ('\0'..'\u{3000}').flat_map(|character| [format!("{character}x"), format!("x{character}y")]);
    let (mut taken, mut refused) = (0, 0);
    for text in texts {
        let is_taken = pattern.is_match(&text);
        assert!(!is_taken || SenderName::parse(&text).is_ok(), "{text:?}");
        *(if is_taken { &mut taken } else { &mut refused }) += 1;
    }
    assert!(taken > 20_000 && refused > 100, "{taken} and {refused}");
    assert!(pattern.is_match(""), "there need not be a name");
    let longest =
        template["Parameters"]["SenderName"]["MaxLength"].as_i64().and_then(|most| usize::try_from(most).ok());
    let longest = longest.expect("a number");
    assert!(SenderName::parse(&"x".repeat(longest)).is_ok() && SenderName::parse(&"x".repeat(longest + 1)).is_err());
}
