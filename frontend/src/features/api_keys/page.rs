//! The pages of keys: the inventory, and the own ones.

use leptos::prelude::*;
use quarterdeck_domain::{Permission, UserId};

use super::{
    acts::{Acts, KeyDialogs, Subject},
    list::{Whose, bound},
};
use crate::{
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::text,
    session::use_session,
    ui::{
        button::{Button, Look},
        icon::Icon,
        table::{DataTable, ExportButton},
    },
};

/// The page of all keys that are administered.
#[component]
pub fn ApiKeysPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::api_keys(), "/api-keys")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::ApiKeyRead><Inventory/></Guarded>
        </Page>
    }
}

#[component]
fn Inventory() -> impl IntoView {
    let acts = Acts::new();
    let table = bound(Whose::All, acts);
    view! {
        <PageHead title=text::frame::api_keys() extent=table.extent()><ExportButton table/></PageHead>
        <DataTable table/>
        <KeyDialogs acts done=Callback::new(move |()| table.reload())/>
    }
}

/// The own keys, and the verb that makes one.
#[component]
pub fn OwnKeys(
    /// Whose page it is.
    user_id: UserId,
) -> impl IntoView {
    let session = use_session();
    let acts = Acts::new();
    let table = bound(Whose::Own(user_id), acts);
    // The palette opens the dialog by the address, which then is that of the list again.
    crate::browser::effect(move || {
        if table.query().with(|query| query.get("act") == Some("create")) {
            acts.editing.set(Some(Subject::New));
            table.drop_act();
        }
    });
    let begin = Callback::new(move |()| acts.editing.set(Some(Subject::New)));
    view! {
        <div class="tab-head">
            <p class="muted">{text::api_keys::own_words()}</p>
            {move || session.may(Permission::ApiKeyWrite).then(|| view! {
                <Button label=text::api_keys::create_dots() look=Look::Primary icon=Icon::Plus press=begin/>
            })}
        </div>
        <div class="tab-table"><DataTable table/></div>
        <KeyDialogs acts done=Callback::new(move |()| table.reload())/>
    }
}
