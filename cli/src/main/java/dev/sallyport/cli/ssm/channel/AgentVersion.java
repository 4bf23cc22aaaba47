package dev.sallyport.cli.ssm.channel;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The four numbers of an agent's version, for instance {@code 3.3.551.0}. */
record AgentVersion(int major, int minor, int build, int patch) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})");

    /** Empty for what is no version. */
    static Optional<AgentVersion> parse(String text) {
        Matcher numbers = FORM.matcher(text);
        return numbers.matches()
                ? Optional.of(new AgentVersion(
                        Integer.parseInt(numbers.group(1)),
                        Integer.parseInt(numbers.group(2)),
                        Integer.parseInt(numbers.group(3)),
                        Integer.parseInt(numbers.group(4))))
                : Optional.empty();
    }

    boolean isOlderThan(AgentVersion other) {
        return java.util.Arrays.compare(
                        new int[] {major, minor, build, patch},
                        new int[] {other.major, other.minor, other.build, other.patch})
                < 0;
    }
}
