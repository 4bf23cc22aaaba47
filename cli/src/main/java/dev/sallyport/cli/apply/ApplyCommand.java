package dev.sallyport.cli.apply;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Notice;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Terminal;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.http.ApiAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sally apply}. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes workflows, selectors, availabilities, policies, proxies and databases as files say, and nothing else.",
            "",
            "It shows what would change and asks. Repeating it changes nothing. What somebody changed since it was shown is"
                    + " left alone, and said."
        },
        footer = {
            "",
            "Exit codes: 0 applied, or nothing to do; 2 a file is wrong; 6 refused; 130 you changed your mind.",
            "",
            "Examples:",
            "  sally apply -f access/ --plan",
            "  sally apply -f access/ --yes",
            "  sally apply -f access/ --prune --owner payments      remove what the files of 'payments' held before",
            "  sally apply --schema > access.schema.json            for editors"
        })
public final class ApplyCommand implements Callable<Integer> {

    private static final int LARGEST_FILE = 1024 * 1024;
    private static final int MOST_FILES = 1_000;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "PATH",
            description =
                    "a YAML file, a folder of them (.yaml, .yml; those in folders too), or - for the standard input;"
                            + " repeat it for several")
    private List<String> paths = new ArrayList<>();

    @Option(names = "--plan", description = "only show what would be changed")
    private boolean planOnly;

    @Option(
            names = "--prune",
            description = "remove what an apply of this owner made before and the files hold no more")
    private boolean prune;

    @Option(
            names = "--owner",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "whose files these are (default: default); prune touches nothing of another owner's")
    private String owner = "default";

    @Option(names = "--schema", description = "print the JSON Schema of a document")
    private boolean schemaOnly;

    @Option(
            names = {"-y", "--yes"},
            description = "do not ask")
    private boolean yes;

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        if (schemaOnly) {
            System.out.print(Schema.text());
            return ExitCode.OK.number();
        }
        Schema schema = Schema.load();
        Map<Document.Key, Document> wanted = checked(schema, documents());
        Api api = access.api();
        Inventory inventory = Inventory.of(api, owner);
        Plan plan = Plan.of(api, schema, wanted, prune ? inventory.without(wanted.keySet()) : Set.of());
        show(plan);
        if (planOnly || plan.steps().isEmpty()) {
            if (!planOnly) {
                inventory.keep(wanted.keySet(), prune);
            }
            return ExitCode.OK.number();
        }
        agree();
        // Noted before it is made: what is made by an apply that is killed half-way is still ours to prune.
        inventory.keep(wanted.keySet(), false);
        plan.steps().forEach(step -> carryOut(api, step));
        inventory.keep(wanted.keySet(), prune);
        Notice.done(plan.steps().size() + " changed.");
        return ExitCode.OK.number();
    }

    private void show(Plan plan) {
        if (output.json()) {
            Output.print(plan.steps().stream().map(ApplyCommand::document).toList());
        } else {
            plan.lines().forEach(System.out::println);
        }
    }

    private static Map<String, Object> document(Plan.Step step) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("verb", step.verb().name().toLowerCase(java.util.Locale.ROOT));
        document.put("kind", step.key().kind().label());
        document.put("name", step.key().name());
        document.put("fields", step.fields());
        return document;
    }

    private void agree() {
        if (yes) {
            return;
        }
        if (!Terminal.interactive()) {
            throw new CommandFailure(ExitCode.USAGE, "nobody is there to be asked: look with --plan, then say --yes");
        }
        if (!Terminal.agrees("Apply it?")) {
            throw new CommandFailure(ExitCode.INTERRUPTED, "nothing was changed");
        }
    }

    private static void carryOut(Api api, Plan.Step step) {
        String path = step.key().kind().path(step.key().name());
        Map<String, String> expected = !step.key().kind().revised()
                ? Map.of()
                : step.revision() == 0
                        ? Map.of("If-None-Match", "*")
                        : Map.of("If-Match", "\"" + step.revision() + "\"");
        Api.Answer answer = step.verb() == Plan.Verb.REMOVE
                ? api.exchange("DELETE", path, null, expected)
                : api.exchange("PUT", path, step.spec(), expected);
        if (answer.status() == 404 && step.verb() == Plan.Verb.REMOVE) {
            return;
        }
        try {
            Api.expectSuccess(path, answer);
        } catch (CommandFailure refused) {
            throw new CommandFailure(
                    refused.exitCode(),
                    step.key() + ": " + refused.getMessage()
                            + " (what stands before it in the plan is applied; repeating is safe)");
        }
        Notice.done(step.verb().mark() + " " + step.key());
    }

    /** All flaws at once, so that all can be mended at once. */
    private static Map<Document.Key, Document> checked(Schema schema, List<Document> documents) {
        List<String> flaws = new ArrayList<>();
        Map<Document.Key, Document> wanted = new TreeMap<>();
        for (Document document : documents) {
            List<String> found = schema.flaws(document);
            flaws.addAll(found);
            if (found.isEmpty()) {
                Document before = wanted.put(document.key(), document);
                if (before != null) {
                    flaws.add(document.where("") + ": " + document.key() + " is in " + before.where("") + " too");
                }
            }
        }
        if (!flaws.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, String.join(System.lineSeparator(), flaws));
        }
        return wanted;
    }

    private List<Document> documents() {
        if (paths.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, "which files? give them with -f");
        }
        List<Document> documents = new ArrayList<>();
        for (String path : paths) {
            if (path.equals("-")) {
                documents.addAll(YamlReader.read("standard input", standardInput()));
            } else {
                files(Path.of(path)).forEach(file -> documents.addAll(YamlReader.read(file.toString(), text(file))));
            }
        }
        return documents;
    }

    private static List<Path> files(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> below = Files.walk(path)) {
            List<Path> files = below.filter(Files::isRegularFile)
                    .filter(file ->
                            file.toString().endsWith(".yaml") || file.toString().endsWith(".yml"))
                    .sorted()
                    .limit(MOST_FILES + 1L)
                    .toList();
            if (files.isEmpty() || files.size() > MOST_FILES) {
                throw new CommandFailure(
                        ExitCode.USAGE, path + " has " + (files.isEmpty() ? "no" : "too many") + " files of YAML");
            }
            return files;
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, path + " cannot be read");
        }
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new CommandFailure(ExitCode.USAGE, file + " is larger than " + LARGEST_FILE + " bytes");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, file + " cannot be read");
        }
    }

    private static String standardInput() {
        try {
            return new String(System.in.readNBytes(LARGEST_FILE), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, "the standard input cannot be read");
        }
    }
}
