package dev.sallyport.cli.local;

import java.util.Arrays;
import java.util.Optional;

/** The parts of the local stack, in the order in which they are shown, and the ports that they would like. */
enum PartName {
    CONTROL_PLANE("postgres", "PostgreSQL, control plane", 5442),
    KAFKA("kafka", "Kafka broker", 9092),
    POSTGRES_TARGET("target-postgres", "PostgreSQL, target", 5452),
    MYSQL_TARGET("target-mysql", "MySQL, target", 3316),
    STAND_INS("stand-ins", "AWS, OIDC, Vault, webhooks, chat", 4566),
    API("api", "API and console", 8009),
    PROVISIONER("provisioner", "Provisioner", 8011),
    GRANT_BROKER("grant-broker", "Grant broker", 8012),
    NOTIFIER("notifier", "Notifier", 8013),
    DB_PROXY("db-proxy", "Database proxy", 8014);

    private final String label;
    private final String title;
    private final int preferredPort;

    PartName(String label, String title, int preferredPort) {
        this.label = label;
        this.title = title;
        this.preferredPort = preferredPort;
    }

    /** How it is called on the command line and in files. */
    String label() {
        return label;
    }

    String title() {
        return title;
    }

    int preferredPort() {
        return preferredPort;
    }

    boolean service() {
        return ordinal() >= API.ordinal();
    }

    /** The part that is called so. */
    static Optional<PartName> labelled(String label) {
        return Arrays.stream(values()).filter(part -> part.label.equals(label)).findFirst();
    }
}
