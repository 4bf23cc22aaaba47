package dev.sallyport.pgwire.types;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A built-in type whose binary form we can read (catalog {@code pg_type}). */
public enum PgType {
    BOOL(16, "bool"),
    BYTEA(17, "bytea"),
    CHAR(18, "char"),
    NAME(19, "name"),
    INT8(20, "int8"),
    INT2(21, "int2"),
    INT4(23, "int4"),
    TEXT(25, "text"),
    OID(26, "oid"),
    JSON(114, "json"),
    XML(142, "xml"),
    FLOAT4(700, "float4"),
    FLOAT8(701, "float8"),
    UNKNOWN(705, "unknown"),
    BPCHAR(1042, "bpchar"),
    VARCHAR(1043, "varchar"),
    DATE(1082, "date"),
    TIME(1083, "time"),
    TIMESTAMP(1114, "timestamp"),
    TIMESTAMPTZ(1184, "timestamptz"),
    INTERVAL(1186, "interval"),
    TIMETZ(1266, "timetz"),
    NUMERIC(1700, "numeric"),
    UUID(2950, "uuid"),
    JSONB(3802, "jsonb");

    private static final Map<Integer, PgType> BY_OID = new HashMap<>();

    static {
        Arrays.stream(values()).forEach(type -> BY_OID.put(type.oid, type));
    }

    private final int oid;
    private final String typeName;

    PgType(int oid, String typeName) {
        this.oid = oid;
        this.typeName = typeName;
    }

    public int oid() {
        return oid;
    }

    /** The type with this object id. */
    public static Optional<PgType> of(int oid) {
        return Optional.ofNullable(BY_OID.get(oid));
    }

    /** The name of the type with this object id, or the number where we do not know it; 0 is {@code unknown}. */
    public static String nameOf(int oid) {
        PgType type = BY_OID.get(oid);
        if (type != null) {
            return type.typeName;
        }
        return oid == 0 ? UNKNOWN.typeName : Integer.toUnsignedString(oid);
    }
}
