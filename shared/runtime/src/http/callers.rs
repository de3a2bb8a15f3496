//! Who calls, and who may call.

use waitlist_domain::values::credential::{ApiKey, PresentedToken, Role, SecretHash, Token};
use waitlist_domain::values::identifier::KeyId;
use waitlist_domain::values::key_grant::KeyGrant;
use waitlist_domain::values::mandate::{Actor, Mandate};
use waitlist_domain::values::scope::Scope;
use waitlist_domain::{Error, Refusal};
use waitlist_store::queries::api_keys::ApiKeys;

/// The caller of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The bearer of a live API key.
    Key {
        /// What the key grants.
        grant: KeyGrant,
        /// The hash of the key.
        hash: SecretHash,
    },
    /// The bearer of a well-formed customer's token.
    ///
    /// Only an entry knows whether the token belongs to its customer, so a handler compares the
    /// hashes. If they differ, it responds as for an unknown entry, so that ids can't be probed.
    Token(PresentedToken),
    /// A caller without a credential.
    Anonymous,
}

impl Caller {
    /// The role of the caller's API key.
    fn role(&self) -> Option<Role> {
        match self {
            Self::Key { grant, .. } => Some(grant.role),
            Self::Token(_) | Self::Anonymous => None,
        }
    }

    /// Whether the caller has an API key.
    pub fn has_key(&self) -> bool {
        self.role().is_some()
    }

    /// Whether the caller sees whatever an organiser sees.
    pub fn sees_all(&self) -> bool {
        matches!(self.role(), Some(Role::Organiser | Role::Viewer))
    }

    /// Whether the caller only reads, whatever the route.
    pub fn is_viewer(&self) -> bool {
        self.role() == Some(Role::Viewer)
    }

    /// Whether the caller is an organiser or a sales system. Both may act for any customer.
    pub fn is_trusted(&self) -> bool {
        matches!(self.role(), Some(Role::Organiser | Role::Sales))
    }

    /// The events that exist for the caller. Only an API key may have fewer than all.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Key { grant, .. } => grant.scope.clone(),
            Self::Token(_) | Self::Anonymous => Scope::all(),
        }
    }

    /// The id of the caller's API key, for logs.
    pub(crate) fn key_id(&self) -> Option<&KeyId> {
        match self {
            Self::Key { grant, .. } => Some(&grant.id),
            Self::Token(_) | Self::Anonymous => None,
        }
    }

    /// The mandate under which the caller changes entries. Only customers act without an API key.
    pub fn mandate(&self) -> Mandate {
        Mandate::of(match self {
            Self::Key { grant, .. } => Actor::Key(grant.role, grant.id.clone()),
            Self::Token(_) | Self::Anonymous => Actor::Customer,
        })
    }

    /// Identifies the caller. Every request of one caller has the same value.
    pub(crate) fn identity(&self) -> &str {
        match self {
            Self::Key { hash, .. } => hash.as_str(),
            Self::Token(token) => token.hash.as_str(),
            Self::Anonymous => "anonymous",
        }
    }
}

/// The callers that an endpoint admits. Viewers are admitted wherever nothing changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admits {
    /// Organisers.
    Organisers,
    /// Organisers and viewers.
    Viewers,
    /// Organisers and sales systems.
    Sales,
    /// Every API key: organisers, sales systems and viewers.
    Keys,
    /// Organisers, sales systems, and customers with a token.
    Customers,
    /// Every API key, and customers with a token.
    Readers,
    /// Anyone. A handler that changes something refuses viewers itself.
    Anyone,
}

impl Admits {
    /// Refuses a caller that the endpoint does not admit.
    pub fn check(self, caller: &Caller) -> Result<(), Refusal> {
        let is_admitted = match (caller, caller.role()) {
            _ if self == Self::Anyone => true,
            (Caller::Anonymous, _) => return Err(Refusal::Unauthenticated(MISSING)),
            (_, Some(Role::Organiser)) => true,
            (_, Some(Role::Sales)) => !matches!(self, Self::Organisers | Self::Viewers),
            (_, Some(Role::Viewer)) => matches!(self, Self::Viewers | Self::Keys | Self::Readers),
            (_, None) => matches!(self, Self::Customers | Self::Readers),
        };
        if is_admitted { Ok(()) } else { Err(Refusal::Forbidden(self.wanted(caller))) }
    }

    /// The credential that a refused caller lacks.
    fn wanted(self, caller: &Caller) -> &'static str {
        match self {
            _ if caller.is_viewer() => VIEWERS_ONLY_READ,
            Self::Organisers => "only an organiser's API key may do this",
            Self::Viewers => "only the API key of an organiser or a viewer may do this",
            _ => "only an API key may do this",
        }
    }
}

/// The refusal of a viewer's change.
pub const VIEWERS_ONLY_READ: &str = "a viewer's API key may only read: use an organiser's";

