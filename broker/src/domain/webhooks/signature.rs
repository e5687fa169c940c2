//! Signatures: a receiver that shares a secret with a webhook can tell that a request is from here, and when it was made.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::domain::model::{Revealed, Timestamp};

/// The header that a signature is in.
pub const HEADER: &str = "x-pactwright-signature";

/// The value of the header: `t=1700000000,v1=<64 hexadecimal digits>`.
///
/// The digits are the HMAC-SHA-256, under the secret, of the time as it is written there, a full stop, the value of the
/// `Idempotency-Key` header, a full stop, and the body.
pub fn sign(secret: &Revealed, now: Timestamp, key: &str, body: &[u8]) -> String {
    let seconds = now.as_micros().div_euclid(1_000_000);
    // A key of any length will do: longer ones are hashed first.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{seconds}.{key}.").as_bytes());
    mac.update(body);
    let digits = HEXLOWER.encode(&mac.finalize().into_bytes());
    format!("t={seconds},v1={digits}")
}

#[cfg(test)]
mod tests {
    use super::sign;
    use crate::domain::model::{Revealed, Timestamp};

    #[test]
    fn time_key_and_body_are_signed() {
        let at = Timestamp::from_micros(1_700_000_000_999_999);
        let signature = sign(&Revealed::new("s3cret"), at, "id", b"{}");
        // printf '1700000000.id.{}' | openssl dgst -sha256 -hmac s3cret
        assert_eq!(
            signature,
            "t=1700000000,v1=498f28948c0da8f1327322357b2137e8eae8f9ecef81a071dab44f816d0a22b5"
        );
        for other in [
            sign(&Revealed::new("other"), at, "id", b"{}"),
            sign(&Revealed::new("s3cret"), at, "other", b"{}"),
            sign(&Revealed::new("s3cret"), at, "id", b"[]"),
        ] {
            assert_ne!(signature, other);
        }
    }
}
