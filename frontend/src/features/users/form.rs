//! The tabs of a user, and of the own account, that are forms of texts: Profile and Contact.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{Permission, Resource, users::User};

use super::{
    danger::UserDanger,
    model::{self, Field},
    verbs::UserVerbs,
};
use crate::{
    i18n::text,
    session::{resource_of, use_session},
    transport::api,
    ui::{
        dirty::DirtyBar,
        field::{Faults, Kind, TextField},
        merge::{Saved, follow},
        state::{Banner, FormError},
        toast::use_toasts,
    },
};

/// A form over some fields of a user.
#[component]
pub fn FieldsTab(
    /// The user as saved.
    user: Memo<Option<User>>,
    /// The fields.
    fields: &'static [Field],
    /// Reads the user again.
    reload: Callback<()>,
    /// The verbs of the danger zone, if it has one.
    #[prop(optional)]
    verbs: Option<UserVerbs>,
    /// Whether it is the own account, changed by its own operations and rights.
    #[prop(optional)]
    own: bool,
) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let (busy, error, faults) = (RwSignal::new(false), RwSignal::new(None::<ClientError>), Faults::new());
    // The values are compared with the version that they were read from, not with what somebody else saved since.
    let saved = Saved::new(user.get_untracked());
    let base = saved.now();
    let values: StoredValue<Vec<(Field, RwSignal<String>)>> = StoredValue::new(
        fields
            .iter()
            .map(|field| {
                (
                    *field,
                    RwSignal::new(
                        base.with_untracked(|user| user.as_ref().map(|user| field.of(user)).unwrap_or_default()),
                    ),
                )
            })
            .collect(),
    );
    let value_of = move |wanted: Field| {
        values.with_value(|values| {
            values.iter().find(|(field, _)| *field == wanted).map(|(_, value)| value.get()).unwrap_or_default()
        })
    };
    let changes = Memo::new(move |_| {
        base.with(|user| user.as_ref().map(|user| model::changes(fields, user, value_of)).unwrap_or_default())
    });
    let take = move |user: User| {
        // The form may be gone by the time that the server answers.
        values.try_with_value(|values| {
            for (field, value) in values {
                value.set(field.of(&user));
            }
        });
        saved.take(user);
        faults.reset();
        error.set(None);
    };
    let renew = move |user: User| {
        saved.renew(user, |former, now| {
            values.try_with_value(|values| {
                for (field, value) in values {
                    follow(*value, &field.of(former), field.of(now));
                }
            });
        });
        faults.reset();
        error.set(None);
        reload.try_run(());
    };
    crate::browser::effect(move || {
        let newer = user.get();
        let untouched = changes.with_untracked(Vec::is_empty);
        if let Some(newer) = newer
            && untouched
            && base.with_untracked(|base| base.as_ref() != Some(&newer))
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
        let update = untrack(|| model::update(fields, &former, value_of));
        error.set(None);
        if busy.get_untracked() || !faults.show(update.faults()) {
            return;
        }
        busy.set(true);
        crate::browser::spawn(async move {
            let version = Some(former.summary.version);
            let outcome = if own {
                api().update_me(&model::own_update(update), version).await
            } else {
                api().update_user(former.id(), &update, version).await
            };
            match outcome {
                Ok(user) => {
                    take(user);
                    toasts.say(text::users::saved());
                    reload.try_run(());
                }
                Err(refused) if faults.take(&refused) => {}
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    let refusal = move |permissions: &[Permission]| {
        let resource = match own {
            true => Resource::List,
            false => base.with(|user| user.as_ref().map(|user| resource_of(&user.summary)))?,
        };
        permissions.iter().find_map(|permission| session.refusal(*permission, &resource))
    };
    let refusals = Memo::new(move |_| {
        // On the own page the fields that others fill in are simply not there.
        let told = if own { &[] } else { fields };
        let mut refusals: Vec<String> = told.iter().filter_map(|field| refusal(field.needs(own))).collect();
        refusals.dedup();
        refusals
    });
    let load_current = Callback::new(move |()| {
        crate::browser::spawn(async move {
            let Some(id) = base.with_untracked(|user| user.as_ref().map(User::id)) else { return };
            let outcome = if own { api().get_me().await.map(|me| me.user) } else { api().get_user(id).await };
            if let Ok(user) = outcome {
                renew(user);
            }
        });
    });
    view! {
        <div class="page-scroll">
            <div class="page-body">
                {move || refusals.get().into_iter().map(|words| view! { <Banner tone="info" boxed=true><p>{words}</p></Banner> }).collect_view()}
                <FormError error load_current/>
                <form class="form" novalidate on:submit=move |event| { event.prevent_default(); save(()); }>
                    <div class="form-grid">
                        {values.with_value(|values| values.iter().copied().map(|(field, value)| view! {
                            <Show when=move || refusal(field.needs(own).get(..1).unwrap_or_default()).is_none()>
                                <UserField field value saved faults own disabled=Signal::derive(move || refusal(field.needs(own)).is_some())/>
                            </Show>
                        }).collect_view())}
                    </div>
                    <button type="submit" class="visually-hidden" tabindex="-1">{text::ui::save_changes()}</button>
                </form>
                {verbs.map(|verbs| view! { <UserDanger user verbs/> })}
            </div>
            <DirtyBar changes busy discard=Callback::new(discard) save=Callback::new(save)/>
        </div>
    }
}

#[component]
fn UserField(
    field: Field,
    value: RwSignal<String>,
    saved: Saved<User>,
    faults: Faults,
    own: bool,
    disabled: Signal<bool>,
) -> impl IntoView {
    let kind = match field {
        Field::Email => Kind::Email,
        Field::PlatformUrl => Kind::Url,
        Field::TimeZone => Kind::TimeZone,
        _ => Kind::Text,
    };
    let help = Signal::stored(field.help().unwrap_or_default().to_owned());
    view! {
        <TextField
            label=field.label()
            value
            pointer=field.pointer()
            faults
            kind
            help
            optional=field.is_optional()
            disabled
            autocomplete=if own { field.autocomplete() } else { "off" }
            mono=field == Field::Username
            name=field.pointer().trim_start_matches('/')
            rival=saved.rival(move || value.get(), move |user| field.of(user))
        />
    }
}
