//! SES and SNS on a bad day: a proxy between the notify function and the local cloud.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use waitlist_tests::Random;

use super::stack::setting;

/// The attempts at one message that may fail. Later ones succeed.
const MOST_FAULTY_ATTEMPTS: usize = 5;
/// The share of those attempts that fail, in thousandths.
const FAULTS_PER_MILLE: u16 = 600;
/// Longer than any client waits for an answer.
const HANGS_FOR: Duration = Duration::from_secs(30);

/// A failure of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Status 500.
    ServerError,
    /// Throttled: more than the account may send.
    Throttled,
    /// No answer for longer than any client waits.
    Hang,
    /// The connection is reset.
    Reset,
    /// Accepted, and answered with status 500.
    ErrorAfterAcceptance,
    /// Accepted, and the connection is reset before the answer.
    ResetAfterAcceptance,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 6] = [
        Self::ServerError,
        Self::Throttled,
        Self::Hang,
        Self::Reset,
        Self::ErrorAfterAcceptance,
        Self::ResetAfterAcceptance,
    ];

    fn passes_on(self) -> bool {
        matches!(self, Self::ErrorAfterAcceptance | Self::ResetAfterAcceptance)
    }
}

/// Recipient and text, without the link, which differs between two attempts at one message.
pub type Message = (String, String);

/// The requests so far.
#[derive(Debug, Default)]
struct Log {
    attempts: BTreeMap<Message, usize>,
    struck: BTreeMap<Fault, usize>,
    /// How often each message was accepted without an answer to its sender.
    unheard: BTreeMap<Message, usize>,
}

/// A running proxy; it ends with its test's runtime.
#[derive(Debug, Clone)]
pub struct FaultProxy {
    seed: u64,
    url: String,
    log: Arc<Mutex<Log>>,
}

impl FaultProxy {
    /// Listens at a free port. The seed, the message and the count of attempts decide how an
    /// attempt fails.
    pub async fn start(seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let proxy = Self { seed, url, log: Arc::default() };
        let serving = proxy.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let proxy = serving.clone();
                // A client that hung up needs no answer.
                tokio::spawn(async move { drop(proxy.serve(connection).await) });
            }
        });
        proxy
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// How often each fault happened.
    pub fn struck(&self) -> BTreeMap<Fault, usize> {
        self.log().struck.clone()
    }

    /// How often a message was accepted without an answer to its sender, who may repeat it as
    /// often.
    pub fn unheard(&self, to: &str, is_it: impl Fn(&str) -> bool) -> usize {
        let log = self.log();
        let of_it = log.unheard.iter().filter(|((receiver, words), _)| receiver == to && is_it(words));
        of_it.map(|(_, count)| count).sum()
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves a connection, which has one request.
    async fn serve(&self, mut connection: TcpStream) -> io::Result<()> {
        let request = read_message(&mut connection).await?;
        let message = message_in(&request);
        let fault = self.fault_of(&message);
        let answer = match fault {
            None => pass_on(&request).await?,
            Some(fault) if fault.passes_on() => {
                // Counted before the test can see its effect.
                *self.log().unheard.entry(message).or_default() += 1;
                pass_on(&request).await?;
                answer_of(fault, &request)
            }
            Some(fault) => answer_of(fault, &request),
        };
        match fault {
            Some(Fault::Hang) => tokio::time::sleep(HANGS_FOR).await,
            Some(Fault::Reset | Fault::ResetAfterAcceptance) => connection.set_zero_linger()?,
            _ => connection.write_all(&answer).await?,
        }
        Ok(())
    }

    fn fault_of(&self, message: &Message) -> Option<Fault> {
        let mut log = self.log();
        let attempt = log.attempts.entry(message.clone()).or_default();
        *attempt += 1;
        let attempt = *attempt;
        let mut random = Random::new(self.seed ^ hash(message) ^ (attempt as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        if attempt > MOST_FAULTY_ATTEMPTS || !random.chance(FAULTS_PER_MILLE) {
            return None;
        }
        let fault = Fault::ALL[random.below(Fault::ALL.len())];
        *log.struck.entry(fault).or_default() += 1;
        Some(fault)
    }
}

/// The FNV-1a hash.
fn hash((to, words): &Message) -> u64 {
    let bytes = to.bytes().chain(words.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Reads an HTTP message with a `content-length`.
async fn read_message(connection: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        if let Some(end) = message.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&message[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
            if message.len() >= end + 4 + length {
                return Ok(message);
            }
        }
        if connection.read_buf(&mut message).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// The local cloud's answer.
async fn pass_on(request: &[u8]) -> io::Result<Vec<u8>> {
    let endpoint = setting("AWS_ENDPOINT_URL");
    let mut cloud = TcpStream::connect(endpoint.trim_start_matches("http://")).await?;
    cloud.write_all(request).await?;
    read_message(&mut cloud).await
}

/// A provider's answer for a fault.
fn answer_of(fault: Fault, request: &[u8]) -> Vec<u8> {
    let (status, code) = match (fault, is_mail(request)) {
        (Fault::Throttled, true) => ("429 Too Many Requests", "TooManyRequestsException"),
        (Fault::Throttled, false) => ("400 Bad Request", "Throttling"),
        _ => ("500 Internal Server Error", "InternalFailure"),
    };
    let body = if is_mail(request) {
        r#"{"message":"Maximum sending rate exceeded."}"#.to_owned()
    } else {
        format!("<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code></Error></ErrorResponse>")
    };
    let head = format!("x-amzn-errortype: {code}\r\nconnection: close\r\ncontent-length: {}", body.len());
    format!("HTTP/1.1 {status}\r\n{head}\r\n\r\n{body}").into_bytes()
}

fn is_mail(request: &[u8]) -> bool {
    request.starts_with(b"POST /v2/email/")
}

fn message_in(request: &[u8]) -> Message {
    let text = String::from_utf8_lossy(request);
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    if is_mail(request) {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        return (text(&body["Destination"]["ToAddresses"][0]), text(&body["Content"]["Simple"]["Subject"]["Data"]));
    }
    let form: BTreeMap<String, String> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let words = field("Message").split("http").next().unwrap_or_default().to_owned();
    (field("PhoneNumber"), words)
}
