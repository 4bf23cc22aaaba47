package dev.sallyport.proxy.mysql;

import dev.sallyport.kernel.Engine;
import dev.sallyport.mywire.Capabilities;
import dev.sallyport.mywire.Greeting;
import dev.sallyport.proxy.grants.TargetAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What to say in a greeting. It comes before the login, so before the target is known; clients choose their SQL by the version
 * in it. What can be known ahead are the targets of the live grants, and what they said of themselves at the last login:
 *
 * <ul>
 *   <li>all of one family: the oldest version among them, word for word; one of the family's while none has been met
 *   <li>of both families, or none: MySQL's
 *   <li>capabilities that one of them lacks are not offered, nor such as only some servers have before all have been met
 * </ul>
 *
 * <p>Targets are met by the logins of clients only. One that is connected to without a login would count that against us.
 */
final class Dialects {

    /** @param collation the server's default, one byte of it; see {@link Greeting} */
    record Dialect(String version, int collation, int capabilities) {

        /** utf8mb4_0900_ai_ci. */
        static final Dialect MYSQL = new Dialect("8.0.36-sallyport", 255, Capabilities.offeredUnmet());

        /** utf8mb4_general_ci; MariaDB says the 5.5.5 up to version 10, and its clients look behind it. */
        static final Dialect MARIADB = new Dialect("5.5.5-10.11.6-MariaDB-sallyport", 45, Capabilities.offeredUnmet());

        private static final Pattern NOT_DIGITS = Pattern.compile("\\D+");

        static Dialect of(Greeting greeting) {
            return new Dialect(greeting.version(), greeting.collation(), greeting.capabilities());
        }

        /**
         * How clients of such a server expect to prove their password. Connector/J reads an answer of MariaDB's 5.5.5 as old
         * servers meant it, and MariaDB's own library may come without the newer plugin.
         */
        String plugin() {
            return version.contains("MariaDB") ? "mysql_native_password" : "caching_sha2_password";
        }

        /** Major, minor and patch, for order. */
        private int[] number() {
            String own = version.startsWith("5.5.5-") ? version.substring("5.5.5-".length()) : version;
            return Arrays.stream(NOT_DIGITS.split(own, 4))
                    .limit(3)
                    .filter(part -> !part.isEmpty() && part.length() < 6)
                    .mapToInt(Integer::parseInt)
                    .toArray();
        }
    }

    /** Far above the targets of one network; a few hundred bytes each. */
    static final int MAX_REMEMBERED = 10_000;

    private static final Comparator<Dialect> BY_VERSION =
            Comparator.comparing(Dialect::number, Arrays::compare).thenComparing(Dialect::version);

    private final Optional<String> fixedVersion;
    private final Map<TargetAddress, Dialect> met = new ConcurrentHashMap<>();

    /** @param fixedVersion said to everyone, whatever the targets are */
    Dialects(Optional<String> fixedVersion) {
        this.fixedVersion = fixedVersion;
    }

    /** What a target has said of itself just now. */
    void met(TargetAddress target, Greeting greeting) {
        if (met.size() < MAX_REMEMBERED || met.containsKey(target)) {
            met.put(target, Dialect.of(greeting));
        }
    }

    /** @param targets of all live grants, those of other protocols too */
    Dialect forClientOf(Set<TargetAddress> targets) {
        List<TargetAddress> ours = targets.stream()
                .filter(one -> one.engine() == Engine.MYSQL || one.engine() == Engine.MARIADB)
                .toList();
        boolean mariaDb = !ours.isEmpty() && ours.stream().allMatch(one -> one.engine() == Engine.MARIADB);
        Dialect chosen = ours.stream()
                .filter(one -> mariaDb || one.engine() == Engine.MYSQL)
                .flatMap(one -> Stream.ofNullable(met.get(one)))
                .min(BY_VERSION)
                .orElse(mariaDb ? Dialect.MARIADB : Dialect.MYSQL);
        int capabilities = ours.stream()
                .mapToInt(this::offeredFor)
                .reduce((all, one) -> all & one)
                .orElse(Capabilities.offeredUnmet());
        return new Dialect(fixedVersion.orElse(chosen.version), chosen.collation, capabilities);
    }

    private int offeredFor(TargetAddress target) {
        Dialect own = met.get(target);
        return own == null ? Capabilities.offeredUnmet() : Capabilities.offeredFor(own.capabilities);
    }
}
