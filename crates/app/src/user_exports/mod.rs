//! Exports of all that is stored of a user: their data leaves with them, or is shown to them.
//!
//! The archive is a ZIP of JSON lines, each line what the API shows of a thing, so that no secret is in it. It tells what
//! the right to export reaches: within an organization nothing of others.

mod package;

use std::{collections::HashSet, future::Future};

use quarterdeck_domain::{
    Error, Grant, OrganizationId, Page, Permission, Result, Timestamp, UserId, Visibility,
    api_keys::{self, ApiKeyFilter},
    audit::{self, Action, AuditFilter, Change, Event, OUTSIDER},
    groups::{UserGroupFilter, UserGroupSort},
    impersonation::Impersonation,
    page::{ListRequest, MAX_LIMIT, PageRequest, Sort},
    provider_keys::{self, ProviderKeyFilter},
    role_grants::{self, RoleGrantFilter},
    saved_views::SavedView,
    sessions::{self, SessionFilter},
    users::User,
};
use serde::Serialize;
use serde_json::Value;
use tokio::task;
use uuid::Uuid;

use crate::{
    Ctx,
    audit::narrow_to,
    me,
    users::{shown_to, user_target},
};
use package::{JsonLines, MAX_ROWS, Named, Package, digest};

/// Rows that are asked for where there are no pages: one too many, to see whether there are more.
const UNPAGED: i64 = MAX_ROWS as i64 + 1;

/// All that is stored of a user.
#[derive(Debug, Clone)]
pub(crate) struct UserArchive {
    /// The ZIP.
    pub bytes: Vec<u8>,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// Rows of all its files.
    pub rows: u64,
    /// How far who made it reached.
    pub reach: Visibility,
    /// Whether it has contact info.
    pub has_contact: bool,
}

/// An export as somebody takes it away.
#[derive(Debug, Clone)]
pub struct UserExport {
    /// What the file is to be called: letters, digits, dots, dashes and underscores.
    pub file_name: String,
    /// The ZIP.
    pub bytes: Vec<u8>,
}

/// Exports all data of a user, and notes that it was done.
///
/// # Errors
/// `NotFound`, `Forbidden`, `PrivilegedAccount`, `StepUpRequired`.
pub async fn export_user(ctx: &Ctx, id: UserId) -> Result<UserExport> {
    let user = ctx.app.db.users().get(id, ctx.now()).await?;
    let archive = archive(ctx, &user).await?;
    let tx = ctx.write().await?;
    // Read again: collecting took its time, and without the right nothing is given out.
    let ctx = &ctx.within(&tx).await?;
    let user = tx.users().get(id, ctx.now()).await?;
    let grant = ctx.allow(Permission::UserExport, &user.resource())?;
    let event = Event::new(Action::UserDataExported, user_target(id, &user.summary.username))
        .within(user.summary.organization_id)
        .with(Change::of("rows", &0, &archive.rows))
        .with(Change::of("sha256", &None, &Some(&archive.sha256)));
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(UserExport { file_name: file_name(&user.summary.username, ctx.now()), bytes: archive.bytes })
}

/// What the export of a user is to be called.
pub(crate) fn file_name(username: &str, at: Timestamp) -> String {
    format!("{username}-{}.zip", at.date_time().date())
}

/// Collects all data of `user` that the actor may export. Noting it is for the caller.
///
/// # Errors
/// `NotFound`, `Forbidden`, `PrivilegedAccount`, `StepUpRequired`.
pub(crate) async fn archive(ctx: &Ctx, user: &User) -> Result<UserArchive> {
    let grant = ctx.allow(Permission::UserExport, &user.resource())?;
    let shown = shown_to(&ctx.actor, user.clone());
    let has_contact = shown.contact.is_some();
    let collection = Collection { ctx, user: user.id(), grant: &grant };
    let files = vec![
        lines("profile.jsonl", [shown])?,
        collection.role_grants().await?,
        collection.memberships().await?,
        collection.sessions().await?,
        collection.api_keys().await?,
        collection.provider_keys().await?,
        collection.saved_views().await?,
        collection.impersonations().await?,
        collection.audit_events().await?,
    ];
    let rows = files.iter().map(|file| file.rows).sum();
    let package = Package {
        exported_at: ctx.now(),
        user: Named { id: Some(user.id()), username: user.summary.username.clone() },
        exported_by: Named { id: ctx.actor.user_id(), username: ctx.actor.label.clone() },
        notes: notes(&files, grant.visibility(), has_contact),
        files,
    };
    let pack = move || package.zip().map(|bytes| (digest(&bytes), bytes));
    let (sha256, bytes) = task::spawn_blocking(pack).await.map_err(Error::internal)??;
    Ok(UserArchive { bytes, sha256, rows, reach: grant.visibility().clone(), has_contact })
}

/// What the archive does not have, in words.
fn notes(files: &[JsonLines], reach: &Visibility, has_contact: bool) -> Vec<String> {
    let partial = *reach != Visibility::All;
    let contact = "Contact info is left out: who made this export may not read it.";
    let reach = "What lies beyond the organizations that who made this export may export from is left out.";
    let cut = files.iter().filter(|file| file.is_cut);
    let cut = cut.map(|file| format!("{} has the newest {MAX_ROWS} rows; what is older is left out.", file.name));
    let fixed = [(!has_contact, contact), (partial, reach)].into_iter().filter(|(applies, _)| *applies);
    cut.chain(fixed.map(|(_, note)| note.to_owned())).collect()
}

/// The data of one user, as far as `grant` reaches.
struct Collection<'a> {
    ctx: &'a Ctx,
    user: UserId,
    grant: &'a Grant,
}

