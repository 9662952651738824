//! The form of a custom role: a new one, a copy of another, or one that there is.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    PermissionSet, Role, policy,
    roles::{CreateRole, CustomRole, NAME_MAX, UpdateRole},
};

use super::{
    find::{find_roles, read},
    model::{AnyRole, RoleKey, grantable},
};
use crate::{
    i18n::text,
    transport::api,
    ui::{
        choice::CheckField,
        dialog::{FormDialog, open_with},
        field::TextField,
        lookup::LookupField,
        permissions::PermissionsField,
        state::Banner,
        submission::Submission,
        toast::use_toasts,
    },
};

/// What the form is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A role that is to be made, perhaps from another.
    New(Option<RoleKey>),
    /// One that there is.
    Saved(Box<CustomRole>),
}

/// The fields of the form.
#[derive(Clone, Copy)]
struct Form {
    /// Which role it was filled from.
    from: RwSignal<String>,
    from_words: RwSignal<String>,
    based_on: RwSignal<Option<Role>>,
    name: RwSignal<String>,
    description: RwSignal<String>,
    permissions: RwSignal<PermissionSet>,
    is_shared: RwSignal<bool>,
}

impl Form {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            from: text(),
            from_words: text(),
            based_on: RwSignal::new(None),
            name: text(),
            description: text(),
            permissions: RwSignal::new(PermissionSet::NONE),
            is_shared: RwSignal::new(false),
        }
    }

    fn begin(self, subject: Option<&Subject>) {
        let (from, saved) = match subject {
            Some(Subject::New(from)) => (*from, None),
            Some(Subject::Saved(role)) => (None, Some(role)),
            None => (None, None),
        };
        self.from_words.set(String::new());
        self.based_on.set(None);
        self.name.set(saved.map(|role| role.name.clone()).unwrap_or_default());
        self.description.set(saved.map(|role| role.description.clone()).unwrap_or_default());
        self.permissions.set(saved.map(|role| role.permissions).unwrap_or_default());
        self.is_shared.set(saved.is_some_and(|role| role.is_shared));
        self.from.set(from.map(|key| key.to_string()).unwrap_or_default());
    }

    /// Takes over what `role` is, for a copy of it.
    fn copy(self, role: &AnyRole) {
        self.from_words.set(role.name());
        self.based_on.set(role.origin());
        self.name.set(text::roles::copy_of(role.name()).chars().take(NAME_MAX).collect());
        self.description.set(role.description());
        self.permissions.set(role.permissions().iter().filter(|one| policy::is_grantable(*one)).collect());
        self.is_shared.set(role.custom().is_some_and(|role| role.is_shared));
    }

    fn create(self) -> CreateRole {
        CreateRole {
            name: self.name.get_untracked().trim().to_owned(),
            description: self.description.get_untracked().trim().to_owned(),
            permissions: self.permissions.get_untracked(),
            is_shared: self.is_shared.get_untracked(),
            based_on: self.based_on.get_untracked(),
        }
    }
}

/// What `body` makes of `saved`.
fn update(saved: &CustomRole, body: CreateRole) -> UpdateRole {
    UpdateRole {
        name: Some(body.name).filter(|name| *name != saved.name),
        description: Some(body.description).filter(|description| *description != saved.description),
        permissions: Some(body.permissions).filter(|permissions| *permissions != saved.permissions),
        is_shared: Some(body.is_shared).filter(|is_shared| *is_shared != saved.is_shared),
    }
}

/// Makes or changes a role.
#[component]
pub(super) fn EditorDialog(
    /// The role that is asked about.
    editing: RwSignal<Option<Subject>>,
    /// Hears of the role as it is then.
    done: Callback<AnyRole>,
) -> impl IntoView {
    let toasts = use_toasts();
    let form = Form::new();
    let submission @ Submission { busy, error, faults } = Submission::new();
    let open = open_with(editing, move || {
        form.begin(editing.get_untracked().as_ref());
        submission.reset();
    });
    crate::browser::effect(move || {
        let Ok(key) = form.from.with(|from| from.parse::<RoleKey>()) else {
            return form.based_on.set(None);
        };
        crate::browser::spawn(async move {
            let found = read(key).await;
            // Another may have been chosen meanwhile.
            if let (Ok(role), Some(true)) = (found, form.from.try_with_untracked(|from| *from == key.to_string())) {
                form.copy(&role);
                faults.reset();
            }
        });
    });
    let saved = move || match editing.get() {
        Some(Subject::Saved(role)) => Some(*role),
        Some(Subject::New(_)) | None => None,
    };
    let title = Signal::derive(move || match saved() {
        Some(role) => text::roles::edit_of(role.name),
        None => text::roles::create().to_owned(),
    });
    let is_new = Memo::new(move |_| saved().is_none());
    let verb =
        Signal::derive(move || if is_new.get() { text::roles::create() } else { text::ui::save_changes() }.to_owned());
    let submit = move |()| {
        let (saved, body) = (untrack(saved), form.create());
        submission.send(body.faults(), async move {
            let said = if saved.is_some() { text::roles::saved } else { text::users::was_created };
            let role = match saved {
                Some(role) => api().update_role(role.id, &update(&role, body), Some(role.version)).await?,
                None => api().create_role(&body).await?,
            };
            open.try_set(false);
            toasts.say(said(&role.name));
            done.try_run(AnyRole::Custom(role));
            Ok(())
        });
    };
    let held = move || saved().map(|role| role.grant_count).filter(|count| *count > 0);
    view! {
        <FormDialog open title verb wide=true busy error submit=Callback::new(submit)>
            {move || held().map(|count| view! { <Banner tone="info" boxed=true><p>{text::roles::edit_effect(count)}</p></Banner> })}
            {move || is_new.get().then(|| view! {
                <LookupField label=text::roles::start_from() value=form.from words=form.from_words search=Arc::new(find_roles) none=Some(text::roles::start_empty()) pointer="/based_on" faults/>
            })}
            <TextField label=text::roles::name() value=form.name pointer="/name" faults help=Signal::stored(text::roles::name_help().to_owned()) name="name"/>
            <TextField label=text::roles::description() value=form.description pointer="/description" faults optional=true name="description"/>
            <PermissionsField value=form.permissions offered=grantable() label=text::roles::permissions() help=text::roles::permissions_help() pointer="/permissions" faults/>
            <CheckField label=text::roles::is_shared() value=form.is_shared help=text::roles::is_shared_help() name="is_shared"/>
        </FormDialog>
    }
}

#[cfg(test)]
mod tests {
    use quarterdeck_domain::{Permission, RoleId, Timestamp};

    use super::*;

    #[test]
    fn only_what_changed_is_sent() {
        let saved = CustomRole {
            id: RoleId(Default::default()),
            name: "Help desk".to_owned(),
            description: String::new(),
            permissions: PermissionSet::NONE.with(Permission::UserRead),
            is_shared: false,
            based_on: None,
            grant_count: 0,
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
            version: 1,
        };
        let body = CreateRole { name: saved.name.clone(), permissions: saved.permissions, ..CreateRole::default() };
        assert_eq!(update(&saved, body.clone()), UpdateRole::default());
        let shared = update(&saved, CreateRole { is_shared: true, ..body });
        assert_eq!(shared, UpdateRole { is_shared: Some(true), ..UpdateRole::default() });
    }
}
