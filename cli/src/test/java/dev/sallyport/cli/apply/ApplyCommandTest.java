package dev.sallyport.cli.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.dbroles.PlayedApi;
import dev.sallyport.cli.dbroles.PlayedApi.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code sally apply} shows, calls and refuses, against an API that is a script. */
class ApplyCommandTest {

    private static final Path EXAMPLES = Path.of("../docs/examples/access");
    private static final String WORKFLOW = "/api/access/workflows/rds";
    private static final String INVENTORY = "/api/access/inventories/default";
    private static final String STORED =
            "'priority': 100, 'access_duration_seconds': 7200, 'default_duration_seconds': 3600,"
                    + " 'request_expiry_seconds': null, 'activation_expiry_seconds': null, 'activation': 'automatic',"
                    + " 'approval_required': true, 'approval_steps': [], 'extension': null, 'validation': {'reason_required': true,"
                    + " 'reason_regex': null, 'reason_message': null, 'ticket_required': false, 'ticket_regex': null,"
                    + " 'ticket_message': null}, 'revision': 3, 'built_in': false, 'updated_at': 'x', 'updated_by': 'admin'}";

    @TempDir
    private Path folder;

    private @SuppressWarnings("NullAway.Init") PlayedApi api;

    @BeforeEach
    void start() throws IOException {
        api = new PlayedApi(Files.createDirectory(folder.resolve("api")))
                .on("GET " + INVENTORY, 404, "{'code': 'not_found'}")
                .on("PUT " + INVENTORY, 200, "{}");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void theExamplesFitTheSchema() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            List<Document> documents = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                documents.addAll(YamlReader.read(file.toString(), Files.readString(file)));
            }
            assertThat(documents)
                    .hasSizeGreaterThan(5)
                    .allSatisfy(document ->
                            assertThat(Schema.load().flaws(document)).isEmpty());
        }
    }

    @Test
    void theSchemaIsPrintedForEditors() {
        assertThat(api.run("apply", "--schema").out())
                .contains("\"$id\": \"https://sallyport.dev/schemas/access.schema.json\"");
    }

    @Test
    void aPlanShowsWhatWouldBeMadeAndMakesNothing() throws IOException {
        Ran ran = api.run("apply", "-f", file("kind: Workflow\nname: rds\nspec: {priority: 1}\n"), "--plan");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("""
                + Workflow rds
                    priority: (none) → 1
                1 to create, 0 to change, 0 to remove, 0 unchanged
                """);
        assertThat(api.calls()).noneMatch(call -> call.startsWith("PUT"));
    }

    @Test
    void whatIsThereIsComparedFieldByFieldWithTheDefaultsOfWhatIsLeftOut() throws IOException {
        api.on("GET " + WORKFLOW, 200, "{'name': 'rds', " + STORED).on("PUT " + WORKFLOW, 200, "{}");

        Ran ran = api.run(
                "apply",
                "-f",
                file("kind: Workflow\nname: rds\nspec: {priority: 5, validation: {ticket_required: true}}\n"),
                "--yes");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("""
                ~ Workflow rds
                    priority: 100 → 5
                    access_duration_seconds: 7200 → 3600
                    validation.reason_required: true → false
                    validation.ticket_required: false → true
                0 to create, 1 to change, 0 to remove, 0 unchanged
                """);
        assertThat(api.calls())
                .contains("PUT " + WORKFLOW + " {\"priority\":5,\"validation\":{\"ticket_required\":true}}");
    }

    @Test
    void whatIsAsTheFilesSayIsLeftAlone() throws IOException {
        api.on("GET " + WORKFLOW, 200, "{'name': 'rds', " + STORED);

        Ran ran = api.run(
                "apply",
                "-f",
                file(
                        "kind: Workflow\nname: rds\nspec: {access_duration_seconds: 7200, validation: {reason_required: yes}}\n"),
                "--yes");

        assertThat(ran.out()).isEqualTo("0 to create, 0 to change, 0 to remove, 1 unchanged\n");
        assertThat(api.calls()).noneMatch(call -> call.startsWith("PUT " + WORKFLOW));
    }

    @Test
    void pruneRemovesWhatAnApplyMadeBeforeAndNothingElse() throws IOException {
        PlayedApi owned = new PlayedApi(folder)
                .on(
                        "GET " + INVENTORY,
                        200,
                        "{'items': [{'kind': 'Selector', 'name': 'old'}, {'kind': 'Workflow', 'name': 'gone'}]}")
                .on("PUT " + INVENTORY, 200, "{}")
                .on("GET /api/access/selectors/old", 200, "{'name': 'old', 'when': 'true', 'revision': 2}")
                .on("DELETE /api/access/selectors/old", 204, "")
                .on("GET " + WORKFLOW, 200, "{'name': 'rds', " + STORED);
        try (owned) {
            String file = file(
                    "kind: Workflow\nname: rds\nspec: {access_duration_seconds: 7200, validation: {reason_required: true}}\n");

            assertThat(owned.run("apply", "-f", file, "--plan").out()).contains("0 to remove");
            Ran ran = owned.run("apply", "-f", file, "--prune", "--yes");

            assertThat(ran.exitCode()).as(ran.err()).isZero();
            assertThat(ran.out()).contains("- Selector old\n", "1 to remove");
            assertThat(owned.calls())
                    .contains("DELETE /api/access/selectors/old")
                    .endsWith("PUT " + INVENTORY + " {\"items\":[{\"kind\":\"Workflow\",\"name\":\"rds\"}]}");
        }
    }

    @Test
    void aRefusalNamesWhatWasRefusedAndThatRepeatingIsSafe() throws IOException {
        api.on("PUT " + WORKFLOW, 412, "{'code': 'revision_mismatch', 'message': 'somebody changed it'}");

        Ran ran = api.run("apply", "-f", file("kind: Workflow\nname: rds\n"), "--yes");

        assertThat(ran.exitCode()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(ran.err()).contains("Workflow rds: ", "revision_mismatch", "repeating is safe");
    }

    @Test
    void everyFlawIsNamedWithFileLineAndField() throws IOException {
        String file = file("""
                kind: Workflow
                name: rds
                spec:
                  priority: high
                  acess_duration_seconds: 60
                ---
                kind: Availabilty
                name: x
                ---
                kind: Availability
                name: both
                spec:
                  workflow: rds
                  target: arn:aws:rds:us-west-2:111122223333:db:example/postgres
                  selector: all
                """);

        Ran ran = api.run("apply", "-f", file, "--plan");

        assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(ran.err())
                .contains(
                        file + ":4: Workflow rds: spec.priority ",
                        file + ":5: Workflow rds: spec ",
                        "acess_duration_seconds",
                        file + ":7: kind is one of Workflow, Selector, Availability, Policy, Proxy, Database, not"
                                + " 'Availabilty'",
                        "Availability both: spec ");
        assertThat(api.calls()).isEmpty();
    }

    @Test
    void whatIsNoYamlOrIsThereTwiceIsNamedByItsLine() throws IOException {
        assertThat(api.run("apply", "-f", file("kind: Workflow\nname: [\n"), "--plan")
                        .err())
                .contains("access.yaml:3");
        assertThat(api.run("apply", "-f", file("kind: Workflow\nkind: Selector\n"), "--plan")
                        .err())
                .contains("access.yaml:2: the field 'kind' is there twice");
        assertThat(api.run("apply", "-f", file("kind: Workflow\nname: a\n---\nkind: Workflow\nname: a\n"), "--plan")
                        .err())
                .contains("Workflow a is in ");
        assertThat(api.run("apply", "-f", file("kind: !!javax.script.ScriptEngineManager []\n"), "--plan")
                        .exitCode())
                .isEqualTo(ExitCode.USAGE.number());
        assertThat(api.run("apply", "--plan").err()).contains("give them with -f");
        assertThat(api.run("apply", "-f", folder.resolve("none").toString()).err())
                .contains("cannot be read");
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("access.yaml"), text).toString();
    }
}
