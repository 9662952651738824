//! Rules for the short texts that people type: usernames, names, e-mail addresses.

mod characters;

use crate::{Error, FieldError};
use characters::{is_control, is_hidden, is_visible};

/// Fewest characters of a username.
pub const USERNAME_MIN: usize = 3;
/// Most characters of a username.
pub const USERNAME_MAX: usize = 50;
/// Days for which a former username stays reserved.
pub const USERNAME_RESERVED_DAYS: i64 = 90;
/// Most characters of a name or another one-line text.
pub const LINE_MAX: usize = 255;
/// Most characters of a reason.
pub const REASON_MAX: usize = 500;
/// Most characters of an e-mail address (RFC 5321, section 4.5.3.1.3, less the angle brackets).
pub const EMAIL_MAX: usize = 254;

/// The form in which usernames, e-mail addresses and search texts are compared.
#[must_use]
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// `1 event`, `2 events`.
#[must_use]
pub fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Checks a username: 3 to 50 of `A-Z a-z 0-9 . _ -`, a letter or digit first.
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_username(pointer: &str, name: &str) -> Result<(), FieldError> {
    if name.chars().count() < USERNAME_MIN {
        return Err(FieldError::new(pointer, "too-short", "must have at least 3 characters"));
    }
    if name.chars().count() > USERNAME_MAX {
        return Err(FieldError::new(pointer, "too-long", "must have at most 50 characters"));
    }
    if !name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return Err(FieldError::new(pointer, "format", "must begin with a letter or a digit"));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')) {
        return Err(FieldError::new(pointer, "format", "may have letters, digits, dots, dashes and underscores only"));
    }
    Ok(())
}

/// Checks a one-line text that must say something: a display name, a title.
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_line(pointer: &str, text: &str) -> Result<(), FieldError> {
    if text.trim().is_empty() {
        return Err(FieldError::new(pointer, "required", "must not be empty"));
    }
    check_optional_line(pointer, text, LINE_MAX)
}

/// Checks a one-line text that may be empty.
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_optional_line(pointer: &str, text: &str, max: usize) -> Result<(), FieldError> {
    if text.chars().count() > max {
        return Err(FieldError::new(pointer, "too-long", format!("must have at most {max} characters")));
    }
    check_characters(pointer, text)
}

/// Checks a one-line text that is compared with others and never shown: a search, a login.
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_search(pointer: &str, text: &str, max: usize) -> Result<(), FieldError> {
    if text.chars().count() > max {
        return Err(FieldError::new(pointer, "too-long", format!("must have at most {max} characters")));
    }
    if text.chars().any(is_control) {
        return Err(FieldError::new(pointer, "format", "must not have line breaks or control characters"));
    }
    Ok(())
}

/// Checks the search text of a list, if there is one.
///
/// # Errors
/// `Invalid` at `/q`.
pub fn check_query(q: Option<&str>) -> Result<(), Error> {
    check_search("/q", q.unwrap_or_default(), 200).map_err(|fault| Error::Invalid(vec![fault]))
}

/// Checks a text of several lines.
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_lines(pointer: &str, text: &str, max: usize) -> Result<(), FieldError> {
    if text.chars().count() > max {
        return Err(FieldError::new(pointer, "too-long", format!("must have at most {max} characters")));
    }
    text.split('\n').try_for_each(|line| check_characters(pointer, line))
}

/// What is shown must be what is seen: nothing hidden in it, and something visible unless it is empty.
fn check_characters(pointer: &str, text: &str) -> Result<(), FieldError> {
    if text.chars().any(is_hidden) {
        return Err(FieldError::new(pointer, "format", "must not have line breaks, control or invisible characters"));
    }
    if !text.trim().is_empty() && !text.chars().any(is_visible) {
        return Err(FieldError::new(pointer, "format", "must have a character that can be seen"));
    }
    Ok(())
}

/// Checks an e-mail address (RFC 5321 `Mailbox`, without address literals and quoted names).
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_email(pointer: &str, address: &str) -> Result<(), FieldError> {
    if address.chars().count() > EMAIL_MAX {
        return Err(FieldError::new(pointer, "too-long", "must have at most 254 characters"));
    }
    if is_email(address) {
        return Ok(());
    }
    Err(FieldError::new(pointer, "format", "must be an e-mail address, as ada@example.org"))
}

/// Whether it is an address of RFC 5321 without quotes and literals.
#[cfg(not(target_family = "wasm"))]
fn is_email(address: &str) -> bool {
    let options = email_address::Options::default().without_display_text().without_domain_literal();
    email_address::EmailAddress::parse_with_options(address, options)
        .is_ok_and(|parsed| !parsed.local_part().starts_with('"'))
}

