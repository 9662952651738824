//! Parser of `text/event-stream` (HTML Living Standard, server-sent events), fed in pieces.

use std::mem::take;

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// Its name; empty when it has none.
    pub name: String,
    /// Where to resume after it.
    pub id: Option<String>,
    /// Its lines of data.
    pub data: String,
}

/// What was received of the event that is not yet complete.
#[derive(Debug, Default)]
pub(super) struct Parser {
    rest: String,
    name: String,
    id: Option<String>,
    data: Vec<String>,
}

impl Parser {
    /// Takes the next piece and gives the events that it completes.
    pub fn feed(&mut self, piece: &str) -> Vec<Event> {
        self.rest.push_str(piece);
        let mut events = Vec::new();
        while let Some(end) = self.rest.find('\n') {
            let line: String = self.rest.drain(..=end).collect();
            let line = line.trim_end_matches(['\n', '\r']);
            if line.is_empty() {
                events.extend(self.finish());
            } else {
                self.take(line);
            }
        }
        events
    }

    fn take(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => self.data.push(value.to_owned()),
            "id" => self.id = Some(value.to_owned()),
            _ => {}
        }
    }

    fn finish(&mut self) -> Option<Event> {
        let (name, id, data) = (take(&mut self.name), self.id.take(), take(&mut self.data));
        (!data.is_empty()).then(|| Event { name, id, data: data.join("\n") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_in_pieces() {
        let mut parser = Parser::default();
        assert!(parser.feed(": hello\n\nid: 7\nda").is_empty());
        let events = parser.feed("ta: {\"a\":\r\ndata: 1}\n\nevent: gap\ndata: x\n");
        let event = |name: &str, id: Option<&str>, data: &str| Event {
            name: name.to_owned(),
            id: id.map(str::to_owned),
            data: data.to_owned(),
        };
        assert_eq!(events, [event("", Some("7"), "{\"a\":\n1}")]);
        assert_eq!(parser.feed("\n"), [event("gap", None, "x")]);
        assert_eq!(parser.feed("data: y\n\n"), [event("", None, "y")], "a name is for one event");
    }
}
