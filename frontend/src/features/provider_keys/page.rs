//! The pages of keys: the inventory, and the own ones below the services that they open.

use leptos::prelude::*;
use quarterdeck_domain::{Permission, Resource, UserId, provider_keys::NewOwner};

use super::{
    acts::{Acts, KeyDialogs},
    list::bound,
    model::Whose,
    services::{OffBanner, Services, ServicesView},
};
use crate::{
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::text,
    session::use_session,
    ui::{
        button::{Button, Look},
        icon::Icon,
        state::Banner,
        table::{DataTable, ExportButton},
    },
};

/// The page of all keys that are administered.
#[component]
pub fn ProviderKeysPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::provider_keys(), "/provider-keys")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::ProviderKeyRead others=true><Inventory/></Guarded>
        </Page>
    }
}

#[component]
fn Inventory() -> impl IntoView {
    let (session, acts, services) = (use_session(), Acts::new(Whose::All), Services::read());
    let table = bound(acts);
    acts.then(move || table.reload());
    let begin = Callback::new(move |()| acts.begin(None));
    view! {
        <PageHead title=text::frame::provider_keys() extent=table.extent()>
            <ExportButton table/>
            {move || session.reaches_others(Permission::ProviderKeyWrite).then(|| view! {
                <Button label=text::provider_keys::store_dots() look=Look::Primary icon=Icon::Plus press=begin/>
            })}
        </PageHead>
        <div class="page-note"><OffBanner services/></div>
        <DataTable table/>
        <KeyDialogs acts/>
    }
}

/// The services, the own keys, and the verb that stores one.
#[component]
pub fn OwnProviderKeys(
    /// Whose page it is.
    user_id: UserId,
) -> impl IntoView {
    let session = use_session();
    // Whoever acts as somebody else gets to no keys.
    let refused = Memo::new(move |_| {
        let refusal = |permission| session.refusal(permission, &Resource::List);
        refusal(Permission::ProviderKeyRead).or_else(|| refusal(Permission::ModelServiceUse))
    });
    move || {
        match refused.get() {
        Some(words) => view! {
            <div class="page-scroll"><div class="page-body"><Banner tone="info" boxed=true><p>{words}</p></Banner></div></div>
        }
        .into_any(),
        None => view! { <OwnKeys user_id/> }.into_any(),
    }
    }
}

#[component]
fn OwnKeys(user_id: UserId) -> impl IntoView {
    let (session, services) = (use_session(), Services::read());
    let acts = Acts::new(Whose::One(NewOwner::User(user_id)));
    let table = bound(acts);
    acts.then(move || {
        table.reload();
        services.reload();
    });
    // The palette opens the dialog by the address, which then is that of the list again.
    crate::browser::effect(move || {
        if table.query().with(|query| query.get("act") == Some("store")) {
            acts.begin(None);
            table.drop_act();
        }
    });
    let begin = Callback::new(move |()| acts.begin(None));
    view! {
        <div class="page-scroll page-parts">
            <ServicesView services store=Callback::new(move |provider| acts.begin(Some(provider)))/>
            <div class="tab-head">
                <h2>{text::provider_keys::own_keys()}</h2>
                {move || session.may(Permission::ProviderKeyWrite).then(|| view! {
                    <Button label=text::provider_keys::store_dots() look=Look::Primary icon=Icon::Plus press=begin/>
                })}
            </div>
            <div class="tab-table"><DataTable table/></div>
        </div>
        <KeyDialogs acts/>
    }
}
