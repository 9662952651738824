//! The form of a key: a new one, another name, or another secret.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    FieldError, Permission, Resource,
    model_services::ModelProvider,
    provider_keys::{CreateProviderKey, KeyOwner, ListProviderKeys, NewOwner, UpdateProviderKey},
};

use super::{
    acts::{Acts, Subject},
    model::{Filled, Whose, faults as found, free, narrow, owner_words},
};
use crate::{
    features::users::{OrganizationField, find_users},
    i18n::text,
    session::{Session, use_session},
    transport::api,
    ui::{
        choice::SelectField,
        dialog::{FormDialog, open_with},
        field::{Faults, Kind, TextField},
        lookup::LookupField,
        submission::Submission,
    },
};

/// The fields of the form.
#[derive(Clone, Copy)]
struct Form {
    whose: Whose,
    kind: RwSignal<String>,
    user: RwSignal<String>,
    user_words: RwSignal<String>,
    organization: RwSignal<String>,
    organization_words: RwSignal<String>,
    provider: RwSignal<String>,
    name: RwSignal<String>,
    secret: RwSignal<String>,
    /// Providers of which the owner has a key.
    taken: RwSignal<Vec<ModelProvider>>,
}

impl Form {
    fn new(whose: Whose) -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            whose,
            kind: text(),
            user: text(),
            user_words: text(),
            organization: text(),
            organization_words: text(),
            provider: text(),
            name: text(),
            secret: text(),
            taken: RwSignal::new(Vec::new()),
        }
    }

    /// Begins anew; a secret is never filled in.
    fn begin(self, subject: &Subject, kinds: &[KeyOwner]) {
        for field in [self.user, self.user_words, self.organization, self.organization_words, self.secret] {
            field.set(String::new());
        }
        self.taken.set(Vec::new());
        self.kind.set(kinds.first().map(|kind| kind.name().to_owned()).unwrap_or_default());
        let provider = match subject {
            Subject::New(provider) => *provider,
            Subject::Name(key) | Subject::Secret(key) => Some(key.provider),
        };
        self.provider.set(provider.map(|provider| provider.name().to_owned()).unwrap_or_default());
        self.name.set(match subject {
            Subject::Name(key) => key.name.clone(),
            Subject::New(_) | Subject::Secret(_) => String::new(),
        });
    }

    fn kind(self) -> KeyOwner {
        self.kind.with(|kind| kind.parse().unwrap_or(KeyOwner::User))
    }

    /// Whose the key will be, once somebody is chosen.
    fn owner(self) -> Option<NewOwner> {
        match (self.whose, self.kind()) {
            (Whose::One(owner), _) => Some(owner),
            (Whose::All, KeyOwner::System) => Some(NewOwner::System),
            (Whose::All, KeyOwner::User) => self.user.with(|id| id.parse().ok()).map(NewOwner::User),
            (Whose::All, KeyOwner::Organization) => {
                self.organization.with(|id| id.parse().ok()).map(NewOwner::Organization)
            }
        }
    }

    fn filled(self) -> Filled {
        untrack(|| Filled {
            owner: self.owner(),
            kind: self.kind(),
            provider: self.provider.get(),
            name: self.name.get(),
            secret: self.secret.get(),
        })
    }
}

/// The kinds of owners that the person may store keys for, beside themselves.
fn kinds(session: Session) -> Vec<KeyOwner> {
    let permission = Permission::ProviderKeyWrite;
    KeyOwner::ALL
        .iter()
        .rev()
        .copied()
        .filter(|kind| match kind {
            KeyOwner::System => session.refusal(permission, &Resource::Platform).is_none(),
            KeyOwner::Organization | KeyOwner::User => session.reaches_others(permission),
        })
        .collect()
}

/// The providers of which `owner` has a key.
async fn taken(owner: NewOwner) -> Vec<ModelProvider> {
    let mut request = ListProviderKeys::default();
    narrow(&mut request.filter, owner);
    let found = api().list_provider_keys(&request).await;
    found.map(|page| page.items.into_iter().map(|key| key.provider).collect()).unwrap_or_default()
}

/// What is sent.
enum Sent {
    New(CreateProviderKey),
    Change(UpdateProviderKey),
}

fn read(form: Form, subject: &Subject) -> Result<Sent, Vec<FieldError>> {
    let filled = form.filled();
    let update = match subject {
        Subject::New(_) => return filled.create().map(Sent::New),
        Subject::Name(_) => {
            UpdateProviderKey { name: Some(filled.name.trim().to_owned()), ..UpdateProviderKey::default() }
        }
        Subject::Secret(_) => {
            UpdateProviderKey { secret: Some(filled.secret.trim().to_owned()), ..UpdateProviderKey::default() }
        }
    };
    match found(update.check()) {
        faults if faults.is_empty() => Ok(Sent::Change(update)),
        faults => Err(faults),
    }
}

