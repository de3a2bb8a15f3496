//! Requests, as API Gateway hands them to the functions.

use serde_json::{Value, json};
use waitlist_api::routes::route;
use waitlist_runtime::http::Request;
use waitlist_runtime::http::request::from_event;

use super::identifiers::EVENT;

/// The API's functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    PutEvent,
    Register,
    CancelRegistration,
    Join,
    Position,
    Leave,
    Confirm,
    ChangeEntry,
    Claim,
    Convert,
    Decline,
    Release,
    GetRelease,
    PauseRelease,
    ResumeRelease,
    CancelRelease,
    Stats,
    Move,
    Remove,
    Reinstate,
    Offer,
    Extend,
    Withdraw,
    Edit,
    Steer,
    CreateCode,
    RevokeCode,
    SendPhoneCode,
    ConfirmPhone,
}

impl Endpoint {
    /// The function behind the endpoint.
    pub(super) fn function(self) -> &'static str {
        match self {
            Self::PutEvent => "put-event",
            Self::Register => "register",
            Self::CancelRegistration => "cancel-registration",
            Self::Join => "join",
            Self::Position => "position",
            Self::Leave => "leave",
            Self::Confirm => "confirm",
            Self::ChangeEntry => "change-entry",
            Self::Claim => "claim",
            Self::Convert => "convert",
            Self::Decline => "decline",
            Self::Release => "release",
            Self::GetRelease => "get-release",
            Self::PauseRelease => "pause-release",
            Self::ResumeRelease => "resume-release",
            Self::CancelRelease => "cancel-release",
            Self::CreateCode => "create-code",
            Self::RevokeCode => "revoke-code",
            Self::SendPhoneCode => "send-phone-code",
            Self::ConfirmPhone => "confirm-phone",
            Self::Stats => "stats",
            Self::Move => "move-entry",
            Self::Remove => "remove-entry",
            Self::Reinstate => "reinstate-entry",
            Self::Offer => "offer-entry",
            Self::Extend => "extend-offer",
            Self::Withdraw => "withdraw-offer",
            Self::Edit => "edit-entry",
            Self::Steer => "steer-event",
        }
    }

    /// Whether an idempotency key is honoured.
    pub(super) fn is_post(self) -> bool {
        route(self.function()).method.honours_idempotency_key()
    }

    /// Whether it is an organiser's command on one entry.
    pub(super) fn is_command(self) -> bool {
        matches!(
            self,
            Self::Move | Self::Remove | Self::Reinstate | Self::Offer | Self::Extend | Self::Withdraw | Self::Edit
        )
    }

    /// Whether it may give a number to an entry that has, or had, a place already. A token that was
    /// mailed confirms the entry, which may have missed its draw.
    pub(super) fn takes_another_number(self) -> bool {
        self.confirms() || matches!(self, Self::Move | Self::Reinstate | Self::Withdraw)
    }

    /// Whether a mailed token confirms its entry by it. Seats are claimed or declined of confirmed
    /// entries alone.
    pub(super) fn confirms(self) -> bool {
        matches!(self, Self::Confirm | Self::ChangeEntry | Self::SendPhoneCode | Self::ConfirmPhone)
    }
}

/// One request, which may be sent more than once.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) endpoint: Endpoint,
    /// The name and value of the path's parameter, if it has one.
    pub(super) path: Option<(&'static str, String)>,
    pub(super) query: String,
    /// API key or token.
    pub(super) credential: Option<String>,
    pub(super) idempotency_key: Option<String>,
    pub(super) body: Value,
}

impl Sent {
    pub(super) fn new(endpoint: Endpoint, credential: &str, body: Value) -> Self {
        Self {
            endpoint,
            path: None,
            query: String::new(),
            credential: Some(credential.to_owned()),
            idempotency_key: None,
            body,
        }
    }

    pub(super) fn to(self, parameter: &'static str, value: impl Into<String>) -> Self {
        Self { path: Some((parameter, value.into())), ..self }
    }

    pub(super) fn path_value(&self) -> &str {
        self.path.as_ref().map_or("", |(_, value)| value)
    }

    /// The invocation's payload.
    pub(super) fn payload(&self) -> Request {
        let mut headers = json!({ "content-type": "application/json" });
        if let Some(credential) = &self.credential {
            headers["authorization"] = json!(format!("Bearer {credential}"));
        }
        if let Some(key) = &self.idempotency_key {
            headers["idempotency-key"] = json!(key);
        }
        let mut payload = json!({
            "version": "2.0",
            "headers": headers,
            "rawQueryString": self.query,
            "requestContext": {
                "requestId": "history",
                "http": { "method": "POST", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1" },
            },
            "isBase64Encoded": false,
        });
        if let Some((name, value)) = &self.path {
            payload["pathParameters"] = json!({ *name: value });
            if self.endpoint == Endpoint::RevokeCode {
                payload["pathParameters"]["eventId"] = json!(EVENT);
            }
        }
        if !self.body.is_null() {
            payload["body"] = json!(self.body.to_string());
        }
        from_event(payload).expect("the payload has the shape of an API Gateway event")
    }

    /// The request in one line, for the trace.
    pub(super) fn told(&self) -> String {
        let Self { endpoint, body, .. } = self;
        let key = self.idempotency_key.as_deref().map_or(String::new(), |key| format!(" key {key}"));
        let body = if body.is_null() { String::new() } else { format!(" {body}") };
        format!("{endpoint:?} {}?{}{key}{body}", self.path_value(), self.query)
    }
}
