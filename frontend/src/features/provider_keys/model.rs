//! Whose keys are meant, what the form of a key says, and what a model service tells of its keys. Plain Rust.

use quarterdeck_domain::{
    Error, FieldError, Permission, Resource, Result,
    model_services::{KeySource, KeyStanding, ModelProvider, ModelService, ModelServiceState},
    provider_keys::{CreateProviderKey, KeyOwner, NewOwner, ProviderKey, ProviderKeyFilter},
};

use crate::{
    i18n::text,
    session::Session,
    ui::{icon::Icon, pill::Tone},
};

/// Whose keys are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Of all who are administered.
    All,
    /// Of one owner.
    One(NewOwner),
}

/// Whose `key` is.
#[must_use]
pub fn owner_of(key: &ProviderKey) -> NewOwner {
    let of_user = key.user_id.map(NewOwner::User);
    of_user.or(key.organization_id.map(NewOwner::Organization)).unwrap_or(NewOwner::System)
}

/// Has `filter` leave the keys of `owner` alone.
pub fn narrow(filter: &mut ProviderKeyFilter, owner: NewOwner) {
    match owner {
        NewOwner::User(id) => filter.user_id = Some(id),
        NewOwner::Organization(id) => {
            filter.owner = Some(KeyOwner::Organization);
            filter.organization_id = Some(id);
        }
        NewOwner::System => filter.owner = Some(KeyOwner::System),
    }
}

/// Whether the person may store and change keys of `owner`. A courtesy: of other people the list tells too little, and the
/// server decides.
#[must_use]
pub fn may_write(session: Session, owner: NewOwner) -> bool {
    let may = |resource| session.refusal(Permission::ProviderKeyWrite, &resource).is_none();
    match owner {
        NewOwner::User(id) if session.is_own(id) => session.may(Permission::ProviderKeyWrite),
        NewOwner::User(_) => session.reaches_others(Permission::ProviderKeyWrite),
        NewOwner::Organization(id) => may(Resource::Organization(id)),
        NewOwner::System => may(Resource::Platform),
    }
}

/// Words of a kind of owner.
#[must_use]
pub fn owner_words(owner: KeyOwner) -> &'static str {
    match owner {
        KeyOwner::User => text::provider_keys::of_user(),
        KeyOwner::Organization => text::provider_keys::of_organization(),
        KeyOwner::System => text::provider_keys::of_platform(),
    }
}

/// The faults of a form.
#[must_use]
pub fn faults(checked: Result<()>) -> Vec<FieldError> {
    match checked {
        Err(Error::Invalid(found)) => found,
        _ => Vec::new(),
    }
}

/// The providers of which there is no key yet.
#[must_use]
pub fn free(taken: &[ModelProvider]) -> Vec<ModelProvider> {
    ModelProvider::ALL.iter().copied().filter(|provider| !taken.contains(provider)).collect()
}

/// The form of a new key, as it was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Whose it will be; nobody's until somebody is chosen.
    pub owner: Option<NewOwner>,
    /// The kind of owner that was chosen.
    pub kind: KeyOwner,
    /// Provider; empty when none is left.
    pub provider: String,
    /// Name.
    pub name: String,
    /// Secret.
    pub secret: String,
}

impl Filled {
    /// The new key.
    ///
    /// # Errors
    /// What is wrong with the form.
    pub fn create(&self) -> std::result::Result<CreateProviderKey, Vec<FieldError>> {
        let fault = |pointer, message| vec![FieldError::new(pointer, "required", message)];
        let owner = self.owner.ok_or_else(|| match self.kind {
            KeyOwner::Organization => fault("/organization_id", text::provider_keys::choose_user()),
            KeyOwner::User | KeyOwner::System => fault("/user_id", text::provider_keys::choose_user()),
        })?;
        let provider = self.provider.parse().map_err(|_| fault("/provider", text::provider_keys::none_left_fault()))?;
        let (kind, user_id, organization_id) = match owner {
            NewOwner::User(id) => (KeyOwner::User, Some(id), None),
            NewOwner::Organization(id) => (KeyOwner::Organization, None, Some(id)),
            NewOwner::System => (KeyOwner::System, None, None),
        };
        let body = CreateProviderKey {
            provider,
            name: self.name.trim().to_owned(),
            secret: self.secret.trim().to_owned(),
            owner: Some(kind),
            user_id,
            organization_id,
        };
        match faults(body.check()) {
            found if found.is_empty() => Ok(body),
            found => Err(found),
        }
    }
}

/// Whether requests can be sent to a service, as a word with its sign.
#[must_use]
pub fn state(service: &ModelService) -> (Tone, Icon, &'static str) {
    match service.state {
        ModelServiceState::Ready => (Tone::Good, Icon::Done, text::provider_keys::ready()),
        ModelServiceState::Off => (Tone::Quiet, Icon::Pause, text::provider_keys::off()),
        ModelServiceState::NoKey => (Tone::Warn, Icon::Warning, text::provider_keys::no_key()),
    }
}

