//! A new organization.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission,
    organizations::{CreateOrganization, OrganizationKind},
};

use crate::{
    features::auth::short_name,
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{text, words},
    transport::api,
    ui::{
        button::{Button, ButtonLink, Look},
        choice::SelectField,
        dirty::Guard,
        field::{Faults, TextField},
        icon::Icon,
        state::FormError,
        table::Options,
        toast::use_toasts,
    },
};

/// The page that creates an organization.
#[component]
pub fn CreateOrganizationPage() -> impl IntoView {
    let trail = vec![
        Crumb::group(text::frame::people()),
        Crumb::page(text::frame::organizations(), "/organizations"),
        Crumb::page(text::frame::create_organization(), "/organizations/new"),
    ];
    view! {
        <Page trail=Signal::stored(trail)>
            <Guarded permission=Permission::OrganizationCreate><PageHead title=text::frame::create_organization()/><CreateForm/></Guarded>
        </Page>
    }
}

/// Kinds with their words.
pub(super) fn kinds() -> Options {
    OrganizationKind::ALL
        .iter()
        .map(|kind| (kind.name().to_owned(), words::organization_kind(*kind).to_owned()))
        .collect()
}

#[component]
fn CreateForm() -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let (full, short, kind) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(OrganizationKind::Company.name().to_owned()),
    );
    expect_context::<Guard>().watch_fields([full, short, kind]);
    let (busy, error, faults) = (RwSignal::new(false), RwSignal::new(None::<ClientError>), Faults::new());
    // The short name follows the full one until somebody types it.
    Effect::new(move |former: Option<String>| {
        let suggested = short_name(&full.get());
        if short.with_untracked(|short| short.is_empty() || former.as_ref() == Some(short)) {
            short.set(suggested.clone());
        }
        suggested
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = CreateOrganization {
            name: short.get_untracked(),
            display_name: full.get_untracked(),
            kind: kind.get_untracked().parse().unwrap_or(OrganizationKind::Company),
        };
        error.set(None);
        if busy.get_untracked() || !faults.show(body.faults("")) {
            return;
        }
        busy.set(true);
        let navigate = navigate.clone();
        crate::browser::spawn(async move {
            match api().create_organization(&body).await {
                Ok(made) => {
                    toasts.say(text::users::was_created(&made.display_name));
                    navigate(&format!("/organizations/{}", made.id), NavigateOptions::default());
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
                    <TextField label=text::organizations::name() value=full pointer="/display_name" faults autofocus=true name="display_name"/>
                    <TextField label=text::organizations::short_name() value=short pointer="/name" faults mono=true help=Signal::stored(text::organizations::short_name_help().to_owned()) name="name"/>
                    <SelectField label=text::organizations::kind() value=kind options=kinds() pointer="/kind" faults help=text::organizations::kind_help() name="kind"/>
                </div>
                <div class="form-verbs">
                    <Button label=text::frame::create_organization() look=Look::Primary icon=Icon::Plus submit=true busy/>
                    <ButtonLink label=text::ui::cancel() href="/organizations"/>
                </div>
            </form>
        </div>
    }
}
