//! The secret of this stack. It keys hashes of what could be guessed: networks, phone numbers and
//! codes. It signs references for shops, and the key that signs challenges derives from it.

use std::fmt;

use serde::{Deserialize, Serialize};
use waitlist_domain::Error;
use waitlist_domain::values::identifier::hexadecimal;

use crate::dynamo::item::{Item, from_item, malformed, to_item};
use crate::dynamo::reading::{Consistency, get, get_all};
use crate::dynamo::writing::put_once;
use crate::items::key::Key;
use crate::items::table::Table;

#[derive(Serialize, Deserialize)]
struct SecretItem {
    pk: String,
    sk: String,
    /// 64 hexadecimal digits.
    secret: String,
}

/// The secret, which the table remembers once it was read. Cheap to clone.
#[derive(Clone)]
pub(crate) struct HashSecret {
    table: Table,
}

impl HashSecret {
    /// The secret in `table`.
    pub(crate) fn of(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// The bits of the secret. It is made once.
    pub(crate) async fn bits(&self) -> Result<[u8; 32], Error> {
        self.remembered(async || {
            let key = Key::source_secret();
            let found = get_all(&self.table, [key.clone()], Consistency::Eventual).await?.into_values().next();
            match found {
                Some(item) => Ok(item),
                None => {
                    let secret = hexadecimal(&self.table.random());
                    let item = to_item(&SecretItem { pk: key.pk, sk: key.sk, secret })?;
                    put_once(&self.table, "choosing the secret of hashes", item).await
                }
            }
        })
        .await
    }

    /// The bits of the secret, for a function that reads what another has hashed.
    pub(crate) async fn made_bits(&self) -> Result<[u8; 32], Error> {
        self.bits_if_made().await?.ok_or_else(|| malformed("secret"))
    }

    /// The bits of the secret, if a function has made it.
    pub(crate) async fn bits_if_made(&self) -> Result<Option<[u8; 32]>, Error> {
        if let Some(secret) = self.table.hash_secret().get() {
            return Ok(Some(*secret));
        }
        match get(&self.table, Key::source_secret()).await? {
            Some(item) => self.remembered(async || Ok(item)).await.map(Some),
            None => Ok(None),
        }
    }

    async fn remembered(&self, read: impl AsyncFnOnce() -> Result<Item, Error>) -> Result<[u8; 32], Error> {
        if let Some(secret) = self.table.hash_secret().get() {
            return Ok(*secret);
        }
        let stored: SecretItem = from_item(read().await?)?;
        let secret = bits(&stored.secret).ok_or_else(|| malformed("secret"))?;
        Ok(*self.table.hash_secret().get_or_init(|| secret))
    }
}

impl fmt::Debug for HashSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HashSecret(private)")
    }
}

/// The bits that 64 hexadecimal digits stand for.
pub(crate) fn bits(digits: &str) -> Option<[u8; 32]> {
    let byte = |index: usize| u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..32).map(byte).collect::<Option<_>>()?;
    bytes.try_into().ok()
}
