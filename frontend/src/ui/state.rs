//! What stands where data will be, is not, or cannot be: skeletons, empty and error states, banners.

use leptos::prelude::*;
use quarterdeck_client::ClientError;

use super::{
    button::{Button, ButtonLink},
    copyable::CopyId,
    icon::{Glyph, Icon},
};
use crate::{i18n::text, session::use_session, ui::pill::Tone};

/// Shows what was read anew. A failure leaves what is shown, unless that is gone or forbidden now.
pub fn renew<T: Send + Sync + 'static>(
    shown: RwSignal<Option<Result<T, ClientError>>>,
    outcome: Result<T, ClientError>,
) {
    if !outcome.as_ref().is_err_and(is_passing)
        || shown.try_with_untracked(|shown| !matches!(shown, Some(Ok(_)))) == Some(true)
    {
        shown.try_set(Some(outcome));
    }
}

/// Whether what is shown may still be true although it could not be read again: it is neither gone nor forbidden.
#[must_use]
pub fn is_passing(error: &ClientError) -> bool {
    error.problem().is_none_or(|problem| !matches!(problem.status, 403 | 404))
}

/// A grey line where text will be. `width` is `s`, `m` or `l`.
#[component]
pub fn Skeleton(
    /// Its width.
    #[prop(default = "m")]
    width: &'static str,
) -> impl IntoView {
    view! { <span class="skeleton" data-w=width aria-hidden="true"></span> }
}

/// What a page will be like, so that nothing jumps when it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Figures, and lists below them.
    Overview,
    /// A head with tabs, and a form of two columns.
    Detail,
    /// Rows of a name and a field.
    Settings,
    /// A head with a list below it.
    List,
}

/// A page in grey, until it has been read.
#[component]
pub fn PageSkeleton(
    /// What it will be like.
    shape: Shape,
) -> impl IntoView {
    let block = |kind: &'static str| view! { <span class="skeleton" data-block=kind aria-hidden="true"></span> };
    let field = move || view! { <div class="field"><Skeleton width="s"/>{block("control")}</div> };
    let shown = match shape {
        Shape::Overview => view! {
            <div class="page-body">{block("figures")}{block("line")}<div class="columns">{block("list")}{block("list")}</div></div>
        }
        .into_any(),
        Shape::Detail => view! {
            <div class="page-head"><h1>{block("title")}</h1><div class="page-facts"><Skeleton width="l"/></div></div>
            <div class="tabs" data-empty=""></div>
            <div class="page-body"><div class="form"><div class="form-grid">{(0..6).map(|_| field()).collect_view()}</div></div></div>
        }
        .into_any(),
        Shape::List => view! {
            <div class="page-head"><h1>{block("title")}</h1></div>
            <div class="page-body">{block("control")}{block("list")}</div>
        }
        .into_any(),
        Shape::Settings => view! {
            <div class="page-body settings">
                <section>
                    {(0..6).map(|_| view! {
                        <div class="setting"><div class="setting-words"><Skeleton width="m"/><Skeleton width="l"/></div>{block("control")}</div>
                    }).collect_view()}
                </section>
            </div>
        }
        .into_any(),
    };
    view! {
        <span class="visually-hidden" role="status">{text::ui::loading()}</span>
        {shown}
    }
}

/// Nothing is here: what it would be, why, one button, and the same as a command line.
#[component]
pub fn EmptyState(
    /// Icon of the thing.
    icon: Icon,
    /// What is not here.
    #[prop(into)]
    title: String,
    /// One sentence: what it is for.
    #[prop(optional, into)]
    words: Option<String>,
    /// Whether it is all that the page holds.
    #[prop(optional)]
    page: bool,
    /// The same as a command line.
    #[prop(optional, into)]
    command: Option<String>,
    /// One button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="state">
            <Glyph icon/>
            <StateTitle title page/>
            {words.map(|words| view! { <p>{words}</p> })}
            {children.map(|children| view! { <div class="state-verbs">{children()}</div> })}
            {command.map(|command| view! { <pre>{command}</pre> })}
        </div>
    }
}

/// A request failed: what happened, why, its code and id, and Retry; or which permission is missing.
#[component]
pub fn ErrorState(
    /// What failed.
    error: ClientError,
    /// Tries again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
    /// What trying again is called.
    #[prop(default = text::ui::retry())]
    verb: &'static str,
    /// Whether it is all that the page holds.
    #[prop(optional)]
    page: bool,
    /// Whether it stands within a page rather than for it.
    #[prop(optional)]
    inline: bool,
) -> impl IntoView {
    let words = ErrorWords::of(&error);
    let explained = explained(&error);
    let facts = words.code.is_some() || words.request_id.is_some();
    view! {
        <div class="state" role="alert" data-tone=words.tone.name() data-inline=inline.then_some("")>
            <Glyph icon=words.icon/>
            <StateTitle title=words.title page/>
            <p>{words.detail}</p>
            <div class="state-verbs">
                {words.retryable.then_some(retry).flatten().map(|press| view! { <Button label=verb icon=Icon::Refresh press/> })}
                {words.is_final.then(|| view! { <ButtonLink label=text::ui::go_home() href="/"/> })}
                {explained.map(|href| view! { <ButtonLink label=text::access::why() icon=Icon::Shield href/> })}
            </div>
            {facts.then(|| view! {
                <div class="state-facts">
                    {words.code.map(|code| view! { <span>{text::ui::error_code()} " " <code>{code}</code></span> })}
                    {words.request_id.map(|id| view! {
                        <span class="row">{text::ui::error_request()} <CopyId value=id what="request id"/></span>
                    })}
                </div>
            })}
        </div>
    }
}

