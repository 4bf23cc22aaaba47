package dev.sallyport.clients;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Modules of Node, installed once into the build's folder. */
public final class NodeModules {

    private static final Path FOLDER = Path.of("target/npm").toAbsolutePath();
    private static final Path INSTALLED = FOLDER.resolve("node_modules");

    private NodeModules() {}

    /**
     * What a program needs to find them; without npm, the test is skipped.
     *
     * @param modules with their versions, such as {@code pg@8.23.1}
     */
    public static Map<String, String> environment(String... modules) {
        assumeTrue(Program.starts("npm", "--version"), "node and npm are not installed: apt-get install nodejs npm");
        for (String module : modules) {
            Path folder = INSTALLED.resolve(module.substring(0, module.indexOf('@')));
            assumeTrue(Files.exists(folder) || Program.starts(install(module)), () -> "npm cannot install " + module);
        }
        return Map.of("NODE_PATH", INSTALLED.toString(), "CLIENT_MODULES", FOLDER.toString());
    }

    private static String[] install(String module) {
        List<String> command = new ArrayList<>(List.of("npm", "install", "--prefix", FOLDER.toString()));
        command.addAll(List.of("--no-audit", "--no-fund", module));
        return command.toArray(String[]::new);
    }
}
