package dev.sallyport.cli.ssm.channel;

import java.util.Arrays;
import java.util.Optional;

/** What a stream message carries (session-manager-plugin, {@code message/clientmessage.go}). */
enum PayloadType {
    /** The forwarded bytes, in both directions. */
    OUTPUT(1),
    HANDSHAKE_REQUEST(5),
    HANDSHAKE_RESPONSE(6),
    HANDSHAKE_COMPLETE(7),
    ENCRYPTION_CHALLENGE(8),
    /** A {@link SessionFlag}. */
    FLAG(10);

    private final int number;

    PayloadType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Empty for one that forwarding a port has no use for. */
    static Optional<PayloadType> of(int number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }
}
