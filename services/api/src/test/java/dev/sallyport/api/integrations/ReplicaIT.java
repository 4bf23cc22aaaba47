package dev.sallyport.api.integrations;

import static dev.sallyport.api.integrations.AwsApi.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.api.Neighbours;
import dev.sallyport.sandbox.process.FreePort;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stored access belongs to the installation, not to a process: another replica, the packaged service, has it too. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class ReplicaIT {

    @TempDir
    private Path folder;

    @Test
    void keysAreSeenByAnotherReplicaAndSurviveItsRestart() throws IOException {
        AwsApi here = new AwsApi();
        here.storeKeys();
        int port = FreePort.any();
        AwsApi there = new AwsApi("http://127.0.0.1:" + port);

        Process replica = start(port);
        try {
            assertThat(there.get("/iam/userinfo").jsonPath().getString("account_id"))
                    .isEqualTo(Neighbours.MANAGEMENT);
            assertThat(here.delete().statusCode()).isEqualTo(204);
            refused(there.get("/iam/userinfo"), 409, "aws_not_configured");
            there.storeKeys();
            assertThat(here.get("/iam/userinfo").statusCode()).isEqualTo(200);
        } finally {
            kill(replica);
        }
        replica = start(port);
        try {
            assertThat(there.search("{}").jsonPath().getList("items.name", String.class))
                    .containsExactly("orders");
        } finally {
            stop(replica);
        }
        there.noAnswerAndNoLogHoldsTheKey();
        assertThat(Files.readString(log())).doesNotContain(Neighbours.SECRET_ACCESS_KEY);
    }

    private Process start(int port) throws IOException {
        Process replica = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-Dquarkus.config.locations=" + settings(port).toUri(),
                        "-jar",
                        Path.of("target/quarkus-app/quarkus-run.jar")
                                .toAbsolutePath()
                                .toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        await().atMost(Duration.ofMinutes(3))
                .ignoreExceptions()
                .until(() -> RestAssured.get("http://127.0.0.1:" + port + "/q/health/ready")
                                .statusCode()
                        == 200);
        return replica;
    }

    private static void kill(Process replica) {
        replica.destroyForcibly().onExit().join();
    }

    /** Properly, so that it leaves the groups of its consumers: what they were to read is read by the service under test at once. */
    private static void stop(Process replica) {
        replica.destroy();
        replica.onExit()
                .completeOnTimeout(replica, 30, TimeUnit.SECONDS)
                .thenAccept(Process::destroyForcibly)
                .join();
        replica.onExit().join();
    }

    private Path settings(int port) throws IOException {
        Properties properties = new Properties();
        properties.putAll(Neighbours.settings());
        properties.put("quarkus.http.port", Integer.toString(port));
        properties.put("quarkus.log.file.enable", "false");
        Path file = folder.resolve("api.properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
        return file;
    }

    private Path log() {
        return folder.resolve("replica.log");
    }
}
