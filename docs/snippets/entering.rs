use rp_host::{Error, Instance, Message, Reply};

pub fn entered(one: &Instance, payloads: &[&str]) -> Result<usize, Error> {
    let (mut turn, mut reply) = (one.enter()?, Reply::new());
    let mut answered = 0;
    for payload in payloads {
        let response = turn.call(&Message::new("command", payload), &mut reply)?;
        answered += usize::from(response.is_success());
    }
    Ok(answered)
}
