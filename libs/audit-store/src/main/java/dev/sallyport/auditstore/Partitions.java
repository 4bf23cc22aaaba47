package dev.sallyport.auditstore;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A partition a day for each table: made ahead, dropped when its time is over. */
public final class Partitions {

    private static final List<String> TABLES = List.of("sessions", "statements", "events");

    /** Partitions are made for so many days beyond today. */
    static final int DAYS_AHEAD = 3;

    private static final DateTimeFormatter SUFFIX = DateTimeFormatter.BASIC_ISO_DATE;

    /** One at a time makes or drops partitions, whichever process it is in. */
    private static final String LOCK =
            "SELECT pg_advisory_xact_lock(hashtextextended('sallyport.audit.partitions', 0))";

    private final AuditStore store;
    private final Duration retention;
    private final InstantSource clock;
    private final Set<LocalDate> made = ConcurrentHashMap.newKeySet();

    Partitions(AuditStore store, Duration retention, InstantSource clock) {
        this.store = store;
        this.retention = retention;
        this.clock = clock;
    }

    /** Makes the partitions of the days to come and drops those whose time is over; returns how many days were dropped. */
    public int maintain() {
        LocalDate today = today();
        ensure(today.datesUntil(today.plusDays(DAYS_AHEAD + 1L)).toList());
        return store.transaction("old partitions were not dropped", this::drop);
    }

    /** Makes what is missing for {@code days}. Those that are not kept, and those far ahead, stay in the default partition. */
    void ensure(Collection<LocalDate> days) {
        List<LocalDate> missing = days.stream()
                .filter(day -> !made.contains(day) && isKept(day))
                .sorted()
                .distinct()
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        store.transaction("partitions were not made", connection -> {
            try (Statement sql = connection.createStatement()) {
                sql.execute(LOCK);
                for (LocalDate day : missing) {
                    for (String table : TABLES) {
                        make(sql, table, day);
                    }
                }
            }
            return missing.size();
        });
        made.addAll(missing);
    }

    private boolean isKept(LocalDate day) {
        return !day.isBefore(oldest()) && !day.isAfter(today().plusDays(DAYS_AHEAD));
    }

    /** Rows that came before their partition move from the default one, which could not be attached beside otherwise. */
    private static void make(Statement sql, String table, LocalDate day) throws SQLException {
        String partition = table + "_" + SUFFIX.format(day);
        if (exists(sql, partition)) {
            return;
        }
        sql.execute("CREATE TABLE " + partition + " (LIKE " + table + " INCLUDING DEFAULTS)");
        sql.execute("WITH moved AS (DELETE FROM " + table + "_default WHERE day = '" + day
                + "' RETURNING *) INSERT INTO " + partition + " SELECT * FROM moved");
        sql.execute("ALTER TABLE " + table + " ATTACH PARTITION " + partition + " FOR VALUES IN ('" + day + "')");
    }

    private static boolean exists(Statement sql, String table) throws SQLException {
        try (ResultSet found = sql.executeQuery("SELECT to_regclass('" + table + "') IS NOT NULL")) {
            return found.next() && found.getBoolean(1);
        }
    }

    private int drop(Connection connection) throws SQLException {
        LocalDate oldest = oldest();
        try (Statement sql = connection.createStatement()) {
            sql.execute(LOCK);
            int days = 0;
            for (String table : TABLES) {
                days = Math.max(days, dropBefore(sql, table, oldest));
            }
            return days;
        }
    }

    private int dropBefore(Statement sql, String table, LocalDate oldest) throws SQLException {
        int dropped = 0;
        for (LocalDate day : days(sql, table)) {
            if (day.isBefore(oldest)) {
                made.remove(day);
                sql.execute("DROP TABLE " + table + "_" + SUFFIX.format(day));
                dropped++;
            }
        }
        sql.execute("DELETE FROM " + table + "_default WHERE day < '" + oldest + "'");
        return dropped;
    }

    private static List<LocalDate> days(Statement sql, String table) throws SQLException {
        List<LocalDate> days = new ArrayList<>();
        try (ResultSet found = sql.executeQuery(
                "SELECT substring(c.relname from '[0-9]{8}$') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                        + " WHERE i.inhparent = '" + table + "'::regclass AND c.relname ~ '_[0-9]{8}$'")) {
            while (found.next()) {
                days.add(LocalDate.parse(found.getString(1), SUFFIX));
            }
        }
        return days;
    }

    private LocalDate oldest() {
        return today().minusDays(retention.toDays());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
