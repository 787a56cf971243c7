use jiff::tz::TimeZone;
use masthead_record::ZoneFrom;
use proptest::prelude::*;

use super::*;

const SEOUL: &str = "2019-08-21T16:56:00+09:00";

fn seoul() -> TimeZone {
    zones::named("Asia/Seoul").unwrap()
}

/// Reads without a format, at home in Seoul.
fn auto(text: &str, language: &str) -> Option<String> {
    let (seoul, locale) = (seoul(), Locale::parse(language));
    let rule = TimeRule { default_zone: Some(&seoul), locale: locale.as_ref(), ..TimeRule::default() };
    parse(text, &rule).map(|parsed| parsed.text)
}

/// Reads by a format, at home in Seoul.
fn by(format: &str, text: &str, language: &str) -> Option<String> {
    let (seoul, locale) = (seoul(), Locale::parse(language));
    let formats = [Format::parse(format).unwrap()];
    let rule = TimeRule {
        formats: &formats,
        default_zone: Some(&seoul),
        locale: locale.as_ref(),
        ..TimeRule::default()
    };
    parse(text, &rule).map(|parsed| parsed.text)
}

fn fault(format: &str) -> (usize, String) {
    let fault = Format::parse(format).unwrap_err();
    (fault.offset, fault.message)
}

#[test]
fn a_format_holds_its_label_and_any_white_space() {
    let format = "Posted : %Y-%m-%d %H:%M";
    for text in [
        "Posted : 2019-08-21 16:56",
        "Posted : 2019-08-21\u{a0} 16:56",
        "Posted :2019-08-21 16:56",
        "By Lee Ga-on Posted : 2019-08-21 16:56 Updated : 2019-08-21 18:14",
        "posted： ２０１９-08-21 16:56",
    ] {
        assert_eq!(by(format, text, "en").as_deref(), Some(SEOUL), "{text}");
    }
    for text in ["Updated : 2019-08-21 18:14", "Posted : 2019-08-2116:56", "Posted : 2019-08-21 16:560", ""] {
        assert_eq!(by(format, text, "en"), None, "{text}");
    }
}

#[test]
fn a_match_that_is_no_date_does_not_hide_the_next() {
    assert_eq!(by("%Y-%m-%d", "No. 2019-13-45, 2019-08-21", "en").as_deref(), Some("2019-08-21"));
    assert_eq!(by("%A %d %B %Y", "Updated Wednesday 21 August 2019", "en").as_deref(), Some("2019-08-21"));
}

#[test]
fn directives_read_what_they_say() {
    for (format, text, language, expected) in [
        ("%d.%m.%Y, %H:%M Uhr", "21.08.2019, 16:56 Uhr", "de", SEOUL),
        ("%-d. %B %Y", "1. März 2020", "de", "2020-03-01"),
        ("%d %b. %y", "21 août. 19", "fr", "2019-08-21"),
        ("%A, %d de %B de %Y", "segunda-feira, 10 de junho de 2014", "pt", "2014-06-10"),
        ("%Y년 %m월 %d일 %p %I:%M", "2019년8월21일 오후 4:56", "ko", SEOUL),
        ("%Y年%m月%d日 %p%I時%M分", "2019年8月21日 午後4時56分", "ja", SEOUL),
        ("%b %d, %Y %l:%M %p", "AUG 21, 2019 4:56 p.m.", "en", SEOUL),
        ("%D %R", "08/21/19 16:56", "en", SEOUL),
        ("%Y%m%d%H%M", "201908211656", "en", SEOUL),
        ("%Y-%j", "2019-233", "en", "2019-08-21"),
        ("%FT%T.%f%z", "2019-08-21T07:56:00.25Z", "en", "2019-08-21T07:56:00.250+00:00"),
        ("%F %T %z (%Z)", "2019-08-21 16:56:00 GMT+0900 (KST)", "en", SEOUL),
        ("%F %R %Z", "2019-08-21 16:56 KST", "en", SEOUL),
        ("%F %R %Z", "2019-08-21 16:56 cest", "en", "2019-08-21T16:56:00+02:00"),
        ("%F %R %Q", "2019-08-21 16:56 Europe/Paris", "en", "2019-08-21T16:56:00+02:00"),
        ("%s", "at 1566374160;", "en", SEOUL),
        ("100%% %F", "100% 2019-08-21", "en", "2019-08-21"),
    ] {
        assert_eq!(by(format, text, language).as_deref(), Some(expected), "{format}");
    }
    assert_eq!(by("%F %R %Z", "2019-08-21 16:56 IST", "en"), None, "of several meanings");
    assert_eq!(by("%d %B %Y", "21 Brumaire 2019", "en"), None);
}

