//! Who calls, and who may call.

use waitlist_domain::values::credential::{ApiKey, PresentedToken, Role, SecretHash, Token};
use waitlist_domain::values::mandate::{Actor, KeyName, Mandate};
use waitlist_domain::{Error, Refusal};
use waitlist_store::queries::api_keys;
use waitlist_store::{StoredEntry, Table};

/// The caller of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The bearer of a live API key.
    Key {
        /// The role of the key.
        role: Role,
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
    /// Whether the caller is an organiser.
    pub fn is_organiser(&self) -> bool {
        matches!(self, Self::Key { role: Role::Organiser, .. })
    }

    /// Whether the caller is an organiser or a sales system. Both may act for any customer.
    pub fn is_trusted(&self) -> bool {
        matches!(self, Self::Key { .. })
    }

    /// Whether the caller may see an entry and act for its customer.
    pub fn may_act_for(&self, stored: &StoredEntry) -> bool {
        match self {
            Self::Key { .. } => true,
            Self::Token(token) => stored.is_proven_by(&token.hash),
            Self::Anonymous => false,
        }
    }

    /// The mandate under which the caller changes entries. Only customers act without an API key.
    pub fn mandate(&self) -> Mandate {
        Mandate::of(match self {
            Self::Key { role: Role::Organiser, hash } => Actor::Organiser(KeyName::of(hash)),
            Self::Key { role: Role::Sales, hash } => Actor::Sales(KeyName::of(hash)),
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

/// The callers that an endpoint admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admits {
    /// Organisers.
    Organisers,
    /// Organisers and sales systems.
    Sales,
    /// Organisers, sales systems, and customers with a token.
    Customers,
    /// Anyone.
    Anyone,
}

impl Admits {
    /// Refuses a caller that the endpoint does not admit.
    pub fn check(self, caller: &Caller) -> Result<(), Refusal> {
        match (self, caller) {
            (Self::Anyone, _) | (Self::Customers, Caller::Key { .. } | Caller::Token(_)) => Ok(()),
            (_, Caller::Anonymous) => Err(Refusal::Unauthenticated(MISSING)),
            (Self::Sales, Caller::Key { .. }) => Ok(()),
            (Self::Organisers, caller) if caller.is_organiser() => Ok(()),
            (Self::Organisers, _) => Err(Refusal::Forbidden("only an organiser's API key may do this")),
            (Self::Sales, Caller::Token(_)) => Err(Refusal::Forbidden("only an API key may do this")),
        }
    }
}

const MISSING: &str = "a credential is needed: send \"Authorization: Bearer <API key or token>\"";
const MALFORMED: &str = "this is no credential: send \"Authorization: Bearer <API key or token>\", \
    with a key that starts with wl_ or a token that starts with wt_";
const UNKNOWN: &str = "this API key is unknown or was revoked";

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
pub async fn identify(table: &Table, credential: Option<Credential>) -> Result<Caller, Error> {
    match credential {
        None => Ok(Caller::Anonymous),
        Some(Credential::Token(token)) => Ok(Caller::Token(token)),
        Some(Credential::Key(hash)) => match api_keys::role_of(table, &hash).await? {
            Some(role) => Ok(Caller::Key { role, hash }),
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

    #[test]
    fn each_endpoint_admits_whom_the_contract_says() {
        let organiser = Caller::Key { role: Role::Organiser, hash: SecretHash::of("o") };
        let sales = Caller::Key { role: Role::Sales, hash: SecretHash::of("s") };
        let customer = Caller::Token(token().presented());
        let answers = |admits: Admits| {
            [&organiser, &sales, &customer, &Caller::Anonymous].map(|caller| match admits.check(caller) {
                Ok(()) => 200,
                Err(Refusal::Forbidden(_)) => 403,
                Err(_) => 401,
            })
        };
        assert_eq!(answers(Admits::Organisers), [200, 403, 403, 401]);
        assert_eq!(answers(Admits::Sales), [200, 200, 403, 401]);
        assert_eq!(answers(Admits::Customers), [200, 200, 200, 401]);
        assert_eq!(answers(Admits::Anyone), [200, 200, 200, 200]);
    }
}
