//! A new organization.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::{
    Permission,
    organizations::{CreateOrganization, OrganizationKind},
};

use crate::{
    features::auth::suggest_short_name,
    frame::{CreatePage, Crumb},
    i18n::{text, words},
    transport::api,
    ui::{
        choice::SelectField, dirty::Guard, field::TextField, icon::Icon, submission::Submission, table::Options,
        toast::use_toasts,
    },
};

/// Kinds with their words.
pub(super) fn kinds() -> Options {
    OrganizationKind::ALL
        .iter()
        .map(|kind| (kind.name().to_owned(), words::organization_kind(*kind).to_owned()))
        .collect()
}

/// The page that creates an organization.
#[component]
pub fn CreateOrganizationPage() -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let (full, short, kind) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(OrganizationKind::Company.name().to_owned()),
    );
    expect_context::<Guard>().watch_fields([full, short, kind]);
    let submission @ Submission { faults, .. } = Submission::new();
    suggest_short_name(full, short);
    let submit = Callback::new(move |()| {
        let body = CreateOrganization {
            name: short.get_untracked(),
            display_name: full.get_untracked(),
            kind: kind.get_untracked().parse().unwrap_or(OrganizationKind::Company),
        };
        let navigate = navigate.clone();
        submission.send(body.faults(""), async move {
            let made = api().create_organization(&body).await?;
            toasts.say(text::users::was_created(&made.display_name));
            navigate(&format!("/organizations/{}", made.id), NavigateOptions::default());
            Ok(())
        });
    });
    let list = Crumb::page(text::frame::organizations(), "/organizations");
    view! {
        <CreatePage permission=Permission::OrganizationCreate list title=text::frame::create_organization() icon=Icon::Plus submission submit>
            <div class="form-grid">
                <TextField label=text::organizations::name() value=full pointer="/display_name" faults autofocus=true name="display_name"/>
                <TextField label=text::organizations::short_name() value=short pointer="/name" faults mono=true help=Signal::stored(text::organizations::short_name_help().to_owned()) name="name"/>
                <SelectField label=text::organizations::kind() value=kind options=kinds() pointer="/kind" faults help=text::organizations::kind_help() name="kind"/>
            </div>
        </CreatePage>
    }
}
