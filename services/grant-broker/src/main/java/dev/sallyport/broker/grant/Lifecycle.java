package dev.sallyport.broker.grant;

import dev.sallyport.broker.grant.Command.Activate;
import dev.sallyport.broker.grant.Command.Close;
import dev.sallyport.broker.grant.Command.Credentials;
import dev.sallyport.broker.grant.Command.Expire;
import dev.sallyport.broker.grant.Command.Extend;
import dev.sallyport.broker.grant.Command.NotSetUp;
import dev.sallyport.broker.grant.Command.SetUp;
import dev.sallyport.broker.grant.Command.TakenDown;
import dev.sallyport.broker.grant.Decision.Effect;
import dev.sallyport.broker.grant.Decision.Go;
import dev.sallyport.broker.grant.Decision.Stay;
import dev.sallyport.broker.grant.Life.Activating;
import dev.sallyport.broker.grant.Life.Active;
import dev.sallyport.broker.grant.Life.Closed;
import dev.sallyport.broker.grant.Life.Closing;
import dev.sallyport.broker.grant.Life.Ending;
import dev.sallyport.broker.grant.Life.Failed;
import dev.sallyport.broker.grant.Life.None;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The decisions about one grant. Each command may come twice, late or early: that changes nothing. */
public final class Lifecycle {

    /** Whose time is over. */
    static final Ending EXPIRED = new Ending("expired", null);

    /** What follows from {@code command}. */
    public static Decision decide(Life life, Counted heard, Command command, Instant now) {
        return switch (command) {
            case Activate activate -> activate(life, activate);
            case Credentials credentials -> credentials(life, heard.credentials(), credentials);
            case Extend extend -> extend(life, heard.extensions(), extend, now);
            case Close close -> close.force() ? force(life, close.ending(), now) : close(life, close.ending(), now);
            case Expire expire -> expire(life, now);
            case SetUp setUp -> setUp(life, now);
            case NotSetUp notSetUp -> notSetUp(life, notSetUp);
            case TakenDown takenDown -> takenDown(life, now);
        };
    }

    private static Decision activate(Life life, Activate command) {
        return switch (life) {
            case None none -> Go.on(new Activating(command.duration()), Effect.SET_UP);
            case Failed failed -> Go.on(new Activating(command.duration()), Effect.SET_UP);
            case Activating activating -> new Stay("it is being activated already");
            case Active active -> new Stay("it is active already");
            case Closing closing -> new Stay("it is being closed");
            case Closed closed -> new Stay("it is closed");
        };
    }

    private static Decision credentials(Life life, int current, Credentials command) {
        if (command.version() <= current) {
            return new Stay("version " + command.version() + " of the secret is not newer than " + current);
        }
        return switch (life) {
            case None none -> new Stay("it was never activated");
            // The db-proxies hear of it when the grant goes active.
            case Activating activating -> Go.on(activating, Effect.KEEP_VERIFIERS);
            case Active active -> Go.on(active, Effect.KEEP_VERIFIERS, Effect.ANNOUNCE);
            case Closing closing -> new Stay("it is being closed");
            case Closed closed -> new Stay("it is closed");
            case Failed failed -> new Stay("it could not be activated");
        };
    }

    private static Decision close(Life life, Ending ending, Instant now) {
        return switch (life) {
            // The activation that is still to come finds it closed.
            case None none -> Go.on(new Closed(null, ending, now), Effect.TELL_CLOSED);
            case Activating activating -> closing(null, ending);
            case Active active -> closing(active, ending);
            case Closing closing -> new Stay("it is being closed already");
            case Closed closed -> new Stay("it is closed already");
            case Failed failed -> Go.on(new Closed(null, ending, now), Effect.TELL_CLOSED);
        };
    }

    /** It is over at once. What its transport left is nobody's, and is cleared away as such. */
    private static Decision force(Life life, Ending ending, Instant now) {
        return switch (life) {
            case None none -> Go.on(new Closed(null, ending, now), Effect.TELL_CLOSED);
            case Activating activating -> forced(null, ending, now);
            case Active active -> forced(active, ending, now);
            case Closing closing -> forced(closing.lived(), closing.ending(), now);
            case Closed closed -> new Stay("it is closed already");
            // What it left is being cleared away already.
            case Failed failed -> Go.on(new Closed(null, ending, now), Effect.TELL_CLOSED);
        };
    }

    private static Decision extend(Life life, int current, Extend command, Instant now) {
        if (command.number() <= current) {
            return new Stay("extension " + command.number() + " is not newer than " + current);
        }
        return switch (life) {
            case Active active
            when now.isBefore(active.expiresAt()) ->
                Go.on(
                        new Active(active.activatedAt(), active.expiresAt().plus(command.by())),
                        Effect.COUNT_EXTENSION,
                        Effect.ANNOUNCE,
                        Effect.TELL_EXTENDED);
            case Active active -> new Stay("its time is over since " + active.expiresAt());
            case None none -> new Stay("it was never activated");
            case Activating activating -> new Stay("its time has not begun");
            case Closing closing -> new Stay("it is being closed");
            case Closed closed -> new Stay("it is closed");
            case Failed failed -> new Stay("it could not be activated");
        };
    }

    private static Decision expire(Life life, Instant now) {
        return switch (life) {
            case Active active when !now.isBefore(active.expiresAt()) -> closing(active, EXPIRED);
            case Active active -> new Stay("its time is not over before " + active.expiresAt());
            case None none -> new Stay("it was never activated");
            case Activating activating -> new Stay("its time has not begun");
            case Closing closing -> new Stay("it is being closed already");
            case Closed closed -> new Stay("it is closed already");
            case Failed failed -> new Stay("it could not be activated");
        };
    }

    private static Decision setUp(Life life, Instant now) {
        return switch (life) {
            case Activating activating ->
                Go.on(new Active(now, now.plus(activating.duration())), Effect.ANNOUNCE, Effect.TELL_ACTIVATED);
            case None none -> new Stay("it was never activated");
            case Active active -> new Stay("it is active already");
            case Closing closing -> new Stay("it is being closed");
            case Closed closed -> new Stay("it is closed");
            case Failed failed -> new Stay("its activation was given up");
        };
    }

    private static Decision notSetUp(Life life, NotSetUp command) {
        return switch (life) {
            case Activating activating -> Go.on(new Failed(command.message()), Effect.TELL_FAILED);
            case None none -> new Stay("it was never activated");
            case Active active -> new Stay("it is active already");
            case Closing closing -> new Stay("it is being closed");
            case Closed closed -> new Stay("it is closed");
            case Failed failed -> new Stay("its activation was given up already");
        };
    }

    private static Decision takenDown(Life life, Instant now) {
        return switch (life) {
            case Closing closing -> Go.on(new Closed(closing.lived(), closing.ending(), now), Effect.TELL_CLOSED);
            case None none -> new Stay("it was never activated");
            case Activating activating -> new Stay("it is being activated");
            case Active active -> new Stay("it is active");
            case Closed closed -> new Stay("it is closed already");
            case Failed failed -> new Stay("it could not be activated");
        };
    }

    /** First nobody gets in, then there is time to clean up. */
    private static Go closing(@Nullable Active lived, Ending ending) {
        return Go.on(new Closing(lived, ending), Effect.WITHDRAW, Effect.TAKE_DOWN);
    }

    private static Go forced(@Nullable Active lived, Ending ending, Instant now) {
        return Go.on(new Closed(lived, ending, now), Effect.WITHDRAW, Effect.LEAVE_BEHIND, Effect.TELL_CLOSED);
    }

    private Lifecycle() {}
}
