//! The audit log.

use std::process::ExitCode;

use quarterdeck_app::{Ctx, audit};

use crate::{cli::Audit, failure::Failure, speech};

/// Does what `act` says.
pub async fn run(act: Audit, ctx: Ctx) -> Result<ExitCode, Failure> {
    let Audit::Verify = act;
    let verified = audit::verify(&ctx.app).await?;
    if let Some(sequence) = verified.broken_at {
        speech::complain(&Failure::new(format!(
            "the chain is broken at event {sequence}: it was changed, taken out or put in after it was written. \
             The {} events before it are as they were",
            verified.checked
        )));
        return Ok(ExitCode::FAILURE);
    }
    let pending = match verified.pending {
        0 => String::new(),
        pending => format!("; {pending} wait for their place"),
    };
    speech::say(format_args!("The chain holds: {} events are as they were written{pending}", verified.checked));
    Ok(ExitCode::SUCCESS)
}
