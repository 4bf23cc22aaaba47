package dev.sallyport.cli.ssm.channel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

/**
 * One message on a data channel (session-manager-plugin, {@code message/clientmessage.go}). Numbers are big-endian:
 *
 * <pre>
 *   0 header length (116) · 4 type, 32 characters · 36 schema version · 40 created, ms · 48 sequence · 56 flags
 *   64 id, its two halves swapped · 80 SHA-256 of the payload · 112 payload type · 116 payload length · 120 payload
 * </pre>
 *
 * @param flags bit 0: the first of its stream, bit 1: the last
 */
public record AgentMessage(
        String type,
        int schemaVersion,
        Instant createdAt,
        long sequence,
        long flags,
        UUID id,
        int payloadType,
        byte[] payload) {

    static final String INPUT = "input_stream_data";
    static final String OUTPUT = "output_stream_data";
    static final String ACKNOWLEDGE = "acknowledge";
    static final String CHANNEL_CLOSED = "channel_closed";
    static final String START_PUBLICATION = "start_publication";
    static final String PAUSE_PUBLICATION = "pause_publication";

    /** The agent sends 1,024 bytes of payload; anything near this is not its doing. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final int HEADER_LENGTH = 116;
    private static final int TYPE_LENGTH = 32;
    private static final int DIGEST_LENGTH = 32;
    private static final int PAYLOAD_OFFSET = HEADER_LENGTH + Integer.BYTES;
    private static final int SCHEMA_VERSION = 1;
    /** Of a message that is no part of a stream: its first and its last. */
    private static final long ALONE = 3;

    /** A part of the stream to the agent. */
    static AgentMessage input(long sequence, PayloadType type, byte[] payload, Instant now) {
        return new AgentMessage(INPUT, SCHEMA_VERSION, now, sequence, 0, UUID.randomUUID(), type.number(), payload);
    }

    /** An acknowledgement. @param content its JSON */
    static AgentMessage acknowledgement(byte[] content, Instant now) {
        return new AgentMessage(ACKNOWLEDGE, SCHEMA_VERSION, now, 0, ALONE, UUID.randomUUID(), 0, content);
    }

    /** Its bytes on the wire. */
    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(PAYLOAD_OFFSET + payload.length);
        out.putInt(HEADER_LENGTH);
        byte[] name = new byte[TYPE_LENGTH];
        Arrays.fill(name, (byte) ' ');
        byte[] ascii = type.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, name, 0, ascii.length);
        out.put(name).putInt(schemaVersion).putLong(createdAt.toEpochMilli());
        out.putLong(sequence).putLong(flags);
        out.putLong(id.getLeastSignificantBits()).putLong(id.getMostSignificantBits());
        out.put(digest(payload, 0, payload.length));
        return out.putInt(payloadType).putInt(payload.length).put(payload).array();
    }

    /**
     * Reads a message.
     *
     * @throws MalformedMessage when it is too short, too long, contradicts itself, or its payload is not what its digest says
     */
    public static AgentMessage decode(byte[] bytes) throws MalformedMessage {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedMessage("a message of " + bytes.length + " bytes; " + MAX_BYTES + " is the most");
        }
        if (bytes.length < PAYLOAD_OFFSET) {
            throw new MalformedMessage(
                    "a message of " + bytes.length + " bytes; its header alone has " + PAYLOAD_OFFSET);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int headerLength = in.getInt();
        if (headerLength != HEADER_LENGTH) {
            throw new MalformedMessage(
                    "a header of " + Integer.toUnsignedString(headerLength) + " bytes, not " + HEADER_LENGTH);
        }
        byte[] name = new byte[TYPE_LENGTH];
        in.get(name);
        String type =
                new String(name, StandardCharsets.US_ASCII).replace('\0', ' ').strip();
        int schemaVersion = in.getInt();
        Instant createdAt = Instant.ofEpochMilli(in.getLong());
        long sequence = in.getLong();
        long flags = in.getLong();
        long low = in.getLong();
        UUID id = new UUID(in.getLong(), low);
        byte[] digest = new byte[DIGEST_LENGTH];
        in.get(digest);
        int payloadType = in.getInt();
        int length = in.getInt();
        if (length != in.remaining()) {
            throw new MalformedMessage(
                    "a payload of " + in.remaining() + " bytes that says it has " + Integer.toUnsignedString(length));
        }
        if (length > 0 && !MessageDigest.isEqual(digest, digest(bytes, PAYLOAD_OFFSET, length))) {
            throw new MalformedMessage("a payload that its digest does not match");
        }
        byte[] payload = Arrays.copyOfRange(bytes, PAYLOAD_OFFSET, bytes.length);
        return new AgentMessage(type, schemaVersion, createdAt, sequence, flags, id, payloadType, payload);
    }

    private static byte[] digest(byte[] bytes, int offset, int length) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(bytes, offset, length);
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Payloads are other people's data. */
    @Override
    public String toString() {
        return "AgentMessage[" + type + " " + sequence + ", payload type " + payloadType + ", " + payload.length
                + " bytes]";
    }
}
