//! Proof by the own password of somebody who is signed in, with the delays of a sign-in.

use quarterdeck_domain::{
    Error, Permission, Resource, Result, Timestamp,
    audit::{Action, Event, Outcome},
    error::Unauthenticated,
};
use quarterdeck_store::{Credentials, Tx};

use super::delays::{DelayKeys, Guess};
use crate::{Ctx, users::user_target};

/// What the password is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Purpose {
    /// What a wrong password is told of as the failure of.
    pub action: Action,
    /// The field of the password.
    pub pointer: &'static str,
    /// What it is not, when it is wrong.
    pub wrong: &'static str,
}

/// A password that was right when it was compared.
pub struct Proof {
    purpose: Purpose,
    known: Credentials,
    delays: DelayKeys,
    guess: Guess,
}

/// Compares `password` with that of `known`, who acts.
///
/// # Errors
/// `Forbidden` for who may not use the own password, `RateLimited` after too many wrong ones, `Invalid` when it is wrong.
pub async fn prove(ctx: &Ctx, purpose: Purpose, known: Credentials, password: String) -> Result<Proof> {
    ctx.allow(Permission::ProfileSetPassword, &Resource::List)?;
    let app = &ctx.app;
    let delays = DelayKeys::new(&known.username, &ctx.request.address);
    let guess = delays.begin(app).await?;
    let verified = app.ports.hasher.verify(password, known.password_hash.clone()).await?;
    let proof = Proof { purpose, known, delays, guess };
    if verified.matches { Ok(proof) } else { Err(proof.fail(ctx).await?) }
}

impl Proof {
    /// Takes the proof within the transaction of what it is for: the password may be another one by now.
    ///
    /// # Errors
    /// `Invalid` when it is.
    pub async fn take(&self, tx: &Tx, now: Timestamp) -> Result<()> {
        let current = tx.users().credentials_of(self.known.id).await?.and_then(|current| current.password_hash);
        if current != self.known.password_hash {
            return Err(self.purpose.refusal());
        }
        self.delays.succeed(tx, &self.guess, now).await
    }

    /// Notes a wrong guess.
    async fn fail(&self, ctx: &Ctx) -> Result<Error> {
        let tx = ctx.write().await?;
        let grant = ctx.allow(Permission::ProfileSetPassword, &Resource::List)?;
        self.delays.fail(&tx, ctx.now()).await?;
        let event = Event::new(self.purpose.action, user_target(self.known.id, &self.known.username))
            .within(self.known.organization_id)
            .because(Unauthenticated::WrongCredentials.code())
            .ending(Outcome::Failure);
        ctx.commit(tx, grant, vec![event]).await?;
        Ok(self.purpose.refusal())
    }
}

impl Purpose {
    fn refusal(self) -> Error {
        Error::field(self.pointer, "wrong", self.wrong)
    }
}
