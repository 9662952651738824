//! Provider keys with their use: of the platform, of organizations and of some people. Their secrets open nothing.

use quarterdeck_domain::{
    Permission, Resource, Result,
    model_services::ModelProvider::{self, Anthropic, Google, OpenAi},
    provider_keys::{KeyOwner, ListProviderKeys, NewOwner, ProviderKeyFilter, hint},
};
use quarterdeck_store::{NewProviderKey, ProviderKeyUse, Tx};

use super::{Home, PART, activity::Seen, dice::Dice, event};
use crate::{Ctx, provider_keys::seal};

const DAY: i64 = 86_400;
/// Most people with a key of their own.
const MOST_PEOPLE: usize = 12;
/// One of so many people has one.
const ONE_OF: usize = 15;

const OF_PLATFORM: [(ModelProvider, &str); 2] = [(OpenAi, "house account"), (Anthropic, "trial contract")];
const OF_ORGANIZATIONS: [(ModelProvider, &str); 4] = [
    (Anthropic, "framework contract"),
    (OpenAi, "central purchasing"),
    (Google, "cloud project"),
    (OpenAi, "grant 2231"),
];
const OF_PEOPLE: [(ModelProvider, &str); 3] =
    [(OpenAi, "own account"), (Anthropic, "research credits"), (Google, "prototype")];

/// Stores the keys of organizations that are new, of people, and of the platform unless it has some; how many.
pub async fn provider_keys(ctx: &Ctx, seed: u64, homes: &[Home], seen: &[Seen]) -> Result<u64> {
    let grant = ctx.allow(Permission::ProviderKeyWrite, &Resource::Platform)?;
    let read = ctx.allow(Permission::ProviderKeyRead, &Resource::List)?;
    let filter = ProviderKeyFilter { owner: Some(KeyOwner::System), ..ProviderKeyFilter::default() };
    let of_platform = ListProviderKeys { filter, ..ListProviderKeys::default() };
    let is_bare = ctx.app.db.provider_keys().list(&read, &of_platform).await?.total == 0;
    let platform = OF_PLATFORM.iter().filter(|_| is_bare).map(|key| (NewOwner::System, key));
    let organizations = homes
        .iter()
        .filter(|home| home.is_new)
        .map(|home| NewOwner::Organization(home.id))
        .zip(OF_ORGANIZATIONS.iter().cycle());
    let people =
        seen.iter().step_by(ONE_OF).take(MOST_PEOPLE).map(|user| NewOwner::User(user.id)).zip(OF_PEOPLE.iter().cycle());
    let mut dice = Dice::new(seed ^ 0x6b65_7973);
    let tx = ctx.write().await?;
    let mut count = 0;
    for (owner, (provider, name)) in platform.chain(organizations).chain(people) {
        store(ctx, &tx, &mut dice, owner, *provider, name).await?;
        count += 1;
    }
    ctx.commit(tx, grant, vec![event(PART, "provider_keys", 0, count)]).await?;
    Ok(count)
}

/// Stores a key; most were used, and one in eight is switched off.
async fn store(
    ctx: &Ctx,
    tx: &Tx,
    dice: &mut Dice,
    owner: NewOwner,
    provider: ModelProvider,
    name: &str,
) -> Result<()> {
    let secret = format!("demo-opens-nothing-{:04x}", dice.below(1 << 16));
    let id = ctx.app.new_id();
    let new = NewProviderKey {
        id,
        owner,
        provider,
        name: name.to_owned(),
        hint: hint(&secret),
        sealed: seal(&ctx.app, id, &secret),
        created_at: ctx.now().plus_seconds(-(45 * DAY + dice.recent(300 * DAY.unsigned_abs()))),
    };
    tx.provider_keys().insert(&new).await?;
    if dice.chance(850) {
        let count = 1 + dice.below(4_000);
        let used = ProviderKeyUse {
            count,
            at: ctx.now().plus_seconds(-dice.recent(40 * DAY.unsigned_abs())),
            sent_bytes: count * (400 + dice.below(9_000)),
            received_bytes: count * (1_500 + dice.below(30_000)),
        };
        tx.provider_keys().note_use(id, &used, ctx.app.new_id()).await?;
    }
    if dice.chance(125) {
        tx.provider_keys()
            .save(id, name, false, None, ctx.now().plus_seconds(-dice.recent(20 * DAY.unsigned_abs())))
            .await?;
    }
    Ok(())
}
