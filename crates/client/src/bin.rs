//! The bin.

use quarterdeck_domain::{
    BinItemId, Page,
    bin::{BinItem, ListBin, RestoreBinItem, RestoredBinItem},
};

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of what is in the bin.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_bin_items(&self, request: &ListBin) -> Result<Page<BinItem>> {
        self.list("/api/v1/bin", request).await
    }

    /// One thing in the bin.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_bin_item(&self, id: BinItemId) -> Result<BinItem> {
        self.get(format!("/api/v1/bin/{id}")).await
    }

    /// Brings something back.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn restore_bin_item(&self, id: BinItemId, body: &RestoreBinItem) -> Result<RestoredBinItem> {
        self.send(Method::Post, format!("/api/v1/bin/{id}/restoration"), body).await
    }
}
