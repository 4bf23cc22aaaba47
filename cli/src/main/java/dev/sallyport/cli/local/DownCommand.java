package dev.sallyport.cli.local;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sally down}. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stops the local stack, the services first. The data stays; `sally up` takes it up again.")
public final class DownCommand implements Callable<Integer> {

    @Override
    public Integer call() throws IOException {
        stop(Home.fromEnvironment(), StartNotes.kept());
        return 0;
    }

    /** Stops whatever runs in {@code home}. */
    public static void stop(Home home, StartNotes notes) throws IOException {
        try (FileLock lock = home.lock()) {
            assert lock.isValid();
            if (notes.taking()) {
                System.out.println("Each service writes its notes as it ends:");
            }
            new Stack(home, new Progress(System.out), notes).down();
        }
    }
}