const MISSING: &str = "a credential is needed: send \"Authorization: Bearer <API key or token>\"";
const MALFORMED: &str = "this is no credential: send \"Authorization: Bearer <API key or token>\", \
    with a key that starts with wl_ or a token that starts with wt_";
const UNKNOWN: &str = "this API key is unknown, was revoked or has ended";

/// A well-formed credential that has not been looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// An API key.
    Key(SecretHash),
    /// A customer's token.
    Token(PresentedToken),
}

impl Credential {
    /// Reads an `Authorization` header.
    pub fn from_header(header: &str) -> Result<Self, Refusal> {
        let (scheme, secret) = header.trim().split_once(' ').ok_or(Refusal::Unauthenticated(MALFORMED))?;
        let secret = secret.trim_start();
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::Unauthenticated(MALFORMED));
        }
        ApiKey::parse(secret).map_or_else(|_| Self::from_link(secret), |key| Ok(Self::Key(key.hash())))
    }

    /// Reads the `token` of a link. An API key is refused here, because links end up in histories
    /// and logs.
    pub fn from_link(token: &str) -> Result<Self, Refusal> {
        let token = Token::parse(token).map_err(|_| Refusal::Unauthenticated(MALFORMED))?;
        Ok(Self::Token(token.presented()))
    }
}

/// Finds the caller who presents this credential.
pub async fn identify(keys: &ApiKeys, credential: Option<Credential>) -> Result<Caller, Error> {
    match credential {
        None => Ok(Caller::Anonymous),
        Some(Credential::Token(token)) => Ok(Caller::Token(token)),
        Some(Credential::Key(hash)) => match keys.find(&hash).await? {
            Some(grant) => Ok(Caller::Key { grant, hash }),
            None => Err(Refusal::Unauthenticated(UNKNOWN).into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use waitlist_domain::values::identifier::PlaceTag;

    use super::*;

    fn token() -> Token {
        Token::from_bits(&PlaceTag::parse("0123456789abcdef").expect("valid"), [7; 32])
    }

    fn key() -> String {
        format!("wl_{}", "aZ0-_aZ0-_".repeat(4) + "abc")
    }

    #[test]
    fn a_key_and_a_token_are_told_apart() {
        let token = token();
        let header = format!("Bearer {}", token.as_str());
        assert_eq!(Credential::from_header(&header), Ok(Credential::Token(token.presented())));
        assert_eq!(
            Credential::from_header(&format!("bearer  {} ", key())),
            Ok(Credential::Key(SecretHash::of(&key())))
        );
    }

    #[test]
    fn whatever_is_neither_is_malformed() {
        let too_short = key().replace("abc", "ab");
        for header in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer nonsense",
            "Basic d2w6d2w=",
            "Bearer wl_",
            &format!("Bearer {too_short}"),
            &format!("Bearer {}, Bearer {}", key(), key()),
            &key(),
        ] {
            assert!(matches!(Credential::from_header(header), Err(Refusal::Unauthenticated(_))), "{header:?}");
        }
    }

    #[test]
    fn a_link_carries_a_token_and_never_a_key() {
        let token = token();
        assert_eq!(Credential::from_link(token.as_str()), Ok(Credential::Token(token.presented())));
        assert!(Credential::from_link(&key()).is_err());
    }

    fn of_role(role: Role) -> Caller {
        let grant = KeyGrant { id: KeyId::from_bits([1; 16]), role, scope: Scope::all(), ends_at: None };
        Caller::Key { grant, hash: SecretHash::of(role.as_str()) }
    }

    #[test]
    fn each_endpoint_admits_whom_the_contract_says() {
        let [organiser, sales, viewer] = [Role::Organiser, Role::Sales, Role::Viewer].map(of_role);
        let customer = Caller::Token(token().presented());
        let answers = |admits: Admits| {
            [&organiser, &sales, &viewer, &customer, &Caller::Anonymous].map(|caller| match admits.check(caller) {
                Ok(()) => 200,
                Err(Refusal::Forbidden(_)) => 403,
                Err(_) => 401,
            })
        };
        assert_eq!(answers(Admits::Organisers), [200, 403, 403, 403, 401]);
        assert_eq!(answers(Admits::Viewers), [200, 403, 200, 403, 401]);
        assert_eq!(answers(Admits::Sales), [200, 200, 403, 403, 401]);
        assert_eq!(answers(Admits::Keys), [200, 200, 200, 403, 401]);
        assert_eq!(answers(Admits::Customers), [200, 200, 403, 200, 401]);
        assert_eq!(answers(Admits::Readers), [200, 200, 200, 200, 401]);
        assert_eq!(answers(Admits::Anyone), [200, 200, 200, 200, 200]);
    }

    #[test]
    fn a_viewer_sees_all_and_acts_for_nobody() {
        let [organiser, sales, viewer] = [Role::Organiser, Role::Sales, Role::Viewer].map(of_role);
        let seen = |caller: &Caller| (caller.sees_all(), caller.is_trusted());
        assert_eq!([&organiser, &sales, &viewer].map(seen), [(true, true), (false, true), (true, false)]);
    }
}
