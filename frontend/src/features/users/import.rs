//! Users from a file: choosing it, and the dry run that says what it would do.

use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    FieldError, Permission, Resource,
    user_imports::{ImportColumn, MAX_BYTES, OnExisting, UserImportOptions},
};

use super::{import_report::ImportReport, organization::OrganizationField};
use crate::{
    browser,
    frame::{CreatePage, Crumb},
    i18n::text,
    route::use_part,
    session::use_session,
    transport::api,
    ui::{
        button::Button,
        choice::SelectField,
        field::{Faults, FieldError as Fault},
        icon::Icon,
        popover::fresh_id,
        submission::Submission,
        table::Options,
    },
};

/// A file that was chosen: its name, and what is in it.
type Chosen = RwSignal<Option<(String, Vec<u8>)>>;

/// The page that imports users: the form, or what a dry run found.
#[component]
pub fn ImportUsersPage() -> impl IntoView {
    let part = use_part(|address| &address.id);
    move || match part.get() {
        id if id.is_empty() => view! { <ImportForm/> }.into_any(),
        id => view! { <ImportReport id/> }.into_any(),
    }
}

#[component]
fn ImportForm() -> impl IntoView {
    let (session, navigate) = (use_session(), use_navigate());
    let chosen: Chosen = RwSignal::new(None);
    let on_existing = RwSignal::new(OnExisting::default().name().to_owned());
    let (organization, organization_name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submission @ Submission { faults, .. } = Submission::new();
    let ways: Options = OnExisting::ALL.iter().map(|way| (way.name().to_owned(), words_of(*way).to_owned())).collect();
    // Whoever reaches one organization imports into that one.
    let chooses = Memo::new(move |_| {
        session.refusal(Permission::UserCreate, &Resource::NewUser { organization_id: None }).is_none()
    });
    let submit = Callback::new(move |()| {
        let options = UserImportOptions {
            on_existing: on_existing.get_untracked().parse().ok(),
            organization_id: organization.get_untracked().parse().ok(),
        };
        let file = chosen.get_untracked().map(|(_, bytes)| bytes);
        let found = match &file {
            None => Some(text::users::import_no_file()),
            Some(file) => (file.len() as u64 > MAX_BYTES).then(text::users::import_too_large),
        };
        let found = found.map(|words| FieldError::new("", "format", words)).into_iter().collect();
        let navigate = navigate.clone();
        submission.send(found, async move {
            let import = api().create_user_import(&options, file.unwrap_or_default()).await.map_err(at_the_file)?;
            navigate(&format!("/users/import/{}", import.id), NavigateOptions::default());
            Ok(())
        });
    });
    let list = Crumb::page(text::frame::users(), "/users");
    view! {
        <CreatePage permission=Permission::UserCreate list title=text::users::import() verb=text::users::import_check() icon=Icon::Upload submission submit>
            <p class="muted">{text::users::import_words()}</p>
            <div class="form-grid">
                <FileField chosen faults/>
                <SelectField label=text::users::import_existing() value=on_existing options=ways.clone() help=text::users::import_existing_help() name="on_existing"/>
                {move || chooses.get().then(|| view! {
                    <OrganizationField value=organization words=organization_name faults=Some(faults) optional=true/>
                })}
            </div>
        </CreatePage>
    }
}

fn words_of(way: OnExisting) -> &'static str {
    match way {
        OnExisting::Refuse => text::users::import_existing_refuse(),
        OnExisting::Update => text::users::import_existing_update(),
        OnExisting::Skip => text::users::import_existing_skip(),
    }
}

/// The same refusal with the faults of columns at the file.
fn at_the_file(refused: ClientError) -> ClientError {
    let mut problem = match refused {
        ClientError::Problem(problem) => problem,
        other => return other,
    };
    for fault in &mut problem.errors {
        let column = fault.pointer.trim_start_matches('/').replace("~1", "/").replace("~0", "~");
        if !column.is_empty() && column != "organization_id" {
            fault.message = text::users::import_column(column, &fault.message);
            fault.pointer.clear();
        }
    }
    ClientError::Problem(problem)
}

/// The file, and a template to begin with.
#[component]
fn FileField(chosen: Chosen, faults: Faults) -> impl IntoView {
    let input: NodeRef<html::Input> = NodeRef::new();
    let (help_id, error_id) = (fresh_id("file-help"), fresh_id("file-error"));
    let described = format!("{error_id} {help_id}");
    let choose = move || {
        let Some(input) = input.get_untracked() else { return };
        faults.reset();
        browser::spawn(async move {
            let name = browser::chosen_name(&input);
            let file = browser::chosen_file(&input).await;
            if let (Some(name), Some((_, bytes))) = (name, file) {
                chosen.try_set(Some((name, bytes)));
            }
        });
    };
    let open = Callback::new(move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    });
    let template = Callback::new(move |()| {
        let header = ImportColumn::ALL.iter().map(|column| column.name()).collect::<Vec<_>>().join(",");
        let example = "ada.byron,Ada Byron,Ada,Byron,ada@example.org,,user,active,en,Europe/London,GB";
        browser::download("users.csv", "text/csv", format!("{header}\r\n{example}\r\n").as_bytes());
    });
    let name = move || {
        chosen.with(|chosen| {
            chosen.as_ref().map_or_else(|| text::users::import_nothing_chosen().to_owned(), |(name, _)| name.clone())
        })
    };
    view! {
        <div class="field" role="group" aria-label=text::users::import_file() aria-describedby=described>
            <span class="field-label">{text::users::import_file()}</span>
            <div class="avatar-field">
                <input
                    node_ref=input
                    type="file"
                    hidden
                    accept=".csv,text/csv"
                    name="file"
                    aria-label=text::users::import_file()
                    on:change=move |_| choose()
                />
                <Button label=text::users::import_choose() press=open/>
                <Button label=text::users::import_template() icon=Icon::Download press=template/>
                <span class="muted" aria-live="polite">{name}</span>
            </div>
            <Fault id=error_id error=Signal::derive(move || faults.at(""))/>
            <p class="field-help" id=help_id>{text::users::import_file_help()}</p>
        </div>
    }
}