/// The same as a sentence, with whose key it is.
#[must_use]
pub fn sentence(service: &ModelService) -> &'static str {
    match (service.state, service.used) {
        (ModelServiceState::Off, _) => text::provider_keys::off_words(),
        (_, None) | (ModelServiceState::NoKey, _) => text::provider_keys::no_key_words(),
        (_, Some(KeySource::User)) => text::provider_keys::by_own(),
        (_, Some(KeySource::Organization)) => text::provider_keys::by_organization(),
        (_, Some(KeySource::System)) => text::provider_keys::by_platform(),
        (_, Some(KeySource::Environment)) => text::provider_keys::by_environment(),
    }
}

/// Where a key was looked for.
#[must_use]
pub fn source_words(source: KeySource) -> &'static str {
    match source {
        KeySource::User => text::provider_keys::source_own(),
        KeySource::Organization => text::provider_keys::source_organization(),
        KeySource::System => text::provider_keys::of_platform(),
        KeySource::Environment => text::provider_keys::source_environment(),
    }
}

/// What becomes of the key that was found, with its sign; `is_off` where no request goes out at all.
#[must_use]
pub fn standing(standing: KeyStanding, is_off: bool) -> (Tone, Icon, &'static str) {
    match standing {
        KeyStanding::Used if is_off => (Tone::Quiet, Icon::Dot, text::provider_keys::would_be_used()),
        KeyStanding::Used => (Tone::Good, Icon::Done, text::provider_keys::used()),
        KeyStanding::Outranked => (Tone::Quiet, Icon::Dot, text::provider_keys::in_reserve()),
        KeyStanding::Inactive => (Tone::Warn, Icon::Pause, text::provider_keys::is_off()),
        KeyStanding::Unreadable => (Tone::Bad, Icon::Error, text::provider_keys::unreadable()),
        KeyStanding::Absent => (Tone::Quiet, Icon::Minus, text::provider_keys::none()),
    }
}

#[cfg(test)]
mod tests {
    use quarterdeck_domain::{OrganizationId, UserId, model_services::KeyCandidate};

    use super::*;

    fn filled() -> Filled {
        Filled {
            owner: Some(NewOwner::System),
            kind: KeyOwner::System,
            provider: "openai".to_owned(),
            name: " research ".to_owned(),
            secret: "sk-example-000000009f3c\n".to_owned(),
        }
    }

    #[test]
    fn the_form_becomes_a_key_of_its_owner() {
        let (user, organization) = ("0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e", "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0f");
        let (user, organization): (UserId, OrganizationId) = (user.parse().unwrap(), organization.parse().unwrap());
        for owner in [NewOwner::System, NewOwner::User(user), NewOwner::Organization(organization)] {
            let body = Filled { owner: Some(owner), ..filled() }.create().unwrap();
            assert_eq!((body.name.as_str(), body.secret.as_str()), ("research", "sk-example-000000009f3c"));
            assert_eq!(body.owner(user), Some(owner));
        }
    }

    /// A key of nobody would become one's own, and a form without a provider one of any.
    #[test]
    fn nothing_is_stored_for_nobody_and_for_no_provider() {
        let pointer = |form: Filled| form.create().unwrap_err()[0].pointer.clone();
        assert_eq!(pointer(Filled { owner: None, kind: KeyOwner::User, ..filled() }), "/user_id");
        assert_eq!(pointer(Filled { owner: None, kind: KeyOwner::Organization, ..filled() }), "/organization_id");
        assert_eq!(pointer(Filled { provider: String::new(), ..filled() }), "/provider");
        assert_eq!(pointer(Filled { secret: "short".to_owned(), ..filled() }), "/secret");
    }

    #[test]
    fn what_is_taken_is_not_offered() {
        assert_eq!(free(&[ModelProvider::OpenAi]), [ModelProvider::Anthropic, ModelProvider::Google]);
        assert!(free(ModelProvider::ALL).is_empty());
    }

    #[test]
    fn a_service_tells_by_whose_key_requests_go_out() {
        let service = |is_on, used: Option<KeySource>| {
            let candidates = used.map(|source| KeyCandidate {
                source,
                standing: KeyStanding::Used,
                provider_key_id: None,
                hint: None,
            });
            ModelService::new(ModelProvider::OpenAi, is_on, candidates.into_iter().collect())
        };
        for source in KeySource::ALL {
            assert!(sentence(&service(true, Some(*source))).starts_with("Requests go out with"), "{source}");
        }
        assert_eq!(sentence(&service(true, None)), text::provider_keys::no_key_words());
        assert_eq!(sentence(&service(false, Some(KeySource::User))), text::provider_keys::off_words());
        assert_eq!(standing(KeyStanding::Used, true).2, text::provider_keys::would_be_used());
    }
}