/// Stores a key, or changes one.
#[component]
pub(super) fn EditorDialog(
    /// The acts that open it.
    acts: Acts,
) -> impl IntoView {
    let session = use_session();
    let form = Form::new(acts.whose);
    let submission @ Submission { busy, error, faults } = Submission::new();
    let subject = acts.editing;
    let open = open_with(subject, move || {
        if let Some(subject) = subject.get_untracked() {
            form.begin(&subject, &untrack(|| kinds(session)));
        }
        submission.reset();
    });
    let is_new = Memo::new(move |_| subject.with(|subject| matches!(subject, Some(Subject::New(_)))));
    let owner = Memo::new(move |_| form.owner().filter(|_| open.get() && is_new.get()));
    crate::browser::effect(move || {
        let asked = owner.get();
        form.taken.set(Vec::new());
        let Some(asked) = asked else { return };
        crate::browser::spawn(async move {
            let found = taken(asked).await;
            // An answer about somebody who was chosen before is out of date.
            if owner.try_get_untracked() == Some(Some(asked)) {
                form.taken.try_set(found);
            }
        });
    });
    crate::browser::effect(move || {
        let free = form.taken.with(|taken| free(taken));
        let is_offered = |chosen: &String| free.iter().any(|provider| provider.name() == chosen);
        let first = free.first().map(|provider| provider.name().to_owned()).unwrap_or_default();
        // Nothing is chosen where none is left: set again, it would be looked at again for ever.
        if is_new.get() && form.provider.with(|chosen| !is_offered(chosen) && *chosen != first) {
            form.provider.set(first);
        }
    });
    let title = Signal::derive(move || match subject.get() {
        Some(Subject::Name(key)) => text::provider_keys::rename_of(key.name),
        Some(Subject::Secret(key)) => text::provider_keys::replace_of(key.name),
        Some(Subject::New(_)) | None => text::provider_keys::store().to_owned(),
    });
    let verb = Signal::derive(move || {
        let words = match subject.get() {
            Some(Subject::Name(_)) => text::provider_keys::rename(),
            Some(Subject::Secret(_)) => text::provider_keys::replace(),
            Some(Subject::New(_)) | None => text::provider_keys::store(),
        };
        words.to_owned()
    });
    let submit = move |()| {
        let Some(asked) = subject.get_untracked() else { return };
        let (faults, body) = match read(form, &asked) {
            Ok(body) => (Vec::new(), Some(body)),
            Err(faults) => (faults, None),
        };
        submission.send(faults, async move {
            let words = match (body, asked) {
                (Some(Sent::New(body)), _) => {
                    text::provider_keys::was_stored(api().create_provider_key(&body).await?.name)
                }
                (Some(Sent::Change(body)), Subject::Name(key)) => {
                    let saved = api().update_provider_key(key.id, &body, Some(key.version)).await?;
                    text::provider_keys::renamed(saved.name)
                }
                (Some(Sent::Change(body)), Subject::Secret(key)) => {
                    let saved = api().update_provider_key(key.id, &body, Some(key.version)).await?;
                    text::provider_keys::replaced(saved.name)
                }
                _ => return Ok(()),
            };
            open.try_set(false);
            form.secret.try_set(String::new());
            acts.changed(words);
            Ok(())
        });
    };
    view! {
        <FormDialog open title verb busy error submit=Callback::new(submit)>
            {move || match subject.get() {
                Some(Subject::New(_)) => view! {
                    <OwnerFields form session faults/>
                    <ProviderField form faults/>
                    <NameField form faults/>
                    <SecretField form faults/>
                }.into_any(),
                Some(Subject::Name(_)) => view! { <NameField form faults/> }.into_any(),
                Some(Subject::Secret(key)) => view! {
                    <p>{text::provider_keys::replace_effect(key.hint)}</p>
                    <SecretField form faults/>
                }.into_any(),
                None => ().into_any(),
            }}
        </FormDialog>
    }
}

/// Whose the key will be, where that is not said by the page.
#[component]
fn OwnerFields(form: Form, session: Session, faults: Faults) -> impl IntoView {
    let options: Vec<(String, String)> = untrack(|| kinds(session))
        .into_iter()
        .map(|kind| (kind.name().to_owned(), owner_words(kind).to_owned()))
        .collect();
    (form.whose == Whose::All).then(|| {
        view! {
            <SelectField label=text::provider_keys::owner_kind() value=form.kind options pointer="/owner" faults name="owner"/>
            {move || match form.kind() {
                KeyOwner::User => view! {
                    <LookupField label=text::provider_keys::whose() value=form.user words=form.user_words search=Arc::new(find_users) none=None pointer="/user_id" faults/>
                }.into_any(),
                KeyOwner::Organization => view! {
                    <OrganizationField value=form.organization words=form.organization_words faults=Some(faults)/>
                }.into_any(),
                KeyOwner::System => ().into_any(),
            }}
        }
    })
}

/// The providers that are free, and which are left out.
#[component]
fn ProviderField(form: Form, faults: Faults) -> impl IntoView {
    let titles = |taken: &[ModelProvider]| taken.iter().map(|one| one.title()).collect::<Vec<_>>().join(", ");
    let help = move || {
        form.taken.with(|taken| match taken.is_empty() {
            true => text::provider_keys::one_each().to_owned(),
            false => text::provider_keys::taken(titles(taken)),
        })
    };
    let options = Signal::derive(move || match form.taken.with(|taken| free(taken)) {
        free if free.is_empty() => vec![(String::new(), text::provider_keys::none_left().to_owned())],
        free => free.iter().map(|one| (one.name().to_owned(), one.title().to_owned())).collect(),
    });
    view! {
        <div class="field">
            <SelectField label=text::provider_keys::provider() value=form.provider options pointer="/provider" faults name="provider"/>
            <p class="field-help">{help}</p>
        </div>
    }
}

#[component]
fn NameField(form: Form, faults: Faults) -> impl IntoView {
    view! {
        <TextField label=text::provider_keys::name() value=form.name pointer="/name" faults help=Signal::stored(text::provider_keys::name_help().to_owned()) name="name"/>
    }
}

#[component]
fn SecretField(form: Form, faults: Faults) -> impl IntoView {
    view! {
        <TextField label=text::provider_keys::secret() value=form.secret pointer="/secret" faults kind=Kind::Password mono=true autocomplete="new-password" help=Signal::stored(text::provider_keys::secret_help().to_owned()) name="secret"/>
    }
}
