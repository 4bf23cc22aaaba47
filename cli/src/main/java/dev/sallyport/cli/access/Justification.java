package dev.sallyport.cli.access;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Terminal;
import dev.sallyport.cli.TimeSpan;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Why, and for how long: the options that go into a request. */
public final class Justification {

    @Option(
            names = {"-r", "--reason"},
            paramLabel = "TEXT",
            description = "why; asked for when the workflow wants one")
    private @Nullable String reason;

    @Option(
            names = "--ticket",
            paramLabel = "ID",
            description = "the ticket that this is for; asked for when the workflow wants one")
    private @Nullable String ticket;

    @Option(
            names = {"-d", "--duration"},
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "for how long: 30m, 1h30m (default: as the workflow says)")
    private @Nullable Duration duration;

    @Option(
            names = "--break-glass",
            description = "let me in at once, without approval, in an emergency: needs the permission and a reason,"
                    + " and is recorded loudly")
    private boolean breakGlass;

    boolean breakGlass() {
        return breakGlass;
    }

    @Nullable Duration duration() {
        return duration;
    }

    /**
     * Asks for what the workflows of {@code wanted} want and was not given.
     *
     * @throws CommandFailure when nobody is there to be asked, or nothing was answered
     */
    void complete(List<Entitlement> wanted) {
        if (blank(reason)
                && (breakGlass || wanted.stream().anyMatch(each -> each.terms().reason()))) {
            reason = asked("reason", "Why do you need it? ", "--reason");
        }
        if (blank(ticket) && wanted.stream().anyMatch(each -> each.terms().ticket())) {
            ticket = asked("ticket", "Which ticket is it for? ", "--ticket");
        }
    }

    private static String asked(String what, String question, String flag) {
        return Terminal.ask(question)
                .filter(answer -> !answer.isBlank())
                .orElseThrow(
                        () -> new CommandFailure(ExitCode.USAGE, "a " + what + " is needed: give it with " + flag));
    }

    /** As the API takes them; what was not said is left out, so that the workflow decides. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (!blank(reason)) {
            fields.put("reason", reason);
        }
        if (!blank(ticket)) {
            fields.put("ticket", ticket);
        }
        if (duration != null) {
            fields.put("duration_seconds", duration.toSeconds());
        }
        if (breakGlass) {
            fields.put("breakglass", true);
        }
        return fields;
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
