//! The server: from the start to the graceful stop.

use std::{
    future::Future,
    net::{SocketAddr, TcpListener},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use quarterdeck_api::{ConsoleFiles, Http, HttpConfig};
use quarterdeck_app::{App, api_keys, jobs, live, setup};
use tokio::{
    net::TcpSocket,
    signal::unix::{SignalKind, signal},
    sync::Notify,
    time::{sleep, timeout},
};

use crate::{config::Config, database::Place, failure::Failure, lock::FolderLock, logging, platform, speech};

/// Time that requests under way have to end after the stop began.
const REQUESTS: Duration = Duration::from_secs(6);
/// Time that background work has to end its step.
const BACKGROUND: Duration = Duration::from_secs(2);
/// Time that the database has to fold its log into its file.
const CLOSING: Duration = Duration::from_secs(1);
/// Connections that may wait to be accepted.
const WAITING: u32 = 1_024;
/// Threads of the background work; requests have threads of their own.
const THREADS: usize = 2;

/// Runs the server, with this console, until it is asked to stop.
///
/// # Errors
/// When it cannot start.
pub fn run(mut config: Config, console: ConsoleFiles) -> Result<ExitCode, Failure> {
    let mut lock = FolderLock::take(&config.data_dir)?;
    let _logging = logging::start(&config)?;
    for name in &config.unknown_variables {
        tracing::warn!(variable = name, "the environment variable {name} is not one that Quarterdeck reads");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no thread can be started: {error}")))?;
    let outcome = runtime.block_on(async {
        let listener = listen(config.listen)?;
        // Links need the port before the first request comes.
        config.listen = listener.local_addr().unwrap_or(config.listen);
        if let Err(error) = lock.listens(config.listen) {
            tracing::warn!(%error, "the address cannot be written into the data folder; links of the command line may miss it");
        }
        serve(&config, console, listener).await
    });
    runtime.shutdown_timeout(Duration::from_millis(100));
    outcome.map(|()| ExitCode::SUCCESS)
}

/// Begins to listen. Requests wait in line until the server answers.
fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let open = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(WAITING)?.into_std()
    };
    open().map_err(|error| {
        Failure::new(format!("the address {address} cannot be listened on: {error}; choose another with --listen"))
    })
}

async fn serve(config: &Config, console: ConsoleFiles, listener: TcpListener) -> Result<(), Failure> {
    let app = platform::open(config).await?;
    live::start(&app).await?;
    jobs::take_over(&app).await?;
    api_keys::start(&app).await?;
    let http = Http::new(app.clone(), &http_config(config, console), listener)
        .map_err(|error| Failure::new(format!("the server cannot start: {error}")))?;
    let worker = quarterdeck_worker::spawn(app.clone());
    let stopping = Arc::new(Notify::new());
    let stop = stop_signal(stopping.clone())?;
    let serving = http.run_until(stop);
    tokio::pin!(serving);
    // The server answers while the words are being found.
    let served = tokio::select! {
        biased;
        served = &mut serving => served,
        told = welcome(config, &app) => {
            told?;
            tokio::select! {
                served = &mut serving => served,
                () = overdue(&stopping) => {
                    tracing::warn!("some requests did not end in time and were cut off");
                    Ok(())
                }
            }
        }
    };
    worker.stop(BACKGROUND).await;
    if timeout(CLOSING, app.db.clone().close()).await.is_err() {
        tracing::warn!("the database took too long to close; nothing is lost");
    }
    tracing::info!("stopped");
    served.map_err(|error| Failure::new(format!("the server failed: {error}")))
}

fn http_config(config: &Config, console: ConsoleFiles) -> HttpConfig {
    HttpConfig {
        trusted_proxies: config.trusted_proxies.clone(),
        behind_tls: config.behind_tls,
        console,
        shutdown_timeout: REQUESTS,
        workers: config.workers,
        ..HttpConfig::default()
    }
}

/// Prints where the server is and, when there is no administrator, how to make one.
async fn welcome(config: &Config, app: &Arc<App>) -> Result<(), Failure> {
    let place = Place::of(config)?.shown();
    speech::say(format_args!("Quarterdeck {} on {} ({place})", app.config.version, app.base_url()));
    tracing::info!(address = %config.listen, database = place, version = app.config.version, "listening");
    if let Some(link) = setup::prepare(app).await? {
        speech::say("There is no administrator yet. Open this link to set the platform up; it works once, for 7 days:");
        speech::say(format_args!("  {link}"));
    }
    Ok(())
}

/// Waits for SIGTERM or SIGINT; a second one ends the process at once.
fn stop_signal(stopping: Arc<Notify>) -> Result<impl Future<Output = ()>, Failure> {
    let listen = |kind| signal(kind).map_err(|error| Failure::new(format!("signals cannot be had: {error}")));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("asked to stop (SIGTERM)"),
            _ = interrupt.recv() => tracing::info!("asked to stop (SIGINT)"),
        }
        stopping.notify_one();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            std::process::exit(130);
        });
    })
}

/// Ends when requests have had their time after the stop began.
async fn overdue(stopping: &Notify) {
    stopping.notified().await;
    sleep(REQUESTS + Duration::from_millis(500)).await;
}
