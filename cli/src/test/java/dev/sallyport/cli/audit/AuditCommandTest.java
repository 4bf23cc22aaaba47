package dev.sallyport.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.dbroles.PlayedApi;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.audit.StatementChain;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.audit.StatementExecuted.Outcome;
import dev.sallyport.contracts.audit.StatementExecuted.Parameter;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {

    private static final ObjectMapper JSON = EventJson.configure(new ObjectMapper());
    private static final SessionId SESSION = SessionId.next(InstantSource.system());
    private static final GrantId GRANT = GrantId.next(InstantSource.system());
    private static final Instant AT = Instant.parse("2026-03-10T12:00:00.120000Z");

    @TempDir
    Path folder;

    private PlayedApi api;
    private final List<StatementExecuted> statements = new ArrayList<>();
    private String head = StatementChain.START;

    @BeforeEach
    void record() throws IOException {
        api = new PlayedApi(folder);
        link("simple", 1L, null, List.of("SELECT größe FROM café -- 🐘"));
        link(
                "execute",
                null,
                "no such table",
                List.of("INSERT INTO ", "item VALUES ($1, $2)"),
                new Parameter("int4", "42"),
                new Parameter("text", null),
                new Parameter("text", ""));
        link(StatementExecuted.GAP, 7L, "7 statements were not recorded", List.of(""));
        link("simple", null, null, List.of("COMMIT"));
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void saysThatAChainHoldsHowLongItIsAndWhatItSaysIsMissing() throws IOException {
        play(statements, head);

        PlayedApi.Ran ran = api.run("audit", "verify", SESSION.value());

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .isEqualTo(
                        "ok, 3 statements, head " + head + "\n7 statements not recorded, as the chain itself says\n");
        assertThat(ran.exitCode()).isZero();
    }

    @Test
    void saysThatASessionIsStillOpen() throws IOException {
        play(statements, null);

        PlayedApi.Ran ran = api.run("audit", "verify", SESSION.value(), "--output", "json");

        assertThat(JSON.readTree(ran.out())).isEqualTo(JSON.readTree("""
                        {"session": "%s", "verdict": "ok", "statements": 3, "unrecorded": 7, "head": "%s", "complete": false}""".formatted(SESSION, head)));
        assertThat(ran.exitCode()).isZero();
    }

    @Test
    void saysWhichLinkDoesNotHoldAndWhatWasExpected() throws IOException {
        StatementExecuted last = statements.getLast();
        List<StatementExecuted> forged = new ArrayList<>(statements);
        forged.set(4, changed(last, "ROLLBACK"));
        play(forged, head);

        PlayedApi.Ran ran = api.run("audit", "verify", SESSION.value());

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out())
                .startsWith("broken at statement 4: it is not what was recorded\n  expected " + last.hash()
                        + "\n  found    ");
    }

    @Test
    void seesThatTheRecordIsOfAnotherSession() throws IOException {
        play(statements, head);
        Path file = folder.resolve("session.ndjson");
        assertThat(api.run("audit", "export", SESSION.value(), "--to", file.toString())
                        .exitCode())
                .isZero();
        SessionId asked = SessionId.next(InstantSource.system());

        PlayedApi.Ran ran = api.run("audit", "verify", asked.value(), "--file", file.toString());

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).contains("it belongs to another session", asked.value(), SESSION.value());
    }

    @Test
    void whatWasExportedIsVerifiedWithoutTheServer() throws IOException {
        play(statements, head);
        Path file = folder.resolve("session.ndjson");

        PlayedApi.Ran exported = api.run("audit", "export", SESSION.value(), "--to", file.toString());

        assertThat(exported.exitCode()).isZero();
        assertThat(Files.readAllLines(file)).hasSize(6);
        int calls = api.calls().size();
        PlayedApi.Ran ran = api.run("audit", "verify", "--file", file.toString());
        assertThat(ran.out()).startsWith("ok, 3 statements, head " + head);
        assertThat(api.calls()).hasSize(calls);
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.remove(4);
        Files.write(file, lines);
        PlayedApi.Ran broken = api.run("audit", "verify", "--file", file.toString(), "-o", "json");
        assertThat(broken.exitCode()).isEqualTo(1);
        assertThat(JSON.readTree(broken.out()).path("sequence").asInt()).isEqualTo(3);
    }

    @Test
    void theScriptOfTheGuideComesToTheSameResult() throws Exception {
        play(statements, head);
        Path file = folder.resolve("session.ndjson");
        api.run("audit", "export", SESSION.value(), "--to", file.toString());
        Path script = Files.writeString(folder.resolve("verify.py"), scriptOfTheGuide());
        assumeThat(python("-c", "pass").exitCode()).as("there is a python3").isZero();

        assertThat(python(script.toString(), file.toString()))
                .isEqualTo(new Said(0, "ok, 4 links, head " + head + "\n"));

        Files.writeString(file, Files.readString(file).replace("größe", "Größe"));
        assertThat(python(script.toString(), file.toString())).isEqualTo(new Said(1, "link 1 does not hold\n"));
    }

    @Test
    void showsWhatWasExecuted() throws IOException {
        play(statements, head);

        PlayedApi.Ran ran = api.run("audit", "statements", SESSION.value());

        assertThat(ran.out().lines())
                .hasSize(5)
                .first()
                .isEqualTo("     1  2026-03-10T12:00:00.120000Z  ok, rows 1  SELECT größe FROM café -- 🐘");
    }

    @Test
    void refusesWhatIsNoSessionAndNoFile() throws IOException {
        assertThat(api.run("audit", "verify").exitCode()).isEqualTo(2);
        assertThat(api.run("audit", "verify", "mine").err())
                .contains("'mine' is no session's id (ses_…); `sally audit sessions` lists them");
        Path other = Files.writeString(folder.resolve("other"), "{\"x\": 1}\n");
        assertThat(api.run("audit", "verify", "--file", other.toString()).exitCode())
                .isEqualTo(2);
        assertThat(api.run("audit", "verify", "--file", folder.resolve("none").toString())
                        .exitCode())
                .isEqualTo(2);
    }

    private void play(List<StatementExecuted> recorded, @Nullable String lastHash) throws IOException {
        String path = "/api/audit/sessions/" + SESSION;
        String quoted = lastHash == null ? "null" : "\"" + lastHash + "\"";
        api.on("GET " + path, 200, "{\"id\": \"" + SESSION + "\", \"last_hash\": " + quoted + "}");
        api.on("GET " + path + "/statements?limit=200", 200, page(recorded.subList(0, 2), "next"));
        api.on(
                "GET " + path + "/statements?limit=200&cursor=next",
                200,
                page(recorded.subList(2, recorded.size()), null));
    }

    private static String page(List<StatementExecuted> items, @Nullable String cursor) throws IOException {
        Map<String, Object> page = new java.util.HashMap<>();
        page.put("items", items);
        page.put("next_cursor", cursor);
        return JSON.writeValueAsString(page);
    }

    private void link(
            String kind, @Nullable Long rows, @Nullable String error, List<String> sql, Parameter... parameters) {
        long sequence = statements.isEmpty() ? 1 : statements.getLast().sequence() + 1;
        String hash = "";
        for (String said : List.of("", "hash")) {
            List<StatementExecuted> parts = new ArrayList<>();
            for (int part = 1; part <= sql.size(); part++) {
                boolean last = part == sql.size();
                parts.add(statement(
                        sequence,
                        part,
                        sql.size(),
                        kind,
                        sql.get(part - 1),
                        last ? List.of(parameters) : List.of(),
                        rows,
                        error,
                        said.isEmpty() ? StatementChain.START : hash));
            }
            hash = StatementChain.hash(parts);
            if (!said.isEmpty()) {
                statements.addAll(parts);
                head = hash;
            }
        }
    }

    private StatementExecuted statement(
            long sequence,
            int part,
            int parts,
            String kind,
            String sql,
            List<Parameter> parameters,
            @Nullable Long rows,
            @Nullable String error,
            String hash) {
        return new StatementExecuted(
                SESSION,
                GRANT,
                new Grantee("sub", "ada", "ada@example.com"),
                RdsDatabaseId.parse("arn:aws:rds:eu-west-1:123456789012:db:orders/shop"),
                Engine.POSTGRES,
                "hoop_ro",
                "hoop_ro",
                "[::1]:5000",
                "psql",
                sequence,
                part,
                parts,
                kind,
                sql,
                parameters,
                error == null ? Outcome.OK : Outcome.ERROR,
                rows,
                30,
                40,
                AT,
                1_000L,
                error == null ? null : "42P01",
                null,
                error,
                "idle",
                head,
                hash);
    }

    private static StatementExecuted changed(StatementExecuted s, String sql) throws IOException {
        return JSON.readValue(JSON.writeValueAsString(s).replace(s.sql(), sql), StatementExecuted.class);
    }

    private record Said(int exitCode, String text) {}

    private static Said python(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(process.waitFor(), text);
        } catch (IOException e) {
            return new Said(127, "");
        }
    }

    private static String scriptOfTheGuide() throws IOException {
        String guide = Files.readString(Path.of("../docs/guides/audit.md"));
        int begin = guide.indexOf("```python\n") + "```python\n".length();
        return guide.substring(begin, guide.indexOf("```", begin));
    }
}
