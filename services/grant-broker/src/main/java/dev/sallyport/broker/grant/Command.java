package dev.sallyport.broker.grant;

import dev.sallyport.broker.grant.Life.Ending;
import java.time.Duration;

/** What may be asked of a grant: by the api, by the clock, by the grant's transport. */
public sealed interface Command {

    /** Open it for {@code duration}, which is counted from the moment that it is open. */
    record Activate(Duration duration) implements Command {}

    /** Let it be used with the secret of this version. */
    record Credentials(int version) implements Command {}

    /** Let it last longer, until its end so far plus {@code by}; the {@code number}th time. */
    record Extend(int number, Duration by) implements Command {}

    /** End it before its time; with {@code force} it has ended even while its transport still stands. */
    record Close(Ending ending, boolean force) implements Command {}

    /** End it when its time is over. */
    record Expire() implements Command {}

    /** The transport stands. */
    record SetUp() implements Command {}

    /** The transport cannot be had. */
    record NotSetUp(String message) implements Command {}

    /** The transport is gone. */
    record TakenDown() implements Command {}
}
