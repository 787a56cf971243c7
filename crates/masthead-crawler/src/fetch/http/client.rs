//! The settings of the HTTP client, and whom it trusts.

use std::sync::Arc;

use reqwest::cookie::Jar;
use reqwest::header::HeaderValue;
use reqwest::{Certificate, Client, ClientBuilder, redirect, retry};
use url::Url;

use super::connect::AtDeparture;
use super::options::{HttpOptions, HttpSetupError, PresetCookie, Proxy};
use super::reach::{Reach, Resolver};

/// Some servers send a header line for each of a few hundred cookies or policies.
const MAX_HEADERS: usize = 1000;
/// The largest head over HTTP/2, in bytes: as over HTTP/1, where it is the read buffer.
const MAX_HEAD: u32 = 400 << 10;

/// The client that trusts the system's authorities, or, on a machine that knows none, those compiled in.
pub(super) fn client(options: &HttpOptions, reach: &Arc<Reach>) -> Result<Client, HttpSetupError> {
    // Another crate of the program may switch on a second provider, and then rustls no longer chooses by itself.
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let extra = extra_roots(options)?;
    match settings(options, reach)?.build() {
        Ok(client) if extra.is_empty() => Ok(client),
        Ok(_) => finish(settings(options, reach)?.tls_certs_merge(extra)),
        // Without extra roots, a system without certificates fails here; with them, no other host would be trusted.
        Err(_) => finish(settings(options, reach)?.tls_certs_only(bundled_roots()?.into_iter().chain(extra))),
    }
}

fn finish(builder: ClientBuilder) -> Result<Client, HttpSetupError> {
    builder.build().map_err(failed)
}

fn failed(error: reqwest::Error) -> HttpSetupError {
    HttpSetupError::Client(error.into())
}

/// Nothing happens behind the caller's back: redirects, retries and proxies are the caller's to decide.
fn settings(options: &HttpOptions, reach: &Arc<Reach>) -> Result<ClientBuilder, HttpSetupError> {
    let user_agent = HeaderValue::from_str(&options.user_agent).map_err(|_| HttpSetupError::UserAgent)?;
    let builder = Client::builder()
        .user_agent(user_agent)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .pool_max_idle_per_host(options.idle_connections)
        .http1_max_headers(MAX_HEADERS)
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http2_max_header_list_size(MAX_HEAD)
        .dns_resolver(Resolver(Arc::clone(reach)))
        .connector_layer(AtDeparture { timeout: options.connect_timeout });
    let builder = match options.cookies {
        true => builder.cookie_provider(Arc::new(jar(&options.preset)?)),
        false => builder,
    };
    match &options.proxy {
        Proxy::None => Ok(builder.no_proxy()),
        Proxy::Environment => Ok(builder),
        Proxy::Url(url) => {
            let proxy = reqwest::Proxy::all(url).map_err(|_| HttpSetupError::Proxy)?;
            Ok(builder.no_proxy().proxy(proxy))
        }
    }
}

/// The cookies that are there from the beginning.
fn jar(preset: &[PresetCookie]) -> Result<Jar, HttpSetupError> {
    let jar = Jar::default();
    for cookie in preset {
        let fault = || HttpSetupError::Cookie { name: cookie.name.clone() };
        // RFC 6265 §4.1.1: cookie-octet.
        let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\');
        if !cookie.name.chars().all(|c| fits(c) && c != '=') || !cookie.value.chars().all(fits) {
            return Err(fault());
        }
        let url = Url::parse(&format!("https://{}/", cookie.host)).map_err(|_| fault())?;
        let domain = url.domain().map(|domain| format!("; Domain={domain}")).unwrap_or_default();
        let secure = if cookie.secure { "; Secure" } else { "" };
        jar.add_cookie_str(&format!("{}={}; Path=/{domain}{secure}", cookie.name, cookie.value), &url);
    }
    Ok(jar)
}

fn extra_roots(options: &HttpOptions) -> Result<Vec<Certificate>, HttpSetupError> {
    let mut roots = Vec::new();
    for (at, pem) in options.extra_roots.iter().enumerate() {
        let fault = HttpSetupError::ExtraRoot(at + 1);
        match Certificate::from_pem_bundle(pem) {
            Ok(certificates) if !certificates.is_empty() => roots.extend(certificates),
            _ => return Err(fault),
        }
    }
    Ok(roots)
}

fn bundled_roots() -> Result<Vec<Certificate>, HttpSetupError> {
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    roots.map(|root| Certificate::from_der(root.as_ref()).map_err(failed)).collect()
}

#[cfg(test)]
mod tests {
    use reqwest::cookie::CookieStore as _;

    use super::*;

    fn cookie(name: &str, value: &str, secure: bool) -> PresetCookie {
        PresetCookie { name: name.to_owned(), value: value.to_owned(), host: "a.example".to_owned(), secure }
    }

    #[test]
    fn preset_cookies_go_to_their_host_alone_and_secrets_over_https() {
        let jar = jar(&[cookie("consent", "yes", false), cookie("login", "s3cret", true)]).unwrap();
        let sent = |url: &str| {
            let sent = jar.cookies(&Url::parse(url).unwrap());
            let text = sent.map(|sent| sent.to_str().unwrap().to_owned()).unwrap_or_default();
            let mut cookies: Vec<String> = text.split("; ").map(str::to_owned).collect();
            cookies.sort();
            cookies.join(" ")
        };
        assert_eq!(sent("https://a.example/x"), "consent=yes login=s3cret");
        assert_eq!(sent("https://www.a.example/"), "consent=yes login=s3cret");
        assert_eq!(sent("http://a.example/"), "consent=yes");
        assert_eq!(sent("https://b.example/"), "");
        assert!(super::jar(&[cookie("a", "b; Domain=example", false)]).is_err());
    }

    #[test]
    fn a_preset_cookie_shows_no_value() {
        assert_eq!(format!("{:?}", cookie("login", "s3cret", true)), "login=… for a.example");
    }
}
