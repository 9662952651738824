//! The own profile as a form.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{Patch, me::UpdateMe, users::User};

use crate::{
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        dirty::{DirtyBar, FieldChange},
        field::{Faults, Kind, TextField},
        merge::{Saved, follow},
        state::FormError,
        toast::use_toasts,
    },
};

/// What stands in the form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Draft {
    display_name: String,
    first_name: String,
    last_name: String,
    language: String,
    time_zone: String,
}

impl Draft {
    fn of(user: &User) -> Self {
        Self {
            display_name: user.summary.display_name.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            language: user.language.clone().unwrap_or_default(),
            time_zone: user.time_zone.clone().unwrap_or_default(),
        }
    }

    fn changes(&self, saved: &Self) -> Vec<FieldChange> {
        [
            FieldChange::of(text::users::display_name(), &saved.display_name, &self.display_name),
            FieldChange::of(text::users::first_name(), &saved.first_name, &self.first_name),
            FieldChange::of(text::users::last_name(), &saved.last_name, &self.last_name),
            FieldChange::of(text::users::language(), &saved.language, &self.language),
            FieldChange::of(text::users::time_zone(), &saved.time_zone, &self.time_zone),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn update(&self, saved: &Self) -> UpdateMe {
        let text = |new: &String, old: &String| (new != old).then(|| new.clone());
        let patch = |new: &String, old: &String| match new == old {
            true => Patch::Absent,
            false => Patch::from_option(Some(new.clone()).filter(|new| !new.is_empty())),
        };
        UpdateMe {
            display_name: text(&self.display_name, &saved.display_name),
            first_name: text(&self.first_name, &saved.first_name),
            last_name: text(&self.last_name, &saved.last_name),
            language: patch(&self.language, &saved.language),
            time_zone: patch(&self.time_zone, &saved.time_zone),
            ..UpdateMe::default()
        }
    }
}

/// The own profile.
#[component]
pub fn ProfileForm() -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let user = Memo::new(move |_| session.me().map(|me| me.user));
    // The account that the form was filled from, so that what is saved elsewhere meanwhile is not overwritten.
    let saved: Saved<User> = Saved::new(None);
    let base = saved.now();
    let [display_name, first_name, last_name, language, time_zone] = [(); 5].map(|()| RwSignal::new(String::new()));
    let (busy, error, faults) = (RwSignal::new(false), RwSignal::new(None::<ClientError>), Faults::new());
    let draft = move || Draft {
        display_name: display_name.get(),
        first_name: first_name.get(),
        last_name: last_name.get(),
        language: language.get(),
        time_zone: time_zone.get(),
    };
    let changes = Memo::new(move |_| {
        base.with(|base| base.as_ref().map(|base| draft().changes(&Draft::of(base))).unwrap_or_default())
    });
    let take = move |user: User| {
        let draft = Draft::of(&user);
        display_name.set(draft.display_name);
        first_name.set(draft.first_name);
        last_name.set(draft.last_name);
        language.set(draft.language);
        time_zone.set(draft.time_zone);
        saved.take(user);
        faults.reset();
        error.set(None);
    };
    let renew = move |user: User| {
        saved.renew(user, |former, now| {
            let (former, now) = (Draft::of(former), Draft::of(now));
            follow(display_name, &former.display_name, now.display_name);
            follow(first_name, &former.first_name, now.first_name);
            follow(last_name, &former.last_name, now.last_name);
            follow(language, &former.language, now.language);
            follow(time_zone, &former.time_zone, now.time_zone);
        });
        faults.reset();
        error.set(None);
    };
    crate::browser::effect(move || {
        if let Some(newer) = user.get()
            && changes.with_untracked(Vec::is_empty)
        {
            take(newer);
        }
    });
    let discard = move |()| {
        if let Some(user) = user.get_untracked() {
            take(user);
        }
    };
    let save = move |()| {
        let Some(former) = base.get_untracked() else { return };
        let body = untrack(draft).update(&Draft::of(&former));
        error.set(None);
        if busy.get_untracked() || !faults.show(body.faults()) {
            return;
        }
        busy.set(true);
        crate::browser::spawn(async move {
            match api().update_me(&body, Some(former.summary.version)).await {
                Ok(user) => {
                    take(user);
                    toasts.say(text::users::saved());
                    // Read anew when the change is told, if not now.
                    let _later = session.reload_me().await;
                }
                Err(refused) if faults.take(&refused) => {}
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    let load_current = Callback::new(move |()| {
        crate::browser::spawn(async move {
            if let Ok(me) = api().get_me().await {
                renew(me.user);
            }
        });
    });
    let rival = move |value: RwSignal<String>, of: fn(Draft) -> String| {
        saved.rival(move || value.get(), move |user| of(Draft::of(user)))
    };
    view! {
        <div class="page-scroll">
            <div class="page-body">
                <FormError error load_current/>
                <form class="form" novalidate on:submit=move |event| { event.prevent_default(); save(()); }>
                    <div class="form-grid">
                        <TextField label=text::users::display_name() value=display_name pointer="/display_name" faults wide=true autocomplete="name" name="display_name" rival=rival(display_name, |draft| draft.display_name)/>
                        <TextField label=text::users::first_name() value=first_name pointer="/first_name" faults optional=true autocomplete="given-name" name="first_name" rival=rival(first_name, |draft| draft.first_name)/>
                        <TextField label=text::users::last_name() value=last_name pointer="/last_name" faults optional=true autocomplete="family-name" name="last_name" rival=rival(last_name, |draft| draft.last_name)/>
                        <TextField label=text::users::language() value=language pointer="/language" faults optional=true help=Signal::stored(text::users::language_help().to_owned()) name="language" rival=rival(language, |draft| draft.language)/>
                        <TextField label=text::users::time_zone() value=time_zone pointer="/time_zone" faults optional=true help=Signal::stored(text::users::time_zone_help().to_owned()) kind=Kind::TimeZone name="time_zone" rival=rival(time_zone, |draft| draft.time_zone)/>
                    </div>
                    <button type="submit" class="visually-hidden" tabindex="-1">{text::ui::save_changes()}</button>
                </form>
            </div>
            <DirtyBar changes busy discard=Callback::new(discard) save=Callback::new(save)/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emptied_language_is_removed_and_the_rest_stays() {
        let saved = Draft { display_name: "Ada".to_owned(), language: "en".to_owned(), ..Draft::default() };
        let draft = Draft { language: String::new(), ..saved.clone() };
        let sent = serde_json::to_value(draft.update(&saved)).unwrap();
        assert_eq!(sent, serde_json::json!({"language": null}));
        assert_eq!(draft.changes(&saved).len(), 1);
    }
}
