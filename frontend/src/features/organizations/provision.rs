//! The tab of an organization that says how many seats it has, and what its new users begin with.

use leptos::prelude::*;
use quarterdeck_domain::{
    FieldError, Patch, Permission, Resource, Role,
    organizations::{Organization, UpdateOrganization, UpdateUserDefaults, UserDefaults},
    roles::Roles,
};

use crate::{
    i18n::{number, text, words},
    session::use_session,
    transport::api,
    ui::{
        choice::{CheckField, SelectField},
        dirty::{DirtyBar, FieldChange},
        field::{Kind, TextField},
        icon::{Glyph, Icon},
        state::{Banner, FormError},
        submission::Submission,
        toast::use_toasts,
    },
};

/// Seats that are taken, of those there are.
#[component]
pub fn SeatsUsed(
    /// Whose.
    row: Organization,
) -> impl IntoView {
    let Organization { seats, seats_used, .. } = row;
    let is_full = seats > 0 && seats_used >= u64::from(seats);
    let words = match seats {
        0 => text::organizations::seats_taken(seats_used),
        seats => text::organizations::seats_of(number(seats_used), number(u64::from(seats))),
    };
    view! {
        <span class="level" data-colour=is_full.then_some("orange")>
            {is_full.then(|| view! { <Glyph icon=Icon::Warning/> })}
            {words}
        </span>
    }
}

/// The fields, as they are typed.
#[derive(Debug, Clone, Copy)]
struct Fields {
    seats: RwSignal<String>,
    language: RwSignal<String>,
    time_zone: RwSignal<String>,
    country: RwSignal<String>,
    role: RwSignal<String>,
    must_change: RwSignal<bool>,
}

/// The one role beside `user` that new users may begin with, for nobody has power by a default.
const fn role_of(roles: Roles) -> Role {
    if roles.contains(Role::Trainer) { Role::Trainer } else { Role::User }
}

fn typed(value: &str) -> Option<String> {
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

impl Fields {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            seats: text(),
            language: text(),
            time_zone: text(),
            country: text(),
            role: text(),
            must_change: RwSignal::new(false),
        }
    }

    fn take(self, row: &Organization) {
        let defaults = &row.user_defaults;
        self.seats.set(row.seats.to_string());
        self.language.set(defaults.language.clone().unwrap_or_default());
        self.time_zone.set(defaults.time_zone.clone().unwrap_or_default());
        self.country.set(defaults.country.clone().unwrap_or_default());
        self.role.set(role_of(defaults.roles).name().to_owned());
        self.must_change.set(defaults.must_change_password);
    }

    /// What is typed: the text of the seats, and the defaults with roles that the form does not show as they were.
    fn read(self, former: &UserDefaults) -> (String, UserDefaults) {
        let role: Role = self.role.get().parse().unwrap_or(Role::User);
        let roles = match role_of(former.roles) == role {
            true => former.roles,
            false => former.roles.without(Role::User).without(Role::Trainer).with(role),
        };
        let defaults = UserDefaults {
            language: typed(&self.language.get()),
            time_zone: typed(&self.time_zone.get()),
            country: typed(&self.country.get()).map(|code| code.to_uppercase()),
            roles,
            must_change_password: self.must_change.get(),
        };
        (self.seats.get().trim().to_owned(), defaults)
    }
}

/// What of `now` differs from `former`.
fn update(former: &UserDefaults, now: UserDefaults) -> Option<UpdateUserDefaults> {
    fn patch(former: Option<&String>, now: Option<String>) -> Patch<String> {
        if former == now.as_ref() { Patch::Absent } else { Patch::from_option(now) }
    }
    let must_change = now.must_change_password;
    (*former != now).then(|| UpdateUserDefaults {
        language: patch(former.language.as_ref(), now.language),
        time_zone: patch(former.time_zone.as_ref(), now.time_zone),
        country: patch(former.country.as_ref(), now.country),
        roles: (former.roles != now.roles).then_some(now.roles),
        must_change_password: (former.must_change_password != must_change).then_some(must_change),
    })
}

