//! Amazon's DynamoDB Local, one for the whole test process.
//!
//! Its folder comes from `DYNAMODB_LOCAL_DIR` (with `DynamoDBLocal.jar` and `DynamoDBLocal_lib/` in it), the Java
//! runtime from `WAITLIST_JAVA` (or `java` on the path).

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Config, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, StreamSpecification, StreamViewType, TimeToLiveSpecification,
};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use serde_json::Value;

use crate::table;

/// How long Java may take to start.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How often to look whether it has.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);
/// Another process may take the free port before Java does.
const START_ATTEMPTS: usize = 3;

/// A shell that stops Java at the end of its input, which comes when this process ends.
///
/// Nothing else would stop it: statics are never dropped, and a killed process drops nothing.
const KEEPER: &str = r#"
"$@" </dev/null >&2 &
java=$!
trap 'kill $java 2>/dev/null' EXIT
while read -r _; do :; done
"#;

/// A running server.
#[derive(Debug)]
pub struct DynamoDbLocal {
    address: SocketAddr,
    /// Holds the keeper's input open.
    _keeper: Mutex<Child>,
    tables: AtomicUsize,
}

/// A table of one test's own, made as the template says.
#[derive(Debug, Clone)]
pub struct FreshTable {
    /// A client of the server that holds it.
    pub client: Client,
    /// The table's name.
    pub name: String,
    /// The name of the table of API keys beside it.
    pub access_name: String,
}

impl DynamoDbLocal {
    /// The server of this process, started when first asked for. `None` where `DYNAMODB_LOCAL_DIR` isn't set.
    ///
    /// # Panics
    /// Where it is set and no server comes up.
    pub fn shared() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<DynamoDbLocal>> = OnceLock::new();
        SERVER
            .get_or_init(|| {
                let folder = PathBuf::from(std::env::var_os("DYNAMODB_LOCAL_DIR")?);
                Some(Self::start(&folder))
            })
            .as_ref()
    }

    fn start(folder: &std::path::Path) -> Self {
        let java = std::env::var_os("WAITLIST_JAVA").unwrap_or_else(|| "java".into());
        let mut complaint = String::new();
        for _ in 0..START_ATTEMPTS {
            let port = free_port();
            let log = std::env::temp_dir().join(format!("waitlist-dynamodb-local-{port}.log"));
            let log_file = std::fs::File::create(&log).expect("the temporary folder takes a log file");
            let mut keeper = Command::new("sh")
                .args(["-c", KEEPER, "keeper"])
                .arg(&java)
                .arg("-Djava.library.path=./DynamoDBLocal_lib")
                .args(["-jar", "DynamoDBLocal.jar", "-inMemory", "-sharedDb", "-disableTelemetry", "-port"])
                .arg(port.to_string())
                .current_dir(folder)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(log_file)
                .spawn()
                .expect("there is a shell");
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            if answers(address, &log) {
                // Java keeps writing to it, but nobody will read it.
                std::fs::remove_file(&log).expect("the log file is ours");
                return Self { address, _keeper: Mutex::new(keeper), tables: AtomicUsize::new(0) };
            }
            complaint = std::fs::read_to_string(&log).unwrap_or_default();
            drop(keeper.stdin.take());
            keeper.wait().expect("the keeper ends with its input");
        }
        panic!("DynamoDB Local in {} does not start: {complaint}", folder.display());
    }

    /// A client, for use within one runtime (its connections belong to the runtime that opened them).
    pub fn client(&self) -> Client {
        let configuration = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(table::REGION))
            .endpoint_url(format!("http://{}", self.address))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        Client::from_conf(configuration)
    }

    /// A new, empty table, and a table of API keys.
    ///
    /// # Panics
    /// Where the server refuses it: nothing could be tested then.
    pub async fn fresh_table(&self) -> FreshTable {
        let client = self.client();
        let number = self.tables.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}", table::TABLE_NAME);
        let access_name = format!("{}-{number}", table::ACCESS_TABLE_NAME);
        create_tables(&client, &name, &access_name).await.unwrap_or_else(|error| panic!("no table {name}: {error:?}"));
        FreshTable { client, name, access_name }
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("127.0.0.1 has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}

/// Waits until somebody listens there; gives up once the log tells of a failed start.
fn answers(address: SocketAddr, log: &std::path::Path) -> bool {
    let started = Instant::now();
    while started.elapsed() < START_TIMEOUT {
        if TcpStream::connect_timeout(&address, LOOK_INTERVAL).is_ok() {
            return true;
        }
        let complaint = std::fs::read_to_string(log).unwrap_or_default();
        if ["Exception", "Error", "not found"].iter().any(|word| complaint.contains(word)) {
            return false;
        }
        std::thread::sleep(LOOK_INTERVAL);
    }
    false
}

/// Makes the tables through the SDK, from the same properties as everywhere.
async fn create_tables(client: &Client, name: &str, access_name: &str) -> Result<(), aws_sdk_dynamodb::Error> {
    create_table(client, access_name, &table::access_properties()).await?;
    let properties = table::properties();
    create_table(client, name, &properties).await?;
    let time_to_live = &properties["TimeToLiveSpecification"];
    client
        .update_time_to_live()
        .table_name(name)
        .time_to_live_specification(
            TimeToLiveSpecification::builder()
                .attribute_name(time_to_live["AttributeName"].as_str().unwrap_or_default())
                .enabled(time_to_live["Enabled"].as_bool().unwrap_or_default())
                .build()?,
        )
        .send()
        .await?;
    Ok(())
}

async fn create_table(client: &Client, name: &str, properties: &Value) -> Result<(), aws_sdk_dynamodb::Error> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let keys = |value: &Value| {
        list(value)
            .iter()
            .map(|key| {
                KeySchemaElement::builder()
                    .attribute_name(text(&key["AttributeName"]))
                    .key_type(KeyType::from(text(&key["KeyType"]).as_str()))
                    .build()
            })
            .collect::<Result<Vec<_>, _>>()
    };
    let mut request = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::from(text(&properties["BillingMode"]).as_str()))
        .set_key_schema(Some(keys(&properties["KeySchema"])?));
    if let Some(view) = properties["StreamSpecification"]["StreamViewType"].as_str() {
        let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::from(view));
        request = request.stream_specification(stream.build()?);
    }
    for attribute in list(&properties["AttributeDefinitions"]) {
        request = request.attribute_definitions(
            AttributeDefinition::builder()
                .attribute_name(text(&attribute["AttributeName"]))
                .attribute_type(ScalarAttributeType::from(text(&attribute["AttributeType"]).as_str()))
                .build()?,
        );
    }
    for index in list(&properties["GlobalSecondaryIndexes"]) {
        let projection = &index["Projection"];
        request = request.global_secondary_indexes(
            GlobalSecondaryIndex::builder()
                .index_name(text(&index["IndexName"]))
                .set_key_schema(Some(keys(&index["KeySchema"])?))
                .projection(
                    Projection::builder()
                        .projection_type(ProjectionType::from(text(&projection["ProjectionType"]).as_str()))
                        .set_non_key_attributes(Some(list(&projection["NonKeyAttributes"]).iter().map(text).collect()))
                        .build(),
                )
                .build()?,
        );
    }
    request.send().await?;
    Ok(())
}
