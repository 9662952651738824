//! A new group.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::{Permission, Resource, allocations::LimitKind, groups::CreateGroup};

use super::grant::limits;
use crate::{
    features::{auth::suggest_short_name, users::OrganizationField},
    frame::{CreatePage, Crumb},
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        choice::SelectField,
        dirty::Guard,
        field::{Kind, TextField},
        icon::Icon,
        submission::Submission,
        toast::use_toasts,
    },
};

/// The page that creates a group.
#[component]
pub fn CreateGroupPage() -> impl IntoView {
    let (session, toasts, navigate) = (use_session(), use_toasts(), use_navigate());
    let field = || RwSignal::new(String::new());
    let (full, short, description, organization, organization_name) = (field(), field(), field(), field(), field());
    let limit = RwSignal::new(LimitKind::Hard.name().to_owned());
    expect_context::<Guard>().watch_fields([full, short, description, organization, limit]);
    let submission @ Submission { faults, .. } = Submission::new();
    suggest_short_name(full, short);
    // Whoever administers one organization makes groups of that one.
    let chooses = Memo::new(move |_| {
        session.refusal(Permission::GroupCreate, &Resource::NewGroup { organization_id: None }).is_none()
    });
    let submit = Callback::new(move |()| {
        let body = CreateGroup {
            name: short.get_untracked(),
            display_name: Some(full.get_untracked()),
            description: description.get_untracked(),
            organization_id: organization.get_untracked().parse().ok(),
            limit: limit.get_untracked().parse().unwrap_or(LimitKind::Hard),
        };
        let navigate = navigate.clone();
        submission.send(body.faults(), async move {
            let made = api().create_group(&body).await?;
            toasts.say(text::users::was_created(&made.display_name));
            navigate(&format!("/groups/{}", made.id), NavigateOptions::default());
            Ok(())
        });
    });
    let list = Crumb::page(text::frame::groups(), "/groups");
    view! {
        <CreatePage permission=Permission::GroupCreate list title=text::frame::create_group() icon=Icon::Plus submission submit>
            <div class="form-grid">
                <TextField label=text::groups::name() value=full pointer="/display_name" faults autofocus=true name="display_name"/>
                <TextField label=text::groups::short_name() value=short pointer="/name" faults mono=true help=Signal::stored(text::groups::short_name_help().to_owned()) name="name"/>
                {move || chooses.get().then(|| view! {
                    <OrganizationField value=organization words=organization_name faults=Some(faults) optional=true/>
                })}
                <SelectField label=text::groups::limit() value=limit options=limits() pointer="/limit" faults help=text::groups::limit_help() name="limit"/>
                <TextField label=text::groups::description() value=description pointer="/description" faults kind=Kind::Lines optional=true wide=true help=Signal::stored(text::groups::description_help().to_owned()) name="description"/>
            </div>
        </CreatePage>
    }
}
