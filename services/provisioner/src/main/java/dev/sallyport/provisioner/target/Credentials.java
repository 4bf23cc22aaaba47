package dev.sallyport.provisioner.target;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A login as the secret store keeps it: five entries that hold all that a client needs. */
public final class Credentials {

    /** The entries' names. */
    public static final List<String> KEYS = List.of("HOST", "PORT", "USER", "PASSWORD", "DB");

    /**
     * Behind the random part, so that policies that want each kind of character are content. Nothing in it has a meaning in
     * SQL, shells or URLs, and RDS takes it (no {@code / " @} or space).
     */
    private static final String EVERY_KIND = "_aA1";

    /** With the suffix 36 characters: RDS takes 41 for MySQL's master. */
    private static final int RANDOM_CHARACTERS = 32;

    /** Under which id the secrets of {@code role} in {@code instance} are kept; the master's role is {@code master}. */
    public static String secretId(RdsArn instance, String role) {
        return SecretFolder.of(instance).id(role);
    }

    public static Map<String, Secret> entries(Endpoint endpoint, Login login) {
        Map<String, Secret> entries = new LinkedHashMap<>();
        entries.put("HOST", Secret.of(endpoint.host()));
        entries.put("PORT", Secret.of(String.valueOf(endpoint.port())));
        entries.put("USER", Secret.of(login.user()));
        entries.put("PASSWORD", login.password());
        entries.put("DB", Secret.of(endpoint.defaultDatabase()));
        return entries;
    }

    /** @throws TargetException when user or password is missing */
    public static Login login(Map<String, Secret> entries) {
        Secret user = entries.get("USER");
        Secret password = entries.get("PASSWORD");
        if (user == null || password == null) {
            throw new TargetException(
                    TargetException.Kind.PERMANENT, "the stored credentials have no USER or no PASSWORD");
        }
        return new Login(user.reveal(), password);
    }

    /** A new password for a database user. */
    public static Secret newPassword() {
        return Secret.of(Secret.random(RANDOM_CHARACTERS).reveal() + EVERY_KIND);
    }

    private Credentials() {}
}
