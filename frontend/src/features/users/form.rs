//! The tabs of a user, and of the own account, that are forms of texts: Profile and Contact.

use leptos::prelude::*;
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
        edit::{Edit, EditPage, TextOf},
        field::{Faults, Kind, TextField},
    },
};

/// A form over some fields of a user.
#[component]
pub fn FieldsTab(
    /// The user as saved.
    user: RwSignal<Option<User>>,
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
    let session = use_session();
    let values: Vec<(Field, RwSignal<String>)> =
        fields.iter().map(|field| (*field, RwSignal::new(String::new()))).collect();
    let text_of = |(field, value): &(Field, _)| {
        TextOf::new(field.label(), *value, {
            let field = *field;
            move |user| field.of(user)
        })
    };
    let edit = Edit::new(user, values.iter().map(text_of).collect(), reload);
    let Edit { texts, submission, base, .. } = edit;
    let typed = StoredValue::new(values.clone());
    let value_of = move |wanted: Field| {
        let value =
            typed.with_value(|values| values.iter().find(|(field, _)| *field == wanted).map(|(_, value)| *value));
        value.map(|value| value.get_untracked()).unwrap_or_default()
    };
    let save = Callback::new(move |()| {
        let Some(former) = base.get_untracked() else { return };
        let update = model::update(fields, &former, value_of);
        let found = update.faults();
        let saving = async move {
            let version = Some(former.summary.version);
            if own {
                api().update_me(&model::own_update(update), version).await
            } else {
                api().update_user(former.id(), &update, version).await
            }
        };
        edit.save(found, saving, text::users::saved());
    });
    let load_current = edit.load_current(move |user| async move {
        if own { api().get_me().await.map(|me| me.user) } else { api().get_user(user.id()).await }
    });
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
    let shown = values.into_iter().map(move |(field, value)| view! {
        <Show when=move || refusal(field.needs(own).get(..1).unwrap_or_default()).is_none()>
            <UserField field value rival=texts.rival(value) faults=submission.faults own disabled=Signal::derive(move || refusal(field.needs(own)).is_some())/>
        </Show>
    });
    let below = move || verbs.map(|verbs| view! { <UserDanger user verbs/> });
    view! {
        <EditPage texts submission refusals save discard=edit.discard() load_current below>{shown.collect_view()}</EditPage>
    }
}

#[component]
fn UserField(
    field: Field,
    value: RwSignal<String>,
    rival: Signal<Option<String>>,
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
            rival
        />
    }
}