/// The changes in words.
fn changes(saved: &Organization, seats: String, now: &UserDefaults) -> Vec<FieldChange> {
    let former = &saved.user_defaults;
    let text_of = |value: Option<&String>| value.cloned().unwrap_or_default();
    let yes = |value: bool| if value { text::ui::yes() } else { text::ui::no() };
    [
        FieldChange::of(text::organizations::seats(), saved.seats.to_string(), seats),
        FieldChange::of(text::users::language(), text_of(former.language.as_ref()), text_of(now.language.as_ref())),
        FieldChange::of(text::users::time_zone(), text_of(former.time_zone.as_ref()), text_of(now.time_zone.as_ref())),
        FieldChange::of(text::users::country(), text_of(former.country.as_ref()), text_of(now.country.as_ref())),
        FieldChange::of(text::users::role(), words::role(role_of(former.roles)), words::role(role_of(now.roles))),
        FieldChange::of(
            text::organizations::default_must_change(),
            yes(former.must_change_password),
            yes(now.must_change_password),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Seats, and what new users begin with.
#[component]
pub fn ProvisionTab(
    /// The organization as saved.
    found: RwSignal<Option<Organization>>,
    /// Reads it again.
    reload: Callback<()>,
) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let submission @ Submission { busy, error, faults } = Submission::new();
    let base = RwSignal::new(None::<Organization>);
    let fields = Fields::new();
    let take = move |row: Organization| {
        fields.take(&row);
        base.set(Some(row));
        submission.reset();
    };
    if let Some(row) = found.get_untracked() {
        take(row);
    }
    let changed = Memo::new(move |_| {
        let Some(saved) = base.get() else { return Vec::new() };
        let (seats, defaults) = fields.read(&saved.user_defaults);
        changes(&saved, seats, &defaults)
    });
    crate::browser::effect(move || {
        if let Some(newer) = found.get()
            && changed.with_untracked(Vec::is_empty)
            && base.with_untracked(|base| base.as_ref() != Some(&newer))
        {
            take(newer);
        }
    });
    let save = move |()| {
        let Some(former) = base.get_untracked() else { return };
        let (seats, defaults) = untrack(|| fields.read(&former.user_defaults));
        let seats = seats.parse::<u32>().ok();
        let body = UpdateOrganization {
            seats: seats.filter(|seats| *seats != former.seats),
            user_defaults: update(&former.user_defaults, defaults),
            ..UpdateOrganization::default()
        };
        let mut found = body.faults();
        if seats.is_none() {
            found.push(FieldError::new("/seats", "format", text::organizations::seats_whole()));
        }
        submission.send(found, async move {
            take(api().update_organization(former.id, &body, Some(former.version)).await?);
            toasts.say(text::users::saved());
            reload.try_run(());
            Ok(())
        });
    };
    let load_current = Callback::new(move |()| {
        crate::browser::spawn(async move {
            let Some(id) = base.with_untracked(|row| row.as_ref().map(|row| row.id)) else { return };
            if let Ok(row) = api().get_organization(id).await {
                take(row);
                reload.try_run(());
            }
        });
    });
    let refusal = move |permission, of_users: bool| {
        Memo::new(move |_| {
            base.with(|row| {
                let id = row.as_ref()?.id;
                let resource = match of_users {
                    true => Resource::NewUser { organization_id: Some(id) },
                    false => Resource::Organization(id),
                };
                session.refusal(permission, &resource)
            })
        })
    };
    let seats_refused = refusal(Permission::SeatManage, false);
    let refused = refusal(Permission::OrganizationUpdate, false);
    let roles_refused = refusal(Permission::UserAssignRoles, true);
    let disabled = Signal::derive(move || refused.with(Option::is_some));
    let roles_disabled = Signal::derive(move || disabled.get() || roles_refused.with(Option::is_some));
    let seats_help = Signal::derive(move || {
        let help = seats_refused.get().unwrap_or_else(|| text::organizations::seats_help().to_owned());
        let over =
            base.with(|row| row.as_ref().is_some_and(|row| row.seats > 0 && row.seats_used > u64::from(row.seats)));
        if over { text::organizations::seats_over().to_owned() } else { help }
    });
    let role_options: Vec<(String, String)> =
        [Role::User, Role::Trainer].map(|role| (role.name().to_owned(), words::role(role).to_owned())).to_vec();
    view! {
        <div class="page-scroll" tabindex="0">
            <div class="page-body">
                {move || refused.get().map(|words| view! { <Banner tone="info" boxed=true><p>{words}</p></Banner> })}
                <FormError error load_current/>
                <form class="form" novalidate on:submit=move |event| { event.prevent_default(); save(()); }>
                    <section class="form-section">
                        <header>
                            <h2>{text::organizations::seats()}</h2>
                            <p>{text::organizations::seats_words()}</p>
                        </header>
                        {move || base.get().map(|row| view! { <p><SeatsUsed row/></p> })}
                        <div class="form-grid">
                            <TextField label=text::organizations::seats_number() value=fields.seats pointer="/seats" faults kind=Kind::Number help=seats_help disabled=Signal::derive(move || seats_refused.with(Option::is_some)) name="seats"/>
                        </div>
                    </section>
                    <section class="form-section">
                        <header>
                            <h2>{text::organizations::defaults()}</h2>
                            <p>{text::organizations::defaults_words()}</p>
                        </header>
                        <div class="form-grid">
                            <TextField label=text::users::language() value=fields.language pointer="/user_defaults/language" faults optional=true help=Signal::stored(text::users::language_help().to_owned()) disabled name="default-language"/>
                            <TextField label=text::users::time_zone() value=fields.time_zone pointer="/user_defaults/time_zone" faults kind=Kind::TimeZone optional=true disabled name="default-time-zone"/>
                            <TextField label=text::users::country() value=fields.country pointer="/user_defaults/country" faults optional=true help=Signal::stored(text::users::country_help().to_owned()) disabled name="default-country"/>
                            <SelectField label=text::users::role() value=fields.role options=role_options pointer="/user_defaults/roles" faults disabled=roles_disabled help=text::organizations::default_role_help() name="default-role"/>
                        </div>
                        <CheckField label=text::organizations::default_must_change() value=fields.must_change disabled help=text::organizations::default_must_change_help() name="default-must-change"/>
                    </section>
                    <button type="submit" class="visually-hidden" tabindex="-1">{text::ui::save_changes()}</button>
                </form>
            </div>
            <DirtyBar changes=changed busy discard=Callback::new(move |()| { if let Some(row) = found.get_untracked() { take(row); } }) save=Callback::new(save)/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_sent() {
        let former =
            UserDefaults { language: Some("de".to_owned()), country: Some("DE".to_owned()), ..UserDefaults::default() };
        assert_eq!(update(&former, former.clone()), None);
        let now = UserDefaults { language: None, must_change_password: true, ..former.clone() };
        let sent = update(&former, now).unwrap();
        assert_eq!((sent.language, sent.country, sent.roles), (Patch::Null, Patch::Absent, None));
        assert_eq!(sent.must_change_password, Some(true));
    }
}
