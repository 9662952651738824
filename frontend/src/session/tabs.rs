//! What the tabs of a browser tell each other of the session that they share.

use std::cell::RefCell;

use wasm_bindgen::{JsCast, closure::Closure};

thread_local! {
    static CHANNEL: RefCell<Option<web_sys::BroadcastChannel>> = const { RefCell::new(None) };
}

/// What happened in one tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Somebody signed in.
    SignedIn,
    /// Somebody signed out.
    SignedOut,
}

impl News {
    const ALL: [Self; 2] = [Self::SignedIn, Self::SignedOut];

    const fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
        }
    }
}

/// Tells the other tabs.
pub fn tell(news: News) {
    CHANNEL.with_borrow(|channel| {
        if let Some(channel) = channel {
            let _unheard = channel.post_message(&news.name().into());
        }
    });
}

/// Hears what the other tabs tell, for as long as the page lives.
pub fn listen(hear: impl Fn(News) + 'static) {
    let Ok(channel) = web_sys::BroadcastChannel::new("qd-session") else { return };
    let heard = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
        let name = event.data().as_string();
        if let Some(news) = News::ALL.into_iter().find(|news| name.as_deref() == Some(news.name())) {
            hear(news);
        }
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    CHANNEL.with_borrow_mut(|slot| *slot = Some(channel));
}
