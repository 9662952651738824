//! The question: who, what, to which thing. It stands in the address, so that it can be linked and asked again.

use std::sync::Arc;

use futures::future::LocalBoxFuture;
use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::{
    FieldError, Permission,
    access::{AccessResource, ExplainAccess},
};

use crate::{
    features::users::{find_organizations, find_users},
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        button::{Button, Look},
        choice::SelectField,
        field::{Faults, TextField},
        icon::Icon,
        lookup::{LookupField, Search},
        table::{Options, Query},
    },
};

/// Kinds of things, as their names begin, with their words.
fn kinds() -> Options {
    let kinds = [
        ("", text::access::anything()),
        ("platform", text::access::the_platform()),
        ("user", text::access::a_user()),
        ("organization", text::access::an_organization()),
        ("job", text::access::a_job()),
    ];
    kinds.map(|(kind, words)| (kind.to_owned(), words.to_owned())).to_vec()
}

/// What an address asks, once it names who and what.
pub(super) fn asked(query: &Query) -> Option<ExplainAccess> {
    Some(ExplainAccess {
        subject: query.get("subject")?.parse().ok()?,
        permission: query.get("permission")?.parse().ok()?,
        resource: query.get("resource").and_then(|resource| resource.parse().ok()),
    })
}

/// The address that asks it.
fn address(subject: &str, permission: &str, resource: &str) -> String {
    let resource = if resource.is_empty() { String::new() } else { format!("&resource={resource}") };
    format!("/access?subject={subject}&permission={permission}{resource}")
}

/// What is explained, as the form has it: `user:ID` is a kind and an id.
fn resource(kind: &str, id: &str) -> Result<String, FieldError> {
    let text = if matches!(kind, "" | "platform") { kind.to_owned() } else { format!("{kind}:{}", id.trim()) };
    match text.is_empty() || text.parse::<AccessResource>().is_ok() {
        true => Ok(text),
        false => Err(FieldError::new("/resource", "required", text::access::choose_thing())),
    }
}

/// Permissions whose name has each word that is typed.
pub fn find_permissions(typed: String) -> LocalBoxFuture<'static, Options> {
    let typed = typed.to_lowercase();
    let fits = |permission: &&Permission| typed.split_whitespace().all(|word| permission.name().contains(word));
    let found = Permission::ALL.iter().filter(fits);
    let found = found.map(|permission| (permission.name().to_owned(), permission.name().to_owned())).collect();
    Box::pin(std::future::ready(found))
}

/// A value that is found by typing, and its words.
#[derive(Clone, Copy)]
struct Chosen {
    value: RwSignal<String>,
    words: RwSignal<String>,
}

impl Chosen {
    fn new() -> Self {
        Self { value: RwSignal::new(String::new()), words: RwSignal::new(String::new()) }
    }

    /// Takes a value of the address; `name` finds its words, unless it is the one that is chosen.
    fn take(self, value: &str, name: impl Future<Output = Option<String>> + 'static) {
        if self.value.with_untracked(|former| former == value) {
            return;
        }
        self.value.set(value.to_owned());
        self.words.set(value.to_owned());
        crate::browser::spawn(async move {
            if let Some(name) = name.await {
                self.words.try_set(name);
            }
        });
    }
}

async fn subject_name(id: String) -> Option<String> {
    match api().get_user(id.parse().ok()?).await {
        Ok(user) => Some(user.summary.display_name),
        Err(_) => {
            let key = api().get_api_key(id.parse().ok()?).await.ok()?;
            Some(text::access::key_named(key.title, key.display_name))
        }
    }
}

async fn thing_name(kind: String, id: String) -> Option<String> {
    match kind.as_str() {
        "user" => api().get_user(id.parse().ok()?).await.ok().map(|user| user.summary.display_name),
        "organization" => api().get_organization(id.parse().ok()?).await.ok().map(|found| found.display_name),
        _ => None,
    }
}

/// The form. It follows the address, and sends one to it.
#[component]
pub(super) fn Ask(query: Memo<Query>) -> impl IntoView {
    let (session, navigate) = (use_session(), use_navigate());
    let (subject, permission, thing) = (Chosen::new(), Chosen::new(), Chosen::new());
    let kind = RwSignal::new(String::new());
    let faults = Faults::new();
    let own = untrack(|| session.me().map(|me| me.user.id().to_string())).unwrap_or_default();
    crate::browser::effect(move || {
        let query = query.get();
        let who = query.get("subject").unwrap_or(&own).to_owned();
        subject.take(&who, subject_name(who.clone()));
        if let Some(name) = query.get("permission") {
            permission.take(name, std::future::ready(None));
        }
        if let Some(resource) = query.get("resource") {
            let (of, id) = resource.split_once(':').unwrap_or((resource, ""));
            kind.set(of.to_owned());
            thing.take(id, thing_name(of.to_owned(), id.to_owned()));
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (who, what) = (subject.value.get_untracked(), permission.value.get_untracked());
        let resource = resource(&kind.get_untracked(), &thing.value.get_untracked());
        let lacking =
            what.is_empty().then(|| FieldError::new("/permission", "required", text::access::choose_permission()));
        if faults.show(lacking.into_iter().chain(resource.clone().err()).collect())
            && let Ok(resource) = resource
        {
            navigate(&address(&who, &what, &resource), NavigateOptions::default());
        }
    };
    let (users, permissions): (Search, Search) = (Arc::new(find_users), Arc::new(find_permissions));
    view! {
        <form class="form" novalidate on:submit=submit>
            <div class="form-grid">
                <LookupField label=text::access::who() value=subject.value words=subject.words search=users none=None pointer="/subject" faults/>
                <LookupField label=text::access::what() value=permission.value words=permission.words search=permissions none=None pointer="/permission" faults/>
                <SelectField label=text::access::to_which() value=kind options=kinds() name="kind"/>
                {move || {
                    let search: Search = match kind.get().as_str() {
                        "user" => Arc::new(find_users),
                        "organization" => Arc::new(find_organizations),
                        "job" => return Some(view! {
                            <TextField label=text::access::job_id() value=thing.value pointer="/resource" faults mono=true name="job"/>
                        }.into_any()),
                        _ => return None,
                    };
                    Some(view! { <LookupField label=text::access::which() value=thing.value words=thing.words search none=None pointer="/resource" faults/> }.into_any())
                }}
            </div>
            <div class="row"><Button label=text::access::explain() look=Look::Primary icon=Icon::Shield submit=true/></div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e";

    #[test]
    fn a_question_survives_its_address() {
        for resource in [String::new(), "platform".to_owned(), format!("user:{ID}")] {
            let address = address(ID, "user.read", &resource);
            let asked = asked(&Query::parse(address.split_once('?').unwrap().1)).unwrap();
            assert_eq!((asked.subject.to_string(), asked.permission), (ID.to_owned(), Permission::UserRead));
            assert_eq!(asked.resource.map(|thing| thing.to_string()).unwrap_or_default(), resource);
        }
        assert!(asked(&Query::parse(&format!("subject={ID}&permission=user.fly"))).is_none());
    }

    #[test]
    fn a_thing_is_named_by_kind_and_id() {
        assert_eq!(resource("", ID).unwrap(), "");
        assert_eq!(resource("job", ID).unwrap(), format!("job:{ID}"));
        assert_eq!(resource("user", "").unwrap_err().pointer, "/resource");
    }
}
