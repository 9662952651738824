//! The page of all roles: the list, and the matrix of what each carries.

use leptos::prelude::*;
use quarterdeck_domain::Permission;

use super::{list::RolesList, matrix::RolesMatrix};
use crate::{
    frame::{Crumb, Guarded, Page},
    i18n::text,
    route::use_part,
    ui::tabs::{Tab, Tabs},
};

/// The page of all roles.
#[component]
pub fn RolesPage() -> impl IntoView {
    let tab = use_part(|address| &address.tab);
    let trail = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::roles(), "/roles")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::RoleRead>
                {move || if tab.with(String::is_empty) { view! { <RolesList/> }.into_any() } else { view! { <RolesMatrix/> }.into_any() }}
            </Guarded>
        </Page>
    }
}

/// The two views of all roles.
#[component]
pub(super) fn RolesTabs() -> impl IntoView {
    let tabs = vec![Tab(text::roles::tab_list(), ""), Tab(text::roles::tab_matrix(), "/matrix")];
    view! { <Tabs label=text::roles::views() base="/roles" tabs=Signal::stored(tabs)/> }
}
