package dev.sallyport.provisioner.target;

import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A database server did not do what was asked. The message holds what the server said, never SQL of ours. */
public final class TargetException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What to make of it. */
    public enum Kind {
        /** The user or the password is not accepted. */
        LOGIN_REFUSED,
        /** May work later: not reachable, starting, busy, a lock. */
        TRANSIENT,
        /** Will not work by trying again. */
        PERMANENT
    }

    /** Lock timeouts, deadlocks, serialization failures, a statement that was cancelled. */
    private static final Set<String> PASSING_STATES = Set.of("40001", "40P01", "55P03", "57014", "HYT00", "70100");
    /** MySQL: too many connections, lock wait timeout, deadlock, server gone, lost connection, query interrupted by a timeout. */
    private static final Set<Integer> PASSING_CODES = Set.of(1040, 1205, 1213, 2006, 2013, 3024, 1969);
    /** MySQL and MariaDB: access denied, with a password and without. */
    private static final Set<Integer> REFUSED_CODES = Set.of(1045, 1698);

    private final Kind kind;

    public TargetException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What {@code cause} means, by its SQLSTATE (Annex A of PostgreSQL's manual) or its number (MySQL's). */
    public static TargetException of(String what, SQLException cause) {
        return new TargetException(kindOf(cause), what + ": " + said(cause));
    }

    /** The same for a statement that carries a password: nothing of what the server said, which may quote it. */
    public static TargetException withoutText(String what, SQLException cause) {
        return new TargetException(
                kindOf(cause), what + " (SQLSTATE " + cause.getSQLState() + ", error " + cause.getErrorCode() + ")");
    }

    public Kind kind() {
        return kind;
    }

    /** The first line of what the server said. */
    public static String said(SQLException cause) {
        @Nullable String message = cause.getMessage();
        return message == null ? "no reason given" : message.lines().findFirst().orElse("no reason given");
    }

    private static Kind kindOf(SQLException cause) {
        String state = cause.getSQLState() == null ? "" : cause.getSQLState();
        if (REFUSED_CODES.contains(cause.getErrorCode()) || state.startsWith("28")) {
            return Kind.LOGIN_REFUSED;
        }
        if (untrusted(cause)) {
            return Kind.PERMANENT;
        }
        boolean passing = state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57P")
                || PASSING_STATES.contains(state)
                || PASSING_CODES.contains(cause.getErrorCode());
        return passing ? Kind.TRANSIENT : Kind.PERMANENT;
    }

    private static boolean untrusted(Throwable cause) {
        for (@Nullable Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof CertificateException
                    || (each instanceof SSLException && each.getCause() instanceof CertificateException)) {
                return true;
            }
        }
        return false;
    }
}
