//! The template's dashboard.

use std::collections::BTreeSet;

use serde_json::Value;
use waitlist_runtime::environment::metrics;
use yaml_rust2::YamlLoader;

use super::function::template;

/// The dashboard's widgets. References to other resources are not resolved.
fn widgets() -> Vec<Value> {
    let template = YamlLoader::load_from_str(&template()).expect("the template is YAML").remove(0);
    let body = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"].as_str().expect("a text").to_owned();
    let body: Value = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
    body["widgets"].as_array().expect("widgets").clone()
}

fn rows() -> Vec<Value> {
    widgets().iter().flat_map(|widget| widget["properties"]["metrics"].as_array().expect("metrics").clone()).collect()
}

#[test]
fn every_metric_that_functions_report_is_shown_and_no_other_is_searched_for() {
    let searches = rows().into_iter().filter_map(|row| row[0]["expression"].as_str().map(str::to_owned));
    let name = |search: String| search.split('"').nth(1).map(str::to_owned).expect("a name");
    let reported: BTreeSet<String> = metrics::names().map(str::to_owned).collect();
    assert_eq!(searches.map(name).collect::<BTreeSet<_>>(), reported);
}

#[test]
fn every_queue_is_shown() {
    let template = YamlLoader::load_from_str(&template()).expect("the template is YAML").remove(0);
    let resources = template["Resources"].as_hash().expect("resources").iter();
    let queues = resources.filter(|(_, resource)| resource["Type"].as_str() == Some("AWS::SQS::Queue"));
    let queues: BTreeSet<String> =
        queues.map(|(name, _)| format!("${{{}.QueueName}}", name.as_str().expect("a name"))).collect();
    let shown = rows().into_iter().filter(|row| row[0] == "AWS/SQS");
    let shown: BTreeSet<String> = shown.filter_map(|row| row[3].as_str().map(str::to_owned)).collect();
    assert_eq!(shown, queues);
}

#[test]
fn widgets_lie_beside_each_other() {
    let number = |widget: &Value, name: &str| widget[name].as_u64().expect("a number");
    let mut taken = BTreeSet::new();
    for widget in widgets() {
        let [x, y, width, height] = ["x", "y", "width", "height"].map(|name| number(&widget, name));
        assert!(x + width <= 24, "{widget}");
        let mut cells = (x..x + width).flat_map(|column| (y..y + height).map(move |row| (column, row)));
        assert!(cells.all(|cell| taken.insert(cell)), "{widget}");
    }
}
