package dev.sallyport.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Lengths of time as people write them: {@code 90s}, {@code 30m}, {@code 1h30m}, {@code 2d}; ISO 8601 is taken too. */
public final class TimeSpan implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        Duration span = parse(text.strip().toUpperCase(Locale.ROOT), text);
        if (span.isNegative() || span.isZero()) {
            throw wrong(text);
        }
        return span;
    }

    private static Duration parse(String upper, String original) {
        if (upper.matches("(\\d{1,6}[DHMS])+")) {
            int day = upper.indexOf('D');
            String days = day < 0 ? "" : upper.substring(0, day + 1);
            String rest = upper.substring(day + 1);
            return iso("P" + days + (rest.isEmpty() ? "" : "T" + rest), original);
        }
        return iso(upper, original);
    }

    private static Duration iso(String text, String original) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw wrong(original);
        }
    }

    private static TypeConversionException wrong(String text) {
        return new TypeConversionException("'" + text + "' is no length of time: 90s, 30m, 1h30m, 2d");
    }

    /** As short as it can be said: {@code 1h30m}. */
    public static String text(Duration span) {
        if (span.toSeconds() < 1) {
            return "0s";
        }
        return part(span.toDays(), "d")
                + part(span.toHoursPart(), "h")
                + part(span.toMinutesPart(), "m")
                + part(span.toSecondsPart(), "s");
    }

    private static String part(long count, String unit) {
        return count == 0 ? "" : count + unit;
    }
}
