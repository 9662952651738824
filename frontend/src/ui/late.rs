//! Forms that come with a chunk of their own, when they are first asked for.

use leptos::{prelude::*, wasm_split::SplitLoaderError};

use super::toast::use_toasts;
use crate::{browser, i18n::text};

/// What draws a form, loaded once `asked` is something. When it does not come, nothing is asked any more, and a toast says so.
pub fn late<T, D>(
    asked: RwSignal<Option<T>>,
    load: impl AsyncFn() -> Result<D, SplitLoaderError> + Copy + 'static,
) -> RwSignal<Option<D>>
where
    T: Send + Sync + 'static,
    D: Send + Sync + 'static,
{
    let (toasts, loaded) = (use_toasts(), RwSignal::new(None));
    browser::effect(move || {
        if asked.with(Option::is_none) || loaded.with_untracked(Option::is_some) {
            return;
        }
        browser::spawn(async move {
            match load().await {
                Ok(draw) => {
                    loaded.try_set(Some(draw));
                }
                Err(_) => {
                    asked.try_set(None);
                    toasts.warn(text::ui::form_failed());
                }
            }
        });
    });
    loaded
}
