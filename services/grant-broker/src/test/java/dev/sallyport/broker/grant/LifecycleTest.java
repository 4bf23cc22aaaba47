package dev.sallyport.broker.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.broker.grant.Decision.Effect;
import dev.sallyport.broker.grant.Decision.Go;
import dev.sallyport.broker.grant.Decision.Stay;
import dev.sallyport.broker.grant.Life.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LifecycleTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Ending BY_BOB = new Ending("revoked", "bob");
    private static final Ending BY_EVE = new Ending("revoked", "eve");
    private static final int VERSION = 3;
    private static final int EXTENSIONS = 1;
    private static final Counted HEARD = new Counted(VERSION, EXTENSIONS);

    private static final Life NONE = new Life.None();
    private static final Life ACTIVATING = new Life.Activating(HOUR);
    private static final Life.Active ACTIVE = new Life.Active(NOW.minus(HOUR), NOW.plusSeconds(1));
    private static final Life.Active OVERDUE = new Life.Active(NOW.minus(HOUR), NOW);
    private static final Life CLOSING = new Life.Closing(ACTIVE, BY_BOB);
    private static final Life CLOSED = new Life.Closed(ACTIVE, BY_BOB, NOW);
    private static final Life FAILED = new Life.Failed("why");

    private static final Command ACTIVATE = new Command.Activate(HOUR);
    private static final Command CREDENTIALS = new Command.Credentials(VERSION + 1);
    private static final Command EXTEND = new Command.Extend(EXTENSIONS + 1, HOUR);
    private static final Command CLOSE = new Command.Close(BY_BOB, false);
    private static final Command FORCE = new Command.Close(BY_EVE, true);
    private static final Command EXPIRE = new Command.Expire();
    private static final Command SET_UP = new Command.SetUp();
    private static final Command NOT_SET_UP = new Command.NotSetUp("no such transport");
    private static final Command TAKEN_DOWN = new Command.TakenDown();

    private static final List<Life> LIVES = List.of(NONE, ACTIVATING, ACTIVE, OVERDUE, CLOSING, CLOSED, FAILED);
    private static final List<Command> COMMANDS =
            List.of(ACTIVATE, CREDENTIALS, EXTEND, CLOSE, FORCE, EXPIRE, SET_UP, NOT_SET_UP, TAKEN_DOWN);

    /** The cells in which something happens; every other one must change nothing. */
    private static Optional<Go> expected(Life life, Command command) {
        record Cell(Life life, Command command) {}
        Go opens = Go.on(ACTIVATING, Effect.SET_UP);
        return Optional.ofNullable(java.util.Map.ofEntries(
                        java.util.Map.entry(new Cell(NONE, ACTIVATE), opens),
                        java.util.Map.entry(new Cell(FAILED, ACTIVATE), opens),
                        java.util.Map.entry(
                                new Cell(ACTIVATING, CREDENTIALS), Go.on(ACTIVATING, Effect.KEEP_VERIFIERS)),
                        java.util.Map.entry(
                                new Cell(ACTIVE, CREDENTIALS), Go.on(ACTIVE, Effect.KEEP_VERIFIERS, Effect.ANNOUNCE)),
                        java.util.Map.entry(
                                new Cell(OVERDUE, CREDENTIALS), Go.on(OVERDUE, Effect.KEEP_VERIFIERS, Effect.ANNOUNCE)),
                        java.util.Map.entry(
                                new Cell(ACTIVE, EXTEND),
                                Go.on(
                                        new Life.Active(
                                                ACTIVE.activatedAt(),
                                                ACTIVE.expiresAt().plus(HOUR)),
                                        Effect.COUNT_EXTENSION,
                                        Effect.ANNOUNCE,
                                        Effect.TELL_EXTENDED)),
                        java.util.Map.entry(
                                new Cell(NONE, FORCE), Go.on(new Life.Closed(null, BY_EVE, NOW), Effect.TELL_CLOSED)),
                        java.util.Map.entry(
                                new Cell(FAILED, FORCE), Go.on(new Life.Closed(null, BY_EVE, NOW), Effect.TELL_CLOSED)),
                        java.util.Map.entry(new Cell(ACTIVATING, FORCE), forced(null, BY_EVE)),
                        java.util.Map.entry(new Cell(ACTIVE, FORCE), forced(ACTIVE, BY_EVE)),
                        java.util.Map.entry(new Cell(OVERDUE, FORCE), forced(OVERDUE, BY_EVE)),
                        java.util.Map.entry(new Cell(CLOSING, FORCE), forced(ACTIVE, BY_BOB)),
                        java.util.Map.entry(
                                new Cell(NONE, CLOSE), Go.on(new Life.Closed(null, BY_BOB, NOW), Effect.TELL_CLOSED)),
                        java.util.Map.entry(
                                new Cell(FAILED, CLOSE), Go.on(new Life.Closed(null, BY_BOB, NOW), Effect.TELL_CLOSED)),
                        java.util.Map.entry(
                                new Cell(ACTIVATING, CLOSE),
                                Go.on(new Life.Closing(null, BY_BOB), Effect.WITHDRAW, Effect.TAKE_DOWN)),
                        java.util.Map.entry(
                                new Cell(ACTIVE, CLOSE),
                                Go.on(new Life.Closing(ACTIVE, BY_BOB), Effect.WITHDRAW, Effect.TAKE_DOWN)),
                        java.util.Map.entry(
                                new Cell(OVERDUE, CLOSE),
                                Go.on(new Life.Closing(OVERDUE, BY_BOB), Effect.WITHDRAW, Effect.TAKE_DOWN)),
                        java.util.Map.entry(
                                new Cell(OVERDUE, EXPIRE),
                                Go.on(new Life.Closing(OVERDUE, Lifecycle.EXPIRED), Effect.WITHDRAW, Effect.TAKE_DOWN)),
                        java.util.Map.entry(
                                new Cell(ACTIVATING, SET_UP),
                                Go.on(new Life.Active(NOW, NOW.plus(HOUR)), Effect.ANNOUNCE, Effect.TELL_ACTIVATED)),
                        java.util.Map.entry(
                                new Cell(ACTIVATING, NOT_SET_UP),
                                Go.on(new Life.Failed("no such transport"), Effect.TELL_FAILED)),
                        java.util.Map.entry(
                                new Cell(CLOSING, TAKEN_DOWN),
                                Go.on(new Life.Closed(ACTIVE, BY_BOB, NOW), Effect.TELL_CLOSED)))
                .get(new Cell(life, command)));
    }

    private static Go forced(Life.@Nullable Active lived, Ending ending) {
        return Go.on(new Life.Closed(lived, ending, NOW), Effect.WITHDRAW, Effect.LEAVE_BEHIND, Effect.TELL_CLOSED);
    }

    private static List<Arguments> cells() {
        return LIVES.stream()
                .flatMap(life -> COMMANDS.stream().map(command -> Arguments.of(life, command)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void everyCellDoesWhatTheTableSaysAndTheOthersNothing(Life life, Command command) {
        Decision decision = Lifecycle.decide(life, HEARD, command, NOW);

        expected(life, command)
                .ifPresentOrElse(
                        go -> assertThat(decision).isEqualTo(go),
                        () -> assertThat(decision).isInstanceOf(Stay.class));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void aRepeatedCommandOfTheApiChangesNothingMore(Life life, Command command) {
        Decision once = Lifecycle.decide(life, HEARD, command, NOW);

        if (once instanceof Go go) {
            int version = command instanceof Command.Credentials credentials ? credentials.version() : VERSION;
            int extensions = command instanceof Command.Extend extend ? extend.number() : EXTENSIONS;
            assertThat(Lifecycle.decide(go.next(), new Counted(version, extensions), command, NOW))
                    .isInstanceOf(Stay.class);
        }
    }

    @Test
    void anExtensionThatIsNotNewerIsPassedOver() {
        assertThat(Lifecycle.decide(ACTIVE, HEARD, new Command.Extend(EXTENSIONS, HOUR), NOW))
                .isEqualTo(new Stay("extension 1 is not newer than 1"));
    }

    @Test
    void aSecretThatIsNotNewerIsPassedOver() {
        assertThat(Lifecycle.decide(ACTIVE, HEARD, new Command.Credentials(VERSION), NOW))
                .isEqualTo(new Stay("version 3 of the secret is not newer than 3"));
    }
}
