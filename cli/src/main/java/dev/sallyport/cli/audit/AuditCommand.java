package dev.sallyport.cli.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Table;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.http.ApiAccess;
import dev.sallyport.contracts.audit.ChainVerdict;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sally audit}. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows sessions and their statements, and proves that the record of one is whole.",
        subcommands = {
            AuditCommand.Sessions.class,
            AuditCommand.Statements.class,
            AuditCommand.Verify.class,
            AuditCommand.Export.class
        },
        footer = {
            "",
            "Examples:",
            "  sally audit sessions --person ada --target orders",
            "  sally audit statements ses_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE",
            "  sally audit verify ses_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE",
            "  sally audit export ses_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE --to session.ndjson",
            "  sally audit verify --file session.ndjson"
        })
public final class AuditCommand implements Runnable {

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    /** {@code sally audit sessions}. */
    @Command(
            name = "sessions",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Lists sessions, the youngest first.")
    static final class Sessions implements Callable<Integer> {

        @Option(names = "--person", paramLabel = "PERSON", description = "subject, name or e-mail address")
        private @Nullable String person;

        @Option(names = "--target", paramLabel = "TEXT", description = "a piece of the target's id")
        private @Nullable String target;

        @Option(names = "--role", paramLabel = "ROLE", description = "for instance hoop_ro")
        private @Nullable String role;

        @Option(names = "--text", paramLabel = "TEXT", description = "a piece of the SQL of one of their statements")
        private @Nullable String text;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "1 to 200 (default: 20)")
        private int limit = 20;

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() {
            JsonNode page = access.api()
                    .get("/api/audit/sessions?limit=" + limit + Api.filter("person", person)
                            + Api.filter("target", target) + Api.filter("role", role) + Api.filter("text", text));
            if (output.json()) {
                Output.print(page);
                return ExitCode.OK.number();
            }
            Table table = new Table("SESSION", "PERSON", "TARGET", "ROLE", "OPENED", "ENDED", "STATEMENTS");
            for (JsonNode item : page.path("items")) {
                table.row(
                        item.path("id").asText(),
                        item.path("grantee").path("name").asText(),
                        item.path("target").asText(),
                        item.path("role").asText(),
                        Table.seconds(item.path("opened_at").asText()),
                        item.path("cause").asText("open"),
                        item.path("statements").asText());
            }
            table.print(System.out);
            if (page.path("next_cursor").isTextual()) {
                System.out.println("There are more: --limit shows up to 200.");
            }
            return ExitCode.OK.number();
        }
    }

    /** {@code sally audit statements}. */
    @Command(
            name = "statements",
            mixinStandardHelpOptions = true,
            description = "Shows what was executed in a session, in its order.")
    static final class Statements implements Callable<Integer> {

        @Parameters(paramLabel = "SESSION", description = "its id")
        private String id = "";

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() {
            Trail.ofApi(access.api(), Trail.session(id), line -> {
                JsonNode statement = line.path("statement");
                if (!statement.isMissingNode()) {
                    System.out.println(output.json() ? statement.toString() : text(statement));
                }
            });
            return ExitCode.OK.number();
        }

        private static String text(JsonNode statement) {
            String rows = statement.path("rows").isNull()
                    ? ""
                    : ", rows " + statement.path("rows").asText();
            String what = statement.path("error_message").isNull()
                    ? statement.path("sql").asText()
                    : statement.path("sql").asText() + "  -- "
                            + statement.path("error_message").asText();
            return "%6s  %s  %s%s  %s"
                    .formatted(
                            statement.path("sequence").asText(),
                            statement.path("started_at").asText(),
                            statement.path("outcome").asText(),
                            rows,
                            what.replace('\n', ' '));
        }
    }

    /** {@code sally audit export}. */
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = {
                "Writes the record of a session, one JSON document a line: the session, then each statement.",
                "`sally audit verify --file` checks such a file anywhere, without a server."
            })
    static final class Export implements Callable<Integer> {

        @Parameters(paramLabel = "SESSION", description = "its id")
        private String id = "";

        @Option(names = "--to", paramLabel = "FILE", description = "where to (default: standard output)")
        private @Nullable Path file;

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Override
        public Integer call() {
            Api api = access.api();
            Path to = file;
            if (to == null) {
                PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
                Trail.ofApi(api, Trail.session(id), line -> out.print(line + "\n"));
                out.flush();
                return ExitCode.OK.number();
            }
            try (BufferedWriter out = Files.newBufferedWriter(to)) {
                Trail.ofApi(api, Trail.session(id), line -> write(out, line));
            } catch (IOException | UncheckedIOException e) {
                throw new CommandFailure(ExitCode.FAILED, "cannot write " + to + ": " + e.getMessage());
            }
            return ExitCode.OK.number();
        }

        private static void write(BufferedWriter out, JsonNode line) {
            try {
                out.write(line + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** {@code sally audit verify}. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Follows the chain of a session's statements from its first link to its last: was anything changed, left out or put"
                        + " in?",
                "Exit code 0 when every link holds, 1 when one does not, 2 when there was nothing to check."
            })
    static final class Verify implements Callable<Integer> {

        @Parameters(arity = "0..1", paramLabel = "SESSION", description = "its id")
        private @Nullable String id;

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "what `sally audit export` wrote, instead of the API")
        private @Nullable Path file;

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() {
            String asked = id;
            if (asked == null && file == null) {
                throw new CommandFailure(ExitCode.USAGE, "which one? Give a session's id, or --file");
            }
            Verification verification =
                    new Verification(asked == null ? null : Trail.session(asked).value());
            if (file != null) {
                Trail.ofFile(file, verification::line);
            } else if (asked != null) {
                Trail.ofApi(access.api(), Trail.session(asked), verification::line);
            }
            ChainVerdict verdict = verification.verdict();
            if (output.json()) {
                Output.print(document(verification.session(), verdict));
            } else {
                System.out.println(text(verdict));
            }
            return (verdict instanceof ChainVerdict.Intact ? ExitCode.OK : ExitCode.FAILED).number();
        }

        private static String text(ChainVerdict verdict) {
            return switch (verdict) {
                case ChainVerdict.Intact intact ->
                    "ok, " + intact.statements() + " statements, head " + intact.head()
                            + (intact.unrecorded() == 0
                                    ? ""
                                    : "\n" + intact.unrecorded() + " statements not recorded, as the chain itself says")
                            + (intact.complete() ? "" : "\nthe session is still open: more may follow");
                case ChainVerdict.Broken broken ->
                    "broken at statement " + broken.sequence() + ": " + broken.reason() + "\n  expected "
                            + broken.expected() + "\n  found    " + broken.found();
            };
        }

        private static Map<String, Object> document(String session, ChainVerdict verdict) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("session", session);
            switch (verdict) {
                case ChainVerdict.Intact intact -> {
                    document.put("verdict", "ok");
                    document.put("statements", intact.statements());
                    document.put("unrecorded", intact.unrecorded());
                    document.put("head", intact.head());
                    document.put("complete", intact.complete());
                }
                case ChainVerdict.Broken broken -> {
                    document.put("verdict", "broken");
                    document.put("sequence", broken.sequence());
                    document.put("reason", broken.reason());
                    document.put("expected", broken.expected());
                    document.put("found", broken.found());
                }
            }
            return document;
        }
    }
}
