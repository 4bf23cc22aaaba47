package dev.sallyport.rig;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder that these sources are in: where Maven runs a test, or anybody a benchmark. */
public final class Checkout {

    /** @throws IllegalStateException when this does not run within one */
    public static Path folder() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isDirectory(folder.resolve("services/db-proxy"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("run this within a checkout of Sallyport");
        }
        return folder;
    }

    private Checkout() {}
}
