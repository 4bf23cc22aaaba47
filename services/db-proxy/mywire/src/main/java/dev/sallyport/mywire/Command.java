package dev.sallyport.mywire;

/** Command bytes (MySQL internals, "Command Phase") that are let through. */
final class Command {

    static final int QUIT = 0x01;
    static final int INIT_DB = 0x02;
    static final int QUERY = 0x03;
    static final int FIELD_LIST = 0x04;
    static final int STATISTICS = 0x09;
    static final int PROCESS_INFO = 0x0A;
    static final int PROCESS_KILL = 0x0C;
    static final int PING = 0x0E;
    static final int CHANGE_USER = 0x11;
    static final int BINLOG_DUMP = 0x12;
    static final int TABLE_DUMP = 0x13;
    static final int REGISTER_SLAVE = 0x15;
    static final int STMT_PREPARE = 0x16;
    static final int STMT_EXECUTE = 0x17;
    static final int STMT_SEND_LONG_DATA = 0x18;
    static final int STMT_CLOSE = 0x19;
    static final int STMT_RESET = 0x1A;
    static final int SET_OPTION = 0x1B;
    static final int STMT_FETCH = 0x1C;
    static final int BINLOG_DUMP_GTID = 0x1E;
    static final int RESET_CONNECTION = 0x1F;

    private Command() {}

    /** Why a command that is not let through is not. */
    static ErrPacket refusal(int command) {
        return switch (command) {
            case CHANGE_USER ->
                new ErrPacket(
                        1227, "42000", "Access denied; a connection through Sallyport keeps its user: connect anew");
            case BINLOG_DUMP, BINLOG_DUMP_GTID, TABLE_DUMP, REGISTER_SLAVE ->
                new ErrPacket(1227, "42000", "Access denied; replication does not go through Sallyport");
            default -> new ErrPacket(1047, "08S01", "Unknown command");
        };
    }
}
