//! "Act as…": why, how far and for how long, from the page of the user.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use quarterdeck_domain::{
    Error, Permission,
    impersonation::StartImpersonation,
    users::{User, UserSummary},
};

use super::verbs::UserVerbs;
use crate::{
    i18n::text,
    session::{resource_of, use_session},
    ui::{
        button::Button,
        choice::SelectField,
        dialog::{FormDialog, open_with},
        dirty::Guard,
        field::TextField,
        icon::Icon,
        submission::Submission,
        table::Query,
        time::duration,
    },
};

/// Seconds that can be chosen.
const LENGTHS: [u32; 4] = [300, 900, 1_800, 3_600];
/// Those that are chosen first.
const USUAL: u32 = 1_800;

/// The verb, where it is not refused.
#[component]
pub fn ActAsButton(
    /// The user.
    user: UserSummary,
    /// The verbs.
    verbs: UserVerbs,
) -> impl IntoView {
    let (session, guard) = (use_session(), expect_context::<Guard>());
    let is_offered = session.may(Permission::UserImpersonate) && verbs.act_as_refusal(&user).is_none();
    let ask = move |()| {
        let user = user.clone();
        guard.ask(move || verbs.act_as(&user));
    };
    is_offered.then(|| view! { <Button label=text::users::act_as_dots() icon=Icon::Eye press=Callback::new(ask)/> })
}

/// Asks, then acts as the user on their first page. The address of the user's page with `act=as` asks too.
#[component]
pub fn ActAsDialog(
    /// The verbs that open it.
    verbs: UserVerbs,
    /// Whose page it is.
    user: RwSignal<Option<User>>,
) -> impl IntoView {
    let (session, navigate, location) = (use_session(), StoredValue::new(use_navigate()), use_location());
    let asked = verbs.acting();
    crate::browser::effect(move || {
        let is_asked = location.search.with(|search| Query::parse(search).get("act") == Some("as"));
        let Some(user) = user.get().filter(|_| is_asked) else { return };
        if untrack(|| verbs.act_as_refusal(&user.summary)).is_none() {
            verbs.act_as(&user.summary);
        }
        let here = location.pathname.get_untracked();
        navigate.get_value()(&here, NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
    let (reason, may_write, length) =
        (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(USUAL.to_string()));
    let form = Submission::new();
    let open = open_with(asked, move || {
        reason.set(String::new());
        may_write.set(false);
        form.reset();
    });
    let name = move || asked.with(|user| user.as_ref().map(|user| user.display_name.clone()).unwrap_or_default());
    let title = Signal::derive(move || text::users::act_as(name()));
    let write_refused =
        Memo::new(move |_| asked.with(|user| session.refusal(Permission::UserActAs, &resource_of(user.as_ref()?))));
    let submit = move |()| {
        let Some(user) = asked.get_untracked() else { return };
        let body = StartImpersonation {
            reason: reason.get_untracked(),
            may_write: may_write.get_untracked(),
            ttl_seconds: length.get_untracked().parse().unwrap_or(USUAL),
        };
        let found = match body.check() {
            Err(Error::Invalid(found)) => found,
            _ => Vec::new(),
        };
        let home = navigate.get_value();
        form.send(
            found,
            async move { session.act_as(&user, &body, move || home("/", NavigateOptions::default())).await },
        );
    };
    let extents = [
        (false, text::users::act_to_see(), text::users::act_to_see_help()),
        (true, text::users::act_to_write(), text::users::act_to_write_help()),
    ];
    let lengths = LENGTHS.map(|seconds| (seconds.to_string(), duration(seconds.into()))).to_vec();
    view! {
        <FormDialog open title verb=title busy=form.busy error=form.error submit=Callback::new(submit)>
            <p>{move || text::users::act_as_effect(name())}</p>
            <TextField label=text::ui::reason() value=reason pointer="/reason" faults=form.faults help=Signal::derive(move || text::users::act_as_reason_help(name())) name="reason" autofocus=true/>
            <fieldset class="stack-tight">
                <legend>{text::users::act_extent()}</legend>
                {extents.map(|(writes, label, help)| {
                    let refused = move || write_refused.get().filter(|_| writes);
                    view! {
                        <label class="check">
                            <input type="radio" class="checkbox" name="may_write" value=writes.to_string() disabled=move || refused().is_some() prop:checked=move || may_write.get() == writes on:change=move |_| may_write.set(writes)/>
                            <span>{label}</span>
                            <span class="field-help">{move || refused().unwrap_or_else(|| help.to_owned())}</span>
                        </label>
                    }
                }).collect_view()}
            </fieldset>
            <SelectField label=text::users::act_length() value=length options=Signal::stored(lengths.clone()) pointer="/ttl_seconds" faults=form.faults name="ttl_seconds"/>
        </FormDialog>
    }
}
