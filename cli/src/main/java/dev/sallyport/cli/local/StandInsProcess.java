package dev.sallyport.cli.local;

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
                                settings.accessKeyId(),
                                settings.secretAccessKey(),
                                settings.webhookSecret(),
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

    private boolean answers() {
        for (int port : new int[] {ports.of(PartName.STAND_INS), ports.of(Ports.ISSUER), ports.of(Ports.WEBHOOKS)}) {
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
