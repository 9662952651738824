use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::EPOCH.plus_seconds(seconds)
}

fn claims() -> AccessClaims {
    AccessClaims {
        user_id: UserId(Uuid::from_u128(1)),
        session_id: SessionId(Uuid::from_u128(2)),
        impersonator_id: None,
        issued_at: at(NOW),
        expires_at: at(NOW + 600),
    }
}

fn forged(header: &str, claims: &str) -> String {
    format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}

#[test]
fn a_token_gives_its_claims_until_it_expires() {
    let signer = KeyRingSigner::new(&KeyRing::generate());
    let token = signer.sign_access(&claims()).unwrap();
    assert_eq!(signer.verify_access(&token, at(NOW + 599)), Ok(claims()));
    assert_eq!(signer.verify_access(&token, at(NOW + 600)), Err(Unauthenticated::Expired));
    assert!(token.len() < MAX_TOKEN / 2, "{}", token.len());
}

#[test]
fn rotation_keeps_old_tokens_valid_and_names_the_new_key() {
    let ring = KeyRing::generate();
    let token = KeyRingSigner::new(&ring).sign_access(&claims()).unwrap();
    let rotated = ring.rotated();
    let signer = KeyRingSigner::new(&rotated);
    assert_eq!(signer.verify_access(&token, at(NOW)), Ok(claims()));
    let fresh = signer.sign_access(&claims()).unwrap();
    assert_eq!(decode_header(&fresh).unwrap().kid, Some(rotated.newest().id()));
    assert_eq!(KeyRingSigner::new(&ring).verify_access(&fresh, at(NOW)), Err(Unauthenticated::Invalid));
}

#[test]
fn tokens_of_others_are_refused() {
    let ring = KeyRing::generate();
    let signer = KeyRingSigner::new(&ring);
    let key = EncodingKey::from_secret(&*ring.newest().derive("quarterdeck access token"));
    let kid = ring.newest().id();
    let good = Header { kid: Some(kid.clone()), ..Header::new(Algorithm::HS256) };
    let body = |iss: &str, aud: &str| {
        serde_json::json!({
            "iss": iss, "aud": aud, "sub": Uuid::from_u128(1), "sid": Uuid::from_u128(2), "iat": NOW, "exp": NOW + 600,
        })
    };
    let make = |header: &Header, claims: &serde_json::Value| encode(header, claims, &key).unwrap();
    assert!(signer.verify_access(&make(&good, &body(ISSUER, AUDIENCE)), at(NOW)).is_ok(), "the right one passes");

    let mut without_expiry = body(ISSUER, AUDIENCE);
    without_expiry.as_object_mut().unwrap().remove("exp");
    let other_algorithm = Header { kid: Some(kid.clone()), ..Header::new(Algorithm::HS512) };
    let refused = [
        make(&good, &body("somebody", AUDIENCE)),
        make(&good, &body(ISSUER, "other-api")),
        make(&good, &without_expiry),
        make(&other_algorithm, &body(ISSUER, AUDIENCE)),
        make(&Header::new(Algorithm::HS256), &body(ISSUER, AUDIENCE)),
        KeyRingSigner::new(&KeyRing::generate()).sign_access(&claims()).unwrap(),
        forged(&format!(r#"{{"alg":"none","kid":"{kid}"}}"#), &body(ISSUER, AUDIENCE).to_string()),
        String::new(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        "x".repeat(100_000),
    ];
    for token in refused {
        assert_eq!(signer.verify_access(&token, at(NOW)), Err(Unauthenticated::Invalid), "{token:.80}");
    }
}

#[test]
fn tags_keep_purposes_apart() {
    let ring = KeyRing::generate();
    let signer = KeyRingSigner::new(&ring);
    let tag = signer.tag("refresh", b"data");
    assert!(signer.verify_tag("refresh", b"data", &tag));
    assert!(!signer.verify_tag("refres", b"hdata", &tag), "the purpose does not flow into the data");
    assert!(!signer.verify_tag("csrf", b"data", &tag));
    assert!(!signer.verify_tag("refresh", b"Data", &tag));
    assert!(!signer.verify_tag("refresh", b"data", &tag[..16]), "half a tag is no tag");
    assert!(!signer.verify_tag("refresh", b"data", &[]));
    let rotated = KeyRingSigner::new(&ring.rotated());
    assert!(rotated.verify_tag("refresh", b"data", &tag), "former keys still verify");
    assert_ne!(rotated.tag("refresh", b"data"), tag);
}

/// RFC 4231, test case 1: what the tags are made of is HMAC-SHA-256.
#[test]
fn the_keyed_hash_is_that_of_the_standard() {
    let mut mac = keyed(&[0x0b; 20]);
    mac.update(b"Hi There");
    let known = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
    let made = hex::encode(mac.finalize().into_bytes());
    assert_eq!(made, known);
}

proptest! {
    #[test]
    fn a_changed_token_is_refused(at_index: prop::sample::Index, with in "[A-Za-z0-9_.-]") {
        let signer = KeyRingSigner::new(&KeyRing::parse("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap());
        let mut token = signer.sign_access(&claims()).unwrap();
        let index = at_index.index(token.len());
        prop_assume!(token.get(index..=index) != Some(with.as_str()));
        token.replace_range(index..=index, &with);
        prop_assert_eq!(signer.verify_access(&token, at(NOW)), Err(Unauthenticated::Invalid));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let signer = KeyRingSigner::new(&KeyRing::parse("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap());
        prop_assert!(signer.verify_access(&text, at(NOW)).is_err());
    }
}
