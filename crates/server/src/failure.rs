//! Why the program stops, in words for the operator.

use std::{error::Error as _, fmt};

use quarterdeck_adapters::KeyError;
use quarterdeck_domain::Error;

/// What went wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(String);

impl Failure {
    /// A failure with these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// The failure, with what was being done when it happened.
    pub fn while_doing(self, what: &str) -> Self {
        Self(format!("{what}: {}", self.0))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match &error {
            Error::Invalid(faults) => {
                let fault = |pointer: &str, message: &str| format!("{} {message}", pointer.trim_start_matches('/'));
                let faults: Vec<_> = faults.iter().map(|each| fault(&each.pointer, &each.message)).collect();
                Self(faults.join("\n"))
            }
            Error::NotFound("user") => Self("there is no user with this name or e-mail address".to_owned()),
            _ => {
                let mut words = error.to_string();
                let mut cause = error.source();
                while let Some(source) = cause {
                    words = format!("{words}: {source}");
                    cause = source.source();
                }
                Self(words)
            }
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_their_field_and_causes_are_told() {
        let invalid = Failure::from(Error::field("/password", "too-short", "must have at least 12 characters"));
        assert_eq!(invalid.to_string(), "password must have at least 12 characters");
        let internal = Failure::from(Error::internal(std::io::Error::other("disk is full")));
        assert_eq!(internal.to_string(), "internal error: disk is full");
    }
}
