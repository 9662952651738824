//! The form that grants a role: to whom, which one, where, until when, and why.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    FieldError, GroupId, OrganizationId, Permission, Problem, Resource, UserId,
    groups::Group,
    role_grants::{CreateRoleGrant, ScopeKind},
    users::UserSummary,
};

use super::{
    find::find_grantable,
    model::{AnyRole, RoleKey},
};
use crate::{
    features::{
        groups::find_groups,
        users::{OrganizationField, find_users},
    },
    i18n::text,
    session::{Session, use_session},
    transport::api,
    ui::{
        choice::SelectField,
        dialog::{FormDialog, open_with},
        end::{End, EndField},
        field::TextField,
        lookup::LookupField,
        submission::Submission,
        table::Options,
        time::midnight,
        toast::use_toasts,
    },
};

/// A value and its words.
type Chosen = (String, String);

/// What is known before the form is filled in: the user, the group, or the role.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asked {
    user: Option<Chosen>,
    group: Option<Chosen>,
    role: Option<Chosen>,
    organization: Option<Chosen>,
    /// The group that it is granted on.
    on: Option<Chosen>,
}

impl Asked {
    /// A grant to `user`, perhaps on the own organization.
    pub fn of_user(user: &UserSummary) -> Self {
        let organization = user.organization_id.map(|id| id.to_string()).zip(user.organization_name.clone());
        Self { user: Some((user.id.to_string(), user.display_name.clone())), organization, ..Self::default() }
    }

    /// A grant to the members of `group`, perhaps on its organization.
    pub fn of_group(group: &Group) -> Self {
        let organization = group.organization_id.map(|id| id.to_string()).zip(group.organization_name.clone());
        Self { group: Some((group.id.to_string(), group.display_name.clone())), organization, ..Self::default() }
    }

    /// A grant on `group`.
    pub fn on_group(group: &Group) -> Self {
        Self { on: Some((group.id.to_string(), group.display_name.clone())), ..Self::default() }
    }

    fn knows_holder(&self) -> bool {
        self.user.is_some() || self.group.is_some()
    }

    /// A grant of `role`; nothing for one that cannot be granted.
    pub fn of_role(role: &AnyRole) -> Option<Self> {
        let fits = ScopeKind::ALL.iter().any(|scope| role.key().fits(*scope));
        fits.then(|| Self { role: Some((role.key().to_string(), role.name())), ..Self::default() })
    }
}

/// Who is granted the role, as the values of a choice.
const USER: &str = "user";
const GROUP: &str = "group";

/// A value that is found by typing.
#[derive(Clone, Copy)]
struct Found {
    value: RwSignal<String>,
    words: RwSignal<String>,
}

impl Found {
    fn new() -> Self {
        Self { value: RwSignal::new(String::new()), words: RwSignal::new(String::new()) }
    }

    fn set(self, chosen: Option<Chosen>) {
        let (value, words) = chosen.unwrap_or_default();
        self.words.set(words);
        self.value.set(value);
    }
}

/// The fields of the form.
#[derive(Clone, Copy)]
struct Form {
    holder: RwSignal<String>,
    user: Found,
    group: Found,
    role: Found,
    scope: RwSignal<String>,
    organization: Found,
    on: Found,
    end: RwSignal<String>,
    day: RwSignal<String>,
    reason: RwSignal<String>,
}

