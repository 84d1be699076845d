//! Where the page is served: nowhere but on this machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// What is taken where no address is given: any port that is free.
pub const DEFAULT: &str = "127.0.0.1:0";

/// Reads `IP:PORT` or `PORT`.
pub fn parse(text: &str) -> Result<SocketAddr, String> {
    let address = match text.strip_prefix("localhost:").unwrap_or(text).parse() {
        Ok(port) => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port),
        Err(_) => text.parse().map_err(|_| {
            format!(
                "`{text}` is no address: write 127.0.0.1:PORT, [::1]:PORT or PORT, where 0 is any free one"
            )
        })?,
    };
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err(format!(
        "{} is seen by other machines, and the page shows whatever modules are sent, without encryption: it is served on this \
         machine alone, at 127.0.0.1:PORT or [::1]:PORT; from elsewhere reach it by `ssh -L`",
        address.ip()
    ))
}

/// What a browser of this machine calls a server at the address. Whatever else stands in `Host` is a name that somebody made
/// lead here.
pub fn hosts(address: SocketAddr) -> Vec<String> {
    let ip = match address.ip() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    let names = [ip, "localhost".to_owned()];
    let with_port = names.iter().map(|name| format!("{name}:{}", address.port()));
    // The port of HTTP itself is left out.
    let without = if address.port() == 80 { &names[..] } else { &[] };
    with_port.chain(without.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine() {
        for (text, expected) in [
            ("127.0.0.1:0", "127.0.0.1:0"),
            ("8000", "127.0.0.1:8000"),
            ("localhost:8000", "127.0.0.1:8000"),
            ("127.1.2.3:80", "127.1.2.3:80"),
            ("[::1]:1", "[::1]:1"),
        ] {
            assert_eq!(parse(text).map(|address| address.to_string()), Ok(expected.to_owned()));
        }
        for text in ["0.0.0.0:80", "[::]:80", "192.168.1.1:80", "[::ffff:127.0.0.1]:80", "8.8.8.8:1"] {
            assert!(parse(text).is_err_and(|why| why.contains("this machine alone")), "{text}");
        }
        for text in ["", "x", "127.0.0.1", "example.org:80", "65536", "-1", "127.0.0.1:80/x", "::1:80"] {
            assert!(
                parse(text).is_err_and(|why| why.contains("is no address") || text == "::1:80"),
                "{text}"
            );
        }
        assert_eq!(hosts(parse("127.0.0.1:80").expect("an address")).len(), 4);
        assert_eq!(hosts(parse("[::1]:8").expect("an address")), ["[::1]:8", "localhost:8"]);
    }
}
