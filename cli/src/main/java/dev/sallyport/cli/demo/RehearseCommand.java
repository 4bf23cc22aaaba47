package dev.sallyport.cli.demo;

import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.local.Home;
import dev.sallyport.cli.local.StartNotes;
import dev.sallyport.sandbox.files.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sally rehearse}. */
@Command(
        name = "rehearse",
        mixinStandardHelpOptions = true,
        description = {
            "Plays the demo once on a stack of its own and lets each service note what it loads and what is worth compiling,"
                    + " so that it starts with half the work from then on. Worth it once after a build; takes three minutes or four.",
            "",
            "The notes (about 0.7 GiB) are kept beside each service's build, as target/quarkus-app/app.aot; a new build, or another"
                    + " JDK, does without them. Everything else is removed afterwards."
        },
        footer = {"", "Examples:", "  sally rehearse && sally up"})
public final class RehearseCommand implements Callable<Integer> {

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        Path own = Home.fromEnvironment().directory();
        Home home = new Home(own.resolveSibling(own.getFileName() + "-rehearsal"));
        // A rehearsal that failed may have left some, of another build.
        Folders.remove(home.directory().resolve("notes"));
        StartNotes notes = StartNotes.takenIn(home.folder("notes"));
        ExitCode end = DemoCommand.once(home, notes);
        if (end != ExitCode.OK) {
            return end.number();
        }
        notes.keep();
        Folders.remove(home.directory());
        System.out.printf("%nThe services start from their notes now, until the next build.%n");
        return ExitCode.OK.number();
    }
}
