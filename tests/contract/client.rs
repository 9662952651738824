//! The typed client and the document name the same operations.

use std::collections::BTreeSet;

use quarterdeck_testkit::{Backend, Server};

use crate::operations::{document, operations};

/// Operations that the typed client leaves to others: the stream, and what is for clients of model services.
const WITHOUT_METHOD: [&str; 4] =
    ["stream_events", "read_from_model_service", "send_to_model_service", "delete_from_model_service"];

#[tokio::test]
async fn every_operation_has_a_method() {
    let server = Server::start(Backend::Sqlite).await;
    let named: BTreeSet<String> =
        operations(&document(&server).await).into_iter().map(|operation| operation.id).collect();
    let mut methods = BTreeSet::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/client/src")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let names = text.lines().filter_map(|line| line.trim().strip_prefix("pub async fn ")?.split('(').next());
        methods.extend(names.map(str::to_owned));
    }
    let expected: BTreeSet<String> =
        named.iter().filter(|id| !WITHOUT_METHOD.contains(&id.as_str())).cloned().collect();
    assert_eq!(methods, expected);
}
