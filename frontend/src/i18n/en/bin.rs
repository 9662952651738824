//! Words of the bin, and of what is deleted.

use crate::i18n::texts;

texts! {
    name = "Name";
    kind = "Kind";
    deleted = "Deleted";
    deleted_by = "Deleted by";
    reason = "Reason";
    purge = "Goes for good";
    purge_card(near) = "Goes for good {near}";
    contents = "With it";
    nothing_with_it = "Nothing else";
    id = "id";
    search = "Filter by name or id";
    empty = "The bin is empty";
    empty_words = "Users and groups that are deleted can wait here for up to 90 days. All that is theirs comes back with them.";

    what_becomes = "What becomes of it";
    to_bin = "Move to the bin";
    to_bin_help = "It can be restored until it goes for good, with all that is its own.";
    for_good = "Delete for good";
    for_good_help = "It cannot be restored.";
    keep_days = "Days in the bin";
    keep_days_help = "From 1 to 90. Then it goes for good.";
    keep_days_fault = "must be from 1 to 90 days";
    reason_help = "Kept in the bin and in the audit log.";
    move_of(name) = "Move {name} to the bin";
    moved(name) = "{name} moved to the bin";
    show = "Show the bin";

    restore_dots = "Restore…";
    restore = "Restore";
    restore_of(name) = "Restore {name}";
    restore_user_words(name) = "{name} can sign in again with the former password, or is suspended as before. Sessions do not come back.";
    restore_group_words(name) = "{name} has its ledger and its members again.";
    restore_with(things) = "Comes back too: {things}.";
    restore_alone = "Nothing else comes back with it.";
    restore_may_wait = "What hangs on something else in the bin comes back with that. What hangs on something that is gone for good is lost.";
    without_email = "Restore without the e-mail address";
    without_email_help = "Another one can be set afterwards.";
    email_taken = "Somebody else has the e-mail address now.";
    restored(name) = "{name} restored.";
    restored_with(name, things) = "{name} restored, with {things}.";
    waiting(things) = "Comes back with something else that is still in the bin: {things}.";
    lost(name, things) = "Of {name} could not be restored, as what it hung on is gone for good: {things}.";
    open = "Open";

    purge_dots = "Delete for good…";
    purge_of(name) = "Delete {name} for good";
    purge_many = "Delete for good";
    purged[count] = "{count} thing deleted for good" | "{count} things deleted for good";
}
