//! Settings.

use quarterdeck_domain::{
    Page,
    settings::{
        ListSettingHistory, ResetSetting, RestoreSetting, Setting, SettingVersion, UpdateSetting, UpdateSettings,
    },
};

use crate::{Client, ClientError, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    /// All settings.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_settings(&self) -> Result<Page<Setting>> {
        self.get("/api/v1/settings".to_owned()).await
    }

    /// Changes several settings: all or none.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn update_settings(&self, body: &UpdateSettings) -> Result<Page<Setting>> {
        self.patch("/api/v1/settings".to_owned(), body, None).await
    }

    /// One setting.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_setting(&self, key: &str) -> Result<Setting> {
        self.get(format!("/api/v1/settings/{key}")).await
    }

    /// Changes a setting.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn update_setting(&self, key: &str, body: &UpdateSetting, if_match: Option<u32>) -> Result<Setting> {
        self.patch(format!("/api/v1/settings/{key}"), body, if_match).await
    }

    /// Goes back to the default.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn reset_setting(&self, key: &str, body: &ResetSetting, if_match: Option<u32>) -> Result<Setting> {
        let query = serde_urlencoded::to_string(body).map_err(|error| ClientError::Decode(error.to_string()))?;
        let path = format!("/api/v1/settings/{key}?{query}");
        self.transport.send(Request::new(Method::Delete, path).if_match(if_match)).await?.json()
    }

    /// A page of the former values of a setting.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_setting_history(&self, key: &str, request: &ListSettingHistory) -> Result<Page<SettingVersion>> {
        self.list(&format!("/api/v1/settings/{key}/history"), request).await
    }

    /// Goes back to a former value.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn restore_setting(&self, key: &str, version: u32, body: &RestoreSetting) -> Result<Setting> {
        self.send(Method::Post, format!("/api/v1/settings/{key}/history/{version}/restoration"), body).await
    }
}