/// Whether it has the shape of one: the server judges again, and the console spares itself the grammar.
#[cfg(target_family = "wasm")]
fn is_email(address: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.contains(['@', ' ']);
    address.split_once('@').is_some_and(|(local, domain)| is_part(local) && is_part(domain))
}

/// Checks an absolute `http` or `https` URL.
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_url(pointer: &str, url: &str) -> Result<(), FieldError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if host.is_empty() || url.chars().any(|c| c.is_whitespace() || is_hidden(c)) {
        return Err(FieldError::new(pointer, "format", "must be a URL that begins with https:// or http://"));
    }
    if url.chars().count() > LINE_MAX {
        return Err(FieldError::new(pointer, "too-long", "must have at most 255 characters"));
    }
    Ok(())
}

/// Checks an absolute `http` or `https` URL that paths are put behind: without credentials, query and fragment.
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_base_url(pointer: &str, url: &str) -> Result<(), FieldError> {
    check_url(pointer, url)?;
    if url.contains(['?', '#', '@', '\\']) {
        let message = "must have no user, password, query or fragment, as https://platform.example.org";
        return Err(FieldError::new(pointer, "format", message));
    }
    Ok(())
}

/// Checks an ISO 3166-1 alpha-2 country code by its shape: two capital letters.
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_country(pointer: &str, code: &str) -> Result<(), FieldError> {
    if code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(());
    }
    Err(FieldError::new(pointer, "format", "must be a country code of two capital letters, as NL"))
}

/// Checks a language tag by its shape (BCP 47: `en`, `pt-BR`).
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_language(pointer: &str, tag: &str) -> Result<(), FieldError> {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    if tag.len() <= 35
        && (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(is_part)
    {
        return Ok(());
    }
    Err(FieldError::new(pointer, "format", "must be a language tag, as en or pt-BR"))
}

/// Checks a time zone by the shape of its name in the IANA database (`Europe/Paris`, `UTC`).
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_time_zone(pointer: &str, name: &str) -> Result<(), FieldError> {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+'))
    };
    if name.len() <= 64 && name.split('/').all(is_part) {
        return Ok(());
    }
    Err(FieldError::new(pointer, "format", "must be a time zone name, as Europe/Paris or UTC"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        assert_eq!([0, 1, 2].map(|count| counted(count, "event")), ["0 events", "1 event", "2 events"]);
    }

    #[test]
    fn usernames() {
        for good in ["ada", "a.b", "A-1_2", &"x".repeat(50)] {
            assert_eq!(check_username("/username", good), Ok(()), "{good}");
        }
        for bad in ["ab", "", ".ada", "a b", "ada@x", "adä", &"x".repeat(51)] {
            assert!(check_username("/username", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn lines_show_what_they_are() {
        for good in ["Ada Lovelace", "Zoë", "محمد‌رضا", "李小龍", "👩\u{200d}🚀", "क्\u{200d}ष", "é e\u{301}"]
        {
            assert_eq!(check_line("/display_name", good), Ok(()), "{good}");
        }
        for bad in [
            "",
            " ",
            "\u{a0}\u{3000}",
            "\u{200b}",
            "\u{200d}",
            "\u{3164}",
            "A\u{200b}da",
            "\u{202e}adA",
            "A\tb",
            "A\u{85}",
            "\u{301}",
        ] {
            assert!(check_line("/display_name", bad).is_err(), "{bad:?}");
        }
        assert!(check_optional_line("", "", 9).is_ok() && check_optional_line("", "\u{2060}", 9).is_err());
        assert!(check_lines("", "One\n\nTwo", 9).is_ok() && check_lines("", "One\n\u{feff}", 9).is_err());
        assert!(check_search("", "\u{200b}", 9).is_ok() && check_search("", "a\nb", 9).is_err());
    }

    #[test]
    fn emails() {
        for good in ["ada@example.org", "a+b@x.co", "a.b@localhost"] {
            assert_eq!(check_email("/email", good), Ok(()), "{good}");
        }
        for bad in ["", "ada", "@x.org", "a@", "a b@x.org", "\"a b\"@x.org", "a@[127.0.0.1]", "Ada <ada@x.org>"] {
            assert!(check_email("/email", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn places() {
        assert!(check_country("", "NL").is_ok() && check_country("", "nl").is_err());
        assert!(check_language("", "pt-BR").is_ok() && check_language("", "x").is_err());
        assert!(check_time_zone("", "America/Argentina/Buenos_Aires").is_ok() && check_time_zone("", "a b").is_err());
        for url in ["https://h/?y", "https://h#z", "https://a@h", "https://a:b@h/", "https://h\\x"] {
            assert!(check_base_url("", url).is_err(), "{url}");
        }
        assert!(check_base_url("", "https://example.org:8443/platform").is_ok());
        assert!(check_url("", "https://example.org/a").is_ok() && check_url("", "javascript:x").is_err());
    }
}
