package dev.sallyport.cli.local;

import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.process.DetachedProcess;
import dev.sallyport.sandbox.standins.StandIns;
import dev.sallyport.sandbox.standins.StandInsSettings;
import dev.sallyport.sandbox.standins.StandInsSettings.AccountSettings;
import dev.sallyport.sandbox.standins.StandInsSettings.TargetSettings;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The stand-ins as a process of their own, with the class path of this one. */
final class StandInsProcess {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final Home home;
    private final LocalSettings settings;
    private final Ports ports;

    StandInsProcess(Home home, LocalSettings settings, Ports ports) {
        this.home = home;
        this.settings = settings;
        this.ports = ports;
    }

    static Optional<DetachedProcess> running(Home home) {
        return DetachedProcess.find(folder(home).resolve("pid"));
    }

    static Path issuerFolder(Home home) {
        return folder(home).resolve("issuer");
    }

    DetachedProcess start(List<AccountSettings> accounts, List<TargetSettings> targets) {
        Path log = folder(home).resolve("log");
        DetachedProcess process = running(home).orElseGet(() -> launch(log, accounts, targets));
        process.awaitReady(PartName.STAND_INS.title(), log, START_LIMIT, this::answers);
        return process;
    }

    private DetachedProcess launch(Path log, List<AccountSettings> accounts, List<TargetSettings> targets) {
        Path folder = folder(home);
        Path file = folder.resolve("settings.json");
        home.writePrivately(
                file,
                new StandInsSettings(
                                folder.toString(),
                                ports.of(PartName.STAND_INS),
                                ports.of(Ports.ISSUER),
                                ports.of(Ports.WEBHOOKS),
                                ports.of(Ports.VAULT),
                                ports.of(Ports.CHAT),
                                vaultToken(home),
                                settings.accessKeyId(),
                                settings.secretAccessKey(),
                                settings.webhookSecret(),
                                chatToken(home).reveal(),
                                accounts,
                                targets)
                        .toJson());
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                StandIns.class.getName(),
                file.toString());
        return DetachedProcess.start(command, Map.of(), folder, folder.resolve("pid"), log);
    }

    /** Where the services find the token that Vault lets in. */
    static Path vaultTokenFile(Home home) {
        return home.folder("keys").resolve("vault-token");
    }

    /** Made when there is none. */
    private static String vaultToken(Home home) {
        Path file = vaultTokenFile(home);
        return home.read(file).orElseGet(() -> {
            String fresh = "hvs." + Secret.random(32).reveal();
            home.writePrivately(file, fresh);
            return fresh;
        });
    }

    /** The secret part of the chat's incoming webhook, made when there is none. */
    static Secret chatToken(Home home) {
        Path file = home.folder("keys").resolve("chat-token");
        return Secret.of(home.read(file).orElseGet(() -> {
            String fresh = Secret.random(24).reveal();
            home.writePrivately(file, fresh);
            return fresh;
        }));
    }

    private boolean answers() {
        for (int port : new int[] {
            ports.of(PartName.STAND_INS),
            ports.of(Ports.ISSUER),
            ports.of(Ports.WEBHOOKS),
            ports.of(Ports.VAULT),
            ports.of(Ports.CHAT)
        }) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                if (!socket.isConnected()) {
                    return false;
                }
            } catch (IOException notYet) {
                return false;
            }
        }
        return true;
    }

    private static Path folder(Home home) {
        return home.folder("data/" + PartName.STAND_INS.label());
    }
}
