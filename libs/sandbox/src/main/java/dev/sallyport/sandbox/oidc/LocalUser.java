package dev.sallyport.sandbox.oidc;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The people of one machine. */
public enum LocalUser {
    ADMIN("admin"),
    ENGINEER("user"),
    APPROVER("approver"),
    AUDITOR("auditor");

    private final String group;

    LocalUser(String group) {
        this.group = group;
    }

    /** The name to log in with, which is the token's {@code sub} too. */
    public String login() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the token's claim {@code groups} says. */
    public List<String> groups() {
        return List.of(group);
    }

    public String email() {
        return login() + "@sallyport.local";
    }

    /** The user who logs in so. */
    public static Optional<LocalUser> named(String login) {
        return Arrays.stream(values())
                .filter(user -> user.login().equals(login))
                .findFirst();
    }
}
