//! One refresh at a time in all tabs, so that two never send the same refresh token.

use std::cell::RefCell;

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Does `refresh` while it holds a lock of the browser.
///
/// # Errors
/// Those of `refresh`.
pub async fn take<F>(refresh: fn() -> F) -> Result<(), ClientError>
where
    F: Future<Output = Result<(), ClientError>> + 'static,
{
    let locks = js_sys::Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object);
    let request = locks
        .as_ref()
        .and_then(|locks| js_sys::Reflect::get(locks, &"request".into()).ok()?.dyn_into::<js_sys::Function>().ok());
    let (Some(locks), Some(request)) = (locks, request) else { return refresh().await };
    let outcome = std::rc::Rc::new(RefCell::new(Ok(())));
    let inside = outcome.clone();
    let callback = Closure::once(move || -> js_sys::Promise {
        future_to_promise(async move {
            let result = refresh().await;
            *inside.borrow_mut() = result;
            Ok(JsValue::UNDEFINED)
        })
        .unchecked_into()
    });
    let promise = request.call2(&locks, &"qd-refresh".into(), callback.as_ref());
    match promise.and_then(JsCast::dyn_into::<js_sys::Promise>) {
        Ok(promise) => {
            let _settled = JsFuture::from(promise).await;
            outcome.replace(Ok(()))
        }
        Err(_) => refresh().await,
    }
}
