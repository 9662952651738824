//! The page that makes something: a form, the verb that sends it, and the way back to the list.

use leptos::{ev, prelude::*};
use quarterdeck_domain::Permission;

use super::page::{Crumb, Guarded, Page, PageHead};
use crate::{
    i18n::text,
    ui::{
        button::{Button, ButtonLink, Look},
        icon::Icon,
        state::FormError,
        submission::Submission,
    },
};

/// The page of a form that makes something.
#[component]
pub fn CreatePage(
    /// What opens it.
    permission: Permission,
    /// The list that it will stand in.
    list: Crumb,
    /// Verb and object.
    title: &'static str,
    /// Verb of the button, where it does not make the thing yet.
    #[prop(optional)]
    verb: Option<&'static str>,
    /// Icon of the verb.
    icon: Icon,
    /// The form's way to the server.
    submission: Submission,
    /// Sends it.
    submit: Callback<()>,
    /// The fields.
    children: ChildrenFn,
) -> impl IntoView {
    let base = list.href.clone().unwrap_or_default();
    let trail = vec![Crumb::group(text::frame::people()), list, Crumb::page(title, format!("{base}/new"))];
    let children = StoredValue::new(children);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        submit.run(());
    };
    view! {
        <Page trail=Signal::stored(trail)>
            <Guarded permission>
                <PageHead title/>
                <div class="page-body">
                    <form class="form" novalidate on:submit=submit>
                        <FormError error=submission.error/>
                        {children.with_value(|children| children())}
                        <div class="form-verbs">
                            <Button label=verb.unwrap_or(title) look=Look::Primary icon submit=true busy=submission.busy/>
                            <ButtonLink label=text::ui::cancel() href=base.clone()/>
                        </div>
                    </form>
                </div>
            </Guarded>
        </Page>
    }
}
