//! Parser of `text/event-stream` (HTML Living Standard, server-sent events), fed in pieces.

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// Where to resume after it.
    pub id: Option<String>,
    /// Its lines of data.
    pub data: String,
}

/// What was received of the event that is not yet complete.
#[derive(Debug, Default)]
pub(super) struct Parser {
    rest: String,
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
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => self.data.push(value.to_owned()),
            "id" => self.id = Some(value.to_owned()),
            _ => {}
        }
    }

    fn finish(&mut self) -> Option<Event> {
        let (id, data) = (self.id.take(), std::mem::take(&mut self.data));
        (!data.is_empty()).then(|| Event { id, data: data.join("\n") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_in_pieces() {
        let mut parser = Parser::default();
        assert!(parser.feed(": hello\n\nid: 7\nda").is_empty());
        let events = parser.feed("ta: {\"a\":\r\ndata: 1}\n\ndata: x\n");
        assert_eq!(events, [Event { id: Some("7".to_owned()), data: "{\"a\":\n1}".to_owned() }]);
        assert_eq!(parser.feed("\n"), [Event { id: None, data: "x".to_owned() }]);
    }
}
