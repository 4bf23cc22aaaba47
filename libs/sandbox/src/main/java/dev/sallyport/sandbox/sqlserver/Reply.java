package dev.sallyport.sandbox.sqlserver;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens of one answer ([MS-TDS] 2.2.7), in the form of TDS 7.2 and later. */
final class Reply {

    private static final int DONE = 0xFD;
    private static final int DONE_PROC = 0xFE;
    private static final int DONE_IN_PROC = 0xFF;
    private static final int MORE = 0x0001;
    private static final int ERROR = 0x0002;
    private static final int COUNT = 0x0010;
    private static final int ATTENTION = 0x0020;

    private static final String SERVER = "SALLYPORT";
    /** Latin1_General_CI_AS. */
    private static final byte[] COLLATION = {0x09, 0x04, (byte) 0xD0, 0x00, 0x34};

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final int doneToken;
    private boolean failed;

    private Reply(int doneToken) {
        this.doneToken = doneToken;
    }

    static Reply toBatch() {
        return new Reply(DONE);
    }

    static Reply toProcedure() {
        return new Reply(DONE_IN_PROC);
    }

    /** The type of a column. */
    enum Type {
        INT,
        BIT,
        TEXT,
        BINARY
    }

    record Column(String name, Type type) {}

    Reply loginAck(int tdsVersion) {
        String program = "Microsoft SQL Server";
        u8(0xAD).u16(10 + 2 * program.length()).u8(1);
        // The version travels the other way round here ([MS-TDS] 2.2.7.14).
        out.writeBytes(java.nio.ByteBuffer.allocate(4).putInt(tdsVersion).array());
        return text8(program).u8(16).u8(0).u8(0x03).u8(0xE8);
    }

    Reply database(String now, String before) {
        return change(1, now, before).info(5701, 2, "Changed database context to '" + now + "'.");
    }

    Reply language() {
        return change(2, "us_english", "").info(5703, 1, "Changed language setting to us_english.");
    }

    Reply collation() {
        u8(0xE3).u16(8).u8(7).u8(COLLATION.length);
        out.writeBytes(COLLATION);
        return u8(0);
    }

    Reply packetBytes(int bytes) {
        return change(4, String.valueOf(bytes), String.valueOf(PacketStream.DEFAULT_PACKET_BYTES));
    }

    private Reply change(int type, String now, String before) {
        u8(0xE3).u16(3 + 2 * now.length() + 2 * before.length()).u8(type);
        return text8(now).text8(before);
    }

    Reply info(int number, int state, String message) {
        return message(0xAB, number, state, 0, message);
    }

    Reply error(SqlError error) {
        failed = true;
        return message(0xAA, error.number(), error.state(), error.severity(), error.text());
    }

    private Reply message(int token, int number, int state, int severity, String message) {
        int length = 4 + 1 + 1 + 2 + 2 * message.length() + 1 + 2 * SERVER.length() + 1 + 4;
        u8(token).u16(length).i32(number).u8(state).u8(severity).u16(message.length());
        return text(message).text8(SERVER).u8(0).i32(1);
    }

    void columns(List<Column> columns) {
        u8(0x81).u16(columns.size());
        for (Column column : columns) {
            i32(0).u16(0x0009);
            switch (column.type()) {
                case INT -> u8(0x26).u8(4);
                case BIT -> u8(0x68).u8(1);
                case BINARY -> u8(0xA5).u16(85);
                case TEXT -> {
                    u8(0xE7).u16(8000);
                    out.writeBytes(COLLATION);
                }
            }
            text8(column.name());
        }
    }

    void row(List<Column> columns, List<@Nullable Object> values) {
        u8(0xD1);
        for (int i = 0; i < columns.size(); i++) {
            value(columns.get(i).type(), values.get(i));
        }
    }

    private void value(Type type, @Nullable Object value) {
        switch (type) {
            case INT -> {
                if (value == null) {
                    u8(0);
                } else {
                    u8(4).i32((Integer) value);
                }
            }
            case BIT -> {
                if (value == null) {
                    u8(0);
                } else {
                    u8(1).u8((Integer) value);
                }
            }
            case BINARY -> {
                byte[] bytes = value == null ? null : ((Sid) value).bytes();
                u16(bytes == null ? 0xFFFF : bytes.length);
                if (bytes != null) {
                    out.writeBytes(bytes);
                }
            }
            case TEXT -> {
                String text = value == null ? null : String.valueOf(value);
                u16(text == null ? 0xFFFF : 2 * text.length());
                if (text != null) {
                    text(text);
                }
            }
        }
    }

    /** The end of a statement that is not the last. */
    void statementDone(long rows) {
        done(doneToken, MORE | (rows >= 0 ? COUNT : 0), rows);
    }

    /** The end of a batch. */
    byte[] end() {
        done(DONE, failed ? ERROR : 0, 0);
        return out.toByteArray();
    }

    /** The end of a procedure. */
    byte[] endProcedure() {
        done(DONE_PROC, failed ? ERROR : 0, 0);
        return out.toByteArray();
    }

    byte[] endAttention() {
        done(DONE, ATTENTION, 0);
        return out.toByteArray();
    }

    /** RETURNSTATUS. */
    void returnStatus(int status) {
        u8(0x79).i32(status);
    }

    /** RETURNVALUE of an int ([MS-TDS] 2.2.7.19). */
    void returnValue(int ordinal, int value) {
        u8(0xAC).u16(ordinal).u8(0).u8(0x01).i32(0).u16(0).u8(0x26).u8(4).u8(4).i32(value);
    }

    private void done(int token, int status, long rows) {
        u8(token).u16(status).u16(0).i32((int) Math.max(rows, 0)).i32(0);
    }

    private Reply u8(int value) {
        out.write(value);
        return this;
    }

    private Reply u16(int value) {
        return u8(value & 0xFF).u8(value >> 8 & 0xFF);
    }

    private Reply i32(int value) {
        return u16(value & 0xFFFF).u16(value >>> 16);
    }

    private Reply text8(String text) {
        return u8(text.length()).text(text);
    }

    private Reply text(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_16LE));
        return this;
    }
}
