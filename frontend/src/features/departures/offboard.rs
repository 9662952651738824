//! The form of an off-boarding: why, what becomes of the account and of what is theirs, and who takes over.

use std::sync::Arc;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use quarterdeck_domain::{
    Error, FieldError, Permission, bin,
    departures::{AccountFate, KindFate, Offboarding, OwnedFate, OwnedKind},
    plans::{CreatePlan, PlanAction},
};

use super::{
    model::{account_fate, account_fate_help, at_fields, kept_words, owned_fate, owned_kind},
    offboarding::Leaving,
};
use crate::{
    features::{bin::typed_days, users::find_users},
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        choice::{CheckField, SelectField},
        dialog::{FormDialog, open_with},
        field::{Kind, TextField},
        lookup::LookupField,
        submission::Submission,
        table::Options,
    },
};

/// What is typed and chosen.
#[derive(Clone, Copy)]
struct Form {
    reason: RwSignal<String>,
    account: RwSignal<String>,
    days: RwSignal<String>,
    hand_over_to: RwSignal<String>,
    successor: RwSignal<String>,
    fates: [(OwnedKind, RwSignal<String>); OwnedKind::ALL.len()],
    export: RwSignal<bool>,
    submission: Submission,
}

impl Form {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        let mut fates = [(OwnedKind::ApiKey, text()); OwnedKind::ALL.len()];
        for (slot, kind) in fates.iter_mut().zip(OwnedKind::ALL) {
            *slot = (*kind, text());
        }
        Self {
            reason: text(),
            account: text(),
            days: text(),
            hand_over_to: text(),
            successor: text(),
            fates,
            export: RwSignal::new(false),
            submission: Submission::new(),
        }
    }

    fn begin(self) {
        self.reason.set(String::new());
        self.account.set(AccountFate::default().name().to_owned());
        self.days.set(bin::KEEP_DAYS.to_string());
        self.hand_over_to.set(String::new());
        self.successor.set(String::new());
        for (kind, fate) in self.fates {
            fate.set(kind.default_fate(false).name().to_owned());
        }
        self.export.set(false);
        self.submission.reset();
    }

    /// What nobody has chosen otherwise follows whether there is somebody to take over.
    fn follow_successor(self) {
        Effect::new(move |former: Option<bool>| {
            let hands_over = self.hand_over_to.with(|id| !id.is_empty());
            if let Some(former) = former.filter(|former| *former != hands_over) {
                for (kind, fate) in self.fates {
                    if fate.with_untracked(|fate| fate == kind.default_fate(former).name()) {
                        fate.set(kind.default_fate(hands_over).name().to_owned());
                    }
                }
            }
            hands_over
        });
    }

    fn account(self) -> AccountFate {
        self.account.with(|account| account.parse()).unwrap_or_default()
    }

    /// What the API is told, or what is wrong with it.
    fn read(self) -> Result<Offboarding, Vec<FieldError>> {
        let account = untrack(|| self.account());
        let keep_days = match account {
            AccountFate::Bin => Some(typed_days(&self.days.get_untracked()).map_err(|fault| vec![fault])?),
            AccountFate::Suspend | AccountFate::Delete => None,
        };
        let fates = self
            .fates
            .into_iter()
            .filter_map(|(kind, fate)| Some(KindFate { kind, fate: fate.get_untracked().parse::<OwnedFate>().ok()? }));
        let offboarding = Offboarding {
            reason: self.reason.get_untracked().trim().to_owned(),
            account,
            keep_days,
            hand_over_to: self.hand_over_to.get_untracked().parse().ok(),
            fates: fates.collect(),
            export: self.export.get_untracked(),
        };
        match offboarding.check() {
            Err(Error::Invalid(found)) => Err(found),
            _ => Ok(offboarding),
        }
    }
}

