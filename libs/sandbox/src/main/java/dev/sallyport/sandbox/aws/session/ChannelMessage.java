package dev.sallyport.sandbox.aws.session;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.UUID;

/** A message of a data channel as the agent has it ({@code agent/session/contracts/agentmessage.go}). */
record ChannelMessage(String type, long sequence, long flags, UUID id, int payloadType, byte[] payload) {

    static final String INPUT = "input_stream_data";
    static final String OUTPUT = "output_stream_data";
    static final String ACKNOWLEDGE = "acknowledge";
    static final String CHANNEL_CLOSED = "channel_closed";
    static final String PAUSE = "pause_publication";
    static final String START = "start_publication";

    private static final int HEADER_LENGTH = 116;
    private static final int TYPE_LENGTH = 32;

    static ChannelMessage of(String type, long sequence, long flags, int payloadType, byte[] payload) {
        return new ChannelMessage(type, sequence, flags, UUID.randomUUID(), payloadType, payload);
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(HEADER_LENGTH + Integer.BYTES + payload.length);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(HEADER_LENGTH);
            out.write("%-32s".formatted(type).getBytes(StandardCharsets.US_ASCII));
            out.writeInt(1);
            out.writeLong(System.currentTimeMillis());
            out.writeLong(sequence);
            out.writeLong(flags);
            out.writeLong(id.getLeastSignificantBits());
            out.writeLong(id.getMostSignificantBits());
            out.write(sha256(payload));
            out.writeInt(payloadType);
            out.writeInt(payload.length);
            out.write(payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws IllegalArgumentException with what is wrong: the agent passes such a message over, and does not acknowledge it */
    static ChannelMessage decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readInt() != HEADER_LENGTH) {
                throw new IllegalArgumentException("HeaderLength is not " + HEADER_LENGTH);
            }
            String type = new String(in.readNBytes(TYPE_LENGTH), StandardCharsets.US_ASCII)
                    .replace('\0', ' ')
                    .strip();
            if (type.isEmpty()) {
                throw new IllegalArgumentException("MessageType is missing");
            }
            if (in.readInt() != 1) {
                throw new IllegalArgumentException("SchemaVersion is not 1");
            }
            if (in.readLong() == 0) {
                throw new IllegalArgumentException("CreatedDate is missing");
            }
            long sequence = in.readLong();
            long flags = in.readLong();
            long least = in.readLong();
            UUID id = new UUID(in.readLong(), least);
            byte[] digest = in.readNBytes(32);
            int payloadType = in.readInt();
            int length = in.readInt();
            byte[] payload = in.readAllBytes();
            if (payload.length != length) {
                throw new IllegalArgumentException("PayloadLength is " + length + ", not " + payload.length);
            }
            if (!MessageDigest.isEqual(digest, sha256(payload))) {
                throw new IllegalArgumentException("payload Hash is not valid");
            }
            return new ChannelMessage(type, sequence, flags, id, payloadType, payload);
        } catch (IOException e) {
            throw new IllegalArgumentException("Offset is outside the byte array.", e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
