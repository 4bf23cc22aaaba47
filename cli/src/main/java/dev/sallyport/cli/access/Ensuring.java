package dev.sallyport.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Notice;
import dev.sallyport.cli.Terminal;
import dev.sallyport.cli.TimeSpan;
import dev.sallyport.cli.access.AccessApi.Ensured;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The way from a choice to a grant that several commands go: choose, justify, show what will be, agree, ask, wait. */
public final class Ensuring {

    @Mixin
    private final ChoiceOptions choice = new ChoiceOptions();

    @Mixin
    private final Justification why = new Justification();

    @Option(
            names = {"-y", "--yes"},
            description = "do not ask whether to send the request")
    private boolean yes;

    /** What was wanted and what became of it. */
    public record Wanted(Entitlement entitlement, Ensured ensured) {}

    /** Chooses, and asks for what is missing. Nothing is made yet. */
    public List<Entitlement> choose(AccessApi api) {
        List<Entitlement> wanted = choice.from(api.entitlements());
        why.complete(wanted);
        return wanted;
    }

    @Nullable public Duration duration() {
        return why.duration();
    }

    public List<Wanted> preview(AccessApi api, List<Entitlement> wanted) {
        return paired(wanted, api.ensure(wanted, why, true));
    }

    /**
     * Has a live grant or an open request for each; asks first, when there is somebody to ask and something would be made.
     *
     * @throws CommandFailure when the person does not agree, or nobody is there to
     */
    public List<Wanted> ensure(AccessApi api, List<Entitlement> wanted) {
        if (!yes) {
            agree(preview(api, wanted));
        }
        return paired(wanted, api.ensure(wanted, why, false));
    }

    /** Waits until each is active. */
    public List<JsonNode> await(AccessApi api, List<Wanted> ensured, Duration patience) {
        Waiting waiting = new Waiting(api, Clock.systemUTC(), patience);
        return ensured.stream()
                .map(each -> waiting.active(each.entitlement(), each.ensured()))
                .toList();
    }

    private void agree(List<Wanted> previewed) {
        List<Wanted> made = previewed.stream()
                .filter(each -> each.ensured().outcome().startsWith("will_"))
                .toList();
        if (made.isEmpty()) {
            return;
        }
        if (!Terminal.interactive()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "nobody is there to be asked: look with --dry-run, then say --yes (" + told(made) + ")");
        }
        made.forEach(each -> Notice.info(sentence(each)));
        if (!Terminal.agrees(why.breakGlass() ? "Break the glass? It is recorded loudly." : "Send the request?")) {
            throw new CommandFailure(ExitCode.INTERRUPTED, "nothing was asked for");
        }
    }

    private String sentence(Wanted each) {
        Entitlement what = each.entitlement();
        String length = why.duration() == null
                ? what.terms()
                        .usual()
                        .map(usual -> " for " + TimeSpan.text(usual))
                        .orElse("")
                : " for " + TimeSpan.text(why.duration());
        String workflow = what.terms().workflow().isEmpty()
                ? ""
                : " (workflow " + what.terms().workflow() + ")";
        return switch (each.ensured().outcome()) {
            case "will_request" -> "This asks for " + what.label() + length + workflow + "; somebody has to approve it";
            case "will_extend" -> "This makes your grant of " + what.label() + " last longer" + length + workflow;
            case "will_activate" -> "This lets you in as " + what.label() + length + workflow;
            default -> each.ensured().outcome() + ": " + what.label() + length + workflow;
        };
    }

    private static String told(List<Wanted> made) {
        return made.stream()
                .map(each -> each.ensured().outcome() + " " + each.entitlement().label())
                .collect(Collectors.joining(", "));
    }

    private static List<Wanted> paired(List<Entitlement> wanted, List<Ensured> answers) {
        if (answers.size() != wanted.size()) {
            throw new CommandFailure(
                    ExitCode.FAILED, "the API answered something that this sally does not know: update it");
        }
        List<Wanted> paired = new ArrayList<>();
        for (int at = 0; at < wanted.size(); at++) {
            paired.add(new Wanted(wanted.get(at), answers.get(at)));
        }
        return paired;
    }
}
