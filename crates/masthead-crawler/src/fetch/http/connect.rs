//! Stands around the making of connections: bounds its time, and takes the moment at which the request leaves.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use thiserror::Error;
use tower_layer::Layer;
use tower_service::Service;

use crate::pace::Departure;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

tokio::task_local! {
    /// Whose request the current task makes. The client polls the connector within the request's own future. Where
    /// another connection is free first, the rest of the connecting goes on in a task of its own, which has no
    /// departure: what comes of it waits in the pool, and no request leaves on it for now.
    static DEPARTURE: Option<Departure>;
}

/// Runs a request so that its connections know whose they are.
pub(super) async fn departing<F: Future>(departure: Option<Departure>, request: F) -> F::Output {
    DEPARTURE.scope(departure, request).await
}

fn departure() -> Option<Departure> {
    DEPARTURE.try_with(Clone::clone).ok().flatten()
}

/// The layer around the connector.
#[derive(Clone)]
pub(super) struct AtDeparture {
    pub(super) timeout: Duration,
}

/// No connection in time.
#[derive(Debug, Error)]
#[error("no connection in time")]
pub(super) struct ConnectTimedOut;

#[derive(Clone)]
pub(super) struct Connector<S> {
    inner: S,
    timeout: Duration,
}

impl<S> Layer<S> for AtDeparture {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Connector<S> {
        Connector { inner, timeout: self.timeout }
    }
}

impl<S, T> Service<T> for Connector<S>
where
    S: Service<T, Error = BoxError>,
    S::Future: Send + 'static,
    S::Response: Send,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, target: T) -> Self::Future {
        if let Some(departure) = departure() {
            departure.connecting();
        }
        let connecting = self.inner.call(target);
        let timeout = self.timeout;
        Box::pin(async move {
            // Here and not by the client's own setting, which would count the wait below.
            let connection =
                tokio::time::timeout(timeout, connecting).await.map_err(|_| ConnectTimedOut)??;
            if let Some(departure) = departure() {
                departure.leave().await;
            }
            Ok(connection)
        })
    }
}
