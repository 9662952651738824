//! Keys of last resort, in the environment of the server.

use std::{collections::BTreeMap, fmt};

use quarterdeck_domain::model_services::ModelProvider;

/// Keys by provider. They are never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EnvironmentKeys(BTreeMap<ModelProvider, String>);

impl EnvironmentKeys {
    /// The keys that `variable` has by the names of the providers' variables. What cannot stand in a header is none.
    #[must_use]
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is_key = |secret: &String| !secret.is_empty() && secret.bytes().all(|byte| byte.is_ascii_graphic());
        let key = |provider: &ModelProvider| {
            let secret = variable(provider.variable())?.trim().to_owned();
            Some(secret).filter(is_key).map(|secret| (*provider, secret))
        };
        Self(ModelProvider::ALL.iter().filter_map(key).collect())
    }

    /// The key of `provider`.
    #[must_use]
    pub fn get(&self, provider: ModelProvider) -> Option<&str> {
        self.0.get(&provider).map(String::as_str)
    }
}

impl fmt::Debug for EnvironmentKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_never_shown() {
        let given = |name: &str| match name {
            "OPENAI_API_KEY" => Some(" sk-example-9f3c\n".to_owned()),
            "GOOGLE_API_KEY" => Some("two words".to_owned()),
            _ => None,
        };
        let keys = EnvironmentKeys::read(given);
        assert_eq!(keys.get(ModelProvider::OpenAi), Some("sk-example-9f3c"));
        assert_eq!((keys.get(ModelProvider::Google), keys.get(ModelProvider::Anthropic)), (None, None));
        assert_eq!(format!("{keys:?}"), "{OpenAi}");
    }
}
