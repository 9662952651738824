//! The one password policy: every path that sets a password asks [`PasswordRules::check`].

use serde::{Deserialize, Serialize};

use crate::{Error, FieldError, Result, text};

/// The fewest characters that the policy may be set to.
pub const FLOOR: u32 = 6;
/// The fewest characters unless set otherwise.
pub const DEFAULT_MIN_LENGTH: u32 = 12;
/// The most characters of a password.
pub const MAX_LENGTH: u32 = 256;

/// What a new password must satisfy. Passwords that exist already are not judged again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordRules {
    /// Fewest characters, 6 to 256.
    #[cfg_attr(feature = "openapi", schema(minimum = 6, maximum = 256, example = 12))]
    pub min_length: u32,
    /// Most characters.
    #[cfg_attr(feature = "openapi", schema(example = 256))]
    pub max_length: u32,
    /// Whether a lower-case letter is needed.
    pub require_lower: bool,
    /// Whether an upper-case letter is needed.
    pub require_upper: bool,
    /// Whether a digit is needed.
    pub require_digit: bool,
    /// Whether a character that is neither letter nor digit is needed.
    pub require_punctuation: bool,
    /// Whether well-known passwords are refused.
    pub deny_common: bool,
}

impl Default for PasswordRules {
    fn default() -> Self {
        Self {
            min_length: DEFAULT_MIN_LENGTH,
            max_length: MAX_LENGTH,
            require_lower: false,
            require_upper: false,
            require_digit: false,
            require_punctuation: false,
            deny_common: true,
        }
    }
}

impl PasswordRules {
    /// All faults of `password` for the account `username`, each at `pointer`.
    #[must_use]
    pub fn faults(&self, pointer: &str, password: &str, username: &str) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |code: &str, message: String| faults.push(FieldError::new(pointer, code, message));
        let length = u32::try_from(password.chars().count()).unwrap_or(u32::MAX);
        if length < self.min_length {
            fault("too-short", format!("must have at least {} characters", self.min_length));
        }
        // Of no password there is no more to say.
        if length == 0 {
            return faults;
        }
        if length > self.max_length {
            fault("too-long", format!("must have at most {} characters", self.max_length));
        }
        if password.trim() != password {
            fault("surrounding-space", "must not begin or end with a space".to_owned());
        }
        if self.require_lower && !password.chars().any(char::is_lowercase) {
            fault("needs-lower", "must have a lower-case letter".to_owned());
        }
        if self.require_upper && !password.chars().any(char::is_uppercase) {
            fault("needs-upper", "must have an upper-case letter".to_owned());
        }
        if self.require_digit && !password.chars().any(char::is_numeric) {
            fault("needs-digit", "must have a digit".to_owned());
        }
        if self.require_punctuation && password.chars().all(char::is_alphanumeric) {
            fault("needs-punctuation", "must have a character that is neither a letter nor a digit".to_owned());
        }
        if self.deny_common && is_common(password, username) {
            fault(
                "too-common",
                "is easy to guess; choose one that is not a well-known word, a row of keys or the username".to_owned(),
            );
        }
        faults
    }

    /// Refuses a password with faults.
    ///
    /// # Errors
    /// `Invalid` with all faults at `pointer`.
    pub fn check(&self, pointer: &str, password: &str, username: &str) -> Result<()> {
        match self.faults(pointer, password, username) {
            faults if faults.is_empty() => Ok(()),
            faults => Err(Error::Invalid(faults)),
        }
    }
}

