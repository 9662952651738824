//! The avatar image of an organization: shown, chosen, removed.

use std::{cell::RefCell, collections::HashMap};

use leptos::{html, prelude::*};
use quarterdeck_domain::{FieldError, OrganizationId, organizations::Organization};

use crate::{
    browser,
    i18n::text,
    transport::api,
    ui::{
        button::{Button, Look},
        field::{Faults, FieldError as Fault},
        pill::Avatar,
        popover::fresh_id,
        toast::use_toasts,
    },
};

/// Most bytes that the server takes.
const MOST_BYTES: usize = 1 << 20;
/// Media types that the server takes.
const ACCEPTED: &str = "image/png,image/jpeg,image/webp";

thread_local! {
    /// Addresses of the images read so far, by digest: an `img` cannot send an access token.
    static READ: RefCell<HashMap<String, String>> = RefCell::default();
}

/// The image of an organization; initials without one, and until it is there.
#[component]
pub fn OrganizationAvatar(
    /// Whose.
    id: OrganizationId,
    /// Its name.
    name: String,
    /// Which image.
    digest: Option<String>,
    /// Whether it heads a page.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let image = RwSignal::new(None);
    if let Some(digest) = digest {
        image.set(READ.with_borrow(|read| read.get(&digest).cloned()));
        if image.with_untracked(Option::is_none) {
            browser::spawn(async move {
                if let Ok(bytes) = api().get_organization_avatar(id).await
                    && let Ok(address) = browser::object_url("image/png", &bytes)
                {
                    READ.with_borrow_mut(|read| read.insert(digest, address.clone()));
                    image.try_set(Some(address));
                }
            });
        }
    }
    view! { <Avatar name image large square=true/> }
}

/// The image and what can be done with it. Done at once: it is no part of what the form saves.
#[component]
pub fn AvatarField(
    /// The organization.
    found: RwSignal<Option<Organization>>,
    /// Whether it cannot be changed.
    disabled: Signal<bool>,
    /// Called when it was.
    changed: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let (busy, faults) = (RwSignal::new(false), Faults::new());
    let input: NodeRef<html::Input> = NodeRef::new();
    let (help_id, error_id) = (fresh_id("avatar-help"), fresh_id("avatar-error"));
    let described = format!("{error_id} {help_id}");
    let finish = move |outcome, words: String| {
        match outcome {
            Ok(()) => {
                toasts.say(words);
                changed.try_run(());
            }
            Err(refused) => {
                if let Some(rest) = faults.take(refused) {
                    toasts.fail(&rest);
                }
            }
        }
        busy.try_set(false);
    };
    let choose = move || {
        let (Some(input), Some(row)) = (input.get_untracked(), found.get_untracked()) else { return };
        faults.reset();
        browser::spawn(async move {
            let Some((media_type, image)) = browser::chosen_file(&input).await else { return };
            let refused = if !ACCEPTED.split(',').any(|accepted| accepted == media_type) {
                Some(text::organizations::avatar_type())
            } else {
                (image.len() > MOST_BYTES).then(text::organizations::avatar_too_large)
            };
            if let Some(refused) = refused {
                faults.show(vec![FieldError::new("", "format", refused)]);
                return;
            }
            busy.try_set(true);
            let outcome = api().set_organization_avatar(row.id, &media_type, image).await;
            finish(outcome, text::organizations::avatar_set(row.display_name));
        });
    };
    let remove = Callback::new(move |()| {
        let Some(row) = found.get_untracked() else { return };
        faults.reset();
        busy.set(true);
        browser::spawn(async move {
            let outcome = api().delete_organization_avatar(row.id).await;
            finish(outcome, text::organizations::avatar_removed(row.display_name));
        });
    });
    let open = Callback::new(move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    });
    let has_image = Memo::new(move |_| found.with(|row| row.as_ref().is_some_and(|row| row.avatar_digest.is_some())));
    let picture = move || {
        found.get().map(|row| {
            view! { <OrganizationAvatar id=row.id name=row.display_name digest=row.avatar_digest large=true/> }
        })
    };
    view! {
        <div class="field" role="group" aria-label=text::organizations::avatar() aria-describedby=described>
            <span class="field-label">{text::organizations::avatar()}</span>
            <div class="avatar-field">
                {picture}
                <input
                    node_ref=input
                    type="file"
                    hidden
                    accept=ACCEPTED
                    name="avatar"
                    aria-label=text::organizations::avatar_file()
                    on:change=move |_| choose()
                />
                <Button label=text::organizations::avatar_choose() disabled busy press=open/>
                {move || has_image.get().then(|| view! { <Button label=text::organizations::avatar_remove() look=Look::Ghost disabled press=remove/> })}
            </div>
            <Fault id=error_id error=Signal::derive(move || faults.at(""))/>
            <p class="field-help" id=help_id>{text::organizations::avatar_help()}</p>
        </div>
    }
}
