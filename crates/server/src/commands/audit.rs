//! The audit log.

use std::process::ExitCode;

use quarterdeck_app::{
    Ctx,
    audit::{self, ClosedSection, Head, Verification},
};
use quarterdeck_domain::text::counted;

use crate::{cli::Audit, failure::Failure, speech};

/// Exit status of a chain that holds behind a closed section that the operator did not name.
const CLOSED: u8 = 3;

/// Does what `act` says.
pub async fn run(act: Audit, ctx: Ctx) -> Result<ExitCode, Failure> {
    let Audit::Verify { head, closed: known } = act;
    let verified = audit::verify(&ctx.app, head.as_ref()).await?;
    if let Some(failure) = fault(&verified) {
        return Err(failure);
    }
    let pending = match verified.pending {
        0 => String::new(),
        pending => format!("; {} without a place yet", counted(pending, "event")),
    };
    let count = verified.head.sequence;
    let Some(closed) = verified.closed else {
        if let Some(known) = known {
            return Err(Failure::new(format!("no section of this chain was closed at {known}")));
        }
        speech::say(format_args!("The chain holds; it has {}{pending}", counted(count, "event")));
        speech::say(format_args!("Its head is {}", verified.head));
        return Ok(ExitCode::SUCCESS);
    };
    let end = closed.end.sequence;
    speech::say(format_args!(
        "The chain holds from event {} on; from there it has {}{pending}",
        end + 1,
        counted(count - end, "event")
    ));
    speech::say(format_args!("Its head is {}", verified.head));
    speech::say(format_args!(
        "Events up to {end} are not verifiable: their section was closed at {}, when its keys were lost.",
        closed.closed_at
    ));
    speech::say("They are as they were then; what they were before, nobody can prove.");
    judge(&closed, known.as_ref())
}

/// What is wrong with the chain, if anything is.
fn fault(verified: &Verification) -> Option<Failure> {
    if let Some(closed) = verified.closed.as_ref().filter(|_| verified.closed_is_changed) {
        return Some(Failure::new(format!(
            "the closed section is broken: among the events up to {}, one was changed, taken out or put in after the section \
             was closed at {}",
            closed.end.sequence, closed.closed_at
        )));
    }
    let broken_at = verified.broken_at?;
    let begin = verified.closed.as_ref().map_or(0, |closed| closed.end.sequence);
    Some(Failure::new(format!(
        "the chain is broken at event {broken_at}: it, or the head of the chain, was changed, taken out or put in after it was \
         written. Up to there it holds: {}",
        counted(verified.head.sequence - begin, "event")
    )))
}

/// Whether the operator knows of the closed section.
fn judge(closed: &ClosedSection, known: Option<&Head>) -> Result<ExitCode, Failure> {
    match known {
        Some(known) if *known == closed.end => Ok(ExitCode::SUCCESS),
        Some(known) => Err(Failure::new(format!("the closed section ends with {}, not with {known}", closed.end))),
        None => {
            speech::say(format_args!("If you know of that, say: --closed {}", closed.end));
            Ok(ExitCode::from(CLOSED))
        }
    }
}
