package dev.sallyport.cli.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Table;
import dev.sallyport.cli.Terminal;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.http.ApiAccess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sally aws}. */
@Command(
        name = "aws",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Sallyport's own access to AWS: its keys, and what they allow.",
        subcommands = {AwsCommand.Verify.class, AwsCommand.Keys.class},
        footer = {"", "Examples:", "  sally aws keys --access-key-id AKIA… --region eu-west-1", "  sally aws verify"})
public final class AwsCommand implements Runnable {

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** {@code sally aws verify}. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Shows which of the needed actions AWS allows Sallyport. Exit code 1 when one is missing.",
            footer = {
                "",
                "Examples:",
                "  sally aws verify",
                "  sally aws verify --account 222222222222",
                "  sally aws verify --output json | jq -r '.evaluation_details[] | select(.decision != \"allowed\").action_name'"
            })
    static final class Verify implements Callable<Integer> {

        @Option(
                names = "--account",
                paramLabel = "ID",
                description = "check this account too; may be repeated (default: our own alone)")
        private @Nullable List<String> accounts;

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() {
            JsonNode verdict = access.api()
                    .post(
                            "/api/integrations/aws/iam/verify",
                            accounts == null ? Map.of() : Map.of("account_ids", accounts));
            if (output.json()) {
                Output.print(verdict);
            } else {
                print(verdict);
            }
            boolean allowed = verdict.path("status").asText().equals("allowed");
            return (allowed ? ExitCode.OK : ExitCode.FAILED).number();
        }

        private static void print(JsonNode verdict) {
            System.out.println(verdict.path("identity").asText() + ": "
                    + verdict.path("status").asText());
            table(verdict).print(System.out);
            for (JsonNode account : verdict.path("accounts")) {
                System.out.println();
                System.out.println("Account " + account.path("account_id").asText() + ": "
                        + account.path("status").asText() + text(account, "error", ", "));
                if (!account.path("evaluation_details").isEmpty()) {
                    table(account).print(System.out);
                }
            }
        }

        private static Table table(JsonNode verdict) {
            Table table = new Table("ACTION", "DECISION", "NEEDED FOR", "REASON");
            for (JsonNode detail : verdict.path("evaluation_details")) {
                String decision = detail.path("decision").asText();
                table.row(
                        detail.path("action_name").asText(),
                        decision.equals("allowed") ? decision : "denied",
                        text(detail, "needed_for", ""),
                        text(detail, "reason", ""));
            }
            return table;
        }

        private static String text(JsonNode node, String field, String before) {
            return node.path(field).isTextual() ? before + node.path(field).asText() : "";
        }
    }

    /** {@code sally aws keys}. */
    @Command(
            name = "keys",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Gives Sallyport an access key of AWS. The secret is asked for, or read from the standard input; it is never",
                "an argument. It is sealed and never shown again. Without a key id, the role of the machine is used."
            },
            footer = {
                "",
                "Examples:",
                "  sally aws keys --access-key-id AKIAIOSFODNN7EXAMPLE --region eu-west-1",
                "  pass aws/sallyport | sally aws keys --access-key-id AKIAIOSFODNN7EXAMPLE --region eu-west-1",
                "  sally aws keys --region eu-west-1"
            })
    static final class Keys implements Callable<Integer> {

        @Option(names = "--access-key-id", paramLabel = "ID", description = "the access key; its secret is asked for")
        private @Nullable String accessKeyId;

        @Option(names = "--region", paramLabel = "REGION", required = true, description = "where to begin")
        private String region = "";

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Override
        public Integer call() {
            Api api = access.api();
            Map<String, String> body = new LinkedHashMap<>(Map.of("region", region));
            if (accessKeyId != null) {
                body.put("access_key_id", accessKeyId);
                body.put(
                        "secret_access_key",
                        Terminal.secret("Secret access key of " + accessKeyId + ": ")
                                .filter(secret -> !secret.isBlank())
                                .orElseThrow(() -> new CommandFailure(ExitCode.USAGE, "there was no secret to read")));
            }
            api.put("/api/integrations/aws/iam/accesskeys", body);
            System.out.println("AWS knows Sallyport as "
                    + api.get("/api/integrations/aws/iam/userinfo").path("arn").asText());
            return ExitCode.OK.number();
        }
    }
}