/// The title of a state, which heads the page when there is nothing else.
#[component]
fn StateTitle(title: String, page: bool) -> impl IntoView {
    if page {
        let (session, name) = (use_session(), title.clone());
        crate::browser::effect(move || document().set_title(&text::ui::window_title(&name, session.platform_name())));
    }
    if page { view! { <h1 class="state-title">{title}</h1> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() }
}

/// The page that explains a refusal, for those who may ask.
fn explained(error: &ClientError) -> Option<String> {
    let asked = error.problem()?.explanation.as_ref()?.split_once('?')?.1;
    Some(format!("/access?{asked}"))
}

/// How an error is told to people.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorWords {
    /// What happened.
    pub title: String,
    /// Why, and what to do.
    pub detail: String,
    /// Stable code.
    pub code: Option<String>,
    /// Id of the request, for the logs.
    pub request_id: Option<String>,
    /// Whether trying again may help.
    pub retryable: bool,
    /// Whether there is nothing here for this person.
    pub is_final: bool,
    /// Icon.
    pub icon: Icon,
    /// How grave it is.
    pub tone: Tone,
}

impl ErrorWords {
    /// Words for `error`.
    #[must_use]
    pub fn of(error: &ClientError) -> Self {
        let base = Self {
            title: text::ui::error_title().to_owned(),
            detail: String::new(),
            code: None,
            request_id: None,
            retryable: true,
            is_final: false,
            icon: Icon::Error,
            tone: Tone::Bad,
        };
        match error {
            ClientError::Transport(_) => Self {
                title: text::ui::error_network().to_owned(),
                detail: text::ui::error_network_why().to_owned(),
                icon: Icon::Offline,
                ..base
            },
            ClientError::Decode(_) => Self { detail: text::ui::error_unreadable().to_owned(), ..base },
            ClientError::Problem(problem) => {
                let told = Self {
                    code: Some(problem.code.clone()),
                    request_id: (!problem.request_id.is_empty()).then(|| problem.request_id.clone()),
                    ..base
                };
                match (problem.status, &problem.permission) {
                    (403, permission) => Self {
                        title: text::ui::forbidden_title().to_owned(),
                        detail: permission.as_ref().map_or_else(|| problem.detail.clone(), text::ui::forbidden_why),
                        retryable: false,
                        is_final: true,
                        icon: Icon::Lock,
                        tone: Tone::Quiet,
                        ..told
                    },
                    (404, _) => Self {
                        title: text::ui::not_found_title().to_owned(),
                        detail: text::ui::not_found_why().to_owned(),
                        retryable: false,
                        is_final: true,
                        icon: Icon::Search,
                        tone: Tone::Quiet,
                        ..told
                    },
                    _ => Self { detail: problem.detail.clone(), ..told },
                }
            }
        }
    }
}

/// A line across the page that stays: icon, words, and perhaps a way out.
#[component]
pub fn Banner(
    /// `info`, `good`, `warn`, `bad` or `special`.
    tone: &'static str,
    /// Whether it stands in the page, with a frame of its own.
    #[prop(optional)]
    boxed: bool,
    /// Words and verbs.
    children: Children,
) -> impl IntoView {
    let icon = match tone {
        "good" => Icon::Done,
        "warn" => Icon::Warning,
        "bad" => Icon::Error,
        "special" => Icon::Shield,
        _ => Icon::Info,
    };
    view! {
        <div class="banner" role=if tone == "bad" { "alert" } else { "status" } data-tone=tone data-boxed=boxed.then_some("")>
            <Glyph icon/>
            {children()}
        </div>
    }
}

/// A failed act within a form or dialog: its words in one line; with the request id when the logs have more to tell.
#[component]
pub fn FormError(
    /// What failed, if something did.
    #[prop(into)]
    error: Signal<Option<ClientError>>,
    /// Fills the form with what is saved now, where somebody else may have saved first.
    #[prop(optional)]
    load_current: Option<Callback<()>>,
) -> impl IntoView {
    move || {
        error.get().map(|error| {
            if let ("stale", Some(press)) = (error.code(), load_current) {
                return view! {
                    <Banner tone="warn" boxed=true>
                        <p><strong>{text::ui::stale_title()}</strong> " " {text::ui::stale_why()}</p>
                        <Button label=text::ui::load_current() icon=Icon::Refresh press/>
                    </Banner>
                }
                .into_any();
            }
            let words = ErrorWords::of(&error);
            let why = explained(&error).map(|href| view! { " " <a href=href>{text::access::why()}</a> });
            let is_logged = matches!(&error, ClientError::Problem(problem) if problem.status >= 500);
            let shown = match words.detail.is_empty() {
                true => words.title,
                false => words.detail,
            };
            view! {
                <Banner tone="bad" boxed=true>
                    <p>
                        {shown} {why}
                        {words.request_id.filter(|_| is_logged).map(|id| view! { " " <small class="muted">{text::ui::error_request()} " " <code>{id}</code></small> })}
                    </p>
                </Banner>
            }
            .into_any()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_domain::{Error, Permission, Problem};

    #[test]
    fn a_missing_permission_is_named() {
        let problem = Problem::new(&Error::Forbidden(Permission::AuditRead), "/api/v1/audit-events", "r1");
        let words = ErrorWords::of(&ClientError::Problem(Box::new(problem)));
        assert!(words.detail.contains("audit.read") && words.is_final && !words.retryable);
        assert_eq!(words.request_id.as_deref(), Some("r1"));
    }

    #[test]
    fn a_lost_connection_can_be_tried_again() {
        assert!(ErrorWords::of(&ClientError::Transport(String::new())).retryable);
    }
}
