package dev.sallyport.cli.ssm.channel;

import java.time.Duration;

/**
 * How long a data channel waits, and how much it keeps. Each wait has its end here.
 *
 * @param connect for a WebSocket
 * @param handshake from the first WebSocket to the agent's last word of it; the agent waits 15 s itself
 * @param sending for one message to leave
 * @param stall without an acknowledgement, while the socket is there, until the session counts as broken
 * @param silence of a socket that ought to say something, until it counts as lost
 * @param ping how often a ping asks it to
 * @param resumeAttempts to come back after a lost socket; pauses between them double from {@code firstPause} to {@code longestPause}
 * @param closing for the last messages to be acknowledged
 * @param tick how often it is looked at
 * @param window messages that may be under way to the agent, a kilobyte each
 * @param early messages that are kept while one before them is missing
 */
public record Timing(
        Duration connect,
        Duration handshake,
        Duration sending,
        Duration stall,
        Duration silence,
        Duration ping,
        int resumeAttempts,
        Duration firstPause,
        Duration longestPause,
        Duration closing,
        Duration tick,
        int window,
        int early) {

    public static final Timing DEFAULT = new Timing(
            Duration.ofSeconds(10),
            Duration.ofSeconds(45),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            5,
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofMillis(50),
            512,
            1_024);
}