#[test]
fn a_zone_beside_the_format_counts() {
    let paris = "2019-08-21T16:56:00+02:00";
    assert_eq!(by("%F %R CEST", "2019-08-21 16:56 CEST", "en").as_deref(), Some(paris));
    assert_eq!(by("%F %R", "2019-08-21 16:56 CEST", "en").as_deref(), Some(paris));
    assert_eq!(by("%F %R", "2019-08-21 16:56 +02:00", "en").as_deref(), Some(paris));
    assert_eq!(by("%FT%RZ", "2019-08-21T16:56Z", "en").as_deref(), Some("2019-08-21T16:56:00+00:00"));
    assert_eq!(by("%F %R", "2019-08-21 16:56 IST", "en"), None);
    assert_eq!(by("%F %R", "2019-08-21 16:56-18:00", "en").as_deref(), Some(SEOUL), "until six");
    assert_eq!(by("%F %R", "2019-08-21 16:56 SPORT", "en").as_deref(), Some(SEOUL));
}

#[test]
fn a_faulty_format_says_where_and_what_to_write() {
    assert_eq!(fault("Posted %Y-%m-%d %i").0, 16);
    assert!(fault("%Y-%m-%d %i").1.contains("`%M`"));
    assert!(fault("%d %B").1.contains("`%Y`"));
    assert_eq!(fault("날짜 %Y-%m").0, 10, "bytes");
    assert!(fault("%F %I:%M").1.contains("`%p`"));
    assert!(fault("%F %y").1.contains("same part"));
    assert!(fault("%F %Z").1.contains("`%H`"));
    assert!(fault("%F :%M").1.contains("`%H`"));
    assert_eq!(fault("no date"), (7, "the format has no date; add `%Y`, `%m` or `%b`, and `%d`".to_owned()));
    assert!(fault("%F %").1.contains("`%%`"));
    assert!(fault("%s %Y").1.contains("whole time"));
    assert!(fault("%A").1.contains("no date"));
}

#[test]
fn machine_forms_are_read() {
    for text in [
        "2019-08-21T16:56:00+09:00",
        "2019-08-21T16:56:00.000+0900",
        "2019-08-21 16:56",
        "2019-08-21T16:56",
        "20190821T165600+0900",
        "20190821165600",
        "2019-08-21T16:56+09",
        "2019-08-21T16:56:00[Asia/Seoul]",
        "Wed, 21 Aug 2019 16:56:00 +0900",
        "Monday, 21 Aug 2019 16:56 KST",
        "Wed Aug 21 16:56:00 2019",
        "Wed Aug 21 16:56:00 KST 2019",
        "Wed Aug 21 2019 16:56:00 GMT+0900 (Korean Standard Time)",
        "1566374160",
        "1566374160000",
    ] {
        assert_eq!(auto(text, "en").as_deref(), Some(SEOUL), "{text}");
    }
    let utc = Some("2019-08-21T07:56:00+00:00");
    assert_eq!(auto("2019-08-21T07:56:00Z", "en").as_deref(), utc);
    assert_eq!(auto("Wed, 21 Aug 2019 07:56:00 GMT", "en").as_deref(), utc);
    assert_eq!(auto("2019-08-21", "en").as_deref(), Some("2019-08-21"));
    assert_eq!(auto("20190821", "en").as_deref(), Some("2019-08-21"));
}

