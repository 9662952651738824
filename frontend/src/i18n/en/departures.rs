//! Words of departures: of those who leave, and their receipts.

use crate::i18n::texts;

texts! {
    search = "Filter by name or username";
    empty = "Nobody has left yet";
    empty_words = "Whoever is off-boarded has a receipt here: each step, who took over, and the exported data. Begin at a user or with the selected users of the list.";
    to_users = "Show users";
    name = "Name";
    account = "Account";
    state = "Today";
    left = "Left";
    by = "Off-boarded by";
    handed_over_to = "Handed over to";
    nobody = "Nobody";
    reason = "Reason";
    no_reason = "None was given";
    whose = "User";
    id = "departure id";

    fate_suspend = "Suspend";
    fate_bin = "Move to the bin";
    fate_delete = "Delete for good";
    fate_suspend_help = "The account stays and can be activated again.";
    fate_bin_help = "The account can be restored, with what it keeps, until it goes for good.";
    fate_delete_help = "The account is gone at once. Its receipt and its audit events stay.";
    was_suspended = "Suspended";
    was_binned = "Moved to the bin";
    was_deleted = "Deleted";

    state_present = "Account is there";
    state_in_bin = "In the bin";
    state_gone = "Gone for good";
    present_words = "The account is still on the platform.";
    in_bin_words(near) = "The account is in the bin and goes for good {near}.";
    gone_words = "The account is gone for good.";
    open_user = "Open the user";
    open_bin = "Show it in the bin";

    receipt = "What was done";
    receipt_words = "In this order.";
    facts = "Facts";
    export = "Exported data";
    export_none = "No data was exported, or it can no longer be fetched.";
    export_words = "A ZIP archive of JSON lines with a manifest.";
    export_download = "Download data";
    export_size = "Size";
    export_until = "Can be fetched until";
    export_digest = "SHA-256";

    step_data_exported[count] = "{count} row of data exported" | "{count} rows of data exported";
    step_sessions_ended[count] = "{count} session ended" | "{count} sessions ended";
    step_api_keys_revoked[count] = "{count} API key revoked" | "{count} API keys revoked";
    step_api_keys_kept[count] = "{count} API key kept" | "{count} API keys kept";
    step_provider_keys_deleted[count] = "{count} provider key deleted" | "{count} provider keys deleted";
    step_provider_keys_kept[count] = "{count} provider key kept" | "{count} provider keys kept";
    step_memberships_ended[count] = "Taken out of {count} group" | "Taken out of {count} groups";
    step_memberships_transferred[count] = "{count} membership handed over" | "{count} memberships handed over";
    step_memberships_kept[count] = "{count} membership kept" | "{count} memberships kept";
    step_saved_views_deleted[count] = "{count} saved view deleted" | "{count} saved views deleted";
    step_saved_views_transferred[count] = "{count} saved view handed over" | "{count} saved views handed over";
    step_saved_views_kept[count] = "{count} saved view kept" | "{count} saved views kept";
    step_account_suspended = "Account suspended";
    step_account_binned = "Account moved to the bin";
    step_account_deleted = "Account deleted";

    offboard = "Off-board users";
    offboard_of(name) = "Off-board {name}";
    done_one(name) = "{name} off-boarded";
    receipts = "Receipts";
    reason_help = "Stands in the receipt and in the audit log.";
    account_fate = "The account";
    hand_over_to = "Hand over to";
    hand_over_help = "Whoever takes over gets what is handed over.";
    things = "What is theirs";
    api_keys = "API keys";
    provider_keys = "Provider keys";
    memberships = "Memberships in groups";
    saved_views = "Saved views";
    fate_revoke = "Revoke";
    fate_delete_things = "Delete";
    fate_end = "End";
    fate_transfer = "Hand over";
    fate_keep = "Keep";
    kept_suspended = "What is kept stays with the suspended account.";
    kept_in_bin = "What is kept goes to the bin with the account, and comes back with it. So do memberships that are not handed over.";
    kept_of_deleted = "Of what is kept, only what others use stays, without an owner.";
    with_export = "Export the data first";
    with_export_help = "It can be fetched from the receipt for 30 days.";
}
