//! The end of the server, as streams learn of it: they would hold their connection open otherwise.

use tokio::sync::watch;

/// Tells streams that the server stops.
#[derive(Debug, Clone)]
pub struct Closing(watch::Sender<bool>);

impl Default for Closing {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Closing {
    /// Ends all streams.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Waits for the end.
    pub fn wait(&self) -> impl Future<Output = ()> + use<> {
        let mut receiver = self.0.subscribe();
        async move {
            // The sender lives as long as the server: a lost one is the end as well.
            let _ = receiver.wait_for(|closing| *closing).await;
        }
    }
}
