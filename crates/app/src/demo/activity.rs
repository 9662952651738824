//! What the people did: open sessions, and some audit events of the last weeks.

use quarterdeck_domain::{
    Actor, OrganizationId, Permission, Resource, Result, Timestamp, UserId,
    audit::{Action, Change, Event, Outcome},
    policy::{ActorKind, Authentication},
    roles::Roles,
    sessions::ClientKind,
    users::UserStatus,
};
use quarterdeck_store::{EventContext, NewSession, NewUser};

use super::dice::Dice;
use crate::{Ctx, users::user_target};

const DAY: i64 = 86_400;
/// Most people whose doings are made up; a million people do not need a million sessions to look at.
const MOST: usize = 3_000;
/// Most events of the history: each is a commit of its own, at its own time.
const MOST_EVENTS: usize = 400;
/// Rows of one transaction.
const BATCH: usize = 500;

const USER_AGENTS: [&str; 8] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    "curl/8.10.1",
    "python-requests/2.32.4",
];

/// Somebody whose doings are made up.
pub struct Seen {
    pub(super) id: UserId,
    pub(super) username: String,
    pub(super) organization_id: Option<OrganizationId>,
    roles: Roles,
    status: UserStatus,
    reason: String,
    last_login_at: Option<Timestamp>,
}

/// Remembers people whose doings are made up.
pub fn notice(seen: &mut Vec<Seen>, users: &[NewUser]) {
    let room = MOST.saturating_sub(seen.len());
    seen.extend(users.iter().take(room).map(|user| Seen {
        id: user.id,
        username: user.username.clone(),
        organization_id: user.organization_id,
        roles: user.roles,
        status: user.status,
        reason: user.status_reason.clone(),
        last_login_at: user.last_login_at,
    }));
}

/// Stores sessions of people who signed in lately; how many.
pub async fn sessions(ctx: &Ctx, seed: u64, seen: &[Seen]) -> Result<u64> {
    let mut dice = Dice::new(seed ^ 0x5e55_1045);
    let (now, rules) = (ctx.now(), ctx.app.settings().session_rules());
    let mut sessions = Vec::new();
    for user in seen.iter().filter(|user| user.status == UserStatus::Active) {
        let Some(last) = user.last_login_at else { continue };
        let remembered = dice.chance(350);
        let (idle, absolute) = match remembered {
            true => (rules.remembered_idle_seconds, rules.remembered_absolute_seconds),
            false => (rules.idle_seconds, rules.absolute_seconds),
        };
        // A second device now and then.
        for device in 0..=u64::from(dice.chance(220)) {
            let user_agent = dice.pick(&USER_AGENTS).copied().unwrap_or_default();
            let created_at = last.plus_seconds(-dice.recent(device * 3_600));
            if now.seconds_since(created_at) >= idle {
                continue;
            }
            let script = user_agent.starts_with("curl") || user_agent.starts_with("python");
            sessions.push(NewSession {
                id: ctx.app.new_id(),
                user_id: user.id,
                parent_id: None,
                client: if script { ClientKind::Cli } else { ClientKind::Browser },
                remembered,
                address: address(&mut dice),
                user_agent: user_agent.to_owned(),
                device: ctx.app.devices.read(user_agent),
                idle_seconds: idle,
                created_at,
                absolute_expires_at: created_at.plus_seconds(absolute),
            });
        }
    }
    for batch in sessions.chunks(BATCH) {
        let tx = ctx.write().await?;
        for session in batch {
            tx.sessions().insert(session).await?;
        }
        tx.commit_bookkeeping().await?;
    }
    Ok(sessions.len() as u64)
}

/// An address of the blocks for documentation (RFC 5737, RFC 3849).
fn address(dice: &mut Dice) -> String {
    match dice.below(5) {
        0 => format!("2001:db8:{:x}::{:x}", dice.below(0x200), dice.below(0xffff)),
        block => {
            let net = ["192.0.2", "198.51.100", "203.0.113"].get(block as usize % 3).copied().unwrap_or("192.0.2");
            format!("{net}.{}", 1 + dice.below(254))
        }
    }
}

/// Stores some events of the last four weeks, marked as such by the request id `demo`; how many.
pub async fn history(ctx: &Ctx, seed: u64, seen: &[Seen]) -> Result<u64> {
    let mut dice = Dice::new(seed ^ 0x4157_0127);
    let now = ctx.now();
    let mut events = Vec::new();
    for user in seen {
        let target = user_target(user.id, &user.username);
        let within = |action| Event::new(action, target.clone()).within(user.organization_id);
        let Some(at) = user.last_login_at.filter(|at| now.seconds_since(*at) < 28 * DAY) else { continue };
        let context = context(&mut dice, user);
        match user.status {
            UserStatus::Suspended => {
                let changes = Change::of("status", &UserStatus::Active, &UserStatus::Suspended);
                let by = EventContext::of(&Actor::system("demonstration"), "demo", "", "");
                let later = at.plus_seconds(3_600).min(now);
                events.push((later, by, within(Action::UserSuspended).because(user.reason.clone()).with(changes)));
            }
            UserStatus::Active if dice.chance(60) => {
                let failed = within(Action::SignInFailed).because("wrong-credentials").ending(Outcome::Failure);
                let nobody = EventContext::anonymous("demo", &address(&mut dice), "");
                events.push((at.plus_seconds(-20), nobody, failed));
                events.push((at, context, within(Action::SignedIn)));
            }
            UserStatus::Active if dice.chance(30) => events.push((at, context, within(Action::PasswordChanged))),
            UserStatus::Active => events.push((at, context, within(Action::SignedIn))),
        }
    }
    // The latest are the ones that people look at.
    events.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    events.truncate(MOST_EVENTS);
    events.reverse();
    let count = events.len() as u64;
    for (at, context, event) in events {
        let grant = ctx.allow(Permission::UserCreate, &Resource::Platform)?;
        ctx.write().await?.commit(grant, &context, at, vec![(ctx.app.new_id(), &event)]).await?;
    }
    ctx.app.events_written.notify_one();
    Ok(count)
}

fn context(dice: &mut Dice, user: &Seen) -> EventContext {
    let actor = Actor {
        kind: ActorKind::User { id: user.id, session_id: uuid::Uuid::nil().into() },
        label: user.username.clone(),
        roles: user.roles,
        grants: std::sync::Arc::default(),
        organization_id: user.organization_id,
        authentication: Authentication::Recent,
        impersonator: None,
    };
    let user_agent = dice.pick(&USER_AGENTS).copied().unwrap_or_default();
    EventContext::of(&actor, "demo", &address(dice), user_agent)
}