#[test]
fn long_forms_are_read_in_their_language() {
    for (text, language) in [
        ("August 21, 2019 4:56 p.m.", "en"),
        ("4:56pm, Aug. 21, 2019", "en"),
        ("Last updated on: Wednesday, 21st August 2019 at 16:56", "en"),
        ("21 août 2019 à 16h56", "fr"),
        ("21. August 2019, 16:56 Uhr", "de"),
        ("Veröffentlicht am 21. August 2019 um 16.56 Uhr", "de"),
        ("21 de agosto de 2019 a las 16:56", "es"),
        ("21 августа 2019 г. в 16:56", "ru"),
        ("onsdag den 21. august 2019 kl. 16.56", "da"),
        ("2019년 8월 21일 16:56", "ko"),
        ("입력 2019.08.21 16:56", "ko"),
        ("입력 : 2019-08-21 오후 4:56:00", "ko"),
        ("2019. 8. 21. (수) 16시 56분", "ko"),
        ("2019年8月21日16時56分", "ja"),
        ("2019年08月21日下午4:56", "zh"),
        ("Thứ Tư, 21 tháng 8, 2019 16:56", "vi"),
        ("21 Ağustos 2019 Çarşamba, 16:56", "tr"),
        ("21 AGOSTO 2019 ALLE 16:56", "it"),
        ("2019. augusztus 21. 16:56", "hu"),
        ("2019 m. rugpjūčio 21 d. 16:56", "lt"),
        ("21 أغسطس 2019 - 16:56", "ar"),
        ("2019/08/21 16:56", "zh"),
        ("2019年8月21日（水）16時56分", "ja"),
        ("srijeda, 21. august 2019. u 16:56", "bs"),
        ("၂၁ ဩဂုတ် ၂၀၁၉ ၁၆:၅၆", "my"),
        ("16:56 KST, Wed August 21, 2019", "en"),
        ("21/Aug/2019:16:56:00 +0900", "en"),
        ("Aug 21 2019  4:56PM", "en"),
        ("21 August 2019, 16:56 | Politics", "en"),
    ] {
        assert_eq!(auto(text, language).as_deref(), Some(SEOUL), "{text}");
    }
    assert_eq!(auto("21. März 2019", "").as_deref(), Some("2019-03-21"), "one meaning in every language");
    assert_eq!(auto("3 စက်တင်ဘာ 2019", "").as_deref(), Some("2019-09-03"));
    assert_eq!(auto("am 3. August 2019", "de").as_deref(), Some("2019-08-03"));
}

#[test]
fn nothing_is_guessed() {
    for text in [
        "03/04/2019",
        "13/04/2019",
        "21.08.2019",
        "21.08.19",
        "08-21-2019",
        "21 August",
        "August 2019",
        "16:56",
        "Wednesday",
        "2 hours ago",
        "Advertisement",
        "2019",
        "0105551234",
        "1398/05/30",
        "21 สิงหาคม 2562",
        "30 February 2019",
        "2019-08-21 25:00",
        "2019-08-21T24:30:00Z",
        "21 August 2019, 16:56 IST",
        "21 August 2019, 16:56 XYZT",
        "21 August 2019, 10:00-11:00",
        "21 August 2019, 10:00-11:00 (CET)",
        "2019-08-21T165:00",
        "2019-08-21+09:00",
        "21 August 2019 - 22 August 2019",
        "Published 16:56, updated 18:14, 21 August 2019",
        "The bridge was opened by the mayor on 21 August 2019",
        "On 21 August 2019 she resigned",
        "21 August 2019 at 4:56 in the afternoon",
        "21 de agosto de 2019 a las 4:56 de la tarde",
        "30 August - 2 September 2019",
        "August 21-22, 2019",
        "10.12.2019 16:56",
        "2019-W34-3",
        "平成31年4月30日",
        "21 August 2019 | 3 min read",
        "19 Aug 21",
    ] {
        assert_eq!(auto(text, "en"), None, "{text}");
    }
}

