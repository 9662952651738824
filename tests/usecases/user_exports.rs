//! Exports of users with more rows than a file takes.

use quarterdeck_app::user_exports::export_user;
use quarterdeck_domain::{
    Permission,
    audit::{Action, AuditEvent, Event, EventTarget, TargetType},
};
use quarterdeck_store::EventContext;
use quarterdeck_testkit::{OpenedExport, Platform, new_user, usecase_on_both};

usecase_on_both! {
    /// The newest 20,000 events are there, and the manifest says that there are more.
    async fn too_many_events(platform: Platform) {
        let (app, admin) = (&platform.app, platform.admin().await);
        let bob = platform.user(&admin, new_user("bob", &[])).await;
        let grant = admin.allow(Permission::UserUpdate, &bob.resource()).unwrap();
        let target = EventTarget { kind: TargetType::User, id: bob.id().to_string(), label: "bob".to_owned() };
        let event = Event::new(Action::UserUpdated, target);
        let context = EventContext::of(&admin.actor, "", "", "");
        for count in [5_000, 20_000] {
            platform.clock.advance(60);
            let events = (0..count).map(|_| (app.new_id(), &event)).collect();
            let tx = app.db.begin().await.unwrap();
            tx.commit(grant.clone(), &context, admin.now(), events).await.unwrap();
        }
        let export = export_user(&admin, bob.id()).await.unwrap();
        assert!(export.file_name.starts_with("bob-") && export.file_name.ends_with(".zip"));
        let opened = OpenedExport::open(&export.bytes);
        let events = opened.rows::<AuditEvent>("audit_events");
        assert_eq!(events.len(), 20_000);
        assert!(events.iter().all(|event| event.at == admin.now()));
        let notes = opened.manifest["notes"].as_array().unwrap();
        assert_eq!(notes.len(), 1);
        assert!(notes[0].as_str().unwrap().starts_with("audit_events.jsonl has the newest 20000 rows"), "{notes:?}");
    }
}
