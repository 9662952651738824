//! Model services: which there are, and by whose key a request to one of them goes out.

use serde::{Deserialize, Serialize};

use crate::{ProviderKeyId, names::named, settings};

named! {
    /// Who runs a model service.
    ModelProvider {
        /// Anthropic.
        Anthropic = "anthropic",
        /// OpenAI.
        OpenAi = "openai",
        /// Google.
        Google = "google",
    }
}

impl ModelProvider {
    /// Name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Anthropic => "Anthropic",
            Self::OpenAi => "OpenAI",
            Self::Google => "Google",
        }
    }

    /// Environment variable of the server with the key of last resort.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Anthropic => "ANTHROPIC_API_KEY",
            Self::OpenAi => "OPENAI_API_KEY",
            Self::Google => "GOOGLE_API_KEY",
        }
    }

    /// Setting with the address of the service.
    #[must_use]
    pub const fn url_setting(self) -> &'static str {
        match self {
            Self::Anthropic => settings::MODEL_ANTHROPIC_URL,
            Self::OpenAi => settings::MODEL_OPENAI_URL,
            Self::Google => settings::MODEL_GOOGLE_URL,
        }
    }

    /// The header that carries the key, and its value.
    #[must_use]
    pub fn credential(self, secret: &str) -> (&'static str, String) {
        match self {
            Self::Anthropic => ("x-api-key", secret.to_owned()),
            Self::OpenAi => ("authorization", format!("Bearer {secret}")),
            Self::Google => ("x-goog-api-key", secret.to_owned()),
        }
    }
}

named! {
    /// Whose key a request goes out with, in the order in which they are looked for.
    KeySource {
        /// The person's own.
        User = "user",
        /// That of their organization.
        Organization = "organization",
        /// That of the platform.
        System = "system",
        /// An environment variable of the server.
        Environment = "environment",
    }
}

named! {
    /// What becomes of a key when a request is sent.
    KeyStanding {
        /// It is used.
        Used = "used",
        /// It would work, but another one goes before it.
        Outranked = "outranked",
        /// It is switched off.
        Inactive = "inactive",
        /// It cannot be opened any more: the keys of the platform were replaced.
        Unreadable = "unreadable",
        /// There is none.
        Absent = "absent",
    }
}

named! {
    /// Whether requests can be sent to a model service.
    ModelServiceState {
        /// They can.
        Ready = "ready",
        /// The platform sends none there.
        Off = "off",
        /// There is no key for them.
        NoKey = "no_key",
    }
}

/// A place where a key is looked for, and what becomes of the one there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyCandidate {
    /// Whose key it is.
    pub source: KeySource,
    /// What becomes of it.
    pub standing: KeyStanding,
    /// The key; `null` when there is none, or when it is not for the caller to see.
    pub provider_key_id: Option<ProviderKeyId>,
    /// End of its secret; `null` when there is none, or when it is not for the caller to see.
    #[cfg_attr(feature = "openapi", schema(example = "…9f3c"))]
    pub hint: Option<String>,
}

/// A model service as one person reaches it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelService {
    /// Who runs it.
    pub provider: ModelProvider,
    /// Name for people.
    #[cfg_attr(feature = "openapi", schema(example = "OpenAI"))]
    pub title: String,
    /// Whether requests can be sent.
    pub state: ModelServiceState,
    /// Whose key a request of the caller goes out with; `null` when there is none.
    pub used: Option<KeySource>,
    /// Environment variable of the server that is looked for last.
    #[cfg_attr(feature = "openapi", schema(example = "OPENAI_API_KEY"))]
    pub variable: String,
    /// Where a key is looked for, in this order, and why it is used or not.
    pub candidates: Vec<KeyCandidate>,
}

/// All model services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelServices {
    /// Each of them.
    pub items: Vec<ModelService>,
}

/// Where requests to a model service go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Address without a slash at its end; paths are put behind it.
    pub url: String,
    /// Whether it may be in a private network.
    pub allow_local: bool,
    /// Longest silence of the service.
    pub silence_seconds: u32,
}

impl ModelService {
    /// The service with its `candidates`, of which those that work are [`KeyStanding::Used`]: the first of them in the order
    /// of sources is, the others are outranked.
    #[must_use]
    pub fn new(provider: ModelProvider, is_on: bool, mut candidates: Vec<KeyCandidate>) -> Self {
        candidates.sort_by_key(|candidate| candidate.source);
        let mut used = None;
        for candidate in candidates.iter_mut().filter(|candidate| candidate.standing == KeyStanding::Used) {
            match used {
                None => used = Some(candidate.source),
                Some(_) => candidate.standing = KeyStanding::Outranked,
            }
        }
        let state = match used {
            _ if !is_on => ModelServiceState::Off,
            None => ModelServiceState::NoKey,
            Some(_) => ModelServiceState::Ready,
        };
        let (title, variable) = (provider.title().to_owned(), provider.variable().to_owned());
        Self { provider, title, state, used, variable, candidates }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn standing() -> impl Strategy<Value = KeyStanding> {
        prop::sample::select(vec![
            KeyStanding::Used,
            KeyStanding::Inactive,
            KeyStanding::Unreadable,
            KeyStanding::Absent,
        ])
    }

    proptest! {
        /// S4-KEY-01: the first that works in the order of sources is used, and nothing else.
        #[test]
        fn the_first_that_works_is_used(standings in prop::array::uniform4(standing()), is_on: bool) {
            let candidate = |(source, standing): (&KeySource, KeyStanding)| KeyCandidate {
                source: *source, standing, provider_key_id: None, hint: None,
            };
            let given: Vec<KeyCandidate> = KeySource::ALL.iter().zip(standings).rev().map(candidate).collect();
            let service = ModelService::new(ModelProvider::OpenAi, is_on, given);
            let first = standings.iter().position(|standing| *standing == KeyStanding::Used);
            prop_assert_eq!(service.used, first.map(|at| KeySource::ALL[at]));
            for (at, candidate) in service.candidates.iter().enumerate() {
                prop_assert_eq!(candidate.source, KeySource::ALL[at]);
                let expected = match standings[at] {
                    KeyStanding::Used if Some(at) != first => KeyStanding::Outranked,
                    other => other,
                };
                prop_assert_eq!(candidate.standing, expected);
            }
            let state = match (is_on, first) {
                (false, _) => ModelServiceState::Off,
                (true, None) => ModelServiceState::NoKey,
                (true, Some(_)) => ModelServiceState::Ready,
            };
            prop_assert_eq!(service.state, state);
        }
    }
}
