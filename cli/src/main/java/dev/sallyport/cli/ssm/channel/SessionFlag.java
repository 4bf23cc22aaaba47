package dev.sallyport.cli.ssm.channel;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** What one side tells the other about a session, beside its data: four bytes in a message of their own. */
enum SessionFlag {
    /** The client's connection has ended; an agent that multiplexes passes it over. */
    DISCONNECT_TO_PORT(1),
    /** The client has ended the session. */
    TERMINATE_SESSION(2),
    /** The agent could not connect to the port. */
    CONNECT_TO_PORT_ERROR(3);

    private final int number;

    SessionFlag(int number) {
        this.number = number;
    }

    byte[] payload() {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    /** Empty for what is no flag, or one that is not known here. */
    static Optional<SessionFlag> of(byte[] payload) {
        if (payload.length != Integer.BYTES) {
            return Optional.empty();
        }
        int number = ByteBuffer.wrap(payload).getInt();
        return Arrays.stream(values()).filter(flag -> flag.number == number).findFirst();
    }
}
