package dev.sallyport.cli.local;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sally up}. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts everything on this machine: PostgreSQL, Kafka, two target databases, stand-ins for AWS, OIDC,"
                    + " Vault, webhooks and a chat, and the five services.",
            "",
            "All data lives in one folder: $SALLYPORT_HOME, or .sallyport beside the script. Ports that are taken are shifted."
                    + " Parts that run already are left alone. Everything listens on the loopback interface only."
        },
        footer = {
            "",
            "Examples:",
            "  sally up",
            "  SALLYPORT_HOME=/tmp/other sally up     a second stack beside the first"
        })
public final class UpCommand implements Callable<Integer> {

    @Override
    public Integer call() throws IOException {
        start(Home.fromEnvironment(), StartNotes.kept());
        return 0;
    }

    /** Starts the stack of {@code home} and tells what to do with it. */
    public static StackState start(Home home, StartNotes notes) throws IOException {
        Instant began = Instant.now();
        System.out.println("Starting Sallyport in " + home.directory());
        StackState state;
        try (FileLock lock = home.lock()) {
            assert lock.isValid();
            state = new Stack(home, new Progress(System.out), notes).up();
        }
        System.out.printf(
                "%nReady after %.1f s.%n%n",
                Duration.between(began, Instant.now()).toMillis() / 1000.0);
        System.out.println("  Console        " + state.consoleUrl());
        System.out.println("  Local users    admin, engineer, approver, auditor; their password is in "
                + state.localPasswordFile());
        System.out.println(
                "  API            " + state.apiUrl() + "/api, described at " + state.apiUrl() + "/q/openapi");
        System.out.println("  Database proxy Postgres " + state.proxyPostgres() + ", MySQL " + state.proxyMysql());
        System.out.println("  Its authority  " + state.authorityFile());
        System.out.println();
        System.out.println(
                "  sally status   what runs     sally token admin   a bearer token     sally down   stops it");
        if (!notes.taking() && !StartNotes.complete()) {
            System.out.println("  sally rehearse   once after a build: every later start is quicker");
        }
        return state;
    }
}