impl Form {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        let found = Found::new;
        let (user, group, role, organization, on) = (found(), found(), found(), found(), found());
        Self {
            holder: text(),
            user,
            group,
            role,
            scope: text(),
            organization,
            on,
            end: text(),
            day: text(),
            reason: text(),
        }
    }

    fn begin(self, asked: Asked) {
        let scope = match (&asked.on, &asked.organization) {
            (Some(_), _) => ScopeKind::Group,
            (None, Some(_)) => ScopeKind::Organization,
            (None, None) => ScopeKind::Platform,
        };
        self.scope.set(scope.name().to_owned());
        self.holder.set(if asked.group.is_some() { GROUP } else { USER }.to_owned());
        self.user.set(asked.user);
        self.group.set(asked.group);
        self.role.set(asked.role);
        self.organization.set(asked.organization);
        self.on.set(asked.on);
        self.end.set(End::usual(None).value());
        self.day.set(String::new());
        self.reason.set(String::new());
    }

    fn is_to_group(self) -> bool {
        self.holder.with(|holder| holder == GROUP)
    }

    fn scope(self) -> ScopeKind {
        self.scope.with(|scope| scope.parse()).unwrap_or(ScopeKind::Platform)
    }

    /// The grant, or what is still to be chosen.
    fn filled(self) -> Result<CreateRoleGrant, Vec<FieldError>> {
        let now = crate::browser::now();
        let to_group = untrack(|| self.is_to_group());
        let user = parsed::<UserId>(self.user).filter(|_| !to_group);
        let group = parsed::<GroupId>(self.group).filter(|_| to_group);
        let role = parsed::<RoleKey>(self.role);
        let scope = untrack(|| self.scope());
        let organization = parsed::<OrganizationId>(self.organization).filter(|_| scope == ScopeKind::Organization);
        let on = parsed::<GroupId>(self.on).filter(|_| scope == ScopeKind::Group);
        let (end, day) = (End::parse(&self.end.get_untracked()), midnight(&self.day.get_untracked()));
        let lacking = |is_lacking: bool, pointer| {
            is_lacking.then(|| FieldError::new(pointer, "required", text::ui::must_choose()))
        };
        let lacks_organization = scope == ScopeKind::Organization && organization.is_none();
        let faults = [
            lacking(!to_group && user.is_none(), "/user_id"),
            lacking(to_group && group.is_none(), "/group_id"),
            lacking(role.is_none(), "/role"),
            lacking(lacks_organization, "/organization_id"),
            lacking(scope == ScopeKind::Group && on.is_none(), "/scope_group_id"),
            end.fault(day),
        ];
        let faults: Vec<FieldError> = faults.into_iter().flatten().collect();
        let (Some(role), true) = (role, faults.is_empty()) else { return Err(faults) };
        let body = CreateRoleGrant {
            user_id: user,
            group_id: group,
            role: role.built_in(),
            role_id: role.custom(),
            scope,
            organization_id: organization,
            scope_group_id: on,
            expires_at: end.at(day, now),
            reason: self.reason.get_untracked().trim().to_owned(),
        };
        let faults = body.faults(now);
        if faults.is_empty() { Ok(body) } else { Err(placed(faults)) }
    }
}

fn parsed<T: std::str::FromStr>(found: Found) -> Option<T> {
    found.value.with_untracked(|value| value.parse().ok())
}

/// The faults at the fields of this form: one takes roles of either kind, and an end is what lacks a grant that never ends.
fn placed(faults: Vec<FieldError>) -> Vec<FieldError> {
    let place = |fault: FieldError| {
        let pointer = match (fault.pointer.as_str(), fault.code.as_str()) {
            (_, "base-role") => "/end",
            ("/role_id", _) => "/role",
            (pointer, _) => pointer,
        };
        FieldError::new(pointer, &fault.code, &fault.message)
    };
    faults.into_iter().map(place).collect()
}

/// What a refusal says at a field; nothing for one that is about none.
fn refused_at(error: &ClientError) -> Vec<FieldError> {
    let Some(problem) = error.problem() else { return Vec::new() };
    let at = |pointer, message: &str| vec![FieldError::new(pointer, problem.code.as_str(), message)];
    match problem.code.as_str() {
        "not-held" | "role-granted" => at("/role", &problem.detail),
        "privileged-account" => at("/role", text::roles::for_administrators()),
        "own-account" => at("/user_id", text::ui::own_account()),
        _ => placed(problem.errors.clone()),
    }
}

/// The refusal with its faults at the fields of this form.
fn at_fields(refused: ClientError) -> ClientError {
    let errors = refused_at(&refused);
    match refused {
        ClientError::Problem(problem) => ClientError::Problem(Box::new(Problem { errors, ..*problem })),
        other => other,
    }
}

/// Scopes that the role fits and the person reaches, with their words.
fn scopes(session: Session, role: Option<RoleKey>) -> Options {
    let reaches_all = session.refusal(Permission::RoleGrant, &Resource::Platform).is_none();
    let fits =
        |scope: &ScopeKind| role.is_none_or(|role| role.fits(*scope)) && (reaches_all || *scope != ScopeKind::Platform);
    let words = |scope: ScopeKind| match scope {
        ScopeKind::Platform => text::roles::on_platform(),
        ScopeKind::Organization => text::roles::on_organization(),
        ScopeKind::Group => text::roles::on_group(),
    };
    ScopeKind::ALL
        .iter()
        .copied()
        .filter(fits)
        .map(|scope| (scope.name().to_owned(), words(scope).to_owned()))
        .collect()
}

