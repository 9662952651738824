//! Why a request to a model service came to nothing.

/// What went wrong beyond the platform; 502 or 504 on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ModelServiceFault {
    /// Its address is one that requests do not go to.
    Address,
    /// It cannot be reached, or does not prove who it is.
    Unreachable,
    /// It ended the connection, or does not speak HTTP.
    Broken,
    /// It answers by a way to another address.
    Redirect,
    /// Its answer is too large.
    TooLarge,
    /// It keeps silent for too long.
    Silent,
}

impl ModelServiceFault {
    /// All of them, for the catalogue of codes.
    pub const ALL: [Self; 6] =
        [Self::Address, Self::Unreachable, Self::Broken, Self::Redirect, Self::TooLarge, Self::Silent];

    /// Stable code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Address => "model-service-address",
            Self::Unreachable => "model-service-unreachable",
            Self::Broken => "model-service-broken",
            Self::Redirect => "model-service-redirect",
            Self::TooLarge => "model-service-too-large",
            Self::Silent => "model-service-silent",
        }
    }

    /// HTTP status (RFC 9110, sections 15.6.3 and 15.6.5).
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Silent => 504,
            _ => 502,
        }
    }

    /// What happened and what to do, for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Address => {
                "The address of the model service is one that requests do not go to: it must be https, and not in a private network unless the settings allow it."
            }
            Self::Unreachable => {
                "The model service cannot be reached, or its certificate is not valid. Try again later."
            }
            Self::Broken => "The model service ended the connection without an answer. Try again later.",
            Self::Redirect => "The model service answers by a way to another address, which is not followed.",
            Self::TooLarge => "The answer of the model service is larger than the platform passes on.",
            Self::Silent => "The model service did not answer in time. Try again later.",
        }
    }
}
