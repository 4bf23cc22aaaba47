package dev.sallyport.cli.local;

import java.nio.file.Path;

/** Where the built services are: the checkout that the script {@code sally} stands in. */
final class Checkout {

    static Path directory() {
        String root = System.getenv("SALLY_ROOT");
        return Path.of(root != null ? root : System.getProperty("sally.root", "."))
                .toAbsolutePath()
                .normalize();
    }

    private Checkout() {}
}
