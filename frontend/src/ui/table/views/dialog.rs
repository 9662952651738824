//! Name and audience of a view.

use leptos::prelude::*;
use quarterdeck_domain::{
    OrganizationId, Patch, Permission, Resource, Role,
    page::{ListRequest, MAX_LIMIT, PageRequest},
    roles::RoleFilter,
    saved_views::{CreateSavedView, SavedView, UpdateSavedView, ViewVisibility},
};

use super::{Subject, Views};
use crate::{
    browser,
    i18n::{text, words},
    session::{Session, use_session},
    transport::api,
    ui::{
        choice::{CheckField, SelectField},
        dialog::{FormDialog, open_with},
        field::TextField,
        submission::Submission,
        table::Options,
        toast::use_toasts,
    },
};

/// Where a view is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Nowhere,
    Organization(OrganizationId),
    Platform,
}

impl Place {
    fn new(organization: Option<OrganizationId>) -> Self {
        organization.map_or(Self::Platform, Self::Organization)
    }

    /// Where the person shares views: on the platform, or else in the own organization.
    fn of(session: Session) -> Self {
        let own = session.me().and_then(|me| me.user.summary.organization_id);
        let may = |scope: Resource| session.refusal(Permission::SavedViewShare, &scope).is_none();
        if may(Resource::Platform) {
            return Self::Platform;
        }
        own.filter(|id| may(Resource::Organization(*id))).map_or(Self::Nowhere, Self::Organization)
    }

    const fn organization(self) -> Option<OrganizationId> {
        match self {
            Self::Organization(id) => Some(id),
            Self::Nowhere | Self::Platform => None,
        }
    }
}

/// The choices of who sees a view that is shared in `place`.
fn audiences(place: Place) -> Options {
    let (everyone, by_role) = match place {
        Place::Organization(_) => (text::views::everyone_in(), text::views::by_role_in()),
        Place::Nowhere | Place::Platform => (text::views::everyone(), text::views::by_role()),
    };
    let all = [
        (ViewVisibility::Private, text::views::only_me()),
        (ViewVisibility::Role, by_role),
        (ViewVisibility::Everyone, everyone),
    ];
    let offered =
        all.into_iter().filter(|(visibility, _)| place != Place::Nowhere || *visibility == ViewVisibility::Private);
    offered.map(|(visibility, label)| (visibility.name().to_owned(), label.to_owned())).collect()
}

/// Roles to share with; custom ones for who sees them.
async fn roles(session: Session) -> Options {
    let mut roles: Options =
        Role::ALL.iter().map(|role| (role.name().to_owned(), words::role(*role).to_owned())).collect();
    if untrack(|| session.may(Permission::RoleRead)) {
        let page = PageRequest { limit: Some(MAX_LIMIT), cursor: None };
        let request = ListRequest { filter: RoleFilter::default(), sort: None, page };
        if let Ok(page) = api().list_roles(&request).await {
            roles.extend(page.items.into_iter().map(|role| (role.id.to_string(), role.name)));
        }
    }
    roles
}

/// The dialog.
#[component]
pub(super) fn ViewDialog(views: Views) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let (name, who, role) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (columns, offered) = (RwSignal::new(false), RwSignal::new(Options::new()));
    let submission @ Submission { busy, error, faults } = Submission::new();
    let saved = Memo::new(move |_| {
        views.editing.with(|subject| match subject {
            Some(Subject::Saved(view)) => Some(view.clone()),
            _ => None,
        })
    });
    let open = open_with(views.editing, move || {
        submission.reset();
        let view = saved.get_untracked();
        let view = view.as_deref();
        name.set(view.map(|view| view.name.clone()).unwrap_or_default());
        who.set(view.map_or(ViewVisibility::Private, |view| view.visibility).name().to_owned());
        let custom = view.and_then(|view| view.role_id).map(|id| id.to_string());
        let built_in = view.and_then(|view| view.role).unwrap_or(Role::User).name().to_owned();
        role.set(custom.unwrap_or(built_in));
        columns.set(view.is_some_and(|view| view.columns.is_some()));
        browser::spawn(async move {
            offered.try_set(roles(session).await);
        });
    });
    // A view that is shared elsewhere stays there.
    let place = Memo::new(move |_| match saved.get() {
        Some(view) if view.is_shared() => Place::new(view.organization_id),
        _ => Place::of(session),
    });
    let submit = move |()| {
        let visibility = who.with_untracked(|who| who.parse().unwrap_or(ViewVisibility::Private));
        let by_role = visibility == ViewVisibility::Role;
        let role = role.get_untracked();
        let (role, role_id) = (role.parse().ok().filter(|_| by_role), role.parse().ok().filter(|_| by_role));
        let shared_in = place.get_untracked().organization().filter(|_| visibility != ViewVisibility::Private);
        let columns = columns.get_untracked().then(|| views.columns());
        let asked = views.editing.get_untracked();
        let name = name.get_untracked();
        let done = move |view: SavedView| {
            toasts.say(text::views::saved(&view.name));
            views.chosen.try_set(Some(view));
            open.try_set(false);
        };
        submission.send(Vec::new(), async move {
            let saved = match asked {
                Some(Subject::Saved(view)) => {
                    let kept = view.columns.is_some() == columns.is_some();
                    let body = UpdateSavedView {
                        name: Some(name),
                        query: None,
                        columns: if kept { Patch::Absent } else { Patch::from_option(columns) },
                        visibility: Some(visibility),
                        role,
                        role_id,
                        organization_id: shared_in,
                    };
                    api().update_saved_view(view.id, &body, Some(view.version)).await?
                }
                _ => {
                    let body = CreateSavedView {
                        table: views.of,
                        name,
                        query: untrack(|| views.shown()),
                        columns,
                        visibility: Some(visibility),
                        role,
                        role_id,
                        organization_id: shared_in,
                    };
                    api().create_saved_view(&body).await?
                }
            };
            done(saved);
            Ok(())
        });
    };
    let title = Signal::derive(move || {
        let words = if saved.with(Option::is_some) { text::views::edit_title() } else { text::views::save_title() };
        words.to_owned()
    });
    view! {
        <FormDialog open title verb=text::views::save_verb() busy error submit=Callback::new(submit)>
            <p class="muted">{text::views::what()}</p>
            <TextField label=text::views::name() value=name pointer="/name" faults name="name"/>
            <SelectField label=text::views::who() value=who options=Signal::derive(move || audiences(place.get())) pointer="/visibility" faults name="visibility"/>
            {move || (who.get() == ViewVisibility::Role.name()).then(|| view! {
                <SelectField label=text::views::role() value=role options=offered pointer="/role_id" faults name="role"/>
            })}
            <CheckField label=text::views::with_columns() value=columns name="columns"/>
        </FormDialog>
    }
}