/// Words that guessing programs try first, alone, doubled, or with digits and signs around them.
const COMMON_WORDS: &[&str] = &[
    "abc",
    "abcd",
    "abcdef",
    "access",
    "account",
    "admin",
    "administrator",
    "adminadmin",
    "angel",
    "asdf",
    "asdfgh",
    "asdfghjkl",
    "azerty",
    "baseball",
    "basketball",
    "batman",
    "blink",
    "changeit",
    "changeme",
    "charlie",
    "cheese",
    "chocolate",
    "company",
    "computer",
    "correcthorsebatterystaple",
    "daniel",
    "default",
    "donald",
    "dragon",
    "flower",
    "football",
    "freedom",
    "fuckyou",
    "guest",
    "hello",
    "hockey",
    "hunter",
    "iloveyou",
    "internet",
    "jennifer",
    "jordan",
    "killer",
    "letmein",
    "liverpool",
    "login",
    "lovely",
    "manager",
    "master",
    "matrix",
    "michael",
    "monkey",
    "mustang",
    "mypassword",
    "nothing",
    "operator",
    "pass",
    "passphrase",
    "passw",
    "password",
    "passwort",
    "pepper",
    "pokemon",
    "princess",
    "qazwsx",
    "qazwsxedc",
    "quarterdeck",
    "qwer",
    "qwerty",
    "qwertyuiop",
    "qwertz",
    "ranger",
    "root",
    "samsung",
    "secret",
    "security",
    "server",
    "shadow",
    "soccer",
    "spring",
    "starwars",
    "summer",
    "sunshine",
    "superman",
    "superuser",
    "support",
    "system",
    "test",
    "testing",
    "thomas",
    "trustno",
    "user",
    "welcome",
    "whatever",
    "winter",
    "yxcvbn",
    "zaq",
    "zxcvbn",
    "zxcvbnm",
];

/// Rows of keys and of the alphabet that are typed in one stroke.
const RUNS: [&str; 6] = [
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
];

/// Whether `password` is among the first guesses for the account `username`.
fn is_common(password: &str, username: &str) -> bool {
    let folded = text::fold(password);
    let unleeted = |text: &str| text.chars().map(unleet).collect::<String>();
    let core = |text: &str| text.trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    let words = [core(&folded), unleeted(&core(&folded)), core(&unleeted(&folded)), folded.clone()];
    let known = |word: &str| COMMON_WORDS.contains(&word) || (word.len() >= 3 && word == text::fold(username));
    words.iter().any(|word| known(word) || halves(word).is_some_and(known)) || is_run(&folded)
}

/// One half of a text that repeats it.
fn halves(word: &str) -> Option<&str> {
    let (first, second) = word.split_at_checked(word.len() / 2)?;
    (first == second && !first.is_empty()).then_some(first)
}

/// Letters for the digits and signs that commonly stand for them.
const fn unleet(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// One or two characters repeated, or a stroke along the keys, either way.
fn is_run(text: &str) -> bool {
    let mut distinct: Vec<char> = text.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let reversed: String = text.chars().rev().collect();
    distinct.len() <= 2 || RUNS.iter().any(|run| run.contains(text) || run.contains(reversed.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(rules: &PasswordRules, password: &str) -> Vec<String> {
        rules.faults("/password", password, "ada.byron").into_iter().map(|fault| fault.code).collect()
    }

    #[test]
    fn default_policy() {
        let rules = PasswordRules::default();
        assert_eq!(codes(&rules, "brass lantern 9"), [""; 0]);
        assert_eq!(codes(&rules, "short"), ["too-short"]);
        assert_eq!(codes(&rules, &"xy9".repeat(100)), ["too-long"]);
        assert_eq!(codes(&rules, " brass lantern"), ["surrounding-space"]);
    }

    #[test]
    fn first_guesses_are_refused() {
        let rules = PasswordRules::default();
        for guess in [
            "Password1234!",
            "P@ssw0rd2026!",
            "aaaaaaaaaaaa",
            "123456789012",
            "qwertyuiopas",
            "ada.byron2026",
            "adminadmin12",
            "abababababab",
        ] {
            assert_eq!(codes(&rules, guess), ["too-common"], "{guess}");
        }
    }

    #[test]
    fn classes() {
        let rules = PasswordRules {
            require_lower: true,
            require_upper: true,
            require_digit: true,
            require_punctuation: true,
            ..PasswordRules::default()
        };
        assert_eq!(codes(&rules, "éèàùéèàùéèàùx"), ["needs-upper", "needs-digit", "needs-punctuation"]);
        assert_eq!(codes(&rules, "Brass-lantern-9"), [""; 0]);
    }
}
