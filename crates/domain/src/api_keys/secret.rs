//! The form of a secret: a prefix that tells whose it is, random characters, and a checksum, so that scanners of sources
//! and logs know it for certain.

/// How every secret begins.
pub const PREFIX: &str = "qdk_";
/// Random characters of a secret: 214 bits.
pub const RANDOM_CHARACTERS: usize = 36;
/// Characters of the checksum.
const CHECK_CHARACTERS: usize = 6;
/// Characters of the hint at either end.
const HINT_CHARACTERS: usize = 4;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The secret with these random bytes; those over 247 are passed over, so that no character is likelier than another.
/// None when too few are left.
#[must_use]
pub fn secret(random: &[u8]) -> Option<String> {
    let fair = random.iter().filter(|&&byte| byte < 248).map(|byte| char::from(ALPHABET[usize::from(byte % 62)]));
    let mut text = PREFIX.to_owned();
    text.extend(fair.take(RANDOM_CHARACTERS));
    if text.len() < PREFIX.len() + RANDOM_CHARACTERS {
        return None;
    }
    let check = checksum(&text);
    Some(text + &check)
}

/// Whether `text` has the form of a secret, its checksum included.
#[must_use]
pub fn is_well_formed(text: &str) -> bool {
    let is_plain = text.bytes().skip(PREFIX.len()).all(|byte| byte.is_ascii_alphanumeric());
    text.starts_with(PREFIX)
        && is_plain
        && text.len() == PREFIX.len() + RANDOM_CHARACTERS + CHECK_CHARACTERS
        && text.split_at_checked(PREFIX.len() + RANDOM_CHARACTERS).is_some_and(|(body, check)| checksum(body) == check)
}

/// Beginning and end of a secret.
#[must_use]
pub fn hint(secret: &str) -> String {
    let begin: String = secret.chars().take(PREFIX.len() + HINT_CHARACTERS).collect();
    let end: String = secret.chars().skip(secret.chars().count().saturating_sub(HINT_CHARACTERS)).collect();
    format!("{begin}…{end}")
}

/// CRC-32 (ISO-HDLC, as of zip) of `text`, in base 62 with leading zeros.
fn checksum(text: &str) -> String {
    let mut number = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECK_CHARACTERS];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(number % 62) as usize];
        number /= 62;
    }
    digits.iter().map(|&digit| char::from(digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_form() {
        let random: Vec<u8> = (0..=255).rev().collect();
        let text = secret(&random).unwrap();
        assert_eq!(text.len(), 46);
        assert!(is_well_formed(&text), "{text}");
        for at in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] = if other[at] == b'a' { b'b' } else { b'a' };
            assert!(!is_well_formed(&String::from_utf8(other).unwrap()), "changed at {at}");
        }
        assert!(!is_well_formed("") && !is_well_formed("qdk_") && !is_well_formed(&format!("{text}a")));
        assert!(!is_well_formed(&"qdk_é".repeat(9)));
    }

    #[test]
    fn too_little_randomness_makes_none() {
        assert_eq!(secret(&[255; 99]), None);
        assert_eq!(secret(&[0; RANDOM_CHARACTERS - 1]), None);
        assert!(secret(&[0; RANDOM_CHARACTERS]).is_some());
    }

    #[test]
    fn the_hint_tells_little() {
        let text = secret(&[7; RANDOM_CHARACTERS]).unwrap();
        assert_eq!(hint(&text).chars().count(), 13);
    }
}