/// Grants a role.
#[component]
pub(super) fn GrantDialog(
    /// What is known of the grant.
    asked: RwSignal<Option<Asked>>,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let form = Form::new();
    let submission @ Submission { busy, error, faults } = Submission::new();
    let open = open_with(asked, move || {
        form.begin(asked.get_untracked().unwrap_or_default());
        submission.reset();
    });
    let options = Memo::new(move |_| scopes(session, form.role.value.with(|role| role.parse().ok())));
    crate::browser::effect(move || {
        options.with(|options| {
            let fits = form.scope.with(|scope| options.iter().any(|(option, _)| option == scope));
            if let (false, Some((first, _))) = (fits, options.first()) {
                form.scope.set(first.clone());
            }
        });
    });
    let submit = move |()| {
        let body = match form.filled() {
            Ok(body) => body,
            Err(found) => {
                faults.show(found);
                return;
            }
        };
        submission.send(Vec::new(), async move {
            let grant = api().create_role_grant(&body).await.map_err(at_fields)?;
            open.try_set(false);
            toasts.say(text::roles::granted(super::grants::role_name(&grant), grant.display_name));
            done.try_run(());
            Ok(())
        });
    };
    let known =
        move |part: fn(&Asked) -> bool| Signal::derive(move || asked.with(|asked| asked.as_ref().is_some_and(part)));
    let (holder_known, role_known) = (known(Asked::knows_holder), known(|asked| asked.role.is_some()));
    let on_known = known(|asked| asked.on.is_some());
    let holders = [(USER, text::roles::a_user()), (GROUP, text::roles::members_of_group())];
    let holders: Signal<Options> =
        Signal::stored(holders.map(|(value, words)| (value.to_owned(), words.to_owned())).into());
    let to_whom = move || match form.is_to_group() {
        false => view! {
            <LookupField label=text::words::user() value=form.user.value words=form.user.words search=Arc::new(find_users) none=None pointer="/user_id" faults disabled=holder_known/>
        },
        true => view! {
            <LookupField label=text::roles::group() value=form.group.value words=form.group.words search=Arc::new(find_groups) none=None pointer="/group_id" faults disabled=holder_known/>
        },
    };
    view! {
        <FormDialog open title=text::roles::grant() verb=text::roles::grant() busy error submit=Callback::new(submit)>
            {move || (!holder_known.get()).then(|| view! {
                <SelectField label=text::roles::to_whom() value=form.holder options=holders pointer="/holder" faults name="holder"/>
            })}
            {to_whom}
            <LookupField label=text::roles::role() value=form.role.value words=form.role.words search=Arc::new(find_grantable) none=None pointer="/role" faults disabled=role_known/>
            <SelectField label=text::roles::on_what() value=form.scope options pointer="/scope" faults name="scope"/>
            {move || (form.scope() == ScopeKind::Group).then(|| view! {
                <LookupField label=text::roles::group() value=form.on.value words=form.on.words search=Arc::new(find_groups) none=None pointer="/scope_group_id" faults disabled=on_known/>
            })}
            {move || (form.scope() == ScopeKind::Organization).then(|| view! {
                <OrganizationField value=form.organization.value words=form.organization.words faults=Some(faults)/>
            })}
            <EndField end=form.end day=form.day max_days=None help=text::roles::end_help() pointer="/end" faults/>
            <TextField label=text::ui::reason() value=form.reason pointer="/reason" faults help=Signal::stored(text::ui::reason_help().to_owned()) optional=true name="reason"/>
        </FormDialog>
    }
}

#[cfg(test)]
mod tests {
    use quarterdeck_domain::{Error, Permission, Problem, error::Rule};

    use super::*;

    #[test]
    fn refusals_by_power_stand_at_the_field() {
        let at = |error: Error| {
            let refused = ClientError::Problem(Box::new(Problem::new(&error, "", "")));
            refused_at(&refused).into_iter().map(|fault| fault.pointer).next()
        };
        assert_eq!(at(Error::NotHeld(Permission::UserRead)).as_deref(), Some("/role"));
        assert_eq!(at(Error::PrivilegedAccount(Permission::RoleGrant)).as_deref(), Some("/role"));
        assert_eq!(at(Rule::RoleGranted.into()).as_deref(), Some("/role"));
        assert_eq!(at(Error::OwnAccount(Permission::RoleGrant)).as_deref(), Some("/user_id"));
        assert_eq!(at(Error::field("/role_id", "unknown", "x")).as_deref(), Some("/role"));
        assert_eq!(at(Error::field("/role", "base-role", "x")).as_deref(), Some("/end"));
        assert_eq!(at(Error::NotFound("user")), None);
    }
}
