//! The views to choose from, and what can be done with the chosen one.

use leptos::prelude::*;
use quarterdeck_domain::{
    Patch, Permission, Resource,
    saved_views::{SavedView, UpdateSavedView},
};

use super::{Subject, Views, model::again};
use crate::{
    browser,
    i18n::text,
    session::{Session, use_session},
    transport::api,
    ui::{
        icon::Icon,
        popover::{MenuItem, MenuItems},
        table::{Query, prefs::Prefs},
        toast::{Toasts, use_toasts},
    },
};

/// The menu.
#[component]
pub(super) fn Panel(views: Views) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let found = RwSignal::new(None);
    browser::spawn(async move {
        found.try_set(Some(views.read().await));
        browser::next_frame(|| browser::focus_first(":popover-open [role^=menuitem]"));
    });
    move || match found.get() {
        None => view! { <p class="menu-title" role="status">{text::ui::loading()}</p> }.into_any(),
        Some(Err(_)) => view! { <p class="menu-title" role="alert">{text::views::not_loaded()}</p> }.into_any(),
        Some(Ok(saved)) => {
            let none = saved.is_empty().then(|| view! { <p class="menu-title">{text::views::none()}</p> });
            view! { {none} <MenuItems items=items(views, &saved, session, toasts)/> }.into_any()
        }
    }
}

/// The views, and the verbs for the one that is chosen.
fn items(views: Views, saved: &[SavedView], session: Session, toasts: Toasts) -> Vec<MenuItem> {
    let shown = untrack(|| views.shown());
    let former = views.chosen.get_untracked().map(|view| view.id);
    let is_chosen = |view: &&SavedView| former.map_or(view.query == shown, |id| view.id == id);
    let chosen = saved.iter().find(is_chosen).cloned();
    let is_empty = saved.is_empty();
    let is_shown = |view: &SavedView| view.query == shown && chosen.as_ref().is_some_and(|one| one.id == view.id);
    let choice = |view: SavedView| {
        let icon = match (is_shown(&view), view.is_shared()) {
            (true, _) => Icon::Check,
            (false, true) => Icon::Users,
            (false, false) => Icon::User,
        };
        let label = if view.is_shared() { text::views::shared(&view.name) } else { view.name.clone() };
        MenuItem::run(icon, label, move || views.show(&view))
    };
    let mut items: Vec<MenuItem> = saved.iter().cloned().map(choice).collect();
    let save = MenuItem::run(Icon::Plus, text::views::save_dots(), move || views.editing.set(Some(Subject::New)));
    items.push(if is_empty { save } else { save.separated() });
    items.extend(chosen.iter().flat_map(|view| verbs(views, view, view.query == shown, session, toasts)));
    items.extend(beginning(views, chosen.as_ref()));
    items
}

fn verbs(views: Views, view: &SavedView, is_same: bool, session: Session, toasts: Toasts) -> Vec<MenuItem> {
    let scope = view.organization_id.map_or(Resource::Platform, Resource::Organization);
    let refused = view.is_shared().then(|| untrack(|| session.refusal(Permission::SavedViewShare, &scope))).flatten();
    let (updated, edited, deleted) = (view.clone(), view.clone(), view.clone());
    let update = MenuItem::run(Icon::Refresh, text::views::update(&view.name), move || {
        let view = updated.clone();
        let body = UpdateSavedView {
            query: Some(untrack(|| views.shown())),
            columns: view.columns.as_ref().map_or(Patch::Absent, |_| Patch::Value(views.columns())),
            ..UpdateSavedView::default()
        };
        browser::spawn(async move {
            match api().update_saved_view(view.id, &body, Some(view.version)).await {
                Ok(saved) => {
                    toasts.say(text::views::saved(&saved.name));
                    views.chosen.try_set(Some(saved));
                }
                Err(error) => toasts.fail(&error),
            }
        });
    });
    let edit = MenuItem::run(Icon::Edit, text::views::edit_dots(&view.name), move || {
        views.editing.set(Some(Subject::Saved(Box::new(edited.clone()))));
    });
    let delete =
        MenuItem::run(Icon::Trash, text::views::delete(&view.name), move || delete(views, deleted.clone(), toasts));
    let update = (!is_same).then(|| update.unless(refused.clone()));
    update.into_iter().chain([edit.unless(refused.clone()), delete.dangerous().unless(refused)]).collect()
}

/// Deletes a view; it can be saved again from the toast.
fn delete(views: Views, view: SavedView, toasts: Toasts) {
    browser::spawn(async move {
        match api().delete_saved_view(view.id).await {
            Ok(()) => {
                views.chosen.try_set(None);
                let name = view.name.clone();
                let body = again(view);
                toasts.say_with_undo(text::views::deleted(name), move || {
                    let body = body.clone();
                    browser::spawn(async move {
                        match api().create_saved_view(&body).await {
                            Ok(saved) => toasts.say(text::views::saved(saved.name)),
                            Err(error) => toasts.fail(&error),
                        }
                    });
                });
            }
            Err(error) => toasts.fail(&error),
        }
    });
}

/// What the table opens with in this browser.
fn beginning(views: Views, chosen: Option<&SavedView>) -> Option<MenuItem> {
    let name = views.table.spec().name;
    let set = move |home: Option<String>| {
        views.table.prefs.update(|prefs| prefs.home.clone_from(&home));
        // Columns of a view are shown for now only.
        let mut kept = Prefs::load(name);
        kept.home = home;
        kept.save(name);
    };
    let home = views.table.prefs.with_untracked(|prefs| prefs.home.clone());
    let wanted = chosen.map(|view| Query::of_view(&view.query).to_string());
    match (chosen, home) {
        (Some(view), home) if home != wanted => {
            let label = text::views::begin_with(&view.name);
            Some(MenuItem::run(Icon::Play, label, move || set(wanted.clone())).separated())
        }
        (_, Some(_)) => Some(MenuItem::run(Icon::Close, text::views::begin_plain(), move || set(None)).separated()),
        _ => None,
    }
}
