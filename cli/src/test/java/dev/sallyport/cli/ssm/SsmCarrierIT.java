package dev.sallyport.cli.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.cli.ssm.channel.SsmFailure;
import dev.sallyport.cli.ssm.channel.Timing;
import dev.sallyport.sandbox.aws.session.ChannelFaults;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client against the stand-in of Session Manager and of its agent, when all is well and when it is not. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SsmCarrierIT {

    private static final long MEGABYTE = 1_048_576;

    @TempDir
    private Path folder;

    @Test
    void carriesAHundredMegabytesBothWaysAtOnce() throws Exception {
        exchange(100 * MEGABYTE, faults -> {});
    }

    @Test
    void losesNothingWhenMessagesAreLostRepeatedAndTurnedRound() throws Exception {
        exchange(2 * MEGABYTE, faults -> {
            faults.loss(0.01);
            faults.repetition(0.02);
            faults.reordering(0.02);
        });
    }

    @Test
    void resumesTheSessionWhenItsSocketIsCut() throws Exception {
        try (PlayedTask task = exchange(8 * MEGABYTE, faults -> faults.cut(3, 1_000))) {
            assertThat(task.session().attached()).isEqualTo(4);
            assertThat(task.resumed).hasSize(3);
        }
    }

    private interface Spoiling {
        void spoil(ChannelFaults faults);
    }

    /** Both ends write so much at once, and read what the other one wrote. */
    private PlayedTask exchange(long length, Spoiling spoiling) throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        CompletableFuture<String> sent = new CompletableFuture<>();
        PlayedTask task = new PlayedTask(folder, socket -> {
            Thread.ofVirtual().start(() -> complete(sent, () -> Bytes.write(socket.getOutputStream(), 7, length)));
            received.complete(Bytes.read(socket.getInputStream(), length));
            sent.join();
            assertThat(socket.getInputStream().read()).isNegative();
        });
        try (SsmCarrier carrier = task.open();
                Socket socket = new Socket(
                        carrier.address().getAddress(), carrier.address().getPort())) {
            spoiling.spoil(task.manager().faults());
            CompletableFuture<String> written = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> complete(written, () -> Bytes.write(socket.getOutputStream(), 8, length)));

            String read = Bytes.read(socket.getInputStream(), length);

            assertThat(read).isEqualTo(sent.get());
            assertThat(received.get()).isEqualTo(written.get());
            task.manager().faults().clear();
        }
        await().until(() -> task.session().endedAt().isPresent());
        assertThat(task.session().rejected()).isEmpty();
        task.close();
        return task;
    }

    private interface Work {
        String done() throws IOException;
    }

    private static void complete(CompletableFuture<String> future, Work work) {
        try {
            future.complete(work.done());
        } catch (IOException e) {
            future.completeExceptionally(e);
        }
    }

    @Test
    void aSlowReaderIsWaitedForAndGetsEverything() throws Exception {
        AtomicLong written = new AtomicLong();
        CompletableFuture<String> sent = new CompletableFuture<>();
        long length = 64 * MEGABYTE;
        try (PlayedTask task = new PlayedTask(
                        folder,
                        socket -> sent.complete(
                                Bytes.write(new CountingStream(socket.getOutputStream(), written), 9, length)));
                SsmCarrier carrier = task.open();
                Socket socket = connect(carrier)) {
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(Duration.ofSeconds(2)).until(() -> before.getAndSet(written.get()) == written.get());
            assertThat(written.get()).isBetween(1L, length - 1);

            String read = Bytes.read(socket.getInputStream(), length);

            assertThat(read).isEqualTo(sent.get());
        }
    }

    @Test
    void theEndOfThePortsConnectionIsTheEndOfOursBehindItsLastByte() throws Exception {
        try (PlayedTask task = new PlayedTask(folder, socket -> Bytes.write(socket.getOutputStream(), 5, MEGABYTE));
                SsmCarrier carrier = task.open();
                Socket socket = connect(carrier)) {

            byte[] all = socket.getInputStream().readAllBytes();

            assertThat(all).hasSize((int) MEGABYTE);
            socket.close();
            assertThat(task.ends.poll(10, TimeUnit.SECONDS)).isEqualTo("passing: the proxy closed the connection");
            assertThat(task.session().endedAt()).isPresent();
        }
    }

    @Test
    void theEndOfOurConnectionIsTheEndOfThePortsBehindItsLastByte() throws Exception {
        CompletableFuture<Integer> received = new CompletableFuture<>();
        try (PlayedTask task = new PlayedTask(
                        folder,
                        socket -> received.complete(socket.getInputStream().readAllBytes().length));
                SsmCarrier carrier = task.open()) {
            try (Socket socket = connect(carrier)) {
                Bytes.write(socket.getOutputStream(), 5, MEGABYTE);
            }

            assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo((int) MEGABYTE);
            assertThat(task.ends.poll(10, TimeUnit.SECONDS))
                    .isEqualTo("lasting: the connection was closed on this side");
            assertThat(task.session().endedAt()).isPresent();
            assertThat(task.session().rejected()).isEmpty();
        }
    }

    @Test
    void closingTheCarrierEndsTheConnectionAndTheSession() throws Exception {
        try (PlayedTask task = echo()) {
            SsmCarrier carrier = task.open();
            Socket socket = connect(carrier);

            carrier.close();
            carrier.close();

            assertThat(ended(socket)).isTrue();
            assertThat(task.session().endedAt()).isPresent();
        }
    }

    @Test
    void takesOneConnectionOnly() throws Exception {
        try (PlayedTask task = echo();
                SsmCarrier carrier = task.open();
                Socket first = connect(carrier)) {
            first.getOutputStream().write(1);
            assertThat(first.getInputStream().read()).isEqualTo(1);

            assertThatExceptionOfType(IOException.class).isThrownBy(() -> connect(carrier));
        }
    }

    @Test
    void saysThatNothingListensOnThePort() throws Exception {
        try (PlayedTask task = echo()) {
            task.port.close();
            try (SsmCarrier carrier = task.open();
                    Socket socket = connect(carrier)) {

                assertThat(ended(socket)).isTrue();
                assertThat(task.ends.poll(10, TimeUnit.SECONDS))
                        .isEqualTo("passing: the SSM agent cannot connect to port 8080 of the proxy's task;"
                                + " has the proxy a tunnel there, and is it ready?");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AWS-StartNothing", "AWS-StartSSHSession"})
    void refusesAnotherDocument(String document) throws Exception {
        try (PlayedTask task = echo()) {
            assertThatExceptionOfType(SsmFailure.class)
                    .isThrownBy(() -> SsmCarrier.open(
                            task.ticket(document, 8080), PlayedTask.keys(), task.settings(), task.listener))
                    .withMessageStartingWith("Session Manager refused: ")
                    .matches(failure -> !failure.isPassing());
        }
    }

    @Test
    void saysThatTheTaskIsGone() throws Exception {
        try (PlayedTask task = echo()) {
            task.manager().stopTask(PlayedTask.TASK_ID);

            assertThatExceptionOfType(SsmFailure.class)
                    .isThrownBy(task::open)
                    .withMessageContaining("is not connected to Session Manager")
                    .matches(SsmFailure::isPassing);
        }
    }

    @Test
    void endsWithTheTask() throws Exception {
        try (PlayedTask task = echo();
                SsmCarrier carrier = task.open();
                Socket socket = connect(carrier)) {
            task.manager().stopTask(PlayedTask.TASK_ID);

            assertThat(ended(socket)).isTrue();
            assertThat(task.ends.poll(10, TimeUnit.SECONDS))
                    .isEqualTo("passing: Session Manager ended the session: the target is not connected any more");
        }
    }

    @Test
    void saysThatSessionsAreToBeEncryptedWithAKey() throws Exception {
        try (PlayedTask task = echo()) {
            task.manager().faults().wantsEncryption(true);

            assertThatExceptionOfType(SsmFailure.class)
                    .isThrownBy(task::open)
                    .withMessageContaining("--plugin")
                    .matches(failure -> !failure.isPassing());
            await().until(() -> task.session().endedAt().isPresent());
        }
    }

    @Test
    void saysThatTheAgentIsTooOld() throws Exception {
        try (PlayedTask task = echo()) {
            task.manager().faults().agentVersion("3.0.196.0");

            assertThatExceptionOfType(SsmFailure.class).isThrownBy(task::open).withMessageContaining("3.0.196.0");
        }
    }

    @Test
    void doesNotWaitForAnAgentThatNeverAnswers() throws Exception {
        try (PlayedTask task = echo()) {
            task.manager().faults().deaf(true);

            assertThatExceptionOfType(SsmFailure.class)
                    .isThrownBy(() -> SsmCarrier.open(
                            task.ticket(), PlayedTask.keys(), task.settings(impatient()), task.listener))
                    .withMessageContaining("did not answer within 2 s")
                    .matches(SsmFailure::isPassing);
        }
    }

    @Test
    void looksForAnotherSocketWhenTheOneThereIsIsSilentAndGoesOn() throws Exception {
        try (PlayedTask task = echo();
                SsmCarrier carrier =
                        SsmCarrier.open(task.ticket(), PlayedTask.keys(), task.settings(impatient()), task.listener);
                Socket socket = connect(carrier)) {
            task.manager().faults().deaf(true);
            socket.getOutputStream().write(new byte[] {1, 2, 3});
            await().until(() -> !task.resumed.isEmpty());

            task.manager().faults().deaf(false);

            assertThat(socket.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void endsWhenTheSessionCannotBeResumed() throws Exception {
        try (PlayedTask task = echo();
                SsmCarrier carrier =
                        SsmCarrier.open(task.ticket(), PlayedTask.keys(), task.settings(impatient()), task.listener);
                Socket socket = connect(carrier)) {
            task.manager().faults().resumable(false);
            task.manager().faults().cut(1, 0);
            socket.getOutputStream().write(1);

            assertThat(ended(socket)).isTrue();
            assertThat(task.ends.poll(20, TimeUnit.SECONDS)).contains("the connection to Session Manager was lost");
        }
    }

    /** Waits less, so that what never comes is soon given up. */
    private static Timing impatient() {
        Timing timing = Timing.DEFAULT;
        return new Timing(
                timing.connect(),
                Duration.ofSeconds(2),
                timing.sending(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                3,
                Duration.ofMillis(100),
                Duration.ofMillis(200),
                Duration.ofMillis(200),
                timing.tick(),
                timing.window(),
                timing.early());
    }

    private PlayedTask echo() throws IOException {
        return new PlayedTask(folder, socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    private static Socket connect(SsmCarrier carrier) throws IOException {
        Socket socket =
                new Socket(carrier.address().getAddress(), carrier.address().getPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static boolean ended(Socket socket) {
        try (socket;
                InputStream in = socket.getInputStream()) {
            return in.read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }
}
