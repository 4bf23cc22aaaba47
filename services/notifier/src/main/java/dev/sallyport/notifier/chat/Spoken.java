package dev.sallyport.notifier.chat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Durations and times as one says them in a chat. */
final class Spoken {

    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("d MMM HH:mm 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    /** In one or two units: {@code 45 s}, {@code 12 min}, {@code 1 h 30 min}, {@code 3 d 4 h}. */
    static String span(Duration duration) {
        if (duration.toMinutes() < 1) {
            return duration.toSeconds() + " s";
        }
        if (duration.toHours() < 1) {
            return duration.toMinutes() + " min";
        }
        return duration.toDays() < 1
                ? of(duration.toHours(), "h", duration.toMinutesPart(), "min")
                : of(duration.toDays(), "d", duration.toHoursPart(), "h");
    }

    /** In Slack's markup: each reader sees it by their own clock (docs.slack.dev, "Date formatting"). */
    static String time(Instant time) {
        return "<!date^" + time.getEpochSecond() + "^{date_short_pretty} at {time}|" + UTC.format(time) + ">";
    }

    private static String of(long large, String largeUnit, int small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }

    private Spoken() {}
}
