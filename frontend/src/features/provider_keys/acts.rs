//! What is done to a key from its row: the switch, the dialogs that are open, and the question before it is deleted.

use leptos::prelude::*;
use quarterdeck_domain::{
    ProviderKeyId,
    model_services::ModelProvider,
    provider_keys::{KeyOwner, ProviderKey, UpdateProviderKey},
};

use super::{
    editor::EditorDialog,
    model::{Whose, may_write, owner_of},
};
use crate::{
    i18n::text,
    session::{Session, use_session},
    transport::api,
    ui::{
        dialog::{FormDialog, open_with},
        icon::Icon,
        popover::MenuItem,
        submission::Submission,
        toast::{Toasts, use_toasts},
    },
};

/// What the form of a key is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A key that is to be stored, of this provider if one was asked for.
    New(Option<ModelProvider>),
    /// Another name for a key.
    Name(Box<ProviderKey>),
    /// Another secret for a key.
    Secret(Box<ProviderKey>),
}

/// The acts, for a component.
#[derive(Clone, Copy)]
pub struct Acts {
    /// Whose keys they are about.
    pub whose: Whose,
    /// A key is being stored or changed.
    pub editing: RwSignal<Option<Subject>>,
    deleting: RwSignal<Option<ProviderKey>>,
    session: Session,
    toasts: Toasts,
    after: StoredValue<Option<Callback<()>>>,
}

impl Acts {
    /// The acts on the keys of `whose`; no dialog is open.
    pub fn new(whose: Whose) -> Self {
        Self {
            whose,
            editing: RwSignal::new(None),
            deleting: RwSignal::new(None),
            session: use_session(),
            toasts: use_toasts(),
            after: StoredValue::new(None),
        }
    }

    /// What follows each act.
    pub fn then(self, after: impl Fn() + Send + Sync + 'static) {
        self.after.set_value(Some(Callback::new(move |()| after())));
    }

    /// Tells what was done, and has what follows done.
    pub fn changed(self, words: String) {
        self.toasts.say(words);
        self.follow();
    }

    fn follow(self) {
        if let Some(Some(after)) = self.after.try_get_value() {
            after.try_run(());
        }
    }

    /// Begins to store a key.
    pub fn begin(self, provider: Option<ModelProvider>) {
        self.editing.set(Some(Subject::New(provider)));
    }

    /// The acts that change a key, as items of its row's menu: for those who may.
    pub fn items(self, row: &ProviderKey) -> Vec<MenuItem> {
        if !untrack(|| may_write(self.session, owner_of(row))) {
            return Vec::new();
        }
        let edit = |icon, label: &'static str, subject: Subject| {
            MenuItem::run(icon, label, move || self.editing.set(Some(subject.clone())))
        };
        let (key, deleted) = (row.clone(), row.clone());
        let (icon, label) = match row.is_active {
            true => (Icon::Pause, text::provider_keys::switch_off()),
            false => (Icon::Play, text::provider_keys::switch_on()),
        };
        let delete = MenuItem::run(Icon::Trash, text::provider_keys::delete_dots(), move || {
            self.deleting.set(Some(deleted.clone()));
        });
        vec![
            edit(Icon::Edit, text::provider_keys::rename_dots(), Subject::Name(Box::new(row.clone()))),
            edit(Icon::Refresh, text::provider_keys::replace_dots(), Subject::Secret(Box::new(row.clone()))),
            MenuItem::run(icon, label, move || self.switch(&key)),
            delete.dangerous().separated(),
        ]
    }

    /// Switches a key on or off; can be undone.
    fn switch(self, key: &ProviderKey) {
        let (id, name, is_active) = (key.id, key.name.clone(), !key.is_active);
        crate::browser::spawn(async move {
            if !self.set_active(id, is_active).await {
                return;
            }
            let words = match is_active {
                true => text::provider_keys::switched_on(name),
                false => text::provider_keys::switched_off(name),
            };
            self.toasts.say_with_undo(words, move || {
                crate::browser::spawn(async move {
                    self.set_active(id, !is_active).await;
                });
            });
        });
    }

    async fn set_active(self, id: ProviderKeyId, is_active: bool) -> bool {
        let body = UpdateProviderKey { is_active: Some(is_active), ..UpdateProviderKey::default() };
        let outcome = api().update_provider_key(id, &body, None).await;
        match &outcome {
            Ok(_) => self.follow(),
            Err(error) => self.toasts.fail(error),
        }
        outcome.is_ok()
    }
}

/// The dialogs of the acts.
#[component]
pub fn KeyDialogs(
    /// The acts that open them.
    acts: Acts,
) -> impl IntoView {
    view! {
        <EditorDialog acts/>
        <DeleteDialog acts/>
    }
}

/// Names the key and its owner, then deletes it.
#[component]
fn DeleteDialog(acts: Acts) -> impl IntoView {
    let submission @ Submission { busy, error, .. } = Submission::new();
    let open = open_with(acts.deleting, move || submission.reset());
    let title = Signal::derive(move || {
        let asked = acts.deleting.get();
        asked
            .map(|key| match (acts.whose, key.owner) {
                (Whose::One(_), _) => text::provider_keys::delete_of(key.name),
                (Whose::All, KeyOwner::System) => {
                    text::provider_keys::delete_of_owner(key.name, text::provider_keys::platform())
                }
                (Whose::All, _) => text::provider_keys::delete_of_owner(key.name, key.owner_name),
            })
            .unwrap_or_default()
    });
    let submit = move |()| {
        let Some(key) = acts.deleting.get_untracked() else { return };
        submission.send(Vec::new(), async move {
            api().delete_provider_key(key.id).await?;
            open.try_set(false);
            acts.changed(text::provider_keys::deleted(key.name));
            Ok(())
        });
    };
    view! {
        <FormDialog open title verb=text::provider_keys::delete() danger=true busy error submit=Callback::new(submit)>
            <p>{text::provider_keys::delete_effect()}</p>
        </FormDialog>
    }
}
