package dev.sallyport.pgwire;

import dev.sallyport.pgwire.startup.OpeningPackets;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Messages, written (Message Formats). Each method appends one whole message to a buffer. */
public final class Messages {

    private Messages() {}

    /** A message's type for people to read: the character, or the number where it is none. */
    public static String name(byte type) {
        return type > ' ' && type < 127 ? "'" + (char) type + "'" : "0x%02x".formatted(type & 0xff);
    }

    /** ErrorResponse that ends the connection, with the fields S, V, C, M and perhaps H. */
    public static void fatal(ByteBuf out, String sqlState, String message, String hint) {
        report(out, 'E', "FATAL", sqlState, message, hint);
    }

    /** NoticeResponse of severity WARNING. */
    public static void warning(ByteBuf out, String sqlState, String message) {
        report(out, 'N', "WARNING", sqlState, message, "");
    }

    private static void report(ByteBuf out, char type, String severity, String sqlState, String message, String hint) {
        int start = begin(out, type);
        field(out, 'S', severity);
        field(out, 'V', severity);
        field(out, 'C', sqlState);
        field(out, 'M', message);
        if (!hint.isEmpty()) {
            field(out, 'H', hint);
        }
        out.writeByte(0);
        end(out, start);
    }

    private static void field(ByteBuf out, char code, String value) {
        out.writeByte(code);
        cString(out, value);
    }

    /** AuthenticationOk. */
    public static void authenticationOk(ByteBuf out) {
        int start = begin(out, 'R');
        out.writeInt(AuthRequest.OK);
        end(out, start);
    }

    /** AuthenticationSASL with the names of {@code mechanisms}, the preferred one first. */
    public static void authenticationSasl(ByteBuf out, Iterable<String> mechanisms) {
        int start = begin(out, 'R');
        out.writeInt(AuthRequest.SASL);
        mechanisms.forEach(mechanism -> cString(out, mechanism));
        out.writeByte(0);
        end(out, start);
    }

    /** AuthenticationSASLContinue or AuthenticationSASLFinal, as {@code code} says. */
    public static void authenticationSasl(ByteBuf out, int code, String data) {
        int start = begin(out, 'R');
        out.writeInt(code);
        out.writeCharSequence(data, StandardCharsets.UTF_8);
        end(out, start);
    }

    /** ParameterStatus. */
    public static void parameterStatus(ByteBuf out, String name, String value) {
        int start = begin(out, 'S');
        cString(out, name);
        cString(out, value);
        end(out, start);
    }

    /** BackendKeyData; the secret has 4 bytes in protocol 3.0, up to 256 in 3.2. */
    public static void backendKeyData(ByteBuf out, int processId, byte[] secret) {
        int start = begin(out, 'K');
        out.writeInt(processId);
        out.writeBytes(secret);
        end(out, start);
    }

    /** ReadyForQuery with the state of the transaction: {@code I}, {@code T} or {@code E}. */
    public static void readyForQuery(ByteBuf out, byte transaction) {
        int start = begin(out, 'Z');
        out.writeByte(transaction);
        end(out, start);
    }

    /** NegotiateProtocolVersion: the newest version we speak, and the {@code _pq_} options that we do not know. */
    public static void negotiateProtocolVersion(ByteBuf out, int newestVersion, Iterable<String> unknownOptions) {
        int start = begin(out, 'v');
        out.writeInt(newestVersion);
        int countAt = out.writerIndex();
        out.writeInt(0);
        int count = 0;
        for (String option : unknownOptions) {
            cString(out, option);
            count++;
        }
        out.setInt(countAt, count);
        end(out, start);
    }

    /** StartupMessage; the parameters in the order of the map. */
    public static void startup(ByteBuf out, int version, Map<String, String> parameters) {
        int start = out.writerIndex();
        out.writeInt(0).writeInt(version);
        parameters.forEach((name, value) -> {
            cString(out, name);
            cString(out, value);
        });
        out.writeByte(0);
        out.setInt(start, out.writerIndex() - start);
    }

    /** SSLRequest. */
    public static void sslRequest(ByteBuf out) {
        out.writeInt(8).writeInt(OpeningPackets.SSL_REQUEST);
    }

    /** CancelRequest. */
    public static void cancelRequest(ByteBuf out, int processId, byte[] secret) {
        out.writeInt(12 + secret.length)
                .writeInt(OpeningPackets.CANCEL_REQUEST)
                .writeInt(processId)
                .writeBytes(secret);
    }

    /** PasswordMessage. */
    public static void password(ByteBuf out, String password) {
        int start = begin(out, 'p');
        cString(out, password);
        end(out, start);
    }

    /** SASLInitialResponse. */
    public static void saslInitialResponse(ByteBuf out, String mechanism, String response) {
        byte[] bytes = response.getBytes(StandardCharsets.UTF_8);
        int start = begin(out, 'p');
        cString(out, mechanism);
        out.writeInt(bytes.length).writeBytes(bytes);
        end(out, start);
    }

    /** SASLResponse. */
    public static void saslResponse(ByteBuf out, String response) {
        int start = begin(out, 'p');
        out.writeCharSequence(response, StandardCharsets.UTF_8);
        end(out, start);
    }

    /** Terminate. */
    public static void terminate(ByteBuf out) {
        end(out, begin(out, 'X'));
    }

    private static int begin(ByteBuf out, char type) {
        out.writeByte(type);
        int lengthAt = out.writerIndex();
        out.writeInt(0);
        return lengthAt;
    }

    private static void end(ByteBuf out, int lengthAt) {
        out.setInt(lengthAt, out.writerIndex() - lengthAt);
    }

    private static void cString(ByteBuf out, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a string of the protocol cannot hold the character 0");
        }
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeByte(0);
    }
}
