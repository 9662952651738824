//! The audit log.

use std::process::ExitCode;

use quarterdeck_app::{Ctx, audit};

use quarterdeck_domain::text::counted;

use crate::{cli::Audit, failure::Failure, speech};

/// Does what `act` says.
pub async fn run(act: Audit, ctx: Ctx) -> Result<ExitCode, Failure> {
    let Audit::Verify { head } = act;
    let verified = audit::verify(&ctx.app, head.as_ref()).await?;
    if let Some(sequence) = verified.broken_at {
        speech::complain(&Failure::new(format!(
            "the chain is broken at event {sequence}: it, or the head of the chain, was changed, taken out or put in after it was written. \
             Up to there it holds: {}",
            counted(verified.head.sequence, "event")
        )));
        return Ok(ExitCode::FAILURE);
    }
    let pending = match verified.pending {
        0 => String::new(),
        pending => format!("; {} without a place yet", counted(pending, "event")),
    };
    let head = &verified.head;
    speech::say(format_args!("The chain holds; it has {}{pending}", counted(head.sequence, "event")));
    speech::say(format_args!("Its head is {head}"));
    Ok(ExitCode::SUCCESS)
}
