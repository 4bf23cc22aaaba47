package dev.sallyport.sandbox.aws.session;

import java.time.Duration;
import java.util.Random;

/** What goes wrong on purpose between clients and agents. Chances are from 0 to 1, for each message. Safe for many threads. */
public final class ChannelFaults {

    private final Random random = new Random(20_251_121);
    private double loss;
    private double repetition;
    private double reordering;
    private Duration delay = Duration.ZERO;
    private int cutAfter = Integer.MAX_VALUE;
    private int cuts;
    private boolean resumable = true;
    private boolean deaf;
    private boolean wantsEncryption;
    private String agentVersion = "3.3.551.0";

    /** What becomes of a message. */
    enum Fate {
        PASSED,
        LOST,
        REPEATED,
        /** Sent after the one that follows it. */
        HELD
    }

    public synchronized void loss(double chance) {
        loss = chance;
    }

    public synchronized void repetition(double chance) {
        repetition = chance;
    }

    public synchronized void reordering(double chance) {
        reordering = chance;
    }

    /** How long each message from the agent takes. */
    public synchronized void delay(Duration time) {
        delay = time;
    }

    /** Sockets are cut, so many times, each after it has carried so many messages. */
    public synchronized void cut(int times, int afterMessages) {
        cuts = times;
        cutAfter = afterMessages;
    }

    /** Whether sessions whose socket was cut can be resumed. */
    public synchronized void resumable(boolean may) {
        resumable = may;
    }

    /** While true, agents hear nothing, though their sockets are there. */
    public synchronized void deaf(boolean now) {
        deaf = now;
    }

    /** Whether agents ask for encryption with a KMS key, as the account's preferences can have it. */
    public synchronized void wantsEncryption(boolean now) {
        wantsEncryption = now;
    }

    /** What agents say they are. */
    public synchronized void agentVersion(String version) {
        agentVersion = version;
    }

    /** Nothing goes wrong any more. */
    public synchronized void clear() {
        loss = 0;
        repetition = 0;
        reordering = 0;
        delay = Duration.ZERO;
        cuts = 0;
        resumable = true;
        deaf = false;
    }

    synchronized Fate fate() {
        double drawn = random.nextDouble();
        if (drawn < loss) {
            return Fate.LOST;
        }
        if (drawn < loss + repetition) {
            return Fate.REPEATED;
        }
        return drawn < loss + repetition + reordering ? Fate.HELD : Fate.PASSED;
    }

    /** Whether a socket that has carried so many messages is to be cut; it counts as one that was. */
    synchronized boolean takeCut(int carried) {
        if (cuts > 0 && carried >= cutAfter) {
            cuts--;
            return true;
        }
        return false;
    }

    synchronized Duration delay() {
        return delay;
    }

    synchronized boolean resumable() {
        return resumable;
    }

    synchronized boolean deaf() {
        return deaf;
    }

    synchronized boolean wantsEncryption() {
        return wantsEncryption;
    }

    synchronized String agentVersion() {
        return agentVersion;
    }
}
