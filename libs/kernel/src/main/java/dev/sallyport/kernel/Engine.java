package dev.sallyport.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/** A database engine that Sallyport makes roles in. */
public enum Engine {
    POSTGRES,
    MYSQL,
    MARIADB,
    SQLSERVER;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** How it is written in JSON and in addresses: {@code postgres}, {@code mysql}, {@code mariadb}, {@code sqlserver}. */
    @JsonValue
    public String label() {
        return label;
    }

    /** @throws IllegalArgumentException for a label that no engine has */
    @JsonCreator
    public static Engine ofLabel(String label) {
        for (Engine engine : values()) {
            if (engine.label().equals(label)) {
                return engine;
            }
        }
        throw new IllegalArgumentException("'" + label + "' is no engine: postgres, mysql, mariadb or sqlserver");
    }

    /**
     * The engine behind the name that RDS gives it (DBInstance.Engine in the RDS API reference), Aurora's forms included;
     * empty for one that is not supported.
     */
    public static Optional<Engine> ofRds(String rdsEngine) {
        return switch (rdsEngine) {
            case "postgres", "aurora-postgresql" -> Optional.of(POSTGRES);
            case "mysql", "aurora-mysql" -> Optional.of(MYSQL);
            case "mariadb" -> Optional.of(MARIADB);
            case "sqlserver-ee", "sqlserver-se", "sqlserver-ex", "sqlserver-web" -> Optional.of(SQLSERVER);
            default -> Optional.empty();
        };
    }
}
