//! The page that explains access.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{Permission, access::AccessExplanation, audit::TargetType};

use super::{
    answer::Answer,
    ask::{Ask, asked},
};
use crate::{
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::text,
    live::on_change,
    transport::api,
    ui::{
        state::{ErrorState, Skeleton},
        table::Query,
    },
};

/// Who may do what to which thing, and why.
#[component]
pub fn AccessPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::access(), "/access")];
    view! {
        <Page trail=Signal::stored(trail)>
            <Guarded permission=Permission::AccessExplain>
                <PageHead title=text::frame::access() facts=|| view! { <p class="page-facts">{text::access::lead()}</p> }/>
                <Explained/>
            </Guarded>
        </Page>
    }
}

#[component]
fn Explained() -> impl IntoView {
    let location = use_location();
    let query = Memo::new(move |_| Query::parse(&location.search.get()));
    let answer: RwSignal<Option<Result<AccessExplanation, ClientError>>> = RwSignal::new(None);
    let question = Memo::new(move |_| query.with(asked));
    let load = move || {
        let Some(question_now) = question.get_untracked() else { return };
        crate::browser::spawn(async move {
            let explained = api().explain_access(&question_now).await;
            // An answer to a former question is out of date.
            if question.try_get_untracked().flatten() == Some(question_now) {
                answer.set(Some(explained));
            }
        });
    };
    crate::browser::effect(move || {
        question.track();
        answer.set(None);
        load();
    });
    on_change(
        |change| matches!(change.target.kind, TargetType::User | TargetType::ApiKey | TargetType::Organization),
        load,
    );
    view! {
        <div class="page-body">
            <Ask query/>
            {move || match (question.get(), answer.get()) {
                (None, _) => ().into_any(),
                (Some(_), None) => view! { <Skeleton width="l"/> }.into_any(),
                (Some(_), Some(Ok(explanation))) => view! { <Answer explanation/> }.into_any(),
                (Some(_), Some(Err(error))) => view! { <ErrorState error inline=true retry=Callback::new(move |()| load())/> }.into_any(),
            }}
        </div>
    }
}
