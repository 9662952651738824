//! The model services as a person reaches them: whether a request can be sent, by whose key, and what becomes of the others.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission,
    audit::TargetType,
    model_services::{KeyCandidate, KeySource, KeyStanding, ModelProvider, ModelService, ModelServiceState},
};

use super::model::{sentence, source_words, standing, state};
use crate::{
    i18n::text,
    live::{at_rest, on_change},
    session::use_session,
    transport::api,
    ui::{
        button::{Button, ButtonLink},
        pill::Pill,
        state::{Banner, ErrorState, Skeleton, renew},
    },
};

/// The services, once they were read.
#[derive(Debug, Clone, Copy)]
pub struct Services(RwSignal<Option<Result<Vec<ModelService>, ClientError>>>);

impl Services {
    /// Reads them, and again after each change that may concern them.
    pub fn read() -> Self {
        let services = Self(RwSignal::new(None));
        services.reload();
        on_change(
            |change| {
                use TargetType as T;
                matches!(change.target.kind, T::ProviderKey | T::Setting | T::User | T::Organization)
            },
            at_rest(move || services.reload()),
        );
        services
    }

    /// Reads them again.
    pub fn reload(self) {
        crate::browser::spawn(async move {
            renew(self.0, api().list_model_services().await.map(|services| services.items));
        });
    }

    /// Whether it is known that nothing is sent to any of them.
    fn are_off(self) -> bool {
        let is_off = |service: &ModelService| service.state == ModelServiceState::Off;
        self.0.with(|services| matches!(services, Some(Ok(services)) if services.iter().all(is_off)))
    }
}

/// Says that nothing is sent to any service, and where that is switched on.
#[component]
pub fn OffBanner(
    /// The services.
    services: Services,
) -> impl IntoView {
    let session = use_session();
    let are_off = Memo::new(move |_| services.are_off());
    move || {
        are_off.get().then(|| {
            let settings = session.may(Permission::SettingUpdate).then(|| {
                view! { <ButtonLink label=text::provider_keys::open_settings() href="/settings?q=model_services"/> }
            });
            view! { <Banner tone="info" boxed=true><p>{text::provider_keys::all_off()}</p>{settings}</Banner> }
        })
    }
}

/// The services, each with the places where a key is looked for.
#[component]
pub fn ServicesView(
    /// The services.
    services: Services,
    /// Begins to store an own key of a provider.
    store: Callback<ModelProvider>,
) -> impl IntoView {
    let retry = Callback::new(move |()| services.reload());
    view! {
        <section class="services" aria-labelledby="services">
            <header><h2 id="services">{text::provider_keys::services()}</h2><p class="muted">{text::provider_keys::services_words()}</p></header>
            <OffBanner services/>
            {move || match services.0.get() {
                None => view! { <div class="columns">{ModelProvider::ALL.iter().map(|_| view! { <Skeleton width="l"/> }).collect_view()}</div> }.into_any(),
                Some(Err(error)) => view! { <ErrorState error inline=true retry/> }.into_any(),
                Some(Ok(services)) => view! {
                    <div class="columns">{services.into_iter().map(|service| view! { <Service service store/> }).collect_view()}</div>
                }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Service(service: ModelService, store: Callback<ModelProvider>) -> impl IntoView {
    let (tone, icon, word) = state(&service);
    let words = sentence(&service);
    let ModelService { provider, variable, candidates, title, state, .. } = service;
    let is_off = state == ModelServiceState::Off;
    let label = title.clone();
    view! {
        <article class="panel" aria-label=label>
            <header><h3>{title}</h3><Pill tone icon label=word/></header>
            <p class="muted">{words}</p>
            <ol class="rows">
                {candidates.into_iter().map(|candidate| view! { <Place candidate provider variable=variable.clone() is_off store/> }).collect_view()}
            </ol>
        </article>
    }
}

/// A place where a key is looked for.
#[component]
fn Place(
    candidate: KeyCandidate,
    provider: ModelProvider,
    variable: String,
    is_off: bool,
    store: Callback<ModelProvider>,
) -> impl IntoView {
    let session = use_session();
    let KeyCandidate { source, standing: stands, hint, .. } = candidate;
    let (tone, icon, word) = standing(stands, is_off);
    let offers = source == KeySource::User
        && stands == KeyStanding::Absent
        && untrack(|| session.may(Permission::ProviderKeyWrite));
    let end = match offers {
        true => {
            let press = Callback::new(move |()| store.run(provider));
            view! { <Button label=text::provider_keys::store_own_dots() size="small" press/> }.into_any()
        }
        false => view! { <Pill tone icon label=word bare=true/> }.into_any(),
    };
    view! {
        <li data-standing=stands.name()>
            <span class="grow">
                {source_words(source)}
                {(source == KeySource::Environment).then(|| view! { " " <code class="muted">{variable}</code> })}
                {hint.map(|hint| view! { " " <code class="muted">{hint}</code> })}
                {(stands == KeyStanding::Unreadable).then(|| view! { <br/><small class="muted">{text::provider_keys::unreadable_help()}</small> })}
            </span>
            {end}
        </li>
    }
}