impl Collection<'_> {
    async fn role_grants(&self) -> Result<JsonLines> {
        let filter = RoleGrantFilter { user_id: Some(self.user), ..RoleGrantFilter::default() };
        listed("role_grants.jsonl", filter, role_grants::DEFAULT_SORT, |request| async move {
            self.ctx.app.db.role_grants().list(self.grant, &request, self.ctx.now()).await
        })
        .await
    }

    async fn memberships(&self) -> Result<JsonLines> {
        let sort = Sort::descending(UserGroupSort::CreatedAt);
        listed("memberships.jsonl", UserGroupFilter::default(), sort, |request| async move {
            self.ctx.app.db.groups().of_user(self.user, self.grant, &request).await
        })
        .await
    }

    async fn sessions(&self) -> Result<JsonLines> {
        let filter = SessionFilter { user_id: Some(self.user), ..SessionFilter::default() };
        let current = self.ctx.actor.session_id();
        listed("sessions.jsonl", filter, sessions::DEFAULT_SORT, |request| async move {
            self.ctx.app.db.sessions().list(self.grant, &request, current, self.ctx.now()).await
        })
        .await
    }

    async fn api_keys(&self) -> Result<JsonLines> {
        let filter = ApiKeyFilter { user_id: Some(self.user), ..ApiKeyFilter::default() };
        listed("api_keys.jsonl", filter, api_keys::DEFAULT_SORT, |request| async move {
            self.ctx.app.db.api_keys().list(self.grant, &request, self.ctx.now()).await
        })
        .await
    }

    async fn provider_keys(&self) -> Result<JsonLines> {
        let filter = ProviderKeyFilter { user_id: Some(self.user), ..ProviderKeyFilter::default() };
        listed("provider_keys.jsonl", filter, provider_keys::DEFAULT_SORT, |request| async move {
            self.ctx.app.db.provider_keys().list(self.grant, &request).await
        })
        .await
    }

    /// The own views, and of them the private ones as well.
    async fn saved_views(&self) -> Result<JsonLines> {
        let mut views = self.ctx.app.db.saved_views().of_owner(self.user, self.grant, UNPAGED).await?;
        views.iter_mut().for_each(|view| self.narrow_view(view));
        lines("saved_views.jsonl", views)
    }

    /// Takes filters by things out of a view that may lie beyond the grant: an id alone would tell of another organization.
    fn narrow_view(&self, view: &mut SavedView) {
        let reach = self.grant.visibility();
        let is_within = |id: Uuid| reach.covers(Some(OrganizationId(id)), None) || id == self.user.0;
        view.query.retain(|_, value| Uuid::try_parse(value).map_or(true, is_within));
    }

    /// Who acted as the user. Who of outside did is not told within an organization, as in audit events.
    async fn impersonations(&self) -> Result<JsonLines> {
        let all = me::acted_as(self.ctx, self.user, UNPAGED).await?;
        let seen = match self.grant.visibility() {
            Visibility::All => None,
            Visibility::Part { .. } if all.is_empty() => None,
            Visibility::Part { organizations, .. } => {
                let people = all.iter().flat_map(|one| [Some(one.impersonator_id), one.ended_by]).flatten().collect();
                Some(self.ctx.app.db.users().members_of(organizations, &people).await?)
            }
        };
        let told = all.iter().map(|one| told(one, seen.as_ref())).collect::<Result<Vec<Value>>>()?;
        lines("impersonations.jsonl", told)
    }

    async fn audit_events(&self) -> Result<JsonLines> {
        listed("audit_events.jsonl", AuditFilter::default(), audit::DEFAULT_SORT, |request| async move {
            let mut page = self.ctx.app.db.audit().list_about_user(self.user, self.grant, &request).await?;
            narrow_to(self.ctx, self.grant.visibility().clone(), &mut page.items).await?;
            Ok(page)
        })
        .await
    }
}

/// An impersonation for somebody who sees these people alone, or all.
fn told(one: &Impersonation, seen: Option<&HashSet<UserId>>) -> Result<Value> {
    let is_hidden = |id: UserId| seen.is_some_and(|seen| id != one.user_id && !seen.contains(&id));
    let mut told = serde_json::to_value(one).map_err(Error::internal)?;
    if is_hidden(one.impersonator_id) {
        told["impersonator_id"] = Value::Null;
        told["impersonator_name"] = OUTSIDER.into();
    }
    if one.ended_by.is_some_and(is_hidden) {
        told["ended_by"] = Value::Null;
    }
    Ok(told)
}

/// A file of rows that are all there, the newest first.
fn lines<T: Serialize>(name: &'static str, rows: impl IntoIterator<Item = T>) -> Result<JsonLines> {
    let mut lines = JsonLines::new(name);
    rows.into_iter().try_for_each(|row| lines.push(&row))?;
    Ok(lines)
}

/// A file of the rows of a list, read page by page until there are no more or it is full.
async fn listed<T, F, K, A>(
    name: &'static str,
    filter: F,
    sort: Sort<K>,
    page: impl Fn(ListRequest<F, K>) -> A,
) -> Result<JsonLines>
where
    T: Serialize,
    F: Clone,
    K: Copy,
    A: Future<Output = Result<Page<T>>>,
{
    let mut lines = JsonLines::new(name);
    let mut request =
        ListRequest { filter, sort: Some(sort), page: PageRequest { limit: Some(MAX_LIMIT), cursor: None } };
    loop {
        let page = page(request.clone()).await?;
        page.items.iter().try_for_each(|row| lines.push(row))?;
        match page.next_cursor.filter(|_| !lines.is_cut) {
            Some(cursor) => request.page.cursor = Some(cursor),
            None => return Ok(lines),
        }
    }
}