/// Asks how somebody leaves, then shows the plan.
#[component]
pub(super) fn OffboardDialog(
    /// What opens it.
    leaving: Leaving,
) -> impl IntoView {
    let session = use_session();
    let asked = leaving.asked();
    let form = Form::new();
    form.follow_successor();
    let exports = Memo::new(move |_| session.may(Permission::UserExport));
    let open = open_with(asked, move || form.begin());
    let title = Signal::derive(move || {
        asked.with(|asked| asked.as_ref().map(super::offboarding::Leavers::title)).unwrap_or_default()
    });
    let Submission { busy, error, faults } = form.submission;
    let submit = move |()| {
        let Some(leavers) = asked.get_untracked() else { return };
        let (offboarding, found) = match form.read() {
            Ok(offboarding) => (offboarding, Vec::new()),
            Err(found) => (Offboarding::default(), found),
        };
        form.submission.send(found, async move {
            let action = PlanAction::OffboardUsers { selection: leavers.selection.clone(), offboarding };
            let plan = api().create_plan(&CreatePlan { action }).await.map_err(at_fields)?;
            open.set(false);
            leaving.show(leavers, plan);
            Ok(())
        });
    };
    // Whoever leaves takes over nothing.
    let others = move |query: String| -> LocalBoxFuture<'static, Options> {
        let leaver = asked.with_untracked(|asked| asked.as_ref()?.one.as_ref().map(|(id, _)| id.to_string()));
        Box::pin(
            async move { find_users(query).await.into_iter().filter(|(id, _)| Some(id) != leaver.as_ref()).collect() },
        )
    };
    view! {
        <FormDialog open title verb=text::ui::go_on() wide=true busy error submit=Callback::new(submit)>
            <TextField label=text::ui::reason() value=form.reason pointer="/reason" faults help=Signal::stored(text::departures::reason_help().to_owned()) optional=true name="reason"/>
            <AccountFields form/>
            <LookupField label=text::departures::hand_over_to() value=form.hand_over_to words=form.successor search=Arc::new(others) none=Some(text::departures::nobody()) pointer="/hand_over_to" faults/>
            <Things form/>
            {move || exports.get().then(|| view! {
                <CheckField label=text::departures::with_export() value=form.export help=text::departures::with_export_help() name="export"/>
            })}
        </FormDialog>
    }
}

/// What becomes of the account, and for how long it waits in the bin.
#[component]
fn AccountFields(form: Form) -> impl IntoView {
    let faults = form.submission.faults;
    let options: Options =
        AccountFate::ALL.iter().map(|fate| (fate.name().to_owned(), account_fate(*fate).to_owned())).collect();
    view! {
        <fieldset class="stack-tight">
            <div class="pairs">
                <SelectField label=text::departures::account_fate() value=form.account options pointer="/account" faults name="account"/>
                <Show when=move || form.account() == AccountFate::Bin>
                    <TextField label=text::bin::keep_days() value=form.days pointer="/keep_days" faults kind=Kind::Number name="keep_days"/>
                </Show>
            </div>
            <p class="muted">{move || account_fate_help(form.account())}</p>
        </fieldset>
    }
}

/// What becomes of what is theirs, by kind.
#[component]
fn Things(form: Form) -> impl IntoView {
    let faults = form.submission.faults;
    let fields = form.fates.into_iter().enumerate().map(|(index, (kind, value))| {
        let options: Options =
            kind.fates().iter().map(|fate| (fate.name().to_owned(), owned_fate(kind, *fate).to_owned())).collect();
        view! {
            <SelectField label=owned_kind(kind) value options pointer=format!("/fates/{index}") faults name=kind.name()/>
        }
    });
    view! {
        <fieldset class="stack-tight">
            <legend class="form-legend">{text::departures::things()}</legend>
            <div class="pairs">{fields.collect_view()}</div>
            <p class="muted">{text::departures::hand_over_help()} " " {move || kept_words(form.account())}</p>
        </fieldset>
    }
}
