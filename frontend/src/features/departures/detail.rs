//! The receipt of a departure.

use leptos::prelude::*;
use quarterdeck_domain::{
    DepartureId, Permission,
    audit::TargetType,
    departures::{Departure, DepartureExport, DepartureState},
};

use super::model;
use crate::{
    browser,
    features::bin::ahead,
    frame::{Crumb, PageHead, Record, RecordPage},
    i18n::{bytes, number, text},
    session::use_session,
    transport::api,
    ui::{
        copyable::CopyId,
        download::DownloadButton,
        icon::Glyph,
        pill::Pill,
        time::{When, absolute},
    },
};

/// The page of one departure.
#[component]
pub fn DeparturePage() -> impl IntoView {
    let departure = Record::of_address(
        "departure",
        |id: DepartureId| async move { api().get_departure(id).await },
        |change, _| matches!(change.target.kind, TargetType::User | TargetType::Plan | TargetType::Job),
    );
    let (row, reading) = (departure.row, departure.reading);
    let list = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::departures(), "/departures")];
    view! {
        <RecordPage reading permission=Permission::BinRead list name=departure.text(|row| row.display_name.clone())>
            {move || row.get().map(|row| view! { <Receipt row/> })}
        </RecordPage>
    }
}

#[component]
fn Receipt(row: Departure) -> impl IntoView {
    let (label, tone, icon) = model::state(row.state);
    let (username, id) = (row.username.clone(), row.id);
    let facts = move || {
        view! {
            <div class="page-facts">
                <span>{username.clone()}</span>
                <span>{text::departures::left()} " " <When exact=true at=row.departed_at/></span>
                <CopyId value=id.to_string() what=text::departures::id()/>
            </div>
        }
    };
    let steps = row.steps.iter().enumerate().map(|(index, step)| {
        let (words, icon) = model::step(*step);
        view! {
            <li data-empty=(step.count == 0).then_some("")>
                <span class="step-number" aria-hidden="true">{number(index as u64 + 1)}</span>
                <Glyph icon/>
                <div>{words}</div>
            </li>
        }
    });
    let steps = steps.collect_view();
    view! {
        <PageHead title=row.display_name.clone() state=move || view! { <Pill tone icon label/> } facts=facts/>
        <div class="page-scroll">
            <div class="page-body columns">
                <section class="panel">
                    <header><h2>{text::departures::receipt()}</h2></header>
                    <ol class="steps">{steps}</ol>
                </section>
                <div class="receipt-side">
                    <section class="panel">
                        <header><h2>{text::departures::facts()}</h2></header>
                        <Facts row=row.clone()/>
                    </section>
                    <section class="panel">
                        <header><h2>{text::departures::export()}</h2></header>
                        {match row.export.clone() {
                            Some(export) => view! { <Export id name=row.username.clone() export/> }.into_any(),
                            None => view! { <p class="muted">{text::departures::export_none()}</p> }.into_any(),
                        }}
                    </section>
                </div>
            </div>
        </div>
    }
}

/// The account today, who, and why.
#[component]
fn Facts(row: Departure) -> impl IntoView {
    let session = use_session();
    let sees_users = move || session.reaches_others(Permission::UserRead);
    let person = move |id: Option<quarterdeck_domain::UserId>, name: String| match id {
        Some(id) if sees_users() => view! { <a href=format!("/users/{id}")>{name}</a> }.into_any(),
        _ => name.into_any(),
    };
    let (became, tone, icon) = model::account_became(row.account);
    let today = match row.state {
        DepartureState::Present => view! {
            <p>{text::departures::present_words()}</p>
            <p><a href=format!("/users/{}", row.user_id)>{text::departures::open_user()}</a></p>
        }
        .into_any(),
        DepartureState::InBin => {
            let near = row.purge_at.map(|at| text::ui::near_and_exact(ahead(at, browser::now()), absolute(at)));
            view! {
                <p>{text::departures::in_bin_words(near.unwrap_or_default())}</p>
                <p><a href=format!("/bin?q={}", row.user_id)>{text::departures::open_bin()}</a></p>
            }
            .into_any()
        }
        DepartureState::Gone => view! { <p>{text::departures::gone_words()}</p> }.into_any(),
    };
    let reason = match row.reason.is_empty() {
        true => view! { <span class="muted">{text::departures::no_reason()}</span> }.into_any(),
        false => row.reason.clone().into_any(),
    };
    let successor = match row.handed_over_to_name.clone() {
        Some(name) => person(row.handed_over_to, name),
        None => view! { <span class="muted">{text::departures::nobody()}</span> }.into_any(),
    };
    view! {
        <dl class="facts">
            <dt>{text::departures::account()}</dt><dd><Pill tone icon label=became bare=true/></dd>
            <dt>{text::departures::state()}</dt><dd>{today}</dd>
            <dt>{text::departures::reason()}</dt><dd>{reason}</dd>
            <dt>{text::departures::handed_over_to()}</dt><dd>{successor}</dd>
            <dt>{text::departures::by()}</dt><dd>{person(row.departed_by, row.departed_by_name.clone())}</dd>
        </dl>
    }
}

/// The data, to be fetched by who may export it.
#[component]
fn Export(id: DepartureId, name: String, export: DepartureExport) -> impl IntoView {
    let session = use_session();
    view! {
        <p class="muted">{text::departures::export_words()}</p>
        <dl class="facts">
            <dt>{text::departures::export_size()}</dt><dd>{bytes(export.bytes)}</dd>
            <dt>{text::departures::export_until()}</dt><dd><When exact=true at=export.expires_at/></dd>
            <dt>{text::departures::export_digest()}</dt><dd><CopyId value=export.sha256 what=text::departures::export_digest()/></dd>
        </dl>
        {move || session.may(Permission::UserExport).then(|| view! {
            <div class="row">
                <DownloadButton label=text::departures::export_download() path=format!("/departures/{id}/export") media_type="application/zip" name=format!("{name}.zip")/>
            </div>
        })}
    }
}
