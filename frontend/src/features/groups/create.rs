//! A new group.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission, Resource,
    allocations::LimitKind,
    groups::{CreateGroup, NAME_MAX},
};

use super::grant::limits;
use crate::{
    features::{auth::short_name, users::OrganizationField},
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        button::{Button, ButtonLink, Look},
        choice::SelectField,
        dirty::Guard,
        field::{Faults, Kind, TextField},
        icon::Icon,
        state::FormError,
        toast::use_toasts,
    },
};

/// The page that creates a group.
#[component]
pub fn CreateGroupPage() -> impl IntoView {
    let trail = vec![
        Crumb::group(text::frame::people()),
        Crumb::page(text::frame::groups(), "/groups"),
        Crumb::page(text::frame::create_group(), "/groups/new"),
    ];
    view! {
        <Page trail=Signal::stored(trail)>
            <Guarded permission=Permission::GroupCreate><PageHead title=text::frame::create_group()/><CreateForm/></Guarded>
        </Page>
    }
}

#[component]
fn CreateForm() -> impl IntoView {
    let (session, toasts, navigate) = (use_session(), use_toasts(), use_navigate());
    let field = || RwSignal::new(String::new());
    let (full, short, description, organization, organization_name) = (field(), field(), field(), field(), field());
    let limit = RwSignal::new(LimitKind::Hard.name().to_owned());
    expect_context::<Guard>().watch_fields([full, short, description, organization, limit]);
    let (busy, error, faults) = (RwSignal::new(false), RwSignal::new(None::<ClientError>), Faults::new());
    // The short name follows the full one until somebody types it.
    Effect::new(move |former: Option<String>| {
        let suggested: String = short_name(&full.get()).chars().take(NAME_MAX).collect();
        if short.with_untracked(|short| short.is_empty() || former.as_ref() == Some(short)) {
            short.set(suggested.clone());
        }
        suggested
    });
    // Whoever administers one organization makes groups of that one.
    let chooses = Memo::new(move |_| {
        session.refusal(Permission::GroupCreate, &Resource::NewGroup { organization_id: None }).is_none()
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = CreateGroup {
            name: short.get_untracked(),
            display_name: Some(full.get_untracked()),
            description: description.get_untracked(),
            organization_id: organization.get_untracked().parse().ok(),
            limit: limit.get_untracked().parse().unwrap_or(LimitKind::Hard),
        };
        error.set(None);
        if busy.get_untracked() || !faults.show(body.faults()) {
            return;
        }
        busy.set(true);
        let navigate = navigate.clone();
        crate::browser::spawn(async move {
            match api().create_group(&body).await {
                Ok(made) => {
                    toasts.say(text::users::was_created(&made.display_name));
                    navigate(&format!("/groups/{}", made.id), NavigateOptions::default());
                }
                Err(refused) if faults.take(&refused) => {}
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <div class="page-body">
            <form class="form" novalidate on:submit=submit>
                <FormError error/>
                <div class="form-grid">
                    <TextField label=text::groups::name() value=full pointer="/display_name" faults autofocus=true name="display_name"/>
                    <TextField label=text::groups::short_name() value=short pointer="/name" faults mono=true help=Signal::stored(text::groups::short_name_help().to_owned()) name="name"/>
                    {move || chooses.get().then(|| view! {
                        <OrganizationField value=organization words=organization_name faults=Some(faults) optional=true/>
                    })}
                    <SelectField label=text::groups::limit() value=limit options=limits() pointer="/limit" faults help=text::groups::limit_help() name="limit"/>
                    <TextField label=text::groups::description() value=description pointer="/description" faults kind=Kind::Lines optional=true wide=true help=Signal::stored(text::groups::description_help().to_owned()) name="description"/>
                </div>
                <div class="form-verbs">
                    <Button label=text::frame::create_group() look=Look::Primary icon=Icon::Plus submit=true busy/>
                    <ButtonLink label=text::ui::cancel() href="/groups"/>
                </div>
            </form>
        </div>
    }
}
