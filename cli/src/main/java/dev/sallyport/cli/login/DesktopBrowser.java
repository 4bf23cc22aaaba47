package dev.sallyport.cli.login;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The browser of this machine, by the desktop's own program; {@code BROWSER=none} keeps it shut. */
final class DesktopBrowser implements BrowserFlow.Browser {

    private final Optional<String> program;

    DesktopBrowser(Map<String, String> environment, String system) {
        this.program = program(environment, system.toLowerCase(Locale.ROOT));
    }

    private static Optional<String> program(Map<String, String> environment, String system) {
        String named = environment.getOrDefault("BROWSER", "");
        if (!named.isBlank()) {
            return named.equals("none") ? Optional.empty() : Optional.of(named.split(":")[0]);
        }
        if (system.contains("mac")) {
            return Optional.of("open");
        }
        boolean desktop = environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
        return desktop ? Optional.of("xdg-open") : Optional.empty();
    }

    /** Whether a page can be shown at all. */
    boolean present() {
        return program.isPresent();
    }

    @Override
    public boolean open(URI page) {
        if (program.isEmpty()) {
            return false;
        }
        try {
            new ProcessBuilder(List.of(program.get(), page.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