#[test]
fn who_said_the_zone_is_told() {
    let (seoul, rule) = (seoul(), TimeRule::default());
    let from = |text, rule: &TimeRule<'_>| parse(text, rule).map(|parsed| (parsed.text, parsed.zone_from));
    let read = |text: &str, zone| Some((text.to_owned(), zone));
    assert_eq!(from("2019-08-21", &rule), read("2019-08-21", None));
    let local = "2019-08-21T16:56";
    assert_eq!(from(local, &rule), read("2019-08-21T16:56:00+00:00", Some(ZoneFrom::Fallback)));
    let home = TimeRule { default_zone: Some(&seoul), ..rule };
    assert_eq!(from(local, &home), read(SEOUL, Some(ZoneFrom::Profile)));
    assert_eq!(from(SEOUL, &rule), read(SEOUL, Some(ZoneFrom::Page)));
    let forced = TimeRule { zone: Some(&seoul), ..rule };
    assert_eq!(
        from("2019-08-21T16:56:00Z", &forced),
        read(SEOUL, Some(ZoneFrom::Profile)),
        "a local time with a Z"
    );
    assert_eq!(from("21 August 2019 16:56 XYZT", &forced), read(SEOUL, Some(ZoneFrom::Profile)));
    let day = TimeRule { day_only: true, ..home };
    assert_eq!(from("2019-08-21T23:30:00Z", &day), read("2019-08-21", None));
}

#[test]
fn clock_changes_and_old_offsets_are_resolved() {
    let paris = zones::named("Europe/Paris").unwrap();
    let rule = TimeRule { default_zone: Some(&paris), ..TimeRule::default() };
    let read = |text| parse(text, &rule).unwrap().text;
    assert_eq!(read("2019-03-31 02:30"), "2019-03-31T03:30:00+02:00", "a time that the clocks skip");
    assert_eq!(read("2019-10-27 02:30"), "2019-10-27T02:30:00+02:00", "the first of two");
    assert_eq!(read("1850-01-01 12:00:00"), "1850-01-01T11:59:39+00:09", "Paris was 9 min 21 s ahead");
}

#[test]
fn a_long_text_is_no_time() {
    let text = format!("2019-08-21{}", " ".repeat(1_000));
    assert_eq!(auto(&text, "en"), None);
}

fn is_canonical(text: &str) -> bool {
    let offset = text.get(text.len().saturating_sub(6)..).unwrap_or_default();
    let instant = text.parse::<jiff::Timestamp>().is_ok() && offset.starts_with(['+', '-']);
    instant || (text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
        if let Some(read) = auto(&text, "en") {
            prop_assert!(is_canonical(&read), "{read}");
        }
    }

    #[test]
    fn texts_of_the_parts_of_dates_are_read_or_refused(
        text in "((0|1|2|3|12|21|30|59|60|99|2019|16:56|10000)|[-/:.,+T Z年月日時]|Aug|mars|am|p\\.m\\.|KST|UTC|GMT|\\(|\\)| ){0,14}",
    ) {
        for language in ["en", "ko", "tlh"] {
            if let Some(read) = auto(&text, language) {
                prop_assert!(is_canonical(&read), "{read}");
            }
        }
    }

    #[test]
    fn any_format_is_compiled_or_refused(format in "(%[-_0]?[a-zA-Z%]|[-:. /가aT]|\\PC){0,12}", text in "\\PC{0,40}") {
        match Format::parse(&format) {
            Ok(compiled) => {
                let formats = [compiled];
                if let Some(read) = parse(&text, &TimeRule { formats: &formats, ..TimeRule::default() }) {
                    prop_assert!(is_canonical(&read.text), "{}", read.text);
                }
            }
            Err(fault) => prop_assert!(fault.offset <= format.len()),
        }
    }

    #[test]
    fn what_was_written_is_read_again(second in 0_i64..4_000_000_000) {
        let zone = seoul();
        let written = reading::Moment::Instant(jiff::Timestamp::from_second(second).unwrap());
        let written = written.resolve(&TimeRule { default_zone: Some(&zone), ..TimeRule::default() }).unwrap().text;
        prop_assert_eq!(auto(&written, "en"), Some(written.clone()));
        prop_assert_eq!(by("%FT%T%z", &written, "en"), Some(written));
    }
}
