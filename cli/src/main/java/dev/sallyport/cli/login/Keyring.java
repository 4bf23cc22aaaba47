package dev.sallyport.cli.login;

import dev.sallyport.kernel.Secret;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The operating system's keyring, by its own program: {@code secret-tool} (Secret Service) or {@code security} (macOS).
 * Secrets go in and out by the standard streams, never as arguments. A keyring that does not answer is none.
 */
sealed interface Keyring {

    /** A locked keyring asks its owner first. */
    long PATIENCE_SECONDS = 30;

    /** Whether it is kept now. */
    boolean put(String account, Secret secret);

    Optional<Secret> get(String account);

    void remove(String account);

    /** The one of this machine; empty without one, or when {@code SALLYPORT_KEYRING=off}. */
    static Optional<Keyring> find(Map<String, String> environment, String system) {
        if (environment.getOrDefault("SALLYPORT_KEYRING", "").equalsIgnoreCase("off")) {
            return Optional.empty();
        }
        if (system.toLowerCase(Locale.ROOT).contains("mac")) {
            return Optional.of(new MacOs("/usr/bin/security"));
        }
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path program = Path.of(folder.isEmpty() ? "." : folder, "secret-tool");
            if (!folder.isEmpty() && Files.isExecutable(program)) {
                return Optional.of(new SecretService(program.toString()));
            }
        }
        return Optional.empty();
    }

    /** {@code secret-tool}: attributes name the item; the secret is the standard input, or the standard output. */
    record SecretService(String program) implements Keyring {

        @Override
        public boolean put(String account, Secret secret) {
            return run(
                            List.of(
                                    program,
                                    "store",
                                    "--label=Sallyport: " + account,
                                    "service",
                                    "sallyport",
                                    "account",
                                    account),
                            secret.reveal())
                    .ok();
        }

        @Override
        public Optional<Secret> get(String account) {
            Ran ran = run(List.of(program, "lookup", "service", "sallyport", "account", account), "");
            return ran.ok() && !ran.out().isBlank()
                    ? Optional.of(Secret.of(ran.out().strip()))
                    : Optional.empty();
        }

        @Override
        public void remove(String account) {
            run(List.of(program, "clear", "service", "sallyport", "account", account), "");
        }
    }

    /** {@code security -i} reads its command, and with it the secret, from the standard input; a line of 4096 bytes at most. */
    record MacOs(String program) implements Keyring {

        private static final int LONGEST_LINE = 4_000;
        private static final String SERVICE = " -s sallyport -a \"%s\"";

        @Override
        public boolean put(String account, Secret secret) {
            String encoded = Base64.getEncoder().encodeToString(secret.reveal().getBytes(StandardCharsets.UTF_8));
            String command = "add-generic-password -U" + SERVICE.formatted(account) + " -w \"" + encoded + "\"\n";
            return command.length() <= LONGEST_LINE
                    && run(List.of(program, "-i"), command).ok();
        }

        @Override
        public Optional<Secret> get(String account) {
            Ran ran = run(List.of(program, "find-generic-password", "-s", "sallyport", "-a", account, "-w"), "");
            try {
                return ran.ok()
                        ? Optional.of(Secret.of(
                                new String(Base64.getDecoder().decode(ran.out().strip()), StandardCharsets.UTF_8)))
                        : Optional.empty();
            } catch (IllegalArgumentException damaged) {
                return Optional.empty();
            }
        }

        @Override
        public void remove(String account) {
            run(List.of(program, "delete-generic-password", "-s", "sallyport", "-a", account), "");
        }
    }

    /** What a program left behind. */
    record Ran(boolean ok, String out) {

        /** It may hold a secret. */
        @Override
        public String toString() {
            return "Ran[" + ok + "]";
        }
    }

    private static Ran run(List<String> command, String input) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> read(process));
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It did not want to hear all of it: its exit code says whether that is bad.
            }
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Ran(false, "");
            }
            return new Ran(process.exitValue() == 0, out.join());
        } catch (IOException e) {
            return new Ran(false, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Ran(false, "");
        }
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
